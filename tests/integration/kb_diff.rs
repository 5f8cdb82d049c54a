//! `kb diff`: what a change of the knowledge changes for people, between folders and between revisions of git.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::examples::program;

/// A folder with knowledge in it, and a repository if it is made one.
struct Desk(tempfile::TempDir);

impl Desk {
    /// With a symptom of its own.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let words =
            ["kb", "new", "symptom", "no-mail", "--cause", "in-spam", "--cause", "wrong-address", "--out", "our-help"];
        let (code, text) = desk.run(&words);
        assert_eq!(code, Some(0), "{text}");
        desk
    }

    fn run(&self, words: &[&str]) -> (Option<i32>, String) {
        let output = program().args(words).current_dir(self.0.path()).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    fn diff(&self, words: &[&str]) -> (Option<i32>, String) {
        self.run(&[&["kb", "diff", "--people", "200", "--logins", "10"], words].concat())
    }

    fn json(&self, words: &[&str]) -> (Option<i32>, Value) {
        let (code, text) = self.diff(&[words, &["--json"]].concat());
        (code, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Copies `our-help`.
    fn copy(&self, to: &str) {
        fn copy(from: &Path, to: &Path) {
            fs::create_dir_all(to).unwrap();
            for item in fs::read_dir(from).unwrap() {
                let item = item.unwrap();
                let to = to.join(item.file_name());
                if item.path().is_dir() {
                    copy(&item.path(), &to);
                } else {
                    fs::copy(item.path(), to).unwrap();
                }
            }
        }
        copy(&self.0.path().join("our-help"), &self.0.path().join(to));
    }

    fn git(&self, words: &[&str]) {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A Writer", "-c", "user.email=writer@example.org", "-c", "commit.gpgsign=false"]);
        let output = git.args(words).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn nothing_changes_between_a_folder_and_its_copy() {
    let desk = Desk::new();
    desk.copy("next");
    let (code, text) = desk.diff(&["our-help", "next"]);
    assert!(code == Some(0) && text.contains("nothing changes for people"), "{text}");
    // Neither a comment nor how lines are broken is anything to people.
    desk.change("next/symptoms/no-mail.yaml", "remedies:", "# A comment.\nremedies:");
    desk.change("next/articles/no-mail.md", "One or two sentences for", "One\nor two  sentences\nfor");
    let (code, found) = desk.json(&["our-help", "next"]);
    assert_eq!((code, &found["differs"]), (Some(0), &Value::from(false)), "{found:#}");
}

#[test]
fn what_is_said_beside_articles_is_compared_in_every_language() {
    let desk = Desk::new();
    desk.copy("next");
    let built_in = |file: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge").join(file);
        fs::read_to_string(path).unwrap()
    };
    let lay = |file: &str, text: &str| {
        let path = desk.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let ids = |words: &[&str]| {
        let (code, found) = desk.json(words);
        assert_eq!(code, Some(1), "{found:#}");
        let texts = found["texts"].as_array().unwrap().iter();
        texts.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let script = built_in("scripts/lost-codes.yaml");
    let title = script.lines().find(|line| line.starts_with("title: ")).unwrap();
    lay("next/scripts/lost-codes.yaml", &script.replace(title, "title: Another title"));
    // The cause is explained elsewhere, in words that have been there before.
    let cause = fs::read_to_string(desk.0.path().join("next/causes/in-spam.md")).unwrap();
    let front = cause.rsplit_once("---\n").unwrap().0;
    lay("next/causes/in-spam.md", &format!("{front}text: causes.md#wrong-address\n---\n"));
    let told = ids(&["our-help", "next"]);
    for one in ["script lost-codes: title", "no-mail: cause in-spam"] {
        assert!(told.iter().any(|id| id == one), "{one} in {told:?}");
    }
    let german = built_in("causes/shared-counter.de.md");
    let last = german.lines().rfind(|line| line.len() > 40).unwrap();
    lay("before/causes/shared-counter.de.md", &german);
    lay("after/causes/shared-counter.de.md", &german.replace(last, &format!("{last} Noch etwas.")));
    assert_eq!(ids(&["before", "after"]), ["de: causes.md#shared-counter"]);
}

/// A store whose contents are elsewhere is not filled up by a comparison.
#[test]
fn nothing_is_fetched_for_a_comparison() {
    let desk = Desk::new();
    desk.git(&["init", "-q", "-b", "main"]);
    desk.git(&["add", "."]);
    desk.git(&["commit", "-q", "-m", "as it was"]);
    desk.git(&["config", "uploadpack.allowFilter", "true"]);
    let origin = format!("file://{}", desk.0.path().display());
    desk.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &origin, "part"]);
    let (code, text) = desk.run(&["kb", "diff", "HEAD:part/none", "our-help"]);
    assert!(code == Some(2) && text.contains("git knows no such folder"), "{text}");
    let mut compare = program();
    compare.args(["kb", "diff", "HEAD:our-help", "../our-help"]).current_dir(desk.0.path().join("part"));
    let output = compare.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && text.contains("git could not read it"), "{text}");
}

#[test]
fn another_order_and_other_words_are_told_with_those_whom_they_concern() {
    let desk = Desk::new();
    desk.copy("next");
    // The second remedy becomes so quick that it is tried before anything is asked.
    let symptom = "next/symptoms/no-mail.yaml";
    desk.change(
        symptom,
        "no-mail.md#fix-wrong-address\n    effort: minutes",
        "no-mail.md#fix-wrong-address\n    effort: seconds",
    );
    desk.change(
        "next/articles/no-mail.md",
        "TODO: What to do in a few words, fix in spam",
        "Look into the spam folder",
    );
    let (code, found) = desk.json(&["our-help", "next"]);
    assert_eq!(code, Some(1), "{found:#}");
    let symptoms = found["symptoms"].as_array().unwrap();
    assert_eq!(symptoms.len(), 1, "no other symptom is concerned: {found:#}");
    let one = &symptoms[0];
    assert_eq!(one["symptom"], "no-mail");
    let steps = &one["steps"];
    assert!(steps["more"].as_u64().unwrap() + steps["fewer"].as_u64().unwrap() > 0, "{one:#}");
    assert!(one["changed"].as_u64().unwrap() <= 200 && !one["examples"].as_array().unwrap().is_empty(), "{one:#}");
    let texts = found["texts"].as_array().unwrap();
    assert_eq!(texts.len(), 1, "{found:#}");
    assert_eq!((&texts[0]["id"], &texts[0]["how"]), (&"no-mail.md#fix-in-spam".into(), &"changed".into()));
    assert_eq!(texts[0]["shown"][0]["id"], "fix-in-spam");
    // To be read, and the same each time.
    let (code, text) = desk.diff(&["our-help", "next", "--width", "60"]);
    assert_eq!(code, Some(1));
    for told in [
        "no-mail: something changes for ",
        "for example number ",
        "changed: no-mail.md#fix-in-spam",
        "shown with remedy fix-in-spam of no-mail",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    assert_eq!(desk.diff(&["our-help", "next", "--width", "60"]).1, text);
}

#[test]
fn built_in_logins_that_come_to_another_remedy_are_counted() {
    let desk = Desk::new();
    desk.copy("next");
    let cause = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/causes/device-clock-off.md");
    let text = fs::read_to_string(cause).unwrap();
    assert!(text.contains("common: very-common"), "{text}");
    // Nobody has a phone whose clock is off any more.
    let rare = text.replace("common: very-common", "common: very-rare");
    fs::write(desk.0.path().join("next/causes/device-clock-off.md"), rare).unwrap();
    let (code, found) = desk.json(&["our-help", "next"]);
    assert_eq!(code, Some(1));
    assert!(found["scenarios"]["of"].as_u64().unwrap() > 100, "{found:#}");
    assert!(!found["scenarios"]["changes"].as_array().unwrap().is_empty(), "{found:#}");
    let concerned: Vec<&str> =
        found["symptoms"].as_array().unwrap().iter().map(|one| one["symptom"].as_str().unwrap()).collect();
    assert!(concerned.contains(&"invalid-code"), "{concerned:?}");
}

#[test]
fn revisions_of_git_are_compared_where_they_lie() {
    let desk = Desk::new();
    desk.git(&["init", "-q", "-b", "main"]);
    desk.git(&["add", "."]);
    desk.git(&["commit", "-q", "-m", "as it was"]);
    let (code, text) = desk.diff(&["HEAD", "our-help"]);
    assert!(code == Some(0) && text.contains("nothing changes for people"), "{text}");
    desk.change("our-help/articles/no-mail.md", "TODO: The first step, one thing to do.", "Open the folder.");
    // What is not committed, by the revision alone and by its folder.
    for old in ["HEAD", "main:our-help", "main:our-help/"] {
        let (code, text) = desk.diff(&[old, "our-help"]);
        assert!(code == Some(1) && text.contains("changed: no-mail.md#fix-in-spam"), "{old}: {text}");
    }
    let (code, text) = desk.run(&["kb", "new", "symptom", "no-call", "--out", "our-help"]);
    assert_eq!(code, Some(0), "{text}");
    desk.git(&["add", "."]);
    desk.git(&["commit", "-q", "-m", "as it is"]);
    let (code, found) = desk.json(&["HEAD~1:our-help", "HEAD"]);
    assert_eq!((code, &found["added"]), (Some(1), &serde_json::json!(["no-call"])), "{found:#}");
    let (code, found) = desk.json(&["HEAD:our-help", "HEAD~1:our-help"]);
    assert_eq!((code, &found["removed"]), (Some(1), &serde_json::json!(["no-call"])), "{found:#}");
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_reason() {
    let desk = Desk::new();
    let refused = |words: &[&str], told: &str| {
        let (code, text) = desk.diff(words);
        assert!(code == Some(2) && text.contains(told), "{words:?}: {code:?} {text}");
    };
    refused(&["HEAD", "our-help"], "git knows no such folder");
    desk.git(&["init", "-q", "-b", "main"]);
    desk.git(&["add", "."]);
    desk.git(&["commit", "-q", "-m", "as it was"]);
    refused(&["no-such", "our-help"], "git knows no such folder");
    refused(&["HEAD:no-such", "our-help"], "git knows no such folder");
    refused(&["HEAD:our-help/kb.yaml", "our-help"], "expected a folder with");
    refused(&["HEAD:/etc", "our-help"], "counted from here");
    refused(&["--upload-pack=x", "our-help"], "unexpected argument");
    fs::write(desk.0.path().join("our-help/symptoms/no-mail.yaml"), "schema: 1\nsymptom: no-mail\n").unwrap();
    refused(&["HEAD", "our-help"], "mend it first");
    // Without git there is a word for it.
    let mut bare = program();
    bare.args(["kb", "diff", "HEAD", "our-help"]).current_dir(desk.0.path()).env("PATH", desk.0.path());
    let output = bare.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && text.contains("git could not be started"), "{text}");
}
