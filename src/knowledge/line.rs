//! One line of a YAML file as its writer sees it: blanks, hyphens, a key, a value, a comment.
//!
//! The one idea: where the whole cannot be read, a line still can. It must not need the lines around it.

use std::ops::Range;

/// The parts of a line, as bytes of the text that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    text: &'a str,
    /// Without its end.
    pub(super) span: Range<usize>,
    /// Blanks before it.
    pub(super) depth: usize,
    /// Behind the blanks and the hyphens of a list.
    pub(super) body: usize,
    /// The key, without its colon.
    pub(super) key: Option<Range<usize>>,
    /// What is behind key and colon, else the body; without a comment.
    pub(super) value: Range<usize>,
}

impl<'a> Line<'a> {
    /// The line at `start`.
    pub(super) fn at(text: &'a str, start: usize) -> Self {
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let end = start + text[start..end].trim_end_matches('\r').len();
        let line = &text[start..end];
        let depth = line.len() - line.trim_start_matches(' ').len();
        let mut body = start + depth;
        while let Some(rest) = text[body..end].strip_prefix("- ") {
            body = end - rest.trim_start_matches(' ').len();
        }
        let key = key(&text[body..end]).map(|length| body..body + length);
        let from = key.as_ref().map_or(body, |key| key.end + 1);
        let from = from + text[from..end].len() - text[from..end].trim_start_matches(' ').len();
        let value = from..from + without_comment(&text[from..end]).trim_end().len();
        Self { text, span: start..end, depth, body, key, value }
    }

    /// Every line of `text`, with where it begins.
    pub(super) fn all(text: &'a str) -> impl Iterator<Item = Self> {
        let mut start = 0;
        text.split_inclusive('\n').map(move |line| {
            let at = start;
            start += line.len();
            Self::at(text, at)
        })
    }

    /// The value as it is written.
    pub(super) fn value(&self) -> &'a str {
        &self.text[self.value.clone()]
    }

    /// Behind the blanks.
    pub(super) fn content(&self) -> &'a str {
        &self.text[self.span.start + self.depth..self.span.end]
    }

    /// Neither empty nor a comment.
    pub(super) fn says_something(&self) -> bool {
        let content = self.content().trim();
        !content.is_empty() && !content.starts_with('#')
    }

    /// Whether it is an entry of a list.
    pub(super) fn is_item(&self) -> bool {
        self.body > self.span.start + self.depth || self.content() == "-"
    }
}

/// The length of the key that a line begins with.
fn key(line: &str) -> Option<usize> {
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let length = match quote {
        Some(quote) => line[1..].find(quote)? + 2,
        None => line.match_indices(':').map(|(at, _)| at).find(|at| ends_key(&line[*at..]))?,
    };
    let opens = line.starts_with(['{', '[', '#', '|', '>']);
    (length > 0 && !opens && ends_key(&line[length..]) && !line[..length].contains(" #")).then_some(length)
}

/// `: ` or a colon at the end.
fn ends_key(rest: &str) -> bool {
    rest.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// What comes before ` #`; in a text that begins with a quote or a bracket, whatever is quoted belongs to it.
fn without_comment(value: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '#' && before == ' ' => return &value[..at],
            None if matches!(c, '"' | '\'') && matches!(before, ' ' | '[' | '{') => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (usize, Option<&str>, &str) {
        let line = Line::at(text, 0);
        (line.depth, line.key.clone().map(|key| &text[key]), line.value())
    }

    #[test]
    fn a_line_has_a_key_and_a_value() {
        assert_eq!(parts("  - label: Yes: now # or later\n"), (2, Some("label"), "Yes: now"));
        assert_eq!(parts("\"yes\": { a: \"b # c\" } # d\r\n"), (0, Some("\"yes\""), "{ a: \"b # c\" }"));
        assert_eq!(parts("- http://example.org"), (0, None, "http://example.org"));
        assert_eq!(parts("- { a: b }"), (0, None, "{ a: b }"));
        assert_eq!(parts("causes:"), (0, Some("causes"), ""));
        assert_eq!(parts("# a: b"), (0, None, ""));
    }
}
