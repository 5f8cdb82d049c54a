use chrono::{Local, Utc};

/// Seconds since 1970, by this computer's clock.
pub fn now() -> i64 {
    Utc::now().timestamp()
}

/// The same with a fraction, to the millisecond.
pub fn precise_now() -> f64 {
    Utc::now().timestamp_millis() as f64 / 1000.0
}

/// Day, time and zone as this computer shows them.
pub fn local_time() -> String {
    Local::now().format("%A %-d %B %Y, %H:%M:%S (UTC%:z)").to_string()
}
