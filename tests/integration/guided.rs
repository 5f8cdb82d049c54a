//! Steps of a guided session, without a screen.

use otp_doctor::case::{Interval, TypedCode};
use otp_doctor::import;
use otp_doctor::otp::{Key, step};
use otp_doctor::readers;
use otp_doctor::session::{Event, Mode, Next, Session};
use otp_doctor::talk::{About, Block, Input, Means, Now, Prompt, Talk};
use otp_doctor::verdict::Conclusion;

use crate::content::knowledge;
use crate::examples::example;

/// Back takes the last answer away, and with it a trouble that the session went over to by itself.
#[test]
fn back_leads_out_of_a_trouble_that_nobody_chose() {
    let knowledge = knowledge();
    let mut session = Session::new(&knowledge, Mode::Person, None, None);
    let asked =
        |question: &str, answer: &str| Event::Asked { question: question.to_owned(), answer: answer.to_owned() };
    session.record(Event::About("turn-off".to_owned()));
    session.record(asked("second-way-in", "nothing"));
    session.record(asked("has-device", "no"));
    assert_eq!(session.next(), Next::GoOn("lost-codes".to_owned()));
    session.record(Event::About("lost-codes".to_owned()));
    let further = session.next();
    session.record(Event::Back);
    assert_eq!(session.next(), Next::Ask("has-device".to_owned()));
    session.record(asked("has-device", "no"));
    session.record(Event::About("lost-codes".to_owned()));
    assert_eq!(session.next(), further);
    // The trouble that the person chose is taken back by itself.
    (0..3).for_each(|_| session.record(Event::Back));
    assert_eq!(session.next(), Next::ChooseSymptom);
}

/// An hour behind by one code could be luck: the next one is asked for, and meanwhile the remedy is shown.
#[test]
fn the_likely_remedy_is_shown_while_a_code_is_waited_for() {
    let knowledge = knowledge();
    let bytes = std::fs::read(example("exports/google-authenticator.png")).unwrap();
    let entry = import::read(&bytes, "x").entries.remove(0).entry;
    let key = Key::new(entry.algorithm, &entry.secret);
    let at = 1_768_513_212;
    let code = |seconds: i64| {
        Input::Code(TypedCode::new(format!("{:06}", key.code(step(at + seconds, 30) as u64, entry.digits))))
    };
    let means = Means { live: true, material: true, ..Means::default() };
    let mut talk = Talk::new(Session::new(&knowledge, Mode::Person, None, None), means);
    let now = |seconds: i64| Now { millis: (at + seconds) * 1_000 };
    talk.begin(now(0));
    let mut take = |input, seconds| talk.take(input, now(seconds)).unwrap_or_else(|one| panic!("{one:?}"));
    take(Input::Choice("invalid-code".to_owned()), 0);
    take(Input::Choice("signing-in".to_owned()), 0);
    take(Input::Choice("app".to_owned()), 0);
    take(Input::Choice("picture".to_owned()), 0);
    take(Input::File { name: "x".to_owned(), bytes: bytes.into() }, 0);
    let job = talk.job().unwrap();
    let mut take = |input, seconds| talk.take(input, now(seconds)).unwrap_or_else(|one| panic!("{one:?}"));
    take(readers::run(&job), 0);
    take(Input::Nothing, 0);
    take(code(-3_600), 0);
    assert!(matches!(talk.session().next(), Next::Observe(_)));
    assert_eq!(talk.session().probably().map(|remedy| remedy.id.as_str()), Some("set-clock"));
    assert!(talk.said().iter().any(|block| matches!(block, Block::Section(told) if told.section.anchor == "clock")));
    // A question uses the time; then the code is waited for.
    while let Prompt::Choose(_) | Prompt::Press { .. } = talk.prompt() {
        talk.take(Input::Unsure, now(1)).unwrap();
    }
    assert!(matches!(talk.prompt(), Prompt::Wait { until, .. } if until == at + 19), "{:?}", talk.prompt());
    talk.take(Input::Waited, now(19)).unwrap();
    talk.take(code(60 - 3_600), now(60)).unwrap();
    assert_eq!(talk.session().next(), Next::Remedy("set-clock".to_owned()));
}

/// Codes of several entries: the one that fits is the one to use, and nothing is proved by that.
#[test]
fn the_entry_that_fits_is_the_one_to_use_and_no_proof_of_another() {
    let knowledge = knowledge();
    let bytes = std::fs::read(example("qr-code.png")).unwrap();
    let entry = import::read(&bytes, "x").entries.remove(0).entry;
    let key = Key::new(entry.algorithm, &entry.secret);
    let at = 1_768_513_212;
    let code = |text: String| Input::Code(TypedCode::new(text));
    let right = |seconds: i64| format!("{:06}", key.code(step(at + seconds, 30) as u64, entry.digits));
    let mut ends = Vec::new();
    // The refused code was the right entry's, or none of it.
    for refused in [right(-60), "123123".to_owned()] {
        let means = Means { live: true, material: true, ..Means::default() };
        let mut talk = Talk::new(Session::new(&knowledge, Mode::Person, None, None), means);
        let now = Now { millis: at * 1_000 };
        talk.begin(now);
        for answer in ["invalid-code", "signing-in", "app", "picture"] {
            talk.take(Input::Choice(answer.to_owned()), now).unwrap();
        }
        talk.take(Input::File { name: "x".to_owned(), bytes: bytes.clone().into() }, now).unwrap();
        let job = talk.job().unwrap();
        talk.take(readers::run(&job), now).unwrap();
        talk.take(code(refused), now).unwrap();
        talk.take(Input::Ago(Interval { from: at - 90, to: at - 60 }), now).unwrap();
        talk.take(Input::Choice("several".to_owned()), now).unwrap();
        for shown in ["654321".to_owned(), right(0)] {
            talk.take(code(shown), now).unwrap();
        }
        talk.take(Input::Nothing, now).unwrap();
        let found = About::Remedy("use-found-entry".to_owned());
        let is_offered = talk.prompt().choose().is_some_and(|choose| choose.about == found);
        let verdict = talk.session().verdict().unwrap();
        assert!(verdict.of("old-entry") < 0.999, "{:?}", verdict.first());
        // Where it is confirmed that the refused code was right, another entry is not what helps.
        assert_eq!(is_offered, verdict.conclusion != Conclusion::Confirmed, "{:?}", talk.prompt());
        ends.push(verdict.first().cause.clone());
    }
    assert_eq!(ends[0], "valid-code", "a refused code of the right entry is not one of an older");
    assert_ne!(ends[0], ends[1]);
}
