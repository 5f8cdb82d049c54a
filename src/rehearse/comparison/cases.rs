use super::Side;
use crate::case::Case;
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::Knowledge;
use crate::lab::{Bench, Level, Recipe};
use crate::rehearse::scenario::call::{Call, Lead, called};
use crate::rehearse::scenario::expectation::expected;
use crate::rehearse::scenario::{Expect, Row, Scenario};
use crate::rehearse::simulation::priors::{drawn, weights};
use crate::session::Next;

/// Logins that were diagnosed with both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cases {
    /// How many.
    pub of: usize,
    /// Those that come out in another way.
    pub changes: Vec<CaseChange>,
}

/// A login that comes out in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// The scenario, or the case of the laboratory.
    pub name: String,
    /// What differs, by the key of a scenario's `expect`: as it was and as it is.
    pub differs: Vec<(&'static str, String, String)>,
}

/// Codes of each login.
const CODES: usize = 2;

/// The scenarios of the old knowledge, each with the answers and remedies that it names.
pub(super) fn of_scenarios(old: Side<'_>, new: Side<'_>) -> Cases {
    let mut cases = Cases::default();
    for one in old.scenarios.iter().filter(|one| !one.is_reported()) {
        // One that the new knowledge has changed itself is compared as the old one had it.
        match &one.call {
            Some(call) => cases.add_call(one, call, old.knowledge, new.knowledge),
            None => cases.add(&one.name, &one.case, &one.failed, old.knowledge, new.knowledge),
        }
    }
    cases
}

/// Logins with faults as common as the old knowledge says, two codes each, the service's secret known.
pub(super) fn of_laboratory(old: &Knowledge, new: &Knowledge, logins: usize, seed: u64) -> Cases {
    let mut cases = Cases::default();
    if [old, new].iter().any(|one| !one.symptoms.contains_key(USUAL_SYMPTOM)) {
        return cases;
    }
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut bench = Bench::new(seed.wrapping_add(1), Recipe { codes: CODES, level: Level::L2 });
    let faults = weights(old);
    for _ in 0..logins {
        let Some(fault) = drawn(&mut rng, &faults) else { continue };
        let specimen = bench.make(*fault);
        let name = specimen.case.id.clone().unwrap_or_default();
        let name = format!("{name}, {}", specimen.cause);
        cases.add(&name, &specimen.case, &[], old, new);
    }
    cases
}

impl Cases {
    /// A call that a script leads, where both have that script.
    fn add_call(&mut self, one: &Scenario, call: &Call, old: &Knowledge, new: &Knowledge) {
        self.of += 1;
        let play = |knowledge| called(call, &one.case.answers, &one.failed, knowledge);
        let (Some((before, was_next)), Some((after, is_next))) = (play(old), play(new)) else { return };
        let lead =
            |lead: Option<Lead>| lead.map_or_else(|| "none".to_owned(), |lead| format!("{} {}", lead.kind, lead.id));
        let pairs = [("steps", before.join(", "), after.join(", ")), ("next", lead(was_next), lead(is_next))];
        let differs: Vec<_> = pairs.into_iter().filter(|(_, was, is)| was != is).collect();
        if !differs.is_empty() {
            self.changes.push(CaseChange { name: one.name.clone(), differs });
        }
    }

    fn add(&mut self, name: &str, case: &Case, failed: &[String], old: &Knowledge, new: &Knowledge) {
        self.of += 1;
        let differs = match (expected(case, failed, old), expected(case, failed, new)) {
            (Some(was), Some(is)) => differing(&was, &is),
            // The symptom is gone, or was not there: that is told by itself.
            _ => Vec::new(),
        };
        if !differs.is_empty() {
            self.changes.push(CaseChange { name: name.to_owned(), differs });
        }
    }
}

fn differing(was: &Expect, is: &Expect) -> Vec<(&'static str, String, String)> {
    let id = |one: &Option<String>| one.clone().unwrap_or_else(|| "none".to_owned());
    let with = |one: &Expect| one.with.as_ref().map_or_else(|| "none".to_owned(), |with| with.join(", "));
    let sure = |one: &Expect| one.conclusion.map_or("none", crate::verdict::Conclusion::name).to_owned();
    let pairs = [
        ("cause", id(&was.cause), id(&is.cause)),
        ("with", with(was), with(is)),
        ("conclusion", sure(was), sure(is)),
        ("outcome", row(was.outcome.as_ref()), row(is.outcome.as_ref())),
        ("remedy", id(&was.remedy), id(&is.remedy)),
        ("section", id(&was.section), id(&is.section)),
        ("next", next(was.next.as_ref()), next(is.next.as_ref())),
    ];
    let mut differs: Vec<_> = pairs.into_iter().filter(|(_, was, is)| was != is).collect();
    // Another remedy is told in another section; another next step that is the remedy says no more.
    if differs.iter().any(|(key, ..)| *key == "remedy") {
        let says_more = |key: &str, is: &str| key != "section" && !(key == "next" && is.starts_with("remedy"));
        differs.retain(|(key, _, is)| says_more(key, is));
    }
    differs
}

fn row(row: Option<&Row>) -> String {
    let Some(Row { remedy, escalate, then }) = row else { return "none".to_owned() };
    let parts = [("", remedy), ("else ", escalate), ("then ", then)];
    let parts: Vec<String> = parts.iter().filter_map(|(word, id)| Some(format!("{word}{}", id.as_ref()?))).collect();
    parts.join(", ")
}

fn next(step: Option<&Next>) -> String {
    match step {
        Some(Next::Observe(_)) => "a further code".to_owned(),
        Some(step) => [Some(step.told().0), step.told().1].into_iter().flatten().collect::<Vec<_>>().join(" "),
        None => "none".to_owned(),
    }
}
