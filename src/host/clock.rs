use chrono::{Local, TimeDelta, Utc};

/// Seconds since 1970, to the millisecond, by this computer's clock.
pub fn now() -> f64 {
    Utc::now().timestamp_millis() as f64 / 1000.0
}

/// Day, time and zone as this computer would show them, were its clock not `ahead` by so many seconds.
pub fn local_time(ahead: f64) -> String {
    let ahead = TimeDelta::milliseconds((ahead * 1000.0) as i64);
    (Local::now() - ahead).format("%A %-d %B %Y, %H:%M:%S (UTC%:z)").to_string()
}
