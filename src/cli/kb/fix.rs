//! `kb check --fix`: mends what can be mended without a choice, and shows what was changed.
//!
//! The one idea: a fix that looks right in its line may be wrong in the whole, so the whole is checked with it before anything is
//! written. It must not write.

use std::collections::BTreeMap;

use similar::TextDiff;

use crate::diagnostic::{Diagnostic, Severity, mended};

/// How often each error is told in each file.
pub(super) type Errors = BTreeMap<(String, &'static str), usize>;

/// The errors among what was found.
pub(super) fn errors<'a>(found: impl IntoIterator<Item = &'a Diagnostic>) -> Errors {
    let mut errors = Errors::new();
    for one in found.into_iter().filter(|one| one.severity == Severity::Error) {
        *errors.entry((one.place.path.clone(), one.code)).or_default() += 1;
    }
    errors
}

/// Whether there is an error that was not there before. Where an error of `path` that was to be mended is gone, others may come to
/// light that stood behind it.
pub(super) fn is_worse(before: &Errors, after: &Errors, path: &str, found: &[&Diagnostic]) -> bool {
    let number = |errors: &Errors, code| errors.get(&(path.to_owned(), code)).copied().unwrap_or_default();
    let mended = found.iter().filter(|one| one.fix.is_some() && one.severity == Severity::Error);
    if mended.map(|one| one.code).any(|code| number(after, code) < number(before, code)) {
        return false;
    }
    after.iter().any(|(error, number)| before.get(error).is_none_or(|before| number > before))
}

/// The text with every fix in it by which nothing gets worse, and how many those are. `worse` tells of a text whether it is.
pub(super) fn harmless(text: &str, found: &[&Diagnostic], worse: impl Fn(&str) -> bool) -> (String, usize) {
    let all = mended(text, found.iter().copied());
    if all.1 == 0 || !worse(&all.0) {
        return all;
    }
    let (mut kept, mut best) = (Vec::new(), (text.to_owned(), 0));
    for one in found.iter().filter(|one| one.fix.is_some()) {
        kept.push(*one);
        let next = mended(text, kept.iter().copied());
        if next.1 > best.1 && !worse(&next.0) {
            best = next;
        } else {
            kept.pop();
        }
    }
    best
}

/// What changed, in the form that `patch` reads.
pub(super) fn patch(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(1).header(path, path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn a_fix_that_makes_it_worse_is_left_out() {
        let flaw = |span, text: &str| Diagnostic::warning("KB008", Place::default(), "flaw").fix(span, text);
        let found = [flaw(0..1, "A"), flaw(2..3, "never"), flaw(4..5, "C")];
        let found: Vec<&Diagnostic> = found.iter().collect();
        let mended = harmless("a b c", &found, |text| text.contains("never"));
        assert_eq!(mended, ("A b C".to_owned(), 2));
    }

    #[test]
    fn worse_is_an_error_that_was_not_there() {
        let error = |code| Diagnostic::error(code, Place::file("a.yaml"), "flaw");
        let before = errors(&[error("KB001")]);
        let worse = |after: &[Diagnostic], found: &[&Diagnostic]| is_worse(&before, &errors(after), "a.yaml", found);
        assert!(!worse(&[], &[]) && !worse(&[error("KB001")], &[]));
        assert!(worse(&[error("KB001"), error("KB001")], &[]));
        assert!(worse(&[error("KB002")], &[]));
        let mended = error("KB001").fix(0..1, "a");
        assert!(!worse(&[error("KB002")], &[&mended]), "what stood behind it");
    }
}
