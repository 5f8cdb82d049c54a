//! The person whom a cause is told of: answers every question as people with that cause mostly do.
//!
//! The one idea: a scenario for a remedy needs answers that lead to it, and those are the answers of whoever it is for.

use std::collections::BTreeMap;

use super::walker::MOST_MOVES;
use crate::knowledge::{Condition, Knowledge, Question, Symptom};
use crate::session::{Event, Mode, Move, Session, Tried, is_noted};
use crate::verdict::{UNSURE, likelihood};

/// What somebody said and tried until they came to a remedy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Way {
    /// Answers by question, of this symptom.
    pub answers: BTreeMap<String, String>,
    /// Remedies that did not help before, in order.
    pub failed: Vec<String>,
}

/// The way of somebody with `cause` to `remedy`, where nothing helps before; `None` if they never come to it.
pub fn way_to(knowledge: &Knowledge, symptom: &str, cause: &str, remedy: &str) -> Option<Way> {
    let about = knowledge.symptoms.get(symptom)?;
    let mut session = Session::new(knowledge, Mode::Person, None, None);
    session.record(Event::About(symptom.to_owned()));
    let facts = facts(about, cause, remedy)?;
    for _ in 0..MOST_MOVES {
        match session.next() {
            Move::Ask { question, .. } => {
                let asked = about.question(&question)?;
                let answer = facts.get(&question).cloned().unwrap_or_else(|| mostly(asked, cause));
                session.record(Event::Asked { question, answer });
            }
            Move::Try { remedy: offered, .. } if offered == remedy => {
                let state = session.state();
                let said = state.answers.iter().filter(|(question, _)| !is_noted(question));
                let answers = said.map(|(question, answer)| (question.clone(), answer.clone())).collect();
                return Some(Way { answers, failed: state.failed.clone() });
            }
            Move::Try { remedy, .. } => session.record(Event::Tried { remedy, result: Tried::Failed }),
            _ => return None,
        }
    }
    None
}

/// What has to be so for the cause and the remedy.
fn facts(symptom: &Symptom, cause: &str, remedy: &str) -> Option<BTreeMap<String, String>> {
    let (cause, remedy) = (symptom.cause(cause)?, symptom.remedy(remedy)?);
    let conditions: [&Condition; 3] = [&cause.only_when, &remedy.needs, &remedy.only_when];
    let clauses = conditions.into_iter().flat_map(|condition| &condition.0);
    Some(clauses.filter_map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone()))).collect())
}

/// The answer that speaks most for the cause, of those that people with it mostly give.
fn mostly(question: &Question, cause: &str) -> String {
    let mut best: Option<(&str, f64)> = None;
    for answer in &question.answers {
        let often = likelihood(question, &answer.id, cause);
        if best.is_none_or(|(_, most)| often > most) {
            best = Some((&answer.id, often));
        }
    }
    best.map_or(UNSURE, |(id, _)| id).to_owned()
}
