//! Knowledge for a company's own people: pages checked by themselves, a first file, articles to be published.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::content::knowledge;
use crate::examples::program;

fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let output = program().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names in braces, without the ids of headings.
fn placeholders(text: &str) -> Vec<&str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).collect()
}

fn heading_ids(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .filter_map(|line| line.split_once("{: "))
        .map(|(_, id)| id)
        .collect()
}

#[test]
fn every_service_has_its_pages_without_a_placeholder() {
    for service in knowledge().services.keys() {
        let folder = tempfile::tempdir().unwrap();
        let (code, _, error) = run(&["kb", "render", "--service", service, "--out", "pages"], folder.path());
        assert_eq!(code, Some(0), "{service}: {error}");
        for path in knowledge().articles.keys() {
            let text = std::fs::read_to_string(folder.path().join("pages").join(path)).unwrap();
            let written = std::fs::read_to_string(root().join("knowledge/articles").join(path)).unwrap();
            assert_eq!(placeholders(&text), [""; 0], "{service}: {path}");
            // Behind its own headings, the article of the causes has one for each of them.
            let (shown, own) = (heading_ids(&text), heading_ids(&written));
            assert!(shown.starts_with(&own) && (shown.len() == own.len() || path == "causes.md"), "{service}: {path}");
            assert!(text.starts_with("---\ntitle: "), "{service}: {path}");
        }
        let (code, _, error) = run(&["kb", "render", "--service", service, "--out", "pages"], folder.path());
        assert_eq!(code, Some(2), "nothing is overwritten");
        assert!(error.contains("is there already"), "{error}");
    }
}

#[test]
fn the_pages_are_sound_where_they_are_published() {
    let folder = tempfile::tempdir().unwrap();
    run(&["kb", "render", "--service", "datarobot", "--out", "pages"], folder.path());
    for path in knowledge().articles.keys() {
        let (code, text, _) = run(&["kb", "check", &format!("pages/{path}")], folder.path());
        assert_eq!(code, Some(0), "{text}");
    }
}

#[test]
fn a_page_of_the_same_syntax_has_its_listed_flaws() {
    let page = root().join("tests/knowledge/page.md");
    let (code, text, _) = run(&["kb", "check", "--format", "json", page.to_str().unwrap()], root());
    assert_eq!(code, Some(1));
    let found: Value = serde_json::from_str(&text).unwrap();
    let found = found["diagnostics"].as_array().unwrap().iter();
    let found: Vec<_> = found.map(|one| (one["code"].as_str().unwrap(), one["line"].as_u64().unwrap())).collect();
    assert_eq!(found, [("KB208", 9), ("KB201", 9), ("KB208", 17), ("KB211", 17), ("KB203", 19), ("KB202", 23)]);
}

#[test]
fn a_flaw_of_a_page_is_drawn_with_its_line() {
    let (_, text, _) = run(&["kb", "check", "tests/knowledge/page.md"], root());
    let expected = "error[KB203]: a heading id that renderers read differently\n";
    let (_, drawn) = text.split_once(expected).unwrap_or_else(|| panic!("{text}"));
    let drawn: Vec<&str> = drawn.lines().take(6).collect();
    assert!(drawn[0].ends_with("--> tests/knowledge/page.md:19:14"), "{drawn:?}");
    assert!(drawn[2].starts_with("19 | ## The clock {:#clock}"), "{drawn:?}");
    assert!(drawn[3].trim_start_matches([' ', '|']).starts_with('^'), "{drawn:?}");
    assert!(drawn[5].contains("help: write {: #clock } after a blank"), "{drawn:?}");
    assert!(text.contains("\n5 errors and 1 warning in 1 file"), "{text}");
}

#[test]
fn warnings_count_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("notes")).unwrap();
    std::fs::write(folder.path().join("notes/idea.md"), "# Idea\n").unwrap();
    let (code, text, _) = run(&["kb", "check", "."], folder.path());
    assert_eq!((code, text.contains("warning[KB013]")), (Some(0), true), "{text}");
    assert_eq!(run(&["kb", "check", "--strict", "."], folder.path()).0, Some(1));
    assert_eq!(run(&["kb", "check", "nowhere"], folder.path()).0, Some(2));
}

#[test]
fn a_file_that_a_company_begins_with_is_sound_whatever_its_name() {
    for name in ["Harbour Bank", "Post & Parcel: \"North\"", "Größe {1} #2"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, text, error) = run(&["kb", "init", "--service", name], folder.path());
        assert_eq!(code, Some(0), "{error}");
        assert!(text.contains("otp-doctor kb check ."), "{text}");
        let (code, text, _) = run(&["kb", "check", "--strict", "."], folder.path());
        assert_eq!(code, Some(0), "{text}");
        let (code, text, _) = run(&["kb", "test", "."], folder.path());
        assert_eq!(code, Some(0), "{text}");
        let file = std::fs::read_dir(folder.path().join("services")).unwrap().next().unwrap().unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let words: BTreeSet<String> = knowledge().services["generic"].words.keys().cloned().collect();
        let read: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read["name"].as_str(), Some(name));
        let own = read["words"].as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned());
        assert_eq!(own.collect::<BTreeSet<_>>(), words);
        assert!(text.contains("# tries-before-lock: 10"), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["kb", "init", "--service", "!!"], folder.path()).0, Some(2));
}

#[test]
fn a_service_speaks_in_its_own_words_everywhere() {
    let (code, text, _) = run(&["explain", "old-entry", "--service", "datarobot", "--width", "200"], root());
    assert_eq!(code, Some(0));
    assert!(text.contains("DataRobot"), "{text}");
    let own = "examples/harbour-bank/services/harbour-bank.yaml";
    let (_, text, _) = run(&["explain", "recovery-code-as-code", "--service", own, "--width", "200"], root());
    assert!(text.contains("“Use a spare code”"), "{text}");
    let (code, _, error) = run(&["explain", "old-entry", "--service", "datarobt"], root());
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean datarobot?"), "{error}");
}

#[test]
fn a_flaw_of_ones_own_stops_the_diagnosis() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ours.yaml"), "service: ours\nnmae: Ours\nverify-identity: Meet.\n").unwrap();
    let (code, _, error) = run(&["explain", "old-entry", "--service", "ours.yaml"], folder.path());
    assert_eq!(code, Some(2));
    assert!(error.contains("ours.yaml:2:1") && error.contains("did you mean `name`?"), "{error}");
}

#[test]
#[cfg(unix)]
fn what_a_link_leads_to_outside_of_the_folder_is_not_read() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(outside.path().join("x.yaml"), "service: {\n").unwrap();
    std::fs::create_dir(folder.path().join("services")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x.yaml"), folder.path().join("services/x.yaml")).unwrap();
    std::fs::write(folder.path().join("README.md"), "# Ours\n").unwrap();
    let (code, text, _) = run(&["kb", "check", "--strict", "."], folder.path());
    assert_eq!(code, Some(0), "{text}");
}
