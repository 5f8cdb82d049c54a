//! Knowledge of one's own: written, checked, used, published.

use std::path::Path;

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
        assert_eq!(found_in(&seed), ["KB208:9", "KB208:31", "KB208:33", "KB208:41"]);
    }
}

/// Codes with lines, in order.
fn found_in(page: &Path) -> Vec<String> {
    let (_, text) = run(&["kb", "check", "--format", "json", page.to_str().unwrap()]);
    let value: serde_json::Value = serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{text}"));
    let list = value["diagnostics"].as_array().cloned().unwrap_or_default();
    list.iter().map(|one| format!("{}:{}", one["code"].as_str().unwrap(), one["line"])).collect()
}
