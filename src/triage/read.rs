use super::log::{CLOCK, Refusal};
use crate::case::{self, Case, CaseError, Fields};
use crate::verdict::UNKNOWN;

/// The longest name, in bytes: many of them have to be kept.
const LONGEST_NAME: usize = 256;
/// Fields that only a case has.
const OF_A_CASE: [&str; 6] = ["attempts", "expected", "entries", "answers", "symptom", "clock"];

/// What a line of a log may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// A case, still to be diagnosed.
    Case(Box<Case>),
    /// Diagnosed already.
    Refusal(Refusal),
}

/// Reads one line: a case, an answer, or a refusal (`docs/formats.md`).
///
/// # Errors
/// It is none of them; the first flaw, without a word of the line.
pub fn read(text: &str) -> Result<Line, CaseError> {
    let fields = case::document(text)?;
    if OF_A_CASE.iter().any(|field| fields.has(field)) {
        let case = case::read_fields(fields)?;
        let nodes = case.attempts.iter().map(|attempt| ("attempts", &attempt.node));
        let names = [("person", &case.person), ("app", &case.app), ("service.id", &case.service.id)];
        for (field, name) in names.into_iter().chain(nodes) {
            short(field, name.as_deref()).map_err(|error| CaseError { id: case.id.clone(), ..error })?;
        }
        return Ok(Line::Case(Box::new(case)));
    }
    let id = fields.shown("id");
    refusal(fields).map(Line::Refusal).map_err(|error| CaseError { id, ..error })
}

fn refusal(mut fields: Fields) -> Result<Refusal, CaseError> {
    match fields.integer("schema")? {
        None | Some(1) => {}
        Some(_) => return Err(flaw("schema", "expected 1, the only version that is known")),
    }
    if fields.has("error") {
        return Err(CaseError::at(String::new(), "the answer to a case that could not be read"));
    }
    let at = fields.interval("at")?.map(|at| at.from);
    let settled = fields.text("conclusion")?.is_none_or(|conclusion| conclusion.as_str() != "undetermined");
    let (cause, offset_seconds) =
        if fields.has("causes") { first_cause(&mut fields)? } else { (word(&mut fields)?, offset(&mut fields)?) };
    let clock = || CLOCK.to_owned();
    let cause = match cause {
        None => offset_seconds.map(|_| clock()),
        named => named.filter(|cause| cause != UNKNOWN),
    };
    Ok(Refusal {
        at,
        person: name(&mut fields, "person")?,
        app: name(&mut fields, "app")?,
        app_version: name(&mut fields, "app_version")?,
        node: name(&mut fields, "node")?,
        service: name(&mut fields, "service")?,
        cause: cause.filter(|_| settled),
        offset_seconds,
        tries: fields.count("tries", u32::MAX)?.unwrap_or(1) as usize,
    })
}

/// Of the causes of an answer the first that is a cause, and its shift if a clock is part of it.
fn first_cause(fields: &mut Fields) -> Result<(Option<String>, Option<i64>), CaseError> {
    let mut first = None;
    for (index, tree) in fields.list("causes")?.into_iter().enumerate() {
        let mut listed = Fields::of(tree, format!("causes[{index}]"))?;
        let Some(cause) = word(&mut listed)? else {
            return Err(flaw(&listed.at("cause"), "missing: expected the id of a cause"));
        };
        if cause == UNKNOWN {
            // Whatever comes behind it is less probable than nothing known.
            first = first.or(Some(cause));
            continue;
        }
        let with = listed.list("with")?.iter().any(|with| with.is(CLOCK));
        let shift = match listed.object("detail")? {
            Some(mut detail) if with || cause == CLOCK => offset(&mut detail)?,
            _ => None,
        };
        return Ok((first.or(Some(cause)), shift));
    }
    Ok((first, None))
}

/// The id of a cause.
fn word(fields: &mut Fields) -> Result<Option<String>, CaseError> {
    let cause = name(fields, "cause")?;
    let fits = |cause: &String| {
        cause.len() <= 64 && cause.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if cause.as_ref().is_some_and(|cause| !fits(cause)) {
        return Err(flaw(&fields.at("cause"), "expected the id of a cause, such as device-clock-off"));
    }
    Ok(cause.filter(|cause| !cause.is_empty()))
}

fn offset(fields: &mut Fields) -> Result<Option<i64>, CaseError> {
    let offset = fields.number("offset_seconds")?;
    if offset.is_some_and(|offset| offset.abs() > case::LARGEST_OFFSET) {
        return Err(flaw(&fields.at("offset_seconds"), "expected at most 200 years to either side, in seconds"));
    }
    Ok(offset.map(|offset| offset as i64))
}

fn name(fields: &mut Fields, field: &'static str) -> Result<Option<String>, CaseError> {
    let name = fields.name(field)?;
    short(&fields.at(field), name.as_deref())?;
    Ok(name)
}

fn short(place: &str, name: Option<&str>) -> Result<(), CaseError> {
    match name {
        Some(name) if name.len() > LONGEST_NAME => Err(flaw(place, &format!("longer than {LONGEST_NAME} bytes"))),
        _ => Ok(()),
    }
}

fn flaw(place: &str, message: &str) -> CaseError {
    CaseError::at(place.to_owned(), message)
}
