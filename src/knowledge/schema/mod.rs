//! What each kind of YAML file may hold, told once: for the schemas of editors, and for whoever asks what a key means.
//!
//! The one idea: a kind is a table of keys ([`Record`]) made of the same lists of words that the reader uses, and a
//! test holds table and reader together in both directions. It must not read a file, and names that one file takes from
//! another (causes, questions, sections) it cannot know: those are for the compiler.
//!
//! To add a kind: a file here with its table, a line in [`KINDS`], and a sample with every key in the small knowledge
//! under `tests/knowledge/whole/`. The tests then hold its reader against it, and `kb schema --out knowledge/schema`
//! writes the file to ship. Where its files lie, a `*` stands for any one folder.

mod app;
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

pub(super) use line::check as check_lines;
pub use line::{FOLDER, line_for, without_line};
pub(crate) use scenario::{EXTENT, MOST_STEPS, STATUS, TYPED};
pub use shape::{Field, Map, Record, Rule, Shape, TextForm, WordList};

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
}

/// Every kind, in the order in which a writer meets them.
pub static KINDS: &[FileKind] = &[
    kb::KIND,
    kb::PHRASES,
    kb::RELEASED,
    symptom::KIND,
    service::KIND,
    app::KIND,
    script::KIND,
    scenario::KIND,
    translation::PHRASES,
    translation::SYMPTOM,
    translation::SERVICE,
    translation::SCRIPT,
];

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
            Self::Below(folder) => {
                within(folder, path).and_then(|rest| rest.rsplit_once('.')).is_some_and(|(_, ending)| ending == "yaml")
            }
        }
    }

    /// As a person writes it: `symptoms/*.yaml`.
    pub fn pattern(self) -> String {
        match self {
            Self::One(path) => path.to_owned(),
            Self::Below(folder) => format!("{folder}/*.yaml"),
        }
    }
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
