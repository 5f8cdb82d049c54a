use std::collections::{BTreeMap, BTreeSet};

use super::log::{self, Log, Name, Refusal};
use crate::case::ServiceFacts;
use crate::finding::Fact;
use crate::knowledge::Knowledge;
use crate::verdict::{self, Conclusion, UNKNOWN, Verdict};

/// The cause that an offset without a cause is of.
pub(super) const CLOCK: &str = "device-clock-off";
/// The causes in which the clock of the device is at fault.
const OF_DEVICE: [&str; 3] = [CLOCK, "drifting-device-clock", "wrong-epoch"];
/// The causes in which that of the service is.
const OF_SERVICE: [&str; 2] = ["service-clock-off", "uneven-service-clocks"];
/// A cause from this probability on is one that others may speak for.
pub(super) const PLAUSIBLE: f64 = 0.1;
/// What is less probable is not told, and what is not told is no more probable.
const LEAST: f64 = 0.001;
/// How common a cause is that the knowledge does not have, of all.
const NOT_KNOWN: f64 = 0.05;
/// Seconds to either side that a service forgives whose window is not told: one step.
const STEP: i64 = 30;
/// Shares of people who may have a cause in common.
const CROWDS: [f64; 3] = [0.5, 0.75, 0.95];

/// How probable a cause is for one refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Its id, `unknown` included.
    pub cause: String,
    /// 0 to 1.
    pub probability: f64,
}

/// How common causes are, of all refusals.
#[derive(Debug, Clone, Default)]
pub struct Shares(BTreeMap<String, f64>);

impl Shares {
    /// As the knowledge weighs them: of a cause of several symptoms the greatest share.
    pub fn of(knowledge: &Knowledge) -> Self {
        let mut shares: BTreeMap<String, f64> = BTreeMap::new();
        for symptom in knowledge.symptoms.values() {
            let weights = symptom.causes.iter().map(|cause| (cause.id.as_str(), verdict::prior(symptom, cause)));
            let weights: Vec<(&str, f64)> = weights.chain([(UNKNOWN, knowledge.numbers.unknown)]).collect();
            let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
            for (cause, weight) in weights.into_iter().filter(|_| sum > 0.0) {
                let share = shares.entry(cause.to_owned()).or_default();
                *share = share.max(weight / sum);
            }
        }
        Self(shares)
    }

    fn share(&self, cause: &str) -> f64 {
        self.0.get(cause).copied().filter(|share| *share > 0.0).unwrap_or(NOT_KNOWN)
    }
}

/// A cause of a refusal with what is said of it.
pub(super) struct Told<'a> {
    pub(super) cause: &'a str,
    /// Whether the clock of the device is at fault besides.
    pub(super) with_clock: bool,
    pub(super) probability: Option<f64>,
    pub(super) offset_seconds: Option<i64>,
}

impl Told<'_> {
    fn is_of_clocks(&self) -> bool {
        self.with_clock || is_of_clocks(self.cause)
    }
}

fn is_of_clocks(cause: &str) -> bool {
    OF_DEVICE.contains(&cause) || OF_SERVICE.contains(&cause)
}

/// What the causes of a refusal come to, most probable first: cause, shift, beliefs; the rest is left empty. `whole`: it is
/// the cause itself that is concluded, not its family. `window_seconds` as of a [`Refusal`].
pub(super) fn summed(
    told: &[Told<'_>],
    conclusion: Conclusion,
    whole: bool,
    window_seconds: Option<(i64, i64)>,
) -> Refusal {
    let first = told.first();
    let settled = first.filter(|one| one.cause != UNKNOWN && conclusion != Conclusion::Undetermined);
    let known = || told.iter().filter(|one| one.cause != UNKNOWN);
    let plausible = |one: &&Told<'_>| one.is_of_clocks() && one.probability.is_none_or(|share| share >= PLAUSIBLE);
    let clock = match settled {
        // A cause that has nothing to do with clocks leaves nothing to be said of them.
        Some(cause) => Some(cause).filter(|cause| cause.is_of_clocks()),
        None => known().next().filter(|one| one.is_of_clocks()).or_else(|| known().find(plausible)),
    };
    let shift = clock.and_then(|one| one.offset_seconds).filter(|shift| !is_forgiven(*shift, window_seconds));
    let mut beliefs: Vec<Belief> = Vec::new();
    for one in told {
        let Some(probability) = one.probability.filter(|share| *share >= LEAST || one.cause == UNKNOWN) else {
            continue;
        };
        match beliefs.iter_mut().find(|belief| belief.cause == one.cause) {
            Some(belief) => belief.probability += probability,
            None => beliefs.push(Belief { cause: one.cause.to_owned(), probability }),
        }
    }
    let confirmed = whole && conclusion == Conclusion::Confirmed && settled.is_some();
    let of_device = settled.is_some_and(|one| OF_DEVICE.contains(&one.cause));
    Refusal {
        cause: settled.map(|one| one.cause.to_owned()),
        offset_seconds: shift,
        window_seconds,
        beliefs,
        confirmed,
        own_clock: confirmed && of_device,
        ..Refusal::default()
    }
}

/// The same of a verdict.
pub(super) fn settle(verdict: &Verdict, service: &ServiceFacts) -> Refusal {
    let told: Vec<Told<'_>> = verdict
        .causes
        .iter()
        .map(|ranked| Told {
            cause: &ranked.cause,
            with_clock: ranked.with.iter().any(|with| with == CLOCK),
            probability: Some(ranked.probability),
            offset_seconds: match ranked.detail.get("offset_seconds") {
                Some(Fact::Number(seconds)) => Some(*seconds),
                _ => None,
            },
        })
        .collect();
    let window = |steps: Option<u32>| STEP * i64::from(steps.unwrap_or(1));
    let told_window = service.past.is_some() || service.future.is_some();
    let window = told_window.then(|| (window(service.past), window(service.future)));
    summed(&told, verdict.conclusion, verdict.family.is_none(), window)
}

/// Whether a service takes the code of a clock that is off by so little, so that it is no shift.
pub(super) fn is_forgiven(shift: i64, window_seconds: Option<(i64, i64)>) -> bool {
    let (behind, ahead) = window_seconds.unwrap_or((STEP, STEP));
    (-behind..=ahead).contains(&shift)
}

/// Records by what is known of their causes.
#[derive(Default)]
struct Kinds {
    /// One of those that have the same cause and nothing else, and how many they are.
    alike: Vec<(usize, usize)>,
    /// Those with beliefs of their own.
    single: Vec<usize>,
}

/// What many refusals say together of their causes.
#[derive(Clone, Copy)]
pub(super) struct Pool<'a>(pub(super) &'a Log);

impl<'a> Pool<'a> {
    fn share(self, cause: Name) -> f64 {
        self.0.shares.share(self.0.names.text(cause))
    }

    /// What is believed of a record beyond its cause.
    fn beliefs(self, index: usize) -> Option<&'a [(Name, f64)]> {
        let number = self.0.records[index].beliefs?;
        self.0.beliefs.get(log::at(number)).map(Vec::as_slice)
    }

    /// How probable a cause is for a record; `None`: nothing is known of that.
    fn probability(self, index: usize, cause: Name) -> Option<f64> {
        let record = &self.0.records[index];
        match (self.beliefs(index), record.cause) {
            (Some(beliefs), _) => {
                let told = beliefs.iter().find(|(told, _)| *told == cause);
                Some(told.map_or(LEAST, |(_, share)| share.max(LEAST)))
            }
            (None, Some(own)) => Some(if own == cause { 1.0 - LEAST } else { LEAST }),
            (None, None) => None,
        }
    }

    /// How much better a cause fits a record than the usual ones do; `share` is that of the cause.
    fn ratio(self, index: usize, cause: Name, share: f64) -> f64 {
        self.probability(index, cause).map_or(1.0, |probability| probability / share)
    }

    /// The sum of what `speaks` makes of each record's ratio. Records of which no more than a cause is known are alike, and
    /// counted.
    fn sum(self, kinds: &Kinds, cause: Name, speaks: impl Fn(f64) -> f64) -> f64 {
        let share = self.share(cause);
        let of = |index: usize| speaks(self.ratio(index, cause, share));
        let alike = kinds.alike.iter().map(|(index, count)| of(*index) * *count as f64);
        alike.chain(kinds.single.iter().map(|index| of(*index))).sum()
    }

    fn kinds(self, some: &[usize]) -> Kinds {
        let mut kinds = Kinds::default();
        let mut alike: BTreeMap<Option<Name>, (usize, usize)> = BTreeMap::new();
        for index in some.iter().copied() {
            let record = &self.0.records[index];
            match record.beliefs {
                Some(_) => kinds.single.push(index),
                None => alike.entry(record.cause).or_insert((index, 0)).1 += 1,
            }
        }
        kinds.alike = alike.into_values().collect();
        kinds
    }

    /// Every cause that may be that of a record: its own, or where that is not confirmed what is plausible beside it.
    pub(super) fn plausible(self, index: usize) -> Vec<Name> {
        let record = &self.0.records[index];
        let beside = self.beliefs(index).filter(|_| !record.confirmed).into_iter().flatten();
        let beside = beside.filter(|(cause, share)| *share >= PLAUSIBLE && self.0.names.text(*cause) != UNKNOWN);
        let mut causes: Vec<Name> = beside.map(|(cause, _)| *cause).chain(record.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        causes
    }

    fn candidates(self, kinds: &Kinds) -> BTreeSet<Name> {
        let alike = kinds.alike.iter().map(|(index, _)| index);
        alike.chain(&kinds.single).flat_map(|index| self.plausible(*index)).collect()
    }

    /// The cause that some records share, if all of them share one; `None` where none is likely.
    pub(super) fn cause(self, some: &[usize]) -> Option<Name> {
        let kinds = self.kinds(some);
        let fits = |cause: Name| self.sum(&kinds, cause, f64::ln) + self.share(cause).ln();
        let fits: Vec<(Name, f64)> = self.candidates(&kinds).into_iter().map(|cause| (cause, fits(cause))).collect();
        let (best, most) = fits.iter().copied().max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        // That nothing known explains them says as much as the usual causes do: a ratio of one.
        let unknown = self.0.shares.share(UNKNOWN).ln();
        let sum: f64 = fits.iter().map(|(_, fit)| (fit - most).exp()).sum::<f64>() + (unknown - most).exp();
        (1.0 / sum >= verdict::LIKELY).then_some(best)
    }

    /// The cause that half of some records or more have in common, who has it, and the chance that so many have it by luck.
    /// A ratio of likelihoods of so much comes by luck in one of so many logs at most.
    pub(super) fn common(self, some: &[usize], may: impl Fn(&str) -> bool) -> Option<(Name, Vec<usize>, f64)> {
        let kinds = self.kinds(some);
        let candidates = self.candidates(&kinds).into_iter().filter(|cause| may(self.0.names.text(*cause)));
        let candidates: Vec<Name> = candidates.collect();
        let tried = (candidates.len() * CROWDS.len()) as f64;
        let speaks = |(cause, crowd): (Name, f64)| self.sum(&kinds, cause, |ratio| (crowd * ratio + 1.0 - crowd).ln());
        let all = candidates.iter().flat_map(|cause| CROWDS.map(|crowd| (*cause, crowd)));
        let best = all.map(|one| (one, speaks(one))).max_by(|(_, one), (_, other)| one.total_cmp(other));
        let ((cause, crowd), most) = best?;
        let share = self.share(cause);
        let has = |index: &usize| {
            let ratio = crowd * self.ratio(*index, cause, share);
            ratio >= 1.0 - crowd && self.plausible(*index).contains(&cause)
        };
        let members = some.iter().copied().filter(has).collect();
        Some((cause, members, (tried * (-most).exp()).min(1.0)))
    }
}
