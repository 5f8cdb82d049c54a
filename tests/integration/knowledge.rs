//! Knowledge compiles, every flaw is reported at its place, and nothing in a file can make the compiler panic.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use otp_doctor::diagnostic::{Diagnostic, Severity};
use otp_doctor::finding::{ExplanationWords, Most, ProbeWords, Vocabulary};
use otp_doctor::knowledge::schema::{self, FileKind, KINDS};
use otp_doctor::knowledge::{Act, CODES, Compiled, Decide, Holds, Knowledge, SectionRef, Sources};
use otp_doctor::rehearse::{self, SCENARIO_CODES};
use proptest::prelude::*;

/// As the probe `code-match` gives them.
const EXPLANATIONS: &[ExplanationWords] = &[
    explanation("decorated-code", &[]),
    explanation("device-clock-off", &["offset", "offset_seconds"]),
    explanation("expired-code", &["age"]),
    explanation("lost-leading-zero", &[]),
    explanation("mistyped-code", &["kind"]),
    explanation("mixed-codes", &[]),
    explanation("old-entry", &[]),
    explanation("recovery-code-as-code", &[]),
    explanation("replayed-code", &[]),
    explanation("rotated-during-enrolment", &[]),
    explanation("unconfirmed-enrolment", &[]),
    explanation("valid-code", &[]),
    explanation("wrong-entry", &[]),
];

const fn explanation(id: &'static str, provides: &'static [&'static str]) -> ExplanationWords {
    ExplanationWords { id, provides, pairs: &[] }
}

fn vocabulary() -> Vocabulary {
    Vocabulary {
        probes: vec![ProbeWords {
            id: "code-match",
            explanations: EXPLANATIONS,
            needs_secret: true,
            most: Most { ratio: 1.0, per_code: 1.0, chance: 1.0, provable: false },
        }],
        is_open: false,
    }
}

/// A small knowledge without a flaw, into which each bad sample is put.
pub(crate) fn base() -> Sources {
    let root = folder("tests/knowledge/base");
    let read = |path: &String| (path.clone(), fs::read(root.join(path)).unwrap());
    files_below(&root).iter().map(read).collect()
}

/// The path of every file below a folder, sorted, with `/` between its parts.
fn files_below(root: &Path) -> Vec<String> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}

/// The same in a second language, whose texts are complete and as new as their source.
pub(crate) fn base_in_german() -> Sources {
    let mut sources = base();
    let kb = String::from_utf8(sources.get("kb.yaml").unwrap().to_vec()).unwrap();
    sources.insert("kb.yaml", kb + "languages: [de]\n");
    let root = folder("tests/knowledge/base-in-german");
    for path in files_below(&root) {
        sources.insert(&path, fs::read(root.join(&path)).unwrap());
    }
    sources
}

fn compile(sources: &Sources) -> Compiled {
    Knowledge::compile(sources, &vocabulary())
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn folder(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file with one flaw. Its first line is a comment, not part of it: where it stands in the knowledge, and the place
/// of the flaw as an editor counts it; a third word is the other file that the flaw shows in.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) path: String,
    /// The file that the flaw shows in: mostly the same.
    flaw_in: String,
    line: usize,
    column: usize,
    /// In the knowledge with a second language: a translation, or where `de` stands behind the place.
    german: bool,
    pub(crate) content: Vec<u8>,
}

/// A folder with the schemas in it, as `kb init` writes them.
pub(crate) fn with_schemas(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Sources {
    let schema = |kind: &FileKind| (format!("{}/{}", schema::FOLDER, kind.file_name()), kind.schema().into_bytes());
    files.into_iter().chain(KINDS.iter().map(schema)).collect()
}

impl Sample {
    fn sources(&self) -> Sources {
        let mut sources = if self.german { base_in_german() } else { base() };
        if self.code == "KB009" {
            // Only in a folder with schemas is the line asked for that names one.
            return sources.overlay(with_schemas([(self.path.clone(), self.content.clone())]));
        }
        sources.insert(&self.path, self.content.clone());
        sources
    }
}

pub(crate) fn samples() -> Vec<Sample> {
    let mut files: Vec<_> =
        fs::read_dir(folder("tests/knowledge/bad")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| sample(file)).collect()
}

fn sample(file: &Path) -> Sample {
    let bytes = fs::read(file).unwrap();
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let header = std::str::from_utf8(&bytes[..end]).unwrap();
    let words: Vec<&str> = header.split(' ').collect();
    let words: Vec<&str> = words.into_iter().filter(|word| *word != "-->").collect();
    let [_, path, place, ref more @ ..] = words[..] else { panic!("{}: no header", file.display()) };
    let elsewhere: Vec<&str> = more.iter().copied().filter(|word| *word != "de").collect();
    let (line, column) = place.split_once(':').unwrap();
    let line = line.parse::<usize>().unwrap();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    Sample {
        code: name[..5].to_owned(),
        name,
        path: path.to_owned(),
        german: path.starts_with("locale/") || more.contains(&"de"),
        // The header is no part of the file.
        line: if elsewhere.is_empty() { line.saturating_sub(1) } else { line },
        flaw_in: elsewhere.first().unwrap_or(&path).to_string(),
        column: column.parse().unwrap(),
        content: bytes[end + 1..].to_vec(),
    }
}

#[test]
fn every_bad_sample_is_reported_with_its_code_at_its_place_and_nothing_else() {
    assert_eq!(shown(&compile(&base()).diagnostics), "");
    assert_eq!(shown(&compile(&base_in_german()).diagnostics), "");
    assert_eq!(shown(&rehearse::check(&base(), &compile(&base()).knowledge)), "");
    let mut wrong = Vec::new();
    for sample in samples() {
        let Compiled { knowledge, diagnostics: mut found } = compile(&sample.sources());
        let of_the_text = !SCENARIO_CODES.contains(&sample.code.as_str());
        if !of_the_text {
            // A sample has no scenarios of its own, which is a warning in itself.
            found.extend(rehearse::check(&sample.sources(), &knowledge));
            found.retain(|one| one.severity == Severity::Error || one.code == sample.code);
        }
        let expected = (sample.code.as_str(), sample.flaw_in.as_str(), sample.line, sample.column);
        let as_expected = |one: &Diagnostic| (one.code, &*one.place.path, one.place.line, one.place.column) == expected;
        let others = found.iter().filter(|one| of_the_text || one.code != sample.code).count();
        if !found.iter().any(as_expected) || others > usize::from(of_the_text) {
            wrong.push(format!("{}, expected {expected:?}:\n{}", sample.name, shown(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_bad_sample() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|sample| sample.code).collect();
    let codes: BTreeSet<String> = CODES.iter().chain(SCENARIO_CODES).map(|code| (*code).to_owned()).collect();
    assert_eq!(sampled, codes);
    assert!(CODES.is_sorted() && SCENARIO_CODES.is_sorted());
}

#[test]
fn messages_are_lower_case_without_a_final_period() {
    for sample in samples() {
        for Diagnostic { message, .. } in compile(&sample.sources()).diagnostics {
            let first = message.chars().next().unwrap();
            assert!(!message.ends_with('.') && !first.is_uppercase(), "{message}");
        }
    }
}

#[test]
fn shipped_knowledge_has_no_flaw() {
    let compiled = Knowledge::compile(&Sources::embedded(), &otp_doctor::probe::vocabulary());
    assert_eq!(shown(&compiled.diagnostics), "");
    assert_eq!(compiled.knowledge.offered[0], "invalid-code");
    assert_eq!(compiled.knowledge.digest.len(), 16);
}

#[test]
fn the_invalid_code_symptom_is_read_as_written() {
    let knowledge = compile(&Sources::embedded()).knowledge;
    let symptom = &knowledge.symptoms["invalid-code"];
    assert_eq!(symptom.decide, Decide::Weigh);
    assert_eq!(symptom.title, "My code is said to be invalid");

    let clock = &symptom.causes[0];
    assert_eq!((clock.id.as_str(), clock.weight), ("device-clock-off", 16.0));
    let rotated = symptom.causes.iter().find(|cause| cause.id == "rotated-during-enrolment").unwrap();
    assert_eq!(rotated.only_when.holds(|_| Some("setting-up")), Holds::Yes);
    assert_eq!(rotated.only_when.holds(|_| Some("signing-in")), Holds::No);

    let keep = symptom.remedies.iter().find(|remedy| remedy.id == "keep-one-entry").unwrap();
    assert!(keep.destructive);
    assert_eq!(keep.needs.0[0].one_of, ["signed-in"]);
    let body = &knowledge.section(&keep.text).unwrap().body;
    assert!(body.starts_with("!!! warning"), "{body}");

    let entries = symptom.questions.iter().find(|question| question.id == "entries-shown").unwrap();
    let several = entries.answers.iter().find(|answer| answer.id == "several").unwrap();
    assert_eq!(several.given[0], ("old-entry".to_owned(), 0.95));
    assert_eq!(several.others, Some(0.15));
}

#[test]
fn every_cause_has_a_remedy_whose_section_has_steps() {
    let knowledge = compile(&Sources::embedded()).knowledge;
    let symptom = &knowledge.symptoms["invalid-code"];
    for cause in &symptom.causes {
        let fixing = symptom.remedies.iter().filter(|remedy| remedy.fixes.iter().any(|(id, _)| *id == cause.id));
        assert!(fixing.count() > 0, "{}", cause.id);
    }
    for remedy in &symptom.remedies {
        assert!(knowledge.section(&remedy.text).unwrap().body.contains("1. "), "{}", remedy.id);
    }
}

#[test]
fn an_item_with_an_error_is_left_out_and_the_rest_is_kept() {
    let mut sources = base();
    sources.insert(
        "symptoms/sample.yaml",
        "symptom: sample\nheading: help.md#help\ncauses:\n  good: { title: A, text: help.md#clock, common: rare }\n  bad: \
         { title: B, text: help.md#clok, common: rare }\nremedies:\n  fix: { text: help.md#clock, effort: minute, fixes: { \
         good: half, bad: half } }\n  gated: { text: help.md#clock, effort: minute, needs: { no-question: a } }\n",
    );
    let Compiled { knowledge, diagnostics } = compile(&sources);
    let symptom = &knowledge.symptoms["sample"];
    assert_eq!(symptom.causes.iter().map(|cause| cause.id.as_str()).collect::<Vec<_>>(), ["good"]);
    assert_eq!(symptom.remedies.len(), 1, "a remedy whose gate is not understood must not be offered");
    assert_eq!(symptom.remedies[0].fixes, [("good".to_owned(), 0.5)]);
    let codes: Vec<_> = diagnostics.iter().map(|one| (one.code, one.place.line, one.place.column)).collect();
    assert_eq!(codes, [("KB201", 5, 26), ("KB103", 8, 58)]);
    assert!(diagnostics[0].message.ends_with("did you mean `clock`?"), "{}", diagnostics[0].message);
}

#[test]
fn a_file_that_cannot_be_read_is_reported_once_however_much_depends_on_it() {
    let mut sources = base();
    sources.insert("symptoms/base.yaml", "symptom: base\nheading: {page}.md\n");
    let Compiled { knowledge, diagnostics } = compile(&sources);
    assert_eq!(diagnostics.len(), 1, "{}", shown(&diagnostics));
    assert_eq!(diagnostics[0].code, "KB001");
    assert!(diagnostics[0].help.as_deref().unwrap().contains("must be quoted"));
    assert!(!knowledge.offered.iter().any(|id| id == "base"));
}

#[test]
fn a_gate_stays_shut_while_what_it_asks_for_cannot_be_read() {
    let mut sources = base();
    sources.insert("apps/base.yaml", "app: {\n");
    sources.insert(
        "symptoms/sample.yaml",
        "symptom: sample\nheading: help.md#help\nremedies:\n  fix: { text: help.md#clock, effort: minute, destructive: \
         true, needs: { app.new-entries: bottom } }\n",
    );
    let Compiled { knowledge, diagnostics } = compile(&sources);
    assert_eq!(diagnostics.len(), 1, "{}", shown(&diagnostics));
    assert!(knowledge.symptoms["sample"].remedies.is_empty());
}

#[test]
fn every_flaw_of_a_file_is_reported_in_the_order_of_places() {
    let mut sources = base();
    sources.insert("services/sample.yaml", "service: Sample\nnmae: x\nwindow: { past: -1 }\nwords: [a]\n");
    let compiled = compile(&sources);
    let found: Vec<_> = compiled.diagnostics.iter().map(|one| (one.code, one.place.line, one.place.column)).collect();
    let expected =
        [("KB011", 1, 10), ("KB508", 1, 10), ("KB003", 2, 1), ("KB004", 3, 1), ("KB005", 3, 17), ("KB005", 4, 8)];
    assert_eq!(found, expected, "{}", shown(&compiled.diagnostics));
    assert_eq!(compile(&sources), compiled);
}

#[test]
fn a_company_lays_one_file_over_the_built_in_knowledge() {
    let mut own = Sources::default();
    own.insert(
        "services/ours.yaml",
        "service: ours\nname: Ours\nverify-identity: Meet.\nwindow: { past: 2, future: 0 }\n",
    );
    let compiled = Knowledge::compile(&Sources::embedded().overlay(own), &otp_doctor::probe::vocabulary());
    assert_eq!(shown(&compiled.diagnostics), "");
    assert_eq!(compiled.knowledge.services["ours"].window.unwrap().past, 2);
    assert!(compiled.knowledge.services.contains_key("generic"));
}

/// Invariant of the model: whatever compiles, its references resolve and its numbers are numbers.
fn assert_sound(knowledge: &Knowledge) {
    let resolves = |at: &SectionRef| assert!(knowledge.section(at).is_some(), "{at:?}");
    for symptom in knowledge.symptoms.values() {
        resolves(&symptom.heading);
        for cause in &symptom.causes {
            resolves(&cause.text);
            assert!(cause.weight.is_finite());
        }
        for remedy in &symptom.remedies {
            resolves(&remedy.text);
            assert!(!remedy.destructive || !remedy.needs.is_empty());
            assert!(
                remedy
                    .fixes
                    .iter()
                    .all(|(id, p)| (0.0..=1.0).contains(p) && symptom.causes.iter().any(|c| c.id == *id))
            );
        }
    }
    assert!(knowledge.offered.iter().all(|id| knowledge.symptoms.contains_key(id)));
    for script in knowledge.scripts.values() {
        let symptom = &knowledge.symptoms[&script.symptom];
        for act in script.steps.iter().filter_map(|step| step.act.as_ref()) {
            assert!(act.question().is_none_or(|id| symptom.question(id).is_some()), "{act:?}");
            assert!(!matches!(act, Act::Remedy(id) if symptom.remedy(id).is_none()), "{act:?}");
        }
        assert!(script.goodbye.iter().all(|step| step.act.is_none()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_bytes_never_panic(file in 0_usize..13, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let paths = [
            "kb.yaml", "phrases.yaml", "articles/a.md", "symptoms/a.yaml", "services/a.yaml", "apps/a.yaml",
            "scripts/a.yaml", "x", "", "locale/de/articles/help.md", "locale/de/symptoms/a.yaml",
            "locale/de/services/a.yaml", "locale/de/phrases.yaml",
        ];
        let mut sources = base_in_german();
        sources.insert(paths[file], bytes);
        assert_sound(&compile(&sources).knowledge.in_language("de"));
    }

    #[test]
    fn mutations_of_shipped_files_never_panic(
        file in any::<prop::sample::Index>(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..12, "[ \t\n:{}\\[\\]#&*!|>'\"a-z-]{0,6}"), 1..4),
    ) {
        let mut sources = Sources::embedded();
        let paths: Vec<String> = sources.iter().map(|(path, _)| path.to_owned()).collect();
        let path = file.get(&paths);
        let mut bytes = sources.get(path).unwrap().to_vec();
        for (at, length, text) in cuts {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, text.bytes());
        }
        sources.insert(path, bytes);
        let compiled = compile(&sources);
        assert_sound(&compiled.knowledge);
        assert_sound(&compiled.knowledge.in_language("de"));
        for one in &compiled.diagnostics {
            prop_assert!(one.severity >= Severity::Hint && CODES.contains(&one.code));
        }
    }
}

#[test]
fn what_is_read_at_the_start_is_the_knowledge_that_came_with_the_program() {
    let vocabulary = otp_doctor::probe::vocabulary();
    let whole = Knowledge::compile(&Sources::embedded(), &vocabulary).knowledge;
    assert!(Knowledge::built_in() == whole, "the build has compiled something else");
}

/// Everything that `kb check` tells of the shipped knowledge with one change in it.
fn told_of_shipped(path: &str, from: &str, to: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::embedded();
    let text = String::from_utf8(sources.get(path).unwrap().to_vec()).unwrap();
    assert!(text.contains(from), "{from} in {path}");
    sources.replace(path, text.replacen(from, to, 1));
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(&sources, &otp_doctor::probe::vocabulary());
    diagnostics.extend(rehearse::check(&sources, &knowledge));
    diagnostics
}

#[test]
fn one_slip_in_the_shipped_knowledge_is_told_once() {
    for (path, from, to, code) in [
        ("causes/device-clock-off.md", "common: very-common", "common: very-comon", "KB006"),
        ("causes/old-entry.md", "title:", "titel:", "KB003"),
        ("causes/old-entry.md", "symptom: invalid-code", "symptom: invalid-cod", "KB105"),
        ("symptoms/invalid-code.yaml", "effort: seconds", "effort: second", "KB006"),
        ("symptoms/invalid-code.yaml", "two-factor.md#fresh-code", "two-factor.md#fresh-cod", "KB201"),
        ("symptoms/lost-codes.yaml", "decide: first-match", "decide: first-mach", "KB006"),
        ("services/generic.yaml", "words:", "wrds:", "KB003"),
        ("kb.yaml", "very-common:", "very-comon:", "KB003"),
        ("scripts/lost-codes.yaml", "symptom: lost-codes", "symptom: lost-code", "KB105"),
    ] {
        let told = told_of_shipped(path, from, to);
        let errors: Vec<&Diagnostic> = told.iter().filter(|one| one.code == code && one.place.path == path).collect();
        assert!(errors.len() == 1 && told.len() == 1, "{path}, {to}:\n{}", shown(&told));
    }
}

#[test]
fn a_name_that_is_missing_at_many_places_is_told_at_the_first() {
    let mut sources = base();
    sources.insert(
        "symptoms/sample.yaml",
        "symptom: sample\nheading: help.md#help\ncauses:\n  a: { title: A, text: help.md#clok, common: common }\n  \
         b: { title: B, text: help.md#clok, common: rare }\nremedies:\n  fix: { text: help.md#clok, effort: minute }\n",
    );
    let told: Vec<Diagnostic> =
        compile(&sources).diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect();
    assert_eq!(told.len(), 1, "{}", shown(&told));
    let help = told[0].help.as_deref().unwrap_or_default();
    assert!(told[0].place.line == 4 && help.contains("symptoms/sample.yaml:5, symptoms/sample.yaml:7"), "{help}");
}

#[test]
fn how_often_is_said_of_a_cause_in_one_place() {
    let mut sources = base();
    sources.insert(
        "symptoms/sample.yaml",
        "symptom: sample\nheading: help.md#help\nremedies:\n  fix: { text: help.md#clock, effort: minute, fixes: { late: half } }\n\
         questions:\n  seen: { ask: Is it so?, answers: { so: { label: So, given: { late: half } } } }\n",
    );
    sources.insert(
        "causes/late.md",
        "---\ncause: late\nsymptom: sample\ntitle: Late\ncommon: rare\ntells: { seen: { so: usually } }\n\
         helped-by: { fix: usually }\n---\nIt was late.\n",
    );
    let found: Vec<_> = compile(&sources).diagnostics.iter().map(|one| (one.code, one.place.to_string())).collect();
    assert_eq!(found, [("KB101", "causes/late.md:6:18".to_owned()), ("KB101", "causes/late.md:7:14".to_owned())]);
}

#[test]
fn a_base_of_ones_own_is_laid_over_key_by_key() {
    let laid = |text: &str| {
        let mut own = Sources::default();
        own.insert("kb.yaml", text);
        own.insert("symptoms/mine.yaml", "symptom: mine\nheading: two-factor.md#clock\n");
        Knowledge::compile(&Sources::embedded().overlay(own), &otp_doctor::probe::vocabulary())
    };
    let built_in = Knowledge::compile(&Sources::embedded(), &otp_doctor::probe::vocabulary()).knowledge;
    let Compiled { knowledge, diagnostics } =
        laid("also-offered: [mine]\nescalation: 9\nscales:\n  cost: { fetch: 7 }\n");
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    assert_eq!(errors, 0, "{}", shown(&diagnostics));
    assert_eq!((knowledge.numbers.escalation, knowledge.numbers.unknown), (9.0, built_in.numbers.unknown));
    assert_eq!(knowledge.offered, [&built_in.offered[..], &["mine".to_owned()]].concat());
    assert_eq!(knowledge.scales["given"], built_in.scales["given"]);
    assert!((knowledge.scales["cost"].last().unwrap().1 - 7.0).abs() < 1e-9);
    assert!(knowledge.languages().eq(built_in.languages()) && knowledge.digest != built_in.digest);
    // What is said here is said here, and told at its line.
    let told = laid("escalation: much\n").diagnostics;
    assert!(told.iter().any(|one| one.code == "KB005" && one.place.line == 1), "{}", shown(&told));
}

#[test]
fn a_symptom_that_replaces_another_takes_over_the_causes_that_it_lists() {
    let mut own = Sources::default();
    own.insert(
        "symptoms/mine.yaml",
        "symptom: invalid-code\nheading: two-factor.md#invalid-code\ncauses: [old-entry, mine]\n\
         remedies:\n  wait: { text: two-factor.md#fresh-code, effort: minute, fixes: { old-entry: half } }\n",
    );
    own.insert(
        "causes/mine.md",
        "---\ncause: mine\nsymptom: invalid-code\ntitle: Mine\ncommon: rare\n---\nIt is so.\n",
    );
    let sources = Sources::embedded().overlay(own);
    let knowledge = Knowledge::compile(&sources, &otp_doctor::probe::vocabulary()).knowledge;
    let symptom = &knowledge.symptoms["invalid-code"];
    let ids: Vec<&str> = symptom.causes.iter().map(|cause| cause.id.as_str()).collect();
    assert_eq!(ids, ["old-entry", "mine"], "what it tells of questions that are gone is passed over");
    // The cause says it in its own file.
    assert_eq!(symptom.remedies[0].fixes.len(), 1);
    assert!(knowledge.articles["causes.md"].section("expired-code").is_some(), "others may lead to its prose");
    assert_eq!(knowledge.symptoms["many-codes"].causes.len(), 4, "another symptom keeps its own");
}
