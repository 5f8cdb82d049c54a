//! A symptom that is changed in memory, tried on its scenarios.
//!
//! The one idea: what was found in a login does not hang on the words of the knowledge, so it is looked for once, and each
//! change is only weighed. It must not say what to do about a cause.

use std::collections::BTreeMap;

use super::Scenario;
use super::run::different_cause;
use crate::engine;
use crate::finding::Finding;
use crate::knowledge::{Decide, Knowledge, Numbers, Symptom};
use crate::verdict::{Evidences, LIKELY, Verdict, weigh};

/// The scenarios of a symptom that come to the causes they expect.
pub struct Trial<'a> {
    told: Vec<Told<'a>>,
    numbers: Numbers,
}

/// A scenario, with all that is known in it.
struct Told<'a> {
    scenario: &'a Scenario,
    known: BTreeMap<String, String>,
    findings: Vec<Finding>,
}

impl<'a> Trial<'a> {
    /// Looks once for what there is to find.
    pub fn of(symptom: &Symptom, scenarios: &'a [Scenario], knowledge: &Knowledge) -> Self {
        let weighs = symptom.decide == Decide::Weigh;
        let own = scenarios
            .iter()
            .filter(|one| weighs && one.symptom == symptom.id && one.call.is_none() && !one.is_reported());
        let told = own.filter_map(|scenario| {
            let session = engine::told(&scenario.case, &scenario.failed, knowledge).ok()?;
            let (known, findings) = (session.known().clone(), session.state().findings.clone());
            Some(Told { scenario, known, findings })
        });
        let mut trial = Self { told: told.collect(), numbers: knowledge.numbers };
        trial.told.retain(|told| told.holds(symptom, &knowledge.numbers));
        // What a hair decides is lost first.
        let narrow = |told: &Told<'_>| (told.verdict(symptom, &knowledge.numbers).probability() - LIKELY).abs();
        trial.told.sort_by(|a, b| narrow(a).total_cmp(&narrow(b)));
        trial
    }

    /// Whether all of them come to the same causes with the symptom as it would be.
    pub fn holds(&self, symptom: &Symptom) -> bool {
        self.told.iter().all(|told| told.holds(symptom, &self.numbers))
    }
}

impl Told<'_> {
    fn holds(&self, symptom: &Symptom, numbers: &Numbers) -> bool {
        different_cause(&self.scenario.expect, &self.verdict(symptom, numbers)).is_empty()
    }

    fn verdict(&self, symptom: &Symptom, numbers: &Numbers) -> Verdict {
        let evidences =
            Evidences { findings: &self.findings, answers: &self.known, failed: &self.scenario.failed, helped: &[] };
        weigh(symptom, numbers, evidences)
    }
}

/// The causes of a symptom by how likely they are after these answers, `unknown` among them.
pub fn ranking(symptom: &Symptom, numbers: &Numbers, answers: &BTreeMap<String, String>) -> Vec<(String, f64)> {
    let verdict = weigh(symptom, numbers, Evidences { findings: &[], answers, failed: &[], helped: &[] });
    verdict.causes.into_iter().map(|one| (one.cause, one.probability)).collect()
}
