//! The session as far as the answers in the address lead, and what it wants next.
//!
//! The one idea: it is replayed over the knowledge as it is now. An answer that the knowledge has no more is passed over and
//! shown as such, and it stays in the address: the writer may be about to bring it back.

use std::fmt::Write as _;

use super::article::Writing;
use super::wanted::Did;
use crate::knowledge::{App, Question, Remedy, Section, SectionRef, Service, Symptom};
use crate::report::escaped;
use crate::session::{Event, Mode, Move, RHYTHM_OFFERED, Session, Tried};
use crate::verdict::UNSURE;

/// A session with the way to where it is.
pub(super) struct Talk<'a> {
    pub(super) writing: Writing<'a>,
    pub(super) service: Option<&'a Service>,
    pub(super) session: Session<'a>,
    /// What was done, in words, with whether the knowledge still has it.
    trail: Vec<Step>,
    pub(super) next: Move,
}

struct Step {
    /// Its place among what was done; `None` for what the session did by itself.
    number: Option<usize>,
    asked: String,
    said: String,
    known: bool,
}

impl<'a> Talk<'a> {
    /// Replays what was done under a symptom.
    pub(super) fn new(writing: Writing<'a>, symptom: &Symptom, service: Option<&'a Service>) -> Self {
        let mode = writing.wanted.mode();
        let mut session = Session::new(writing.knowledge, mode, service.map(|service| service.id.clone()), None);
        let script = writing.wanted.script.as_ref().and_then(|id| writing.knowledge.scripts.get(id));
        if let Some(script) = script {
            session = session.led_by(script);
        } else {
            if mode == Mode::Person {
                // As somebody with the phone at hand is met.
                session.record(Event::Asked { question: RHYTHM_OFFERED.to_owned(), answer: "yes".to_owned() });
            }
            session.record(Event::About(symptom.id.clone()));
        }
        if let Some(app) = writing.app() {
            session.record(Event::Asked { question: App::ASKED.to_owned(), answer: app.id.clone() });
        }
        let next = session.next();
        let mut talk = Self { writing, service, session, trail: Vec::new(), next };
        for (number, did) in writing.wanted.did.iter().enumerate() {
            talk.go_on();
            talk.replay(number, did);
        }
        talk.go_on();
        talk
    }

    /// Where the article speaks of what the session is at.
    pub(super) fn section(&self) -> Option<&'a SectionRef> {
        let symptom = self.session.symptom()?;
        match &self.next {
            Move::Try { remedy, .. } | Move::Escalate { remedy: Some(remedy), .. } => {
                symptom.remedy(remedy).map(|remedy| self.told_in(remedy))
            }
            _ => Some(&symptom.heading),
        }
    }

    /// Over to another symptom, where the session leads there by itself.
    fn go_on(&mut self) {
        while let Move::GoOn(to) = &self.next {
            let to = to.clone();
            let title = self.writing.knowledge.symptoms.get(&to).map_or(to.clone(), |symptom| symptom.title.clone());
            let (asked, said) = (self.writing.phrase("go-on-elsewhere"), self.writing.text(&title));
            self.trail.push(Step { number: None, asked, said, known: true });
            self.record(Event::About(to));
        }
    }

    fn record(&mut self, event: Event) {
        self.session.record(event);
        self.next = self.session.next();
    }

    fn replay(&mut self, number: usize, did: &Did) {
        let symptom = self.session.symptom();
        let (asked, said, event) = match did {
            Did::Asked(id, answer) => {
                let question = symptom.and_then(|symptom| symptom.question(id));
                let event = Event::Asked { question: id.clone(), answer: answer.clone() };
                let said = question.and_then(|question| self.answer(question, answer));
                let asked = question.map_or_else(|| escaped(id), |question| self.wording(question));
                (asked, said.ok_or_else(|| escaped(answer)), event)
            }
            Did::Tried(id, result) => {
                let remedy = symptom.and_then(|symptom| symptom.remedy(id));
                let said = self.writing.phrase(match result {
                    Tried::Helped => "helped-yes",
                    Tried::Failed => "helped-no",
                    Tried::Later => "helped-later",
                });
                let asked = remedy.and_then(|remedy| self.told(remedy)).map(|(_, section)| section.title.as_str());
                let said = if remedy.is_some() { Ok(said) } else { Err(said) };
                let event = Event::Tried { remedy: id.clone(), result: *result };
                (self.writing.text(asked.unwrap_or(id)), said, event)
            }
            Did::Verified(passed) => {
                let said = self.writing.phrase(if *passed { "verify-yes" } else { "verify-no" });
                (self.writing.phrase("verify-question"), Ok(said), Event::Verified(*passed))
            }
        };
        let known = said.is_ok();
        let (Ok(said) | Err(said)) = said;
        self.trail.push(Step { number: Some(number), asked, said, known });
        if known {
            self.record(event);
        }
    }

    fn answer(&self, question: &Question, id: &str) -> Option<String> {
        if id == UNSURE {
            return Some(self.writing.phrase("unsure"));
        }
        let answer = question.answers.iter().find(|answer| answer.id == id)?;
        Some(self.writing.text(&answer.label))
    }

    pub(super) fn is_agent(&self) -> bool {
        self.writing.wanted.agent
    }

    pub(super) fn wording(&self, question: &Question) -> String {
        if let Some(own) = self.session.wording(question) {
            return self.writing.text(own);
        }
        self.writing.text(question.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&question.ask))
    }

    fn told_in<'r>(&self, remedy: &'r Remedy) -> &'r SectionRef {
        remedy.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&remedy.text)
    }

    pub(super) fn told(&self, remedy: &Remedy) -> Option<(SectionRef, &'a Section)> {
        let general = self.told_in(remedy);
        let at = self.writing.own(general).unwrap_or_else(|| general.clone());
        let section = self.writing.knowledge.section(&at)?;
        Some((at, section))
    }

    /// The way so far, and the step that comes now.
    pub(super) fn html(&self) -> String {
        let mut out = self.trail();
        out.push_str("<div class=\"step\" aria-live=\"polite\">\n");
        if self.writing.wanted.did.is_empty() && !self.is_agent() {
            out.push_str(&self.opening());
        }
        out.push_str(&self.cue());
        out.push_str(&self.step());
        out.push_str("</div>\n");
        out + &self.belief()
    }

    fn trail(&self) -> String {
        if self.trail.is_empty() {
            return String::new();
        }
        let mut out = "<ol class=\"trail\" aria-label=\"The way so far\">\n".to_owned();
        for step in &self.trail {
            let Step { asked, said, .. } = step;
            let _ = match step.number {
                None => writeln!(out, "<li class=\"by-itself\"><span>{asked}</span> <b>{said}</b></li>"),
                Some(number) => {
                    let back = escaped(&self.writing.wanted.after(number).address("/"));
                    let gone = if step.known { "" } else { "<i>no longer in the knowledge, and passed over</i>" };
                    writeln!(
                        out,
                        "<li{}><span>{asked}</span> <b>{said}</b> {gone}<a href=\"{back}\" aria-label=\"Change: {asked}\">change</a></li>",
                        if step.known { "" } else { " class=\"gone\"" },
                    )
                }
            };
        }
        out + "</ol>\n"
    }
}
