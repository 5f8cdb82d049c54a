//! `kb check --fix` on files with mistakes in them: nothing gets worse, and nothing is touched beside what is mended.

use std::collections::BTreeMap;

use fastrand::Rng;
use otp_doctor::diagnostic::{Diagnostic, Severity, mended};
use otp_doctor::knowledge::{Compiled, Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use crate::examples::program;
use crate::knowledge::{base_in_german, with_schemas};
use crate::mistakes::desk;
use crate::mutated::mutated;
use crate::whole;

/// So many mutations are mended, or a tenth of them.
const MUTATIONS: usize = 3000;
const SEED: u64 = 20_261;

fn found(sources: &Sources) -> Vec<Diagnostic> {
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(sources, &probe::vocabulary());
    diagnostics.extend(rehearse::read(sources, &knowledge).1);
    diagnostics
}

/// How often each error is told, by file and code.
fn errors(found: &[Diagnostic]) -> BTreeMap<(String, &'static str), usize> {
    let mut errors = BTreeMap::new();
    for one in found.iter().filter(|one| one.severity == Severity::Error) {
        *errors.entry((one.place.path.clone(), one.code)).or_default() += 1;
    }
    errors
}

/// The small folders, with schemas beside them, so that what is written into first lines is tried, too.
fn folders() -> [Sources; 2] {
    let own = |sources: Sources| {
        let files = sources.iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect::<Vec<_>>();
        Sources::default().overlay(with_schemas(files))
    };
    [own(desk()), own(base_in_german())]
}

#[test]
fn mending_makes_nothing_worse_and_touches_nothing_else() {
    let folders = folders();
    let mut rng = Rng::with_seed(SEED);
    let (mut made, mut wrong) = (0, Vec::new());
    for _ in 0..whole::of(MUTATIONS) {
        let folder = &folders[rng.usize(..folders.len())];
        let Some((path, text, kind)) = mutated(folder, &mut rng) else { continue };
        let mut sources = folder.clone();
        sources.replace(&path, text.as_str());
        let before = found(&sources);
        let mut after = sources.clone();
        for (file, bytes) in sources.iter() {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let own: Vec<&Diagnostic> = before.iter().filter(|one| one.place.path == file).collect();
            let (mended, number) = mended(text, own.iter().copied());
            made += number;
            let mut spans: Vec<_> = own.iter().filter_map(|one| one.fix.as_ref()).map(|fix| fix.span.clone()).collect();
            spans.sort_by_key(|span| span.start);
            let kept = spans.iter().fold((String::new(), 0), |(kept, at), span| {
                (kept + text.get(at..span.start).unwrap_or_default(), at.max(span.end))
            });
            let kept = kept.0 + &text[kept.1..];
            assert!(is_within(&kept, &mended), "{kind} in {path}: {file} has lost something");
            after.replace(file, mended);
        }
        let (was, is) = (errors(&before), errors(&found(&after)));
        let more: Vec<_> =
            is.iter().filter(|(error, number)| was.get(*error).is_none_or(|was| *number > was)).collect();
        if !more.is_empty() {
            wrong.push(format!("{kind} in {path}: {more:?}"));
        }
    }
    eprintln!("{made} fixes were made");
    assert!(made > 100, "{made}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the characters of a text are all there, in their order.
fn is_within(kept: &str, text: &str) -> bool {
    let mut letters = text.chars();
    kept.chars().all(|c| letters.any(|other| other == c))
}

fn check(folder: &std::path::Path, more: &[&str]) -> String {
    let output = program().args(["kb", "check"]).arg(folder).args(more).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn fixed(path: &str, text: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::create_dir_all(folder.path().join("schema")).unwrap();
    for (path, bytes) in with_schemas(desk().iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))).iter() {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        // Nothing but the small folder: that is soon checked.
        let base: &[u8] = if path == "kb.yaml" { b"base: none\n" } else { b"" };
        std::fs::write(file, [base, bytes].concat()).unwrap();
    }
    std::fs::write(&file, text).unwrap();
    let told = check(folder.path(), &["--fix"]);
    (std::fs::read_to_string(file).unwrap(), told)
}

const LINE: &str = "# yaml-language-server: $schema=../schema/service-1.json";

#[test]
fn a_byte_order_mark_stays_first_and_the_line_of_the_schema_comes_once() {
    let rest = "service: ours\r\nname: Ours\r\nverify-identity: Meet.\r\n";
    let wanted = format!("\u{feff}{LINE}\r\n{rest}");
    let (once, _) = fixed("services/ours.yaml", &format!("\u{feff}{rest}"));
    assert_eq!(once, wanted);
    assert_eq!(fixed("services/ours.yaml", &once).0, wanted);
}

#[test]
fn a_flag_becomes_a_truth_value_and_a_text_gets_quotes() {
    let script = |flag: &str, label: &str| {
        format!(
            "# yaml-language-server: $schema=../schema/script-1.json\nscript: ours\nsymptom: desk\ntitle: {label}\nsteps:\n  \
             end: {{ decide: {flag} }}\ngoodbye:\n  bye: {{ say: Take care. }}\n"
        )
    };
    let (text, told) = fixed("scripts/ours.yaml", &script("yes", "No"));
    assert_eq!(text, script("true", "\"No\""), "{told}");
}

#[test]
fn what_cannot_be_seen_is_mended() {
    let page = "---\ntitle: Ours\ndescription: Ours\n---\n\n# Ours {: #ours }\n";
    assert_eq!(fixed("articles/ours.md", &format!("\u{feff}{page}")).0, page);
    let service = |name: &str| format!("{LINE}\nservice: ours\n{name}\nverify-identity: Meet.\n");
    for odd in ["n\u{430}me: Ours", "name：Ours", "name:\u{a0}Ours", "\u{200b}name: Ours"] {
        assert_eq!(fixed("services/ours.yaml", &service(odd)).0, service("name: Ours"), "{odd}");
    }
}
