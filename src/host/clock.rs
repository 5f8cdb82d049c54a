use chrono::Utc;

/// Seconds since 1970, by this computer's clock.
pub fn now() -> i64 {
    Utc::now().timestamp()
}
