//! How evidence is weighed beside codes: answers that err, gates, pairs, what was tried, and what is sure enough.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use otp_doctor::case::{self, Case};
use otp_doctor::engine::{diagnose, told};
use otp_doctor::knowledge::Knowledge;
use otp_doctor::session::{Event, Mode, Next, Session, Tried};
use otp_doctor::verdict::{Conclusion, UNKNOWN, UNSURE, Verdict};
use serde::Deserialize;

use crate::accuracy::knowledge;

/// The remedy that helped comes among so many, where a session does not say how soon.
const MOST_TRIES: usize = 10;

/// Somebody whom a remedy helped in the end.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Led {
    /// What was wrong; for whoever reads a failure.
    concluded: String,
    /// The trouble; a refused code, if it is not said.
    symptom: Option<String>,
    answers: BTreeMap<String, String>,
    /// The remedy that helped is among so many.
    within: Option<usize>,
    remedy_that_helped: Vec<String>,
}

/// The remedies that were offered, in order, up to the one that helped; the reason if it never came.
fn led(knowledge: &Knowledge, one: &Led) -> Result<Vec<String>, String> {
    let mut session = Session::new(knowledge, Mode::Person, None, None);
    session.record(Event::About(one.symptom.clone().unwrap_or_else(|| "invalid-code".to_owned())));
    let mut offered = Vec::new();
    loop {
        match session.next() {
            Next::Ask(question) => {
                let answer = one.answers.get(&question).map_or(UNSURE, String::as_str).to_owned();
                session.record(Event::Asked { question, answer });
            }
            Next::Remedy(remedy) => {
                offered.push(remedy.clone());
                if one.remedy_that_helped.contains(&remedy) {
                    return Ok(offered);
                }
                let takes_away = session.symptom().and_then(|symptom| symptom.remedy(&remedy)).unwrap().destructive;
                if takes_away {
                    return Err(format!("{offered:?}: the last takes something away"));
                }
                session.record(Event::Tried { remedy, result: Tried::Failed });
            }
            Next::GoOn(symptom) => session.record(Event::About(symptom)),
            Next::VerifyIdentity => session.record(Event::Verified(true)),
            // Whoever is passed on is told what may help there.
            Next::Escalate { remedy: Some(remedy), .. } if one.remedy_that_helped.contains(&remedy) => {
                offered.push(remedy);
                return Ok(offered);
            }
            other => return Err(format!("{offered:?}, then {other:?}")),
        }
    }
}

/// Every session comes to what helped, without harm, soon enough, and no remedy comes twice.
fn all_are_led(path: &Path) {
    let sessions: BTreeMap<String, Led> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(sessions.len() >= 8, "{}", sessions.len());
    let knowledge = knowledge();
    let mut wrong = Vec::new();
    for (name, one) in &sessions {
        match led(&knowledge, one) {
            Ok(offered) if offered.len() > one.within.unwrap_or(MOST_TRIES) => {
                wrong.push(format!("{name} ({}): {offered:?}", one.concluded));
            }
            Ok(offered) => {
                let different: BTreeSet<&String> = offered.iter().collect();
                assert_eq!(different.len(), offered.len(), "{name}: {offered:?}");
                eprintln!("{name}: {offered:?}");
            }
            Err(end) => wrong.push(format!("{name} ({}): {end}", one.concluded)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_answers_what_a_helper_asks_is_helped_soon() {
    all_are_led(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions/led.json"));
}

/// People of every way in which a code comes, and of every trouble.
#[test]
fn most_people_are_helped_within_two_tries() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions/personas.json");
    let people: BTreeMap<String, Led> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let knowledge = knowledge();
    let (mut soon, mut never) = (Vec::new(), Vec::new());
    for (name, one) in &people {
        match led(&knowledge, one) {
            Ok(offered) if offered.len() <= 2 => soon.push(name),
            Ok(offered) => eprintln!("{name}, later: {offered:?}"),
            Err(end) => never.push(format!("{name} ({}): {end}", one.concluded)),
        }
    }
    eprintln!("{} people: {} within two tries, never: {never:#?}", people.len(), soon.len());
    assert!(people.len() >= 40 && soon.len() * 10 >= people.len() * 6, "{} of {}", soon.len(), people.len());
    assert!(never.len() * 10 <= people.len(), "{never:#?}");
}

#[test]
fn people_of_the_field_are_led_to_what_helped_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/field/sessions.json");
    if path.exists() {
        all_are_led(&path);
    } else {
        eprintln!("SKIPPED: no {}", path.display());
    }
}

fn example(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    case::read(&fs::read_to_string(path).unwrap()).unwrap()
}

fn weighed(case: &Case, knowledge: &Knowledge) -> Verdict {
    diagnose(case, knowledge).unwrap().verdict.unwrap()
}

#[test]
fn unsure_removes_no_proven_cause() {
    let knowledge = knowledge();
    let mut case = example("qr-code-changed.json");
    case.answers.clear();
    let before = weighed(&case, &knowledge);
    for question in &knowledge.symptoms["invalid-code"].questions {
        case.answers.insert(question.id.clone(), UNSURE.to_owned());
    }
    let after = weighed(&case, &knowledge);
    assert_eq!((&before.first().cause, before.conclusion), (&after.first().cause, after.conclusion));
    assert!((before.probability() - after.probability()).abs() < 1e-12);
}

#[test]
fn a_wrong_place_removes_no_proven_cause() {
    let knowledge = knowledge();
    let mut case = example("qr-code-changed.json");
    case.answers.insert("where".to_owned(), "turning-off".to_owned());
    let verdict = weighed(&case, &knowledge);
    assert!(verdict.of("rotated-during-enrolment") > 0.0, "{:?}", verdict.first());
}

#[test]
fn a_remedy_that_mends_one_half_does_not_count_against_both() {
    let knowledge = knowledge();
    let case = example("old-entry-and-slow-clock.json");
    let half = told(&case, &["set-clock".to_owned()], &knowledge).unwrap();
    let verdict = half.verdict().unwrap();
    let first = (verdict.first().cause.as_str(), &verdict.first().with[..]);
    assert_eq!(first, ("old-entry", &["device-clock-off".to_owned()][..]));
    assert_eq!(verdict.conclusion, weighed(&case, &knowledge).conclusion);
}

#[test]
fn what_helped_says_what_was_wrong() {
    let knowledge = knowledge();
    for remedy in ["wait-for-fresh-code", "set-clock", "use-app-code"] {
        let mut session = Session::new(&knowledge, Mode::Person, None, None);
        session.record(Event::About("invalid-code".to_owned()));
        session.record(Event::Tried { remedy: remedy.to_owned(), result: Tried::Helped });
        let verdict = session.verdict().unwrap();
        let mended = session.symptom().unwrap().remedy(remedy).unwrap().works_for(&verdict.first().cause);
        assert!(mended >= 0.5, "{remedy}: {:?}", verdict.first());
        assert_eq!(session.next(), Next::Done);
        // Said again that it did not, it counts against what it mends.
        let before = verdict.first().clone();
        session.record(Event::Tried { remedy: remedy.to_owned(), result: Tried::Failed });
        assert!(session.verdict().unwrap().of(&before.cause) < before.probability);
    }
}

#[test]
fn nothing_known_is_never_likely() {
    let knowledge = knowledge();
    let mut session = Session::new(&knowledge, Mode::Person, None, None);
    session.record(Event::About("invalid-code".to_owned()));
    for remedy in &knowledge.symptoms["invalid-code"].remedies {
        session.record(Event::Tried { remedy: remedy.id.clone(), result: Tried::Failed });
    }
    let verdict = session.verdict().unwrap();
    assert_eq!((verdict.first().cause.as_str(), verdict.conclusion), (UNKNOWN, Conclusion::Undetermined));
    assert!(verdict.first().probability > 0.5, "{:?}", verdict.first());
}

#[test]
fn two_clocks_that_differ_are_told_as_such_until_something_settles_whose_it_is() {
    let knowledge = knowledge();
    let verdict = weighed(&example("phone-two-minutes-behind.json"), &knowledge);
    assert_eq!(verdict.first().cause, "device-clock-off");
    assert_eq!((verdict.conclusion, verdict.family.as_deref()), (Conclusion::Confirmed, Some("clocks-differ")));
    let mut read = example("phone-two-minutes-behind.json");
    let clock = r#"{ "clock": { "offset_seconds": -120, "uncertainty_seconds": 1 } }"#;
    read.clock = case::read(clock).unwrap().clock;
    let verdict = weighed(&read, &knowledge);
    assert_eq!((verdict.conclusion, verdict.family), (Conclusion::Confirmed, None), "{:?}", verdict.causes.get(1));
}
