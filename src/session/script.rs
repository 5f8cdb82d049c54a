//! Where a session stands in its script, and what comes next there.
//!
//! The one idea: the place is replayed from the transcript like everything else, so that nothing but the script's id is
//! written down. What is asked, tried or made sure of moves the place to the step that wanted it; what only says or notes
//! something comes with the next step that does. It must not weigh: where the script ends, the session goes on by itself.

use std::collections::BTreeMap;

use super::standing::Deciding;
use super::state::{Session, State};
use super::step::{Next, Step, Why};
use super::transcript::{Ending, Event, Mode, Tried};
use crate::knowledge::{Act, Holds, Knowledge, Question, Remedy, Script, ScriptStep, Symptom};

/// What a script has to say at this point.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue<'a> {
    /// Steps that only say or note something: they come first.
    pub before: Vec<&'a ScriptStep>,
    /// The step that the next move belongs to; `None` where a remedy needs something to be known first, or where the
    /// session goes on by itself.
    pub step: Option<&'a ScriptStep>,
    /// Whether the session goes on by itself from here on.
    pub is_over: bool,
}

/// How far a script was played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ScriptPlace {
    /// The step that was reached last.
    at: usize,
    /// The session goes on by itself.
    is_over: bool,
}

/// What comes next in a script, by the number of the step.
#[derive(Debug, Clone, Copy)]
enum Due {
    Step(usize),
    /// The script ends here: with a step that says so, or behind the last one.
    End(usize),
}

/// A script over its symptom.
struct Play<'a> {
    script: &'a Script,
    symptom: &'a Symptom,
}

impl<'a> Session<'a> {
    /// A session of an agent that a script leads, from its beginning; its symptom is at hand then.
    #[must_use]
    pub fn led_by(mut self, script: &Script) -> Self {
        self.transcript.header.script = Some(script.id.clone());
        self.record(Event::About(script.symptom.clone()));
        self
    }

    /// The script that leads, if the knowledge has it.
    pub fn script(&self) -> Option<&'a Script> {
        let header = &self.transcript.header;
        let id = header.script.as_ref().filter(|_| header.mode == Mode::Agent)?;
        self.knowledge.scripts.get(id)
    }

    /// What the script has to say before and with the next step; `None` where none leads through this symptom, and once
    /// a remedy helped.
    pub fn cue(&self) -> Option<&Cue<'a>> {
        self.standing()?.cue.as_ref()
    }

    /// The script's own words for a question of its symptom.
    pub fn wording(&self, question: &Question) -> Option<&'a str> {
        let script = self.script().filter(|script| self.state.symptom.as_ref() == Some(&script.symptom))?;
        script.wording(&question.id)
    }

    /// What the script says and notes at the very end.
    pub fn goodbye(&self, ending: Ending) -> Vec<&'a ScriptStep> {
        let (Some(script), Some(_)) = (self.script(), self.symptom()) else { return Vec::new() };
        let later = |event: &&Event| matches!(event, Event::Tried { result: Tried::Later, .. });
        let ending = match ending {
            Ending::Abandoned => return Vec::new(),
            Ending::Escalated => "escalated",
            Ending::Remedy if self.events().any(|event| later(&event)) => "later",
            Ending::Remedy => "helped",
        };
        let holds = |step: &&ScriptStep| {
            let fact =
                |name: &str| if name == Script::ENDING { Some(ending) } else { fact(&self.state, self.known(), name) };
            step.only_when.holds(fact) == Holds::Yes
        };
        script.goodbye.iter().filter(holds).collect()
    }

    /// How far the script was played once this has happened.
    pub(super) fn moved(&self, event: &Event) -> ScriptPlace {
        let place = self.state.place;
        let (Some(script), Some(symptom)) = (self.script(), self.symptom()) else { return ScriptPlace::default() };
        if matches!(event, Event::About(symptom) if *symptom == script.symptom) {
            return ScriptPlace::default();
        }
        if symptom.id != script.symptom || !moves_on(event, &self.state, self.knowledge) {
            return place;
        }
        match (Play { script, symptom }).due(&self.state, self.known(), place) {
            Due::Step(at) => ScriptPlace { at, is_over: false },
            Due::End(at) => ScriptPlace { at, is_over: true },
        }
    }
}

impl<'k> Deciding<'k, '_> {
    /// The cue, and the step that the script wants; without one the session goes on by itself.
    pub(super) fn led(&self) -> Option<(Cue<'k>, Option<Step>)> {
        let Deciding { symptom, evidence } = *self;
        let leads = |script: &&Script| evidence.mode == Mode::Agent && script.symptom == symptom.id;
        let script = evidence.knowledge.scripts.get(evidence.script?).filter(leads)?;
        let (state, place) = (evidence.state, evidence.state.place);
        let due = (Play { script, symptom }).due(state, evidence.known, place);
        let end = match due {
            _ if place.is_over => place.at,
            Due::Step(index) => index,
            Due::End(index) => script.steps.len().min(index + 1),
        };
        let says =
            |step: &&ScriptStep| matches!(step.act, None | Some(Act::Decide)) && holds(state, evidence.known, step);
        let before = script.steps[place.at..end].iter().filter(says).collect();
        let Due::Step(index) = due else { return Some((Cue { before, step: None, is_over: true }, None)) };
        let step = &script.steps[index];
        let (own, next) = match step.act.as_ref()? {
            Act::Ask(question) | Act::Probe(question) => (true, ask(question, Why::Policy)),
            Act::VerifyIdentity => (true, Step::new(Next::VerifyIdentity, Why::Policy)),
            Act::Escalate(role) => (true, Step::escalate(role, Why::Policy)),
            Act::Remedy(id) => {
                let known = |fact: &str| evidence.fact(fact).is_some();
                if let Some(question) = symptom.remedy(id).and_then(|remedy| symptom.gate(remedy, known)) {
                    (false, ask(question, Why::Gate))
                } else {
                    let step = self.offer(id, Why::Policy);
                    (matches!(step.next, Next::Remedy(_)), step)
                }
            }
            Act::Decide => return None,
        };
        Some((Cue { before, step: own.then_some(step), is_over: false }, Some(next)))
    }
}

fn ask(question: &str, why: Why) -> Step {
    Step::new(Next::Ask(question.to_owned()), why)
}

/// Whether somebody did what the step at hand wanted, or something on the way there.
fn moves_on(event: &Event, state: &State, knowledge: &Knowledge) -> bool {
    match event {
        // An answer that is changed moves nothing.
        Event::Asked { question, .. } => !knowledge.is_noted(question) && !state.answers.contains_key(question),
        Event::Tried { .. } | Event::Verified(_) => true,
        Event::At(_)
        | Event::HeldBy(_)
        | Event::About(_)
        | Event::Observed(_)
        | Event::Note(_)
        | Event::Back
        | Event::BackTo(_)
        | Event::Concluded(_) => false,
    }
}

impl Play<'_> {
    /// The first step from the place on that has something to do; the others are passed over for good.
    fn due(&self, state: &State, known: &BTreeMap<String, String>, place: ScriptPlace) -> Due {
        if place.is_over {
            return Due::End(place.at);
        }
        let open = |(_, step): &(usize, &ScriptStep)| {
            step.act.as_ref().is_some_and(|act| self.is_open(act, state, known)) && holds(state, known, step)
        };
        match self.script.steps.iter().enumerate().skip(place.at).find(open) {
            Some((index, step)) if step.act != Some(Act::Decide) => Due::Step(index),
            Some((index, _)) => Due::End(index),
            None => Due::End(self.script.steps.len()),
        }
    }

    /// Whether there is still something to do.
    fn is_open(&self, act: &Act, state: &State, known: &BTreeMap<String, String>) -> bool {
        let known = |fact: &str| known.get(fact).map(String::as_str);
        match act {
            Act::Ask(id) | Act::Probe(id) => {
                let question = self.symptom.question(id).filter(|_| known(id).is_none());
                question.is_some_and(|question| question.only_when.holds(known) != Holds::No)
            }
            Act::Remedy(id) => {
                let remedy = self.symptom.remedy(id).filter(|_| !state.failed.contains(id));
                let refused = |remedy: &Remedy| remedy.resets_factor && state.verified == Some(false);
                remedy.is_some_and(|remedy| !remedy.is_out(known) && !refused(remedy))
            }
            Act::VerifyIdentity => state.verified.is_none(),
            Act::Escalate(_) | Act::Decide => true,
        }
    }
}

/// What is known, whether it is sure who is calling included.
fn fact<'s>(state: &State, known: &'s BTreeMap<String, String>, fact: &str) -> Option<&'s str> {
    if fact == Script::IDENTITY {
        return state.verified.map(|sure| if sure { "verified" } else { "not-verified" });
    }
    known.get(fact).map(String::as_str)
}

fn holds(state: &State, known: &BTreeMap<String, String>, step: &ScriptStep) -> bool {
    step.only_when.holds(|name| fact(state, known, name)) == Holds::Yes
}
