use crate::knowledge::{Answer, Question};

/// The answer "I am not sure", built into every question. It says the same under every cause.
pub const UNSURE: &str = "unsure";

/// The least that a person's answer may say against a cause: people err.
const FLOOR: f64 = 0.01;

/// How often a person with `cause` gives `answer`, among the answers of `question`.
///
/// Its word; else the word for `others`; else, for the one answer without any words, what the others leave; else an
/// equal share. Normalised over the answers. An answer that the question does not have, and `unsure`, give 1.
pub fn likelihood(question: &Question, answer: &str, cause: &str) -> f64 {
    let Some(given) = question.answers.iter().position(|one| one.id == answer) else { return 1.0 };
    let shares = shares(&question.answers, cause);
    let sum: f64 = shares.iter().sum();
    shares[given] / sum
}

/// How often a person with `cause` gives each answer of `question`, in their order.
pub fn likelihoods(question: &Question, cause: &str) -> Vec<f64> {
    let shares = shares(&question.answers, cause);
    let sum: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

fn shares(answers: &[Answer], cause: &str) -> Vec<f64> {
    let equal = 1.0 / answers.len() as f64;
    let word =
        |answer: &Answer| answer.given.iter().find(|(of, _)| of == cause).map(|(_, often)| *often).or(answer.others);
    let silent = |answer: &&Answer| answer.given.is_empty() && answer.others.is_none();
    let remainder = (answers.iter().filter(silent).count() == 1).then(|| {
        let said: f64 =
            answers.iter().filter(|answer| !silent(answer)).map(|answer| word(answer).unwrap_or(equal)).sum();
        1.0 - said
    });
    let share = |answer: &Answer| match remainder {
        Some(remainder) if silent(&answer) => remainder,
        _ => word(answer).unwrap_or(equal),
    };
    answers.iter().map(|answer| share(answer).max(FLOOR)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Condition;

    fn question() -> Question {
        let answer = |id: &str, given: &[(&str, f64)], others| Answer {
            id: id.to_owned(),
            label: id.to_owned(),
            locked_out: false,
            given: given.iter().map(|(cause, often)| ((*cause).to_owned(), *often)).collect(),
            others,
        };
        Question {
            id: "entries-shown".to_owned(),
            ask: "How many?".to_owned(),
            agent: None,
            why: None,
            cost: 1.0,
            first: false,
            noted: false,
            measured_by: None,
            only_when: Condition::default(),
            answers: vec![answer("several", &[("old-entry", 0.95)], Some(0.15)), answer("one", &[], None)],
        }
    }

    #[test]
    fn the_silent_answer_takes_the_remainder() {
        let question = question();
        assert!((likelihood(&question, "several", "old-entry") - 0.95).abs() < 1e-12);
        assert!((likelihood(&question, "one", "old-entry") - 0.05).abs() < 1e-12);
        assert!((likelihood(&question, "one", "mistyped-code") - 0.85).abs() < 1e-12);
    }

    #[test]
    fn unsure_says_the_same_of_every_cause() {
        assert!((likelihood(&question(), UNSURE, "old-entry") - 1.0).abs() < f64::EPSILON);
    }
}
