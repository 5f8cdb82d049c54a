//! Scripts for agents: played by the session, in order, each word once, and nothing taken off for a stranger.

use std::collections::BTreeSet;
use std::path::Path;

use otp_doctor::knowledge::{Act, Knowledge, Script, Sources};
use otp_doctor::probe::vocabulary;
use otp_doctor::rehearse::{Stroll, stroll_by};
use otp_doctor::session::{Ending, Event, Mode, Next, Session, Transcript, Tried, from_support_code, support_code};

use crate::content::knowledge;
use crate::examples::{example, program};
use crate::session::Terminal;
use crate::whole;

fn asked(question: &str, answer: &str) -> Event {
    Event::Asked { question: question.to_owned(), answer: answer.to_owned() }
}

fn failed(remedy: &str) -> Event {
    Event::Tried { remedy: remedy.to_owned(), result: Tried::Failed }
}

/// The shipped knowledge with one script of ours.
fn with(script: &str) -> Knowledge {
    let mut own = Sources::default();
    own.insert("scripts/own.yaml", script.as_bytes().to_vec());
    let compiled = Knowledge::compile(&Sources::embedded().overlay(own), &vocabulary());
    assert_eq!(compiled.diagnostics, []);
    compiled.knowledge
}

fn led<'k>(knowledge: &'k Knowledge, script: &str) -> Session<'k> {
    Session::new(knowledge, Mode::Agent, None, None).led_by(&knowledge.scripts[script])
}

/// What the script says now: the steps before the move, and the one that the move belongs to.
fn said(session: &Session<'_>) -> (Vec<String>, Option<String>) {
    let cue = session.cue().unwrap();
    (cue.before.iter().map(|step| step.id.clone()).collect(), cue.step.map(|step| step.id.clone()))
}

fn steps(before: &[&str], step: &str) -> (Vec<String>, Option<String>) {
    let step = (!step.is_empty()).then(|| step.to_owned());
    (before.iter().map(|id| (*id).to_owned()).collect(), step)
}

const OWN: &str = "\
script: own
symptom: lost-codes
title: Our own words
steps:
  hello: { say: Hello. }
  way-in: { ask: second-way-in, say: How could you get in now? }
  lucky: { say: How lucky., only-when: { second-way-in: recovery-code } }
  stay: { note: Stay calm. }
  replace: { remedy: replace-while-signed-in, say: Let us replace it. }
  sure: { verify-identity: true }
  unsure: { say: That is a pity., only-when: { session.identity: not-verified } }
  reset: { remedy: ask-administrator }
  go-on: { decide: true, say: A few more questions. }
wordings: { managed: Who looks after it? }
goodbye:
  glad: { say: I am glad., only-when: { session.ending: helped } }
  soon: { say: Until soon., only-when: { session.ending: later } }
  bye: { note: Write it down. }
";

#[test]
fn each_step_comes_once_and_what_a_remedy_needs_is_asked_first() {
    let knowledge = with(OWN);
    let mut session = led(&knowledge, "own");
    assert_eq!(said(&session), steps(&["hello"], "way-in"));
    session.record(asked("second-way-in", "signed-in"));
    // It has to be known first whether there is a second way in; what was to be said before is said with that question.
    assert_eq!(said(&session), steps(&["stay"], ""));
    assert!(matches!(session.next(), Next::Ask(question) if question == "has-recovery"));
    session.record(asked("has-recovery", "yes"));
    assert_eq!(said(&session), steps(&[], "replace"));
    assert!(matches!(session.next(), Next::Remedy(remedy) if remedy == "replace-while-signed-in"));
    session.record(failed("replace-while-signed-in"));
    assert_eq!((said(&session), session.next()), (steps(&[], "sure"), Next::VerifyIdentity));
    session.record(Event::Verified(true));
    assert_eq!(said(&session), steps(&[], "reset"));
    assert!(matches!(session.next(), Next::Remedy(remedy) if remedy == "ask-administrator"));
    session.record(failed("ask-administrator"));
    // From here on the session goes on by itself, and the last words are not said again.
    assert_eq!(said(&session), steps(&["go-on"], ""));
    assert!(session.cue().unwrap().is_over);
    assert!(matches!(session.next(), Next::Ask(question) if question == "where"));
    session.record(asked("where", "signing-in"));
    assert_eq!(said(&session), steps(&[], ""));
}

#[test]
fn a_remedy_without_its_second_way_in_is_passed_over() {
    let knowledge = with(OWN);
    for (way_in, recovery) in [("nothing", None), ("unsure", None), ("signed-in", Some("no"))] {
        let mut session = led(&knowledge, "own");
        session.record(asked("second-way-in", way_in));
        if let Some(recovery) = recovery {
            session.record(asked("has-recovery", recovery));
        }
        let before: &[&str] = if recovery.is_none() { &["stay"] } else { &[] };
        assert_eq!(said(&session), steps(before, "sure"), "{way_in}");
    }
}

#[test]
fn nothing_is_reset_for_a_stranger() {
    let knowledge = with(OWN);
    let mut session = led(&knowledge, "own");
    session.record(asked("second-way-in", "nothing"));
    session.record(Event::Verified(false));
    assert_eq!(said(&session), steps(&["unsure", "go-on"], ""));
    for _ in 0..20 {
        match session.next() {
            Next::Ask(question) => session.record(asked(&question, "unsure")),
            Next::Remedy(remedy) => {
                assert!(!session.symptom().unwrap().remedy(&remedy).unwrap().resets_factor, "{remedy}");
                session.record(failed(&remedy));
            }
            Next::Escalate { .. } => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it does not end");
}

#[test]
fn the_words_are_the_scripts_and_the_goodbye_fits_the_end() {
    let knowledge = with(OWN);
    let mut session = led(&knowledge, "own");
    let question = |id: &str| knowledge.symptoms["lost-codes"].question(id).unwrap();
    assert_eq!(session.wording(question("second-way-in")), Some("How could you get in now?"));
    assert_eq!(session.wording(question("managed")), Some("Who looks after it?"));
    assert_eq!(session.wording(question("has-device")), None);
    let ids = |ending: Ending, session: &Session<'_>| {
        session.goodbye(ending).iter().map(|step| step.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(Ending::Escalated, &session), ["bye"]);
    assert_eq!(ids(Ending::Abandoned, &session), [""; 0]);
    let tried = |result| Event::Tried { remedy: "find-codes-elsewhere".to_owned(), result };
    session.record(tried(Tried::Later));
    assert_eq!((ids(Ending::Remedy, &session), session.cue()), (vec!["soon".to_owned(), "bye".to_owned()], None));
    session.record(Event::Back);
    session.record(tried(Tried::Helped));
    assert_eq!(ids(Ending::Remedy, &session), ["glad", "bye"]);
}

#[test]
fn back_leads_to_the_step_before_and_a_transcript_to_the_same_place() {
    let knowledge = with(OWN);
    let mut session = led(&knowledge, "own");
    let mut stood = vec![(said(&session), session.next())];
    for event in [asked("second-way-in", "nothing"), Event::Verified(true), failed("ask-administrator")] {
        session.record(event);
        stood.push((said(&session), session.next()));
    }
    while let Some((cue, next)) = stood.pop() {
        assert_eq!(session.next(), next);
        // The words of the step come again; what stood before it was said.
        assert_eq!(said(&session).1, cue.1);
        let read = Transcript::read(&session.transcript().write(), &vocabulary()).unwrap();
        let again = Session::resume(&knowledge, read);
        assert_eq!((again.next(), again.cue()), (session.next(), session.cue()));
        session.record(Event::Back);
    }
    assert_eq!(session.next(), Next::ChooseSymptom);
}

#[test]
fn what_a_person_has_answered_is_passed_over() {
    let knowledge = knowledge();
    let mut person = Session::new(&knowledge, Mode::Person, None, None);
    person.record(Event::About("lost-codes".to_owned()));
    for (question, answer) in [("second-way-in", "nothing"), ("has-device", "no"), ("has-backup", "yes")] {
        person.record(asked(question, answer));
    }
    person.record(failed("find-codes-elsewhere"));
    let code = support_code(&person).unwrap();
    let agent = from_support_code(&code, &knowledge, &vocabulary(), None, None).unwrap();
    let agent = agent.led_by(&knowledge.scripts["lost-codes"]);
    assert_eq!(said(&agent), steps(&["greet", "safe"], "managed"));
    let other = Session::new(&knowledge, Mode::Person, None, None).led_by(&knowledge.scripts["lost-codes"]);
    assert_eq!(other.cue(), None, "a person is not led by a script");
}

#[test]
fn facts_of_the_app_open_a_step() {
    let knowledge = with(
        "script: own\nsymptom: many-codes\ntitle: Our own words\nsteps:\n  where: { ask: where }\n  bottom: { say: Look at \
         the bottom., only-when: { app.new-entries: bottom } }\n  last: { remedy: use-last-entry }\ngoodbye: { bye: { say: \
         Take care. } }\n",
    );
    let app = knowledge.apps.values().find(|app| app.facts["new-entries"] == "bottom").unwrap();
    let mut session = led(&knowledge, "own");
    session.record(asked("app", &app.id));
    session.record(asked("where", "signing-in"));
    assert_eq!(said(&session), steps(&["bottom"], "last"));
    let mut session = led(&knowledge, "own");
    session.record(asked("where", "signing-in"));
    assert_eq!(said(&session), steps(&[], "last"));
}

#[test]
fn random_calls_end_and_nothing_is_said_or_asked_twice() {
    const CALLS: usize = 3_000;
    let (knowledge, vocabulary) = (knowledge(), vocabulary());
    let scripts: Vec<&Script> = knowledge.scripts.values().collect();
    let walks: Vec<Stroll> = (0..whole::of(CALLS) as u64)
        .map(|seed| stroll_by(scripts[seed as usize % scripts.len()], &knowledge, &vocabulary, seed))
        .collect();
    for (seed, walk) in walks.iter().enumerate() {
        assert_eq!(walk.flaws, [], "{seed}: {walk:?}");
    }
    let sum = |of: fn(&Stroll) -> usize| walks.iter().map(of).sum::<usize>();
    let ended = |how| walks.iter().filter(|walk| walk.ending == Some(how)).count();
    for number in [sum(|walk| walk.steps), sum(|walk| walk.remedies), sum(|walk| walk.verified), sum(|walk| walk.back)]
    {
        assert!(number > whole::of(300), "{number}");
    }
    let least = whole::of(100);
    assert!(ended(Ending::Remedy) > least && ended(Ending::Escalated) > least);
}

#[test]
fn every_symptom_has_a_script_that_keeps_people_safe() {
    let knowledge = knowledge();
    let about: BTreeSet<&str> = knowledge.scripts.values().map(|script| script.symptom.as_str()).collect();
    assert_eq!(about, knowledge.symptoms.keys().map(String::as_str).collect());
    for script in knowledge.scripts.values() {
        // Safety comes before the first question.
        let first = script.steps.iter().position(|step| step.act.is_some()).unwrap();
        let opening: Vec<&str> = script.steps[..first].iter().filter_map(|step| step.say.as_deref()).collect();
        assert!(opening.join(" ").to_lowercase().contains("signed in"), "{}: {opening:?}", script.id);
        for ending in ["helped", "later", "escalated"] {
            let holds = |fact: &str| (fact == Script::ENDING).then_some(ending);
            let last =
                script.goodbye.iter().filter(|step| step.only_when.holds(holds) == otp_doctor::knowledge::Holds::Yes);
            let last: Vec<_> = last.collect();
            assert!(last.iter().any(|step| step.note.is_some()), "{}: {ending}", script.id);
            assert!(last.last().unwrap().say.as_deref().unwrap().ends_with("Take care."), "{}: {ending}", script.id);
        }
        let says = script.steps.iter().chain(&script.goodbye).filter_map(|step| step.say.as_deref());
        for sentence in says.flat_map(|say| say.split_inclusive(['.', '?'])) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 24, "{}: nobody says {words} words in one breath: {sentence}", script.id);
        }
        let resets = |act: &Act| matches!(act, Act::Remedy(id) if knowledge.symptoms[&script.symptom].remedy(id).unwrap().resets_factor);
        let reset = script.steps.iter().position(|step| step.act.as_ref().is_some_and(resets));
        let verify = script.steps.iter().position(|step| step.act == Some(Act::VerifyIdentity));
        assert!(reset.is_none_or(|reset| verify.is_some_and(|verify| verify < reset)), "{}", script.id);
    }
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().current_dir(example("")).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_call_from_start_to_hand_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.jsonl").display().to_string();
    let start = ["session", "start", "--script", "lost-codes", "--answers", "answers-caller.yaml"];
    let (code, text) = run(&[&start[..], &["--transcript", &path, "--ref", "T-17"]].concat());
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("What is the trouble?"), "the script says what it is about: {text}");
    let mut rest = text.as_str();
    for words in
        ["Say   Good that you call", "Note  Write down since when", "Do    Call back", "Do    This part is yours"]
    {
        let at = rest.find(words).unwrap_or_else(|| panic!("{words} is missing or out of order:\n{text}"));
        rest = &rest[at + words.len()..];
    }
    assert!(rest.contains("Take care."), "{text}");
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.lines().next().unwrap().contains(r#""script":"lost-codes""#), "{written}");
    let (_, handoff) = run(&["session", "handoff", &path]);
    let title = &knowledge().scripts["lost-codes"].title;
    assert!(handoff.contains(&format!("Script: {title}\n")) && handoff.contains("Ticket: T-17\n"), "{handoff}");
    let (code, text) = run(&["session", "start", "--resume", &path, "--script", "new-phone"]);
    assert!(code == Some(2) && text.contains("began with another script"), "{text}");
}

#[test]
fn a_call_in_a_terminal_goes_back_and_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.jsonl").display().to_string();
    let start = ["session", "start", "--script", "turn-off", "--plain", "--width", "40", "--transcript", &path];
    let terminal = Terminal::open(&start, 40);
    let (seen, code) = terminal.answer_all(&[
        ("get into your account right now?", "still signed in"),
        ("phone or the app that shows your codes?", "Stop here"),
    ]);
    assert_eq!(code, 1, "{seen}");
    let told = seen.split("To go on later").next().unwrap();
    assert!(told.lines().all(|line| line.trim_end().chars().count() <= 40), "{seen}");
    let terminal = Terminal::open(&["session", "start", "--plain", "--resume", &path], 80);
    let (seen, code) = terminal
        .answer_all(&[("phone or the app that shows your codes?", "Yes"), ("Did it help?", "Yes, that worked")]);
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains("Good that you call") && !seen.contains("get into your account"), "{seen}");
    assert!(seen.contains("Turn it off with a code") && seen.contains("you can turn it on again"), "{seen}");
}

#[test]
fn a_script_of_ones_own_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.yaml");
    let answers = folder.path().join("answers.yaml");
    std::fs::write(&own, OWN).unwrap();
    std::fs::write(&answers, "second-way-in: nothing\nverify-identity: \"yes\"\nask-administrator: later\n").unwrap();
    let shown = |path: &Path| path.display().to_string();
    let (file, answers) = (shown(&own), shown(&answers));
    let transcript = shown(&folder.path().join("call.jsonl"));
    let start = ["session", "start", "--script", &file, "--answers", &answers, "--transcript", &transcript];
    let (code, text) = run(&start);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Say   How could you get in now?") && text.contains("Until soon."), "{text}");
    let (code, text) = run(&["session", "scripts", &file]);
    assert!(code == Some(0) && text.contains("if 2: Not signed in, but I have a saved recovery code"), "{text}");
    // A transcript names its script; the file has to be there for it.
    let (code, text) = run(&["--resume", &transcript]);
    assert!(code == Some(2) && text.contains("name its file with `session start --script`"), "{text}");
    let (code, text) = run(&["session", "start", "--resume", &transcript, "--script", &file]);
    assert!(
        code == Some(1) && text.contains("Good that you come back"),
        "what was to be tried later is asked about: {text}"
    );
    std::fs::write(&own, OWN.replace("second-way-in,", "second-way-out,")).unwrap();
    let (code, text) = run(&start);
    assert!(code == Some(2) && text.contains("error[KB103]") && text.contains("own.yaml:6:18"), "{text}");
    let (code, text) = run(&["kb", "check", &file]);
    assert!(code == Some(1) && text.contains("did you mean `second-way-in`?"), "{text}");
    let (code, text) = run(&["session", "start", "--script", "lost-code"]);
    assert!(code == Some(2) && text.contains("did you mean lost-codes?"), "{text}");
    let (code, text) = run(&["session", "scripts"]);
    assert!(code == Some(0) && text.lines().count() == knowledge().scripts.len(), "{text}");
}

#[test]
fn a_support_code_of_another_trouble_is_refused() {
    let knowledge = knowledge();
    let mut person = Session::new(&knowledge, Mode::Person, None, None);
    person.record(Event::About("lost-codes".to_owned()));
    let code = support_code(&person).unwrap();
    let (exit, text) = run(&["session", "start", "--from", &code, "--script", "new-phone"]);
    assert!(exit == Some(2) && text.contains("the support code is about `lost-codes`"), "{text}");
}

/// Whether the reset is reported for a step of this condition behind a check under that one.
fn is_told(verify: &str, asked_between: bool, reset: &str) -> bool {
    let between = if asked_between { "  managed: { ask: managed }\n" } else { "" };
    let script = format!(
        "script: own\nsymptom: lost-codes\ntitle: Ours\nsteps:\n  sure: {{ verify-identity: true{verify} }}\n{between}  reset: {{ \
         remedy: ask-support{reset} }}\ngoodbye: {{ bye: {{ say: Take care. }} }}\n"
    );
    let mut own = Sources::default();
    own.insert("scripts/own.yaml", script.into_bytes());
    let compiled = Knowledge::compile(&Sources::embedded().overlay(own), &vocabulary());
    assert!(compiled.diagnostics.iter().all(|one| one.code == "KB508"), "{:?}", compiled.diagnostics);
    assert_eq!(
        compiled.diagnostics.is_empty(),
        compiled.knowledge.scripts.contains_key("own"),
        "left out with its flaw"
    );
    !compiled.diagnostics.is_empty()
}

#[test]
fn no_condition_leads_past_the_check_of_who_is_calling() {
    let yes = ", only-when: { managed: \"yes\" }";
    let either = ", only-when: { managed: [\"yes\", unsure] }";
    assert!(!is_told("", false, ""));
    assert!(!is_told("", true, yes));
    assert!(is_told(yes, false, ""), "who is not looked after gets past it");
    assert!(!is_told(yes, false, yes));
    assert!(!is_told(either, false, yes));
    assert!(is_told(yes, false, either));
    assert!(is_told(yes, true, yes), "it was not known yet when it was to be made sure");
    assert!(!is_told(yes, true, ", only-when: { session.identity: verified }"));
}

/// Whoever replaces a symptom is not told of flaws in a script that is not theirs.
#[test]
fn a_built_in_script_goes_with_its_symptom() {
    let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/symptoms/turn-off.yaml"));
    let file = file.unwrap();
    let scripts = |text: &str| {
        let mut own = Sources::default();
        own.insert("symptoms/ours.yaml", text.as_bytes().to_vec());
        let compiled = Knowledge::compile(&Sources::embedded().overlay(own), &vocabulary());
        assert!(
            !compiled.diagnostics.iter().any(|one| one.place.path.starts_with("scripts/")),
            "{:?}",
            compiled.diagnostics
        );
        compiled.knowledge.scripts.contains_key("turn-off")
    };
    assert!(scripts(&file.replace("How could you get into", "How would you get into")), "what it names is there still");
    assert!(!scripts(&file.replace("second-way-in", "other-way-in")));
    assert!(!scripts(&file.replace("turn-off-with-code", "turn-off-by-code")));
    assert!(!scripts(&file.replace("signed-in", "logged-in")));
}

/// The example of the documents is sound, and its scenario passes.
#[test]
fn the_documented_script_compiles() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scripts.md")).unwrap();
    let blocks: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [script, scenario] = blocks[..] else { panic!("{blocks:?}") };
    with(script);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("scenarios")).unwrap();
    let path = folder.path().display().to_string();
    let write = |text: &str| std::fs::write(folder.path().join("scenarios/own.yaml"), text).unwrap();
    let named = |text: &str| text.replace("call-of-a-stranger", "own-call");
    write(&named(scenario));
    let (code, text) = run(&["kb", "test", &path]);
    assert_eq!(code, Some(0), "{text}");
    for (wrong, right, told) in [
        ("[greet, way-in,", "[greet, safe, way-in,", "steps: expected `way-in` as number 2, came to `safe`"),
        (
            "escalate: support",
            "escalate: administrator",
            "next: expected escalate `support`, came to escalate `administrator`",
        ),
        ("farewell, farewell]", "farewell]", "steps: expected `farewell` as number 11, came to the end"),
        ("verified: true", "verified: false", "steps: expected `not-sure` as number 8, came to `take-off`"),
        ("[great, safe", "[greet, safe", "did you mean `greet`?"),
        ("script: lost-code\n", "script: lost-codes\n", "did you mean `lost-codes`?"),
        ("given: { app: authy }\n  verified", "verified", "`given` has no place here"),
    ] {
        write(&named(scenario).replace(right, wrong));
        let (code, text) = run(&["kb", "test", &path]);
        assert!(code == Some(1) && text.contains(told), "{wrong}: {text}");
    }
}
