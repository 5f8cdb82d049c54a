//! What each kind of YAML file may hold, told once: for the schemas of editors, and for whoever asks what a key means.
//!
//! The one idea: a kind is a table of keys ([`Record`]), and the table is what is followed: a schema shows it to editors,
//! and [`conform`] holds every file against it, so that a reader only has to ask what the names mean. It must not read a
//! value, and names that one file takes from another (causes, questions, sections) it cannot know: those are for the
//! compiler.
//!
//! To add a kind: a file here with its table, a line in [`KINDS`], and a sample with every key in the small knowledge
//! under `tests/knowledge/whole/`. `kb schema --out knowledge/schema` writes the schema to ship. Where its files lie, a
//! `*` stands for any one folder.

mod app;
mod cause;
mod conform;
mod forms;
mod json;
mod kb;
mod line;
mod scenario;
mod script;
mod service;
mod shape;
mod symptom;
mod translation;

use super::report::Report;
use super::yaml::{DUPLICATE, Node, parse, tree};

pub(crate) use cause::is_key_of_scenario;
pub(crate) use conform::conform;
pub(super) use conform::wrong;
pub(super) use forms::{FACT, is_id};
pub(crate) use forms::{instant, seconds};
pub(super) use line::check as check_lines;
pub use line::{FOLDER, line_for, without_line};
pub(crate) use scenario::{EXTENT, STATUS, TOLD_BY, TYPED};
pub use shape::{Field, Map, Record, Relation, Rule, Shape, TextForm, WordList};

/// The release of all schemas, which is the `schema: 1` of the files.
const RELEASE: &str = "1";

/// A kind of YAML file.
#[derive(Debug)]
pub struct FileKind {
    /// What it is called: `symptom`.
    pub name: &'static str,
    /// Which files are of this kind.
    pub files: Files,
    /// What such a file is for.
    pub says: &'static str,
    /// What it holds.
    pub root: Shape,
}

/// Which files are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// The one at this path; a `*` in it is any one folder.
    One(&'static str),
    /// All below this folder; a `*` in it is any one folder.
    Below(&'static str),
    /// The front matter of the Markdown files below this folder.
    Front(&'static str),
    /// The same of those in another language, whose name stands before the ending: `old-entry.de.md`.
    FrontIn(&'static str),
}

/// Every kind, in the order in which a writer meets them.
pub static KINDS: &[FileKind] = &[
    kb::KIND,
    kb::PHRASES,
    kb::RELEASED,
    symptom::KIND,
    cause::KIND,
    service::KIND,
    app::KIND,
    script::KIND,
    scenario::KIND,
    translation::PHRASES,
    translation::SYMPTOM,
    cause::TRANSLATED,
    translation::SERVICE,
    translation::SCRIPT,
];

/// Reads the file of a report as a tree, and holds it against the form of its kind. `None` if it cannot be read.
pub(crate) fn read(path: &str, report: &mut Report) -> Option<Node> {
    read_over(path, std::iter::empty(), report)
}

/// The same of a file that lies over others: a key that it does not have is taken from the nearest that has it.
pub(super) fn read_over<'u>(path: &str, under: impl Iterator<Item = &'u [u8]>, report: &mut Report) -> Option<Node> {
    let mut root = parse(report, 0..report.text.len()).filter(|_| !report.has(DUPLICATE))?;
    for lower in under.filter_map(|bytes| tree(std::str::from_utf8(bytes).ok()?)) {
        root.lay_over(lower);
    }
    if let Some(kind) = FileKind::of(path) {
        conform(&root, kind, report);
    }
    Some(root)
}

impl FileKind {
    /// The kind of the YAML file at `path`.
    pub fn of(path: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.files.has(path))
    }

    /// The name of its schema's file: `symptom-1.json`.
    pub fn file_name(&self) -> String {
        format!("{}-{RELEASE}.json", self.name)
    }

    /// Its schema as a file, with a line break at the end.
    pub fn schema(&self) -> String {
        json::written(self)
    }
}

impl Files {
    fn has(self, path: &str) -> bool {
        match self {
            Self::One(one) => within(one, path) == Some(""),
            Self::Below(folder) => ends(folder, path, "yaml").is_some(),
            Self::Front(folder) => ends(folder, path, "md").is_some_and(|name| !name.contains('.')),
            Self::FrontIn(folder) => ends(folder, path, "md").is_some_and(|name| name.contains('.')),
        }
    }

    /// Whether it is what stands in front of a Markdown file.
    pub fn is_front(self) -> bool {
        matches!(self, Self::Front(_) | Self::FrontIn(_))
    }

    /// As a person writes it: `symptoms/*.yaml`.
    pub fn pattern(self) -> String {
        match self {
            Self::One(path) => path.to_owned(),
            Self::Below(folder) => format!("{folder}/*.yaml"),
            Self::Front(folder) => format!("{folder}/*.md"),
            Self::FrontIn(folder) => format!("{folder}/*.*.md"),
        }
    }
}

/// What is left of a path behind these folders, without that ending.
fn ends<'p>(folders: &str, path: &'p str, ending: &str) -> Option<&'p str> {
    let (name, end) = within(folders, path)?.rsplit_once('.')?;
    (end == ending).then_some(name)
}

/// What is left of a path behind these folders.
fn within<'p>(folders: &str, path: &'p str) -> Option<&'p str> {
    folders.split('/').try_fold(path, |rest, wanted| {
        let (part, rest) = rest.split_once('/').unwrap_or((rest, ""));
        (wanted == "*" || wanted == part).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_kind() {
        let name = |path: &str| FileKind::of(path).map(|kind| kind.name);
        assert_eq!(name("kb.yaml"), Some("kb"));
        assert_eq!(name("scenarios/reported/a-1.yaml"), Some("scenario"));
        assert_eq!(name("apps/2fas.yaml"), Some("app"));
        assert_eq!(name("phrases.yaml"), Some("phrases"));
        assert_eq!(name("locale/de/phrases.yaml"), Some("translated-phrases"));
        assert_eq!(name("locale/pt-br/symptoms/a.yaml"), Some("translated-symptom"));
        assert_eq!(name("locale/de/apps/2fas.yaml"), None, "an app has nothing to translate");
        assert_eq!(name("causes/many/old-entry.md"), Some("cause"));
        assert_eq!(name("causes/old-entry.de.md"), Some("translated-cause"));
        for path in ["apps.yaml", "apps/2fas.yml", "articles/apps/2fas.md", "symptoms", "schema/app-1.json"] {
            assert_eq!(name(path), None, "{path}");
        }
    }

    #[test]
    fn any_one_folder_may_stand_in_between() {
        let (below, one) = (Files::Below("locale/*/apps"), Files::One("locale/*/phrases.yaml"));
        assert!(below.has("locale/de/apps/a.yaml") && below.has("locale/de/apps/b/a.yaml"));
        assert!(
            !below.has("locale/apps/a.yaml") && !below.has("locale/de/ch/apps/a.yaml") && !below.has("apps/a.yaml")
        );
        assert!(one.has("locale/de/phrases.yaml") && !one.has("locale/phrases.yaml") && !one.has("phrases.yaml"));
        assert_eq!(below.pattern(), "locale/*/apps/*.yaml");
    }
}
