use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::script::ScriptPlace;
use super::standing::{Evidence, Standing, in_the_meantime, standing, while_waiting, would_save};
use super::step::{Next, Step, Why};
use super::support_code::Brought;
use super::transcript::{Event, Header, Mode, Transcript, Tried};
use crate::finding::Finding;
use crate::knowledge::{Knowledge, MeasuredBy, Remedy, Symptom};
use crate::verdict::Verdict;

/// A session: knowledge, and a transcript over it. Everything else is derived, so that back and resume are replay.
#[derive(Debug, Clone)]
pub struct Session<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) transcript: Transcript,
    /// The events that count, by their place in the transcript.
    kept: Vec<usize>,
    pub(super) state: State,
    /// Answers, and the facts of the app that was named and of the service.
    known: BTreeMap<String, String>,
    /// How many events of the transcript named what the knowledge does not have.
    pub(super) dropped: usize,
    /// So many events were there when somebody took the session up who was not there before.
    pub(super) sitting: usize,
    /// What comparisons of codes came to in the session that a support code is of.
    pub(super) brought: Vec<Brought>,
    /// The time, where what happens is to be written down with it.
    clock: Option<i64>,
    /// What all this amounts to, once somebody has asked.
    standing: OnceCell<Option<Standing<'a>>>,
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
    /// Remedies that helped.
    pub helped: Vec<String>,
    /// The remedy that helped, or that will be tried.
    pub settled: Option<String>,
    /// Whether an agent made sure who is calling.
    pub verified: Option<bool>,
    /// How far a script was played.
    pub(super) place: ScriptPlace,
}

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
            agent: None,
            script: None,
        };
        Self::over(knowledge, Transcript { header, events: Vec::new() })
    }

    /// A session that goes on from a transcript, which may be of an older release.
    pub fn resume(knowledge: &'a Knowledge, transcript: Transcript) -> Self {
        Self::over(knowledge, transcript.in_names_of(knowledge)).of_known()
    }

    pub(super) fn over(knowledge: &'a Knowledge, transcript: Transcript) -> Self {
        let Transcript { header, events } = transcript;
        let mut session = Self {
            knowledge,
            transcript: Transcript { header, events: Vec::new() },
            kept: Vec::new(),
            state: State::default(),
            known: BTreeMap::new(),
            dropped: 0,
            sitting: 0,
            brought: Vec::new(),
            clock: None,
            standing: OnceCell::new(),
        };
        session.replay();
        for event in events {
            session.record(event);
        }
        session
    }

    /// What happened.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The same session, held by whoever calls themselves so.
    #[must_use]
    pub fn held_by(mut self, agent: Option<String>) -> Self {
        self.transcript.header.agent = agent;
        self
    }

    /// The same session, from now on held by whoever calls themselves so, if that is another than before.
    #[must_use]
    pub fn taken_over_by(mut self, agent: Option<&str>) -> Self {
        if let Some(agent) = agent.filter(|agent| self.transcript.agents().last() != Some(agent)) {
            self.record(Event::HeldBy(agent.to_owned()));
        }
        self
    }

    /// What happens from now on is written down with this time, in seconds since 1970.
    pub fn happens_at(&mut self, time: i64) {
        self.clock = Some(time);
    }

    /// What it amounts to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The knowledge it runs with.
    pub fn knowledge(&self) -> &'a Knowledge {
        self.knowledge
    }

    /// Who is talking.
    pub fn mode(&self) -> Mode {
        self.transcript.header.mode
    }

    /// The symptom at hand.
    pub fn symptom(&self) -> Option<&'a Symptom> {
        self.knowledge.symptoms.get(self.state.symptom.as_ref()?)
    }

    /// Adds what happened.
    pub fn record(&mut self, event: Event) {
        if matches!(event, Event::At(_)) {
            self.transcript.events.push(event);
            return;
        }
        let told = self.transcript.last_time();
        if let Some(now) = self.clock.filter(|now| told != Some(*now)) {
            self.transcript.events.push(Event::At(now));
        }
        if matches!(event, Event::HeldBy(_)) {
            self.transcript.events.push(event);
            return;
        }
        self.standing = OnceCell::new();
        let left = match event {
            Event::Back => Some(self.before_last()),
            Event::BackTo(kept) => Some(kept.min(self.kept.len())),
            _ => None,
        };
        self.transcript.events.push(event);
        if let Some(left) = left {
            self.kept.truncate(left);
            self.replay();
        } else {
            let at = self.transcript.events.len() - 1;
            self.kept.push(at);
            self.follow(at);
        }
    }

    /// The state anew, from all events that count.
    pub(super) fn replay(&mut self) {
        self.standing = OnceCell::new();
        self.state = State::default();
        self.known = self.state.known(self.knowledge, self.service());
        let (before, since): (Vec<usize>, Vec<usize>) = self.kept.iter().partition(|at| **at < self.sitting);
        for at in before {
            self.follow(at);
        }
        if self.sitting > 0 {
            self.state.verified = None;
        }
        for at in since {
            self.follow(at);
        }
    }

    fn follow(&mut self, at: usize) {
        let event = &self.transcript.events[at];
        self.state.place = self.moved(event);
        self.state.apply(event);
        self.known = self.state.known(self.knowledge, self.service());
    }

    /// What comparisons of codes came to in the session that a support code is of, in the order of its troubles.
    pub fn brought(&self) -> &[Brought] {
        &self.brought
    }

    /// How many events count.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// The place of each of them in the transcript.
    pub(super) fn places(&self) -> &[usize] {
        &self.kept
    }

    /// The events that count, in order.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.kept.iter().map(|at| &self.transcript.events[*at])
    }

    /// Whether there is something to take back.
    pub fn can_go_back(&self) -> bool {
        self.events().any(|event| self.is_undoable(event))
    }

    /// How many events count once the last step of the person is taken away, with all that followed from it.
    fn before_last(&self) -> usize {
        // A trouble that the session went over to by itself goes with the step that led there.
        let first = self.events().position(|event| matches!(event, Event::About(_)));
        let by_itself = |at: usize, event: &Event| matches!(event, Event::About(_)) && first != Some(at);
        let all: Vec<&Event> = self.events().collect();
        let undoable = all.iter().enumerate().rev().find(|(at, one)| self.is_undoable(one) && !by_itself(*at, one));
        undoable.map_or(all.len(), |(at, _)| at)
    }

    /// Takes back everything after the first `kept` events that count; nothing is written down where there is nothing.
    pub fn back_to(&mut self, kept: usize) {
        if kept == self.before_last() && kept < self.kept.len() {
            self.record(Event::Back);
        } else if kept < self.kept.len() {
            self.record(Event::BackTo(kept));
        }
    }

    /// Whether the person did it; what the session noted by itself is not taken back.
    fn is_undoable(&self, event: &Event) -> bool {
        match event {
            Event::Asked { question, .. } => !self.knowledge.is_noted(question),
            Event::About(_) | Event::Tried { .. } | Event::Verified(_) | Event::Note(_) => true,
            Event::At(_)
            | Event::HeldBy(_)
            | Event::Observed(_)
            | Event::Back
            | Event::BackTo(_)
            | Event::Concluded(_) => false,
        }
    }

    /// What the evidence amounts to and what comes next; `None` while no symptom is at hand. It is computed once a step.
    pub fn standing(&self) -> Option<&Standing<'a>> {
        self.standing.get_or_init(|| Some(standing(self.symptom()?, self.evidence()))).as_ref()
    }

    pub(super) fn evidence(&self) -> Evidence<'a, '_> {
        let (state, known) = (&self.state, &self.known);
        let script = self.transcript.header.script.as_deref();
        Evidence { knowledge: self.knowledge, state, known, mode: self.mode(), script }
    }

    /// How the causes rank; `None` where nothing is weighed.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.standing()?.verdict.as_ref()
    }

    /// What is to be done now.
    pub fn step(&self) -> Step {
        let choose = || Step::new(Next::ChooseSymptom, Why::Policy);
        self.standing().map_or_else(choose, |standing| standing.step.clone())
    }

    /// What is to be done now, without its reason. Same knowledge, same transcript: same step.
    pub fn next(&self) -> Next {
        self.step().next
    }

    /// What is known: answers, and by `app.` and `service.` the facts of the app that was named and of the service.
    pub fn known(&self) -> &BTreeMap<String, String> {
        &self.known
    }

    /// The service that the words and facts are of; `None` for the generic one.
    pub fn service(&self) -> Option<&str> {
        self.transcript.header.service.as_deref()
    }

    /// Notes whether a rhythm can be measured, or that the right entry was found, where the knowledge has a question for it.
    pub fn note(&mut self, what: MeasuredBy, holds: bool) {
        if let Some(question) = self.knowledge.noted_by(what) {
            let (question, answer) = (question.id.clone(), if holds { "yes" } else { "no" }.to_owned());
            self.record(Event::Asked { question, answer });
        }
    }

    /// What to ask while a code is waited for; `None` if no quick question is worth it.
    pub fn meanwhile(&self) -> Option<(String, Why)> {
        in_the_meantime(self.symptom()?, self.evidence(), self.verdict()?)
    }

    /// What the answer to a question of the symptom at hand would save now, net of asking, in the unit of `effort`; `None`
    /// where it may not be asked or nothing is weighed.
    pub fn saving(&self, question: &str) -> Option<f64> {
        would_save(self.symptom()?, self.evidence(), self.verdict()?, question)
    }

    /// The remedy to show while a code is waited for, if one is likely and does no harm.
    pub fn probably(&self) -> Option<&'a Remedy> {
        while_waiting(self.symptom()?, self.evidence(), self.verdict()?)
    }
}

impl State {
    /// The remedy that somebody wants to try later.
    pub fn put_off(&self) -> Option<&String> {
        self.settled.as_ref().filter(|settled| !self.helped.contains(settled))
    }

    /// Nothing but the symptom at hand.
    pub fn about(symptom: &str) -> Self {
        Self { symptom: Some(symptom.to_owned()), visited: vec![symptom.to_owned()], ..Self::default() }
    }

    /// Adds one event that counts.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::About(symptom) => {
                self.symptom = Some(symptom.clone());
                self.settled = None;
                self.visited.push(symptom.clone());
            }
            Event::Asked { question, answer } => {
                self.answers.insert(question.clone(), answer.clone());
            }
            Event::Observed(finding) => self.findings.push(finding.clone()),
            Event::Tried { remedy, result } => {
                // What is said again of a remedy takes the place of what was said before.
                self.failed.retain(|failed| failed != remedy);
                self.helped.retain(|helped| helped != remedy);
                self.settled.take_if(|settled| settled == remedy);
                if *result == Tried::Failed {
                    self.failed.push(remedy.clone());
                    // What helped before was not enough, if something was tried after it.
                    self.settled = None;
                } else {
                    self.settled = Some(remedy.clone());
                }
                if *result == Tried::Helped {
                    self.helped.push(remedy.clone());
                }
            }
            Event::Verified(passed) => self.verified = Some(*passed),
            Event::At(_) | Event::HeldBy(_) | Event::Note(_) | Event::Back | Event::BackTo(_) | Event::Concluded(_) => {
            }
        }
    }
}
