//! What whoever takes over a call needs to know: as text, as Markdown for a ticket, or as JSON.
//!
//! The one idea: one value, told in labels, in the order of the call and in agents' words, whoever held the session; the three
//! forms differ in nothing else. A transcript is a foreign text, so nothing of it is shown that is not inert.

mod template;

use serde::Serialize;

use super::json::{significant, written};
use super::text::conclusion;
use crate::knowledge::{Contact, Symptom};
use crate::session::{Ending, Event, Next, Session, Transcript, Tried};
use crate::speech::{Speech, Words, fill, foreign, phrase};
use crate::talk::{Happened, story};
use crate::verdict::{Conclusion, UNKNOWN};
pub use template::Template;

/// Causes that are named: each at least so probable, and no more than so many.
const WORTH_NAMING: f64 = 0.1;
const MOST_NAMED: usize = 2;

/// A call to be handed over.
pub struct Handoff<'k> {
    speech: Speech<'k>,
    ticket: Option<String>,
    /// Everybody who held it, in order.
    agents: Vec<String>,
    /// In seconds since 1970.
    began: Option<i64>,
    script: Option<String>,
    /// What came before any trouble was named.
    before: Vec<Happened<'k>>,
    troubles: Vec<Trouble<'k>>,
    verified: Option<bool>,
    ended: Option<Ending>,
    later: bool,
    contact: Option<Contact>,
    /// Release and digest of the knowledge.
    made_with: [String; 2],
}

struct Trouble<'k> {
    symptom: &'k Symptom,
    title: String,
    happened: Vec<Happened<'k>>,
    /// What it came to; `None` where nothing is weighed.
    found: Option<Found>,
}

/// How sure it is, and the causes that are worth naming.
struct Found {
    sure: Conclusion,
    causes: Vec<Named>,
}

/// A cause, by id and in words.
struct Named {
    cause: String,
    title: String,
    probability: f64,
}

/// How the lines of a form begin, and how its texts are made inert: those of the knowledge, short foreign ones, and notes.
#[derive(Clone, Copy)]
struct Form {
    heading: &'static str,
    item: &'static str,
    below: &'static str,
    own: fn(&str) -> String,
    short: fn(&str) -> String,
    note: fn(&str) -> String,
}

/// For a terminal, or to be pasted anywhere.
const TEXT: Form =
    Form { heading: "", item: "  ", below: "    ", own: foreign::inert, short: foreign::plain, note: foreign::inert };
/// For a ticket.
const MARKDOWN: Form = Form {
    heading: "## ",
    item: "- ",
    below: "  - ",
    own: foreign::own_markdown,
    short: foreign::markdown,
    note: foreign::whole_markdown,
};

impl Found {
    /// How sure it is of which causes.
    fn sentence(&self, speech: Speech<'_>) -> String {
        let causes = self.causes.iter().map(|one| format!("{} ({})", one.title, speech.percent(one.probability)));
        let causes = causes.collect::<Vec<_>>().join("; ");
        let found = format!("{}: {causes}", conclusion(self.sure, speech));
        speech.say("told-found", &[("found", &found)]).trim_end_matches(": ").to_owned()
    }
}

impl<'k> Handoff<'k> {
    /// Of a session as it was held.
    pub fn of(session: &Session<'k>, words: &Words) -> Self {
        let knowledge = session.knowledge();
        let header = &session.transcript().header;
        let mut before = Vec::new();
        let mut troubles: Vec<Trouble<'k>> = Vec::new();
        let mut starts = Vec::new();
        for (at, happened) in story(session, words, true).into_iter().filter(|(_, one)| !one.is_its_own()) {
            match (happened, troubles.last_mut()) {
                (Happened::Trouble { symptom, title }, _) => {
                    starts.push(at);
                    troubles.push(Trouble { symptom, title, happened: Vec::new(), found: None });
                }
                (other, Some(trouble)) => trouble.happened.push(other),
                (other, None) => before.push(other),
            }
        }
        let ends = starts.iter().skip(1).copied().chain([session.kept()]);
        for (trouble, end) in troubles.iter_mut().zip(ends) {
            trouble.found = found(session, end, words);
        }
        let ended = session.events().rev().find_map(|event| match event {
            Event::Concluded(ending) => Some(*ending),
            _ => None,
        });
        let contact = match session.next() {
            Next::Escalate { role, .. } if ended == Some(Ending::Escalated) => {
                knowledge.contact(session.service(), &role).map(|contact| Contact {
                    says: fill(&contact.says, words),
                    bring: contact.bring.iter().map(|thing| fill(thing, words)).collect(),
                })
            }
            _ => None,
        };
        let script = header.script.as_ref().map(|id| {
            let script = knowledge.scripts.get(id);
            script.map_or_else(|| foreign::plain(id), |script| fill(&script.title, words))
        });
        Self {
            speech: Speech::of(knowledge),
            ticket: header.reference.clone(),
            agents: session.transcript().agents().into_iter().map(str::to_owned).collect(),
            began: session.transcript().first_time(),
            script,
            before,
            troubles,
            verified: session.state().verified,
            ended,
            later: session.events().any(|event| matches!(event, Event::Tried { result: Tried::Later, .. })),
            contact,
            made_with: [header.version.clone(), header.knowledge.clone()],
        }
    }

    /// For a terminal, or to be pasted anywhere: plain sentences, nothing escaped that is not active.
    pub fn text(&self) -> String {
        self.lines(TEXT)
    }

    /// For a ticket.
    pub fn markdown(&self) -> String {
        self.lines(MARKDOWN)
    }

    fn lines(&self, form: Form) -> String {
        let Form { heading, item, below, own, short, note } = form;
        let speech = self.speech;
        let mut lines = Vec::new();
        let say = |id: &str, name: &str, value: &str| speech.say(id, &[(name, value)]);
        let happened = |one: &Happened<'_>| match one {
            Happened::Note(text) => format!("{item}{}", say("told-note", "note", &note(text))),
            other => format!("{item}{}", own(&other.sentence(speech))),
        };
        if self.troubles.is_empty() {
            lines.push(format!("{heading}{}", own(speech.phrase("handoff-no-symptom"))));
        }
        lines.extend(
            self.ticket.iter().map(|ticket| format!("{item}{}", say("handoff-ticket", "ticket", &short(ticket)))),
        );
        lines.extend(
            self.script.iter().map(|script| format!("{item}{}", say("handoff-script", "script", &own(script)))),
        );
        lines.extend(self.before.iter().map(happened));
        for trouble in &self.troubles {
            lines.push(format!("{heading}{}", own(&trouble.title)));
            lines.extend(trouble.happened.iter().map(happened));
            lines.extend(trouble.found.iter().map(|found| format!("{item}{}", own(&found.sentence(speech)))));
        }
        lines.push(format!("{heading}{}", own(speech.phrase(self.end()))));
        if let Some(contact) = &self.contact {
            lines.push(format!("{item}{}", own(&contact.says)));
            lines.extend(contact.bring.iter().map(|thing| format!("{below}{}", own(thing))));
        }
        // Where somebody was asked, that stands in its place.
        if self.verified.is_none() {
            lines.push(format!("{item}{}", own(speech.phrase("handoff-nobody-verified"))));
        }
        let [version, digest] = &self.made_with;
        let made = [("version", short(version)), ("digest", short(digest))];
        let made: Vec<(&str, &str)> = made.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lines.push(format!("{item}{}", speech.say("handoff-knowledge", &made)));
        lines.join("\n") + "\n"
    }

    /// The phrase that says how it ended.
    fn end(&self) -> &'static str {
        match self.ended {
            Some(Ending::Escalated) => "handoff-escalated",
            Some(Ending::Remedy) if self.later => "handoff-later",
            Some(Ending::Remedy) => "handoff-helped",
            Some(Ending::Abandoned) => "handoff-abandoned",
            None => "handoff-open",
        }
    }

    /// For a program, version 1 (`docs/formats.md`).
    pub fn json(&self) -> String {
        let troubles = self.troubles.iter().map(|trouble| TroubleLine {
            symptom: &trouble.symptom.id,
            title: &trouble.title,
            happened: trouble.happened.iter().map(HappenedLine::of).collect(),
            conclusion: trouble.found.as_ref().map(|found| found.sure.name()),
            causes: trouble.found.iter().flat_map(|found| found.causes.iter().map(CauseLine::of)).collect(),
        });
        let line = Line {
            handoff: 1,
            ticket: self.ticket.as_deref(),
            agent: self.agents.last().map(String::as_str),
            agents: &self.agents,
            script: self.script.as_deref(),
            before: self.before.iter().map(HappenedLine::of).collect(),
            troubles: troubles.collect(),
            verified: self.verified,
            ended: self.ended,
            contact: self.contact.as_ref(),
            version: &self.made_with[0],
            knowledge: &self.made_with[1],
        };
        written(&line) + "\n"
    }
}

/// What the trouble at hand came to once so many events had happened.
fn found(session: &Session<'_>, end: usize, words: &Words) -> Option<Found> {
    let events = session.events().take(end).cloned().collect();
    let header = session.transcript().header.clone();
    let until = Session::resume(session.knowledge(), Transcript { header, events });
    let (symptom, verdict) = (until.symptom()?, until.verdict()?);
    if symptom.causes.is_empty() {
        return None;
    }
    let speech = Speech::of(session.knowledge());
    let named = verdict.causes.iter().filter(|one| one.probability >= WORTH_NAMING).take(MOST_NAMED);
    let causes = named.filter_map(|one| {
        let title = match symptom.cause(&one.cause) {
            Some(cause) => speech.fill(&cause.title, &one.detail, words),
            None if one.cause == UNKNOWN => phrase(session.knowledge(), "unknown-cause", words),
            None => return None,
        };
        Some(Named { cause: one.cause.clone(), title, probability: one.probability })
    });
    Some(Found { sure: verdict.conclusion, causes: causes.collect() })
}

#[derive(Serialize)]
struct Line<'a> {
    handoff: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    agents: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<HappenedLine<'a>>,
    troubles: Vec<TroubleLine<'a>>,
    verified: Option<bool>,
    ended: Option<Ending>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a Contact>,
    version: &'a str,
    knowledge: &'a str,
}

#[derive(Serialize)]
struct TroubleLine<'a> {
    symptom: &'a str,
    title: &'a str,
    happened: Vec<HappenedLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<CauseLine<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum HappenedLine<'a> {
    Said { question: &'a str, answer: &'a str, asked: &'a str, said: &'a str },
    Tried { remedy: &'a str, title: &'a str, result: Tried },
    Verified { passed: bool },
    Note { text: &'a str },
    Trouble { title: &'a str },
}

#[derive(Serialize)]
struct CauseLine<'a> {
    cause: &'a str,
    title: &'a str,
    probability: f64,
}

impl<'a> CauseLine<'a> {
    fn of(named: &'a Named) -> Self {
        Self { cause: &named.cause, title: &named.title, probability: significant(named.probability) }
    }
}

impl<'a> HappenedLine<'a> {
    fn of(happened: &'a Happened<'_>) -> Self {
        match happened {
            Happened::Said { question, answer, asked, said } => Self::Said { question, answer, asked, said },
            Happened::Tried { remedy, title, result } => Self::Tried { remedy, title, result: *result },
            Happened::Verified(passed) => Self::Verified { passed: *passed },
            Happened::Note(text) => Self::Note { text },
            Happened::Trouble { title, .. } => Self::Trouble { title },
        }
    }
}
