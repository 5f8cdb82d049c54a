use regex_lite::Regex;
use thiserror::Error;

use super::fields::{Fields, expected};
use super::tree::Tree;
use super::{
    AtSource, Attempt, Case, ClockReading, Extent, KnownEntry, Outcome, Reference, ServiceClock, ServiceFacts, Status,
    TypedCode,
};
use crate::entry::{self, ReadEntry};

/// The largest case, in bytes.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The largest offset of a clock that is believed, in seconds: 200 years.
pub(crate) const LARGEST_OFFSET: f64 = 200.0 * 365.0 * 86_400.0;
/// The longest code, in characters.
const MAX_CODE: usize = 256;

/// Why a text is no case. It names places and never quotes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{message}", if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct CaseError {
    /// The field (`attempts[0].code`), or line and column where the text is not even JSON or YAML.
    pub place: String,
    /// What is wrong and what was expected.
    pub message: String,
    /// The case's id, if that much could be read.
    pub id: Option<String>,
}

impl CaseError {
    pub(crate) fn at(place: String, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), id: None }
    }
}

/// Reads one case from JSON or YAML.
///
/// # Errors
/// The text is too large, is neither JSON nor YAML, or a field is not as `docs/formats.md` says. The first flaw is
/// reported.
pub fn read(text: &str) -> Result<Case, CaseError> {
    read_fields(document(text)?)
}

/// The same from JSON alone, where no YAML comes.
///
/// # Errors
/// As there.
pub fn read_json(text: &str) -> Result<Case, CaseError> {
    bounded(text)?;
    read_fields(Fields::of(json(text)?, String::new())?)
}

/// The fields of one document, not yet understood.
pub(crate) fn document(text: &str) -> Result<Fields, CaseError> {
    bounded(text)?;
    Fields::of(parse(text)?, String::new())
}

fn bounded(text: &str) -> Result<(), CaseError> {
    if text.len() > MAX_BYTES {
        return Err(CaseError::at(String::new(), format!("larger than {} MiB", MAX_BYTES / 1024 / 1024)));
    }
    Ok(())
}

/// The case that the fields are.
pub(crate) fn read_fields(fields: Fields) -> Result<Case, CaseError> {
    let id = fields.shown("id");
    case(fields).map_err(|error| CaseError { id, ..error })
}

fn place(line: u64, column: u64) -> String {
    format!("line {line}, column {column}")
}

fn json(text: &str) -> Result<Tree, CaseError> {
    serde_json::from_str(text).map_err(|error| {
        let duplicate = error.is_data();
        let place = place(error.line() as u64, error.column() as u64);
        CaseError::at(place, if duplicate { "the same field twice" } else { "not valid JSON here" })
    })
}

fn parse(text: &str) -> Result<Tree, CaseError> {
    if text.trim_start().starts_with('{') {
        return json(text);
    }
    let budget = serde_saphyr::budget! { max_depth: 16, max_nodes: 200_000, max_anchors: 0 };
    let options = serde_saphyr::options! { budget: budget, strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map_or_else(String::new, |at| place(at.line(), at.column()));
        CaseError::at(place, "neither JSON nor YAML here, or the same field twice")
    })
}

fn case(mut fields: Fields) -> Result<Case, CaseError> {
    let (clock, clock_of) = fields.object("clock")?.map(clock).transpose()?.unzip();
    let case = Case {
        id: fields.name("id")?,
        person: fields.name("person")?,
        device: fields.name("device")?,
        app: fields.name("app")?,
        symptom: fields.name("symptom")?,
        expected: uri(&mut fields, "expected")?.map(|read| read.entry),
        service: fields.object("service")?.map_or_else(|| Ok(ServiceFacts::default()), service)?,
        clock,
        clock_of: clock_of.flatten(),
        entries: each(&mut fields, "entries", known_entry)?,
        entries_are: fields
            .word("entries_are", &[("exported", Extent::Exported), ("all", Extent::All)])?
            .unwrap_or_default(),
        attempts: each(&mut fields, "attempts", attempt)?,
        answers: fields.words("answers")?.into_iter().collect(),
    };
    fields.finish()?;
    let ids: Vec<&String> = case.entries.iter().filter_map(|known| known.id.as_ref()).collect();
    if let Some(index) = (1..ids.len()).find(|&index| ids[..index].contains(&ids[index])) {
        let place = case.entries.iter().rposition(|known| known.id.as_ref() == Some(ids[index])).unwrap_or(index);
        return Err(CaseError::at(format!("entries[{place}].id"), "an earlier entry has the same id"));
    }
    let unnamed = case.attempts.iter().enumerate().find(|(_, attempt)| {
        attempt.entry.is_some() && !case.entries.iter().any(|known| known.id.is_some() && known.id == attempt.entry)
    });
    if let Some((index, _)) = unnamed {
        return Err(CaseError::at(format!("attempts[{index}].entry"), "no entry of `entries` has this id"));
    }
    Ok(case)
}

fn each<T>(
    fields: &mut Fields,
    name: &'static str,
    read: impl Fn(Fields) -> Result<T, CaseError>,
) -> Result<Vec<T>, CaseError> {
    let place = fields.at(name);
    let items = fields.list(name)?.into_iter().enumerate();
    items.map(|(index, tree)| read(Fields::of(tree, format!("{place}[{index}]"))?)).collect()
}

fn uri(fields: &mut Fields, name: &'static str) -> Result<Option<ReadEntry>, CaseError> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    let read = entry::read(&text).map_err(|error| CaseError::at(fields.at(name), error.to_string()))?;
    Ok(Some(read))
}

fn service(mut fields: Fields) -> Result<ServiceFacts, CaseError> {
    let facts = ServiceFacts {
        id: fields.name("id")?,
        past: fields.count("past", 2880)?,
        future: fields.count("future", 2880)?,
        last_used_step: fields.integer("last_used_step")?,
        watermark: fields.integer("watermark")?,
        learnt_skew: fields.integer("learnt_skew")?,
        locked: fields.bool("locked")?,
        session_age: fields.count("session_age", u32::MAX)?,
        session_limit: fields.count("session_limit", u32::MAX)?,
        factor_enabled: fields.bool("factor_enabled")?,
        failed_other_factor: fields.bool("failed_other_factor")?,
        look_ahead: fields.count("look_ahead", 100_000)?,
        recovery_form: fields.name("recovery_form")?,
        clock: fields.object("clock")?.map(service_clock).transpose()?,
    };
    if facts.learnt_skew.is_some_and(|skew| skew.abs() > 1_000_000) {
        return Err(CaseError::at(fields.at("learnt_skew"), "expected at most a million steps to either side"));
    }
    if facts.recovery_form.as_ref().is_some_and(|form| form.len() > 200 || Regex::new(form).is_err()) {
        return Err(CaseError::at(fields.at("recovery_form"), "expected a regular expression of at most 200 bytes"));
    }
    fields.finish().map(|()| facts)
}

fn clock(mut fields: Fields) -> Result<(ClockReading, Option<String>), CaseError> {
    let (offset_seconds, uncertainty_seconds) = reading(&mut fields, "device")?;
    let device = fields.name("device")?;
    fields.finish().map(|()| (ClockReading { offset_seconds, uncertainty_seconds }, device))
}

fn service_clock(mut fields: Fields) -> Result<ServiceClock, CaseError> {
    let (offset_seconds, uncertainty_seconds) = reading(&mut fields, "service")?;
    let references = [("time-server", Reference::TimeServer), ("this-computer", Reference::ThisComputer)];
    let against = fields.word("against", &references)?;
    fields.finish().map(|()| ServiceClock { offset_seconds, uncertainty_seconds, against })
}

/// An offset and its uncertainty, both in seconds.
fn reading(fields: &mut Fields, whose: &str) -> Result<(f64, f64), CaseError> {
    let offset = fields.number("offset_seconds")?;
    let uncertainty = fields.number("uncertainty_seconds")?.unwrap_or(1.0);
    let Some(offset_seconds) = offset else {
        let message = format!("expected seconds, negative where the {whose} is behind");
        return Err(CaseError::at(fields.at("offset_seconds"), message));
    };
    if offset_seconds.abs() > LARGEST_OFFSET {
        return Err(CaseError::at(
            fields.at("offset_seconds"),
            "expected at most 200 years to either side, in seconds",
        ));
    }
    if uncertainty < 0.0 {
        return Err(CaseError::at(fields.at("uncertainty_seconds"), "expected seconds, 0 or more"));
    }
    Ok((offset_seconds, uncertainty))
}

fn known_entry(mut fields: Fields) -> Result<KnownEntry, CaseError> {
    let Some(read) = uri(&mut fields, "uri")? else {
        return Err(CaseError::at(fields.at("uri"), "missing: expected an otpauth URI"));
    };
    let statuses = Status::ALL.map(|status| (status.name(), status));
    let known = KnownEntry {
        id: fields.name("id")?,
        entry: read.entry,
        status: fields.word("status", &statuses)?,
        owner: fields.name("owner")?,
        device: fields.name("device")?,
        created: fields.instant("created")?,
        revoked: fields.instant("revoked")?,
        assumed: read.assumed,
        discarded: fields.bool("discarded")?.unwrap_or(false),
    };
    fields.finish().map(|()| known)
}

fn attempt(mut fields: Fields) -> Result<Attempt, CaseError> {
    let code = match fields.take("code") {
        Some(Tree::Text(text)) if text.chars().count() <= MAX_CODE => TypedCode::new((*text).clone()),
        Some(Tree::Text(_)) => {
            return Err(CaseError::at(fields.at("code"), format!("longer than {MAX_CODE} characters")));
        }
        Some(Tree::Integer(_) | Tree::Float(_)) => {
            let way_out = "put the code in quotes: a number loses its leading zeros";
            return Err(CaseError::at(fields.at("code"), way_out));
        }
        Some(other) => return Err(expected(&fields.at("code"), "a text in quotes", &other)),
        None => return Err(CaseError::at(fields.at("code"), "missing: expected what was typed, in quotes")),
    };
    let outcome = match fields.take_with_null("accepted") {
        None | Some(Tree::Bool(false)) => Outcome::Refused,
        Some(Tree::Bool(true)) => Outcome::Accepted,
        Some(Tree::Null) => Outcome::Untried,
        Some(other) => return Err(expected(&fields.at("accepted"), "true, false or null", &other)),
    };
    let sources = AtSource::ALL.map(|source| (source.name(), source));
    let attempt = Attempt {
        code,
        at: fields.interval("at")?,
        at_source: fields.word("at_source", &sources)?,
        outcome,
        entry: fields.name("entry")?,
        device: fields.name("device")?,
        node: fields.name("node")?,
    };
    fields.finish().map(|()| attempt)
}
