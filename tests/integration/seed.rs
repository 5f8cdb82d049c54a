//! Nothing is lost of the help page that the project started from: every fact of it stands in a section.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use otp_doctor::knowledge::Knowledge;
use serde_yaml::Value;

use super::content::{knowledge, rendered, section};
use super::scenarios::scenarios;
use super::shared::shared;

/// The service of the page.
const SERVICE: &str = "datarobot";

struct Fact {
    id: String,
    says: String,
    section: String,
    shows: Vec<String>,
    words: BTreeMap<String, String>,
    scenario: String,
}

fn facts() -> Vec<Fact> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seed.yaml");
    let list: Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    list.as_sequence().unwrap().iter().map(fact).collect()
}

fn fact(value: &Value) -> Fact {
    let text = |key: &str| value[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {value:?}")).to_owned();
    let words = value.get("words").and_then(Value::as_mapping);
    let words = words.into_iter().flatten();
    Fact {
        id: text("fact"),
        says: text("says"),
        section: text("section"),
        shows: value["shows"].as_sequence().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        words: words.map(|(key, word)| (key.as_str().unwrap().to_owned(), word.as_str().unwrap().to_owned())).collect(),
        scenario: text("scenario"),
    }
}

/// What a fact lacks, in words for who has to mend it.
fn gaps(fact: &Fact, knowledge: &Knowledge) -> Vec<String> {
    let Some(section) = section(knowledge, &fact.section) else {
        return vec![format!("{}: no section {}", fact.id, fact.section)];
    };
    let text = rendered(knowledge, SERVICE, section);
    let missing = fact.shows.iter().filter(|phrase| !text.contains(phrase.as_str()));
    let mut gaps: Vec<String> =
        missing.map(|phrase| format!("{}: {} lacks “{phrase}”", fact.id, fact.section)).collect();
    for (word, value) in &fact.words {
        if knowledge.services[SERVICE].words.get(word) != Some(value) {
            gaps.push(format!("{}: {{{word}}} is not {value}", fact.id));
        }
    }
    gaps
}

#[test]
fn every_fact_of_the_page_stands_in_a_section() {
    let knowledge = knowledge();
    let gaps: Vec<String> = facts().iter().flat_map(|fact| gaps(fact, &knowledge)).collect();
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn a_gap_would_be_found() {
    let knowledge = knowledge();
    let mut fact = facts().remove(0);
    fact.shows.push("nobody wrote this".to_owned());
    fact.words.insert("toggle-2fa".to_owned(), "a switch".to_owned());
    assert_eq!(gaps(&fact, &knowledge).len(), 2);
    fact.section = "setting-up.md#gone".to_owned();
    assert_eq!(gaps(&fact, &knowledge).len(), 1);
}

#[test]
fn the_facts_are_complete() {
    let facts = facts();
    let ids: BTreeSet<&str> = facts.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(ids.len(), facts.len(), "a fact is listed twice");
    assert!(facts.iter().all(|fact| !fact.says.is_empty() && !fact.shows.is_empty()));
    // Its own scenario, or the one that a cause brings along.
    assert!(facts.iter().all(|fact| ["seed-", "like-"].iter().any(|begin| fact.scenario.starts_with(begin))));
    // What the page shows in bold or in quotes, each of which some fact must rest on.
    for shown in ["DELETE", "REMOVE ACCOUNTS", "Enable two-factor authentication", "Settings", "Disable"] {
        assert!(facts.iter().any(|fact| fact.shows.iter().any(|one| one.contains(shown))), "{shown}");
    }
    for shown in ["Don't Remember?", "Reset Password", "Switch to recovery code", "DataRobot Support"] {
        assert!(facts.iter().any(|fact| fact.shows.iter().any(|one| one.contains(shown))), "{shown}");
    }
}

#[test]
fn every_symptom_of_the_page_is_offered() {
    let offered = knowledge().offered;
    for symptom in ["invalid-code", "many-codes", "lost-codes", "turn-off", "forgot-password"] {
        assert!(offered.iter().any(|one| one == symptom), "{symptom}");
    }
}

#[test]
fn every_fact_has_its_scenario() {
    let scenarios = scenarios();
    let known: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    let facts = facts();
    let named: BTreeSet<&str> = facts.iter().map(|fact| fact.scenario.as_str()).collect();
    let missing: Vec<&str> = named.difference(&known).copied().collect();
    assert!(missing.is_empty(), "no scenario: {}", missing.join(", "));
    let idle = known.into_iter().filter(|name| name.starts_with("seed-") && !named.contains(name));
    assert_eq!(idle.collect::<Vec<_>>(), [""; 0], "no fact of the page rests on them");
}

/// The page itself is read where it is at hand: no sentence of it stands in the knowledge.
#[test]
fn no_sentence_of_the_page_is_copied() {
    let Some(path) = shared("seed/troubleshooting-2fa.md") else { return };
    let page = fs::read_to_string(path).unwrap();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let knowledge = knowledge();
    let ours: Vec<String> = knowledge
        .articles
        .values()
        .flat_map(|article| &article.sections)
        .map(|section| format!(" {} ", words(&rendered(&knowledge, SERVICE, section)).join(" ")))
        .collect();
    let body = page.splitn(3, "---").nth(2).unwrap();
    let sentences = body.split(['.', '?', '!', '\n', ':', ';', '(', ')']).map(words);
    for sentence in sentences.filter(|words| words.len() >= 8) {
        let sentence = sentence.join(" ");
        assert!(!ours.iter().any(|text| text.contains(&format!(" {sentence} "))), "copied: {sentence}");
    }
}
