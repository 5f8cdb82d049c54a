//! Scenarios as YAML, for those that the program writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Expect, Row};
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::quote;
use crate::session::Next;

/// What a scenario is written from.
#[derive(Debug, Clone, Copy)]
pub struct Outline<'a> {
    /// Its id.
    pub name: &'a str,
    /// The symptom it is about.
    pub symptom: &'a str,
    /// The lines under `given`, without an indentation; empty for none.
    pub given: &'a str,
    /// Answers by question.
    pub answers: &'a BTreeMap<String, String>,
    /// Remedies that did not help.
    pub failed: &'a [String],
    /// What has to come of it.
    pub expect: &'a Expect,
}

/// One scenario, as an item of the list that a file of scenarios is.
pub fn written(told: Outline<'_>) -> String {
    let Outline { name, symptom, given, answers, failed, expect } = told;
    let mut out = format!("- scenario: {}\n", quote(name));
    if symptom != USUAL_SYMPTOM {
        let _ = writeln!(out, "  symptom: {}", quote(symptom));
    }
    if !given.is_empty() {
        out.push_str("  given:\n");
        for line in given.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    if !answers.is_empty() {
        let pairs: Vec<String> = answers.iter().map(|(key, value)| pair(key, value)).collect();
        let _ = writeln!(out, "  answers: {{ {} }}", pairs.join(", "));
    }
    if !failed.is_empty() {
        let _ = writeln!(out, "  failed: {}", list(failed));
    }
    let _ = writeln!(out, "  expect: {{ {} }}", expected(expect, !failed.is_empty()).join(", "));
    out
}

fn expected(expect: &Expect, failed: bool) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(expect.cause.as_ref().map(|cause| pair("cause", cause)));
    parts.extend(expect.with.as_ref().map(|with| format!("with: {}", list(with))));
    parts.extend(expect.conclusion.map(|conclusion| pair("conclusion", conclusion.name())));
    parts.extend(expect.outcome.as_ref().map(|row| format!("outcome: {}", outcome(row))));
    let remedy = if failed { "next-remedy" } else { "remedy" };
    parts.extend(expect.remedy.as_ref().map(|id| pair(remedy, id)));
    parts.extend(expect.section.as_ref().map(|section| pair("section", section)));
    parts.extend(expect.next.as_ref().map(|step| format!("next: {}", next(step))));
    for (key, ids) in [("not-confirmed", &expect.not_confirmed), ("never-asks", &expect.never_asks)] {
        parts.extend((!ids.is_empty()).then(|| format!("{key}: {}", list(ids))));
    }
    parts
}

fn outcome(row: &Row) -> String {
    let parts = [("remedy", &row.remedy), ("escalate", &row.escalate), ("then", &row.then)];
    let parts: Vec<String> = parts.iter().filter_map(|(key, id)| Some(pair(key, id.as_ref()?))).collect();
    format!("{{ {} }}", parts.join(", "))
}

fn next(step: &Next) -> String {
    match step.told() {
        (key, Some(id)) => format!("{{ {} }}", pair(key, id)),
        _ => "none".to_owned(),
    }
}

fn pair(key: &str, value: &str) -> String {
    format!("{}: {}", quote(key), quote(value))
}

fn list(ids: &[String]) -> String {
    format!("[{}]", ids.iter().map(|id| quote(id)).collect::<Vec<_>>().join(", "))
}
