//! One slip, one diagnostic: what has an error in it counts as there, and what follows from that is not told.
//!
//! The one idea: an item with an error is left out, so whatever is asked of it afterwards has no answer that says anything
//! about the knowledge. It must not decide what is an error.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::locale;
use crate::diagnostic::{Diagnostic, Place, Severity};

/// What is defined and has an error in it: it is left out, and what would follow from that is no news.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flawed {
    /// Everything may be concerned: the scales, a service, or a file that cannot be read.
    pub(super) all: bool,
    symptoms: BTreeSet<String>,
    scripts: BTreeSet<String>,
}

impl Flawed {
    /// Whether a symptom, or something that it rests on, has an error in it.
    pub fn symptom(&self, id: &str) -> bool {
        self.all || self.symptoms.contains(id)
    }

    /// Whether a script, or something that it rests on, has an error in it.
    pub fn script(&self, id: &str) -> bool {
        self.all || self.scripts.contains(id)
    }

    /// Adds a script that was left out.
    pub(super) fn add_script(&mut self, id: &str) {
        self.scripts.insert(id.to_owned());
    }

    /// Whether everything may be concerned.
    pub fn is_all(&self) -> bool {
        self.all
    }
}

/// Which symptom or script a file is about.
#[derive(Default)]
pub(super) struct Owners {
    pub(super) symptoms: BTreeMap<String, String>,
    pub(super) scripts: BTreeMap<String, String>,
}

impl Owners {
    /// What of them has an error in it; `partial` where a file cannot be read at all.
    pub(super) fn flawed(&self, partial: bool, diagnostics: &[Diagnostic]) -> Flawed {
        let mut flawed = Flawed { all: partial, ..Flawed::default() };
        for one in diagnostics.iter().filter(|one| one.severity == Severity::Error) {
            let path = &one.place.path;
            // A translation is a matter of its own, as are the names of a release.
            if locale::split(path).is_some() || path == "released.yaml" {
                continue;
            }
            if let Some(symptom) = self.symptoms.get(path) {
                flawed.symptoms.insert(symptom.clone());
            } else if let Some(script) = self.scripts.get(path) {
                flawed.scripts.insert(script.clone());
            } else if path == "kb.yaml"
                || ["services/", "apps/", "causes/", "symptoms/"].iter().any(|folder| path.starts_with(folder))
            {
                flawed.all = true;
            }
        }
        flawed
    }
}

/// Sorted by place; of several that follow from one slip only the first, which names where the others are.
pub(super) fn told_once(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut told: Vec<(Diagnostic, Vec<Place>)> = Vec::with_capacity(diagnostics.len());
    let mut first: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for one in diagnostics {
        let again = REFERENCES.contains(&one.code).then(|| first.entry((one.code, one.message.clone())));
        match again {
            Some(Entry::Occupied(before)) => told[*before.get()].1.push(one.place),
            again => {
                if let Some(Entry::Vacant(free)) = again {
                    free.insert(told.len());
                }
                told.push((one, Vec::new()));
            }
        }
    }
    told.into_iter().map(|(one, others)| with_others(one, &others)).collect()
}

fn with_others(one: Diagnostic, others: &[Place]) -> Diagnostic {
    if others.is_empty() {
        return one;
    }
    let named: Vec<String> = others.iter().take(NAMED).map(|place| format!("{}:{}", place.path, place.line)).collect();
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let also = format!("the same at {}{more}", named.join(", "));
    let help = one.help.as_ref().map_or_else(|| also.clone(), |help| format!("{help}; {also}"));
    one.help(help)
}

/// So many other places of one slip are named.
const NAMED: usize = 3;

/// Checks that a name is there: one that is not, and is named at ten places, is mostly one slip at another.
const REFERENCES: &[&str] = &["KB102", "KB103", "KB104", "KB105", "KB106", "KB107", "KB201", "KB509"];

pub(super) fn order(one: &Diagnostic) -> (&str, usize, usize, &str, &str) {
    (&one.place.path, one.place.line, one.place.column, one.code, &one.message)
}
