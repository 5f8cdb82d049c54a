use fastrand::Rng;

use crate::engine::{EngineError, USUAL_SYMPTOM, diagnose};
use crate::knowledge::Knowledge;
use crate::lab::{Bench, Fault, Recipe, Specimen};
use crate::verdict::{Conclusion, Verdict};

/// How often the diagnosis was right.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Accuracy {
    /// Specimens.
    pub cases: usize,
    /// The true cause was first, all specimens counted.
    pub first: usize,
    /// Specimens that no other fault could have left.
    pub identifiable: usize,
    /// Of those: the true cause was first.
    pub identifiable_first: usize,
    /// Of those: it was confirmed.
    pub identifiable_confirmed: usize,
    /// Anything confirmed.
    pub confirmed: usize,
    /// A wrong cause confirmed.
    pub false_confirmed: usize,
    /// How many wrong ones the stated probabilities admit: the sum of 1 − probability over the confirmed.
    pub expected_false: f64,
    /// `old-entry` confirmed.
    pub old_entry_confirmed: usize,
    /// A clock offset found by the wide search confirmed.
    pub wide_confirmed: usize,
}

/// Offsets up to this many seconds are found by the near search: ten steps, and the width of a code.
const NEAR: i64 = 360;

/// Every fault with its weight: the knowledge's for single ones, what independence gives for two at once.
pub fn weights(knowledge: &Knowledge) -> Vec<(Fault, f64)> {
    let symptom = knowledge.symptoms.get(USUAL_SYMPTOM);
    let single = |id: &str| match symptom.and_then(|symptom| symptom.cause(id)) {
        Some(cause) => cause.weight,
        None if id == crate::verdict::UNKNOWN => knowledge.numbers.unknown,
        None => 0.0,
    };
    let sum: f64 =
        Fault::ALL.iter().filter(|fault| fault.causes().1.is_none()).map(|fault| single(fault.causes().0)).sum();
    let weight = |fault: Fault| match fault.causes() {
        (cause, None) => single(cause),
        (cause, Some(with)) => single(cause) * single(with) / sum,
    };
    Fault::ALL.into_iter().map(|fault| (fault, weight(fault))).collect()
}

/// Diagnoses `cases` specimens, drawn by how common their faults are, and counts.
///
/// # Errors
/// The knowledge lacks the symptom *my code is invalid*.
pub fn measure(knowledge: &Knowledge, recipe: Recipe, cases: usize, seed: u64) -> Result<Accuracy, EngineError> {
    let mut bench = Bench::new(seed, recipe);
    let mut draw = Rng::with_seed(seed.wrapping_add(1));
    let weights = weights(knowledge);
    let mut accuracy = Accuracy::default();
    for _ in 0..cases {
        let specimen = bench.make(drawn(&mut draw, &weights));
        let verdict = diagnose(&specimen.case, knowledge)?.verdict;
        accuracy.count(&specimen, &verdict);
    }
    Ok(accuracy)
}

/// A fault by its weight.
pub(super) fn drawn(rng: &mut Rng, weights: &[(Fault, f64)]) -> Fault {
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut rest = rng.f64() * sum;
    for (fault, weight) in weights {
        rest -= weight;
        if rest < 0.0 {
            return *fault;
        }
    }
    Fault::Unknown
}

impl Accuracy {
    fn count(&mut self, specimen: &Specimen, verdict: &Verdict) {
        let first = verdict.first();
        let same = first.cause == specimen.cause && first.with.first().map(String::as_str) == specimen.with;
        // A family is confirmed as a whole; its members are not told apart.
        let true_one = verdict.causes.iter().find(|ranked| ranked.cause == specimen.cause && ranked.with.is_empty());
        let in_family = verdict.family.is_some() && true_one.is_some_and(|ranked| ranked.family == verdict.family);
        let right = same || in_family;
        let confirmed = verdict.conclusion == Conclusion::Confirmed;
        // A second fault that goes unnamed does not make the first one wrong.
        let sound = right || (first.cause == specimen.cause && first.with.is_empty());
        self.cases += 1;
        self.first += usize::from(right);
        if specimen.identifiable {
            self.identifiable += 1;
            self.identifiable_first += usize::from(right);
            self.identifiable_confirmed += usize::from(right && confirmed);
        }
        if confirmed {
            self.confirmed += 1;
            self.false_confirmed += usize::from(!sound);
            self.expected_false += 1.0 - verdict.probability();
            self.old_entry_confirmed += usize::from(first.cause == "old-entry");
            let wide = match first.detail.get("offset_seconds") {
                Some(crate::finding::Fact::Number(offset)) => offset.abs() > NEAR,
                _ => false,
            };
            self.wide_confirmed += usize::from(wide);
        }
    }

    /// The share of the identifiable specimens whose true cause was first.
    pub fn first_share(&self) -> f64 {
        self.identifiable_first as f64 / self.identifiable.max(1) as f64
    }

    /// The share of the identifiable specimens that were confirmed.
    pub fn confirmed_share(&self) -> f64 {
        self.identifiable_confirmed as f64 / self.identifiable.max(1) as f64
    }

    /// Whether the wrong confirmations are no more than the stated probabilities admit, within Poisson error: fewer
    /// than the expected number plus three standard deviations plus one.
    pub fn confirms_honestly(&self) -> bool {
        self.false_confirmed as f64 <= self.expected_false + 3.0 * self.expected_false.sqrt() + 1.0
    }
}
