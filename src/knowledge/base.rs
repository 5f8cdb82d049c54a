//! `kb.yaml`: the numbers behind the words, and the symptoms that are offered. `phrases.yaml`: what the program says.
//!
//! The one idea: which words there are is fixed here; how much each of them weighs is knowledge, and stands in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::embedded::FILES;
use super::fields::{Fields, check_id, list, mapping, number, text, word, wrong_type};
use super::model::Numbers;
use super::names::Names;
use super::report::Report;
use super::yaml::{self, Node};

const GIVEN: &[&str] = &["never", "hardly-ever", "seldom", "half", "usually", "nearly-always"];
const COMMON: &[&str] = &["very-common", "common", "uncommon", "rare", "very-rare"];
const EFFORT: &[&str] = &["seconds", "minute", "minutes", "long"];
const COST: &[&str] = &["easy", "fetch"];

/// The most that a number may be: sums and products of a few of them stay numbers.
const MOST: f64 = 1e6;

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
            language: USUAL_LANGUAGE.to_owned(),
            languages: Vec::new(),
        }
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
            let numbers: Vec<f64> =
                words.iter().filter_map(|word| number(scale.required(word, report)?, 0.0, to, report)).collect();
            scale.finish(report);
            Some(numbers)
        });
        Self { words, numbers: numbers.unwrap_or_default() }
    }
}

/// Reads `kb.yaml`.
pub(super) fn read(root: &Node, names: &Names, report: &mut Report) -> Base {
    let Some(mut fields) = Fields::of_file(root, report) else { return Base::default() };
    if let Some(base) = fields.optional("base") {
        word(base, &["built-in", "none"], report);
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

/// The `phrases.yaml` of the built-in knowledge: what another one leaves out is taken from it.
pub(super) fn built_in_phrases() -> Option<Node> {
    let (path, bytes) = FILES.iter().find(|(path, _)| *path == "phrases.yaml")?;
    let text = std::str::from_utf8(bytes).ok()?;
    yaml::parse(&mut Report::new(path, text), 0..text.len())
}

/// Reads `phrases.yaml`: ids and sentences.
pub(super) fn read_phrases(root: &Node, report: &mut Report) -> BTreeMap<String, String> {
    let Some(fields) = Fields::of_file(root, report) else { return BTreeMap::new() };
    drop(fields);
    mapping(root, report)
        .iter()
        .filter(|(key, _)| key.text != "schema")
        .filter_map(|(key, value)| {
            check_id(&key.text, &key.span, report)?;
            Some((key.text.clone(), text(value, report)?))
        })
        .collect()
}
