//! A call that a script leads: what the steps of the script come to for a caller who answers as a scenario says.
//!
//! The one idea: the real conversation plays it, so that a scenario tests what an agent would see. It must not look at prose.

use std::collections::BTreeMap;

use super::Scenario;
use crate::knowledge::Knowledge;
use crate::rehearse::drive::{Caller, at_a_loss, drive, tried};
use crate::session::{Mode, Next, Session, Tried};
use crate::talk::{About, Input, Means, Prompt, Talk};

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
    let session = Session::new(knowledge, Mode::Agent, None, None).led_by(script);
    let mut caller = CallerOf { call, answers, failed, next: None, last: None };
    let mut talk = Talk::new(session, Means { live: true, ..Means::default() });
    drive(&mut talk, &mut caller);
    caller.listens(&talk);
    let next = caller.next.or_else(|| lead(&talk.session().next())).or(caller.last);
    Some(Played { steps: talk.played().to_vec(), next })
}

/// The caller of a scenario.
struct CallerOf<'a> {
    call: &'a Call,
    answers: &'a BTreeMap<String, String>,
    failed: &'a [String],
    /// The first move that the session makes by itself.
    next: Option<Lead>,
    /// The last one that asked for something.
    last: Option<Lead>,
}

impl CallerOf<'_> {
    /// Notes where the script ends.
    fn listens(&mut self, talk: &Talk<'_>) {
        let session = talk.session();
        if self.next.is_some() {
            return;
        }
        if let Some(then) = session.state().visited.get(1) {
            self.next = lead(&Next::GoOn(then.clone()));
        } else if session.cue().is_some_and(|cue| cue.is_over) {
            self.next = lead(&session.next());
        }
    }
}

impl Caller for CallerOf<'_> {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        self.listens(talk);
        self.last = lead(&talk.session().next());
        match prompt.choose().map(|choose| &choose.about) {
            Some(About::Question(question)) => match self.answers.get(question) {
                Some(answer) if answer != crate::verdict::UNSURE => Input::Choice(answer.clone()),
                _ => Input::Unsure,
            },
            Some(About::Identity) => Input::Choice(if self.call.verified { "yes" } else { "no" }.to_owned()),
            Some(About::Remedy(remedy)) => tried(match () {
                () if self.next.is_some() || self.failed.contains(remedy) => Tried::Failed,
                () if self.call.later.contains(remedy) => Tried::Later,
                () => Tried::Helped,
            }),
            _ => at_a_loss(prompt),
        }
    }
}

fn lead(next: &Next) -> Option<Lead> {
    let (kind, id) = next.told();
    let kind = Lead::KINDS.into_iter().find(|one| *one == kind)?;
    Some(Lead { kind, id: id?.to_owned() })
}
