//! Conditions: a mapping is all-of, a scalar is, a list is one-of.
//!
//! The one idea: a condition mentions facts that others define, so every fact and every value is checked against those.
//! It must not weigh: conditions gate.

use std::collections::BTreeSet;
use std::ops::Range;

use super::fields::{list, mapping, text};
use super::model::{Clause, Condition};
use super::names::{Facts, Names};
use super::report::Report;
use super::yaml::{Key, Kind, Node};
use crate::finding::ProbeWords;

/// Reserved for later grammars.
const RESERVED: [&str; 2] = ["any", "not"];
/// The answer that every question has.
pub(super) const UNSURE: &str = "unsure";

/// The questions of a symptom, each with its answers.
pub(super) type Questions = Vec<(String, BTreeSet<String>)>;

/// Reads a condition; an absent one asks for nothing.
pub(super) fn condition(
    node: Option<&Node>,
    questions: &Questions,
    names: &Names,
    report: &mut Report,
) -> Condition {
    let entries = node.map_or(&[][..], |node| mapping(node, report));
    Condition(entries.iter().filter_map(|(fact, value)| clause(fact, value, questions, names, report)).collect())
}

fn clause(
    fact: &Key,
    value: &Node,
    questions: &Questions,
    names: &Names,
    report: &mut Report,
) -> Option<Clause> {
    if RESERVED.contains(&fact.text.as_str()) {
        let message = format!("`{}` is reserved and not supported yet: expected facts only", fact.text);
        report.error("KB003", &fact.span, message);
        return None;
    }
    let one_of = values(value, report)?;
    let known = known_values(fact, questions, names, report)?;
    if let Some(known) = known {
        for (value, span) in one_of.iter().filter(|(value, _)| !known.contains(value)) {
            let what = format!("value of `{}`", fact.text);
            report.unknown("KB103", span, &what, value, known.iter().map(String::as_str));
        }
    }
    Some(Clause { fact: fact.text.clone(), one_of: one_of.into_iter().map(|(value, _)| value).collect() })
}

/// At least one.
fn values(node: &Node, report: &mut Report) -> Option<Vec<(String, Range<usize>)>> {
    let nodes = match &node.kind {
        Kind::List(items) if items.is_empty() => {
            report.error("KB005", &node.span, "an empty list never holds: expected a value");
            return None;
        }
        Kind::List(_) => list(node, report),
        _ => std::slice::from_ref(node),
    };
    nodes.iter().map(|node| Some((text(node, report)?, node.span.clone()))).collect()
}

/// The values that a fact can have; an inner `None` if those are not listed anywhere.
fn known_values(
    fact: &Key,
    questions: &Questions,
    names: &Names,
    report: &mut Report,
) -> Option<Option<BTreeSet<String>>> {
    match fact.text.split_once('.') {
        None => {
            let found = questions.iter().find(|(id, _)| *id == fact.text);
            if found.is_none() {
                report.unknown("KB103", &fact.span, "question", &fact.text, questions.iter().map(|(id, _)| id.as_str()));
            }
            let mut answers = found?.1.clone();
            answers.insert(UNSURE.to_owned());
            Some(Some(answers))
        }
        Some(("app", name)) => facts("fact of an app", name, &names.app_facts, fact, report),
        Some(("service", name)) => facts("fact of a service", name, &names.service_facts, fact, report),
        Some((probe, field)) => {
            let probes = &names.vocabulary.probes;
            match probes.iter().find(|words| words.id == probe) {
                Some(words) => field_of(words, field, fact, report).map(|()| None),
                None => {
                    report.unknown("KB104", &fact.span, "probe", probe, probes.iter().map(|words| words.id));
                    None
                }
            }
        }
    }
}

fn facts(
    what: &str,
    name: &str,
    facts: &Facts,
    fact: &Key,
    report: &mut Report,
) -> Option<Option<BTreeSet<String>>> {
    let values = facts.get(name);
    if values.is_none() {
        report.unknown("KB103", &fact.span, what, name, facts.keys().map(String::as_str));
    }
    values.map(|values| Some(values.clone()))
}

fn field_of(words: &ProbeWords, field: &str, fact: &Key, report: &mut Report) -> Option<()> {
    let fields: BTreeSet<&str> = words.explanations.iter().flat_map(|one| one.provides.iter().copied()).collect();
    if !fields.contains(field) {
        let what = format!("field of probe `{}`", words.id);
        report.unknown("KB103", &fact.span, &what, field, fields.iter().copied());
    }
    fields.contains(field).then_some(())
}
