//! What an export says, as probes and cases want it.

use crate::case::KnownEntry;
use crate::import::{Found, Imported};
use crate::knowledge;
use crate::probe::{App, Held};

/// The entries of an app, as a case has them.
pub fn known(imported: Imported) -> Vec<KnownEntry> {
    let known = |found: Found| KnownEntry {
        created: found.created,
        assumed: found.assumed,
        discarded: found.discarded,
        ..KnownEntry::from(found.entry)
    };
    imported.entries.into_iter().map(known).collect()
}

/// What the knowledge says of an app, as the audit of entries asks for it.
pub fn facts(app: &knowledge::App) -> App {
    let is = |fact: &str, value: &str| app.facts.get(fact).is_some_and(|own| own == value);
    let ignores = app.ignores.iter().map(|ignored| (ignored.parameter.clone(), ignored.until.clone()));
    App {
        is_of_an_app: true,
        overwrites: is("same-label", "overwrites"),
        adds_last: is("new-entries", "bottom"),
        ignores: ignores.collect(),
    }
}

/// The entries as the audit looks at them.
pub fn held(imported: &Imported) -> Vec<Held<'_>> {
    fn held(found: &Found) -> Held<'_> {
        Held { entry: &found.entry, created: found.created, discarded: found.discarded }
    }
    imported.entries.iter().map(held).collect()
}
