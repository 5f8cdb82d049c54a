//! What of a case is private, and whether a text tells it.
//!
//! The one idea: a scenario keeps the shape of what was typed, and an id that somebody chose has nothing of the case in it.
//! It must not invent: that is for the inventor.

use regex_lite::Regex;

use crate::case::{Attempt, Case};
use crate::entry::Entry;

/// So many letters of a secret in a row are a part of it.
const PART: usize = 8;
/// Shorter names and codes stand in other words by chance.
const SHORTEST: usize = 3;
/// So many digits can be a code, or a number that somebody keeps of the call.
const DIGITS: usize = 4;
/// Letters of the longest word; a key is longer.
const WORD: usize = 20;
/// A form of recovery codes that nothing typed has.
const UNSEEN: &str = "[A-Z]{64}-[A-Z]{64}";

/// Whether a text holds a secret or a typed string of the case.
pub(super) fn tells(text: &str, case: &Case) -> bool {
    let codes = case.attempts.iter().map(|attempt| attempt.code.text().to_owned());
    let secrets = entries(case).map(base32);
    secrets.chain(codes).filter(|one| one.len() > SHORTEST).any(|one| text.contains(&one))
}

/// Whether an id could be a code, a key or a number, of whatever case.
pub fn is_private(id: &str) -> bool {
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    digits >= DIGITS || id.split('-').any(|word| word.len() > WORD)
}

/// Whether an id has a secret, a code or a name of the case in it, or could have.
pub fn is_told_in(id: &str, case: &Case) -> bool {
    let squeezed = bare(id);
    let codes = case.attempts.iter().map(|attempt| attempt.code.text());
    let has_code = codes.map(bare).any(|code| code.len() >= SHORTEST && squeezed.contains(&code));
    let secrets = entries(case).map(|entry| base32(entry).to_ascii_lowercase());
    let has_secret = secrets.filter(|secret| !secret.is_empty()).any(|secret| {
        let length = PART.min(secret.len());
        (0..=secret.len() - length).any(|at| squeezed.contains(&secret[at..at + length]))
    });
    is_private(id) || has_code || has_secret || names(case).map(bare).any(|name| has_name(id, &squeezed, &name))
}

/// A long name stands anywhere in an id, a short one as words of it.
fn has_name(id: &str, squeezed: &str, name: &str) -> bool {
    name.len() >= DIGITS && squeezed.contains(name) || name.len() >= SHORTEST && id.split('-').any(|word| word == name)
}

fn entries(case: &Case) -> impl Iterator<Item = &Entry> {
    case.expected.iter().chain(case.entries.iter().map(|known| &known.entry))
}

fn base32(entry: &Entry) -> String {
    data_encoding::BASE32_NOPAD.encode(entry.secret.bytes())
}

/// Who and what the case names, in its own words.
fn names(case: &Case) -> impl Iterator<Item = &str> {
    let own = [&case.id, &case.person, &case.device, &case.service.id].into_iter();
    let known = case.entries.iter().flat_map(|known| [&known.id, &known.owner, &known.device]);
    let typed = case.attempts.iter().flat_map(|attempt| [&attempt.entry, &attempt.device, &attempt.node]);
    let written = entries(case).flat_map(|entry| [entry.issuer.as_str(), entry.account.as_str()]);
    own.chain(known).chain(typed).filter_map(Option::as_deref).chain(written)
}

/// Small letters and digits alone.
fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A form that the same of the typed strings have, made of their shapes alone: a service's own could name somebody.
pub(super) fn form_of(form: &str, attempts: &[Attempt]) -> String {
    let Ok(form) = Regex::new(form) else { return UNSEEN.to_owned() };
    let whole = |text: &&str| form.find(text).is_some_and(|found| found.range() == (0..text.len()));
    let mut typed: Vec<&str> = attempts.iter().map(|attempt| attempt.code.text().trim()).filter(whole).collect();
    // The first of several that fits is taken, so that the longest has to come first.
    typed.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let mut shapes: Vec<String> = typed.into_iter().map(shape).collect();
    shapes.dedup();
    if shapes.is_empty() { UNSEEN.to_owned() } else { shapes.join("|") }
}

/// `[a-z]{3}.[0-9]{4}` for `abc-1234`.
fn shape(text: &str) -> String {
    let class = |c: char| match c {
        '0'..='9' => "[0-9]",
        'a'..='z' => "[a-z]",
        'A'..='Z' => "[A-Z]",
        _ => ".",
    };
    let mut runs: Vec<(&str, usize)> = Vec::new();
    for class in text.chars().map(class) {
        match runs.last_mut() {
            Some((last, times)) if *last == class => *times += 1,
            _ => runs.push((class, 1)),
        }
    }
    runs.into_iter().fold(String::new(), |shape, (class, times)| format!("{shape}{class}{{{times}}}"))
}
