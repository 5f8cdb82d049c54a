use std::collections::BTreeMap;

use fastrand::Rng;

use crate::engine::{EngineError, USUAL_SYMPTOM};
use crate::knowledge::{Knowledge, Numbers, Question, Remedy, Symptom};
use crate::session::{self, Evidence, Mode, Next, standing};
use crate::verdict::{UNKNOWN, likelihood, prior};

/// Causes, questions and remedies of a piece: few enough to try every order of steps.
const CAUSES: usize = 6;
const QUESTIONS: usize = 4;
const REMEDIES: usize = 5;

/// What sessions cost on average beside the best possible ones, in the unit of `effort`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distance {
    /// Pieces of the knowledge that were searched through.
    pub pieces: usize,
    /// Of a session, averaged over the pieces.
    pub cost: f64,
    /// Of the best plan, which looks ahead to the end.
    pub best: f64,
    /// The largest ratio of the two in any piece.
    pub worst: f64,
}

/// Compares the choice of steps with the best plan, on random pieces of the symptom *my code is invalid*.
///
/// Both costs are exact expectations over causes, answers and results of remedies as the knowledge has them; the best
/// plan is found by trying every step in every state.
///
/// # Errors
/// The knowledge lacks that symptom.
pub fn distance(knowledge: &Knowledge, pieces: usize, seed: u64) -> Result<Distance, EngineError> {
    let Some(symptom) = knowledge.symptoms.get(USUAL_SYMPTOM) else {
        return Err(EngineError::NoSymptom { nearest: None });
    };
    let mut rng = Rng::with_seed(seed);
    let mut distance = Distance { pieces, ..Distance::default() };
    for _ in 0..pieces {
        let symptom = piece(symptom, &mut rng);
        let mut table = Table { symptom: &symptom, knowledge, numbers: &knowledge.numbers, best: BTreeMap::new() };
        let start = State { answers: BTreeMap::new(), failed: Vec::new() };
        let (cost, best) = (table.chosen(&start), table.best(&start));
        distance.cost += cost / pieces as f64;
        distance.best += best / pieces as f64;
        distance.worst = distance.worst.max(cost / best);
    }
    Ok(distance)
}

/// A symptom with a few of its causes, and with questions and remedies that have to do with them.
fn piece(whole: &Symptom, rng: &mut Rng) -> Symptom {
    let mut piece = Symptom { causes: some(&whole.causes, CAUSES, rng, |_| true), ..whole.clone() };
    let causes: Vec<&str> = piece.causes.iter().map(|cause| cause.id.as_str()).collect();
    let asks =
        |question: &Question| question.only_when.is_empty() && causes.iter().any(|cause| question.speaks_of(cause));
    // What a session only notes by itself, no step here makes known.
    let helps =
        |remedy: &Remedy| remedy.only_when.is_empty() && causes.iter().any(|cause| remedy.works_for(cause) > 0.0);
    piece.questions = some(&whole.questions, QUESTIONS, rng, asks);
    // Every order of steps is tried, so none of them is first.
    piece.questions.iter_mut().for_each(|question| question.first = false);
    // Nor does anything lead away from it.
    piece.questions.iter_mut().flat_map(|question| &mut question.answers).for_each(|answer| answer.then = None);
    piece.then = None;
    piece.remedies = some(&whole.remedies, REMEDIES, rng, helps);
    piece.remedies.iter_mut().for_each(|remedy| remedy.then = None);
    piece
}

/// `count` of those that fit, or all, in their order.
fn some<T: Clone>(all: &[T], count: usize, rng: &mut Rng, fits: impl Fn(&T) -> bool) -> Vec<T> {
    let fitting: Vec<usize> = (0..all.len()).filter(|&index| fits(&all[index])).collect();
    let mut drawn = rng.choose_multiple(fitting, count);
    drawn.sort_unstable();
    drawn.into_iter().map(|index| all[index].clone()).collect()
}

/// What was answered, and which remedies did not help.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    answers: BTreeMap<String, String>,
    failed: Vec<String>,
}

struct Table<'a> {
    symptom: &'a Symptom,
    knowledge: &'a Knowledge,
    numbers: &'a Numbers,
    best: BTreeMap<State, f64>,
}

impl Table<'_> {
    /// Probability by cause.
    fn belief(&self, state: &State) -> Vec<(&str, f64)> {
        let told = |cause: &str| -> f64 {
            let answers = self.symptom.questions.iter().filter_map(|question| {
                state.answers.get(&question.id).map(|answer| likelihood(self.symptom, question, answer, cause))
            });
            let failed = self.symptom.remedies.iter().filter(|remedy| state.failed.contains(&remedy.id));
            answers.chain(failed.map(|remedy| 1.0 - remedy.works_for(cause))).product()
        };
        let weights = self.symptom.causes.iter().map(|cause| (cause.id.as_str(), prior(self.symptom, cause)));
        let joint: Vec<(&str, f64)> =
            weights.chain([(UNKNOWN, self.numbers.unknown)]).map(|(id, weight)| (id, weight * told(id))).collect();
        let sum: f64 = joint.iter().map(|(_, p)| p).sum();
        joint.into_iter().map(|(id, p)| (id, p / sum)).collect()
    }

    /// The expected cost of asking a question and going on as `go_on` does.
    fn asking(&mut self, question: &Question, state: &State, go_on: fn(&mut Self, &State) -> f64) -> f64 {
        let belief = self.belief(state);
        let says = |answer: &str, cause: &str| likelihood(self.symptom, question, answer, cause);
        let share = |answer: &str| belief.iter().map(|(cause, p)| p * says(answer, cause)).sum::<f64>();
        let shares: Vec<(String, f64)> =
            question.answers.iter().map(|answer| (answer.id.clone(), share(&answer.id))).collect();
        let after = shares.into_iter().map(|(answer, share)| {
            let mut state = state.clone();
            state.answers.insert(question.id.clone(), answer);
            share * go_on(self, &state)
        });
        question.cost + after.sum::<f64>()
    }

    /// The expected cost of trying a remedy, and going on if it does not help.
    fn trying(&mut self, remedy: &Remedy, state: &State, go_on: fn(&mut Self, &State) -> f64) -> f64 {
        let works: f64 = self.belief(state).iter().map(|(cause, p)| p * remedy.works_for(cause)).sum();
        let mut after = state.clone();
        after.failed.push(remedy.id.clone());
        after.failed.sort();
        remedy.effort + (1.0 - works) * (self.numbers.failed_person + go_on(self, &after))
    }

    /// As a session goes on.
    fn chosen(&mut self, state: &State) -> f64 {
        let symptom = self.symptom;
        let mut told = session::State::about(&symptom.id);
        (told.answers, told.failed) = (state.answers.clone(), state.failed.clone());
        let (known, mode) = (&state.answers, Mode::Person);
        let evidence = Evidence { knowledge: self.knowledge, state: &told, known, mode, script: None };
        match standing(symptom, evidence).step.next {
            Next::Ask(id) => symptom.question(&id).map(|one| self.asking(one, state, Self::chosen)),
            Next::Remedy(id) => symptom.remedy(&id).map(|one| self.trying(one, state, Self::chosen)),
            _ => None,
        }
        .unwrap_or(self.numbers.escalation)
    }

    /// As well as can be.
    fn best(&mut self, state: &State) -> f64 {
        if let Some(known) = self.best.get(state) {
            return *known;
        }
        let symptom = self.symptom;
        let mut least = self.numbers.escalation;
        for remedy in symptom.remedies.iter().filter(|remedy| !state.failed.contains(&remedy.id)) {
            least = least.min(self.trying(remedy, state, Self::best));
        }
        for question in symptom.questions.iter().filter(|question| !state.answers.contains_key(&question.id)) {
            least = least.min(self.asking(question, state, Self::best));
        }
        self.best.insert(state.clone(), least);
        least
    }
}
