//! What an agent has of a session: a quick start, notes, the check of identity, hand-offs, and codes that callers bring.

use std::fs;
use std::path::Path;

use otp_doctor::finding::{CODE_MATCH, Detail, Finding, Measure, Reading, Source};
use otp_doctor::probe;
use otp_doctor::report::Handoff;
use otp_doctor::session::{
    Ending, Event, Mode, Next, Session, SupportCodeError, Transcript, Tried, from_support_code, support_code,
};
use otp_doctor::speech::words_of;
use otp_doctor::verdict::Conclusion;

use crate::accuracy::knowledge;
use crate::examples::program;

fn run(arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let output = program().args(arguments).write_stdin(typed).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn start(more: &[&str], typed: &str) -> (Option<i32>, String) {
    run(&[&["session", "start", "--plain"], more].concat(), typed)
}

fn asked(question: &str, answer: &str) -> Event {
    Event::Asked { question: question.to_owned(), answer: answer.to_owned() }
}

#[test]
fn an_agent_begins_with_what_the_caller_has_said() {
    let (_, text) = start(&["--symptom", "lost-codes", "--answer", "second-way-in=nothing"], "q\n");
    assert!(!text.contains("What is the trouble?") && !text.contains("right now?"), "{text}");
    assert!(text.contains("have the phone or app"), "{text}");
    let two = ["--symptom", "lost-codes", "--answer", "second-way-in=nothing", "--answer", "has-device=no"];
    let (_, text) = start(&two, "q\n");
    assert!(!text.contains("have the phone or app") && text.contains("another device"), "{text}");
    let wrong: [(&[&str], &[&str]); 5] = [
        (&["--symptom", "lost-code"], &["`lost-codes`?", "device-lost, forgot-password"]),
        (&["--symptom", "lost-codes", "--answer", "has-devise=no"], &["`has-device`?", "second-way-in, "]),
        (&["--symptom", "lost-codes", "--answer", "has-device=nein"], &["there are: yes", "unsure"]),
        (&["--answer", "has-device=no"], &["--symptom"]),
        (&["--symptom", "lost-codes", "--answer", "has-device"], &["where=signing-in"]),
    ];
    for (arguments, expected) in wrong {
        let (code, text) = start(arguments, "");
        assert_eq!(code, Some(2), "{text}");
        assert!(expected.iter().all(|part| text.contains(part)) && !text.contains("> "), "{arguments:?}: {text}");
    }
}

#[test]
fn notes_are_an_agents_and_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.jsonl").display().to_string();
    let typed = "n\nIs at a kiosk \u{1b}[31m[x](y)\nn\n\nq\n";
    let (_, text) = start(&["--symptom", "lost-codes", "--transcript", &path], typed);
    assert!(text.contains("n  Add a note") && text.matches("The note is added.").count() == 1, "{text}");
    assert!(!text.contains("Nothing of this call is kept"), "{text}");
    let (_, handoff) = run(&["session", "handoff", &path], "");
    assert!(handoff.contains("Note: Is at a kiosk \\u{1b}[31m[x](y)\n"), "{handoff}");
    let (_, ticket) = run(&["session", "handoff", &path, "--format", "markdown"], "");
    assert!(ticket.contains("\\[x\\]\\(y\\)"), "{ticket}");
    let (_, person) = run(&["--plain"], "n\nq\n");
    assert!(!person.contains("Add a note") && person.contains("none of the choices"), "{person}");
    let (_, unkept) = start(&["--symptom", "lost-codes"], "q\n");
    let told: Vec<&str> = unkept.lines().filter(|line| line.contains("Nothing of this call is kept")).collect();
    assert!(told.len() == 1 && told[0].contains("--transcript"), "{unkept}");
}

fn call(knowledge: &otp_doctor::knowledge::Knowledge) -> Session<'_> {
    let mut session = Session::new(knowledge, Mode::Person, None, Some("T-17".to_owned()));
    session.record(Event::About("invalid-code".to_owned()));
    session.record(asked("where", "signing-in"));
    session.record(asked("second-way-in", "nothing"));
    session.record(Event::Tried { remedy: "wait-for-fresh-code".to_owned(), result: Tried::Failed });
    session.record(Event::Note("wants a call back".to_owned()));
    session.record(Event::About("lost-codes".to_owned()));
    session.record(asked("has-device", "no"));
    session.record(Event::Verified(true));
    session
}

#[test]
fn whoever_takes_a_call_over_changes_nothing_else_of_it() {
    let knowledge = knowledge();
    let before = call(&knowledge).held_by(Some("mia".to_owned()));
    let same = call(&knowledge).held_by(Some("mia".to_owned())).taken_over_by(Some("mia")).taken_over_by(None);
    assert_eq!(same.transcript(), before.transcript());
    let mut after = same.taken_over_by(Some("ben"));
    assert_eq!(after.transcript().agents(), ["mia", "ben"]);
    assert_eq!((after.next(), after.kept()), (before.next(), before.kept()));
    assert!(Handoff::of(&after, &words_of(&knowledge, None, None)).json().contains(r#""agents":["mia","ben"]"#));
    let (mut taken_back, held) = (before, after.kept());
    for session in [&mut taken_back, &mut after] {
        session.record(Event::Back);
    }
    assert_eq!((after.kept(), after.next()), (taken_back.kept(), taken_back.next()));
    assert!(after.kept() < held);
    let read = Transcript::read(&after.transcript().write(), &otp_doctor::probe::vocabulary()).unwrap();
    assert_eq!(&read, after.transcript());
    assert_eq!(Session::resume(&knowledge, read).next(), after.next());
}

#[test]
fn a_hand_off_tells_the_whole_call_in_labels() {
    let knowledge = knowledge();
    let words = words_of(&knowledge, None, None);
    let mut session = call(&knowledge);
    session.record(asked("has-backup", "no"));
    session.record(asked("managed", "yes"));
    session.record(Event::Verified(false));
    session.record(Event::Concluded(Ending::Escalated));
    let handoff = Handoff::of(&session, &words);
    let text = handoff.text();
    let mut rest = text.as_str();
    for part in [
        "Ticket: T-17",
        "My code is said to be invalid",
        "How could the caller get into the account right now? Neither.",
        "Tried: Take a fresh code. It did not help.",
        "Note: wants a call back",
        "I cannot get at my codes any more",
        "Identity of the caller: verified",
        "Identity of the caller: could not be verified",
        "Ended: passed on",
        "administrator",
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is missing or out of order:\n{text}"));
        rest = &rest[at + part.len()..];
    }
    for id in ["invalid-code", "second-way-in", "wait-for-fresh-code", "signing-in", "\\"] {
        assert!(!text.contains(id), "{id}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&handoff.json()).unwrap();
    assert_eq!(json["troubles"][0]["symptom"], "invalid-code");
    assert_eq!(json["troubles"][0]["happened"][2]["tried"]["result"], "failed");
    assert_eq!((&json["ended"], &json["verified"]), (&"escalated".into(), &false.into()));
    assert!(json["contact"]["says"].as_str().unwrap().contains("administrator"), "{json}");
    assert!(
        handoff.markdown().starts_with("- Ticket: T\\-17\n## My code is said to be invalid\n- "),
        "{}",
        handoff.markdown()
    );
}

/// A transcript is a foreign text: what it names that is not there is left out and counted, and nothing of it acts.
#[test]
fn a_forged_transcript_says_nothing() {
    let knowledge = knowledge();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forged.jsonl");
    let active = "\\u001b]8;;http://evil.example\\u0007x\\nTicket: done";
    let header = |mode: &str| {
        format!(
            r#"{{"transcript":1,"knowledge":"{}","version":"1 {active}","mode":"{mode}","reference":"R {active}"}}"#,
            knowledge.digest
        )
    };
    let lines = [
        header("agent"),
        r#"{"about":{"symptom":"lost-codes"}}"#.to_owned(),
        format!(r#"{{"asked":{{"question":"{active}","answer":"no"}}}}"#),
        format!(r#"{{"asked":{{"question":"has-device","answer":"{active}"}}}}"#),
        format!(r#"{{"tried":{{"remedy":"{active}","result":"helped"}}}}"#),
        format!(r#"{{"note":{{"text":"{active}"}}}}"#),
        r#"{"asked":{"question":"has-device","answer":"no"}}"#.to_owned(),
        r#"{"about":{"symptom":"no-such-trouble"}}"#.to_owned(),
        r#"{"about":{"symptom":"lost-codes"}}"#.to_owned(),
    ];
    fs::write(&path, lines.join("\n")).unwrap();
    let file = path.display().to_string();
    for format in ["text", "markdown", "json"] {
        let output = program().args(["session", "handoff", &file, "--format", format]).output().unwrap();
        let (told, text) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
        assert!(told.contains("4 events name what this knowledge does not have"), "{told}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("Ticket: done")), "{text}");
        assert_eq!(text.matches("evil").count(), 3, "ticket, note and version: {text}");
    }
    // No number of it proves what nobody measured.
    let found = |codes: usize, compared: usize| {
        format!(
            r#"{{"observed":{{"probe":"code-match","source":"codes","compared":{compared},"measures":[{{"explanation":"device-clock-off","ratio":1e300,"chance":0.0,"codes":{codes},"tried":1,"provable":true}}]}}}}"#
        )
    };
    for (codes, compared) in [(0, 0), (9, 0), (0, 2)] {
        let text = [header("person"), r#"{"about":{"symptom":"invalid-code"}}"#.to_owned(), found(codes, compared)];
        let transcript = Transcript::read(&text.join("\n"), &probe::vocabulary()).unwrap();
        let session = Session::resume(&knowledge, transcript);
        let Reading::Measured(measures) = &session.state().findings[0].reading else { unreachable!() };
        assert!(measures[0].ratio <= 1e28 && measures[0].chance >= 1e-3 && measures[0].codes == 0, "{measures:?}");
        assert_ne!(session.verdict().unwrap().conclusion, Conclusion::Confirmed);
    }
}

#[test]
fn who_is_calling_is_made_sure_of_in_each_sitting() {
    let knowledge = knowledge();
    let mut session = Session::new(&knowledge, Mode::Agent, None, None);
    session.record(Event::About("lost-codes".to_owned()));
    for (question, answer) in
        [("second-way-in", "nothing"), ("has-device", "no"), ("has-backup", "no"), ("managed", "yes")]
    {
        session.record(asked(question, answer));
    }
    assert_eq!(session.next(), Next::VerifyIdentity);
    session.record(Event::Verified(true));
    assert!(matches!(session.next(), Next::Remedy(_)), "{:?}", session.next());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.jsonl");
    fs::write(&path, session.transcript().write()).unwrap();
    let resumed = |path: &Path, typed: &str| start(&["--resume", &path.display().to_string()], typed).1;
    let text = resumed(&path, "q\n");
    assert!(text.contains("Have you made sure who is calling?") && !text.contains("Take the old factor off"), "{text}");
    let text = resumed(&path, "2\nq\n");
    assert!(text.contains("Take the old factor off"), "{text}");
    // The trail still shows both.
    let (_, handoff) = run(&["session", "handoff", &path.display().to_string()], "");
    assert_eq!(handoff.matches("Identity of the caller: verified").count(), 2, "{handoff}");
}

#[test]
fn a_support_code_carries_the_whole_call() {
    let (knowledge, vocabulary) = (knowledge(), probe::vocabulary());
    let heard = |code: &str| from_support_code(code, &knowledge, &vocabulary, None, None);
    let of = |session: &Session<'_>| support_code(session).unwrap();
    let session = call(&knowledge);
    let carried = heard(&of(&session)).unwrap();
    assert_eq!(carried.state().visited, ["invalid-code", "lost-codes"]);
    assert_eq!(carried.state().answers, session.state().answers);
    assert_eq!(carried.state().failed, ["wait-for-fresh-code"]);
    let mut other = call(&knowledge);
    other.record(Event::Tried { remedy: "use-recovery-code".to_owned(), result: Tried::Failed });
    let mut short = Session::new(&knowledge, Mode::Person, None, None);
    short.record(Event::About("lost-codes".to_owned()));
    assert!(of(&short).len() < of(&session).len(), "a short call has a short code: {} {}", of(&short), of(&session));
    assert_eq!(heard("3G9230VQVSA1Y7").err(), Some(SupportCodeError::Earlier));
    assert!(SupportCodeError::Earlier.to_string().contains("earlier form"));
}

/// How well two codes fit an explanation.
fn fits(explanation: &'static str, ratio: f64) -> Measure {
    let detail = Detail::default();
    Measure { explanation, with: None, ratio, chance: 1e-9, codes: 2, tried: 100, provable: true, detail }
}

fn compared(measures: Vec<Measure>) -> Event {
    let reading = Reading::Measured(measures);
    Event::Observed(Finding { probe: CODE_MATCH, source: Source::Codes, compared: 2, reading })
}

/// What a caller's program was sure of is the caller's word here.
#[test]
fn what_a_caller_brings_is_likely_at_most() {
    let (knowledge, vocabulary) = (knowledge(), probe::vocabulary());
    let mut person = Session::new(&knowledge, Mode::Person, None, None);
    person.record(Event::About("invalid-code".to_owned()));
    person.record(asked("where", "signing-in"));
    person.record(compared(vec![fits("device-clock-off", 1e11)]));
    assert_eq!(person.verdict().unwrap().conclusion, Conclusion::Confirmed);
    let code = support_code(&person).unwrap();
    let agent = from_support_code(&code, &knowledge, &vocabulary, None, None).unwrap();
    let brought = &agent.brought()[0];
    assert_eq!((brought.cause.as_deref(), brought.conclusion), (Some("device-clock-off"), Conclusion::Confirmed));
    let verdict = agent.verdict().unwrap();
    assert_eq!(verdict.first().cause, "device-clock-off");
    assert!(verdict.conclusion != Conclusion::Confirmed && !verdict.first().provable, "{verdict:?}");
    let (_, text) = start(&["--from", &code], "q\n");
    assert!(
        text.contains("nothing of it has been checked") || text.contains("nothing of\nit has been checked"),
        "{text}"
    );
    assert!(text.contains("what that came to there"), "{text}");
    assert!(!text.contains("This is certain"), "{text}");
}

/// Whoever hands a call on hands on what a caller brought: of each visit to a trouble its own, and that nothing explained the codes.
#[test]
fn what_a_caller_brings_is_handed_on_as_it_came() {
    let (knowledge, vocabulary) = (knowledge(), probe::vocabulary());
    let mut person = Session::new(&knowledge, Mode::Person, None, None);
    let explanations = vocabulary.probes.iter().find(|probe| probe.id == CODE_MATCH).unwrap().explanations;
    let nothing = explanations.iter().map(|words| fits(words.id, 0.0)).collect();
    let visits = [
        ("invalid-code", Some(compared(nothing))),
        ("lost-codes", None),
        ("invalid-code", Some(compared(vec![fits("device-clock-off", 1e11)]))),
    ];
    for (trouble, found) in visits {
        person.record(Event::About(trouble.to_owned()));
        if let Some(found) = found {
            person.record(found);
        }
    }
    let code = support_code(&person).unwrap();
    let agent = from_support_code(&code, &knowledge, &vocabulary, None, None).unwrap();
    let told: Vec<_> = agent.brought().iter().map(|one| (one.cause.clone(), one.conclusion)).collect();
    let clock = (Some("device-clock-off".to_owned()), Conclusion::Confirmed);
    assert_eq!(told, [(None, Conclusion::Undetermined), clock]);
    assert_eq!(support_code(&agent).as_deref(), Some(code.as_str()));
}
