use std::collections::BTreeMap;

use fastrand::Rng;

use super::priors::drawn;
use crate::knowledge::{Decide, MeasuredBy, Question, Symptom};
use crate::verdict::{UNSURE, likelihood};

/// How many answers are wrong.
const WRONG: f64 = 0.1;
/// How many of those who could be anywhere are signing in.
const SIGNING_IN: f64 = 0.85;

/// Answers for simulated people: as often as the knowledge says for their cause, and sometimes wrongly.
pub(super) struct Answering<'a> {
    symptom: &'a Symptom,
    /// Who they are.
    pub(super) rng: Rng,
    /// What they say, and what helps: apart, so that the same people come whatever they are asked.
    pub(super) luck: Rng,
}

impl<'a> Answering<'a> {
    pub(super) fn new(symptom: &'a Symptom, seed: u64, luck: u64) -> Self {
        Self { symptom, rng: Rng::with_seed(seed), luck: Rng::with_seed(luck) }
    }

    /// The true answer to every question, of somebody with these causes, the main one first.
    pub(super) fn facts(&mut self, causes: &[String]) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        // Which entry is the right one, only their codes can tell.
        let told = |question: &&Question| !question.noted || question.measured_by != Some(MeasuredBy::Entries);
        for question in self.symptom.questions.iter().filter(told) {
            // As in the verdict: the main cause answers what speaks of it, the other one the rest.
            let with = causes.get(1).filter(|_| !question.speaks_of(&causes[0]));
            let answer = truth(self.symptom, question, with.unwrap_or(&causes[0]), &mut self.rng);
            facts.insert(question.id.clone(), answer);
        }
        facts
    }

    /// The true answer; one time of ten, any other.
    pub(super) fn said(&mut self, facts: &BTreeMap<String, String>, id: &str) -> String {
        let Some(truth) = facts.get(id) else { return UNSURE.to_owned() };
        let question = self.symptom.question(id);
        let others = question.iter().flat_map(|question| &question.answers).map(|answer| &answer.id);
        let others: Vec<&String> = others.filter(|answer| *answer != truth).collect();
        if self.luck.f64() >= WRONG {
            return truth.clone();
        }
        self.luck.choice(others).unwrap_or(truth).clone()
    }
}

/// The true answer of somebody with this cause, drawn as often as the verdict reads it.
pub(super) fn truth(symptom: &Symptom, question: &Question, cause: &str, rng: &mut Rng) -> String {
    // A cause that exists in one place only tells the place.
    let gate = symptom.cause(cause).and_then(|cause| cause.only_when.0.iter().find(|one| one.fact == question.id));
    let possible = |id: &&str| gate.is_none_or(|gate| gate.one_of.iter().any(|one| one == id));
    let ids: Vec<&str> = question.answers.iter().map(|answer| answer.id.as_str()).filter(possible).collect();
    if let [only] = ids[..] {
        return only.to_owned();
    }
    let others = (question.answers.len() as f64 - 1.0).max(1.0);
    let share = |id: &str| match id {
        _ if !question.first || symptom.decide == Decide::FirstMatch => likelihood(question, id, cause),
        "signing-in" => SIGNING_IN,
        _ => (1.0 - SIGNING_IN) / others,
    };
    let weights: Vec<(&str, f64)> = ids.into_iter().map(|id| (id, share(id))).collect();
    drawn(rng, &weights).map_or(UNSURE, |id| id).to_owned()
}
