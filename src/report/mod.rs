//! Shows what was found: a diagnosis as text, Markdown or JSON, a cause with its remedies.
//!
//! The one idea: every form is written from the same [`Subject`], and every foreign text in it passes [`foreign`] first.
//! It must not decide anything, nor print.

pub mod foreign;
mod json;
mod markdown;
mod prose;
mod session;
mod text;
mod words;

use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, Remedy, Symptom};
use crate::session::Diagnosis;

pub use json::{answer, unreadable};
pub use markdown::markdown;
pub use prose::render;
pub use session::{contact, found, handoff, heading, phrase, remedy, section, why};
pub use text::{explain, line, text};
pub use words::{duration, fill, offset, one_in, percent};

/// What a report is about, and in whose words.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The diagnosis.
    pub diagnosis: &'a Diagnosis,
    /// The knowledge it was made with.
    pub knowledge: &'a Knowledge,
    /// What the service's screens call things, by placeholder; `service` is its name.
    pub words: BTreeMap<String, String>,
    /// How many codes the case holds.
    pub codes: usize,
    /// The entries of the case by the name a finding gives them, described for a person; already inert.
    pub entries: BTreeMap<String, String>,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether to use bold and colour.
    pub styled: bool,
}

/// The service whose words stand in for every other's.
const GENERIC: &str = "generic";

impl<'a> Subject<'a> {
    /// A subject in the generic service's words, with `service` as its name if that is known (foreign text).
    pub fn new(diagnosis: &'a Diagnosis, knowledge: &'a Knowledge, service: Option<&str>) -> Self {
        let words = words_of(knowledge, service);
        Self { diagnosis, knowledge, words, codes: 0, entries: BTreeMap::new() }
    }

    fn symptom(&self) -> Option<&'a Symptom> {
        self.knowledge.symptoms.get(&self.diagnosis.symptom)
    }

    fn title_of(&self, remedy: &Remedy) -> String {
        self.knowledge.section(&remedy.text).map_or_else(|| remedy.id.clone(), |section| section.title.clone())
    }
}

/// What the screens of a service that we know nothing of call things; `service` is its name (foreign text).
pub fn words_of(knowledge: &Knowledge, service: Option<&str>) -> BTreeMap<String, String> {
    let generic = knowledge.services.get(GENERIC);
    let mut words = generic.map(|service| service.words.clone()).unwrap_or_default();
    let name = service.map(foreign::plain).filter(|name| !name.is_empty());
    let name = name.or_else(|| generic.map(|service| service.name.clone()));
    words.insert("service".to_owned(), name.unwrap_or_else(|| "the service".to_owned()));
    words
}
