//! The files of a draft while it is made.
//!
//! The one idea: every text is looked up where it stands now, among the draft's own, the folder's, the built-in ones, and
//! remembers which of them it was.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::yaml::{self, PathStep, Value};
use super::{Draft, DraftError, File, FileOrigin, Ground};
use crate::knowledge::{Compiled, Knowledge, Report, Sources, Symptom, check_id, quote, quoted, unknown};
use crate::rehearse;

/// A draft on the ground that it is written over.
pub(super) struct Desk<'a> {
    pub(super) ground: Ground<'a>,
    pub(super) draft: Draft,
    /// Read once: there are hundreds.
    names: OnceCell<BTreeSet<String>>,
}

impl Draft {
    /// The texts of the ground with those of the draft among them, compiled.
    pub fn laid(&self, ground: Ground<'_>) -> (Sources, Compiled) {
        let mut own = ground.own.clone();
        for file in &self.files {
            own.insert(file.path.clone(), file.text.as_bytes());
        }
        // Of a picture it counts that it is there.
        for picture in &self.pictures {
            own.insert(format!("articles/{}", picture.to), Vec::new());
        }
        let sources = ground.all.clone().overlay(own);
        let compiled = Knowledge::compile(&sources, ground.vocabulary);
        (sources, compiled)
    }
}

/// A section of an article.
pub(super) struct NewSection<'a> {
    pub(super) title: &'a str,
    pub(super) anchor: &'a str,
    pub(super) body: &'a str,
}

impl<'a> Desk<'a> {
    pub(super) fn new(ground: Ground<'a>) -> Self {
        Self::on(ground, Draft::default())
    }

    /// With a draft that is begun already.
    pub(super) fn on(ground: Ground<'a>, draft: Draft) -> Self {
        Self { ground, draft, names: OnceCell::new() }
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.draft.notes.push(note.into());
    }

    /// Makes a file that nobody has yet.
    pub(super) fn create(&mut self, path: impl Into<String>, text: impl AsRef<str>) -> Result<(), DraftError> {
        let path = path.into();
        if self.is_there(&path) {
            return Err(DraftError::FileExists { path });
        }
        self.draft.files.push(File::new(path, text.as_ref()));
        Ok(())
    }

    pub(super) fn is_there(&self, path: &str) -> bool {
        self.ground.all.get(path).is_some() || self.draft.files.iter().any(|file| file.path == path)
    }

    /// Whether the folder, or what is drafted for it, has a file of its own there.
    pub(super) fn has_own(&self, path: &str) -> bool {
        self.ground.own.get(path).is_some() || self.draft.files.iter().any(|file| file.path == path)
    }

    /// Makes a file that is laid over a built-in one.
    pub(super) fn create_over(&mut self, path: &str, text: &str) -> Result<(), DraftError> {
        if self.has_own(path) {
            return Err(DraftError::FileExists { path: path.to_owned() });
        }
        self.draft.files.push(File::new(path.to_owned(), text));
        Ok(())
    }

    /// Changes a file, which is copied first if it is built in.
    pub(super) fn change(
        &mut self,
        path: &str,
        what: &str,
        change: impl FnOnce(&str) -> Option<String>,
    ) -> Result<(), DraftError> {
        let cannot = || DraftError::Cannot { path: path.to_owned(), what: what.to_owned() };
        if let Some(file) = self.draft.files.iter_mut().find(|file| file.path == path) {
            file.text = change(&file.text).ok_or_else(cannot)?;
            return Ok(());
        }
        let how = if self.ground.own.get(path).is_some() { FileOrigin::Extended } else { FileOrigin::Copied };
        let old = self.ground.all.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(cannot)?;
        let text = change(old).ok_or_else(cannot)?;
        self.draft.files.push(File { path: path.to_owned(), text, how });
        Ok(())
    }

    /// Puts an item into a mapping of a YAML file.
    pub(super) fn put(&mut self, path: &str, way: &[PathStep<'_>], key: &str, value: &Value) -> Result<(), DraftError> {
        self.change(path, &format!("`{key}`"), |text| yaml::put(text, way, key, value))
    }

    /// The texts with those of the draft among them, compiled.
    pub(super) fn compiled(&self) -> (Sources, Compiled) {
        self.draft.laid(self.ground)
    }

    /// The file of a symptom.
    pub(super) fn file_of(&self, symptom: &Symptom) -> Result<String, DraftError> {
        let wanted = Some(("symptom", symptom.id.clone()));
        let found = self.ground.all.iter().map(|(path, _)| path).find(|path| self.ground.all.defines(path) == wanted);
        found.map(str::to_owned).ok_or_else(|| DraftError::Cannot {
            path: format!("symptoms/{}.yaml", symptom.id),
            what: "an item".to_owned(),
        })
    }

    /// The article of the folder that tells of a symptom, relative to `articles/`.
    pub(super) fn article_of(&self, symptom: &str) -> String {
        self.free("articles", symptom, "md")
    }

    /// A path that is the folder's own, or nobody's yet: nothing built in is put out of use.
    fn free(&self, folder: &str, name: &str, ending: &str) -> String {
        let names = [name.to_owned(), format!("{name}-own")];
        let is_ours = |name: &&String| {
            let path = format!("{folder}/{name}.{ending}");
            self.ground.own.get(&path).is_some() || self.ground.all.get(&path).is_none()
        };
        let name = names.iter().find(is_ours).unwrap_or(&names[1]);
        format!("{name}.{ending}")
    }

    /// Adds a section behind the one at `behind`, or at the end of the article, which is begun if there is none.
    pub(super) fn tell(
        &mut self,
        article: &str,
        behind: Option<&str>,
        part: &NewSection<'_>,
    ) -> Result<(), DraftError> {
        let path = format!("articles/{article}");
        if !self.is_there(&path) {
            let title = article.trim_end_matches(".md");
            self.create(path.clone(), begun(title))?;
        }
        let NewSection { title, anchor, body } = part;
        let section = format!("## {title} {{: #{anchor} }}\n\n{body}");
        self.change(&path, &format!("the section `{anchor}`"), |text| {
            let at = behind.and_then(|anchor| end_of_section(text, anchor)).unwrap_or(text.len());
            let (before, after) = text.split_at(at);
            let gap = gap(before);
            let end = if after.is_empty() { "" } else { "\n" };
            Some(format!("{before}{gap}{section}{end}{after}"))
        })
    }

    /// An anchor of the article that is not taken yet.
    pub(super) fn anchor(&self, article: &str, wanted: &str) -> String {
        let path = format!("articles/{article}");
        let mut texts: Vec<&str> =
            self.draft.files.iter().filter(|one| one.path == path).map(|one| one.text.as_str()).collect();
        if texts.is_empty() {
            texts.extend(self.ground.all.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()));
        }
        let taken = |anchor: &str| texts.iter().any(|text| text.contains(&format!("#{anchor} }}")));
        unique(wanted, taken)
    }

    /// Adds scenarios to those of a symptom, each with a name of its own.
    pub(super) fn add_scenarios(&mut self, about: &str, scenarios: &str) -> Result<(), DraftError> {
        let path = format!("scenarios/{}", self.free("scenarios", about, "yaml"));
        if !self.is_there(&path) {
            let top = "# What has to come of each: `otp-doctor kb test` runs them.\n";
            return self.create(path, format!("{top}{scenarios}"));
        }
        self.change(&path, "scenarios", |text| Some(format!("{text}{}{scenarios}", gap(text))))
    }

    /// The names that scenarios have already.
    pub(super) fn names(&self) -> &BTreeSet<String> {
        self.names.get_or_init(|| {
            let (scenarios, _) = rehearse::read(self.ground.all, self.ground.knowledge);
            scenarios.into_iter().map(|one| one.name).collect()
        })
    }
}

/// What parts a text from the next one by an empty line.
fn gap(text: &str) -> &'static str {
    if text.is_empty() || text.ends_with("\n\n") {
        ""
    } else if text.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    }
}

/// `wanted`, or with a number behind it where that is taken.
pub(super) fn unique(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|one| !taken(one)).unwrap_or_default()
}

/// Checks that an id is one.
pub(super) fn id(typed: &str) -> Result<(), DraftError> {
    let sound = typed.len() <= 60 && check_id(typed, &(0..0), &mut Report::new("", "")).is_some();
    if sound { Ok(()) } else { Err(DraftError::NotAnId { typed: quoted(typed) }) }
}

/// A name that has to be known.
pub(super) fn known<'n>(what: &str, typed: &str, names: impl IntoIterator<Item = &'n str>) -> Result<(), DraftError> {
    let names: Vec<&str> = names.into_iter().collect();
    if names.contains(&typed) {
        return Ok(());
    }
    Err(DraftError::Unknown(unknown(what, typed, names)))
}

/// An id as words.
pub(super) fn words(id: &str) -> String {
    id.replace('-', " ")
}

/// The top of an article.
pub(super) fn begun(name: &str) -> String {
    let (title, about) = (format!("TODO: A title for {}", words(name)), "TODO: What the page is about, in a sentence.");
    format!(
        "---\ntitle: {}\ndescription: {}\n---\n\n# {title} {{: #{name}-page }}\n\nTODO: One or two sentences for everybody who comes here.\n",
        quote(&title),
        quote(about)
    )
}

/// Where the section of an anchor ends: at the next heading, or with the text.
fn end_of_section(text: &str, anchor: &str) -> Option<usize> {
    let heading = text.find(&format!("{{: #{anchor} }}"))?;
    let (mut at, mut fenced) = (heading, false);
    for line in text[heading..].split_inclusive('\n') {
        fenced ^= line.trim_start().starts_with("```");
        if at > heading && line.starts_with('#') && !fenced {
            return Some(at);
        }
        at += line.len();
    }
    Some(text.len())
}
