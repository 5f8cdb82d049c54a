//! Mistakes that people make when they write knowledge: each is told once, where it has to be mended, with a way out.
//!
//! The one idea: one change of a sound folder a mistake, read by everything that `kb check` does.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use otp_doctor::diagnostic::Diagnostic;
use otp_doctor::knowledge::{Compiled, Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use crate::knowledge::base;

/// What part of the mistakes is told at its line.
const FOUND: f64 = 0.97;
/// And of what part the text is told of once, before anything is tried with what is left of it.
const ONCE: f64 = 0.97;
/// And nothing else is told either.
const ALONE: f64 = 0.95;

/// A change of one file, the check that tells of it, and the line. What is not the code of a check stands for any.
struct Mistake {
    name: &'static str,
    path: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: usize,
}

const fn mistake(
    name: &'static str,
    path: &'static str,
    (from, to): (&'static str, &'static str),
    (code, line): (&'static str, usize),
) -> Mistake {
    Mistake { name, path, from, to, code, line }
}

const DESK: &str = "symptoms/desk.yaml";
const SERVICE: &str = "services/desk.yaml";
const PAGE: &str = "articles/desk.md";
const SCRIPT: &str = "scripts/desk.yaml";
const SCENARIOS: &str = "scenarios/desk.yaml";
const BASE: &str = "symptoms/base.yaml";
const KB: &str = "kb.yaml";

const MISTAKES: &[Mistake] = &[
    // What YAML itself says.
    mistake("colon and blank in a text", DESK, ("label: My own", "label: My own: always"), ("KB001", 21)),
    mistake("a tab before a line", DESK, ("    effort: minute", "\teffort: minute"), ("KB010", 9)),
    mistake("tabs before all lines", SERVICE, ("  past: 1\n  future: 1", "\tpast: 1\n\tfuture: 1"), ("KB010", 6)),
    mistake(
        "a merge that is not finished",
        DESK,
        ("decide: first-match", "<<<<<<< HEAD\ndecide: first-match\n=======\ndecide: weigh\n>>>>>>> other"),
        ("KB001", 5),
    ),
    mistake("no comma in a mapping", KB, ("seconds: 1, minute", "seconds: 1 minute"), ("KB001", 6)),
    mistake("no comma in a list", DESK, ("key: [own, spare] }", "key: [own spare] }"), ("KB103", 34)),
    mistake("no comma before a quoted word", KB, ("[base, desk, clock]", "[\"base\" \"desk\", clock]"), ("KB001", 2)),
    mistake("one blank too many", DESK, ("    effort: minute", "     effort: minute"), ("KB001", 9)),
    mistake("one blank too few", DESK, ("    effort: minute", "   effort: minute"), ("KB001", 9)),
    mistake("a key too far out", DESK, ("    effort: minute", "effort: minute"), ("KB001", 9)),
    mistake("a key too far in", SERVICE, ("words:\n", "  words:\n"), ("KB003", 8)),
    mistake("a percent sign", DESK, ("label: My own", "label: %50 or more"), ("KB001", 21)),
    mistake("an at sign", DESK, ("label: My own", "label: @desk"), ("KB001", 21)),
    mistake("a backtick", DESK, ("label: My own", "label: `own`"), ("KB001", 21)),
    mistake("an asterisk", DESK, ("label: My own", "label: *My* own"), ("KB012", 21)),
    mistake("an ampersand", DESK, ("label: My own", "label: &mine own"), ("KB012", 21)),
    mistake("an exclamation mark", DESK, ("label: My own", "label: !Mine own"), ("KB012", 21)),
    mistake("a quote that is not closed", DESK, ("label: My own", "label: \"My own"), ("KB001", 21)),
    mistake("a quote that is not opened", DESK, ("\"Does the bell of", "Does the bell of"), ("KB001", 27)),
    mistake("a quote within quotes", DESK, ("label: My own", "label: \"My \"own\" key\""), ("KB001", 21)),
    mistake("an apostrophe in single quotes", DESK, ("label: My own", "label: 'It's mine'"), ("KB001", 21)),
    mistake("text behind a quote", DESK, ("label: My own", "label: \"My\" own"), ("KB001", 21)),
    mistake("no blank behind a colon", DESK, ("    effort: minute", "    effort:minute"), ("KB001", 9)),
    mistake("no colon", DESK, ("    effort: minute", "    effort minute"), ("KB001", 9)),
    mistake("no colon before an inner part", DESK, ("questions:", "questions"), ("KB001", 16)),
    mistake("no blank behind a hyphen", DESK, ("  - when: { key", "  -when: { key"), ("KB001", 34)),
    mistake("a hyphen among keys", DESK, ("    effort: minute", "    - effort: minute"), ("KB001", 9)),
    mistake("a row without its hyphen", DESK, ("  - when: { bell", "    when: { bell"), ("KB002", 37)),
    mistake("braces without quotes", DESK, ("\"Does the bell of {service} ring?\"", "{service} rings?"), ("KB001", 27)),
    mistake("braces alone", DESK, ("\"Does the bell of {service} ring?\"", "{service}"), ("KB005", 27)),
    mistake("a brace that is not closed", DESK, ("{ bell: rings }", "{ bell: rings"), ("KB001", 37)),
    mistake("a brace too many", DESK, ("{ bell: rings }", "{ bell: rings }}"), ("KB001", 37)),
    mistake("a bracket that is not closed", KB, ("[base, desk, clock]", "[base, desk, clock"), ("KB001", 2)),
    mistake("a brace that is not opened", DESK, ("when: { bell: rings }", "when: bell: rings }"), ("KB001", 37)),
    mistake("a second document", DESK, ("questions:", "---\nquestions:"), ("KB001", 16)),
    mistake("a key twice", DESK, ("    effort: minute", "    effort: minute\n    effort: long"), ("KB002", 10)),
    mistake("an answer twice", DESK, ("      spare:\n", "      own:\n"), ("KB002", 22)),
    mistake("front matter with a colon", PAGE, ("title: Desk", "title: Desk: open"), ("KB210", 2)),
    // What cannot be seen.
    mistake("a no-break blank before a key", DESK, ("    effort: minute", "  \u{a0} effort: minute"), ("KB014", 9)),
    mistake("a no-break blank behind a colon", DESK, ("    effort: minute", "    effort:\u{a0}minute"), ("KB014", 9)),
    mistake("a zero-width blank in an id", DESK, ("then: clock", "then: clo\u{200b}ck"), ("KB014", 39)),
    mistake("a byte order mark in a key", DESK, ("questions:", "\u{feff}questions:"), ("KB014", 16)),
    mistake("a byte order mark before a page", PAGE, ("---\ntitle", "\u{feff}---\ntitle"), ("KB014", 1)),
    mistake("typographic quotes", DESK, ("then: clock", "then: “clock”"), ("KB014", 39)),
    mistake("typographic quotes around a colon", DESK, ("label: My own", "label: “My: own”"), ("KB014", 21)),
    mistake("a full-width colon", DESK, ("    effort: minute", "    effort： minute"), ("KB014", 9)),
    mistake("a Cyrillic letter in an id", DESK, ("then: clock", "then: сlock"), ("KB014", 39)),
    mistake("a Cyrillic letter in a key", DESK, ("    effort: minute", "    еffort: minute"), ("KB014", 9)),
    mistake("a dash for a hyphen", DESK, ("  - otherwise", "  – otherwise"), ("KB014", 40)),
    // Keys, words and types.
    mistake("a misspelt key", DESK, ("decide:", "decied:"), ("KB003", 5)),
    mistake("a key in capitals", DESK, ("    effort: minute", "    Effort: minute"), ("KB003", 9)),
    mistake("a key that is not there", DESK, ("    effort: minute\n", ""), ("KB004", 7)),
    mistake("a misspelt word of a scale", DESK, ("effort: minute\n", "effort: minut\n"), ("KB006", 9)),
    mistake("a capital in a word of a scale", DESK, ("effort: long", "effort: Long"), ("KB006", 12)),
    mistake("yes for true", DESK, ("destructive: true", "destructive: yes"), ("KB005", 13)),
    mistake("a quoted truth", DESK, ("destructive: true", "destructive: \"true\""), ("KB005", 13)),
    mistake("an unquoted yes", DESK, ("label: My own", "label: Yes"), ("KB008", 21)),
    mistake("a word for a number", SERVICE, ("past: 1", "past: one"), ("KB005", 6)),
    mistake("a negative number", SERVICE, ("past: 1", "past: -1"), ("KB005", 6)),
    mistake(
        "a list for a mapping",
        SERVICE,
        ("  settings-page: Settings", "  - settings-page: Settings"),
        ("KB005", 9),
    ),
    mistake("a text for a mapping", SERVICE, ("words:\n  settings-page: Settings", "words: Settings"), ("KB005", 8)),
    mistake("a mapping for a text", DESK, ("label: My own", "label: { own: mine }"), ("KB005", 21)),
    mistake("a mapping for a list", KB, ("offered: [base, desk, clock]", "offered: { base: desk }"), ("KB005", 2)),
    mistake("nothing where a text belongs", DESK, ("label: My own", "label:"), ("KB005", 21)),
    mistake("another schema", DESK, ("schema: 1", "schema: 2"), ("KB007", 1)),
    mistake("an id in capitals", SERVICE, ("service: desk", "service: Desk"), ("KB011", 2)),
    mistake("an id with a blank", SCRIPT, ("script: desk", "script: the desk"), ("KB011", 1)),
    // Names of others.
    mistake("a section that is not there", DESK, ("desk.md#ring", "desk.md#rings"), ("KB201", 8)),
    mistake("an article that is not there", DESK, ("desk.md#ring", "desks.md#ring"), ("KB201", 8)),
    mistake("an article without a section", DESK, ("desk.md#ring", "desk.md"), ("KB005", 8)),
    mistake("a broken link", PAGE, ("(#ring)", "(#rings)"), ("KB201", 8)),
    mistake("a link to a file that is not there", PAGE, ("(#ring)", "(rings.md)"), ("KB208", 8)),
    mistake("an unknown answer", DESK, ("[own, spare] }", "[own, spair] }"), ("KB103", 34)),
    mistake("an unknown question", DESK, ("{ bell: rings }", "{ bel: rings }"), ("KB103", 37)),
    mistake("an unknown remedy", DESK, ("remedy: ring", "remedy: rang"), ("KB106", 38)),
    mistake("an unknown symptom", DESK, ("then: clock", "then: clok"), ("KB105", 39)),
    mistake(
        "an unknown escalation",
        DESK,
        ("escalate: support\n  - when: { bell", "escalate: suport\n  - when: { bell"),
        ("KB107", 36),
    ),
    mistake("an unknown cause", BASE, ("old-entry: usually", "old-entri: usually"), ("KB102", 8)),
    mistake("an unknown symptom that is offered", KB, ("desk, clock", "desk, clok"), ("KB105", 2)),
    mistake("an unknown question of a script", SCRIPT, ("ask: bell", "ask: bel"), ("KB103", 10)),
    mistake("an unknown remedy of a scenario", SCENARIOS, ("{ remedy: ring,", "{ remedy: rang,"), ("KB703", 15)),
    mistake("an unknown answer of a scenario", SCENARIOS, ("bell: quiet", "bell: quite"), ("KB703", 18)),
    mistake("a placeholder with a slip", PAGE, ("{settings-page}", "{setings-page}"), ("KB509", 20)),
    mistake("a placeholder with a slip in a question", DESK, ("{service} ring", "{servise} ring"), ("KB509", 27)),
    mistake("a placeholder that is not closed", PAGE, ("{service}", "{service"), ("KB510", 13)),
    mistake("a circle", "symptoms/back.yaml", ("remedy: reset, escalate: support", "then: base"), ("KB318", 7)),
    // Pages.
    mistake("a heading twice", PAGE, ("{: #reset }", "{: #ring }"), ("KB202", 15)),
    mistake("an id that others read differently", PAGE, ("{: #ring }", "{#ring}"), ("KB203", 10)),
    mistake("a heading without an id", PAGE, ("# The desk is closed {: #desk }", "# Desk"), ("KB204", 6)),
    mistake("no step", PAGE, ("1. Press the bell.\n2. Wait for {service}.", "Press the bell."), ("KB206", 10)),
    mistake(
        "no front matter",
        PAGE,
        ("---\ntitle: Desk\ndescription: How to get to the desk\n---\n", ""),
        ("KB210", 1),
    ),
    mistake("no description", PAGE, ("description: How to get to the desk\n", ""), ("KB210", 2)),
    mistake("a number left out", PAGE, ("2. Wait", "3. Wait"), ("KB213", 13)),
    mistake("no warning", PAGE, ("!!! warning\n    What was there is lost.\n\n", ""), ("KB503", 15)),
    mistake("two sections without a level between", PAGE, ("## Ask for", "#### Ask for"), ("KB209", 15)),
    // Safety and wording.
    mistake("a question for a key", DESK, ("Which key is at hand?", "What is your password?"), ("KB501", 18)),
    mistake("an agent who wants a code", SCRIPT, ("Take care.", "Please read me the code now."), ("KB504", 15)),
    mistake("a step that gives a code away", PAGE, ("Press the bell.", "Tell the help desk the code."), ("KB504", 12)),
    mistake("a contact who wants a PIN", SERVICE, ("Ask the desk.", "Please tell us your PIN."), ("KB501", 14)),
    mistake("a reset without a second way in", DESK, ("    needs:\n      key: [own, spare]\n", ""), ("KB507", 10)),
    mistake(
        "a service that knows nobody",
        "services/generic.yaml",
        ("verify-identity: Call back.\n", ""),
        ("KB508", 1),
    ),
    mistake(
        "a long label",
        DESK,
        ("label: My own", "label: The key that I have had ever since the desk was opened for us"),
        ("KB605", 21),
    ),
    mistake("something left to do", DESK, ("questions:", "# TODO: ask for the time\nquestions:"), ("KB607", 16)),
    mistake("something left to do in a page", PAGE, ("1. Press the bell.", "1. TODO: What to press."), ("KB607", 12)),
    mistake("a text cut by a sign", DESK, ("label: My own", "label: Press the # and wait"), ("KB610", 21)),
    mistake(
        "a symptom that nothing leads to",
        "symptoms/base.yaml>symptoms/back.yaml",
        ("{ then: back }", "{ then: clock }"),
        ("KB319", 1),
    ),
    mistake("a table without an end", DESK, ("  - otherwise: true\n    escalate: support\n", ""), ("KB305", 34)),
];

/// Whole files, in place of one or beside the others: by their bytes, with what is told and where.
fn files() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str, usize)> {
    let desk = fs::read_to_string(folder().join(DESK)).unwrap();
    let utf_16 = desk.encode_utf16().flat_map(u16::to_le_bytes);
    let latin: Vec<u8> = desk.replace("My own", "Mein Schl\u{fc}ssel").chars().map(|c| c as u8).collect();
    vec![
        ("Latin-1", DESK, latin, "KB010", 21),
        ("UTF-16", DESK, [0xff, 0xfe].into_iter().chain(utf_16).collect(), "KB010", 1),
        ("an empty file", DESK, Vec::new(), "KB004", 1),
        ("another ending", "symptoms/other.yml", b"symptom: other\n".to_vec(), "KB013", 0),
        ("another folder", "symptom/other.yaml", b"symptom: other\n".to_vec(), "KB013", 0),
        ("another name", "phrase.yaml", b"a: b\n".to_vec(), "KB013", 0),
        (
            "an id that is taken",
            "services/other.yaml",
            b"service: desk\nname: D\nverify-identity: Call.\n".to_vec(),
            "KB101",
            1,
        ),
    ]
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/knowledge/desk")
}

/// The small folder with a desk in it, which nothing is wrong with.
pub(crate) fn desk() -> Sources {
    let mut sources = base();
    for path in [KB, SERVICE, DESK, SCENARIOS, PAGE, SCRIPT] {
        sources.insert(path, fs::read(folder().join(path)).unwrap());
    }
    sources
}

/// What `kb check` finds.
pub(crate) fn checked(sources: &Sources) -> Vec<Diagnostic> {
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(sources, &probe::vocabulary());
    diagnostics.extend(rehearse::check(sources, &knowledge));
    diagnostics
}

pub(crate) fn shown(found: &[Diagnostic]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A help, or a message that says what was expected.
fn has_a_way_out(one: &Diagnostic) -> bool {
    one.help.is_some() || ["expected", "did you mean"].iter().any(|word| one.message.contains(word))
}

#[test]
fn the_folder_of_the_mistakes_is_sound() {
    assert_eq!(shown(&checked(&desk())), "");
}

#[test]
fn a_mistake_is_told_once_where_it_is_with_a_way_out() {
    let sound = desk();
    let mut tried: Vec<(&str, &str, Sources, &str, usize)> = Vec::new();
    for Mistake { name, path, from, to, code, line } in MISTAKES {
        // Where a flaw shows in another file than the one that was changed, both are named.
        let (changed, path) = path.split_once('>').unwrap_or((path, path));
        let text = String::from_utf8(sound.get(changed).unwrap().to_vec()).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        let mut sources = sound.clone();
        sources.insert(changed, text.replacen(from, to, 1));
        tried.push((name, path, sources, code, *line));
    }
    for (name, path, bytes, code, line) in files() {
        let mut sources = sound.clone();
        sources.insert(path, bytes);
        tried.push((name, path, sources, code, line));
    }
    let (mut found, mut once, mut alone, mut without) = (0, 0, 0, Vec::new());
    let (mut missed, mut more) = (String::new(), String::new());
    for (name, path, sources, code, line) in &tried {
        let all = checked(sources);
        let right = all.iter().any(|one| one.code == *code && one.place.path == *path && one.place.line == *line);
        found += usize::from(right);
        alone += usize::from(all.len() == 1);
        let of_the_text = Knowledge::compile(sources, &probe::vocabulary()).diagnostics.len();
        once += usize::from(of_the_text <= 1);
        if !right {
            let _ = writeln!(missed, "{name}, expected {code} {path}:{line}:\n{}", shown(&all));
        } else if all.len() != 1 {
            let _ = writeln!(more, "{name}: {of_the_text} of the text, {} in all", all.len());
        }
        let bare = all.into_iter().filter(|one| !has_a_way_out(one));
        without.extend(bare.map(|one| one.to_string()));
    }
    let share = |part: usize| part as f64 / tried.len() as f64;
    eprintln!("{missed}{more}{found} at their line, {once} once in the text, {alone} alone, of {}", tried.len());
    assert!(tried.len() >= 80);
    assert!(share(found) >= FOUND && share(once) >= ONCE && share(alone) >= ALONE);
    assert_eq!(without, [""; 0], "no way out");
}
