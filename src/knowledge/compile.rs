//! From sources to knowledge.
//!
//! The one idea: three passes over values — read every file, gather the names, lower every tree — so that no order of
//! files matters. It must not stop at a flaw.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::base::{self, Base};
use super::cause::CauseFile;
use super::files::{ArticleFile, Files, Page, SourceKind, Tree};
use super::flawed::{Flawed, Owners, told_once};
use super::links::check_links;
use super::model::Knowledge;
use super::names::Names;
use super::prose::Uses;
use super::release::{Named, Released};
use super::report::{ANOTHER_ID, Report};
use super::yaml::Node;
use super::{Sources, app, explained, locale, phrases, prose, schema, script, service, symptom, unfinished, wording};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::embedded;
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

impl Knowledge {
    /// The knowledge that came with the program, in every language: what compiling it gives, which the build has done.
    pub fn built_in() -> Self {
        let compiled = Self::from_compiled(embedded::compiled());
        compiled.unwrap_or_else(|_| Self::compile(&Sources::embedded(), &Vocabulary::open()).knowledge)
    }

    /// Reads the sources against what the probes can say. Never fails: what is wrong is left out and reported.
    pub fn compile(sources: &Sources, vocabulary: &Vocabulary) -> Compiled {
        let mut files = Files::read(sources);
        let shown = explained::add_prose(&mut files.causes, &mut files.read, sources);
        // Of a cause that nobody takes over, the prose is left.
        let aside = files.causes.extract_if(.., |file| file.is_passed_over);
        files.articles.extend(aside.map(|CauseFile { page, report, .. }| ArticleFile { page, report }));
        // Of two sections with one id it is not known what the second was to be, nor of an empty page what it is to have.
        let has_gap = |file: &ArticleFile| file.page.sections.is_empty() || file.report.has("KB202");
        files.partial |= files.articles.iter().any(has_gap);
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
        for file in &causes {
            file.id().into_iter().for_each(|id| names.add_cause(id, file.symptom()));
        }
        let mut uses = Uses::default();
        for root in trees.iter().map(|tree| &tree.root).chain(causes.iter().map(|cause| &cause.root)) {
            root.walk(&mut |text| uses.add(text));
        }
        for (page, report) in pages(&mut articles, &mut causes) {
            check_links(page.name, &page.links, sources, &names, &mut uses, report);
        }
        diagnostics.extend(schema::check_lines(sources));
        diagnostics.extend(unfinished::check(sources));
        if sources.get("kb.yaml").is_none() {
            let missing = Diagnostic::error("KB004", Place::file("kb.yaml"), "missing file `kb.yaml`");
            diagnostics.push(missing.help("it says what is offered, and what the words for numbers are worth"));
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
        let flawed = flawed_files(&diagnostics, &articles, &causes);
        let ground = locale::Ground { sources, names: &names, shown: &shown, flawed: &flawed };
        locales.check(&mut knowledge.locales, &ground, &mut diagnostics);
        uses.add_remedies(&knowledge);
        // One with an error in it is explained there, too.
        causes.iter().filter_map(CauseFile::id).for_each(|id| uses.add_cause(id));
        uses.find_astray(names.articles);
        for (page, report) in pages(&mut articles, &mut causes) {
            // What cannot be read may lead to any section.
            if !partial {
                prose::check_sections(page.name, &page.sections, &page.headings, &uses, report);
            }
        }
        knowledge.digest = sources.digest();
        knowledge.articles = read;
        explained::sort(&mut knowledge, &shown);
        diagnostics.extend(articles.into_iter().flat_map(|file| file.report.into_diagnostics()));
        diagnostics.extend(causes.into_iter().flat_map(|file| file.report.into_diagnostics()));
        knowledge.offered.retain(|id| knowledge.symptoms.contains_key(id));
        let mut flawed = of.flawed(partial, &diagnostics);
        knowledge.scripts.retain(|id, script| {
            let fits = knowledge.symptoms.get(&script.symptom).is_some_and(|one| script.fits(one));
            if !fits {
                flawed.add_script(id);
            }
            fits
        });
        knowledge.flawed = flawed;
        Compiled { knowledge, diagnostics: told_once(diagnostics) }
    }
}

/// Files with an error in them, as far as they were read.
fn flawed_files(diagnostics: &[Diagnostic], articles: &[ArticleFile], causes: &[CauseFile]) -> BTreeSet<String> {
    let told = diagnostics.iter().filter(|one| one.severity == Severity::Error).map(|one| one.place.path.clone());
    let reports = articles.iter().map(|file| &file.report).chain(causes.iter().map(|file| &file.report));
    told.chain(reports.filter(|report| report.errors() > 0).map(|report| report.path.to_owned())).collect()
}

/// All prose, each with what is wrong in its file.
fn pages<'p, 'a>(
    articles: &'p mut [ArticleFile<'a>],
    causes: &'p mut [CauseFile<'a>],
) -> impl Iterator<Item = (&'p Page<'a>, &'p mut Report<'a>)> {
    let articles = articles.iter_mut().map(|file| (&file.page, &mut file.report));
    articles.chain(causes.iter_mut().map(|file| (&file.page, &mut file.report)))
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
            // One that is behind no symptom that is there may be behind any.
            if names.symptom(symptom, &node.span, &mut file.report).is_some() {
                of.symptoms.insert(file.report.path.to_owned(), symptom.to_owned());
            }
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
            let message = format!("duplicate id `{}`: another file has it", taken.key());
            report.error_with_help("KB101", &at, message, ANOTHER_ID);
        }
    }
}
