//! The mistake by which a file of YAML cannot be read.
//!
//! The one idea: a mistake is told by what mends it. Each slip that people make is mended, as a trial, in the lines before the
//! place where the parser gave up; the mending with which it reads on farthest is the mistake. It must not mend anything.

use std::ops::Range;

use serde_saphyr::granit_parser::Parser;

use super::brackets::unclosed;
use super::characters;
use super::line::Line;
use super::slips::{self, Slip};

/// So many lines before the place are tried.
const LINES: usize = 12;
/// A part of a file that is longer than this is not read again and again.
const MOST_BYTES: usize = 64 << 10;

/// So many odd characters of a line are tried.
const MOST_SIGNS: usize = 8;

/// The slip with which the parser, that stopped at `stop`, reads on farthest.
pub(super) fn found(text: &str, stop: usize) -> Option<Slip> {
    let trial = Trial::of(text, stop)?;
    let mut best: Option<(usize, Slip)> = None;
    for kind in slips::KINDS {
        for line in &trial.lines {
            for slip in kind(text, line) {
                let reach = trial.reach(&slip);
                if reach == usize::MAX {
                    return Some(slip);
                }
                if best.as_ref().is_none_or(|(before, _)| reach > *before) {
                    best = Some((reach, slip));
                }
            }
        }
    }
    best.filter(|(reach, _)| *reach > trial.stopped).map(|(_, slip)| slip)
}

/// A part of a file with a mistake in it.
struct Trial<'a> {
    text: &'a str,
    part: Range<usize>,
    /// The line up to which it is read as it stands, counted in the part.
    stopped: usize,
    /// Where the mistake may be, the likeliest first.
    lines: Vec<Line<'a>>,
}

impl<'a> Trial<'a> {
    fn of(text: &'a str, stop: usize) -> Option<Self> {
        let all: Vec<Line> = Line::all(text).collect();
        let last = all.iter().rposition(|line| line.span.start <= stop)?;
        let mut lines: Vec<usize> = (0..=last).rev().filter(|at| all[*at].says_something()).take(LINES).collect();
        if let Some((sign, _)) = unclosed(text, stop) {
            let at = all.iter().rposition(|line| line.span.start <= sign.start)?;
            lines.retain(|other| *other != at);
            lines.insert(1.min(lines.len()), at);
        }
        // The second line without indentation before them all: what belongs together is read together.
        let first = lines.iter().copied().min()?;
        let top = |at: &usize| all[*at].depth == 0 && all[*at].says_something();
        let from = (0..=first).rev().filter(top).nth(1).unwrap_or(0);
        let to = (last + 1..all.len()).filter(top).nth(1).unwrap_or(all.len());
        let end = all.get(to).map_or(text.len(), |line| line.span.start);
        let part = all[from].span.start..end;
        if part.len() > MOST_BYTES {
            return None;
        }
        let stopped = reach(&text[part.clone()]);
        let lines = lines.into_iter().map(|at| all[at].clone()).collect();
        Some(Self { text, part, stopped, lines })
    }

    /// The line up to which the part is read with the slip mended; the largest number if to its end.
    fn reach(&self, slip: &Slip) -> usize {
        let mut mended = self.text[self.part.clone()].to_owned();
        let change = slip.change.start.checked_sub(self.part.start)..slip.change.end.checked_sub(self.part.start);
        let (Some(start), Some(end)) = (change.start, change.end) else { return 0 };
        if end > mended.len() {
            return 0;
        }
        mended.replace_range(start..end, &slip.text);
        reach(&mended)
    }
}

/// The line at which a parser gives up, counted from 1; the largest number if it does not.
fn reach(text: &str) -> usize {
    let failed = Parser::new_from_str(text).find_map(Result::err);
    failed.map_or(usize::MAX, |error| error.marker().line())
}

/// The line of a slip as it should be.
pub(super) fn mended_line(text: &str, slip: &Slip) -> String {
    let start = text[..slip.change.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[slip.change.end..].find('\n').map_or(text.len(), |length| slip.change.end + length);
    let line = [&text[start..slip.change.start], slip.text.as_str(), &text[slip.change.end..end]].concat();
    let mended = line.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // Blanks before it are shown where they are what matters.
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    if depth(mended) == depth(&text[start..end]) { mended.trim_start().to_owned() } else { mended.to_owned() }
}

/// A line in which the slip is a character: one of its odd signs is replaced, or all that stand for the same. The others may be
/// meant.
pub(super) fn odd_characters(text: &str, line: &Line) -> Vec<Slip> {
    let whole = &text[line.span.clone()];
    let odd = whole.char_indices().filter_map(|(at, c)| Some((at, c, characters::meant(c)?.1)));
    let odd: Vec<(usize, char, &str)> = odd.take(MOST_SIGNS).collect();
    let slip = |at: usize, c: char, change: Range<usize>, mended: String| Slip {
        code: "KB014",
        span: line.span.start + at..line.span.start + at + c.len_utf8(),
        message: characters::message(c),
        help: None,
        change: line.span.start + change.start..line.span.start + change.end,
        text: mended,
        certain: true,
    };
    let one = odd.iter().map(|&(at, c, _)| {
        let end = at + c.len_utf8();
        let blank = if c == '：' && !whole[end..].starts_with(' ') { " " } else { "" };
        slip(at, c, at..end, characters::with(&whole[at..end], |_| true) + blank)
    });
    let alike = odd.first().map(|&(at, c, instead)| {
        let same = |c: char| characters::meant(c).is_some_and(|(_, other)| other == instead);
        slip(at, c, 0..whole.len(), characters::with(whole, same))
    });
    one.chain(alike).collect()
}

#[cfg(test)]
mod tests {
    use super::super::report::Report;
    use super::super::yaml;

    /// Where a text is told to be wrong, and how its line should be.
    fn told(text: &str) -> (usize, usize, String) {
        let mut report = Report::new("x", text);
        assert!(yaml::parse(&mut report, 0..text.len()).is_none(), "{text}");
        let found = report.into_diagnostics();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].place.line, found[0].place.column, found[0].help.clone().unwrap_or_default())
    }

    #[test]
    fn the_mistake_is_told_with_the_line_as_it_should_be() {
        for (text, line, column, mended) in [
            ("a: b\nc: Yes: now\nd: e\n", 2, 7, "c: \"Yes: now\""),
            ("a: b\nc: @d\n", 2, 4, "c: \"@d\""),
            ("a: \"b \"c\" d\"\ne: f\n", 1, 7, "a: 'b \"c\" d'"),
            ("a: 'it's'\nb: c\n", 1, 7, "a: \"it's\""),
            ("a: { b: 1 c: 2 }\n", 1, 10, "a: { b: 1, c: 2 }"),
            ("a: { b: c\nd: e\n", 1, 4, "a: { b: c }"),
            ("a: { b: c }}\nd: e\n", 1, 12, "a: { b: c }"),
            ("a: b\nc:d\ne: f\n", 2, 2, "c: d"),
            ("a: b\nc d\ne: f\n", 2, 1, "c: d"),
            ("a:\n  b: c\n   d: e\n  f: g\n", 3, 4, "  d: e"),
            ("a:\n  b: c\n  - d: e\n", 3, 3, "write `d: e`"),
            ("a: { b: Press # c }\nd: e\n", 1, 15, "a: { b: \"Press # c\" }"),
        ] {
            let (at, from, help) = told(text);
            assert_eq!((at, from), (line, column), "{text}: {help}");
            assert!(help.contains(mended), "{text}: {help}");
        }
    }

    #[test]
    fn what_nobody_can_guess_is_told_where_the_reader_stopped() {
        let (line, _, help) = told("a: b\n]]: }{ : - c\n");
        assert!(line == 2 && !help.is_empty(), "{line}: {help}");
    }
}
