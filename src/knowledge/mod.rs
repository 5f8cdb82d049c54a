//! Turns the Markdown and YAML under `knowledge/` into a checked model, and every flaw into a diagnostic with a place.
//!
//! The one idea: reading never fails. A file becomes a tree with a place for every value, the names of all trees are
//! gathered, and each tree is lowered against them; **an item with an error in it is left out**, so that a flawed gate
//! closes and whatever is in the [`Knowledge`] can be trusted. It must not know the probes (their vocabulary is passed
//! in), open files, or decide anything.

mod app;
mod article;
mod base;
mod brackets;
mod cause;
mod characters;
mod checks;
mod compile;
mod compiled;
mod condition;
mod explained;
mod fields;
mod files;
mod flags;
mod flawed;
mod frequency;
mod line;
mod links;
mod locale;
mod markers;
mod messages;
mod model;
mod names;
mod phrases;
mod prose;
mod quote;
mod release;
mod repair;
mod report;
mod safety;
mod scalars;
pub mod schema;
mod script;
mod service;
mod slips;
mod sources;
mod symptom;
mod unfinished;
mod unread;
mod wording;
mod yaml;

pub(crate) use article::{front_matter_of as front_matter, front_span};
pub use cause::ARTICLE as CAUSES;
pub use checks::{Check, checks};
pub use compile::{CODES, Compiled};
pub use compiled::{CompiledError, LARGEST_COMPILED};
pub(crate) use fields::{Fields, check_id, list, text, wrong_type};
pub use flawed::Flawed;
pub use links::check_page;
pub(crate) use locale::digest_of_texts;
pub use model::{
    Act, Answer, App, Article, Cause, Clause, Condition, Contact, Decide, Holds, Ignored, Implied, Knowledge,
    MeasuredBy, Message, Numbers, Outcome, Question, Remedy, Script, ScriptStep, Section, SectionRef, Service, Symptom,
    Window,
};
pub use quote::{in_quotes, quote};
pub use release::{GONE, Renamed};
pub(crate) use report::{ANOTHER_ID, Report, quoted, unknown};
pub use sources::Sources;
pub use wording::capital;
pub(crate) use yaml::{Key, Node, NodeKind, parse};
