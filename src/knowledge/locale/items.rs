//! What there is to translate in a file, and what a translation of it says.
//!
//! The one idea: both come to the same list of items under the same ids, so that they can be compared whatever the file
//! is. It must not judge.

use std::ops::Range;

use crate::knowledge::article::{Mark, Read, ReadCause};
use crate::knowledge::fields::{Fields, text};
use crate::knowledge::phrases;
use crate::knowledge::sources::digest_of;
use crate::knowledge::yaml::{Key, Node, NodeKind};

/// Hexadecimal digits of a digest; enough to tell two wordings of one text apart.
const DIGITS: usize = 8;
/// The key, and the attribute of a heading, that holds it.
const SOURCE: &str = "source";
/// The steps of a script, and those after its end.
const STEPS: [&str; 2] = ["steps", "goodbye"];

/// A file, in the source language or in another.
#[derive(Debug)]
pub(super) struct File {
    /// What it is, in every language: `articles/two-factor.md`, `symptoms/invalid-code`.
    pub(super) key: String,
    /// Where it says what it is.
    pub(super) at: Range<usize>,
    /// In the order of the file.
    pub(super) items: Vec<Item>,
    /// What groups of items stand under, by the first part of their ids.
    pub(super) groups: Vec<(String, Range<usize>)>,
}

/// Texts that are translated together, and grow old together.
#[derive(Debug)]
pub(super) struct Item {
    /// Within its file: `causes/old-entry`; of a section its anchor; empty for the front matter of an article.
    pub(super) id: String,
    /// Where it is named.
    pub(super) at: Range<usize>,
    pub(super) texts: Vec<Text>,
    /// The digest of the source that it was made from, with its place.
    pub(super) source: Option<(String, Range<usize>)>,
    /// Where one could be put in, and how: `…` stands for it.
    pub(super) room: Option<(Range<usize>, String)>,
}

/// One text.
#[derive(Debug)]
pub(super) struct Text {
    /// Within its item: `title`, `answers/signing-in`.
    pub(super) field: String,
    /// What it says.
    pub(super) said: String,
    pub(super) at: Range<usize>,
}

/// The digest of texts under the names of their fields. Lines may be broken otherwise.
pub(crate) fn digest_of_texts(texts: &[(&str, String)]) -> String {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<String> = texts.iter().flat_map(|(field, text)| [(*field).to_owned(), flat(text)]).collect();
    let mut digest = digest_of(parts.iter().map(String::as_bytes));
    digest.truncate(DIGITS);
    digest
}

impl File {
    pub(super) fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }
}

impl Item {
    pub(super) fn text(&self, field: &str) -> Option<&Text> {
        self.texts.iter().find(|text| text.field == field)
    }

    /// The digest of its texts. Lines may be broken otherwise.
    pub(super) fn digest(&self) -> String {
        let texts: Vec<_> = self.texts.iter().map(|text| (text.field.as_str(), text.said.clone())).collect();
        digest_of_texts(&texts)
    }

    fn of_mark(id: String, mark: &Mark, texts: [(&str, &str); 2], room: &str) -> Self {
        let text = |(field, text): (&str, &str)| Text {
            field: field.to_owned(),
            said: text.to_owned(),
            at: mark.span.clone(),
        };
        Self {
            id,
            at: mark.span.clone(),
            texts: texts.into_iter().filter(|(_, text)| !text.is_empty()).map(text).collect(),
            source: mark.source.clone(),
            room: mark.room.map(|at| (at..at, room.to_owned())),
        }
    }
}

/// An article, in any language: its front matter and its sections.
pub(super) fn article(name: &str, read: &Read) -> File {
    let article = &read.article;
    let front = [("title", article.title.as_str()), ("description", article.description.as_str())];
    let front = Item::of_mark(String::new(), &read.front, front, "source: \"…\"\n");
    let sections = article.sections.iter().zip(&read.marks).map(|(section, mark)| {
        let texts = [("title", section.title.as_str()), ("body", section.body.as_str())];
        Item::of_mark(section.anchor.clone(), mark, texts, " source=\"…\"")
    });
    let items = std::iter::once(front).chain(sections).collect();
    File { key: format!("articles/{name}"), at: read.front.span.clone(), items, groups: Vec::new() }
}

/// The one item of the file of a cause.
pub(super) const CAUSE: &str = "cause";

/// A cause, in any language: its texts and its prose grow old together.
pub(super) fn cause(key: String, read: &ReadCause) -> File {
    let front = &read.read.front;
    let mut texts = read.root.as_ref().map(|root| said(root, &["title", "says", "avoid"])).unwrap_or_default();
    let body = read.read.article.sections.first().map(|section| section.body.clone());
    texts.extend(body.map(|said| Text { field: "body".to_owned(), said, at: front.span.clone() }));
    let room = front.room.map(|at| (at..at, "source: \"…\"\n".to_owned()));
    let item = Item { id: CAUSE.to_owned(), at: front.span.clone(), texts, source: front.source.clone(), room };
    File { key, at: front.span.clone(), items: vec![item], groups: Vec::new() }
}

/// What a symptom of the source says, without a word on what is wrong with it.
pub(super) fn of_symptom(root: &Node) -> Option<File> {
    let mut items = Vec::new();
    for (key, node) in entries(root, "causes") {
        items.push(plain(format!("causes/{}", key.text), key, said(node, &["title", "says"])));
    }
    for (key, node) in entries(root, "questions") {
        let mut said = self::said(node, &["ask", "agent", "why"]);
        let labels = entries(node, "answers").iter().filter_map(|(key, node)| Some((key, node.get("label")?)));
        said.extend(labels.filter_map(|(key, node)| a_text(format!("answers/{}", key.text), node)));
        items.push(plain(format!("questions/{}", key.text), key, said));
    }
    source_file("symptom", root, items)
}

/// What a service of the source says.
pub(super) fn of_service(root: &Node) -> Option<File> {
    let mut items = Vec::new();
    let one = |name: &str, items: &mut Vec<Item>| {
        let found = root.entries().iter().find(|(key, _)| key.text == name);
        items.extend(found.map(|(key, node)| plain(name.to_owned(), key, says("says", node))));
    };
    one("name", &mut items);
    for (key, node) in entries(root, "words") {
        items.push(plain(format!("words/{}", key.text), key, says("says", node)));
    }
    for (key, node) in entries(root, "messages") {
        items.push(plain(format!("messages/{}", key.text), key, said(node, &["text"])));
    }
    for (key, node) in entries(root, "escalate") {
        let mut said = self::said(node, &["says"]);
        said.extend(node.get("bring").into_iter().flat_map(things));
        items.push(plain(format!("escalate/{}", key.text), key, said));
    }
    one("verify-identity", &mut items);
    source_file("service", root, items)
}

/// What a script of the source says.
pub(super) fn of_script(root: &Node) -> Option<File> {
    let title = root.entries().iter().find(|(key, _)| key.text == "title");
    let mut items: Vec<Item> =
        title.map(|(key, node)| plain("title".to_owned(), key, says("says", node))).into_iter().collect();
    for (key, node) in entries(root, "wordings") {
        items.push(plain(format!("wordings/{}", key.text), key, says("says", node)));
    }
    for group in STEPS {
        for (key, node) in entries(root, group) {
            items.push(plain(format!("{group}/{}", key.text), key, said(node, &["say", "note"])));
        }
    }
    // A step that leaves the words to its question has nothing to translate.
    items.retain(|item| !item.texts.is_empty());
    source_file("script", root, items)
}

/// What the program says in the source language.
pub(super) fn of_phrases(root: &Node) -> File {
    let at = root.span.start..root.span.start;
    let own = root.entries().iter().filter(|(key, _)| key.text != "schema");
    let mut items: Vec<Item> = own.map(|(key, node)| plain(key.text.clone(), key, says("says", node))).collect();
    // What the file leaves out is said as the program comes with it.
    for (id, said) in phrases::built_in().into_iter().filter(|(id, _)| root.get(id).is_none()) {
        let texts = vec![Text { field: "says".to_owned(), said, at: at.clone() }];
        items.push(Item { id, at: at.clone(), texts, source: None, room: None });
    }
    File { key: "phrases".to_owned(), at, items, groups: Vec::new() }
}

fn source_file(kind: &str, root: &Node, items: Vec<Item>) -> Option<File> {
    let node = root.get(kind)?;
    let key = format!("{kind}s/{}", node.as_str()?.trim());
    Some(File { key, at: node.span.clone(), items, groups: Vec::new() })
}

fn entries<'n>(node: &'n Node, name: &str) -> &'n [(Key, Node)] {
    node.get(name).map_or(&[], Node::entries)
}

fn plain(id: String, key: &Key, texts: Vec<Text>) -> Item {
    Item { id, at: key.span.clone(), texts, source: None, room: None }
}

fn a_text(field: String, node: &Node) -> Option<Text> {
    Some(Text { field, said: node.as_str()?.trim().to_owned(), at: node.span.clone() })
}

fn says(field: &str, node: &Node) -> Vec<Text> {
    a_text(field.to_owned(), node).into_iter().collect()
}

fn said(node: &Node, names: &[&str]) -> Vec<Text> {
    names.iter().filter_map(|name| a_text((*name).to_owned(), node.get(name)?)).collect()
}

fn things(node: &Node) -> Vec<Text> {
    let NodeKind::List(things) = &node.kind else { return Vec::new() };
    things.iter().enumerate().filter_map(|(index, thing)| a_text(format!("bring/{}", index + 1), thing)).collect()
}

/// The translation of a symptom, as it stands under `locale/`.
pub(super) fn symptom(root: &Node, whole: &str) -> Option<File> {
    let fields = Fields::of(root);
    let mut items = Vec::new();
    for (key, node) in fields.items("causes") {
        items.push(item(format!("causes/{}", key.text), key, node, said(node, &["title", "says"]), whole));
    }
    for (key, node) in fields.items("questions") {
        let mut texts = said(node, &["ask", "agent", "why"]);
        let answers = Fields::of(node).items("answers").iter();
        texts.extend(answers.filter_map(|(key, node)| a_text(format!("answers/{}", key.text), node)));
        items.push(item(format!("questions/{}", key.text), key, node, texts, whole));
    }
    translated_file("symptom", root, items)
}

/// The translation of a service.
pub(super) fn service(root: &Node, whole: &str) -> Option<File> {
    let fields = Fields::of(root);
    let mut items = Vec::new();
    let one = |name: &str, items: &mut Vec<Item>| {
        let found = root.entries().iter().find(|(key, _)| key.text == name);
        items.extend(found.and_then(|(key, node)| leaf(name.to_owned(), "says", key, node, whole)));
    };
    one("name", &mut items);
    for (key, node) in fields.items("words") {
        items.extend(leaf(format!("words/{}", key.text), "says", key, node, whole));
    }
    for (key, node) in fields.items("messages") {
        items.extend(leaf(format!("messages/{}", key.text), "text", key, node, whole));
    }
    for (key, node) in fields.items("escalate") {
        let mut texts = said(node, &["says"]);
        texts.extend(node.get("bring").into_iter().flat_map(things));
        items.push(item(format!("escalate/{}", key.text), key, node, texts, whole));
    }
    one("verify-identity", &mut items);
    translated_file("service", root, items)
}

/// The translation of a script.
pub(super) fn script(root: &Node, whole: &str) -> Option<File> {
    let fields = Fields::of(root);
    let title = root.entries().iter().find(|(key, _)| key.text == "title");
    let title = title.and_then(|(key, node)| leaf("title".to_owned(), "says", key, node, whole));
    let mut items: Vec<Item> = title.into_iter().collect();
    for (key, node) in fields.items("wordings") {
        items.extend(leaf(format!("wordings/{}", key.text), "says", key, node, whole));
    }
    for group in STEPS {
        for (key, node) in fields.items(group) {
            items.push(item(format!("{group}/{}", key.text), key, node, said(node, &["say", "note"]), whole));
        }
    }
    translated_file("script", root, items)
}

/// The translation of what the program says.
pub(super) fn phrases(root: &Node, whole: &str) -> File {
    let own = root.entries().iter().filter(|(key, _)| key.text != "schema");
    let items = own.filter_map(|(key, node)| leaf(key.text.clone(), "says", key, node, whole)).collect();
    File { key: "phrases".to_owned(), at: root.span.start..root.span.start, items, groups: Vec::new() }
}

fn translated_file(kind: &str, root: &Node, items: Vec<Item>) -> Option<File> {
    let groups = root.entries().iter().map(|(key, _)| (key.text.clone(), key.span.clone())).collect();
    Some(File { groups, ..source_file(kind, root, items)? })
}

/// An item that is a mapping: `source` and its texts.
fn item(id: String, key: &Key, node: &Node, texts: Vec<Text>, whole: &str) -> Item {
    let source = node.get(SOURCE).and_then(|node| Some((text(node)?, node.span.clone())));
    Item { id, at: key.span.clone(), texts, source, room: room_in_mapping(node, whole) }
}

/// An item of one text: `{ source: …, says: … }`, or the text alone.
fn leaf(id: String, field: &str, key: &Key, node: &Node, whole: &str) -> Option<Item> {
    if matches!(node.kind, NodeKind::Map(_)) {
        return Some(item(id, key, node, said(node, &[field]), whole));
    }
    let texts = says(field, node);
    let room = texts.first().filter(|_| !whole[node.span.clone()].contains('\n')).map(|text| {
        let quoted = serde_json::Value::from(text.said.as_str()).to_string();
        (node.span.clone(), format!("{{ source: \"…\", {field}: {quoted} }}"))
    });
    (!texts.is_empty()).then(|| Item { id, at: key.span.clone(), texts, source: None, room })
}

/// In front of the first key: on a line of its own where that key has one.
fn room_in_mapping(node: &Node, text: &str) -> Option<(Range<usize>, String)> {
    let (first, _) = node.entries().first()?;
    let at = first.span.start;
    let line = &text[text[..at].rfind('\n').map_or(0, |newline| newline + 1)..at];
    let after = if line.trim().is_empty() { format!("\n{line}") } else { ", ".to_owned() };
    Some((at..at, format!("source: \"…\"{after}")))
}
