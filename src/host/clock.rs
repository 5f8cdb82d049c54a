use std::thread;
use std::time::Duration;

use chrono::{DateTime, Datelike, Local, TimeDelta, Utc};

/// Seconds since 1970, to the millisecond, by this computer's clock.
pub fn now() -> f64 {
    utc().timestamp_millis() as f64 / 1000.0
}

/// Lets so much time pass.
pub fn pause(time: Duration) {
    #[cfg(debug_assertions)]
    if set::pass(time) {
        return;
    }
    thread::sleep(time);
}

fn utc() -> DateTime<Utc> {
    #[cfg(debug_assertions)]
    if let Some(now) = set::now() {
        return now;
    }
    Utc::now()
}

/// A clock that a test has set: it stands, and only a pause moves it on, at once. What is released has none.
#[cfg(debug_assertions)]
mod set {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    use chrono::{DateTime, Utc};

    /// Milliseconds since 1970; `None` where nobody has set it.
    static CLOCK: LazyLock<Option<AtomicI64>> = LazyLock::new(|| {
        let seconds: i64 = std::env::var("OTP_DOCTOR_TEST_CLOCK").ok()?.parse().ok()?;
        Some(AtomicI64::new(seconds.checked_mul(1_000)?))
    });

    pub(super) fn now() -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_millis(CLOCK.as_ref()?.load(Ordering::Relaxed))
    }

    /// Whether time passes by this clock.
    pub(super) fn pass(time: Duration) -> bool {
        let Some(clock) = CLOCK.as_ref() else { return false };
        clock.fetch_add(time.as_millis() as i64, Ordering::Relaxed);
        true
    }
}

/// Day and time as this computer would show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime {
    /// 1 is Monday.
    pub weekday: u32,
    /// Of the month, from 1.
    pub day: u32,
    /// 1 is January.
    pub month: u32,
    /// Of our era.
    pub year: i32,
    /// `13:05:40 (UTC+01:00)`.
    pub time: String,
}

/// The time here, were this computer's clock not `ahead` by so many seconds.
pub fn local_time(ahead: f64) -> LocalTime {
    let now = utc().with_timezone(&Local) - TimeDelta::milliseconds((ahead * 1000.0) as i64);
    LocalTime {
        weekday: now.weekday().number_from_monday(),
        day: now.day(),
        month: now.month(),
        year: now.year(),
        time: now.format("%H:%M:%S (UTC%:z)").to_string(),
    }
}
