//! The rules of the house, read off the files themselves.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// What each module may import of ours. The modules are listed in the order in which data flows through them.
const TABLE: &[(&str, &[&str])] = &[
    ("otp", &[]),
    ("finding", &[]),
    ("diagnostic", &[]),
    ("embedded", &[]),
    ("entry", &["otp", "diagnostic"]),
    ("import", &["entry", "otp", "diagnostic"]),
    ("case", &["entry", "otp", "finding", "diagnostic"]),
    ("probe", &["case", "entry", "otp", "finding"]),
    ("knowledge", &["finding", "diagnostic", "embedded"]),
    ("verdict", &["knowledge", "finding"]),
    ("session", &["verdict", "knowledge", "finding"]),
    ("speech", &["knowledge", "finding"]),
    ("engine", &["case", "probe", "session", "verdict", "knowledge", "entry", "otp", "finding", "import"]),
    (
        "talk",
        &[
            "engine",
            "session",
            "speech",
            "verdict",
            "knowledge",
            "probe",
            "case",
            "import",
            "entry",
            "finding",
            "diagnostic",
        ],
    ),
    ("readers", &["talk", "import", "entry", "otp", "diagnostic"]),
    ("triage", &["case", "session", "verdict", "knowledge", "finding"]),
    ("lab", &["otp", "entry", "case"]),
    (
        "rehearse",
        &[
            "talk",
            "engine",
            "lab",
            "case",
            "probe",
            "entry",
            "otp",
            "finding",
            "diagnostic",
            "knowledge",
            "verdict",
            "session",
            "import",
        ],
    ),
    ("draft", &["rehearse", "engine", "session", "case", "knowledge", "finding", "diagnostic"]),
    (
        "report",
        &[
            "triage",
            "talk",
            "speech",
            "session",
            "verdict",
            "knowledge",
            "finding",
            "diagnostic",
            "lab",
            "rehearse",
            "import",
            "entry",
            "case",
        ],
    ),
    ("page", &["report", "readers", "talk", "engine", "session", "speech", "verdict", "knowledge", "import", "case"]),
    ("host", &["entry", "import", "case", "knowledge", "speech", "diagnostic"]),
];

/// Modules that may import anything.
const FREE: &[&str] = &["cli", "serve"];

/// Imports beside the table, each with its reason. An entry that is not needed any more has to go.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Files over the limit of lines, each to be split. An entry that is not needed any more has to go.
const LONG_FILES: &[&str] = &[];
const MOST_LINES: usize = 500;

/// What the core must not name, since it is pure.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Rng::new",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "HashMap",
    "HashSet",
];

/// What ends the program, or is not done yet.
const ABRUPT: &[&str] = &["todo!", "unimplemented!", ".unwrap()", ".expect("];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with that ending, sorted; folders that are built or hidden are passed over.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

/// The path as a person names it.
fn named(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The module of a source file: `probe` for `src/probe/code_match/score.rs`, `lib` for `src/lib.rs`.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The lines of code, counted from 1, without comments on lines of their own.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(at, line)| (at + 1, line))
}

/// The lines of code before the tests at the end of a file.
fn code_without_tests(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tests = text.find("\nmod tests {").unwrap_or(text.len());
    code(&text[..tests])
}

/// The modules that a line of code names, as in `crate::case::Case` or `use crate::{case, otp};`.
fn imports(line: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let first = |text: &'_ str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        match rest.strip_prefix('{') {
            // A group of modules stands on one line, which `rustfmt` and a short list see to.
            Some(group) => {
                let group = group.split('}').next().unwrap_or(group);
                named.extend(group.split(',').map(str::trim).map(|part| &part[..first(part)]));
            }
            None => named.push(&rest[..first(rest)]),
        }
    }
    named
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let mut broken = Vec::new();
    let mut needed = vec![false; EXCEPTIONS.len()];
    for path in files("src", "rs") {
        let module = module(&path);
        if ["lib", "main"].contains(&module.as_str()) || FREE.contains(&module.as_str()) {
            continue;
        }
        let Some((_, allowed)) = TABLE.iter().find(|(of, _)| *of == module) else {
            broken.push(format!("{}: `{module}` is not in the table of imports", named(&path)));
            continue;
        };
        for (line, code) in code(&fs::read_to_string(&path).unwrap()) {
            for import in imports(code) {
                let excepted = EXCEPTIONS.iter().position(|(of, what, _)| *of == module && *what == import);
                if let Some(index) = excepted {
                    needed[index] = true;
                } else if import != module && !allowed.contains(&import) {
                    broken.push(format!("{}:{line}: `{module}` must not import `{import}`", named(&path)));
                }
            }
        }
    }
    for ((module, import, _), _) in EXCEPTIONS.iter().zip(needed).filter(|(_, needed)| !needed) {
        broken.push(format!("`{module}` does not import `{import}` any more: take it out of EXCEPTIONS"));
    }
    assert_none(&broken);
}

#[test]
fn the_table_lets_data_flow_one_way() {
    for (index, (module, allowed)) in TABLE.iter().enumerate() {
        for import in *allowed {
            let at = TABLE.iter().position(|(of, _)| of == import);
            let later = at.is_some_and(|at| at > index);
            // What wires the whole together stands above; the rest of the table is in order.
            assert!(at.is_some() && !later, "{module} imports {import}, which comes later or not at all");
        }
    }
}

#[test]
fn the_core_is_pure() {
    let mut broken = Vec::new();
    for path in files("src", "rs") {
        if ["host", "cli", "serve", "main"].contains(&module(&path).as_str()) {
            continue;
        }
        for (line, code) in code(&fs::read_to_string(&path).unwrap()) {
            for word in IMPURE {
                let starts = |at: usize| !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                if code.match_indices(word).any(|(at, _)| starts(at)) {
                    broken.push(format!("{}:{line}: `{word}` belongs to host/ or cli/", named(&path)));
                }
            }
        }
    }
    assert_none(&broken);
}

/// Who makes a step without [`otp_doctor::session::standing`], each with its reason.
const STEPS_OF_THEIR_OWN: &[(&str, &str)] =
    &[("src/engine/mod.rs", "codes that look like guessing get no step, whatever else is known")];

/// What the decider is made of, which nobody else may take.
const DECIDERS: &[&str] = &["by_weight", "by_table", "Situation", "best_question", "in_the_meantime", "while_waiting"];

#[test]
fn nothing_but_the_session_chooses_a_step() {
    let mut broken = Vec::new();
    let mut needed = vec![false; STEPS_OF_THEIR_OWN.len()];
    for path in files("src", "rs").into_iter().filter(|path| module(path) != "session") {
        let name = named(&path);
        for (line, code) in code_without_tests(&fs::read_to_string(&path).unwrap()) {
            let decides = DECIDERS.iter().any(|word| code.contains(word));
            let makes = code.contains("why: Why::");
            let excepted = STEPS_OF_THEIR_OWN.iter().position(|(of, _)| *of == name);
            match excepted {
                Some(at) if makes => needed[at] = true,
                _ if decides || makes => broken.push(format!("{name}:{line}: a step is chosen outside `session`")),
                _ => {}
            }
        }
    }
    for ((name, _), _) in STEPS_OF_THEIR_OWN.iter().zip(needed).filter(|(_, needed)| !needed) {
        broken.push(format!("{name} makes no step any more: take it out of STEPS_OF_THEIR_OWN"));
    }
    // Of the decider itself, nothing but its answer leaves the room.
    let exports = fs::read_to_string(root().join("src/session/mod.rs")).unwrap();
    for wanted in ["pub use standing::{Evidence, Standing, facts, standing};", "pub use step::{Next, Step, Why};"] {
        if !exports.contains(wanted) {
            broken.push(format!("src/session/mod.rs: expected `{wanted}`"));
        }
    }
    assert_none(&broken);
}

/// Who records what happens besides a talk, each with its reason.
const RECORDERS: &[(&str, &str)] = &[
    ("src/session/", "a session is its events"),
    ("src/talk/", "it is the conversation"),
    ("src/engine/mod.rs", "a case is told in a session"),
    ("src/rehearse/lint/policy.rs", "it begins with what was told"),
    ("src/rehearse/lint/walks.rs", "it begins with a symptom"),
    ("src/rehearse/simulation/typical.rs", "it begins with a symptom"),
    ("src/rehearse/simulation/walker.rs", "it begins with codes that were compared"),
];

#[test]
fn nothing_but_a_talk_conducts() {
    let mut broken = Vec::new();
    let mut needed = vec![false; RECORDERS.len()];
    for path in files("src", "rs") {
        let name = named(&path);
        for (line, code) in code_without_tests(&fs::read_to_string(&path).unwrap()) {
            if !code.contains("session.record(") && !code.contains(".record(Event::") {
                continue;
            }
            match RECORDERS.iter().position(|(of, _)| name.starts_with(of)) {
                Some(at) => needed[at] = true,
                None => broken.push(format!("{name}:{line}: a session is conducted outside `talk`")),
            }
        }
    }
    for ((name, _), _) in RECORDERS.iter().zip(needed).filter(|(_, needed)| !needed) {
        broken.push(format!("{name} records nothing any more: take it out of RECORDERS"));
    }
    assert_none(&broken);
}

#[test]
fn nothing_ends_abruptly() {
    let mut broken = Vec::new();
    for path in files("src", "rs") {
        for (line, code) in code_without_tests(&fs::read_to_string(&path).unwrap()) {
            let abrupt = ABRUPT.iter().filter(|word| code.contains(**word));
            broken.extend(abrupt.map(|word| format!("{}:{line}: `{word}`", named(&path))));
        }
    }
    assert_none(&broken);
}

#[test]
fn files_are_short() {
    let mut broken = Vec::new();
    for path in files("src", "rs") {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let name = named(&path);
        match (lines > MOST_LINES, LONG_FILES.contains(&name.as_str())) {
            (true, false) => broken.push(format!("{name}: {lines} lines, more than {MOST_LINES}")),
            (false, true) => broken.push(format!("{name}: short enough now: take it out of LONG_FILES")),
            _ => {}
        }
    }
    assert_none(&broken);
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut broken = Vec::new();
    for path in files("src", "rs") {
        let top = path.parent() == Some(&root().join("src"));
        let is_module = path.file_name().is_some_and(|name| name == "mod.rs") || top;
        if is_module && !fs::read_to_string(&path).unwrap().starts_with("//! ") {
            broken.push(format!("{}: no `//!` at the top", named(&path)));
        }
    }
    assert_none(&broken);
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let versions = changelog.lines().filter_map(|line| line.strip_prefix("## [")?.split(']').next());
    let newest = versions.into_iter().find(|version| *version != "Unreleased");
    assert_eq!(newest, Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut broken = Vec::new();
    let (mut in_dependencies, mut reason) = (false, false);
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            (in_dependencies, reason) = (line.contains("dependencies"), false);
        } else if line.starts_with('#') {
            reason = !line.starts_with("# ---");
        } else if line.is_empty() {
            reason = false;
        } else if in_dependencies && !reason && !line.contains(" # ") {
            broken.push(format!("Cargo.toml:{}: no comment above says what it is for", index + 1));
        }
    }
    assert_none(&broken);
}

/// The id that a heading gets on the usual forges.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The lines of a Markdown text that are not within a code block, counted from 1.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((index + 1, line));
        }
    }
    lines
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for path in files("", "md") {
        let name = named(&path);
        // Articles have links of their own kind, which the compiler of the knowledge checks; samples are broken.
        if name.starts_with("knowledge/") || name.starts_with("tests/") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, prose) in prose(&text) {
            for link in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if link.contains("://") || link.starts_with("mailto:") {
                    continue;
                }
                let (file, heading) = link.split_once('#').map_or((link, None), |(file, id)| (file, Some(id)));
                let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
                let outside = Path::new(file).components().any(|part| part == Component::RootDir);
                if outside || !target.exists() {
                    broken.push(format!("{name}:{line}: {link} is not there"));
                } else if let Some(id) = heading {
                    let text = fs::read_to_string(&target).unwrap_or_default();
                    let headings = self::prose(&text).into_iter().filter(|(_, line)| line.starts_with('#'));
                    let mut ids = headings.map(|(_, line)| anchor(line.trim_start_matches('#')));
                    if !ids.any(|one| one == id) {
                        broken.push(format!("{name}:{line}: {link} has no such heading"));
                    }
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_decision_is_short_and_numbered_in_order() {
    let decisions = files("docs/decisions", "md");
    for (index, path) in decisions.iter().enumerate() {
        let text = fs::read_to_string(path).unwrap();
        let number = format!("{:04}", index + 1);
        assert!(named(path).starts_with(&format!("docs/decisions/{number}-")), "{}", named(path));
        assert!(text.starts_with(&format!("# {number} ")), "{}: the title begins with {number}", named(path));
        assert!(text.lines().count() <= 40, "{}: more than 40 lines", named(path));
        for part in ["## Context", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{}: no {part}", named(path));
        }
    }
}

#[test]
fn the_import_reader_sees_groups_and_paths() {
    assert_eq!(imports("use crate::case::{Case, Status};"), ["case"]);
    assert_eq!(imports("use crate::{case, otp::Key};"), ["case", "otp"]);
    assert_eq!(imports("    let x: crate::case::Interval = crate::otp::step(1, 2);"), ["case", "otp"]);
    assert!(imports("use super::case;").is_empty());
}
