//! A call that a script leads: what the steps of the script come to for a caller who answers as a scenario says.
//!
//! The one idea: the real session plays it, so that a scenario tests what an agent would see. It must not look at prose.

use std::collections::BTreeMap;

use super::scenario::Scenario;
use super::walker::MOST_MOVES;
use crate::knowledge::{Knowledge, ScriptStep};
use crate::session::{Ending, Event, Mode, Move, Session, Tried};
use crate::verdict::UNSURE;

/// What a scenario says of a caller beside the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The script that leads.
    pub script: String,
    /// Whether the agent can make sure who is calling.
    pub verified: bool,
    /// Remedies that will be tried later; those that did not help are the scenario's, and any other helps.
    pub later: Vec<String>,
    /// The steps that have to be taken, in order, those of the goodbye included.
    pub steps: Option<Vec<String>>,
    /// Where it has to lead.
    pub next: Option<Lead>,
}

/// Where a script leads: its last move, or the first that the session makes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// `ask`, `remedy`, `escalate` or `then`.
    pub kind: &'static str,
    /// Of the question, remedy, role or symptom.
    pub id: String,
}

impl Lead {
    /// Every kind.
    pub(super) const KINDS: [&'static str; 4] = ["ask", "remedy", "escalate", "then"];
}

/// What a call came to.
pub(super) struct Played {
    pub(super) steps: Vec<String>,
    next: Option<Lead>,
}

/// The steps that a call takes for a caller with these answers and remedies that do not help, and where it leads; `None`
/// without the script.
pub fn called(
    call: &Call,
    answers: &BTreeMap<String, String>,
    failed: &[String],
    knowledge: &Knowledge,
) -> Option<(Vec<String>, Option<Lead>)> {
    play(call, answers, failed, knowledge).map(|played| (played.steps, played.next))
}

/// What differs, a line each.
pub(super) fn run(scenario: &Scenario, call: &Call, knowledge: &Knowledge) -> Vec<String> {
    let Some(Played { steps, next }) = play(call, &scenario.case.answers, &scenario.failed, knowledge) else {
        return vec![format!("the knowledge has no script `{}`", call.script)];
    };
    let mut differs = Vec::new();
    if let Some(wanted) = call.steps.as_ref().filter(|wanted| **wanted != steps) {
        let at = wanted.iter().zip(&steps).take_while(|(one, other)| one == other).count();
        let shown = |ids: &[String]| ids.get(at).map_or_else(|| "the end".to_owned(), |id| format!("`{id}`"));
        differs.push(format!("steps: expected {} as number {}, came to {}", shown(wanted), at + 1, shown(&steps)));
    }
    if let Some(wanted) = call.next.as_ref().filter(|wanted| next.as_ref() != Some(wanted)) {
        let shown = |lead: &Lead| format!("{} `{}`", lead.kind, lead.id);
        let came = next.as_ref().map_or_else(|| "nothing".to_owned(), shown);
        differs.push(format!("next: expected {}, came to {came}", shown(wanted)));
    }
    differs
}

/// Plays the call to its end. In the script every remedy helps that is not said to fail; where the session goes on by
/// itself none does, which is the longest way.
pub(super) fn play(
    call: &Call,
    answers: &BTreeMap<String, String>,
    failed: &[String],
    knowledge: &Knowledge,
) -> Option<Played> {
    let script = knowledge.scripts.get(&call.script)?;
    let mut session = Session::new(knowledge, Mode::Agent, None, None).led_by(script);
    let mut played = Played { steps: Vec::new(), next: None };
    let mut by_itself = false;
    for _ in 0..MOST_MOVES {
        if let Some(cue) = session.cue() {
            played.add(cue.before);
            played.add(cue.step);
            by_itself |= cue.is_over;
        }
        let next = session.next();
        if by_itself && played.next.is_none() {
            played.next = lead(&next);
        }
        let event = match &next {
            Move::Ask { question, .. } => {
                let answer = answers.get(question).map_or(UNSURE, String::as_str).to_owned();
                Event::Asked { question: question.clone(), answer }
            }
            Move::VerifyIdentity => Event::Verified(call.verified),
            Move::GoOn(symptom) => Event::About(symptom.clone()),
            Move::Try { remedy, .. } => {
                let result = match () {
                    () if by_itself || failed.contains(remedy) => Tried::Failed,
                    () if call.later.contains(remedy) => Tried::Later,
                    () => Tried::Helped,
                };
                Event::Tried { remedy: remedy.clone(), result }
            }
            Move::Escalate { .. } => {
                played.end(&next, session.goodbye(Ending::Escalated));
                return Some(played);
            }
            Move::ChooseSymptom | Move::Observe | Move::Done => return Some(played),
        };
        session.record(event);
        if session.state().settled.is_some() {
            played.end(&next, session.goodbye(Ending::Remedy));
            return Some(played);
        }
    }
    Some(played)
}

impl Played {
    fn add<'k>(&mut self, steps: impl IntoIterator<Item = &'k ScriptStep>) {
        self.steps.extend(steps.into_iter().map(|step| step.id.clone()));
    }

    fn end(&mut self, last: &Move, goodbye: Vec<&ScriptStep>) {
        self.next = self.next.take().or_else(|| lead(last));
        self.add(goodbye);
    }
}

fn lead(next: &Move) -> Option<Lead> {
    let (kind, id) = match next {
        Move::Ask { question, .. } => ("ask", question),
        Move::Try { remedy, .. } => ("remedy", remedy),
        Move::Escalate { role, .. } => ("escalate", role),
        Move::GoOn(symptom) => ("then", symptom),
        Move::ChooseSymptom | Move::Observe | Move::VerifyIdentity | Move::Done => return None,
    };
    Some(Lead { kind, id: id.clone() })
}
