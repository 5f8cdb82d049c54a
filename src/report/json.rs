//! A diagnosis, what is wrong with a text, or how scenarios came out, as JSON, version 1 (`docs/formats.md`).

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use super::clocks::{self, Clock};
use super::text;
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::Detail;
use crate::rehearse::{Coverage, CoveredPart, Gap, Miss, Rehearsal, Scenario, Tally};
use crate::speech::foreign::InertJson;
use crate::triage::Refusal;
use crate::verdict::{EvidenceSource, Ranked, UNKNOWN};

/// Causes less probable than this are left out, `unknown` excepted.
const LEAST: f64 = 0.001;

#[derive(Serialize)]
struct Answer<'a> {
    schema: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    conclusion: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    causes: Vec<ListedCause<'a>>,
    evidence: Vec<Evidence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chance: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clocks: Vec<Clock<'a>>,
    next: Step<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guesses: Option<usize>,
    #[serde(flatten)]
    login: Option<Login<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// Whose login it was, when and where.
#[derive(Serialize)]
pub(super) struct Login<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "is_one")]
    tries: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_seconds: Option<(i64, i64)>,
}

impl<'a> Login<'a> {
    pub(super) fn of(refusal: &'a Refusal) -> Self {
        Self {
            at: refusal.at.and_then(instant),
            person: refusal.person.as_deref(),
            app: refusal.app.as_deref(),
            app_version: refusal.app_version.as_deref(),
            node: refusal.node.as_deref(),
            network: refusal.network.as_deref(),
            service: refusal.service.as_deref(),
            tries: refusal.tries,
            window_seconds: refusal.window_seconds,
        }
    }
}

/// A time as RFC 3339 writes it, where it can.
pub(super) fn instant(at: i64) -> Option<String> {
    Some(DateTime::from_timestamp(at, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(number: &usize) -> bool {
    *number <= 1
}

#[derive(Serialize)]
struct ListedCause<'a> {
    cause: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    with: &'a [String],
    probability: f64,
    #[serde(skip_serializing_if = "Detail::is_empty")]
    detail: &'a Detail,
}

#[derive(Serialize)]
struct Evidence<'a> {
    source: &'static str,
    id: &'a str,
    finding: String,
    ratio: f64,
    r#for: &'a str,
}

#[derive(Serialize)]
struct Step<'a> {
    r#do: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    schema: u8,
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    error: &'a str,
}

/// One line, without the newline.
pub fn answer(subject: &super::Subject<'_>) -> String {
    let diagnosis = subject.diagnosis;
    let verdict = diagnosis.verdict.as_ref();
    let shown = |one: &&Ranked| one.probability >= LEAST || one.cause == UNKNOWN;
    let causes = verdict.into_iter().flat_map(|verdict| &verdict.causes).filter(shown).map(|one| ListedCause {
        cause: &one.cause,
        with: &one.with,
        probability: probability(one.probability),
        detail: &one.detail,
    });
    let evidence = verdict.into_iter().flat_map(|verdict| &verdict.evidence).map(|piece| Evidence {
        source: source(piece.source),
        id: &piece.id,
        finding: text::finding(piece, subject),
        ratio: significant(piece.ratio),
        r#for: &piece.cause,
    });
    let (r#do, id) = diagnosis.step.next.told();
    let undecided = if diagnosis.is_open() { "undetermined" } else { "decided" };
    written(&Answer {
        schema: 1,
        id: diagnosis.id.as_deref(),
        conclusion: verdict.map_or(undecided, |verdict| verdict.conclusion.name()),
        family: verdict.and_then(|verdict| verdict.family.as_deref()),
        causes: causes.collect(),
        evidence: evidence.collect(),
        chance: verdict.map(|verdict| significant(verdict.chance)),
        clocks: clocks::read(subject),
        next: Step { r#do, id },
        guesses: diagnosis.guesses,
        login: subject.refusal.as_ref().map(Login::of),
        notes: diagnosis.notes.iter().map(|note| text::note(note, subject)).collect(),
    })
}

#[derive(Serialize)]
struct Flaws<'a> {
    schema: u8,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Flaw<'a>>,
}

#[derive(Serialize)]
pub(super) struct Flaw<'a> {
    code: &'static str,
    severity: String,
    path: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    line: usize,
    #[serde(skip_serializing_if = "is_zero")]
    column: usize,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What is wrong with texts that may be shown, each flaw with the path to name; without the newline.
pub fn diagnostics<'a>(found: impl Iterator<Item = (&'a Diagnostic, &'a str)>) -> String {
    written(&flaws(found))
}

fn flaws<'a>(found: impl Iterator<Item = (&'a Diagnostic, &'a str)>) -> Flaws<'a> {
    let (mut errors, mut warnings) = (0, 0);
    let mut counted = |(one, path): (&'a Diagnostic, &'a str)| {
        errors += usize::from(one.severity == Severity::Error);
        warnings += usize::from(one.severity == Severity::Warning);
        flaw(one, path)
    };
    let diagnostics = found.map(&mut counted).collect();
    Flaws { schema: 1, errors, warnings, diagnostics }
}

/// A flaw with the path to name.
pub(super) fn flaw<'a>(one: &'a Diagnostic, path: &'a str) -> Flaw<'a> {
    Flaw {
        code: one.code,
        severity: one.severity.to_string(),
        path,
        line: one.place.line,
        column: one.place.column,
        message: &one.message,
        help: one.help.as_deref(),
    }
}

#[derive(Serialize)]
struct Scenarios<'a> {
    #[serde(flatten)]
    flaws: Flaws<'a>,
    tests: Outcomes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<Outcomes<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Touched<'a>>,
}

#[derive(Serialize)]
struct Touched<'a> {
    parts: Vec<Touching>,
    gaps: Vec<Untouched<'a>>,
}

#[derive(Serialize)]
struct Touching {
    part: &'static str,
    touched: usize,
    of: usize,
}

#[derive(Serialize)]
struct Untouched<'a> {
    part: &'static str,
    id: &'a str,
    path: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Outcomes<'a> {
    scenarios: usize,
    yours: usize,
    right: usize,
    misses: Vec<Missed<'a>>,
}

#[derive(Serialize)]
struct Missed<'a> {
    scenario: &'a str,
    path: &'a str,
    line: usize,
    yours: bool,
    differs: &'a [String],
}

/// How scenarios came out, with the flaws of the knowledge; `shown` gives the path to name, and `is_yours` says of which the
/// user wrote the file. Those that were reported are left out where none was run. Without the newline.
pub fn rehearsal<'a>(
    rehearsal: &'a Rehearsal<'a>,
    coverage: Option<&'a Coverage>,
    found: impl Iterator<Item = (&'a Diagnostic, &'a str)>,
    shown: impl Fn(&'a str) -> &'a str,
    is_yours: impl Fn(&Scenario) -> bool,
) -> String {
    let outcomes = |tally: &'a Tally<'a>| {
        let described = |one: &'a Miss<'a>| Missed {
            scenario: &one.scenario.name,
            path: shown(&one.scenario.place.path),
            line: one.scenario.place.line,
            yours: is_yours(one.scenario),
            differs: &one.differs,
        };
        let misses = tally.misses.iter().map(described).collect();
        let yours = tally.of.iter().filter(|one| is_yours(one)).count();
        Outcomes { scenarios: tally.of.len(), yours, right: tally.right(), misses }
    };
    let tests = outcomes(&rehearsal.tests);
    let reported = Some(&rehearsal.reported).filter(|tally| !tally.of.is_empty()).map(outcomes);
    let touched = |coverage: &'a Coverage| {
        let parts = CoveredPart::ALL.iter().zip(coverage.counts);
        let parts = parts.map(|(part, (touched, of))| Touching { part: part.name(), touched, of }).collect();
        let gaps = coverage.gaps.iter();
        let gap = |gap: &'a Gap| Untouched {
            part: gap.part.name(),
            id: &gap.id,
            path: shown(&gap.place.path),
            line: gap.place.line,
        };
        Touched { parts, gaps: gaps.map(gap).collect() }
    };
    let coverage = coverage.map(touched);
    written(&Scenarios { flaws: flaws(found), tests, reported, coverage })
}

/// The line for a case that could not be read; `line` counts from 1.
pub fn unreadable(line: usize, id: Option<&str>, error: &str) -> String {
    written(&Unreadable { schema: 1, line, id, error })
}

pub(super) fn written(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, InertJson);
    // Writing plain structs to memory cannot fail.
    let _ = value.serialize(&mut serializer);
    String::from_utf8(bytes).unwrap_or_default()
}

fn source(source: EvidenceSource) -> &'static str {
    use crate::finding::Source;
    match source {
        EvidenceSource::Probe(Source::Codes) => "codes",
        EvidenceSource::Probe(Source::Clock) => "clock",
        EvidenceSource::Probe(Source::Service) => "service",
        EvidenceSource::Probe(Source::Entries) => "entries",
        EvidenceSource::Probe(Source::ServiceClock) => "service-clock",
        EvidenceSource::Answer => "answer",
        EvidenceSource::Remedy => "remedy",
        EvidenceSource::Helped => "helped",
    }
}

/// To three significant digits of itself or of what is missing to 1, so that certainty never rounds to 1.
fn probability(value: f64) -> f64 {
    if value > 0.5 { 1.0 - significant(1.0 - value) } else { significant(value) }
}

/// To three significant digits.
pub(super) fn significant(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}
