//! Conducts probes and verdict: a case goes in, a diagnosis comes out.
//!
//! The one idea: search no wider than needed. The near search runs first; only while the causes that explain every code hold
//! less than half of the belief does the next wider one run and supersede its finding. It must not touch a clock, a file or a screen.

mod guided;

use std::collections::BTreeMap;

use crate::case::{Case, GUESSES, Outcome};
use crate::finding::{Finding, Reading, Source};
use crate::knowledge::{Knowledge, Symptom};
use crate::probe::{self, Depth};
use crate::session::{Audience, Diagnosis, Next, Note, Situation, Step, Why, next};
use crate::verdict::{Conclusion, Evidences, LIKELY, weigh};

pub use guided::Guided;

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
    let wanted = case.symptom.as_deref().unwrap_or(USUAL_SYMPTOM);
    let Some(symptom) = knowledge.symptoms.get(wanted) else {
        let nearest = knowledge.nearest_symptom(wanted).map(str::to_owned);
        return Err(EngineError::NoSymptom { nearest });
    };
    let weighing = Weighing { symptom, knowledge, answers: &case.answers, failed: &[] };
    let findings = weighing.examine(case);
    let evidences = weighing.evidences(&findings);
    let mut verdict = weigh(symptom, &knowledge.numbers, evidences);
    let codes = measured(&findings).then_some(case.attempts.len());
    let (numbers, audience) = (&knowledge.numbers, Audience::Person);
    let mut next = next(Situation { symptom, numbers, verdict: &verdict, evidences, codes, audience });
    let refused = case.refused_codes();
    let guesses = (codes.is_some() && refused >= GUESSES && verdict.first().codes == 0).then_some(refused);
    if guesses.is_some() {
        verdict.conclusion = Conclusion::Undetermined;
        verdict.family = None;
        next = Step { next: Next::Nothing, why: Why::Policy };
    }
    let notes = notes(case, symptom, &findings);
    let (id, symptom) = (case.id.clone(), symptom.id.clone());
    Ok(Diagnosis { id, symptom, findings, verdict, guesses, next, notes })
}

/// What findings are weighed with.
struct Weighing<'a> {
    symptom: &'a Symptom,
    knowledge: &'a Knowledge,
    answers: &'a BTreeMap<String, String>,
    failed: &'a [String],
}

impl<'a> Weighing<'a> {
    fn evidences(&self, findings: &'a [Finding]) -> Evidences<'a> {
        Evidences { findings, answers: self.answers, failed: self.failed }
    }

    /// Runs the probes, each time wider, until the causes that explain every code hold half of the belief.
    fn examine(&self, case: &Case) -> Vec<Finding> {
        let codes = case.distinct_codes();
        let mut depth = Depth::Near;
        loop {
            let findings = probe::run(case, depth);
            let evidences = Evidences { findings: &findings, answers: self.answers, failed: self.failed };
            let verdict = weigh(self.symptom, &self.knowledge.numbers, evidences);
            let explaining = verdict.causes.iter().filter(|one| one.codes >= codes);
            let explained: f64 = explaining.map(|one| one.probability).sum();
            match depth.wider() {
                Some(wider) if explained < LIKELY && measured(&findings) => depth = wider,
                _ => return findings,
            }
        }
    }
}

/// Whether codes were compared with a secret.
fn measured(findings: &[Finding]) -> bool {
    let codes = findings.iter().filter(|finding| finding.source == Source::Codes);
    codes.filter(|finding| matches!(finding.reading, Reading::Measured(_))).count() > 0
}

fn notes(case: &Case, symptom: &Symptom, findings: &[Finding]) -> Vec<Note> {
    let unavailable = findings.iter().filter_map(|finding| match &finding.reading {
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
