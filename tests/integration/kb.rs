//! Knowledge of one's own: written, checked, used, published.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::examples::program;
use crate::shared::shared;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn the_built_in_knowledge_is_sound() {
    let (code, text) = run(&["kb", "check", "--strict"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("everything is sound"), "{text}");
}

#[test]
fn a_company_writes_one_file_and_uses_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let (code, text) = run(&["kb", "init", "--service", "Harbour Bank", "--out", out]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["kb", "check", out]);
    assert_eq!(code, Some(0), "{text}");
    let (code, again) = run(&["kb", "init", "--service", "Harbour Bank", "--out", out]);
    assert_eq!(code, Some(2), "nothing is overwritten: {again}");
    let pages = folder.path().join("pages");
    let service = ["--knowledge", out, "--service", "harbour-bank"];
    let (code, text) = run(&[&["kb", "render", "--out", pages.to_str().unwrap()], &service[..]].concat());
    assert_eq!(code, Some(0), "{text}");
    let article = std::fs::read_to_string(pages.join("two-factor.md")).unwrap();
    assert!(article.contains("Harbour Bank") && !article.contains("{service}"), "{article}");
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/answers-lost-phone.yaml");
    let (code, text) = run(&[&["--answers", answers.to_str().unwrap()], &service[..]].concat());
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_flaw_is_drawn_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("services")).unwrap();
    std::fs::write(folder.path().join("services/x.yaml"), "service: x\nnmae: X\nname: X\n").unwrap();
    let (code, text) = run(&["kb", "check", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("KB003") && text.contains(":2:1") && text.contains("did you mean"), "{text}");
}

/// The help page that this project began from; `publish.rs` has a page of our own with the same syntax.
#[test]
fn the_help_page_gives_exactly_these() {
    if let Some(seed) = shared("seed/troubleshooting-2fa.md") {
        assert_eq!(found_in(&seed), ["KB208:9", "KB208:31", "KB208:33", "KB211:33", "KB208:41", "KB211:41"]);
    }
}

/// Codes with lines, in order.
fn found_in(page: &Path) -> Vec<String> {
    let (_, text) = run(&["kb", "check", "--format", "json", page.to_str().unwrap()]);
    let value: serde_json::Value = serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{text}"));
    let list = value["diagnostics"].as_array().cloned().unwrap_or_default();
    list.iter().map(|one| format!("{}:{}", one["code"].as_str().unwrap(), one["line"])).collect()
}

/// The shipped knowledge has a scenario for all but sections; of a table of ours one answer and one row have none.
#[test]
fn what_no_scenario_touches_is_told_at_its_line() {
    let (code, text) = run(&["kb", "test", "--coverage"]);
    assert_eq!(code, Some(0), "{text}");
    let untouched: Vec<&str> =
        text.lines().filter(|line| line.contains("no scenario touches") && !line.contains("the section")).collect();
    assert!(untouched.is_empty(), "every cause, answer and row has a scenario: {untouched:?}");

    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("symptoms")).unwrap();
    let symptom = "\
schema: 1
symptom: no-paper
heading: recovery.md#lost-codes
decide: first-match
questions:
  drawer:
    ask: Is there a drawer?
    answers:
      \"yes\": { label: \"Yes\" }
      \"no\": { label: \"No\" }
outcomes:
  - { when: { drawer: \"yes\" }, then: lost-codes }
  - { otherwise: true, then: lost-codes }
";
    std::fs::write(folder.path().join("symptoms/no-paper.yaml"), symptom).unwrap();
    std::fs::create_dir(folder.path().join("scenarios")).unwrap();
    let scenario = "\
- scenario: a-drawer
  symptom: no-paper
  answers: { drawer: \"yes\" }
  expect: { outcome: { then: lost-codes } }
";
    std::fs::write(folder.path().join("scenarios/own.yaml"), scenario).unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, text) = run(&["kb", "test", path, "--coverage"]);
    assert_eq!(code, Some(0), "{text}");
    for gap in [
        "no-paper.yaml:10: no scenario touches the answer `drawer=no`",
        "no-paper.yaml:13: no scenario touches the row `2`",
    ] {
        assert!(text.contains(gap), "{gap} in {text}");
    }
    assert!(!text.contains("drawer=yes") && !text.contains("the row `1`"), "{text}");
    let (code, text) = run(&["kb", "check", path]);
    assert!(code == Some(0) && text.contains("warning[KB702]") && text.contains("no-paper.yaml:10:7"), "{text}");
    assert_eq!(run(&["kb", "check", path, "--strict"]).0, Some(1));
    let (_, text) = run(&["kb", "test", path, "--coverage", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let coverage = &document["coverage"];
    let rows = coverage["parts"].as_array().unwrap().iter().find(|one| one["part"] == "row").unwrap();
    assert_eq!(rows["of"].as_u64().unwrap() - rows["touched"].as_u64().unwrap(), 1, "{coverage}");
    let gap = coverage["gaps"].as_array().unwrap().iter().find(|one| one["id"] == "drawer=no").unwrap();
    assert!(gap["line"] == 10 && gap["path"].as_str().unwrap().ends_with("symptoms/no-paper.yaml"), "{gap}");
}

#[test]
fn a_flaw_is_written_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("services")).unwrap();
    std::fs::write(folder.path().join("services/x.yaml"), "service: x\nnmae: X\nname: X\n").unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, text) = run(&["kb", "check", path, "--format", "github"]);
    assert_eq!(code, Some(1), "{text}");
    let line = text.lines().find(|line| line.contains("title=KB003")).unwrap();
    assert!(line.starts_with("::error ") && line.contains("services/x.yaml,line=2,col=1::"), "{line}");
    let (code, text) = run(&["kb", "check", path, "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found = results.iter().find(|one| one["ruleId"] == "KB003").unwrap();
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!((code, &place["region"]["startLine"]), (Some(1), &serde_json::json!(2)), "{text}");
    assert_eq!(log["version"], "2.1.0");
}

#[test]
fn what_leaves_no_choice_is_mended_and_no_other_byte_changes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("services")).unwrap();
    let file = folder.path().join("services/x.yaml");
    // A comment, odd blanks and a line end of its own stay.
    let before = "service: x # ours\r\nname:   yes\nverify-identity: Meet.\n# the end";
    std::fs::write(&file, before).unwrap();
    let path = folder.path().to_str().unwrap();
    let (_, text) = run(&["kb", "check", path]);
    assert!(text.contains("KB008") && text.contains("--fix mends 1 of them"), "{text}");
    let (code, text) = run(&["kb", "check", path, "--fix", "--strict"]);
    assert!(text.contains("\n-name:   yes\n+name:   \"yes\"\n") && code == Some(0), "{text}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before.replace("yes", "\"yes\""));
    let (code, text) = run(&["kb", "check", "--fix"]);
    assert!(code == Some(2) && text.contains("expected the folder"), "what is built in is not written to: {text}");
}

#[test]
fn phrases_that_a_file_leaves_out_are_said_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let phrases =
        "consent: May I read your QR code? I forget it when we are done.\nopening: Good morning. Three things first.\n";
    std::fs::write(folder.path().join("phrases.yaml"), phrases).unwrap();
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/answers-lost-phone.yaml");
    let path = folder.path().to_str().unwrap();
    let (code, text) = run(&["--answers", answers.to_str().unwrap(), "--knowledge", path]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Good morning.") && text.contains("Delete nothing yet."), "{text}");
}

#[test]
fn a_watched_folder_is_checked_again_as_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = run(&["kb", "init", "--service", "X", "--out", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(0), "{text}");
    let file = folder.path().join("services/x.yaml");
    let sound = std::fs::read_to_string(&file).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    command.args(["kb", "check", "--watch"]).arg(folder.path()).stdout(Stdio::piped());
    let mut watching = Watching(command.spawn().unwrap());
    let output = BufReader::new(watching.0.stdout.take().unwrap());
    let (tell, lines) = mpsc::channel();
    thread::spawn(move || output.lines().try_for_each(|line| tell.send(line.unwrap())));
    let told = |what: &str| {
        while !lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("not told: {what}")).contains(what)
        {
        }
    };
    told("everything is sound");
    std::fs::write(&file, sound.replacen("\nname:", "\nnmae:", 1)).unwrap();
    told("KB003");
    std::fs::write(&file, sound).unwrap();
    told("everything is sound");
}

/// Ends with the test, however that ends.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
