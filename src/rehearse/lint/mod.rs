//! Whether the knowledge leads anywhere: questions that come up, rows that hold, walks that end.
//!
//! The one idea: the real conditions, weights and sessions are tried, all of them where they can be counted, else a
//! seeded sample, and a message that rests on a sample says so. It must not judge wording.

mod conditions;
mod places;
mod policy;
mod tables;
mod walks;
mod ways;
mod words;

use places::Places;

use super::scenario::Scenario;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Knowledge, Sources};

/// What is wrong with how the knowledge leads.
pub(super) fn check(scenarios: &[Scenario], knowledge: &Knowledge, sources: &Sources) -> Vec<Diagnostic> {
    let places = Places::of(sources);
    let mut found = Vec::new();
    let asked = walks::check(knowledge, &places, &mut found);
    for symptom in knowledge.symptoms.values() {
        conditions::check(symptom, &places, &mut found);
        tables::check(symptom, &places, &mut found);
        words::check(symptom, &places, &mut found);
        policy::check(symptom, knowledge, &asked[&symptom.id], &places, &mut found);
    }
    policy::check_scenarios(scenarios, knowledge, &places, &mut found);
    ways::check(sources, &places, &mut found);
    found
}
