//! Kinds of cases that come from people and not from a laboratory: accepted codes, several devices, clocks that were read, times that
//! are known badly, keys and codes that were taken wrongly.

use std::sync::OnceLock;

use otp_doctor::case::{AtSource, Attempt, Case, ClockReading, Interval, KnownEntry, Outcome, Status, TypedCode};
use otp_doctor::engine::diagnose;
use otp_doctor::entry::{Entry, Kind, Vendor};
use otp_doctor::finding::{Detail, Fact, Measure, Reading};
use otp_doctor::knowledge::Knowledge;
use otp_doctor::otp::{Algorithm, Digits, Key, Rare, Secret};
use otp_doctor::probe::{self, Depth};
use otp_doctor::session::Diagnosis;
use otp_doctor::verdict::Conclusion;

use crate::accuracy::knowledge;

const NOW: i64 = 1_790_000_000;

fn entry(rng: &mut fastrand::Rng, bytes: usize) -> Entry {
    Entry {
        issuer: "Lantern".to_owned(),
        account: "sam".to_owned(),
        secret: Secret::new((0..bytes).map(|_| rng.u8(..)).collect()),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        kind: Kind::Totp { period: 30 },
    }
}

fn shown(secret: &[u8], at: i64) -> String {
    let key = Key::new(Algorithm::Sha1, &Secret::new(secret.to_vec()));
    format!("{:06}", key.code(at.div_euclid(30) as u64, Digits::SIX))
}

/// A code that `entry` shows on a device that is `offset` seconds ahead, typed at once.
fn attempt(entry: &Entry, at: i64, offset: i64, outcome: Outcome) -> Attempt {
    let code = TypedCode::new(shown(entry.secret.bytes(), at + offset));
    Attempt { at_source: None, ..Attempt::new(code, Interval::instant(at), AtSource::Service, outcome) }
}

fn typed(text: String, at: i64) -> Attempt {
    Attempt {
        at_source: None,
        ..Attempt::new(TypedCode::new(text), Interval::instant(at), AtSource::Service, Outcome::Refused)
    }
}

fn of(device: &str, attempt: Attempt) -> Attempt {
    Attempt { device: Some(device.to_owned()), ..attempt }
}

fn case(expected: &Entry, attempts: Vec<Attempt>) -> Case {
    let mut case = Case { expected: Some(expected.clone()), attempts, ..Case::default() };
    case.service.past = Some(1);
    case.service.future = Some(1);
    case
}

fn read_as(offset_seconds: f64) -> ClockReading {
    ClockReading { offset_seconds, uncertainty_seconds: 1.0 }
}

fn diagnosed(case: &Case) -> Diagnosis {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    diagnose(case, KNOWLEDGE.get_or_init(knowledge)).unwrap()
}

fn first(case: &Case) -> (String, Conclusion, Detail) {
    let verdict = diagnosed(case).verdict.unwrap();
    let first = verdict.first();
    (first.cause.clone(), verdict.conclusion, first.detail.clone())
}

fn measure(case: &Case, depth: Depth, explanation: &str) -> Measure {
    let findings = probe::run(case, depth);
    let codes = findings.iter().find(|finding| finding.probe == "code-match").unwrap();
    let Reading::Measured(measures) = &codes.reading else { panic!("nothing measured") };
    measures.iter().find(|one| one.explanation == explanation && one.with.is_none()).unwrap().clone()
}

fn ratio(case: &Case, explanation: &str) -> f64 {
    measure(case, Depth::Wide, explanation).ratio
}

fn kind(detail: &Detail) -> &str {
    match detail.get("kind") {
        Some(Fact::Text(kind)) => kind,
        _ => "",
    }
}

#[test]
fn an_old_entry_refused_and_the_right_one_accepted_stays_the_old_entry() {
    let mut rng = fastrand::Rng::with_seed(1);
    for _ in 0..10 {
        let (own, old) = (entry(&mut rng, 20), entry(&mut rng, 20));
        let known = KnownEntry { status: Some(Status::Revoked), ..KnownEntry::from(old.clone()) };
        let at = NOW + rng.i64(0..1_000_000);
        let attempts = vec![
            attempt(&old, at, 0, Outcome::Refused),
            attempt(&old, at + 65, 0, Outcome::Refused),
            attempt(&own, at + 130, 0, Outcome::Accepted),
        ];
        let (cause, conclusion, _) = first(&Case { entries: vec![known], ..case(&own, attempts) });
        assert_eq!((cause.as_str(), conclusion), ("old-entry", Conclusion::Confirmed));
    }
}

#[test]
fn a_clock_that_was_off_then_set_and_accepted_stays_the_clock() {
    let mut rng = fastrand::Rng::with_seed(2);
    for device in [None, Some("phone")] {
        for _ in 0..8 {
            let own = entry(&mut rng, 20);
            let offset = rng.i64(90..250) * if rng.bool() { 1 } else { -1 };
            let at = NOW + rng.i64(0..1_000_000);
            let mut attempts = vec![
                attempt(&own, at, offset, Outcome::Refused),
                attempt(&own, at + 65, offset, Outcome::Refused),
                attempt(&own, at + 300, 0, Outcome::Accepted),
            ];
            for attempt in &mut attempts {
                attempt.device = device.map(str::to_owned);
            }
            let (cause, _, detail) = first(&case(&own, attempts));
            assert_eq!(cause, "device-clock-off", "{offset}");
            let Some(Fact::Range(from, to)) = detail.get("offset_range") else { panic!("{detail:?}") };
            assert!((*from..=*to).contains(&offset), "{offset}: {detail:?}");
        }
    }
}

#[test]
fn a_code_accepted_between_two_refusals_of_one_device_speaks_against_its_clock() {
    let own = entry(&mut fastrand::Rng::with_seed(3), 20);
    let at = |second: i64| NOW + second;
    let attempts = |device: &'static str| {
        vec![
            of("phone", attempt(&own, at(0), -120, Outcome::Refused)),
            of(device, attempt(&own, at(65), 0, Outcome::Accepted)),
            of("phone", attempt(&own, at(130), -120, Outcome::Refused)),
        ]
    };
    let (same, other) = (case(&own, attempts("phone")), case(&own, attempts("tablet")));
    // Against late codes, which an acceptance in between does not touch.
    let against = |case: &Case| ratio(case, "device-clock-off") / ratio(case, "expired-code");
    assert!(against(&same) * 1e4 < against(&other), "{} {}", against(&same), against(&other));
    assert_eq!(first(&other).0, "device-clock-off");
}

#[test]
fn two_devices_of_which_one_is_refused_hold_different_keys_though_no_entry_is_at_hand() {
    let mut rng = fastrand::Rng::with_seed(4);
    let (own, lost) = (entry(&mut rng, 20), entry(&mut rng, 20));
    let attempts = vec![
        of("new", attempt(&lost, NOW, 0, Outcome::Refused)),
        of("new", attempt(&lost, NOW + 65, 0, Outcome::Refused)),
        of("old", attempt(&own, NOW + 130, 0, Outcome::Accepted)),
    ];
    let case = case(&own, attempts);
    let disagree = measure(&case, Depth::Wide, "devices-disagree");
    assert_eq!(disagree.detail.get("device"), None, "what is not proved is not told");
    for other in ["code-from-elsewhere", "old-entry", "wrong-entry", "expired-code"] {
        assert!(ratio(&case, other) * 20.0 < disagree.ratio, "{other}");
    }
}

#[test]
fn one_string_refused_and_then_accepted_bounds_the_clock_of_the_service() {
    let mut rng = fastrand::Rng::with_seed(5);
    for _ in 0..8 {
        let own = entry(&mut rng, 20);
        // The service is behind by more than it forgives, and catches up with the code.
        let at = NOW.div_euclid(30) * 30 + rng.i64(0..300) * 30 + 4;
        let same = |second: i64, outcome| Attempt {
            outcome,
            at: Some(Interval::instant(at + second)),
            ..attempt(&own, at, 0, outcome)
        };
        let attempts =
            vec![attempt(&own, at - 120, 0, Outcome::Refused), same(0, Outcome::Refused), same(40, Outcome::Accepted)];
        let case = case(&own, attempts);
        let service = measure(&case, Depth::Near, "service-clock-off");
        let Some(Fact::Range(from, to)) = service.detail.get("offset_range") else { panic!("{:?}", service.detail) };
        assert!(*from > 30 && *to < 80, "{from} to {to}");
        for other in ["valid-code", "locked-account", "expired-code", "device-clock-off", "narrow-service-window"] {
            assert!(ratio(&case, other) < service.ratio, "{other}");
        }
    }
}

#[test]
fn codes_off_by_one_offset_from_a_clock_that_reads_right_point_at_the_service() {
    let mut rng = fastrand::Rng::with_seed(6);
    for _ in 0..8 {
        let own = entry(&mut rng, 20);
        let offset = rng.i64(75..280) * if rng.bool() { 1 } else { -1 };
        let attempts =
            vec![attempt(&own, NOW, offset, Outcome::Refused), attempt(&own, NOW + 65, offset, Outcome::Refused)];
        let case = Case { clock: Some(read_as(0.3)), ..case(&own, attempts) };
        assert!(ratio(&case, "service-clock-off") > 2.0 * ratio(&case, "expired-code"), "{offset}");
        assert_ne!(first(&case).0, "device-clock-off");
    }
}

#[test]
fn whole_quarters_of_an_hour_and_days_from_a_clock_that_reads_right_are_the_apps_own_reckoning() {
    let mut rng = fastrand::Rng::with_seed(7);
    for offset in [86_400, -86_400, 3_600, -7_200, 20_700] {
        let own = entry(&mut rng, 20);
        let attempts =
            vec![attempt(&own, NOW, offset, Outcome::Refused), attempt(&own, NOW + 65, offset, Outcome::Refused)];
        let read = Case { clock: Some(read_as(0.3)), ..case(&own, attempts.clone()) };
        let (cause, _, detail) = first(&read);
        assert_eq!(cause, "wrong-epoch", "{offset}");
        assert_eq!(kind(&detail), "its own time zone or date is wrong");
        // Nobody has read the clock: then it is the clock.
        assert_eq!(first(&case(&own, attempts)).0, "device-clock-off");
    }
}

#[test]
fn a_reading_that_no_offset_of_the_codes_explains_is_told() {
    let own = entry(&mut fastrand::Rng::with_seed(8), 20);
    let attempts =
        |offset| vec![attempt(&own, NOW, offset, Outcome::Refused), attempt(&own, NOW + 65, offset, Outcome::Refused)];
    let against = Case { clock: Some(read_as(1_000.0)), ..case(&own, attempts(-300)) };
    let (cause, conclusion, detail) = first(&against);
    assert_eq!(cause, "device-clock-off");
    assert_ne!(conclusion, Conclusion::Confirmed);
    let told = Fact::Text("a clock other than the one that was read".to_owned());
    assert_eq!(detail.get("looks_like"), Some(&told));
    let with = Case { clock: Some(read_as(1_000.0)), ..case(&own, attempts(1_000)) };
    let (cause, conclusion, detail) = first(&with);
    assert_eq!((cause.as_str(), conclusion), ("device-clock-off", Conclusion::Confirmed));
    assert_ne!(detail.get("looks_like"), Some(&told));
}

fn vague(attempt: Attempt, width: i64) -> Attempt {
    let at = attempt.at.unwrap();
    Attempt { at: Some(Interval { from: at.from - width, to: at.to + width }), ..attempt }
}

#[test]
fn codes_at_times_known_to_five_minutes_from_a_clock_behind_are_never_confirmed_as_right() {
    let mut rng = fastrand::Rng::with_seed(9);
    for _ in 0..24 {
        let own = entry(&mut rng, 20);
        let offset = -rng.i64(120..241);
        let known_to = |attempt| vague(attempt, 300 + rng.clone().i64(0..30));
        let attempts = vec![
            known_to(attempt(&own, NOW, offset, Outcome::Refused)),
            known_to(attempt(&own, NOW + 65, offset, Outcome::Refused)),
        ];
        let verdict = diagnosed(&case(&own, attempts)).verdict.unwrap();
        assert!(
            verdict.conclusion != Conclusion::Confirmed || verdict.first().cause == "device-clock-off",
            "{offset}: {}",
            verdict.first().cause
        );
    }
}

#[test]
fn knowing_a_time_less_well_never_makes_verdicts_surer() {
    let mut rng = fastrand::Rng::with_seed(10);
    let cases: Vec<(Entry, i64, i64)> = (0..14)
        .map(|_| (entry(&mut rng, 20), NOW + rng.i64(0..1_000_000), [0, -120, 95, -600][rng.usize(..4)]))
        .collect();
    let confirmed = |width: i64| {
        let sure = |(own, at, offset): &&(Entry, i64, i64)| {
            let attempts = vec![
                vague(attempt(own, *at, *offset, Outcome::Refused), width),
                vague(attempt(own, at + 65, *offset, Outcome::Refused), width),
            ];
            first(&case(own, attempts)).1 == Conclusion::Confirmed
        };
        cases.iter().filter(sure).count() as f64
    };
    let counts = [0, 45, 150, 600].map(confirmed);
    assert!(counts[0] >= 6.0, "{counts:?}");
    for pair in counts.windows(2) {
        // Two standard errors of a count.
        assert!(pair[1] <= pair[0] + 2.0 * pair[0].sqrt().max(1.0), "{counts:?}");
    }
    assert!(counts[3] < counts[0], "{counts:?}");
}

/// Two codes that a faulty client makes of a secret.
fn made(own: &Entry, code: impl Fn(i64) -> String) -> Case {
    case(own, vec![typed(code(NOW), NOW + 3), typed(code(NOW + 65), NOW + 68)])
}

#[test]
fn keys_taken_wrongly_are_told_by_what_was_done_to_them() {
    use data_encoding::{BASE32_NOPAD, BASE64};
    use sha1::{Digest, Sha1};
    let mut rng = fastrand::Rng::with_seed(11);
    let own = entry(&mut rng, 20);
    let bytes = own.secret.bytes().to_vec();
    let key = BASE32_NOPAD.encode(&bytes);
    let readings: Vec<(Vec<u8>, &str)> = vec![
        (BASE64.decode(key.as_bytes()).unwrap(), "it was taken for base64"),
        (key.as_bytes().to_vec(), "its characters were taken as they are"),
        (Sha1::digest(&bytes).to_vec(), "it was hashed first"),
        ([bytes.as_slice(), &[0x60]].concat(), "a last byte was kept that is not whole"),
    ];
    for (secret, said) in readings {
        let (cause, conclusion, detail) = first(&made(&own, |at| shown(&secret, at)));
        assert_eq!((cause.as_str(), conclusion, kind(&detail)), ("misread-secret", Conclusion::Confirmed, said));
    }
    // A key longer than a block, of which the library keeps the beginning of a byte that is all zeros.
    let long = entry(&mut rng, 72);
    let secret = [long.secret.bytes(), &[0]].concat();
    let (cause, _, detail) = first(&made(&long, |at| shown(&secret, at)));
    assert_eq!((cause.as_str(), kind(&detail)), ("misread-secret", "a last byte was kept that is not whole"));
}

/// The code of a moment.
type Maker<'a> = Box<dyn Fn(i64) -> String + 'a>;

#[test]
fn faults_of_libraries_are_told_by_what_they_do() {
    let own = entry(&mut fastrand::Rng::with_seed(12), 20);
    let key = Key::new(own.algorithm, &own.secret);
    let step = |at: i64| at.div_euclid(30) as u64;
    let six = |value: u64| format!("{value:06}");
    let faults: Vec<(Maker<'_>, &str)> = vec![
        (Box::new(|at| six(u64::from(key.truncated(step(at))) % 999_999)), "it cuts the code with one too few"),
        (Box::new(|at| six(u64::from(key.untruncated(step(at))) % 1_000_000)), "it keeps the top bit"),
        (Box::new(|at| six(key.code(step(at).swap_bytes(), Digits::SIX))), "it fills the counter up at the wrong end"),
    ];
    for (code, said) in faults {
        // Now and then the fault makes no difference: then it is not seen.
        let differs = (0..3).map(|place| NOW + 65 * place).filter(|at| code(*at) != shown(own.secret.bytes(), *at));
        let attempts: Vec<Attempt> = differs.map(|at| typed(code(at), at + 3)).collect();
        assert!(!attempts.is_empty(), "{said}");
        let measured = measure(&case(&own, attempts.clone()), Depth::Near, "client-bug");
        assert_eq!((measured.codes, kind(&measured.detail)), (attempts.len(), said));
        assert!(measured.ratio > 1e3, "{said}: {}", measured.ratio);
    }
    let long = entry(&mut fastrand::Rng::with_seed(13), 40);
    let hashed = { <sha1::Sha1 as sha1::Digest>::digest(long.secret.bytes()).to_vec() };
    let measured = measure(&made(&long, |at| shown(&hashed, at)), Depth::Near, "client-bug");
    assert_eq!((measured.codes, kind(&measured.detail)), (2, "a long secret is hashed too early"));
}

#[test]
fn digits_that_all_codes_share_are_a_pin_whatever_the_secret() {
    let mut rng = fastrand::Rng::with_seed(14);
    let (own, other) = (entry(&mut rng, 20), entry(&mut rng, 20));
    let code = |at: i64| shown(other.secret.bytes(), at);
    for (before, after, said) in [("7341", "", "in front of it"), ("", "9065", "behind it")] {
        let with_pin = made(&own, |at| format!("{before}{}{after}", code(at)));
        let (cause, _, detail) = first(&with_pin);
        assert_eq!((cause.as_str(), kind(&detail)), ("pin-and-code", said));
    }
    // Ten digits without anything in common are none.
    assert_ne!(first(&made(&own, |at| format!("{}{}", code(at + 9_000), &code(at + 90_000)[..4]))).0, "pin-and-code");
}

#[test]
fn a_recovery_code_with_a_blank_or_several_at_once_are_not_in_the_wrong_field() {
    let own = entry(&mut fastrand::Rng::with_seed(15), 20);
    for (text, wrong_field) in [("40718263", true), ("40718263 ", false), ("40718263\n51829374", false)] {
        let mut told = case(&own, vec![typed(text.to_owned(), NOW)]);
        told.service.recovery_form = Some("[0-9]{8}".to_owned());
        let verdict = diagnosed(&told).verdict.unwrap();
        let expected = if wrong_field { "recovery-code-as-code" } else { "decorated-code" };
        assert_eq!(verdict.first().cause, expected, "{text:?}");
    }
}

#[test]
fn steams_letters_are_computed_and_digits_in_their_place_are_told() {
    let mut rng = fastrand::Rng::with_seed(16);
    let totp = entry(&mut rng, 20);
    let steam = Entry { kind: Kind::Vendor(Vendor::Steam), digits: Digits::new(5).unwrap(), ..totp.clone() };
    let key = Key::new(Algorithm::Sha1, &steam.secret);
    let letters = |at: i64| {
        let mut value = key.truncated(at.div_euclid(30) as u64);
        let mut letter = || {
            let one = b"23456789BCDFGHJKMNPQRTVWXY"[value as usize % 26];
            value /= 26;
            char::from(one)
        };
        (0..5).map(|_| letter()).collect::<String>()
    };
    let right = made(&steam, letters);
    assert_eq!(measure(&right, Depth::Near, "valid-code").codes, 2);
    let (cause, conclusion, _) = first(&made(&steam, |at| letters(at - 600)));
    assert_eq!((cause.as_str(), conclusion), ("device-clock-off", Conclusion::Confirmed));
    let (cause, conclusion, detail) = first(&made(&steam, |at| shown(steam.secret.bytes(), at)));
    assert_eq!((cause.as_str(), conclusion), ("vendor-variant", Conclusion::Confirmed));
    assert_eq!(kind(&detail), "six digits in place of five letters");
    // Whatever the secret, the form tells.
    let other = entry(&mut rng, 20);
    assert!(ratio(&made(&steam, |at| shown(other.secret.bytes(), at)), "vendor-variant") > 10.0);
}

#[test]
fn a_code_may_have_waited_after_a_person_typed_it() {
    let own = entry(&mut fastrand::Rng::with_seed(17), 20);
    let by = |source| {
        let attempt = Attempt { at_source: Some(source), ..attempt(&own, NOW, 0, Outcome::Refused) };
        ratio(&case(&own, vec![attempt]), "expired-code") / 1e6
    };
    assert!(by(AtSource::Person) > 0.1, "{}", by(AtSource::Person));
    assert!(by(AtSource::Service) < 1e-6, "{}", by(AtSource::Service));
}

#[test]
fn by_the_devices_own_clock_a_code_fits_however_far_that_is_off() {
    let own = entry(&mut fastrand::Rng::with_seed(23), 20);
    for offset in [-3_600, -150, 400] {
        // The device tells its own time of each code.
        let told = |at: i64, by| {
            let attempt = attempt(&own, at, offset, Outcome::Refused);
            Attempt { at: Some(Interval::instant(at + offset)), at_source: Some(by), ..attempt }
        };
        let login = |by| case(&own, vec![told(NOW, by), told(NOW + 70, by)]);
        let (its_own, service) = (login(AtSource::Device), login(AtSource::Service));
        let against = |case: &Case| ratio(case, "device-clock-off") / ratio(case, "valid-code");
        assert!((0.1..=10.0).contains(&against(&its_own)), "{offset}: {}", against(&its_own));
        assert!(against(&service) < against(&its_own) / 10.0, "{offset}: by the service's time it is on time");
        assert_ne!(first(&its_own).1, Conclusion::Confirmed, "{offset}");
        // Its clock was read: then its times are put right, and the codes show by how much it is off.
        let corrected = Case { clock: Some(read_as(offset as f64)), ..its_own };
        let (cause, conclusion, detail) = first(&corrected);
        assert_eq!((cause.as_str(), conclusion), ("device-clock-off", Conclusion::Confirmed), "{offset}");
        let Some(Fact::Range(from, to)) = detail.get("offset_range") else { panic!("{detail:?}") };
        assert!((from - 2..=to + 2).contains(&offset), "{offset}: {detail:?}");
    }
}

#[test]
fn a_reading_of_another_device_says_nothing_of_the_codes() {
    let own = entry(&mut fastrand::Rng::with_seed(24), 20);
    let attempts = || {
        let one = |at| of("phone", attempt(&own, at, -150, Outcome::Refused));
        vec![one(NOW), one(NOW + 70)]
    };
    let read = |of: Option<&str>| {
        let mut case = case(&own, attempts());
        (case.clock, case.clock_of) = (Some(read_as(0.0)), of.map(str::to_owned));
        case
    };
    let unread = diagnosed(&case(&own, attempts())).verdict.unwrap();
    let laptops = diagnosed(&read(Some("laptop"))).verdict.unwrap();
    assert_eq!(laptops.causes, unread.causes);
    for own in [None, Some("phone")] {
        let verdict = diagnosed(&read(own)).verdict.unwrap();
        assert!(verdict.of("device-clock-off") < unread.of("device-clock-off"), "{own:?}");
    }
    // A case says whose it is, and keeps it.
    let written = otp_doctor::case::write(&read(Some("laptop"))).to_string();
    assert_eq!(otp_doctor::case::read(&written).unwrap().clock_of.as_deref(), Some("laptop"));
}

#[test]
fn a_clock_that_was_reset_is_no_counter_where_nobody_knows_when_a_code_was_typed() {
    for seed in 0..20 {
        let own = entry(&mut fastrand::Rng::with_seed(seed), 20);
        // It woke up at the beginning of 1970, so that its steps are as young as counters.
        let reset = -NOW + 900 * i64::try_from(seed).unwrap();
        let mut refused = attempt(&own, NOW, reset, Outcome::Refused);
        refused.at = None;
        let (cause, conclusion, _) =
            first(&case(&own, vec![refused, attempt(&own, NOW + 70, reset, Outcome::Untried)]));
        assert!(cause != "wrong-otp-type" || conclusion != Conclusion::Confirmed, "{seed}: {cause}");
    }
}

#[test]
fn an_entry_that_nobody_dates_may_be_of_any_enrolment() {
    let mut rng = fastrand::Rng::with_seed(18);
    let (own, other) = (entry(&mut rng, 20), entry(&mut rng, 20));
    let attempts = vec![attempt(&other, NOW, 0, Outcome::Refused), attempt(&other, NOW + 65, 0, Outcome::Refused)];
    let of = |status| Case {
        entries: vec![KnownEntry { status, ..KnownEntry::from(other.clone()) }],
        ..case(&own, attempts.clone())
    };
    let (undated, revoked) = (of(None), of(Some(Status::Revoked)));
    for explanation in ["old-entry", "rotated-during-enrolment", "unconfirmed-enrolment"] {
        assert!(ratio(&undated, explanation) > 1e6, "{explanation}");
    }
    assert!(ratio(&revoked, "rotated-during-enrolment") < 1e3);
}

#[test]
fn an_accepted_code_singles_out_the_entry_that_the_service_holds() {
    let mut rng = fastrand::Rng::with_seed(19);
    let (own, old) = (entry(&mut rng, 20), entry(&mut rng, 20));
    let attempts = vec![
        attempt(&old, NOW, 0, Outcome::Refused),
        attempt(&old, NOW + 65, 0, Outcome::Refused),
        attempt(&own, NOW + 130, 0, Outcome::Accepted),
    ];
    let entries =
        vec![KnownEntry::from(own.clone()), KnownEntry { status: Some(Status::Revoked), ..KnownEntry::from(old) }];
    let told = Case { expected: None, entries, ..case(&own, attempts) };
    let (cause, conclusion, _) = first(&told);
    assert_eq!((cause.as_str(), conclusion), ("old-entry", Conclusion::Confirmed));
    let silent = Case { attempts: told.attempts[..2].to_vec(), ..told };
    assert_ne!(first(&silent).1, Conclusion::Confirmed);
}

#[test]
fn a_code_that_may_have_been_accepted_since_is_no_mark_ahead_of_a_refusal() {
    let mut rng = fastrand::Rng::with_seed(20);
    let own = entry(&mut rng, 20);
    let with = |accepted: Attempt| {
        let attempts =
            vec![attempt(&own, NOW, 0, Outcome::Refused), attempt(&own, NOW + 65, 0, Outcome::Refused), accepted];
        case(&own, attempts)
    };
    let later = attempt(&own, NOW + 900, 0, Outcome::Accepted);
    let untimed = Attempt { at: None, ..later.clone() };
    assert!(first(&with(untimed)).0 != "future-watermark");
    assert!(first(&with(vague(later, 1_800))).0 != "future-watermark");
    // By the service's own record.
    let mut ahead =
        case(&own, vec![attempt(&own, NOW, 0, Outcome::Refused), attempt(&own, NOW + 65, 0, Outcome::Refused)]);
    ahead.service.last_used_step = Some((NOW + 900) / 30);
    assert!(ratio(&ahead, "future-watermark") > 10.0 * ratio(&ahead, "replayed-code"));
}

#[test]
fn a_clock_that_drifts_and_one_that_is_off_are_alike_while_one_offset_fits() {
    let mut rng = fastrand::Rng::with_seed(21);
    for _ in 0..6 {
        let own = entry(&mut rng, 20);
        let rate = rng.i64(20..80) * if rng.bool() { 1 } else { -1 };
        let (hours, now) = (rng.i64(8..30), rate * 40);
        let earlier = attempt(&own, NOW - 3_600 * hours, now - rate * hours, Outcome::Refused);
        let with = |refused: Attempt| Case {
            clock: Some(read_as(now as f64)),
            ..case(&own, vec![refused, attempt(&own, NOW, now, Outcome::Untried)])
        };
        assert_eq!(first(&with(earlier.clone())).0, "drifting-device-clock", "{rate} an hour, {hours} hours");
        // Of a half day within which the code was typed some moment fits either.
        let verdict = diagnosed(&with(vague(earlier, 6 * 3_600))).verdict.unwrap();
        let cause = &verdict.first().cause;
        let alone = verdict.conclusion == Conclusion::Confirmed && verdict.family.is_none();
        assert!(!alone || cause == "drifting-device-clock", "{cause}: {rate} an hour, {hours} hours");
    }
}

#[test]
fn a_device_that_was_enrolled_again_since_may_have_been_enrolled_apart() {
    let mut rng = fastrand::Rng::with_seed(22);
    let (own, old) = (entry(&mut rng, 20), entry(&mut rng, 20));
    let known = KnownEntry {
        status: Some(Status::Revoked),
        device: Some("tablet".to_owned()),
        ..KnownEntry::from(old.clone())
    };
    let attempts = vec![
        of("tablet", attempt(&old, NOW, 0, Outcome::Refused)),
        of("phone", attempt(&own, NOW + 80, 0, Outcome::Accepted)),
        of("tablet", attempt(&own, NOW + 600, 0, Outcome::Accepted)),
    ];
    let case = Case { entries: vec![known], ..case(&own, attempts) };
    assert!(ratio(&case, "devices-disagree") > ratio(&case, "old-entry"));
}

#[test]
fn counters_in_place_of_the_time_are_told_beside_codes_that_were_accepted() {
    let mut rng = fastrand::Rng::with_seed(23);
    let own = entry(&mut rng, 20);
    let key = Key::new(Algorithm::Sha1, &own.secret);
    let counted = |counter: u64, at: i64| typed(format!("{:06}", key.code(counter, Digits::SIX)), at);
    let (first, second) = (counted(41, NOW), counted(43, NOW + 40));
    let accepted = attempt(&own, NOW + 600, 0, Outcome::Accepted);
    let far = |attempts: Vec<Attempt>| measure(&case(&own, attempts), Depth::Far, "wrong-otp-type");
    let in_order = far(vec![first.clone(), second.clone(), accepted]);
    assert!(in_order.ratio > 1e4 && in_order.codes >= 2, "{}", in_order.ratio);
    // Which of two came first need not be known.
    let known = far(vec![first.clone(), second.clone()]).ratio;
    let unknown = far(vec![vague(second, 900), vague(first, 900)]).ratio;
    assert!(unknown * 4.0 > known && unknown < known, "{unknown} {known}");
}

#[test]
fn a_code_that_is_right_by_the_services_own_log_is_not_refused_for_its_clock() {
    let mut rng = fastrand::Rng::with_seed(24);
    let own = entry(&mut rng, 20);
    let by = |source: AtSource, attempt: Attempt| Attempt { at_source: Some(source), ..attempt };
    let at = NOW.div_euclid(30) * 30 + 14;
    let told = |source: AtSource| {
        let refused = by(source, attempt(&own, at, 0, Outcome::Refused));
        case(&own, vec![refused, by(AtSource::ThisComputer, attempt(&own, at + 90, 0, Outcome::Untried))])
    };
    let (logged, told) = (told(AtSource::Service), told(AtSource::ThisComputer));
    assert!(ratio(&logged, "valid-code") > 100.0 * ratio(&logged, "service-clock-off"));
    assert!(ratio(&told, "valid-code") < 100.0 * ratio(&told, "service-clock-off"));
    assert_eq!(first(&logged).1, Conclusion::Confirmed);
    // A device that was read as right, by a log that is off, shows the code of another moment.
    let read = |case: Case| Case { clock: Some(read_as(0.0)), ..case };
    let (logged, told) = (read(logged), read(told));
    assert!(ratio(&logged, "valid-code") > 1_000.0 * ratio(&logged, "service-clock-off"));
    assert!(ratio(&told, "valid-code") < 100.0 * ratio(&told, "service-clock-off"));
    assert_eq!(first(&logged).1, Conclusion::Confirmed);
}

#[test]
fn a_code_late_by_the_log_beside_one_refused_in_time_by_another_clock_may_be_the_services_clock() {
    let own = entry(&mut fastrand::Rng::with_seed(32), 20);
    let by = |source: AtSource, attempt: Attempt| Attempt { at_source: Some(source), ..attempt };
    let at = NOW.div_euclid(30) * 30 + 14;
    // The service is 100 seconds ahead, and logs so.
    let logged = by(AtSource::Service, attempt(&own, at, -100, Outcome::Refused));
    let told = |outcome| by(AtSource::ThisComputer, attempt(&own, at + 90, 0, outcome));
    let both = case(&own, vec![logged.clone(), told(Outcome::Refused)]);
    assert!(ratio(&both, "service-clock-off") * 100.0 > ratio(&both, "expired-code"));
    assert_ne!(first(&both).1, Conclusion::Confirmed);
    // Of one alone nothing bears it out: it ran out, as most do.
    let alone = case(&own, vec![logged, told(Outcome::Untried)]);
    assert_eq!((first(&alone).0.as_str(), first(&alone).1), ("expired-code", Conclusion::Confirmed));
}

#[test]
fn a_fault_of_an_app_that_leaves_the_code_as_it_is_does_not_refuse_it() {
    let own = entry(&mut fastrand::Rng::with_seed(31), 20);
    let key = Key::new(own.algorithm, &own.secret);
    let with_top_bit = |at: i64| format!("{:06}", u64::from(key.untruncated(at.div_euclid(30) as u64)) % 1_000_000);
    let is_right = |at: &i64| with_top_bit(*at) == shown(own.secret.bytes(), *at);
    let times = || (0..40).map(|place| NOW.div_euclid(30) * 30 + 5 + 60 * place);
    let right: Vec<i64> = times().filter(is_right).take(2).collect();
    let wrong = times().find(|at| !is_right(at)).unwrap();
    let refused = |at: &i64| typed(with_top_bit(*at), at + 3);
    let harmless = case(&own, right.iter().map(refused).collect());
    assert!(ratio(&harmless, "valid-code") > 1_000.0 * ratio(&harmless, "client-bug"));
    assert_eq!(first(&harmless).1, Conclusion::Confirmed);
    // One that differs is told, however often the fault makes no difference.
    let seen = case(&own, [&[wrong], &right[..]].concat().iter().map(refused).collect());
    assert!(ratio(&seen, "client-bug") > ratio(&seen, "valid-code"));
}

#[test]
fn codes_by_hashes_outside_the_standard_are_compared_as_any() {
    let mut rng = fastrand::Rng::with_seed(25);
    for algorithm in Rare::ALL.map(Algorithm::Rare) {
        let own = Entry { algorithm, ..entry(&mut rng, 32) };
        let shown = |made_by: Algorithm, at: i64| {
            let key = Key::new(made_by, &own.secret);
            format!("{:06}", key.code(at.div_euclid(30) as u64, Digits::SIX))
        };
        let of = |made_by: Algorithm, offset: i64| {
            let typed = |at: i64| typed(shown(made_by, at + offset), at);
            case(&own, vec![typed(NOW), typed(NOW + 70)])
        };
        let (behind, ignored) = (of(algorithm, -600), of(Algorithm::Sha1, 0));
        assert_eq!((first(&behind).0.as_str(), first(&behind).1), ("device-clock-off", Conclusion::Confirmed));
        let (cause, conclusion, detail) = first(&ignored);
        assert_eq!((cause.as_str(), conclusion), ("algorithm-ignored", Conclusion::Confirmed), "{algorithm:?}");
        assert_eq!(kind(&detail), "SHA-1");
        let read =
            otp_doctor::entry::read(&format!("otpauth://totp/a?secret=MFRGGZDFMY&algorithm={}", algorithm.name()));
        assert_eq!(read.unwrap().entry.algorithm, algorithm);
    }
}

#[test]
fn a_code_kept_from_before_is_proved_only_where_it_can_hardly_have_run_out() {
    let own = entry(&mut fastrand::Rng::with_seed(26), 20);
    let kept = |steps: i64| {
        let refused = typed(shown(own.secret.bytes(), NOW - 30 * steps), NOW);
        measure(&case(&own, vec![refused, attempt(&own, NOW + 65, 0, Outcome::Untried)]), Depth::Wide, "stale-autofill")
    };
    for (steps, provable) in [(7, false), (9, false), (14, true), (200, true)] {
        let measure = kept(steps);
        assert!(measure.codes > 0 && measure.provable == provable, "{steps} steps: {measure:?}");
    }
}
