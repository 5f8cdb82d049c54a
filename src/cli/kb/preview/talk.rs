//! The session as far as the answers in the address lead, and what it wants next.
//!
//! The one idea: it is replayed over the knowledge as it is now. An answer that the knowledge has no more is passed over and
//! shown as such, and it stays in the address: the writer may be about to bring it back.

use std::fmt::Write as _;

use super::article::Writing;
use super::wanted::Did;
use crate::knowledge::{Question, Remedy, Section, SectionRef, Service, Symptom};
use crate::report::{self, escaped, percent};
use crate::session::{Event, Mode, Move, RHYTHM_OFFERED, Session, Tried, Why, support_code};
use crate::verdict::{Conclusion, UNKNOWN, UNSURE};

/// A session with the way to where it is.
pub(super) struct Talk<'a> {
    writing: Writing<'a>,
    service: Option<&'a Service>,
    session: Session<'a>,
    /// What was done, in words, with whether the knowledge still has it.
    trail: Vec<Step>,
    next: Move,
}

struct Step {
    /// Its place among what was done; `None` for what the session did by itself.
    number: Option<usize>,
    asked: String,
    said: String,
    known: bool,
}

/// Causes with less belief are not listed, and no more than so many.
const LEAST_BELIEF: f64 = 0.01;
const MOST_CAUSES: usize = 5;
/// Questions that the program measures where it can.
const MEASURED: [&str; 2] = ["code-rhythm", "clock-by-eye"];

impl<'a> Talk<'a> {
    /// Replays what was done under a symptom.
    pub(super) fn new(writing: Writing<'a>, symptom: &Symptom, service: Option<&'a Service>) -> Self {
        let mode = writing.wanted.mode();
        let mut session = Session::new(writing.knowledge, mode, service.map(|service| service.id.clone()), None);
        if mode == Mode::Person {
            // As somebody with the phone at hand is met.
            session.record(Event::Asked { question: RHYTHM_OFFERED.to_owned(), answer: "yes".to_owned() });
        }
        session.record(Event::About(symptom.id.clone()));
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

    fn is_agent(&self) -> bool {
        self.writing.wanted.agent
    }

    fn wording(&self, question: &Question) -> String {
        self.writing.text(question.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&question.ask))
    }

    fn told_in<'r>(&self, remedy: &'r Remedy) -> &'r SectionRef {
        remedy.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&remedy.text)
    }

    fn told(&self, remedy: &Remedy) -> Option<(SectionRef, &'a Section)> {
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

    fn opening(&self) -> String {
        let items = ["opening-stay", "opening-keep", "opening-stop"].map(|id| self.writing.phrase(id));
        let heading = self.writing.phrase("opening");
        format!("<details class=\"opening\"><summary>{heading}</summary><ul><li>{}</li></ul></details>\n", items.join("</li><li>"))
    }

    fn step(&self) -> String {
        let symptom = self.session.symptom();
        match &self.next {
            Move::Ask { question, why } => match symptom.and_then(|symptom| symptom.question(question)) {
                Some(question) => self.ask(question, *why),
                // A rule that asks for something which no question can tell: nobody knows.
                None => {
                    heading(&escaped(question))
                        + &self.buttons(&[(Did::Asked(question.clone(), UNSURE.to_owned()), self.writing.phrase("unsure"))])
                }
            },
            Move::Try { remedy, why } => match symptom.and_then(|symptom| symptom.remedy(remedy)) {
                Some(remedy) => self.attempt(remedy, *why),
                None => String::new(),
            },
            Move::VerifyIdentity => self.verify(),
            Move::Escalate { role, remedy } => self.escalate(role, remedy.as_deref()),
            Move::Done => self.done(),
            Move::Observe | Move::GoOn(_) | Move::ChooseSymptom => {
                "<p class=\"empty\">There is nothing to ask here.</p>\n".to_owned()
            }
        }
    }

    fn ask(&self, question: &Question, why: Why) -> String {
        let mut out = heading(&self.wording(question));
        if MEASURED.contains(&question.id.as_str()) {
            out.push_str("<p class=\"note\">The program measures this where it can.</p>\n");
        }
        let answer = |id: &str, label: String| (Did::Asked(question.id.clone(), id.to_owned()), label);
        let mut answers: Vec<(Did, String)> =
            question.answers.iter().map(|one| answer(&one.id, self.writing.text(&one.label))).collect();
        answers.push(answer(UNSURE, self.writing.phrase("unsure")));
        out.push_str(&self.buttons(&answers));
        out + &self.why(question.why.as_deref(), why)
    }

    fn attempt(&self, remedy: &Remedy, why: Why) -> String {
        let mut out = String::new();
        let settled = self.session.verdict().is_some_and(|one| one.conclusion != Conclusion::Undetermined);
        if settled && matches!(why, Why::BestRemedy(_)) {
            out.push_str(&self.found());
        }
        let _ = writeln!(out, "<p class=\"kicker\">{}</p>", self.writing.phrase("try-this"));
        out.push_str(&self.section_of(remedy));
        let _ = writeln!(out, "<p class=\"after\"><strong>{}</strong></p>", self.writing.phrase("did-it-help"));
        let results = [(Tried::Helped, "helped-yes"), (Tried::Failed, "helped-no"), (Tried::Later, "helped-later")];
        let results = results.map(|(result, id)| (Did::Tried(remedy.id.clone(), result), self.writing.phrase(id)));
        out + &self.buttons(&results) + &self.why(None, why)
    }

    fn section_of(&self, remedy: &Remedy) -> String {
        let Some((at, section)) = self.told(remedy) else { return heading(&escaped(&remedy.id)) };
        let body = self.writing.body(&at, section);
        format!("{}<div class=\"prose\">\n{body}</div>\n", heading(&self.writing.text(&section.title)))
    }

    fn verify(&self) -> String {
        let rule = self.service.and_then(|service| service.verify_identity.as_ref());
        let rule = rule.map_or_else(String::new, |rule| self.writing.text(rule));
        let answers = [(true, "verify-yes"), (false, "verify-no")];
        let answers = answers.map(|(passed, id)| (Did::Verified(passed), self.writing.phrase(id)));
        format!("{}<p>{rule}</p>\n", heading(&self.writing.phrase("verify-question"))) + &self.buttons(&answers)
    }

    fn escalate(&self, role: &str, remedy: Option<&str>) -> String {
        let mut out = heading(&self.writing.phrase("escalate-intro")) + &self.found();
        let remedy = remedy.and_then(|id| self.session.symptom()?.remedy(id));
        if let Some((at, section)) = remedy.and_then(|remedy| self.told(remedy)) {
            let (title, body) = (self.writing.text(&section.title), self.writing.body(&at, section));
            let _ = writeln!(out, "<h4>{title}</h4>\n<div class=\"prose\">\n{body}</div>");
        }
        let generic = self.writing.knowledge.services.get("generic");
        let contact = self.service.into_iter().chain(generic).find_map(|service| service.escalate.get(role));
        if let Some(contact) = contact {
            let bring: String =
                contact.bring.iter().map(|thing| format!("<li>{}</li>\n", self.writing.text(thing))).collect();
            let _ = writeln!(
                out,
                "<p>{}</p>\n<h4>{}</h4>\n<ul>\n{bring}</ul>\n<p>{}</p>",
                self.writing.text(&contact.says),
                self.writing.phrase("have-ready"),
                self.writing.phrase("never-give"),
            );
        }
        if let Some(code) = support_code(&self.session).filter(|_| !self.is_agent()) {
            let phrase = self.writing.phrase("support-code").replace("{code}", &format!("<code>{code}</code>"));
            let _ = writeln!(out, "<p>{phrase}</p>");
        }
        out + &self.end()
    }

    fn done(&self) -> String {
        let helped = matches!(self.writing.wanted.did.last(), Some(Did::Tried(_, Tried::Helped)));
        let word = if helped { "glad" } else { "goodbye" };
        heading(&self.writing.phrase(word)) + &self.found() + &self.end()
    }

    fn end(&self) -> String {
        let again = escaped(&self.writing.wanted.after(0).address("/"));
        format!("<p class=\"end\">The session ends here. <a href=\"{again}\">Begin again</a></p>\n")
    }

    fn found(&self) -> String {
        let found = report::found(&self.session, self.writing.words);
        found.map_or_else(String::new, |found| format!("<p class=\"found\">{}</p>\n", escaped(&found)))
    }

    fn why(&self, reason: Option<&str>, why: Why) -> String {
        let reason = reason.map(|reason| self.writing.text(reason) + " ").unwrap_or_default();
        let (summary, rule) = (self.writing.phrase("why-asked"), escaped(&report::why(why)));
        format!("<details class=\"why\"><summary>{summary}</summary><p>{reason}{rule}</p></details>\n")
    }

    /// A button for everything that can be said now, with all that was said in the form around it; then the way back.
    fn buttons(&self, choices: &[(Did, String)]) -> String {
        let mut out = form("answers", &self.writing.wanted.fields());
        for (did, label) in choices {
            let _ = writeln!(out, "<button name=\"did\" value=\"{}\">{label}</button>", escaped(&did.written()));
        }
        out.push_str("</form>\n");
        let done = self.writing.wanted.did.len();
        if done > 0 {
            out.push_str(&form("back", &self.writing.wanted.after(done - 1).fields()));
            let _ = writeln!(out, "<button>{}</button>\n</form>", self.writing.phrase("back"));
        }
        out
    }

    /// How much is believed of each cause, for the writer.
    fn belief(&self) -> String {
        let Some((symptom, verdict)) = self.session.symptom().zip(self.session.verdict()) else { return String::new() };
        if symptom.causes.is_empty() {
            return "<p class=\"note\">This trouble is decided by rules; nothing is weighed.</p>\n".to_owned();
        }
        let mut out = "<h3 class=\"belief-title\">What the session makes of it</h3>\n<ol class=\"belief\">\n".to_owned();
        for one in verdict.causes.iter().filter(|one| one.probability >= LEAST_BELIEF).take(MOST_CAUSES) {
            let title = match symptom.cause(&one.cause) {
                Some(cause) => self.writing.text(&cause.title),
                None if one.cause == UNKNOWN => "Something that nobody has thought of".to_owned(),
                None => escaped(&one.cause),
            };
            let _ = writeln!(
                out,
                "<li><span>{title}</span> <span class=\"number\">{}</span><svg class=\"bar\" aria-hidden=\"true\"><rect width=\"{:.1}%\" height=\"100%\"/></svg></li>",
                percent(one.probability),
                one.probability * 100.0,
            );
        }
        out + "</ol>\n"
    }
}

/// What the step is about; it gets the focus when the step is new.
fn heading(text: &str) -> String {
    format!("<h3 id=\"step\" tabindex=\"-1\">{text}</h3>\n")
}

/// A form that leads to an address with these fields.
pub(super) fn form(class: &str, fields: &[(&str, String)]) -> String {
    let mut out = format!("<form class=\"{class}\" action=\"/\">\n");
    for (name, value) in fields {
        let _ = writeln!(out, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    out
}
