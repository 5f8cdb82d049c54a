//! `kb record`: a session or a case becomes a scenario that passes, and nothing of anybody is in it.

use std::fs;
use std::path::Path;

use otp_doctor::case::Case;
use otp_doctor::lab::{Bench, Fault, Level, Recipe};
use otp_doctor::rehearse::{RecordError, record_case};

use crate::content::knowledge;
use crate::examples::{example, program};

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A folder for scenarios.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, file: &str) -> String {
        self.0.path().join(file).to_str().unwrap().to_owned()
    }

    fn write(&self, file: &str, text: &str) -> String {
        fs::write(self.0.path().join(file), text).unwrap();
        self.path(file)
    }

    /// Records into `scenarios/`; what was said, and the scenario.
    fn record(&self, input: &str, name: &str) -> (String, String) {
        let out = self.path(&format!("scenarios/{name}.yaml"));
        let (code, told) = run(&["kb", "record", input, "--out", &out]);
        assert_eq!(code, Some(0), "{input}: {told}");
        (told, fs::read_to_string(out).unwrap())
    }

    /// The knowledge with these scenarios: as many more pass as there are here.
    fn assert_passes(&self) {
        for verb in ["check", "test"] {
            let (code, text) = run(&["kb", verb, &self.path("")]);
            assert_eq!(code, Some(0), "{text}");
        }
    }
}

/// The secrets and codes of a case, as they stand in its file.
fn private(case: &str) -> Vec<&str> {
    let behind = |mark: &'static str, ends: &'static [char]| {
        case.split(mark).skip(1).filter_map(move |rest| rest.split(ends).find(|part| !part.is_empty()))
    };
    let codes = behind("code\":", &['"', ' ', ',']).chain(behind("code: ", &['"', ',']));
    let secrets: Vec<&str> = behind("secret=", &['&', '"']).chain(codes).collect();
    assert!(secrets.len() > 1 && secrets.iter().all(|one| one.len() > 4), "{secrets:?}");
    secrets
}

#[test]
fn every_example_is_played_again_without_its_secrets() {
    let folder = Folder::new();
    let mut recorded = 0;
    for file in fs::read_dir(example("")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if name.starts_with("answers-") || !["json", "yaml"].contains(&ending) {
            continue;
        }
        let (told, scenario) = folder.record(file.to_str().unwrap(), &name);
        assert!(told.contains("secrets, codes, names and the day are invented"), "{told}");
        let case = fs::read_to_string(&file).unwrap();
        for secret in private(&case) {
            assert!(!scenario.contains(secret) && !told.contains(secret), "{name}: {scenario}");
        }
        assert!(scenario.contains("cause: ") && scenario.contains("conclusion: "), "{scenario}");
        recorded += 1;
    }
    assert!(recorded > 9, "{recorded}");
    folder.assert_passes();
}

#[test]
fn no_name_of_anybody_is_kept() {
    let folder = Folder::new();
    let uri = |account: &str, secret: &str| {
        format!("otpauth://totp/Kanarienbank:{account}?secret={secret}&issuer=Kanarienbank")
    };
    let (own, old) =
        (uri("hansi", "HQ42GYSOPLP46J42LYLCV2MBKDQGGXMH"), uri("hansi", "25L4BUZTIO4YP6JNSWFPLZ6RYXP6EG6P"));
    let case = format!(
        r#"{{"id": "ticket-4711-hansi", "person": "hansi", "device": "hansis-phone", "expected": "{own}",
            "service": {{"id": "kanarienbank", "past": 1, "future": 1, "recovery_form": "[a-z0-9]{{5}}-hansi"}},
            "entries": [{{"id": "hansis-old", "uri": "{old}", "status": "revoked", "owner": "hansi", "device": "hansis-phone"}}],
            "attempts": [{{"code": "049322", "at": "2026-01-15T21:40:12Z", "entry": "hansis-old", "device": "hansis-phone", "node": "kanarien-2"}},
                         {{"code": "k3x9w-hansi", "at": "2026-01-15T21:41:12Z", "accepted": false}}],
            "answers": {{"where": "signing-in", "hansi": "yes"}}}}"#
    );
    let (told, scenario) = folder.record(&folder.write("hansi.json", &case), "call");
    for canary in ["hansi", "anarien", "HQ42", "25L4", "049322", "k3x9w", "4711"] {
        assert!(!scenario.contains(canary), "{canary} in {scenario}");
    }
    assert!(
        told.contains("1 of the answers") && scenario.contains("answers: { where: signing-in }"),
        "{told}{scenario}"
    );
    assert!(scenario.contains("recovery-form: \"[a-z]{1}[0-9]{1}"), "its shape alone: {scenario}");
    let input = folder.path("hansi.json");
    // Neither the name of the input nor one that was chosen tells anything.
    let (code, told) = run(&["kb", "record", &input]);
    assert!(code == Some(0) && told.contains("- scenario: recorded\n"), "{told}");
    for id in ["hansi", "lost-by-hansis-phone", "kanarienbank", "049322", "call-0-49-322", "x-hq42gysoplp4", "ab-1234"]
    {
        let (code, told) = run(&["kb", "record", &input, "--name", id]);
        let error = told.lines().last().unwrap();
        assert!(code == Some(2) && error.contains("say nothing of the person") && !error.contains(id), "{id}: {told}");
        let out = folder.path(&format!("other/{id}.yaml"));
        let (code, told) = run(&["kb", "record", &input, "--out", &out]);
        assert_eq!(code, Some(0), "{told}");
        assert!(fs::read_to_string(out).unwrap().starts_with("- scenario: recorded\n"), "{id}");
    }
    fs::remove_dir_all(folder.path("other")).unwrap();
    fs::remove_file(input).unwrap();
    folder.assert_passes();
}

/// Without the time of a code, too, nothing of the real days is kept: what lies between them is.
#[test]
fn every_day_of_a_case_is_moved_by_as_much() {
    let folder = Folder::new();
    let uri = "otpauth://totp/x:y?secret=HQ42GYSOPLP46J42LYLCV2MBKDQGGXMH&issuer=x";
    let old = "otpauth://totp/x:y?secret=25L4BUZTIO4YP6JNSWFPLZ6RYXP6EG6P&issuer=x";
    // 4 March 2019, at noon.
    let step = 1_551_700_800 / 30;
    let case = format!(
        r#"{{"expected": "{uri}", "service": {{"last_used_step": {step}}}, "entries": [{{"uri": "{uri}",
            "created": "2019-03-03T11:00:00Z"}}, {{"uri": "{old}", "status": "revoked", "created": "2018-12-24T10:00:00Z",
            "revoked": "2019-03-03T10:00:00Z"}}], "answers": {{"where": "signing-in"}}}}"#
    );
    let (_, scenario) = folder.record(&folder.write("days.json", &case), "days");
    for kept in [
        "at: 2026-01-14T12:00:00Z",
        "created: 2026-01-13T11:00:00Z",
        "revoked: 2026-01-13T10:00:00Z",
        "created: 2025-11-05T10:00:00Z",
        "last-used: 0s",
    ] {
        assert!(scenario.contains(kept), "{kept} in {scenario}");
    }
    assert!(!scenario.contains("2019") && !scenario.contains("2018"), "{scenario}");
}

/// The faults of the laboratory, a few logins each: what is recorded passes and comes to the same; what cannot be is refused.
#[test]
fn most_logins_of_the_laboratory_can_be_recorded() {
    let knowledge = knowledge();
    let (mut recorded, mut refused) = (0, Vec::new());
    let mut bench = Bench::new(11, Recipe { codes: 2, level: Level::L2 });
    for fault in Fault::all() {
        let specimen = bench.make(fault);
        match record_case(&specimen.case, "lab", &knowledge) {
            Ok(scenario) => {
                assert_tells_nothing(&scenario.text, &specimen.case);
                recorded += 1;
            }
            Err(RecordError::Differs { .. } | RecordError::Unplayable { .. }) => refused.push(specimen.cause),
            Err(error) => panic!("{}: {error}", specimen.cause),
        }
    }
    assert!(recorded * 4 > (recorded + refused.len()) * 3, "{recorded} recorded, refused: {refused:?}");
}

fn assert_tells_nothing(scenario: &str, case: &Case) {
    let entries = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
    for entry in entries {
        let secret = data_encoding::BASE32_NOPAD.encode(entry.secret.bytes());
        assert!(!scenario.contains(&secret), "{scenario}");
    }
    for attempt in case.attempts.iter().filter(|attempt| attempt.code.text().len() > 3) {
        assert!(!scenario.contains(attempt.code.text()), "{scenario}");
    }
}

/// A transcript of a session that goes by a file of answers.
fn session(folder: &Folder, answers: &str) -> String {
    let (file, transcript) = (folder.write("answers.yaml", answers), folder.path("call.jsonl"));
    let output = program().args(["--answers", &file, "--transcript", &transcript]).output().unwrap();
    assert!(Path::new(&transcript).exists(), "{}", String::from_utf8_lossy(&output.stderr));
    transcript
}

#[test]
fn a_session_becomes_a_scenario_that_passes() {
    let folder = Folder::new();
    let lost = session(&folder, &fs::read_to_string(example("answers-lost-phone.yaml")).unwrap());
    let (told, scenario) = folder.record(&lost, "lost-phone");
    assert!(told.contains("lost-phone.yaml: the scenario lost-phone"), "{told}");
    let answers = "answers: { has-backup: \"no\", has-device: \"no\", managed: \"yes\", second-way-in: nothing }";
    assert!(scenario.contains("symptom: lost-codes") && scenario.contains(answers), "{scenario}");
    assert!(scenario.contains("expect: { outcome: "), "{scenario}");
    for file in ["answers.yaml", "call.jsonl"] {
        fs::remove_file(folder.path(file)).unwrap();
    }
    folder.assert_passes();
}

#[test]
fn remedies_that_did_not_help_are_kept_and_what_was_measured_is_not() {
    let folder = Folder::new();
    let header = program()
        .args(["--answers", &folder.write("a.yaml", "symptom: lost-codes\n")])
        .args(["--transcript", &folder.path("t.jsonl")])
        .output()
        .unwrap();
    assert_eq!(header.status.code(), Some(1), "it ends before its answers do");
    let header = fs::read_to_string(folder.path("t.jsonl")).unwrap().lines().next().unwrap().to_owned();
    let events = [
        r#"{"about":{"symptom":"invalid-code"}}"#,
        r#"{"asked":{"question":"where","answer":"signing-in"}}"#,
        r#"{"tried":{"remedy":"wait-for-fresh-code","result":"failed"}}"#,
        r#"{"tried":{"remedy":"set-clock","result":"failed"}}"#,
    ];
    let transcript = folder.write("t2.jsonl", &format!("{header}\n{}\n", events.join("\n")));
    let (_, scenario) = folder.record(&transcript, "two-that-failed");
    assert!(scenario.contains("failed: [wait-for-fresh-code, set-clock]"), "{scenario}");
    assert!(scenario.contains("next-remedy: "), "{scenario}");
    for file in ["a.yaml", "t.jsonl", "t2.jsonl"] {
        fs::remove_file(folder.path(file)).unwrap();
    }
    folder.assert_passes();
}

#[test]
fn a_folder_with_schemas_gets_a_scenario_that_names_its_own() {
    let folder = Folder::new();
    let (code, told) = run(&["kb", "new", "service", "harbour-bank", "--out", &folder.path("")]);
    assert_eq!(code, Some(0), "{told}");
    let (_, scenario) = folder.record(example("swapped-digits.json").to_str().unwrap(), "swapped");
    let first = "# yaml-language-server: $schema=../schema/scenario-1.json\n- scenario: swapped\n";
    assert!(scenario.starts_with(first), "{scenario}");
    let (code, text) = run(&["kb", "check", "--strict", &folder.path("")]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn what_cannot_be_recorded_is_refused_with_its_reason() {
    let folder = Folder::new();
    let case = example("swapped-digits.json");
    let case = case.to_str().unwrap();
    let lost = session(&folder, "symptom: lost-codes\nsecond-way-in: nothing\n");
    let begun = fs::read_to_string(&lost).unwrap().lines().next().unwrap().to_owned() + "\n";
    let bare = folder.write("bare.jsonl", &begun);
    let taken = folder.write("taken.yaml", "[]\n");
    for (words, told) in [
        (&["kb", "record", &bare][..], "before a symptom was chosen"),
        (&["kb", "record", case, "--name", "Two Words"], "expected small letters"),
        (&["kb", "record", case, "--out", &taken], "taken.yaml"),
        (&["kb", "record", &folder.path("none.json")], "none.json"),
        (&["kb", "record", &folder.write("x.json", "{\"symptom\": \"no-such\"}")], "no symptom of that name"),
    ] {
        let (code, text) = run(words);
        assert!(code == Some(2) && text.contains(told), "{words:?}: {code:?} {text}");
    }
    assert_eq!(fs::read_to_string(taken).unwrap(), "[]\n", "nothing is overwritten");
}
