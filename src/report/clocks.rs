//! What clocks showed, whatever came of it: a reading is told with its uncertainty even where it speaks for no cause.

use serde::Serialize;

use super::Subject;
use super::words::{measured_offset, seconds};
use crate::finding::{Fact, Measure, Reading, Source};

/// What stands above [`sentences`].
pub(super) const HEADING: &str = "What the clocks show";

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
    read(subject).iter().map(Clock::sentence).collect()
}

impl Clock<'_> {
    fn sentence(&self) -> String {
        let offset = measured_offset(self.offset_seconds, self.uncertainty_seconds);
        let found = format!("{offset}, give or take {}", seconds(self.uncertainty_seconds));
        if self.of == "device" {
            return format!("The clock of your device is {found}.");
        }
        let reference = match self.against {
            Some("time-server") => "By the time server",
            Some("this-computer") => "By this computer's clock, which nobody has checked (--ntp does)",
            _ => "By a clock that is not named",
        };
        format!(
            "{reference}, the clock of the service's web page is {found}. Codes may be checked by another clock, so this is \
             a hint and no proof."
        )
    }
}
