//! Conducts probes and verdict: a case goes in, a diagnosis comes out.
//!
//! The one idea: search no wider than needed. The near search runs first; only while the causes that explain every code hold
//! less than half of the belief does the next wider one run and supersede its finding. It must not touch a clock, a file or a screen.

pub mod entries;

use std::collections::BTreeMap;

use crate::case::{Case, GUESSES, Outcome};
use crate::finding::{Finding, Reading, Source};
use crate::knowledge::{App, Decide, Knowledge, Symptom};
use crate::probe;
use crate::session::{Diagnosis, Event, Mode, Next, Note, Session, Step, Tried, Why};
use crate::verdict::{Conclusion, Evidences, LIKELY, weigh};

/// The symptom of a case that names none.
pub const USUAL_SYMPTOM: &str = "invalid-code";

/// Why a case cannot be diagnosed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The knowledge does not have the symptom.
    #[error("symptom: the knowledge has no such symptom{}", .nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?")))]
    NoSymptom {
        /// The nearest one.
        nearest: Option<String>,
    },
}

/// Diagnoses one case.
///
/// # Errors
/// The case names a symptom that the knowledge does not have.
pub fn diagnose(case: &Case, knowledge: &Knowledge) -> Result<Diagnosis, EngineError> {
    let symptom = symptom_of(case, knowledge)?;
    let session = told(case, &[], knowledge)?;
    let findings = session.state().findings.clone();
    let mut step = session.step();
    let mut verdict = session.verdict().cloned();
    let refused = case.refused_codes();
    let explained = verdict.as_ref().is_some_and(|verdict| verdict.first().codes > 0);
    let guesses = (measured(&findings) && refused >= GUESSES && !explained).then_some(refused);
    if let (Some(_), Some(verdict)) = (guesses, &mut verdict) {
        verdict.conclusion = Conclusion::Undetermined;
        verdict.family = None;
        step = Step { next: Next::Nothing, why: Why::Policy };
    }
    let notes = notes(case, symptom, &findings);
    let (id, symptom) = (case.id.clone(), symptom.id.clone());
    Ok(Diagnosis { id, symptom, findings, verdict, guesses, step, notes })
}

/// A person's session in which all that a case holds was told, and in which these remedies did not help.
///
/// # Errors
/// The case names a symptom that the knowledge does not have.
pub fn told<'k>(case: &Case, failed: &[String], knowledge: &'k Knowledge) -> Result<Session<'k>, EngineError> {
    let symptom = symptom_of(case, knowledge)?;
    let mut session = Session::new(knowledge, Mode::Person, case.service.id.clone(), None);
    session.record(Event::About(symptom.id.clone()));
    let app = case.app.iter().map(|app| (App::ASKED, app));
    for (question, answer) in case.answers.iter().map(|(question, answer)| (question.as_str(), answer)).chain(app) {
        session.record(Event::Asked { question: question.to_owned(), answer: answer.clone() });
    }
    for remedy in failed {
        session.record(Event::Tried { remedy: remedy.clone(), result: Tried::Failed });
    }
    for finding in findings(case, symptom, knowledge, session.known(), &[]) {
        session.record(Event::Observed(finding));
    }
    Ok(session)
}

fn symptom_of<'k>(case: &Case, knowledge: &'k Knowledge) -> Result<&'k Symptom, EngineError> {
    let wanted = case.symptom.as_deref().unwrap_or(USUAL_SYMPTOM);
    let nearest = || knowledge.nearest_symptom(wanted).map(str::to_owned);
    knowledge.symptoms.get(wanted).ok_or_else(|| EngineError::NoSymptom { nearest: nearest() })
}

/// Runs the probes, each time wider, until the causes that explain every code hold half of the belief.
///
/// `known` are the answers and facts, `failed` the remedies that did not help: what the codes are weighed beside.
pub fn findings(
    case: &Case,
    symptom: &Symptom,
    knowledge: &Knowledge,
    known: &BTreeMap<String, String>,
    failed: &[String],
) -> Vec<Finding> {
    let codes = case.distinct_codes();
    probe::widening(case, |findings| {
        let evidences = Evidences { findings, answers: known, failed, helped: &[] };
        let verdict = weigh(symptom, &knowledge.numbers, evidences);
        let explaining = verdict.causes.iter().filter(|one| one.codes >= codes);
        let explained: f64 = explaining.map(|one| one.probability).sum();
        explained < LIKELY && measured(findings)
    })
}

/// Whether codes were compared with a secret.
fn measured(findings: &[Finding]) -> bool {
    let codes = findings.iter().filter(|finding| finding.source == Source::Codes);
    codes.filter(|finding| matches!(finding.reading, Reading::Measured(_))).count() > 0
}

fn notes(case: &Case, symptom: &Symptom, findings: &[Finding]) -> Vec<Note> {
    // A table asks for no probe.
    let measured = findings.iter().filter(|_| symptom.decide == Decide::Weigh);
    let unavailable = measured.filter_map(|finding| match &finding.reading {
        Reading::Unavailable(reason) => Some(Note::Unavailable { probe: finding.probe, reason: reason.clone() }),
        Reading::Measured(_) => None,
    });
    let unknown = case.answers.iter().filter(|(question, answer)| {
        symptom.question(question).is_none_or(|question| {
            answer.as_str() != crate::verdict::UNSURE && !question.answers.iter().any(|one| one.id == **answer)
        })
    });
    let unused = unknown.count();
    let unused = (unused > 0).then_some(Note::UnusedAnswers(unused));
    let refused = case.attempts.iter().any(|attempt| attempt.outcome != Outcome::Accepted);
    let accepted = (!refused && !case.attempts.is_empty()).then_some(Note::AllAccepted);
    unavailable.chain(unused).chain(accepted).collect()
}
