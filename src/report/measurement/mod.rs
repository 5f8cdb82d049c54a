//! How often the diagnosis was right, as text, Markdown, JSON or a picture.
//!
//! The one idea: all of them are written from the same [`Measurement`], counted by `rehearse`. It must not count
//! anything itself.

mod figure;
mod json;
mod text;

use crate::lab::Level;
use crate::rehearse::{Accuracy, People, Study};

pub use figure::figure;
pub use json::json;
pub use text::{markdown, text};

/// A study and what came of it.
#[derive(Debug, Clone)]
pub struct Measurement {
    /// What was measured.
    pub study: Study,
    /// What was counted.
    pub accuracy: Accuracy,
    /// Seconds that a thread took for a case, on average, where that was asked for.
    pub seconds_each: Option<f64>,
}

impl Measurement {
    /// `L2, 2 codes`; of one fault `old-entry, L2, 2 codes`.
    fn name(&self) -> String {
        let recipe = self.study.recipe;
        let told = match (recipe.level, recipe.codes) {
            (Level::L0, _) => "L0, answers only".to_owned(),
            (level, 1) => format!("{}, 1 code", level.name()),
            (level, codes) => format!("{}, {codes} codes", level.name()),
        };
        match self.study.people {
            People::With(fault) => format!("{}, {told}", fault.id()),
            _ => told,
        }
    }

    /// Identifiable cases that all their codes did not confirm.
    fn never_confirmed(&self) -> usize {
        self.accuracy.total.identifiable - self.accuracy.needed.values().sum::<usize>()
    }
}

/// The faults that all cases have, each once, where each case has a certain one.
fn faults(all: &[Measurement]) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    for measured in all {
        if let People::With(fault) = measured.study.people
            && !faults.contains(&fault.id())
        {
            faults.push(fault.id());
        }
    }
    faults
}

/// Whose cases were measured, in words.
fn people(all: &[Measurement]) -> String {
    let Some(first) = all.first() else { return String::new() };
    let errs = match first.study.errs {
        times if (times - 1.0).abs() < f64::EPSILON => String::new(),
        times => format!("; people err {times} times as often"),
    };
    whose(first, all) + &errs
}

/// The same without how they answer.
fn whose(first: &Measurement, all: &[Measurement]) -> String {
    match first.study.people {
        People::With(_) if faults(all).len() > 1 => "every fault by itself".to_owned(),
        People::AsKnown => "faults as common as the knowledge says".to_owned(),
        People::OneNotchOff => "faults one notch more or less common than the knowledge says".to_owned(),
        People::RandomCodes => "invented codes, in which there is nothing to find".to_owned(),
        People::With(fault) => format!("all with {}", fault.id()),
    }
}

/// A share in percent, one place; a dash where there is nothing to share.
fn share(part: usize, of: usize) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / of as f64) }
}
