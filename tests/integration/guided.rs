//! Steps of a guided session, without a screen.

use otp_doctor::case::TypedCode;
use otp_doctor::engine::Guided;
use otp_doctor::import;
use otp_doctor::otp::{Key, step};
use otp_doctor::session::{Event, Mode, Move, Session};

use crate::content::knowledge;
use crate::examples::example;

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
    guided.hold(vec![entry]);
    guided.shown(first, at);
    guided.examine();
    assert_eq!(guided.session.next(), Move::Observe);
    assert_eq!(guided.session.probably().map(|remedy| remedy.id.as_str()), Some("set-clock"));
    guided.shown(later, at + 60);
    guided.examine();
    let next = guided.session.next();
    assert!(matches!(&next, Move::Try { remedy, .. } if remedy == "set-clock"), "{next:?}");
}
