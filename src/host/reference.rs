use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use rsntp::{Config, ProtocolError, SntpClient, SynchronizationError, SynchronizationResult};
use thiserror::Error;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

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
    let config = || Config::default().timeout(PATIENCE);
    let asked = ask(server, config()).or_else(|error| match error {
        // Its only address may be one of IPv6.
        SynchronizationError::IOError(_) => {
            let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
            ask(server, config().bind_address(any)).map_err(|_| error)
        }
        SynchronizationError::ProtocolError(_) => Err(error),
    });
    let server = server.to_owned();
    let answer = asked.map_err(|error| match error {
        SynchronizationError::IOError(reason) => ReferenceError::Silent { server, reason },
        SynchronizationError::ProtocolError(ProtocolError::KissODeath(_)) => ReferenceError::Unwilling { server },
        SynchronizationError::ProtocolError(_) => ReferenceError::Useless { server },
    })?;
    let (ahead, delay) = (answer.clock_offset().as_secs_f64(), answer.round_trip_delay().as_secs_f64());
    Ok(ClockCheck { offset_seconds: -ahead, uncertainty_seconds: (delay / 2.0).max(0.0) })
}

fn ask(server: &str, config: Config) -> Result<SynchronizationResult, SynchronizationError> {
    SntpClient::with_config(config).synchronize(server)
}
