//! What stands at the beginning of lines and is no YAML: tabs, and the markers of a merge.
//!
//! The one idea: these are seen line by line, before anything is read, and told once for all lines. It must not look
//! behind the indentation.

use std::ops::Range;

use super::report::Report;
use super::yaml;

/// Blanks for a tab, where all of these come to the same.
const WIDTHS: [usize; 3] = [2, 4, 8];

pub(super) const MERGE: &str = "the marker of a merge that is not finished";
pub(super) const UNMERGE: &str =
    "keep what you want of both sides, and take out the lines of `<<<<<<<`, `=======` and `>>>>>>>`";

/// `None` where there is one, which is then told.
pub(super) fn check(report: &mut Report, range: &Range<usize>) -> Option<()> {
    merge(report, range)?;
    tabs(report, range)
}

/// A merge that nobody has finished.
fn merge(report: &mut Report, range: &Range<usize>) -> Option<()> {
    let text = &report.text[range.clone()];
    let marked = lines(text).find(|(_, line)| is_marker(line));
    let Some((at, line)) = marked else { return Some(()) };
    let at = range.start + at..range.start + at + line.trim_end().len();
    report.error_with_help("KB001", &at, MERGE, UNMERGE);
    None
}

fn is_marker(line: &str) -> bool {
    let is =
        |sign: &str| line.strip_prefix(sign).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']));
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|sign| is(sign))
}

/// Tabs in the indentation; where it does not matter how wide they are, blanks can stand for them.
fn tabs(report: &mut Report, range: &Range<usize>) -> Option<()> {
    let text = &report.text[range.clone()];
    let tabbed: Vec<Range<usize>> = lines(text)
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| at..at + line.len() - line.trim_start_matches([' ', '\t']).len())
        .filter(|indent| text[indent.clone()].contains('\t'))
        .collect();
    let (Some(first), Some(last)) = (tabbed.first(), tabbed.last()) else { return Some(()) };
    let at = range.start + first.start + text[first.clone()].find('\t').unwrap_or_default();
    let message = match tabbed.len() {
        1 => "a tab in the indentation: expected blanks".to_owned(),
        number => format!("tabs in the indentation of {number} lines: expected blanks"),
    };
    let help = "put two blanks for each tab, and tell the editor to write blanks";
    report.error_with_help("KB010", &(at..at + 1), message, help);
    if report.is_heard()
        && let Some(mended) = mended(text, &tabbed)
    {
        report.mend(range.start + first.start..range.start + last.end, mended);
    }
    None
}

/// From the first tab's line to the last one's, with blanks; `None` where it matters how many.
fn mended(text: &str, tabbed: &[Range<usize>]) -> Option<String> {
    // Where other lines have blanks, a tab may be one too many.
    if lines(text).any(|(_, line)| line.trim_start_matches('\t').starts_with(' ')) {
        return None;
    }
    let (start, end) = (tabbed.first()?.start, tabbed.last()?.end);
    let with = |width: usize| {
        let (mut out, mut at) = (String::new(), start);
        for indent in tabbed {
            out.push_str(&text[at..indent.start]);
            out.push_str(&text[indent.clone()].replace('\t', &" ".repeat(width)));
            at = indent.end;
        }
        out
    };
    let shapes = WIDTHS.map(|width| shape(&[&text[..start], &with(width), &text[end..]].concat()));
    let first = shapes[0].as_ref()?;
    shapes.iter().flatten().all(|shape| shape == first).then(|| with(WIDTHS[0]))
}

/// What a text says, without where.
fn shape(text: &str) -> Option<String> {
    let mut shape = String::new();
    let root = yaml::tree(text)?;
    outline(&root, &mut shape);
    Some(shape)
}

fn outline(node: &yaml::Node, out: &mut String) {
    match &node.kind {
        yaml::NodeKind::Map(entries) => {
            out.push('{');
            for (key, value) in entries {
                out.push_str(&key.text);
                out.push(':');
                outline(value, out);
                out.push(',');
            }
            out.push('}');
        }
        yaml::NodeKind::List(items) => {
            out.push('[');
            for item in items {
                outline(item, out);
                out.push(',');
            }
            out.push(']');
        }
        yaml::NodeKind::Scalar { text, .. } => out.push_str(text),
    }
}

/// Every line with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        start += line.len();
        (start - line.len(), line)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fix(text: &str) -> Option<String> {
        let mut report = Report::new("x", text);
        assert!(yaml::parse(&mut report, 0..text.len()).is_none());
        let found = report.into_diagnostics();
        assert_eq!((found.len(), found[0].code), (1, "KB010"));
        let fix = found[0].fix.clone()?;
        let mut mended = text.to_owned();
        mended.replace_range(fix.span, &fix.text);
        Some(mended)
    }

    #[test]
    fn tabs_are_mended_where_their_width_does_not_matter() {
        assert_eq!(fix("a:\n\tb: c\n\td:\n\t\te: f\n").unwrap(), "a:\n  b: c\n  d:\n    e: f\n");
        assert_eq!(fix("a:\n    b: c\n\td: e\n"), None, "which of two things it belongs to");
        assert_eq!(fix("a:\n  b: c\n\td: e\n"), None, "a tab where others have blanks");
    }

    #[test]
    fn a_merge_is_told_once() {
        let text = "a: b\n<<<<<<< ours\nc: d\n=======\nc: e\n>>>>>>> theirs\n";
        let mut report = Report::new("x", text);
        assert!(yaml::parse(&mut report, 0..text.len()).is_none());
        let found = report.into_diagnostics();
        assert_eq!((found.len(), found[0].place.line), (1, 2));
    }
}
