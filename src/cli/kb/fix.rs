//! `kb check --fix`: mends what can be mended without a choice, and shows what was changed.

use similar::TextDiff;

use crate::diagnostic::Diagnostic;

/// A text with every fix in it that does not overlap an earlier one, and how many those are. Not a byte beside them
/// changes.
pub(super) fn mended<'a>(text: &str, found: impl Iterator<Item = &'a Diagnostic>) -> (String, usize) {
    let mut fixes: Vec<_> = found.filter_map(|one| one.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let (mut out, mut at, mut made) = (String::with_capacity(text.len()), 0, 0);
    for fix in fixes {
        if let Some(kept) = text.get(at..fix.span.start).filter(|_| text.is_char_boundary(fix.span.end)) {
            out.push_str(kept);
            out.push_str(&fix.text);
            (at, made) = (fix.span.end, made + 1);
        }
    }
    out.push_str(&text[at..]);
    (out, made)
}

/// What changed, in the form that `patch` reads.
pub(super) fn patch(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(1).header(path, path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn flaw(span: std::ops::Range<usize>, text: &str) -> Diagnostic {
        Diagnostic::warning("KB008", Place::default(), "flaw").fix(span, text)
    }

    #[test]
    fn fixes_that_overlap_are_made_one_at_a_time() {
        let found = [flaw(4..6, "Ö"), flaw(0..1, "A"), flaw(5..7, "never")];
        assert_eq!(mended("abc def\n", found.iter()), ("Abc Öf\n".to_owned(), 2));
        assert_eq!(mended("abc", [flaw(2..9, "x")].iter()), ("abc".to_owned(), 0), "past the end");
    }
}
