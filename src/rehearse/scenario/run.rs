//! Runs a scenario and tells what differs from what it expects.

use std::collections::BTreeSet;

use super::{Expect, Row, Scenario, call};
use crate::case::Case;
use crate::engine;
use crate::knowledge::{Decide, Holds, Knowledge, Outcome, Remedy, Symptom};
use crate::rehearse::drive::{Caller, at_a_loss, drive, tried};
use crate::session::{Next, Session, Tried};
use crate::talk::{About, Input, Means, Prompt, Talk};
use crate::verdict::{Conclusion, Verdict};

/// What differs, a line each; nothing for a scenario that passes.
pub fn run(scenario: &Scenario, knowledge: &Knowledge) -> Vec<String> {
    if let Some(call) = &scenario.call {
        return call::run(scenario, call, knowledge);
    }
    let Scenario { case, failed, expect, .. } = scenario;
    let session = match engine::told(case, failed, knowledge) {
        Ok(session) => session,
        Err(error) => return vec![error.to_string()],
    };
    let Some(symptom) = session.symptom() else { return Vec::new() };
    let mut differs = session.verdict().map_or_else(Vec::new, |verdict| different_cause(expect, verdict));
    if symptom.decide == Decide::FirstMatch {
        differs.extend(different_outcome(expect, &session, symptom));
    }
    let next = session.next();
    if let Some(wanted) = expect.next.as_ref().filter(|wanted| !comes_to(&next, wanted)) {
        differs.push(format!("next: expected {}, came to {}", named(wanted), named(&next)));
    }
    differs.extend(different_remedy(expect, case, knowledge, &session));
    let asked = onwards(&session, false).asked;
    let bad = expect.never_asks.iter().filter(|question| asked.contains(*question));
    differs.extend(bad.map(|question| format!("never-asks: `{question}` is asked")));
    differs
}

/// Whether a step is the one that is wanted. A remedy that somebody else has to see to is that remedy, and turning to them.
fn comes_to(next: &Next, wanted: &Next) -> bool {
    let as_remedy =
        matches!((next, wanted), (Next::Escalate { remedy: Some(told), .. }, Next::Remedy(id)) if told == id);
    as_remedy || next.told() == wanted.told()
}

pub(super) fn different_cause(expect: &Expect, verdict: &Verdict) -> Vec<String> {
    let first = verdict.first();
    let mut differs = Vec::new();
    if let Some(cause) = expect.cause.as_ref().filter(|cause| **cause != first.cause) {
        let percent = verdict.of(cause) * 100.0;
        differs.push(format!(
            "cause: expected `{cause}` ({percent:.1} %), came to `{}` ({:.1} %)",
            first.cause,
            first.probability * 100.0
        ));
    }
    if let Some(with) = expect.with.as_ref().filter(|with| **with != first.with) {
        differs.push(format!("with: expected {}, came to {}", listed(with), listed(&first.with)));
    }
    if let Some(conclusion) = expect.conclusion.filter(|conclusion| *conclusion != verdict.conclusion) {
        let (wanted, found) = (conclusion.name(), verdict.conclusion.name());
        let percent = verdict.probability() * 100.0;
        differs.push(format!("conclusion: expected `{wanted}`, came to `{found}` ({percent:.1} %)"));
    }
    // Where its family is confirmed, no cause of it is.
    if verdict.conclusion == Conclusion::Confirmed && verdict.family.is_none() {
        let confirmed =
            expect.not_confirmed.iter().filter(|cause| **cause == first.cause || first.with.contains(cause));
        differs.extend(confirmed.map(|cause| format!("not-confirmed: `{cause}` is confirmed")));
    }
    differs
}

/// What a session comes to with somebody who is never sure and has no further code.
pub(super) struct Onwards {
    /// Every question that was asked.
    pub(super) asked: BTreeSet<String>,
    /// The remedy that came first, or how it ended where none did.
    pub(super) end: Next,
}

/// Goes on from what is known: to the first remedy, or, where none helps, until the symptom has nothing left.
pub(super) fn onwards(session: &Session<'_>, to_a_remedy: bool) -> Onwards {
    let mut unsure =
        NeverSure { to_a_remedy, began: session.state().visited.len(), asked: BTreeSet::new(), remedy: None };
    let mut talk = Talk::new(session.clone(), Means { live: true, ..Means::default() });
    drive(&mut talk, &mut unsure);
    let state = talk.session().state();
    let went_on = state.visited.get(unsure.began).map(|symptom| Next::GoOn(symptom.clone()));
    let end = unsure.remedy.or(went_on).unwrap_or_else(|| talk.session().next());
    Onwards { asked: unsure.asked, end }
}

struct NeverSure {
    to_a_remedy: bool,
    began: usize,
    asked: BTreeSet<String>,
    remedy: Option<Next>,
}

impl Caller for NeverSure {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        // What another symptom asks is no matter of this one.
        if talk.session().state().visited.len() > self.began {
            return Input::Quit;
        }
        match prompt.choose().map(|choose| &choose.about) {
            Some(About::Question(question)) => drop(self.asked.insert(question.clone())),
            Some(About::Remedy(remedy)) if self.to_a_remedy => {
                self.remedy = Some(Next::Remedy(remedy.clone()));
                return Input::Quit;
            }
            Some(About::Remedy(_)) => return tried(Tried::Failed),
            _ => {}
        }
        at_a_loss(prompt)
    }
}

/// The remedy that a session leads to, with the section that tells of it in the app at hand.
pub(super) fn remedy_of<'k>(session: &Session<'k>) -> (Option<&'k Remedy>, Next) {
    let symptom = session.symptom();
    let table = symptom.is_some_and(|symptom| symptom.decide == Decide::FirstMatch);
    // A table says it at once, or waits for an answer.
    let end = if table { session.next() } else { onwards(session, true).end };
    let id = match &end {
        Next::Remedy(id) => Some(id),
        Next::Escalate { remedy, .. } => remedy.as_ref(),
        _ => None,
    };
    (id.and_then(|id| symptom?.remedy(id)), end)
}

/// The section that tells of a remedy, in the app at hand.
pub(super) fn section(remedy: &Remedy, case: &Case, knowledge: &Knowledge) -> String {
    let at = knowledge.place(&remedy.text, case.app.as_deref());
    format!("{}#{}", at.article, at.anchor)
}

/// Compares the remedy that is come to, and the section that tells of it, with those that are expected.
fn different_remedy(expect: &Expect, case: &Case, knowledge: &Knowledge, session: &Session<'_>) -> Vec<String> {
    if expect.remedy.is_none() && expect.section.is_none() {
        return Vec::new();
    }
    let (found, end) = remedy_of(session);
    let mut differs = Vec::new();
    if let Some(wanted) = expect.remedy.as_ref().filter(|wanted| found.is_none_or(|remedy| remedy.id != **wanted)) {
        differs.push(format!("remedy: expected `{wanted}`, came to {}", named(&end)));
    }
    if let Some(wanted) = &expect.section {
        let shown = found.map(|remedy| section(remedy, case, knowledge));
        if shown.as_ref() != Some(wanted) {
            let shown = shown.unwrap_or_else(|| "none".to_owned());
            differs.push(format!("section: expected {wanted}, came to {shown}"));
        }
    }
    differs
}

fn different_outcome(expect: &Expect, session: &Session<'_>, symptom: &Symptom) -> Vec<String> {
    let row = session.standing().and_then(|standing| symptom.outcomes.get(standing.row?));
    let mut differs = Vec::new();
    if let Some(wanted) = &expect.outcome {
        match (row, session.next()) {
            (Some(row), _) => differs.extend(different_row(wanted, row)),
            (None, Next::Ask(question)) => {
                differs.push(format!("outcome: open, as long as `{question}` is not answered"));
            }
            (None, _) => differs.push("outcome: no row of the table holds".to_owned()),
        }
    }
    let remedy = row.and_then(|row| symptom.remedy(row.remedy.as_ref()?));
    let known = |fact: &str| session.known().get(fact).map(String::as_str);
    let closed = remedy.filter(|remedy| remedy.needs.holds(known) == Holds::No);
    differs.extend(closed.map(|remedy| format!("outcome: `{}` is offered where its `needs` do not hold", remedy.id)));
    differs
}

fn different_row(wanted: &Row, row: &Outcome) -> Vec<String> {
    let parts = [
        ("remedy", &wanted.remedy, &row.remedy),
        ("escalate", &wanted.escalate, &row.escalate),
        ("then", &wanted.then, &row.then),
    ];
    let different = parts.into_iter().filter(|(_, wanted, found)| wanted.is_some() && wanted != found);
    let shown = |id: &Option<String>| id.as_ref().map_or_else(|| "none".to_owned(), |id| format!("`{id}`"));
    different
        .map(|(part, wanted, found)| format!("outcome {part}: expected {}, came to {}", shown(wanted), shown(found)))
        .collect()
}

fn listed(ids: &[String]) -> String {
    if ids.is_empty() { "none".to_owned() } else { format!("`{}`", ids.join("`, `")) }
}

fn named(step: &Next) -> String {
    match step.told() {
        (what, Some(id)) => format!("{what} `{id}`"),
        ("none", None) => "nothing".to_owned(),
        (what, None) => what.to_owned(),
    }
}
