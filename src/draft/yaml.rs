//! YAML that is put into a file of somebody else: values to write, and where they go.
//!
//! The one idea: a place is found in the tree that every reader of this crate sees, and a piece of text is put in there.
//! Not a byte beside it changes, so comments and the writer's own layout stay. It must not decide what is written.

use crate::knowledge::{Node, NodeKind, Report, parse, quote};

/// What is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text, quoted where it has to be.
    Text(String),
    /// A mapping over several lines.
    Map(Vec<(String, Value)>),
    /// A mapping on one line.
    Inline(Vec<(String, Value)>),
    /// A list on one line.
    List(Vec<Value>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn map<const N: usize>(pairs: [(&str, Self); N]) -> Self {
        Self::Map(pairs.map(|(key, value)| (key.to_owned(), value)).into())
    }

    pub(super) fn inline<const N: usize>(pairs: [(&str, Self); N]) -> Self {
        Self::Inline(pairs.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// On one line.
    pub(super) fn flow(&self) -> String {
        let list = |values: Vec<String>, open: char, close: char, room: &str| {
            if values.is_empty() {
                format!("{open}{close}")
            } else {
                format!("{open}{room}{}{room}{close}", values.join(", "))
            }
        };
        match self {
            Self::Text(text) => quote(text),
            Self::List(values) => list(values.iter().map(Self::flow).collect(), '[', ']', ""),
            Self::Map(pairs) | Self::Inline(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| format!("{}: {}", quote(key), value.flow()));
                list(pairs.collect(), '{', '}', " ")
            }
        }
    }

    /// `key: value` in lines with that many blanks before them, the last line with its end.
    pub(super) fn block(&self, key: &str, indent: usize) -> String {
        let start = format!("{}{}:", " ".repeat(indent), quote(key));
        match self {
            Self::Map(pairs) if !pairs.is_empty() => {
                let lines = pairs.iter().map(|(key, value)| value.block(key, indent + 2));
                format!("{start}\n{}", lines.collect::<String>())
            }
            value => format!("{start} {}\n", value.flow()),
        }
    }
}

/// The order of a symptom's keys, for one that is not there yet.
const ORDER: [&str; 9] =
    ["schema", "symptom", "heading", "decide", "causes", "remedies", "questions", "outcomes", "when-exhausted"];

/// A step of the way to a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum PathStep<'a> {
    Key(&'a str),
    Item(usize),
}

/// The text with `key: value` at the end of the mapping that `way` leads to, which is begun where its key at the top of
/// the file is missing or empty. `None` where that cannot be done without a choice.
pub(super) fn put(text: &str, way: &[PathStep<'_>], key: &str, value: &Value) -> Option<String> {
    let root = read(text)?;
    let changed = match find(&root, way) {
        Some(node) if node.get(key).is_some() => return None,
        Some(node) if !node.entries().is_empty() || is_flow(text, node) => at_the_end(text, node, key, value),
        Some(node) if !node.is_null() => return None,
        found => {
            let [PathStep::Key(top)] = way else { return None };
            let whole = Value::Map(vec![(key.to_owned(), value.clone())]);
            match (found, root.entries().iter().find(|(name, _)| name.text == *top)) {
                // The key is there, with nothing behind it.
                (Some(_), Some((name, _))) => {
                    let indent = column(text, name.span.start) + 2;
                    insert(text, line_end(text, name.span.end), &value.block(key, indent))
                }
                _ if is_flow(text, &root) => at_the_end(text, &root, top, &whole),
                _ => {
                    let at = ORDER.iter().position(|one| one == top)?;
                    let before = root.entries().iter().filter(|(name, _)| ORDER[..at].contains(&name.text.as_str()));
                    let (_, last) = before.max_by_key(|(_, value)| value.span.end)?;
                    insert(text, after(text, end_of(text, last), 1), &format!("\n{}", whole.block(top, 0)))
                }
            }
        }
    };
    let added: Vec<PathStep<'_>> = way.iter().copied().chain([PathStep::Key(key)]).collect();
    checked(text, changed, &added)
}

/// The text with `key: value` in the mapping that `way` leads to, before one of its keys.
pub(super) fn put_before(text: &str, way: &[PathStep<'_>], before: &str, key: &str, value: &Value) -> Option<String> {
    let root = read(text)?;
    let node = find(&root, way)?;
    if node.get(key).is_some() {
        return None;
    }
    let (next, _) = node.entries().iter().find(|(name, _)| name.text == before)?;
    let changed = if is_flow(text, node) {
        insert(text, next.span.start, &format!("{}: {}, ", quote(key), value.flow()))
    } else {
        let line = line_start(text, next.span.start);
        let indent = column(text, next.span.start);
        insert(text, comments_before(text, line), &value.block(key, indent))
    };
    let added: Vec<PathStep<'_>> = way.iter().copied().chain([PathStep::Key(key)]).collect();
    checked(text, changed, &added)
}

/// The text with a value in the list that `way` leads to, before the item of that number or at the end.
pub(super) fn put_item(text: &str, way: &[PathStep<'_>], before: Option<usize>, value: &Value) -> Option<String> {
    let root = read(text)?;
    let node = find(&root, way)?;
    let NodeKind::List(items) = &node.kind else { return None };
    let next = before.and_then(|at| items.get(at));
    let changed = match (is_flow(text, node), next, items.last()) {
        (true, Some(next), _) => insert(text, next.span.start, &format!("{}, ", value.flow())),
        (true, None, Some(last)) => insert(text, last.span.end, &format!(", {}", value.flow())),
        (true, None, None) => insert(text, node.span.start + 1, &value.flow()),
        (false, Some(next), _) => {
            let at = line_start(text, next.span.start);
            let item = format!("{}- {}\n", " ".repeat(dash(text, at)?), value.flow());
            insert(text, comments_before(text, at), &item)
        }
        (false, None, Some(last)) => {
            let indent = dash(text, line_start(text, last.span.start))?;
            insert(
                text,
                after(text, end_of(text, last), indent + 1),
                &format!("{}- {}\n", " ".repeat(indent), value.flow()),
            )
        }
        (false, None, None) => return None,
    };
    let at = before.unwrap_or(items.len());
    let added: Vec<PathStep<'_>> = way.iter().copied().chain([PathStep::Item(at)]).collect();
    checked(text, changed, &added)
}

/// The tree of a text without a flaw.
pub(super) fn read(text: &str) -> Option<Node> {
    parse(&mut Report::unheard("", text), 0..text.len())
}

pub(super) fn find<'n>(root: &'n Node, way: &[PathStep<'_>]) -> Option<&'n Node> {
    way.iter().try_fold(root, |node, step| match (step, &node.kind) {
        (PathStep::Key(key), _) => node.get(key),
        (PathStep::Item(at), NodeKind::List(items)) => items.get(*at),
        _ => None,
    })
}

/// The change, if it is one that puts something in and the result is read as meant.
fn checked(old: &str, new: String, added: &[PathStep<'_>]) -> Option<String> {
    debug_assert!(new.len() > old.len());
    find(&read(&new)?, added)?;
    Some(new)
}

fn at_the_end(text: &str, node: &Node, key: &str, value: &Value) -> String {
    let Some((first, _)) = node.entries().first() else {
        return insert(text, node.span.start + 1, &format!(" {}: {} ", quote(key), value.flow()));
    };
    let end = node.entries().last().map_or(node.span.end, |(name, value)| name.span.end.max(value.span.end));
    if is_flow(text, node) {
        return insert(text, end, &format!(", {}: {}", quote(key), value.flow()));
    }
    let indent = column(text, first.span.start);
    insert(text, after(text, end_of(text, node), indent), &value.block(key, indent))
}

/// Where what a node says ends: a block reaches to what follows it, comments included.
fn end_of(text: &str, node: &Node) -> usize {
    match &node.kind {
        NodeKind::Map(entries) if !is_flow(text, node) => {
            let last = entries.last().map(|(name, value)| name.span.end.max(end_of(text, value)));
            last.unwrap_or(node.span.end)
        }
        NodeKind::List(items) if !is_flow(text, node) => items.last().map_or(node.span.end, |last| end_of(text, last)),
        _ => node.span.end,
    }
}

fn is_flow(text: &str, node: &Node) -> bool {
    text[node.span.clone()].starts_with(['{', '['])
}

/// Puts `piece` in, with the line ends of the text.
fn insert(text: &str, at: usize, piece: &str) -> String {
    let (before, behind) = text.split_at(at);
    let windows = text.contains("\r\n");
    let open = !before.is_empty() && !before.ends_with('\n') && piece.ends_with('\n');
    let piece = format!("{}{piece}", if open { "\n" } else { "" });
    let piece = if windows { piece.replace('\n', "\r\n") } else { piece };
    format!("{before}{piece}{behind}")
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Behind the end of the line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// Blanks that stand as far to the right as `at` does.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Behind the line of `end` and the comments that belong to what stands there: those at least that far to the right.
fn after(text: &str, end: usize, indent: usize) -> usize {
    let mut at = line_end(text, end);
    loop {
        let line = &text[at..line_end(text, at)];
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if !line.trim_start().starts_with('#') || blanks < indent.max(1) {
            return at;
        }
        at += line.len();
    }
}

/// Where the comments right above a line begin.
pub(super) fn comments_before(text: &str, mut at: usize) -> usize {
    while at > 0 {
        let above = line_start(text, at - 1);
        if !text[above..at].trim_start().starts_with('#') {
            break;
        }
        at = above;
    }
    at
}

/// How far to the right the dash of a line stands.
fn dash(text: &str, line: usize) -> Option<usize> {
    let blanks = text[line..].len() - text[line..].trim_start_matches(' ').len();
    text[line + blanks..].starts_with("- ").then_some(blanks)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cause() -> Value {
        Value::map([("title", Value::text("A: b")), ("fixes", Value::inline([("x", Value::text("usually"))]))])
    }

    fn put_cause(text: &str) -> String {
        put(text, &[PathStep::Key("causes")], "new", &cause()).unwrap()
    }

    #[test]
    fn an_item_goes_behind_the_last_one_and_its_comments() {
        let text = "# top\nsymptom: a\ncauses:\n    old:\n        title: T # here\n        # still the old one\n# next\nremedies:\n    x: {}\n";
        let behind = "    new:\n      title: \"A: b\"\n      fixes: { x: usually }\n";
        assert_eq!(put_cause(text), text.replace("# next\n", &format!("{behind}# next\n")));
    }

    #[test]
    fn a_mapping_on_one_line_stays_on_it() {
        let text = "symptom: a\ncauses: { old: { title: T } } # all\n";
        assert_eq!(
            put_cause(text),
            "symptom: a\ncauses: { old: { title: T }, new: { title: \"A: b\", fixes: { x: usually } } } # all\n"
        );
        assert!(put_cause("{ symptom: a, heading: b }").starts_with("{ symptom: a, heading: b, causes: { new: "));
        assert!(put_cause("causes: {}\n").starts_with("causes: { new: "));
    }

    #[test]
    fn a_key_that_is_missing_or_empty_is_begun() {
        assert_eq!(put_cause("symptom: a\ncauses:\nremedies: {}\n").lines().nth(2), Some("  new:"));
        let text = "symptom: a\nheading: b\nremedies:\n  x: {}\n";
        assert!(put_cause(text).starts_with("symptom: a\nheading: b\n\ncauses:\n  new:\n"));
        assert!(
            put_cause("symptom: a").ends_with("a\n\ncauses:\n  new:\n    title: \"A: b\"\n    fixes: { x: usually }\n")
        );
        assert!(put_cause("symptom: a\r\n").lines().count() == put_cause("symptom: a\r\n").matches("\r\n").count());
    }

    #[test]
    fn an_item_of_a_list_goes_before_another() {
        let row = Value::inline([("then", Value::text("b"))]);
        let put_row = |text: &str, at| put_item(text, &[PathStep::Key("outcomes")], at, &row).unwrap();
        assert_eq!(
            put_row("outcomes:\n  - { a: b }\n  # last\n  - { c: d }\n", Some(1)),
            "outcomes:\n  - { a: b }\n  - { then: b }\n  # last\n  - { c: d }\n"
        );
        assert_eq!(put_row("outcomes: [{ a: b }]\n", Some(0)), "outcomes: [{ then: b }, { a: b }]\n");
        assert_eq!(put_row("outcomes: [{ a: b }]\n", None), "outcomes: [{ a: b }, { then: b }]\n");
        assert_eq!(put_row("outcomes:\n- a: b\n  c: d\n", None), "outcomes:\n- a: b\n  c: d\n- { then: b }\n");
    }

    #[test]
    fn an_item_goes_before_another() {
        let put = |text: &str| put_before(text, &[PathStep::Key("causes")], "old", "new", &Value::text("x")).unwrap();
        assert_eq!(put("causes:\n  a: b\n  # old\n  old: c\n"), "causes:\n  a: b\n  new: x\n  # old\n  old: c\n");
        assert_eq!(put("causes: { a: b, old: c }\n"), "causes: { a: b, new: x, old: c }\n");
    }

    #[test]
    fn what_is_there_is_left_alone() {
        assert_eq!(put("causes: { new: a }\n", &[PathStep::Key("causes")], "new", &cause()), None);
        assert_eq!(put("causes: text\n", &[PathStep::Key("causes")], "new", &cause()), None);
        assert_eq!(put("a: [\n", &[PathStep::Key("causes")], "new", &cause()), None);
    }
}
