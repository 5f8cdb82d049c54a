//! The recipes by which a service asks the program at the moment of a refusal, each run as it stands.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::examples::{example, program};
use crate::triage::verifier;

/// Where the built program is found by its name.
fn path() -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_otp-doctor")).parent().unwrap();
    format!("{}:{}", built.display(), std::env::var("PATH").unwrap())
}

fn run(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.env("PATH", path()).env("XDG_CONFIG_HOME", "/nonexistent");
    let mut child = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn python() -> Option<PathBuf> {
    let itself = Command::new("python3").args(["-c", "import sys; print(sys.executable, end='')"]).output();
    let found = itself.ok().filter(|output| output.status.success());
    if found.is_none() {
        eprintln!("\n!! SKIPPED: there is no python3, so the recipe in Python was not run\n");
    }
    found.map(|output| PathBuf::from(String::from_utf8(output.stdout).unwrap()))
}

fn sorted(log: &str) -> Vec<Value> {
    let mut lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(Value::to_string);
    lines
}

#[test]
fn a_login_in_python_replies_as_ever_and_logs_what_the_verifier_logs() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (accounts, log) = (example("verifier/accounts.txt"), folder.path().join("refused.ndjson"));
    let logins = fs::read(example("verifier/logins.txt")).unwrap();
    let output = run(Command::new(python).arg(example("recipes/refused.py")).args([&accounts, &log]), &logins);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut replies, mut other) = (Vec::new(), Vec::new());
    verifier::serve(&fs::read_to_string(accounts).unwrap(), logins.as_slice(), &mut replies, &mut other).unwrap();
    assert_eq!(output.stdout, replies, "the replies are those of a login without a doctor");
    let log = fs::read_to_string(log).unwrap();
    assert_eq!(sorted(&log), sorted(&String::from_utf8(other).unwrap()));
    for line in String::from_utf8(logins).unwrap().lines() {
        assert!(!log.contains(line.rsplit(' ').next().unwrap()), "a code: {log}");
    }
}

#[test]
fn a_login_in_python_goes_on_without_the_program_and_past_a_line_that_is_none() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    // One that ends at once, whatever is written to it; and none at all.
    let stub = folder.path().join("ended");
    fs::create_dir(&stub).unwrap();
    fs::write(stub.join("otp-doctor"), "#!/bin/sh\nexit 2\n").unwrap();
    fs::set_permissions(stub.join("otp-doctor"), Permissions::from_mode(0o755)).unwrap();
    let logins = fs::read_to_string(example("verifier/logins.txt")).unwrap();
    for place in [stub, folder.path().join("nowhere")] {
        let mut command = assert_cmd::Command::new(&python);
        command.arg(example("recipes/refused.py")).arg(example("verifier/accounts.txt")).arg(folder.path().join("log"));
        let output = command.env("PATH", place).write_stdin(format!("nonsense\n{logins}"));
        let output = output.timeout(Duration::from_secs(60)).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), logins.lines().count(), "{said}");
        assert!(said.contains("line 1: expected") && said.contains("refusal is diagnosed"), "{said}");
    }
}

#[test]
fn a_hook_in_a_shell_is_back_at_once_and_the_log_gets_cause_and_offset() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("refused.ndjson");
    let names = ["phone-two-minutes-behind.json", "wrong-time-zone.json", "last-springs-entry.json"];
    for name in names {
        let output = run(Command::new(example("recipes/refused.sh")).arg(&log), &fs::read(example(name)).unwrap());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b""[..], &b""[..]));
    }
    let begun = Instant::now();
    let mut text = String::new();
    while text.lines().count() < names.len() && begun.elapsed() < Duration::from_secs(60) {
        thread::sleep(Duration::from_millis(50));
        text = fs::read_to_string(&log).unwrap_or_default();
    }
    let causes: Vec<Value> = sorted(&text).iter().map(|line| line["cause"].clone()).collect();
    assert_eq!(causes.len(), names.len(), "{text}");
    for cause in ["device-clock-off", "old-entry"] {
        assert!(causes.iter().any(|found| found == cause), "{text}");
    }
    for secret in ["otpauth", "secret", "code\":", "HQ42GYSOPLP46J42LYLCV2MBKDQGGXMH"] {
        assert!(!text.contains(secret), "{text}");
    }
    let told = program().args(["triage", "--json"]).arg(&log).output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&told.stdout).unwrap()["lines"], 3);
}

#[test]
fn a_log_has_refusals_alone_and_what_cannot_be_read_is_told_beside_it() {
    let mut lines = fs::read(example("many.ndjson")).unwrap();
    let cases = String::from_utf8_lossy(&lines).lines().count();
    lines.extend(b"{\"attempts\": [7]}\n");
    let mut command = program();
    let output = command.args(["diagnose", "--cases", "-", "--format", "log"]).write_stdin(lines).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let log = String::from_utf8(output.stdout).unwrap();
    assert_eq!(log.lines().count(), cases, "{log}");
    assert!(String::from_utf8(output.stderr).unwrap().contains(&format!("line {}", cases + 1)));
}
