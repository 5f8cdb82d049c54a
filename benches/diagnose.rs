//! How fast a case is diagnosed, and how fast a code is computed.
//!
//! The cases are the laboratory's, two codes each, the service's secret known: the *everyday mix*, faults as common as the
//! knowledge says, and *every fault in turn*, as many of the rarest as of the commonest. They are made before the clock runs.

#![allow(clippy::disallowed_methods)]
#![expect(clippy::print_stdout, reason = "the ratio to totp-rs is a result of the run")]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fastrand::Rng;
use otp_doctor::case::{Attempt, Case};
use otp_doctor::engine::diagnose;
use otp_doctor::entry::{Entry, Kind};
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::lab::{Bench, Fault, Level, Recipe};
use otp_doctor::otp::{Algorithm, Digits, Key, Secret};
use otp_doctor::{probe, rehearse};

const CASES: usize = 2_000;
const SEED: u64 = 2026;
/// Counters in one round of the code benchmarks.
const COUNTERS: u64 = 10_000;
/// Cases that the plain loop is tried on.
const PLAIN: usize = 100;
/// How far the plain loop goes to either side, in seconds.
const REACH: i64 = 48 * 3_600;
/// Rounds from which the median ratio to `totp-rs` is taken.
const ROUNDS: usize = 101;

criterion_group!(benches, cases, codes);
criterion_main!(benches);

/// Cases a second, on one thread and on two.
fn cases(criterion: &mut Criterion) {
    let knowledge = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge;
    let cases = everyday_mix(&knowledge);
    let run = |cases: &[Case]| {
        for case in cases {
            assert!(black_box(diagnose(black_box(case), &knowledge)).is_ok(), "the usual symptom is in the knowledge");
        }
    };
    let mut group = criterion.benchmark_group("everyday mix");
    group.throughput(Throughput::Elements(CASES as u64)).sampling_mode(SamplingMode::Flat).sample_size(10);
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(16));
    group.bench_function("one thread", |bencher| bencher.iter(|| run(&cases)));
    group.measurement_time(Duration::from_secs(9));
    group.bench_function("two threads", |bencher| {
        let (first, second) = cases.split_at(CASES / 2);
        bencher.iter(|| {
            thread::scope(|scope| {
                scope.spawn(|| run(first));
                run(second);
            });
        });
    });
    group.finish();
    per_case("everyday mix", &cases, &knowledge);
    let mut bench = Bench::new(SEED, Recipe { codes: 2, level: Level::L2 });
    let faults: Vec<Fault> = Fault::all().collect();
    let every: Vec<Case> = faults.iter().cycle().take(CASES).map(|fault| bench.make(*fault).case).collect();
    per_case("every fault in turn", &every, &knowledge);
}

/// The time of one case, and of what a plain script would do in its place: each code compared with 48 hours to either
/// side, of every secret of the case, by `totp-rs`. That finds a clock that is off, or another entry, and no more.
fn per_case(mix: &str, cases: &[Case], knowledge: &Knowledge) {
    let ours: Vec<f64> = cases.iter().map(|case| 1e3 * seconds(|| diagnose(case, knowledge))).collect();
    let some = cases.iter().step_by(CASES / PLAIN);
    let plain: Vec<f64> = some.map(|case| 1e3 * seconds(|| plain_loop(case))).collect();
    let [ours, plain] = [ours, plain].map(sorted);
    let at = |values: &[f64], share: f64| values[((values.len() - 1) as f64 * share) as usize];
    println!(
        "{mix}: {:.2} ms a case at the median, {:.1} ms at 95 %, {:.0} ms at most; \
         the plain loop over totp-rs {:.1} ms at the median, {:.0} times as long\n",
        at(&ours, 0.5),
        at(&ours, 0.95),
        at(&ours, 1.0),
        at(&plain, 0.5),
        at(&plain, 0.5) / at(&ours, 0.5),
    );
}

/// How many of the codes fit some step of some secret.
fn plain_loop(case: &Case) -> usize {
    let secrets = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
    let fits = |entry: &Entry| {
        let Kind::Totp { period } = entry.kind else { return 0 };
        let builder = totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1).with_digits(6);
        let secret = entry.secret.bytes().to_vec();
        let totp = builder.with_step_duration(u64::from(period)).with_secret(secret).build_noncompliant();
        let fits = |attempt: &&Attempt| {
            let at = attempt.at.map_or(0, |at| at.to);
            (at - REACH..=at + REACH)
                .step_by(period as usize)
                .any(|at| u64::try_from(at).is_ok_and(|at| totp.generate(at).to_string() == attempt.code.text()))
        };
        case.attempts.iter().filter(fits).count()
    };
    secrets.map(fits).sum()
}

/// Cases by how common their faults are.
fn everyday_mix(knowledge: &Knowledge) -> Vec<Case> {
    let weights = rehearse::weights(knowledge);
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut draw = Rng::with_seed(SEED);
    let mut bench = Bench::new(SEED, Recipe { codes: 2, level: Level::L2 });
    let mut case = || {
        let mut rest = draw.f64() * sum;
        let drawn = weights.iter().find(|(_, weight)| {
            rest -= weight;
            rest < 0.0
        });
        bench.make(drawn.map_or(Fault::UNKNOWN, |(fault, _)| *fault)).case
    };
    (0..CASES).map(|_| case()).collect()
}

/// Codes a second of one secret (HMAC-SHA-1, six digits), beside `totp-rs`.
fn codes(criterion: &mut Criterion) {
    let secret: Vec<u8> = (0..20).collect();
    let key = Key::new(Algorithm::Sha1, &Secret::new(secret.clone()));
    let builder = totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1).with_digits(6);
    let theirs = builder.with_step_duration(1).with_secret(secret).build_noncompliant();

    let in_a_row = || key.codes(0..COUNTERS, Digits::SIX).fold(0, |sum, (_, code)| sum ^ code);
    let one_by_one = || (0..COUNTERS).fold(0, |sum, counter| sum ^ key.code(black_box(counter), Digits::SIX));
    let totp_rs = || {
        (0..COUNTERS).for_each(|counter| {
            black_box(theirs.generate(black_box(counter)));
        });
    };

    let mut group = criterion.benchmark_group("codes");
    group.throughput(Throughput::Elements(COUNTERS)).sample_size(20);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group.bench_function("otp::Key in a row", |bencher| bencher.iter(in_a_row));
    group.bench_function("otp::Key one by one", |bencher| bencher.iter(one_by_one));
    group.bench_function("totp-rs generate", |bencher| bencher.iter(totp_rs));
    group.finish();

    // Taken turn by turn, so that whatever else the machine does slows them all.
    let mut ratios = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        let theirs = seconds(totp_rs);
        ratios[0].push(theirs / seconds(in_a_row));
        ratios[1].push(theirs / seconds(one_by_one));
    }
    let [in_a_row, one_by_one] = ratios.map(median);
    println!("otp::Key against totp-rs generate: {in_a_row:.1} times in a row, {one_by_one:.1} times one by one\n");
}

fn seconds<T>(work: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn median(values: Vec<f64>) -> f64 {
    let values = sorted(values);
    values[values.len() / 2]
}
