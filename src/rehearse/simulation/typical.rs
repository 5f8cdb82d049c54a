//! The person whom a cause is told of: answers every question as people with that cause mostly do.
//!
//! The one idea: a scenario for a remedy needs answers that lead to it, and those are the answers of whoever it is for.

use std::collections::BTreeMap;

use crate::knowledge::{Condition, Knowledge, Question, Symptom};
use crate::rehearse::drive::{Caller, drive, tried};
use crate::session::{Event, Mode, Session, Tried};
use crate::talk::{About, Input, Means, Prompt, Talk};
use crate::verdict::{UNSURE, truths};

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
    let mut typical = Typical { about, cause, remedy, facts, way: None };
    drive(&mut Talk::new(session, Means { live: true, ..Means::default() }), &mut typical);
    typical.way
}

/// Somebody whom the remedy is for.
struct Typical<'a> {
    about: &'a Symptom,
    cause: &'a str,
    remedy: &'a str,
    facts: BTreeMap<String, String>,
    way: Option<Way>,
}

impl Caller for Typical<'_> {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        match prompt.choose().map(|choose| &choose.about) {
            Some(About::Question(id)) => {
                let Some(question) = self.about.question(id) else { return Input::Quit };
                Input::Choice(self.facts.get(id).cloned().unwrap_or_else(|| mostly(self.about, question, self.cause)))
            }
            Some(About::Remedy(offered)) if offered != self.remedy => tried(Tried::Failed),
            Some(About::Remedy(_)) => {
                let (state, knowledge) = (talk.session().state(), talk.session().knowledge());
                let said = state.answers.iter().filter(|(question, _)| !knowledge.is_noted(question));
                let answers = said.map(|(question, answer)| (question.clone(), answer.clone())).collect();
                self.way = Some(Way { answers, failed: state.failed.clone() });
                Input::Quit
            }
            _ => Input::Quit,
        }
    }
}

/// What has to be so for the cause and the remedy.
fn facts(symptom: &Symptom, cause: &str, remedy: &str) -> Option<BTreeMap<String, String>> {
    let (cause, remedy) = (symptom.cause(cause)?, symptom.remedy(remedy)?);
    let conditions: [&Condition; 3] = [&cause.only_when, &remedy.needs, &remedy.only_when];
    let clauses = conditions.into_iter().flat_map(|condition| &condition.0);
    Some(clauses.filter_map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone()))).collect())
}

/// The answer that speaks most for the cause, of those that people with it mostly give.
fn mostly(symptom: &Symptom, question: &Question, cause: &str) -> String {
    let mut best: Option<(&str, f64)> = None;
    for (answer, often) in question.answers.iter().zip(truths(symptom, question, cause)) {
        if best.is_none_or(|(_, most)| often > most) {
            best = Some((&answer.id, often));
        }
    }
    best.map_or(UNSURE, |(id, _)| id).to_owned()
}
