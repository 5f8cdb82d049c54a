//! The clock of the device that shows the page, against that of the page's host.
//!
//! The one idea: a host names the second in which it answers (`Date`, RFC 9110 section 6.6.1), so each answer bounds the
//! offset to an interval, and several answers to what all of them allow. The host is a witness of the time and no judge.

use serde::{Deserialize, Serialize};

use crate::case::ClockReading;

/// A host that answers more slowly than this tells too little, in milliseconds.
const LONGEST_WAY: f64 = 5_000.0;
/// What `Date` leaves open, in milliseconds: it names whole seconds.
const RESOLUTION: f64 = 1_000.0;

/// One answer of the host.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The device's time when it asked, in milliseconds since 1970.
    pub before: f64,
    /// The device's time when the answer came.
    pub after: f64,
    /// The second that the host named, in milliseconds since 1970.
    pub date: f64,
}

/// How far the device's clock is off; `None` where the answers tell nothing, or contradict each other.
///
/// Each answer says that the host's time was in `date ..= date + 1 s` at some moment between `before` and `after`: the offset
/// (device less host) lies in `before − date − 1 s ..= after − date`.
pub fn reading(samples: &[Sample]) -> Option<ClockReading> {
    let tells = |sample: &&Sample| {
        let way = sample.after - sample.before;
        sample.date.is_finite() && (0.0..=LONGEST_WAY).contains(&way)
    };
    let bounds = samples.iter().filter(tells).map(|one| (one.before - one.date - RESOLUTION, one.after - one.date));
    let (low, high) = bounds.reduce(|(low, high), (from, to)| (low.max(from), high.min(to)))?;
    (low <= high)
        .then(|| ClockReading { offset_seconds: (low + high) / 2_000.0, uncertainty_seconds: (high - low) / 2_000.0 })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// What a host answers whose true time is the device's less `offset`, asked at these moments of the device.
    fn asked(offset: f64, moments: &[f64], way: f64) -> Vec<Sample> {
        let one = |before: &f64| {
            let at = before + way * 0.3 - offset;
            Sample { before: *before, after: before + way, date: (at / 1_000.0).floor() * 1_000.0 }
        };
        moments.iter().map(one).collect()
    }

    #[test]
    fn several_answers_close_in_on_the_offset() {
        let moments: Vec<f64> = (0..7).map(|at| 1_764_460_800_123.0 + f64::from(at) * 1_140.0).collect();
        for offset in [-125_400.0, 0.0, 42.0, 3_600_000.0] {
            let told = reading(&asked(offset, &moments, 60.0)).unwrap();
            let error = (told.offset_seconds - offset / 1_000.0).abs();
            assert!(error <= told.uncertainty_seconds, "{offset}: {told:?}");
            assert!(told.uncertainty_seconds <= 0.12, "{offset}: {told:?}");
        }
    }

    #[test]
    fn one_answer_tells_a_second_and_its_way() {
        let told = reading(&asked(-2_000.0, &[1_764_460_800_500.0], 200.0)).unwrap();
        assert!((told.uncertainty_seconds - 0.6).abs() < 1e-9, "{told:?}");
    }

    #[test]
    fn what_contradicts_itself_or_takes_too_long_tells_nothing() {
        let at = 1_764_460_800_000.0;
        let mut samples = asked(0.0, &[at], 50.0);
        samples.extend(asked(-90_000.0, &[at + 1_140.0], 50.0));
        assert_eq!(reading(&samples), None);
        assert_eq!(reading(&asked(0.0, &[at], 6_000.0)), None);
        assert_eq!(reading(&[]), None);
        assert_eq!(reading(&[Sample { before: at, after: at + 1.0, date: f64::NAN }]), None);
    }
}
