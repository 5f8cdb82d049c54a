//! Cases.

use otp_doctor::case::{self, Case, CaseError};
use otp_doctor::entry;

use super::super::silence::assert_silent;
use super::entries::{is_named_like_steam, without_blanks};

/// A written URI may be longer than a text of a case may be.
const LONGEST_URI: usize = 8 * 1024;

pub(super) fn case(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match case::read(&text) {
        Ok(case) => assert_comes_back(&case),
        Err(error) => assert_quiet(&text, &error),
    }
}

/// An error is in our own words.
pub(super) fn assert_quiet(text: &str, error: &CaseError) {
    assert_silent(text, &error.to_string());
    assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{}", error.message);
}

fn assert_comes_back(case: &Case) {
    let entries = || case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
    if entries().any(|entry| is_named_like_steam(entry) || entry::write(entry).len() > LONGEST_URI) {
        return;
    }
    let written = case::write(case).to_string();
    let again = case::read(&written).unwrap_or_else(|error| panic!("what is written is read: {error}"));
    if let (Some(before), Some(after)) = (case.clock, again.clock) {
        let near = |a: f64, b: f64| (a - b).abs() <= a.abs() * 1e-12;
        assert!(near(before.offset_seconds, after.offset_seconds));
        assert!(near(before.uncertainty_seconds, after.uncertainty_seconds));
    }
    assert_eq!(plain(again), plain(case.clone()), "what is written is read as the same");
}

/// Without what the formats cannot keep.
fn plain(mut case: Case) -> Case {
    case.clock = None;
    case.expected = case.expected.as_ref().map(without_blanks);
    for known in &mut case.entries {
        known.entry = without_blanks(&known.entry);
    }
    assert!(case.attempts.iter().all(|attempt| attempt.at.is_none_or(|at| at.from <= at.to)));
    case
}
