//! Every case under `examples/` has the right answer first.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    command.env("NO_COLOR", "1").env("LC_ALL", "C").env_remove("RUST_LOG");
    // Nothing is settled by whoever runs the tests.
    command.env("XDG_CONFIG_HOME", "/nonexistent").env_remove("OTP_DOCTOR_SESSIONS");
    command
}

/// File, conclusion, cause, second cause, next step.
const EXAMPLES: [(&str, &str, &str, Option<&str>); 11] = [
    ("another-accounts-entry.json", "confirmed", "wrong-entry", None),
    ("code-used-already.json", "confirmed", "replayed-code", None),
    ("last-springs-entry.json", "confirmed", "old-entry", None),
    ("nothing-wrong-with-the-code.json", "confirmed", "valid-code", None),
    ("old-entry-and-slow-clock.json", "confirmed", "old-entry", Some("device-clock-off")),
    ("only-the-phone.json", "likely", "device-clock-off", None),
    ("phone-two-minutes-behind.json", "confirmed", "device-clock-off", None),
    ("qr-code-changed.json", "confirmed", "rotated-during-enrolment", None),
    ("recovery-code-in-the-wrong-field.yaml", "confirmed", "recovery-code-as-code", None),
    ("swapped-digits.json", "confirmed", "mistyped-code", None),
    ("wrong-time-zone.json", "confirmed", "device-clock-off", None),
];

#[test]
fn every_example_has_the_right_answer_first() {
    for (file, conclusion, cause, with) in EXAMPLES {
        let output = program().args(["diagnose", "--json"]).arg(example(file)).output().unwrap();
        assert!(output.status.success(), "{file}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["conclusion"], conclusion, "{file}");
        assert_eq!(answer["causes"][0]["cause"], cause, "{file}");
        assert_eq!(answer["causes"][0]["with"][0].as_str(), with, "{file}");
        assert_eq!(answer["id"].as_str().unwrap(), file.rsplit_once('.').unwrap().0);
        let unknown = answer["causes"].as_array().unwrap().iter().any(|cause| cause["cause"] == "unknown");
        assert!(unknown, "{file}: `unknown` is always listed");
    }
}

#[test]
fn every_example_is_listed() {
    let mut files: Vec<String> = std::fs::read_dir(example(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("answers-"))
        .filter(|name| [Some("json"), Some("yaml")].contains(&Path::new(name).extension().and_then(|e| e.to_str())))
        .collect();
    files.sort();
    assert_eq!(files, EXAMPLES.map(|(file, ..)| file));
}

#[test]
fn the_picture_of_a_qr_code_and_two_codes_find_the_clock() {
    let codes = std::fs::read_to_string(example("codes.txt")).unwrap();
    let mut command = program();
    command.args(["diagnose", "--json", "--entry"]).arg(example("qr-code.png")).write_stdin(codes);
    let answer: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(answer["causes"][0]["cause"], "device-clock-off");
    let range = answer["causes"][0]["detail"]["offset_range"].as_array().unwrap();
    let (from, to) = (range[0].as_i64().unwrap(), range[1].as_i64().unwrap());
    assert!((from..=to).contains(&-120), "{from}..{to}");
}

#[test]
fn many_cases_are_answered_in_their_order() {
    let output = program().args(["diagnose", "--json", "--cases"]).arg(example("many.ndjson")).output().unwrap();
    assert!(output.status.success());
    let input = std::fs::read_to_string(example("many.ndjson")).unwrap();
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
    let asked: Vec<String> = input.lines().map(id).collect();
    let answered: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(id).collect();
    assert_eq!(asked, answered);
}
