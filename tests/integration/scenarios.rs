//! `kb test`: the scenarios pass, cover every cause, and a wrong one is told at its line.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use otp_doctor::case::{AtSource, Outcome};
use otp_doctor::knowledge::Sources;
use otp_doctor::rehearse::{self, Scenario};
use otp_doctor::verdict::Conclusion;

use crate::content::knowledge;
use crate::examples::program;

pub(crate) fn scenarios() -> Vec<Scenario> {
    let (scenarios, flaws) = rehearse::read(&Sources::embedded(), &knowledge());
    assert!(flaws.is_empty(), "{flaws:?}");
    // What people reported is counted elsewhere, and proves nothing about the knowledge.
    scenarios.into_iter().filter(|one| !one.is_reported()).collect()
}

/// Whether a scenario concludes in a cause, alone or with a second one.
fn concludes(scenario: &Scenario, cause: &str, with: Option<&str>) -> bool {
    let expect = &scenario.expect;
    let second = expect.with.as_ref().and_then(|with| with.first()).map(String::as_str);
    // A slip is likely at most where another slip could have left the same string.
    let sure = expect.conclusion != Some(Conclusion::Undetermined);
    expect.cause.as_deref() == Some(cause) && second == with && sure
}

/// Whether a scenario comes near a cause and must not end in it.
fn misses(scenario: &Scenario, cause: &str) -> bool {
    let expect = &scenario.expect;
    expect.cause.as_deref().is_some_and(|found| found != cause) && expect.not_confirmed.iter().any(|one| one == cause)
}

#[test]
fn every_cause_has_a_concluding_and_a_near_miss_scenario() {
    let knowledge = knowledge();
    let scenarios = scenarios();
    let mut gaps = Vec::new();
    for symptom in knowledge.symptoms.values() {
        let of = || scenarios.iter().filter(|one| one.symptom == symptom.id);
        for cause in &symptom.causes {
            if !of().any(|one| concludes(one, &cause.id, None)) {
                gaps.push(format!("{}: nothing concludes in {}", symptom.id, cause.id));
            }
            if !of().any(|one| misses(one, &cause.id)) {
                gaps.push(format!("{}: nothing comes near {} and misses it", symptom.id, cause.id));
            }
        }
    }
    for cause in ["old-entry", "wrong-entry"] {
        let pair = scenarios.iter().any(|one| concludes(one, cause, Some("device-clock-off")));
        let alone = |one: &&Scenario| one.expect.cause.as_deref() == Some(cause) && one.expect.with == Some(Vec::new());
        let near =
            scenarios.iter().filter(alone).any(|one| one.expect.not_confirmed.contains(&"device-clock-off".to_owned()));
        if !pair || !near {
            gaps.push(format!("{cause} with a clock that is off: no pair, or no near miss"));
        }
    }
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn every_symptom_has_a_scenario() {
    let scenarios = scenarios();
    let tried: BTreeSet<&str> = scenarios.iter().map(|one| one.symptom.as_str()).collect();
    assert_eq!(tried, knowledge().symptoms.keys().map(String::as_str).collect());
}

#[test]
fn what_the_scenarios_expect_comes_true() {
    let output = program().args(["kb", "test"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("all of them pass"), "{text}");
}

/// Runs `kb test` on a folder with one file of scenarios.
fn tested(scenarios: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("scenarios")).unwrap();
    std::fs::write(folder.path().join("scenarios/own.yaml"), scenarios).unwrap();
    let output = program().args(["kb", "test"]).arg(folder.path()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn what_does_not_come_true_is_told_with_its_line() {
    let (code, text) = tested(
        "- scenario: right\n  answers: { message: expired-page }\n  expect: { not-confirmed: [expired-session] }\n\
         - scenario: wrong\n  symptom: turn-off\n  answers: { second-way-in: nothing, has-device: \"no\" }\n  \
         expect: { outcome: { then: invalid-code }, never-asks: [has-recovery] }\n",
    );
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("own.yaml:4: wrong: outcome then: expected `invalid-code`, came to `lost-codes`"), "{text}");
    assert!(!text.contains("own.yaml:1"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("2 of yours, "), "{text}");
    assert!(text.ends_with(" built in, and 1 of yours failed\n"), "{text}");
}

/// A cause of the shipped knowledge that nobody would think of any more, and a question that stays as it is.
#[test]
fn ones_own_files_are_told_one_by_one_and_the_others_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = |path: &str| String::from_utf8(Sources::embedded().get(path).unwrap().to_vec()).unwrap();
    let cause = shipped("causes/device-clock-off.md").replacen("common: very-common", "common: very-rare", 1);
    let symptom = shipped("symptoms/invalid-code.yaml");
    for (path, text) in [
        ("causes/device-clock-off.md", cause.as_str()),
        ("symptoms/invalid-code.yaml", symptom.as_str()),
        ("scenarios/own.yaml", "- { scenario: own-one, expect: { cause: locked-account } }\n"),
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let run = |flags: &[&str]| {
        let output = program().args(["kb", "test", "--coverage"]).arg(folder.path()).args(flags).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = run(&[]);
    assert_eq!(code, Some(1), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let at = |line: &str| lines.iter().position(|one| one.contains(line)).unwrap_or_else(|| panic!("{line}: {text}"));
    // What is touched is told although something failed, and of the own files alone.
    let (touched, own, others) = (at("touched: "), at("own.yaml:1: own-one: cause: "), at("built in, and failing"));
    assert!(touched < own && own < others && others < lines.len() - 1, "{text}");
    assert!(lines[touched].contains("answers") && !lines[touched].contains("step"), "{text}");
    // The cause brings two scenarios along, and does not come to one of them any more.
    assert!(lines.last().unwrap().starts_with("3 of yours, "), "{text}");
    assert!(lines.last().unwrap().contains("and 2 of yours and ") && !text.contains("scenarios/clock.yaml:"), "{text}");
    assert!(lines[others..].iter().all(|line| line.chars().count() <= 80), "{text}");

    let (code, text) = run(&["--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let misses = document["tests"]["misses"].as_array().unwrap();
    let yours = misses.iter().filter(|miss| miss["yours"] == true).count();
    assert_eq!((code, yours, document["tests"]["yours"].as_u64()), (Some(1), 2, Some(3)), "{text}");
    assert!(misses.len() > 1 && document.get("reported").is_none(), "{text}");
    let gaps = document["coverage"]["gaps"].as_array().unwrap();
    let root = folder.path().to_str().unwrap();
    assert!(gaps.iter().all(|gap| gap["path"].as_str().unwrap().starts_with(root)), "{text}");
}

#[test]
fn every_kind_of_difference_is_told() {
    let uri = "otpauth://totp/Lantern:sam?secret=T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWZE&issuer=Lantern";
    let given = format!(
        "  given: {{ at: 2026-01-15T21:40:12Z, device-clock: -2m, entries: {{ now: {{ uri: \"{uri}\" }} }}, clock: {{ offset: -2m, uncertainty: 2s }}, codes: [ {{ \
         from: now }}, {{ from: now, made-at: 65s }} ] }}\n"
    );
    let expectations = [
        ("cause: old-entry", "cause: expected `old-entry`"),
        ("with: old-entry", "with: expected `old-entry`, came to none"),
        ("conclusion: likely", "conclusion: expected `likely`, came to `confirmed`"),
        ("remedy: pick-right-entry", "remedy: expected `pick-right-entry`, came to remedy `set-clock`"),
        (
            "section: two-factor.md#last-entry",
            "section: expected two-factor.md#last-entry, came to two-factor.md#clock",
        ),
        ("next: { ask: where }", "next: expected ask `where`, came to remedy `set-clock`"),
        ("not-confirmed: [device-clock-off]", "not-confirmed: `device-clock-off` is confirmed"),
        ("never-asks: [message]", "never-asks: `message` is asked"),
    ];
    let mut text = String::new();
    for (at, (expected, _)) in expectations.iter().enumerate() {
        // A session with nothing to go on asks much.
        let given = if expected.starts_with("never") { "" } else { &given };
        let _ = write!(text, "- scenario: number-{at}\n{given}  expect: {{ {expected} }}\n");
    }
    let (code, text) = tested(&text);
    assert_eq!(code, Some(1), "{text}");
    for (at, (_, told)) in expectations.iter().enumerate() {
        assert!(text.lines().any(|line| line.contains(&format!(" number-{at}: {told}"))), "{told}\n{text}");
    }
}

/// A case as people tell it: two devices, minutes in place of seconds, and a code that was taken.
#[test]
fn a_scenario_says_what_people_know_of_times_and_devices() {
    let uri = "otpauth://totp/Lantern:sam?secret=T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWZE&issuer=Lantern";
    let text = format!(
        "- scenario: told\n  given:\n    at: 2026-01-15T21:40:12Z\n    device: phone\n    entries: {{ now: {{ uri: \"{uri}\" }} }}\n    \
         codes:\n      - {{ from: now, told: {{ from: -12m, to: -8m }}, told-by: person }}\n      \
         - {{ from: now, made-at: 2m, timed: false }}\n      \
         - {{ from: now, made-at: 5m, device: tablet, accepted: true, told-by: service }}\n  \
         expect: {{ cause: device-clock-off }}\n"
    );
    let mut sources = Sources::default();
    sources.insert("scenarios/own.yaml", text.clone());
    let (scenarios, flaws) = rehearse::read(&sources, &knowledge());
    assert!(flaws.is_empty(), "{flaws:?}");
    let case = &scenarios[0].case;
    let at = 1_768_513_212;
    let told: Vec<_> = case.attempts.iter().map(|one| (one.at.map(|at| (at.from, at.to)), one.at_source)).collect();
    assert_eq!(
        told,
        [
            (Some((at - 720, at - 480)), Some(AtSource::Person)),
            (None, None),
            (Some((at + 305, at + 305)), Some(AtSource::Service)),
        ]
    );
    let said: Vec<_> = case.attempts.iter().map(|one| (one.outcome, one.device.as_deref())).collect();
    assert_eq!(said, [(Outcome::Refused, None), (Outcome::Untried, None), (Outcome::Accepted, Some("tablet"))]);
    assert_eq!(case.device.as_deref(), Some("phone"));
    assert_eq!(tested(&text).0, Some(0));
    let (code, told) = tested(&text.replace("to: -8m", "to: -13m"));
    assert!(code == Some(1) && told.contains("error[KB703]") && told.contains("ends before it begins"), "{told}");
}

#[test]
fn a_slip_of_the_pen_is_a_flaw_and_not_a_pass() {
    let flawed = [
        ("expect: { cause: old-enty }", "KB703", "did you mean `old-entry`?"),
        ("expect: { remedy: set-clok }", "KB703", "did you mean `set-clock`?"),
        ("expect: { section: two-factor.md#clok }", "KB703", "did you mean `clock`?"),
        ("expect: { next: { aks: where } }", "KB003", "did you mean `ask`?"),
        ("expect: { conclusion: sure }", "KB006", "expected one of `confirmed`"),
        ("expect: { outcome: { remedy: set-clock } }", "KB703", "weighs causes"),
        ("expect: {}", "KB004", "expects nothing"),
        ("answers: { wher: signing-in }\n  expect: { cause: unknown }", "KB703", "did you mean `where`?"),
        ("answers: { where: signing-on }\n  expect: { cause: unknown }", "KB703", "did you mean `signing-in`?"),
        ("symptom: turn-of\n  expect: { cause: unknown }", "KB703", "did you mean `turn-off`?"),
        ("given: { codes: [ { from: x } ] }\n  expect: { cause: unknown }", "KB004", "codes without a time"),
        ("given: { app: aegiss }\n  expect: { cause: unknown }", "KB703", "did you mean `aegis`?"),
        ("given: { device-clock: 2 }\n  expect: { cause: unknown }", "KB005", "a length of time"),
        (
            "given: { entries: { now: { uri: \"otpauth://totp/x\" } } }\n  expect: { cause: unknown }",
            "KB005",
            "an otpauth URI",
        ),
    ];
    for (body, code, told) in flawed {
        let (exit, text) = tested(&format!("- scenario: a\n  {body}\n"));
        assert_eq!(exit, Some(1), "{body}: {text}");
        assert!(text.contains(&format!("error[{code}]")) && text.contains(told), "{body}: {text}");
    }
    let twice = "- { scenario: a, expect: { cause: unknown } }\n- { scenario: a, expect: { cause: unknown } }\n";
    assert!(tested(twice).1.contains("error[KB101]"));
}

#[test]
fn a_folder_that_is_not_there_could_not_run() {
    let output = program().args(["kb", "test", "no-such-folder"]).current_dir(Path::new("/")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
