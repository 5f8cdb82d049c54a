//! JSON with a place for every value.
//!
//! The one idea: a value is a slice of the document, read only where somebody looks, so that nothing is copied which
//! nobody asks for, and its place is where the slice begins. It must not keep a copy of any text that is not wiped.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

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

    /// The same of bytes, which are to be UTF-8.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().and_then(Self::read)
    }

    /// The outermost value.
    pub(super) fn root(&self) -> Node<'a> {
        Node { raw: self.text.trim() }
    }

    /// Line and column of a value, both from 1.
    pub(super) fn position(&self, node: Node<'_>) -> (usize, usize) {
        self.positions.at(self.offset(node))
    }

    /// Where a value begins, in bytes; places are found soonest in the order of the file.
    pub(super) fn offset(&self, node: Node<'_>) -> usize {
        node.raw.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
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

    /// The items of an array, one after the other, or nothing.
    pub(super) fn items(self) -> Items<'a> {
        // The document was found sound before.
        Items(self.raw.strip_prefix('[').unwrap_or_default())
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

    /// The string of the first of several keys that has one which is not empty; empty if none has.
    pub(super) fn first_text(self, keys: &[&str]) -> Zeroizing<String> {
        keys.iter().map(|key| self.text(key)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Bytes as a list of numbers, signed as Java has them or not.
    pub(super) fn bytes(self) -> Option<Zeroizing<Vec<u8>>> {
        // With room for all of them, growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.is_array().then_some(self.raw.len() / 2 + 1)?));
        for item in self.items() {
            bytes.push(match item.raw.parse().ok()? {
                number @ -128_i16..=255 => number as u8,
                _ => return None,
            });
        }
        Some(bytes)
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

/// What is left of an array. Nothing is read ahead, so that a list of millions takes no memory.
#[derive(Default)]
pub(super) struct Items<'a>(&'a str);

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let mut values = Deserializer::from_str(self.0).into_iter::<&'a RawValue>();
        let raw = values.next()?.ok()?.get();
        let rest = self.0.get(values.byte_offset()..).unwrap_or_default();
        self.0 = rest.trim_start().strip_prefix(',').unwrap_or_default();
        Some(Node { raw })
    }
}

struct Members<F>(F);

impl<'a, F: FnMut(&String, Node<'a>)> Visitor<'a> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some((name, raw)) = members.next_entry::<String, &'a RawValue>()? {
            self.0(&name, Node { raw: raw.get() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::MOST_ENTRIES;
    use super::*;

    #[test]
    fn values_and_their_places() {
        let text = "{\n  \"ä\": \"x\", \"list\": [1, {\"n\": \"7\"},\n null], \"no\": null, \"on\": true }";
        let document = Document::read(text).unwrap();
        let root = document.root();
        let items: Vec<_> = root.get("list").unwrap().items().collect();
        assert_eq!(items.len(), 3);
        assert_eq!(document.position(items[1]), (2, 25));
        assert_eq!(document.position(items[2]), (3, 2));
        assert_eq!(document.position(root), (1, 1));
        assert_eq!(items[0].number(), Some(1));
        assert_eq!((items[1].number_of("n"), root.text("ä").as_str(), root.is_true("on")), (Some(7), "x", true));
        assert_eq!(root.first_text(&["list", "no", "ä"]).as_str(), "x");
        assert!(root.get("no").is_none() && root.get("gone").is_none() && root.items().next().is_none());
    }

    #[test]
    fn what_is_no_json() {
        for text in ["", "7", "\"text\"", "{", "[1,]", "{} {}"] {
            assert!(Document::read(text).is_none(), "{text}");
        }
        assert!(Document::read(&"[".repeat(100_000)).is_none());
        assert!(Document::of(b"[]").is_some() && Document::of(b"[\"\xff\"]").is_none());
    }

    #[test]
    fn bytes_signed_or_not_and_nothing_else() {
        let document =
            Document::read(r#"[[], [-128, 255 ,0], [256], [-129], [1.0], ["1"], [[1]], {}, "1", 1]"#).unwrap();
        let read: Vec<_> = document.root().items().map(|item| item.bytes().map(|bytes| bytes.to_vec())).collect();
        assert_eq!(read[..3], [Some(vec![]), Some(vec![128, 255, 0]), None]);
        assert!(read[2..].iter().all(Option::is_none) && read.len() == 10);
    }

    #[test]
    fn no_list_is_cut() {
        let count = 3 * MOST_ENTRIES;
        let list = format!("[{}1 ]", "1 ,\n".repeat(count));
        assert_eq!(Document::read(&list).unwrap().root().items().count(), count + 1);
        let object = format!("{{{}\"z\":7}}", "\"a\":1,".repeat(count));
        assert_eq!(Document::read(&object).unwrap().root().number_of("z"), Some(7));
    }
}
