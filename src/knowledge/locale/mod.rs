//! `locale/<language>/`: the same texts under the same ids in another language.
//!
//! The one idea: a translation is a list of texts by their place, laid over the compiled knowledge; it has no id, no
//! number and no rule of its own, so that nothing but words depends on the language. What it lacks is shown as the source
//! has it. It must not translate anything itself.

mod apply;
mod check;
mod items;

use std::collections::{BTreeMap, BTreeSet};

use self::check::Measure;
use self::items::File;
pub(crate) use self::items::digest_of_texts;
use super::article::{Link, Read, ReadCause};
use super::cause;
use super::explained::Shown;
use super::files::SourceKind;
use super::links::check_links;
use super::names::Names;
use super::prose::Uses;
use super::report::{Report, quoted};
use super::sources::Sources;
use super::yaml::Node;
use crate::diagnostic::{Diagnostic, Place};

/// The folder of all translations.
pub(super) const FOLDER: &str = "locale";
/// The service whose words stand in for every other's.
const GENERIC: &str = "services/generic";

/// Texts in one language, by file, item and field.
pub(super) type Texts = BTreeMap<String, String>;

/// What becomes of a text that is not translated.
const UNTIL_THEN: &str = "until then it is shown as the source has it";

/// What a path below which causes stand begins with.
const CAUSES: &str = "causes/";

/// The language of a path and the path without it: `("de", "phrases.yaml")` for `locale/de/phrases.yaml`. A cause stands
/// beside its source, `causes/old-entry.de.md`, and keeps its path.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    if let Some(name) = path.strip_prefix(CAUSES).and_then(|rest| rest.strip_suffix(".md")) {
        return name.split_once('.').map(|(_, language)| (language, path));
    }
    path.strip_prefix(FOLDER)?.strip_prefix('/')?.split_once('/')
}

/// The source of the translation of a cause: `causes/old-entry.md` for `causes/old-entry.de.md`.
pub(super) fn source_of(path: &str, language: &str) -> String {
    path.replace(&format!(".{language}.md"), ".md")
}

/// Where the translation of the file at that path belongs.
fn place_of(path: &str, language: &str) -> String {
    match path.strip_prefix(CAUSES).and_then(|rest| rest.strip_suffix(".md")) {
        Some(name) => format!("{CAUSES}{name}.{language}.md"),
        None => format!("{FOLDER}/{language}/{path}"),
    }
}

/// What the texts of a cause stand under: its symptom and its id.
fn cause_key(symptom: &str, cause: &str) -> String {
    format!("{CAUSES}{symptom}/{cause}")
}

/// Everything that was read of the texts in all languages.
#[derive(Debug, Default)]
pub(super) struct Locales<'a> {
    /// By path.
    sources: Vec<(&'a str, File)>,
    /// By path.
    translated: Vec<Translated<'a>>,
}

#[derive(Debug)]
struct Translated<'a> {
    language: &'a str,
    report: Report<'a>,
    /// `None` where it could not be read, which is then told.
    file: Option<File>,
    /// Of an article, with its path among them.
    links: Option<(&'a str, Vec<Link>)>,
}

impl<'a> Locales<'a> {
    /// Adds an article, with the path of its file.
    pub(super) fn add_article(&mut self, path: &'a str, read: &Read) {
        let name = path.strip_prefix("articles/").unwrap_or(path);
        self.sources.push((path, items::article(name, read)));
    }

    /// Adds the file of a cause.
    pub(super) fn add_cause(&mut self, path: &'a str, read: &ReadCause) {
        let root = read.root.as_ref();
        let id = |name: &str| root.and_then(|root| root.get(name)).and_then(Node::as_str);
        let key = id("symptom").zip(id("cause")).map(|(symptom, cause)| cause_key(symptom, cause));
        self.sources.extend(key.map(|key| (path, items::cause(key, read))));
    }

    /// Adds the translation of a cause, whose source is at `source`.
    pub(super) fn add_translated_cause(
        &mut self,
        language: &'a str,
        source: String,
        read: ReadCause,
        report: Report<'a>,
    ) {
        let file = read.root.is_some().then(|| items::cause(source, &read));
        self.translated.push(Translated { language, report, file, links: Some((cause::ARTICLE, read.read.links)) });
    }

    /// Adds what there is to translate in a tree of the source.
    pub(super) fn add(&mut self, kind: SourceKind, path: &'a str, root: &Node) {
        let file = match kind {
            SourceKind::Phrases => Some(items::of_phrases(root)),
            SourceKind::Symptom => items::of_symptom(root),
            SourceKind::Service => items::of_service(root),
            SourceKind::Script => items::of_script(root),
            _ => None,
        };
        self.sources.extend(file.map(|file| (path, file)));
    }

    /// Adds the translation of an article.
    pub(super) fn add_translated_article(&mut self, language: &'a str, name: &'a str, read: Read, report: Report<'a>) {
        let file = Some(items::article(name, &read));
        self.translated.push(Translated { language, report, file, links: Some((name, read.links)) });
    }

    /// Adds a tree in another language; `None` where it could not be read.
    pub(super) fn add_translated(
        &mut self,
        language: &'a str,
        kind: SourceKind,
        root: Option<&Node>,
        report: Report<'a>,
    ) {
        let file = root.and_then(|root| match kind {
            SourceKind::Phrases => Some(items::phrases(root, report.text)),
            SourceKind::Symptom => items::symptom(root, report.text),
            SourceKind::Service => items::service(root, report.text),
            SourceKind::Script => items::script(root, report.text),
            _ => None,
        });
        self.translated.push(Translated { language, report, file, links: None });
    }

    /// Puts the texts into the languages that are declared, and tells what is wrong with them.
    pub(super) fn check(
        self,
        locales: &mut BTreeMap<String, Texts>,
        ground: &Ground,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Ground { sources: paths, names, shown, flawed } = *ground;
        let (mut found, mut unread, mut undeclared) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for Translated { language, mut report, file, links } in self.translated {
            let Some(texts) = locales.get_mut(language) else {
                if undeclared.insert(language) && !names.partial {
                    diagnostics.push(not_declared(language, report.path));
                }
                continue;
            };
            if let Some((name, links)) = links {
                // They are those of the source, which count where they stand.
                check_links(name, &links, paths, names, &mut Uses::default(), &mut report);
            }
            let is_source = |(path, source): &&(&str, File), file: &File| source.key == file.key || *path == file.key;
            let source = |file: &File| self.sources.iter().find(|source| is_source(source, file));
            match file.map(|file| (source(&file), file)) {
                None => drop(unread.insert(language)),
                Some((Some((path, source)), file)) => {
                    // What follows from an error in the source is no news.
                    let is_flawed = flawed.contains(*path);
                    let measure =
                        if is_flawed { Measure::Elsewhere } else { measure(path, report.path, language, paths) };
                    let mut said = check::check(source, &file, measure, &mut report);
                    if let Some(anchor) = shown.get(*path) {
                        add_section(&source.key, anchor, &mut said);
                    }
                    texts.extend(said);
                    found.insert((language, &source.key));
                }
                Some((None, file)) if !names.partial => {
                    let keys = self.sources.iter().map(|(_, source)| source.key.as_str());
                    report.unknown("KB608", &file.at, "source of this translation", &file.key, keys);
                }
                Some((None, _)) => {}
            }
            diagnostics.extend(report.into_diagnostics());
        }
        // What seems missing may stand in a file that could not be read.
        for language in locales.keys().map(String::as_str).filter(|language| !unread.contains(language)) {
            let missing = self.sources.iter().filter(|(path, source)| {
                let of_a_service = source.key.starts_with("services/") && source.key != GENERIC;
                let needed = !of_a_service && !source.items.is_empty();
                needed && !paths.is_laid_over(path, language) && !found.contains(&(language, &source.key))
            });
            diagnostics.extend(missing.map(|(path, source)| untranslated(path, source, language, paths)));
        }
    }
}

/// What a translation is held against besides its source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'g> {
    pub(super) sources: &'g Sources,
    pub(super) names: &'g Names<'g>,
    /// The causes whose prose is shown, with its anchor.
    pub(super) shown: &'g Shown,
    /// Files with an error in them.
    pub(super) flawed: &'g BTreeSet<String>,
}

/// The prose of a cause is a section: title and body stand under its name, too.
fn add_section(key: &str, anchor: &str, said: &mut Texts) {
    let article = format!("articles/{}", cause::ARTICLE);
    let of = |field: &str| said.get(&check::address(key, items::CAUSE, field)).cloned();
    if let (Some(title), Some(body)) = (of("title"), of("body")) {
        said.insert(check::address(&article, anchor, "title"), title);
        said.insert(check::address(&article, anchor, "body"), body);
    }
}

fn not_declared(language: &str, path: &str) -> Diagnostic {
    let message = format!("nothing reads this folder: expected {} among the `languages` of kb.yaml", quoted(language));
    Diagnostic::warning("KB013", Place::file(path), message)
}

/// What is laid over has to be translated by nobody, and a translation of what it replaces is held to nothing.
fn measure(source: &str, translated: &str, language: &str, paths: &Sources) -> Measure {
    match (paths.is_laid_over(source, language), paths.is_laid_over(translated, language)) {
        (false, _) => Measure::Complete,
        (true, true) => Measure::Partial,
        (true, false) => Measure::Elsewhere,
    }
}

fn untranslated(path: &str, source: &File, language: &str, paths: &Sources) -> Diagnostic {
    let text = paths.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let message = format!("missing translation: expected the file `{}`", place_of(path, language));
    let place = Place::span(path, text, source.at.clone());
    if source.key.starts_with(CAUSES) {
        return Diagnostic::warning("KB608", place, message).help(UNTIL_THEN);
    }
    Diagnostic::error("KB608", place, message)
}
