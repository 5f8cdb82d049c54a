//! What people see, under review: `cargo insta review` shows what a change makes of it.

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
