//! The device's clock against a reference clock, as the case reports it.

use crate::case::Case;
use crate::finding::{Detail, ExplanationWords, Fact, Finding, Measure, ProbeWords, Reading, Source};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "clock-reading",
    explanations: &[ExplanationWords { id: "device-clock-off", provides: &["offset_seconds"], pairs: &[] }],
    needs_secret: false,
};

/// The period to judge by where no entry says another.
const PERIOD: f64 = 30.0;

/// Whether the offset lies beyond the window that the service accepts. `None` if the case has no reading.
///
/// The likelihoods are judgements: a clock that is off reads so nearly always, a sound one hardly ever does.
pub(super) fn run(case: &Case) -> Option<Finding> {
    let clock = case.clock?;
    let steps = if clock.offset_seconds < 0.0 { case.service.past } else { case.service.future };
    let edge = (f64::from(steps.unwrap_or(1)) * PERIOD).max(PERIOD);
    let size = clock.offset_seconds.abs();
    let ratio = if size - clock.uncertainty_seconds > edge {
        50.0
    } else if size + clock.uncertainty_seconds < edge {
        0.02
    } else {
        1.0
    };
    let offset = Fact::Number(clock.offset_seconds.round() as i64);
    let measure = Measure {
        explanation: "device-clock-off",
        with: None,
        ratio,
        chance: 0.02,
        codes: 0,
        tried: 1,
        provable: true,
        detail: Detail::default().with("offset_seconds", offset),
    };
    Some(Finding { probe: WORDS.id, source: Source::Clock, reading: Reading::Measured(vec![measure]) })
}
