//! The quote or bracket that a syntax error comes from.
//!
//! The one idea: a parser notices what is not closed only where something else no longer fits, lines later; a writer
//! indents, so that a line which is not deeper than the one with the opening sign tells that its end was forgotten.

use std::ops::Range;

/// The first quote or bracket before `end` that is still open as the next entry begins, and what would close it.
pub(super) fn unclosed(text: &str, end: usize) -> Option<(Range<usize>, char)> {
    let mut scan = Scan::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let depth = line.len() - line.trim_start_matches(' ').len();
        let next_entry = !line.trim().is_empty() && depth <= scan.depth;
        if let Some(&(at, close)) = scan.open.first().filter(|_| next_entry) {
            return Some((at..at + 1, close));
        }
        if start > end {
            return None;
        }
        scan.line(line, start, depth);
        start += line.len();
    }
    scan.open.first().map(|&(at, close)| (at..at + 1, close))
}

#[derive(Default)]
struct Scan {
    /// What is open, the outermost first: where, and what closes it.
    open: Vec<(usize, char)>,
    /// Blanks before the line on which the outermost opened.
    depth: usize,
    /// Blanks before the line that begins a folded or literal text, whose lines are left alone.
    block: Option<usize>,
}

impl Scan {
    fn line(&mut self, line: &str, start: usize, depth: usize) {
        if self.block.is_some_and(|above| depth > above || line.trim().is_empty()) {
            return;
        }
        self.block = None;
        // A value may begin after these, and only there does a sign open anything.
        let mut begins = true;
        let mut signs = line.char_indices().peekable();
        while let Some((at, sign)) = signs.next() {
            let next = signs.peek().map(|(_, sign)| *sign);
            let inside = self.open.last().map(|(_, close)| *close);
            match (inside, sign) {
                (Some('"'), '\\') => drop(signs.next()),
                (Some('\''), '\'') if next == Some('\'') => drop(signs.next()),
                (Some(close), sign) if sign == close => {
                    self.open.pop();
                    begins = false;
                }
                (Some('"' | '\''), _) | (_, ' ') => {}
                (_, '#') if at == 0 || line[..at].ends_with(' ') => return,
                (_, '{' | '[' | '"' | '\'') if begins => {
                    if self.open.is_empty() {
                        self.depth = depth;
                    }
                    let close = match sign {
                        '{' => '}',
                        '[' => ']',
                        quote => quote,
                    };
                    self.open.push((start + at, close));
                    begins = matches!(sign, '{' | '[');
                }
                (None, '|' | '>') if begins => {
                    self.block = Some(depth);
                    return;
                }
                (_, ':' | '-') => begins = next.is_none_or(char::is_whitespace),
                (Some(_), ',') => begins = true,
                _ => begins = false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, char)> {
        unclosed(text, text.len()).map(|(span, close)| (&text[span.start..], close))
    }

    #[test]
    fn the_sign_that_was_not_closed_is_found() {
        assert_eq!(found("a: { b: c\nd: e\n"), Some(("{ b: c\nd: e\n", '}')));
        assert_eq!(found("a:\n  - { b: { c: d }\n  - e\n"), Some(("{ b: { c: d }\n  - e\n", '}')));
        assert_eq!(found("a: \"b\nc: \"d\"\n"), Some(("\"b\nc: \"d\"\n", '"')));
        assert_eq!(found("a: [b, 'it''s]\nc: d\n"), Some(("[b, 'it''s]\nc: d\n", ']')));
        assert_eq!(found("a: [b"), Some(("[b", ']')));
    }

    #[test]
    fn what_goes_on_deeper_or_opens_nothing_is_let_be() {
        assert_eq!(found("a: { b: c,\n  d: e }\nf: g\n"), None);
        assert_eq!(found("a: it's {odd\nb: \"\\\" \"\n"), None);
        assert_eq!(found("a: b # { not this\nc: >-\n  \"nor\n  this\nd: e\n"), None);
    }
}
