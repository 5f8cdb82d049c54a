//! Files of knowledge.

use std::sync::LazyLock;

use otp_doctor::diagnostic::{Diagnostic, line_and_column};
use otp_doctor::finding::Vocabulary;
use otp_doctor::knowledge::{CODES, Knowledge, Sources, check_page};
use otp_doctor::probe;
use otp_doctor::rehearse;
use otp_doctor::report::{self, Look};
use otp_doctor::session::{Event, Mode, Session};
use otp_doctor::verdict::{Evidences, weigh};

use super::super::verdict::assert_sound;

/// A small knowledge without a flaw, into which each file is put.
const BASE: [(&str, &str); 5] = [
    ("kb.yaml", include_str!("base/kb.yaml")),
    ("articles/help.md", include_str!("base/help.md")),
    ("symptoms/base.yaml", include_str!("base/symptom.yaml")),
    ("services/generic.yaml", include_str!("base/service.yaml")),
    ("apps/base.yaml", include_str!("base/app.yaml")),
];

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(probe::vocabulary);

pub(super) fn base_file(data: &[u8]) {
    put("kb.yaml", data);
}

pub(super) fn article(data: &[u8]) {
    put("articles/help.md", data);
}

pub(super) fn symptom(data: &[u8]) {
    put("symptoms/fuzzed.yaml", data);
}

pub(super) fn service(data: &[u8]) {
    put("services/fuzzed.yaml", data);
}

pub(super) fn app(data: &[u8]) {
    put("apps/fuzzed.yaml", data);
}

pub(super) fn phrases(data: &[u8]) {
    put("phrases.yaml", data);
}

pub(super) fn scenarios(data: &[u8]) {
    put("scenarios/fuzzed.yaml", data);
}

/// A file that is named by itself; it goes where its content says.
pub(super) fn any_file(data: &[u8]) {
    let (name, content) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (String::from_utf8_lossy(&data[..end]), &data[end + 1..]),
        None => (String::from_utf8_lossy(data), &[][..]),
    };
    if let Some(path) = Sources::place_of(&name, content) {
        put(&path, content);
    }
}

pub(super) fn page(data: &[u8]) {
    let found = check_page("page.md", data, |file| file == "there.md");
    assert_lie_within("page.md", data, &found);
    let text = String::from_utf8_lossy(data);
    for width in [1, 40, 200] {
        report::render(&text, width, width > 40);
    }
}

fn base() -> Sources {
    BASE.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn put(path: &str, content: &[u8]) {
    let mut own = Sources::default();
    own.insert(path, content);
    let sources = base().overlay(own);
    let compiled = Knowledge::compile(&sources, &VOCABULARY);
    let mut found = compiled.diagnostics.clone();
    assert!(found.iter().all(|one| CODES.contains(&one.code)));
    let place = |one: &Diagnostic| (one.place.path.clone(), one.place.line, one.place.column);
    assert!(found.is_sorted_by_key(place), "diagnostics are in order");
    let (scenarios, flaws) = rehearse::read(&sources, &compiled.knowledge);
    found.extend(flaws);
    for (path, bytes) in sources.iter() {
        let here: Vec<Diagnostic> = found.iter().filter(|one| one.place.path == path).cloned().collect();
        assert_lie_within(path, bytes, &here);
    }
    let known = |path: &str| path == "kb.yaml" || sources.get(path).is_some();
    assert!(found.iter().all(|one| known(&one.place.path)), "a diagnostic of no file");
    let json = report::diagnostics(found.iter().map(|one| (one, one.place.path.as_str())));
    serde_json::from_str::<serde_json::Value>(&json).expect("diagnostics are JSON");
    for scenario in scenarios.iter().take(2).filter(|scenario| scenario.case.attempts.is_empty()) {
        rehearse::run(scenario, &compiled.knowledge);
    }
    assert_can_be_trusted(&compiled.knowledge);
}

fn assert_lie_within(path: &str, bytes: &[u8], found: &[Diagnostic]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split('\n').count();
    for one in found {
        assert_eq!(one.place.path, path);
        assert!(!one.message.is_empty());
        assert!(!one.message.contains('\n'), "a message on two lines: {:?}", one.message);
        assert!(one.place.line <= lines, "line {} of {lines}: {one}", one.place.line);
        let span = one.place.span.clone();
        if span != (0..0) {
            let whole = std::str::from_utf8(bytes).expect("a span in what is no text");
            assert!(whole.get(span.clone()).is_some(), "{span:?} is not within the text: {one}");
            assert_eq!((one.place.line, one.place.column), line_and_column(whole, span.start), "{one}");
        }
    }
}

/// What is in it has no flaw: it can be weighed, asked and shown.
fn assert_can_be_trusted(knowledge: &Knowledge) {
    let look = Look { width: 60, styled: false };
    for (id, symptom) in &knowledge.symptoms {
        let answers = symptom
            .questions
            .iter()
            .take(3)
            .filter_map(|question| Some((question.id.clone(), question.answers.first()?.id.clone())));
        let answers = answers.collect();
        let failed: Vec<String> = symptom.remedies.iter().take(1).map(|remedy| remedy.id.clone()).collect();
        assert_sound(&weigh(
            symptom,
            &knowledge.numbers,
            Evidences { findings: &[], answers: &answers, failed: &failed, helped: &[] },
        ));
        let mut session = Session::new(knowledge, Mode::Person, None, None);
        session.record(Event::About(id.clone()));
        for _ in 0..4 {
            if let Some(verdict) = session.verdict() {
                assert_sound(verdict);
            }
            super::sessions::step(&mut session);
        }
        for cause in &symptom.causes {
            let remedies: Vec<_> = symptom.remedies.iter().collect();
            report::explain(knowledge, cause, &remedies, None, look);
        }
    }
}
