//! Conditions: a mapping is all-of, a scalar is, a list is one-of.
//!
//! The one idea: a condition mentions facts that others define, so every fact and every value is checked against those.
//! It must not weigh: conditions gate.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::fields::{list, text};
use super::model::{Clause, Condition};
use super::names::{Facts, Names};
use super::report::Report;
use super::schema;
use super::yaml::{Key, Node, NodeKind};

/// The answer that every question has.
pub(super) const UNSURE: &str = "unsure";

/// The questions of a symptom, each with its answers; for a script, the facts that only a session has too.
pub(super) type Questions = BTreeMap<String, BTreeSet<String>>;

/// Reads a condition; an absent one asks for nothing. `None` if any clause is not understood, so that no gate opens.
pub(super) fn condition(
    node: Option<&Node>,
    questions: &Questions,
    names: &Names,
    report: &mut Report,
) -> Option<Condition> {
    let clauses =
        node.map_or(&[][..], Node::entries).iter().map(|(fact, value)| clause(fact, value, questions, names, report));
    all(clauses).map(Condition)
}

/// Every item, or `None` if one is missing; all are read in any case, so that all flaws are told.
pub(super) fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    items.collect::<Vec<_>>().into_iter().collect()
}

fn clause(fact: &Key, value: &Node, questions: &Questions, names: &Names, report: &mut Report) -> Option<Clause> {
    let one_of = values(value).filter(|_| (schema::FACT.holds)(&fact.text))?;
    if let Values::Listed(known) = known_values(fact, questions, names, report)? {
        for (value, span) in one_of.iter().filter(|(value, _)| !known.contains(value)) {
            let what = format!("value of `{}`", fact.text);
            report.unknown("KB103", span, &what, value, known.iter().map(String::as_str));
        }
    }
    Some(Clause { fact: fact.text.clone(), one_of: one_of.into_iter().map(|(value, _)| value).collect() })
}

/// At least one.
fn values(node: &Node) -> Option<Vec<(String, Range<usize>)>> {
    let nodes = match &node.kind {
        NodeKind::List(_) => list(node),
        _ => std::slice::from_ref(node),
    };
    let values: Option<Vec<_>> = nodes.iter().map(|node| Some((text(node)?, node.span.clone()))).collect();
    values.filter(|values| !values.is_empty())
}

/// The values that a fact can have.
enum Values {
    Listed(BTreeSet<String>),
    /// A number, say.
    Any,
}

/// `None` for a fact that nothing defines, which is reported.
fn known_values(fact: &Key, questions: &Questions, names: &Names, report: &mut Report) -> Option<Values> {
    if let Some(values) = questions.get(&fact.text).filter(|_| fact.text.contains('.')) {
        return Some(Values::Listed(values.clone()));
    }
    let Some((owner, field)) = fact.text.split_once('.') else {
        let mut answers = lookup("question", &fact.text, questions, (fact, true), report)?;
        answers.insert(UNSURE.to_owned());
        return Some(Values::Listed(answers));
    };
    match owner {
        "app" => lookup("fact of an app", field, &names.app_facts, (fact, !names.partial), report).map(Values::Listed),
        "service" => {
            lookup("fact of a service", field, &names.service_facts, (fact, !names.partial), report).map(Values::Listed)
        }
        probe => probe_field(probe, field, names, fact, report).map(|()| Values::Any),
    }
}

/// The values of a fact; an unknown one is reported where the definitions are complete.
fn lookup(
    what: &str,
    name: &str,
    defined: &Facts,
    (fact, complete): (&Key, bool),
    report: &mut Report,
) -> Option<BTreeSet<String>> {
    let values = defined.get(name).cloned();
    if values.is_none() && complete {
        report.unknown("KB103", &fact.span, what, name, defined.keys().map(String::as_str));
    }
    values
}

fn probe_field(probe: &str, field: &str, names: &Names, fact: &Key, report: &mut Report) -> Option<()> {
    let probes = &names.vocabulary.probes;
    if names.vocabulary.is_open {
        return Some(());
    }
    let Some(words) = probes.iter().find(|words| words.id == probe) else {
        report.unknown("KB104", &fact.span, "probe", probe, probes.iter().map(|words| words.id));
        return None;
    };
    let fields: BTreeSet<&str> = words.explanations.iter().flat_map(|one| one.provides.iter().copied()).collect();
    if !fields.contains(field) {
        report.unknown("KB103", &fact.span, &format!("field of probe `{probe}`"), field, fields.iter().copied());
    }
    fields.contains(field).then_some(())
}
