//! Guided sessions in a real terminal, from start to remedy.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Regex, Session};
use otp_doctor::entry::{self, Entry, Kind, base32};
use otp_doctor::import;
use otp_doctor::otp::{Key, step};

use crate::examples::{example, program};

/// Where the clock stands that a session is given here: 15 January 2026, early in a half minute. It moves on only where the
/// program waits, so nobody waits for a code, and no machine is too slow to type one.
const NOW: i64 = 1_768_513_205;

/// A terminal with the program in it, and everything that was on the screen.
pub(crate) struct Terminal {
    session: OsSession,
    seen: String,
}

impl Terminal {
    /// By the clock of this computer.
    pub(crate) fn open(arguments: &[&str], columns: u16) -> Self {
        Self::with(arguments, columns, None)
    }

    /// By a clock that stands at `NOW`.
    pub(crate) fn at_rest(arguments: &[&str], columns: u16) -> Self {
        Self::with(arguments, columns, Some(NOW))
    }

    /// With a folder of its own for whoever sits there.
    pub(crate) fn at_home(home: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
        command.env("HOME", home);
        Self::spawned(command, 100)
    }

    fn with(arguments: &[&str], columns: u16, clock: Option<i64>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
        command.args(arguments).envs(clock.map(|seconds| ("OTP_DOCTOR_TEST_CLOCK", seconds.to_string())));
        Self::spawned(command, columns)
    }

    pub(crate) fn spawned(mut command: Command, columns: u16) -> Self {
        command.current_dir(example("")).env("TERM", "xterm-256color").env("NO_COLOR", "1").env("LC_ALL", "C");
        command.env("XDG_CONFIG_HOME", "/nonexistent");
        let mut session = Session::spawn(command).unwrap();
        session.get_process_mut().set_window_size(columns, 60).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(20)));
        Self { session, seen: String::new() }
    }

    /// Waits for the text and returns what came before it.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let found = self.session.expect(text);
        let found = found.unwrap_or_else(|error| panic!("waiting for “{text}”: {error}\nseen so far:\n{}", self.seen));
        let before = String::from_utf8_lossy(found.as_bytes()).into_owned();
        self.seen.push_str(&before);
        before
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.session.send(text).unwrap();
    }

    /// Sends it a signal, such as `TERM`.
    pub(crate) fn kill(&mut self, signal: &str) {
        let pid = self.session.get_process().pid().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        if signal == "KILL" {
            self.session.get_process().wait().unwrap();
        }
    }

    /// Waits for a question and picks the answer that `filter` narrows the menu to.
    pub(crate) fn pick(&mut self, question: &str, filter: &str) {
        self.until(question);
        std::thread::sleep(Duration::from_millis(150));
        self.send(filter);
        self.send("\r");
    }

    /// A code of an app is refused in that place; what there is to read is asked for next.
    pub(crate) fn comes_to_material(&mut self, place: &str) {
        self.pick("What is the trouble?", "invalid");
        self.pick("Where was the code refused?", place);
        self.pick("How does the code reach you?", "authenticator");
    }

    pub(crate) fn end(mut self) -> (String, i32) {
        let rest = self.session.expect(Eof);
        let rest = rest.unwrap_or_else(|error| panic!("waiting for the end: {error}\nseen so far:\n{}", self.seen));
        self.seen.push_str(&String::from_utf8_lossy(rest.as_bytes()));
        match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => (self.seen, code),
            other => panic!("{other:?}"),
        }
    }

    /// Answers numbered lines until the session ends: each question by the first rule whose text it contains, else by
    /// "I am not sure", else by the last choice (a remedy is tried later).
    pub(crate) fn answer_all(mut self, rules: &[(&str, &str)]) -> (String, i32) {
        for _ in 0..60 {
            let Ok(found) = self.session.expect(Regex(r"\n> $")) else { break };
            let menu = String::from_utf8_lossy(found.as_bytes()).into_owned();
            self.seen.push_str(&menu);
            let flat = menu.split_whitespace().collect::<Vec<_>>().join(" ");
            let rule = rules.iter().find(|(question, _)| flat.contains(question));
            let wanted = rule.map_or("I am not sure", |(_, answer)| answer);
            let option = menu.lines().rev().find(|line| line.contains(wanted));
            let mark = option.and_then(|line| line.split_whitespace().next()).unwrap_or_else(|| {
                assert!(rule.is_none(), "“{wanted}” is none of the choices:\n{menu}");
                "3"
            });
            self.session.send_line(mark).unwrap();
        }
        self.end()
    }
}

/// The code that `entry` shows at `time` on a device that is so many seconds behind.
pub(crate) fn code_behind(entry: &Entry, time: i64, behind: i64) -> String {
    let Kind::Totp { period } = entry.kind else { unreachable!() };
    let code = Key::new(entry.algorithm, &entry.secret).code(step(time - behind, period) as u64, entry.digits);
    format!("{code:06}")
}

fn of_the_picture() -> Entry {
    let bytes = std::fs::read(example("qr-code.png")).unwrap();
    import::read(&bytes, "qr-code.png").entries.remove(0).entry
}

fn stale() -> Entry {
    entry::read("otpauth://totp/Lantern:sam@example.org?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U&issuer=Lantern")
        .unwrap()
        .entry
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "what is released has no clock that can be set")]
fn enrolling_with_a_picture_and_a_stale_entry() {
    let (old, new) = (code_behind(&stale(), NOW, 0), code_behind(&of_the_picture(), NOW, 0));
    let mut terminal = Terminal::at_rest(&[], 80);
    terminal.comes_to_material("setting up");
    terminal.pick("May I read your QR code", "picture");
    terminal.until("Where is the file?");
    terminal.send("qr-code.png\r");
    terminal.until("Which code was refused?");
    terminal.send("\r");
    terminal.pick("An entry is a line", "Two or more");
    terminal.until("The code of the first entry");
    terminal.send(&format!("{old}\r"));
    terminal.until("The code of the second entry");
    terminal.send(&format!("{new}\r"));
    terminal.until("The code of the third entry");
    terminal.send("\r");
    terminal.until("Keep the second; the first is older.");
    terminal.until("Now delete that picture");
    terminal.until("Try this");
    let tried = terminal.until("Did it help?");
    assert!(tried.contains("Use the entry that fits"), "which one fits is known: {tried}");
    std::thread::sleep(Duration::from_millis(150));
    terminal.send("Yes");
    terminal.send("\r");
    let (seen, code) = terminal.end();
    assert_eq!(code, 0);
    assert!(seen.contains("What it was") && seen.contains("older entry"), "{seen}");
    assert!(!seen.contains(&old) && !seen.contains(&new), "a code was echoed");
}

/// The codes on a phone that is two minutes behind, compared with what `file` says that it holds.
fn two_minutes_behind(material: &str, file: &str, unlock: impl FnOnce(&mut Terminal), entry: &Entry) {
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("transcript");
    let mut terminal = Terminal::at_rest(&["--transcript", transcript.to_str().unwrap()], 80);
    terminal.comes_to_material("signing in");
    terminal.pick("May I read your QR code", material);
    terminal.until("Where is the file?");
    terminal.send(&format!("{file}\r"));
    unlock(&mut terminal);
    terminal.until("Which code was refused?");
    let first = code_behind(entry, NOW, 120);
    terminal.send(&format!("{first}\r"));
    terminal.until("How long ago");
    terminal.send("0\r");
    // The next code is waited for.
    let counted = terminal.until("Which code does your app show now?");
    assert!(counted.contains("26 seconds until the next code"), "{counted}");
    let second = code_behind(entry, NOW + 26, 120);
    assert_ne!(first, second);
    terminal.send(&format!("{second}\r"));
    let told = terminal.until("Did it help?");
    assert!(told.contains("Your device makes codes that are 2 minutes") && told.contains("Try this"), "{told}");
    assert!(!told.contains("Which app"), "the export says it: {told}");
    std::thread::sleep(Duration::from_millis(150));
    terminal.send("Yes");
    terminal.send("\r");
    let (seen, exit) = terminal.end();
    assert_eq!(exit, 0);
    let kept = std::fs::read_to_string(transcript).unwrap();
    let (secret, fingerprint) = (base32::encode(&entry.secret).to_string(), entry.secret.fingerprint().unwrap());
    for hidden in [first, second, "correct horse".to_owned(), secret, fingerprint, entry.account.clone()] {
        assert!(!kept.contains(&hidden), "something hidden was kept");
        assert!(hidden == entry.account || !seen.contains(&hidden), "something hidden was echoed");
    }
    assert!(seen.contains("Your app holds 2 entries for"), "{seen}");
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "what is released has no clock that can be set")]
fn an_encrypted_backup_is_opened_by_its_password() {
    let path = example("exports/aegis.json");
    let options = import::ImportOptions { password: Some("correct horse battery"), ..import::ImportOptions::default() };
    let entry = import::read_with(&std::fs::read(path).unwrap(), "x", options).entries.remove(0).entry;
    let unlock = |terminal: &mut Terminal| {
        terminal.until("It is encrypted.");
        terminal.send("wrong\r");
        terminal.until("That password does not open it.");
        terminal.send("correct horse battery\r");
    };
    two_minutes_behind("backup", "exports/aegis.json", unlock, &entry);
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "what is released has no clock that can be set")]
fn a_picture_of_an_export_is_what_the_app_holds() {
    let bytes = std::fs::read(example("exports/google-authenticator.png")).unwrap();
    let entry = import::read(&bytes, "x").entries.remove(0).entry;
    two_minutes_behind("picture", "exports/google-authenticator.png", |_| {}, &entry);
}

/// The knowledge has no facts of this app.
#[test]
fn several_entries_are_told_of_whatever_the_app() {
    let mut terminal = Terminal::open(&[], 80);
    terminal.comes_to_material("signing in");
    terminal.pick("May I read your QR code", "backup");
    terminal.until("Where is the file?");
    terminal.send("../tests/import/stratum/plain.authpro\r");
    terminal.until("Your app holds 2 entries for Example, alice@example.com.");
    terminal.until("Which code was refused?");
    terminal.send("\u{3}");
    assert_eq!(terminal.end().1, 130);
}

#[test]
fn a_part_of_an_export_asks_for_the_others() {
    let mut terminal = Terminal::open(&[], 80);
    terminal.comes_to_material("signing in");
    terminal.pick("May I read your QR code", "backup");
    terminal.until("Where is the file?");
    terminal.send("../tests/import/google/first-part.txt\r");
    terminal.until("That is only a part of the export.");
    terminal.send("../tests/import/google/first-part.txt\r");
    terminal.until("That is only a part of the export.");
    terminal.send("\r");
    terminal.until("Which code was refused?");
    terminal.send("\u{3}");
    assert_eq!(terminal.end().1, 130);
}

#[test]
fn abroad_with_the_clock_set_by_hand_and_no_secret() {
    let terminal = Terminal::open(&["--plain"], 80);
    let (seen, code) = terminal.answer_all(&[
        ("What is the trouble?", "invalid"),
        ("Where was the code refused?", "signing in"),
        ("May I read your QR code", "No, go on"),
        ("How does the code reach you?", "authenticator app"),
        ("An entry is a line", "One"),
        ("What did the screen say?", "wrong or invalid"),
        ("as you type it?", "As many digits"),
        ("changed, reset or restored", "same as before"),
        ("name the service and your own account?", "names both"),
        ("did the page say at the end", "It said so"),
        ("show a new code while you were typing", "still there"),
        ("other accounts work", "refused too"),
        ("zone by itself", "by hand"),
        ("May I check this computer's clock", "No, take it"),
        ("how far apart", "hour"),
        ("Which app shows your codes?", "Another one"),
        ("Set the clock of your device", "Yes, that worked"),
        ("Did it help?", "No"),
    ]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("The clock of your device is off"), "{seen}");
    assert!(seen.contains("Set the clock of your device"), "{seen}");
}

#[test]
fn three_entries_of_one_service() {
    let terminal = Terminal::open(&["--plain"], 80);
    let (seen, code) = terminal.answer_all(&[
        ("What is the trouble?", "several codes"),
        ("Which app shows your codes?", "Google Authenticator"),
        ("May I read your QR code", "No, go on"),
        ("An entry is a line", "Two or more"),
        ("Use the last entry", "Yes, that worked"),
        ("Did it help?", "No"),
    ]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("last"), "{seen}");
}

#[test]
fn phone_lost_and_no_recovery_codes() {
    let terminal = Terminal::open(&["--plain"], 40);
    let (seen, code) = terminal.answer_all(&[
        ("What is the trouble?", "cannot get at my codes"),
        ("get into your account right now?", "Neither"),
        ("saved recovery code?", "No"),
        ("have the phone or app", "No"),
        ("another device", "No"),
        ("company or school", "Yes"),
        ("Did it help?", "No"),
    ]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("administrator"), "{seen}");
    assert!(seen.contains("Have this ready"), "{seen}");
    assert!(!seen.to_lowercase().contains("settings"), "a locked-out person cannot get there: {seen}");
    let code = regex_lite::Regex::new("[0-9A-Z]{4}(-[0-9A-Z]{1,4}){2,4}").unwrap();
    assert!(code.is_match(&seen), "no support code: {seen}");
}

#[test]
fn turning_it_off() {
    let terminal = Terminal::open(&["--plain"], 80);
    let (seen, code) = terminal.answer_all(&[
        ("What is the trouble?", "no longer want"),
        ("get into your account right now?", "still signed in"),
        ("have the phone or app", "Yes"),
        ("Did it help?", "Yes, that worked"),
    ]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("Turn"), "{seen}");
}

#[test]
fn a_forgotten_password() {
    let terminal = Terminal::open(&["--plain"], 80);
    let (seen, code) = terminal.answer_all(&[
        ("What is the trouble?", "forgot my password"),
        ("have the phone or app", "Yes"),
        ("Did it help?", "Yes, that worked"),
    ]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.to_lowercase().contains("password"), "{seen}");
}

#[test]
fn back_quit_and_resume() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let path = path.to_str().unwrap();
    let mut terminal = Terminal::open(&["--transcript", path], 80);
    terminal.pick("What is the trouble?", "forgot");
    terminal.pick("?", "Go back");
    terminal.pick("What is the trouble?", "lost or stolen");
    terminal.pick("?", "Stop here");
    let (seen, code) = terminal.end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("--resume"), "{seen}");
    let transcript = std::fs::read_to_string(path).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "only its owner reads a transcript");
    assert!(transcript.contains("{\"back\":{}}") && transcript.contains("device-lost"), "{transcript}");
    let mut terminal = Terminal::open(&["--resume", path], 80);
    let before = terminal.until("?");
    assert!(!before.contains("What is the trouble"), "nothing is asked twice: {before}");
    std::thread::sleep(Duration::from_millis(500));
    terminal.send("\u{3}");
    assert_eq!(terminal.end().1, 130);
}

#[test]
fn an_agent_goes_on_where_the_person_stopped() {
    let terminal = Terminal::open(&["--plain"], 80);
    let (seen, _) = terminal.answer_all(&[
        ("What is the trouble?", "cannot get at my codes"),
        ("get into your account right now?", "Neither"),
        ("have the phone or app", "No"),
        ("another device", "No"),
        ("company or school", "Yes"),
        ("Did it help?", "No"),
    ]);
    let pattern = regex_lite::Regex::new("[0-9A-Z]{4}(-[0-9A-Z]{1,4})+").unwrap();
    let code = pattern.find(&seen).unwrap().as_str().to_owned();
    assert!((8..=40).contains(&code.replace('-', "").len()), "{code}");
    // For people without a help desk: what to copy, in sentences, and no id.
    let (_, copied) = seen.split_once("copy this").unwrap();
    assert!(copied.contains("What is wrong: I cannot get at my codes any more."), "{copied}");
    assert!(copied.contains("How could you get into your account right now? Neither."), "{copied}");
    assert!(!copied.contains("second-way-in") && !copied.contains("lost-codes"), "{copied}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.jsonl");
    let mut command = program();
    command.args(["session", "start", "--from", &code, "--ref", "T-17", "--plain", "--transcript"]).arg(&path);
    let output = command.write_stdin("q\n").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, asked) = text.split_once("Have you made sure").unwrap();
    assert!(!asked.contains("What is the trouble?") && !asked.contains("get into the account right now"), "{text}");
    let handoff = program().args(["session", "handoff"]).arg(&path).output().unwrap();
    let handoff = String::from_utf8(handoff.stdout).unwrap();
    assert!(handoff.contains("Ticket: T-17") && handoff.contains("I cannot get at my codes any more\n"), "{handoff}");
    assert!(handoff.contains("How could the caller get into the account right now? Neither."), "{handoff}");
    assert!(!handoff.contains("second-way-in") && !handoff.contains('\\'), "{handoff}");
    // Who takes it up sees first what the caller's code says, as theirs.
    let recap = text.split("Have you made sure").next().unwrap();
    assert!(recap.contains("It is their account") && recap.contains("right now? Neither."), "{text}");
    // Identity made sure of, it is the agent who does what the person was told to ask for.
    let start = ["session", "start", "--from", &code, "--ref", "T-17", "--plain"];
    let output = program().args(start).write_stdin("2\n1\n").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Take the old factor off") && !text.contains("Tell your administrator"), "{text}");
    let misheard = code.replacen(|c: char| c.is_ascii_digit(), "W", 1);
    let output = program().args(["session", "start", "--from", &misheard, "--plain"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("misheard"));
    // What lets go on is never what Enter alone picks.
    let output = program().args(start).write_stdin("1\n").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1  I could not make sure (noted as not verified)"), "{text}");
    assert!(!text.contains("Take the old factor off"), "{text}");
}

/// What the screens of a service say are the answers, and weigh as the service's file says. Its support code goes with it.
#[test]
fn a_services_own_messages_are_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let file = path.display().to_string();
    let terminal = Terminal::open(&["--plain", "--service", "example", "--transcript", &file], 80);
    let (seen, _) = terminal.answer_all(&[
        ("What is the trouble?", "invalid"),
        ("Where was the code refused?", "signing in"),
        ("May I read your QR code", "No, go on"),
        ("How does the code reach you?", "authenticator app"),
        ("What did the screen say?", "Too many attempts. Try again later"),
        ("get into your account right now?", "Neither"),
        ("Did it help?", "No"),
    ]);
    assert!(seen.contains("Your session has expired") && seen.contains("What did the screen say?"), "{seen}");
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.contains(r#""question":"message","answer":"too-many-tries""#), "{written}");
    // It is resumed in the service's words, whether the service is named again or not.
    let handoff = program().args(["session", "handoff"]).arg(&path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&handoff.stderr), "");
    let handoff = String::from_utf8(handoff.stdout).unwrap();
    assert!(
        handoff.contains("What did the screen say, word for word? Too many attempts. Try again later."),
        "{handoff}"
    );

    let knowledge = crate::accuracy::knowledge();
    let plain = otp_doctor::session::Session::new(&knowledge, otp_doctor::session::Mode::Person, None, None);
    let theirs = knowledge.clone().for_service("example");
    assert_ne!(plain.knowledge().digest, theirs.digest, "an answer of a support code is told by its place");
    assert_eq!(knowledge.clone().for_service("generic"), knowledge, "no messages, nothing else");
    let message = |of: &otp_doctor::knowledge::Knowledge, id: &str| {
        let question = of.symptoms["invalid-code"].question("message").unwrap().clone();
        question.answers.into_iter().find(|answer| answer.id == id).unwrap()
    };
    assert_eq!(message(&theirs, "too-many-tries").given[0], ("locked-account".to_owned(), 0.95));
    assert_eq!(message(&theirs, "code-invalid").given, message(&knowledge, "code-invalid").given);
}

#[test]
fn answers_from_a_file_are_the_same_session() {
    let run = |file: &Path| {
        let mut command = program();
        command.arg("--answers").arg(file).output().unwrap()
    };
    let file = example("answers-lost-phone.yaml");
    let (one, two) = (run(&file), run(&file));
    assert_eq!(one.status.code(), Some(0));
    assert_eq!(one.stdout, two.stdout);
    let text = String::from_utf8(one.stdout).unwrap();
    assert!(text.contains("Ask your administrator") && text.contains("Have this ready"), "{text}");

    let folder = tempfile::tempdir().unwrap();
    let short = folder.path().join("answers.yaml");
    std::fs::write(&short, "symptom: lost-codes\nsecond-way-in: nothing\n").unwrap();
    let stopped = run(&short);
    assert_eq!(stopped.status.code(), Some(1), "an answer is missing");
    assert!(String::from_utf8_lossy(&stopped.stderr).contains("no answer for `has-device`"));
}

/// A refused code of this very half minute: the next one has to be waited for, and the wait is used.
#[test]
#[cfg_attr(not(debug_assertions), ignore = "what is released has no clock that can be set")]
fn a_wait_is_used_for_a_question() {
    let mut terminal = Terminal::at_rest(&["--plain"], 80);
    for (question, answer) in
        [("What is the trouble?", "1"), ("Where was the code refused?", "1"), ("reach you", "1"), ("set-up key", "2")]
    {
        terminal.until(question);
        terminal.until("> ");
        terminal.session.send_line(answer).unwrap();
    }
    terminal.until("stays hidden");
    terminal.send("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\r");
    terminal.until("Which code was refused?");
    // It explains nothing, so everything may still be asked.
    terminal.send("000000\r");
    terminal.until("How long ago");
    terminal.session.send_line("0").unwrap();
    terminal.until("An entry is a line");
    terminal.until("> ");
    terminal.session.send_line("1").unwrap();
    terminal.until("Meanwhile, a question.");
    let asked = terminal.until("> ");
    assert!(asked.contains("I am not sure") && asked.contains("Why I ask"), "{asked}");
    terminal.session.send_line("u").unwrap();
    terminal.until("seconds until the next code");
}

/// What a terminal shows once it has drawn `text`: its lines, without what steers it.
fn drawn(text: &str) -> String {
    let steering = regex_lite::Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]|\r").unwrap();
    steering.replace_all(text, "").into_owned()
}

#[test]
fn a_menu_takes_numbers_and_beginnings_of_words() {
    for columns in [80, 40] {
        let mut terminal = Terminal::open(&[], columns);
        terminal.until("What is the trouble?");
        terminal.until("Esc goes back");
        terminal.send("zz");
        terminal.until("begins like that");
        // It is no answer: the menu stays, with all that there is.
        terminal.send("\r");
        terminal.until("8  Stop here");
        // There is nothing to go back to yet, and nothing ends by that.
        terminal.send("\u{1b}");
        terminal.until("nothing to go back to");
        let menu = drawn(&terminal.until("8  Stop here"));
        assert!(!menu.contains('…') && menu.contains("which one to type"), "{menu}");
        terminal.send("1\r");
        terminal.until("Where was the code refused?");
        terminal.until("Esc goes back");
        terminal.send("\u{1b}");
        terminal.until("What is the trouble?");
        terminal.until("Esc goes back");
        terminal.send("lost\r");
        terminal.until("?");
        std::thread::sleep(Duration::from_millis(300));
        terminal.send("\u{3}");
        let (seen, code) = terminal.end();
        assert_eq!(code, 130, "{seen}");
        assert!(!seen.contains("canceled"), "{seen}");
    }
}

/// Esc goes one step back at a hidden prompt and at a line, as it does at a menu; empty, a hidden prompt goes on without.
#[test]
fn escape_goes_back_everywhere() {
    let mut terminal = Terminal::open(&[], 80);
    terminal.pick("What is the trouble?", "1");
    terminal.pick("Where was the code refused?", "1");
    terminal.pick("How does the code reach you?", "1");
    terminal.pick("May I read your QR code", "2");
    terminal.until("stays hidden");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("\u{1b}");
    terminal.pick("May I read your QR code", "1");
    terminal.until("Where is the file?");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("\u{1b}");
    terminal.pick("May I read your QR code", "set-up");
    terminal.until("stays hidden");
    terminal.send("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\r");
    terminal.until("Which code was refused?");
    terminal.send("123456\r");
    terminal.until("How long ago");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("\u{1b}");
    terminal.until("Which code was refused?");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("\u{3}");
    assert_eq!(terminal.end().1, 130);
}

#[test]
fn the_letter_b_goes_back_where_it_cannot_be_meant() {
    let typed = "b\n1\n1\nb\n1\n4\nq\n";
    let output = program().arg("--plain").write_stdin(typed).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("nothing to go back to") && text.contains("Where was the code refused?"), "{text}");
    let mut terminal = Terminal::open(&["--plain"], 80);
    for (question, answer) in
        [("What is the trouble?", "1"), ("Where was the code refused?", "1"), ("reach you?", "1"), ("set-up key", "2")]
    {
        terminal.until(question);
        terminal.until("\n> ");
        terminal.session.send_line(answer).unwrap();
    }
    terminal.until("The letter b goes back.");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("b\r");
    terminal.until("May I read your QR code");
    terminal.until("\n> ");
    terminal.session.send_line("2").unwrap();
    terminal.until("stays hidden");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\r");
    let prompt = terminal.until("Which code was refused?");
    assert!(!prompt.contains("letter b"), "it is said once: {prompt}");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("123456\r");
    terminal.until("How long ago");
    terminal.until("> ");
    terminal.session.send_line("b").unwrap();
    terminal.until("Which code was refused?");
}

/// A code of this half minute, so that the next one has to be waited for.
fn at_a_wait(arguments: &[&str]) -> Terminal {
    let mut terminal = Terminal::open(arguments, 80);
    let plain = !arguments.is_empty();
    let pick = |terminal: &mut Terminal, question: &str, answer: &str| {
        terminal.until(question);
        std::thread::sleep(Duration::from_millis(300));
        terminal.send(answer);
        terminal.send(if plain { "\n" } else { "\r" });
    };
    pick(&mut terminal, "What is the trouble?", "1");
    pick(&mut terminal, "Where was the code refused?", "1");
    pick(&mut terminal, "How does the code reach you?", "1");
    pick(&mut terminal, "May I read your QR code", "2");
    terminal.until("stays hidden");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\r");
    terminal.until("Which code was refused?");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("000000\r");
    // Early in a half minute, so that the next one is waited for, however slow this machine is.
    let elapsed = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() % 30;
    if elapsed > 6 {
        std::thread::sleep(Duration::from_secs(31 - elapsed));
    }
    pick(&mut terminal, "How long ago", "0");
    pick(&mut terminal, "An entry is a line", "1");
    terminal.until("Meanwhile, a question.");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send(if plain { "u\n" } else { "I am not sure\r" });
    terminal
}

/// Each waits for a code to change, for up to half a minute: side by side.
#[test]
fn what_is_typed_while_a_code_is_waited_for_is_hidden_and_dropped() {
    is_hidden_and_dropped(&[]);
}

#[test]
fn what_is_typed_while_a_code_is_waited_for_is_hidden_and_dropped_where_all_is_plain() {
    is_hidden_and_dropped(&["--plain"]);
}

fn is_hidden_and_dropped(arguments: &[&str]) {
    let mut terminal = at_a_wait(arguments);
    terminal.until("need not type anything");
    terminal.until("until the next code");
    terminal.send("424242\r");
    terminal.session.set_expect_timeout(Some(Duration::from_secs(40)));
    let waited = terminal.until("Which code does your app show now?");
    assert!(!waited.contains("4242") && !terminal.seen.contains("4242"), "{waited}");
    // Nothing has answered the prompt: Esc still goes back from it.
    std::thread::sleep(Duration::from_millis(500));
    terminal.send("\u{1b}");
    terminal.until("Meanwhile, a question.");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("\u{3}");
}

#[test]
fn a_wait_is_left_by_escape_and_by_ctrl_c() {
    let mut terminal = at_a_wait(&[]);
    terminal.until("until the next code");
    terminal.send("\u{1b}");
    terminal.until("Meanwhile, a question.");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send("I am not sure\r");
    terminal.until("until the next code");
    terminal.send("\u{3}");
    let (seen, code) = terminal.end();
    assert_eq!(code, 130, "{seen}");
}
