//! `kb new`: what it writes is sound and passes, and nothing of what is there is lost.

use std::path::Path;

use crate::examples::program;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A folder with what these words begin, one after the other.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(begun: &[&[&str]]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for words in begun {
            let (code, text) = folder.begin(words);
            assert_eq!(code, Some(0), "{words:?}: {text}");
        }
        folder
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn begin(&self, words: &[&str]) -> (Option<i32>, String) {
        run(&[&["kb", "new"], words, &["--out", self.path()]].concat())
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(Path::new(self.path()).join(file)).unwrap()
    }

    /// No error, no warning but those with these codes, and every scenario passes.
    fn assert_sound_but_for(&self, codes: &[&str]) {
        let (_, text) = run(&["kb", "check", "--format", "json", self.path()]);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let found = document["diagnostics"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(found, codes, "{text}");
        let (code, text) = run(&["kb", "test", self.path()]);
        assert_eq!(code, Some(0), "{text}");
    }

    fn assert_sound(&self) {
        self.assert_sound_but_for(&[]);
    }
}

#[test]
fn a_symptom_grows_and_stays_sound() {
    let folder = Folder::of(&[&["symptom", "no-mail", "--cause", "wrong-address", "--cause", "in-spam"]]);
    folder.assert_sound();
    let file = "symptoms/no-mail.yaml";
    let before = folder.read(file);
    for words in [
        &["cause", "mailbox-full", "--in", "no-mail"][..],
        &["question", "mail-app", "--in", "no-mail", "--tells", "in-spam"],
        &["remedy", "ask-for-another-link", "--in", "no-mail", "--fixes", "in-spam"],
    ] {
        let (code, text) = folder.begin(words);
        assert_eq!(code, Some(0), "{words:?}: {text}");
    }
    let after = folder.read(file);
    let mut lines = after.lines();
    assert!(before.lines().all(|line| lines.any(|other| other == line)), "every line is kept, in order: {after}");
    assert!(after.contains("mailbox-full:") && after.contains("mail-app:") && after.contains("ask-for-another-link:"));
    folder.assert_sound();
}

#[test]
fn a_table_an_app_and_a_service_are_sound() {
    let folder = Folder::of(&[
        &["symptom", "locked-out", "--table"],
        &["remedy", "call-the-desk", "--in", "locked-out"],
        &["app", "ente-auth", "--name", "Ente Auth"],
        &["service", "harbour-bank"],
    ]);
    folder.assert_sound();
    assert!(folder.read("services/harbour-bank.yaml").contains("name: \"Harbour Bank\""));
}

#[test]
fn a_script_leads_through_a_symptom_of_ones_own_or_a_built_in_one() {
    let folder = Folder::of(&[
        &["symptom", "no-mail"],
        &["script", "no-mail-call", "--in", "no-mail"],
        &["script", "table-call", "--in", "lost-codes"],
        &["script", "code-call", "--in", "invalid-code"],
    ]);
    folder.assert_sound();
    let script = folder.read("scripts/no-mail-call.yaml");
    for step in ["greet:", "ask: what-is-seen", "remedy: fix-usual-reason", "decide: true", "farewell:"] {
        assert!(script.contains(step), "{step} in {script}");
    }
    // Every step is touched by one of the calls.
    let (_, text) = run(&["kb", "test", "--coverage", folder.path()]);
    for script in ["no-mail-call", "table-call", "code-call"] {
        assert!(!text.contains(&format!("scripts/{script}.yaml")), "{text}");
    }
    let (code, text) = folder.begin(&["script", "no-mail-call", "--in", "no-mail"]);
    assert!(code == Some(2) && text.contains("the script `no-mail-call` is there already"), "{text}");
    let (code, text) = folder.begin(&["script", "other", "--in", "no-mial"]);
    assert!(code == Some(2) && text.contains("did you mean `no-mail`?"), "{text}");
}

#[test]
fn a_folder_that_begins_gets_schemas_and_one_without_them_stays_so() {
    let folder = Folder::of(&[&["app", "ente-auth"]]);
    assert!(folder.read("apps/ente-auth.yaml").starts_with("# yaml-language-server: $schema=../schema/app-1.json\n"));
    assert!(folder.read("schema/app-1.json").starts_with('{'));
    std::fs::remove_dir_all(Path::new(folder.path()).join("schema")).unwrap();
    for words in [&["service", "harbour-bank"][..], &["cause", "mailbox-full", "--in", "invalid-code"]] {
        let (code, text) = folder.begin(words);
        assert_eq!(code, Some(0), "{text}");
    }
    for file in ["services/harbour-bank.yaml", "symptoms/invalid-code.yaml"] {
        assert!(!folder.read(file).contains("$schema"), "{file}");
    }
    assert!(!Path::new(folder.path()).join("schema").exists());
}

#[test]
fn a_built_in_symptom_is_copied_before_it_changes() {
    let folder =
        Folder::of(&[&["cause", "cat-on-keyboard", "--in", "invalid-code", "--remedy", "wait-for-fresh-code"]]);
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/symptoms/invalid-code.yaml");
    let (built_in, own) = (std::fs::read_to_string(built_in).unwrap(), folder.read("symptoms/invalid-code.yaml"));
    let mut lines = own.lines();
    assert!(built_in.lines().all(|line| lines.any(|other| other == line)), "{own}");
    // The remedy is so quick that it is tried before anybody asks: which the writer has to weigh.
    folder.assert_sound_but_for(&["KB407"]);
}

#[test]
fn what_is_there_or_makes_no_sense_is_refused_with_a_way_out() {
    let folder = Folder::of(&[&["symptom", "no-mail"]]);
    for (words, told) in [
        (&["symptom", "no-mail"][..], "is there already"),
        (&["symptom", "No Mail"], "is not an id"),
        (&["cause", "full", "--in", "no-mial"], "did you mean `no-mail`?"),
        (&["remedy", "wait", "--in", "no-mail"], "--fixes"),
        (&["cause", "full", "--in", "lost-codes"], "decides by a table"),
        (
            &["symptom", "late", "--cause", "a", "--cause", "b", "--cause", "c", "--cause", "d", "--cause", "e"],
            "5 causes: expected 4 at most",
        ),
    ] {
        let (code, text) = folder.begin(words);
        assert!(code == Some(2) && text.contains(told), "{words:?}: {text}");
    }
    folder.assert_sound();
}
