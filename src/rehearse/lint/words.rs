//! What the words of the answers amount to: KB302, KB303, KB307, KB311.

use std::collections::BTreeSet;

use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Answer, Cause, Decide, Question, Symptom};
use crate::probe;
use crate::verdict::{UNKNOWN, causes, truths};

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
    // What a probe measures is told from everything by it.
    let vocabulary = probe::vocabulary();
    let measured: BTreeSet<&str> =
        vocabulary.probes.iter().flat_map(|probe| probe.explanations).map(|one| one.id).collect();
    let told: Vec<&Cause> = symptom.causes.iter().filter(|cause| !measured.contains(cause.id.as_str())).collect();
    for cause in told.iter().filter(|cause| !can_be_concluded(cause, symptom)) {
        let place = places.key(&symptom.id, &["causes", &cause.id]);
        let message = format!("nothing can conclude `{}`: no probe measures it, and no answer speaks for it", cause.id);
        found.push(Diagnostic::error("KB303", place, message).help("name it under `given` of an answer"));
    }
    for (at, one) in told.iter().enumerate() {
        if let Some(other) = told[..at].iter().find(|other| same(one, other, symptom)) {
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
    if symptom.conditions().any(|condition| condition.0.iter().any(|clause| clause.fact == question.id)) {
        return;
    }
    let of_unknown = truths(symptom, question, UNKNOWN);
    let of = |cause: &str| truths(symptom, question, cause);
    let differs = |cause: &str| of(cause).into_iter().zip(&of_unknown).any(|(a, b)| (a - b).abs() > SAME);
    // One answer may well say nothing, "there are no others" say; if none says anything, nobody needs to ask.
    if !symptom.causes.iter().any(|cause| differs(&cause.id)) {
        let place = places.key(&symptom.id, &["questions", &question.id, "answers"]);
        let message = format!("no answer to `{}` changes anything: each says the same of every cause", question.id);
        found.push(Diagnostic::error("KB302", place, message).help("say under `given` whom an answer speaks for"));
    }
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

/// Whether some answer says more for the cause than for another.
fn can_be_concluded(cause: &Cause, symptom: &Symptom) -> bool {
    let others: Vec<&str> = causes(symptom).filter(|other| *other != cause.id).collect();
    symptom.questions.iter().any(|question| {
        let own = truths(symptom, question, &cause.id);
        let more = |other: &str| own.iter().zip(truths(symptom, question, other)).any(|(own, of)| *own > of + SAME);
        others.iter().any(|other| more(other))
    })
}

/// Whether no answer and no gate differs between two causes.
fn same(one: &Cause, other: &Cause, symptom: &Symptom) -> bool {
    one.only_when == other.only_when
        && symptom.questions.iter().all(|question| {
            let of = |cause: &Cause| truths(symptom, question, &cause.id).into_iter();
            let pairs = of(one).zip(of(other));
            pairs.into_iter().all(|(a, b)| (a - b).abs() <= SAME)
        })
}

/// How many words a question has.
fn words(question: &Question) -> usize {
    question.answers.iter().map(|answer| answer.given.len()).sum()
}
