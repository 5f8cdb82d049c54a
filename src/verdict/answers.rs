//! What an answer says for each cause.
//!
//! The one idea: what is so and what is said are two things. [`truths`] is how often something is so under a cause, its
//! gates included; [`likelihoods`] is how often people say it, who err. It must not know what else speaks for a cause.

use crate::knowledge::{Answer, Cause, Question, Symptom};
use crate::verdict::UNKNOWN;

/// The answer "I am not sure", built into every question. It says the same under every cause.
pub const UNSURE: &str = "unsure";

/// How often a person with `cause` gives `answer`, 0 to 1.
///
/// An answer that the question does not have, and `unsure`, give 1: they say nothing.
pub fn likelihood(symptom: &Symptom, question: &Question, answer: &str, cause: &str) -> f64 {
    let given = question.answers.iter().position(|one| one.id == answer);
    given.map_or(1.0, |given| likelihoods(symptom, question, cause)[given])
}

/// How often a person with `cause` gives each answer of `question`, in their order: what is so, and what people say who
/// err. They take any other answer then, each as often.
pub fn likelihoods(symptom: &Symptom, question: &Question, cause: &str) -> Vec<f64> {
    said(question, truths(symptom, question, cause))
}

/// The ids of the causes of a symptom in its order, and last `unknown`.
pub fn causes(symptom: &Symptom) -> impl Iterator<Item = &str> {
    symptom.causes.iter().map(|cause| cause.id.as_str()).chain([UNKNOWN])
}

/// The same as [`likelihoods`] for each of [`causes`], one after the other. Those of which the question says nothing, most of
/// them, are alike.
pub fn likelihoods_of_all(symptom: &Symptom, question: &Question) -> Vec<f64> {
    let of_others = said(question, normal(shares(&question.answers, "")));
    let has_gate = |cause: &&Cause| cause.only_when.0.iter().any(|gate| gate.fact == question.id);
    let named = question.answers.iter().flat_map(|answer| answer.given.iter().map(|(of, _)| of.as_str()));
    let mut told_of: Vec<&str> =
        symptom.causes.iter().filter(has_gate).map(|cause| cause.id.as_str()).chain(named).collect();
    told_of.sort_unstable();
    let mut all = Vec::with_capacity(of_others.len() * (symptom.causes.len() + 1));
    for cause in causes(symptom) {
        match told_of.binary_search(&cause) {
            Ok(_) => all.extend(likelihoods(symptom, question, cause)),
            Err(_) => all.extend_from_slice(&of_others),
        }
    }
    all
}

/// The same with two causes at work.
pub(super) fn likelihood_of_pair(symptom: &Symptom, question: &Question, answer: &str, pair: [&str; 2]) -> f64 {
    let Some(given) = question.answers.iter().position(|one| one.id == answer) else { return 1.0 };
    said(question, truths_of_pair(symptom, question, pair))[given]
}

/// How often each answer of `question` is true with `cause`, in their order; together 1.
///
/// A gate of the cause on this question leaves what it names, each as often as with any other cause.
pub fn truths(symptom: &Symptom, question: &Question, cause: &str) -> Vec<f64> {
    let mut shares = shares(&question.answers, cause);
    let gates = symptom.cause(cause).map_or(&[][..], |cause| &cause.only_when.0);
    for gate in gates.iter().filter(|gate| gate.fact == question.id) {
        for (share, answer) in shares.iter_mut().zip(&question.answers) {
            if !gate.one_of.contains(&answer.id) {
                *share = 0.0;
            }
        }
    }
    normal(shares)
}

/// How often each answer is true with two causes at work: either of them can bring a sign about (noisy-or), and it is
/// absent only where neither does.
pub fn truths_of_pair(symptom: &Symptom, question: &Question, [one, other]: [&str; 2]) -> Vec<f64> {
    let (one, other) = (truths(symptom, question, one), truths(symptom, question, other));
    let usual = truths(symptom, question, UNKNOWN);
    let both = |((one, other), usual): ((f64, f64), f64)| {
        if one >= usual && other >= usual && usual < 1.0 {
            1.0 - (1.0 - one) * (1.0 - other) / (1.0 - usual)
        } else if one <= usual && other <= usual {
            one * other / usual
        } else {
            one.max(other)
        }
    };
    normal(one.into_iter().zip(other).zip(usual).map(both).collect())
}

/// How common a cause is before anything is known: its weight, which is where it is possible, times how often that is so.
pub fn prior(symptom: &Symptom, cause: &Cause) -> f64 {
    cause.only_when.0.iter().fold(cause.weight, |weight, gate| {
        let Some(question) = symptom.question(&gate.fact) else { return weight };
        let usual = truths(symptom, question, UNKNOWN);
        let open = question.answers.iter().zip(usual).filter(|(answer, _)| gate.one_of.contains(&answer.id));
        weight * open.map(|(_, share)| share).sum::<f64>()
    })
}

/// P(answer) = (1 − ε) · p + ε · (1 − p) / (k − 1), for `k` answers.
fn said(question: &Question, truths: Vec<f64>) -> Vec<f64> {
    let others = truths.len() as f64 - 1.0;
    let says = |p: f64| (1.0 - question.errs) * p + question.errs * (1.0 - p) / others;
    if others > 0.0 { truths.into_iter().map(says).collect() } else { truths }
}

/// Together 1; equal parts where nothing is left.
fn normal(shares: Vec<f64>) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    let equal = 1.0 / shares.len() as f64;
    shares.into_iter().map(|share| if sum > 0.0 { share / sum } else { equal }).collect()
}

/// The word for the cause; else the word for `others`; else, for the one answer without any words, what the others leave;
/// else an equal share.
fn shares(answers: &[Answer], cause: &str) -> Vec<f64> {
    let equal = 1.0 / answers.len() as f64;
    let word =
        |answer: &Answer| answer.given.iter().find(|(of, _)| of == cause).map(|(_, often)| *often).or(answer.others);
    let silent = |answer: &&Answer| answer.given.is_empty() && answer.others.is_none();
    let remainder = (answers.iter().filter(silent).count() == 1).then(|| {
        let said: f64 =
            answers.iter().filter(|answer| !silent(answer)).map(|answer| word(answer).unwrap_or(equal)).sum();
        (1.0 - said).max(0.0)
    });
    let share = |answer: &Answer| match remainder {
        Some(remainder) if silent(&answer) => remainder,
        _ => word(answer).unwrap_or(equal),
    };
    answers.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Clause, Condition, Decide, Knowledge, SectionRef};

    fn answer(id: &str, given: &[(&str, f64)], others: Option<f64>) -> Answer {
        Answer {
            id: id.to_owned(),
            label: id.to_owned(),
            locked_out: false,
            given: given.iter().map(|(cause, often)| ((*cause).to_owned(), *often)).collect(),
            others,
            implies: Vec::new(),
            then: None,
        }
    }

    fn question(errs: f64) -> Question {
        Question {
            id: "entries-shown".to_owned(),
            ask: "How many?".to_owned(),
            agent: None,
            why: None,
            cost: 1.0,
            errs,
            first: false,
            with_time: false,
            noted: false,
            measured_by: None,
            only_when: Condition::default(),
            answers: vec![
                answer("several", &[("old-entry", 0.95), ("wrong-entry", 0.5)], Some(0.15)),
                answer("one", &[], None),
            ],
        }
    }

    fn symptom(question: Question, gated: Option<&str>) -> Symptom {
        let text = SectionRef { article: String::new(), anchor: String::new() };
        let gate = gated.map(|one| Clause { fact: question.id.clone(), one_of: vec![one.to_owned()] });
        let cause = Cause {
            id: "gated".to_owned(),
            title: String::new(),
            says: None,
            avoid: None,
            text: text.clone(),
            weight: 8.0,
            stands_for: None,
            only_when: Condition(gate.into_iter().collect()),
        };
        Symptom {
            id: String::new(),
            title: String::new(),
            heading: text,
            decide: Decide::Weigh,
            causes: vec![cause],
            remedies: Vec::new(),
            questions: vec![question],
            outcomes: Vec::new(),
            then: None,
            implies: Vec::new(),
        }
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn the_silent_answer_takes_the_remainder() {
        let symptom = symptom(question(0.0), None);
        let says = |answer, cause| likelihood(&symptom, &symptom.questions[0], answer, cause);
        assert!(near(says("several", "old-entry"), 0.95));
        assert!(near(says("one", "old-entry"), 0.05));
        assert!(near(says("one", "mistyped-code"), 0.85));
    }

    #[test]
    fn all_at_once_are_as_each_by_itself() {
        for symptom in Knowledge::built_in().symptoms.values() {
            for question in &symptom.questions {
                let each: Vec<f64> = causes(symptom).flat_map(|cause| likelihoods(symptom, question, cause)).collect();
                assert_eq!(likelihoods_of_all(symptom, question), each, "{}", question.id);
            }
        }
    }

    #[test]
    fn people_err() {
        let symptom = symptom(question(0.1), None);
        let said = likelihoods(&symptom, &symptom.questions[0], "old-entry");
        assert!(near(said[0], 0.9 * 0.95 + 0.1 * 0.05) && near(said.iter().sum(), 1.0), "{said:?}");
    }

    #[test]
    fn unsure_says_the_same_of_every_cause() {
        let symptom = symptom(question(0.1), Some("several"));
        assert!(near(likelihood(&symptom, &symptom.questions[0], UNSURE, "old-entry"), 1.0));
        assert!(near(likelihood(&symptom, &symptom.questions[0], UNSURE, "gated"), 1.0));
    }

    #[test]
    fn a_gate_weighs_and_does_not_rule_out() {
        let symptom = symptom(question(0.1), Some("several"));
        assert!(near(prior(&symptom, &symptom.causes[0]), 8.0 * 0.15));
        let said = likelihoods(&symptom, &symptom.questions[0], "gated");
        assert!(near(said[0], 0.9) && near(said[1], 0.1), "{said:?}");
    }

    #[test]
    fn either_of_two_faults_brings_a_sign_about() {
        let symptom = symptom(question(0.0), None);
        let pair = |one, other| truths_of_pair(&symptom, &symptom.questions[0], [one, other]);
        let both = pair("old-entry", "wrong-entry");
        assert!(near(both[0], pair("wrong-entry", "old-entry")[0]), "{both:?}");
        assert!(both[0] > 0.95, "{both:?}");
        // One that does not speak of it leaves it as it is.
        assert!(near(pair("old-entry", "mistyped-code")[0], 0.95));
    }
}
