//! Compiled knowledge: the same when read back, refused when it is anything else, and usable in place of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use otp_doctor::case::{self, Case};
use otp_doctor::engine::diagnose;
use otp_doctor::knowledge::{CompiledError, Knowledge, Sources};
use otp_doctor::lab::{Bench, Level, Recipe};
use otp_doctor::rehearse::{drawn, stroll, weights};
use otp_doctor::report::{Look, Subject, text};
use otp_doctor::session::Mode;
use sha2::{Digest, Sha256};

use crate::content::knowledge;
use crate::examples::{example, program};
use crate::whole;

/// Where the parts of the head begin, and where it ends.
const VERSION: usize = 8;
const LENGTH: usize = 10;
const DIGEST: usize = 14;
const PAYLOAD: usize = 46;

fn whole_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/knowledge/whole")
}

/// The small knowledge that has every key.
fn small() -> Knowledge {
    let mut sources = Sources::default();
    for path in crate::house::files("tests/knowledge/whole", "yaml")
        .into_iter()
        .chain(crate::house::files("tests/knowledge/whole", "md"))
    {
        let name = path.strip_prefix(whole_folder()).unwrap().to_str().unwrap().replace('\\', "/");
        sources.insert(name, fs::read(&path).unwrap());
    }
    // Its German lacks most phrases, which is an error, and leaves nothing out.
    Knowledge::compile(&sources, &otp_doctor::probe::vocabulary()).knowledge
}

/// A file that says of this payload what is true of it.
fn file_of(payload: &[u8]) -> Vec<u8> {
    let mut file = small().to_compiled().unwrap()[..LENGTH].to_vec();
    file.extend((payload.len() as u32).to_be_bytes());
    file.extend(Sha256::digest(payload));
    file.extend(payload);
    file
}

fn told(case: &Case, knowledge: &Knowledge) -> String {
    let diagnosis = diagnose(case, knowledge).unwrap();
    text(&Subject::new(&diagnosis, knowledge, None), Look { width: 80, styled: false })
}

#[test]
fn what_is_read_back_is_the_same_in_every_language() {
    let shipped = knowledge();
    for knowledge in [&shipped, &small()] {
        let file = knowledge.to_compiled().unwrap();
        let back = Knowledge::from_compiled(&file).unwrap();
        assert_eq!(back, *knowledge);
        assert_eq!(back.to_compiled().unwrap(), file, "the same knowledge, the same bytes");
        for language in knowledge.languages() {
            let (one, other) = (knowledge.clone().in_language(language), back.clone().in_language(language));
            assert!(one == other, "{language}");
        }
    }
    let mut english = shipped.clone();
    english.retain_languages(|_| false);
    let (all, fewer) = (shipped.to_compiled().unwrap(), english.to_compiled().unwrap());
    assert!(fewer.len() < all.len() / 2 * 3 / 2, "{} of {}", fewer.len(), all.len());
    let back = Knowledge::from_compiled(&fewer).unwrap();
    assert_eq!(back.languages().collect::<Vec<_>>(), ["en"]);
    assert_eq!(back.in_language("de"), english, "what it does not have it does not speak");
}

#[test]
fn verdicts_and_texts_are_the_same() {
    let shipped = knowledge();
    let back = Knowledge::from_compiled(&shipped.to_compiled().unwrap()).unwrap();
    let (german, german_back) = (shipped.clone().in_language("de"), back.clone().in_language("de"));
    let same = |case: &Case| {
        assert_eq!(diagnose(case, &back).unwrap(), diagnose(case, &shipped).unwrap());
        assert_eq!(told(case, &back), told(case, &shipped));
        assert_eq!(told(case, &german_back), told(case, &german));
    };
    let mut examples = 0;
    for path in fs::read_dir(example("")).unwrap().map(|item| item.unwrap().path()) {
        if path.extension().is_some_and(|ending| ending == "json") {
            let Ok(case) = case::read(&fs::read_to_string(&path).unwrap()) else { continue };
            same(&case);
            examples += 1;
        }
    }
    assert!(examples >= 10, "{examples}");
    let (mut rng, weights) = (Rng::with_seed(4), weights(&shipped));
    let mut bench = Bench::new(4, Recipe { codes: 2, level: Level::L2 });
    for _ in 0..whole::of(500) {
        let fault = drawn(&mut rng, &weights).unwrap();
        same(&bench.make(*fault).case);
    }
}

#[test]
fn every_wrong_head_has_its_own_complaint() {
    let file = small().to_compiled().unwrap();
    let complaint = |file: &[u8]| Knowledge::from_compiled(file).unwrap_err();
    let changed = |at: usize| {
        let mut file = file.clone();
        file[at] ^= 1;
        file
    };
    for no_knowledge in [&b""[..], b"PK\x03\x04", b"schema: 1\n", &changed(0), &file[..7], &file[1..]] {
        assert_eq!(complaint(no_knowledge), CompiledError::NotCompiled);
    }
    let found = u16::from_be_bytes([file[VERSION], file[VERSION + 1]]) ^ 1;
    assert_eq!(complaint(&changed(VERSION + 1)), CompiledError::OtherVersion { found });
    let mut newer = file.clone();
    newer[VERSION] = 0xff;
    assert!(complaint(&newer).to_string().contains("compile it anew"), "{}", complaint(&newer));
    assert!(matches!(complaint(&changed(LENGTH)), CompiledError::OtherLength { .. }));
    assert_eq!(complaint(&changed(DIGEST)), CompiledError::Altered);
    assert_eq!(complaint(&changed(PAYLOAD)), CompiledError::Altered);
    assert_eq!(complaint(&changed(file.len() - 1)), CompiledError::Altered);
    for length in VERSION..file.len() {
        assert!(matches!(complaint(&file[..length]), CompiledError::OtherLength { .. }), "cut to {length}");
    }
    let longer = [&file[..], b"\0"].concat();
    assert!(matches!(complaint(&longer), CompiledError::OtherLength { .. }));
}

/// Bytes changed, cut, repeated and put in, as a seed says.
fn mutated(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..=4) {
        let at = rng.usize(..bytes.len());
        match rng.u8(..5) {
            0 => bytes[at] ^= 1 << rng.u8(..8),
            1 => bytes[at] = rng.u8(..),
            // The greatest length that there is.
            2 => drop(bytes.splice(at..at, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])),
            3 => {
                let to = bytes.len().min(at + rng.usize(1..64));
                bytes.drain(at..to);
            }
            _ => {
                let (from, length) = (rng.usize(..bytes.len()), rng.usize(1..64));
                let part = bytes[from..bytes.len().min(from + length)].to_vec();
                bytes.splice(at..at, part);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

#[test]
fn a_hostile_file_is_refused_or_can_be_used() {
    let file = small().to_compiled().unwrap();
    let vocabulary = otp_doctor::probe::vocabulary();
    let mut rng = Rng::with_seed(20_261_129);
    let mut refused = 0;
    let rounds = whole::of(4_000);
    for _ in 0..rounds {
        // Whatever does not keep the head is noticed by it.
        let damaged = mutated(&file, &mut rng);
        assert!(damaged == file || Knowledge::from_compiled(&damaged).is_err());
        // Whoever makes the head anew can say anything.
        match Knowledge::from_compiled(&file_of(&mutated(&file[PAYLOAD..], &mut rng))) {
            Err(_) => refused += 1,
            Ok(knowledge) => {
                for (seed, symptom) in knowledge.symptoms.keys().enumerate() {
                    for mode in [Mode::Person, Mode::Agent] {
                        stroll(&knowledge, &vocabulary, mode, Some(symptom), seed as u64);
                    }
                }
            }
        }
    }
    // Letters of a text may be any, and so some have to pass.
    assert!(refused > rounds / 10 && refused < rounds, "{refused}");
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let refused = |change: &dyn Fn(&mut Knowledge)| {
        let mut knowledge = small();
        change(&mut knowledge);
        let payload = knowledge.to_compiled().unwrap()[PAYLOAD..].to_vec();
        match Knowledge::from_compiled(&file_of(&payload)) {
            Err(CompiledError::Unsound(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    let (first, _) = small().symptoms.into_iter().next().unwrap();
    let symptom = |knowledge: &mut Knowledge, change: &dyn Fn(&mut otp_doctor::knowledge::Symptom)| {
        knowledge.symptoms.values_mut().for_each(change);
    };
    assert!(refused(&|one| one.numbers.unknown = f64::NAN).starts_with("a number of"));
    assert!(refused(&|one| one.numbers.escalation = 1e300).starts_with("a number of"));
    assert!(refused(&|one| one.offered.push("nothing".to_owned())).contains("nothing"));
    assert!(refused(&|one| one.articles.clear()).starts_with("no section"));
    assert!(refused(&|one| symptom(one, &|one| one.id.push('x'))).starts_with("the id of"));
    assert!(refused(&|one| symptom(one, &|one| one.then = Some("nowhere".to_owned()))).contains("nowhere"));
    assert!(refused(&|one| symptom(one, &|one| one.questions.extend(one.questions.clone()))).contains("twice"));
    assert!(
        refused(&|one| symptom(one, &|one| one.remedies.iter_mut().for_each(|one| one.effort = -1.0)))
            .starts_with("a number of")
    );
    assert!(refused(&|one| drop(one.symptoms.remove(&first))).len() > 3);
    let long = refused(&|one| one.offered.push("\u{1b}[2J".repeat(1_000)));
    assert!(long.len() < 1_000 && !long.contains('\u{1b}'), "{long}");
}

/// What this version of the format wrote once can be read.
#[test]
fn the_kept_file_is_read() {
    let kept = whole_folder().with_file_name("whole.otpkb");
    let now = small().to_compiled().unwrap();
    if let Err(error) = Knowledge::from_compiled(&fs::read(&kept).unwrap_or_default()) {
        let anew = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole.otpkb");
        fs::write(&anew, now).unwrap();
        panic!(
            "{error}: a change of the model is another VERSION in src/knowledge/compiled.rs; then {} takes the place of {}",
            anew.display(),
            kept.display()
        );
    }
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = program().args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_file_stands_in_for_the_folder_that_it_was_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let ours = example("harbour-bank");
    let ours = ours.to_str().unwrap();
    let file = folder.path().join("new/ours.otpkb");
    let file = file.to_str().unwrap();
    let (code, text, error) = run(&["kb", "compile", ours, "--out", file]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(text.contains("en, de") && text.contains("ours.otpkb"), "{text}");
    let case = example("old-entry-and-slow-clock.json");
    let case = case.to_str().unwrap();
    let answers = folder.path().join("answers.yaml");
    fs::write(&answers, "- about: invalid-code\n").unwrap();
    for verb in [
        &["diagnose", case][..],
        &["diagnose", case, "--json"],
        &["diagnose", case, "--lang", "de", "--service", "harbour-bank"],
        &["explain", "old-entry", "--service", "harbour-bank"],
        &["explain", "old-entry", "--lang", "de"],
        &["session", "scripts"],
        &["session", "scripts", "invalid-code"],
        &["kb", "graph", "turn-off", "--format", "mermaid", "--people", "50"],
    ] {
        let of = |knowledge: &str| run(&[verb, &["--knowledge", knowledge]].concat());
        let (folder, compiled) = (of(ours), of(file));
        assert_eq!(compiled, folder, "{verb:?}");
        assert_eq!(compiled.0, Some(0), "{verb:?}: {compiled:?}");
    }
    // What needs texts says so.
    let service = example("harbour-bank/services/harbour-bank.yaml");
    let service = service.to_str().unwrap();
    for (verb, needed) in [
        (&["kb", "check", file][..], "needs the sources"),
        (&["kb", "test", file], "needs the sources"),
        (&["kb", "diff", file, ours], "needs the sources"),
        (&["kb", "compile", file, "--out", "-"], "needs the sources"),
        (&["kb", "render", "--knowledge", file], "needs the sources"),
        (&["explain", "old-entry", "--knowledge", file, "--service", service], "is compiled"),
        (&["explain", "old-entry", "--knowledge", case], "not compiled knowledge"),
        (&["explain", "old-entry", "--knowledge", "no-such-thing"], "expected a folder of knowledge, or a file"),
    ] {
        let (code, _, error) = run(verb);
        assert_eq!(code, Some(2), "{verb:?}: {error}");
        assert!(error.contains(needed), "{verb:?}: {error}");
    }
}

#[test]
fn only_sound_knowledge_is_written_and_only_over_its_like() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("services")).unwrap();
    fs::write(at("services/ours.yaml"), "service: ours\nnmae: Ours\n").unwrap();
    let (code, _, error) = run(&["kb", "compile", &at(""), "--out", &at("a.otpkb")]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean `name`?") && !Path::new(&at("a.otpkb")).exists(), "{error}");

    let own = at("own.txt");
    fs::write(&own, "mine\n").unwrap();
    assert_eq!(run(&["kb", "compile", "--out", &own]).0, Some(2));
    assert_eq!(fs::read_to_string(&own).unwrap(), "mine\n");

    let (file, less) = (at("all.otpkb"), at("less.otpkb"));
    for out in [&file, &file, &less] {
        let lang: &[&str] = if *out == less { &["--lang", "en"] } else { &[] };
        let (code, _, error) = run(&[&["kb", "compile", "--out", out][..], lang].concat());
        assert_eq!(code, Some(0), "{error}");
    }
    assert!(fs::metadata(&less).unwrap().len() < fs::metadata(&file).unwrap().len());
    let (code, _, error) = run(&["explain", "old-entry", "--knowledge", &less, "--lang", "de"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("known are en"), "{error}");
    let (code, _, error) = run(&["kb", "compile", "--lang", "en,dd", "--out", "-"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean de?"), "{error}");

    let piped = program().args(["kb", "compile", "--out", "-"]).output().unwrap();
    assert!(piped.stderr.is_empty());
    assert_eq!(piped.stdout, fs::read(&file).unwrap());
}
