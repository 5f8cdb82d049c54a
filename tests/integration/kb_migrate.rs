//! Folders of the first form, in which a symptom held its causes: they are still read, and rewritten once.

use std::fs;
use std::path::Path;

use otp_doctor::diagnostic::Severity;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use crate::examples::program;

const SYMPTOM: &str = "\
schema: 1
symptom: no-mail
heading: no-mail.md#no-mail
causes:
  # What most people have.
  in-spam: { title: \"It went: astray\", says: It lies among the junk., text: causes.md#in-spam, common: common }
  wrong-address:
    title: The address is another
    says: >-
      It went to an address
      that you no longer read.
    text: no-mail.md#why # told there
    common: uncommon
    only-when: { asked: [\"yes\", \"no\"] }
remedies:
  look-there: { text: no-mail.md#look, effort: minute, fixes: { in-spam: usually, wrong-address: hardly-ever } }
  # Whoever can, does.
  change-it:
    text: no-mail.md#change
    effort: minutes
    fixes:
      wrong-address: nearly-always
questions:
  asked:
    ask: Did you ask for a mail?
    answers:
      \"yes\": { label: \"Yes\", given: { in-spam: usually, others: seldom } }
      \"no\": { label: \"No\" }
  seen:
    ask: What do you see?
    answers:
      junk: { label: Other junk, given: { in-spam: usually, wrong-address: hardly-ever } }
      nothing:
        label: Nothing
        given: { wrong-address: usually, others: seldom }
";

const ARTICLE: &str = "\
---
title: No mail
description: What to do when no mail comes.
---

# No mail comes {: #no-mail }

[Why](causes.md#in-spam) it may be so.

## Another address {: #why }

It went elsewhere.

## Look there {: #look }

1. Look.

## Change it {: #change }

1. Change it.
";

const CAUSES: &str = "\
---
title: Causes
description: Of all that may happen.
---

# Causes {: #causes }

## It went: astray {: #in-spam }

Mail of machines looks like *junk*.

## Something else {: #else }

[Look](no-mail.md#no-mail).
";

const SCENARIOS: &str = "\
# About mail.
- scenario: kept
  symptom: no-mail
  answers: { seen: nothing }
  expect: { cause: wrong-address, never-asks: [seen] }

# The usual one.
- scenario: junk
  symptom: no-mail
  answers: { asked: \"yes\", seen: junk }
  expect: { cause: in-spam, conclusion: likely, remedy: look-there }

- scenario: no-junk
  symptom: no-mail
  answers: { asked: \"no\", seen: nothing }
  expect: { cause: wrong-address, not-confirmed: [in-spam] }
";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("kb.yaml", "schema: 1\nalso-offered: [no-mail]\n");
        folder.write("symptoms/no-mail.yaml", SYMPTOM);
        folder.write("articles/no-mail.md", ARTICLE);
        folder.write("articles/causes.md", CAUSES);
        folder.write("scenarios/mail.yaml", SCENARIOS);
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn own(&self) -> Sources {
        fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{path}/"), found);
                } else {
                    found.push((path, fs::read(entry.path()).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.0.path(), "", &mut found);
        found.into_iter().collect()
    }

    /// The knowledge with this folder over the built-in one, without an error.
    fn knowledge(&self) -> Knowledge {
        let sources = Sources::embedded().overlay(self.own());
        let compiled = Knowledge::compile(&sources, &probe::vocabulary());
        let errors: Vec<String> = compiled
            .diagnostics
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .map(ToString::to_string)
            .collect();
        assert_eq!(errors, [""; 0]);
        compiled.knowledge
    }

    fn migrate(&self, flags: &[&str]) -> (Option<i32>, String) {
        let output = program().args(["kb", "migrate"]).arg(self.0.path()).args(flags).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }
}

#[test]
fn a_folder_of_the_first_form_says_the_same_in_the_present_one() {
    let folder = Folder::new();
    let (before, texts) = (folder.knowledge(), folder.own());
    let (code, patch) = folder.migrate(&["--dry-run"]);
    assert!(code == Some(0) && patch.contains("+cause: in-spam") && folder.own() == texts, "{patch}");

    let (code, told) = folder.migrate(&[]);
    assert!(code == Some(0) && told.contains("2 files written, 3 changed"), "{told}");
    assert_eq!(folder.knowledge().symptoms["no-mail"], before.symptoms["no-mail"]);
    let first = folder.read("causes/in-spam.md");
    for part in [
        "---\ncause: in-spam\nsymptom: no-mail\n# What most people have.\ntitle: \"It went: astray\"\n",
        "\ncommon: common\ntells:\n  asked: { \"yes\": usually }\n  seen: { junk: usually }\n",
        "helped-by: { look-there: usually }\n# The usual one.\nlike:\n  asked: \"yes\"\n  seen: junk\n",
        "  concludes: likely\n  remedy: look-there\nunlike:\n",
        "  is: wrong-address\n---\n\nMail of machines looks like *junk*.\n",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert!(!first.contains("text:"), "{first}");
    let second = folder.read("causes/wrong-address.md");
    assert!(second.contains("says: >-\n  It went to an address\n  that you no longer read.\n"), "{second}");
    assert!(second.contains("text: no-mail.md#why\n") && second.ends_with("---\n"), "{second}");

    let symptom = folder.read("symptoms/no-mail.yaml");
    assert!(symptom.contains("causes:\n  - in-spam\n  - wrong-address\nremedies:\n"), "{symptom}");
    assert!(
        symptom.contains(
            "  # Whoever can, does.\n  change-it:\n    text: no-mail.md#change\n    effort: minutes\nquestions"
        ),
        "{symptom}"
    );
    assert!(symptom.contains("\"yes\": { label: \"Yes\", others: seldom }") && !symptom.contains("given"), "{symptom}");
    let kept = folder.read("scenarios/mail.yaml");
    assert!(kept.starts_with("# About mail.\n- scenario: kept\n") && !kept.contains("junk"), "{kept}");
    assert_eq!(folder.read("articles/causes.md").matches("## ").count(), 1, "the other section stays");

    let (code, told) = folder.migrate(&[]);
    assert!(code == Some(0) && told.contains("already"), "{told}");
}

#[test]
fn both_forms_come_to_the_same_in_every_scenario() {
    let folder = Folder::new();
    let played = |folder: &Folder| {
        let knowledge = folder.knowledge();
        let (scenarios, flaws) = rehearse::read(&Sources::embedded().overlay(folder.own()), &knowledge);
        assert_eq!(flaws.len(), 0, "{flaws:?}");
        let rehearsal = rehearse::rehearse(&scenarios, &knowledge);
        assert!(rehearsal.tests.misses.is_empty(), "{:?}", rehearsal.tests.misses);
        scenarios.len()
    };
    let before = played(&folder);
    folder.migrate(&[]);
    assert_eq!(played(&folder), before, "none is lost");
}

#[test]
fn what_cannot_be_rewritten_is_left_as_it_is() {
    let folder = Folder::new();
    folder.write("causes/in-spam.md", "---\ncause: in-spam\nsymptom: no-mail\ntitle: x\ncommon: rare\n---\nx\n");
    let before = folder.own();
    let (code, told) = folder.migrate(&[]);
    assert!(code == Some(2) && folder.own() == before, "the symptom and the file have it: {told}");

    let flawed = Folder::new();
    flawed.write("symptoms/no-mail.yaml", &SYMPTOM.replace("common: common", "common: comon"));
    let before = flawed.own();
    let (code, told) = flawed.migrate(&[]);
    assert!(code == Some(2) && told.contains("comon") && flawed.own() == before, "{told}");
}
