//! A script as an agent sees it: what to say apart from what to do and what to note.
//!
//! The one idea: a word in the margin tells whose voice a text is, so that nothing needs a colour to be understood.

use std::fmt::Write as _;

use super::session::remedy;
use super::text::{BOLD, FAINT, painted};
use super::{Look, heading};
use crate::knowledge::{Act, Condition, Contact, Knowledge, MeasuredBy, Script, ScriptStep, SectionRef, Symptom};
use crate::speech::{Words, fill, phrase};
use crate::talk::Voice;
use crate::verdict::UNSURE;

/// One step of a script as it is shown, placeholders filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStep<'a> {
    /// The step's id.
    pub id: &'a str,
    /// When it is played, in words; empty: always.
    pub when: Vec<String>,
    /// What is said, asked, done and noted, in order.
    pub texts: Vec<(Voice, String)>,
    /// The answers of its question.
    pub answers: Vec<String>,
}

/// A text with its voice in the margin. Lines of `text` are kept, and wrapped where they are too long.
pub(super) fn spoken(knowledge: &Knowledge, voice: Voice, text: &str, words: &Words, look: Look) -> String {
    let margin = margin(knowledge, words);
    let label = phrase(knowledge, voice.phrase(), words);
    let width = look.width.saturating_sub(margin).max(16);
    let lines = text.lines().flat_map(|line| {
        let wrapped = textwrap::wrap(line, width);
        if wrapped.is_empty() { vec![std::borrow::Cow::Borrowed("")] } else { wrapped }
    });
    let mut out = String::new();
    for (index, line) in lines.enumerate() {
        let style = if voice == Voice::Note { FAINT } else { BOLD };
        let label = if index == 0 { format!("{label:<margin$}") } else { " ".repeat(margin) };
        let line = if voice == Voice::Note { painted(&line, FAINT, look.styled) } else { line.into_owned() };
        let label = if index == 0 { painted(&label, style, look.styled) } else { label };
        let _ = writeln!(out, "{}", format!("{label}{line}").trim_end());
    }
    out.trim_end().to_owned()
}

/// The columns before a text.
fn margin(knowledge: &Knowledge, words: &Words) -> usize {
    let width = |voice: Voice| phrase(knowledge, voice.phrase(), words).chars().count();
    Voice::ALL.into_iter().map(width).max().unwrap_or(0) + 2
}

/// The space that is left beside the margin.
pub(super) fn beside(knowledge: &Knowledge, words: &Words, look: Look) -> Look {
    Look { width: look.width.saturating_sub(margin(knowledge, words)).max(16), ..look }
}

/// Every step of a script, the goodbye last, as a page or a preview shows it.
pub fn shown<'a>(knowledge: &'a Knowledge, script: &'a Script, words: &Words) -> Vec<ShownStep<'a>> {
    let Some(symptom) = knowledge.symptoms.get(&script.symptom) else { return Vec::new() };
    let page = ScriptPage { knowledge, script, symptom, words };
    script.steps.iter().chain(&script.goodbye).map(|step| page.step(step)).collect()
}

struct ScriptPage<'a, 'w> {
    knowledge: &'a Knowledge,
    script: &'a Script,
    symptom: &'a Symptom,
    words: &'w Words,
}

impl<'a> ScriptPage<'a, '_> {
    fn fill(&self, text: &str) -> String {
        fill(text, self.words)
    }

    fn phrase(&self, id: &str) -> String {
        phrase(self.knowledge, id, self.words)
    }

    fn step(&self, step: &'a ScriptStep) -> ShownStep<'a> {
        let mut texts = Vec::new();
        let question = step.act.as_ref().and_then(Act::question).and_then(|id| self.symptom.question(id));
        let own = question.and_then(|question| self.script.wordings.get(&question.id));
        match (step.say.as_ref().or(own), question) {
            (Some(say), _) => texts.push((Voice::Say, self.fill(say))),
            (None, Some(question)) => {
                texts.push((Voice::Ask, self.fill(question.wording(true))));
            }
            (None, None) => {}
        }
        texts.extend(step.act.as_ref().and_then(|act| self.act(act)).map(|text| (Voice::Do, text)));
        texts.extend(step.note.as_ref().map(|note| (Voice::Note, self.fill(note))));
        let labels = question.iter().flat_map(|question| &question.answers).map(|answer| self.fill(&answer.label));
        ShownStep { id: &step.id, when: self.when(&step.only_when), texts, answers: labels.collect() }
    }

    fn act(&self, act: &Act) -> Option<String> {
        Some(match act {
            Act::Ask(_) => return None,
            Act::Probe(id) => match self.symptom.question(id)?.measured_by {
                Some(MeasuredBy::Rhythm) => self.phrase("script-press"),
                _ => self.phrase("script-compare"),
            },
            Act::Remedy(id) => {
                let remedy = self.symptom.remedy(id)?;
                self.fill(&self.knowledge.section(remedy.section(true))?.title)
            }
            Act::VerifyIdentity => self.phrase("script-verify"),
            Act::Escalate(role) => self.phrase("script-turn-to").replace("{role}", role),
            Act::Decide => self.phrase("script-decide"),
        })
    }

    /// A condition in words: the number of the step that asked, and what was answered.
    fn when(&self, condition: &Condition) -> Vec<String> {
        let clauses = condition.0.iter().map(|clause| {
            if [Script::IDENTITY, Script::ENDING].contains(&clause.fact.as_str()) {
                let known: Vec<String> = clause.one_of.iter().map(|value| self.phrase(of_session(value))).collect();
                return known.join(&format!(", {} ", self.phrase("script-or")));
            }
            let asks = |step: &ScriptStep| step.act.as_ref().and_then(Act::question) == Some(clause.fact.as_str());
            let number = self.script.steps.iter().position(asks).map(|index| (index + 1).to_string());
            let question = self.symptom.question(&clause.fact);
            let answers = clause.one_of.iter().map(|id| {
                let answer = question.and_then(|one| one.answers.iter().find(|answer| answer.id == *id));
                let label = answer.map(|answer| self.fill(&answer.label));
                label.unwrap_or_else(|| if id == UNSURE { self.phrase(id) } else { id.clone() })
            });
            let answers: Vec<String> = answers.collect();
            format!("{}: {}", number.as_ref().unwrap_or(&clause.fact), answers.join(" / "))
        });
        clauses.collect()
    }
}

/// A fact that only a session has: the id of its phrase.
fn of_session(value: &str) -> &'static str {
    match value {
        "verified" => "script-verified",
        "not-verified" => "script-not-verified",
        "helped" => "script-helped",
        "later" => "script-later",
        _ => "script-elsewhere",
    }
}

/// A whole script on a page that an agent can read before a call. The numbers are what conditions refer to.
pub fn page(knowledge: &Knowledge, script: &Script, words: &Words, look: Look) -> String {
    let mut out = heading(&fill(&script.title, words), look);
    out.push('\n');
    let look = Look { width: look.width.saturating_sub(NUMBER).max(20), ..look };
    for (index, step) in shown(knowledge, script, words).iter().enumerate() {
        let is_last = index >= script.steps.len();
        if index == script.steps.len() {
            let _ = write!(out, "\n{}", painted(&phrase(knowledge, "script-over", words), FAINT, look.styled));
        }
        let number = if is_last { String::new() } else { (index + 1).to_string() };
        let step = step_of_page(knowledge, step, words, look);
        let text = indented(&step, NUMBER);
        let number = painted(&format!("{number:>2}"), FAINT, look.styled);
        let _ = write!(out, "\n{number}{}\n", text.get(2..).unwrap_or_default());
    }
    out
}

/// Columns for the number of a step.
const NUMBER: usize = 4;

fn step_of_page(knowledge: &Knowledge, step: &ShownStep<'_>, words: &Words, look: Look) -> String {
    let indent = " ".repeat(margin(knowledge, words));
    let mut lines = Vec::new();
    let first = format!("{} ", phrase(knowledge, "script-if", words));
    let rest = " ".repeat(first.chars().count());
    for when in &step.when {
        let options = textwrap::Options::new(look.width).initial_indent(&first).subsequent_indent(&rest);
        let wrapped = textwrap::wrap(when, options);
        lines.extend(wrapped.iter().map(|line| painted(line, FAINT, look.styled)));
    }
    for (voice, text) in &step.texts {
        lines.push(spoken(knowledge, *voice, text, words, look));
    }
    for answer in &step.answers {
        let (first, rest) = (format!("{indent}· "), format!("{indent}  "));
        let options = textwrap::Options::new(look.width).initial_indent(&first).subsequent_indent(&rest);
        lines.push(textwrap::fill(answer, options));
    }
    lines.join("\n")
}

/// A remedy beside the margin.
pub(super) fn remedy_beside(
    knowledge: &Knowledge,
    at: &SectionRef,
    app: Option<&str>,
    words: &Words,
    look: Look,
) -> String {
    indented(&remedy(knowledge, at, app, words, beside(knowledge, words, look)), margin(knowledge, words))
}

/// Whom to turn to, wrapped for the room beside the margin.
pub(super) fn contact_beside(knowledge: &Knowledge, contact: &Contact, words: &Words, look: Look) -> String {
    super::session::contact(knowledge, contact, words, Look { styled: false, ..beside(knowledge, words, look) })
}

fn indented(text: &str, columns: usize) -> String {
    let indent = " ".repeat(columns);
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{indent}{line}") });
    lines.collect::<Vec<_>>().join("\n")
}
