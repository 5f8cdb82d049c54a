//! How fast a large knowledge base is checked.
//!
//! The files are the shipped ones, copied under names of their own until there are 5,000 or a few more, so that they are as long and as
//! entangled as real ones. Measured is what an editor waits for, every check that needs only the text, where all of them are copied;
//! and the whole check, with sessions that are tried, of a folder as somebody has it: few symptoms, and many articles, services
//! and apps.

#![allow(clippy::disallowed_methods)]
#![expect(clippy::print_stdout, reason = "the size of what is checked belongs to the result")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otp_doctor::diagnostic::Severity;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::{probe, rehearse};

const FILES: usize = 5_000;
/// Folders whose files are copied, each with the key that names what is in a file; a copy gets a name of its own.
const FOLDERS: &[(&str, Option<&str>)] =
    &[("articles/", None), ("symptoms/", Some("symptom")), ("services/", Some("service")), ("apps/", Some("app"))];

/// Of a folder as somebody has it, so many rounds of copies have symptoms in them.
const ROUNDS_WITH_SYMPTOMS: usize = 3;

criterion_group!(benches, texts, whole);
criterion_main!(benches);

fn texts(criterion: &mut Criterion) {
    let vocabulary = probe::vocabulary();
    let (sources, bytes) = many(usize::MAX);
    let compiled = Knowledge::compile(&sources, &vocabulary);
    let mut errors = compiled.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    assert_eq!(errors.next(), None, "the copies are as sound as what they are copies of");
    let count = sources.iter().count();
    println!("{count} files, {bytes} bytes, {} symptoms", compiled.knowledge.symptoms.len());
    let mut group = criterion.benchmark_group("text checks");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("5,000 files", |bencher| {
        bencher.iter(|| black_box(Knowledge::compile(black_box(&sources), &vocabulary)));
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let vocabulary = probe::vocabulary();
    let (sources, bytes) = many(ROUNDS_WITH_SYMPTOMS);
    let check = || {
        let compiled = Knowledge::compile(black_box(&sources), &vocabulary);
        let found = rehearse::check(&sources, &compiled.knowledge);
        (compiled, found)
    };
    let (compiled, found) = check();
    let mut errors = compiled.diagnostics.iter().chain(&found).filter(|one| one.severity == Severity::Error);
    assert_eq!(errors.next(), None, "the copies are as sound as what they are copies of");
    let count = sources.iter().count();
    println!("{count} files, {bytes} bytes, {} symptoms", compiled.knowledge.symptoms.len());
    let mut group = criterion.benchmark_group("whole check");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("5,000 files", |bencher| bencher.iter(|| black_box(check())));
    group.finish();
}

/// The shipped files and copies of them, and how many bytes they are; symptoms are copied in the first rounds only.
fn many(rounds_with_symptoms: usize) -> (Sources, usize) {
    let shipped = Sources::embedded();
    let copied: Vec<_> = shipped
        .iter()
        .filter_map(|(path, bytes)| {
            let (folder, key) = FOLDERS.iter().find(|(folder, _)| path.starts_with(folder))?;
            Some((*folder, *key, path.strip_prefix(folder)?, std::str::from_utf8(bytes).ok()?))
        })
        .collect();
    // A copy has no translation; without a second language it owes none.
    let own = shipped.iter().filter(|(path, _)| !path.starts_with("locale/"));
    let mut sources: Sources = own.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let kb = sources.get("kb.yaml").map(|bytes| String::from_utf8_lossy(bytes).replace("languages: [de]", ""));
    sources.insert("kb.yaml", kb.unwrap_or_default());
    let mut round = 0;
    let mut count = sources.iter().count();
    while count < FILES {
        round += 1;
        let is_copied = |folder: &str| folder != "symptoms/" || round <= rounds_with_symptoms;
        for &(folder, key, name, text) in copied.iter().filter(|(folder, ..)| is_copied(folder)) {
            let text = key.map_or_else(|| text.to_owned(), |key| renamed(text, key, round));
            sources.insert(format!("{folder}copy-{round}/{name}"), text);
            count += 1;
        }
    }
    let bytes = sources.iter().map(|(_, bytes)| bytes.len()).sum();
    (sources, bytes)
}

/// A file that names what is in it differently.
fn renamed(text: &str, key: &str, round: usize) -> String {
    let line = |line: &str| match line.strip_prefix(key).and_then(|rest| rest.strip_prefix(": ")) {
        Some(id) => format!("{key}: {id}-copy-{round}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
