//! What the knowledge makes of a case as it stands, in the words of a scenario.
//!
//! The one idea: what is expected of a scenario that is written down today is what comes of it today. It must not judge
//! whether that is right: whoever keeps the scenario does.

use std::collections::BTreeMap;

use super::run::{Decided, Walk, decided, run};
use super::scenario::{Expect, Row, Scenario};
use crate::case::Case;
use crate::diagnostic::Place;
use crate::engine;
use crate::knowledge::{Decide, Knowledge, Outcome, Symptom};
use crate::session::Next;
use crate::verdict::{UNKNOWN, UNSURE};

/// What comes of a case after remedies that failed, as a scenario expects it: the cause and how sure it is, or the row of
/// the table; the next step, and the remedy with its section where one comes. `None` where the knowledge lacks the symptom.
pub fn come(case: &Case, failed: &[String], knowledge: &Knowledge) -> Option<Expect> {
    let symptom = knowledge.symptoms.get(case.symptom.as_deref().unwrap_or(engine::USUAL_SYMPTOM))?;
    let mut expect = match symptom.decide {
        Decide::Weigh => weighed(case, failed, symptom, knowledge)?,
        Decide::FirstMatch => looked_up(case, failed, symptom),
    };
    expect.section = expect.remedy.as_ref().and_then(|id| section(id, case, symptom, knowledge));
    Some(expect)
}

/// Whether a scenario with that expectation would pass.
pub fn comes_true(case: &Case, failed: &[String], expect: &Expect, knowledge: &Knowledge) -> bool {
    let symptom = case.symptom.clone().unwrap_or_else(|| engine::USUAL_SYMPTOM.to_owned());
    let (place, name) = (Place::default(), String::new());
    let (case, failed, expect) = (case.clone(), failed.to_vec(), expect.clone());
    run(&Scenario { name, place, symptom, case, failed, call: None, expect }, knowledge).is_empty()
}

fn weighed(case: &Case, failed: &[String], symptom: &Symptom, knowledge: &Knowledge) -> Option<Expect> {
    let findings = engine::diagnose(case, knowledge).ok()?.findings;
    let walk = Walk { symptom, knowledge, findings: &findings };
    let codes = walk.measured().then_some(case.attempts.len());
    let (verdict, step) = walk.step(case, failed, codes);
    let (_, end) = walk.go(case, failed, codes, true);
    let first = verdict.first();
    Some(Expect {
        cause: Some(first.cause.clone()),
        with: (first.cause != UNKNOWN && !first.with.is_empty()).then(|| first.with.clone()),
        conclusion: Some(verdict.conclusion),
        remedy: remedy_of(&end),
        next: Some(step),
        ..Expect::default()
    })
}

fn looked_up(case: &Case, failed: &[String], symptom: &Symptom) -> Expect {
    match decided(symptom, &case.answers) {
        Decided::Ask(question) => Expect { next: Some(Next::Ask(question.to_owned())), ..Expect::default() },
        Decided::Nothing => Expect { next: Some(Next::Nothing), ..Expect::default() },
        Decided::Row(row) => {
            let open = row.remedy.clone().filter(|remedy| !failed.contains(remedy));
            // After a remedy of the row has failed, the row is the same, and the step is not.
            let next = match (&open, &row.remedy, &row.escalate) {
                (None, Some(_), Some(role)) => Some(Next::Escalate(role.clone())),
                _ => None,
            };
            let (remedy, escalate, then) = (row.remedy.clone(), row.escalate.clone(), row.then.clone());
            Expect { outcome: Some(Row { remedy, escalate, then }), remedy: open, next, ..Expect::default() }
        }
    }
}

fn remedy_of(step: &Next) -> Option<String> {
    match step {
        Next::Remedy(id) => Some(id.clone()),
        _ => None,
    }
}

/// The section that tells of a remedy, in the app at hand.
fn section(remedy: &str, case: &Case, symptom: &Symptom, knowledge: &Knowledge) -> Option<String> {
    let general = &symptom.remedy(remedy)?.text;
    let app = case.app.as_ref().and_then(|id| knowledge.apps.get(id));
    let at = app.and_then(|app| app.section_for(general)).unwrap_or(general);
    Some(format!("{}#{}", at.article, at.anchor))
}

/// So many ways through a table are tried, at most.
const MOST_WAYS: usize = 50_000;

/// The answers that lead to a row of a table and to no earlier one; `None` where none were found.
pub fn answers_to(symptom: &Symptom, row: usize) -> Option<BTreeMap<String, String>> {
    let target = symptom.outcomes.get(row)?;
    let wanted = target.when.0.iter().map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone())));
    let answers = wanted.collect::<Option<BTreeMap<String, String>>>()?;
    let mut left = MOST_WAYS;
    search(symptom, target, answers, &mut left)
}

fn search(
    symptom: &Symptom,
    target: &Outcome,
    answers: BTreeMap<String, String>,
    left: &mut usize,
) -> Option<BTreeMap<String, String>> {
    *left = left.checked_sub(1)?;
    match decided(symptom, &answers) {
        Decided::Row(found) => std::ptr::eq(found, target).then_some(answers),
        Decided::Nothing => None,
        Decided::Ask(question) => {
            let question = symptom.question(question)?;
            // What people say, before what they do not know.
            let all = question.answers.iter().rev().map(|answer| answer.id.as_str()).chain([UNSURE]);
            let mut all = all.map(|answer| {
                let mut more = answers.clone();
                more.insert(question.id.clone(), answer.to_owned());
                more
            });
            all.find_map(|answers| search(symptom, target, answers, left))
        }
    }
}
