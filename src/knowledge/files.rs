//! Every file of the sources, read as what its path says that it is.
//!
//! The one idea: what cannot be read is told, and the rest goes on without it. It must not know what refers to what.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Sources;
use super::article::{self, Link};
use super::cause::{self, CauseFile};
use super::locale::{self, Locales};
use super::model::{Article, Section};
use super::report::Report;
use super::schema::{self, FileKind};
use super::unread;
use super::yaml::Node;
use crate::diagnostic::{Diagnostic, Place};

/// What a file is, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceKind {
    Article,
    Base,
    Phrases,
    Symptom,
    Cause,
    Service,
    App,
    Script,
    Released,
    /// Read by others, or not at all.
    Other,
}

/// Folders that others read.
pub(super) const OTHERS: &[&str] = &["articles", "checks", "locale", "scenarios", "schema"];
/// Folders that are read here, each with the ending of its files.
pub(super) const FOLDERS: &[(&str, &str, SourceKind)] = &[
    ("articles", "md", SourceKind::Article),
    ("symptoms", "yaml", SourceKind::Symptom),
    ("causes", "md", SourceKind::Cause),
    ("services", "yaml", SourceKind::Service),
    ("apps", "yaml", SourceKind::App),
    ("scripts", "yaml", SourceKind::Script),
];

impl SourceKind {
    /// Whether it has texts to translate.
    fn has_texts(self) -> bool {
        matches!(self, Self::Article | Self::Phrases | Self::Symptom | Self::Cause | Self::Service | Self::Script)
    }

    /// `None` for a file that nothing reads.
    fn of(path: &str) -> Option<Self> {
        match path.split_once('/') {
            None if path == "kb.yaml" => Some(Self::Base),
            None if path == "phrases.yaml" => Some(Self::Phrases),
            None if path == "released.yaml" => Some(Self::Released),
            None => (ending(path) == "md").then_some(Self::Other),
            Some((folder, rest)) => {
                let read = FOLDERS.iter().find(|(name, end, _)| *name == folder && *end == ending(rest));
                read.map(|(.., kind)| *kind).or_else(|| OTHERS.contains(&folder).then_some(Self::Other))
            }
        }
    }
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// A YAML file as a tree.
pub(super) struct Tree<'a> {
    pub(super) kind: SourceKind,
    pub(super) root: Node,
    pub(super) report: Report<'a>,
}

/// An article with what is wrong in it.
pub(super) struct ArticleFile<'a> {
    pub(super) page: Page<'a>,
    pub(super) report: Report<'a>,
}

/// Prose: an article, or that of a cause.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The article that it is, or is a part of.
    pub(super) name: &'a str,
    pub(super) sections: Vec<Section>,
    pub(super) headings: Vec<Range<usize>>,
    pub(super) links: Vec<Link>,
    pub(super) texts: Vec<Range<usize>>,
}

/// Every file that could be read.
#[derive(Default)]
pub(super) struct Files<'a> {
    pub(super) trees: Vec<Tree<'a>>,
    pub(super) articles: Vec<ArticleFile<'a>>,
    pub(super) causes: Vec<CauseFile<'a>>,
    /// By name.
    pub(super) read: BTreeMap<String, Article>,
    /// The texts of them all, and those in other languages.
    pub(super) locales: Locales<'a>,
    /// A file could not be read at all.
    pub(super) partial: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Files<'a> {
    pub(super) fn read(sources: &'a Sources) -> Self {
        let mut files = Self::default();
        for (path, bytes) in sources.iter() {
            let (language, inner) = locale::split(path).map_or((None, path), |(language, rest)| (Some(language), rest));
            let kind = SourceKind::of(inner).filter(|kind| language.is_none() || kind.has_texts());
            match (kind, std::str::from_utf8(bytes)) {
                (None, text) => files.add_unread(path, text.ok(), Some(unread::told(path, inner))),
                (Some(SourceKind::Other), text) => files.add_unread(path, text.ok(), None),
                (Some(kind), Ok(text)) => match language {
                    Some(language) => files.add_translated(language, kind, inner, Report::new(path, text)),
                    None => files.add(kind, Report::new(path, text), sources),
                },
                (Some(_), Err(error)) => {
                    files.partial = true;
                    files.diagnostics.push(not_utf_8(path, bytes, error.valid_up_to()));
                }
            }
        }
        files
    }

    fn add(&mut self, kind: SourceKind, mut report: Report<'a>, sources: &Sources) {
        let path = report.path;
        if kind == SourceKind::Article {
            let read = article::read(&mut report);
            self.locales.add_article(path, &read);
            let name = article_name(path);
            self.read.insert(name.to_owned(), read.article.clone());
            self.articles.push(ArticleFile { page: Page::of(name, read), report });
        } else if kind == SourceKind::Cause {
            let read = FileKind::of(path).map(|kind| article::read_cause(kind, &mut report));
            if let Some(read) = &read {
                self.locales.add_cause(path, read);
            }
            if let Some((root, read)) = read.and_then(|read| Some((read.root?, read.read))) {
                let (page, is_passed_over) = (Page::of(cause::ARTICLE, read), sources.is_passed_over(path));
                self.causes.push(CauseFile { root, report, page, is_passed_over, is_below: false });
            } else {
                self.partial = true;
                self.diagnostics.extend(report.into_diagnostics());
            }
        } else if let Some(root) = schema::read_over(path, sources.under(path), &mut report) {
            self.locales.add(kind, path, &root);
            self.trees.push(Tree { kind, root, report });
        } else {
            self.partial = true;
            self.diagnostics.extend(report.into_diagnostics());
        }
    }

    /// Adds a file that is not read here, with what is told of it if it defines nothing.
    fn add_unread(&mut self, path: &str, text: Option<&str>, otherwise: Option<Diagnostic>) {
        // What others read has a folder that says so.
        let is_astray = otherwise.is_some() || !path.contains('/');
        let defining = text.filter(|_| is_astray && locale::split(path).is_none());
        let defining = defining.and_then(|text| unread::defining(path, text));
        self.partial |= defining.is_some();
        self.diagnostics.extend(defining.or(otherwise));
    }

    /// Adds a file in another language, whose path there is `inner`.
    fn add_translated(&mut self, language: &'a str, kind: SourceKind, inner: &'a str, mut report: Report<'a>) {
        if kind == SourceKind::Article {
            let read = article::read(&mut report);
            self.locales.add_translated_article(language, article_name(inner), read, report);
        } else if kind == SourceKind::Cause {
            let Some(kind) = FileKind::of(inner) else { return };
            let read = article::read_cause(kind, &mut report);
            self.locales.add_translated_cause(language, locale::source_of(inner, language), read, report);
        } else {
            let root = schema::read(report.path, &mut report);
            self.locales.add_translated(language, kind, root.as_ref(), report);
        }
    }
}

impl<'a> Page<'a> {
    fn of(name: &'a str, read: article::Read) -> Self {
        let article::Read { article, headings, links, texts, .. } = read;
        Self { name, sections: article.sections, headings, links, texts }
    }
}

/// The path of an article as others refer to it.
fn article_name(path: &str) -> &str {
    path.strip_prefix("articles/").unwrap_or(path)
}

pub(super) fn not_utf_8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let text = String::from_utf8_lossy(&bytes[..valid]);
    let place = Place { span: 0..0, ..Place::span(path, &text, valid..valid) };
    Diagnostic::error("KB010", place, "not UTF-8: expected the file to be saved as UTF-8")
}
