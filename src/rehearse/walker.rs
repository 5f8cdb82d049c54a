use std::collections::BTreeSet;

use fastrand::Rng;

use crate::finding::{Detail, Finding, Measure, Reading, Source, Vocabulary};
use crate::knowledge::{Knowledge, Remedy, Script, Service, Symptom};
use crate::session::{Ending, Event, Mode, Move, Session, Tried};
use crate::verdict::UNSURE;

/// A walk that has not ended after so many moves is taken for endless.
pub const MOST_MOVES: usize = 200;
/// How often a walk goes back, at most: who goes back for ever is not the session's concern.
const MOST_BACK: usize = 8;
/// The probe whose findings a walk makes up.
const CODE_MATCH: &str = "code-match";
/// Says how somebody could still get in.
const SECOND_WAY_IN: &str = "second-way-in";
/// With these answers somebody is locked out.
const LOCKED_OUT: [&str; 2] = ["nothing", "recovery-code"];
/// What only somebody who is signed in can see.
const SETTINGS: &str = "{settings-page}";

/// What a random walk through a session came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stroll {
    /// Moves until the end.
    pub moves: usize,
    /// Questions asked, those taken back included.
    pub questions: usize,
    /// Remedies shown.
    pub remedies: usize,
    /// Further codes wanted.
    pub observed: usize,
    /// Times an agent had to make sure who is calling.
    pub verified: usize,
    /// Steps of a script that were said or done.
    pub steps: usize,
    /// Times it went back.
    pub back: usize,
    /// Symptoms it came to.
    pub symptoms: Vec<String>,
    /// Every question that came up.
    pub asked: BTreeSet<String>,
    /// How it ended; `None` if it did not.
    pub ending: Option<Ending>,
    /// What must not happen and did, in order, each with the symptom that was at hand.
    pub flaws: Vec<(String, Flaw)>,
}

/// What must not happen in any session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// It did not end within [`MOST_MOVES`] moves.
    Endless,
    /// This question was asked again although nothing was taken back.
    AskedTwice(String),
    /// This remedy sends somebody who is locked out to the settings.
    SentToSettings(String),
    /// This remedy resets a factor, and the agent had not made sure who is calling.
    NotVerified(String),
    /// This step of the script came again although nothing was taken back.
    SaidTwice(String),
    /// The session at hand does not have this remedy.
    NoSuchRemedy(String),
    /// It ends in turning to somebody in this role, and no service says who that is.
    NoContact(String),
    /// This remedy has the section of one that had not helped.
    OfferedAgain(String),
    /// The transcript, read from the start, leads to another move.
    NotReplayed,
}

/// Somebody who answers at random.
struct Walker<'a> {
    session: Session<'a>,
    vocabulary: &'a Vocabulary,
    rng: Rng,
    asked: BTreeSet<String>,
    said: BTreeSet<String>,
    stroll: Stroll,
}

/// Walks through a session at random: any answer, any result of a remedy, steps back. `start` is the first symptom; any
/// one if `None`. The same seed walks the same way.
pub fn stroll(knowledge: &Knowledge, vocabulary: &Vocabulary, mode: Mode, start: Option<&str>, seed: u64) -> Stroll {
    let mut walker = Walker::new(Session::new(knowledge, mode, None, None), vocabulary, seed);
    if let Some(start) = start {
        walker.go_to(start.to_owned());
    }
    walker.walk();
    walker.stroll
}

/// As [`stroll`], for an agent whom a script leads.
pub fn stroll_by(script: &Script, knowledge: &Knowledge, vocabulary: &Vocabulary, seed: u64) -> Stroll {
    let session = Session::new(knowledge, Mode::Agent, None, None).led_by(script);
    let mut walker = Walker::new(session, vocabulary, seed);
    walker.stroll.symptoms.push(script.symptom.clone());
    walker.walk();
    walker.stroll
}

impl<'a> Walker<'a> {
    fn new(session: Session<'a>, vocabulary: &'a Vocabulary, seed: u64) -> Self {
        let (asked, said) = (BTreeSet::new(), BTreeSet::new());
        Self { session, vocabulary, rng: Rng::with_seed(seed), asked, said, stroll: Stroll::default() }
    }
}

impl Walker<'_> {
    fn walk(&mut self) {
        while self.stroll.moves < MOST_MOVES && self.stroll.ending.is_none() {
            self.stroll.moves += 1;
            self.listen();
            let next = self.session.next();
            let over = matches!(next, Move::Escalate { .. } | Move::Done);
            if !over && self.goes_back() {
                continue;
            }
            self.make(next);
        }
        match self.stroll.ending {
            None => self.flaw(Flaw::Endless),
            Some(ending) => self.conclude(ending),
        }
    }

    fn flaw(&mut self, flaw: Flaw) {
        self.stroll.flaws.push((self.session.state().symptom.clone().unwrap_or_default(), flaw));
    }

    /// Read again from its transcript, the session stands where it stood.
    fn conclude(&mut self, ending: Ending) {
        self.session.record(Event::Concluded(ending));
        let replayed = Session::resume(self.session.knowledge(), self.session.transcript().clone());
        if replayed.next() != self.session.next() {
            self.flaw(Flaw::NotReplayed);
        }
    }

    /// Notes what a script says: each step once.
    fn listen(&mut self) {
        let Some(cue) = self.session.cue() else { return };
        for step in cue.before.into_iter().chain(cue.step) {
            self.stroll.steps += 1;
            if !self.said.insert(step.id.clone()) {
                self.flaw(Flaw::SaidTwice(step.id.clone()));
            }
        }
    }

    fn goes_back(&mut self) -> bool {
        let goes = self.stroll.back < MOST_BACK && self.session.can_go_back() && self.rng.f64() < 0.08;
        if goes {
            self.stroll.back += 1;
            self.session.record(Event::Back);
            self.said.clear();
            let answers = &self.session.state().answers;
            self.asked.retain(|question| answers.contains_key(question));
        }
        goes
    }

    fn make(&mut self, next: Move) {
        match next {
            Move::ChooseSymptom => {
                let symptoms: Vec<&String> = self.session.knowledge().symptoms.keys().collect();
                match self.rng.choice(symptoms) {
                    Some(symptom) => self.go_to(symptom.clone()),
                    None => self.stroll.ending = Some(Ending::Abandoned),
                }
            }
            Move::Ask { question, .. } => self.answer(question),
            Move::Observe => self.observe(),
            Move::VerifyIdentity => {
                self.stroll.verified += 1;
                let passed = self.rng.bool();
                self.session.record(Event::Verified(passed));
            }
            Move::Try { remedy, .. } => self.attempt(remedy),
            Move::GoOn(symptom) => self.go_to(symptom),
            Move::Escalate { role, remedy } => {
                // The generic service stands in for every other.
                let services = &self.session.knowledge().services;
                let knows = |service: &Service| service.escalate.contains_key(&role);
                if !services.get(Service::GENERIC).map_or_else(|| services.values().any(knows), knows) {
                    self.flaw(Flaw::NoContact(role));
                }
                if let Some(remedy) = remedy {
                    self.check(&remedy);
                }
                self.stroll.ending = Some(Ending::Escalated);
            }
            Move::Done => self.stroll.ending = Some(Ending::Remedy),
        }
    }

    fn go_to(&mut self, symptom: String) {
        self.stroll.symptoms.push(symptom.clone());
        self.session.record(Event::About(symptom));
    }

    fn answer(&mut self, question: String) {
        self.stroll.questions += 1;
        self.stroll.asked.insert(question.clone());
        if !self.asked.insert(question.clone()) {
            self.flaw(Flaw::AskedTwice(question.clone()));
        }
        let asked = self.session.symptom().and_then(|symptom| symptom.question(&question));
        let mut answers: Vec<&str> = asked.iter().flat_map(|asked| &asked.answers).map(|one| one.id.as_str()).collect();
        answers.push(UNSURE);
        let answer = self.rng.choice(answers).unwrap_or(UNSURE).to_owned();
        self.session.record(Event::Asked { question, answer });
        if self.rng.f64() < 0.05 {
            self.compare();
        }
    }

    /// A further code, none, or the reason why there is none.
    fn observe(&mut self) {
        self.stroll.observed += 1;
        match self.rng.u8(..3) {
            0 => {}
            1 => self.compare(),
            _ => self.session.record(Event::Observed(Finding::no_further_code())),
        }
    }

    /// A comparison of codes that says anything at all.
    fn compare(&mut self) {
        let probe = self.vocabulary.probes.iter().find(|probe| probe.id == CODE_MATCH);
        let Some(words) = self.rng.choice(probe.map_or(&[][..], |probe| probe.explanations)) else { return };
        let measure = Measure {
            explanation: words.id,
            with: None,
            ratio: 10_f64.powf(self.rng.f64() * 8.0 - 2.0),
            chance: 10_f64.powf(self.rng.f64() * -8.0),
            codes: self.rng.usize(..=2),
            tried: 100,
            provable: self.rng.bool(),
            detail: Detail::default(),
        };
        self.found(Reading::Measured(vec![measure]));
    }

    fn found(&mut self, reading: Reading) {
        self.session.record(Event::Observed(Finding { probe: CODE_MATCH, source: Source::Codes, reading }));
    }

    fn attempt(&mut self, id: String) {
        self.stroll.remedies += 1;
        self.check(&id);
        let result = match self.rng.u8(..10) {
            0 => Tried::Helped,
            1 => Tried::Later,
            _ => Tried::Failed,
        };
        self.session.record(Event::Tried { remedy: id, result });
    }

    /// Notes what must not happen when this remedy is shown.
    fn check(&mut self, id: &str) {
        let symptom: Option<&Symptom> = self.session.symptom();
        let Some(remedy) = symptom.and_then(|symptom| symptom.remedy(id)) else {
            self.flaw(Flaw::NoSuchRemedy(id.to_owned()));
            return;
        };
        let state = self.session.state();
        let visited = state.visited.iter().filter_map(|id| self.session.knowledge().symptoms.get(id));
        let failed = visited.flat_map(|symptom| &symptom.remedies).filter(|one| state.failed.contains(&one.id));
        if failed.filter(|failed| failed.id != id).any(|failed| failed.text == remedy.text) {
            self.flaw(Flaw::OfferedAgain(id.to_owned()));
        }
        if self.is_locked_out() && self.leads_to_settings(remedy) {
            self.flaw(Flaw::SentToSettings(id.to_owned()));
        }
        let agent = self.session.transcript().header.mode == Mode::Agent;
        if agent && remedy.resets_factor && self.session.state().verified != Some(true) {
            self.flaw(Flaw::NotVerified(id.to_owned()));
        }
    }

    fn is_locked_out(&self) -> bool {
        let way_in = self.session.state().answers.get(SECOND_WAY_IN);
        way_in.is_some_and(|way_in| LOCKED_OUT.contains(&way_in.as_str()))
    }

    /// Whether its section, or an app's own in its place, speaks of the settings.
    fn leads_to_settings(&self, remedy: &Remedy) -> bool {
        let knowledge = self.session.knowledge();
        let own = knowledge.apps.values().filter_map(|app| app.section_for(&remedy.text));
        let mut sections = own.chain([&remedy.text]).filter_map(|at| knowledge.section(at));
        sections.any(|section| section.title.contains(SETTINGS) || section.body.contains(SETTINGS))
    }
}
