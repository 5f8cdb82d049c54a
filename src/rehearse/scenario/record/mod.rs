//! Scenarios from what happened: a session's transcript, or a case.
//!
//! The one idea: a scenario keeps what matters for the knowledge and nothing of anybody. Secrets, codes, names and days are
//! invented again so that the engine comes to the same, and where that cannot be done there is no scenario. It must not
//! judge whether what came of it was right.

mod case;
mod invent;
mod private;
mod relate;

use std::collections::BTreeMap;

use thiserror::Error;

use super::Expect;
use super::expected::{expected, is_met};
use super::write::{Told, written};
use crate::case::Case;
use crate::finding::{Reading, Source};
use crate::knowledge::{App, Knowledge, Symptom};
use crate::session::{Next, Session, Transcript};
use crate::talk::{APP_HERE, MATERIAL};
use crate::verdict::{UNKNOWN, UNSURE};

pub use case::record_case;
pub use private::{is_private, is_told_in};

/// A scenario that passes as the knowledge stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// An item of a file of scenarios.
    pub text: String,
    /// What was left out of it, in sentences without a final period.
    pub notes: Vec<String>,
}

/// Why there is no scenario.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Nobody said what is wrong.
    #[error("the session ended before a symptom was chosen: there is nothing to expect of it")]
    NoSymptom,
    /// The knowledge has changed.
    #[error("the knowledge has no symptom of that name any more{hint}")]
    UnknownSymptom {
        /// The nearest one.
        hint: String,
    },
    /// Somebody chose it.
    #[error("the scenario's id has something of the case in it: expected words that name nobody, no code and no key")]
    Name,
    /// A login that a scenario cannot play.
    #[error("{what} cannot be played in a scenario: leave it out of the case, or write the scenario by hand")]
    Unplayable {
        /// Where in the case, and what.
        what: String,
    },
    /// Invented again, it is another login.
    #[error(
        "invented again, the login comes to {came} in place of {wanted}: what tells that cause lies in the secret or the code \
         itself, so a scenario cannot play it"
    )]
    Differs {
        /// What the case comes to.
        wanted: String,
        /// What the invented one comes to.
        came: String,
    },
}

/// A scenario of what was asked and answered in a session, and which remedies failed.
///
/// # Errors
/// The session never came to a symptom, or to one that the knowledge does not have.
pub fn record_session(transcript: &Transcript, name: &str, knowledge: &Knowledge) -> Result<Recorded, RecordError> {
    let session = Session::resume(knowledge, transcript.clone());
    let state = session.state();
    let id = state.symptom.as_deref().ok_or(RecordError::NoSymptom)?;
    let symptom = symptom_of(id, knowledge)?;
    let mut notes = Vec::new();
    let (answers, unknown) = known_answers(&state.answers, symptom);
    // What the program asks by itself belongs to no symptom.
    let beside = [App::ASKED, APP_HERE, MATERIAL];
    let of_others = |question: &String| {
        let mut visited = state.visited.iter().filter_map(|id| knowledge.symptoms.get(id));
        visited.any(|one| one.question(question).is_some())
    };
    let strange = unknown
        .iter()
        .filter(|one| !beside.contains(&one.as_str()) && !knowledge.is_noted(one) && !of_others(one))
        .count();
    let failed: Vec<String> = state.failed.iter().filter(|id| symptom.remedy(id).is_some()).cloned().collect();
    if strange > 0 {
        notes.push(format!(
            "{strange} of the answers are to questions that the knowledge does not have, and are left out"
        ));
    }
    if state.visited.len() > 1 {
        notes.push(format!("the session went on from {}: the scenario is about `{id}` alone", state.visited[0]));
    }
    let measured = state.findings.iter().any(|finding| {
        finding.source == Source::Codes && matches!(&finding.reading, Reading::Measured(all) if !all.is_empty())
    });
    if measured {
        notes.push(
            "codes were compared, and a transcript keeps none: the scenario goes by the answers alone; record the case to \
             have them played"
                .to_owned(),
        );
    }
    let app = state.answers.get(App::ASKED).filter(|app| knowledge.apps.contains_key(*app)).cloned();
    let given = app.as_ref().map(|app| format!("app: {}\n", crate::knowledge::quote(app))).unwrap_or_default();
    let case = Case { symptom: Some(id.to_owned()), app, answers, ..Case::default() };
    let recorded = recorded(name, &case, &given, &failed, knowledge)?;
    if let Some(settled) = state.settled.as_ref().filter(|settled| recorded.1.remedy.as_ref() != Some(*settled)) {
        notes.push(format!("the session ended in `{settled}`, which these answers alone do not lead to now"));
    }
    Ok(Recorded { text: recorded.0, notes })
}

fn symptom_of<'k>(id: &str, knowledge: &'k Knowledge) -> Result<&'k Symptom, RecordError> {
    knowledge.symptoms.get(id).ok_or_else(|| {
        let hint = knowledge.nearest_symptom(id).map(|near| format!(": did you mean `{near}`?"));
        RecordError::UnknownSymptom { hint: hint.unwrap_or_default() }
    })
}

/// The answers that the questions of a symptom have, and the other questions.
fn known_answers(answers: &BTreeMap<String, String>, symptom: &Symptom) -> (BTreeMap<String, String>, Vec<String>) {
    let mut known = BTreeMap::new();
    let mut unknown = Vec::new();
    for (question, answer) in answers {
        let asked = symptom.question(question);
        let has = asked.is_some_and(|asked| answer == UNSURE || asked.answers.iter().any(|one| one.id == *answer));
        if has {
            known.insert(question.clone(), answer.clone());
        } else {
            unknown.push(question.clone());
        }
    }
    (known, unknown)
}

/// The scenario of a case, with what comes of it now.
fn recorded(
    name: &str,
    case: &Case,
    given: &str,
    failed: &[String],
    knowledge: &Knowledge,
) -> Result<(String, Expect), RecordError> {
    let unplayable = || RecordError::Unplayable { what: "the symptom".to_owned() };
    let mut expect = expected(case, failed, knowledge).ok_or_else(unplayable)?;
    // The section is that of the remedy, unless the app has its own.
    expect.section = expect.section.filter(|_| case.app.is_some());
    let ends = matches!(expect.next, Some(Next::Escalate { .. }));
    let tells = expect.remedy.is_some() || expect.outcome.is_some();
    expect.next = expect.next.filter(|_| ends || !tells);
    if expect.outcome.is_some() {
        expect.remedy = None;
    }
    if expect.cause.as_deref() == Some(UNKNOWN) {
        expect.with = None;
    }
    if !is_met(case, failed, &expect, knowledge) {
        return Err(RecordError::Unplayable { what: "what comes of it".to_owned() });
    }
    let symptom = case.symptom.as_deref().unwrap_or(crate::engine::USUAL_SYMPTOM);
    let text = written(Told { name, symptom, given, answers: &case.answers, failed, expect: &expect });
    Ok((text, expect))
}
