//! Runs a scenario through the engine and tells what differs from what it expects.

use std::collections::{BTreeMap, BTreeSet};

use super::scenario::{Expect, Row, Scenario};
use crate::case::Case;
use crate::engine;
use crate::finding::{Finding, Reading, Source};
use crate::knowledge::{Decide, Holds, Knowledge, Outcome, Symptom};
use crate::session::{Audience, Next, Situation, next};
use crate::verdict::{Conclusion, Evidences, UNSURE, Verdict, weigh};

/// What differs, a line each; nothing for a scenario that passes.
pub fn run(scenario: &Scenario, knowledge: &Knowledge) -> Vec<String> {
    let Some(symptom) = knowledge.symptoms.get(&scenario.symptom) else {
        return vec![format!("the knowledge has no symptom `{}`", scenario.symptom)];
    };
    if let Some(call) = &scenario.call {
        return super::call::run(scenario, call, knowledge);
    }
    match symptom.decide {
        Decide::Weigh => weighed(scenario, symptom, knowledge),
        Decide::FirstMatch => looked_up(scenario, symptom, knowledge),
    }
}

fn weighed(scenario: &Scenario, symptom: &Symptom, knowledge: &Knowledge) -> Vec<String> {
    let Scenario { case, failed, expect, .. } = scenario;
    let findings = match engine::diagnose(case, knowledge) {
        Ok(diagnosis) => diagnosis.findings,
        Err(error) => return vec![error.to_string()],
    };
    let walk = Walk { symptom, knowledge, findings: &findings };
    let codes = walk.measured().then_some(case.attempts.len());
    let (verdict, step) = walk.step(case, failed, codes);
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
        differs.push(format!(
            "conclusion: expected `{wanted}`, came to `{found}` ({:.1} %)",
            verdict.probability() * 100.0
        ));
    }
    if verdict.conclusion == Conclusion::Confirmed {
        let confirmed =
            expect.not_confirmed.iter().filter(|cause| **cause == first.cause || first.with.contains(cause));
        differs.extend(confirmed.map(|cause| format!("not-confirmed: `{cause}` is confirmed")));
    }
    if let Some(wanted) = expect.next.as_ref().filter(|wanted| **wanted != step) {
        differs.push(format!("next: expected {}, came to {}", named(wanted), named(&step)));
    }
    let (_, end) = walk.go(case, failed, codes, true);
    differs.extend(different_remedy(expect, case, symptom, knowledge, &end));
    let (asked, _) = walk.go(case, failed, codes, false);
    let bad = expect.never_asks.iter().filter(|question| asked.contains(*question));
    differs.extend(bad.map(|question| format!("never-asks: `{question}` is asked")));
    differs
}

/// A session that goes on from what is known.
pub(super) struct Walk<'a> {
    pub(super) symptom: &'a Symptom,
    pub(super) knowledge: &'a Knowledge,
    pub(super) findings: &'a [Finding],
}

impl Walk<'_> {
    /// Whether codes were compared with a secret.
    pub(super) fn measured(&self) -> bool {
        let codes = self.findings.iter().filter(|finding| finding.source == Source::Codes);
        codes.filter(|finding| matches!(finding.reading, Reading::Measured(_))).count() > 0
    }

    pub(super) fn step(&self, case: &Case, failed: &[String], codes: Option<usize>) -> (Verdict, Next) {
        let Self { symptom, knowledge, findings } = *self;
        let numbers = &knowledge.numbers;
        let evidences = Evidences { findings, answers: &case.answers, failed };
        let verdict = weigh(symptom, numbers, evidences);
        let audience = Audience::Person;
        let step = next(Situation { symptom, numbers, verdict: &verdict, evidences, codes, audience });
        (verdict, step.next)
    }

    /// Goes on with a person who is never sure and has no further code: every question asked, and the last step. It ends
    /// at the first remedy, or, where none helps, when nothing is left.
    pub(super) fn go(
        &self,
        case: &Case,
        failed: &[String],
        codes: Option<usize>,
        one: bool,
    ) -> (BTreeSet<String>, Next) {
        let (mut case, mut failed, mut codes) = (case.clone(), failed.to_vec(), codes);
        let mut asked = BTreeSet::new();
        // A session ends: no question and no remedy comes twice.
        for _ in 0..=self.symptom.questions.len() + self.symptom.remedies.len() + 1 {
            match self.step(&case, &failed, codes).1 {
                Next::Ask(question) => {
                    case.answers.insert(question.clone(), UNSURE.to_owned());
                    asked.insert(question);
                }
                Next::Remedy(remedy) if !one => failed.push(remedy),
                Next::Observe(_) if codes.is_some() => codes = None,
                last => return (asked, last),
            }
        }
        (asked, Next::Nothing)
    }
}

/// Compares the remedy that is come to, and the section that tells of it, with those that are expected.
fn different_remedy(expect: &Expect, case: &Case, symptom: &Symptom, knowledge: &Knowledge, end: &Next) -> Vec<String> {
    let found = match end {
        Next::Remedy(id) => symptom.remedy(id),
        _ => None,
    };
    let mut differs = Vec::new();
    if let Some(wanted) = expect.remedy.as_ref().filter(|wanted| found.is_none_or(|remedy| remedy.id != **wanted)) {
        differs.push(format!("remedy: expected `{wanted}`, came to {}", named(end)));
    }
    if let Some(wanted) = &expect.section {
        let app = case.app.as_ref().and_then(|id| knowledge.apps.get(id));
        let shown = found.map(|remedy| {
            let at = app.and_then(|app| app.section_for(&remedy.text)).unwrap_or(&remedy.text);
            format!("{}#{}", at.article, at.anchor)
        });
        if shown.as_ref() != Some(wanted) {
            let shown = shown.unwrap_or_else(|| "none".to_owned());
            differs.push(format!("section: expected {wanted}, came to {shown}"));
        }
    }
    differs
}

/// What a first-match table says to the answers so far.
pub(super) enum Decided<'a> {
    /// The first row that holds.
    Row(&'a Outcome),
    /// A row may hold: this has to be known first.
    Ask(&'a str),
    /// No row holds.
    Nothing,
}

pub(super) fn decided<'a>(symptom: &'a Symptom, answers: &BTreeMap<String, String>) -> Decided<'a> {
    let known = |fact: &str| answers.get(fact).map(String::as_str);
    for row in &symptom.outcomes {
        match row.when.holds(known) {
            Holds::Yes => return Decided::Row(row),
            Holds::No => {}
            Holds::Unknown => {
                let open = row.when.0.iter().map(|clause| clause.fact.as_str()).find(|fact| known(fact).is_none());
                return open.map_or(Decided::Nothing, Decided::Ask);
            }
        }
    }
    Decided::Nothing
}

fn looked_up(scenario: &Scenario, symptom: &Symptom, knowledge: &Knowledge) -> Vec<String> {
    let Scenario { case, failed, expect, .. } = scenario;
    let decided_now = decided(symptom, &case.answers);
    let mut differs = Vec::new();
    if let Some(wanted) = &expect.outcome {
        match &decided_now {
            Decided::Row(row) => differs.extend(different_row(wanted, row)),
            Decided::Ask(question) => differs.push(format!("outcome: open, as long as `{question}` is not answered")),
            Decided::Nothing => differs.push("outcome: no row of the table holds".to_owned()),
        }
    }
    let step = match &decided_now {
        Decided::Ask(question) => Next::Ask((*question).to_owned()),
        Decided::Row(row) => match (&row.remedy, &row.escalate) {
            (Some(remedy), _) if !failed.contains(remedy) => Next::Remedy(remedy.clone()),
            (_, Some(role)) => Next::Escalate(role.clone()),
            _ => Next::Nothing,
        },
        Decided::Nothing => Next::Nothing,
    };
    if let Some(wanted) = expect.next.as_ref().filter(|wanted| **wanted != step) {
        differs.push(format!("next: expected {}, came to {}", named(wanted), named(&step)));
    }
    differs.extend(different_remedy(expect, case, symptom, knowledge, &step));
    if let Decided::Row(row) = &decided_now {
        let remedy = row.remedy.as_ref().and_then(|id| symptom.remedy(id));
        let known = |fact: &str| case.answers.get(fact).map(String::as_str);
        let closed = remedy.filter(|remedy| remedy.needs.holds(known) == Holds::No);
        differs
            .extend(closed.map(|remedy| format!("outcome: `{}` is offered where its `needs` do not hold", remedy.id)));
    }
    let mut answers = case.answers.clone();
    while let Decided::Ask(question) = decided(symptom, &answers) {
        if expect.never_asks.iter().any(|one| one == question) {
            differs.push(format!("never-asks: `{question}` is asked"));
        }
        answers.insert(question.to_owned(), UNSURE.to_owned());
    }
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
    match step {
        Next::Remedy(id) => format!("remedy `{id}`"),
        Next::Ask(id) => format!("ask `{id}`"),
        Next::Observe(id) => format!("observe `{id}`"),
        Next::Escalate(id) => format!("escalate `{id}`"),
        Next::Nothing => "nothing".to_owned(),
    }
}
