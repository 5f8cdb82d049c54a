//! Steps of a guided session, without a screen.

use otp_doctor::case::{KnownEntry, TypedCode};
use otp_doctor::engine::Guided;
use otp_doctor::import;
use otp_doctor::otp::{Key, step};
use otp_doctor::session::{Event, Mode, Move, Session};

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
    assert_eq!(session.next(), Move::GoOn("lost-codes".to_owned()));
    session.record(Event::About("lost-codes".to_owned()));
    let further = session.next();
    session.record(Event::Back);
    assert!(matches!(session.next(), Move::Ask { question, .. } if question == "has-device"));
    session.record(asked("has-device", "no"));
    session.record(Event::About("lost-codes".to_owned()));
    assert_eq!(session.next(), further);
    // The trouble that the person chose is taken back by itself.
    (0..3).for_each(|_| session.record(Event::Back));
    assert_eq!(session.next(), Move::ChooseSymptom);
}

/// An hour behind by one code could be luck: the next one is asked for, and meanwhile the remedy is shown.
#[test]
fn the_likely_remedy_is_shown_while_a_code_is_waited_for() {
    let knowledge = knowledge();
    let mut guided = Guided::new(Session::new(&knowledge, Mode::Person, None, None));
    guided.session.record(Event::About("invalid-code".to_owned()));
    guided.session.record(Event::Asked { question: "where".to_owned(), answer: "signing-in".to_owned() });
    assert_eq!(guided.session.probably(), None);
    let bytes = std::fs::read(example("qr-code.png")).unwrap();
    let entry = import::read(&bytes, "qr-code.png").entries.remove(0).entry;
    let key = Key::new(entry.algorithm, &entry.secret);
    let at = 1_768_513_212;
    let code = |seconds: i64| TypedCode::new(format!("{:06}", key.code(step(at + seconds, 30) as u64, entry.digits)));
    let later = code(60 - 3_600);
    let first = code(-3_600);
    guided.hold(vec![KnownEntry::from(entry)]);
    guided.shown(first, at);
    guided.examine();
    assert_eq!(guided.session.next(), Move::Observe);
    assert_eq!(guided.session.probably().map(|remedy| remedy.id.as_str()), Some("set-clock"));
    guided.shown(later, at + 60);
    guided.examine();
    let next = guided.session.next();
    assert!(matches!(&next, Move::Try { remedy, .. } if remedy == "set-clock"), "{next:?}");
}
