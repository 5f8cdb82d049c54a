//! Transcripts and support codes.

use std::sync::LazyLock;

use otp_doctor::finding::Vocabulary;
use otp_doctor::probe;
use otp_doctor::report;
use otp_doctor::session::{Event, Next, Session, Transcript, Tried, from_support_code, support_code as spelled};
use otp_doctor::{speech, talk};

use super::super::KNOWLEDGE;
use super::super::verdict::assert_sound;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(probe::vocabulary);

pub(super) fn transcript(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(transcript) = Transcript::read(&text, &VOCABULARY) else { return };
    let written = transcript.write();
    let again = Transcript::read(&written, &VOCABULARY).expect("what is written is read");
    assert_eq!(again, transcript, "what is written is read as the same");
    let mut session = Session::resume(&KNOWLEDGE, transcript);
    assert_is_sound(&session);
    assert_eq!(session.next(), Session::resume(&KNOWLEDGE, again).next());
    step(&mut session);
    session.record(Event::Back);
    assert_is_sound(&session);
}

/// Everything that a session can be asked for.
fn assert_is_sound(session: &Session<'_>) {
    if let Some(verdict) = session.verdict() {
        assert_sound(verdict);
    }
    session.next();
    session.meanwhile();
    session.can_go_back();
    let words = speech::words_of(&KNOWLEDGE, session.transcript().header.service.as_deref(), None);
    talk::found(session, &words);
    let handoff = report::handoff(session, &words);
    assert!(handoff.chars().all(|c| c == '\n' || !c.is_control()), "a control character in a ticket");
    if let Some(code) = spelled(session) {
        assert_carries(session, &code);
    }
}

/// The code gives the same answers, and the same remedies that failed.
fn assert_carries(session: &Session<'_>, code: &str) {
    let carried = from_support_code(code, &KNOWLEDGE, &VOCABULARY, None, None).expect("what is written is read");
    let symptom = session.symptom().expect("a code has a symptom");
    assert_eq!(carried.symptom().map(|symptom| &symptom.id), Some(&symptom.id));
    for question in &symptom.questions {
        let answer = |session: &Session<'_>| session.state().answers.get(&question.id).cloned();
        let known = |answer: &String| answer == "unsure" || question.answers.iter().any(|one| one.id == *answer);
        assert_eq!(answer(&carried), answer(session).filter(known), "{}", question.id);
    }
    for remedy in &symptom.remedies {
        let failed = |session: &Session<'_>| session.state().failed.contains(&remedy.id);
        assert_eq!(failed(&carried), failed(session), "{}", remedy.id);
    }
}

pub(super) fn support_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(session) = from_support_code(&text, &KNOWLEDGE, &VOCABULARY, None, None) {
        assert_is_sound(&session);
    }
}

/// A code whose checksum and mark are right, whatever it carries.
pub(super) fn forged_support_code(data: &[u8]) {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let carried = data.iter().take(10).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mark = u128::from_str_radix(&KNOWLEDGE.digest, 16).unwrap_or(0) % 1024;
    let marked = carried * 1024 + mark;
    let mut number = marked * 1024 + marked % 1021;
    let mut letters = Vec::new();
    while number > 0 || letters.len() < 12 {
        letters.push(ALPHABET[(number % 32) as usize]);
        number /= 32;
    }
    letters.reverse();
    let code = String::from_utf8_lossy(&letters);
    if let Ok(mut session) = from_support_code(&code, &KNOWLEDGE, &VOCABULARY, None, None) {
        assert_is_sound(&session);
        step(&mut session);
        assert_is_sound(&session);
    }
}

/// Does what the session wants, as somebody would who always takes the first answer and whom nothing helps.
pub(super) fn step(session: &mut Session<'_>) {
    let knowledge = session.knowledge();
    let event = match session.next() {
        Next::ChooseSymptom => knowledge.offered.first().map(|id| Event::About(id.clone())),
        Next::Ask(question) => {
            let known = session.symptom().and_then(|symptom| symptom.question(&question));
            let answer = known.and_then(|question| question.answers.first()).map(|answer| answer.id.clone());
            answer.map(|answer| Event::Asked { question, answer })
        }
        Next::VerifyIdentity => Some(Event::Verified(true)),
        Next::Remedy(remedy) => Some(Event::Tried { remedy, result: Tried::Failed }),
        Next::GoOn(symptom) => Some(Event::About(symptom)),
        Next::Observe(_) | Next::Escalate { .. } | Next::Done | Next::Nothing => None,
    };
    if let Some(event) = event {
        session.record(event);
    }
}
