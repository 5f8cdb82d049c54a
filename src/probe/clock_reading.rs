//! The device's clock against a reference clock, as the case reports it.

use crate::case::Case;
use crate::finding::{Detail, ExplanationWords, Fact, Finding, Measure, Most, ProbeWords, Reading, Source};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "clock-reading",
    explanations: &[words("device-clock-off"), words("service-clock-off")],
    needs_secret: false,
    most: Most { ratio: OFF, per_code: 1.0, chance: BY_CHANCE, provable: true },
};

const fn words(id: &'static str) -> ExplanationWords {
    ExplanationWords { id, provides: &["measured_seconds", "offset_seconds", "uncertainty_seconds"], pairs: &[] }
}

/// The period to judge by where no entry says another.
const PERIOD: f64 = 30.0;
/// A device that reads as off, against how often one does so whose codes are refused for another reason.
const OFF: f64 = 50.0;
/// A device whose clock shifts its codes reads as on time: it was put right since, or another device was read.
const ON_TIME: f64 = 1e-5;
/// How often a reading is beyond the window for other reasons than the device's clock.
const BY_CHANCE: f64 = 0.02;

/// Whether the offset lies beyond the window that the service accepts. `None` if the case has no reading.
///
/// The likelihoods are judgements: a clock that is off reads so nearly always, a sound one hardly ever does.
pub(super) fn run(case: &Case) -> Option<Finding> {
    let clock = case.reading()?;
    let steps = if clock.offset_seconds < 0.0 { case.service.past } else { case.service.future };
    let edge = (f64::from(steps.unwrap_or(1)) * PERIOD).max(PERIOD);
    let size = clock.offset_seconds.abs();
    let (device, service) = if size - clock.uncertainty_seconds > edge {
        (OFF, BY_CHANCE)
    } else if size + clock.uncertainty_seconds < edge {
        (ON_TIME, 1.0)
    } else {
        (1.0, 1.0)
    };
    let detail = Detail::default()
        .with("measured_seconds", Fact::Decimal(clock.offset_seconds))
        .with("offset_seconds", Fact::Number(clock.offset_seconds.round() as i64))
        .with("uncertainty_seconds", Fact::Decimal(clock.uncertainty_seconds));
    let measure = |explanation, ratio| Measure {
        explanation,
        with: None,
        ratio,
        chance: BY_CHANCE,
        codes: 0,
        tried: 1,
        provable: true,
        detail: detail.clone(),
    };
    let measures = vec![measure("device-clock-off", device), measure("service-clock-off", service)];
    Some(Finding { probe: WORDS.id, source: Source::Clock, compared: 0, reading: Reading::Measured(measures) })
}
