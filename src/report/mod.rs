//! Shows what was found: a diagnosis as text, Markdown or JSON, a cause with its remedies.
//!
//! The one idea: every form is written from the same [`Subject`], and every foreign text in it passes [`foreign`](crate::speech::foreign) first.
//! It must not decide anything, nor print.

mod annotations;
mod calls;
mod catalogue;
mod checks;
mod clocks;
mod code;
mod difference;
mod entries;
pub mod graph;
mod handoff;
mod html;
mod json;
mod markdown;
pub mod measurement;
mod prose;
mod screen;
mod script;
mod session;
mod talk;

mod text;
mod triage;
mod unknown;
mod xml;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike};

use crate::case::Case;
use crate::knowledge::{Knowledge, Remedy, Symptom};
use crate::session::Diagnosis;
use crate::speech::{Speech, foreign, words_of};
use crate::triage::Refusal;

pub use annotations::{github, sarif};
pub use calls::{Calls, Kept};
pub use catalogue::{causes_catalogue, causes_table};
pub use checks::{check, checks};
pub use difference::{difference, difference_json};
pub use entries::{Listing, entries, entries_json};
pub use handoff::{Handoff, Template};
pub use html::{Places, beside, escaped, html};
pub use json::{answer, diagnostics, rehearsal, unreadable};
pub use markdown::markdown;
pub use prose::render;
pub use screen::screen;
pub use script::{ShownStep, page as script_page, shown as script_steps};
pub use session::heading;
pub use talk::{Frame, Written, talk};

pub use text::{explain, line, text};
pub use triage::{Overview, USUAL_WIDTH, WIDTHS, refusal};
pub use unknown::unknown;

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
    /// Whose login it was, when and where, for a log of many; `None`: not told.
    pub refusal: Option<Refusal>,
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
    /// The subject in the words of a case: the service by its issuer where none is named, entries by their names.
    pub fn of(case: &Case, diagnosis: &'a Diagnosis, knowledge: &'a Knowledge, service: Option<&'a str>) -> Self {
        let issuer = case.expected.as_ref().map(|entry| entry.issuer.as_str());
        let mut subject = Self::new(diagnosis, knowledge, issuer).at(service);
        subject.codes = case.attempts.len();
        subject.refusal = Some(Refusal::of(case, diagnosis));
        let speech = subject.speech();
        for (index, known) in case.entries.iter().enumerate() {
            let name = known.id.clone().unwrap_or_else(|| format!("entries[{index}]"));
            let parts = [known.entry.issuer.as_str(), known.entry.account.as_str()].map(foreign::plain);
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let mut described = speech.say("entry-number", &[("number", &(index + 1).to_string())]);
            if !parts.is_empty() {
                described = speech.say("entry-named", &[("name", &parts.join(", ")), ("number", &described)]);
            }
            if let Some(made) = known.created.and_then(|created| DateTime::from_timestamp(created, 0)) {
                let date = speech.date(made.day(), made.month(), made.year());
                described = speech.say("entry-made", &[("entry", &described), ("date", &date)]);
            }
            subject.entries.insert(name, described);
        }
        subject
    }

    /// A subject in the generic service's words, with `service` as its name if that is known (foreign text).
    pub fn new(diagnosis: &'a Diagnosis, knowledge: &'a Knowledge, service: Option<&str>) -> Self {
        let words = words_of(knowledge, None, service);
        Self { diagnosis, knowledge, service: None, words, codes: 0, entries: BTreeMap::new(), refusal: None }
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
