//! The names that one file may mention and another defines.
//!
//! The one idea: names are gathered from all trees before any is lowered, so that a file with an error in it still
//! counts as defining its names, and one mistake is reported once. It must not report anything about the trees.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::condition::Questions;
use super::model::{Article, SectionRef, Service};
use super::report::{Report, quoted};
use super::yaml::Node;
use crate::finding::Vocabulary;

/// Facts and the values they are known to have.
pub(super) type Facts = BTreeMap<String, BTreeSet<String>>;

/// Every name.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) articles: &'a BTreeMap<String, Article>,
    /// Of all symptoms.
    pub(super) causes: BTreeSet<String>,
    pub(super) app_facts: Facts,
    pub(super) service_facts: Facts,
    /// What a text may call a thing of the service's screens.
    pub(super) words: BTreeSet<String>,
    /// Whether any remedy resets a factor.
    pub(super) resets_factor: bool,
    /// A file could not be read at all: what seems missing may stand in it, and is left out without a word.
    pub(super) partial: bool,
    symptoms: BTreeMap<String, Parts>,
    /// By service.
    roles: BTreeMap<String, BTreeSet<String>>,
}

/// What a script may mention of its symptom.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) questions: Questions,
    /// Whether each resets a factor.
    pub(super) remedies: BTreeMap<String, bool>,
}

impl Parts {
    /// The parts of a symptom that is not read yet.
    pub(super) fn of(root: &Node) -> Self {
        let entries = |name: &str| root.get(name).map_or(&[][..], Node::entries).iter();
        let answers = |question: &Node| keys(question, "answers").collect();
        let resets = |remedy: &Node| remedy.get("resets-factor").and_then(Node::as_str) == Some("true");
        Self {
            questions: entries("questions").map(|(key, question)| (key.text.clone(), answers(question))).collect(),
            remedies: entries("remedies").map(|(key, remedy)| (key.text.clone(), resets(remedy))).collect(),
        }
    }
}

impl<'a> Names<'a> {
    /// The names without any file's.
    pub(super) fn new(vocabulary: &'a Vocabulary, articles: &'a BTreeMap<String, Article>, partial: bool) -> Self {
        Self {
            vocabulary,
            articles,
            causes: BTreeSet::new(),
            app_facts: Facts::new(),
            service_facts: Facts::new(),
            words: ["service", "app"].map(str::to_owned).into(),
            resets_factor: false,
            symptoms: BTreeMap::new(),
            roles: BTreeMap::new(),
            partial,
        }
    }

    /// Adds what a symptom defines.
    pub(super) fn add_symptom(&mut self, root: &Node) {
        let parts = Parts::of(root);
        self.causes.extend(keys(root, "causes"));
        self.resets_factor |= parts.remedies.values().any(|resets| *resets);
        self.symptoms.extend(id(root, "symptom").map(|id| (id, parts)));
    }

    /// Adds what a service defines.
    pub(super) fn add_service(&mut self, root: &Node) {
        self.words.extend(keys(root, "words"));
        if let Some(id) = id(root, "service") {
            self.roles.entry(id).or_default().extend(keys(root, "escalate"));
        }
        add_facts(&mut self.service_facts, root);
    }

    /// Adds what an app defines.
    pub(super) fn add_app(&mut self, root: &Node) {
        add_facts(&mut self.app_facts, root);
    }

    /// Checks that a symptom exists.
    pub(super) fn symptom(&self, id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        self.known(self.symptoms.keys(), ("KB105", "symptom"), id, span, report)
    }

    /// The parts of a symptom that exists.
    pub(super) fn parts(&self, symptom: &str) -> Option<&Parts> {
        self.symptoms.get(symptom)
    }

    /// Checks that any symptom has this cause.
    pub(super) fn cause(&self, cause: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        self.known(self.causes.iter(), ("KB102", "cause"), cause, span, report)
    }

    /// Checks that an escalation exists wherever the person's account is.
    pub(super) fn role(&self, role: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        let generic = self.roles.get(Service::GENERIC);
        let roles: Vec<_> = generic.map_or_else(|| self.roles.values().collect(), |generic| vec![generic]);
        self.known(roles.into_iter().flatten(), ("KB107", "escalation"), role, span, report)
    }

    /// Reads `article.md#section` and checks that it exists.
    pub(super) fn section(&self, typed: &str, span: &Range<usize>, report: &mut Report) -> Option<SectionRef> {
        let Some((path, anchor)) = typed.split_once('#') else {
            report.error("KB005", span, format!("expected `article.md#section`, found {}", quoted(typed)));
            return None;
        };
        let Some(article) = self.articles.get(path) else {
            return self.known(self.articles.keys(), ("KB201", "article"), path, span, report).and(None);
        };
        self.anchor(article, anchor, span, report)?;
        Some(SectionRef { article: path.to_owned(), anchor: anchor.to_owned() })
    }

    /// Checks that an article has this section.
    pub(super) fn anchor(
        &self,
        article: &Article,
        anchor: &str,
        span: &Range<usize>,
        report: &mut Report,
    ) -> Option<()> {
        self.known(article.sections.iter().map(|section| &section.anchor), ("KB201", "section"), anchor, span, report)
    }

    /// `Some` for a known name; an unknown one is reported unless it may stand in a file that could not be read.
    pub(super) fn known<'n>(
        &self,
        mut names: impl Iterator<Item = &'n String> + Clone,
        (code, what): (&'static str, &str),
        typed: &str,
        span: &Range<usize>,
        report: &mut Report,
    ) -> Option<()> {
        let all = names.clone();
        let known = names.any(|name| name == typed);
        if !known && !self.partial {
            let sorted: BTreeSet<&str> = all.map(String::as_str).collect();
            report.unknown(code, span, what, typed, sorted);
        }
        known.then_some(())
    }
}

fn id(root: &Node, kind: &str) -> Option<String> {
    root.get(kind)?.as_str().map(str::to_owned)
}

fn keys<'n>(root: &'n Node, name: &str) -> impl Iterator<Item = String> + use<'n> {
    root.get(name).into_iter().flat_map(|node| node.keys().map(str::to_owned).collect::<Vec<_>>())
}

fn add_facts(facts: &mut Facts, root: &Node) {
    for (key, value) in root.get("facts").map_or(&[][..], Node::entries) {
        facts.entry(key.text.clone()).or_default().extend(value.as_str().map(str::to_owned));
    }
}
