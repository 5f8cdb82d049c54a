//! The device's clock as somebody read it, beside the codes that it made.
//!
//! The one idea: a reading leaves some offsets and no others, and the codes have to agree with it. It must not know any code.

use super::constants::{MOVED_SINCE, USUAL_PERIOD};
use crate::case::Case;

/// The device's clock as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockRead {
    /// Seconds; negative: behind.
    pub(super) offset: f64,
    /// Seconds to either side that the clock may be off by now.
    slack: f64,
    /// Beyond what the service forgives, for certain.
    pub(super) off: bool,
    /// Within it, for certain.
    pub(super) on_time: bool,
}

impl ClockRead {
    pub(super) fn of(case: &Case) -> Option<Self> {
        let clock = case.reading()?;
        let steps = if clock.offset_seconds < 0.0 { case.service.past } else { case.service.future };
        let edge = f64::from(steps.unwrap_or(1).max(1)) * f64::from(USUAL_PERIOD);
        let (size, slack) = (clock.offset_seconds.abs(), clock.uncertainty_seconds + MOVED_SINCE);
        let off = size - clock.uncertainty_seconds > edge;
        let on_time = size + clock.uncertainty_seconds < edge;
        Some(Self { offset: clock.offset_seconds, slack, off, on_time })
    }

    /// How common an offset is, given the reading and nothing else.
    pub(super) fn density(&self, offset: i64) -> f64 {
        let (from, to) = self.range();
        if (from..=to).contains(&offset) { 1.0 / (to - from + 1) as f64 } else { 0.0 }
    }

    /// The share of the offsets that the reading allows which lie there.
    pub(super) fn share(&self, from: i64, to: i64) -> f64 {
        let (first, last) = self.range();
        (to.min(last + 1) - from.max(first)).max(0) as f64 / (last - first + 1) as f64
    }

    /// Whether some offset of the range is one that the reading allows.
    pub(super) fn meets(&self, (from, to): (i64, i64)) -> bool {
        let (first, last) = self.range();
        from <= last && first <= to
    }

    fn range(&self) -> (i64, i64) {
        ((self.offset - self.slack).floor() as i64, (self.offset + self.slack).ceil() as i64)
    }
}
