//! Signals that end the program at a prompt: the terminal is as it was.

#![cfg(unix)]

use std::process::Command;
use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Regex, Session};
use otp_doctor::{host, import};

use crate::examples::example;
use crate::session::code_behind;

/// The program in a terminal, started by a shell that tells afterwards how it ended and what the terminal is like.
struct Started {
    session: OsSession,
    /// The program's own.
    pid: String,
}

impl Started {
    fn new(arguments: &str) -> Self {
        let script = format!(
            "sh -c 'echo PID=$$.; exec \"$0\" {arguments}' {}; echo ended=$?.; stty -a; echo done.",
            env!("CARGO_BIN_EXE_otp-doctor")
        );
        let mut command = Command::new("sh");
        // Whoever sends a signal to the terminal's group does not mean this shell.
        command.args(["-c", &format!("stty echo; trap : INT HUP TERM QUIT; {script}")]).current_dir(example(""));
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1").env("LC_ALL", "C");
        let mut session = Session::spawn(command).unwrap();
        session.get_process_mut().set_window_size(100, 60).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(20)));
        let found = session.expect(Regex(r"PID=(\d+)\.")).unwrap();
        let pid = String::from_utf8_lossy(found.get(1).unwrap()).into_owned();
        Self { session, pid }
    }

    fn until(&mut self, text: &str) {
        self.session.expect(text).unwrap_or_else(|error| panic!("waiting for “{text}”: {error}"));
    }

    /// A code of an app is refused in that place; a picture is what there is to read.
    fn comes_to_picture(&mut self, place: &str) {
        self.pick("What is the trouble?", "invalid");
        self.pick("Where was the code refused?", place);
        self.pick("How does the code reach you?", "authenticator");
        self.pick("May I read your QR code", "picture");
        self.until("Where is the file?");
    }

    fn pick(&mut self, question: &str, filter: &str) {
        self.until(question);
        std::thread::sleep(Duration::from_millis(200));
        self.session.send(filter).unwrap();
        self.session.send("\r").unwrap();
    }

    /// Sends the signal, and sees to it that the terminal is as it was.
    fn ends_well(mut self, signal: &str, number: i32) {
        std::thread::sleep(Duration::from_millis(300));
        assert!(Command::new("kill").args(["-s", signal, &self.pid]).status().unwrap().success());
        let found = self.session.expect(Eof).unwrap();
        let seen = String::from_utf8_lossy(found.as_bytes()).into_owned();
        assert!(seen.contains(&format!("ended={}.", 128 + number)), "{signal}: {seen}");
        let settings = seen.split("ended=").nth(1).unwrap();
        let words: Vec<&str> = settings.split_whitespace().map(|word| word.trim_end_matches(';')).collect();
        for on in ["icanon", "echo", "isig", "icrnl", "opost"] {
            assert!(words.contains(&on), "{signal}: {on} is off: {settings}");
        }
        // Nothing that a prompt had switched stays: the cursor, and how a paste comes.
        for (off, on) in [("\u{1b}[?25l", "\u{1b}[?25h"), ("\u{1b}[?2004h", "\u{1b}[?2004l")] {
            assert!(seen.rfind(off) <= seen.rfind(on), "{signal}: {off:?}: {seen:?}");
        }
    }
}

const SIGNALS: [(&str, i32); 4] = [("TERM", 15), ("HUP", 1), ("INT", 2), ("QUIT", 3)];

#[test]
fn at_a_menu() {
    for (signal, number) in SIGNALS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.jsonl");
        let mut started = Started::new(&format!("--transcript {}", path.display()));
        started.pick("What is the trouble?", "forgot");
        started.until("?");
        started.ends_well(signal, number);
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(kept.contains("forgot-password"), "{signal}: {kept}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
    }
}

#[test]
fn at_a_hidden_prompt() {
    for (signal, number) in SIGNALS {
        let mut started = Started::new("diagnose --entry qr-code.png");
        started.until("refused just now:");
        started.ends_well(signal, number);
    }
}

#[test]
fn at_a_line() {
    for (signal, number) in SIGNALS {
        let mut started = Started::new("");
        started.comes_to_picture("setting up");
        started.ends_well(signal, number);
    }
}

#[test]
fn at_numbered_lines() {
    for (signal, number) in SIGNALS {
        let mut started = Started::new("--plain");
        started.until("> ");
        started.ends_well(signal, number);
    }
}

#[test]
fn during_a_wait() {
    let bytes = std::fs::read(example("exports/google-authenticator.png")).unwrap();
    let entry = import::read(&bytes, "x").entries.remove(0).entry;
    for (signal, number) in SIGNALS {
        let mut started = Started::new("");
        started.comes_to_picture("signing in");
        started.session.send("exports/google-authenticator.png\r").unwrap();
        started.until("Which code was refused?");
        let code = code_behind(&entry, host::now() as i64, 120);
        started.session.send(format!("{code}\r")).unwrap();
        started.until("How long ago");
        started.session.send("0\r").unwrap();
        started.until("seconds until the next code");
        started.ends_well(signal, number);
    }
}
