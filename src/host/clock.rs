use chrono::{Datelike, Local, TimeDelta, Utc};

/// Seconds since 1970, to the millisecond, by this computer's clock.
pub fn now() -> f64 {
    Utc::now().timestamp_millis() as f64 / 1000.0
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
    let now = Local::now() - TimeDelta::milliseconds((ahead * 1000.0) as i64);
    LocalTime {
        weekday: now.weekday().number_from_monday(),
        day: now.day(),
        month: now.month(),
        year: now.year(),
        time: now.format("%H:%M:%S (UTC%:z)").to_string(),
    }
}
