//! What is told of the time of a code.
//!
//! The one idea: a log knows the second, people know minutes or nothing, and what they say holds the truth: it is wide,
//! not wrong. It must not move a code in time.

use std::ops::Range;

use fastrand::Rng;

use crate::case::{AtSource, Interval};

/// How the times of a case come to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// The service's log for what was sent, this computer for what was read off.
    Exactly,
    /// By whoever tells of it, each in a way of their own.
    AsPeopleDo,
}

/// One way of telling, for a whole case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    way: Way,
    /// Seconds since 1970 at which it is told.
    now: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Exactly,
    /// This computer saw it typed.
    Seen,
    /// "About ten minutes ago."
    Words,
    /// "At five past two", by a clock that is right.
    Minute,
    NotAtAll,
    /// Each code in another way.
    Mixed,
}

/// How often a case is told in each way: a judgement, since reports say *when* in all of them.
const WAYS: [(Way, f64); 6] = [
    (Way::Exactly, 0.3),
    (Way::Seen, 0.15),
    (Way::Words, 0.25),
    (Way::Minute, 0.1),
    (Way::NotAtAll, 0.1),
    (Way::Mixed, 0.1),
];

/// What people say of an age, and mean by it, all in seconds: up to which age they say it, and the least and the most that
/// is meant. "Just now", "a few minutes", "about ten", "half an hour", "an hour", "a few hours ago".
const WORDS: [(i64, i64, i64); 6] = [
    (120, 0, 180),
    (420, 120, 600),
    (900, 300, 1_200),
    (2_700, 900, 3_600),
    (5_400, 2_400, 7_200),
    (18_000, 3_600, 21_600),
];
/// How long after the last code it is told, in seconds; each as often.
const AFTERWARDS: [Range<i64>; 4] = [20..90, 90..600, 600..3_600, 3_600..14_400];
/// How often a code that was read off for the doctor is seen by this computer, though the rest is told in words.
const WATCHED: f64 = 0.6;
const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

impl Telling {
    /// How this case is told, the last code having come at `last`. It draws nothing where all is exact.
    pub(super) fn settle(self, rng: &mut Rng, last: i64) -> Told {
        match self {
            Self::Exactly => Told { way: Way::Exactly, now: last },
            Self::AsPeopleDo => {
                let afterwards = AFTERWARDS[rng.usize(..AFTERWARDS.len())].clone();
                Told { way: drawn(rng), now: last + rng.i64(afterwards) }
            }
        }
    }
}

fn drawn(rng: &mut Rng) -> Way {
    let mut rest = rng.f64();
    for (way, share) in WAYS {
        rest -= share;
        if rest < 0.0 {
            return way;
        }
    }
    Way::Mixed
}

impl Told {
    /// What the case says of a code typed at `typed`, true time, and checked when the service's clock said `logged`; `None`
    /// for one that was read off.
    pub(super) fn of(self, rng: &mut Rng, typed: i64, logged: Option<i64>) -> Option<(Interval, AtSource)> {
        let mut way = self.way;
        while way == Way::Mixed {
            way = drawn(rng);
        }
        let wordy = matches!(way, Way::Words | Way::Minute | Way::NotAtAll);
        if wordy && logged.is_none() && rng.f64() < WATCHED {
            way = Way::Seen;
        }
        match way {
            Way::Exactly => Some(match logged {
                Some(logged) => (Interval::instant(logged), AtSource::Service),
                None => (Interval::instant(typed), AtSource::ThisComputer),
            }),
            Way::Seen => Some((Interval::instant(typed), AtSource::ThisComputer)),
            Way::Words => Some((words(self.now, typed), AtSource::Person)),
            Way::Minute => {
                let from = typed.div_euclid(MINUTE) * MINUTE;
                Some((Interval { from: from - MINUTE, to: from + 2 * MINUTE - 1 }, AtSource::Person))
            }
            Way::NotAtAll | Way::Mixed => None,
        }
    }
}

/// The interval that people mean. What is longer ago than a few hours is told to the half of a day.
fn words(now: i64, typed: i64) -> Interval {
    let age = now - typed;
    match WORDS.iter().find(|(up_to, ..)| age <= *up_to) {
        Some((_, least, most)) => Interval { from: now - most, to: now - least },
        None => Interval { from: typed - typed.rem_euclid(DAY / 2), to: typed - typed.rem_euclid(DAY / 2) + DAY / 2 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_holds_the_truth() {
        let mut rng = Rng::with_seed(4);
        let mut widths = Vec::new();
        for _ in 0..2_000 {
            let typed = 1_800_000_000 + rng.i64(0..DAY);
            let last = typed + rng.i64(0..3_600);
            let told = Telling::AsPeopleDo.settle(&mut rng, last).of(&mut rng, typed, Some(typed));
            let Some((interval, _)) = told else { continue };
            assert!(interval.from <= typed && typed <= interval.to, "{interval:?} {typed}");
            widths.push(interval.to - interval.from);
        }
        assert!(widths.len() < 1_900, "some know nothing: {}", widths.len());
        assert!(widths.contains(&0) && widths.iter().any(|width| *width >= 3_600));
    }

    #[test]
    fn a_tidy_case_draws_nothing() {
        let (mut rng, mut same) = (Rng::with_seed(9), Rng::with_seed(9));
        let told = Telling::Exactly.settle(&mut rng, 100).of(&mut rng, 90, Some(95));
        assert_eq!(told, Some((Interval::instant(95), AtSource::Service)));
        assert_eq!(rng.u64(..), same.u64(..));
    }
}
