//! The schemas say what the readers do: judged by a validator that knows nothing of us.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use otp_doctor::knowledge::schema::{FOLDER, FileKind, KINDS};
use serde_json::Value;

use crate::examples::program;
use crate::house::files;
use crate::knowledge::samples;

/// Flaws of form, which a schema sees; all others have to do with what stands elsewhere.
const FORM: &[&str] = &["KB003", "KB004", "KB005", "KB006", "KB007", "KB011", "KB305", "KB308", "KB401", "KB507"];

/// Bad samples of these that no schema can refuse, each with its reason.
const UNSEEN: &[(&str, &str)] = &[
    ("KB005-regular-expression.yaml", "draft 7 has no word that asks for a regular expression and has to be obeyed"),
    ("KB004-lost-placeholder.yaml", "which placeholders a phrase has is told by the built-in sentence, not by a form"),
    ("KB005-language.yaml", "which language is the source's stands at another key"),
    ("KB003-first-in-a-table.yaml", "how a symptom decides stands at another key than its questions"),
    ("KB003-first-noted.yaml", "which two flags go together is for the reader"),
    ("KB005-noted-clock.yaml", "which words of another key go with a flag is for the reader"),
    ("KB005-script-measured.yaml", "an id is an id: which questions are measured and not asked is for the reader"),
];

/// Bad samples of other flaws that a schema refuses all the same, each with its reason.
const SEEN: &[(&str, &str)] = &[("KB014-blank.yaml", "a key that begins with such a blank is another key")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn validators() -> BTreeMap<&'static str, Validator> {
    let validator = |kind: &FileKind| {
        let schema: Value = serde_json::from_str(&kind.schema()).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{}: no schema of draft 7", kind.name);
        jsonschema::draft7::new(&schema).unwrap()
    };
    KINDS.iter().map(|kind| (kind.name, validator(kind))).collect()
}

fn read(text: &str) -> Result<Value, serde_yaml::Error> {
    serde_yaml::from_str(text)
}

#[test]
fn the_shipped_schemas_are_those_of_this_program() {
    let mut stale = Vec::new();
    for kind in KINDS {
        let path = root().join("knowledge").join(FOLDER).join(kind.file_name());
        if fs::read_to_string(&path).unwrap_or_default() != kind.schema() {
            stale.push(kind.file_name());
        }
    }
    assert!(stale.is_empty(), "`cargo run -- kb schema --out knowledge/schema` writes {} anew", stale.join(", "));
    let there = fs::read_dir(root().join("knowledge").join(FOLDER)).unwrap().count();
    assert_eq!(there, KINDS.len(), "a schema that no kind has");
}

/// The part of a file that has a form.
fn front<'t>(kind: &FileKind, text: &'t str) -> &'t str {
    if kind.files.is_front() { text.split("---\n").nth(1).unwrap() } else { text }
}

#[test]
fn every_shipped_file_is_valid() {
    let validators = validators();
    let mut seen = BTreeSet::new();
    for folder in ["knowledge", "tests/knowledge/whole"] {
        for path in files(folder, "yaml").into_iter().chain(files(folder, "md")) {
            let name = path.strip_prefix(root().join(folder)).unwrap().to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let Some(kind) = FileKind::of(&name) else {
                assert_eq!(path.extension().unwrap(), "md", "{name}: of no kind");
                continue;
            };
            let value = read(front(kind, &text)).unwrap();
            let wrong: Vec<_> = validators[kind.name].iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
            seen.insert(kind.name);
        }
    }
    assert_eq!(seen.len(), KINDS.len());
}

#[test]
fn bad_samples_are_refused_where_a_schema_can_know() {
    let validators = validators();
    let mut wrong = Vec::new();
    for sample in samples() {
        let Some(kind) = FileKind::of(&sample.path) else { continue };
        // What one reader of YAML refuses and another takes has no value to judge.
        let for_yaml = ["KB001", "KB002", "KB010", "KB012"].contains(&&sample.name[..5]);
        let Ok(Ok(value)) = std::str::from_utf8(&sample.content).map(read) else { continue };
        if for_yaml {
            continue;
        }
        let refused = !validators[kind.name].is_valid(&value);
        let listed = |list: &[(&str, &str)]| list.iter().any(|(name, _)| *name == sample.name);
        if refused != (listed(SEEN) || FORM.contains(&&sample.name[..5]) && !listed(UNSEEN)) {
            wrong.push(format!("{}: refused {refused}", sample.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn schemas_are_listed_shown_and_written() {
    let run = |arguments: &[&str]| {
        let output = program().args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (code, list) = run(&["kb", "schema"]);
    assert_eq!(code, Some(0));
    for kind in KINDS {
        assert!(list.contains(&format!("{}: {}\n", kind.name, kind.files.pattern())), "{list}");
    }
    let (_, text) = run(&["kb", "schema", "symptom"]);
    assert_eq!(text, fs::read_to_string(root().join("knowledge/schema/symptom-1.json")).unwrap());
    assert_eq!(run(&["kb", "schema", "sympton"]).0, Some(2));

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("schema");
    let out = out.to_str().unwrap();
    let (code, text) = run(&["kb", "schema", "app", "--out", out]);
    assert_eq!((code, text.ends_with("app-1.json is written\n")), (Some(0), true), "{text}");
    fs::write(folder.path().join("schema/app-1.json"), "old").unwrap();
    assert_eq!(run(&["kb", "schema", "--out", out]).0, Some(0));
    assert_eq!(fs::read_dir(out).unwrap().count(), KINDS.len(), "nothing else is left behind");
    let written = fs::read_to_string(folder.path().join("schema/app-1.json")).unwrap();
    assert!(written.starts_with('{'), "{written}");

    // From now on, a file without the line is told of, and mended.
    fs::create_dir(folder.path().join("apps")).unwrap();
    fs::write(folder.path().join("apps/mine.yaml"), "app: mine\n").unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, text) = run(&["kb", "check", path]);
    assert!(code == Some(0) && text.contains("warning[KB009]") && text.contains("in 1 file"), "{text}");
    assert_eq!(run(&["kb", "check", "--strict", "--fix", path]).0, Some(0));
    let mended = fs::read_to_string(folder.path().join("apps/mine.yaml")).unwrap();
    assert_eq!(mended, "# yaml-language-server: $schema=../schema/app-1.json\napp: mine\n");
}
