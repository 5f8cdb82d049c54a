//! What the knowledge makes of a case as it stands, in the words of a scenario.
//!
//! The one idea: what is expected of a scenario that is written down today is what comes of it today. It must not judge
//! whether that is right: whoever keeps the scenario does.

use std::collections::BTreeMap;

use super::run::{remedy_of, run, section};
use super::{Expect, Row, Scenario};
use crate::case::Case;
use crate::diagnostic::Place;
use crate::engine;
use crate::knowledge::{Decide, Knowledge, Symptom};
use crate::session::{Evidence, Mode, Next, State, facts, standing};
use crate::verdict::{UNKNOWN, UNSURE};

/// What comes of a case after remedies that failed, as a scenario expects it: the cause and how sure it is, or the row of
/// the table; the next step, and the remedy with its section where one comes. `None` where the knowledge lacks the symptom.
pub fn expected(case: &Case, failed: &[String], knowledge: &Knowledge) -> Option<Expect> {
    let session = engine::told(case, failed, knowledge).ok()?;
    let symptom = session.symptom()?;
    let standing = session.standing()?;
    let (remedy, _) = remedy_of(&session);
    let (id, told) = (remedy.map(|one| one.id.clone()), remedy.map(|one| section(one, case, knowledge)));
    let mut expect = Expect { remedy: id, section: told, next: Some(session.next()), ..Expect::default() };
    if let Some(verdict) = &standing.verdict {
        let first = verdict.first();
        expect.cause = Some(first.cause.clone());
        expect.with = (first.cause != UNKNOWN && !first.with.is_empty()).then(|| first.with.clone());
        expect.conclusion = Some(verdict.conclusion);
    }
    if let Some(row) = standing.row.and_then(|row| symptom.outcomes.get(row)) {
        let (remedy, escalate, then) = (row.remedy.clone(), row.escalate.clone(), row.then.clone());
        // The row says it all, until its remedy has failed.
        expect.next = expect.next.filter(|_| remedy.is_some() && expect.remedy.is_none());
        expect.outcome = Some(Row { remedy, escalate, then });
    }
    Some(expect)
}

/// Whether a scenario with that expectation would pass.
pub fn is_met(case: &Case, failed: &[String], expect: &Expect, knowledge: &Knowledge) -> bool {
    let symptom = case.symptom.clone().unwrap_or_else(|| engine::USUAL_SYMPTOM.to_owned());
    let (place, name) = (Place::default(), String::new());
    let (case, failed, expect) = (case.clone(), failed.to_vec(), expect.clone());
    run(&Scenario { name, place, symptom, case, failed, call: None, expect }, knowledge).is_empty()
}

/// So many ways through a table are tried, at most.
const MOST_WAYS: usize = 50_000;

/// The answers that lead to a row of a table and to no earlier one; `None` where none were found.
pub fn answers_to(symptom: &Symptom, row: usize, knowledge: &Knowledge) -> Option<BTreeMap<String, String>> {
    if symptom.decide != Decide::FirstMatch {
        return None;
    }
    let target = symptom.outcomes.get(row)?;
    let wanted = target.when.0.iter().map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone())));
    let answers = wanted.collect::<Option<BTreeMap<String, String>>>()?;
    let mut left = MOST_WAYS;
    search(symptom, row, answers, knowledge, &mut left)
}

fn search(
    symptom: &Symptom,
    row: usize,
    answers: BTreeMap<String, String>,
    knowledge: &Knowledge,
    left: &mut usize,
) -> Option<BTreeMap<String, String>> {
    *left = left.checked_sub(1)?;
    let known = facts(knowledge, &answers, None, None);
    let mut state = State::about(&symptom.id);
    state.answers = answers;
    let evidence = Evidence { knowledge, state: &state, known: &known, mode: Mode::Agent, script: None };
    let standing = standing(symptom, evidence);
    if standing.row.is_some() {
        return (standing.row == Some(row)).then_some(state.answers);
    }
    let Next::Ask(question) = standing.step.next else { return None };
    let question = symptom.question(&question)?;
    // What people say, before what they do not know.
    let all = question.answers.iter().rev().map(|answer| answer.id.as_str()).chain([UNSURE]);
    let mut all = all.map(|answer| {
        let mut more = state.answers.clone();
        more.insert(question.id.clone(), answer.to_owned());
        more
    });
    all.find_map(|answers| search(symptom, row, answers, knowledge, left))
}
