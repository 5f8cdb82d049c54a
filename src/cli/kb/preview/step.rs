//! What the session wants now: a question, a remedy, whom to turn to; and what it makes of the answers.
//!
//! The one idea: everything that can be said is a button in a form with all that was said before, so that the page needs no
//! memory. It must not choose anything: the session does.

use std::fmt::Write as _;

use super::talk::Talk;
use super::wanted::Did;
use crate::knowledge::{Act, Question, Remedy, Script, ScriptStep};
use crate::report::{self, Speech, Voice, escaped};
use crate::session::{Ending, Move, Tried, Why, support_code};
use crate::verdict::{Conclusion, UNKNOWN, UNSURE};

/// Causes with less belief are not listed, and no more than so many.
const LEAST_BELIEF: f64 = 0.01;
const MOST_CAUSES: usize = 5;

impl Talk<'_> {
    pub(super) fn opening(&self) -> String {
        let items = ["opening-stay", "opening-keep", "opening-stop"].map(|id| self.writing.phrase(id));
        let heading = self.writing.phrase("opening");
        format!(
            "<details class=\"opening\"><summary>{heading}</summary><ul><li>{}</li></ul></details>\n",
            items.join("</li><li>")
        )
    }

    pub(super) fn step(&self) -> String {
        let symptom = self.session.symptom();
        match &self.next {
            Move::Ask { question, why } => match symptom.and_then(|symptom| symptom.question(question)) {
                Some(question) => self.ask(question, *why),
                None => String::new(),
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

    /// What a script says before what comes now; the words of a question come with the question.
    pub(super) fn cue(&self) -> String {
        let Some(cue) = self.session.cue() else { return String::new() };
        let mut out: String = cue.before.into_iter().map(|step| self.spoken(step, true)).collect();
        if let Some(step) = cue.step {
            out.push_str(&self.spoken(step, step.act.as_ref().and_then(Act::question).is_none()));
        }
        out
    }

    fn spoken(&self, step: &ScriptStep, aloud: bool) -> String {
        let say = step.say.as_deref().filter(|_| aloud).map(|say| (Voice::Say, say));
        let texts = say.into_iter().chain(step.note.as_deref().map(|note| (Voice::Note, note)));
        texts.map(|(voice, text)| self.voiced(voice, &self.writing.text(text))).collect()
    }

    /// A text with whose words it is.
    fn voiced(&self, voice: Voice, text: &str) -> String {
        let class = if voice == Voice::Note { "voice noted" } else { "voice" };
        let who = self.writing.phrase(voice.phrase());
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        format!("<div class=\"{class}\"><b>{who}</b><div><p>{}</p></div></div>\n", lines.join("</p><p>"))
    }

    fn goodbye(&self, ending: Ending) -> String {
        self.session.goodbye(ending).into_iter().map(|step| self.spoken(step, true)).collect()
    }

    fn ask(&self, question: &Question, why: Why) -> String {
        let at_hand = self.session.cue().and_then(|cue| cue.step?.say.as_deref());
        let own = at_hand.or_else(|| self.session.wording(question));
        let mut out = String::new();
        if self.session.script().is_some() {
            let voice = if own.is_some() { Voice::Say } else { Voice::Ask };
            let _ = writeln!(out, "<p class=\"kicker\">{}</p>", self.writing.phrase(voice.phrase()));
        }
        out.push_str(&heading(&own.map_or_else(|| self.wording(question), |own| self.writing.text(own))));
        if Script::PROBES.contains(&question.id.as_str()) {
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
        let service = self.service.map(|service| service.id.as_str());
        if let Some(contact) = self.writing.knowledge.contact(service, role) {
            let bring: Vec<String> = contact.bring.iter().map(|thing| self.writing.text(thing)).collect();
            let bring = format!("<li>{}</li>\n", bring.join("</li>\n<li>"));
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
        out + &self.goodbye(Ending::Escalated) + &self.end()
    }

    fn done(&self) -> String {
        let helped = matches!(self.writing.wanted.did.last(), Some(Did::Tried(_, Tried::Helped)));
        let word = if helped { "glad" } else { "goodbye" };
        heading(&self.writing.phrase(word)) + &self.found() + &self.goodbye(Ending::Remedy) + &self.end()
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
        let (summary, rule) = (self.writing.phrase("why-asked"), escaped(&report::why(self.writing.knowledge, why)));
        format!("<details class=\"why\"><summary>{summary}</summary><p>{reason}{rule}</p></details>\n")
    }

    /// A button for everything that can be said now, with all that was said in the form around it; then the way back.
    fn buttons(&self, choices: &[(Did, String)]) -> String {
        let mut out = form("class=\"answers\"", &self.writing.wanted.fields());
        for (did, label) in choices {
            let _ = writeln!(out, "<button name=\"did\" value=\"{}\">{label}</button>", escaped(&did.written()));
        }
        out.push_str("</form>\n");
        let done = self.writing.wanted.did.len();
        if done > 0 {
            out.push_str(&form("class=\"back\"", &self.writing.wanted.after(done - 1).fields()));
            let _ = writeln!(out, "<button>{}</button>\n</form>", self.writing.phrase("back"));
        }
        out
    }

    /// How much is believed of each cause, for the writer.
    pub(super) fn belief(&self) -> String {
        let Some((symptom, verdict)) = self.session.symptom().zip(self.session.verdict()) else { return String::new() };
        if symptom.causes.is_empty() {
            return "<p class=\"note\">This trouble is decided by rules; nothing is weighed.</p>\n".to_owned();
        }
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

/// What the step is about; it gets the focus when the step is new.
fn heading(text: &str) -> String {
    format!("<h3 id=\"step\" tabindex=\"-1\">{text}</h3>\n")
}

/// A form with these attributes that leads to an address with these fields.
pub(super) fn form(attributes: &str, fields: &[(&str, String)]) -> String {
    let mut out = format!("<form {attributes} action=\"/\">\n");
    for (name, value) in fields {
        let _ = writeln!(out, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    out
}
