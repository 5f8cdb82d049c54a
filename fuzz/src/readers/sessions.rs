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
    let handoff = report::Handoff::of(session, &words);
    for text in [handoff.text(), handoff.markdown(), handoff.json()] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "a control character in a hand-off");
    }
    if let Some(code) = spelled(session) {
        assert_carries(session, &code);
    }
}

/// The code gives the same troubles, and carries no more than they have.
fn assert_carries(session: &Session<'_>, code: &str) {
    let carried = from_support_code(code, &KNOWLEDGE, &VOCABULARY, None, None).expect("what is written is read");
    let symptom = session.symptom().expect("a code has a symptom");
    assert_eq!(carried.symptom().map(|symptom| &symptom.id), Some(&symptom.id));
    assert_eq!(carried.state().visited, session.state().visited);
    assert_eq!(carried.state().failed, session.state().failed);
    assert_eq!(spelled(&carried).as_deref(), Some(code));
}

pub(super) fn support_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(session) = from_support_code(&text, &KNOWLEDGE, &VOCABULARY, None, None) {
        assert_is_sound(&session);
    }
}

/// A code whose check and mark are right, whatever it carries.
pub(super) fn forged_support_code(data: &[u8]) {
    const ALPHABET: &[u8; 19] = b"0123456789FHKMPRUWY";
    let mark = u64::from_str_radix(&KNOWLEDGE.digest, 16).unwrap_or(0) % 1024;
    // The lowest digit in base 1024 is the mark; what is above it is the data.
    let mut number: Vec<u8> = Vec::new();
    let mut put = |digit: u64, radix: u64| {
        let mut carry = digit;
        for place in &mut number {
            carry += u64::from(*place) * radix;
            *place = (carry % 19) as u8;
            carry /= 19;
        }
        while carry > 0 {
            number.push((carry % 19) as u8);
            carry /= 19;
        }
    };
    data.iter().take(40).for_each(|byte| put(u64::from(*byte), 256));
    put(mark, 1024);
    let mut characters: Vec<u8> = number.into_iter().rev().collect();
    while characters.len() < 9 {
        characters.insert(0, 0);
    }
    // The three that make 2, 4 and 8 roots: found by trying, they are few.
    let is_root =
        |characters: &[u8], root: u32| characters.iter().fold(0, |sum, one| (sum * root + u32::from(*one)) % 19) == 0;
    for check in 0..19_u16.pow(3) {
        let all: Vec<u8> = characters
            .iter()
            .copied()
            .chain([(check / 361) as u8, (check / 19 % 19) as u8, (check % 19) as u8])
            .collect();
        if [2, 4, 8].into_iter().all(|root| is_root(&all, root)) {
            let code: String = all.iter().map(|one| char::from(ALPHABET[usize::from(*one)])).collect();
            if let Ok(mut session) = from_support_code(&code, &KNOWLEDGE, &VOCABULARY, None, None) {
                assert_is_sound(&session);
                step(&mut session);
                assert_is_sound(&session);
            }
        }
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
