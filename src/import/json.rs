//! JSON with a place for every value.
//!
//! The one idea: a value is a slice of the document, read only where somebody looks, so that nothing is copied which
//! nobody asks for, and its place is where the slice begins. It must not keep a copy of any text that is not wiped.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::MOST_ENTRIES;
use super::position::Positions;

/// A whole document that is sound JSON.
pub(super) struct Document<'a> {
    text: &'a str,
    positions: Positions<'a>,
}

/// A value of a document.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    raw: &'a str,
}

impl<'a> Document<'a> {
    /// `None` unless the text is an object or an array from end to end.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let begins = text.trim_start().starts_with(['{', '[']);
        (begins && serde_json::from_str::<IgnoredAny>(text).is_ok())
            .then(|| Self { text, positions: Positions::of(text) })
    }

    /// The outermost value.
    pub(super) fn root(&self) -> Node<'a> {
        Node { raw: self.text.trim() }
    }

    /// Line and column of a value, both from 1.
    pub(super) fn position(&self, node: Node<'_>) -> (usize, usize) {
        self.positions.at(node.raw.as_ptr().addr().saturating_sub(self.text.as_ptr().addr()))
    }
}

impl<'a> Node<'a> {
    /// The value of a key of an object, unless it is `null`.
    pub(super) fn get(self, key: &str) -> Option<Node<'a>> {
        let mut found = None;
        self.each(|name, node| {
            if *name == key {
                found = Some(node);
            }
        });
        found.filter(|node| node.raw != "null")
    }

    /// The items of an array, or nothing; at most one more than are read of a file.
    pub(super) fn items(self) -> Vec<Node<'a>> {
        let mut items = Vec::new();
        let seen = Deserializer::from_str(self.raw).deserialize_seq(Items(&mut items));
        if seen.is_err() {
            items.clear();
        }
        items
    }

    /// Each member of an object.
    pub(super) fn each(self, each: impl FnMut(&String, Node<'a>)) {
        // What is no object has no members; the document was found sound before.
        let _ = Deserializer::from_str(self.raw).deserialize_map(Members(each));
    }

    /// A string.
    pub(super) fn string(self) -> Option<Zeroizing<String>> {
        serde_json::from_str(self.raw).ok().map(Zeroizing::new)
    }

    /// The string of a key; empty if there is none.
    pub(super) fn text(self, key: &str) -> Zeroizing<String> {
        self.get(key).and_then(Self::string).unwrap_or_default()
    }

    /// Bytes as a list of numbers, signed as Java has them or not.
    pub(super) fn bytes(self) -> Option<Zeroizing<Vec<u8>>> {
        let numbers: Zeroizing<Vec<i16>> = serde_json::from_str(self.raw).ok().map(Zeroizing::new)?;
        let byte = |number: &i16| match *number {
            number @ -128..=255 => Some(number as u8),
            _ => None,
        };
        numbers.iter().map(byte).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
    }

    /// As it is spelled.
    pub(super) fn spelling(self) -> &'a str {
        self.raw
    }

    /// A whole number that is not negative, as a number or in a string.
    pub(super) fn number(self) -> Option<u64> {
        self.raw.parse().ok().or_else(|| self.string()?.trim().parse().ok())
    }

    /// The number of a key.
    pub(super) fn number_of(self, key: &str) -> Option<u64> {
        self.get(key).and_then(Self::number)
    }

    /// Whether a key is there and `true`.
    pub(super) fn is_true(self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.raw == "true")
    }

    pub(super) fn is_object(self) -> bool {
        self.raw.starts_with('{')
    }

    pub(super) fn is_array(self) -> bool {
        self.raw.starts_with('[')
    }

    pub(super) fn is_string(self) -> bool {
        self.raw.starts_with('"')
    }
}

struct Items<'v, 'a>(&'v mut Vec<Node<'a>>);

impl<'a> Visitor<'a> for Items<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while self.0.len() <= MOST_ENTRIES {
            let Some(raw) = items.next_element::<&'a RawValue>()? else { return Ok(()) };
            self.0.push(Node { raw: raw.get() });
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

struct Members<F>(F);

impl<'a, F: FnMut(&String, Node<'a>)> Visitor<'a> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut members: A) -> Result<(), A::Error> {
        for _ in 0..=MOST_ENTRIES {
            let Some((name, raw)) = members.next_entry::<String, &'a RawValue>()? else { return Ok(()) };
            self.0(&name, Node { raw: raw.get() });
        }
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_places() {
        let text = "{\n  \"ä\": \"x\", \"list\": [1, {\"n\": \"7\"},\n null], \"no\": null, \"on\": true }";
        let document = Document::read(text).unwrap();
        let root = document.root();
        let items = root.get("list").unwrap().items();
        assert_eq!(items.len(), 3);
        assert_eq!(document.position(items[1]), (2, 25));
        assert_eq!(document.position(items[2]), (3, 2));
        assert_eq!(document.position(root), (1, 1));
        assert_eq!(items[0].number(), Some(1));
        assert_eq!((items[1].number_of("n"), root.text("ä").as_str(), root.is_true("on")), (Some(7), "x", true));
        assert!(root.get("no").is_none() && root.get("gone").is_none() && root.items().is_empty());
    }

    #[test]
    fn what_is_no_json() {
        for text in ["", "7", "\"text\"", "{", "[1,]", "{} {}"] {
            assert!(Document::read(text).is_none(), "{text}");
        }
        assert!(Document::read(&"[".repeat(100_000)).is_none());
        let long = format!("[{}1]", "1,".repeat(2 * MOST_ENTRIES));
        assert_eq!(Document::read(&long).unwrap().root().items().len(), MOST_ENTRIES + 1);
    }
}
