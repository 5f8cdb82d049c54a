//! The flaws found in one file.
//!
//! The one idea: a flaw is reported where it is met, with the bytes it is about; line and column follow from them.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Severity, nearest};

/// A name list up to this length is shown whole when none of its names is near.
const SHOWN: usize = 8;

/// One file and what is wrong with it so far.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, found: Vec::new() }
    }

    /// An error at `span`.
    pub(super) fn error(&mut self, code: &'static str, span: &Range<usize>, message: impl Into<String>) {
        let place = self.place(span);
        self.found.push(Diagnostic::error(code, place, message));
    }

    /// An error with a way out.
    pub(super) fn error_with_help(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.place(span);
        self.found.push(Diagnostic::error(code, place, message).help(help));
    }

    /// A warning with a way out.
    pub(super) fn warning(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.place(span);
        self.found.push(Diagnostic::warning(code, place, message).help(help));
    }

    /// An error about a name that is not among `names`: the nearest is offered, or all if they are few.
    pub(super) fn unknown<'n>(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        what: &str,
        typed: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let names: Vec<&str> = names.into_iter().collect();
        let hint = match nearest(typed, names.iter().copied()) {
            Some(name) => format!(": did you mean `{name}`?"),
            None if names.is_empty() => ": there are none".to_owned(),
            None if names.len() <= SHOWN => format!(": expected one of {}", list(&names)),
            None => String::new(),
        };
        self.error(code, span, format!("unknown {what} `{typed}`{hint}"));
    }

    /// Runs `read`; what it gives counts only if it met no error.
    pub(super) fn sound<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.errors();
        let value = read(self)?;
        (self.errors() == before).then_some(value)
    }

    /// Takes over what was found in a part of the file that has one code of its own.
    pub(super) fn absorb(&mut self, part: Self, code: &'static str) {
        self.found.extend(part.found.into_iter().map(|one| match one.severity {
            Severity::Error => Diagnostic { code, ..one },
            _ => one,
        }));
    }

    pub(super) fn errors(&self) -> usize {
        self.found.iter().filter(|one| one.severity == Severity::Error).count()
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place::span(self.path, self.text, span.clone())
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
