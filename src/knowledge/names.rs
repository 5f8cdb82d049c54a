//! The names that one file may mention and another defines.
//!
//! The one idea: names are gathered from all trees before any is lowered, so that a file with an error in it still
//! counts as defining its names, and one mistake is reported once. It must not report anything about the trees.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::condition::Questions;
use super::model::{Article, MeasuredBy, SectionRef, Service};
use super::report::Report;
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
    /// Causes whose file names no symptom that is there: each symptom may mention them, since the file is told of.
    pub(super) strays: BTreeSet<String>,
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

/// What a script may mention of its symptom, and what the items of a symptom may mention of each other.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) questions: Questions,
    /// Those that a session answers by itself: nobody is asked them.
    pub(super) noted: BTreeSet<String>,
    /// Those that are measured with whoever is asked, and not just asked.
    pub(super) measured: BTreeSet<String>,
    /// Whether each resets a factor.
    pub(super) remedies: BTreeMap<String, bool>,
}

impl Parts {
    /// The parts of a symptom that is not read yet.
    pub(super) fn of(root: &Node) -> Self {
        let entries = |name: &str| root.get(name).map_or(&[][..], Node::entries).iter();
        let answers = |question: &Node| keys(question, "answers").collect();
        let is_measured = |question: &Node| !is_set(question, "noted") && measured_with_them(question);
        let those = |is_so: &dyn Fn(&Node) -> bool| {
            entries("questions").filter(|(_, question)| is_so(question)).map(|(key, _)| key.text.clone()).collect()
        };
        Self {
            questions: entries("questions").map(|(key, question)| (key.text.clone(), answers(question))).collect(),
            noted: those(&|question| is_set(question, "noted")),
            measured: those(&is_measured),
            remedies: entries("remedies")
                .map(|(key, remedy)| (key.text.clone(), is_set(remedy, "resets-factor")))
                .collect(),
        }
    }

    /// The questions that somebody can be asked.
    pub(super) fn askable(&self) -> impl Iterator<Item = &String> + Clone {
        self.questions.keys().filter(|id| !self.noted.contains(*id))
    }
}

/// Whether it takes somebody who holds the device: entries are compared without.
fn measured_with_them(question: &Node) -> bool {
    let word = question.get("measured-by").and_then(Node::as_str);
    let known = MeasuredBy::ALL.into_iter().zip(MeasuredBy::NAMES).find(|(_, name)| Some(*name) == word);
    known.is_some_and(|(what, _)| what.is_with_them())
}

/// Whether an item that is not read yet has that flag.
pub(super) fn is_set(item: &Node, flag: &str) -> bool {
    item.get(flag).and_then(Node::as_str) == Some("true")
}

impl<'a> Names<'a> {
    /// The names without any file's.
    pub(super) fn new(vocabulary: &'a Vocabulary, articles: &'a BTreeMap<String, Article>, partial: bool) -> Self {
        Self {
            vocabulary,
            articles,
            causes: BTreeSet::new(),
            strays: BTreeSet::new(),
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

    /// Adds a cause that has a file of its own, with the symptom that it says it is behind; after all symptoms.
    pub(super) fn add_cause(&mut self, id: &str, symptom: Option<&str>) {
        self.causes.insert(id.to_owned());
        if !symptom.is_some_and(|symptom| self.symptoms.contains_key(symptom)) {
            self.strays.insert(id.to_owned());
        }
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

    /// The questions of all symptoms, each with the answers that it has in any of them.
    pub(super) fn questions(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (question, answers) in self.symptoms.values().flat_map(|parts| &parts.questions) {
            all.entry(question).or_default().extend(answers.iter().map(String::as_str));
        }
        all
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
        let (path, anchor) = typed.split_once('#')?;
        if !self.articles.contains_key(path) {
            return self.known(self.articles.keys(), ("KB201", "article"), path, span, report).and(None);
        }
        self.anchor(path, anchor, span, report)?;
        Some(SectionRef { article: path.to_owned(), anchor: anchor.to_owned() })
    }

    /// Checks that an article, if it is there, has this section.
    pub(super) fn anchor(&self, article: &str, anchor: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        let sections = &self.articles.get(article)?.sections;
        let anchors = sections.iter().map(|section| &section.anchor);
        self.known(anchors, ("KB201", "section"), anchor, span, report)
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
