//! The time that codes are compared at: this computer's, put right by a time server if one was asked.

use std::str::FromStr;

use crate::case::{ClockReading, Reference, ServiceClock};
use crate::host::{self, ClockCheck, LocalTime, PageError, ServiceUrl, UrlError};
use crate::speech::Speech;
use crate::talk::Now;

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

    /// This computer's clock as that of a device whose app runs here; `None` where nobody was asked.
    pub(super) fn reading(self) -> Option<ClockReading> {
        let ClockCheck { offset_seconds, uncertainty_seconds } = self.check?;
        Some(ClockReading { offset_seconds, uncertainty_seconds })
    }

    /// The clock of a page of the service, against the time server if one was asked, else against this computer.
    pub(super) fn of_page(self, page: &ServicePage) -> Result<ServiceClock, PageError> {
        let found = host::page_clock(&page.0)?;
        Ok(ServiceClock {
            offset_seconds: found.offset_seconds + self.ahead(),
            uncertainty_seconds: found.uncertainty_seconds + self.check.map_or(0.0, |check| check.uncertainty_seconds),
            against: Some(if self.check.is_some() { Reference::TimeServer } else { Reference::ThisComputer }),
        })
    }

    /// Seconds since 1970.
    pub(super) fn seconds(self) -> i64 {
        self.now().millis.div_euclid(1_000)
    }

    /// The time of a conversation.
    pub(super) fn now(self) -> Now {
        Now { millis: ((host::now() - self.ahead()) * 1_000.0) as i64 }
    }

    /// Day, time and zone, for people.
    pub(super) fn shown(self, speech: Speech<'_>) -> String {
        let LocalTime { weekday, day, month, year, time } = host::local_time(self.ahead());
        let (weekday, date) = (format!("weekday-{weekday}"), speech.date(day, month, year));
        speech.say("date-and-time", &[("weekday", speech.phrase(&weekday)), ("date", &date), ("time", &time)])
    }
}

/// A page of the service, as an argument.
#[derive(Debug, Clone)]
pub(super) struct ServicePage(ServiceUrl);

impl ServicePage {
    /// Scheme and host.
    pub(super) fn place(&self) -> String {
        crate::speech::foreign::plain(&self.0.place())
    }
}

impl FromStr for ServicePage {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        ServiceUrl::read(text).map(Self)
    }
}
