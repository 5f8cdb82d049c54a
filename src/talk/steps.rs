//! From one prompt to the next: what the session wants now, and what goes without asking.

use super::{APP_HERE, Block, Changed, Stage, Talk, Told, Voice, found, recap};
use super::{Now, Prompt};
use crate::finding::Finding;
use crate::knowledge::{Act, MeasuredBy, Question, Remedy, ScriptStep};
use crate::session::{Ending, Event, Next, Step, Why, support_code};
use crate::verdict::{Conclusion, LIKELY, UNSURE};

impl Talk<'_> {
    /// First, do no harm.
    pub(super) fn open(&mut self) {
        let rules = ["opening-stay", "opening-keep", "opening-stop"].map(|id| self.phrase(id)).to_vec();
        let tries = self.tries_left();
        let promises = tries.into_iter().chain(["no-secret-needed", "never-asked"].map(|id| self.phrase(id)));
        let promises = promises.collect();
        self.said.push(Block::Opening { title: self.phrase("opening"), rules, promises });
    }

    /// The name of the script, and how many tries are left: the script's own words say the rest.
    pub(super) fn open_script(&mut self) {
        if let Some(script) = self.session.script() {
            self.said.push(Block::Title(self.fill(&script.title)));
        }
        if let Some(tries) = self.tries_left().filter(|_| self.session.cue().is_some()) {
            self.voice(Voice::Note, &tries);
        }
    }

    /// What was to be tried later is asked about when somebody comes back.
    pub(super) fn come_back(&mut self) {
        let Some(later) = self.session.state().put_off().cloned() else { return };
        let Some(remedy) = self.session.symptom().and_then(|symptom| symptom.remedy(&later)) else { return };
        let told = self.told_in(remedy);
        self.voiced(Voice::Say, self.phrase("welcome-back"));
        self.said.push(if self.is_led() { Block::SectionBeside(told) } else { Block::Section(told) });
        self.agenda.push(Stage::Again(Changed::Remedy(later)));
    }

    fn tries_left(&self) -> Option<String> {
        let tries = self.service.tries_before_lock?.to_string();
        Some(self.phrase_with("tries-left", &[("tries", &tries)]))
    }

    pub(super) fn voice(&mut self, voice: Voice, text: &str) {
        let text = self.fill(text);
        self.said.push(Block::Voiced(voice, text));
    }

    /// A text with its voice where a script leads, and as it is elsewhere.
    pub(super) fn voiced(&mut self, voice: Voice, text: String) {
        self.said.push(if self.is_led() { Block::Voiced(voice, text) } else { Block::Paragraph(text) });
    }

    /// Goes on by itself until something has to be asked, and says what leads there.
    pub(super) fn settle(&mut self, now: Now) {
        while self.ended.is_none() {
            let stands = match self.agenda.last().cloned() {
                Some(stage) => self.stands(stage, now),
                None => self.comes_to(),
            };
            if stands {
                return;
            }
        }
    }

    /// Whether a stage asks for something; one that does not is over.
    fn stands(&mut self, stage: Stage, now: Now) -> bool {
        match stage {
            Stage::AppHere if !self.is_app_here_open() => drop(self.agenda.pop()),
            Stage::Material if !self.is_material_open() => drop(self.agenda.pop()),
            Stage::DeletePicture => {
                self.agenda.pop();
                self.say("delete-screenshot");
            }
            Stage::EntriesShown if !self.asks_for_entries() => self.replace(Stage::FurtherCode { asked: false }),
            Stage::FurtherCode { asked } => self.further_code(asked, now),
            Stage::Meanwhile(id, _) => {
                let Some(question) = self.session.symptom().and_then(|symptom| symptom.question(&id)) else {
                    self.agenda.pop();
                    return false;
                };
                if self.answer(&id).is_none() && self.leads_to(question) {
                    return true;
                }
                // It was answered, or something comes before it.
                if self.answer(&id).is_some() {
                    self.agenda.pop();
                }
            }
            _ => return true,
        }
        false
    }

    /// What the session wants now; whether that asks for something.
    fn comes_to(&mut self) -> bool {
        if !self.cued {
            self.cued = true;
            self.cue();
        }
        let Step { next, why } = self.session.step();
        let symptom = self.session.symptom();
        match next {
            Next::ChooseSymptom => return true,
            Next::Ask(id) => match symptom.and_then(|symptom| symptom.question(&id)) {
                Some(question) => return self.leads_to(question),
                // A rule that asks for something which no question can tell: nobody knows.
                None => self.asked(&id, UNSURE),
            },
            Next::Observe(_) if !self.has_secret() => self.record(Event::Observed(Finding::no_further_code())),
            Next::Observe(_) => {
                self.probably();
                self.agenda.push(Stage::FurtherCode { asked: false });
            }
            Next::VerifyIdentity => {
                let rule = self.service.verify_identity.clone().unwrap_or_default();
                self.voiced(Voice::Do, self.fill(&rule));
                return true;
            }
            Next::Remedy(id) => match symptom.and_then(|symptom| symptom.remedy(&id)) {
                Some(remedy) if self.differs_by_app(remedy) => {
                    if self.is_led() {
                        self.voice(Voice::Say, &self.phrase("choose-app"));
                    }
                    self.agenda.push(Stage::App);
                    return true;
                }
                Some(remedy) => {
                    self.tell(remedy, why);
                    return true;
                }
                None => self.end(Ending::Abandoned),
            },
            Next::GoOn(symptom) => self.go_on(symptom),
            Next::Escalate { role, remedy } => {
                self.pass_on(&role, remedy.as_deref());
                self.end(Ending::Escalated);
            }
            Next::Done => self.end(Ending::Remedy),
            Next::Nothing => self.end(Ending::Abandoned),
        }
        false
    }

    /// On to another trouble: why, and which it is now.
    fn go_on(&mut self, symptom: String) {
        let state = self.session.state();
        let tried = |id: &String| self.session.symptom().is_some_and(|symptom| symptom.remedy(id).is_some());
        let why = match () {
            () if state.settled.is_some() => "go-on-helped",
            () if state.failed.iter().any(tried) => "go-on-elsewhere",
            () => "go-on-answered",
        };
        let title = self.knowledge().symptoms.get(&symptom).map(|symptom| self.fill(&symptom.title));
        let text = self.phrase_with(why, &[("trouble", &title.unwrap_or_default())]);
        self.said.push(if self.is_led() { Block::Voiced(Voice::Say, text) } else { Block::Turn(text) });
        self.record(Event::About(symptom));
    }

    /// What a script has to say at this point; the words of a question come with the question.
    fn cue(&mut self) {
        let Some(cue) = self.session.cue().cloned() else { return };
        for step in cue.before {
            self.step(step, true);
        }
        if let Some(step) = cue.step {
            self.step(step, step.act.as_ref().and_then(Act::question).is_none());
        }
    }

    fn step(&mut self, step: &ScriptStep, aloud: bool) {
        self.played.push(step.id.clone());
        if let Some(say) = step.say.as_ref().filter(|_| aloud) {
            self.voice(Voice::Say, say);
        }
        if let Some(note) = &step.note {
            self.voice(Voice::Note, note);
        }
    }

    /// Says what leads to a question; whether it is asked now: not before what measures it was offered, nor where that has
    /// told.
    fn leads_to(&mut self, question: &Question) -> bool {
        let measured_by = question.measured_by;
        if measured_by == Some(MeasuredBy::Clock) {
            if self.means.live && self.means.reference.is_some() && !self.clock.asked {
                self.agenda.push(Stage::Consent);
                return false;
            }
            if self.is_app_here_open() {
                self.agenda.push(Stage::AppHere);
                return false;
            }
            // It was measured: looking at it would count the same clock twice.
            if self.answer(APP_HERE) == Some("yes") {
                self.asked(&question.id, UNSURE);
                return false;
            }
        }
        // Nobody is there to press a key.
        if measured_by == Some(MeasuredBy::Rhythm) && !self.means.live {
            self.asked(&question.id, UNSURE);
            return false;
        }
        if self.is_led() && self.hand.presses.is_empty() {
            let own = self.session.cue().and_then(|cue| cue.step?.say.as_deref());
            let own = own.or_else(|| self.session.wording(question)).map(str::to_owned);
            match own {
                Some(own) => self.voice(Voice::Say, &own),
                None => self.voice(Voice::Ask, question.wording(true)),
            }
        }
        match measured_by {
            Some(MeasuredBy::Clock) => self.said.push(Block::ReferenceTime(self.is_led().then_some(Voice::Say))),
            Some(MeasuredBy::Rhythm) => self.ask_to_press(),
            _ if question.with_time => self.said.push(Block::ReferenceTime(self.is_led().then_some(Voice::Say))),
            _ => {}
        }
        true
    }

    /// While a further code could settle it: what it probably is, and what does no harm.
    fn probably(&mut self) {
        let verdict = self.session.verdict().filter(|verdict| verdict.first().probability >= LIKELY);
        let Some(first) = verdict.map(|verdict| verdict.first().clone()) else { return };
        if let Some(cause) = self.session.symptom().and_then(|symptom| symptom.cause(&first.cause)) {
            let title = self.speech().fill(&cause.title, &first.detail, &self.words);
            self.said.push(Block::Paragraph(format!("{title}. {}", self.phrase("probably"))));
        }
        if let Some(remedy) = self.session.probably() {
            self.say("no-harm");
            self.said.push(Block::Section(self.told_in(remedy)));
        }
        self.say("next-code-settles");
    }

    /// Whether the app has to be known first, since the steps differ from app to app.
    fn differs_by_app(&self, remedy: &Remedy) -> bool {
        let Told { section, app } = self.told_in(remedy);
        let can_be_asked = app.is_none() && self.means.live && self.means.apps;
        can_be_asked && self.knowledge().apps.values().any(|app| app.section_for(&section).is_some())
    }

    fn tell(&mut self, remedy: &Remedy, why: Why) {
        // While several causes are possible, naming one beside another's remedy would only confuse.
        let settled = self.session.verdict().is_some_and(|one| one.conclusion != Conclusion::Undetermined);
        let found = found(&self.session, &self.words).filter(|_| settled && matches!(why, Why::BestRemedy(_)));
        let (told, led) = (self.told_in(remedy), self.is_led());
        self.said
            .extend(found.map(|found| if led { Block::Voiced(Voice::Note, found) } else { Block::Finding(found) }));
        if led {
            let intro = self.phrase(if remedy.agent.is_some() { "your-part" } else { "lead-through" });
            self.said.extend([Block::Voiced(Voice::Do, intro), Block::SectionBeside(told)]);
        } else {
            self.said.extend([Block::Heading(self.phrase("try-this")), Block::Section(told)]);
        }
    }

    /// Whom to turn to, and what to have ready.
    fn pass_on(&mut self, role: &str, remedy: Option<&str>) {
        let found = found(&self.session, &self.words);
        let contact = self.knowledge().contact(self.session.service(), role).cloned();
        if self.is_led() {
            self.said.extend(found.map(|found| Block::Voiced(Voice::Note, found)));
            self.said.extend(contact.map(Block::ContactBeside));
            return;
        }
        let intro = self.phrase("escalate-intro");
        match found {
            Some(found) => self.said.extend([Block::Finding(found), Block::Paragraph(intro)]),
            None => self.said.push(Block::Turn(intro)),
        }
        let remedy = remedy.and_then(|id| self.session.symptom()?.remedy(id));
        let told = remedy.map(|remedy| Told { app: None, ..self.told_in(remedy) });
        self.said.extend(told.map(Block::Section));
        self.said.extend(contact.map(Block::Contact));
        if let Some(code) = support_code(&self.session).filter(|_| !self.is_agent()) {
            let says = self.phrase_with("support-code", &[("code", "")]).trim_end().to_owned();
            self.said.push(Block::SupportCode { says, code });
            self.said.push(self.what_i_tried());
        }
    }

    /// What was found, on one screen, and the last words.
    fn end(&mut self, ending: Ending) {
        self.conclude(ending);
        let closing = if ending == Ending::Remedy { recap::closing(&self.session, &self.words) } else { Vec::new() };
        if self.is_led() {
            self.said.extend(closing.into_iter().map(|said| Block::Voiced(Voice::Note, said)));
            for step in self.session.goodbye(ending) {
                self.step(step, true);
            }
            return;
        }
        if !closing.is_empty() {
            self.said.push(Block::Heading(self.phrase("found")));
            self.said.extend(closing.into_iter().map(Block::Paragraph));
        }
        let kept = self.has_secret().then(|| self.phrase("nothing-kept"));
        let last = kept.into_iter().chain([self.phrase("goodbye")]).enumerate();
        let last: Vec<Block> =
            last.map(|(at, text)| if at == 0 { Block::Turn(text) } else { Block::Paragraph(text) }).collect();
        self.said.extend(last);
    }

    /// What is asked for now.
    pub fn prompt(&self) -> Prompt {
        if let Some(ending) = self.ended {
            return Prompt::Done(ending);
        }
        if let Some(stage) = self.agenda.last() {
            return self.prompt_of(stage);
        }
        match self.session.step() {
            Step { next: Next::Ask(id), why } => self.question(&id, why),
            Step { next: Next::VerifyIdentity, .. } => Prompt::Choose(self.identity()),
            Step { next: Next::Remedy(id), why } => Prompt::Choose(self.result_of(&id, why)),
            _ => Prompt::Choose(self.trouble()),
        }
    }
}
