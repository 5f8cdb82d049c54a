//! Every check has a page, and its examples show what it finds: the bad one exactly that, at the marked lines, and the
//! good one no more of it.

use std::collections::BTreeSet;

use otp_doctor::diagnostic::{Diagnostic, Severity};
use otp_doctor::knowledge::{CODES, Check, Compiled, Knowledge, Sources, check_page, checks};
use otp_doctor::rehearse::{self, SCENARIO_CODES};
use otp_doctor::report::Template;

use crate::examples::program;
use crate::house;
use crate::knowledge::{base, base_in_german, with_schemas};

/// Checks whose flaw is too long for a page.
const WITHOUT_EXAMPLE: &[&str] = &["KB313"];
/// Lines of a page, and columns of an example.
const LINES: std::ops::RangeInclusive<usize> = 15..=60;
const COLUMNS: usize = 90;

/// A file of an example.
struct File {
    path: String,
    /// Lines at which the flaw has to be told.
    marked: Vec<usize>,
    text: String,
}

/// The files under one heading of a page.
fn files(check: &Check, anchor: &str) -> Vec<File> {
    let body = &check.sections.iter().find(|section| section.anchor == anchor).unwrap().body;
    let mut files: Vec<File> = Vec::new();
    let mut open = false;
    for line in body.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(words), false) => {
                let path = attribute(words, "title").unwrap_or_else(|| panic!("{}: no title", check.code));
                let marked = attribute(words, "hl_lines").map(|lines| numbers(&lines)).unwrap_or_default();
                files.push(File { path, marked, text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let text = &mut files.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => assert!(line.is_empty(), "{}: {line}", check.code),
        }
    }
    files
}

fn attribute(words: &str, name: &str) -> Option<String> {
    let (_, rest) = words.split_once(&format!("{name}=\""))?;
    Some(rest.split('"').next().unwrap().to_owned())
}

fn numbers(lines: &str) -> Vec<usize> {
    let number = |text: &str| text.parse::<usize>().unwrap();
    lines
        .split(' ')
        .flat_map(|part| {
            part.split_once('-').map_or_else(|| number(part)..=number(part), |(a, b)| number(a)..=number(b))
        })
        .collect()
}

/// A flaw as it is told.
#[derive(Debug)]
struct Flaw {
    code: String,
    severity: Severity,
    path: String,
    line: usize,
}

impl Flaw {
    fn of(one: &Diagnostic) -> Self {
        let (path, line) = (one.place.path.clone(), one.place.line);
        Self { code: one.code.to_owned(), severity: one.severity, path, line }
    }
}

/// What is wrong with these files: as knowledge, as a configuration, or as a template.
fn found(check: &Check, files: &[&File]) -> Vec<Flaw> {
    // Of files of one name the last one counts.
    let last = files.last().unwrap();
    match &check.code[..2] {
        "KB" => found_in_knowledge(check, files).iter().map(Flaw::of).collect(),
        "CF" => found_in_configuration(last),
        _ => Template::read(&last.path, &last.text).err().iter().flatten().map(Flaw::of).collect(),
    }
}

/// What the program tells of a configuration: `error[CF001]: ...`, then `--> path:line:column`.
fn found_in_configuration(file: &File) -> Vec<Flaw> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("otp-doctor");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join(&file.path), &file.text).unwrap();
    let output = program().env("XDG_CONFIG_HOME", folder.path()).arg("config").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let codes = told.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next());
    let lines =
        told.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")?.rsplit(':').nth(1)?.parse().ok());
    let flaw = |(code, line): (&str, usize)| {
        let path = file.path.clone();
        Flaw { code: code.to_owned(), severity: Severity::Error, path, line }
    };
    let flaws: Vec<Flaw> = codes.zip(lines).map(flaw).collect();
    assert_eq!(flaws.is_empty(), output.status.success(), "{told}");
    flaws
}

/// What is wrong with the base with these files laid over it; a translation lies over the base that is translated.
fn found_in_knowledge(check: &Check, files: &[&File]) -> Vec<Diagnostic> {
    let is_translation = files.iter().any(|file| file.path.starts_with("locale/"));
    let mut sources: Sources = if is_translation { base_in_german() } else { base() };
    if check.code == "KB009" {
        let files = files.iter().map(|file| (file.path.clone(), file.text.clone().into_bytes()));
        sources = sources.overlay(with_schemas(files));
    } else {
        for file in files {
            sources.insert(&file.path, file.text.as_bytes());
        }
    }
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(&sources, &otp_doctor::probe::vocabulary());
    diagnostics.extend(rehearse::check(&sources, &knowledge));
    diagnostics
}

/// Errors with another code.
fn others<'a>(check: &Check, found: &'a [Flaw]) -> Vec<&'a Flaw> {
    found.iter().filter(|one| one.severity == Severity::Error && one.code != check.code).collect()
}

fn examples() -> Vec<Check> {
    checks().into_iter().filter(|check| !WITHOUT_EXAMPLE.contains(&check.code.as_str())).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: Vec<String> = checks().into_iter().map(|check| check.code).collect();
    let mut codes: BTreeSet<String> = CODES.iter().chain(SCENARIO_CODES).map(|code| (*code).to_owned()).collect();
    // Those of other files stand where they are told.
    let is_code = |word: &&str| {
        let number = word.strip_prefix("CF").or_else(|| word.strip_prefix("HT"));
        number.is_some_and(|number| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    for path in house::files("src", "rs") {
        codes.extend(std::fs::read_to_string(path).unwrap().split('"').filter(is_code).map(str::to_owned));
    }
    assert_eq!(pages, codes.into_iter().collect::<Vec<_>>());
    let sources = Sources::embedded();
    let files = sources.iter().filter(|(path, _)| path.starts_with("checks/")).count();
    assert_eq!(files, pages.len(), "a page that cannot be read");
}

#[test]
fn the_bad_example_has_the_flaw_at_the_marked_lines_and_no_other_error() {
    let mut wrong = Vec::new();
    for check in examples() {
        let bad = files(&check, "bad");
        let found = found(&check, &bad.iter().collect::<Vec<_>>());
        let marked = bad.iter().flat_map(|file| file.marked.iter().map(|line| (file.path.as_str(), *line)));
        let mut expected: BTreeSet<(&str, usize)> = marked.collect();
        if expected.is_empty() {
            // Without a mark, a file as a whole is meant.
            expected.insert((&bad[0].path, 0));
        }
        let told = found.iter().filter(|one| one.code == check.code);
        let places: BTreeSet<(&str, usize)> = told.clone().map(|one| (one.path.as_str(), one.line)).collect();
        let others = others(&check, &found);
        if places != expected || !others.is_empty() || told.clone().any(|one| one.severity != check.severity) {
            wrong.push(format!("{} at {expected:?}, but {places:?}, and {others:?}", check.code));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Files of the bad example that the good one does not show again stay as they are, but for one that is wrong as a whole.
#[test]
fn the_good_example_has_no_such_flaw_and_no_error() {
    let mut wrong = Vec::new();
    for check in examples() {
        let (bad, good) = (files(&check, "bad"), files(&check, "good"));
        let whole = bad.iter().all(|file| file.marked.is_empty());
        let laid: Vec<&File> = bad.iter().filter(|_| !whole).chain(&good).collect();
        let found = found(&check, &laid);
        let left = found.iter().filter(|one| one.code == check.code || one.severity == Severity::Error);
        wrong.extend(left.map(|one| format!("{}: {one:?}", check.code)));
        assert!(!good.is_empty() && good.iter().all(|file| file.marked.is_empty()), "{}", check.code);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn pages_have_one_form() {
    let sources = Sources::embedded();
    for check in checks() {
        let code = &check.code;
        let bytes = sources.get(&format!("checks/{code}.md")).unwrap();
        let page = std::str::from_utf8(bytes).unwrap();
        assert_eq!(check_page(code, bytes, |_| true), [], "{code}");
        assert!(page.starts_with(&format!("---\ntitle: {code}\n")), "{code}");
        let anchors: Vec<&str> = check.sections.iter().map(|section| section.anchor.as_str()).collect();
        let own = code.to_lowercase();
        let expected: &[&str] =
            if WITHOUT_EXAMPLE.contains(&code.as_str()) { &[&own, "fix"] } else { &[&own, "bad", "good", "fix"] };
        assert_eq!(anchors, expected, "{code}");
        assert!(check.sections.iter().all(|section| !section.body.is_empty()), "{code}");
        assert!(LINES.contains(&page.lines().count()), "{code}: {} lines", page.lines().count());
        let widest =
            ["bad", "good"].iter().filter(|anchor| anchors.contains(anchor)).flat_map(|anchor| files(&check, anchor));
        let widest =
            widest.flat_map(|file| file.text.lines().map(|line| line.chars().count()).collect::<Vec<_>>()).max();
        assert!(widest.is_none_or(|widest| widest <= COLUMNS), "{code}: {widest:?} columns");
        assert!(check.description.chars().count() <= 72 && !check.description.ends_with('.'), "{code}");
    }
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_check_is_explained_by_its_code_however_it_is_typed() {
    let (code, text) = run(&["explain", "kb305"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with("KB305 (error)  ") && text.contains("What to do"), "{text}");
    let marked: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("> ")).collect();
    assert!(matches!(marked[..], [line] if line.contains("- { when:")), "{text}");
    assert!(text.contains("symptoms/sample.yaml") && !text.contains("{: #"), "{text}");
    // What is not built in does not matter, not even where it is broken.
    assert_eq!(run(&["explain", "KB305", "--knowledge", "nowhere"]).0, Some(0));
}

#[test]
fn what_is_wrong_with_a_configuration_names_the_page_that_tells_more() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("otp-doctor")).unwrap();
    std::fs::write(folder.path().join("otp-doctor/otp-doctor.toml"), "sessions = 3\n").unwrap();
    let output = program().env("XDG_CONFIG_HOME", folder.path()).arg("config").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.ends_with("mend it first; `otp-doctor explain CF003` tells more\n"), "{told}");
    assert!(run(&["explain", "cf003"]).1.starts_with("CF003 (error)  "));
}

#[test]
fn an_unknown_code_is_told_with_the_nearest_or_the_list() {
    let (code, text) = run(&["explain", "KB30"]);
    assert!(code == Some(2) && text.contains("did you mean KB30"), "{text}");
    let (code, text) = run(&["explain", "KB987654"]);
    assert!(code == Some(2) && text.contains("explain --checks") && !text.contains("987654"), "{text}");
    let (code, text) = run(&["explain", "--checks"]);
    assert_eq!(code, Some(0), "{text}");
    let listed: Vec<&str> = text.lines().map(|line| &line[..5]).collect();
    assert_eq!(listed, checks().iter().map(|check| check.code.as_str()).collect::<Vec<_>>());
    for (width, line) in [40, 80].iter().flat_map(|width| {
        let (_, text) = run(&["explain", "--checks", "--width", &width.to_string()]);
        text.lines().map(|line| (*width, line.to_owned())).collect::<Vec<_>>()
    }) {
        assert!(line.chars().count() <= width, "{line}");
    }
}

#[test]
fn every_page_fits_a_narrow_terminal() {
    for check in checks() {
        let (code, text) = run(&["explain", &check.code, "--width", "40"]);
        assert_eq!(code, Some(0), "{text}");
        let long = text.lines().find(|line| line.chars().count() > 40);
        assert_eq!(long, None, "{}", check.code);
    }
}

#[test]
fn a_flaw_names_the_page_that_tells_more() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("services")).unwrap();
    std::fs::write(folder.path().join("services/x.yaml"), "service: x\nnmae: X\nname: Yes\nverify-identity: Meet.\n")
        .unwrap();
    let path = folder.path().to_str().unwrap();
    let (_, text) = run(&["kb", "check", path]);
    assert!(text.ends_with("`otp-doctor explain KB003` tells more\n"), "the error comes before the warning: {text}");
    let (_, text) = run(&["kb", "check", path, "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "KB003").unwrap();
    let check = checks().into_iter().find(|check| check.code == "KB003").unwrap();
    assert_eq!(rule["shortDescription"]["text"], check.description);
    assert!(rule["help"]["text"].as_str().unwrap().len() > 100, "{rule}");
    assert!(!run(&["kb", "check"]).1.contains("tells more"), "nothing is wrong");
}
