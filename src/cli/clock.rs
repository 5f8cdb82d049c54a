//! The time that codes are compared at: this computer's, put right by a time server if one was asked.

use crate::host::{self, ClockCheck};

/// Offsets up to this many seconds change no code.
const NEGLIGIBLE: f64 = 1.0;

/// This computer's clock, with what is known of its offset.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    check: Option<ClockCheck>,
}

impl Clock {
    /// This computer's clock as a time server sees it.
    pub(super) fn checked_by(server: &str) -> Result<Self, host::ReferenceError> {
        Ok(Self { check: Some(host::check_clock(server)?) })
    }

    /// Seconds that this computer is ahead; 0 where nobody was asked.
    fn ahead(self) -> f64 {
        self.check.map_or(0.0, |check| check.offset_seconds)
    }

    /// Seconds that this computer is off, where that matters; negative: it is behind.
    pub(super) fn error(self) -> Option<f64> {
        Some(self.ahead()).filter(|ahead| ahead.abs() > NEGLIGIBLE)
    }

    /// Seconds since 1970.
    pub(super) fn now(self) -> i64 {
        self.precise_now() as i64
    }

    /// The same with a fraction.
    pub(super) fn precise_now(self) -> f64 {
        host::now() - self.ahead()
    }

    /// Day, time and zone, for people.
    pub(super) fn shown(self) -> String {
        host::local_time(self.ahead())
    }
}
