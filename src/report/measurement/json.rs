use serde::Serialize;

use super::{Measurement, faults};
use crate::lab::Level;
use crate::rehearse::{BINS, People, Share};
use crate::report::json::{significant, written};

#[derive(Serialize)]
struct Document<'a> {
    schema: u8,
    seed: u64,
    cases: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    world: bool,
    people: &'static str,
    /// Absent where they err as the knowledge says.
    #[serde(skip_serializing_if = "Option::is_none")]
    errs: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    measurements: Vec<JsonMeasurement<'a>>,
}

#[derive(Serialize)]
struct JsonMeasurement<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<usize>,
    #[serde(flatten)]
    total: Counts,
    likely: usize,
    confirmed: usize,
    false_confirmed: usize,
    expected_false: f64,
    admitted_false: f64,
    brier: f64,
    calibration_error: f64,
    calibration: Vec<Tenth>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes_needed: Option<Vec<Needed>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    never_confirmed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds_per_case: Option<f64>,
    causes: Vec<Row<'a>>,
    confusion: Vec<Confused<'a>>,
    near_misses: Vec<Near<'a>>,
    not_identifiable: Vec<Hidden<'a>>,
}

#[derive(Serialize)]
struct Counts {
    cases: usize,
    first: usize,
    kin_first: usize,
    identifiable: usize,
    identifiable_first: usize,
    identifiable_kin_first: usize,
    identifiable_confirmed: usize,
}

#[derive(Serialize)]
struct Tenth {
    from: f64,
    to: f64,
    cases: usize,
    stated: f64,
    right: usize,
}

#[derive(Serialize)]
struct Needed {
    codes: usize,
    cases: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    cause: &'a str,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Confused<'a> {
    cause: &'a str,
    named: &'a str,
    cases: usize,
    confirmed: usize,
}

#[derive(Serialize)]
struct Near<'a> {
    cause: &'a str,
    other: &'a str,
    named: usize,
    confirmed: usize,
    behind: usize,
}

#[derive(Serialize)]
struct Hidden<'a> {
    reason: &'a str,
    cases: usize,
}

/// One line, without the newline; version 1 (`docs/formats.md`). Empty where nothing was measured.
pub fn json(all: &[Measurement]) -> String {
    let Some(first) = all.first() else { return String::new() };
    let several = faults(all).len() > 1;
    let (people, fault) = match first.study.people {
        People::With(_) if several => ("each-fault", None),
        People::AsKnown => ("as-known", None),
        People::OneNotchOff => ("one-notch-off", None),
        People::RandomCodes => ("random-codes", None),
        People::With(fault) => ("with-fault", Some(fault.id())),
    };
    written(&Document {
        schema: 1,
        seed: first.study.seed,
        cases: first.study.cases,
        world: first.study.world,
        people,
        errs: Some(first.study.errs).filter(|times| (times - 1.0).abs() > f64::EPSILON),
        fault,
        measurements: all.iter().map(|one| measurement(one, several)).collect(),
    })
}

fn measurement(measured: &Measurement, several: bool) -> JsonMeasurement<'_> {
    let (recipe, accuracy) = (measured.study.recipe, &measured.accuracy);
    let fault = match measured.study.people {
        People::With(fault) if several => Some(fault.id()),
        _ => None,
    };
    let tenths = accuracy.bins.iter().enumerate().map(|(number, bin)| Tenth {
        from: number as f64 / BINS as f64,
        to: (number + 1) as f64 / BINS as f64,
        cases: bin.cases,
        stated: significant(bin.stated / bin.cases.max(1) as f64),
        right: bin.right,
    });
    let confused = accuracy.cells.iter().filter(|(_, cell)| cell.named > 0);
    let confused =
        confused.map(|((cause, named), cell)| Confused { cause, named, cases: cell.named, confirmed: cell.confirmed });
    let near = accuracy.near_misses().into_iter().map(|near| Near {
        cause: near.cause,
        other: near.other,
        named: near.cell.named,
        confirmed: near.cell.confirmed,
        behind: near.cell.behind,
    });
    let needed = accuracy.needed.iter().map(|(codes, cases)| Needed { codes: *codes, cases: *cases });
    JsonMeasurement {
        fault,
        level: recipe.level.name(),
        codes: (recipe.level != Level::L0).then_some(recipe.codes),
        total: counts(accuracy.total),
        likely: accuracy.likely,
        confirmed: accuracy.confirmed,
        false_confirmed: accuracy.false_confirmed,
        expected_false: significant(accuracy.expected_false),
        admitted_false: significant(accuracy.admitted()),
        brier: significant(accuracy.brier()),
        calibration_error: significant(accuracy.calibration_error()),
        calibration: tenths.collect(),
        codes_needed: (!measured.study.world).then(|| needed.collect()),
        never_confirmed: (!measured.study.world).then(|| measured.never_confirmed()),
        milliseconds_per_case: measured.seconds_each.map(|seconds| significant(1_000.0 * seconds)),
        causes: accuracy.rows.iter().map(|(cause, share)| Row { cause, counts: counts(*share) }).collect(),
        confusion: confused.collect(),
        near_misses: near.collect(),
        not_identifiable: accuracy.hidden.iter().map(|(reason, cases)| Hidden { reason, cases: *cases }).collect(),
    }
}

fn counts(share: Share) -> Counts {
    Counts {
        cases: share.cases,
        first: share.first,
        kin_first: share.kin_first,
        identifiable: share.identifiable,
        identifiable_first: share.identifiable_first,
        identifiable_kin_first: share.identifiable_kin_first,
        identifiable_confirmed: share.identifiable_confirmed,
    }
}
