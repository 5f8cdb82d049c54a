//! The likelihood computed once more by brute force, straight from the formula of `docs/inference.md`: every second of every
//! moment and of every offset, every world, every set of slips. The probe equals it.

use otp_doctor::case::{AtSource, Attempt, Case, ClockReading, Interval, KnownEntry, Outcome, Status, TypedCode};
use otp_doctor::entry::{Entry, Kind};
use otp_doctor::finding::{Finding, Measure, Reading};
use otp_doctor::otp::{Algorithm, Digits, Key, Secret};
use otp_doctor::probe::{self, Depth};

const PERIOD: i64 = 30;
/// Seconds since 1970 about which the codes are typed.
const NOW: i64 = 1_800_000_007;
/// The probability of a string of six digits by chance.
const BY_CHANCE: f64 = 1e-6;
const CLEAN: f64 = 0.99;
const MISHAP: f64 = 0.01;
/// Seconds from reading a code to sending it, at most.
const DELAY: i64 = 20;

fn entry(fill: u8) -> Entry {
    Entry {
        issuer: "Lantern".to_owned(),
        account: "sam".to_owned(),
        secret: Secret::new((0..20).map(|at| fill.wrapping_mul(31).wrapping_add(at * 7)).collect()),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        kind: Kind::Totp { period: 30 },
    }
}

fn key(entry: &Entry) -> Key {
    Key::new(entry.algorithm, &entry.secret)
}

fn code(key: &Key, step: i64) -> String {
    format!("{:06}", key.code(u64::try_from(step).unwrap(), Digits::SIX))
}

/// How the service answers a code of `step` at the moment `at` by its own clock: P(answer).
fn answer(outcome: Outcome, step: i64, at: i64) -> f64 {
    let now = at.div_euclid(PERIOD);
    match (outcome, (now - 1..=now + 1).contains(&step)) {
        (Outcome::Refused, true) => 0.02,
        (Outcome::Refused, false) => 0.999,
        (Outcome::Accepted, true) => 0.98,
        (Outcome::Accepted, false) => 0.001,
        (Outcome::Untried, _) => 1.0,
    }
}

/// Typed in time: this step, the last, the next.
fn typed(step: i64, at: i64) -> f64 {
    match at.div_euclid(PERIOD) - step {
        0 => 0.68,
        1 => 0.25,
        -1 => 0.05,
        _ => 0.0,
    }
}

/// Typed too late.
fn expired(step: i64, at: i64) -> f64 {
    match at.div_euclid(PERIOD) - step {
        age @ 2..=6 => [0.38, 0.27, 0.17, 0.11, 0.07][(age - 2) as usize],
        _ => 0.0,
    }
}

/// Held up on its way, or before.
fn held_up(step: i64, at: i64) -> f64 {
    match at.div_euclid(PERIOD) - step {
        age @ 0..=3 => [0.25, 0.45, 0.25, 0.05][age as usize],
        _ => 0.0,
    }
}

/// Read off a clock whose offset is known, up to twenty seconds before.
fn delayed(step: i64, at: i64) -> f64 {
    let shown = (0..=DELAY).filter(|delay| (at - delay).div_euclid(PERIOD) == step).count();
    shown as f64 / (DELAY + 1) as f64
}

/// An attempt, with the steps of a secret that show its code.
struct Sight<'c> {
    attempt: &'c Attempt,
    shows: Vec<i64>,
}

/// The attempts seen through a secret, as far as the near search looks.
fn through<'c>(key: &Key, attempts: &'c [Attempt]) -> Vec<Sight<'c>> {
    let sight = |attempt: &'c Attempt| {
        let at = attempt.at.unwrap();
        let steps = (at.from - 320).div_euclid(PERIOD)..=(at.to + 300).div_euclid(PERIOD);
        Sight { attempt, shows: steps.filter(|step| code(key, *step) == attempt.code.text()).collect() }
    };
    attempts.iter().map(sight).collect()
}

/// The mean over the moments of an attempt of what `of` gives for a step that shows its code.
fn mean(sight: &Sight<'_>, of: impl Fn(i64, i64) -> f64) -> f64 {
    let at = sight.attempt.at.unwrap();
    let moments = (at.from..=at.to).map(|moment| sight.shows.iter().map(|step| of(*step, moment)).sum::<f64>());
    moments.sum::<f64>() / (at.to - at.from + 1) as f64
}

fn ratio(probability: f64) -> f64 {
    CLEAN * probability / BY_CHANCE + MISHAP
}

/// An attempt that no fault touched.
fn untouched(sight: &Sight<'_>) -> f64 {
    let good = if sight.attempt.outcome == Outcome::Accepted { 0.98 } else { 0.02 };
    ratio(good * mean(sight, typed))
}

/// The worlds of a standing fault: the share, and which attempts were at fault.
fn worlds(attempts: &[Attempt]) -> Vec<(f64, Vec<bool>)> {
    let accepted = |attempt: &Attempt| attempt.outcome == Outcome::Accepted;
    let all = vec![true; attempts.len()];
    if !attempts.iter().any(accepted) {
        return vec![(1.0, all)];
    }
    let refused_only: Vec<bool> = attempts.iter().map(|attempt| !accepted(attempt)).collect();
    if attempts.iter().all(|attempt| attempt.device.is_some()) {
        // Here every refused code is of one device, and every accepted one of the other.
        return vec![(1.0, refused_only)];
    }
    let follows = attempts.iter().rposition(|attempt| !accepted(attempt)) < attempts.iter().position(accepted);
    vec![(0.6, all), (0.25, refused_only.clone()), (if follows { 0.15 } else { 0.0 }, refused_only)]
}

/// Sums over the worlds the product of `at_fault`, for the places of the attempts that were, and of the others.
fn over_worlds(own: &[Sight<'_>], attempts: &[Attempt], at_fault: impl Fn(&[usize]) -> f64) -> f64 {
    let of = |(share, faulty): (f64, Vec<bool>)| {
        let (touched, others): (Vec<usize>, Vec<usize>) = (0..own.len()).partition(|at| faulty[*at]);
        let others: f64 = others.into_iter().map(|at| untouched(&own[at])).product();
        if touched.is_empty() { 0.0 } else { share * at_fault(&touched) * others }
    };
    worlds(attempts).into_iter().map(of).sum()
}

/// The offsets of devices, per second; what the window forgives does not show.
fn device_prior(offset: i64) -> f64 {
    assert!(offset.abs() < 855, "where time zones begin");
    let harmonic: f64 = (1..=5_760).map(|step| 1.0 / (1.0 + f64::from(step))).sum();
    if offset.abs() <= 30 { 0.0 } else { 0.75 / (60.0 * harmonic * (1.0 + offset.abs() as f64 / 30.0)) }
}

/// The offsets of services: half of them within five minutes.
fn service_prior(offset: i64) -> f64 {
    let part = |from: f64, to: f64| 0.5 / (60.0 * ((1.0 + to / 30.0) / (1.0 + from / 30.0)).ln());
    let share = match offset.abs() {
        0..=30 => 0.0,
        31..=300 => part(30.0, 300.0),
        _ => part(300.0, 172_800.0),
    };
    share / (1.0 + offset.abs() as f64 / 30.0)
}

/// One offset for the attempts at those places, each second of it weighed.
fn shifted(own: &[Sight<'_>], places: &[usize], prior: fn(i64) -> f64) -> f64 {
    let nothing = MISHAP.powi(places.len() as i32);
    let (mut sum, mut share) = (0.0, 0.0);
    for offset in -600..600 {
        let of = |at: &usize| {
            let sight = &own[*at];
            ratio(mean(sight, |step, at| delayed(step, at + offset) * answer(sight.attempt.outcome, step, at)))
        };
        sum += prior(offset) * places.iter().map(of).product::<f64>();
        share += prior(offset);
    }
    sum + (1.0 - share) * nothing
}

/// The two clocks differ, and the times are right by the device: it shows what fits them, and the service judges by others.
fn by_true_times(own: &[Sight<'_>], places: &[usize], prior: fn(i64) -> f64) -> f64 {
    let likelihood = |offset: i64| -> f64 {
        let of = |at: &usize| {
            let sight = &own[*at];
            ratio(mean(sight, |step, at| typed(step, at) * answer(sight.attempt.outcome, step, at - offset)))
        };
        places.iter().map(of).product()
    };
    let share: f64 = (-840..=840).map(prior).sum();
    let near: f64 = (-840..=840).map(|offset| prior(offset) * likelihood(offset)).sum();
    near + (1.0 - share) * likelihood(5_000)
}

/// The service is off: by its own times, or by times that are right; and it may have been put right after the last refusal.
fn service_off(own: &[Sight<'_>], by_the_service: f64) -> f64 {
    let refused = |sight: &Sight<'_>| sight.attempt.outcome == Outcome::Refused;
    let last = own.iter().rposition(refused);
    let accepted = |sight: &Sight<'_>| !refused(sight);
    let mixed = last.is_some() && own.iter().any(accepted);
    let follows = mixed && last < own.iter().position(accepted);
    let precedes = mixed && own.iter().rposition(accepted) < own.iter().position(refused);
    let mended = if follows || precedes { 0.15 } else { 0.0 };
    let of = |share: f64, places: Vec<usize>| {
        let others: f64 = (0..own.len()).filter(|at| !places.contains(at)).map(|at| untouched(&own[at])).product();
        let off = by_the_service * shifted(own, &places, service_prior)
            + (1.0 - by_the_service) * by_true_times(own, &places, service_prior);
        share * off * others
    };
    let all = (0..own.len()).collect();
    of(1.0 - mended, all) + of(mended, (0..own.len()).filter(|at| refused(&own[*at])).collect())
}

/// At least one code had run out.
fn slipped(own: &[Sight<'_>]) -> f64 {
    let one = |sight: &Sight<'_>, late: bool| {
        if !late {
            return untouched(sight);
        }
        // Where the time is not the service's, the code may have waited after it was typed.
        let waits = if sight.attempt.at_source == Some(AtSource::Service) { 0.0 } else { 0.5 };
        let late = |step, at| (1.0 - waits) * expired(step, at) + waits * typed(step, at);
        ratio(bad(sight) * mean(sight, late))
    };
    let set = |set: u32| -> f64 {
        let price = MISHAP.powi(set.count_ones() as i32 - 1);
        price * own.iter().enumerate().map(|(at, sight)| one(sight, set >> at & 1 == 1)).product::<f64>()
    };
    let refused = own.iter().filter(|sight| sight.attempt.outcome == Outcome::Refused).count();
    (1..1_u32 << own.len()).map(set).sum::<f64>() / refused.max(1) as f64
}

/// The answer to a code that is bad whenever it is typed.
fn bad(sight: &Sight<'_>) -> f64 {
    if sight.attempt.outcome == Outcome::Accepted { 0.001 } else { 0.999 }
}

/// What is wrong shows in no code: those at fault are as good as chance, the others in order.
fn elsewhere(own: &[Sight<'_>], attempts: &[Attempt]) -> f64 {
    if attempts.iter().all(|attempt| attempt.outcome == Outcome::Accepted) {
        return 1.0;
    }
    // What is no device's shows on one of them alone by chance.
    let refused = attempts.iter().any(|attempt| attempt.outcome == Outcome::Refused);
    let by_device =
        refused && attempts.iter().any(|attempt| attempt.outcome == Outcome::Accepted && attempt.device.is_some());
    let share = if by_device { 0.02 } else { 1.0 };
    share * over_worlds(own, attempts, |places| places.iter().map(|&at| bad(&own[at])).product())
}

/// The attempts with times by the device's own clock put right, where it was read.
fn told(case: &Case) -> Vec<Attempt> {
    let right = |attempt: &Attempt| match (attempt.at_source, attempt.at, case.clock) {
        // It reads half a second ahead, give or take one.
        (Some(AtSource::Device), Some(at), Some(_)) => {
            let at = Interval { from: at.from - 2, to: at.to + 1 };
            Attempt { at: Some(at), at_source: Some(AtSource::Person), ..attempt.clone() }
        }
        _ => attempt.clone(),
    };
    case.attempts.iter().map(right).collect()
}

/// All codes at fault are of another secret, listed with 0.95, or of one that nobody has at hand.
fn other_secret(own: &[Sight<'_>], attempts: &[Attempt], other: &[Sight<'_>]) -> f64 {
    let of = |manner: fn(i64, i64) -> f64| {
        over_worlds(own, attempts, |places| {
            places.iter().map(|&at| ratio(bad(&other[at]) * mean(&other[at], manner))).product()
        })
    };
    let listed = 0.9 * of(typed) + 0.1 * of(held_up);
    let unlisted = over_worlds(own, attempts, |places| places.iter().map(|&at| bad(&own[at])).product());
    0.95 * listed + 0.05 * unlisted
}

fn in_window(own: &[Sight<'_>]) -> f64 {
    let answered = |sight: &Sight<'_>| if sight.attempt.outcome == Outcome::Accepted { 0.98 } else { 1.0 };
    own.iter().map(|sight| ratio(answered(sight) * mean(sight, typed))).product()
}

/// What a case is played with.
struct Played {
    case: Case,
    other: Key,
}

/// One to three codes of one secret and clock, now and then one of another; some accepted, some at times that are known badly.
fn played(rng: &mut fastrand::Rng) -> Played {
    let (own, other) = (entry(1), entry(2));
    let source = Some(AtSource::ALL[rng.usize(..4)]);
    let named = rng.bool();
    let offset = [0, 0, rng.i64(-200..200), rng.i64(31..130)][rng.usize(..4)];
    let mut attempts: Vec<Attempt> = Vec::new();
    for place in 0..rng.i64(1..=3) {
        let at = NOW + place * 65 + rng.i64(0..30);
        let made_by = if rng.u8(..4) == 0 { &other } else { &own };
        let late = if rng.u8(..4) == 0 { rng.i64(0..150) } else { rng.i64(0..=DELAY) };
        let accepted = rng.u8(..4) == 0;
        let shown_at = if accepted { at } else { at + offset - late };
        let vague = [0, 0, 5, 20][rng.usize(..4)];
        let at = Interval { from: at - vague, to: at + vague };
        let outcome = if accepted { Outcome::Accepted } else { Outcome::Refused };
        let typed = TypedCode::new(code(&key(made_by), shown_at.div_euclid(PERIOD)));
        let mut attempt = Attempt { at_source: source, ..Attempt::new(typed, at, AtSource::Service, outcome) };
        attempt.device = named.then(|| if accepted { "tablet" } else { "phone" }.to_owned());
        if attempts.iter().all(|earlier| earlier.code != attempt.code) {
            attempts.push(attempt);
        }
    }
    attempts.sort_by_key(|attempt| attempt.at.map(|at| at.to));
    let clock = rng.bool().then_some(ClockReading { offset_seconds: 0.5, uncertainty_seconds: 1.0 });
    let mut earlier = KnownEntry::from(other.clone());
    earlier.status = Some(Status::Revoked);
    let mut case = Case { expected: Some(own), entries: vec![earlier], attempts, clock, ..Case::default() };
    case.service.past = Some(1);
    case.service.future = Some(1);
    Played { case, other: key(&other) }
}

fn measured(findings: &[Finding], explanation: &str) -> f64 {
    let codes = findings.iter().find(|finding| finding.probe == "code-match").unwrap();
    let Reading::Measured(measures) = &codes.reading else { panic!("nothing measured") };
    let of = |measure: &&Measure| measure.explanation == explanation && measure.with.is_none();
    measures.iter().find(of).map(|measure| measure.ratio).unwrap()
}

#[test]
fn the_probe_computes_the_formula() {
    let mut rng = fastrand::Rng::with_seed(16);
    let mut compared = 0;
    for number in 0..100 {
        let Played { case, other } = played(&mut rng);
        let attempts = &told(&case);
        let own = through(&key(case.expected.as_ref().unwrap()), attempts);
        let other = through(&other, attempts);
        let findings = probe::run(&case, Depth::Near);
        // By whose times: where the device's clock was read as right, they may be right as well.
        let by_the_service = match attempts[0].at_source {
            Some(AtSource::Service) => 1.0,
            Some(AtSource::ThisComputer) => 0.5,
            Some(AtSource::Person) if case.clock.is_none() => 0.5,
            _ => 0.0,
        };
        // Of one person alone, unless somebody has read the device's clock.
        let service = service_off(&own, by_the_service) * if case.clock.is_some() { 1.0 } else { 0.1 };
        let mut expected =
            vec![("valid-code", in_window(&own)), ("expired-code", slipped(&own)), ("service-clock-off", service)];
        // A standing fault of which nothing was refused is none.
        if attempts.iter().any(|attempt| attempt.outcome == Outcome::Refused) {
            let by_its_own = attempts[0].at_source == Some(AtSource::Device);
            let device = over_worlds(&own, attempts, |places| {
                if by_its_own { by_true_times(&own, places, device_prior) } else { shifted(&own, places, device_prior) }
            });
            expected.push(("device-clock-off", device));
            // That one device has another entry than the other is `devices-disagree`.
            let accepted = attempts.iter().any(|attempt| attempt.outcome == Outcome::Accepted);
            if !(accepted && attempts[0].device.is_some()) {
                expected.push(("old-entry", other_secret(&own, attempts, &other)));
            }
        }
        let elsewhere = elsewhere(&own, attempts).max(1.0);
        for (explanation, expected) in expected {
            let expected = expected / elsewhere;
            let found = measured(&findings, explanation);
            let apart = (found - expected).abs() / expected.max(1e-12);
            assert!(apart < 1e-6, "case {number}, {explanation}: {found} instead of {expected}\n{case:?}");
            compared += 1;
        }
    }
    assert!(compared > 330, "{compared}");
}

#[test]
fn the_formula_tells_secrets_apart() {
    let case = played(&mut fastrand::Rng::with_seed(7)).case;
    let wrong = in_window(&through(&key(&entry(9)), &case.attempts));
    assert!((wrong - MISHAP.powi(case.attempts.len() as i32)).abs() < 1e-12, "{wrong}");
}
