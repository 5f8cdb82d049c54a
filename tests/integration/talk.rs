//! One decider, one conversation: the same facts lead to the same by whatever door they come.

use std::collections::BTreeMap;
use std::fs;

use fastrand::Rng;
use otp_doctor::case::{AtSource, Attempt, Case, Interval, Outcome};
use otp_doctor::engine::diagnose;
use otp_doctor::entry::{self, Entry};
use otp_doctor::knowledge::{App, Knowledge, Question, Sources, Symptom};
use otp_doctor::lab::{Bench, Fault, Level, Recipe};
use otp_doctor::probe;
use otp_doctor::rehearse::{expected, is_met};
use otp_doctor::session::{Event, Mode, Next, Session, Transcript};
use otp_doctor::talk::{Input, Means, Now, Prompt, Talk};
use otp_doctor::verdict::{Conclusion, UNSURE};

use crate::content::knowledge;
use crate::examples::program;

const CASES: u64 = 1_000;

/// What counts of a standing.
#[derive(Debug, Clone, PartialEq)]
struct Came {
    cause: Option<String>,
    conclusion: Option<Conclusion>,
    next: Next,
}

impl Came {
    fn of_session(session: &Session<'_>) -> Self {
        let verdict = session.verdict();
        Self {
            cause: verdict.map(|verdict| verdict.first().cause.clone()),
            conclusion: verdict.map(|verdict| verdict.conclusion),
            next: session.next(),
        }
    }

    fn of_case(case: &Case, knowledge: &Knowledge) -> Self {
        let diagnosis = diagnose(case, knowledge).unwrap();
        let verdict = diagnosis.verdict.as_ref();
        Self {
            cause: verdict.map(|verdict| verdict.first().cause.clone()),
            conclusion: verdict.map(|verdict| verdict.conclusion),
            next: diagnosis.step.next,
        }
    }
}

/// Answers to some of the questions that anybody is asked.
fn some_answers(symptom: &Symptom, rng: &mut Rng) -> BTreeMap<String, String> {
    let asked = |question: &&Question| !question.noted;
    let mut answers = BTreeMap::new();
    for question in symptom.questions.iter().filter(asked) {
        if rng.f64() < 0.4 {
            let ids: Vec<&str> = question.answers.iter().map(|answer| answer.id.as_str()).chain([UNSURE]).collect();
            answers.insert(question.id.clone(), rng.choice(ids).unwrap().to_owned());
        }
    }
    answers
}

fn drawn(knowledge: &Knowledge, number: u64, bench: &mut Bench) -> Case {
    let mut rng = Rng::with_seed(number);
    let symptoms: Vec<&Symptom> = knowledge.symptoms.values().collect();
    // Half of them with codes.
    if number.is_multiple_of(2) {
        let specimen = bench.make(rng.choice(Fault::all().collect::<Vec<_>>()).unwrap());
        let answers = some_answers(&knowledge.symptoms["invalid-code"], &mut rng);
        return Case { symptom: Some("invalid-code".to_owned()), answers, ..specimen.case };
    }
    let symptom = rng.choice(symptoms).unwrap();
    let app = (rng.f64() < 0.3).then(|| rng.choice(knowledge.apps.keys().cloned().collect::<Vec<_>>()).unwrap());
    Case { symptom: Some(symptom.id.clone()), answers: some_answers(symptom, &mut rng), app, ..Case::default() }
}

#[test]
fn the_same_facts_come_to_the_same_by_whatever_door() {
    let knowledge = knowledge();
    let mut bench = Bench::new(11, Recipe { codes: 2, level: Level::L2 });
    let (mut tables, mut codes) = (0, 0);
    for number in 0..CASES {
        let case = drawn(&knowledge, number, &mut bench);
        let wanted = Came::of_case(&case, &knowledge);
        if case.refused_codes() >= otp_doctor::case::GUESSES {
            continue;
        }
        // Told in a session, one thing after the other.
        let mut session = Session::new(&knowledge, Mode::Person, case.service.id.clone(), None);
        session.record(Event::About(case.symptom.clone().unwrap()));
        for finding in diagnose(&case, &knowledge).unwrap().findings {
            session.record(Event::Observed(finding));
        }
        for (question, answer) in case.answers.iter().rev() {
            session.record(Event::Asked { question: question.clone(), answer: answer.clone() });
        }
        if let Some(app) = &case.app {
            session.record(Event::Asked { question: App::ASKED.to_owned(), answer: app.clone() });
        }
        assert_eq!(Came::of_session(&session), wanted, "told in a session: case {number}");
        // Written down and read again.
        let read = Transcript::read(&session.transcript().write(), &probe::vocabulary()).unwrap();
        assert_eq!(Came::of_session(&Session::resume(&knowledge, read)), wanted, "resumed: case {number}");
        // As a test of the knowledge.
        let expect = expected(&case, &[], &knowledge).unwrap();
        assert_eq!((&expect.cause, expect.conclusion), (&wanted.cause, wanted.conclusion), "kb test: case {number}");
        assert!(expect.next.as_ref().is_none_or(|next| *next == wanted.next), "kb test: case {number}");
        assert!(is_met(&case, &[], &expect, &knowledge), "kb test: case {number}");
        tables += usize::from(wanted.cause.is_none());
        codes += usize::from(!case.attempts.is_empty());
    }
    assert!(tables > 100 && codes > 300, "{tables} tables, {codes} with codes");
}

/// What a person says who has the key: the code that was refused, with the time as they know it, and what the app shows then;
/// `None` where what they type cannot be a code.
pub(crate) fn held<'k>(
    knowledge: &'k Knowledge,
    expected: &Entry,
    (refused, at): (&Attempt, Interval),
    shown: &Attempt,
) -> Option<Talk<'k>> {
    let means = Means { live: true, material: true, ..Means::default() };
    let mut talk = Talk::new(Session::new(knowledge, Mode::Person, None, None), means);
    let now = Now { millis: shown.at.unwrap().to * 1_000 };
    talk.begin(now);
    let said = [
        Input::Choice("invalid-code".to_owned()),
        Input::Choice("signing-in".to_owned()),
        Input::Choice("app".to_owned()),
        Input::Choice("key".to_owned()),
        Input::Key(entry::write(expected)),
        Input::Code(refused.code.clone()),
        Input::Ago(at),
        Input::Unsure,
    ];
    for input in said {
        talk.take(input, now).ok()?;
    }
    while !matches!(talk.prompt(), Prompt::Code(_)) {
        let input = if matches!(talk.prompt(), Prompt::Wait { .. }) { Input::Waited } else { Input::Unsure };
        talk.take(input, now).unwrap();
    }
    talk.take(Input::Code(shown.code.clone()), now).ok()?;
    Some(talk)
}

/// A person with the key and two codes, and the case that says the same.
#[test]
fn a_conversation_comes_to_what_its_case_does() {
    let knowledge = knowledge();
    let mut bench = Bench::new(12, Recipe { codes: 2, level: Level::L2 });
    let (mut compared, mut confirmed) = (0, 0);
    for number in 0..200 {
        let fault = Rng::with_seed(number).choice(Fault::all().collect::<Vec<_>>()).unwrap();
        let specimen = bench.make(fault).case;
        let Some(expected) = specimen.expected.as_ref().and_then(again) else { continue };
        let [refused, shown] = &specimen.attempts[..] else { continue };
        let (Some(first), Some(second)) = (refused.at, shown.at) else { continue };
        if first.to >= second.to || expected.issuer.is_empty() {
            continue;
        }
        let at = Interval::instant(second.to);
        let Some(talk) = held(&knowledge, &expected, (refused, first), shown) else { continue };
        let answers = talk.session().state().answers.clone();
        let attempts = vec![
            Attempt::new(refused.code.clone(), first, AtSource::Person, Outcome::Refused),
            Attempt::new(shown.code.clone(), at, AtSource::ThisComputer, Outcome::Untried),
        ];
        let case = Case { expected: Some(expected), attempts, answers, ..Case::default() };
        let held = Came::of_session(talk.session());
        assert_eq!(held, Came::of_case(&case, &knowledge), "{number}");
        compared += 1;
        confirmed += usize::from(held.conclusion == Some(Conclusion::Confirmed));
    }
    assert!(compared > 80 && confirmed > 20, "{compared} compared, {confirmed} confirmed");
}

/// As it is read from what is typed; `None` where it cannot be.
fn again(entry: &Entry) -> Option<Entry> {
    Some(entry::read(&entry::write(entry)).ok()?.entry)
}

#[test]
fn diagnose_answers_for_what_a_table_decides() {
    let answer = |case: &str| {
        let output = program().args(["diagnose", "--json", "-"]).write_stdin(case).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (json, output.status.code())
    };
    let (asked, code) = answer(r#"{"symptom":"lost-codes","answers":{"second-way-in":"nothing"}}"#);
    assert_eq!((&asked["conclusion"], code), (&"undetermined".into(), Some(1)), "{asked}");
    assert_eq!(asked["next"]["do"], "ask", "{asked}");
    assert!(asked["causes"].as_array().unwrap().is_empty() && asked.get("chance").is_none(), "{asked}");
    let told = r#"{"symptom":"lost-codes","answers":{"second-way-in":"recovery-code"}}"#;
    let (decided, code) = answer(told);
    assert_eq!((&decided["conclusion"], code), (&"decided".into(), Some(0)), "{decided}");
    assert_eq!(decided["next"], serde_json::json!({ "do": "remedy", "id": "use-recovery-code" }), "{decided}");
    assert!(decided.get("notes").is_none(), "{decided}");
    let output = program().args(["diagnose", "-"]).write_stdin(told).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("recovery code") && !text.contains("Nothing that is known"), "{text}");
}

/// A table that is decided by a fact of the service, in a folder of knowledge with two services.
fn of_a_service() -> Sources {
    let mut sources = crate::knowledge::base();
    let table = "symptom: table\nheading: help.md#help\ndecide: first-match\nremedies:\n  \
        set-clock: { text: help.md#clock, effort: minute }\n  use-newest: { text: help.md#entries, effort: minute }\n\
        outcomes:\n  - { when: { service.kind: web }, remedy: set-clock, escalate: support }\n  \
        - { when: { service.kind: desk }, remedy: use-newest, escalate: support }\n  \
        - { otherwise: true, escalate: support }\n";
    sources.insert("symptoms/table.yaml", table);
    sources.insert(
        "services/desk.yaml",
        "service: desk\nname: Desk\nverify-identity: Call back.\nfacts: { kind: desk }\n",
    );
    sources
}

#[test]
fn a_service_that_nobody_knows_is_as_any() {
    let knowledge = Knowledge::compile(&of_a_service(), &probe::vocabulary()).knowledge;
    let next = |service: Option<&str>| {
        let mut case = Case { symptom: Some("table".to_owned()), ..Case::default() };
        case.service.id = service.map(str::to_owned);
        Came::of_case(&case, &knowledge).next
    };
    assert_eq!(next(Some("desk")), Next::Remedy("use-newest".to_owned()));
    for any in [None, Some("generic"), Some("login.example")] {
        assert_eq!(next(any), Next::Remedy("set-clock".to_owned()), "{any:?}");
    }
}

#[test]
fn the_named_service_is_the_one_that_a_case_is_of() {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in of_a_service().iter().filter(|(path, _)| *path != "kb.yaml") {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let next = |named: &[&str], case: &str| {
        let own = ["diagnose", "--json", "--knowledge", folder.path().to_str().unwrap()];
        let output = program().args(own).args(named).arg("-").write_stdin(case).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        json["next"]["id"].clone()
    };
    assert_eq!(next(&[], r#"{"symptom":"table"}"#), "set-clock");
    assert_eq!(next(&["--service", "desk"], r#"{"symptom":"table"}"#), "use-newest");
    assert_eq!(next(&["--service", "desk"], r#"{"symptom":"table","service":{"id":"generic"}}"#), "set-clock");
}

/// How many conversations are held by whoever does anything.
const CONVERSATIONS: usize = 2_000;

/// What the fuzz target asks of every conversation, of many drawn by chance: no panic, a complaint changes nothing, and back
/// leads to the view before it, whatever was done.
#[test]
fn back_leads_to_the_view_before_whatever_was_done() {
    let mut rng = Rng::with_seed(20_261_129);
    for _ in 0..crate::whole::of(CONVERSATIONS) {
        let bytes: Vec<u8> = std::iter::once(b'a' + TALK).chain((0..160).map(|_| rng.u8(..))).collect();
        crate::replay::readers(&bytes);
    }
}

/// The place of the conversations among the readers that are fuzzed.
const TALK: u8 = 21;
