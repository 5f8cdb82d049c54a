//! Typed reading of a tree that was held against its form.
//!
//! The one idea: [`super::schema::conform`] has told what is wrong with the form of a file, so that reading only asks for
//! names and is silent about the rest: what is not as it should be is `None`. It must not know which keys there are.

use std::ops::Range;

use super::report::{Report, quoted};
use super::schema;
use super::yaml::{Key, Node, NodeKind};

/// The fields of a mapping; none of anything else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'n>(&'n Node);

impl<'n> Fields<'n> {
    pub(crate) fn of(node: &'n Node) -> Self {
        Self(node)
    }

    /// The value under a key.
    pub(crate) fn get(self, name: &str) -> Option<&'n Node> {
        self.0.get(name)
    }

    /// The key itself, for its place.
    pub(crate) fn key(self, name: &str) -> Option<&'n Key> {
        self.0.entries().iter().map(|(key, _)| key).find(|key| key.text == name)
    }

    /// A text.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }

    /// An id, if it is one.
    pub(crate) fn id(self, name: &str) -> Option<String> {
        self.text(name).filter(|id| schema::is_id(id))
    }

    /// A word of a closed list, by its position in it.
    pub(crate) fn word(self, name: &str, words: &[&str]) -> Option<usize> {
        word(self.get(name)?, words)
    }

    /// `true` or `false`, if it says either.
    pub(crate) fn truth(self, name: &str) -> Option<bool> {
        self.word(name, &["true", "false"]).map(|at| at == 0)
    }

    /// `false` where absent.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.truth(name).unwrap_or_default()
    }

    /// A number.
    pub(crate) fn number<T: std::str::FromStr>(self, name: &str) -> Option<T> {
        self.get(name)?.as_str()?.parse().ok()
    }

    /// The pairs of a mapping; none where absent.
    pub(crate) fn items(self, name: &str) -> &'n [(Key, Node)] {
        self.get(name).map_or(&[], Node::entries)
    }

    /// The items of a list; none where absent.
    pub(crate) fn list(self, name: &str) -> &'n [Node] {
        self.get(name).map_or(&[], list)
    }
}

/// A text that is not empty. Numbers and dates are texts too.
pub(crate) fn text(node: &Node) -> Option<String> {
    node.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The items of a list; none of anything else.
pub(crate) fn list(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::List(items) => items,
        _ => &[],
    }
}

/// One word of a closed list, by its position in it.
pub(crate) fn word(node: &Node, words: &[&str]) -> Option<usize> {
    let typed = node.as_str()?.trim();
    words.iter().position(|word| *word == typed)
}

/// From the beginning of an item's key to the end of its value.
pub(crate) fn whole(key: &Key, node: &Node) -> Range<usize> {
    key.span.start..node.span.end.max(key.span.end)
}

/// The sound ones among the items of a mapping, by their ids.
pub(crate) fn sound<'n, T>(
    entries: &'n [(Key, Node)],
    report: &mut Report,
    read: impl Fn(&'n Key, &'n Node, &mut Report) -> Option<T>,
) -> Vec<(String, T)> {
    let one = |(key, node): &'n (Key, Node)| {
        let one = report.sound(&whole(key, node), |report| read(key, node, report))?;
        Some((key.text.clone(), one))
    };
    entries.iter().filter_map(one).collect()
}

/// Reports that a value is of another type than expected.
pub(crate) fn wrong_type<T>(node: &Node, expected: &str, report: &mut Report) -> Option<T> {
    schema::wrong(node, expected, report);
    None
}

/// Checks that a name that stands in no file is an id of kebab-case: `old-entry`.
pub(crate) fn check_id(id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
    if !schema::is_id(id) {
        let message = format!("{} is not an id: expected small letters, digits and single hyphens", quoted(id));
        report.error("KB011", span, message);
    }
    schema::is_id(id).then_some(())
}
