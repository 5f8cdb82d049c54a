//! How many are counted: a tenth or less, so that the tests are soon done, or the whole, for which `.ci/statistics` asks.
//!
//! The one idea: every bound is one for the whole. For a tenth it is widened by what a sample that small may be off by,
//! two standard deviations; nothing is left out.

use std::sync::LazyLock;

static ASKED: LazyLock<bool> =
    LazyLock::new(|| std::env::var_os("OTP_DOCTOR_WHOLE").is_some_and(|value| !value.is_empty() && value != "0"));

/// Whether `OTP_DOCTOR_WHOLE` asks for everything.
pub(crate) fn asked() -> bool {
    *ASKED
}

/// So many of them, or a tenth.
pub(crate) fn of(whole: usize) -> usize {
    if asked() { whole } else { whole / 10 }
}

/// So many of them, or a twentieth: where each is diagnosed several times.
pub(crate) fn of_slow(whole: usize) -> usize {
    if asked() { whole } else { whole / 20 }
}

/// What `share` of so many may be off by; nothing, where they are the whole.
fn slack(share: f64, of: usize) -> f64 {
    if asked() { 0.0 } else { 2.0 * (share * (1.0 - share) / of as f64).sqrt() }
}

/// The least that a share among so many may be, if it has to be `share` of the whole.
pub(crate) fn at_least(share: f64, of: usize) -> f64 {
    share - slack(share, of)
}

/// The most that it may be.
pub(crate) fn at_most(share: f64, of: usize) -> f64 {
    share + slack(share, of)
}

/// The most that a mean over so many may be, of what is spread as widely as it is large: times, efforts.
pub(crate) fn mean_at_most(mean: f64, of: usize) -> f64 {
    if asked() { mean } else { mean * (1.0 + 2.0 / (of as f64).sqrt()) }
}
