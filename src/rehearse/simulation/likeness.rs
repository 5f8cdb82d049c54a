//! How sure a case could make somebody who knows how the laboratory plays.
//!
//! The one idea: importance sampling. Every fault is played many times and counts by its weight, so among the specimens
//! that show the same traces the share of a cause is its posterior, given those traces. The traces are coarse, and the
//! answers are left out: who sees the whole case can be surer, never less sure on average. It must not diagnose.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::priors::{drawn, weights};
use crate::knowledge::Knowledge;
use crate::lab::{Bench, Fault, Recipe, Specimen, family};

/// A case is identifiable from this posterior on.
pub const IDENTIFIABLE: f64 = 0.95;
/// The word for a case that is not.
pub(super) const ALIKE: &str = "other faults leave the like";
/// How often each fault is played at least, whatever its weight.
const EACH: usize = 60;
/// Plays of one seed. Whoever runs the parts gets the same.
const PART: usize = 250;

/// Who left which traces, among many that were played.
#[derive(Debug, Clone, Default)]
pub struct Likeness {
    /// By traces and by cause or family: the weight of those that left them.
    left: BTreeMap<String, BTreeMap<&'static str, f64>>,
    /// The weight of half a play of the most common fault: what so few plays can have missed.
    missed: f64,
}

/// What is to be played for a [`Likeness`].
#[derive(Debug)]
pub struct Plays {
    recipe: Recipe,
    seed: u64,
    /// Each fault with the weight of one play of it.
    faults: Vec<(Fault, f64)>,
}

/// The family of a cause, or the cause where it has none.
pub(super) fn kin(cause: &'static str) -> &'static str {
    family(cause).unwrap_or(cause)
}

impl Plays {
    /// About `plays` by weight, and [`EACH`] of every fault.
    pub fn new(knowledge: &Knowledge, recipe: Recipe, plays: usize, seed: u64) -> Self {
        let weights = weights(knowledge);
        let mut times: Vec<usize> = vec![EACH.min(plays); weights.len()];
        let mut rng = Rng::with_seed(seed);
        let numbered: Vec<(usize, f64)> = weights.iter().map(|(_, weight)| *weight).enumerate().collect();
        for _ in 0..plays {
            if let Some(at) = drawn(&mut rng, &numbered) {
                times[*at] += 1;
            }
        }
        let each = weights.iter().zip(times).filter(|((_, weight), _)| *weight > 0.0);
        let faults = each.flat_map(|((fault, weight), times)| vec![(*fault, weight / times as f64); times]);
        Self { recipe, seed: rng.u64(..), faults: faults.collect() }
    }

    /// The number of parts; they can be played in any order.
    pub fn parts(&self) -> usize {
        self.faults.len().div_ceil(PART)
    }

    /// Plays one part, from 0.
    pub fn part(&self, part: usize) -> Likeness {
        let mut bench = Bench::new(self.seed.wrapping_add(part as u64), self.recipe).in_the_world();
        let mut likeness = Likeness::default();
        for (fault, weight) in self.faults.iter().skip(part * PART).take(PART) {
            likeness.missed = likeness.missed.max(weight / 2.0);
            let specimen = bench.make(*fault);
            let of = likeness.left.entry(specimen.traces).or_default();
            *of.entry(kin(fault.cause)).or_default() += weight;
        }
        likeness
    }
}

impl FromIterator<Self> for Likeness {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        let mut all = Self::default();
        parts.into_iter().for_each(|part| all.add(part));
        all
    }
}

impl Likeness {
    /// Adds what was played elsewhere.
    fn add(&mut self, other: Self) {
        self.missed = self.missed.max(other.missed);
        for (traces, of) in other.left {
            let all = self.left.entry(traces).or_default();
            for (kin, weight) in of {
                *all.entry(kin).or_default() += weight;
            }
        }
    }

    /// The cause or family that most often left these traces, and its posterior; `None` where nothing played left them.
    pub fn surest(&self, traces: &str) -> Option<(&'static str, f64)> {
        let of = self.left.get(traces)?;
        let (kin, weight) = of.iter().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some((kin, weight / (of.values().sum::<f64>() + self.missed)))
    }

    /// Whether a case with the traces of this specimen can make somebody sure of its cause or family.
    pub(super) fn identifies(&self, specimen: &Specimen) -> bool {
        let sure = self.surest(&specimen.traces).filter(|(_, posterior)| *posterior >= IDENTIFIABLE);
        sure.is_some_and(|(surest, _)| surest == kin(specimen.cause))
    }
}
