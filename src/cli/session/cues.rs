//! What a script adds to a session on the screen: whose words are whose, in the margin.

use super::clocks;
use super::ui::Halt;
use super::walk::Walk;
use crate::knowledge::{Act, Question, Remedy, ScriptStep};
use crate::report::{self, Voice};
use crate::session::Ending;

/// The question which compares a clock with the right time.
const CLOCK_BY_EYE: &str = "clock-by-eye";

impl Walk<'_, '_> {
    /// Whether a script leads.
    pub(super) fn is_led(&self) -> bool {
        self.guided.session.script().is_some()
    }

    /// A text with its voice in the margin.
    pub(super) fn speak(&mut self, voice: Voice, text: &str) -> Result<(), Halt> {
        let text = report::fill(text, &self.words);
        let knowledge = self.guided.session.knowledge();
        let shown = report::spoken(knowledge, voice, &text, &self.words, self.screen.look);
        self.ui.say(&format!("\n{shown}"))
    }

    /// A text that stands in the margin of a script, and as it is elsewhere.
    pub(super) fn voiced(&mut self, voice: Voice, text: &str) -> Result<(), Halt> {
        if self.is_led() { self.speak(voice, text) } else { self.say(text) }
    }

    /// What was found: for whoever sits here.
    pub(super) fn note(&mut self, text: &str) -> Result<(), Halt> {
        if self.is_led() {
            return self.speak(Voice::Note, text);
        }
        self.ui.say("")?;
        self.say(text)
    }

    /// A sentence of the program that an agent passes on.
    pub(super) fn say_or_tell(&mut self, phrase: &str) -> Result<(), Halt> {
        if self.is_led() {
            let text = self.phrase(phrase);
            return self.speak(Voice::Say, &text);
        }
        self.ui.say("")?;
        self.say_phrase(phrase)
    }

    /// The name of the script, and how many tries are left: the script's own words say the rest.
    pub(super) fn open_script(&mut self) -> Result<(), Halt> {
        if let Some(script) = self.guided.session.script() {
            let title = report::fill(&script.title, &self.words);
            self.ui.say(&report::heading(&title, self.screen.look))?;
        }
        let tries = self.service.tries_before_lock.filter(|_| self.guided.session.cue().is_some());
        match tries {
            Some(tries) => {
                let text = self.phrase("tries-left").replace("{tries}", &tries.to_string());
                self.speak(Voice::Note, &text)
            }
            None => Ok(()),
        }
    }

    /// What the script has to say at this point; the words of a question come with the question.
    pub(super) fn cue(&mut self) -> Result<(), Halt> {
        let Some(cue) = self.guided.session.cue() else { return Ok(()) };
        for step in cue.before {
            self.step(step)?;
        }
        match cue.step {
            Some(step) if step.act.as_ref().and_then(Act::question).is_some() => match &step.note {
                Some(note) => self.speak(Voice::Note, note),
                None => Ok(()),
            },
            Some(step) => self.step(step),
            None => Ok(()),
        }
    }

    fn step(&mut self, step: &ScriptStep) -> Result<(), Halt> {
        if let Some(say) = &step.say {
            self.speak(Voice::Say, say)?;
        }
        match &step.note {
            Some(note) => self.speak(Voice::Note, note),
            None => Ok(()),
        }
    }

    /// The prompt for a question; where a script leads, the question itself stands above it.
    pub(super) fn asked(&mut self, question: &Question) -> Result<String, Halt> {
        let wording = question.agent.as_ref().filter(|_| self.is_agent()).unwrap_or(&question.ask);
        if !self.is_led() {
            return Ok(report::fill(wording, &self.words));
        }
        let session = &self.guided.session;
        let at_hand = session.cue().and_then(|cue| cue.step?.say.as_deref());
        match at_hand.or_else(|| session.wording(question)) {
            Some(own) => self.speak(Voice::Say, own)?,
            None => self.speak(Voice::Ask, wording)?,
        }
        if question.id == CLOCK_BY_EYE {
            clocks::show_reference(self)?;
        }
        Ok(self.phrase("caller-says"))
    }

    /// The prompt for a key that is pressed as a code changes: by the person, or by the agent at the caller's word.
    pub(super) fn press(&mut self, is_first: bool) -> Result<String, Halt> {
        if !self.is_led() {
            return Ok(self.phrase(if is_first { "rhythm-press" } else { "rhythm-again" }));
        }
        let (voice, phrase) = if is_first { (Voice::Do, "rhythm-caller") } else { (Voice::Say, "rhythm-again") };
        let text = self.phrase(phrase);
        self.speak(voice, &text)?;
        Ok(String::new())
    }

    /// A remedy for the caller, step by step, or what the agent does for them.
    pub(super) fn lead_through(&mut self, remedy: &Remedy, app: Option<&str>) -> Result<(), Halt> {
        let intro = self.phrase(if remedy.agent.is_some() { "your-part" } else { "lead-through" });
        self.speak(Voice::Do, &intro)?;
        let (knowledge, look) = (self.guided.session.knowledge(), self.screen.look);
        let text = report::remedy_beside(knowledge, self.told_in(remedy), app, &self.words, look);
        self.ui.say(&format!("\n{text}\n"))
    }

    /// Whom the caller turns to, and what they should have ready.
    pub(super) fn pass_on(&mut self, role: &str) -> Result<(), Halt> {
        if let Some(found) = report::found(&self.guided.session, &self.words) {
            self.speak(Voice::Note, &found)?;
        }
        let Some(contact) = self.contact(role) else { return Ok(()) };
        let (knowledge, look) = (self.guided.session.knowledge(), self.screen.look);
        let text = report::contact_beside(knowledge, &contact, &self.words, look);
        self.speak(Voice::Say, &text)
    }

    /// What was found, for the ticket, and the last words.
    pub(super) fn goodbye(&mut self, ending: Ending) -> Result<(), Halt> {
        let found = report::found(&self.guided.session, &self.words).filter(|_| ending == Ending::Remedy);
        if let Some(found) = found {
            self.speak(Voice::Note, &found)?;
        }
        for step in self.guided.session.goodbye(ending) {
            self.step(step)?;
        }
        Ok(())
    }
}
