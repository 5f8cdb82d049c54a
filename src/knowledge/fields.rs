//! Typed reading of a tree.
//!
//! The one idea: [`Fields`] remembers which keys were asked for, so that the same reading code is also the list of the
//! keys that are allowed. Every function reports what is wrong and gives `None`; it must not stop the reading.

use std::ops::Range;

use super::report::{Report, quoted};
use super::yaml::{self, Key, Node, NodeKind, QUOTE_BRACES};

/// A mapping with known keys.
pub(crate) struct Fields<'n> {
    entries: &'n [(Key, Node)],
    asked: Vec<&'static str>,
    at: Range<usize>,
}

impl<'n> Fields<'n> {
    /// The fields of `node`. What is missing is reported at `at`: the key of the item, say.
    pub(crate) fn of(node: &'n Node, at: &Range<usize>, report: &mut Report) -> Option<Self> {
        match &node.kind {
            NodeKind::Map(entries) => Some(Self { entries, asked: Vec::new(), at: at.clone() }),
            _ => wrong_type(node, "a mapping", report),
        }
    }

    /// The fields of a whole file, whose `schema` is checked.
    pub(crate) fn of_file(root: &'n Node, report: &mut Report) -> Option<Self> {
        let at = root.entries().first().map_or(root.span.start..root.span.start, |(key, _)| key.span.clone());
        let mut fields = Self::of(root, &at, report)?;
        if let Some(schema) = fields.optional("schema")
            && schema.as_str() != Some("1")
        {
            let message = format!("unknown schema {}: expected 1", schema.describe());
            report.error("KB007", &schema.span, message);
        }
        Some(fields)
    }

    /// A key that may be absent.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<&'n Node> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
    }

    /// A key that must be there.
    pub(crate) fn required(&mut self, name: &'static str, report: &mut Report) -> Option<&'n Node> {
        let value = self.optional(name);
        if value.is_none() {
            report.error("KB004", &self.at, format!("missing key `{name}`"));
        }
        value
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, name: &'static str, report: &mut Report) -> Option<String> {
        text(self.required(name, report)?, report)
    }

    /// A text that may be absent.
    pub(crate) fn optional_text(&mut self, name: &'static str, report: &mut Report) -> Option<String> {
        text(self.optional(name)?, report)
    }

    /// An id that must be there.
    pub(crate) fn id(&mut self, name: &'static str, report: &mut Report) -> Option<String> {
        let node = self.required(name, report)?;
        let id = text(node, report)?;
        check_id(&id, &node.span, report)?;
        Some(id)
    }

    /// `false` where absent.
    pub(crate) fn flag(&mut self, name: &'static str, report: &mut Report) -> bool {
        let Some(node) = self.optional(name) else { return false };
        match &node.kind {
            NodeKind::Scalar { text, plain: true } if text == "true" => true,
            NodeKind::Scalar { text, plain: true } if text == "false" => false,
            _ => {
                yaml::mistaken_flag(node, report);
                false
            }
        }
    }

    /// The items of a mapping from ids; none where absent.
    pub(crate) fn items(&mut self, name: &'static str, report: &mut Report) -> &'n [(Key, Node)] {
        self.optional(name).map_or(&[], |node| mapping(node, report))
    }

    /// The items of a list; none where absent.
    pub(crate) fn list(&mut self, name: &'static str, report: &mut Report) -> &'n [Node] {
        self.optional(name).map_or(&[], |node| list(node, report))
    }

    /// Reports every key that was not asked for.
    pub(crate) fn finish(self, report: &mut Report) {
        #[cfg(test)]
        asked::note(report.path, self.entries, &self.asked);
        for (key, _) in self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.text.as_str())) {
            report.unknown("KB003", &key.span, "key", &key.text, self.asked.iter().copied());
        }
    }
}

/// A text that is not empty. Numbers and dates are texts too.
pub(crate) fn text(node: &Node, report: &mut Report) -> Option<String> {
    match node.as_str() {
        Some(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => wrong_type(node, "text", report),
    }
}

/// A number between two, inclusive.
pub(crate) fn number(node: &Node, from: f64, to: f64, report: &mut Report) -> Option<f64> {
    let number = node.as_str().and_then(|text| text.parse().ok()).filter(|number| (from..=to).contains(number));
    number.or_else(|| wrong_type(node, &format!("a number from {from} to {to}"), report))
}

/// A count.
pub(crate) fn count(node: &Node, report: &mut Report) -> Option<u32> {
    let count = node.as_str().and_then(|text| text.parse().ok());
    count.or_else(|| wrong_type(node, "a whole number", report))
}

/// The pairs of a mapping.
pub(crate) fn mapping<'n>(node: &'n Node, report: &mut Report) -> &'n [(Key, Node)] {
    match &node.kind {
        NodeKind::Map(entries) => entries,
        _ => wrong_type(node, "a mapping", report).unwrap_or_default(),
    }
}

/// The items of a list.
pub(crate) fn list<'n>(node: &'n Node, report: &mut Report) -> &'n [Node] {
    match &node.kind {
        NodeKind::List(items) => items,
        _ => wrong_type(node, "a list", report).unwrap_or_default(),
    }
}

/// One word of a closed list, by its position in it.
pub(crate) fn word(node: &Node, words: &[&str], report: &mut Report) -> Option<usize> {
    let typed = text(node, report)?;
    let found = words.iter().position(|word| *word == typed);
    if found.is_none() {
        report.error(
            "KB006",
            &node.span,
            format!("unknown word {}: expected one of {}", quoted(&typed), words.join(", ")),
        );
    }
    found
}

/// An id of kebab-case: `old-entry`.
pub(crate) fn check_id(id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
    let kebab = id
        .split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    if !kebab {
        report.error(
            "KB011",
            span,
            format!("{} is not an id: expected small letters, digits and single hyphens", quoted(id)),
        );
    }
    kebab.then_some(())
}

/// Reports that a value is of another type than expected.
pub(crate) fn wrong_type<T>(node: &Node, expected: &str, report: &mut Report) -> Option<T> {
    let message = format!("expected {expected}, found {}", node.describe());
    // An unquoted `{placeholder}` is a mapping from it to nothing.
    let braces = node.entries().iter().any(|(_, value)| value.is_null());
    if braces {
        report.error_with_help("KB005", &node.span, message, QUOTE_BRACES);
    } else {
        report.error("KB005", &node.span, message);
    }
    None
}

/// What readers asked for, so that a test can hold it against what the schemas say.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Key, Node};

    /// The keys, by the file and by where the mapping's first key stands in it.
    pub(crate) type Asked = BTreeMap<(String, usize), BTreeSet<&'static str>>;

    thread_local! {
        static ASKED: RefCell<Asked> = const { RefCell::new(BTreeMap::new()) };
    }

    pub(super) fn note(path: &str, entries: &[(Key, Node)], keys: &[&'static str]) {
        let Some((first, _)) = entries.first() else { return };
        let place = (path.to_owned(), first.span.start);
        ASKED.with_borrow_mut(|asked| asked.entry(place).or_default().extend(keys));
    }

    /// Everything that was asked for on this thread since the last time.
    pub(crate) fn take() -> Asked {
        ASKED.with_borrow_mut(std::mem::take)
    }
}
