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
}

impl Measurement {
    /// `L2, 2 codes`.
    fn name(&self) -> String {
        let recipe = self.study.recipe;
        match (recipe.level, recipe.codes) {
            (Level::L0, _) => "L0, answers only".to_owned(),
            (level, 1) => format!("{}, 1 code", level.name()),
            (level, codes) => format!("{}, {codes} codes", level.name()),
        }
    }

    /// Identifiable cases that all their codes did not confirm.
    fn never_confirmed(&self) -> usize {
        self.accuracy.total.identifiable - self.accuracy.needed.values().sum::<usize>()
    }
}

/// Whose cases were measured, in words.
fn people(study: &Study) -> String {
    match study.people {
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
