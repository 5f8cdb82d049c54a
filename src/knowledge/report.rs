//! The flaws found in one file.
//!
//! The one idea: a flaw is reported where it is met, with the bytes it is about; line and column follow from them.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Severity, nearest};

/// A name list up to this length is shown whole when none of its names is near.
const SHOWN: usize = 8;

/// The way out of a name that two have.
pub(crate) const ANOTHER_ID: &str = "give one of them another id, or take it out";

/// So many flaws of one file are told; the rest count, but help nobody.
const TOLD: usize = 200;
/// Names longer than this are cut when shown.
const LONG: usize = 60;

/// One file and what is wrong with it so far.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    found: Vec<Diagnostic>,
    /// Where the errors are, those that are not told too.
    errors: Vec<Range<usize>>,
    /// Somebody reads what is told.
    heard: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str) -> Self {
        Self { path, text, found: Vec::new(), errors: Vec::new(), heard: true }
    }

    /// One that nobody reads, since somebody else tells what is wrong: what costs time to explain is not explained.
    pub(crate) fn unheard(path: &'a str, text: &'a str) -> Self {
        Self { heard: false, ..Self::new(path, text) }
    }

    /// Whether somebody reads what is told.
    pub(crate) fn is_heard(&self) -> bool {
        self.heard
    }

    /// An error at `span`.
    pub(crate) fn error(&mut self, code: &'static str, span: &Range<usize>, message: impl Into<String>) {
        self.errors.push(span.clone());
        self.tell(span, |place| Diagnostic::error(code, place, message));
    }

    /// An error with a way out.
    pub(crate) fn error_with_help(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.errors.push(span.clone());
        self.tell(span, |place| Diagnostic::error(code, place, message).help(help));
    }

    /// A warning with a way out.
    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.tell(span, |place| Diagnostic::warning(code, place, message).help(help));
    }

    /// Gives the newest flaw the change that mends it.
    pub(crate) fn mend(&mut self, span: Range<usize>, text: impl Into<String>) {
        // Past the limit the newest one was not kept.
        if self.found.len() < TOLD
            && let Some(newest) = self.found.pop()
        {
            self.found.push(newest.fix(span, text));
        }
    }

    /// Whether something with that code was told.
    pub(crate) fn has(&self, code: &str) -> bool {
        self.found.iter().any(|one| one.code == code)
    }

    /// Takes back a warning in favour of what is told next of the same place.
    pub(crate) fn retract(&mut self, code: &'static str, span: &Range<usize>) {
        let same = |one: &Diagnostic| one.code == code && one.place.span == *span && one.severity != Severity::Error;
        self.found.retain(|one| !same(one));
    }

    /// Takes back every warning: whoever has to mend an error first is told the rest when it is read again.
    pub(crate) fn retract_warnings(&mut self) {
        self.found.retain(|one| one.severity == Severity::Error);
    }

    /// An error about a name that is not among `names`: the nearest is offered, or all if they are few.
    pub(crate) fn unknown<'n>(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        what: &str,
        typed: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        self.error(code, span, unknown(what, typed, names));
    }

    /// The same as a warning: the text is usable, and says the name as it stands.
    pub(crate) fn unknown_warning<'n>(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        what: &str,
        typed: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        self.tell(span, |place| Diagnostic::warning(code, place, unknown(what, typed, names)));
    }

    fn tell(&mut self, span: &Range<usize>, diagnostic: impl FnOnce(Place) -> Diagnostic) {
        if self.found.len() < TOLD {
            let one = diagnostic(Place::span(self.path, self.text, span.clone()));
            // Two checks may see the same in a text.
            if !self.found.contains(&one) {
                self.found.push(one);
            }
        }
    }

    /// Runs `read`; what it gives counts only if there is no error in this part of the text, before or after.
    pub(crate) fn sound<T>(&mut self, part: &Range<usize>, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = read(self)?;
        self.is_sound(part).then_some(value)
    }

    /// Whether no error was met in this part of the text.
    pub(crate) fn is_sound(&self, part: &Range<usize>) -> bool {
        !self.errors.iter().any(|at| part.start <= at.start && at.start <= part.end)
    }

    /// Takes over what was found in a part of the file that has one code of its own.
    pub(crate) fn absorb(&mut self, part: Self, code: &'static str) {
        self.errors.extend(part.errors);
        self.found.extend(part.found.into_iter().map(|one| match one.severity {
            Severity::Error => Diagnostic { code, ..one },
            _ => one,
        }));
    }

    pub(crate) fn errors(&self) -> usize {
        self.errors.len()
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// A name that nothing has, with what should have been typed.
pub(crate) fn unknown<'n>(what: &str, typed: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    format!("unknown {what} {}{}", quoted(typed), expected(typed, &names.into_iter().collect::<Vec<_>>()))
}

/// What should have been typed.
fn expected(typed: &str, names: &[&str]) -> String {
    let near = if typed.len() <= LONG { nearest(typed, names.iter().copied()) } else { None };
    let all = || names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    // `[a b]` is one name to YAML.
    let apart: Vec<&str> = typed.split(' ').collect();
    if apart.len() > 1 && apart.iter().all(|word| names.contains(word)) {
        return format!(
            ": did you mean {}, with a comma between?",
            apart.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
        );
    }
    match (near, names.len()) {
        (Some(name), _) => format!(": did you mean {}?", quoted(name)),
        (None, 0) => ": there are none".to_owned(),
        (None, 1) => format!(": expected {}", all()),
        (None, 2..=SHOWN) => format!(": expected one of {}", all()),
        (None, most) => format!(": expected one of {most}, {} and {} among them", quoted(names[0]), quoted(names[1])),
    }
}

/// A foreign text within a message: cut, and with nothing in it that a terminal would obey.
pub(crate) fn quoted(text: &str) -> String {
    shown(text, LONG)
}

/// The same with up to `most` characters.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).flat_map(inert).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Control and direction characters as escapes.
fn inert(c: char) -> impl Iterator<Item = char> {
    let obeyed = c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let escaped = obeyed.then(|| c.escape_unicode());
    escaped.into_iter().flatten().chain((!obeyed).then_some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_inert_and_short() {
        assert_eq!(quoted("a\u{1b}[2J\u{202e}b"), "`a\\u{1b}[2J\\u{202e}b`");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), LONG + 3);
    }

    #[test]
    fn the_flaws_of_a_hopeless_file_are_counted_but_not_all_told() {
        let mut report = Report::new("x", "text");
        (0..TOLD + 5).for_each(|number| report.error("KB001", &(0..1), format!("broken {number}")));
        assert_eq!((report.errors(), report.into_diagnostics().len()), (TOLD + 5, TOLD));
    }
}
