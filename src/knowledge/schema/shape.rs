//! The words in which a kind of file is described.

use std::collections::BTreeMap;

/// A mapping with known keys.
#[derive(Debug)]
pub struct Record {
    /// What it is, for somebody whose pointer rests on it.
    pub says: &'static str,
    /// Its keys, in the order in which they are usually written.
    pub fields: &'static [Field],
    /// What its keys have to do with each other.
    pub rules: &'static [Rule],
}

/// A key of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As it is written.
    pub key: &'static str,
    /// Whether it has to be there.
    pub needed: bool,
    /// What its value has to be.
    pub shape: Shape,
    /// What it is for, in a sentence or two.
    pub says: &'static str,
    /// What an absent one means, where that is a value.
    pub usual: Option<&'static str>,
}

/// A key that has to be there.
pub(super) const fn must(key: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { key, needed: true, shape, says, usual: None }
}

/// A key that may be absent.
pub(super) const fn may(key: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { key, needed: false, shape, says, usual: None }
}

impl Field {
    /// Says what an absent one means.
    pub(super) const fn usually(self, usual: &'static str) -> Self {
        Self { usual: Some(usual), ..self }
    }
}

/// What keys of a record have to do with each other.
#[derive(Debug)]
pub struct Rule {
    /// What has to hold.
    pub relation: Relation,
    /// The check that tells where it does not.
    pub code: &'static str,
    /// What is wrong then, and what was expected.
    pub says: &'static str,
    /// The way out, where `says` leaves one open.
    pub help: Option<&'static str>,
}

/// Kinds of what keys can have to do with each other.
#[derive(Debug, Clone, Copy)]
pub enum Relation {
    /// At least one of these; where none is named, of all.
    Some(&'static [&'static str]),
    /// One of these, and no second one.
    One(&'static [&'static str]),
    /// Either the first, or the second with `true`.
    Or(&'static str, &'static str),
    /// Where the first has that word, the second is there and is not empty.
    With(&'static str, &'static str, &'static str),
    /// The first goes only with the second, which has that word.
    Only(&'static str, &'static str, &'static str),
    /// Where the first is there and not empty, the second is there too.
    Beside(&'static str, &'static str),
    /// One of the items of the first has the second.
    Row(&'static str, &'static str),
    /// No two of these.
    NoTwo(&'static [&'static str]),
}

impl Relation {
    /// The key whose value decides, not only whether it is there.
    pub(super) const fn deciding(self) -> Option<&'static str> {
        match self {
            Self::Or(_, key) | Self::With(key, ..) | Self::Only(_, key, _) | Self::Row(key, _) => Some(key),
            Self::Some(_) | Self::One(_) | Self::Beside(..) | Self::NoTwo(_) => None,
        }
    }
}

/// A rule, with the check that tells where it does not hold, and in which words.
pub(super) const fn rule(relation: Relation, code: &'static str, says: &'static str) -> Rule {
    Rule { relation, code, says, help: None }
}

impl Rule {
    /// Adds the way out.
    pub(super) const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }
}

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A text that is not empty; a number or a day is a text, too.
    Text,
    /// A text of a certain form.
    Formed(&'static TextForm),
    /// A word of a closed list.
    Word(&'static WordList),
    /// `true` or `false`.
    Flag,
    /// `true`, `false`, or nothing, which means that it is not known.
    FlagOrNothing,
    /// A number between two, inclusive.
    Number(f64, f64),
    /// A whole number between two, inclusive.
    Whole(i64, i64),
    /// A list.
    List(&'static Shape),
    /// One value, or a list of at least so many.
    OneOrList(&'static Shape, usize),
    /// A list, or in its place a mapping from names: how it was written once.
    ListOrMap(&'static Shape, &'static Map),
    /// A mapping whose keys are names that the writer gives, or that others have given.
    Map(&'static Map),
    /// A mapping with known keys.
    Record(&'static Record),
    /// A mapping with just one of the keys.
    Single(&'static Record),
    /// A mapping with known keys, or a text in its place.
    TextOr(&'static Record),
    /// A word in place of a mapping with just one of the keys.
    WordOrSingle(&'static str, &'static Record),
    /// A mapping of the second kind where it has this key, else of the third.
    ByKey(&'static str, &'static Record, &'static Record),
    /// Values of a shape by names that are built in, each with the text that it has there.
    Known(fn() -> BTreeMap<String, String>, &'static Shape),
    /// Nothing: here, the key has no meaning.
    Never,
}

/// A text of a certain form.
#[derive(Debug)]
pub struct TextForm {
    /// What it has to match: a regular expression of JavaScript.
    pub pattern: &'static str,
    /// For messages: what was expected.
    pub expected: &'static str,
    /// Sound ones.
    pub examples: &'static [&'static str],
    /// The check that tells of one that is of another form.
    pub code: &'static str,
    /// Whether a text is of this form: it may know more than a pattern can say, never less.
    pub holds: fn(&str) -> bool,
}

/// A closed list of words.
#[derive(Debug)]
pub struct WordList {
    /// The words themselves.
    pub words: &'static [&'static str],
    /// What each of them means; as many, or none.
    pub mean: &'static [&'static str],
    /// The check that tells of another word.
    pub code: &'static str,
    /// A word that is none of these for a reason, which its reader gives.
    pub told: Option<&'static str>,
}

impl WordList {
    /// Words, with what each of them means.
    pub(super) const fn of(words: &'static [&'static str], mean: &'static [&'static str]) -> Self {
        Self { words, mean, code: "KB006", told: None }
    }
}

/// A mapping from names.
#[derive(Debug)]
pub struct Map {
    /// What its keys look like.
    pub keys: &'static TextForm,
    /// What stands behind each.
    pub values: Shape,
    /// Keys that every such mapping may have besides.
    pub besides: &'static [Field],
    /// Whether there has to be at least one.
    pub filled: bool,
}
