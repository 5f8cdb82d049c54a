//! The names of a release, and transcripts that outlive them.

use std::fs;
use std::path::Path;

use crate::examples::program;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// The built-in knowledge in a folder of one's own.
fn copied(folder: &Path) {
    let shipped = otp_doctor::knowledge::Sources::embedded();
    for (path, bytes) in shipped.iter() {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), bytes).unwrap();
    }
}

/// Puts another text in place of one, everywhere below a folder of YAML.
fn replaced(folder: &Path, was: &str, now: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            replaced(&path, was, now);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            fs::write(&path, fs::read_to_string(&path).unwrap().replace(was, now)).unwrap();
        }
    }
}

#[test]
fn the_shipped_names_are_those_of_the_shipped_release() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path());
    let (code, text) = run(&["kb", "release", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(0), "{text}");
    let written = fs::read_to_string(folder.path().join("released.yaml")).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/released.yaml");
    assert_eq!(written, fs::read_to_string(shipped).unwrap(), "`otp-doctor kb release knowledge` writes it");
}

#[test]
fn a_renamed_answer_is_asked_after_and_an_old_transcript_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let knowledge = folder.path().join("knowledge");
    copied(&knowledge);
    let own = knowledge.to_str().unwrap();
    let transcript = folder.path().join("old.jsonl");
    let answers = folder.path().join("answers.yaml");
    let begun = "symptom: device-lost\nsecond-way-in: recovery-code\n";
    fs::write(&answers, begun).unwrap();
    let to = ["--answers", answers.to_str().unwrap(), "--transcript", transcript.to_str().unwrap()];
    run(&to);
    let old = fs::read_to_string(&transcript).unwrap();
    assert!(old.contains("\"answer\":\"recovery-code\""), "{old}");

    fs::remove_dir_all(knowledge.join("locale")).unwrap();
    replaced(&knowledge, "languages: [de]", "languages: []");
    replaced(&knowledge.join("symptoms"), "recovery-code: {", "saved-code: {");
    replaced(&knowledge, "second-way-in: recovery-code", "second-way-in: saved-code");
    replaced(&knowledge, "[recovery-code, nothing", "[saved-code, nothing");
    let (code, text) = run(&["kb", "check", own, "--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("KB109") && text.contains("device-lost/second-way-in/recovery-code"), "{text}");

    let symptoms = [
        "device-lost",
        "lost-codes",
        "invalid-code",
        "forgot-password",
        "new-phone",
        "turn-off",
        "many-codes",
        "push",
        "security-key",
        "sent-code",
        "set-up-anew",
        "token",
    ];
    let renamed = symptoms.map(|id| format!("  {id}/second-way-in/recovery-code: saved-code\n")).concat();
    let kb = fs::read_to_string(knowledge.join("kb.yaml")).unwrap();
    fs::write(knowledge.join("kb.yaml"), format!("{kb}renamed:\n{renamed}")).unwrap();
    let (_, text) = run(&["kb", "check", own, "--format", "json"]);
    assert!(!text.contains("KB109"), "{text}");
    let (code, text) = run(&["session", "handoff", transcript.to_str().unwrap(), "--knowledge", own]);
    assert!(code == Some(0) && text.contains("right now?") && !text.contains("left out"), "{text}");
}
