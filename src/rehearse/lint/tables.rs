//! Rows of first-match tables: KB304, KB306.

use std::collections::BTreeMap;

use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::knowledge::{Decide, Holds, Outcome, Symptom};
use crate::verdict::UNSURE;

/// So many sets of facts are tried, all of them if there are no more.
const MOST_TRIED: usize = 100_000;
/// The seed of a sample.
const SEED: u64 = 20_260_101;

pub(super) fn check(symptom: &Symptom, places: &Places, found: &mut Vec<Diagnostic>) {
    if symptom.decide != Decide::FirstMatch {
        return;
    }
    let rows = &symptom.outcomes;
    let (first, all) = first_rows(symptom);
    for (index, row) in rows.iter().enumerate().filter(|(index, _)| !first[*index]) {
        let earlier = rows[..index].iter().rposition(|earlier| covers(earlier, row)).map(|at| at + 1);
        let by = earlier.map_or_else(|| "the rows before it".to_owned(), |number| format!("row {number}"));
        let sampled = if all { "" } else { ", in a sample of 100,000 sets of facts" };
        let message = format!("row {} never holds: {by} holds wherever it would{sampled}", index + 1);
        found.push(
            Diagnostic::error("KB304", places.row(&symptom.id, index, None), message)
                .help("put it before, or take it out"),
        );
    }
    for (index, pair) in rows.windows(2).enumerate().filter(|(index, _)| first[*index] && first[index + 1]) {
        if let Some(how) = could_be_one(&pair[0], &pair[1]) {
            let message = format!("rows {} and {} could be one: {how}", index + 1, index + 2);
            found.push(Diagnostic::warning("KB306", places.row(&symptom.id, index + 1, None), message));
        }
    }
}

/// Whether a row asks for nothing that the other does not ask for too.
fn covers(earlier: &Outcome, row: &Outcome) -> bool {
    let within = |clause: &crate::knowledge::Clause| {
        let same = row.when.0.iter().find(|other| other.fact == clause.fact);
        same.is_some_and(|other| other.one_of.iter().all(|value| clause.one_of.contains(value)))
    };
    earlier.when.0.iter().all(within)
}

/// How two rows with one result could be written as one.
fn could_be_one(one: &Outcome, two: &Outcome) -> Option<String> {
    if (&one.remedy, &one.escalate, &one.then) != (&two.remedy, &two.escalate, &two.then) {
        return None;
    }
    if two.when.is_empty() {
        return Some("the last resort does the same".to_owned());
    }
    let differ = |a: &Outcome, b: &Outcome| {
        a.when.0.iter().filter(|clause| !b.when.0.contains(clause)).cloned().collect::<Vec<_>>()
    };
    match (&differ(one, two)[..], &differ(two, one)[..]) {
        ([a], [b]) if a.fact == b.fact => {
            Some(format!("`{}: [{}]`", a.fact, [&a.one_of[..], &b.one_of[..]].concat().join(", ")))
        }
        _ => None,
    }
}

/// Which rows are the first to hold for some set of facts, and whether all sets were tried.
fn first_rows(symptom: &Symptom) -> (Vec<bool>, bool) {
    let facts = facts(symptom);
    let mut sets: usize = 1;
    for (_, values) in &facts {
        sets = sets.saturating_mul(values.len());
    }
    let all = sets <= MOST_TRIED;
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut first = vec![false; symptom.outcomes.len()];
    for number in 0..sets.min(MOST_TRIED) {
        // Nothing is left to be found.
        if first.iter().all(|found| *found) {
            break;
        }
        let mut rest = number;
        let known: BTreeMap<&str, &str> = facts
            .iter()
            .filter_map(|(fact, values)| {
                let at = if all { rest % values.len() } else { rng.usize(..values.len()) };
                rest /= values.len();
                Some((fact.as_str(), values[at].as_deref()?))
            })
            .collect();
        let holds = |row: &Outcome| row.when.holds(|fact| known.get(fact).copied()) == Holds::Yes;
        let mut tried: Vec<&String> = Vec::new();
        for (at, row) in symptom.outcomes.iter().enumerate().filter(|(_, row)| holds(row)) {
            // What did not help is not tried again.
            if row.leaves() && row.remedy.as_ref().is_some_and(|remedy| tried.contains(&remedy)) {
                continue;
            }
            first[at] = true;
            if !row.leaves() {
                break;
            }
            tried.extend(&row.remedy);
        }
    }
    (first, all)
}

/// Every fact that a row asks for, with all that it can be; `None` where it is not known.
fn facts(symptom: &Symptom) -> Vec<(String, Vec<Option<String>>)> {
    let clauses = symptom.outcomes.iter().flat_map(|row| &row.when.0);
    let mut facts: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for clause in clauses {
        let values = facts.entry(clause.fact.clone()).or_default();
        match symptom.question(&clause.fact) {
            Some(question) if values.is_empty() => {
                values.extend(question.answers.iter().map(|answer| Some(answer.id.clone())));
                values.push(Some(UNSURE.to_owned()));
            }
            Some(_) => {}
            None => values.extend(
                clause.one_of.iter().cloned().map(Some).filter(|one| !values.contains(one)).collect::<Vec<_>>(),
            ),
        }
    }
    // A fact of an app, a service or a probe need not be known.
    for (fact, values) in &mut facts {
        if fact.contains('.') {
            values.push(None);
        }
    }
    facts.into_iter().collect()
}
