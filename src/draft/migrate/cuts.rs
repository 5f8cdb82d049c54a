//! Pieces of a writer's text: where they stand, and how they read elsewhere.
//!
//! The one idea: a piece is what was written, with its quotes, at another indentation. It must not decide where it goes.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::yaml::{column, comments_before, line_end, line_start};
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::schema::is_key_of_scenario;
use crate::knowledge::{Key, Node, list, quote};

/// Longer mappings go over several lines.
const WIDTH: usize = 110;

/// The lines that an entry of a mapping over several lines takes.
pub(super) fn lines(text: &str, key: &Key, node: &Node) -> Range<usize> {
    let end = line_end(text, node.span.end.max(key.span.end));
    line_start(text, key.span.start)..end
}

/// What an entry takes up in its mapping, with the comma of one on one line.
pub(super) fn entry(text: &str, mapping: &Node, at: usize) -> Range<usize> {
    let entries = mapping.entries();
    let (key, node) = &entries[at];
    if !text[mapping.span.clone()].starts_with('{') {
        return lines(text, key, node);
    }
    match (at.checked_sub(1).map(|before| &entries[before].1), entries.get(at + 1)) {
        (_, Some((next, _))) => key.span.start..next.span.start,
        (Some(before), None) => before.span.end..node.span.end,
        (None, None) => key.span.start..node.span.end,
    }
}

/// `key: value` as it was written, at another indentation.
pub(super) fn moved(text: &str, key: &Key, node: &Node, indent: usize) -> String {
    let own = column(text, key.span.start);
    let slice = &text[key.span.start..node.span.end.max(key.span.end)];
    let mut out = String::new();
    for (number, line) in slice.lines().enumerate() {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let kept = if number == 0 { 0 } else { blanks.saturating_sub(own) };
        let line = line.trim_start_matches(' ');
        let before = if line.is_empty() { 0 } else { indent + kept };
        let _ = writeln!(out, "{}{line}", " ".repeat(before));
    }
    out
}

/// A mapping of such entries, on one line if it fits.
pub(super) fn mapping(key: &str, entries: &[String], block: bool) -> String {
    let flow = format!("{key}: {{ {} }}\n", entries.join(", "));
    match entries {
        [] => String::new(),
        [_] if flow.len() <= WIDTH => flow,
        _ if !block && flow.len() <= WIDTH => flow,
        _ => format!("{key}:\n  {}\n", entries.join("\n  ")),
    }
}

/// Where a section stands in its article, with its heading and up to the next.
pub(super) fn section_of(text: &str, id: &str) -> Option<Range<usize>> {
    let (mut at, mut start, mut fenced) = (0, None, false);
    for line in text.split_inclusive('\n') {
        fenced ^= line.trim_start().starts_with("```");
        if line.starts_with('#') && !fenced {
            if let Some(start) = start {
                return Some(start..at);
            }
            let named = line.split_once("{: #").map(|(_, rest)| rest.split([' ', '}']).next());
            start = (named == Some(Some(id))).then_some(at);
        }
        at += line.len();
    }
    start.map(|start| start..text.len())
}

pub(super) fn body_of(section: &str) -> String {
    section.split_once('\n').map(|(_, body)| body.trim().to_owned()).unwrap_or_default()
}

/// A scenario in the words of a cause, and what it takes up in its file, with the comments before it; `None` if it is
/// about something else, or says more than fits.
pub(super) fn scenario(
    text: &str,
    node: &Node,
    key: &str,
    symptom: &str,
    cause: &str,
) -> Option<(Range<usize>, String)> {
    let keys = |node: &Node, allowed: &[&str]| node.keys().all(|key| allowed.contains(&key));
    let said = |node: &Node, name: &str| node.get(name).and_then(Node::as_str).map(str::to_owned);
    let expect = node.get("expect")?;
    let about = said(node, "symptom").unwrap_or_else(|| USUAL_SYMPTOM.to_owned());
    if about != symptom || !keys(node, &["scenario", "symptom", "given", "answers", "failed", "expect"]) {
        return None;
    }
    let known = ["cause", "with", "conclusion", "remedy", "next-remedy"];
    let is = match key {
        "like" if keys(expect, &known) && said(expect, "cause").as_deref() == Some(cause) => None,
        "unlike" => {
            let not: Vec<&str> = list(expect.get("not-confirmed")?).iter().filter_map(Node::as_str).collect();
            let others = [&known[..], &["not-confirmed"]].concat();
            if not != [cause] || !keys(expect, &others) {
                return None;
            }
            Some(said(expect, "cause").filter(|is| is != cause && is != "unknown")?)
        }
        _ => return None,
    };
    let answers = node.get("answers").map_or(&[][..], Node::entries);
    if answers.iter().any(|(key, _)| is_key_of_scenario(&key.text)) {
        return None;
    }
    let start = line_start(text, node.span.start);
    // What stands at the top of the file is about the whole of it.
    let comments = Some(comments_before(text, start)).filter(|at| *at > 0).unwrap_or(start);
    let mut out = String::new();
    for line in text[comments..start].lines() {
        let _ = writeln!(out, "{}", line.trim());
    }
    let _ = writeln!(out, "{key}:");
    for (question, answer) in answers {
        let _ = writeln!(out, "  {}: {}", quote(&question.text), quote(answer.as_str()?));
    }
    for name in ["given", "failed"] {
        if let Some((key, value)) = node.entries().iter().find(|(key, _)| key.text == name) {
            out.push_str(&moved(text, key, value, 2));
        }
    }
    if let Some(is) = is {
        let _ = writeln!(out, "  is: {}", quote(&is));
    }
    for (from, to) in [("conclusion", "concludes"), ("with", "with"), ("remedy", "remedy"), ("next-remedy", "remedy")] {
        if let Some(value) = expect.get(from) {
            let written = text.get(value.span.clone()).filter(|text| !text.contains('\n'))?;
            let _ = writeln!(out, "  {to}: {written}");
        }
    }
    let mut end = line_end(text, node.span.end);
    // The blank line that parted it from the next one goes with it.
    end += usize::from(text[end..].starts_with('\n'));
    Some((comments..end, out))
}
