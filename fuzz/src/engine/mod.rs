//! The engine on arbitrary cases.

mod login;

use otp_doctor::case::{self, Case, NEWEST};
use otp_doctor::engine::diagnose;
use otp_doctor::finding::Reading;
use otp_doctor::report::{self, Look, Subject};
use otp_doctor::session::Diagnosis;
use otp_doctor::triage::{Log, Refusal};
use serde_json::Value;

use super::KNOWLEDGE;
use super::verdict::assert_sound;

pub use login::Login;

/// Diagnoses the login, if it is a case that can be read, and checks what must hold.
pub fn run(login: &Login) {
    let Ok(case) = case::read(&case::write(&login.case()).to_string()) else { return };
    let Ok(diagnosis) = diagnose(&case, &KNOWLEDGE) else { return };
    if let Some(verdict) = &diagnosis.verdict {
        assert_sound(verdict);
        // A transcript may say more; a probe does not.
        assert!(verdict.chance <= 1.0, "chance {}", verdict.chance);
    }
    assert_measures(&diagnosis);
    assert_eq!(diagnose(&case, &KNOWLEDGE).as_ref(), Ok(&diagnosis), "the same case, the same diagnosis");
    assert_reports(&case, &diagnosis);
    if login.backwards {
        assert_order_does_not_matter(case, &diagnosis);
    }
}

fn assert_measures(diagnosis: &Diagnosis) {
    for finding in &diagnosis.findings {
        let Reading::Measured(measures) = &finding.reading else { continue };
        for one in measures {
            let name = one.explanation;
            assert!(one.ratio.is_finite() && one.ratio >= 0.0, "ratio {} of {name}", one.ratio);
            assert!(one.chance.is_finite() && one.chance >= 0.0, "chance {} of {name}", one.chance);
        }
    }
}

fn assert_reports(case: &Case, diagnosis: &Diagnosis) {
    let subject = Subject::new(diagnosis, &KNOWLEDGE, None);
    let answer = report::answer(&subject);
    let read: Value = serde_json::from_str(&answer).expect("an answer is JSON");
    // A table weighs nothing.
    let chance = read["chance"].as_f64();
    assert_eq!(chance.is_some(), diagnosis.verdict.is_some());
    assert!(chance.is_none_or(|chance| (0.0..=1.0).contains(&chance)), "chance {}", read["chance"]);
    let mut said = Vec::new();
    texts(&read, &mut said);
    let look = Look { width: 80, styled: false };
    said.extend([report::text(&subject, look), report::line(&subject, look), report::markdown(&subject)]);
    for attempt in &case.attempts {
        let typed: String = attempt.code.text().chars().filter(char::is_ascii_digit).collect();
        let mut digits: Vec<char> = typed.chars().collect();
        digits.sort_unstable();
        digits.dedup();
        // A number with few different digits may be any number of ours.
        if typed.len() >= 6 && digits.len() >= 5 {
            assert!(!said.iter().any(|text| text.contains(&typed)), "a typed code is in a report");
        }
    }
    let mut log = Log::default();
    log.add(&Refusal::of(case, diagnosis));
    log.triage();
}

/// Every text in an answer.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

/// Of more attempts than count, and of those without a time, the order says which are the newest.
fn assert_order_does_not_matter(mut case: Case, diagnosis: &Diagnosis) {
    if case.attempts.len() > NEWEST || case.attempts.iter().any(|attempt| attempt.at.is_none()) {
        return;
    }
    case.attempts.reverse();
    let reversed = diagnose(&case, &KNOWLEDGE).expect("it was diagnosed before").verdict;
    let Some((verdict, reversed)) = diagnosis.verdict.as_ref().zip(reversed) else { return };
    for one in &verdict.causes {
        let (forth, back) = (verdict.of(&one.cause), reversed.of(&one.cause));
        assert!((forth - back).abs() < 1e-6, "{}: {forth}, and {back} with the attempts in reverse", one.cause);
    }
}
