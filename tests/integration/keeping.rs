//! The file that a session is written down in, and every other file that is written because somebody asks for it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::examples::{example, program};
use crate::session::Terminal;

/// Runs it for ten seconds at most: what waits for a pipe would wait for ever.
fn run(arguments: &[&str], stdin: &str, folder: &Path) -> Output {
    let mut command = program();
    command.current_dir(folder).timeout(Duration::from_secs(20)).args(arguments);
    command.write_stdin(stdin.to_owned()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8([output.stdout.as_slice(), output.stderr.as_slice()].concat()).unwrap()
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What is in a folder, hidden files too.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_session_begins_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let start = |name: &str| run(&["--plain", "--transcript", name], "q\n", folder.path());
    fs::write(at("letter.txt"), "Dear me").unwrap();
    fs::create_dir(at("folder")).unwrap();
    fifo(&at("pipe"));
    symlink(at("letter.txt"), at("link")).unwrap();
    symlink(at("nowhere"), at("lost")).unwrap();
    for (name, why) in [
        (
            "letter.txt",
            "is there already, and is left as it is: go on with that session by --resume, or choose another name",
        ),
        ("folder", "is no file"),
        ("pipe", "is no file"),
        ("/dev/null", "is no file"),
        ("link", "is a link, and nothing is written through it"),
        ("lost", "is a link, and nothing is written through it"),
        ("no/such/folder", "No such file or directory"),
    ] {
        let output = start(name);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stdout.is_empty(), "{name}: nothing is asked before");
        assert!(told(&output).contains(&format!("{name}: {why}")), "{name}: {}", told(&output));
    }
    assert_eq!(fs::read_to_string(at("letter.txt")).unwrap(), "Dear me");
    assert_eq!(start("new.jsonl").status.code(), Some(1));
    assert_eq!(fs::metadata(at("new.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    let written = fs::read(at("new.jsonl")).unwrap();
    assert_eq!(start("new.jsonl").status.code(), Some(2), "the second session does not write over the first");
    assert_eq!(fs::read(at("new.jsonl")).unwrap(), written);
    assert_eq!(names(folder.path()), ["folder", "letter.txt", "link", "lost", "new.jsonl", "pipe"], "nothing is left");
}

#[test]
fn a_session_goes_on_in_its_own_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert_eq!(run(&["--plain", "--transcript", "a.jsonl"], "1\nq\n", folder.path()).status.code(), Some(1));
    let begun = fs::read_to_string(at("a.jsonl")).unwrap();
    symlink("a.jsonl", at("link")).unwrap();
    fifo(&at("pipe"));
    for (name, why) in [("link", "is a link"), ("pipe", "is no file"), ("/dev/zero", "is no file"), ("none", "No such")]
    {
        let output = run(&["--plain", "--resume", name], "q\n", folder.path());
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(told(&output).contains(&format!("{name}: {why}")), "{name}: {}", told(&output));
    }
    // Another file takes what comes now, and has to be new, too.
    let output = run(&["--plain", "--resume", "link", "--transcript", "b.jsonl"], "1\nq\n", folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(fs::read_to_string(at("a.jsonl")).unwrap(), begun);
    assert!(fs::read_to_string(at("b.jsonl")).unwrap().len() > begun.len());
    let output = run(&["--plain", "--resume", "a.jsonl", "--transcript", "b.jsonl"], "q\n", folder.path());
    assert_eq!(output.status.code(), Some(2));
    // The same file by another name is the same file.
    let output = run(&["--plain", "--resume", "a.jsonl", "--transcript", "./a.jsonl"], "1\nq\n", folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(fs::read_to_string(at("a.jsonl")).unwrap().len() > begun.len());
    // Of what comes through a pipe nothing is written down, and that is said.
    let output = run(&["--plain", "--resume", "-"], &begun, folder.path());
    assert!(told(&output).contains("nothing is written down"), "{}", told(&output));
    assert_eq!(names(folder.path()), ["a.jsonl", "b.jsonl", "link", "pipe"]);
}

#[test]
fn two_sessions_do_not_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let name = path.to_str().unwrap();
    let mut first = Terminal::open(&["--transcript", name], 80);
    first.pick("What is the trouble?", "forgot");
    first.until("?");
    for arguments in [["--plain", "--transcript", name], ["--plain", "--resume", name]] {
        let output = run(&arguments, "q\n", folder.path());
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains("another session is writing it right now"), "{}", told(&output));
    }
    first.send("\u{3}");
    assert_eq!(first.end().1, 130);
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept.contains("forgot-password"), "{kept}");
    // Whoever dies, even without a word, keeps nobody out.
    let mut second = Terminal::open(&["--resume", name], 80);
    second.until("?");
    second.kill("KILL");
    let output = run(&["--plain", "--resume", name], "q\n", folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(names(folder.path()), ["session.jsonl"]);
}

#[test]
fn what_somebody_else_has_changed_is_left_and_told_and_the_session_goes_on() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 4] = [
        (|path| fs::write(path, "mine now").unwrap(), "somebody else has changed it"),
        (
            |path| {
                fs::write(path.with_extension("other"), "mine now").unwrap();
                fs::rename(path.with_extension("other"), path).unwrap();
            },
            "somebody else has changed it",
        ),
        (
            |path| {
                fs::remove_file(path).unwrap();
                symlink("/dev/null", path).unwrap();
            },
            "is a link",
        ),
        (
            |path| {
                fs::remove_file(path).unwrap();
                fifo(path);
            },
            "is no file",
        ),
    ];
    for (change, why) in changes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.jsonl");
        let mut terminal = Terminal::open(&["--transcript", path.to_str().unwrap()], 400);
        terminal.until("What is the trouble?");
        change(&path);
        let before = fs::symlink_metadata(&path).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        terminal.send("forgot");
        terminal.send("\r");
        terminal.until("is not written down any more");
        let reason = terminal.until("We can go on");
        assert!(reason.split_whitespace().collect::<Vec<_>>().join(" ").contains(why), "{reason}");
        // It goes on.
        terminal.pick("?", "Go back");
        terminal.pick("What is the trouble?", "Stop here");
        let (seen, code) = terminal.end();
        assert_eq!(code, 2, "{seen}");
        assert!(!seen.contains("--resume"), "there is nothing to go on with: {seen}");
        let after = fs::symlink_metadata(&path).unwrap();
        assert_eq!((before.file_type(), before.len()), (after.file_type(), after.len()), "{why}");
        assert_eq!(names(folder.path()), ["s.jsonl"]);
    }
}

/// A folder that nothing can be written to any more, and can again.
#[test]
fn a_session_outlives_an_error_of_writing() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("in");
    fs::create_dir(&inside).unwrap();
    let path = inside.join("s.jsonl");
    let mut terminal = Terminal::open(&["--transcript", path.to_str().unwrap()], 400);
    terminal.until("What is the trouble?");
    fs::rename(&inside, folder.path().join("away")).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    terminal.send("forgot");
    terminal.send("\r");
    terminal.until("is not written down any more");
    terminal.until("?");
    fs::rename(folder.path().join("away"), &inside).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    terminal.send("Stop here");
    terminal.send("\r");
    let (seen, code) = terminal.end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("--resume"), "{seen}");
    assert!(fs::read_to_string(&path).unwrap().contains("forgot-password"), "what was missed is there");
}

/// Every option that names a file to write: what is no file stays what it is, and nobody waits for a pipe.
#[test]
fn only_a_file_is_ever_replaced() {
    let case = example("phone-two-minutes-behind.json");
    let case = case.to_str().unwrap();
    let log = example("tuesday-morning.ndjson");
    let log = log.to_str().unwrap();
    let writers: [(&[&str], bool); 8] = [
        (&["lab", "measure", "--cases", "1", "--svg", "OUT"], true),
        (&["lab", "make", "--truth", "OUT"], true),
        (&["kb", "graph", "turn-off", "--people", "10", "--out", "OUT"], true),
        (&["kb", "graph", "turn-off", "--people", "10", "--format", "dot", "--out", "OUT"], true),
        (&["triage", log, "--svg", "OUT"], true),
        (&["kb", "compile", "--out", "OUT"], false),
        (&["kb", "record", case, "--out", "OUT"], false),
        (&["--answers", "answers.yaml", "--transcript", "OUT"], false),
    ];
    for (arguments, replaces) in writers {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::copy(example("answers-lost-phone.yaml"), at("answers.yaml")).unwrap();
        fs::write(at("victim"), "theirs").unwrap();
        fs::write(at("old"), "old").unwrap();
        fifo(&at("pipe"));
        symlink("victim", at("link")).unwrap();
        symlink("nowhere", at("lost")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        let write = |out: &str| {
            let arguments: Vec<&str> = arguments.iter().map(|one| if *one == "OUT" { out } else { one }).collect();
            let begun = Instant::now();
            let output = run(&arguments, "", folder.path());
            assert!(begun.elapsed() < Duration::from_secs(15), "{arguments:?} waits");
            output
        };
        for out in ["pipe", "link", "lost", "folder", "/dev/null"] {
            let output = write(out);
            assert_eq!(output.status.code(), Some(2), "{arguments:?} {out}: {}", told(&output));
            assert!(told(&output).contains(out), "{arguments:?} {out}: {}", told(&output));
        }
        let output = write("old");
        assert_eq!(output.status.success(), replaces, "{arguments:?}: {}", told(&output));
        assert_eq!(fs::read_to_string(at("old")).unwrap() == "old", !replaces, "{arguments:?}");
        let output = write("new");
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "theirs", "{arguments:?}");
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        let left = names(folder.path());
        assert_eq!(left, ["answers.yaml", "folder", "link", "lost", "new", "old", "pipe", "victim"], "{arguments:?}");
    }
}

#[test]
fn what_is_replaced_keeps_who_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.svg");
    fs::write(&path, "old").unwrap();
    for mode in [0o600, 0o644, 0o640] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        otp_doctor::host::write_public(&path, format!("{mode:o}")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{mode:o}"));
    }
}
