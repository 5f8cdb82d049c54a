//! A day at a help desk: calls that are kept, taken up again, handed on and counted, and what is settled once for all.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::examples::program;
use crate::session::Terminal;

/// The morning of 15 January 2026.
const MORNING: i64 = 1_768_465_800;
const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = program();
    command.current_dir(folder).env("OTP_DOCTOR_TEST_CLOCK", MORNING.to_string());
    command.args(arguments).write_stdin(stdin.to_owned()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A call that is stopped after two answers.
fn call(folder: &Path, ticket: &str) -> Output {
    let told = ["--symptom", "invalid-code", "--answer", "where=signing-in"];
    let start = ["session", "start", "--plain", "--sessions", "calls", "--agent", "mia", "--ref", ticket];
    run(folder, &[&start[..], &told].concat(), "q\n")
}

#[test]
fn every_call_has_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    // At the same moment, of the same ticket.
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert_eq!(call(folder.path(), "T-1").status.code(), Some(1)));
        }
    });
    let calls = folder.path().join("calls");
    let all = names(&calls);
    let expected: Vec<String> = ["", "_002", "_003", "_004", "_005", "_006"]
        .iter()
        .map(|number| format!("2026-01-15-0830-T-1{number}.jsonl"))
        .collect();
    assert_eq!(all, expected, "and nothing is left over");
    assert_eq!(fs::metadata(&calls).unwrap().permissions().mode() & 0o777, 0o700);
    let first = fs::read_to_string(calls.join(&all[0])).unwrap();
    assert!(
        first.contains(r#""agent":"mia""#) && first.contains(r#"{"at":{"time":"2026-01-15T08:30:00Z"}}"#),
        "{first}"
    );
    for name in &all {
        assert_eq!(fs::metadata(calls.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(calls.join(name)).unwrap(), first, "{name}");
    }
}

#[test]
fn a_ticket_names_no_place_outside_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let tickets = ["../../escape", "/etc/cron", "a/b", "..", "", "näh ❤", "\u{202e}x", &"T".repeat(300), KEY, "123456"];
    for ticket in tickets {
        assert_eq!(call(folder.path(), ticket).status.code(), Some(1), "{ticket}");
    }
    assert_eq!(names(folder.path()), ["calls"]);
    let all = names(&folder.path().join("calls"));
    assert_eq!(all.len(), tickets.len());
    for name in &all {
        assert!(name.is_ascii() && name.len() < 80 && !name.contains(KEY), "{name}");
    }
    // A link that lies where a call would is passed over, and nothing is written through it.
    let secret = folder.path().join("letter");
    fs::write(&secret, "Dear me").unwrap();
    symlink(&secret, folder.path().join("calls/2026-01-15-0830-T-7.jsonl")).unwrap();
    assert_eq!(call(folder.path(), "T-7").status.code(), Some(1));
    assert_eq!(fs::read_to_string(&secret).unwrap(), "Dear me");
    assert!(folder.path().join("calls/2026-01-15-0830-T-7_002.jsonl").is_file());
}

#[test]
fn a_broken_file_is_told_of_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for ticket in ["T-1", "T-2"] {
        call(folder.path(), ticket);
    }
    let calls = folder.path().join("calls");
    let good = fs::read_to_string(calls.join("2026-01-15-0830-T-1.jsonl")).unwrap();
    let put = |name: &str, text: &[u8]| fs::write(calls.join(name), text).unwrap();
    put("a-empty.jsonl", b"");
    put("b-bytes.jsonl", b"\xff\xfe");
    put("c-time.jsonl", good.replace("2026-01-15T08:30:00Z", "half past eight").as_bytes());
    put("d-version.jsonl", good.replace("\"transcript\":1", "\"transcript\":2").as_bytes());
    put("e-cut.jsonl", &good.as_bytes()[..good.len() - 8]);
    put("notes.txt", b"no call");
    fs::create_dir(calls.join("f-folder.jsonl")).unwrap();
    assert!(Command::new("mkfifo").arg(calls.join("g-pipe.jsonl")).status().unwrap().success());
    fs::write(folder.path().join("outside"), &good).unwrap();
    symlink(folder.path().join("outside"), calls.join("h-link.jsonl")).unwrap();
    for verb in ["list", "stats"] {
        let output = run(folder.path(), &["session", verb, "calls"], "");
        assert_eq!(output.status.code(), Some(2), "{verb}");
        let told = err(&output);
        for place in [
            "a-empty.jsonl: line 1: expected the header",
            "b-bytes.jsonl: not UTF-8",
            "c-time.jsonl: line 2: expected an event",
            "d-version.jsonl: line 1: this version",
            "e-cut.jsonl: line 5: expected an event",
            "f-folder.jsonl: is no file",
            "g-pipe.jsonl: is no file",
            "h-link.jsonl: is a link that leads out",
        ] {
            assert!(told.contains(place), "{place}: {told}");
        }
        assert!(!told.contains("notes.txt"), "{told}");
        assert!(out(&output).contains("2 calls") && out(&output).contains("8 files could not be read"), "{output:?}");
    }
    let list = run(folder.path(), &["session", "list", "calls", "--json"], "");
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!((&list["unread"], list["calls"].as_array().unwrap().len()), (&8.into(), 2));
    assert_eq!((&list["calls"][0]["ticket"], &list["calls"][0]["stands"]), (&"T-2".into(), &"stopped".into()));
    assert_eq!(list["calls"][0]["began"], "2026-01-15T08:30:00Z");
    assert_eq!(run(folder.path(), &["session", "list", "nowhere"], "").status.code(), Some(2));
    assert!(err(&run(folder.path(), &["session", "list"], "")).contains("name the folder"));
}

#[test]
fn what_was_kept_without_times_is_read() {
    let folder = tempfile::tempdir().unwrap();
    call(folder.path(), "=1+1");
    let file = folder.path().join("calls/2026-01-15-0830-1-1.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let older: String = text.split_inclusive('\n').filter(|line| !line.starts_with("{\"at\"")).collect();
    fs::write(&file, older.replace(",\"agent\":\"mia\"", "")).unwrap();
    let list = out(&run(folder.path(), &["session", "list", "calls"], ""));
    assert!(list.contains("=1+1: stopped") && !list.contains("UTC"), "{list}");
    let table = out(&run(folder.path(), &["session", "list", "calls", "--format", "csv"], ""));
    assert!(table.lines().nth(1).unwrap().starts_with("'=1+1,stopped,,,,,invalid-code,"), "no formula: {table}");
    let counted = run(folder.path(), &["session", "stats", "calls", "--json"], "");
    let counted: serde_json::Value = serde_json::from_slice(&counted.stdout).unwrap();
    assert_eq!((&counted["calls"], &counted["median_seconds"]), (&1.into(), &serde_json::Value::Null));
}

#[test]
fn a_ticket_stands_for_its_last_call() {
    let folder = tempfile::tempdir().unwrap();
    for ticket in ["T-1", "T-2", "T-2"] {
        call(folder.path(), ticket);
    }
    let go_on = |ticket: &str| run(folder.path(), &["--plain", "--sessions", "calls", "--resume", ticket], "1\nq\n");
    let output = go_on("T-1");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let first = fs::read_to_string(folder.path().join("calls/2026-01-15-0830-T-1.jsonl")).unwrap();
    assert!(first.contains("code-source"), "it is gone on with in its own file: {first}");
    assert_eq!(names(&folder.path().join("calls")).len(), 3);
    let twice = err(&go_on("T-2"));
    assert!(
        twice.contains("2 calls have the ticket T-2; this is the last one, calls/2026-01-15-0830-T-2_002.jsonl"),
        "{twice}"
    );
    let missing = go_on("T-11");
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        err(&missing).contains("T-11: neither a file, nor a ticket of a call in calls: did you mean T-1?"),
        "{missing:?}"
    );
    assert!(!err(&go_on(KEY)).contains(KEY), "a key in the wrong place is not repeated");
    // The option for one call counts before the folder.
    run(folder.path(), &["session", "start", "--plain", "--sessions", "calls", "--transcript", "own.jsonl"], "q\n");
    assert!(folder.path().join("own.jsonl").is_file() && names(&folder.path().join("calls")).len() == 3);
    for verb in ["show", "handoff"] {
        let output = run(folder.path(), &["session", verb, "T-1", "--sessions", "calls"], "");
        assert!(out(&output).contains("While signing in."), "{output:?}");
    }
}

#[test]
fn the_picture_is_as_wide_as_a_telephone_and_has_every_number() {
    let folder = tempfile::tempdir().unwrap();
    for ticket in ["T-1", "T-2", "<T&3>"] {
        call(folder.path(), ticket);
    }
    let counted = run(folder.path(), &["session", "stats", "calls", "--svg", "day.svg", "--json"], "");
    let counted: serde_json::Value = serde_json::from_slice(&counted.stdout).unwrap();
    let picture = fs::read_to_string(folder.path().join("day.svg")).unwrap();
    let drawn = roxmltree::Document::parse(&picture).unwrap();
    assert_eq!(drawn.root_element().attribute("width"), Some("400"));
    assert!(picture.contains("prefers-color-scheme:dark") && !picture.contains("http://www.w3.org/1999"));
    let texts: Vec<&str> =
        drawn.descendants().filter(|one| one.has_tag_name("text")).filter_map(|one| one.text()).collect();
    let rows = |part: &serde_json::Value| part.as_array().unwrap().len();
    let rows: usize = counted["parts"].as_object().unwrap().values().map(rows).sum();
    let bars = drawn.descendants().filter(|one| one.attribute("class") == Some("bar"));
    let widths: Vec<f64> = bars.map(|bar| bar.attribute("width").unwrap().parse().unwrap()).collect();
    assert_eq!(widths.len(), rows);
    assert!(widths.iter().all(|width| (2.0..=310.0).contains(width)), "{widths:?}");
    assert!(texts.contains(&"stopped") && texts.contains(&"3"), "{texts:?}");
    assert!(texts.iter().all(|text| text.chars().count() <= 44), "{texts:?}");
}

#[test]
fn an_option_counts_before_the_environment_and_that_before_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("usual/otp-doctor")).unwrap();
    fs::create_dir(at("ours")).unwrap();
    fs::write(at("ours/phrases.yaml"), fs::read(crate::examples::example("../knowledge/phrases.yaml")).unwrap())
        .unwrap();
    let usual = "# for all\nknowledge = \"../../ours\"\nlanguage = \"de\"\nsessions = \"calls\"\nagent = \"usual\"\n";
    fs::write(at("usual/otp-doctor/otp-doctor.toml"), usual).unwrap();
    fs::write(at("ours/otp-doctor.toml"), "agent = 'beside'\nsessions = \"theirs\"\n").unwrap();
    let config = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = program();
        command.current_dir(folder.path()).env("XDG_CONFIG_HOME", at("usual")).envs(variables.iter().copied());
        let output = command.args(["config", "--json"]).args(more).output().unwrap();
        let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        all["settings"].clone()
    };
    let from_files = config(&[], &[("OTP_DOCTOR_SERVICE", "")]);
    assert_eq!(from_files["service"], serde_json::json!({ "value": null, "from": "default" }));
    assert_eq!((&from_files["language"]["value"], &from_files["language"]["line"]), (&"de".into(), &3.into()));
    assert_eq!((&from_files["agent"]["value"], &from_files["agent"]["line"]), (&"beside".into(), &1.into()));
    let sessions = from_files["sessions"]["value"].as_str().unwrap();
    assert!(sessions.ends_with("ours/theirs"), "seen from the file's own folder: {sessions}");
    let variables = [("OTP_DOCTOR_AGENT", "here"), ("OTP_DOCTOR_LANGUAGE", "en")];
    let from_here = config(&["--agent", "me"], &variables);
    assert_eq!(from_here["agent"], serde_json::json!({ "value": "me", "from": "option" }));
    assert_eq!(from_here["language"]["name"], "OTP_DOCTOR_LANGUAGE");
    // It holds where somebody is helped: the language, and the folder.
    let mut command = program();
    command.current_dir(folder.path()).env("XDG_CONFIG_HOME", at("usual"));
    let output = command.args(["session", "start", "--plain"]).write_stdin("q\n").output().unwrap();
    assert!(out(&output).contains("Hier aufhören"), "{output:?}");
    let kept = names(&at("ours/theirs"));
    assert_eq!(kept.len(), 1);
    assert!(fs::read_to_string(at("ours/theirs").join(&kept[0])).unwrap().contains("\"agent\":\"beside\""));
}

#[test]
fn a_flaw_of_the_configuration_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("otp-doctor");
    fs::create_dir(&place).unwrap();
    let told = |text: &[u8]| {
        fs::write(place.join("otp-doctor.toml"), text).unwrap();
        let output = program().env("XDG_CONFIG_HOME", folder.path()).arg("config").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        err(&output)
    };
    for (text, place, what) in [
        ("langauge = \"de\"", "toml:1:1", "did you mean `language`?"),
        ("\n agents = \"me\"", "toml:2:2", "did you mean `agent`?"),
        ("colour = \"red\"", "toml:1:1", "known are knowledge, service, language, sessions, agent"),
        ("sessions = 3", "toml:1:12", "`sessions` expects a text in quotes"),
        ("sessions = \"\"", "toml:1:12", "`sessions` expects a text in quotes"),
        ("[sessions]\nfolder = \"x\"", "toml:1:", "`sessions` expects a text in quotes"),
        ("agent = \"a\"\nagent = \"b\"", "toml:2:1", "no TOML"),
        ("agent = \"me", "toml:1:", "no TOML"),
        ("just words", "toml:1:", "no TOML"),
    ] {
        let told = told(text.as_bytes());
        assert!(told.contains(place) && told.contains(what), "{text}: {told}");
    }
    assert!(told(b"\xff").contains("not UTF-8"));
    for secret in
        [format!("secret = \"{KEY}\""), format!("agent = 3 # {KEY}"), format!("{KEY} = 1"), format!("agent = \"{KEY}")]
    {
        assert!(!told(secret.as_bytes()).contains(KEY), "{secret}");
    }
}

#[test]
fn a_template_has_everything_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    call(folder.path(), "T-*1*");
    let handoff = |template: &str, name: &str| {
        fs::write(folder.path().join(name), template).unwrap();
        run(folder.path(), &["session", "handoff", "T-*1*", "--sessions", "calls", "--template", name], "")
    };
    let text = "Call {ticket} of {agent}, {began} {not a place} {}\r\n* {said}\nHelped: {helped}\n\n{script}{notes}\n{verified}";
    let filled = out(&handoff(text, "note.txt"));
    let expected = "Call T-*1* of mia, 2026-01-15T08:30:00Z {not a place} {}\n\
                    * What were you doing when the code was refused? While signing in.\n\n\
                    Identity of the caller: nobody asked\n";
    assert_eq!(filled, expected, "what is empty is left out");
    assert!(out(&handoff("{ticket}", "note.md")).contains(r"T\-\*1\*"), "Markdown is made inert");
    for (text, place, hint) in [
        ("{tickt}", "note.txt:1:1", "did you mean `ticket`?"),
        ("a\nb {Helped} {ended}", "note.txt:2:3", "did you mean `helped`?"),
        ("ä {everything}", "note.txt:1:3", "known are ticket"),
    ] {
        let output = handoff(text, "note.txt");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(out(&output).is_empty() && err(&output).contains(place) && err(&output).contains(hint), "{output:?}");
    }
    assert!(!err(&handoff(&format!("{{x}} {KEY} {{{KEY}}}"), "note.txt")).contains(KEY));
}

/// An agent at a terminal, `later` seconds after the day began.
fn agent(folder: &Path, later: i64, arguments: &[&str]) -> Terminal {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    command.args(arguments).env("OTP_DOCTOR_SESSIONS", folder.join("calls"));
    command.env("OTP_DOCTOR_AGENT", "mia").env("OTP_DOCTOR_TEST_CLOCK", (MORNING + later).to_string());
    Terminal::spawned(command, 80)
}

#[test]
fn a_day_at_a_help_desk() {
    let folder = tempfile::tempdir().unwrap();
    let start = |ticket: &str, later: i64| {
        let told = ["--symptom", "invalid-code", "--answer", "where=signing-in"];
        agent(folder.path(), later, &[&["session", "start", "--ref", ticket][..], &told].concat())
    };
    let plain =
        |ticket: &str, later: i64| agent(folder.path(), later, &["session", "start", "--plain", "--ref", ticket]);
    // The first call ends well; the second in somebody else's hands.
    let trouble = ("What is the trouble", "invalid");
    let known = ("Have you made sure who is calling?", "I made sure");
    let (seen, code) = plain("T-1", 0).answer_all(&[trouble, ("Did it help?", "Yes, that worked")]);
    assert_eq!(code, 0, "{seen}");
    let (seen, code) = plain("T-2", 3_600).answer_all(&[trouble, known, ("Did it help?", "No")]);
    assert!([0, 1].contains(&code), "{seen}");
    // Two at once, word by word.
    let (mut third, mut fourth) = (start("T-3", 7_200), start("T-4", 7_200));
    third.pick("How does the code reach", "authenticator");
    fourth.pick("How does the code reach", "message");
    third.until("sets its date");
    third.send("\u{3}");
    fourth.until("?");
    fourth.send("\u{3}");
    assert_eq!(third.end().1, 130);
    assert_eq!(fourth.end().1, 130);
    let calls = folder.path().join("calls");
    let of = |ticket: &str| {
        let name = names(&calls).into_iter().find(|name| name.contains(ticket)).unwrap();
        fs::read_to_string(calls.join(name)).unwrap()
    };
    assert!(of("T-3").contains(r#""answer":"app""#) && !of("T-3").contains("message"), "{}", of("T-3"));
    assert!(of("T-4").contains(r#""answer":"message""#) && !of("T-4").contains(r#""answer":"app""#), "{}", of("T-4"));
    // Tomorrow one of them calls again, and a colleague is there.
    let again = agent(folder.path(), 86_400, &["session", "start", "--plain", "--agent", "ben", "--resume", "T-3"]);
    let (seen, _) = again.answer_all(&[known, ("Did it help?", "Yes, that worked")]);
    assert!(!seen.contains("How does the code reach"), "nothing is asked twice: {seen}");
    assert!(of("T-3").contains("2026-01-15T10:30:00Z") && of("T-3").contains("2026-01-16T08:30:00Z"), "{}", of("T-3"));
    let taken_over = "{\"at\":{\"time\":\"2026-01-16T08:30:00Z\"}}\n{\"held-by\":{\"agent\":\"ben\"}}\n";
    assert!(of("T-3").contains(taken_over), "{}", of("T-3"));
    let (handed, _) = agent(folder.path(), 88_000, &["session", "handoff", "--format", "json", "T-3"]).end();
    assert!(handed.contains(r#""agent":"ben","agents":["mia","ben"]"#), "{handed}");
    // In the evening.
    let (list, code) = agent(folder.path(), 90_000, &["session", "list"]).end();
    assert_eq!(code, 0, "{list}");
    for ticket in ["T-1", "T-2", "T-3", "T-4: open", "mia → ben"] {
        assert!(list.contains(ticket), "{list}");
    }
    let (counted, code) = agent(folder.path(), 90_000, &["session", "stats"]).end();
    assert_eq!(code, 0);
    assert!(
        counted.contains("4 calls, 15 January 2026 to 16 January 2026") && counted.contains("Where they stopped"),
        "{counted}"
    );
    let (german, _) = agent(folder.path(), 90_000, &["session", "stats", "--lang", "de"]).end();
    for said in ["4 Gespräche, 15. Januar 2026 bis 16. Januar 2026", "Wo sie aufhörten", "von 1 Versuch", "offen"] {
        assert!(german.contains(said), "{german}");
    }
    assert!(!german.contains("Where") && !german.contains("helped"), "{german}");
    assert!(
        list.lines().chain(counted.lines()).chain(german.lines()).all(|line| line.trim_end().chars().count() <= 80),
        "{list}{counted}"
    );
}
