//! The session as far as the answers in the address lead, and what it wants next.
//!
//! The one idea: it is the real conversation, over the knowledge as it is now. An answer that the knowledge has no more is
//! passed over and shown as such, and it stays in the address: the writer may be about to bring it back.

use std::fmt::Write as _;

use super::address::Did;
use super::article::Writing;
use crate::knowledge::{App, Section, SectionRef, Service, Symptom};
use crate::report::{Frame, escaped, talk};
use crate::session::{Next, Session, Tried};
use crate::speech::Speech;
use crate::talk::{About, Beside, Block, Choose, Input, Means, Now, Prompt, Talk};
use crate::verdict::{UNKNOWN, UNSURE};

/// Causes with less belief are not listed, and no more than so many.
const LEAST_BELIEF: f64 = 0.01;
const MOST_CAUSES: usize = 5;

/// A conversation with the way to where it is.
pub(super) struct Shown<'a> {
    writing: Writing<'a>,
    talk: Talk<'a>,
    /// What was done, in words, with whether the knowledge still has it.
    trail: Vec<Step>,
}

struct Step {
    /// Its place among what was done; `None` for what the session did by itself.
    number: Option<usize>,
    asked: String,
    said: String,
    known: bool,
}

impl<'a> Shown<'a> {
    /// Holds the conversation about a symptom as far as it was held.
    pub(super) fn new(writing: Writing<'a>, symptom: &Symptom, service: Option<&Service>) -> Self {
        let wanted = writing.wanted;
        let service = service.map(|service| service.id.clone());
        let mut session = Session::new(writing.knowledge, wanted.mode(), service, None);
        let script = wanted.script.as_ref().and_then(|id| writing.knowledge.scripts.get(id));
        if let Some(script) = script {
            session = session.led_by(script);
        }
        // As somebody with the phone at hand is met.
        let mut talk = Talk::new(session, Means { live: true, ..Means::default() });
        if script.is_none() {
            let _ = talk.take(Input::Jump(symptom.id.clone()), Now::default());
        }
        if let Some(app) = writing.app() {
            let (question, answer) = (App::ASKED.to_owned(), app.id.clone());
            let _ = talk.take(Input::Answer { question, answer }, Now::default());
        }
        let before = talk.trail().len();
        talk.begin(Now::default());
        let mut shown = Self { writing, talk, trail: Vec::new() };
        shown.follow(before, None);
        for (number, did) in wanted.did.iter().enumerate() {
            let before = shown.talk.trail().len();
            match shown.talk.take(did.input(), Now::default()) {
                Ok(()) => shown.follow(before, Some(number)),
                Err(_) => shown.pass_over(number, did),
            }
        }
        shown
    }

    /// Adds what has come to the trail: what was done, then what the session did by itself.
    fn follow(&mut self, before: usize, number: Option<usize>) {
        for (at, one) in self.talk.trail().into_iter().skip(before).enumerate() {
            let number = number.filter(|_| at == 0);
            self.trail.push(Step { number, asked: one.asked, said: one.said, known: true });
        }
    }

    fn pass_over(&mut self, number: usize, did: &Did) {
        let symptom = self.talk.session().symptom();
        let (asked, said) = match did {
            Did::Asked(id, answer) => {
                let question = symptom.and_then(|symptom| symptom.question(id));
                (question.map_or_else(|| id.clone(), |one| self.writing.filled(&one.ask)), answer.clone())
            }
            Did::Tried(id, result) => (id.clone(), self.writing.said(*result)),
            Did::Verified(passed) => (String::new(), passed.to_string()),
        };
        self.trail.push(Step { number: Some(number), asked, said, known: false });
    }

    /// Where the article speaks of what the session is at.
    pub(super) fn section(&self) -> Option<&'a SectionRef> {
        let session = self.talk.session();
        let symptom = session.symptom()?;
        match session.next() {
            Next::Remedy(id) | Next::Escalate { remedy: Some(id), .. } => {
                symptom.remedy(&id).map(|remedy| remedy.section(self.writing.wanted.agent))
            }
            _ => Some(&symptom.heading),
        }
    }

    /// The way so far, and the step that comes now.
    pub(super) fn html(&self) -> String {
        let mut out = self.trail();
        out.push_str("<div class=\"step\" aria-live=\"polite\">\n");
        let prompt = self.talk.prompt();
        let agent = self.writing.wanted.agent;
        let said: Vec<Block> =
            self.talk.said().iter().filter(|one| !agent || !matches!(one, Block::Opening { .. })).cloned().collect();
        let form = |prompt: &Prompt, heading: &str| {
            let buttons = prompt.choose().map(|choose| self.buttons(choose));
            [heading, &buttons.unwrap_or_default()].concat()
        };
        let prose = |at: &SectionRef, section: &Section| self.writing.body(at, section);
        let (knowledge, words) = (self.writing.knowledge, self.writing.words);
        let frame = Frame { knowledge, words, time: None, level: 3, form: &form, prose: &prose };
        out.push_str(&talk(&said, &prompt, &frame).html);
        if matches!(prompt, Prompt::Done(_)) {
            let again = escaped(&self.writing.wanted.after(0).address("/"));
            let _ = writeln!(out, "<p class=\"end\">The session ends here. <a href=\"{again}\">Begin again</a></p>");
        }
        out.push_str("</div>\n");
        out + &self.belief()
    }

    fn trail(&self) -> String {
        if self.trail.is_empty() {
            return String::new();
        }
        let mut out = "<ol class=\"trail\" aria-label=\"The way so far\">\n".to_owned();
        for step in &self.trail {
            let (asked, said) = (escaped(&step.asked), escaped(&step.said));
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

    /// A button for everything that can be said now, with all that was said in the form around it; then the way back.
    fn buttons(&self, choose: &Choose) -> String {
        let wanted = self.writing.wanted;
        let mut out = String::new();
        let symptom = self.talk.session().symptom();
        if let About::Question(id) = &choose.about
            && symptom
                .and_then(|symptom| symptom.question(id))
                .is_some_and(|one| one.measured_by.is_some_and(by_itself))
        {
            out.push_str("<p class=\"note\">The program measures this where it can.</p>\n");
        }
        out.push_str(&form("class=\"answers\"", &wanted.fields()));
        let unsure = choose.beside.iter().find(|(one, _)| *one == Beside::Unsure);
        let unsure = unsure.map(|(_, label)| (UNSURE.to_owned(), label.clone()));
        for (id, label) in choose.choices.iter().cloned().chain(unsure) {
            let Some(did) = Did::of(&choose.about, &id) else { continue };
            let (value, label) = (escaped(&did.written()), escaped(&label));
            let _ = writeln!(out, "<button name=\"did\" value=\"{value}\">{label}</button>");
        }
        out.push_str("</form>\n");
        if let Some(done) = wanted.did.len().checked_sub(1) {
            out.push_str(&form("class=\"back\"", &wanted.after(done).fields()));
            let _ = writeln!(out, "<button>{}</button>\n</form>", self.writing.phrase("back"));
        }
        out
    }

    /// How much is believed of each cause, for the writer.
    fn belief(&self) -> String {
        let session = self.talk.session();
        let Some(symptom) = session.symptom() else { return String::new() };
        let Some(verdict) = session.verdict().filter(|_| !symptom.causes.is_empty()) else {
            return "<p class=\"note\">This trouble is decided by rules; nothing is weighed.</p>\n".to_owned();
        };
        let mut out =
            "<h3 class=\"belief-title\">What the session makes of it</h3>\n<ol class=\"belief\">\n".to_owned();
        let speech = Speech::of(self.writing.knowledge);
        for one in verdict.causes.iter().filter(|one| one.probability >= LEAST_BELIEF).take(MOST_CAUSES) {
            let title = match symptom.cause(&one.cause) {
                Some(cause) => self.writing.text(&cause.title),
                None if one.cause == UNKNOWN => self.writing.phrase("unknown-cause"),
                None => escaped(&one.cause),
            };
            let _ = writeln!(
                out,
                "<li><span>{title}</span> <span class=\"number\">{}</span><svg class=\"bar\" aria-hidden=\"true\"><rect width=\"{:.1}%\" height=\"100%\"/></svg></li>",
                speech.percent(one.probability),
                one.probability * 100.0,
            );
        }
        out + "</ol>\n"
    }
}

/// Whether it is measured, and not just asked.
fn by_itself(measured_by: crate::knowledge::MeasuredBy) -> bool {
    measured_by != crate::knowledge::MeasuredBy::Entries
}

impl Did {
    /// As the conversation takes it.
    fn input(&self) -> Input {
        match self.clone() {
            Self::Asked(question, answer) => Input::Answer { question, answer },
            Self::Tried(remedy, result) => Input::Tried { remedy, result },
            Self::Verified(passed) => Input::Verified(passed),
        }
    }

    /// What a choice does; `None` for what the page does not offer.
    fn of(about: &About, id: &str) -> Option<Self> {
        Some(match about {
            About::Question(question) => Self::Asked(question.clone(), id.to_owned()),
            About::Identity => Self::Verified(id == "yes"),
            About::Remedy(remedy) => Self::Tried(remedy.clone(), Tried::of(id)?),
            _ => return None,
        })
    }
}

/// A form with these attributes that leads to an address with these fields.
pub(super) fn form(attributes: &str, fields: &[(&str, String)]) -> String {
    let mut out = format!("<form {attributes} action=\"/\">\n");
    for (name, value) in fields {
        let _ = writeln!(out, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    out
}
