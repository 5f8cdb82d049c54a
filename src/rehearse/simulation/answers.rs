use std::collections::BTreeMap;

use fastrand::Rng;

use super::priors::drawn;
use crate::knowledge::{MeasuredBy, Question, Symptom};
use crate::verdict::{UNSURE, truths, truths_of_pair};

/// Answers for simulated people: as often as the knowledge says for their cause, and as often wrongly as it says of the
/// question.
pub(super) struct Answering<'a> {
    symptom: &'a Symptom,
    /// Who they are.
    pub(super) rng: Rng,
    /// What they say, and what helps: apart, so that the same people come whatever they are asked.
    pub(super) luck: Rng,
    /// How often they err, as a multiple of what the knowledge says of the question.
    errs: f64,
}

impl<'a> Answering<'a> {
    pub(super) fn new(symptom: &'a Symptom, seed: u64, luck: u64) -> Self {
        Self { symptom, rng: Rng::with_seed(seed), luck: Rng::with_seed(luck), errs: 1.0 }
    }

    /// The same people, who err so many times as often.
    pub(super) fn erring(self, errs: f64) -> Self {
        Self { errs, ..self }
    }

    /// The true answer to every question, of somebody with these causes, the main one first.
    pub(super) fn facts(&mut self, causes: &[String]) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        // Which entry is the right one, only their codes can tell.
        let told = |question: &&Question| !question.noted || question.measured_by != Some(MeasuredBy::Entries);
        for question in self.symptom.questions.iter().filter(told) {
            let shares = match causes {
                [one, other, ..] => truths_of_pair(self.symptom, question, [one, other]),
                _ => truths(self.symptom, question, &causes[0]),
            };
            let answer = drawn_of(question, &shares, &mut self.rng);
            facts.insert(question.id.clone(), answer);
        }
        facts
    }

    /// The true answer, or any other where they err.
    pub(super) fn said(&mut self, facts: &BTreeMap<String, String>, id: &str) -> String {
        let Some(truth) = facts.get(id) else { return UNSURE.to_owned() };
        let question = self.symptom.question(id);
        let others = question.iter().flat_map(|question| &question.answers).map(|answer| &answer.id);
        let others: Vec<&String> = others.filter(|answer| *answer != truth).collect();
        if self.luck.f64() >= self.errs * question.map_or(0.0, |question| question.errs) {
            return truth.clone();
        }
        self.luck.choice(others).unwrap_or(truth).clone()
    }
}

/// The true answer of somebody with this cause, drawn as often as the verdict reads it.
pub(super) fn truth(symptom: &Symptom, question: &Question, cause: &str, rng: &mut Rng) -> String {
    drawn_of(question, &truths(symptom, question, cause), rng)
}

/// One of the answers, each as often as its share.
fn drawn_of(question: &Question, shares: &[f64], rng: &mut Rng) -> String {
    let weights: Vec<(&str, f64)> =
        question.answers.iter().map(|answer| answer.id.as_str()).zip(shares.iter().copied()).collect();
    drawn(rng, &weights).map_or(UNSURE, |id| id).to_owned()
}
