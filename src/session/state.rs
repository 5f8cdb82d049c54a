use std::collections::BTreeMap;

use super::next::{self, Audience, Next, Situation, Step, Why};
use super::transcript::{Event, Header, Mode, Transcript, Tried};
use crate::finding::{Finding, Reading, Source};
use crate::knowledge::{App, Clause, Decide, Holds, Knowledge, Outcome, Question, Remedy, Service, Symptom};
use crate::verdict::{Evidences, UNSURE, Verdict, weigh};

/// A session: knowledge, and a transcript over it. Everything else is derived, so that back and resume are replay.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) transcript: Transcript,
    pub(super) state: State,
    /// Answers, and the facts of the app that was named and of the service.
    known: BTreeMap<String, String>,
}

/// What a transcript amounts to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The symptom at hand.
    pub symptom: Option<String>,
    /// Every symptom that was at hand, in order.
    pub visited: Vec<String>,
    /// Answers by question, over all symptoms.
    pub answers: BTreeMap<String, String>,
    /// Findings, in order.
    pub findings: Vec<Finding>,
    /// Remedies that did not help.
    pub failed: Vec<String>,
    /// The remedy that helped, or that will be tried.
    pub settled: Option<String>,
    /// Whether an agent made sure who is calling.
    pub verified: Option<bool>,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Choose a symptom.
    ChooseSymptom,
    /// Ask a question of the symptom at hand.
    Ask {
        /// The question.
        question: String,
        /// Why it is asked now.
        why: Why,
    },
    /// Ask for a further code.
    Observe,
    /// Make sure who is calling, before a factor is reset, removed or enrolled again.
    VerifyIdentity,
    /// Try a remedy.
    Try {
        /// The remedy.
        remedy: String,
        /// Why it comes now.
        why: Why,
    },
    /// Go on with another symptom, findings kept.
    GoOn(String),
    /// Turn to somebody.
    Escalate {
        /// The service's role.
        role: String,
        /// How to, where a remedy tells.
        remedy: Option<String>,
    },
    /// It is over: a remedy helped, or will be tried.
    Done,
}

/// The question that comes before all others: it opens and closes whole branches.
const FIRST_QUESTION: &str = "where";
/// Whether somebody with the phone at hand can press a key as its code changes; the session notes it by itself.
pub const RHYTHM_OFFERED: &str = Question::RHYTHM_OFFERED;
/// Whether the code of each entry showed which one is to be kept; the session notes it by itself.
pub const ENTRY_FOUND: &str = Question::ENTRY_FOUND;
/// Where a symptom leads on to when the way in is lost.
const ADMINISTRATOR: &str = "administrator";

impl<'a> Session<'a> {
    /// A new session.
    pub fn new(knowledge: &'a Knowledge, mode: Mode, service: Option<String>, reference: Option<String>) -> Self {
        let header = Header {
            transcript: 1,
            knowledge: knowledge.digest.clone(),
            version: knowledge.version.clone(),
            mode,
            service,
            reference,
            script: None,
        };
        Self::over(knowledge, Transcript { header, events: Vec::new() })
    }

    /// A session that goes on from a transcript, which may be of an older release.
    pub fn resume(knowledge: &'a Knowledge, transcript: Transcript) -> Self {
        Self::over(knowledge, transcript.in_names_of(knowledge))
    }

    fn over(knowledge: &'a Knowledge, transcript: Transcript) -> Self {
        let mut session = Self { knowledge, transcript, state: State::default(), known: BTreeMap::new() };
        session.derive();
        session
    }

    fn derive(&mut self) {
        self.state = replay(&self.transcript.events);
        self.known = self.state.known(self.knowledge, self.service());
    }

    /// What happened.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// What it amounts to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The knowledge it runs with.
    pub fn knowledge(&self) -> &'a Knowledge {
        self.knowledge
    }

    /// The symptom at hand.
    pub fn symptom(&self) -> Option<&'a Symptom> {
        self.knowledge.symptoms.get(self.state.symptom.as_ref()?)
    }

    /// Adds what happened.
    pub fn record(&mut self, event: Event) {
        self.transcript.events.push(event);
        self.derive();
    }

    /// Whether there is something to take back.
    pub fn can_go_back(&self) -> bool {
        effective(&self.transcript.events).iter().any(|event| is_undoable(event))
    }

    /// What the evidence amounts to; `None` while no symptom is at hand.
    pub fn verdict(&self) -> Option<Verdict> {
        Some(weigh(self.symptom()?, &self.knowledge.numbers, self.evidences()))
    }

    fn evidences(&self) -> Evidences<'_> {
        Evidences { findings: &self.state.findings, answers: &self.known, failed: &self.state.failed }
    }

    /// What is to be done now. Same knowledge, same transcript: same move.
    pub fn next(&self) -> Move {
        let Some(symptom) = self.symptom() else { return Move::ChooseSymptom };
        if self.state.settled.is_some() {
            return Move::Done;
        }
        if let Some(next) = self.led(symptom).and_then(|(_, next)| next) {
            return next;
        }
        match symptom.decide {
            Decide::FirstMatch => self.by_table(symptom),
            Decide::Weigh => self.by_weight(symptom),
        }
    }

    pub(super) fn fact(&self, fact: &str) -> Option<&str> {
        self.known.get(fact).map(String::as_str)
    }

    /// What is known: answers, and by `app.` and `service.` the facts of the app that was named and of the service.
    pub fn known(&self) -> &BTreeMap<String, String> {
        &self.known
    }

    /// The service that the words and facts are of.
    pub(super) fn service(&self) -> &str {
        self.transcript.header.service.as_deref().unwrap_or(Service::GENERIC)
    }

    /// What to ask while a code is waited for; `None` if no quick question is worth it.
    pub fn meanwhile(&self) -> Option<Move> {
        let symptom = self.symptom().filter(|symptom| symptom.decide == Decide::Weigh)?;
        let verdict = weigh(symptom, &self.knowledge.numbers, self.evidences());
        let (question, why) = next::meanwhile(self.situation(symptom, &verdict))?;
        Some(Move::Ask { question, why })
    }

    /// What the answer to a question of the symptom at hand would save now, net of asking, in the unit of `effort`; `None`
    /// where it may not be asked or nothing is weighed.
    pub fn saving(&self, question: &str) -> Option<f64> {
        let symptom = self.symptom().filter(|symptom| symptom.decide == Decide::Weigh)?;
        let verdict = weigh(symptom, &self.knowledge.numbers, self.evidences());
        next::saving(self.situation(symptom, &verdict), symptom.question(question)?)
    }

    /// The remedy to show while a code is waited for, if one is likely and does no harm.
    pub fn probably(&self) -> Option<&'a Remedy> {
        let symptom = self.symptom().filter(|symptom| symptom.decide == Decide::Weigh)?;
        let verdict = weigh(symptom, &self.knowledge.numbers, self.evidences());
        let remedy = next::probably(self.situation(symptom, &verdict))?;
        let allowed = matches!(self.offer(symptom, &remedy, Why::Settles), Move::Try { .. });
        symptom.remedy(&remedy).filter(|_| allowed)
    }

    fn situation<'s>(&'s self, symptom: &'s Symptom, verdict: &'s Verdict) -> Situation<'s> {
        let audience = match self.transcript.header.mode {
            Mode::Person => Audience::Person,
            Mode::Agent => Audience::Agent,
        };
        let (numbers, evidences) = (&self.knowledge.numbers, self.evidences());
        Situation { symptom, numbers, verdict, evidences, codes: self.codes(), audience }
    }

    fn by_weight(&self, symptom: &Symptom) -> Move {
        if symptom.question(FIRST_QUESTION).is_some() && self.fact(FIRST_QUESTION).is_none() {
            return Move::Ask { question: FIRST_QUESTION.to_owned(), why: Why::Gate };
        }
        let verdict = weigh(symptom, &self.knowledge.numbers, self.evidences());
        let Step { next, why } = next::next(self.situation(symptom, &verdict));
        match next {
            Next::Ask(question) => Move::Ask { question, why },
            Next::Observe(_) => Move::Observe,
            Next::Remedy(remedy) => self.offer(symptom, &remedy, why),
            Next::Escalate(role) => match &symptom.then {
                Some(then) if !self.state.visited.contains(then) => Move::GoOn(then.clone()),
                _ => escalate(role),
            },
            Next::Nothing => escalate(ADMINISTRATOR.to_owned()),
        }
    }

    /// How many codes the newest comparison saw; `None` without one.
    fn codes(&self) -> Option<usize> {
        // An agent holds no secret, and never asks for a code.
        if self.transcript.header.mode == Mode::Agent {
            return None;
        }
        let newest = self.state.findings.iter().rev().find(|finding| finding.source == Source::Codes)?;
        match &newest.reading {
            Reading::Measured(_) => {
                Some(self.state.findings.iter().filter(|finding| finding.source == Source::Codes).count())
            }
            Reading::Unavailable(_) => None,
        }
    }

    /// A remedy, or what has to come before it for an agent.
    pub(super) fn offer(&self, symptom: &Symptom, remedy: &str, why: Why) -> Move {
        let resets = symptom.remedy(remedy).is_some_and(|remedy| remedy.resets_factor);
        match (self.transcript.header.mode, resets, self.state.verified) {
            (Mode::Agent, true, None) => Move::VerifyIdentity,
            (Mode::Agent, true, Some(false)) => escalate(ADMINISTRATOR.to_owned()),
            _ => Move::Try { remedy: remedy.to_owned(), why },
        }
    }

    /// The first row that holds; a row that may hold is settled by a question first.
    fn by_table(&self, symptom: &Symptom) -> Move {
        // What no question tells, and nothing else either, nobody knows.
        let told = |fact: &str| self.fact(fact).or_else(|| symptom.question(fact).is_none().then_some(UNSURE));
        for outcome in &symptom.outcomes {
            match outcome.when.holds(told) {
                Holds::No => {}
                Holds::Unknown => {
                    let open = |clause: &&Clause| told(&clause.fact).is_none();
                    if let Some(clause) = outcome.when.0.iter().find(open) {
                        return Move::Ask { question: clause.fact.clone(), why: Why::Gate };
                    }
                }
                Holds::Yes => return self.by_outcome(symptom, outcome),
            }
        }
        escalate(ADMINISTRATOR.to_owned())
    }

    /// Its remedy; if that failed, the symptom to go on with; else whom to turn to.
    fn by_outcome(&self, symptom: &Symptom, outcome: &Outcome) -> Move {
        let role = outcome.escalate.clone().unwrap_or_else(|| ADMINISTRATOR.to_owned());
        if let Some(remedy) = outcome.remedy.as_ref().filter(|remedy| !self.state.failed.contains(remedy)) {
            // Where somebody else has to reset the factor, a person can only turn to them.
            let resets = symptom.remedy(remedy).is_some_and(|remedy| remedy.resets_factor);
            if resets && self.transcript.header.mode == Mode::Person {
                return Move::Escalate { role, remedy: Some(remedy.clone()) };
            }
            return self.offer(symptom, remedy, Why::Policy);
        }
        match &outcome.then {
            Some(then) if !self.state.visited.contains(then) => Move::GoOn(then.clone()),
            _ => escalate(role),
        }
    }
}

pub(super) fn escalate(role: String) -> Move {
    Move::Escalate { role, remedy: None }
}

/// Whether a question is one that the session answers by itself: nobody is asked it, and nobody takes it back.
pub fn is_noted(question: &str) -> bool {
    Question::NOTED.contains(&question)
}

/// Whether the person did it; what the session noted by itself is not taken back.
fn is_undoable(event: &Event) -> bool {
    match event {
        Event::Asked { question, .. } => !is_noted(question),
        Event::About(_) | Event::Tried { .. } | Event::Verified(_) => true,
        Event::Observed(_) | Event::Back | Event::Concluded(_) => false,
    }
}

/// The events that count: each `Back` takes the last step of the person away, with all that followed from it.
pub(super) fn effective(events: &[Event]) -> Vec<&Event> {
    let mut kept: Vec<&Event> = Vec::new();
    for event in events {
        if *event == Event::Back {
            // A trouble that the session went over to by itself goes with the step that led there.
            let first = kept.iter().position(|event| matches!(event, Event::About(_)));
            let by_itself = |at: usize, event: &Event| matches!(event, Event::About(_)) && first != Some(at);
            let undoable = kept.iter().enumerate().rev().find(|(at, one)| is_undoable(one) && !by_itself(*at, one));
            if let Some((last, _)) = undoable {
                kept.truncate(last);
            }
        } else {
            kept.push(event);
        }
    }
    kept
}

fn replay(events: &[Event]) -> State {
    let mut state = State::default();
    for event in effective(events) {
        state.apply(event);
    }
    state
}

impl State {
    /// Answers, facts of the app that was named, and of the service.
    pub(super) fn known(&self, knowledge: &Knowledge, service: &str) -> BTreeMap<String, String> {
        let app = self.answers.get(App::ASKED).and_then(|app| knowledge.apps.get(app)).map(|app| ("app", &app.facts));
        let service = knowledge.services.get(service).map(|service| ("service", &service.facts));
        let facts = app.into_iter().chain(service);
        let facts = facts.flat_map(|(of, facts)| facts.iter().map(move |(name, fact)| (format!("{of}.{name}"), fact)));
        let answers = self.answers.iter().map(|(question, answer)| (question.clone(), answer));
        answers.chain(facts).map(|(name, fact)| (name, fact.clone())).collect()
    }

    /// Adds one event that counts.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::About(symptom) => {
                self.symptom = Some(symptom.clone());
                self.visited.push(symptom.clone());
            }
            Event::Asked { question, answer } => {
                self.answers.insert(question.clone(), answer.clone());
            }
            Event::Observed(finding) => self.findings.push(finding.clone()),
            Event::Tried { remedy, result: Tried::Failed } => self.failed.push(remedy.clone()),
            Event::Tried { remedy, .. } => self.settled = Some(remedy.clone()),
            Event::Verified(passed) => self.verified = Some(*passed),
            Event::Back | Event::Concluded(_) => {}
        }
    }
}
