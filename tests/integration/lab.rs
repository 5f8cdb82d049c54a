//! The laboratory plays its faults out, and the same seed plays the same.

use otp_doctor::case::{self, Outcome};
use otp_doctor::lab::{Bench, Fault, Level, Recipe};

const EACH: usize = 40;

/// Faults in which the code is the one that the service waited for.
const RIGHT: [&str; 7] = [
    "valid-code",
    "replayed-code",
    "future-watermark",
    "locked-account",
    "expired-session",
    "factor-disabled",
    "other-factor-failed",
];

#[test]
fn every_specimen_is_refused_as_its_service_says() {
    for fault in Fault::all() {
        for codes in 1..=3 {
            let mut bench = Bench::new(7, Recipe { codes, level: Level::L2 });
            for _ in 0..EACH {
                let specimen = bench.make(fault);
                let right = RIGHT.contains(&fault.cause);
                let attempts = &specimen.case.attempts;
                assert_eq!(specimen.fits, right, "{}", fault.id());
                assert!(attempts.len() >= codes, "{}", fault.id());
                assert!(attempts.iter().any(|attempt| attempt.outcome == Outcome::Refused), "{}", fault.id());
            }
        }
    }
}

#[test]
fn every_fault_has_a_name_of_its_own_and_can_be_told_apart_somewhere() {
    let mut ids: Vec<String> = Fault::all().map(Fault::id).collect();
    assert!(Fault::all().all(|fault| Fault::named(&fault.id()).is_some_and(|found| found.id() == fault.id())));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), Fault::all().count());
    for fault in Fault::all() {
        let mut bench = Bench::new(11, Recipe { codes: 3, level: Level::L2 });
        assert!((0..EACH).any(|_| bench.make(fault).is_identifiable()), "{}", fault.id());
    }
}

#[test]
fn the_same_seed_makes_the_same_specimens() {
    let made = |seed| {
        let mut bench = Bench::new(seed, Recipe { codes: 2, level: Level::L2 });
        Fault::all().map(|fault| bench.make(fault)).collect::<Vec<_>>()
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

#[test]
fn a_case_tells_its_level_and_no_more() {
    for fault in Fault::all() {
        for level in [Level::L0, Level::L1, Level::L2] {
            let mut bench = Bench::new(3, Recipe { codes: 2, level });
            let case = bench.make(fault).case;
            let written = case::write(&case).to_string();
            assert!(!written.contains(fault.cause) || fault.cause == "unknown", "{written}");
            assert_eq!(case.expected.is_some(), level == Level::L2);
            assert_eq!(case.attempts.is_empty(), level == Level::L0);
            let told = case.entries.iter().any(|known| known.status.is_some() || known.owner.is_some());
            assert!(!told || level == Level::L2, "{written}");
        }
    }
}
