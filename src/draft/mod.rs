//! Writes what a writer of knowledge begins with: skeletons of symptoms, causes, remedies, questions, apps, services and scripts.
//!
//! The one idea: a draft is made of texts over the knowledge as it is, checked and tried out before anybody writes it to a
//! disk: its scenarios pass, and what a person has to write stands there as [`TODO`]. Text is put into files, and never
//! taken out of one. It must not open a file, nor invent a fact.

mod app;
mod cause;
mod cause_file;
mod desk;
mod migrate;
mod page;
mod parts;
mod script;
mod service;
mod symptom;
mod table;
mod yaml;

use thiserror::Error;

use crate::finding::Vocabulary;
use crate::knowledge::schema::{self, FileKind};
use crate::knowledge::{Knowledge, Sources};

pub use app::app;
pub use cause::cause;
pub use migrate::{Migrated, migrate};
pub use page::{HelpPage, Point, import};
pub use parts::{differences, question, remedy};
pub use script::script;
pub use service::{id_of, service};
pub use symptom::{SymptomPlan, symptom};

/// What every text begins with that a writer has to replace.
pub const TODO: &str = "TODO";

/// The knowledge that a draft is written over.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The texts of the writer's folder.
    pub own: &'a Sources,
    /// Those laid over the built-in ones.
    pub all: &'a Sources,
    /// What all of them amount to.
    pub knowledge: &'a Knowledge,
    /// What the probes can say.
    pub vocabulary: &'a Vocabulary,
}

/// Texts for a writer's folder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// By path in the folder.
    pub files: Vec<File>,
    /// Pictures to be taken along.
    pub pictures: Vec<Picture>,
    /// What the writer has to know, in sentences without a final period.
    pub notes: Vec<String>,
}

/// One file of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// In the folder, with `/` between the parts.
    pub path: String,
    /// The whole of it.
    pub text: String,
    /// Where it comes from.
    pub how: FileOrigin,
}

impl File {
    /// A file that nobody has yet; the first line of a YAML file names its schema.
    pub fn new(path: impl Into<String>, text: &str) -> Self {
        let path = path.into();
        let kind = FileKind::of(&path).filter(|kind| !kind.files.is_front());
        let first = kind.map(|kind| schema::line_for(&path, kind) + "\n").unwrap_or_default();
        Self { text: first + text, path, how: FileOrigin::New }
    }
}

/// A picture that goes with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Relative to the page that shows it.
    pub from: String,
    /// Relative to `articles/`.
    pub to: String,
}

/// Where a file of a draft comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOrigin {
    /// There was none.
    New,
    /// It is built in, and stands in the folder from now on, with something put in.
    Copied,
    /// It is in the folder, and something is put in.
    Extended,
}

/// Why there is no draft.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DraftError {
    /// No id.
    #[error("{typed} is not an id: expected small letters, digits and single hyphens, such as `no-mail`")]
    NotAnId {
        /// In backticks, inert.
        typed: String,
    },
    /// It would be there twice.
    #[error("the {what} `{id}` is there already")]
    Exists {
        /// `cause`, say.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A name that the knowledge does not have.
    #[error("{0}")]
    Unknown(String),
    /// More causes than one question tells apart.
    #[error("{found} causes: expected {most} at most; `kb new cause` adds another")]
    TooMany {
        /// How many were named.
        found: usize,
        /// How many fit.
        most: usize,
    },
    /// A file that is to be made is there.
    #[error("{path} is there already, and is left as it is")]
    FileExists {
        /// In the folder.
        path: String,
    },
    /// A table has no causes.
    #[error("`{symptom}` decides by a table, which has no causes: expected a remedy or a question")]
    Table {
        /// The symptom.
        symptom: String,
    },
    /// Only a table goes without a cause.
    #[error("`{symptom}` weighs causes: expected {option} with one of {causes}")]
    NoCause {
        /// The symptom.
        symptom: String,
        /// The option that names a cause.
        option: &'static str,
        /// Those that it has.
        causes: String,
    },
    /// A page that nobody would read.
    #[error("larger than {most} KiB: expected one page")]
    TooLarge {
        /// In KiB.
        most: usize,
    },
    /// The place for it cannot be found without a choice.
    #[error("{path}: {what} cannot be put in by itself: expected a file that `kb check` finds sound")]
    Cannot {
        /// In the folder.
        path: String,
        /// What was to be put in.
        what: String,
    },
}
