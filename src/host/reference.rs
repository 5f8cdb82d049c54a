use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use rsntp::{Config, ProtocolError, SntpClient, SynchronizationError, SynchronizationResult};
use thiserror::Error;

use crate::speech::{foreign, looks_private};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Seconds by which a clock may be off and is still put right: a day.
const FARTHEST: f64 = 86_400.0;
/// Seconds that the times of an answer may contradict each other: clocks are set while they run.
const TOLERANCE: f64 = 1.0;

/// This computer's clock against a time server's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockCheck {
    /// Seconds; negative: this computer is behind.
    pub offset_seconds: f64,
    /// Seconds, at least 0: half the time that question and answer were on their way. The server's own error comes on top.
    pub uncertainty_seconds: f64,
}

/// Why a time server told nothing.
#[derive(Debug, Error)]
pub enum ReferenceError {
    /// The name leads nowhere, or nothing answers there.
    #[error("{server}: no answer from a time server ({reason}); check the name, or leave --ntp out")]
    Silent {
        /// The server as it was named.
        server: String,
        /// The system's words.
        reason: std::io::Error,
    },
    /// It answers, but does not know the time itself.
    #[error("{server}: the time server has no time to give; name another one, or leave --ntp out")]
    Useless {
        /// The server as it was named.
        server: String,
    },
    /// It tells another day: a wrong server, or a clock that no code could be compared by.
    #[error(
        "{server}: by this time server, this computer's clock is {} off, more than a day, and is not put right by it: set \
         the clock by hand, or ask another server",
        long(*ahead_seconds)
    )]
    FarOff {
        /// The server as it was named.
        server: String,
        /// Whole seconds that this computer would be ahead; negative: behind.
        ahead_seconds: i64,
    },
    /// A key or a code in place of a name: it is not looked up.
    #[error("--ntp: expected the name or address of a time server; what was given looks like a key or a code")]
    NoServer,
    /// It wants to be left alone (a kiss-o'-death, RFC 4330 section 8).
    #[error("{server}: the time server asks not to be asked; name another one, or leave --ntp out")]
    Unwilling {
        /// The server as it was named.
        server: String,
    },
}

/// Asks a time server, by name or address, with `:PORT` behind it if it is not 123. One question, one answer, over SNTP
/// (RFC 4330); nothing is told but that somebody asks.
///
/// # Errors
/// It does not answer within three seconds, or has no time to give.
pub fn check_clock(server: &str) -> Result<ClockCheck, ReferenceError> {
    let host = server.rsplit_once(':').map_or(server, |(host, _)| host);
    if looks_private(server) || looks_private(host) {
        return Err(ReferenceError::NoServer);
    }
    let config = || Config::default().timeout(PATIENCE);
    let asked = ask(server, config()).or_else(|error| match error {
        // Its only address may be one of IPv6.
        SynchronizationError::IOError(_) => {
            let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
            ask(server, config().bind_address(any)).map_err(|_| error)
        }
        SynchronizationError::ProtocolError(_) => Err(error),
    });
    let server = foreign::plain(server);
    let answer = asked.map_err(|error| match error {
        SynchronizationError::IOError(reason) => ReferenceError::Silent { server: server.clone(), reason },
        SynchronizationError::ProtocolError(ProtocolError::KissODeath(_)) => {
            ReferenceError::Unwilling { server: server.clone() }
        }
        SynchronizationError::ProtocolError(_) => ReferenceError::Useless { server: server.clone() },
    })?;
    let (ahead, delay) = (answer.clock_offset().as_secs_f64(), answer.round_trip_delay().as_secs_f64());
    // Sent back before it came, or later than anybody has waited: its two times do not belong together.
    if !(-TOLERANCE..=PATIENCE.as_secs_f64() + TOLERANCE).contains(&delay) {
        return Err(ReferenceError::Useless { server });
    }
    // No number is farther off than what is none.
    if !ahead.is_finite() || ahead.abs() > FARTHEST {
        return Err(ReferenceError::FarOff { server, ahead_seconds: -ahead as i64 });
    }
    Ok(ClockCheck { offset_seconds: -ahead, uncertainty_seconds: (delay / 2.0).max(0.0) })
}

/// A long time in its largest unit.
fn long(seconds: i64) -> String {
    let hours = seconds.unsigned_abs().div_ceil(3_600);
    match hours {
        0..72 => format!("{hours} hours"),
        72..17_520 => format!("{} days", hours / 24),
        _ => format!("{} years", hours / 8_766),
    }
}

fn ask(server: &str, config: Config) -> Result<SynchronizationResult, SynchronizationError> {
    SntpClient::with_config(config).synchronize(server)
}
