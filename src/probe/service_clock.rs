//! The clock of the service's web page against a reference, as the case reports it.

use crate::case::{Case, Reference};
use crate::finding::{Detail, ExplanationWords, Fact, Finding, Measure, Most, ProbeWords, Reading, Source};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "service-clock",
    explanations: &[ExplanationWords {
        id: "service-clock-off",
        provides: &["against", "measured_seconds", "offset_seconds", "uncertainty_seconds"],
        pairs: &[],
    }],
    needs_secret: false,
    most: Most { ratio: OFF, per_code: 1.0, chance: BY_CHANCE, provable: false },
};

/// The period to judge by: nothing here knows the service's own.
const PERIOD: f64 = 30.0;
/// A page that tells a wrong time, against how often one does although codes are checked by a right clock: the machine that
/// shows pages is seldom the one that checks codes, but the two often take their time from the same place.
const OFF: f64 = 10.0;
/// The same where the time was compared with a computer that nobody had checked, which may be the one that is wrong.
const OFF_BY_THIS_COMPUTER: f64 = 3.0;
/// A page that tells the right time although codes are checked by a wrong clock.
const ON_TIME: f64 = 0.3;
/// How often a page tells a wrong time for other reasons. It keeps this probe from ever confirming anything alone.
const BY_CHANCE: f64 = 0.05;

/// Whether the page's time lies beyond what the service accepts of a device. `None` if the case has no such reading.
///
/// The likelihoods are judgements, and modest ones: this clock is a hint at the one that counts, no more.
pub(super) fn run(case: &Case) -> Option<Finding> {
    let clock = case.service.clock?;
    // To a service that is ahead, a device on time is behind.
    let steps = if clock.offset_seconds > 0.0 { case.service.past } else { case.service.future };
    let edge = (f64::from(steps.unwrap_or(1)) * PERIOD).max(PERIOD);
    let size = clock.offset_seconds.abs();
    let ratio = if size - clock.uncertainty_seconds > edge {
        if clock.against == Some(Reference::TimeServer) { OFF } else { OFF_BY_THIS_COMPUTER }
    } else if size + clock.uncertainty_seconds < edge {
        ON_TIME
    } else {
        1.0
    };
    let mut detail = Detail::default()
        .with("measured_seconds", Fact::Decimal(clock.offset_seconds))
        // As everywhere: device minus service.
        .with("offset_seconds", Fact::Number(-clock.offset_seconds.round() as i64))
        .with("uncertainty_seconds", Fact::Decimal(clock.uncertainty_seconds));
    if let Some(reference) = clock.against {
        let name = match reference {
            Reference::TimeServer => "time-server",
            Reference::ThisComputer => "this-computer",
        };
        detail = detail.with("against", Fact::Text(name.to_owned()));
    }
    let measure = Measure {
        explanation: "service-clock-off",
        with: None,
        ratio,
        chance: BY_CHANCE,
        codes: 0,
        tried: 1,
        provable: false,
        detail,
    };
    Some(Finding {
        probe: WORDS.id,
        source: Source::ServiceClock,
        compared: 0,
        reading: Reading::Measured(vec![measure]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{ServiceClock, ServiceFacts};

    fn ratio(offset_seconds: f64, uncertainty_seconds: f64, against: Option<Reference>) -> f64 {
        let clock = Some(ServiceClock { offset_seconds, uncertainty_seconds, against });
        let service = ServiceFacts { past: Some(2), future: Some(1), clock, ..ServiceFacts::default() };
        let finding = run(&Case { service, ..Case::default() }).unwrap();
        let Reading::Measured(measures) = finding.reading else { unreachable!() };
        assert!(measures[0].chance > 1e-4 && !measures[0].provable, "it must not confirm anything alone");
        measures[0].ratio
    }

    #[test]
    fn a_page_hints_at_a_clock_and_no_more() {
        let server = Some(Reference::TimeServer);
        let cases = [
            (120.0, 1.0, server, OFF),
            (-120.0, 1.0, Some(Reference::ThisComputer), OFF_BY_THIS_COMPUTER),
            (-120.0, 1.0, None, OFF_BY_THIS_COMPUTER),
            (0.4, 1.1, server, ON_TIME),
            // It forgives two steps to a device that seems to be behind, and one to one that seems to be ahead.
            (45.0, 1.0, server, ON_TIME),
            (-45.0, 1.0, server, OFF),
            // It may be either.
            (60.5, 1.0, server, 1.0),
        ];
        for (offset, uncertainty, against, expected) in cases {
            let found = ratio(offset, uncertainty, against);
            assert!((found - expected).abs() < 1e-9, "{offset}: {found}");
        }
        assert!(run(&Case::default()).is_none());
    }
}
