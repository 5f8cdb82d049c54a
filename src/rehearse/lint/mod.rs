//! Whether the knowledge leads anywhere: questions that come up, rows that hold, walks that end.
//!
//! The one idea: the real conditions, weights and sessions are tried, all of them where they can be counted, else a
//! seeded sample, and a message that rests on a sample says so. It must not judge wording.

mod conditions;
mod places;
mod policy;
mod possible;
mod settled;
mod tables;
mod walks;
mod ways;
mod words;

use places::Places;
use settled::Settled;

use super::scenario::Scenario;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Knowledge, Sources};

/// What is wrong with how the knowledge leads.
pub(super) fn check(scenarios: &[Scenario], knowledge: &Knowledge, sources: &Sources) -> Vec<Diagnostic> {
    let (places, settled) = (Places::of(sources), Settled::of(sources, knowledge));
    let mut found = Vec::new();
    let mut walked = walks::check(knowledge, &settled, &places, &mut found);
    // What would follow from an error that was told is no news.
    for symptom in knowledge.symptoms.values().filter(|symptom| !knowledge.flawed.symptom(&symptom.id)) {
        conditions::check(symptom, &places, &mut found);
        tables::check(symptom, &places, &mut found);
        words::check(symptom, &places, &mut found);
        if let Some(walked) = walked.get_mut(&symptom.id) {
            policy::check(symptom, knowledge, walked, &places, &mut found);
        }
    }
    let open: Vec<&Scenario> = scenarios.iter().filter(|scenario| !settled.scenario(scenario)).collect();
    policy::check_scenarios(&open, knowledge, &places, &mut found);
    ways::check(sources, &places, &mut found);
    found
}
