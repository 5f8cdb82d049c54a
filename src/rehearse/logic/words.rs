//! What the words of the answers amount to: KB302, KB303, KB307, KB311.

use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Answer, Cause, Condition, Decide, Question, Symptom};
use crate::probe;
use crate::verdict::{UNKNOWN, likelihood};

/// Words that are meant as a whole may add up to a little more than one.
const MOST: f64 = 1.1;
/// Where every answer has its word, they should not leave more than this out.
const LEAST: f64 = 0.6;
/// Likelihoods closer than this are one.
const SAME: f64 = 1e-9;

pub(super) fn check(symptom: &Symptom, places: &Places, found: &mut Vec<Diagnostic>) {
    if symptom.decide != Decide::Weigh {
        return;
    }
    for question in &symptom.questions {
        without_effect(question, symptom, places, found);
        sums(question, symptom, places, found);
    }
    for cause in symptom.causes.iter().filter(|cause| !is_measured(cause) && !can_be_concluded(cause, symptom)) {
        let place = places.key(&symptom.id, &["causes", &cause.id]);
        let message = format!("nothing can conclude `{}`: no probe measures it, and no answer speaks for it", cause.id);
        found.push(Diagnostic::error("KB303", place, message).help("name it under `given` of an answer"));
    }
    for (at, one) in symptom.causes.iter().enumerate() {
        let same = symptom.causes[..at].iter().find(|other| same(one, other, symptom));
        if let Some(other) = same {
            let place = places.key(&symptom.id, &["causes", &one.id]);
            let message = format!("nothing tells `{}` from `{}`", one.id, other.id);
            let most = symptom.questions.iter().max_by_key(|question| words(question));
            let help = most.map(|question| format!("a word for one of them in `{}` would", question.id));
            found.push(
                Diagnostic::warning("KB311", place, message).help(help.unwrap_or_else(|| "ask a question".to_owned())),
            );
        }
    }
}

/// A question of which no answer says more for one cause than for another, and that no condition asks for.
fn without_effect(question: &Question, symptom: &Symptom, places: &Places, found: &mut Vec<Diagnostic>) {
    if conditions(symptom).any(|condition| condition.0.iter().any(|clause| clause.fact == question.id)) {
        return;
    }
    let causes = || symptom.causes.iter().map(|cause| cause.id.as_str()).chain([UNKNOWN]);
    let says = |answer: &Answer| {
        let mut of = causes().map(|cause| likelihood(question, &answer.id, cause));
        let first = of.next().unwrap_or(1.0);
        of.any(|other| (other - first).abs() > SAME)
    };
    // One answer may well say nothing, "there are no others" say; if none says anything, nobody needs to ask.
    if !question.answers.iter().any(says) {
        let place = places.key(&symptom.id, &["questions", &question.id, "answers"]);
        let message = format!("no answer to `{}` changes anything: each says the same of every cause", question.id);
        found.push(Diagnostic::error("KB302", place, message).help("say under `given` whom an answer speaks for"));
    }
}

/// Every condition of a symptom.
pub(super) fn conditions(symptom: &Symptom) -> impl Iterator<Item = &Condition> {
    let causes = symptom.causes.iter().map(|cause| &cause.only_when);
    let remedies = symptom.remedies.iter().flat_map(|one| [&one.needs, &one.unless, &one.only_when]);
    let questions = symptom.questions.iter().map(|question| &question.only_when);
    causes.chain(remedies).chain(questions).chain(symptom.outcomes.iter().map(|row| &row.when))
}

/// Words for one cause that are too much, or too little, for all answers together.
fn sums(question: &Question, symptom: &Symptom, places: &Places, found: &mut Vec<Diagnostic>) {
    for cause in symptom.causes.iter().filter(|cause| question.speaks_of(&cause.id)) {
        let word = |answer: &Answer| {
            let own = answer.given.iter().find(|(of, _)| *of == cause.id).map(|(_, often)| *often);
            own.or(answer.others)
        };
        let said: Vec<f64> = question.answers.iter().filter_map(word).collect();
        let sum: f64 = said.iter().sum();
        let all = said.len() == question.answers.len();
        if sum > MOST || all && sum < LEAST {
            let own = |answer: &&Answer| answer.given.iter().any(|(of, _)| *of == cause.id);
            let last = question.answers.iter().rev().find(own).map_or("", |answer| answer.id.as_str());
            let way = ["questions", &question.id, "answers", last, "given", &cause.id];
            let percent = (sum * 100.0).round();
            let message =
                format!("the answers of people with `{}` add up to {percent} %: expected about 100 %", cause.id);
            found.push(Diagnostic::error("KB307", places.value(&symptom.id, &way), message));
        }
    }
}

fn is_measured(cause: &Cause) -> bool {
    probe::vocabulary().probes.iter().flat_map(|probe| probe.explanations).any(|one| one.id == cause.id)
}

/// Whether some answer says more for the cause than for others.
fn can_be_concluded(cause: &Cause, symptom: &Symptom) -> bool {
    let others = || symptom.causes.iter().filter(|other| other.id != cause.id).map(|other| other.id.as_str());
    let speaks = |question: &Question, answer: &Answer| {
        let own = likelihood(question, &answer.id, &cause.id);
        others().chain([UNKNOWN]).any(|other| own > likelihood(question, &answer.id, other) + SAME)
    };
    symptom.questions.iter().any(|question| question.answers.iter().any(|answer| speaks(question, answer)))
}

/// Whether no measure, no answer and no gate differs between two causes.
fn same(one: &Cause, other: &Cause, symptom: &Symptom) -> bool {
    let likelihoods = |question: &Question, cause: &Cause| {
        question.answers.iter().map(|answer| likelihood(question, &answer.id, &cause.id)).collect::<Vec<_>>()
    };
    let close = |question: &Question| {
        let pairs = likelihoods(question, one).into_iter().zip(likelihoods(question, other));
        pairs.into_iter().all(|(a, b)| (a - b).abs() <= SAME)
    };
    !is_measured(one) && !is_measured(other) && one.only_when == other.only_when && symptom.questions.iter().all(close)
}

/// How many words a question has.
fn words(question: &Question) -> usize {
    question.answers.iter().map(|answer| answer.given.len()).sum()
}
