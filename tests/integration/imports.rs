//! Every format, by samples that other programs wrote (`tests/import/make.py`): the same entries come out, and whatever
//! is done to a file, a diagnostic comes out and nothing else.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use otp_doctor::entry::{self, Entry, Kind, Vendor, base32};
use otp_doctor::import::{self, ImportOptions, Imported};
use otp_doctor::lab;
use serde_json::Value;

use crate::whole;

/// A file and what it holds.
struct Sample {
    path: PathBuf,
    bytes: Vec<u8>,
    format: String,
    /// The format that the content alone tells.
    recognised: String,
    password: Option<String>,
    entries: Vec<Entry>,
    problems: Vec<String>,
}

fn samples() -> Vec<Sample> {
    samples_below(Path::new("tests/import"))
}

fn samples_below(folder: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.is_dir() && !path.ends_with("writers")) {
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path()).collect();
        files.sort();
        let of = folder.file_name().unwrap().to_str().unwrap();
        samples.extend(files.iter().filter(|path| !is_expectation(path)).map(|path| sample(of, path)));
    }
    samples
}

fn is_expectation(path: &Path) -> bool {
    path.to_str().unwrap().ends_with(".expect.json")
}

fn sample(of: &str, path: &Path) -> Sample {
    let beside = format!("{}.expect.json", path.display());
    let text = fs::read_to_string(&beside).unwrap_or_else(|error| panic!("{beside}: {error}"));
    let expect: Value = serde_json::from_str(&text).unwrap();
    let texts = |key: &str| -> Vec<String> {
        expect[key].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let format = expect["format"].as_str().unwrap_or(of);
    Sample {
        path: path.to_owned(),
        bytes: fs::read(path).unwrap(),
        format: format.to_owned(),
        recognised: expect["recognised"].as_str().unwrap_or(format).to_owned(),
        password: expect["password"].as_str().map(str::to_owned),
        entries: texts("entries").iter().map(|uri| entry::read(uri).unwrap().entry).collect(),
        problems: texts("problems"),
    }
}

impl Sample {
    fn read(&self, bytes: &[u8], password: Option<&str>) -> Imported {
        let options = ImportOptions { format: import::format(&self.format), password };
        import::joined(vec![import::read_with(bytes, "file", options)])
    }
}

fn codes(imported: &Imported) -> Vec<&'static str> {
    imported.problems.iter().map(|problem| problem.code).collect()
}

/// Names and parameters only: a difference that is told must not show a secret.
fn told(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        let _ = writeln!(out, "{entry:?} {}", entry.secret.fingerprint().unwrap_or_default());
    }
    out
}

#[test]
fn what_another_program_wrote_comes_out() {
    let samples = samples();
    come_out(&samples);
    for format in import::FORMATS.iter().filter(|format| format.id != "qr") {
        assert!(samples.iter().any(|sample| sample.format == format.id), "{} has no sample", format.id);
    }
}

/// Every sample gives its entries and its problems, and nothing else.
fn come_out(samples: &[Sample]) {
    let differ = |sample: &Sample| {
        let format = import::recognised(&sample.bytes).map(|format| format.id);
        let imported = sample.read(&sample.bytes, sample.password.as_deref());
        let got = (format, told(&imported.entries_only()), codes(&imported));
        let wanted = (Some(sample.recognised.as_str()), told(&sample.entries), sample.problems.clone());
        let name = sample.path.display();
        assert!(!sample.entries.is_empty() || !sample.problems.is_empty(), "{name} shows nothing");
        let is_same = (got.0, &got.1) == (wanted.0, &wanted.1) && got.2 == wanted.2;
        (!is_same).then(|| format!("{name}:\n  got {got:#?}\n  wanted {wanted:#?}"))
    };
    let different: Vec<String> = samples.iter().filter_map(differ).collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// What the laboratory makes goes through the writers, which are Python's, and comes back.
#[test]
fn what_the_laboratory_makes_comes_back() {
    let given = std::env::var("OTP_DOCTOR_PYTHON").ok();
    let python = given.as_deref().unwrap_or("python3");
    let has = Command::new(python).args(["-c", "import argon2, cryptography, nacl, pykeepass, segno, yaml"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        assert!(given.is_none(), "the interpreter that was given lacks the writers' packages");
        eprintln!("!! SKIPPED: no round trip of the laboratory's entries; the Python writers need the packages of");
        eprintln!("!! tests/import/requirements.txt (.ci/python installs them)");
        return;
    }
    for seed in [1, 2, 3] {
        let folder = tempfile::tempdir().unwrap();
        let entries = folder.path().join("entries.json");
        let made: Vec<Value> = lab::collection(seed).iter().map(for_a_writer).collect();
        fs::write(&entries, Value::from(made).to_string()).unwrap();
        let out = folder.path().join("samples");
        let run = Command::new(python)
            .arg("tests/import/make.py")
            .args(["--entries".as_ref(), entries.as_os_str(), "--out".as_ref(), out.as_os_str()])
            .output()
            .unwrap();
        assert!(run.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&run.stderr));
        let samples = samples_below(&out);
        come_out(&samples);
        for format in import::FORMATS.iter().filter(|format| format.id != "qr") {
            assert!(samples.iter().any(|sample| sample.format == format.id), "nothing of {} was written", format.id);
        }
    }
}

/// An entry as tests/import/entries.json has them.
fn for_a_writer(entry: &Entry) -> Value {
    let kind = match entry.kind {
        Kind::Totp { .. } => "totp",
        Kind::Hotp { .. } => "hotp",
        Kind::Vendor(Vendor::Steam) => "steam",
        Kind::Vendor(Vendor::Motp) => "motp",
        Kind::Vendor(_) => "yandex",
    };
    let mut value = serde_json::json!({
        "type": kind,
        "issuer": entry.issuer,
        "account": entry.account,
        "secret": base32::encode(&entry.secret).as_str(),
        "algorithm": entry.algorithm_name(),
        "digits": entry.digits.get(),
    });
    match (entry.period(), entry.counter()) {
        (_, Some(counter)) => value["counter"] = counter.into(),
        (period, _) => value["period"] = period.into(),
    }
    match entry.kind {
        Kind::Vendor(Vendor::Motp) => value["pin"] = "1234".into(),
        Kind::Vendor(Vendor::Yandex { .. }) => value["pin"] = "12345".into(),
        _ => {}
    }
    value
}

#[test]
fn passwords() {
    for sample in samples().iter().filter(|sample| sample.password.is_some()) {
        let name = sample.path.display();
        let without = sample.read(&sample.bytes, None);
        assert_eq!(codes(&without), [import::PASSWORD_NEEDED], "{name}");
        for wrong in ["", "wrong", "pässwörd \u{1f511}"] {
            let imported = sample.read(&sample.bytes, Some(wrong));
            assert_eq!((imported.entries.len(), codes(&imported)), (0, vec![import::WRONG_PASSWORD]), "{name}");
        }
    }
}

#[test]
fn damage_costs_no_more_than_what_it_hits() {
    let mut rng = fastrand::Rng::with_seed(6);
    for sample in &samples() {
        // A key of many rounds makes every look slow.
        let rounds = whole::of(if sample.password.is_some() { 20 } else { 200 });
        let password = sample.password.as_deref();
        for _ in 0..rounds {
            let cut = rng.usize(..sample.bytes.len());
            is_sound(sample, &sample.read(&sample.bytes[..cut], password));
            let mut flipped = sample.bytes.clone();
            for _ in 0..=rng.usize(..4) {
                let at = rng.usize(..flipped.len());
                flipped[at] ^= 1 << rng.u32(..8);
            }
            is_sound(sample, &sample.read(&flipped, password));
        }
    }
}

/// A file of one format that is said to be another.
#[test]
fn the_wrong_format() {
    for sample in &samples() {
        for format in import::FORMATS.iter().filter(|format| format.id != sample.format) {
            let options = ImportOptions { format: Some(format), password: sample.password.as_deref() };
            is_sound(sample, &import::read_with(&sample.bytes, "file", options));
        }
    }
}

/// Something comes out, at a place, and no problem holds a part of any secret.
fn is_sound(sample: &Sample, imported: &Imported) {
    let name = sample.path.display();
    assert!(!imported.entries.is_empty() || !imported.problems.is_empty(), "{name}: nothing came out");
    let secrets: Vec<_> = sample.entries.iter().map(|entry| base32::encode(&entry.secret)).collect();
    for problem in &imported.problems {
        assert!(problem.place.path.starts_with("file") && problem.place.span.is_empty(), "{name}");
        let said = format!("{problem} {:?}", problem.help).to_ascii_uppercase();
        for secret in &secrets {
            let parts = secret.as_bytes().windows(12).map(|part| std::str::from_utf8(part).unwrap());
            assert!(!parts.into_iter().any(|part| said.contains(part)), "{name}: a secret is told");
        }
    }
}

#[test]
fn every_format_and_problem_is_told_of() {
    let page = fs::read_to_string("docs/import.md").unwrap();
    for format in import::FORMATS {
        assert!(page.contains(&format!("| `{}` | ", format.id)), "{} has no row in docs/import.md", format.id);
    }
    let source = fs::read_to_string("src/import/mod.rs").unwrap();
    let codes: Vec<_> = source.split('"').filter(|text| text.len() == 5 && text.starts_with("IN0")).collect();
    assert!(codes.len() >= 16);
    for code in codes {
        assert!(page.contains(&format!("| {code} | ")), "{code} has no row in docs/import.md");
    }
}
