//! What came with the program and stands as it came: it is known to lead somewhere, and is not tried again.
//!
//! The one idea: the tests of the program try what is built in, so a folder laid over it is tried for what it changes. What a
//! session rests on besides its symptom has to be the same, too; where it is not, everything is tried.

use std::collections::BTreeSet;

use crate::knowledge::{Knowledge, MeasuredBy, Remedy, SectionRef, Sources, Symptom};
use crate::probe;
use crate::rehearse::scenario::Scenario;

/// Ids and files that need not be tried.
#[derive(Default)]
pub(super) struct Settled<'k> {
    symptoms: BTreeSet<&'k str>,
    scripts: BTreeSet<&'k str>,
    /// Paths of scenarios.
    files: BTreeSet<String>,
}

impl<'k> Settled<'k> {
    /// Nothing, for the built-in texts themselves: that they are sound is to be found out.
    pub(super) fn of(sources: &Sources, knowledge: &'k Knowledge) -> Self {
        let shipped = Sources::embedded();
        let as_it_came = |path: &str| sources.get(path).is_some_and(|bytes| shipped.get(path) == Some(bytes));
        let mut symptoms = shipped.iter().filter(|(path, _)| path.starts_with("symptoms/"));
        if *sources == shipped || !symptoms.any(|(path, _)| as_it_came(path)) {
            return Self::default();
        }
        let built_in = Knowledge::compile(&shipped, &probe::vocabulary()).knowledge;
        if !is_same_ground(&built_in, knowledge) {
            return Self::default();
        }
        let same = |id: &str| is_same(id, &built_in, knowledge);
        let symptoms: BTreeSet<&str> = knowledge.symptoms.keys().map(String::as_str).filter(|id| same(id)).collect();
        let scripts = knowledge.scripts.values().filter(|script| {
            symptoms.contains(script.symptom.as_str()) && built_in.scripts.get(&script.id) == Some(*script)
        });
        let scripts = scripts.map(|script| script.id.as_str()).collect();
        let files = sources.iter().filter(|(path, _)| {
            ["scenarios/", "causes/"].iter().any(|folder| path.starts_with(folder)) && as_it_came(path)
        });
        Self { symptoms, scripts, files: files.map(|(path, _)| path.to_owned()).collect() }
    }

    pub(super) fn symptom(&self, id: &str) -> bool {
        self.symptoms.contains(id)
    }

    pub(super) fn script(&self, id: &str) -> bool {
        self.scripts.contains(id)
    }

    pub(super) fn scenario(&self, scenario: &Scenario) -> bool {
        let script = scenario.call.as_ref().is_none_or(|call| self.script(&call.script));
        script && self.symptom(&scenario.symptom) && self.files.contains(&scenario.place.path)
    }
}

/// Whether what every session rests on is the same: numbers, apps, the services that there were, and which questions a session
/// answers by itself or takes to say that somebody cannot get in.
fn is_same_ground(built_in: &Knowledge, knowledge: &Knowledge) -> bool {
    let services = &knowledge.services;
    let noted_by = |of: &Knowledge| MeasuredBy::ALL.map(|what| of.noted_by(what).map(|question| question.id.clone()));
    built_in.numbers == knowledge.numbers
        && built_in.scales == knowledge.scales
        && built_in.apps == knowledge.apps
        && built_in.services.iter().all(|(id, service)| services.get(id) == Some(service))
        && noted_by(built_in) == noted_by(knowledge)
        && flagged(built_in) == flagged(knowledge)
}

/// Questions that are noted, and answers of those who cannot get in.
fn flagged(knowledge: &Knowledge) -> (BTreeSet<&str>, BTreeSet<(&str, &str)>) {
    let questions = || knowledge.symptoms.values().flat_map(|symptom| &symptom.questions);
    let noted = questions().filter(|question| question.noted).map(|question| question.id.as_str());
    let answers = questions().flat_map(|question| question.answers.iter().map(move |answer| (question, answer)));
    let locked_out = answers.filter(|(_, answer)| answer.locked_out);
    (noted.collect(), locked_out.map(|(question, answer)| (question.id.as_str(), answer.id.as_str())).collect())
}

/// Whether a symptom, all that it leads on to, and the sections that their remedies are told in are the same.
fn is_same(id: &str, built_in: &Knowledge, knowledge: &Knowledge) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let (Some(was), Some(is)) = (built_in.symptoms.get(id), knowledge.symptoms.get(id)) else { return false };
        let told = |at: &&SectionRef| built_in.section(at) == knowledge.section(at);
        if was != is || !sections(is, knowledge).iter().all(told) {
            return false;
        }
        open.extend(is.leads_on().map(String::as_str));
    }
    true
}

/// Where the remedies of a symptom are told, by apps too.
fn sections<'k>(symptom: &'k Symptom, knowledge: &'k Knowledge) -> Vec<&'k SectionRef> {
    let told = |remedy: &'k Remedy| [&remedy.text].into_iter().chain(&remedy.agent);
    let own = |at: &'k SectionRef| knowledge.apps.values().filter_map(move |app| app.section_for(at));
    symptom.remedies.iter().flat_map(told).flat_map(|at| own(at).chain([at])).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The symptoms that are settled once these files are laid over the built-in ones.
    fn settled(files: &[(&str, String)]) -> Vec<String> {
        let own = files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes()));
        let sources = Sources::embedded().overlay(own.collect());
        let knowledge = Knowledge::compile(&sources, &probe::vocabulary()).knowledge;
        let settled = Settled::of(&sources, &knowledge);
        settled.symptoms.iter().map(|id| (*id).to_owned()).collect()
    }

    fn shipped(path: &str) -> String {
        String::from_utf8(Sources::embedded().get(path).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn what_is_built_in_is_tried_itself() {
        let sources = Sources::embedded();
        let knowledge = Knowledge::compile(&sources, &probe::vocabulary()).knowledge;
        let settled = Settled::of(&sources, &knowledge);
        assert!(settled.symptoms.is_empty() && settled.scripts.is_empty() && settled.files.is_empty());
    }

    #[test]
    fn a_symptom_is_tried_with_all_that_lead_to_it() {
        let own_service =
            ("services/ours.yaml", shipped("services/example.yaml").replace("service: example", "service: ours"));
        let untouched = settled(std::slice::from_ref(&own_service));
        let shipped_ones = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge.symptoms.len();
        assert_eq!(untouched.len(), shipped_ones, "{untouched:?}");
        let path = "symptoms/lost-codes.yaml";
        let changed = shipped(path).replacen("label: ", "label: Well - ", 1);
        let fewer = settled(&[(path, changed)]);
        let leads_there = |id: &String| shipped(&format!("symptoms/{id}.yaml")).contains("then: lost-codes");
        assert!(!fewer.is_empty() && fewer.len() < untouched.len(), "{fewer:?}");
        assert!(!fewer.contains(&"lost-codes".to_owned()) && !fewer.iter().any(leads_there), "{fewer:?}");
    }

    #[test]
    fn where_the_ground_is_another_everything_is_tried() {
        let other = [
            ("apps/aegis.yaml", shipped("apps/aegis.yaml").replace("name: Aegis", "name: Another")),
            ("services/generic.yaml", shipped("services/generic.yaml").replace("name: ", "name: Another ")),
            ("kb.yaml", shipped("kb.yaml").replace("\nescalation: ", "\nescalation: 1")),
        ];
        for (path, text) in other {
            assert_ne!(text, shipped(path), "{path}");
            assert!(settled(&[(path, text)]).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_section_that_tells_of_a_remedy_counts() {
        let path = "articles/two-factor.md";
        let at_the_clock = |line: &str| line.starts_with('#') && line.contains("{: #clock ");
        let told = |line: &str| {
            if at_the_clock(line) { format!("{line}\n\nOpen {{settings-page}}.\n") } else { format!("{line}\n") }
        };
        let changed: String = shipped(path).lines().map(told).collect();
        assert_ne!(changed, shipped(path));
        let left = settled(&[(path, changed)]);
        assert!(!left.contains(&"invalid-code".to_owned()) && !left.is_empty(), "{left:?}");
    }
}
