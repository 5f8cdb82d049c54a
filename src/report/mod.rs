//! Shows what was found: a diagnosis as text, Markdown or JSON, a cause with its remedies.
//!
//! The one idea: every form is written from the same [`Subject`], and every foreign text in it passes [`foreign`] first.
//! It must not decide anything, nor print.

mod annotations;
mod checks;
mod clocks;
mod code;
mod difference;
mod entries;
pub mod foreign;
pub mod graph;
mod html;
mod json;
mod markdown;
pub mod measured;
mod prose;
mod script;
mod session;
mod text;
mod triage;
mod words;
mod xml;

use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, Remedy, Service, Symptom};
use crate::session::Diagnosis;

pub use annotations::{github, sarif};
pub use checks::{check, checks};
pub use difference::{difference, difference_json};
pub use entries::{Listing, entries, entries_json};
pub use html::{Places, escaped, html};
pub use json::{answer, diagnostics, rehearsal, unreadable};
pub use markdown::markdown;
pub use prose::render;
pub use script::{ShownStep, Voice, contact_beside, page as script_page, remedy_beside, shown as script_steps, spoken};
pub use session::{contact, found, handoff, heading, phrase, remedy, section, why};
pub use text::{explain, line, text};
pub use triage::{Overview, refusal};
pub use words::{Speech, fill};

/// What a report is about, and in whose words.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The diagnosis.
    pub diagnosis: &'a Diagnosis,
    /// The knowledge it was made with.
    pub knowledge: &'a Knowledge,
    /// The service of the knowledge whose words and contacts are used, if it was named.
    pub service: Option<&'a str>,
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

impl<'a> Subject<'a> {
    /// A subject in the generic service's words, with `service` as its name if that is known (foreign text).
    pub fn new(diagnosis: &'a Diagnosis, knowledge: &'a Knowledge, service: Option<&str>) -> Self {
        let words = words_of(knowledge, None, service);
        Self { diagnosis, knowledge, service: None, words, codes: 0, entries: BTreeMap::new() }
    }

    /// The same subject in the words and with the contacts of a service of the knowledge, by its id; unchanged for `None`.
    #[must_use]
    pub fn at(mut self, service: Option<&'a str>) -> Self {
        if let Some(id) = service {
            self.words = words_of(self.knowledge, Some(id), None);
            self.service = Some(id);
        }
        self
    }

    fn symptom(&self) -> Option<&'a Symptom> {
        self.knowledge.symptoms.get(&self.diagnosis.symptom)
    }

    /// Says things in the language of the knowledge.
    fn speech(&self) -> Speech<'a> {
        Speech::of(self.knowledge)
    }

    fn title_of(&self, remedy: &Remedy) -> String {
        self.knowledge.section(&remedy.text).map_or_else(|| remedy.id.clone(), |section| section.title.clone())
    }
}

/// What the screens of a service call things: of the one with that id where it tells, else of the generic one.
///
/// `name` is what the service is called (foreign text) where the knowledge does not know it.
pub fn words_of(knowledge: &Knowledge, service: Option<&str>, name: Option<&str>) -> BTreeMap<String, String> {
    let generic = knowledge.services.get(Service::GENERIC);
    let own = service.and_then(|id| knowledge.services.get(id));
    let mut words = generic.map(|service| service.words.clone()).unwrap_or_default();
    words.extend(own.map(|service| service.words.clone()).unwrap_or_default());
    let name = name.map(foreign::plain).filter(|name| !name.is_empty());
    let name = own.map(|service| service.name.clone()).or(name).or_else(|| generic.map(|service| service.name.clone()));
    words.insert("service".to_owned(), name.unwrap_or_else(|| "the service".to_owned()));
    words
}
