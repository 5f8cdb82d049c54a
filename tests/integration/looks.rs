//! What people see, under review: `cargo insta review` shows what a change makes of it.

use chrono::DateTime;
use otp_doctor::entry;
use otp_doctor::otp::Key;
use serde_json::json;

use crate::examples::{example, program};

fn seen(arguments: &[&str]) -> String {
    let output = program().current_dir(example("")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_report_at_eighty_columns() {
    insta::assert_snapshot!(seen(&["diagnose", "wrong-time-zone.json", "--width", "80"]));
}

#[test]
fn a_report_at_forty_columns() {
    insta::assert_snapshot!(seen(&["diagnose", "old-entry-and-slow-clock.json", "--width", "40"]));
}

#[test]
fn a_report_that_settles_nothing() {
    let case = r#"{"expected":"otpauth://totp/Lantern:sam?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","attempts":[{"code":"000000","at":"2026-01-15T21:40:12Z"},{"code":"111111","at":"2026-01-15T21:41:12Z","accepted":null}]}"#;
    let output = program().args(["diagnose", "-", "--width", "60"]).write_stdin(case).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

/// Ten different codes of which nothing explains one get no diagnosis; nine do, and so do ten that something explains.
#[test]
fn many_codes_without_structure_look_like_guessing() {
    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const AT: i64 = 1_768_513_212;
    let said = |codes: &[String]| {
        let at = |number: usize| DateTime::from_timestamp(AT + 30 * number as i64, 0).unwrap().to_rfc3339();
        let attempts: Vec<_> =
            codes.iter().enumerate().map(|(number, code)| json!({ "code": code, "at": at(number) })).collect();
        let expected = format!("otpauth://totp/Lantern:sam?secret={KEY}");
        let case = json!({ "expected": expected, "attempts": attempts }).to_string();
        let run = |flags: &[&str]| {
            let output = program().args(["diagnose", "-"]).args(flags).write_stdin(case.clone()).output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        (run(&["--width", "60"]), run(&["--json"]).1, run(&["--format", "markdown"]).1)
    };
    let codes: Vec<String> = (0..10).map(|number| format!("{:06}", number * 98_765 % 1_000_000)).collect();
    let ((code, text), answer, ticket) = said(&codes);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(text);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["guesses"], &answer["next"]["do"]), (&json!(10), &json!("none")), "{answer}");
    assert!(ticket.contains("looks like guessing") && !ticket.contains('%'), "{ticket}");
    let (_, answer, _) = said(&codes[1..]);
    assert!(!answer.contains("guesses"), "{answer}");
    // All of them two minutes behind.
    let entry = entry::read(&format!("otpauth://totp/Lantern:sam?secret={KEY}")).unwrap().entry;
    let key = Key::new(entry.algorithm, &entry.secret);
    let behind = |number: usize| key.code((AT / 30) as u64 + number as u64 - 4, entry.digits);
    let codes: Vec<String> = (0..10).map(|number| format!("{:06}", behind(number))).collect();
    let (_, answer, _) = said(&codes);
    assert!(!answer.contains("guesses"), "{answer}");
}

#[test]
fn a_ticket() {
    insta::assert_snapshot!(seen(&["diagnose", "last-springs-entry.json", "--format", "markdown"]));
}

#[test]
fn many_cases() {
    insta::assert_snapshot!(seen(&["diagnose", "--cases", "many.ndjson"]));
}

#[test]
fn a_session_at_forty_columns() {
    // The support code changes with every change of the knowledge.
    let text = seen(&["--answers", "answers-lost-phone.yaml", "--width", "40"]);
    let is_code = |line: &str| line.strip_prefix("    ").is_some_and(|code| code.len() >= 14 && !code.contains(' '));
    let lines = text.lines().map(|line| if is_code(line) { "    (the support code)" } else { line });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_call_at_forty_columns() {
    let start = ["session", "start", "--script", "lost-codes", "--answers", "answers-caller.yaml", "--width", "40"];
    insta::assert_snapshot!(seen(&start));
}

#[test]
fn a_script_as_a_page() {
    insta::assert_snapshot!(seen(&["session", "scripts", "device-lost", "--width", "80"]));
}
