//! What must hold for every case.

use otp_doctor::case::{self, AtSource, Attempt, Case, Interval, KnownEntry, Outcome, Status, TypedCode};
use otp_doctor::engine::diagnose;
use otp_doctor::entry::{Entry, Kind};
use otp_doctor::finding::{Fact, Reading};
use otp_doctor::knowledge::Knowledge;
use otp_doctor::lab::{Bench, Fault, Level, Recipe};
use otp_doctor::otp::{Algorithm, Digits, Key, Secret, step};
use otp_doctor::rehearse::weights;
use otp_doctor::verdict::{Conclusion, Evidences, weigh};
use proptest::prelude::*;

use crate::accuracy::knowledge;

fn entry(seed: u8, algorithm: Algorithm, digits: u8, period: u32) -> Entry {
    Entry {
        issuer: "Example".to_owned(),
        account: "me".to_owned(),
        secret: Secret::new((0..20).map(|byte: u8| byte.wrapping_mul(31) ^ seed).collect()),
        algorithm,
        digits: Digits::new(digits).unwrap(),
        kind: Kind::Totp { period },
    }
}

fn shown(entry: &Entry, time: i64) -> String {
    let Kind::Totp { period } = entry.kind else { unreachable!() };
    let code = Key::new(entry.algorithm, &entry.secret).code(step(time, period) as u64, entry.digits);
    format!("{code:0width$}", width = usize::from(entry.digits.get()))
}

fn attempt(code: String, at: i64, outcome: Outcome) -> Attempt {
    Attempt::new(TypedCode::new(code), Interval::instant(at), AtSource::Service, outcome)
}

fn shared_knowledge() -> &'static Knowledge {
    static KNOWLEDGE: std::sync::OnceLock<Knowledge> = std::sync::OnceLock::new();
    KNOWLEDGE.get_or_init(knowledge)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_injected_offset_is_found(
        seed: u8,
        offset in prop_oneof![-172_000_i64..-160, 160_i64..172_000],
        at in 1_600_000_000_i64..1_900_000_000,
        delay in 1_i64..19,
        algorithm in prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)],
        digits in 6_u8..=8,
        period in prop_oneof![Just(30_u32), Just(60)],
    ) {
        let entry = entry(seed, algorithm, digits, period);
        let next = at + 2 * i64::from(period) + 7;
        let attempts = vec![
            attempt(shown(&entry, at - delay + offset), at, Outcome::Refused),
            attempt(shown(&entry, next - delay + offset), next, Outcome::Untried),
        ];
        let case = Case { expected: Some(entry), attempts, ..Case::default() };
        let verdict = diagnose(&case, shared_knowledge()).unwrap().verdict.unwrap();
        prop_assert_eq!(&verdict.first().cause, "device-clock-off");
        let Some(Fact::Range(from, to)) = verdict.first().detail.get("offset_range") else {
            return Err(TestCaseError::fail("no range"));
        };
        prop_assert!((*from..=*to).contains(&offset), "{} not in {}..={}", offset, from, to);
        prop_assert!(to - from <= i64::from(period) + 20);
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,400}") {
        let _ = case::read(&text);
        let _ = case::read(&format!("{{\"attempts\":[{{\"code\":\"{text}\"}}]}}"));
    }

    #[test]
    fn any_typed_string_is_diagnosed(code in "\\PC{0,40}", seed: u8) {
        let entry = entry(seed, Algorithm::Sha1, 6, 30);
        let attempts = vec![attempt(code, 1_700_000_000, Outcome::Refused)];
        let case = Case { expected: Some(entry), attempts, ..Case::default() };
        let verdict = diagnose(&case, shared_knowledge()).unwrap().verdict.unwrap();
        let sum: f64 = verdict.causes.iter().map(|one| one.probability).sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
    }
}

/// Twenty specimens of each of these faults.
fn specimens(faults: impl Iterator<Item = Fault>) -> Vec<Case> {
    let mut bench = Bench::new(5, Recipe { codes: 2, level: Level::L2 });
    let mut cases = Vec::new();
    for fault in faults {
        cases.extend((0..20).map(|_| bench.make(fault).case));
    }
    cases
}

#[test]
fn a_case_survives_writing_and_reading() {
    for case in specimens(Fault::all()) {
        assert_eq!(case::read(&case::write(&case).to_string()).unwrap(), case);
    }
}

#[test]
fn the_order_of_entries_and_attempts_does_not_matter() {
    // What the knowledge does not have is not weighed, and then equal entries may change places.
    let known = weights(shared_knowledge()).into_iter().filter(|(_, weight)| *weight > 0.0).map(|(fault, _)| fault);
    for case in specimens(known) {
        let mut turned = case.clone();
        turned.entries.reverse();
        turned.attempts.reverse();
        let (a, b) = (diagnose(&case, shared_knowledge()).unwrap(), diagnose(&turned, shared_knowledge()).unwrap());
        assert_eq!(a.verdict, b.verdict);
    }
}

#[test]
fn the_order_of_findings_does_not_matter() {
    let knowledge = shared_knowledge();
    let symptom = &knowledge.symptoms["invalid-code"];
    for mut case in specimens(Fault::all()) {
        case.clock = Some(case::ClockReading { offset_seconds: -130.0, uncertainty_seconds: 1.0 });
        let mut findings = diagnose(&case, knowledge).unwrap().findings;
        let facts = &case.service;
        let recorded = facts.locked.is_some() || facts.factor_enabled.is_some() || facts.failed_other_factor.is_some();
        let recorded = recorded || facts.session_age.is_some() && facts.session_limit.is_some();
        assert_eq!(findings.len(), 2 + usize::from(recorded));
        let of = |findings: &[_]| {
            weigh(symptom, &knowledge.numbers, Evidences { findings, answers: &case.answers, failed: &[], helped: &[] })
        };
        let one = of(&findings);
        findings.reverse();
        assert_eq!(one, of(&findings));
    }
}

#[test]
fn the_same_code_typed_again_proves_nothing_more() {
    let entry = entry(9, Algorithm::Sha1, 6, 30);
    let at = 1_700_000_000;
    let code = shown(&entry, at - 7_200);
    let once = vec![attempt(code.clone(), at, Outcome::Refused)];
    let twice = vec![once[0].clone(), attempt(code, at + 31, Outcome::Refused)];
    let verdict = |attempts| {
        let case = Case { expected: Some(entry.clone()), attempts, ..Case::default() };
        diagnose(&case, shared_knowledge()).unwrap().verdict
    };
    assert_eq!(verdict(once), verdict(twice));
}

/// Two codes, the refused one and the next, of `entry` on a device that is `offset` seconds ahead.
fn two_codes(entry: &Entry, offset: i64) -> Vec<Attempt> {
    let at = 1_700_000_012;
    let code = |at: i64, outcome| attempt(shown(entry, at - 4 + offset), at, outcome);
    vec![code(at, Outcome::Refused), code(at + 60, Outcome::Untried)]
}

fn diagnosed(case: &Case) -> otp_doctor::verdict::Verdict {
    diagnose(case, shared_knowledge()).unwrap().verdict.unwrap()
}

#[test]
fn an_old_entry_is_not_proved_while_it_is_not_known_what_the_service_holds() {
    let old = entry(1, Algorithm::Sha1, 6, 30);
    let revoked = KnownEntry { status: Some(Status::Revoked), ..KnownEntry::from(old.clone()) };
    let case = Case { entries: vec![revoked], attempts: two_codes(&old, 0), ..Case::default() };
    let diagnosis = diagnose(&case, shared_knowledge()).unwrap();
    let verdict = diagnosis.verdict.as_ref().unwrap();
    assert_eq!(verdict.first().cause, "old-entry");
    assert_eq!(verdict.conclusion, Conclusion::Likely);
    // However high the ratio, it is the probe that says whether it can prove anything.
    let concluded = |provable: bool| {
        let mut findings = diagnosis.findings.clone();
        let Reading::Measured(measures) = &mut findings[0].reading else { unreachable!() };
        for measure in measures.iter_mut().filter(|measure| measure.explanation == "old-entry") {
            (measure.ratio, measure.provable) = (measure.ratio * 1e6, measure.provable || provable);
        }
        let knowledge = shared_knowledge();
        let evidences = Evidences { findings: &findings, answers: &case.answers, failed: &[], helped: &[] };
        weigh(&knowledge.symptoms["invalid-code"], &knowledge.numbers, evidences).conclusion
    };
    assert_eq!((concluded(false), concluded(true)), (Conclusion::Likely, Conclusion::Confirmed));
}

#[test]
fn a_skew_that_the_service_has_learnt_moves_its_window() {
    let expected = entry(2, Algorithm::Sha1, 6, 30);
    let first = |learnt_skew, offset| {
        let service = case::ServiceFacts { learnt_skew, ..Default::default() };
        let attempts = two_codes(&expected, offset);
        let case = Case { expected: Some(expected.clone()), attempts, service, ..Case::default() };
        diagnosed(&case).first().cause.clone()
    };
    assert_eq!(first(None, 150), "device-clock-off");
    assert_eq!(first(Some(5), 150), "valid-code");
    assert_ne!(first(Some(5), 0), "valid-code", "the window has moved away from true time");
}

#[test]
fn a_clock_that_was_read_speaks_for_or_against() {
    let belief = |offset: Option<f64>| {
        let clock = offset.map(|offset_seconds| case::ClockReading { offset_seconds, uncertainty_seconds: 0.5 });
        diagnosed(&Case { clock, ..Case::default() }).of("device-clock-off")
    };
    assert!(belief(Some(-130.0)) > belief(None) && belief(None) > belief(Some(-3.0)));
    let between = (belief(Some(-30.2)) - belief(None)).abs();
    assert!(between < 1e-12, "within the uncertainty of the edge it says nothing");
}

/// An entry without an id is named by its place in the case, whatever stands before it that takes no part.
#[test]
fn an_entry_without_an_id_is_named_by_its_place() {
    let of = |seed: u8, issuer: &str| Entry { issuer: issuer.to_owned(), ..entry(seed, Algorithm::Sha1, 6, 30) };
    let (first, second) = (of(3, "Lantern"), of(4, "Quarry"));
    let foreign = KnownEntry { owner: Some("kim".to_owned()), ..KnownEntry::from(of(5, "Tidewater")) };
    let entries = vec![foreign, first.clone().into(), first.into(), second.clone().into()];
    let person = Some("sam".to_owned());
    let case = Case { person, entries, attempts: two_codes(&second, 0), ..Case::default() };
    let verdict = diagnosed(&case);
    let wrong = verdict.causes.iter().find(|ranked| ranked.cause == "wrong-entry" && ranked.with.is_empty()).unwrap();
    assert_eq!(wrong.detail.get("entry"), Some(&Fact::Text("entries[3]".to_owned())));
}

#[test]
fn an_entry_of_somebody_else_is_not_taken_for_ones_own() {
    let (expected, theirs) = (entry(3, Algorithm::Sha1, 6, 30), entry(4, Algorithm::Sha1, 6, 30));
    let first = |owner: &str| {
        let known = KnownEntry { owner: Some(owner.to_owned()), ..KnownEntry::from(theirs.clone()) };
        let case = Case {
            person: Some("sam".to_owned()),
            expected: Some(expected.clone()),
            entries: vec![known],
            attempts: two_codes(&theirs, 0),
            ..Case::default()
        };
        diagnosed(&case).first().cause.clone()
    };
    assert_eq!(first("sam"), "old-entry", "the same account, earlier");
    assert_eq!(first("kim"), "overwritten-entry", "somebody else's, under the same name");
}
