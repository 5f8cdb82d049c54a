//! Whether a tree has the form of its kind.
//!
//! The one idea: what a schema shows is what the reader follows. Every flaw of form is told here, once and at its place, so
//! that whoever reads a tree afterwards has only to ask what its names mean. A key that is not known stands for one that
//! is missing: it is a slip of the pen, and one slip is told once. It must not read any value.

use std::collections::BTreeMap;
use std::ops::Range;

use super::FileKind;
use super::forms::RELEASE;
use super::shape::{Field, Map, Record, Relation, Rule, Shape, TextForm, WordList};
use crate::diagnostic::nearest;
use crate::knowledge::report::{Report, quoted};
use crate::knowledge::yaml::{Key, Node, NodeKind, QUOTE_BRACES, mistaken_flag};

/// Tells what is wrong with the form of a file of that kind.
pub(crate) fn conform(root: &Node, kind: &FileKind, report: &mut Report) {
    let at = root.entries().first().map_or(root.span.start..root.span.start, |(key, _)| key.span.clone());
    value(root, &kind.root, &at, report);
}

/// One value; `at` is where what it lacks is told.
pub(super) fn value(node: &Node, shape: &Shape, at: &Range<usize>, report: &mut Report) {
    match shape {
        Shape::Text => drop(text(node, report)),
        Shape::Formed(form) => formed(node, form, report),
        Shape::Word(words) => word(node, words, report),
        Shape::FlagOrNothing if node.is_null() => {}
        Shape::Flag | Shape::FlagOrNothing => flag(node, report),
        Shape::Number(from, to) => number(node, *from, *to, report),
        Shape::Whole(from, to) => whole(node, *from, *to, report),
        Shape::List(item) => match &node.kind {
            NodeKind::List(items) => items.iter().for_each(|node| value(node, item, &start(node), report)),
            _ => wrong(node, "a list", report),
        },
        Shape::OneOrList(item, least) => match &node.kind {
            NodeKind::List(items) if items.len() < *least => {
                report.error("KB005", &node.span, "an empty list never holds: expected a value");
            }
            NodeKind::List(items) => items.iter().for_each(|node| value(node, item, &start(node), report)),
            _ => value(node, item, at, report),
        },
        Shape::ListOrMap(item, map) => match &node.kind {
            NodeKind::Map(entries) => mapping(entries, map, at, report),
            NodeKind::List(items) => items.iter().for_each(|node| value(node, item, &start(node), report)),
            NodeKind::Scalar { .. } => wrong(node, "a list", report),
        },
        Shape::Map(map) => match &node.kind {
            NodeKind::Map(entries) => mapping(entries, map, at, report),
            _ => wrong(node, "a mapping", report),
        },
        Shape::WordOrSingle(word, _) if node.as_str() == Some(word) => {}
        Shape::WordOrSingle(word, fields) if node.as_str().is_some() => {
            wrong(node, &format!("`{word}`, or one of {}", names(fields)), report);
        }
        Shape::Single(fields) | Shape::WordOrSingle(_, fields) => single(node, fields, report),
        Shape::TextOr(_) if node.as_str().is_some() => drop(text(node, report)),
        Shape::Record(fields) | Shape::TextOr(fields) => record(node, fields, at, report),
        Shape::ByKey(key, with, without) => {
            record(node, if node.get(key).is_some() { with } else { without }, at, report);
        }
        Shape::Known(texts, shape) => match &node.kind {
            NodeKind::Map(entries) => known(entries, &texts(), shape, report),
            _ => wrong(node, "a mapping", report),
        },
        Shape::Never => report.error("KB003", at, "has no place here"),
    }
}

/// Values by names that are built in.
fn known(entries: &[(Key, Node)], texts: &BTreeMap<String, String>, shape: &Shape, report: &mut Report) {
    for (key, node) in entries {
        if key.text == RELEASE.key {
            value(node, &RELEASE.shape, &key.span, report);
        } else if texts.contains_key(&key.text) {
            value(node, shape, &key.span, report);
        } else {
            report.unknown("KB003", &key.span, "phrase", &key.text, texts.keys().map(String::as_str));
        }
    }
}

/// The beginning of an item of a list: its first key, if it has keys.
fn start(node: &Node) -> Range<usize> {
    node.entries().first().map_or(node.span.clone(), |(key, _)| key.span.clone())
}

/// Tells that a value is of another type than expected.
pub(in crate::knowledge) fn wrong(node: &Node, expected: &str, report: &mut Report) {
    let message = format!("expected {expected}, found {}", node.describe());
    // An unquoted `{placeholder}` is a mapping from it to nothing.
    if node.entries().iter().any(|(_, value)| value.is_null()) {
        report.error_with_help("KB005", &node.span, message, QUOTE_BRACES);
    } else {
        report.error("KB005", &node.span, message);
    }
}

fn text<'n>(node: &'n Node, report: &mut Report) -> Option<&'n str> {
    let text = node.as_str().map(str::trim).filter(|text| !text.is_empty());
    if text.is_none() {
        wrong(node, "text", report);
    }
    text
}

fn formed(node: &Node, form: &TextForm, report: &mut Report) {
    if let Some(typed) = text(node, report).filter(|typed| !(form.holds)(typed)) {
        report.error(form.code, &node.span, format!("{}, found {}", form.expected, quoted(typed)));
    }
}

fn word(node: &Node, words: &WordList, report: &mut Report) {
    let Some(typed) = text(node, report) else { return };
    if !words.words.contains(&typed) && words.told != Some(typed) {
        let what = if words.code == "KB007" { "schema" } else { "word" };
        report.unknown(words.code, &node.span, what, typed, words.words.iter().copied());
    }
}

fn flag(node: &Node, report: &mut Report) {
    if !matches!(&node.kind, NodeKind::Scalar { text, plain: true } if text == "true" || text == "false") {
        mistaken_flag(node, report);
    }
}

fn number(node: &Node, from: f64, to: f64, report: &mut Report) {
    if !node.as_str().and_then(|text| text.parse().ok()).is_some_and(|number: f64| (from..=to).contains(&number)) {
        wrong(node, &format!("a number from {from} to {to}"), report);
    }
}

fn whole(node: &Node, from: i64, to: i64, report: &mut Report) {
    if !node.as_str().and_then(|text| text.parse().ok()).is_some_and(|number: i64| (from..=to).contains(&number)) {
        wrong(node, &format!("a whole number from {from} to {to}"), report);
    }
}

fn mapping(entries: &[(Key, Node)], map: &Map, at: &Range<usize>, report: &mut Report) {
    if map.filled && entries.is_empty() {
        report.error("KB005", at, "nothing in it: expected at least one");
    }
    for (key, node) in entries {
        if let Some(field) = map.besides.iter().find(|field| field.key == key.text) {
            value(node, &field.shape, &key.span, report);
            continue;
        }
        if !(map.keys.holds)(&key.text) {
            report.error(map.keys.code, &key.span, format!("{}, found {}", map.keys.expected, quoted(&key.text)));
        }
        value(node, &map.values, &key.span, report);
    }
    tell_missing(entries, map.besides, 0, at, report);
}

fn record(node: &Node, fields: &Record, at: &Range<usize>, report: &mut Report) {
    let NodeKind::Map(entries) = &node.kind else { return wrong(node, "a mapping", report) };
    let known = |key: &Key| fields.fields.iter().find(|field| field.key == key.text);
    let mut unknown = 0;
    let mut flawed = Vec::new();
    let mut behind_unknown = false;
    for (key, node) in entries {
        let before = report.errors();
        match known(key) {
            Some(Field { shape: Shape::Never, says, .. }) => {
                report.error("KB003", &key.span, format!("`{}` has no place here: {says}", key.text));
            }
            Some(field) => value(node, &field.shape, &key.span, report),
            None => {
                unknown += 1;
                let names = fields.fields.iter().filter(|field| !matches!(field.shape, Shape::Never));
                let names: Vec<&str> = names.map(|field| field.key).collect();
                // Behind one that has no place here either, it came along with it.
                if !behind_unknown || nearest(&key.text, names.iter().copied()).is_some() {
                    report.unknown("KB003", &key.span, "key", &key.text, names);
                }
            }
        }
        behind_unknown = known(key).is_none();
        flawed.extend(Some(key.text.as_str()).filter(|_| report.errors() > before));
    }
    tell_missing(entries, fields.fields, unknown, at, report);
    if unknown == 0 {
        // What a flawed word should have been is not known.
        let known = |rule: &&Rule| rule.relation.deciding().is_none_or(|key| !flawed.contains(&key));
        fields.rules.iter().filter(known).for_each(|rule| hold(entries, rule, at, report));
    }
}

fn node_has_not(entries: &[(Key, Node)], name: &str) -> bool {
    entries.iter().all(|(key, _)| key.text != name)
}

/// Tells of keys that have to be there and are not, but for as many as there are `unknown` ones in their place.
fn tell_missing(entries: &[(Key, Node)], fields: &[Field], unknown: usize, at: &Range<usize>, report: &mut Report) {
    let missing = fields.iter().filter(|field| field.needed && node_has_not(entries, field.key));
    for field in missing.skip(unknown) {
        report.error_with_help("KB004", at, format!("missing key `{}`", field.key), field.says);
    }
}

fn single(node: &Node, fields: &Record, report: &mut Report) {
    match node.entries() {
        [_] => record(node, fields, &node.span, report),
        _ => wrong(node, &format!("one of {}", names(fields)), report),
    }
}

fn names(fields: &Record) -> String {
    fields.fields.iter().map(|field| format!("`{}`", field.key)).collect::<Vec<_>>().join(", ")
}

fn hold(entries: &[(Key, Node)], rule: &Rule, at: &Range<usize>, report: &mut Report) {
    if let Some(at) = broken(entries, rule.relation, at) {
        match rule.help {
            Some(help) => report.error_with_help(rule.code, &at, rule.says, help),
            None => report.error(rule.code, &at, rule.says),
        }
    }
}

/// Where keys do not go together as they should.
fn broken(entries: &[(Key, Node)], relation: Relation, at: &Range<usize>) -> Option<Range<usize>> {
    let find = |name: &str| entries.iter().find(|(key, _)| key.text == name);
    let is = |name: &str, word: &str| find(name).filter(|(_, node)| node.as_str() == Some(word));
    let filled = |name: &str| {
        find(name).is_some_and(|(_, node)| match &node.kind {
            NodeKind::Map(entries) => !entries.is_empty(),
            NodeKind::List(items) => !items.is_empty(),
            NodeKind::Scalar { .. } => true,
        })
    };
    let second = |names: &[&str]| entries.iter().filter(|(key, _)| names.contains(&key.text.as_str())).nth(1);
    let key = |(key, _): &(Key, Node)| key.span.clone();
    match relation {
        Relation::Some([]) => entries.is_empty().then(|| at.clone()),
        Relation::Some(names) => names.iter().all(|name| find(name).is_none()).then(|| at.clone()),
        Relation::One(names) if names.iter().all(|name| find(name).is_none()) => Some(at.clone()),
        Relation::One(names) | Relation::NoTwo(names) => second(names).map(key),
        Relation::Or(one, flag) => match (find(one), is(flag, "true")) {
            (Some(one), Some(_)) => Some(key(one)),
            (None, None) => Some(at.clone()),
            _ => None,
        },
        Relation::With(one, word, other) => is(one, word).filter(|_| !filled(other)).map(key),
        Relation::Only(one, other, word) => find(one).filter(|_| is(other, word).is_none()).map(key),
        Relation::Beside(one, other) => find(one).filter(|_| filled(one) && find(other).is_none()).map(key),
        Relation::Row(list, name) => find(list).and_then(|(_, node)| match &node.kind {
            NodeKind::List(rows) if rows.iter().all(|row| row.get(name).is_none()) => Some(node.span.clone()),
            _ => None,
        }),
    }
}
