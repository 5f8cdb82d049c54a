//! Exports in several parts.
//!
//! The one idea: a part knows how many there are, so what is missing can be named. It must not look at entries.

use super::{Imported, MISSING_BATCH};
use crate::diagnostic::{Diagnostic, Place};

/// Parts of an export, at most; Google Authenticator puts up to ten entries into one.
const MOST_BATCHES: i32 = 1_000;

/// One part of an export of Google Authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The same in all parts of one export.
    pub export: i32,
    /// From 0.
    pub index: i32,
    /// How many parts the export has.
    pub size: i32,
    /// The file.
    pub path: String,
}

impl Batch {
    /// Whether its numbers make sense, and there are others.
    pub(super) fn is_one_of_several(&self) -> bool {
        (2..=MOST_BATCHES).contains(&self.size) && (0..self.size).contains(&self.index)
    }
}

/// Puts together what several files gave, and says which parts of an export are in none of them.
pub fn joined(files: Vec<Imported>) -> Imported {
    let app =
        files.first().and_then(|file| file.app).filter(|_| files.windows(2).all(|pair| pair[0].app == pair[1].app));
    let whole = !files.is_empty() && files.iter().all(|file| file.whole);
    let mut all = Imported { whole, app, ..Imported::default() };
    for mut file in files {
        all.entries.append(&mut file.entries);
        all.problems.append(&mut file.problems);
        all.batches.append(&mut file.batches);
        all.exported |= file.exported;
    }
    let missing = missing(&all.batches);
    all.problems.extend(missing);
    all
}

fn missing(batches: &[Batch]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (number, first) in batches.iter().enumerate() {
        let same = |batch: &&Batch| (batch.export, batch.size) == (first.export, first.size);
        if batches[..number].iter().any(|before| same(&before)) {
            continue;
        }
        let is_there = |index: &i32| batches.iter().filter(same).any(|batch| batch.index == *index);
        let absent: Vec<String> =
            (0..first.size).filter(|index| !is_there(index)).map(|i| (i + 1).to_string()).collect();
        if !absent.is_empty() {
            let what = if absent.len() == 1 { "number" } else { "numbers" };
            let message = format!("an export in {} QR codes, without {what} {}", first.size, absent.join(", "));
            let help = "in the authenticator, show each QR code of the export and give a picture of each";
            problems.push(Diagnostic::warning(MISSING_BATCH, Place::file(&first.path), message).help(help));
        }
    }
    problems
}
