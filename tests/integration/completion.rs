//! Completion in real shells, and the manual pages by those who check manual pages.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Expect as _, Regex, Session};

use crate::cli::stdout;
use crate::examples::program;

/// What is typed before Tab, and what the command line is then. Each is the only one that begins so.
const LINES: &[(&str, &str)] = &[
    ("expl", "explain"),
    ("diagnose --ca", "diagnose --cases"),
    ("kb che", "kb check"),
    ("kb new cau", "kb new cause"),
    ("session hand", "session handoff"),
    ("explain device-clock-o", "explain device-clock-off"),
    ("explain KB30", "explain KB30"),
    ("kb graph turn-o", "kb graph turn-off"),
    ("session start --symptom many-c", "session start --symptom many-codes"),
    ("session start --script many-c", "session start --script many-codes"),
    ("session scripts many-c", "session scripts many-codes"),
    ("lab make --fault service-clock-o", "lab make --fault service-clock-off"),
    ("lab measure --fault mistyped-c", "lab measure --fault mistyped-code"),
    ("kb new remedy x --in invalid-c", "kb new remedy x --in invalid-code"),
    ("session start --answer where=sig", "session start --answer where=signing-in"),
    ("diagnose --color=alw", "diagnose --color=always"),
    ("triage --from keyc", "triage --from keycloak"),
    ("entries --format aeg", "entries --format aegis"),
    ("diagnose --entry notes-fi", "diagnose --entry notes-file.json"),
    ("diagnose --entry a", "diagnose --entry a file.json"),
];

/// What bash alone completes: the scripts for zsh and fish hand over a word with its backslash, as it was typed.
const BASH_ALONE: &[(&str, &str)] = &[("diagnose --entry a\\ fi", "diagnose --entry a file.json")];

/// A command of our name that shows what it was given.
const OURS: &str = "otp-doctor() { printf 'GOT[%s]\\n' \"$*\"; }\n";

fn is_installed(name: &str) -> bool {
    let here = Command::new(name).arg("--version").stdin(Stdio::null()).output().is_ok();
    if !here {
        assert_ne!(name, "bash", "bash is always here");
        // Past the harness, which swallows what a test that passes prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {name} is not installed; nothing was checked with it");
    }
    here
}

fn shell(name: &str, arguments: &[&str], ours: &str, folder: &Path) -> OsSession {
    let script = stdout(program().args(["completions", name]));
    std::fs::write(folder.join("begin"), format!("{ours}{script}")).unwrap();
    let mut command = Command::new(name);
    command.args(arguments).current_dir(folder).env("HOME", folder).env("TERM", "dumb").env("LC_ALL", "C.UTF-8");
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    session.get_process_mut().set_window_size(200, 40).unwrap();
    session.send_line(". ./begin; echo REA''DY").unwrap();
    session.expect("READY").unwrap();
    session
}

/// Completes each of the lines in a shell that is begun without anybody's settings.
fn completes(name: &str, arguments: &[&str], ours: &str) {
    if !is_installed(name) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for file in ["a file.json", "notes-file.json"] {
        std::fs::write(folder.path().join(file), "{}").unwrap();
    }
    let mut session = shell(name, arguments, ours, folder.path());
    let more = if name == "bash" { BASH_ALONE } else { &[] };
    for (typed, completed) in LINES.iter().chain(more) {
        // Whatever else fits is shown; the line stays as far as all agree.
        session.send(format!("otp-doctor {typed}\t")).unwrap();
        // A Tab that more is waiting behind might be one of a pasted text.
        std::thread::sleep(Duration::from_millis(150));
        session.send("\r").unwrap();
        let got =
            session.expect(Regex("GOT\\[([^\\]]*)\\]")).unwrap_or_else(|error| panic!("{name}: {typed}: {error}"));
        let got = String::from_utf8_lossy(got.get(1).unwrap()).trim_end().to_owned();
        assert_eq!(&got, completed, "{name}: {typed}");
    }
}

#[test]
fn bash_completes_verbs_options_ids_and_files() {
    completes("bash", &["--norc", "--noprofile"], OURS);
}

#[test]
fn zsh_completes_verbs_options_ids_and_files() {
    completes("zsh", &["-f"], &format!("autoload -U compinit; compinit -u -D\n{OURS}"));
}

#[test]
fn fish_completes_verbs_options_ids_and_files() {
    completes("fish", &["--no-config"], "function otp-doctor; printf 'GOT[%s]\\n' \"$argv\"; end\n");
}

#[test]
fn a_shell_that_asks_is_answered_without_a_word_of_a_file() {
    let mut command = program();
    command.env("OTP_DOCTOR_COMPLETE", "fish").args(["--", "otp-doctor", "explain", "device-clock-o"]);
    let answer = stdout(&mut command);
    assert!(answer.starts_with("device-clock-off\t"), "{answer}");
    // A shell that is unknown gets no answer, and nothing runs in its place.
    let output = program().env("OTP_DOCTOR_COMPLETE", "csh").args(["explain"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn every_verb_has_a_page_that_those_who_check_pages_accept() {
    let folder = tempfile::tempdir().unwrap();
    stdout(program().args(["man", "--out"]).arg(folder.path()));
    let pages: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(pages.len() > 35, "{}", pages.len());
    let checkers: [(&str, &[&str]); 2] = [("man", &["--warnings", "-l"]), ("mandoc", &["-Tlint", "-Wstyle"])];
    let checkers = checkers.into_iter().filter(|(name, _)| {
        let here = Command::new(name).arg("-w").stdin(Stdio::null()).output().is_ok();
        if !here {
            let _ = writeln!(std::io::stderr(), "SKIPPED: {name} is not installed; no page was checked with it");
        }
        here
    });
    let checkers: Vec<_> = checkers.collect();
    for path in &pages {
        let page = std::fs::read_to_string(path).unwrap();
        for section in ["NAME", "SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES"] {
            let heading = [format!("\n.SH {section}\n"), format!("\n.SH \"{section}\"\n")];
            assert!(heading.iter().any(|heading| page.contains(heading)), "{}: no {section}", path.display());
        }
        for (checker, arguments) in &checkers {
            let output = Command::new(checker).args(*arguments).arg(path).env("MANWIDTH", "80").output().unwrap();
            let told = if *checker == "mandoc" { output.stdout } else { output.stderr };
            let told = String::from_utf8_lossy(&told);
            // The program knows no date.
            let told: Vec<&str> = told.lines().filter(|line| !line.contains("missing date")).collect();
            assert!(told.is_empty(), "{}: {told:#?}", path.display());
        }
    }
    let one = stdout(program().args(["man", "kb", "check"]));
    assert_eq!(one, std::fs::read_to_string(folder.path().join("otp-doctor-kb-check.1")).unwrap());
}

#[test]
fn what_stays_until_ctrl_c_ends_as_its_page_says() {
    let heard = Command::new("env").args(["--default-signal=INT", "true"]).stderr(Stdio::null()).status();
    if !heard.is_ok_and(|status| status.success()) {
        let _ = writeln!(std::io::stderr(), "SKIPPED: this `env` has no --default-signal; no Ctrl-C was tried");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for module in ["talks.wasm", "reads.wasm"] {
        std::fs::write(folder.path().join(module), b"\0asm\x01\0\0\0").unwrap();
    }
    let help = folder.path().join("help");
    std::fs::create_dir(&help).unwrap();
    let (engine, help) = (folder.path().display().to_string(), help.display().to_string());
    let stays: [(&[&str], &[&str]); 3] = [
        (&["kb", "preview"], &["--port", "0"]),
        (&["page"], &["--serve", "--port", "0", "--engine", &engine]),
        (&["kb", "check"], &["--watch", &help]),
    ];
    for (verb, options) in stays {
        // What runs behind a shell does not hear Ctrl-C; here it does, whatever this test runs behind.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_otp-doctor")]);
        let mut run = command.args(verb).args(options).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(run.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
        let stopped = Command::new("kill").args(["-s", "INT", &run.id().to_string()]).status();
        let ended = ended_in_time(&mut run).unwrap_or_else(|| panic!("{verb:?} goes on after Ctrl-C"));
        assert!(stopped.unwrap().success() && !said.is_empty(), "{verb:?}: {said}");
        // A shell tells of a signal with 128 more.
        let status = ended.code().or_else(|| ended.signal().map(|signal| 128 + signal)).unwrap();
        let page = stdout(program().arg("man").args(verb));
        let (_, ends) = page.split_once("EXIT STATUS").unwrap();
        assert!(ends.contains(&format!("\n\\fB{status}\\fR\nCtrl\\-C")), "{verb:?}: {status}: {ends}");
    }
}

/// How it ended; `None`, and it is killed, where it does not within 20 s.
fn ended_in_time(run: &mut Child) -> Option<ExitStatus> {
    for _ in 0..200 {
        if let Some(ended) = run.try_wait().unwrap() {
            return Some(ended);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    None
}

#[test]
fn verbs_without_a_page_are_told_of_with_the_nearest() {
    let output = program().args(["man", "kb", "chekc"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean check?"));
}
