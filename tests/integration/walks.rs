//! Random walks through sessions: each ends, asks nothing twice, and sends nobody who is locked out to a settings page.

use std::collections::BTreeSet;

use fastrand::Rng;
use otp_doctor::finding::{Detail, Finding, Measure, Reading, Source, Vocabulary};
use otp_doctor::knowledge::Knowledge;
use otp_doctor::rehearse::{Stroll, stroll};
use otp_doctor::session::{
    Ending, Event, Mode, Next, Session, State, SupportCodeError, Transcript, Tried, from_support_code, support_code,
};
use otp_doctor::verdict::UNSURE;

use crate::accuracy::knowledge;
use crate::whole;

const WALKS: usize = 10_000;
/// Sessions that are written down, read again, and carried over by a support code.
const SAMPLES: usize = 300;
const SEED: u64 = 20_260_301;
const LONGEST: usize = 150;

fn random_answer(session: &Session<'_>, question: &str, rng: &mut Rng) -> String {
    let answers = session.symptom().and_then(|symptom| symptom.question(question)).map_or(&[][..], |one| &one.answers);
    match rng.usize(..=answers.len()) {
        index if index < answers.len() => answers[index].id.clone(),
        _ => UNSURE.to_owned(),
    }
}

fn walk(session: &mut Session<'_>, rng: &mut Rng) {
    let mut backs = 0;
    for _ in 0..LONGEST {
        if backs < 2 && session.can_go_back() && rng.u32(..20) == 0 {
            backs += 1;
            session.record(Event::Back);
            continue;
        }
        match session.next() {
            Next::ChooseSymptom => {
                let offered = &session.knowledge().offered;
                session.record(Event::About(offered[rng.usize(..offered.len())].clone()));
            }
            Next::Ask(question) => {
                assert!(!session.state().answers.contains_key(&question), "{question} is asked twice");
                let answer = random_answer(session, &question, rng);
                session.record(Event::Asked { question, answer });
            }
            Next::Observe(_) => {
                let reading = Reading::Unavailable("no further code was given".to_owned());
                session.record(Event::Observed(Finding {
                    probe: "code-match",
                    source: Source::Codes,
                    compared: 0,
                    reading,
                }));
            }
            Next::VerifyIdentity => session.record(Event::Verified(rng.bool())),
            Next::Remedy(remedy) => {
                assert!(!session.state().failed.contains(&remedy), "{remedy} failed and is offered again");
                fits_who_is_locked_out(session, &remedy);
                let result = if rng.u32(..10) == 0 { Tried::Helped } else { Tried::Failed };
                session.record(Event::Tried { remedy, result });
            }
            Next::GoOn(symptom) => session.record(Event::About(symptom)),
            Next::Escalate { .. } | Next::Done | Next::Nothing => return,
        }
    }
    panic!("a walk does not end: {}", session.transcript().write());
}

fn fits_who_is_locked_out(session: &Session<'_>, remedy: &str) {
    let way_in = session.known().get("second-way-in").map(String::as_str);
    if !matches!(way_in, Some("nothing" | "recovery-code")) {
        return;
    }
    let remedy = session.symptom().unwrap().remedy(remedy).unwrap();
    assert!(!remedy.destructive, "{} takes something away from somebody who is locked out", remedy.id);
    let section = session.knowledge().section(&remedy.text).unwrap();
    assert!(!section.body.contains("{settings-page}"), "{} needs the settings page", remedy.id);
}

#[test]
fn a_session_is_its_transcript_and_a_support_code_carries_it() {
    let knowledge = knowledge();
    let vocabulary = otp_doctor::probe::vocabulary();
    let mut rng = Rng::with_seed(7);
    let (mut carried, mut lengths) = (0, Vec::new());
    for number in 0..whole::of(SAMPLES) {
        let mode = if number % 2 == 0 { Mode::Person } else { Mode::Agent };
        let mut session = Session::new(&knowledge, mode, None, None);
        walk(&mut session, &mut rng);
        // The same transcript is the same session, and a support code carries what was told of its symptom.
        let again = Transcript::read(&session.transcript().write(), &vocabulary).unwrap();
        assert_eq!(&again, session.transcript());
        let resumed = Session::resume(&knowledge, again);
        assert_eq!((resumed.next(), resumed.state()), (session.next(), session.state()));
        if let Some(code) = support_code(&session) {
            let heard = from_support_code(&code.to_lowercase(), &knowledge, &vocabulary, None, None).unwrap();
            let (told, brought) = (session.state(), heard.state());
            // Every trouble in order, every answer, every try and what came of it.
            let parts = |state: &State| {
                let State { visited, answers, failed, helped, settled, .. } = state.clone();
                (visited, answers, failed, helped, settled)
            };
            assert_eq!(parts(brought), parts(told), "{}", session.transcript().write());
            assert_eq!(support_code(&heard).unwrap(), code, "what is carried on is the same");
            lengths.push(code.replace('-', "").len());
            if number % 30 == 0 {
                no_slip_is_taken(&code, &knowledge, &vocabulary);
            }
            carried += 1;
        }
    }
    lengths.sort_unstable();
    eprintln!(
        "support codes of {carried} walks: {:?} characters",
        (lengths[0], lengths[carried / 2], lengths[carried - 1])
    );
    let mut other = knowledge.clone();
    other.digest = "0123456789abcdef".to_owned();
    let mut session = Session::new(&knowledge, Mode::Person, None, None);
    session.record(Event::About("lost-codes".to_owned()));
    let code = support_code(&session).unwrap();
    let heard = from_support_code(&code, &other, &vocabulary, None, None);
    assert_eq!(heard.unwrap_err(), SupportCodeError::OtherKnowledge);
    assert_eq!(carried, whole::of(SAMPLES), "each has a code");
}

/// Every character that is misheard, and every two neighbours that are swapped, are noticed.
fn no_slip_is_taken(code: &str, knowledge: &Knowledge, vocabulary: &Vocabulary) {
    let letters: Vec<char> = code.chars().filter(|c| *c != '-').collect();
    let refused = |letters: &[char]| {
        let code: String = letters.iter().collect();
        let heard = from_support_code(&code, knowledge, vocabulary, None, None);
        assert_eq!(heard.err(), Some(SupportCodeError::Misheard), "{code}");
    };
    for at in 0..letters.len() {
        for other in "0123456789FHKMPRUWY".chars().filter(|other| *other != letters[at]) {
            let mut wrong = letters.clone();
            wrong[at] = other;
            refused(&wrong);
        }
        if at > 0 && letters[at - 1] != letters[at] {
            let mut swapped = letters.clone();
            swapped.swap(at - 1, at);
            refused(&swapped);
        }
    }
}

#[test]
fn every_random_session_ends() {
    let knowledge = knowledge();
    let vocabulary = otp_doctor::probe::vocabulary();
    let symptoms: Vec<&str> = knowledge.symptoms.keys().map(String::as_str).collect();
    let walk = |number: u64| -> Stroll {
        let mode = if number.is_multiple_of(2) { Mode::Person } else { Mode::Agent };
        // Every eighth chooses its symptom by itself; the others begin with each in turn.
        let turn = (number / 2) as usize % (symptoms.len() + 1);
        let walked = stroll(&knowledge, &vocabulary, mode, symptoms.get(turn).copied(), SEED + number);
        assert_eq!(walked.flaws, [], "walk {number}, {mode:?}: {walked:?}");
        walked
    };
    let count = whole::of(WALKS);
    let half = |first: u64| (first..count as u64).step_by(2).map(walk).collect::<Vec<Stroll>>();
    let walks = std::thread::scope(|scope| {
        let agents = scope.spawn(|| half(1));
        let mut walks = half(0);
        walks.extend(agents.join().unwrap());
        walks
    });
    let sum = |of: fn(&Stroll) -> usize| walks.iter().map(of).sum::<usize>();
    let ended = |how| walks.iter().filter(|walk| walk.ending == Some(how)).count();
    eprintln!(
        "{} walks: {} moves, {} at most; {} questions, {} remedies, {} codes, {} checks of identity, {} back; {} remedies found, {} escalated",
        walks.len(),
        sum(|walk| walk.moves),
        walks.iter().map(|walk| walk.moves).max().unwrap(),
        sum(|walk| walk.questions),
        sum(|walk| walk.remedies),
        sum(|walk| walk.observed),
        sum(|walk| walk.verified),
        sum(|walk| walk.back),
        ended(Ending::Remedy),
        ended(Ending::Escalated),
    );
    assert_eq!(walks.len(), count);
    let seen: BTreeSet<&str> = walks.iter().flat_map(|walk| &walk.symptoms).map(String::as_str).collect();
    assert_eq!(seen.len(), symptoms.len());
    // Each kind of move was made, or the walks say nothing about it.
    for number in
        [sum(|walk| walk.remedies), sum(|walk| walk.observed), sum(|walk| walk.verified), sum(|walk| walk.back)]
    {
        assert!(number > whole::of(100));
    }
    let least = whole::of(100);
    assert!(ended(Ending::Remedy) > least && ended(Ending::Escalated) > least);
}

#[test]
fn the_same_seed_walks_the_same_way() {
    let (knowledge, vocabulary) = (knowledge(), otp_doctor::probe::vocabulary());
    let walk = || stroll(&knowledge, &vocabulary, Mode::Agent, None, SEED);
    assert_eq!(walk(), walk());
}

/// Somebody gives no further code: what the codes before it showed still stands.
#[test]
fn no_further_code_takes_nothing_back() {
    let knowledge = knowledge();
    let mut session = Session::new(&knowledge, Mode::Person, None, None);
    session.record(Event::About("invalid-code".to_owned()));
    let found = |reading| Event::Observed(Finding { probe: "code-match", source: Source::Codes, compared: 0, reading });
    session.record(found(Reading::Measured(vec![Measure {
        explanation: "device-clock-off",
        with: None,
        ratio: 1e5,
        chance: 0.03,
        codes: 1,
        tried: 1_000,
        provable: true,
        detail: Detail::default(),
    }])));
    let before = session.verdict().cloned();
    session.record(found(Reading::Unavailable("no further code was given".to_owned())));
    assert_eq!(session.verdict().cloned(), before);
}

#[test]
fn a_row_may_rest_on_the_app_and_nobody_is_asked_what_no_question_tells() {
    let mut sources = crate::knowledge::base();
    let table = "symptom: table\nheading: help.md#help\ndecide: first-match\n\
        remedies:\n  set-clock: { text: help.md#clock, effort: minute }\n\
        outcomes:\n  - { when: { app.new-entries: bottom }, remedy: set-clock, escalate: support }\n  \
        - { otherwise: true, escalate: support }\n";
    sources.insert("symptoms/table.yaml", table);
    let knowledge = Knowledge::compile(&sources, &otp_doctor::probe::vocabulary()).knowledge;
    let about = Event::About("table".to_owned());
    let app = |id: &str| Event::Asked { question: "app".to_owned(), answer: id.to_owned() };
    let next = |events: &[Event]| {
        let mut session = Session::new(&knowledge, Mode::Person, None, None);
        for event in events {
            session.record(event.clone());
        }
        session.next()
    };
    assert!(matches!(next(&[app("base"), about.clone()]), Next::Remedy(remedy) if remedy == "set-clock"));
    for nobody_knows in [vec![about.clone()], vec![app(UNSURE), about.clone()]] {
        assert!(matches!(next(&nobody_knows), Next::Escalate { role, .. } if role == "support"));
    }
}

#[test]
fn a_weighed_cause_may_rest_on_the_app() {
    let weighed = "symptom: weighed\nheading: help.md#help\n\
        causes:\n  device-clock-off: { text: help.md#clock, title: The clock is off, common: common, only-when: { app.new-entries: bottom } }\n  \
        old-entry: { text: help.md#entries, title: An older entry, common: common }\n\
        remedies:\n  set-clock: { text: help.md#clock, effort: minute, fixes: { device-clock-off: usually, old-entry: usually } }\n";
    let belief = |place: &str| {
        let mut sources = crate::knowledge::base();
        sources.insert("symptoms/weighed.yaml", weighed);
        sources.insert("apps/base.yaml", format!("app: base\nfacts: {{ new-entries: {place} }}\n"));
        let knowledge = Knowledge::compile(&sources, &otp_doctor::probe::vocabulary()).knowledge;
        let mut session = Session::new(&knowledge, Mode::Person, None, None);
        session.record(Event::Asked { question: "app".to_owned(), answer: "base".to_owned() });
        session.record(Event::About("weighed".to_owned()));
        session.verdict().map(|verdict| verdict.of("device-clock-off"))
    };
    assert!(belief("bottom").is_some_and(|belief| belief > 0.1));
    assert_eq!(belief("top"), Some(0.0));
}
