//! Collects what a file gives.
//!
//! The one idea: the bounds on entries and problems stand in one place, and what is beyond them is said once.
//! It must not decide whether an item is an entry.

use std::borrow::Cow;

use super::json::{Document, Node};
use super::{
    BAD_ENTRY, Batch, Found, Imported, LINE_WITHOUT_ENTRY, LOSES_PARAMETERS, MOST_ENTRIES, MOST_PROBLEMS,
    NOTHING_THERE, TOO_MANY,
};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::entry::{EntryError, Fields, ReadEntry};

/// The entries and problems of a file so far.
pub(super) struct Intake<'a> {
    name: Cow<'a, str>,
    imported: Imported,
    /// Files that it is made of, so far.
    parts: usize,
    full: bool,
}

impl<'a> Intake<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self { name: Cow::Borrowed(name), imported: Imported::default(), parts: 0, full: false }
    }

    /// A place in the file: line and column from 1, or 0 for the whole line or file.
    pub(super) fn place(&self, line: usize, column: usize) -> Place {
        Place { path: self.name.to_string(), line, column, ..Place::default() }
    }

    /// The place of a value.
    pub(super) fn place_of(&self, document: &Document<'_>, node: Node<'_>) -> Place {
        let (line, column) = document.position(node);
        self.place(line, column)
    }

    /// Takes in what a file within the file gives, under a name of its own.
    pub(super) fn within(&mut self, name: &str, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.name, Cow::Owned(name.to_owned()));
        read(self);
        self.name = outer;
    }

    /// Whether nothing was taken in yet.
    pub(super) fn is_empty(&self) -> bool {
        self.imported.entries.is_empty() && self.imported.problems.is_empty()
    }

    /// Whether no more is taken in.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Takes in an entry in parts, or the reason why it is none. The entry, for what the file says of it beside.
    pub(super) fn fields(&mut self, fields: &Fields<'_>, place: Place) -> Option<&mut Found> {
        self.entry(fields.read(), place)
    }

    /// Takes in an entry, or the reason why it is none.
    pub(super) fn entry(&mut self, read: Result<ReadEntry, EntryError>, place: Place) -> Option<&mut Found> {
        match read {
            Ok(read) => self.found(read, place),
            Err(error) => {
                self.problem(Diagnostic::error(BAD_ENTRY, place, error.to_string()));
                None
            }
        }
    }

    /// Takes in what a line of a text was read as, or the reason why it is no entry.
    pub(super) fn line(&mut self, read: Result<ReadEntry, EntryError>, mut place: Place) -> Option<&mut Found> {
        match read {
            Ok(read) => self.found(read, place),
            Err(error) => {
                place.column += error.position().map_or(0, |position| position - 1);
                self.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, place, error.to_string()));
                None
            }
        }
    }

    /// Takes in the items of a list, one after the other, as long as there is room. What `take` says of an item that gives
    /// no entry is told at its place.
    pub(super) fn each<'d>(
        &mut self,
        document: &Document<'d>,
        items: impl IntoIterator<Item = Node<'d>>,
        mut take: impl FnMut(Node<'d>, Place, &mut Self) -> Result<(), &'static str>,
    ) {
        for item in items {
            if self.full {
                return;
            }
            let place = self.place_of(document, item);
            if let Err(flaw) = take(item, place.clone(), self) {
                self.bad(flaw, place);
            }
        }
    }

    /// Takes in what is wrong with an item that gives no entry.
    pub(super) fn bad(&mut self, flaw: &'static str, place: Place) {
        self.problem(Diagnostic::error(BAD_ENTRY, place, flaw));
    }

    /// How many entries were taken in.
    pub(super) fn found_so_far(&self) -> usize {
        self.imported.entries.len()
    }

    fn found(&mut self, read: ReadEntry, place: Place) -> Option<&mut Found> {
        if !self.has_room(&place) {
            return None;
        }
        let ReadEntry { entry, deviations, assumed, .. } = read;
        self.imported.entries.push(Found { entry, deviations, place, assumed, created: None, discarded: false });
        self.imported.entries.last_mut()
    }

    /// Takes in a problem.
    pub(super) fn problem(&mut self, problem: Diagnostic) {
        if self.has_room(&problem.place) {
            self.imported.problems.push(problem);
        }
    }

    /// Notes that an app wrote it, and which one if only one can have done so.
    pub(super) fn exported(&mut self, app: Option<&'static str>) {
        let is_another = self.imported.exported && self.imported.app != app;
        self.imported.app = app.filter(|_| !is_another);
        self.imported.exported = true;
    }

    /// Begins a part of it, which may leave nothing out.
    pub(super) fn part(&mut self, whole: bool) {
        self.imported.whole = whole && (self.parts == 0 || self.imported.whole);
        self.parts += 1;
    }

    /// Notes that it is none of the apps whose export looks like this.
    pub(super) fn of_another_app(&mut self) {
        self.imported.app = None;
    }

    /// Says once what the format has no room for: `period`, say, of which the usual value is taken.
    pub(super) fn loses(&mut self, parameters: &str) {
        let place = Place::file(&*self.name);
        let message = format!("exports of this kind do not hold the {parameters}; the usual one is taken");
        let hint = Diagnostic { severity: Severity::Hint, ..Diagnostic::error(LOSES_PARAMETERS, place, message) };
        if !self.imported.problems.contains(&hint) {
            self.problem(hint);
        }
    }

    /// Takes in a part of an export in several parts.
    pub(super) fn batch(&mut self, batch: Batch) {
        if !self.full && !self.imported.batches.contains(&batch) {
            self.imported.batches.push(batch);
        }
    }

    /// All that was taken in; that there was nothing is a problem too.
    pub(super) fn done(mut self) -> Imported {
        if self.is_empty() {
            self.imported.problems.push(Diagnostic::error(NOTHING_THERE, Place::file(&*self.name), "no entry in it"));
        }
        self.imported
    }

    fn has_room(&mut self, place: &Place) -> bool {
        let enough = self.imported.entries.len() >= MOST_ENTRIES || self.imported.problems.len() >= MOST_PROBLEMS;
        if enough && !self.full {
            self.full = true;
            let message =
                format!("more than {MOST_ENTRIES} entries or {MOST_PROBLEMS} problems; the rest was not read");
            let problem =
                Diagnostic::error(TOO_MANY, Place { column: 0, ..place.clone() }, message).help("split the file");
            self.imported.problems.push(problem);
        }
        !enough
    }
}
