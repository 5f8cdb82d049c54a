//! The laboratory out in the world: what it plays there, and how it is measured.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use otp_doctor::case::{self, AtSource, Case, Outcome};
use otp_doctor::engine::diagnose;
use otp_doctor::lab::{Bench, Fault, Level, Recipe, family};
use otp_doctor::rehearse::{self, IDENTIFIABLE, Likeness, Plays, Study, measure};
use otp_doctor::triage::{Group, Log, Refusal, Triage};
use otp_doctor::verdict::Conclusion;
use serde_json::Value;

use crate::content::knowledge;
use crate::examples::program;

const RECIPE: Recipe = Recipe { codes: 2, level: Level::L2 };
const EACH: usize = 20;

fn played() -> Vec<(Fault, otp_doctor::lab::Specimen)> {
    let mut bench = Bench::new(31, RECIPE).in_the_world();
    let each = |fault| (0..EACH).map(move |_| fault);
    Fault::all().flat_map(each).map(|fault| (fault, bench.make(fault))).collect()
}

#[test]
fn families_are_those_of_the_knowledge() {
    let knowledge = knowledge();
    let symptom = &knowledge.symptoms["invalid-code"];
    for fault in Fault::all() {
        let known = symptom.cause(fault.cause).map(|cause| cause.stands_for.as_deref());
        assert!(known.is_none_or(|known| known == family(fault.cause)), "{}: {known:?}", fault.cause);
    }
    for cause in &symptom.causes {
        assert_eq!(cause.stands_for.as_deref(), family(&cause.id), "{}", cause.id);
    }
}

#[test]
fn the_world_does_not_change_what_the_fault_is() {
    for (fault, specimen) in played() {
        let case = &specimen.case;
        assert_eq!(specimen.fits, fault.fits(), "{}", fault.id());
        assert!(case.attempts.iter().any(|one| one.outcome == Outcome::Refused), "{}", fault.id());
        let written = case::write(case).to_string();
        assert!(fault.cause == "unknown" || !written.contains(fault.cause), "{written}");
        assert!(!specimen.traces.is_empty(), "{}", fault.id());
        assert_eq!(case::read(&written).unwrap(), *case, "what is played can be written down");
    }
}

#[test]
fn the_world_has_what_the_tidy_laboratory_lacks() {
    let cases: Vec<Case> = played().into_iter().map(|(_, specimen)| specimen.case).collect();
    let attempts = || cases.iter().flat_map(|case| &case.attempts);
    let wide = |seconds: i64| attempts().filter(move |one| one.at.is_some_and(|at| at.to - at.from >= seconds)).count();
    let periods = |period| cases.iter().filter(|case| case.expected.as_ref().unwrap().period() == Some(period)).count();
    let several = |case: &&Case| {
        let devices = case.attempts.iter().filter_map(|one| one.device.as_deref());
        devices.collect::<BTreeSet<_>>().len() > 1
    };
    let share = |count: usize, of: usize| count as f64 / of as f64;
    let all = attempts().count();
    let counts = [
        ("an interval of minutes", share(wide(120), all)),
        ("an interval of an hour", share(wide(2_700), all)),
        ("no time", share(attempts().filter(|one| one.at.is_none()).count(), all)),
        ("a person's word", share(attempts().filter(|one| one.at_source == Some(AtSource::Person)).count(), all)),
        ("accepted", share(attempts().filter(|one| one.outcome == Outcome::Accepted).count(), all)),
        ("a machine of the service", share(attempts().filter(|one| one.node.is_some()).count(), all)),
        ("a named device", share(cases.iter().filter(|case| case.device.is_some()).count(), cases.len())),
        ("several devices", share(cases.iter().filter(several).count(), cases.len())),
        ("a period of a minute", share(periods(60), cases.len())),
        ("a page with a clock", share(cases.iter().filter(|case| case.service.clock.is_some()).count(), cases.len())),
    ];
    for (what, share) in counts {
        assert!((0.03..0.8).contains(&share), "{what}: {share}");
    }
}

#[test]
fn the_same_seed_plays_the_same_world() {
    let made = |seed| {
        let mut bench = Bench::new(seed, RECIPE).in_the_world();
        Fault::all().map(|fault| bench.make(fault)).collect::<Vec<_>>()
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

/// The posterior of the generator comes true: where the plays are surest of a cause, it is the cause.
#[test]
fn what_is_called_identifiable_is() {
    let knowledge = knowledge();
    let plays = Plays::new(&knowledge, RECIPE, 2_500, 5);
    let likeness: Likeness = (0..plays.parts()).map(|part| plays.part(part)).collect();
    let weights = rehearse::weights(&knowledge);
    let mut draw = Rng::with_seed(6);
    let mut bench = Bench::new(7, RECIPE).in_the_world();
    let (mut sure, mut right) = (0, 0);
    for _ in 0..1_000 {
        let specimen = bench.make(*rehearse::drawn(&mut draw, &weights).unwrap());
        let Some((kin, posterior)) = likeness.surest(&specimen.traces) else { continue };
        if posterior >= IDENTIFIABLE {
            sure += 1;
            right += usize::from(specimen.family().unwrap_or(specimen.cause) == kin);
        }
    }
    assert!(sure > 200, "{sure}");
    let error = 2.0 * (IDENTIFIABLE * (1.0 - IDENTIFIABLE) / f64::from(sure)).sqrt();
    assert!(right as f64 / f64::from(sure) >= IDENTIFIABLE - error, "{right} of {sure}");
}

#[test]
fn a_measurement_of_the_world_is_written_as_documented() {
    let arguments = ["lab", "measure", "--world", "--cases", "60", "--seed", "9", "--json"];
    let output = program().args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["world"], &document["cases"]), (&true.into(), &60.into()));
    let formats = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    let measured = document["measurements"][0].as_object().unwrap();
    for key in document.as_object().unwrap().keys().chain(measured.keys()) {
        assert!(formats.contains(&format!("`{key}`")), "docs/formats.md does not name {key}");
    }
    assert!(measured["milliseconds_per_case"].as_f64().unwrap() > 0.0);
    assert!(!measured.contains_key("codes_needed"), "in the world they are not counted off");
    // However many threads counted, one alone counts the same.
    let study = Study { world: true, ..Study::new(RECIPE, 60, 9) };
    let accuracy = measure(&knowledge(), &study).unwrap();
    let counted = [accuracy.total.kin_first, accuracy.total.identifiable, accuracy.confirmed];
    let told = ["kin_first", "identifiable", "confirmed"].map(|key| measured[key].as_u64().unwrap() as usize);
    assert_eq!(counted, told);
    assert!(accuracy.total.kin_first >= accuracy.total.first);
}

/// The first cells of a table in Markdown, its head among them, and the whole head.
fn told(table: &str) -> (Vec<&str>, &str) {
    let rows = || table.lines().filter(|line| line.starts_with('|'));
    (rows().filter_map(|row| row.split('|').nth(1)).collect(), rows().next().unwrap_or_default())
}

/// Each table of the page about accuracy stands below the command that prints it, and has its rows and columns: `.ci/accuracy`
/// writes the figures.
#[test]
fn the_tables_of_the_page_are_those_of_their_commands() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/accuracy.md")).unwrap();
    let mut tables = 0;
    for part in page.split("<!-- otp-doctor ").skip(1) {
        let (command, rest) = part.split_once(" -->\n").unwrap();
        let table = rest.split_once("<!-- end -->").unwrap().0;
        // One case of each shows what a table looks like; the picture is not to be drawn anew.
        let mut words: Vec<&str> = command.split(' ').collect();
        for (option, value) in [("--n", Some("1")), ("--svg", None)] {
            if let Some(at) = words.iter().position(|word| *word == option) {
                words.splice(at..at + 2, value.into_iter().flat_map(|value| [option, value]));
            }
        }
        let output = program().args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(told(&printed), told(table), "{command}");
        tables += 1;
    }
    assert_eq!(tables, 5);
}

#[test]
fn cases_of_the_world_are_made_and_can_be_diagnosed() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.ndjson");
    let make = |extra: &[&str]| {
        let output =
            program().args(["lab", "make", "--world", "--n", "20", "--seed", "5"]).args(extra).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let cases = make(&["--truth", truth.to_str().unwrap()]);
    assert_eq!(cases, make(&[]), "the same seed, the same cases");
    let truths = fs::read_to_string(truth).unwrap();
    for (case, truth) in cases.lines().zip(truths.lines()) {
        let (case, truth): (Value, Value) = (serde_json::from_str(case).unwrap(), serde_json::from_str(truth).unwrap());
        assert_eq!(case["id"], truth["id"]);
        assert_eq!(truth["family"].as_str(), family(truth["causes"][0].as_str().unwrap()));
    }
    assert!(cases.contains("\"answers\":{") && cases.contains("\"unsure\""));
    let answers = program().args(["diagnose", "--cases", "-", "--json"]).write_stdin(cases).output().unwrap();
    assert_eq!(String::from_utf8(answers.stdout).unwrap().lines().count(), 20);
}

/// Six people of a service whose clock is off: all together, and how many are told that it is their own.
fn six_people(seed: u64) -> (Triage, usize) {
    let knowledge = knowledge();
    let fault = Fault::named("service-clock-off").unwrap();
    let mut bench = Bench::new(seed, RECIPE).of_one_service();
    let (mut log, mut wrongly) = (Log::default(), 0);
    for _ in 0..6 {
        let case = bench.make(fault).case;
        let diagnosis = diagnose(&case, &knowledge).unwrap();
        let verdict = diagnosis.verdict.as_ref().unwrap();
        let alone = verdict.conclusion == Conclusion::Confirmed && verdict.family.is_none();
        wrongly += usize::from(alone && verdict.first().cause == "device-clock-off");
        log.add(&Refusal::of(&case, &diagnosis));
    }
    (log.triage(), wrongly)
}

#[test]
fn six_people_of_one_service_are_one_trouble() {
    for seed in 0..10 {
        let (triage, _) = six_people(seed);
        let is_service = |group: &&Group| group.cause.as_deref() == Some("service-clock-off");
        let people: usize = triage.groups.iter().filter(is_service).map(|group| group.people).sum();
        assert_eq!((triage.people, people), (6, 6), "seed {seed}: {triage:?}");
    }
}

#[test]
fn nobody_is_told_for_certain_that_the_clock_of_the_service_is_their_own() {
    let wrongly: Vec<usize> = (0..10).map(|seed| six_people(seed).1).collect();
    assert!(wrongly.iter().all(|people| *people == 0), "{wrongly:?} of six each");
}
