use chrono::{DateTime, Datelike};
use zeroize::Zeroizing;

use super::Interval;
use super::read::CaseError;
use super::tree::{Tree, USUAL};
use crate::diagnostic::nearest;

/// The longest text that a case may hold, in bytes.
const MAX_TEXT: usize = 8 * 1024;
/// The longest interval in which a code may have been typed, in seconds: each step in it is compared.
const WIDEST_INTERVAL: i64 = 7 * 24 * 3600;
/// The longest list that a case may hold.
const MAX_LIST: usize = 1_000;

/// The fields of one object, taken one by one; what is left at the end is unknown and refused.
///
/// Keys of the document never enter a message: a secret can stand there too. Places are made of names we know.
pub(crate) struct Fields {
    place: String,
    left: Vec<(Zeroizing<String>, Tree)>,
    known: Vec<&'static str>,
}

impl Fields {
    pub(crate) fn of(tree: Tree, place: String) -> Result<Self, CaseError> {
        match tree {
            Tree::Map(left) => Ok(Self { place, left, known: Vec::with_capacity(USUAL) }),
            Tree::Null if place.is_empty() => Err(CaseError::at(place, "there is nothing in it")),
            other => Err(expected(&place, "an object", &other)),
        }
    }

    /// The place of a field, for an error about it.
    pub(crate) fn at(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// Whether a field is still there to be taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(key, _)| **key == name)
    }

    /// Whether nothing but these is left.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        self.left.iter().all(|(key, _)| names.contains(&key.as_str()))
    }

    /// A text that is left in its place, to be shown.
    pub(crate) fn shown(&self, name: &str) -> Option<String> {
        self.left.iter().find_map(|(key, value)| match value {
            Tree::Text(text) if **key == name => Some((**text).clone()),
            _ => None,
        })
    }

    /// Takes a field out; `null` counts as absent.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Tree> {
        self.take_with_null(name).filter(|tree| !matches!(tree, Tree::Null))
    }

    /// Takes a field out, `null` and all.
    pub(crate) fn take_with_null(&mut self, name: &'static str) -> Option<Tree> {
        self.known.push(name);
        let index = self.left.iter().position(|(key, _)| **key == name)?;
        Some(self.left.swap_remove(index).1)
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<Zeroizing<String>>, CaseError> {
        match self.take(name) {
            None => Ok(None),
            Some(Tree::Text(text)) if text.len() <= MAX_TEXT => Ok(Some(text)),
            Some(Tree::Text(_)) => Err(CaseError::at(self.at(name), format!("longer than {MAX_TEXT} bytes"))),
            Some(other) => Err(expected(&self.at(name), "a text in quotes", &other)),
        }
    }

    /// A text that may be shown, such as an id.
    pub(crate) fn name(&mut self, name: &'static str) -> Result<Option<String>, CaseError> {
        Ok(self.text(name)?.map(|mut text| std::mem::take(&mut *text)))
    }

    pub(crate) fn bool(&mut self, name: &'static str) -> Result<Option<bool>, CaseError> {
        match self.take(name) {
            None => Ok(None),
            Some(Tree::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(expected(&self.at(name), "true or false", &other)),
        }
    }

    pub(crate) fn integer(&mut self, name: &'static str) -> Result<Option<i64>, CaseError> {
        match self.take(name) {
            None => Ok(None),
            Some(Tree::Integer(value)) => Ok(Some(value)),
            Some(other) => Err(expected(&self.at(name), "a whole number", &other)),
        }
    }

    /// A whole number from 0 to `most`.
    pub(crate) fn count(&mut self, name: &'static str, most: u32) -> Result<Option<u32>, CaseError> {
        let Some(value) = self.integer(name)? else { return Ok(None) };
        match u32::try_from(value) {
            Ok(value) if value <= most => Ok(Some(value)),
            _ => Err(CaseError::at(self.at(name), format!("expected a whole number from 0 to {most}"))),
        }
    }

    pub(crate) fn number(&mut self, name: &'static str) -> Result<Option<f64>, CaseError> {
        match self.take(name) {
            None => Ok(None),
            Some(Tree::Integer(value)) => Ok(Some(value as f64)),
            Some(Tree::Float(value)) if value.is_finite() => Ok(Some(value)),
            Some(other) => Err(expected(&self.at(name), "a number", &other)),
        }
    }

    pub(crate) fn list(&mut self, name: &'static str) -> Result<Vec<Tree>, CaseError> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Tree::List(list)) if list.len() <= MAX_LIST => Ok(list),
            Some(Tree::List(_)) => Err(CaseError::at(self.at(name), format!("more than {MAX_LIST} items"))),
            Some(other) => Err(expected(&self.at(name), "a list", &other)),
        }
    }

    pub(crate) fn object(&mut self, name: &'static str) -> Result<Option<Fields>, CaseError> {
        let place = self.at(name);
        self.take(name).map(|tree| Fields::of(tree, place)).transpose()
    }

    /// A word of a closed list.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<Option<T>, CaseError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        words.iter().find(|(word, _)| *word == text.as_str()).map(|(_, value)| Some(*value)).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            CaseError::at(self.at(name), format!("expected one of {}", words.join(", ")))
        })
    }

    /// An instant as RFC 3339 writes it, in seconds since 1970.
    pub(crate) fn instant(&mut self, name: &'static str) -> Result<Option<i64>, CaseError> {
        let tree = self.take(name);
        tree.map(|tree| instant(&tree, || self.at(name))).transpose()
    }

    /// An instant, or an object with `from` and `to`.
    pub(crate) fn interval(&mut self, name: &'static str) -> Result<Option<Interval>, CaseError> {
        match self.take(name) {
            None => Ok(None),
            Some(tree @ Tree::Map(_)) => {
                let place = self.at(name);
                let mut fields = Fields::of(tree, place.clone())?;
                let ends = (fields.instant("from")?, fields.instant("to")?);
                fields.finish()?;
                match ends {
                    (Some(from), Some(to)) if to.saturating_sub(from) > WIDEST_INTERVAL => {
                        Err(CaseError::at(place, "`from` and `to` lie more than 7 days apart"))
                    }
                    (Some(from), Some(to)) if from <= to => Ok(Some(Interval { from, to })),
                    (Some(_), Some(_)) => Err(CaseError::at(place, "`from` is later than `to`")),
                    _ => Err(CaseError::at(place, "expected both `from` and `to`")),
                }
            }
            Some(tree) => instant(&tree, || self.at(name)).map(|at| Some(Interval { from: at, to: at })),
        }
    }

    /// Pairs of names and short words, such as answers.
    pub(crate) fn words(&mut self, name: &'static str) -> Result<Vec<(String, String)>, CaseError> {
        let place = self.at(name);
        let pairs = match self.take(name) {
            None => return Ok(Vec::new()),
            Some(Tree::Map(pairs)) => pairs,
            Some(other) => return Err(expected(&place, "an object", &other)),
        };
        let word = |text: &str| {
            let fits = (1..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
            fits.then(|| text.to_owned())
        };
        let read = |(key, value): &(Zeroizing<String>, Tree)| match value {
            Tree::Text(text) => Some((word(key)?, word(text)?)),
            _ => None,
        };
        pairs.iter().map(read).collect::<Option<Vec<_>>>().ok_or_else(|| {
            CaseError::at(place, "expected ids of questions with ids of answers, such as \"where\": \"signing-in\"")
        })
    }

    /// Refuses what is left.
    pub(crate) fn finish(self) -> Result<(), CaseError> {
        let Some((key, _)) = self.left.first() else { return Ok(()) };
        let hint = nearest(key, self.known.iter().copied()).map_or_else(
            || format!("the fields here are {}", self.known.join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        Err(CaseError::at(self.place, format!("unknown field: {hint}")))
    }
}

fn instant(tree: &Tree, place: impl Fn() -> String) -> Result<i64, CaseError> {
    let Tree::Text(text) = tree else { return Err(expected(&place(), "a time in quotes", tree)) };
    let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    // Another offset can push the first and the last day out of the years that UTC can be written in.
    time.filter(|time| (0..=9999).contains(&time.year()))
        .map(|time| time.timestamp())
        .ok_or_else(|| CaseError::at(place(), "expected a time such as 2026-11-24T10:00:00Z (RFC 3339)"))
}

pub(super) fn expected(place: &str, what: &str, found: &Tree) -> CaseError {
    CaseError::at(place.to_owned(), format!("expected {what}, found {}", found.kind()))
}
