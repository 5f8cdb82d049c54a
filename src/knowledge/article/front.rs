//! What stands in front of a Markdown file, between two lines of hyphens.
//!
//! The one idea: others see no front matter where one of those lines has a slip in it, so the slip is told and what stands
//! there is read all the same. It must not know the prose.

use std::ops::Range;

use super::{Mark, SOURCE};
use crate::knowledge::fields::{text, wrong_type};
use crate::knowledge::report::Report;
use crate::knowledge::yaml::Node;
use crate::knowledge::{markers, yaml};

/// The front matter of a Markdown file as a tree, without a look at its prose.
pub(crate) fn front_matter_of(report: &mut Report) -> Option<Node> {
    let front = front_span(report.text)?;
    yaml::parse(report, front)
}

/// What stands between the lines of the front matter.
pub(crate) fn front_span(text: &str) -> Option<Range<usize>> {
    let skipped = text.len() - without_mark(text).len();
    let mut lines = text[skipped..].split_inclusive('\n');
    let mut at = skipped + lines.next().filter(|line| line.trim_end() == "---")?.len();
    let start = at;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(start..at);
        }
        at += line.len();
    }
    None
}

pub(super) fn without_mark(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

/// What makes another thing of a page than its writer sees: a byte order mark, or a merge that nobody has finished.
pub(super) fn check_beginning(report: &mut Report) {
    if report.text.starts_with('\u{feff}') {
        let at = 0..'\u{feff}'.len_utf8();
        let message = "a byte order mark before the first line: others do not see the front matter behind it";
        report.warning("KB014", &at, message, "save the file as UTF-8 without one");
        report.mend(at, "");
    }
    let mut start = 0;
    for line in report.text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            let at = start..start + line.trim_end().len();
            report.error_with_help("KB001", &at, markers::MERGE, markers::UNMERGE);
            return;
        }
        start += line.len();
    }
}

/// Front matter with a slip in one of the lines around it, which is then told. `None` where all is well, or there is none.
pub(super) fn lost_front_matter(report: &mut Report, start: usize) -> Option<Range<usize>> {
    const LINES: usize = 12;
    if front_span(report.text).is_some() {
        return None;
    }
    let mut lines = Vec::new();
    let mut at = start;
    for line in report.text[start..].split_inclusive('\n').take(LINES) {
        lines.push((at, line.trim_end_matches(['\r', '\n'])));
        at += line.len();
    }
    let is_rule = |line: &str| line.trim().len() > 1 && line.trim().bytes().all(|byte| byte == b'-');
    let is_entry = |line: &str| line.trim_start().starts_with(|c: char| c.is_ascii_lowercase()) && line.contains(':');
    let opens = lines.first().is_some_and(|(_, line)| is_rule(line));
    let first = usize::from(opens);
    let entries = lines[first.min(lines.len())..].iter().take_while(|(_, line)| is_entry(line)).count();
    let after = lines.get(first + entries);
    let closes = after.is_some_and(|(_, line)| is_rule(line));
    if entries == 0 || !opens && !closes {
        return None;
    }
    let (flawed, line) = match (lines[0], after) {
        ((at, line), _) if line != "---" => (at, line),
        (_, Some((at, line))) if *line != "---" => (*at, *line),
        _ => return None,
    };
    let end = lines.get(first + entries).map_or(report.text.len(), |(at, _)| *at);
    let help = "write three hyphens and nothing else on a line, before and behind `title` and `description`";
    let message = "the front matter has no line of its own here: expected `---`";
    report.error_with_help("KB210", &(flawed..flawed + line.len()), message, help);
    Some(lines[first].0..end)
}

/// Title and description.
pub(super) fn front_matter(front: Option<Range<usize>>, report: &mut Report) -> (String, String, Mark) {
    let Some(front) = front else {
        report.error("KB210", &(0..0), "no front matter: expected `---`, `title`, `description`, `---` at the top");
        return Default::default();
    };
    let mut inner = Report::new(report.path, report.text);
    let at = front.start..front.start;
    let root = yaml::parse(&mut inner, front);
    let mut field = |name: &str| -> String {
        match root.as_ref().map(|root| root.get(name)) {
            Some(Some(node)) => text(node).or_else(|| wrong_type(node, "text", &mut inner)).unwrap_or_default(),
            Some(None) => {
                inner.error("KB210", &at, format!("missing key `{name}` in the front matter: expected `{name}: …`"));
                String::new()
            }
            None => String::new(),
        }
    };
    let (title, description) = (field("title"), field("description"));
    let source = root.as_ref().and_then(|root| root.get(SOURCE));
    let source = source.and_then(|node| Some((text(node)?, node.span.clone())));
    report.absorb(inner, "KB210");
    (title, description, Mark { room: Some(at.start), span: at, source })
}
