//! `kb.yaml`: the numbers behind the words, the symptoms that are offered, and the words that people are spared.
//!
//! The one idea: which words there are is fixed here; how much each of them weighs is knowledge, and stands in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fields::{Fields, check_id, list, number, text, word, wrong_type};
use super::model::Numbers;
use super::names::Names;
use super::release::Renamed;
use super::report::Report;
use super::wording::{Unwanted, Vetted};
use super::yaml::Node;

pub(super) const GIVEN: &[&str] = &["never", "hardly-ever", "seldom", "half", "usually", "nearly-always"];
pub(super) const COMMON: &[&str] = &["very-common", "common", "uncommon", "rare", "very-rare"];
pub(super) const EFFORT: &[&str] = &["seconds", "minute", "minutes", "long"];
pub(super) const COST: &[&str] = &["easy", "fetch"];
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
    pub(super) fn number(&self, node: &Node, report: &mut Report) -> Option<f64> {
        let at = word(node, self.words, report)?;
        self.numbers.get(at).copied()
    }

    /// The number behind the first word, which is what an absent one means.
    pub(super) fn least(&self) -> Option<f64> {
        self.numbers.first().copied()
    }

    fn read(
        fields: &mut Fields,
        name: &'static str,
        words: &'static [&'static str],
        to: f64,
        report: &mut Report,
    ) -> Self {
        let numbers = report.sound(|report| {
            let node = fields.required(name, report)?;
            let at = node.span.start..node.span.start;
            let mut scale = Fields::of(node, &at, report)?;
            let read = |word: &&'static str| {
                let node = scale.required(word, report)?;
                Some((number(node, 0.0, to, report)?, node.span.clone()))
            };
            let numbers: Vec<(f64, Range<usize>)> = words.iter().filter_map(read).collect();
            scale.finish(report);
            check_order(words, &numbers, report);
            Some(numbers.into_iter().map(|(number, _)| number).collect())
        });
        Self { words, numbers: numbers.unwrap_or_default() }
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
fn vetted(fields: &mut Fields, report: &mut Report) -> Vetted {
    let Some(node) = fields.optional("words") else { return Vetted::default() };
    let Some(mut fields) = Fields::of(node, &node.span, report) else { return Vetted::default() };
    let banned = fields.list("banned", report).iter().filter_map(|node| Some((text(node, report)?.into(), None)));
    let mut instead: Vec<(Unwanted, Option<String>)> = banned.collect();
    let preferred = fields.items("preferred", report).iter();
    instead.extend(preferred.filter_map(|(key, node)| Some((key.text.clone().into(), Some(text(node, report)?)))));
    fields.finish(report);
    Vetted { instead }
}

/// `renamed`: what has become of the names of older releases.
fn renamed(fields: &mut Fields, report: &mut Report) -> Renamed {
    let pairs = fields.items("renamed", report).iter();
    Renamed(pairs.filter_map(|(key, node)| Some((key.text.clone(), text(node, report)?))).collect())
}

/// Reads `kb.yaml`.
pub(super) fn read(root: &Node, names: &Names, report: &mut Report) -> Base {
    let Some(mut fields) = Fields::of_file(root, report) else { return Base::default() };
    if let Some(base) = fields.optional("base") {
        word(base, BASES, report);
    }
    let language = fields.optional("language").and_then(|node| language(node, report));
    let language = language.unwrap_or_else(|| USUAL_LANGUAGE.to_owned());
    let base = Base {
        version: fields.text("version", report).unwrap_or_default(),
        numbers: Numbers {
            unknown: weight(&mut fields, "unknown", report),
            escalation: weight(&mut fields, "escalation", report),
            failed_person: weight(&mut fields, "failed-person", report),
            failed_agent: weight(&mut fields, "failed-agent", report),
        },
        offered: offered(&mut fields, names, report),
        scales: scales(&mut fields, report),
        vetted: vetted(&mut fields, report),
        renamed: renamed(&mut fields, report),
        languages: languages(&mut fields, &language, report),
        language,
    };
    fields.finish(report);
    base
}

/// The name of a language, which is that of a folder: `de`, `pt-br`.
fn language(node: &Node, report: &mut Report) -> Option<String> {
    let name = text(node, report)?;
    check_id(&name, &node.span, report)?;
    Some(name)
}

/// Every language but that of the source.
fn languages(fields: &mut Fields, source: &str, report: &mut Report) -> Vec<String> {
    let nodes = fields.list("languages", report).iter();
    nodes
        .filter_map(|node| {
            let name = language(node, report)?;
            if name == source {
                return wrong_type(node, &format!("another language than the source's, `{source}`"), report);
            }
            Some(name)
        })
        .collect()
}

fn weight(fields: &mut Fields, name: &'static str, report: &mut Report) -> f64 {
    fields.required(name, report).and_then(|node| number(node, 0.0, MOST, report)).unwrap_or(NEUTRAL)
}

fn scales(fields: &mut Fields, report: &mut Report) -> Scales {
    let Some(node) = fields.required("scales", report) else { return Scales::default() };
    let at: Range<usize> = node.span.start..node.span.start;
    let Some(mut fields) = Fields::of(node, &at, report) else { return Scales::default() };
    let scales = Scales {
        given: Scale::read(&mut fields, "given", GIVEN, 1.0, report),
        common: Scale::read(&mut fields, "common", COMMON, MOST, report),
        effort: Scale::read(&mut fields, "effort", EFFORT, MOST, report),
        cost: Scale::read(&mut fields, "cost", COST, MOST, report),
    };
    fields.finish(report);
    scales
}

fn offered(fields: &mut Fields, names: &Names, report: &mut Report) -> Vec<String> {
    let Some(node) = fields.required("offered", report) else { return Vec::new() };
    list(node, report)
        .iter()
        .filter_map(|node| {
            let id = text(node, report)?;
            names.symptom(&id, &node.span, report)?;
            Some(id)
        })
        .collect()
}
