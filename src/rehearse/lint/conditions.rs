//! Conditions that can never hold: KB301, KB309, KB316.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Condition, Decide, Question, Symptom};

/// The values that each fact may have, so that all that was demanded holds.
type Allowed = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(symptom: &Symptom, places: &Places, found: &mut Vec<Diagnostic>) {
    for question in symptom.questions.iter().filter(|one| waits_for_itself(one, symptom)) {
        let place = places.key(&symptom.id, &["questions", &question.id, "only-when"]);
        let message = format!("`{}` waits for an answer that waits for it", question.id);
        found.push(Diagnostic::error("KB309", place, message).help("one of them has to come without the other"));
    }
    for question in &symptom.questions {
        let place = || places.key(&symptom.id, &["questions", &question.id]);
        if let Some(fact) = contradiction(&question.only_when, symptom) {
            let message = format!("`{}` is never asked: `{fact}` can have no value that it needs", question.id);
            found.push(Diagnostic::error("KB301", place(), message));
        } else if symptom.decide == Decide::FirstMatch && !is_mentioned(&question.id, symptom) {
            let message = format!("`{}` is never asked: no row of the table needs it", question.id);
            found.push(Diagnostic::error("KB301", place(), message).help("name it in a row, or take it out"));
        }
    }
    for remedy in &symptom.remedies {
        let place = || places.key(&symptom.id, &["remedies", &remedy.id, "needs"]);
        let all = Condition([&remedy.needs.0[..], &remedy.only_when.0[..]].concat());
        if let Some(fact) = contradiction(&all, symptom) {
            let message = format!("`{}` is never offered: `{fact}` can have no value that it needs", remedy.id);
            found.push(Diagnostic::error("KB316", place(), message));
        } else if !remedy.unless.is_empty()
            && demanded(&all, symptom).is_ok_and(|facts| implies(&facts, &remedy.unless))
        {
            let message = format!("`{}` is never offered: what it needs is what it is ruled out by", remedy.id);
            found.push(Diagnostic::error("KB316", place(), message));
        }
    }
    for (index, row) in symptom.outcomes.iter().enumerate() {
        let Some(remedy) = row.remedy.as_ref().and_then(|id| symptom.remedy(id)) else { continue };
        let both = Condition([&row.when.0[..], &remedy.needs.0[..]].concat());
        if !row.when.is_empty()
            && contradiction(&row.when, symptom).is_none()
            && let Some(fact) = contradiction(&both, symptom)
        {
            let message = format!("`{}` needs another `{fact}` than this row has", remedy.id);
            found.push(Diagnostic::error("KB316", places.row(&symptom.id, index, Some("remedy")), message));
        }
    }
}

/// Whether a question is asked only after an answer to itself, however long the way round.
fn waits_for_itself(question: &Question, symptom: &Symptom) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = facts(&question.only_when).collect();
    while let Some(fact) = open.pop() {
        if fact == question.id {
            return true;
        }
        if seen.insert(fact) {
            open.extend(symptom.question(fact).into_iter().flat_map(|one| facts(&one.only_when)));
        }
    }
    false
}

fn facts(condition: &Condition) -> impl Iterator<Item = &str> {
    condition.0.iter().map(|clause| clause.fact.as_str())
}

/// A fact of which the condition, with all that it presupposes, demands what cannot be.
fn contradiction(condition: &Condition, symptom: &Symptom) -> Option<String> {
    demanded(condition, symptom).err()
}

/// What each fact may be for a condition to hold: a question has an answer only after its own condition held.
fn demanded(condition: &Condition, symptom: &Symptom) -> Result<Allowed, String> {
    let mut allowed = Allowed::new();
    let mut open: Vec<&Condition> = vec![condition];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(condition) = open.pop() {
        for clause in &condition.0 {
            let values: BTreeSet<String> = clause.one_of.iter().cloned().collect();
            let kept = match allowed.get(&clause.fact) {
                Some(before) => before.intersection(&values).cloned().collect(),
                None => values,
            };
            if kept.is_empty() {
                return Err(clause.fact.clone());
            }
            allowed.insert(clause.fact.clone(), kept);
            if seen.insert(&clause.fact) {
                open.extend(symptom.question(&clause.fact).map(|question| &question.only_when));
            }
        }
    }
    Ok(allowed)
}

/// Whether the condition holds whichever of the allowed values the facts have.
fn implies(allowed: &Allowed, condition: &Condition) -> bool {
    condition.0.iter().all(|clause| {
        let values = allowed.get(&clause.fact);
        values.is_some_and(|values| values.iter().all(|value| clause.one_of.contains(value)))
    })
}

/// Whether a row, or a condition on the way to one, asks for it.
fn is_mentioned(question: &str, symptom: &Symptom) -> bool {
    symptom.outcomes.iter().any(|row| facts(&row.when).any(|fact| fact == question))
}
