//! YAML as a tree with a place for every key and value.
//!
//! The one idea: the tree is built from the parser's events, not through serde, because only the events tell quoted
//! from plain scalars and give every duplicate key its place. Anchors, aliases and tags are refused, sizes are limited,
//! and the building is a loop: no input can exhaust the stack. It must not know what the keys mean.

mod node;

use std::collections::BTreeSet;
use std::ops::Range;

use serde_saphyr::granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span};

use super::brackets::unclosed;
use super::line::Line;
use super::report::{Report, quoted, shown};
use super::scalars;
use super::{characters, markers, repair};

pub(crate) use node::{Key, Node, NodeKind};

const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 32;
/// A line of a file is shown up to this length.
pub(super) const LINE: usize = 100;
/// The way out of the most frequent mistake.
pub(crate) const QUOTE_BRACES: &str = "text with {…} must be quoted: \"How many entries for {service}?\"";

/// What a key that is there twice is told as: which of the two was meant is not known, so that nothing is asked of the file.
pub(crate) const DUPLICATE: &str = "KB002";

/// Reads the one document in `range` of the report's text. `None` if it is not readable, which is then reported.
pub(crate) fn parse(report: &mut Report, range: Range<usize>) -> Option<Node> {
    let text = report.text.get(range.clone())?;
    if text.len() > MAX_BYTES {
        report.error("KB012", &(range.start..range.start), "too large: expected at most 1 MiB");
        return None;
    }
    markers::check(report, &range)?;
    if report.is_heard() && !Line::all(text).any(|line| line.says_something()) {
        let help = "write the first key, or take the file away";
        report.error_with_help("KB004", &(range.start..range.start), "nothing in it: expected `key: value`", help);
        return None;
    }
    let root = Builder { report, base: range.start, stack: Vec::new(), root: None }.run(text)?;
    characters::check(root, report)
}

/// The tree of a text whose flaws somebody else tells.
pub(crate) fn tree(text: &str) -> Option<Node> {
    parse(&mut Report::unheard("", text), 0..text.len())
}

/// A collection whose end has not come yet. The values of a mapping alternate with its keys.
struct Open {
    start: usize,
    mapping: bool,
    items: Vec<Node>,
}

struct Builder<'r, 'a> {
    report: &'r mut Report<'a>,
    /// Where the document begins in the report's text.
    base: usize,
    stack: Vec<Open>,
    root: Option<Node>,
}

impl Builder<'_, '_> {
    fn run(mut self, text: &str) -> Option<Node> {
        for next in Parser::new_from_str(text) {
            match next {
                Ok((event, span)) => self.take(event, span)?,
                Err(error) => {
                    self.syntax_error(text, &error);
                    return None;
                }
            }
        }
        let start = self.base;
        Some(
            self.root
                .unwrap_or(Node { span: start..start, kind: NodeKind::Scalar { text: String::new(), plain: true } }),
        )
    }

    /// `None` where reading on makes no sense.
    fn take(&mut self, event: Event, span: Span) -> Option<()> {
        let range = span.byte_range().unwrap_or_default();
        let range = self.base + range.start..self.base + range.end;
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse(anchor, tag.is_some(), &range);
                let kind = NodeKind::Scalar { text: value.into_owned(), plain: style == ScalarStyle::Plain };
                let node = Node { span: trimmed(self.report.text, range), kind };
                warn_yaml_1_1(self.report, &node);
                scalars::check(self.report, &node);
                self.push(node);
            }
            Event::SequenceStart(_, anchor, tag) => self.open(false, anchor, tag.is_some(), &range)?,
            Event::MappingStart(_, anchor, tag) => self.open(true, anchor, tag.is_some(), &range)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end)?,
            Event::Alias(_) => {
                let help = "write the value again; a text that begins with `*` needs quotes";
                self.report.error_with_help("KB012", &range, "an alias: expected the value itself", help);
                return None;
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                let help = "put what follows the `---` into a file of its own, or take the line out";
                let message = "a second document: expected one document a file";
                self.report.error_with_help("KB001", &range, message, help);
                return None;
            }
            _ => {}
        }
        Some(())
    }

    fn refuse(&mut self, anchor: usize, tagged: bool, range: &Range<usize>) {
        let signs = [(anchor > 0, '&', "an anchor"), (tagged, '!', "a tag")];
        for (_, sign, what) in signs.into_iter().filter(|(is_there, ..)| *is_there) {
            // The event is about the value alone.
            let line = self.report.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            let at = self.report.text[line..range.end].find(sign).map_or(range.start, |at| line + at);
            let help = format!("quote a text that begins with `{sign}`, or take the word out");
            let message = format!("{what}: expected a plain value");
            self.report.error_with_help("KB012", &(at..range.end.max(at)), message, help);
        }
    }

    fn open(&mut self, mapping: bool, anchor: usize, tagged: bool, range: &Range<usize>) -> Option<()> {
        self.refuse(anchor, tagged, range);
        if self.stack.len() >= MAX_DEPTH {
            self.report.error("KB012", range, format!("too deep: expected at most {MAX_DEPTH} levels"));
            return None;
        }
        self.stack.push(Open { start: range.start, mapping, items: Vec::new() });
        Some(())
    }

    fn close(&mut self, end: usize) -> Option<()> {
        let open = self.stack.pop()?;
        let span = trimmed(self.report.text, open.start..end.max(open.start));
        let kind = if open.mapping {
            let pairs = self.pairs(open.items);
            self.whole(&pairs, &span)?;
            NodeKind::Map(pairs)
        } else {
            NodeKind::List(open.items)
        };
        self.push(Node { span, kind });
        Some(())
    }

    fn push(&mut self, node: Node) {
        match self.stack.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }

    fn pairs(&mut self, items: Vec<Node>) -> Vec<(Key, Node)> {
        let mut pairs: Vec<(Key, Node)> = Vec::with_capacity(items.len() / 2);
        let mut seen = BTreeSet::new();
        let mut again: Vec<Key> = Vec::new();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let NodeKind::Scalar { text, .. } = key.kind else {
                self.report.error_with_help("KB005", &key.span, "a key that is not a word", QUOTE_BRACES);
                continue;
            };
            let key = Key { text, span: key.span };
            if seen.insert(key.text.clone()) {
                pairs.push((key, value));
            } else {
                again.push(key);
            }
        }
        self.tell_duplicates(&again);
        pairs
    }

    /// Several at once are an entry whose beginning is missing.
    fn tell_duplicates(&mut self, again: &[Key]) {
        let Some(first) = again.first() else { return };
        let message = format!("duplicate key {}: expected it once", quoted(&first.text));
        let in_list = self.stack.last().is_some_and(|open| !open.mapping);
        let help = match again.len() {
            1 => "keep one of the two".to_owned(),
            _ if in_list => format!("if another entry begins here, write `- {}: …`", first.text),
            more => format!("and {} more: if another entry begins above it, its id is missing", more - 1),
        };
        self.report.error_with_help(DUPLICATE, &first.span, message, help);
    }

    /// Entries without a value, as braces in a text and lost colons leave them. `None` where there is one.
    fn whole(&mut self, pairs: &[(Key, Node)], at: &Range<usize>) -> Option<()> {
        let text = self.report.text;
        let is_lost = |(key, value): &&(Key, Node)| {
            let rest = text[key.span.end..].trim_start_matches(' ');
            value.span.is_empty() && value.is_null() && rest.starts_with([',', '}', '\r', '\n'])
        };
        // Braces with text behind them are no mapping at all, as the parser will say.
        let after = text[at.end..].lines().next().unwrap_or_default().trim_start();
        let goes_on = !after.is_empty() && !after.starts_with([',', '}', ']', '#', ':']);
        let is_flow = text[at.clone()].starts_with('{') && !goes_on;
        let Some((key, _)) = pairs.iter().find(is_lost).filter(|_| is_flow) else { return Some(()) };
        if pairs.len() == 1 && text[at.start + 1..].starts_with(&key.text) {
            self.report.error_with_help("KB005", at, "expected text, found a word in braces", QUOTE_BRACES);
        } else {
            let word = key.text.split(' ').next().unwrap_or_default();
            let message = format!("no colon behind {}: expected `key: value`", quoted(word));
            let help = format!("write `{word}: …`, or put quotes around a text with a comma in it");
            self.report.error_with_help("KB001", &key.span, message, help);
        }
        None
    }

    fn syntax_error(&mut self, text: &str, error: &ScanError) {
        let marker = error.marker();
        let offset = marker
            .byte_offset()
            .or_else(|| text.char_indices().nth(marker.index()).map(|(at, _)| at))
            .unwrap_or(text.len());
        let at = (self.base + offset).min(self.report.text.len());
        match error.kind() {
            ErrorKind::UnknownAnchor => {
                let help = "quote a text that begins with `*`";
                self.report.error_with_help("KB012", &(at..at), "an alias: expected the value itself", help);
            }
            ErrorKind::RecursionLimitExceeded => {
                self.report.error("KB012", &(at..at), format!("too deep: expected at most {MAX_DEPTH} levels"));
            }
            _ => self.unreadable(text, offset),
        }
    }

    /// Tells of the mistake that the parser met at `offset`, or long before.
    fn unreadable(&mut self, text: &str, offset: usize) {
        self.report.retract_warnings();
        let shift = |span: &Range<usize>| self.base + span.start..self.base + span.end;
        if let Some(slip) = repair::found(text, offset).filter(|_| self.report.is_heard()) {
            let line = repair::mended_line(text, &slip);
            let help = match slip.help {
                Some(help) => help.to_owned(),
                None => format!("write {}", shown(line.trim_end(), LINE)),
            };
            let (at, change) = (shift(&slip.span), shift(&slip.change));
            self.report.error_with_help(slip.code, &at, slip.message, help);
            if slip.certain {
                self.report.mend(change, slip.text);
            }
        } else if let Some((sign, close)) = unclosed(text, offset) {
            let message = format!("not closed: expected `{close}` before the next entry");
            self.report.error("KB001", &shift(&sign), message);
        } else {
            let end = text[offset..].find('\n').map_or(text.len(), |length| offset + length);
            let message = "this cannot be read: expected `key: value`, or `- value`";
            let help = "look at the line above it, too: a quote, a colon, a comma or a bracket may be missing there";
            self.report.error_with_help("KB001", &shift(&(offset..end)), message, help);
        }
    }
}

/// Block collections end where the next token begins: without the blanks between.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let end = span.start + text.get(span.clone()).map_or(0, |slice| slice.trim_end().len());
    span.start..end
}

fn warn_yaml_1_1(report: &mut Report, node: &Node) {
    let NodeKind::Scalar { text, plain: true } = &node.kind else { return };
    if is_yaml_1_1_boolean(text) || is_sexagesimal(text) {
        let message = format!("`{text}` is no text to readers of YAML 1.1: expected quotes");
        report.warning("KB008", &node.span, message, format!("write \"{text}\""));
        report.mend(node.span.clone(), format!("\"{text}\""));
    }
}

/// A truth value in another spelling: the flag is told as what it is, in place of a word without quotes.
pub(crate) fn mistaken_flag(node: &Node, report: &mut Report) {
    let typed = node.as_str().unwrap_or_default().to_ascii_lowercase();
    let meant = match typed.as_str() {
        "yes" | "y" | "on" | "true" => Some("true"),
        "no" | "n" | "off" | "false" => Some("false"),
        _ => None,
    };
    report.retract("KB008", &node.span);
    let message = format!("expected true or false, found {}", node.describe());
    match meant {
        Some(meant) => {
            report.error_with_help("KB005", &node.span, message, format!("write {meant}, without quotes"));
            report.mend(node.span.clone(), meant);
        }
        None => report.error("KB005", &node.span, message),
    }
}

fn is_yaml_1_1_boolean(text: &str) -> bool {
    const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let lower = text.to_ascii_lowercase();
    let capital = text.get(1..).is_some_and(|rest| rest == rest.to_ascii_lowercase());
    WORDS.contains(&lower.as_str()) && (capital || text == text.to_ascii_uppercase())
}

fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.trim_start_matches(['-', '+']).split(':');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().is_some_and(digits);
    let mut rest = parts.peekable();
    first
        && rest.peek().is_some()
        && rest.all(|part| digits(part) && (part.len() == 1 || part.len() == 2 && part < "6"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Sources;
    use super::*;

    fn value(node: &Node) -> serde_yaml::Value {
        match &node.kind {
            NodeKind::Map(entries) => serde_yaml::Value::Mapping(
                entries.iter().map(|(key, value_of)| (key.text.clone().into(), value(value_of))).collect(),
            ),
            NodeKind::List(items) => serde_yaml::Value::Sequence(items.iter().map(value).collect()),
            NodeKind::Scalar { plain: true, .. } if node.is_null() => serde_yaml::Value::Null,
            NodeKind::Scalar { text, plain: true } => match text.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                _ => match (text.parse::<i64>(), text.parse::<f64>()) {
                    (Ok(number), _) => number.into(),
                    (_, Ok(number)) => number.into(),
                    _ => text.clone().into(),
                },
            },
            NodeKind::Scalar { text, plain: false } => text.clone().into(),
        }
    }

    #[test]
    fn an_independent_reader_reads_the_shipped_files_to_the_same_values() {
        let sources = Sources::embedded();
        let files =
            sources.iter().filter(|(path, _)| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "yaml"));
        for (path, bytes) in files {
            let text = std::str::from_utf8(bytes).unwrap();
            let ours = parse(&mut Report::new(path, text), 0..text.len()).unwrap();
            let theirs: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
            assert_eq!(value(&ours), theirs, "{path}");
        }
    }

    #[test]
    fn old_spellings_of_booleans_and_times_are_recognised() {
        for text in ["yes", "No", "ON", "y", "12:30", "1:02:03"] {
            assert!(is_yaml_1_1_boolean(text) || is_sexagesimal(text), "{text}");
        }
        for text in ["yEs", "true", "12:75", "2026-01-01T10:00:00Z", "a:1", "12", "", "é"] {
            assert!(!is_yaml_1_1_boolean(text) && !is_sexagesimal(text), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
        let text = "\u{feff}a: b\r\nc:\r\n  - d\r\n";
        let root = parse(&mut Report::new("x", text), 0..text.len()).unwrap();
        assert_eq!(root.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(&text[root.get("a").unwrap().span.clone()], "b");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let text = "#".repeat(MAX_BYTES + 1);
        let mut report = Report::new("x", &text);
        assert!(parse(&mut report, 0..text.len()).is_none());
        assert_eq!(report.into_diagnostics()[0].code, "KB012");
    }

    #[test]
    fn a_span_is_the_value_without_the_blanks_after_it() {
        let text = "a:\n  b: \"c d\"  # note\n  e: [1, 2]\n\nf: g\n";
        let root = parse(&mut Report::new("x", text), 0..text.len()).unwrap();
        let slice = |node: &Node| text[node.span.clone()].to_owned();
        assert_eq!(slice(root.get("a").unwrap().get("b").unwrap()), "\"c d\"");
        assert_eq!(slice(root.get("a").unwrap().get("e").unwrap()), "[1, 2]");
        assert_eq!(slice(root.get("f").unwrap()), "g");
    }
}
