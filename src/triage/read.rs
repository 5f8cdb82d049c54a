use super::belief::{CLOCK, Told, is_forgiven, summed};
use super::log::Refusal;
use crate::case::{self, Case, CaseError, Fields};
use crate::verdict::{Conclusion, UNKNOWN};

/// The longest name, in bytes: many of them have to be kept.
const LONGEST_NAME: usize = 256;
/// The widest window, in seconds.
const LONGEST_WINDOW: i64 = 86_400;
/// Fields that only a case has.
const OF_A_CASE: [&str; 6] = ["attempts", "expected", "entries", "answers", "symptom", "clock"];
/// Fields of an answer and a refusal that say whose login it was, or why it was refused.
const TELLING: [&str; 7] = ["person", "node", "network", "cause", "causes", "offset_seconds", "tries"];
/// Fields that other files have too: they tell of a refusal only where nothing else stands beside them.
const BESIDE: [&str; 7] = ["at", "app", "app_version", "service", "id", "schema", "conclusion"];

const NO_OBJECT: &str = "no JSON object: expected in each line a case, an answer of `diagnose --json`, or a refusal such as {\"at\":\"2026-11-24T07:41:12Z\",\"person\":\"p7\",\"node\":\"auth-2\",\"cause\":\"old-entry\"}";
const NOTHING_KNOWN: &str = "nothing of a refused login: expected a case, an answer of `diagnose --json`, or at least one of at, person, app, node, network, service, cause, offset_seconds, tries";

/// What a line of a log may be.
// Most lines are refusals, and those are many.
#[allow(clippy::large_enum_variant)]
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
    if !text.trim_start().starts_with('{') {
        return Err(CaseError::at(String::new(), NO_OBJECT));
    }
    let fields = case::document(text)?;
    if OF_A_CASE.iter().any(|field| fields.has(field)) {
        let case = case::read_fields(fields)?;
        let nodes = case.attempts.iter().map(|attempt| ("attempts", &attempt.node));
        let names = [("person", &case.person), ("app", &case.app), ("service.id", &case.service.id)];
        let is_long = |name: &Option<String>| name.as_ref().is_some_and(|name| name.len() > LONGEST_NAME);
        if let Some((field, _)) = names.into_iter().chain(nodes).find(|(_, name)| is_long(name)) {
            return Err(CaseError { id: case.id.clone(), ..too_long(field) });
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
    let tells = TELLING.iter().any(|field| fields.has(field));
    let alone = ["at", "app", "service"].iter().any(|field| fields.has(field)) && fields.has_only(&BESIDE);
    if !tells && !alone {
        return Err(CaseError::at(String::new(), NOTHING_KNOWN));
    }
    let at = fields.interval("at")?.map(|at| at.from);
    let conclusion = conclusion(&mut fields)?;
    let window = window(&mut fields)?;
    // The short form has one cause, which may be confirmed as that of a family.
    let settled = if fields.has("causes") {
        let whole = fields.text("family")?.is_none();
        causes(&mut fields, |told| summed(told, conclusion, whole, window))?
    } else {
        let (cause, offset_seconds) = (word(&mut fields)?, offset(&mut fields)?);
        let implied = offset_seconds.filter(|offset| cause.is_none() && !is_forgiven(*offset, window)).map(|_| CLOCK);
        let cause = cause.as_deref().or(implied).unwrap_or(UNKNOWN);
        let told = |cause| Told { cause, with_clock: false, probability: None, offset_seconds };
        let told = [told(cause), told(CLOCK)];
        // Of a cause that is not settled the offset counts all the same.
        summed(&told[..if cause == UNKNOWN { 2 } else { 1 }], conclusion, false, window)
    };
    Ok(Refusal {
        at,
        person: name(&mut fields, "person")?,
        app: name(&mut fields, "app")?,
        app_version: name(&mut fields, "app_version")?,
        node: name(&mut fields, "node")?,
        network: name(&mut fields, "network")?,
        service: name(&mut fields, "service")?,
        tries: fields.count("tries", u32::MAX)?.unwrap_or(1) as usize,
        ..settled
    })
}

fn conclusion(fields: &mut Fields) -> Result<Conclusion, CaseError> {
    let word = |one: Conclusion| (one.name(), one);
    let words = [
        word(Conclusion::Confirmed),
        word(Conclusion::Likely),
        word(Conclusion::Undetermined),
        // A table decides or does not; it names no cause.
        ("decided", Conclusion::Undetermined),
    ];
    Ok(fields.word("conclusion", &words)?.unwrap_or(Conclusion::Likely))
}

/// How far clocks may be behind and ahead.
fn window(fields: &mut Fields) -> Result<Option<(i64, i64)>, CaseError> {
    const FIELD: &str = "window_seconds";
    if !fields.has(FIELD) {
        return Ok(None);
    }
    let place = fields.at(FIELD);
    let ends = fields.list(FIELD)?;
    let seconds = |tree: &case::Tree| tree.integer().filter(|seconds| (0..=LONGEST_WINDOW).contains(seconds));
    match &ends.iter().map(seconds).collect::<Option<Vec<i64>>>().as_deref() {
        Some([]) => Ok(None),
        Some([behind, ahead]) => Ok(Some((*behind, *ahead))),
        _ => Err(flaw(&place, "expected two whole numbers of seconds, behind and ahead, of at most a day each")),
    }
}

/// What the causes of an answer come to.
fn causes(fields: &mut Fields, summed: impl Fn(&[Told<'_>]) -> Refusal) -> Result<Refusal, CaseError> {
    let mut read = Vec::new();
    for (index, tree) in fields.list("causes")?.into_iter().enumerate() {
        let mut listed = Fields::of(tree, format!("causes[{index}]"))?;
        let Some(cause) = word(&mut listed)? else {
            return Err(flaw(&listed.at("cause"), "missing: expected the id of a cause"));
        };
        let probability = listed.number("probability")?;
        if probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(flaw(&listed.at("probability"), "expected a number from 0 to 1"));
        }
        let with_clock = listed.list("with")?.iter().any(|with| with.is(CLOCK));
        let offset = listed.object("detail")?.map(|mut detail| offset(&mut detail)).transpose()?.flatten();
        read.push((cause, with_clock, probability, offset));
    }
    let told: Vec<Told<'_>> = read
        .iter()
        .map(|(cause, with_clock, probability, offset_seconds)| Told {
            cause,
            with_clock: *with_clock,
            probability: *probability,
            offset_seconds: *offset_seconds,
        })
        .collect();
    Ok(summed(&told))
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
    match fields.name(field)? {
        Some(name) if name.len() > LONGEST_NAME => Err(too_long(&fields.at(field))),
        name => Ok(name),
    }
}

fn too_long(place: &str) -> CaseError {
    flaw(place, &format!("longer than {LONGEST_NAME} bytes"))
}

fn flaw(place: &str, message: &str) -> CaseError {
    CaseError::at(place.to_owned(), message)
}
