//! What clocks showed, whatever came of it: a reading is told with its uncertainty even where it speaks for no cause.

use serde::Serialize;

use super::Subject;
use crate::finding::{Fact, Measure, Reading, Source};
use crate::speech::Speech;

/// A clock that was read.
#[derive(Debug, Serialize)]
pub(super) struct Clock<'a> {
    of: &'static str,
    offset_seconds: f64,
    uncertainty_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<&'a str>,
}

/// Every clock that was read, that of the device first.
pub(super) fn read<'a>(subject: &Subject<'a>) -> Vec<Clock<'a>> {
    let newest = |source: Source| subject.diagnosis.findings.iter().rev().find(move |finding| finding.source == source);
    let of = |(name, source)| match &newest(source)?.reading {
        Reading::Measured(measures) => clock(name, measures.first()?),
        Reading::Unavailable(_) => None,
    };
    [("device", Source::Clock), ("service", Source::ServiceClock)].into_iter().filter_map(of).collect()
}

fn clock<'a>(of: &'static str, measure: &'a Measure) -> Option<Clock<'a>> {
    let decimal = |key: &str| match measure.detail.get(key) {
        // To the microsecond.
        Some(Fact::Decimal(seconds)) => Some((seconds * 1e6).round() / 1e6),
        _ => None,
    };
    let against = match measure.detail.get("against") {
        Some(Fact::Text(name)) => Some(name.as_str()),
        _ => None,
    };
    let (offset_seconds, uncertainty_seconds) = (decimal("measured_seconds")?, decimal("uncertainty_seconds")?);
    Some(Clock { of, offset_seconds, uncertainty_seconds, against })
}

/// The same in sentences.
pub(super) fn sentences(subject: &Subject<'_>) -> Vec<String> {
    read(subject).iter().map(|clock| clock.sentence(subject.speech())).collect()
}

impl Clock<'_> {
    fn sentence(&self, speech: Speech<'_>) -> String {
        let offset = speech.measured_offset(self.offset_seconds, self.uncertainty_seconds);
        let seconds = speech.seconds(self.uncertainty_seconds);
        let reference = speech.phrase(match self.against {
            Some("time-server") => "by-time-server",
            Some("this-computer") => "by-this-computer",
            _ => "by-unnamed",
        });
        let id = if self.of == "device" { "clock-device" } else { "clock-page" };
        speech.say(id, &[("offset", &offset), ("seconds", &seconds), ("reference", reference)])
    }
}
