//! What a draft leaves to whoever writes: lines with `TODO`.
//!
//! The one idea: a file is finished or not, so it is told once, at the first of its lines. It must not read what the lines
//! are about.

use super::Sources;
use crate::diagnostic::{Diagnostic, Place};

const CODE: &str = "KB607";
const WORD: &str = "TODO";
/// Files that are read, and folders of others.
const ENDINGS: [&str; 2] = [".md", ".yaml"];
const OTHERS: [&str; 2] = ["checks/", "schema/"];

/// One for each file that is not finished.
pub(super) fn check(sources: &Sources) -> Vec<Diagnostic> {
    let is_read = |path: &str| {
        ENDINGS.iter().any(|end| path.ends_with(end)) && !OTHERS.iter().any(|folder| path.starts_with(folder))
    };
    let texts = sources.iter().filter(|(path, _)| is_read(path));
    texts.filter_map(|(path, bytes)| flaw(path, std::str::from_utf8(bytes).ok()?)).collect()
}

fn flaw(path: &str, text: &str) -> Option<Diagnostic> {
    let lines = text.lines().filter(|line| word_in(line).is_some()).count();
    let first = word_in(text)?;
    let message = match lines {
        1 => format!("`{WORD}`: something is left to write here"),
        lines => format!("`{WORD}`: something is left to write here, and in {} more lines", lines - 1),
    };
    let place = Place::span(path, text, first..first + WORD.len());
    let help = format!("write it, or take it out; `grep -n {WORD}` lists the lines");
    Some(Diagnostic::warning(CODE, place, message).help(help))
}

/// Where the word stands by itself.
fn word_in(text: &str) -> Option<usize> {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let mut found = text.match_indices(WORD);
    found
        .find(|(at, _)| edge(text[..*at].chars().next_back()) && edge(text[at + WORD.len()..].chars().next()))
        .map(|(at, _)| at)
}
