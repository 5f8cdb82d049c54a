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
            folder.begin_well(words);
        }
        folder
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn begin(&self, words: &[&str]) -> (Option<i32>, String) {
        run(&[&["kb", "new"], words, &["--out", self.path()]].concat())
    }

    fn begin_well(&self, words: &[&str]) {
        let (code, text) = self.begin(words);
        assert_eq!(code, Some(0), "{words:?}: {text}");
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(Path::new(self.path()).join(file)).unwrap()
    }

    /// Nothing is told but what is left to write, and every scenario passes.
    fn assert_sound(&self) {
        let (_, text) = run(&["kb", "check", "--strict", self.path()]);
        let told = text.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
        let others: Vec<&str> = told.filter(|line| !line.starts_with("warning[KB607]")).collect();
        assert_eq!(others, [""; 0], "{text}");
        let (code, text) = run(&["kb", "test", self.path()]);
        assert_eq!(code, Some(0), "{text}");
    }

    /// What the program says to a file that is named behind these words, on one line.
    fn told(&self, words: &[&str], text: &str) -> String {
        let file = self.0.path().with_extension("yaml");
        std::fs::write(&file, text).unwrap();
        let (_, told) = run(&[words, &[file.to_str().unwrap(), "--knowledge", self.path()]].concat());
        std::fs::remove_file(file).unwrap();
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn a_symptom_grows_and_stays_sound() {
    let folder = Folder::of(&[&["symptom", "no-mail", "--cause", "wrong-address", "--cause", "in-spam"]]);
    folder.assert_sound();
    let file = "symptoms/no-mail.yaml";
    let before = folder.read(file);
    folder.begin_well(&["cause", "mailbox-full", "--in", "no-mail"]);
    assert_eq!(folder.read(file), before, "a cause is one file");
    assert!(folder.read("causes/mailbox-full.md").contains("tells:\n  what-is-seen: { something-else: usually }\n"));
    let answers = "symptom: no-mail\nwhat-is-seen: something-else\nfix-wrong-address: helped\n";
    let told = folder.told(&["--plain", "--answers"], answers);
    assert!(told.contains("TODO: The same as a sentence to the person, mailbox full."), "{told}");
    folder.begin_well(&["question", "mail-app", "--in", "no-mail", "--tells", "in-spam"]);
    folder.begin_well(&["remedy", "ask-for-another-link", "--in", "no-mail", "--fixes", "in-spam"]);
    let after = folder.read(file);
    let mut lines = after.lines();
    assert!(before.lines().all(|line| lines.any(|other| other == line)), "every line is kept, in order: {after}");
    assert!(after.contains("mail-app:") && after.contains("ask-for-another-link:"));
    assert!(!after.contains("given:") && !after.contains("fixes:"), "the file of the cause says so: {after}");
    let cause = folder.read("causes/in-spam.md");
    assert!(
        cause.contains("mail-app: { \"yes\": nearly-always }") && cause.contains("ask-for-another-link: half"),
        "{cause}"
    );
    folder.assert_sound();
}

#[test]
fn a_cause_that_answers_tell_of_is_one_file() {
    let folder =
        Folder::of(&[&["cause", "cat-on-keyboard", "--in", "invalid-code", "--remedy", "wait-for-fresh-code"]]);
    let root = Path::new(folder.path());
    let files = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.collect();
    files.sort();
    assert_eq!(files, ["causes", "schema"]);
    assert_eq!(std::fs::read_dir(root.join("causes")).unwrap().count(), 1);
    folder.assert_sound();
    // Somebody who gives the answers of its scenario comes to it.
    let text = folder.read("causes/cat-on-keyboard.md");
    let (_, like) = text.split_once("\nlike:\n").unwrap();
    let said: Vec<&str> = like.lines().take_while(|line| line.starts_with("  ")).collect();
    let told = folder.told(&["diagnose"], &format!("symptom: invalid-code\nanswers:\n{}\n", said.join("\n")));
    assert!(told.contains("could be: · TODO: The reason in a line, cat on keyboard"), "{told}");
}

#[test]
fn a_cause_goes_beside_those_of_the_first_form_and_of_another_symptom() {
    let folder = Folder::of(&[&["symptom", "no-mail", "--cause", "old-entry", "--cause", "in-spam"]]);
    // What the built-in knowledge explains is not explained again.
    assert!(folder.read("causes/no-mail/old-entry.md").ends_with("\n---\n"));
    let root = Path::new(folder.path());
    let (file, causes) = (root.join("symptoms/no-mail.yaml"), root.join("causes"));
    let mut first = folder.read("symptoms/no-mail.yaml");
    first.push_str(
        "causes:\n  old-entry: { title: Old, text: no-mail.md#no-mail, common: common }\n  \
         in-spam: { title: Spam, text: no-mail.md#no-mail, common: uncommon }\n",
    );
    for cause in ["old-entry", "in-spam"] {
        let answer = format!("      seems-{cause}:\n");
        first = first.replace(&answer, &format!("{answer}        given: {{ {cause}: usually }}\n"));
        let remedy = format!("  fix-{cause}:\n");
        first = first.replace(&remedy, &format!("{remedy}    fixes: {{ {cause}: usually }}\n"));
    }
    std::fs::remove_dir_all(&causes).unwrap();
    std::fs::write(file, &first).unwrap();
    // What stood with the causes.
    let mut scenarios = folder.read("scenarios/no-mail.yaml");
    for cause in ["old-entry", "in-spam"] {
        let scenario = "\n- scenario: THIS-seen\n  symptom: no-mail\n  answers: { what-is-seen: seems-THIS }\n  \
                        expect: { cause: THIS }\n";
        scenarios.push_str(&scenario.replace("THIS", cause));
    }
    std::fs::write(root.join("scenarios/no-mail.yaml"), scenarios).unwrap();
    folder.begin_well(&["cause", "mailbox-full", "--in", "no-mail"]);
    assert_eq!(folder.read("symptoms/no-mail.yaml"), first);
    assert!(folder.read("causes/mailbox-full.md").contains("\nunlike:\n"));
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
        let untouched = |line: &str| line.contains(&format!("scripts/{script}.yaml")) && line.contains("touches");
        assert!(!text.lines().any(untouched), "{text}");
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
    folder.begin_well(&["service", "harbour-bank"]);
    folder.begin_well(&["symptom", "no-mail"]);
    for file in ["services/harbour-bank.yaml", "symptoms/no-mail.yaml", "causes/usual-reason.md"] {
        assert!(!folder.read(file).contains("$schema"), "{file}");
    }
    assert!(!Path::new(folder.path()).join("schema").exists());
}

#[test]
fn a_built_in_symptom_is_copied_before_it_changes() {
    let folder = Folder::of(&[&["remedy", "ask-a-friend", "--in", "many-codes", "--fixes", "wrong-entry"]]);
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/symptoms/many-codes.yaml");
    let (built_in, own) = (std::fs::read_to_string(built_in).unwrap(), folder.read("symptoms/many-codes.yaml"));
    let mut lines = own.lines();
    assert!(built_in.lines().all(|line| lines.any(|other| other == line)), "{own}");
    assert!(own.contains("fixes: { wrong-entry: half }"), "the folder has no file of that cause: {own}");
    folder.assert_sound();
}

#[test]
fn what_is_there_or_makes_no_sense_is_refused_with_a_way_out() {
    let folder = Folder::of(&[&["symptom", "no-mail"]]);
    for (words, told) in [
        (&["symptom", "no-mail"][..], "is there already"),
        (&["symptom", "No Mail"], "is not an id"),
        (&["cause", "full", "--in", "no-mial"], "did you mean `no-mail`?"),
        (&["remedy", "wait", "--in", "no-mail"], "--fixes"),
        (&["cause", "full", "--in", "no-mail", "--remedy", "fix-usual-reson"], "did you mean `fix-usual-reason`?"),
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
