//! What becomes of an input.
//!
//! The one idea: it is looked at before anything changes, so that a complaint leaves everything as it was.

use super::{About, Beside, Block, Changed, Complaint, Input, MATERIAL, Now, Prompt, Stage, Talk};
use crate::case::Interval;
use crate::knowledge::App;
use crate::session::{Ending, Event, Next, Tried};
use crate::verdict::UNSURE;

/// What was taken, or why not.
pub(super) type Taken = Result<(), Complaint>;

impl Talk<'_> {
    /// Takes what was done, or what a face has found out.
    ///
    /// # Errors
    /// It is not what is asked for; the conversation stands as it stood.
    pub fn take(&mut self, input: Input, now: Now) -> Taken {
        self.happens_at(now);
        if matches!(input, Input::Back) {
            return self.back(now);
        }
        if matches!(&input, Input::Read { id, .. } if self.agenda.last() != Some(&Stage::Working(*id))) {
            return Ok(());
        }
        // What nobody did, nobody undoes; and nothing is left of what was forgotten.
        let is_done = !matches!(
            input,
            Input::Read { .. } | Input::Waited | Input::Reference { .. } | Input::ServiceClock { .. } | Input::Forget
        );
        let mark = self.mark();
        if self.begun {
            self.said.clear();
        }
        match self.act(input, now) {
            Err(complaint) => {
                self.said = mark.into_said();
                return Err(complaint);
            }
            Ok(()) if is_done => self.past.push(mark),
            Ok(()) => {}
        }
        if self.begun {
            self.settle(now);
        }
        Ok(())
    }

    pub(super) fn complaint(&self, phrase: &str) -> Complaint {
        Complaint(self.phrase(phrase))
    }

    fn act(&mut self, input: Input, now: Now) -> Taken {
        match input {
            Input::Reference { host, reading } => self.checked(&host, reading),
            Input::ServiceClock { host, clock } => self.service_clock(&host, clock),
            Input::Quit => self.quit(),
            Input::Forget => self.forget(),
            _ if self.ended.is_some() => return Err(self.complaint("not-understood")),
            Input::Note(text) => {
                self.session.record(Event::Note(text));
                if self.is_agent() {
                    self.say("note-kept");
                }
            }
            Input::Answer { question, answer } => return self.answered(question, answer),
            Input::Tried { remedy, result } => return self.tried(remedy, result),
            Input::Verified(passed) => self.record(Event::Verified(passed)),
            Input::Jump(symptom) => return self.jump(symptom),
            Input::ChangeAnswer(number) => return self.change(number),
            Input::Choice(id) => return self.chosen(&id),
            Input::Unsure if self.offers(Beside::Unsure) => return self.chosen(UNSURE),
            Input::Nothing => return self.nothing(),
            Input::Pressed => return self.pressed(now),
            Input::Waited if matches!(self.agenda.last(), Some(Stage::Wait(_))) => {
                self.replace(Stage::CurrentCode);
            }
            Input::Code(code) => return self.code(code, now),
            Input::Key(text) => return self.key(&text),
            Input::Ago(at) => return self.refused_at(at),
            Input::When(text) => {
                let at = self.speech().ago(&text, now.millis.div_euclid(1_000));
                let at = at.ok_or_else(|| self.complaint("not-a-time"))?;
                return self.refused_at(Interval { from: *at.start(), to: *at.end() });
            }
            Input::File { name, bytes } => return self.file(name, bytes),
            Input::NoFile(reason) => return Err(self.no_file(reason)),
            Input::Password(password) => return self.password(password),
            Input::Read { found, .. } => self.read(found),
            Input::Back | Input::Unsure | Input::Waited => return Err(self.complaint("not-understood")),
        }
        Ok(())
    }

    fn quit(&mut self) {
        if self.ended.is_none() {
            self.conclude(Ending::Abandoned);
        }
    }

    pub(super) fn conclude(&mut self, ending: Ending) {
        self.agenda.clear();
        self.record(Event::Concluded(ending));
        self.ended = Some(ending);
    }

    /// Puts another stage in the place of the one at hand.
    pub(super) fn replace(&mut self, stage: Stage) {
        self.agenda.pop();
        self.agenda.push(stage);
    }

    fn offers(&self, beside: Beside) -> bool {
        let prompt = self.prompt();
        prompt.choose().is_some_and(|choose| choose.beside.iter().any(|(one, _)| *one == beside))
    }

    /// An answer to a question of the trouble at hand.
    fn answered(&mut self, question: String, answer: String) -> Taken {
        let asked = self.session.symptom().and_then(|symptom| symptom.question(&question)).filter(|one| !one.noted);
        let is_app = question == App::ASKED && self.knowledge().apps.contains_key(&answer);
        let is_its = asked.is_some_and(|one| answer == UNSURE || one.answers.iter().any(|of| of.id == answer));
        if !is_app && !is_its {
            return Err(self.complaint("not-understood"));
        }
        self.turn_away();
        self.record(Event::Asked { question, answer });
        Ok(())
    }

    fn tried(&mut self, remedy: String, result: Tried) -> Taken {
        if self.session.symptom().is_none_or(|symptom| symptom.remedy(&remedy).is_none()) {
            return Err(self.complaint("not-understood"));
        }
        self.turn_away();
        self.came_of(remedy, result);
        Ok(())
    }

    fn jump(&mut self, symptom: String) -> Taken {
        if !self.knowledge().symptoms.contains_key(&symptom) {
            return Err(self.complaint("not-understood"));
        }
        self.turn_away();
        self.about(symptom);
        Ok(())
    }

    /// The trouble is named. Where a clock was read already, whose it is comes before all other questions.
    fn about(&mut self, symptom: String) {
        self.record(Event::About(symptom));
        if self.is_app_here_open() {
            self.agenda.push(Stage::AppHere);
        }
    }

    fn change(&mut self, number: usize) -> Taken {
        let changed = self.changed(number).ok_or_else(|| self.complaint("not-understood"))?;
        self.hand.presses.clear();
        self.agenda.push(Stage::Again(changed));
        Ok(())
    }

    /// What is asked again where something of the trail is to be changed; `None` where it cannot be.
    pub(super) fn changed(&self, number: usize) -> Option<Changed> {
        let symptom = self.session.symptom()?;
        match self.session.events().nth(number)? {
            Event::Asked { question, .. } if symptom.question(question).is_some() => {
                Some(Changed::Question(question.clone()))
            }
            Event::Tried { remedy, .. } if symptom.remedy(remedy).is_some() => Some(Changed::Remedy(remedy.clone())),
            _ => None,
        }
    }

    /// Leaves what is being dealt with; a rhythm that was begun counts no more.
    fn turn_away(&mut self) {
        self.agenda.clear();
        self.hand.presses.clear();
    }

    /// One of the choices, or `unsure` where that is offered.
    fn chosen(&mut self, id: &str) -> Taken {
        let prompt = self.prompt();
        let Some(choose) = prompt.choose() else { return Err(self.complaint("not-understood")) };
        let unsure = id == UNSURE && choose.beside.iter().any(|(one, _)| *one == Beside::Unsure);
        if !unsure && !choose.choices.iter().any(|(one, _)| one == id) {
            return Err(self.complaint("not-understood"));
        }
        let stage = self.agenda.pop();
        match &choose.about {
            About::Symptom => self.about(id.to_owned()),
            About::Question(question) => self.said_to(question, id, stage.as_ref()),
            About::Remedy(remedy) => {
                if let Some(result) = Tried::of(id) {
                    self.came_of(remedy.clone(), result);
                }
            }
            About::Identity => self.record(Event::Verified(id == "yes")),
            About::App => self.aside(App::ASKED, id),
            About::Consent => {
                self.clock.asked = true;
                if id == "yes" {
                    self.agenda.push(Stage::Reference);
                }
            }
            About::AppHere => self.app_here(id),
            About::Material => {
                self.aside(MATERIAL, id);
                self.has(id);
            }
        }
        Ok(())
    }

    fn said_to(&mut self, question: &str, answer: &str, stage: Option<&Stage>) {
        let asked = self.session.symptom().and_then(|symptom| symptom.question(question));
        let is_first = asked.is_some_and(|question| question.first) && stage.is_none();
        self.asked(question, answer);
        self.hand.presses.clear();
        match stage {
            Some(Stage::EntriesShown) => self.entries_shown(answer),
            None if is_first && !self.is_led_away() => self.agenda.extend([Stage::Material, Stage::AppHere]),
            _ => {}
        }
    }

    /// Whether something comes before what can be measured: another question that is easily answered, or another trouble.
    fn is_led_away(&self) -> bool {
        match self.session.next() {
            Next::Ask(id) => {
                let symptom = self.session.symptom();
                let question = symptom.and_then(|symptom| symptom.question(&id));
                let least = symptom.into_iter().flat_map(|symptom| &symptom.questions).map(|one| one.cost);
                let least = least.fold(f64::INFINITY, f64::min);
                question.is_some_and(|question| question.first && question.cost <= least)
            }
            next => matches!(next, Next::GoOn(_)),
        }
    }

    fn came_of(&mut self, remedy: String, result: Tried) {
        self.record(Event::Tried { remedy, result });
        // A script has its own words for that.
        if !self.is_led() {
            match result {
                Tried::Helped => self.say("glad"),
                Tried::Failed => self.say("next-try"),
                Tried::Later => {}
            }
        }
    }

    /// There is no such thing.
    fn nothing(&mut self) -> Taken {
        match self.agenda.last().cloned() {
            Some(Stage::Key) => drop(self.agenda.pop()),
            Some(Stage::File) => {
                self.agenda.pop();
                self.all_files();
            }
            Some(Stage::Password { .. }) => {
                self.agenda.pop();
                self.unread("file-password");
            }
            Some(Stage::RefusedCode) => self.next_codes(),
            Some(Stage::CodeOfEntry(_)) => self.all_entries(),
            Some(Stage::CurrentCode) => {
                self.agenda.pop();
                self.record(Event::Observed(crate::finding::Finding::no_further_code()));
            }
            _ if matches!(self.prompt(), Prompt::Press { .. }) => self.rhythm(),
            _ => return Err(self.complaint("not-understood")),
        }
        Ok(())
    }

    pub(super) fn say(&mut self, phrase: &str) {
        self.said.push(Block::Paragraph(self.phrase(phrase)));
    }
}
