//! Somebody who answers at random: any answer, any result of a remedy, steps back, comparisons that say anything at all.
//!
//! The one idea: whatever somebody does, a session ends, and there are things that it never does.

use std::collections::BTreeSet;

use fastrand::Rng;

use crate::case::{Interval, TypedCode};
use crate::entry;
use crate::finding::{CODE_MATCH, Detail, Finding, Measure, Reading, Source, Vocabulary};
use crate::knowledge::{Knowledge, Remedy, Script, Service};
use crate::otp::{Key, step};
use crate::rehearse::drive::{Caller, at_a_loss, drive, tried};
use crate::session::{Ending, Event, Mode, Next, Session, Tried};
use crate::talk::{About, Beside, Input, Means, Now, Prompt, Talk};

/// How often a walk goes back, at most: who goes back for ever is not the session's concern.
const MOST_BACK: usize = 8;
/// What only somebody who is signed in can see.
pub(in crate::rehearse) const SETTINGS: &str = "{settings-page}";

/// What a random walk through a session came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stroll {
    /// Moves until the end.
    pub moves: usize,
    /// Questions asked, those taken back included.
    pub questions: usize,
    /// Remedies shown.
    pub remedies: usize,
    /// Codes asked for.
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// It did not end within [`MOST_MOVES`](crate::rehearse::MOST_MOVES) moves.
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
struct Walker {
    rng: Rng,
    stroll: Stroll,
    /// A symptom to begin with, where there is one.
    start: Option<String>,
    /// Questions that were answered and not taken back, at the last look.
    answered: BTreeSet<String>,
    /// Symptoms and steps of a script that were come by before, by number.
    visited: usize,
    played: usize,
    /// Whether somebody has just gone back.
    back: bool,
    /// Seconds since 1970.
    at: i64,
}

/// Walks through a session at random: any answer, any result of a remedy, steps back. `start` is the first symptom; any
/// one if `None`. The same seed walks the same way.
pub fn stroll(knowledge: &Knowledge, vocabulary: &Vocabulary, mode: Mode, start: Option<&str>, seed: u64) -> Stroll {
    walk(Session::new(knowledge, mode, None, None), vocabulary, start, seed)
}

/// As [`stroll`], for an agent whom a script leads.
pub fn stroll_by(script: &Script, knowledge: &Knowledge, vocabulary: &Vocabulary, seed: u64) -> Stroll {
    walk(Session::new(knowledge, Mode::Agent, None, None).led_by(script), vocabulary, None, seed)
}

fn walk(mut session: Session<'_>, vocabulary: &Vocabulary, start: Option<&str>, seed: u64) -> Stroll {
    let knowledge = session.knowledge();
    let mut rng = Rng::with_seed(seed);
    // Codes may have been compared before.
    if rng.f64() < COMPARED_BEFORE {
        session.record(Event::Observed(compared(vocabulary, &mut rng)));
    }
    let start = start.map(str::to_owned);
    let mut walker = Walker {
        rng,
        stroll: Stroll::default(),
        start,
        answered: BTreeSet::new(),
        visited: 0,
        played: 0,
        back: false,
        at: BEGIN,
    };
    let material = walker.rng.f64() < WITH_A_KEY;
    let means = Means { live: true, apps: true, material, ..Means::default() };
    let mut talk = Talk::new(session, means);
    walker.stroll.ending = drive(&mut talk, &mut walker);
    walker.look(&talk);
    match walker.stroll.ending {
        None => walker.flaw(&talk, Flaw::Endless),
        Some(_) => walker.conclude(&talk, knowledge),
    }
    walker.stroll
}

/// How often codes were compared before a walk begins.
const COMPARED_BEFORE: f64 = 0.3;
/// How often somebody can have codes compared with a key.
const WITH_A_KEY: f64 = 0.3;
/// The key, and how often its code is another one: then every search is tried, which takes time.
const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const WRONG_CODE: f64 = 0.03;
/// When walks begin, in seconds since 1970.
const BEGIN: i64 = 1_770_000_000;

/// A comparison of codes that says anything at all.
fn compared(vocabulary: &Vocabulary, rng: &mut Rng) -> Finding {
    let probe = vocabulary.probes.iter().find(|probe| probe.id == CODE_MATCH);
    let Some(words) = rng.choice(probe.map_or(&[][..], |probe| probe.explanations)) else {
        return Finding::no_further_code();
    };
    let measure = Measure {
        explanation: words.id,
        with: None,
        ratio: 10_f64.powf(rng.f64() * 8.0 - 2.0),
        chance: 10_f64.powf(rng.f64() * -8.0),
        codes: rng.usize(..=2),
        tried: 100,
        provable: rng.bool(),
        detail: Detail::default(),
    };
    let reading = Reading::Measured(vec![measure]);
    Finding { probe: CODE_MATCH, source: Source::Codes, compared: 0, reading }
}

impl Caller for Walker {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        self.look(talk);
        self.stroll.moves += 1;
        let Some(choose) = prompt.choose() else { return self.hands_in(prompt) };
        let can_go_back = choose.beside.iter().any(|(one, _)| *one == Beside::Back);
        if can_go_back && self.stroll.back < MOST_BACK && self.rng.f64() < 0.08 {
            self.stroll.back += 1;
            self.back = true;
            return Input::Back;
        }
        match &choose.about {
            About::Symptom => {
                let symptoms: Vec<String> = talk.session().knowledge().symptoms.keys().cloned().collect();
                let start = self.start.clone().or_else(|| self.rng.choice(symptoms));
                start.map_or(Input::Quit, Input::Jump)
            }
            About::Question(question) => {
                self.stroll.questions += 1;
                self.stroll.asked.insert(question.clone());
                if self.answered.contains(question) {
                    self.flaw(talk, Flaw::AskedTwice(question.clone()));
                }
                match self.rng.choice(choose.choices.iter().map(|(id, _)| Some(id)).chain([None]).collect::<Vec<_>>()) {
                    Some(Some(answer)) => Input::Choice(answer.clone()),
                    _ => Input::Unsure,
                }
            }
            About::Remedy(remedy) => {
                self.stroll.remedies += 1;
                self.check(talk, remedy);
                tried(match self.rng.u8(..10) {
                    0 => Tried::Helped,
                    1 => Tried::Later,
                    _ => Tried::Failed,
                })
            }
            About::Identity => {
                self.stroll.verified += 1;
                Input::Choice(if self.rng.bool() { "yes" } else { "no" }.to_owned())
            }
            // No file is read here.
            About::Material => Input::Choice(if self.rng.f64() < 0.8 { "key" } else { "nothing" }.to_owned()),
            _ => match self.rng.choice(&choose.choices) {
                Some((id, _)) => Input::Choice(id.clone()),
                None => Input::Quit,
            },
        }
    }

    fn now(&self) -> Now {
        Now { millis: self.at * 1_000 }
    }
}

impl Walker {
    /// The key and its codes; nothing of what else is asked for.
    fn hands_in(&mut self, prompt: &Prompt) -> Input {
        match prompt {
            Prompt::Key(_) => Input::Key(KEY.to_owned().into()),
            Prompt::Code(_) => {
                self.stroll.observed += 1;
                let wrong = self.rng.f64() < WRONG_CODE;
                let code = entry::read(KEY).ok().filter(|_| self.rng.f64() < 0.8).map(|read| {
                    let key = Key::new(read.entry.algorithm, &read.entry.secret);
                    key.code(step(self.at, 30).unsigned_abs() + u64::from(wrong) * 9_999_999, read.entry.digits)
                });
                code.map_or(Input::Nothing, |code| Input::Code(TypedCode::new(format!("{code:06}"))))
            }
            Prompt::HowLongAgo(_) => Input::Ago(Interval { from: self.at - 30, to: self.at }),
            Prompt::Wait { until, .. } => {
                self.at = *until;
                Input::Waited
            }
            _ => at_a_loss(prompt),
        }
    }

    fn flaw(&mut self, talk: &Talk<'_>, flaw: Flaw) {
        self.stroll.flaws.push((talk.session().state().symptom.clone().unwrap_or_default(), flaw));
    }

    /// What has happened since the last look.
    fn look(&mut self, talk: &Talk<'_>) {
        let state = talk.session().state();
        self.answered = state.answers.keys().cloned().collect();
        if std::mem::take(&mut self.back) {
            (self.visited, self.played) = (state.visited.len(), talk.played().len());
            return;
        }
        self.stroll.symptoms.extend(state.visited.iter().skip(self.visited).cloned());
        let (before, said) = talk.played().split_at(self.played.min(talk.played().len()));
        self.stroll.steps += said.len();
        let again = said.iter().enumerate().filter(|(at, step)| before.contains(step) || said[..*at].contains(step));
        let again: Vec<Flaw> = again.map(|(_, step)| Flaw::SaidTwice(step.clone())).collect();
        for flaw in again {
            self.flaw(talk, flaw);
        }
        (self.visited, self.played) = (state.visited.len(), talk.played().len());
    }

    /// Read again from its transcript, the session stands where it stood; and whoever it ends with can be turned to.
    fn conclude(&mut self, talk: &Talk<'_>, knowledge: &Knowledge) {
        let session = talk.session();
        if Session::resume(knowledge, session.transcript().clone()).next() != session.next() {
            self.flaw(talk, Flaw::NotReplayed);
        }
        if let (Some(Ending::Escalated), Next::Escalate { role, remedy }) = (self.stroll.ending, session.next()) {
            // The generic service stands in for every other.
            let knows = |service: &Service| service.escalate.contains_key(&role);
            let services = &knowledge.services;
            if !services.get(Service::GENERIC).map_or_else(|| services.values().any(knows), knows) {
                self.flaw(talk, Flaw::NoContact(role.clone()));
            }
            if let Some(remedy) = remedy {
                self.check(talk, &remedy);
            }
        }
    }

    /// Notes what must not happen when this remedy is shown.
    fn check(&mut self, talk: &Talk<'_>, id: &str) {
        let session = talk.session();
        let Some(remedy) = session.symptom().and_then(|symptom| symptom.remedy(id)) else {
            return self.flaw(talk, Flaw::NoSuchRemedy(id.to_owned()));
        };
        let (state, knowledge) = (session.state(), session.knowledge());
        let visited = state.visited.iter().filter_map(|id| knowledge.symptoms.get(id));
        let failed = visited.flat_map(|symptom| &symptom.remedies).filter(|one| state.failed.contains(&one.id));
        if failed.filter(|failed| failed.id != id).any(|failed| failed.text == remedy.text) {
            self.flaw(talk, Flaw::OfferedAgain(id.to_owned()));
        }
        if knowledge.is_locked_out(session.known()) && leads_to_settings(remedy, knowledge) {
            self.flaw(talk, Flaw::SentToSettings(id.to_owned()));
        }
        if session.mode() == Mode::Agent && remedy.resets_factor && state.verified != Some(true) {
            self.flaw(talk, Flaw::NotVerified(id.to_owned()));
        }
    }
}

/// Whether its section, or an app's own in its place, speaks of the settings.
fn leads_to_settings(remedy: &Remedy, knowledge: &Knowledge) -> bool {
    let own = knowledge.apps.values().filter_map(|app| app.section_for(&remedy.text));
    let mut sections = own.chain([&remedy.text]).filter_map(|at| knowledge.section(at));
    sections.any(|section| section.title.contains(SETTINGS) || section.body.contains(SETTINGS))
}
