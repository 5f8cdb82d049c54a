//! The commands of the documents run as written, and what the documents show is what they print.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// Documents whose commands are run.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "docs/locked-out.md",
    "docs/many-logins.md",
    "docs/what-it-can-tell.md",
    "docs/your-company.md",
    "docs/formats.md",
    "docs/knowledge.md",
    "docs/scripts.md",
];

/// A folder that the documents write to; here it is a passing one.
const WRITTEN: &str = "our-help";

/// Ways in which the documents call the program.
const CALLS: &[&str] = &["cargo run --release -- ", "otp-doctor "];

/// Other commands that the documents may show; they are not run here.
const OTHERS: &[&str] = &["cargo test", "cargo install --path .", ".ci/run"];

/// A fenced block: its word and its lines.
struct Block {
    word: String,
    line: usize,
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(word), false) => {
                blocks.push(Block { word: word.to_owned(), line: index + 1, text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    assert!(!open, "a code block is not closed");
    blocks
}

/// What the program writes to standard output. `command` has words without quotes, and perhaps a redirection.
fn run(command: &str, desk: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (command, input) = match command.split_once(" < ") {
        Some((command, path)) => (command, fs::read(root.join(path.trim())).unwrap()),
        None => (command, Vec::new()),
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    let words = command.split_whitespace().map(|word| word.replace(WRITTEN, desk));
    program.current_dir(root).env("LC_ALL", "C").args(words).write_stdin(input);
    let output = program.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{command}: {:?} {complaint}", output.status);
    String::from_utf8(output.stdout).unwrap().replace(desk, WRITTEN)
}

/// The parts of a shown output, which a line with nothing but `…` separates, stand in the real one, in order.
fn assert_shown(shown: &str, real: &str, place: &str) {
    let mut rest = real;
    for part in shown.split("\n…\n") {
        let part = part.trim_start_matches("…\n").trim_end_matches("\n…").trim_end();
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => panic!("{place}: this is shown:\n{part}\n\nthis is printed:\n{real}"),
        }
    }
}

#[test]
fn commands_run_as_written_and_print_what_is_shown() {
    for document in DOCUMENTS {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join(WRITTEN).to_str().unwrap().to_owned();
        let mut printed = String::new();
        let mut ran = 0;
        for block in blocks(&text) {
            let place = format!("{document}:{}", block.line);
            match block.word.as_str() {
                "sh" => {
                    printed.clear();
                    for command in block.text.lines().filter(|line| !line.is_empty()) {
                        if let Some(arguments) = CALLS.iter().find_map(|call| command.strip_prefix(call)) {
                            printed.push_str(&run(arguments, &desk));
                            ran += 1;
                        } else {
                            assert!(OTHERS.contains(&command), "{place}: `{command}` is not checked by anything");
                        }
                    }
                }
                "text" | "json-output" if !printed.is_empty() => assert_shown(&block.text, &printed, &place),
                _ => {}
            }
        }
        assert!(ran > 0, "{document}: no command of the program");
    }
}

/// A page whose blocks are gone through by hand, from an empty folder: `sh` is run line by line, and a block with a path
/// behind its word is that file.
const WALKED: &str = "docs/writing-knowledge.md";

#[test]
fn from_an_empty_folder_to_a_tested_symptom() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(WALKED)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_otp-doctor")).parent().unwrap().to_str().unwrap().to_owned();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let (mut printed, mut ran, mut written) = (String::new(), 0, 0);
    let blocks = blocks(&text);
    for (at, block) in blocks.iter().enumerate() {
        let place = format!("{WALKED}:{}", block.line);
        if let Some((_, file)) = block.word.split_once(' ') {
            fs::write(folder.path().join(file), &block.text).unwrap();
            written += 1;
        } else if block.word == "text" {
            assert_shown(&block.text, &printed, &place);
        } else {
            assert_eq!(block.word, "sh", "{place}");
            let shows_a_slip = blocks.get(at + 1).is_some_and(|next| next.text.contains("error["));
            printed.clear();
            for line in block.text.lines() {
                let mut shell = Command::new("sh");
                shell.args(["-c", line]).current_dir(folder.path()).env("PATH", &path).env("NO_COLOR", "1");
                let output = shell.output().unwrap();
                let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
                let code = output.status.code();
                let may_find = shows_a_slip || line.starts_with("otp-doctor kb diff ");
                assert!(code == Some(0) || code == Some(1) && may_find, "{place}: {line}: {code:?} {told}");
                printed.push_str(&told);
                ran += 1;
            }
        }
    }
    assert!(ran > 10 && written > 2, "{ran} commands, {written} files");
}

/// What stands between two lines of a file.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(between, _)| between).unwrap_or_default()
}

#[test]
fn the_table_and_the_catalogue_of_causes_are_what_the_knowledge_says() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let readme = read("docs/what-it-can-tell.md");
    let table = between(&readme, "<!-- otp-doctor kb causes -->\n", "<!-- end -->");
    assert_eq!(table, run("kb causes", WRITTEN), "`just causes` writes the table of docs/what-it-can-tell.md anew");
    let catalogue = read("docs/causes.md");
    let written = between(&catalogue, "<!-- otp-doctor kb causes --catalogue -->\n", "<!-- end -->");
    assert_eq!(written, run("kb causes --catalogue", WRITTEN), "`just causes` writes docs/causes.md anew");
}
