//! Adds the parts of a score up: attempts within one candidate, candidates within one explanation.
//!
//! The one idea: codes multiply, and what is uncertain is summed, the same for every order. It must not know where a part comes from.

use super::constants::MISHAP;
use super::explanation::Explanation;
use crate::finding::{Detail, Fact, Measure};

/// The parts of one explanation's score, one for each candidate, before they are summed.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) ratios: Vec<f64>,
    pub(super) tried: u64,
    pub(super) best: Option<(f64, Part)>,
}

/// Candidates that no code tells apart, and what they weigh.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Alike {
    pub(super) count: u64,
    pub(super) total: f64,
    pub(super) largest: f64,
}

impl Alike {
    pub(super) fn take(&mut self, weight: f64) {
        self.count += 1;
        self.total += weight;
        self.largest = self.largest.max(weight);
    }

    pub(super) fn times(self, share: f64) -> Self {
        Self { total: share * self.total, largest: share * self.largest, ..self }
    }
}

impl Parts {
    pub(super) fn add(&mut self, weight: f64, part: Part) {
        self.add_alike(Alike { count: 1, total: weight, largest: weight }, part);
    }

    /// The same part of several candidates.
    pub(super) fn add_alike(&mut self, alike: Alike, part: Part) {
        let contribution = alike.largest * part.ratio;
        self.ratios.push(alike.total * part.ratio);
        self.tried += alike.count * part.tried;
        // Of equal ones the name decides, so that the order of the entries does not.
        let name = |part: &Part| match part.detail.get("entry") {
            Some(Fact::Text(name)) => Some(name.clone()),
            _ => None,
        };
        let beats = |(best, old): &(f64, Part)| {
            contribution > *best || contribution.total_cmp(best).is_eq() && name(&part) < name(old)
        };
        if self.best.as_ref().is_none_or(beats) {
            self.best = Some((contribution, part));
        }
    }

    /// `rest` is the part of no candidate: nothing is known of the secret then, and the ratio is 1.
    ///
    /// The chance is that of the best candidate, times as many as were tried beside it.
    pub(super) fn measure(
        mut self,
        explanation: Explanation,
        with: Option<Explanation>,
        rest: f64,
        provable: bool,
    ) -> Measure {
        self.ratios.push(rest);
        let best = self.best.map(|(_, part)| part).unwrap_or_default();
        let crowd = self.tried as f64 / best.tried.max(1) as f64;
        Measure {
            explanation: explanation.id(),
            with: with.map(Explanation::id),
            ratio: sum(self.ratios),
            chance: if best.codes > 0 { (best.chance * crowd).min(1.0) } else { 1.0 },
            codes: best.codes,
            tried: self.tried,
            provable,
            detail: if best.codes > 0 { best.detail } else { Detail::default() },
        }
    }
}

/// The sum, the same for every order of the terms.
pub(super) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut terms = terms.into_iter();
    // One by itself, which is most of them, needs no room.
    let (Some(first), second) = (terms.next(), terms.next()) else { return 0.0 };
    let Some(second) = second else { return first };
    let mut terms: Vec<f64> = [first, second].into_iter().chain(terms).collect();
    terms.sort_by(f64::total_cmp);
    terms.iter().sum()
}

/// Each once, sorted.
pub(super) fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// One candidate's part of an explanation.
#[derive(Default)]
pub(super) struct Part {
    pub(super) ratio: f64,
    /// Expected number of matches as good, among what was tried here, by luck.
    pub(super) chance: f64,
    pub(super) tried: u64,
    pub(super) codes: usize,
    pub(super) detail: Detail,
}

impl Part {
    /// Multiplies one attempt in: `hit` is its likelihood ratio where it matches.
    pub(super) fn take(&mut self, hit: Option<f64>, space: f64) {
        self.ratio *= hit.unwrap_or(0.0) + MISHAP;
        self.tried += 1;
        if hit.is_some() {
            self.codes += 1;
            self.chance *= space;
        }
    }
}

/// One attempt under a slip's explanation.
pub(super) struct Sides {
    /// Likelihood ratio with the slip on this attempt; `None` where the slip does not fit.
    pub(super) slipped: Option<f64>,
    pub(super) slip_space: f64,
    pub(super) detail: Detail,
    /// Likelihood ratio without; `None` where the code does not match.
    pub(super) clean: Option<f64>,
    pub(super) clean_space: f64,
}

/// Sums over every non-empty set of attempts that suffered the slip, the first for free and each further one at `price`. The first
/// is any of the `refused`, since somebody asks because of one.
pub(super) fn summed(sides: &[Sides], refused: usize, price: f64) -> Part {
    let (mut none, mut some) = (1.0, 0.0);
    for side in sides {
        let slipped = side.slipped.unwrap_or(MISHAP);
        let clean = side.clean.unwrap_or(MISHAP);
        some = some * (clean + price * slipped) + none * slipped;
        none *= clean;
    }
    let ratio = some / refused.max(1) as f64;
    let mut part = Part { ratio, chance: 1.0, tried: sides.len() as u64, ..Part::default() };
    // The best assignment: on each attempt the likelier side, and the slip on at least one.
    let advantage = |side: &Sides| side.slipped.unwrap_or(MISHAP) / side.clean.unwrap_or(MISHAP);
    let first = (0..sides.len()).max_by(|a, b| advantage(&sides[*a]).total_cmp(&advantage(&sides[*b])));
    for (index, side) in sides.iter().enumerate() {
        let slipped = Some(index) == first || advantage(side) * price > 1.0;
        let (matched, space) = if slipped { (side.slipped, side.slip_space) } else { (side.clean, side.clean_space) };
        if matched.is_some() {
            part.codes += 1;
            part.chance *= space;
        }
        if Some(index) == first && matched.is_some() {
            part.detail = side.detail.clone();
        }
    }
    // Without the slip itself there is nothing of this explanation in the codes.
    if first.is_none_or(|index| sides[index].slipped.is_none()) {
        part.codes = 0;
    }
    part
}
