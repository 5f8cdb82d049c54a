use fastrand::Rng;

use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::{Knowledge, Symptom};
use crate::lab::Fault;
use crate::verdict::{UNKNOWN, prior};

/// How common every cause of *my code is invalid* is, `unknown` among them, as the knowledge says.
pub(super) fn priors(knowledge: &Knowledge) -> Vec<(String, f64)> {
    knowledge.symptoms.get(USUAL_SYMPTOM).map(|symptom| priors_of(knowledge, symptom)).unwrap_or_default()
}

/// The same of any symptom.
pub(super) fn priors_of(knowledge: &Knowledge, symptom: &Symptom) -> Vec<(String, f64)> {
    let causes = symptom.causes.iter().map(|cause| (cause.id.clone(), prior(symptom, cause)));
    causes.chain([(UNKNOWN.to_owned(), knowledge.numbers.unknown)]).collect()
}

/// The same with every weight moved one notch up or down the knowledge's own scale, by chance.
pub(super) fn one_notch_off(priors: &[(String, f64)], seed: u64) -> Vec<(String, f64)> {
    let mut notches: Vec<f64> = priors.iter().filter(|(id, _)| id != UNKNOWN).map(|(_, weight)| *weight).collect();
    notches.sort_by(f64::total_cmp);
    notches.dedup();
    let mut rng = Rng::with_seed(seed);
    let mut moved = |weight: f64| {
        if rng.bool() {
            notches.iter().copied().find(|notch| *notch > weight).unwrap_or(2.0 * weight)
        } else {
            notches.iter().rev().copied().find(|notch| *notch < weight).unwrap_or(weight / 2.0)
        }
    };
    priors.iter().map(|(id, weight)| (id.clone(), moved(*weight))).collect()
}

/// Every fault with its weight: the knowledge's for single ones, what independence gives for two at once. A fault whose
/// cause the knowledge does not have weighs nothing.
pub fn weights(knowledge: &Knowledge) -> Vec<(Fault, f64)> {
    weights_by(&priors(knowledge))
}

pub(super) fn weights_by(priors: &[(String, f64)]) -> Vec<(Fault, f64)> {
    let single = |id: &str| priors.iter().find(|(cause, _)| cause == id).map_or(0.0, |(_, weight)| *weight);
    let sum: f64 = Fault::all().filter(|fault| fault.with.is_none()).map(|fault| single(fault.cause)).sum();
    let weight = |fault: Fault| match fault.with {
        None => single(fault.cause),
        Some(with) => single(fault.cause) * single(with) / sum,
    };
    Fault::all().map(|fault| (fault, weight(fault))).collect()
}

/// One of several by its weight; `None` where nothing weighs anything.
pub fn drawn<'w, T>(rng: &mut Rng, weights: &'w [(T, f64)]) -> Option<&'w T> {
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut rest = rng.f64() * sum;
    let weighed = || weights.iter().filter(|(_, weight)| *weight > 0.0);
    for (one, weight) in weighed() {
        rest -= weight;
        if rest < 0.0 {
            return Some(one);
        }
    }
    weighed().next_back().map(|(one, _)| one)
}
