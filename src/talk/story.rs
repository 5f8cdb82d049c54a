//! A session as it is told to somebody who was not there: troubles, answers, tries and notes in the order of the call.
//!
//! The one idea: labels and sentences, never ids, for whoever they are told to: the trail beside a conversation, a recap, a
//! hand-off. What was said again stands where it stood first, as it was said last.

use super::{APP_HERE, MATERIAL};
use crate::knowledge::{App, Symptom};
use crate::session::{Brought, Event, Session, Tried};
use crate::speech::{Speech, Words, fill, foreign, phrase};
use crate::verdict::{Conclusion, UNSURE};

/// Something that happened. Ids are for programs; all other text is plain and inert.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened<'k> {
    /// It is about this trouble from here on.
    Trouble {
        /// The trouble.
        symptom: &'k Symptom,
        /// As people say it.
        title: String,
    },
    /// A question was answered.
    Said {
        /// The question, by id.
        question: String,
        /// The answer, by id.
        answer: String,
        /// What was asked.
        asked: String,
        /// What was said.
        said: String,
    },
    /// A remedy was tried.
    Tried {
        /// The remedy, by id.
        remedy: String,
        /// What it is called.
        title: String,
        /// What came of it.
        result: Tried,
    },
    /// Somebody made sure who is calling, or could not.
    Verified(bool),
    /// A note.
    Note(String),
}

/// What happened, in order, in the words for a person or for an agent; each with how many events came before it.
pub fn story<'k>(session: &Session<'k>, words: &Words, agent: bool) -> Vec<(usize, Happened<'k>)> {
    let knowledge = session.knowledge();
    let own = |question: &String, answer: &String, asked: &str, said: String| Happened::Said {
        question: question.clone(),
        answer: answer.clone(),
        asked: phrase(knowledge, asked, words),
        said,
    };
    let app = session.state().answers.get(App::ASKED).map(String::as_str);
    let mut symptom: Option<&Symptom> = None;
    let mut story: Vec<(usize, Happened<'k>)> = Vec::new();
    for (at, event) in session.events().enumerate() {
        let happened = match event {
            Event::About(id) => {
                let Some(about) = knowledge.symptoms.get(id) else { continue };
                symptom = Some(about);
                Happened::Trouble { symptom: about, title: fill(&about.title, words) }
            }
            Event::Asked { question, .. } if knowledge.is_noted(question) => continue,
            Event::Asked { question, answer } if question == MATERIAL => {
                own(question, answer, "consent", phrase(knowledge, &format!("have-{answer}"), words))
            }
            Event::Asked { question, answer } if question == APP_HERE => {
                own(question, answer, "app-here", phrase(knowledge, &format!("app-here-{answer}"), words))
            }
            Event::Asked { question, answer } if question == App::ASKED => {
                let name = knowledge.apps.get(answer).map(|app| app.name.clone());
                let other = if answer == UNSURE { "unsure" } else { "other-choice" };
                own(question, answer, "choose-app", name.unwrap_or_else(|| phrase(knowledge, other, words)))
            }
            Event::Asked { question, answer } => {
                let Some(of) = symptom.and_then(|symptom| symptom.question(question)) else { continue };
                let own = session.wording(of).filter(|_| agent);
                let asked = fill(own.unwrap_or_else(|| of.wording(agent)), words);
                let said = of.answers.iter().find(|one| one.id == *answer).map(|one| fill(&one.label, words));
                let said = said.unwrap_or_else(|| phrase(knowledge, "unsure", words));
                Happened::Said { question: question.clone(), answer: answer.clone(), asked, said }
            }
            Event::Tried { remedy, result } => {
                let Some(of) = symptom.and_then(|symptom| symptom.remedy(remedy)) else { continue };
                let Some(section) = knowledge.told(of.section(agent), app) else { continue };
                Happened::Tried { remedy: remedy.clone(), title: fill(&section.title, words), result: *result }
            }
            Event::Verified(passed) => Happened::Verified(*passed),
            Event::Note(text) => Happened::Note(foreign::inert(text)),
            Event::At(_)
            | Event::HeldBy(_)
            | Event::Observed(_)
            | Event::Back
            | Event::BackTo(_)
            | Event::Concluded(_) => continue,
        };
        match story.iter_mut().find(|(_, before)| is_same(before, &happened)) {
            Some((_, before)) => *before = happened,
            None => story.push((at, happened)),
        }
    }
    story
}

/// Whether it is the same question or remedy.
fn is_same(one: &Happened<'_>, other: &Happened<'_>) -> bool {
    match (one, other) {
        (Happened::Said { question: one, .. }, Happened::Said { question: other, .. })
        | (Happened::Tried { remedy: one, .. }, Happened::Tried { remedy: other, .. }) => one == other,
        _ => false,
    }
}

impl Happened<'_> {
    /// Whether it is of the conversation alone, such as what there was to read: nobody needs it who was not there.
    pub fn is_its_own(&self) -> bool {
        matches!(self, Self::Said { question, .. } if [MATERIAL, APP_HERE].contains(&question.as_str()))
    }

    /// In a sentence or two.
    pub fn sentence(&self, speech: Speech<'_>) -> String {
        match self {
            Self::Trouble { title, .. } => speech.say("told-trouble", &[("trouble", title)]),
            Self::Said { asked, said, .. } => speech.say("told-answer", &[("question", asked), ("answer", said)]),
            Self::Tried { title, result, .. } => speech.say(result.told(), &[("remedy", title)]),
            Self::Verified(passed) => {
                speech.phrase(if *passed { "handoff-verified" } else { "handoff-not-verified" }).to_owned()
            }
            Self::Note(text) => speech.say("told-note", &[("note", text)]),
        }
    }
}

impl Tried {
    /// The phrase that tells it to somebody who was not there.
    fn told(self) -> &'static str {
        match self {
            Self::Helped => "told-helped",
            Self::Failed => "told-failed",
            Self::Later => "told-later",
        }
    }
}

/// What a comparison of codes came to elsewhere, in a sentence; it is the caller's word.
pub(super) fn brought(brought: &Brought, session: &Session<'_>, words: &Words) -> String {
    let knowledge = session.knowledge();
    let symptom = knowledge.symptoms.get(&brought.symptom);
    let cause = brought.cause.as_ref().and_then(|cause| symptom?.cause(cause)).map(|cause| fill(&cause.title, words));
    let Some(cause) = cause.filter(|title| !title.contains('{')) else {
        return phrase(knowledge, "recap-compared-nothing", words);
    };
    let sure = match brought.conclusion {
        Conclusion::Confirmed => "conclusion-confirmed",
        Conclusion::Likely => "conclusion-likely",
        Conclusion::Undetermined => "conclusion-undetermined",
    };
    let speech = Speech::of(knowledge);
    speech.say("recap-compared", &[("cause", &cause), ("conclusion", speech.phrase(sure))])
}
