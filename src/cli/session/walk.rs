//! Walks a session: asks what it wants asked, shows what it wants shown, records what comes back.

use std::collections::BTreeMap;

use super::ui::{Ask, Extra, Halt, Pick, Ui};
use super::{clocks, material};
use crate::cli::clock::Clock;
use crate::cli::screen::Screen;
use crate::engine::Guided;
use crate::knowledge::{App, Contact, Question, Remedy, SectionRef, Service};
use crate::report::{self, Speech, Voice};
use crate::session::{Ending, Event, Mode, Move, Tried, Why, support_code};
use crate::verdict::{Conclusion, LIKELY, UNSURE};

/// The question whether something can be read: a picture of the QR code, a key, a file.
pub(super) const MATERIAL: &str = "material";

/// A walk through one session.
pub(super) struct Walk<'a, 'u> {
    pub(super) guided: Guided<'a>,
    pub(super) ui: &'u mut dyn Ui,
    pub(super) screen: Screen,
    /// What the service calls things.
    pub(super) words: BTreeMap<String, String>,
    pub(super) service: Service,
    /// What time it is.
    pub(super) clock: Clock,
    /// Whether a time server was asked, or was not to be.
    pub(super) clock_asked: bool,
    /// Told after every event, so that nothing is lost.
    pub(super) keep: &'u mut dyn FnMut(&crate::session::Session<'a>) -> Result<(), Halt>,
}

impl Walk<'_, '_> {
    pub(super) fn phrase(&self, id: &str) -> String {
        report::phrase(self.guided.session.knowledge(), id, &self.words)
    }

    /// Numbers and details in the language of the session.
    pub(super) fn speech(&self) -> Speech<'_> {
        Speech::of(self.guided.session.knowledge())
    }

    pub(super) fn say(&mut self, text: &str) -> Result<(), Halt> {
        self.ui.say(&textwrap::fill(text, self.screen.look.width))
    }

    pub(super) fn say_phrase(&mut self, id: &str) -> Result<(), Halt> {
        let text = self.phrase(id);
        self.say(&text)
    }

    fn heading(&mut self, id: &str) -> Result<(), Halt> {
        let text = report::heading(&self.phrase(id), self.screen.look);
        self.ui.say(&format!("\n{text}"))
    }

    pub(super) fn record(&mut self, event: Event) -> Result<(), Halt> {
        self.guided.session.record(event);
        (self.keep)(&self.guided.session)
    }

    pub(super) fn is_agent(&self) -> bool {
        self.guided.session.transcript().header.mode == Mode::Agent
    }

    pub(super) fn answer(&self, question: &str) -> Option<&str> {
        self.guided.session.state().answers.get(question).map(String::as_str)
    }

    /// First, do no harm.
    pub(super) fn open(&mut self) -> Result<(), Halt> {
        self.heading("opening")?;
        for id in ["opening-stay", "opening-keep", "opening-stop"] {
            let text = self.phrase(id);
            let look = self.screen.look;
            let options = textwrap::Options::new(look.width).initial_indent("  · ").subsequent_indent("    ");
            self.ui.say(&textwrap::fill(&text, options))?;
        }
        if let Some(tries) = self.service.tries_before_lock {
            let text = self.phrase("tries-left").replace("{tries}", &tries.to_string());
            self.say(&text)?;
        }
        self.say_phrase("no-secret-needed")?;
        self.say_phrase("never-asked")?;
        self.ui.say("")
    }

    /// Goes on until the session ends.
    pub(super) fn go(&mut self) -> Result<Ending, Halt> {
        loop {
            self.cue()?;
            let ending = match self.guided.session.next() {
                Move::ChooseSymptom => self.choose_symptom()?,
                Move::Ask { question, why } => self.ask(&question, why)?,
                Move::Observe => self.observe()?,
                Move::VerifyIdentity => self.verify()?,
                Move::Try { remedy, why } => self.attempt(&remedy, why)?,
                Move::GoOn(symptom) => {
                    self.say_or_tell("go-on-elsewhere")?;
                    self.record(Event::About(symptom))?;
                    None
                }
                Move::Escalate { role, remedy } => Some(self.escalate(&role, remedy.as_deref())?),
                Move::Done => Some(Ending::Remedy),
            };
            if let Some(ending) = ending {
                self.record(Event::Concluded(ending))?;
                return Ok(ending);
            }
        }
    }

    fn extras(&self, unsure: bool, why: bool) -> Vec<(Extra, String)> {
        let mut extras = Vec::new();
        let mut add = |wanted: bool, extra, id: &str| {
            if wanted {
                extras.push((extra, self.phrase(id)));
            }
        };
        add(unsure, Extra::Unsure, "unsure");
        add(why, Extra::Why, "why-asked");
        add(self.guided.session.can_go_back(), Extra::Back, "back");
        add(true, Extra::Quit, "quit");
        extras
    }

    fn choose_symptom(&mut self) -> Result<Option<Ending>, Halt> {
        let knowledge = self.guided.session.knowledge();
        let offered = knowledge.offered.iter().filter_map(|id| knowledge.symptoms.get(id));
        let title = |title: &str| report::fill(title, &self.words);
        let choices = offered.map(|symptom| (symptom.id.clone(), title(&symptom.title))).collect();
        let ask =
            Ask { key: "symptom", prompt: self.phrase("choose-symptom"), choices, extras: self.extras(false, false) };
        match self.ui.choose(&ask)? {
            Pick::Choice(id) => self.record(Event::About(id)).map(|()| None),
            Pick::Extra(Extra::Back) => self.record(Event::Back).map(|()| None),
            Pick::Extra(_) => Err(Halt::Stopped),
        }
    }

    /// Asks a question of the symptom, by words or by measuring.
    pub(super) fn ask(&mut self, id: &str, why: Why) -> Result<Option<Ending>, Halt> {
        let Some(question) = self.guided.session.symptom().and_then(|symptom| symptom.question(id)) else {
            // A rule that asks for something which no question can tell: nobody knows.
            return self.answered(id, UNSURE);
        };
        match id {
            // Nobody presses a key for an answer from a file.
            "code-rhythm" if self.is_led() && !self.ui.is_live() => return self.answered(id, UNSURE),
            "code-rhythm" => {
                if self.is_led() {
                    self.asked(question)?;
                }
                return material::rhythm(self).map(|()| None);
            }
            "clock-by-eye" => {
                clocks::consent(self)?;
                clocks::of_app(self)?;
                // It was measured: looking at it would count the same clock twice.
                if clocks::app_is_here(self) {
                    return self.answered(id, UNSURE);
                }
                // A caller is told first what to compare it with.
                if !self.is_led() {
                    clocks::show_reference(self)?;
                }
            }
            _ => {}
        }
        let pick = self.pick(question, why)?;
        match pick {
            Some(answer) => {
                self.answered(id, &answer)?;
                if id == "where" {
                    clocks::of_app(self)?;
                    material::offer(self)?;
                }
                Ok(None)
            }
            None => Ok(None),
        }
    }

    pub(super) fn answered(&mut self, question: &str, answer: &str) -> Result<Option<Ending>, Halt> {
        self.record(Event::Asked { question: question.to_owned(), answer: answer.to_owned() })?;
        Ok(None)
    }

    /// `None`: the person went back.
    fn pick(&mut self, question: &Question, why: Why) -> Result<Option<String>, Halt> {
        let prompt = self.asked(question)?;
        let fill = |text: &str| report::fill(text, &self.words);
        let choices = question.answers.iter().map(|answer| (answer.id.clone(), fill(&answer.label))).collect();
        let ask = Ask { key: &question.id, prompt, choices, extras: self.extras(true, true) };
        let reason = question.why.as_ref().map(|why| fill(why));
        loop {
            match self.ui.choose(&ask)? {
                Pick::Choice(answer) => return Ok(Some(answer)),
                Pick::Extra(Extra::Unsure) => return Ok(Some(UNSURE.to_owned())),
                Pick::Extra(Extra::Back) => {
                    self.record(Event::Back)?;
                    return Ok(None);
                }
                Pick::Extra(Extra::Why) => {
                    let why = report::why(self.guided.session.knowledge(), why);
                    let text = reason.iter().cloned().chain([why]).collect::<Vec<_>>().join(" ");
                    self.say(&text)?;
                }
                Pick::Extra(Extra::Quit) => return Err(Halt::Stopped),
            }
        }
    }

    /// The section that tells of a remedy, for whoever sits here.
    pub(super) fn told_in<'r>(&self, remedy: &'r Remedy) -> &'r SectionRef {
        remedy.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&remedy.text)
    }

    /// One more code; meanwhile the likeliest harmless remedy is shown.
    fn observe(&mut self) -> Result<Option<Ending>, Halt> {
        if !self.guided.has_secret() {
            material::no_further_code(self)?;
            return Ok(None);
        }
        if let Some(verdict) = self.guided.session.verdict().filter(|verdict| verdict.first().probability >= LIKELY) {
            let symptom = self.guided.session.symptom();
            if let Some(cause) = symptom.and_then(|symptom| symptom.cause(&verdict.first().cause)) {
                let title = self.speech().fill(&cause.title, &verdict.first().detail, &self.words);
                self.say(&format!("{title}. {}", self.phrase("probably")))?;
            }
            if let Some(remedy) = self.guided.session.probably() {
                self.say_phrase("no-harm")?;
                let (knowledge, app) = (self.guided.session.knowledge(), self.answer(App::ASKED).map(str::to_owned));
                let text =
                    report::remedy(knowledge, self.told_in(remedy), app.as_deref(), &self.words, self.screen.look);
                self.ui.say("")?;
                self.ui.say(&text)?;
            }
            self.say_phrase("next-code-settles")?;
        }
        material::next_code(self)?;
        Ok(None)
    }

    /// An agent makes sure who is calling; the result is kept, never the proof.
    fn verify(&mut self) -> Result<Option<Ending>, Halt> {
        let rule = self.service.verify_identity.clone().unwrap_or_default();
        let text = report::fill(&rule, &self.words);
        self.voiced(Voice::Do, &text)?;
        let choices = vec![("yes".to_owned(), self.phrase("verify-yes")), ("no".to_owned(), self.phrase("verify-no"))];
        let prompt = self.phrase("verify-question");
        let ask = Ask { key: "verify-identity", prompt, choices, extras: self.extras(false, false) };
        match self.ui.choose(&ask)? {
            Pick::Choice(answer) => self.record(Event::Verified(answer == "yes")).map(|()| None),
            Pick::Extra(Extra::Back) => self.record(Event::Back).map(|()| None),
            Pick::Extra(_) => Err(Halt::Stopped),
        }
    }

    /// Shows a remedy and asks what came of it.
    fn attempt(&mut self, id: &str, why: Why) -> Result<Option<Ending>, Halt> {
        let knowledge = self.guided.session.knowledge();
        let Some(remedy) = self.guided.session.symptom().and_then(|symptom| symptom.remedy(id)) else {
            return Ok(Some(Ending::Abandoned));
        };
        self.which_app(self.told_in(remedy))?;
        // While several causes are possible, naming one beside another's remedy would only confuse.
        let settled = self.guided.session.verdict().is_some_and(|one| one.conclusion != Conclusion::Undetermined);
        let found = report::found(&self.guided.session, &self.words);
        if let Some(found) = found.filter(|_| settled && matches!(why, Why::BestRemedy(_))) {
            self.note(&found)?;
        }
        let app = self.answer(App::ASKED).map(str::to_owned);
        if self.is_led() {
            self.lead_through(remedy, app.as_deref())?;
        } else {
            self.heading("try-this")?;
            let text = report::remedy(knowledge, self.told_in(remedy), app.as_deref(), &self.words, self.screen.look);
            self.ui.say(&text)?;
        }
        let label = |phrase: &str| self.phrase(phrase);
        let choices = vec![
            ("helped".to_owned(), label("helped-yes")),
            ("failed".to_owned(), label("helped-no")),
            ("later".to_owned(), label("helped-later")),
        ];
        let ask = Ask { key: id, prompt: self.phrase("did-it-help"), choices, extras: self.extras(false, true) };
        loop {
            let result = match self.ui.choose(&ask)? {
                Pick::Choice(result) if result == "helped" => Tried::Helped,
                Pick::Choice(result) if result == "failed" => Tried::Failed,
                Pick::Choice(_) => Tried::Later,
                Pick::Extra(Extra::Back) => return self.record(Event::Back).map(|()| None),
                Pick::Extra(Extra::Why) => {
                    self.say(&report::why(knowledge, why))?;
                    continue;
                }
                Pick::Extra(_) => return Err(Halt::Stopped),
            };
            self.record(Event::Tried { remedy: id.to_owned(), result })?;
            match result {
                // The script has its own words for that.
                _ if self.is_led() => {}
                Tried::Helped => self.say_phrase("glad")?,
                Tried::Failed => self.say_phrase("next-try")?,
                Tried::Later => {}
            }
            return Ok(None);
        }
    }

    /// Asks for the app, once, where the steps differ from app to app.
    fn which_app(&mut self, section: &SectionRef) -> Result<(), Halt> {
        let knowledge = self.guided.session.knowledge();
        let differs = knowledge.apps.values().any(|app| app.section_for(section).is_some());
        if !differs || self.answer(App::ASKED).is_some() || !self.ui.is_live() {
            return Ok(());
        }
        let mut choices: Vec<(String, String)> =
            knowledge.apps.values().map(|app| (app.id.clone(), app.name.clone())).collect();
        choices.push(("other".to_owned(), self.phrase("other-choice")));
        let mut prompt = self.phrase("choose-app");
        if self.is_led() {
            self.speak(Voice::Say, &prompt)?;
            prompt = self.phrase("caller-says");
        }
        let ask = Ask { key: App::ASKED, prompt, choices, extras: self.extras(true, false) };
        match self.ui.choose(&ask)? {
            Pick::Choice(app) => self.answered(App::ASKED, &app).map(drop),
            Pick::Extra(Extra::Quit) => Err(Halt::Stopped),
            Pick::Extra(_) => self.answered(App::ASKED, UNSURE).map(drop),
        }
    }

    fn escalate(&mut self, role: &str, remedy: Option<&str>) -> Result<Ending, Halt> {
        if self.is_led() {
            return self.pass_on(role).map(|()| Ending::Escalated);
        }
        let knowledge = self.guided.session.knowledge();
        self.ui.say("")?;
        if let Some(found) = report::found(&self.guided.session, &self.words) {
            self.say(&found)?;
        }
        self.say_phrase("escalate-intro")?;
        let remedy = remedy.and_then(|id| self.guided.session.symptom()?.remedy(id));
        if let Some(remedy) = remedy {
            let text = report::remedy(knowledge, self.told_in(remedy), None, &self.words, self.screen.look);
            self.ui.say(&format!("\n{text}"))?;
        }
        if let Some(contact) = self.contact(role) {
            let text = report::contact(knowledge, &contact, &self.words, self.screen.look);
            self.ui.say(&text)?;
        }
        if let Some(code) = support_code(&self.guided.session).filter(|_| !self.is_agent()) {
            // On a line of its own: it is read out character by character.
            let text = self.phrase("support-code").replace("{code}", "");
            self.ui.say("")?;
            self.say(text.trim_end())?;
            self.ui.say(&format!("\n    {}", report::heading(&code, self.screen.look)))?;
        }
        Ok(Ending::Escalated)
    }

    pub(super) fn contact(&self, role: &str) -> Option<Contact> {
        self.guided.session.knowledge().contact(Some(&self.service.id), role).cloned()
    }

    /// What was found, on one screen.
    pub(super) fn close(&mut self, ending: Ending) -> Result<(), Halt> {
        if self.is_led() {
            return self.goodbye(ending);
        }
        let found = report::found(&self.guided.session, &self.words);
        if let Some(found) = found.filter(|_| ending == Ending::Remedy) {
            self.heading("found")?;
            self.say(&found)?;
        }
        self.ui.say("")?;
        if self.guided.has_secret() {
            self.say_phrase("nothing-kept")?;
        }
        self.say_phrase("goodbye")
    }
}
