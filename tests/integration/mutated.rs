//! Seeded mutations of sound files: what a slip of the hand does to a text, and how many of them are told where they are.
//!
//! The one idea: a mutation that leaves a sound file does not count. A file is sound if nothing is told of it, and either it says
//! the same (the knowledge and the scenarios are equal but for texts for people), or it says less or the same twice (a line was
//! lost or came again), or a name has changed that stands nowhere else.
//!
//! A flaw is told where it is at the line that was changed or one beside it, at the line of what that was in, or where a
//! word is used that is gone; of words that were changed, at their translation.

use std::collections::BTreeMap;

use fastrand::Rng;
use otp_doctor::diagnostic::Diagnostic;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use crate::mistakes::{checked, desk};
use crate::whole;

/// So many are tried, or a tenth of them.
const MUTATIONS: usize = 4000;
const SEED: u64 = 20_260;
/// And so many of the shipped knowledge, which takes a second for each.
const MUTATIONS_OF_ALL: usize = 400;
/// The share that is told at its line, or the one beside it.
const FOUND: f64 = 0.97;
/// Diagnostics for one mutation, in the middle, and what nine of ten do not exceed.
const NUMBERS: (usize, usize) = (1, 2);
/// More than so many are shown.
const MANY: usize = 2;

type Change = fn(&str, &mut Rng) -> Option<String>;

const CHANGES: &[(&str, Change)] = &[
    ("a character lost", |line, rng| {
        let at = letter(line, rng, |c| !c.is_whitespace())?;
        Some([&line[..at.0], &line[at.1..]].concat())
    }),
    ("two letters swapped", |line, rng| {
        let (start, end) = letter(line, rng, char::is_alphanumeric)?;
        let next = line[end..].chars().next().filter(|c| c.is_alphanumeric() && !line[start..end].starts_with(*c))?;
        Some([&line[..start], &next.to_string(), &line[start..end], &line[end + next.len_utf8()..]].concat())
    }),
    ("a line lost", |_, _| Some(String::new())),
    ("a line twice", |line, _| Some(format!("{line}\n{line}"))),
    ("a blank before a line", |line, _| Some(format!(" {line}"))),
    ("two blanks before a line", |line, _| Some(format!("  {line}"))),
    ("a blank less", |line, _| line.strip_prefix(' ').map(str::to_owned)),
    ("a tab before a line", |line, _| Some(format!("\t{line}"))),
    ("a quote lost", |line, rng| without(line, rng, &['"', '\''])),
    ("a bracket lost", |line, rng| without(line, rng, &['{', '}', '[', ']'])),
    ("a colon lost", |line, rng| without(line, rng, &[':'])),
    ("a comma lost", |line, rng| without(line, rng, &[','])),
    ("a hyphen lost", |line, _| line.find("- ").map(|at| [&line[..at], &line[at + 1..]].concat())),
    ("a hyphen more", |line, _| {
        let depth = line.len() - line.trim_start().len();
        Some(format!("{}- {}", &line[..depth], &line[depth..]))
    }),
    ("a word in place of another", |line, rng| {
        let words: Vec<&str> = line.split(' ').filter(|word| word.len() > 2).collect();
        let (one, two) = (*rng.choice(&words)?, *rng.choice(&words)?);
        (one != two).then(|| line.replacen(one, two, 1))
    }),
    ("a no-break blank", |line, rng| {
        let at: Vec<usize> = line.match_indices(' ').map(|(at, _)| at).collect();
        let at = *rng.choice(&at)?;
        Some([&line[..at], "\u{a0}", &line[at + 1..]].concat())
    }),
];

/// The place of a character.
fn letter(line: &str, rng: &mut Rng, wanted: impl Fn(char) -> bool) -> Option<(usize, usize)> {
    let all: Vec<(usize, char)> = line.char_indices().filter(|(_, c)| wanted(*c)).collect();
    rng.choice(&all).map(|(at, c)| (*at, at + c.len_utf8()))
}

fn without(line: &str, rng: &mut Rng, signs: &[char]) -> Option<String> {
    let (start, end) = letter(line, rng, |c| signs.contains(&c))?;
    Some([&line[..start], &line[end..]].concat())
}

/// One mutation of a file: its path, its new text, and what was done at which line.
pub(crate) fn mutated(sources: &Sources, rng: &mut Rng) -> Option<(String, String, String)> {
    let (path, text, kind, line) = change(sources, rng)?;
    Some((path, text, format!("{kind} at {line}")))
}

fn change(sources: &Sources, rng: &mut Rng) -> Option<(String, String, &'static str, usize)> {
    let files: Vec<&str> = sources.iter().map(|(path, _)| path).filter(|path| !path.starts_with("schema/")).collect();
    let path = *rng.choice(&files)?;
    let text = std::str::from_utf8(sources.get(path)?).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let at = rng.usize(..lines.len());
    if lines[at].trim().is_empty() || lines[at].trim_start().starts_with('#') && !lines[at].contains('{') {
        return None;
    }
    let (kind, change) = CHANGES[rng.usize(..CHANGES.len())];
    let new = change(lines[at], rng).filter(|new| new != lines[at])?;
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let line = if index == at { new.as_str() } else { line };
        if !(index == at && new.is_empty()) {
            out.push_str(line);
            out.push('\n');
        }
    }
    Some((path.to_owned(), out, kind, at + 1))
}

/// Whether two pieces of knowledge and their scenarios are equal but for texts for people.
fn says_the_same(one: &Sources, two: &Sources) -> bool {
    let outline = |sources: &Sources| {
        let mut knowledge = Knowledge::compile(sources, &probe::vocabulary()).knowledge;
        knowledge.digest.clear();
        let scenarios = rehearse::read(sources, &knowledge).0;
        let scenarios: Vec<String> = scenarios
            .iter()
            .map(|one| format!("{} {} {:?} {:?} {:?}", one.name, one.symptom, one.case, one.failed, one.expect))
            .collect();
        let ids = format!("{knowledge:?}");
        (without_texts(&ids), scenarios)
    };
    outline(one) == outline(two)
}

/// A description without what is in quotes and has a blank or a capital in it: ids stay.
fn without_texts(described: &str) -> String {
    let mut out = String::new();
    for (at, part) in described.split('"').enumerate() {
        let is_text =
            part.contains(' ') || part.chars().any(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-');
        out.push_str(if at % 2 == 1 && is_text { "…" } else { part });
    }
    out
}

/// The words that a text no longer has as often.
fn lost_words(before: &str, after: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = |text: &str| {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        for word in text.split(|c| !is_part(c)).filter(|word| word.len() > 2) {
            *words.entry(word.to_owned()).or_default() += 1;
        }
        words
    };
    let after = words(after);
    words(before)
        .into_iter()
        .filter(|(word, number)| after.get(word).is_none_or(|is| is < number))
        .map(|(word, _)| word)
        .collect()
}

/// Whether a word stands nowhere else: whoever renames it breaks nothing.
fn once(sources: &Sources, word: &str) -> bool {
    let texts = sources.iter().filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
    texts.map(|text| text.matches(word).count()).sum::<usize>() == 1
}

/// The line of what a line is in; the first one, if it is in nothing.
fn parent(text: &str, line: usize) -> usize {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-', '#']).len();
    let lines: Vec<&str> = text.lines().collect();
    let own = depth(lines[line - 1]);
    (0..line - 1).rev().find(|at| depth(lines[*at]) < own && !lines[*at].is_empty()).map_or(1, |at| at + 1)
}

fn middle_and_ninth(mut numbers: Vec<usize>) -> (usize, usize) {
    numbers.sort_unstable();
    (numbers[numbers.len() / 2], numbers[numbers.len() * 9 / 10])
}

/// What came of so many mutations.
#[derive(Default)]
struct Tally {
    /// By what was done: how many, and of how many it is told where they are.
    kinds: BTreeMap<&'static str, (usize, usize)>,
    /// Diagnostics for each: of all that is tried, and of the text by itself.
    all: Vec<usize>,
    of_the_text: Vec<usize>,
    missed: Vec<String>,
}

impl Tally {
    fn of(sound: &Sources, number: usize) -> Self {
        let mut rng = Rng::with_seed(SEED);
        let mut tally = Self::default();
        for _ in 0..number {
            tally.extend(change(sound, &mut rng), sound);
        }
        tally
    }

    fn extend(&mut self, changed: Option<(String, String, &'static str, usize)>, sound: &Sources) {
        let Some((path, text, kind, line)) = changed else { return };
        let mut sources = sound.clone();
        sources.replace(&path, text.as_str());
        let all = checked(&sources);
        let before = std::str::from_utf8(sound.get(&path).unwrap()).unwrap();
        let lost = lost_words(before, &text);
        let nobody_asks = kind == "a line lost" || kind == "a line twice" || lost.iter().all(|word| once(sound, word));
        if all.is_empty() && (nobody_asks || says_the_same(sound, &sources)) {
            return;
        }
        let near = [line.saturating_sub(1), line, line + 1, parent(before, line)];
        let name = path.rsplit('/').next().unwrap_or_default();
        let translated = if path.starts_with("causes/") { name.replace(".md", ".de.md") } else { name.to_owned() };
        let is_at = |one: &Diagnostic| {
            let told_of = sources.get(&one.place.path).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let told_of = told_of.and_then(|text| text.lines().nth(one.place.line.checked_sub(1)?)).unwrap_or_default();
            let is_translation = one.code == "KB609" && one.place.path.rsplit('/').next() == Some(translated.as_str());
            is_translation
                || one.place.path == path && near.contains(&one.place.line)
                || lost.iter().any(|word| told_of.contains(word))
        };
        let right = all.iter().any(is_at);
        let (tried, told) = self.kinds.entry(kind).or_default();
        (*tried, *told) = (*tried + 1, *told + usize::from(right));
        self.all.push(all.len());
        self.of_the_text.push(Knowledge::compile(&sources, &probe::vocabulary()).diagnostics.len());
        if !right || all.len() > MANY {
            let told: Vec<String> = all.iter().take(MANY + 1).map(ToString::to_string).collect();
            let new = text.lines().nth(line - 1).unwrap_or_default();
            let missed = if right { "many" } else { "missed" };
            self.missed.push(format!("{missed}: {kind}, {path}:{line} `{new}`: {} {}", all.len(), told.join("\n    ")));
        }
    }

    fn assert_bounded(self) {
        let Self { kinds, all, of_the_text, missed } = self;
        let (tried, told) = kinds.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let (all, text) = (middle_and_ninth(all), middle_and_ninth(of_the_text));
        eprintln!("{}\n{kinds:?}\n{told} of {tried}, of the text {text:?}, in all {all:?}", missed.join("\n"));
        assert!(told as f64 / tried as f64 >= whole::at_least(FOUND, tried), "{told} of {tried}");
        for numbers in [text, all] {
            assert!(numbers.0 <= NUMBERS.0 && numbers.1 <= NUMBERS.1, "{numbers:?}");
        }
    }
}

#[test]
fn a_slip_of_the_hand_is_told_where_it_is() {
    Tally::of(&desk(), whole::of(MUTATIONS)).assert_bounded();
}

#[test]
fn a_slip_of_the_hand_in_the_shipped_knowledge_is_told_where_it_is() {
    Tally::of(&Sources::embedded(), whole::of(MUTATIONS_OF_ALL)).assert_bounded();
}
