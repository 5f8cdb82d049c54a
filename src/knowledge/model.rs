//! Knowledge as the verdict and the session read it.
//!
//! The one idea: plain values in the order of the files; numbers instead of words, and every reference resolves.
//! It must not hold anything that has an error in it.

mod app;
mod question;
mod script;
mod service;

use std::collections::BTreeMap;

pub use app::{App, Ignored};
pub use question::{Answer, MeasuredBy, Question};
pub use script::{Act, Script, ScriptStep};
use serde::{Deserialize, Serialize};
pub use service::{Contact, Message, Service, Window};

use super::flawed::Flawed;
use super::locale::Texts;
use super::release::Renamed;
use crate::diagnostic::nearest;

/// The checked knowledge. Everything a reader could get wrong has been left out of it, with a diagnostic.
///
/// Lists are in the order of the file: it is the order in which people are shown them, and in which factors are folded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Knowledge {
    /// The release of the knowledge, from `kb.yaml`.
    pub version: String,
    /// First eight bytes of the SHA-256 over all sources (path and content, sorted by path), in hexadecimal.
    pub digest: String,
    /// What has been left out, since there is an error in it.
    #[serde(skip)]
    pub flawed: Flawed,
    /// The numbers that are not behind a word.
    pub numbers: Numbers,
    /// The words of each scale (`given`, `common`, `effort`, `cost`) with their numbers, in the order of the scale.
    pub scales: BTreeMap<String, Vec<(String, f64)>>,
    /// By path relative to `articles/`.
    pub articles: BTreeMap<String, Article>,
    /// By id.
    pub symptoms: BTreeMap<String, Symptom>,
    /// The symptoms' ids in the order in which `kb.yaml` offers them.
    pub offered: Vec<String>,
    /// By id.
    pub services: BTreeMap<String, Service>,
    /// By id.
    pub apps: BTreeMap<String, App>,
    /// Every sentence the program itself says to a person, by id.
    pub phrases: BTreeMap<String, String>,
    /// By id.
    pub scripts: BTreeMap<String, Script>,
    /// What has become of the names of older releases.
    pub renamed: Renamed,
    /// The language of the texts.
    pub language: String,
    /// The language that they were written in first.
    pub source_language: String,
    /// What else they can be had in.
    pub(super) locales: BTreeMap<String, Texts>,
}

/// The numbers of `kb.yaml` that stand alone; those behind words are already in the model's fields.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Weight of `unknown` beside the causes' weights.
    pub unknown: f64,
    /// Cost of an escalation, in the unit of `effort`.
    pub escalation: f64,
    /// What a failed remedy costs in trust: for a person.
    pub failed_person: f64,
    /// What a failed remedy costs in trust: for an agent.
    pub failed_agent: f64,
}

/// A part of an article: `two-factor.md#clock`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SectionRef {
    /// Path relative to `articles/`.
    pub article: String,
    /// The heading's id.
    pub anchor: String,
}

/// A Markdown file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Article {
    /// From the front matter.
    pub title: String,
    /// From the front matter.
    pub description: String,
    /// In the order of the file.
    pub sections: Vec<Section>,
}

/// A heading and what stands under it, up to the next heading of the same or a higher level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The heading's id.
    pub anchor: String,
    /// The heading's text.
    pub title: String,
    /// 1 to 6.
    pub level: u8,
    /// The Markdown under the heading, without the sections below it; placeholders as written.
    pub body: String,
}

/// What people say is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Symptom {
    /// Its id.
    pub id: String,
    /// The text of its heading.
    pub title: String,
    /// Where its article describes it.
    pub heading: SectionRef,
    /// How it decides.
    pub decide: Decide,
    /// Without `unknown`, which is built in.
    pub causes: Vec<Cause>,
    /// What can be done.
    pub remedies: Vec<Remedy>,
    /// What can be asked.
    pub questions: Vec<Question>,
    /// The rows of a first-match table; empty when weighing.
    pub outcomes: Vec<Outcome>,
    /// Where to go on when nothing is left to try: another symptom, with the findings kept.
    pub then: Option<String>,
    /// What follows from having this trouble: answers that need not be asked for, by question.
    pub implies: Implied,
}

/// Answers that follow from something, by question.
pub type Implied = Vec<(String, String)>;

/// How a symptom decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decide {
    /// Weighs evidence for causes.
    Weigh,
    /// The first row that holds; for policy, account recovery above all.
    FirstMatch,
}

/// Why a code is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// Its id, also of the explanation that measures it.
    pub id: String,
    /// A line.
    pub title: String,
    /// A sentence to the person, with `{placeholders}` of the finding's detail.
    pub says: Option<String>,
    /// What keeps it from coming again, in a sentence.
    pub avoid: Option<String>,
    /// The section that explains it.
    pub text: SectionRef,
    /// Weight before anything is known: 16, 8, 3 or 1.
    pub weight: f64,
    /// The family it is reported in when its members cannot be told apart.
    pub stands_for: Option<String>,
    /// It is out of the question where this does not hold.
    pub only_when: Condition,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// Its id.
    pub id: String,
    /// The section that tells how; its heading is the remedy's title.
    pub text: SectionRef,
    /// The section for an agent, where it goes another way than for the person themself.
    pub agent: Option<SectionRef>,
    /// 1 seconds, 3 a minute, 10 minutes, 30 long.
    pub effort: f64,
    /// Whether it takes something away that may be missed.
    pub destructive: bool,
    /// Whether somebody else resets a factor of the account for it.
    pub resets_factor: bool,
    /// It is not offered where this does not hold.
    pub needs: Condition,
    /// What must not be so. Unlike what it needs, it is never asked for.
    pub unless: Condition,
    /// What must be known to be so. It is never asked for, either.
    pub only_when: Condition,
    /// Causes, with how often it works for them, 0 to 1.
    pub fixes: Vec<(String, f64)>,
    /// What holds once it has helped, by question, whatever was answered before.
    pub brings: Implied,
    /// The symptom to go on with once it has helped.
    pub then: Option<String>,
}

/// A row of a first-match table: its remedy comes first; where that does not help, it goes on with `then`, else with
/// `escalate`, else with the rows below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Holds always for `otherwise`.
    pub when: Condition,
    /// What to do.
    pub remedy: Option<String>,
    /// Whom to turn to.
    pub escalate: Option<String>,
    /// The symptom to go on with.
    pub then: Option<String>,
}

/// A mapping is all-of, a scalar is, a list is one-of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Condition(pub Vec<Clause>);

/// One fact that must have one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// A question's id, `app.<fact>`, `service.<fact>` or `<probe>.<field>`.
    pub fact: String,
    /// At least one.
    pub one_of: Vec<String>,
}

/// Whether a condition holds, as far as the facts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// All its facts are known and fit.
    Yes,
    /// A known fact does not fit.
    No,
    /// A fact is not known, and no known one contradicts.
    Unknown,
}

impl Condition {
    /// Looks every fact up. `unsure` equals only itself.
    pub fn holds<'a>(&self, fact: impl Fn(&str) -> Option<&'a str>) -> Holds {
        let mut result = Holds::Yes;
        for clause in &self.0 {
            match fact(&clause.fact) {
                Some(value) if clause.one_of.iter().any(|one| one == value) => {}
                Some(_) => return Holds::No,
                None => result = Holds::Unknown,
            }
        }
        result
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Knowledge {
    /// Whether a session answers that question by itself, in whichever symptom it stands.
    pub fn is_noted(&self, question: &str) -> bool {
        let mut all = self.symptoms.values().filter_map(|symptom| symptom.question(question));
        all.any(|question| question.noted)
    }

    /// What follows from an answer, in whichever symptom it stands: answers by question.
    pub fn implied_by(&self, question: &str, answer: &str) -> impl Iterator<Item = &(String, String)> {
        let questions = self.symptoms.values().filter_map(move |symptom| symptom.question(question));
        let answers = questions.filter_map(move |question| question.answers.iter().find(|one| one.id == answer));
        answers.flat_map(|answer| &answer.implies)
    }

    /// Whether one of the answers says that somebody cannot get in, in whichever symptom it was asked for.
    pub fn is_locked_out(&self, answers: &BTreeMap<String, String>) -> bool {
        let says = |question: &Question| {
            let said = answers.get(&question.id);
            question.answers.iter().any(|answer| answer.locked_out && Some(&answer.id) == said)
        };
        self.symptoms.values().flat_map(|symptom| &symptom.questions).any(says)
    }

    /// The question by which a session notes what was measured, or that it can be.
    pub fn noted_by(&self, what: MeasuredBy) -> Option<&Question> {
        let mut all = self.symptoms.values().flat_map(|symptom| &symptom.questions);
        all.find(|question| question.noted && question.measured_by == Some(what))
    }

    /// The id of the symptom that `wanted` was probably meant to be, if one is near enough.
    pub fn nearest_symptom(&self, wanted: &str) -> Option<&str> {
        nearest(wanted, self.symptoms.keys().map(String::as_str))
    }

    /// The section, if both parts of the reference exist.
    pub fn section(&self, at: &SectionRef) -> Option<&Section> {
        self.articles.get(&at.article)?.section(&at.anchor)
    }

    /// Where somebody with an app is told it: in the app's own section in place of a general one, if it has one.
    pub fn place<'k>(&'k self, at: &'k SectionRef, app: Option<&str>) -> &'k SectionRef {
        app.and_then(|app| self.apps.get(app)?.section_for(at)).unwrap_or(at)
    }

    /// The section as somebody with an app is told it ([`Self::place`]).
    pub fn told(&self, at: &SectionRef, app: Option<&str>) -> Option<&Section> {
        self.section(self.place(at, app))
    }

    /// The number of the next word of a scale, upwards or downwards; `None` past its end.
    pub fn notch(&self, scale: &str, number: f64, up: bool) -> Option<f64> {
        let numbers = self.scales.get(scale)?.iter().map(|(_, number)| *number);
        if up {
            numbers.filter(|one| *one > number).min_by(f64::total_cmp)
        } else {
            numbers.filter(|one| *one < number).max_by(f64::total_cmp)
        }
    }
}

impl Article {
    /// The section with that id.
    pub fn section(&self, anchor: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.anchor == anchor)
    }
}

impl Outcome {
    /// Whether it leaves whoever its remedy does not help to the rows below it.
    pub fn leaves(&self) -> bool {
        self.remedy.is_some() && self.escalate.is_none() && self.then.is_none()
    }
}

impl Remedy {
    /// The section that tells it to a person, or to an agent.
    pub fn section(&self, agent: bool) -> &SectionRef {
        self.agent.as_ref().filter(|_| agent).unwrap_or(&self.text)
    }

    /// Whether it is out of the question by what is known.
    pub fn is_out<'a>(&self, fact: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.needs.holds(&fact) == Holds::No
            || !self.unless.is_empty() && self.unless.holds(&fact) == Holds::Yes
            || self.only_when.holds(&fact) != Holds::Yes
    }

    /// How often it helps with `cause`, 0 to 1; 0 where the knowledge names no connection.
    pub fn works_for(&self, cause: &str) -> f64 {
        self.fixes.iter().find(|(of, _)| of == cause).map_or(0.0, |(_, often)| *often)
    }
}

impl Symptom {
    /// Every condition in it: of causes, remedies, questions and rows.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let causes = self.causes.iter().map(|cause| &cause.only_when);
        let remedies = self.remedies.iter().flat_map(|one| [&one.needs, &one.unless, &one.only_when]);
        let questions = self.questions.iter().map(|question| &question.only_when);
        causes.chain(remedies).chain(questions).chain(self.outcomes.iter().map(|row| &row.when))
    }

    /// The symptoms that an answer, a remedy that helped, a row or its end leads to.
    pub fn leads_on(&self) -> impl Iterator<Item = &String> {
        let answers = self.questions.iter().flat_map(|question| &question.answers).filter_map(|one| one.then.as_ref());
        let remedies = self.remedies.iter().filter_map(|remedy| remedy.then.as_ref());
        let rows = self.outcomes.iter().filter_map(|row| row.then.as_ref());
        answers.chain(remedies).chain(rows).chain(&self.then)
    }

    /// The cause with that id.
    pub fn cause(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// The remedy with that id.
    pub fn remedy(&self, id: &str) -> Option<&Remedy> {
        self.remedies.iter().find(|remedy| remedy.id == id)
    }

    /// The question that must be answered before `remedy` is offered, of those that are not `known`.
    pub fn gate<'r>(&self, remedy: &'r Remedy, known: impl Fn(&str) -> bool) -> Option<&'r str> {
        let facts = remedy.needs.0.iter().map(|clause| clause.fact.as_str());
        facts.into_iter().find(|fact| !known(fact) && self.question(fact).is_some())
    }

    /// The question with that id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The question that people are asked and that this measures.
    pub fn measured_by(&self, what: MeasuredBy) -> Option<&Question> {
        self.questions.iter().find(|question| question.measured_by == Some(what) && !question.noted)
    }
}
