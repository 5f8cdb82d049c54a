//! Knowledge of one's own: written, checked, used, published.

use std::path::{Path, PathBuf};

use crate::examples::program;

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

/// The help page that this project began from, where it is at hand, and a page of our own with the same syntax.
#[test]
fn a_page_is_checked_by_itself() {
    let own = tempfile::tempdir().unwrap();
    let page = own.path().join("page.md");
    let text = "---\ntitle: Help\ndescription: With codes.\n---\n\n# Help {: #help }\n\nSee [there](nowhere.md).\n\n![](images/x.png)\n";
    std::fs::write(&page, text).unwrap();
    assert_eq!(found_in(&page), ["KB208:8", "KB208:10"]);
    let shared = std::env::var_os("OTP_DOCTOR_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let seed = shared.join("seed/troubleshooting-2fa.md");
    if seed.exists() {
        assert_eq!(found_in(&seed), ["KB208:9", "KB208:31", "KB208:33", "KB208:41"]);
    } else {
        eprintln!("SKIPPED: the help page is not at hand");
    }
}

/// Codes with lines, in order.
fn found_in(page: &Path) -> Vec<String> {
    let (_, text) = run(&["kb", "check", "--format", "json", page.to_str().unwrap()]);
    let value: serde_json::Value = serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{text}"));
    let list = value["diagnostics"].as_array().cloned().unwrap_or_default();
    list.iter().map(|one| format!("{}:{}", one["code"].as_str().unwrap(), one["line"])).collect()
}
