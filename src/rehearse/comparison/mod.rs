//! What a change of the knowledge changes for people.
//!
//! The one idea: the same people, with the same causes and the same luck, are led through both, and the same logins are
//! diagnosed with both; what differs is counted, and shown by a few of them. It must not say which is better.

mod cases;
mod people;
mod prose;

use crate::knowledge::Knowledge;

pub use cases::{CaseChange, Cases};
pub use people::{Change, Example, People, SymptomChange};
pub use prose::{Shown, TextChange, TextFate};

use super::scenario::Scenario;

/// Knowledge with its scenarios, as it was or as it is.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What it amounts to.
    pub knowledge: &'a Knowledge,
    /// Its scenarios.
    pub scenarios: &'a [Scenario],
}

/// What differs between two knowledges, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Simulated people with each symptom.
    pub people: usize,
    /// Symptoms that both have, in the order of the new one; those that nothing changes in too.
    pub symptoms: Vec<SymptomChange>,
    /// Symptoms that only the new one has.
    pub added: Vec<String>,
    /// Symptoms that only the old one has.
    pub removed: Vec<String>,
    /// The logins of the scenarios, diagnosed with both.
    pub scenarios: Cases,
    /// Logins of the laboratory, diagnosed with both.
    pub logins: Cases,
    /// What people read and hear in other words.
    pub texts: Vec<TextChange>,
}

/// Compares. `people` are simulated with each symptom, drawn by `seed` from the old knowledge; `logins` are made by the
/// laboratory.
pub fn difference(old: Side<'_>, new: Side<'_>, people: usize, logins: usize, seed: u64) -> Difference {
    let ids = |one: &Knowledge| one.symptoms.keys().cloned().collect::<Vec<String>>();
    let (before, after) = (ids(old.knowledge), ids(new.knowledge));
    let only = |these: &[String], others: &[String]| these.iter().filter(|id| !others.contains(id)).cloned().collect();
    let offered = new.knowledge.offered.iter().chain(&after);
    let mut symptoms: Vec<SymptomChange> = Vec::new();
    for id in offered.filter(|id| before.contains(id)) {
        if !symptoms.iter().any(|one| one.symptom == *id) {
            symptoms.push(people::compare(old.knowledge, new.knowledge, id, people, seed));
        }
    }
    Difference {
        people,
        symptoms,
        added: only(&after, &before),
        removed: only(&before, &after),
        scenarios: cases::of_scenarios(old, new),
        logins: cases::of_laboratory(old.knowledge, new.knowledge, logins, seed),
        texts: prose::compare(old.knowledge, new.knowledge),
    }
}

impl Difference {
    /// Whether nobody would notice anything.
    pub fn is_none(&self) -> bool {
        let led = self.symptoms.iter().all(|one| one.changed() == 0);
        led && self.added.is_empty()
            && self.removed.is_empty()
            && self.scenarios.changes.is_empty()
            && self.logins.changes.is_empty()
            && self.texts.is_empty()
    }
}
