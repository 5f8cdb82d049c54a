//! What no scenario touches: causes, answers, rows of tables, sections and steps of scripts, each at its line.
//!
//! The one idea: touched is what a scenario names or comes to, never what it merely reads. Whether it passes is another
//! question.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::cause::CauseFile;
use super::{Scenario, call, causes};
use crate::case::Case;
use crate::diagnostic::{Diagnostic, Place};
use crate::engine;
use crate::knowledge::{CAUSES, Key, Knowledge, Node, Report, SectionRef, Sources, Symptom, list, parse};
use crate::session::Next;
use crate::verdict::UNKNOWN;

/// What can be touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoveredPart {
    /// A cause: by a scenario that expects it.
    Cause,
    /// A near miss of a cause: by a scenario in which it must not be confirmed.
    NearMiss,
    /// An answer: by a scenario that gives it.
    Answer,
    /// A row of a first-match table: by a scenario that comes to it.
    Row,
    /// A section of an article: by a scenario whose cause or remedy it tells of.
    Section,
    /// A step of a script: by a call that comes to it.
    Step,
}

/// Something that no scenario touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub part: CoveredPart,
    /// Its id: `old-entry`, `where=signing-in`, the number of a row, `causes.md#clock`, a step's id.
    pub id: String,
}

/// How much the scenarios touch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    /// By part, in the order of [`CoveredPart`]: how many are touched, and of how many.
    pub counts: [(usize, usize); CoveredPart::ALL.len()],
    /// What is not, in the order of the files.
    pub gaps: Vec<Gap>,
}

impl CoveredPart {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Cause, Self::NearMiss, Self::Answer, Self::Row, Self::Section, Self::Step];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::NearMiss => "near miss",
            Self::Answer => "answer",
            Self::Row => "row",
            Self::Section => "section",
            Self::Step => "step",
        }
    }
}

/// What the scenarios touch of each symptom, and of the sections that its causes and remedies are told in: of what stands in
/// files whose paths `counts` takes.
pub fn coverage(
    scenarios: &[Scenario],
    knowledge: &Knowledge,
    sources: &Sources,
    counts: impl Fn(&str) -> bool,
) -> Coverage {
    let mut coverage = Coverage::default();
    let mut touched = BTreeSet::new();
    for scenario in scenarios {
        if let Some(symptom) = knowledge.symptoms.get(&scenario.symptom) {
            touch(scenario, symptom, knowledge, &mut touched);
        }
    }
    for (path, bytes) in sources.iter().filter(|(path, _)| path.starts_with("symptoms/") && counts(path)) {
        let Ok(content) = std::str::from_utf8(bytes) else { continue };
        let Some(root) = parse(&mut Report::unheard(path, content), 0..content.len()) else { continue };
        let id = root.get("symptom").and_then(Node::as_str).unwrap_or_default();
        if let Some(symptom) = knowledge.symptoms.get(id) {
            for (part, id, span) in each(symptom, &root) {
                let is_touched = touched.contains(&(symptom.id.clone(), part, id.clone()));
                coverage.count(part, is_touched, id, Place::span(path, content, span));
            }
        }
    }
    for one in causes(sources).filter(|one| counts(one.path)) {
        // One with an error in it has been left out, and told.
        if knowledge.symptoms.get(&one.symptom).is_none_or(|symptom| symptom.cause(&one.id).is_none()) {
            continue;
        }
        let at = one.root.get("cause").map_or(0..0, |node| node.span.clone());
        for part in [CoveredPart::Cause, CoveredPart::NearMiss] {
            let is_touched = touched.contains(&(one.symptom.clone(), part, one.id.clone()));
            coverage.count(part, is_touched, one.id.clone(), Place::span(one.path, one.text, at.clone()));
        }
    }
    for (script, step, place) in steps(knowledge, sources).into_iter().filter(|(.., place)| counts(&place.path)) {
        let is_touched = touched.contains(&(script, CoveredPart::Step, step.clone()));
        coverage.count(CoveredPart::Step, is_touched, step, place);
    }
    for (place, section) in sections(knowledge, sources).into_iter().filter(|(place, _)| counts(&place.path)) {
        let is_touched = touched.contains(&(String::new(), CoveredPart::Section, section.clone()));
        coverage.count(CoveredPart::Section, is_touched, section, place);
    }
    coverage.gaps.sort_by(|a, b| (&a.place.path, a.place.line, &a.id).cmp(&(&b.place.path, b.place.line, &b.id)));
    coverage
}

/// Warnings for causes and answers that no scenario tests.
pub(super) fn untested(scenarios: &[Scenario], knowledge: &Knowledge, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let flawed = flawed_files(knowledge, sources);
    for gap in coverage(scenarios, knowledge, sources, |_| true).gaps {
        let Gap { place, part, id } = gap;
        if flawed.contains(&place.path) {
            continue;
        }
        match part {
            CoveredPart::Cause => {
                let help = format!("write one under `like` in its file, or with `expect: {{ cause: {id} }}`");
                found.push(Diagnostic::warning("KB701", place, format!("no scenario concludes in `{id}`")).help(help));
            }
            CoveredPart::NearMiss => {
                let help = format!("write one under `unlike` in its file, or with `not-confirmed: [{id}]`");
                found.push(
                    Diagnostic::warning("KB701", place, format!("no scenario is a near miss of `{id}`")).help(help),
                );
            }
            CoveredPart::Answer => {
                let help = format!("let one give it: `answers: {{ {} }}`", id.replace('=', ": "));
                found.push(
                    Diagnostic::warning("KB702", place, format!("no scenario gives the answer `{id}`")).help(help),
                );
            }
            CoveredPart::Row | CoveredPart::Section | CoveredPart::Step => {}
        }
    }
    found
}

/// The files of what has an error in it: its scenarios are not read until that is mended.
fn flawed_files(knowledge: &Knowledge, sources: &Sources) -> BTreeSet<String> {
    let symptoms = sources.iter().filter(|(path, _)| path.starts_with("symptoms/"));
    let symptoms = symptoms.filter_map(|(path, bytes)| {
        let text = std::str::from_utf8(bytes).ok()?;
        let root = parse(&mut Report::new(path, text), 0..text.len())?;
        let id = root.get("symptom").and_then(Node::as_str)?.to_owned();
        Some((path.to_owned(), id))
    });
    let causes = causes(sources).map(|one| (one.path.to_owned(), one.symptom));
    let flawed = symptoms.chain(causes).filter(|(_, symptom)| knowledge.flawed.symptom(symptom));
    flawed.map(|(path, _)| path).collect()
}

/// By symptom (by script for a step, none for a section): what is touched.
type Touched = BTreeSet<(String, CoveredPart, String)>;

fn touch(scenario: &Scenario, symptom: &Symptom, knowledge: &Knowledge, touched: &mut Touched) {
    if let Some(call) = &scenario.call {
        let played = call::play(call, &scenario.case.answers, &scenario.failed, knowledge);
        let steps = played.into_iter().flat_map(|played| played.steps);
        touched.extend(steps.map(|step| (call.script.clone(), CoveredPart::Step, step)));
        // Its answers are no test of what they are weighed as.
        return;
    }
    let expect = &scenario.expect;
    let mut add = |part: CoveredPart, id: String| {
        let symptom = if part == CoveredPart::Section { String::new() } else { symptom.id.clone() };
        touched.insert((symptom, part, id));
    };
    for cause in expect.cause.iter().chain(expect.with.iter().flatten()).filter(|cause| *cause != UNKNOWN) {
        add(CoveredPart::Cause, cause.clone());
        if let Some(cause) = symptom.cause(cause) {
            add(CoveredPart::Section, named(&cause.text));
        }
    }
    for cause in &expect.not_confirmed {
        add(CoveredPart::NearMiss, cause.clone());
    }
    for (question, answer) in &scenario.case.answers {
        add(CoveredPart::Answer, format!("{question}={answer}"));
    }
    let mut remedies: Vec<&String> = scenario.failed.iter().chain(&expect.remedy).collect();
    if let Some(Next::Remedy(remedy)) = &expect.next {
        remedies.push(remedy);
    }
    let session =
        engine::told(&Case { symptom: Some(symptom.id.clone()), ..answered(scenario) }, &scenario.failed, knowledge)
            .ok();
    let row = session.as_ref().and_then(|session| session.standing()?.row);
    if let Some((number, row)) = row.and_then(|row| Some((row + 1, symptom.outcomes.get(row)?))) {
        add(CoveredPart::Row, number.to_string());
        remedies.extend(&row.remedy);
    }
    for remedy in remedies.into_iter().filter_map(|id| symptom.remedy(id)) {
        add(CoveredPart::Section, named(&remedy.text));
        let app = scenario.case.app.as_ref().and_then(|id| knowledge.apps.get(id));
        if let Some(own) = app.and_then(|app| app.section_for(&remedy.text)) {
            add(CoveredPart::Section, named(own));
        }
    }
    if let Some(section) = &expect.section {
        add(CoveredPart::Section, section.clone());
    }
}

/// Nothing but the answers of a scenario.
fn answered(scenario: &Scenario) -> Case {
    Case { answers: scenario.case.answers.clone(), ..Case::default() }
}

/// Every cause, answer and row of a symptom, with where it begins in the text.
fn each(symptom: &Symptom, root: &Node) -> Vec<(CoveredPart, String, Range<usize>)> {
    let mut found = Vec::new();
    let causes = root.get("causes").map_or(&[][..], Node::entries).iter();
    // One with an error in it has been left out, and told.
    for (key, _) in causes.filter(|(key, _)| symptom.cause(&key.text).is_some()) {
        found.push((CoveredPart::Cause, key.text.clone(), key.span.clone()));
        found.push((CoveredPart::NearMiss, key.text.clone(), key.span.clone()));
    }
    for (question, node) in root.get("questions").map_or(&[][..], Node::entries) {
        for (answer, _) in node.get("answers").map_or(&[][..], Node::entries) {
            found.push((CoveredPart::Answer, format!("{}={}", question.text, answer.text), answer.span.clone()));
        }
    }
    let rows = root.get("outcomes").map_or(&[][..], list);
    for (index, row) in rows.iter().enumerate().take(symptom.outcomes.len()) {
        found.push((CoveredPart::Row, (index + 1).to_string(), row.span.clone()));
    }
    found
}

/// Every step of every script, the goodbye included: the script, the step, and its place.
fn steps(knowledge: &Knowledge, sources: &Sources) -> Vec<(String, String, Place)> {
    let mut found = Vec::new();
    for (path, bytes) in sources.iter().filter(|(path, _)| path.starts_with("scripts/")) {
        let Ok(content) = std::str::from_utf8(bytes) else { continue };
        let Some(root) = parse(&mut Report::unheard(path, content), 0..content.len()) else { continue };
        let id = root.get("script").and_then(Node::as_str).unwrap_or_default();
        if !knowledge.scripts.contains_key(id) {
            continue;
        }
        let parts = ["steps", "goodbye"].into_iter().filter_map(|name| root.get(name)).flat_map(Node::entries);
        let place = |(key, _): &(Key, Node)| Place::span(path, content, key.span.clone());
        found.extend(parts.map(|step| (id.to_owned(), step.0.text.clone(), place(step))));
    }
    found
}

/// The sections that causes, remedies and apps tell of, each with its heading's place.
fn sections(knowledge: &Knowledge, sources: &Sources) -> Vec<(Place, String)> {
    let explained = knowledge.symptoms.values().flat_map(|symptom| symptom.causes.iter().map(|cause| &cause.text));
    let remedies = knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies);
    let remedies = remedies.flat_map(|remedy| [&remedy.text].into_iter().chain(&remedy.agent));
    let apps = knowledge.apps.values().flat_map(|app| app.sections.iter().map(|(_, own)| own));
    let all: BTreeSet<String> = explained.chain(remedies).chain(apps).map(named).collect();
    let own: BTreeMap<String, CauseFile> = causes(sources).map(|one| (one.id.clone(), one)).collect();
    let place = |section: String| {
        let (article, anchor) = section.split_once('#').unwrap_or((&section, ""));
        if let Some(one) = own.get(anchor).filter(|_| article == CAUSES) {
            let at = one.root.get("cause").map_or(0..0, |node| node.span.clone());
            return (Place::span(one.path, one.text, at), section);
        }
        let path = format!("articles/{article}");
        let content = sources.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let heading = content.find(&format!("{{: #{anchor} ")).or_else(|| content.find(&format!("{{: #{anchor}}}")));
        (heading.map_or_else(|| Place::file(path.as_str()), |at| Place::span(path.as_str(), content, at..at)), section)
    };
    all.into_iter().map(place).collect()
}

fn named(at: &SectionRef) -> String {
    format!("{}#{}", at.article, at.anchor)
}

impl Coverage {
    fn count(&mut self, part: CoveredPart, is_touched: bool, id: String, place: Place) {
        let (touched, of) = &mut self.counts[part as usize];
        *of += 1;
        *touched += usize::from(is_touched);
        if !is_touched {
            self.gaps.push(Gap { place, part, id });
        }
    }
}
