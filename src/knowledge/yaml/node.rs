//! A value of YAML with its place.
//!
//! The one idea: scalars stay texts, whatever they look like: what a text means is for its reader to say.

use std::ops::Range;

use crate::knowledge::report::quoted;

/// What a file is laid over is its own business.
const BASE_KEY: &str = "base";

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: NodeKind,
}

/// What a value is. Scalars stay texts: what a text means is for its reader to say.
#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    Map(Vec<(Key, Node)>),
    List(Vec<Node>),
    Scalar { text: String, plain: bool },
}

/// A key and its place.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
    }

    /// The pairs of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[(Key, Self)] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The keys of a mapping; none for anything else.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries().iter().map(|(key, _)| key.text.as_str())
    }

    /// The text of a scalar that is not null.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Shows every key and every scalar in it, in the order of the file. It is not deeper than what was read may be.
    pub(crate) fn walk(&self, see: &mut impl FnMut(&str)) {
        match &self.kind {
            NodeKind::Map(entries) => {
                for (key, value) in entries {
                    see(&key.text);
                    value.walk(see);
                }
            }
            NodeKind::List(items) => items.iter().for_each(|item| item.walk(see)),
            NodeKind::Scalar { text, .. } => see(text),
        }
    }

    /// Adds the pairs of `lower` whose keys are not here, mapping by mapping. They have no place in this text.
    pub(crate) fn lay_over(&mut self, mut lower: Self) {
        lower.forget_places();
        let (NodeKind::Map(own), NodeKind::Map(others)) = (&mut self.kind, lower.kind) else { return };
        for (key, value) in others {
            match own.iter_mut().find(|(other, _)| other.text == key.text) {
                Some((_, under)) => under.lay_over(value),
                None if key.text == BASE_KEY => {}
                None => own.push((key, value)),
            }
        }
    }

    fn forget_places(&mut self) {
        self.span = 0..0;
        match &mut self.kind {
            NodeKind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.span = 0..0;
                value.forget_places();
            }),
            NodeKind::List(items) => items.iter_mut().for_each(Self::forget_places),
            NodeKind::Scalar { .. } => {}
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// For messages.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Map(_) => "a mapping".to_owned(),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            NodeKind::Scalar { text, .. } => quoted(text),
        }
    }
}
