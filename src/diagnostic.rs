//! What is wrong with a text that we read: a case, an entry, an article, a symptom.
//!
//! The one idea: a diagnostic is a plain value with a place, collected beside the result and drawn by whoever shows it.
//! A diagnostic on a private text has a place and our own words, never an excerpt. It must not hold the text itself.

use std::fmt;
use std::ops::Range;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Hint,
    /// Works, but probably not as meant.
    Warning,
    /// Left out of the result.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Where in which text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file's path as its reader named it, with `/` between its parts.
    pub path: String,
    /// 1-based; 0 where the whole file is meant.
    pub line: usize,
    /// 1-based, in characters; 0 where the whole line is meant.
    pub column: usize,
    /// The bytes meant, where the text may be shown; empty otherwise.
    pub span: Range<usize>,
}

impl Place {
    /// The whole of a file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// The bytes `span` of `text`, which is the content of `path`.
    pub fn span(path: impl Into<String>, text: &str, span: Range<usize>) -> Self {
        let (line, column) = line_and_column(text, span.start);
        Self { path: path.into(), line, column, span }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// 1-based line and column (in characters) of a byte offset.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// A change of a text that mends a flaw without a choice for anybody to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The bytes to replace; empty where something is only put in.
    pub span: Range<usize>,
    /// What to write in their place.
    pub text: String,
}

/// One flaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code of the check, `KB201` say.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no final period, the nearest name where there is one.
    pub message: String,
    /// Where.
    pub place: Place,
    /// The way out, if there is more to say than the message does.
    pub help: Option<String>,
    /// How the text is to be changed, where that is certain.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), place, help: None, fix: None }
    }

    /// A warning.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the change that mends it.
    #[must_use]
    pub fn fix(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }
}

/// A text with every fix in it that does not overlap an earlier one, and how many those are. Not a byte beside them
/// changes.
pub fn mended<'a>(text: &str, found: impl IntoIterator<Item = &'a Diagnostic>) -> (String, usize) {
    let mut fixes: Vec<_> = found.into_iter().filter_map(|one| one.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    fixes.dedup();
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

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.place, self.severity, self.code, self.message)
    }
}

/// The name among `names` that `typed` was probably meant to be, if one is near enough.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (typed.chars().count() / 3).max(1);
    let plain = hyphenated(typed);
    names
        .into_iter()
        .map(|name| {
            let other = hyphenated(name);
            // The same words in another spelling or order are as near as can be.
            let far = if sorted(&plain) == sorted(&other) { 1 } else { distance(&plain, &other) };
            (far.min(distance(typed, name)), name)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// In small letters, with hyphens between the words: `oldEntry`, `Old entry` and `old_entry` are `old-entry`.
fn hyphenated(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut small = false;
    for c in name.chars() {
        if c.is_uppercase() && small {
            out.push('-');
        }
        small = c.is_lowercase();
        match c {
            '_' | ' ' => out.push('-'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

fn sorted(name: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name.split('-').collect();
    words.sort_unstable();
    words
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let substituted = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substituted.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_that_overlap_are_made_one_at_a_time() {
        let flaw = |span, text: &str| Diagnostic::warning("KB008", Place::default(), "flaw").fix(span, text);
        let found = [flaw(4..6, "Ö"), flaw(0..1, "A"), flaw(5..7, "never")];
        assert_eq!(mended("abc def\n", found.iter()), ("Abc Öf\n".to_owned(), 2));
        assert_eq!(mended("abc", [flaw(2..9, "x")].iter()), ("abc".to_owned(), 0), "past the end");
        assert_eq!(mended("abc", [flaw(1..1, "x"), flaw(1..1, "x")].iter()), ("axbc".to_owned(), 1), "told twice");
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("ä: b\nüx: y", 8), (2, 2));
        assert_eq!(line_and_column("a", 99), (1, 2));
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_near() {
        let names = ["clock", "last-entry"];
        assert_eq!(nearest("clok", names), Some("clock"));
        assert_eq!(nearest("lcock", names), Some("clock"));
        assert_eq!(nearest("password", names), None);
        for other in ["lastEntry", "Last entry", "LAST_ENTRY", "entry-last"] {
            assert_eq!(nearest(other, names), Some("last-entry"), "{other}");
        }
    }
}
