//! The command line as a person or a program meets it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};
use serde_json::Value;

use crate::examples::{example, program};

pub(crate) fn stdout(command: &mut assert_cmd::Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn exit_codes_say_how_it_ended() {
    let code = |arguments: &[&str], stdin: &str| {
        let mut command = program();
        command.current_dir(example("")).args(arguments).write_stdin(stdin.to_owned()).output().unwrap().status.code()
    };
    assert_eq!(code(&["diagnose", "phone-two-minutes-behind.json"], ""), Some(0), "confirmed");
    assert_eq!(code(&["diagnose", "only-the-phone.json"], ""), Some(0), "likely");
    let undetermined = r#"{"attempts":[{"code":"123456","at":"2026-01-01T10:00:00Z"}]}"#;
    assert_eq!(code(&["diagnose", "-"], undetermined), Some(1), "undetermined");
    assert_eq!(code(&["diagnose", "no-such-file.json"], ""), Some(2), "could not run");
    assert_eq!(code(&["diagnose", "-"], "{"), Some(2), "not readable");
    assert_eq!(code(&["diagnose", "--cases", "many.ndjson"], ""), Some(0), "all answered");
    assert_eq!(code(&["diagnose", "--cases", "-"], "{}\n{\n"), Some(2), "a line was not readable");
    assert_eq!(code(&["explain", "device-clock-of"], ""), Some(2), "no such cause");
    assert_eq!(code(&["diagnose", "--nonsense"], ""), Some(2), "usage");
}

#[test]
fn unreadable_lines_are_answered_in_their_place() {
    let input = "{\"id\":\"a\"}\n\nnonsense\n{\"id\":\"b\",\"expected\":7}\n{\"id\":\"c\"}\n";
    let mut command = program();
    let text = stdout(command.args(["diagnose", "--cases", "-", "--json"]).write_stdin(input));
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["id"], "a");
    assert_eq!(answers[1]["line"], 3);
    assert_eq!(answers[2]["line"], 4);
    assert_eq!(answers[2]["id"], "b");
    assert_eq!(answers[2]["error"], "expected: expected a text in quotes, found a number");
    assert_eq!(answers[3]["id"], "c");
}

#[test]
fn errors_name_the_place_and_the_way_out() {
    let error = |case: &str| {
        let mut command = program();
        let output = command.args(["diagnose", "-"]).write_stdin(case.to_owned()).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let cases = [
        (r#"{"attempts":[{"code":123456}]}"#, "attempts[0].code: put the code in quotes"),
        (r#"{"expectd":"x"}"#, "unknown field: did you mean `expected`?"),
        (
            r#"{"attempts":[{"code":"1","at":"yesterday"}]}"#,
            "attempts[0].at: expected a time such as 2026-11-24T10:00:00Z",
        ),
        (
            r#"{"attempts":[{"code":"1","at":{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}}]}"#,
            "`from` is later",
        ),
        ("{\"id\":\"x\",\n  \"attempts\": [}", "line 2, column 16: not valid JSON here"),
        ("id: x\nattempts: [\n", "line 2, column 11: neither JSON nor YAML here"),
        (r#"{"symptom":"invalid-cod"}"#, "did you mean `invalid-code`?"),
        (r#"{"entries":[{"id":"a"}]}"#, "entries[0].uri: missing"),
    ];
    for (case, expected) in cases {
        let error = error(case);
        assert!(error.contains(expected), "{case}: {error}");
    }
}

#[test]
fn answers_come_as_soon_as_their_case_does() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_otp-doctor"))
        .args(["diagnose", "--cases", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(input, "{{\"id\":\"{number}\"}}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["id"], number.to_string());
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let shell = format!(
        "for i in $(seq 5000); do echo '{{}}'; done | {} diagnose --cases - --json | head -n 1 >/dev/null; echo \"${{PIPESTATUS[1]}}\"",
        env!("CARGO_BIN_EXE_otp-doctor")
    );
    let output = Command::new("bash").args(["-c", &shell]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
#[cfg(unix)]
fn a_case_that_others_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.json");
    std::fs::copy(example("swapped-digits.json"), &path).unwrap();
    let warned = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let output = program().arg("diagnose").arg(&path).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap().contains("others can read this file")
    };
    assert!(warned(0o644));
    assert!(!warned(0o600));
}

#[test]
fn help_teaches_and_every_shell_is_completed() {
    let help = stdout(program().arg("--help"));
    assert!(help.contains("Examples:") && help.contains("never from arguments"), "{help}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(stdout(program().args(["completions", shell])).contains("otp-doctor"));
    }
    assert!(stdout(program().arg("man")).starts_with(".TH OTP-DOCTOR 1 "));
}

#[test]
fn every_cause_is_explained_with_a_way_out() {
    let list = stdout(program().arg("explain"));
    assert!(list.lines().count() >= 13, "{list}");
    for line in list.lines() {
        let id = line.split_whitespace().next().unwrap();
        let text = stdout(program().args(["explain", id, "--width", "40"]));
        assert!(text.contains("\n1. "), "{id} has no remedy with steps: {text}");
        assert!(!text.contains('{'), "{id}: a placeholder is left: {text}");
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{id}: {text}");
    }
}

#[test]
fn colours_obey() {
    let styled = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
        command.arg("diagnose").arg(example("swapped-digits.json")).args(arguments).env("LC_ALL", "C");
        String::from_utf8(command.output().unwrap().stdout).unwrap().contains('\u{1b}')
    };
    assert!(!styled(&[]), "plain in a pipe");
    assert!(styled(&["--color", "always"]));
    assert!(!styled(&["--color", "never"]));
}

/// A session in a terminal of its own.
fn in_terminal(arguments: &str, environment: &[(&str, &str)]) -> OsSession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    command.args(arguments.split_whitespace()).current_dir(example(""));
    command.env("TERM", "xterm-256color").env("LC_ALL", "C");
    command.envs(environment.iter().copied());
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
}

#[test]
fn a_code_typed_at_the_prompt_is_never_echoed() {
    let codes = std::fs::read_to_string(example("codes.txt")).unwrap();
    let first: Vec<&str> = codes.lines().next().unwrap().split_whitespace().collect();
    let mut session = in_terminal(&format!("diagnose --entry qr-code.png --at {}", first[1]), &[]);
    let mut seen = Vec::new();
    seen.extend(session.expect("refused just now:").unwrap().as_bytes().to_vec());
    session.send_line(first[0]).unwrap();
    seen.extend(session.expect("next code the app shows:").unwrap().as_bytes().to_vec());
    session.send_line("").unwrap();
    seen.extend(session.expect(Eof).unwrap().as_bytes().to_vec());
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("clock"), "{seen}");
    assert!(!seen.contains(first[0]), "the code was echoed");
}

/// RFC 6030, figures 6 and 7: a key that was agreed on, and a password. What opens them is asked for, and not echoed.
#[test]
fn the_prompt_says_what_opens_an_encrypted_file() {
    let files = [
        ("figure-6.xml", "in hexadecimal", "12345678901234567890123456789012"),
        ("figure-7.xml", "the password that it was exported with", "qwerty"),
    ];
    for (file, help, opens) in files {
        let path = format!("{}/tests/import/pskc/{file}", env!("CARGO_MANIFEST_DIR"));
        // Wide enough for what is asked to stand on one line.
        let mut session = in_terminal(&format!("entries {path}"), &[("COLUMNS", "200"), ("NO_COLOR", "1")]);
        session.get_process_mut().set_window_size(200, 40).unwrap();
        session.expect("The password of").unwrap();
        session.expect(help).unwrap();
        session.send_line("wrong").unwrap();
        session.expect("that one does not open it").unwrap();
        session.send_line(opens).unwrap();
        let seen = String::from_utf8_lossy(session.expect(Eof).unwrap().as_bytes()).into_owned();
        assert!(seen.contains("12345678") && !seen.contains(opens), "{seen}");
    }
}

#[test]
fn ctrl_c_at_the_prompt_leaves_quietly() {
    let mut session = in_terminal("diagnose --entry qr-code.png", &[("NO_COLOR", "1")]);
    session.expect("refused just now:").unwrap();
    session.send("\u{3}").unwrap();
    session.expect(Eof).unwrap();
    let status = session.get_process().wait().unwrap();
    assert!(matches!(status, expectrl::process::unix::WaitStatus::Exited(_, 130)), "{status:?}");
}

#[test]
fn an_input_that_cannot_be_read_is_no_success() {
    let output = program().args(["diagnose", "--cases", "/", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("cannot be read"));
}

#[test]
fn times_behind_codes_are_read_or_refused() {
    let codes = std::fs::read_to_string(example("codes.txt")).unwrap();
    let run = |input: String| {
        let mut command = program();
        command.args(["diagnose", "--json", "--entry"]).arg(example("qr-code.png")).write_stdin(input).output().unwrap()
    };
    let marked = run(format!("\u{feff}{codes}"));
    assert!(String::from_utf8_lossy(&marked.stdout).contains("\"conclusion\":\"confirmed\""), "a mark is no digit");
    let without_zone = run(codes.replace('Z', ""));
    assert_eq!(without_zone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without_zone.stderr).contains("line 1: expected a time"));
}

#[test]
fn what_would_take_for_ever_is_refused() {
    let wide =
        r#"{"id":"w","attempts":[{"code":"123456","at":{"from":"0001-01-01T00:00:00Z","to":"9999-01-01T00:00:00Z"}}]}"#;
    let mut command = program();
    command.timeout(Duration::from_secs(20)).args(["diagnose", "--cases", "-", "--json"]);
    let text = stdout(command.write_stdin(format!("{wide}\n{{\"id\":\"next\"}}\n")));
    assert!(text.contains("attempts[0].at: `from` and `to` lie more than 7 days apart"), "{text}");
    assert!(text.contains("\"id\":\"next\""), "{text}");
}

#[test]
fn counter_codes_know_of_no_clock() {
    let case = r#"{"expected":"otpauth://hotp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=5","attempts":[{"code":"000000","at":"2026-01-01T10:00:00Z"}]}"#;
    let mut command = program();
    let text = stdout(command.args(["diagnose", "--json", "-"]).write_stdin(case));
    let answer: Value = serde_json::from_str(&text).unwrap();
    let clock = answer["causes"].as_array().unwrap().iter().find(|cause| cause["cause"] == "device-clock-off");
    assert!(clock.is_none_or(|cause| cause["probability"].as_f64().unwrap() < 0.05), "{text}");
}

#[test]
fn long_work_tells_a_terminal_how_far_it_is_and_a_pipe_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.ndjson");
    std::fs::write(&file, std::fs::read_to_string(example("many.ndjson")).unwrap().repeat(25)).unwrap();
    let built = env!("CARGO_BIN_EXE_otp-doctor");
    let mut shell = Command::new("sh");
    shell.env("TERM", "xterm-256color").env("LC_ALL", "C").env("XDG_CONFIG_HOME", "/nonexistent");
    shell.arg("-c").arg(format!(
        "{built} diagnose --json --cases {} > {}",
        file.display(),
        folder.path().join("out").display()
    ));
    let mut session = Session::spawn(shell).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.get_process_mut().set_window_size(80, 24).unwrap();
    let seen = String::from_utf8_lossy(session.expect(Eof).unwrap().as_bytes()).into_owned();
    assert!(seen.contains("100 cases …") && seen.contains("200 cases …"), "{seen:?}");
    // Written over itself, and gone at the end.
    assert!(!seen.contains("cases …\r\n") && seen.contains("\r\u{1b}[K"), "{seen:?}");
    assert!(seen.split(['\r', '\n']).all(|line| line.chars().count() < 80 || line.contains("chmod")), "{seen:?}");
    let piped = program().args(["diagnose", "--json", "--cases"]).arg(&file).output().unwrap();
    assert!(!String::from_utf8_lossy(&piped.stderr).contains("cases …"));
    assert_eq!(piped.stdout, std::fs::read(folder.path().join("out")).unwrap());
}
