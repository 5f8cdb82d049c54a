//! Apps that show codes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SectionRef;

/// Dated facts of an authenticator.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct App {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Words of closed lists, by fact: `new-entries: bottom`.
    pub facts: BTreeMap<String, String>,
    /// What it is known to ignore.
    pub ignores: Vec<Ignored>,
    /// General sections, with this app's own.
    pub sections: Vec<(SectionRef, SectionRef)>,
}

/// A parameter that an app is known to ignore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// `algorithm`, `digits` or `period`.
    pub parameter: String,
    /// Until which day (`YYYY-MM-DD`); `None` as far as is known still.
    pub until: Option<String>,
    /// Where that is said.
    pub source: String,
}

impl App {
    /// The question which app shows the codes: its facts are known once that is answered.
    pub const ASKED: &'static str = "app";

    /// The answer that it is none of those that are known.
    pub const OTHER: &'static str = "other";

    /// Its own section in place of a general one.
    pub fn section_for(&self, general: &SectionRef) -> Option<&SectionRef> {
        self.sections.iter().find(|(of, _)| of == general).map(|(_, own)| own)
    }
}
