//! From sources to knowledge.
//!
//! The one idea: three passes over values — read every file, gather the names, lower every tree — so that no order of
//! files matters. It must not stop at a flaw.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::article::{self, Link};
use super::base::{self, Base};
use super::cause::{self, CauseFile};
use super::flawed::{Flawed, Owners, told_once};
use super::links::check_links;
use super::locale::{self, Locales};
use super::model::{Article, Knowledge, Section};
use super::names::Names;
use super::prose::Uses;
use super::release::{Named, Released};
use super::report::Report;
use super::schema::FileKind;
use super::yaml::Node;
use super::{Sources, app, explained, phrases, prose, schema, script, service, symptom, unfinished, wording};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::finding::Vocabulary;

/// Every check that compiling makes, sorted.
pub const CODES: &[&str] = &[
    "KB001", "KB002", "KB003", "KB004", "KB005", "KB006", "KB007", "KB008", "KB009", "KB010", "KB011", "KB012",
    "KB013", "KB014", "KB101", "KB102", "KB103", "KB104", "KB105", "KB106", "KB107", "KB108", "KB109", "KB201",
    "KB202", "KB203", "KB204", "KB205", "KB206", "KB207", "KB208", "KB209", "KB210", "KB211", "KB212", "KB213",
    "KB214", "KB301", "KB305", "KB308", "KB401", "KB402", "KB405", "KB501", "KB503", "KB504", "KB505", "KB506",
    "KB507", "KB508", "KB509", "KB510", "KB601", "KB602", "KB603", "KB604", "KB605", "KB606", "KB607", "KB608",
    "KB609", "KB610",
];

/// What came of compiling: the sound part, and everything that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// Without anything that has an error.
    pub knowledge: Knowledge,
    /// Sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

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
const OTHERS: &[&str] = &["articles", "checks", "locale", "scenarios", "schema"];
/// Folders that are read here, each with the ending of its files.
const FOLDERS: &[(&str, &str, SourceKind)] = &[
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
struct Tree<'a> {
    kind: SourceKind,
    root: Node,
    report: Report<'a>,
}

/// An article with what is wrong in it.
struct ArticleFile<'a> {
    page: Page<'a>,
    report: Report<'a>,
}

/// Prose: an article, or that of a cause.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The article that it is, or is a part of.
    name: &'a str,
    pub(super) sections: Vec<Section>,
    pub(super) headings: Vec<Range<usize>>,
    links: Vec<Link>,
    texts: Vec<Range<usize>>,
}

/// Every file that could be read.
#[derive(Default)]
struct Files<'a> {
    trees: Vec<Tree<'a>>,
    articles: Vec<ArticleFile<'a>>,
    causes: Vec<CauseFile<'a>>,
    /// By name.
    read: BTreeMap<String, Article>,
    /// The texts of them all, and those in other languages.
    locales: Locales<'a>,
    /// A file could not be read at all.
    partial: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Knowledge {
    /// The knowledge that came with the program, with its texts in these languages besides its own: the same as compiling all
    /// of it gives, but for the other languages, and sooner, since nothing is checked that the tests have checked.
    pub fn built_in(languages: &[&str], vocabulary: &Vocabulary) -> Self {
        let mut knowledge = Self::compile(&Sources::at_start(languages), vocabulary).knowledge;
        knowledge.digest = Sources::embedded().digest();
        knowledge
    }

    /// Reads the sources against what the probes can say. Never fails: what is wrong is left out and reported.
    pub fn compile(sources: &Sources, vocabulary: &Vocabulary) -> Compiled {
        let mut files = Files::read(sources);
        explained::add_prose(&mut files.causes, &mut files.read, sources);
        let Files { mut trees, mut articles, mut causes, read, locales, partial, mut diagnostics } = files;

        let mut names = Names::new(vocabulary, &read, partial);
        for tree in &trees {
            match tree.kind {
                SourceKind::Symptom => names.add_symptom(&tree.root),
                SourceKind::Service => names.add_service(&tree.root),
                SourceKind::App => names.add_app(&tree.root),
                _ => {}
            }
        }
        causes.iter().filter_map(CauseFile::id).for_each(|id| names.add_cause(id));
        let mut uses = Uses::default();
        for root in trees.iter().map(|tree| &tree.root).chain(causes.iter().map(|cause| &cause.root)) {
            root.walk(&mut |text| uses.add(text));
        }
        for (page, report) in pages(&mut articles, &mut causes).filter(|_| !sources.is_trusted()) {
            check_links(page.name, &page.links, sources, &names, &mut uses, report);
        }
        if !sources.is_trusted() {
            diagnostics.extend(schema::check_lines(sources));
            diagnostics.extend(unfinished::check(sources));
        }
        if sources.get("kb.yaml").is_none() {
            diagnostics.push(Diagnostic::error("KB004", Place::file("kb.yaml"), "missing file `kb.yaml`"));
        }
        let base = read_base(&mut trees, &names, &mut diagnostics);
        check_released(&mut trees, &base, sources, partial, &mut diagnostics);
        for (page, report) in pages(&mut articles, &mut causes) {
            for text in &page.texts {
                wording::check_span(text, &[], &names, &base.vetted, report);
            }
        }
        let mut of = Owners::default();
        let mut knowledge = lower(trees, &mut causes, &base, &names, &mut of, sources, &mut diagnostics);
        if sources.is_trusted() {
            locales.take(&mut knowledge.locales);
        } else {
            locales.check(&mut knowledge.locales, sources, &names, &mut diagnostics);
        }
        uses.add_remedies(&knowledge);
        // One with an error in it is explained there, too.
        causes.iter().filter_map(CauseFile::id).for_each(|id| uses.add_cause(id));
        for (page, report) in pages(&mut articles, &mut causes) {
            // What cannot be read may lead to any section.
            if !partial && !sources.is_trusted() {
                prose::check_sections(page.name, &page.sections, &page.headings, &uses, report);
            }
        }
        knowledge.digest = sources.digest();
        knowledge.articles = read;
        explained::sort(&mut knowledge, &causes);
        diagnostics.extend(articles.into_iter().flat_map(|file| file.report.into_diagnostics()));
        diagnostics.extend(causes.into_iter().flat_map(|file| file.report.into_diagnostics()));
        knowledge.offered.retain(|id| knowledge.symptoms.contains_key(id));
        knowledge
            .scripts
            .retain(|_, script| knowledge.symptoms.get(&script.symptom).is_some_and(|one| script.fits(one)));
        knowledge.flawed = of.flawed(partial, &diagnostics);
        Compiled { knowledge, diagnostics: told_once(diagnostics) }
    }
}

/// All prose, each with what is wrong in its file.
fn pages<'p, 'a>(
    articles: &'p mut [ArticleFile<'a>],
    causes: &'p mut [CauseFile<'a>],
) -> impl Iterator<Item = (&'p Page<'a>, &'p mut Report<'a>)> {
    let articles = articles.iter_mut().map(|file| (&file.page, &mut file.report));
    articles.chain(causes.iter_mut().map(|file| (&file.page, &mut file.report)))
}

impl<'a> Files<'a> {
    fn read(sources: &'a Sources) -> Self {
        let mut files = Self::default();
        let reporting = if sources.is_trusted() { Report::unheard } else { Report::new };
        for (path, bytes) in sources.iter() {
            let (language, inner) = locale::split(path).map_or((None, path), |(language, rest)| (Some(language), rest));
            let kind = SourceKind::of(inner).filter(|kind| language.is_none() || kind.has_texts());
            match (kind, std::str::from_utf8(bytes)) {
                (None, _) => files.diagnostics.push(unread(path, inner)),
                (Some(SourceKind::Other), _) => {}
                (Some(kind), Ok(text)) => match language {
                    Some(language) => files.add_translated(language, kind, inner, reporting(path, text)),
                    None => files.add(kind, reporting(path, text), sources),
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
                self.causes.push(CauseFile { root, report, page: Page::of(cause::ARTICLE, read), is_below: false });
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

/// Nothing reads the file at `path`, which is `inner` within its language.
fn unread(path: &str, inner: &str) -> Diagnostic {
    let folder = inner.split('/').next().unwrap_or_default();
    let names = FOLDERS.iter().map(|(name, ..)| *name).chain(OTHERS.iter().copied()).chain([
        "kb.yaml",
        "phrases.yaml",
        "released.yaml",
    ]);
    let hint = match (FOLDERS.iter().find(|(name, ..)| *name == folder), nearest(folder, names)) {
        (Some((_, end, _)), _) if ending(inner) == *end => ": there is nothing to translate in it".to_owned(),
        (Some((_, ending, _)), _) => format!(": expected the ending `.{ending}`"),
        (None, Some(name)) => format!(": did you mean `{name}`?"),
        (None, None) => String::new(),
    };
    Diagnostic::warning("KB013", Place::file(path), format!("nothing reads this file{hint}"))
}

pub(super) fn not_utf_8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let text = String::from_utf8_lossy(&bytes[..valid]);
    let place = Place { span: 0..0, ..Place::span(path, &text, valid..valid) };
    Diagnostic::error("KB010", place, "not UTF-8: expected the file to be saved as UTF-8")
}

/// `kb.yaml`, which everything else is read by; the other files are left.
fn read_base(trees: &mut Vec<Tree>, names: &Names, diagnostics: &mut Vec<Diagnostic>) -> Base {
    let mut base = Base::default();
    for Tree { root, mut report, .. } in trees.extract_if(.., |tree| tree.kind == SourceKind::Base) {
        base = base::read(&root, names, &mut report);
        diagnostics.extend(report.into_diagnostics());
    }
    base
}

/// `released.yaml`, which the symptoms that came with it are held against.
fn check_released(
    trees: &mut Vec<Tree>,
    base: &Base,
    sources: &Sources,
    partial: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(at) = trees.iter().position(|tree| tree.kind == SourceKind::Released) else { return };
    let Tree { root, mut report, .. } = trees.swap_remove(at);
    let released = Released::read(&root, &base.renamed);
    let mut known = BTreeSet::new();
    for Tree { root, report: own, .. } in trees.iter_mut().filter(|tree| tree.kind == SourceKind::Symptom) {
        let Some(id) = root.get("symptom").and_then(Node::as_str) else { continue };
        known.insert(id.to_owned());
        if sources.came_together(report.path, own.path) {
            released.check(id, &Named::of(root), own);
        }
    }
    // A symptom that cannot be read is not gone.
    if !partial {
        released.check_symptoms(&known, &mut report);
    }
    diagnostics.extend(report.into_diagnostics());
}

fn lower(
    trees: Vec<Tree>,
    causes: &mut [CauseFile],
    base: &Base,
    names: &Names,
    of: &mut Owners,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Knowledge {
    causes.sort_by(|a, b| a.symptom().cmp(&b.symptom()));
    for file in &mut *causes {
        let Some(node) = file.root.get("symptom") else { continue };
        if let Some(symptom) = node.as_str() {
            of.symptoms.insert(file.report.path.to_owned(), symptom.to_owned());
            names.symptom(symptom, &node.span, &mut file.report);
        }
    }
    let mut knowledge = Knowledge {
        version: base.version.clone(),
        digest: String::new(),
        flawed: Flawed::default(),
        numbers: base.numbers,
        scales: base.scales.words(),
        articles: BTreeMap::new(),
        symptoms: BTreeMap::new(),
        offered: base.offered.clone(),
        services: BTreeMap::new(),
        apps: BTreeMap::new(),
        phrases: phrases::built_in(),
        scripts: BTreeMap::new(),
        renamed: base.renamed.clone(),
        language: base.language.clone(),
        source_language: base.language.clone(),
        locales: base.languages.iter().map(|language| (language.clone(), locale::Texts::new())).collect(),
    };
    for Tree { kind, root, mut report } in trees {
        let report = &mut report;
        match kind {
            SourceKind::Symptom => {
                let id = root.get("symptom").and_then(Node::as_str);
                of.symptoms.extend(id.map(|id| (report.path.to_owned(), id.to_owned())));
                let start = causes.partition_point(|file| file.symptom() < id);
                let end = causes.partition_point(|file| file.symptom() <= id);
                let own = if id.is_some() { &mut causes[start..end] } else { &mut [] };
                let layer = sources.layer(report.path);
                for file in &mut *own {
                    file.is_below = sources.layer(file.report.path) < layer;
                }
                let read = symptom::read(&root, own, names, base, report);
                keep(&mut knowledge.symptoms, read.map(|(one, at)| (one.id.clone(), one, at)), report);
            }
            SourceKind::Service => {
                let read = service::read(&root, names, base, report);
                keep(&mut knowledge.services, read.map(|(one, at)| (one.id.clone(), one, at)), report);
            }
            SourceKind::App => {
                let read = app::read(&root, names, report);
                keep(&mut knowledge.apps, read.map(|(one, at)| (one.id.clone(), one, at)), report);
            }
            SourceKind::Script => {
                let id = root.get("script").and_then(Node::as_str);
                of.scripts.extend(id.map(|id| (report.path.to_owned(), id.to_owned())));
                let read = script::read(&root, names, &base.vetted, report);
                keep(&mut knowledge.scripts, read.map(|(one, at)| (one.id.clone(), one, at)), report);
            }
            _ => knowledge.phrases.extend(phrases::read(&root, names, &base.vetted, report)),
        }
        diagnostics.extend(std::mem::replace(report, Report::new("", "")).into_diagnostics());
    }
    knowledge
}

/// Keeps what was read, unless a file before it has the same id.
fn keep<T>(kept: &mut BTreeMap<String, T>, read: Option<(String, T, Range<usize>)>, report: &mut Report) {
    let Some((id, one, at)) = read else { return };
    match kept.entry(id) {
        Entry::Vacant(free) => {
            free.insert(one);
        }
        Entry::Occupied(taken) => {
            report.error("KB101", &at, format!("duplicate id `{}`: another file has it", taken.key()));
        }
    }
}
