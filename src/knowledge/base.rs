//! `kb.yaml`: the numbers behind the words, the symptoms that are offered, and the words that people are spared.
//!
//! The one idea: which words there are is fixed here; how much each of them weighs is knowledge, and stands in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fields::{Fields, text, word, wrong_type};
use super::model::Numbers;
use super::names::Names;
use super::release::Renamed;
use super::report::Report;
use super::wording::Vetted;
use super::yaml::Node;

pub(super) const GIVEN: &[&str] = &["never", "hardly-ever", "seldom", "half", "usually", "nearly-always"];
pub(super) const COMMON: &[&str] = &["very-common", "common", "uncommon", "rare", "very-rare"];
pub(super) const EFFORT: &[&str] = &["seconds", "minute", "minutes", "long"];
pub(super) const COST: &[&str] = &["easy", "fetch"];
/// What people answer a question from; the first where nothing is said.
pub(super) const ERRORS: &[&str] = &["seen", "remembered", "plain"];
/// How often they err where a folder with nothing below it does not say: as in the built-in `kb.yaml`.
const USUAL_ERRORS: [f64; 3] = [0.08, 0.15, 0.01];
/// What a folder is laid over.
pub(super) const BASES: &[&str] = &["built-in", "none"];

/// The most that a number may be: sums and products of a few of them stay numbers.
pub(super) const MOST: f64 = 1e6;

/// Stands for a number that is missing, which is reported: it neither weighs nor divides by zero.
const NEUTRAL: f64 = 1.0;

/// Words and the numbers behind them, from the least to the most.
#[derive(Debug, Default)]
pub(super) struct Scale {
    words: &'static [&'static str],
    /// As many as words, or none where a number is missing.
    numbers: Vec<f64>,
}

/// All scales.
#[derive(Debug, Default)]
pub(super) struct Scales {
    /// How often, 0 to 1.
    pub(super) given: Scale,
    /// How common a cause is.
    pub(super) common: Scale,
    /// Of a remedy.
    pub(super) effort: Scale,
    /// Of a question.
    pub(super) cost: Scale,
}

/// What `kb.yaml` says.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) version: String,
    pub(super) numbers: Numbers,
    pub(super) offered: Vec<String>,
    pub(super) scales: Scales,
    /// How often people err, by the words of [`ERRORS`].
    pub(super) errors: [f64; 3],
    pub(super) vetted: Vetted,
    /// What has become of the names of older releases.
    pub(super) renamed: Renamed,
    /// The language of the source.
    pub(super) language: String,
    /// The languages that it is translated into.
    pub(super) languages: Vec<String>,
}

/// The language of a source that does not name it.
const USUAL_LANGUAGE: &str = "en";

impl Default for Base {
    fn default() -> Self {
        let numbers = Numbers { unknown: NEUTRAL, escalation: NEUTRAL, failed_person: NEUTRAL, failed_agent: NEUTRAL };
        Self {
            version: String::new(),
            numbers,
            offered: Vec::new(),
            scales: Scales::default(),
            errors: USUAL_ERRORS,
            renamed: Renamed::default(),
            language: USUAL_LANGUAGE.to_owned(),
            languages: Vec::new(),
            vetted: Vetted::default(),
        }
    }
}

impl Scales {
    /// Every word with its number, by scale.
    pub(super) fn words(&self) -> BTreeMap<String, Vec<(String, f64)>> {
        let scales = [("given", &self.given), ("common", &self.common), ("effort", &self.effort), ("cost", &self.cost)];
        let words = |scale: &Scale| scale.words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let pairs = |scale: &Scale| words(scale).into_iter().zip(scale.numbers.iter().copied()).collect();
        scales.into_iter().map(|(name, scale)| (name.to_owned(), pairs(scale))).collect()
    }
}

impl Scale {
    /// The number behind a word.
    pub(super) fn number(&self, node: &Node) -> Option<f64> {
        let at = word(node, self.words)?;
        self.numbers.get(at).copied()
    }

    /// The number behind the first word, which is what an absent one means.
    pub(super) fn least(&self) -> Option<f64> {
        self.numbers.first().copied()
    }

    fn read(fields: Fields, name: &str, words: &'static [&'static str], to: f64, report: &mut Report) -> Self {
        let scale = fields.get(name).map(Fields::of);
        let read = |word: &&'static str| {
            let node = scale?.get(word)?;
            let number = node.as_str()?.parse().ok().filter(|number| (0.0..=to).contains(number));
            Some((number?, node.span.clone()))
        };
        let numbers: Vec<(f64, Range<usize>)> = words.iter().filter_map(read).collect();
        check_order(words, &numbers, report);
        let is_whole = numbers.len() == words.len();
        Self { words, numbers: numbers.into_iter().filter(|_| is_whole).map(|(number, _)| number).collect() }
    }
}

/// The numbers go up, or down, as the words do.
fn check_order(words: &[&str], numbers: &[(f64, Range<usize>)], report: &mut Report) {
    if let [(first, _), .., (last, _)] = numbers
        && numbers.len() == words.len()
    {
        let up = first < last;
        for (at, pair) in numbers.windows(2).enumerate() {
            let ((before, _), (number, span)) = (&pair[0], &pair[1]);
            let agrees = if up { before < number } else { before > number };
            if !agrees {
                let (more, less) = (words[at + usize::from(up)], words[at + usize::from(!up)]);
                let message = format!("order and words disagree: expected `{more}` to be more than `{less}`");
                report.warning("KB405", span, message, "the words of a scale go one way, and so do their numbers");
            }
        }
    }
}

/// `words`: what people are spared, and what is said in one way only.
fn vetted(fields: Fields) -> Vetted {
    let Some(fields) = fields.get("words").map(Fields::of) else { return Vetted::default() };
    let banned = fields.list("banned").iter().filter_map(|node| Some((text(node)?.into(), None)));
    let preferred = fields.items("preferred").iter();
    let preferred = preferred.filter_map(|(key, node)| Some((key.text.clone().into(), Some(text(node)?))));
    Vetted { instead: banned.chain(preferred).collect() }
}

/// Reads `kb.yaml`.
pub(super) fn read(root: &Node, names: &Names, report: &mut Report) -> Base {
    let fields = Fields::of(root);
    let weight = |name: &str| fields.number(name).filter(|one| (0.0..=MOST).contains(one)).unwrap_or(NEUTRAL);
    let renamed = fields.items("renamed").iter().filter_map(|(key, node)| Some((key.text.clone(), text(node)?)));
    let language = fields.id("language").unwrap_or_else(|| USUAL_LANGUAGE.to_owned());
    Base {
        version: fields.text("version").unwrap_or_default(),
        numbers: Numbers {
            unknown: weight("unknown"),
            escalation: weight("escalation"),
            failed_person: weight("failed-person"),
            failed_agent: weight("failed-agent"),
        },
        offered: offered(fields, names, report),
        scales: fields.get("scales").map(|node| scales(Fields::of(node), report)).unwrap_or_default(),
        errors: errors(fields),
        vetted: vetted(fields),
        renamed: Renamed(renamed.collect()),
        languages: languages(fields, &language, report),
        language,
    }
}

/// Every language but that of the source.
fn languages(fields: Fields, source: &str, report: &mut Report) -> Vec<String> {
    let nodes = fields.list("languages").iter();
    nodes
        .filter_map(|node| {
            let name = text(node)?;
            if name == source {
                return wrong_type(node, &format!("another language than the source's, `{source}`"), report);
            }
            Some(name)
        })
        .collect()
}

/// `errors`, by the words of [`ERRORS`].
fn errors(fields: Fields) -> [f64; 3] {
    let said = fields.get("errors").map(Fields::of);
    let share = |at: usize| said?.number(ERRORS[at]).filter(|share| (0.0..=1.0).contains(share));
    [0, 1, 2].map(|at| share(at).unwrap_or(USUAL_ERRORS[at]))
}

fn scales(fields: Fields, report: &mut Report) -> Scales {
    Scales {
        given: Scale::read(fields, "given", GIVEN, 1.0, report),
        common: Scale::read(fields, "common", COMMON, MOST, report),
        effort: Scale::read(fields, "effort", EFFORT, MOST, report),
        cost: Scale::read(fields, "cost", COST, MOST, report),
    }
}

fn offered(fields: Fields, names: &Names, report: &mut Report) -> Vec<String> {
    let mut offered: Vec<String> = Vec::new();
    for node in fields.list("offered").iter().chain(fields.list("also-offered")) {
        let known = text(node).filter(|id| names.symptom(id, &node.span, report).is_some());
        offered.extend(known.filter(|id| !offered.contains(id)));
    }
    offered
}
