//! The laboratory: makes cases whose cause is known.
//!
//! The one idea: a specimen is made by playing the fault out: a service that verifies, an authenticator that shows codes,
//! a person who types, and their clocks. It shares only `otp`, `entry` and `case` with the solver, so that what the solver
//! assumes is not what the laboratory does. It must not read the knowledge: how common the faults are is passed in.

mod authenticator;
mod clock;
mod collection;
mod counter;
mod fault;
mod hand;
mod parameters;
mod scene;
mod secret;
mod service;
mod slip;
mod spelling;
mod state;

use fastrand::Rng;

use crate::case::Case;

pub use collection::collection;
pub use fault::{ANSWERS_ONLY, Fault};
pub use scene::FORGIVEN;

use fault::{SERVICE_HIDDEN, TOO_FEW_CODES};
use scene::Scene;

/// What is known to the one who diagnoses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No code and no secret; answers are added by those who know the questions.
    L0,
    /// The device's entries, not what the service holds.
    L1,
    /// The service's secret and facts too.
    L2,
}

impl Level {
    /// As written: `L0`, `L1`, `L2`.
    pub fn name(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
        }
    }
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// Codes per case, at least 1: the refused one, and those that the app shows afterwards.
    pub codes: usize,
    /// What the case tells.
    pub level: Level,
}

/// A case with its true cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Specimen {
    /// What is known.
    pub case: Case,
    /// The cause, `unknown` for a code of a secret that nobody listed.
    pub cause: &'static str,
    /// A second cause at work.
    pub with: Option<&'static str>,
    /// Why another fault could have left the same traces; `None` where no other could.
    pub hidden: Option<&'static str>,
    /// Whether the refused code is the one that the service waited for, so that something else refused it.
    pub fits: bool,
}

impl Specimen {
    /// Whether no other fault could have left the same traces.
    pub fn is_identifiable(&self) -> bool {
        self.hidden.is_none()
    }
}

/// One bench with its own random numbers: the same seed makes the same specimens.
#[derive(Debug)]
pub struct Bench {
    rng: Rng,
    recipe: Recipe,
    offset: Option<i64>,
    made: u64,
}

impl Bench {
    /// A bench that makes specimens by `recipe`.
    pub fn new(seed: u64, recipe: Recipe) -> Self {
        Self { rng: Rng::with_seed(seed), recipe, offset: None, made: 0 }
    }

    /// The same bench, with every wrong clock of a device that many seconds off; negative: behind. `None` where the
    /// services forgive so little ([`FORGIVEN`]), so that no code would ever be refused.
    #[must_use]
    pub fn with_offset(self, seconds: i64) -> Option<Self> {
        (seconds.abs() >= FORGIVEN).then_some(Self { offset: Some(seconds), ..self })
    }

    /// A specimen of one fault: it is played until the service refuses, as it does in every case that comes to a doctor.
    pub fn make(&mut self, fault: Fault) -> Specimen {
        self.made += 1;
        loop {
            let mut scene = Scene::open(&mut self.rng, self.recipe.codes.max(1), self.offset);
            let doubt = fault.play(&mut scene);
            let Some((mut case, fits)) = scene.refused(self.recipe.level) else { continue };
            case.id = Some(format!("lab-{}", self.made));
            let hidden = self.hidden(fault, doubt);
            return Specimen { case, cause: fault.cause, with: fault.with, hidden, fits };
        }
    }

    /// Why another fault could have left the same.
    fn hidden(&self, fault: Fault, doubt: Option<&'static str>) -> Option<&'static str> {
        let needed = match self.recipe.level {
            Level::L0 => return Some(ANSWERS_ONLY),
            Level::L1 => fault.codes_alone,
            Level::L2 => Some(fault.codes),
        };
        match needed {
            None => Some(SERVICE_HIDDEN),
            Some(needed) if self.recipe.codes < needed => Some(TOO_FEW_CODES),
            Some(_) => doubt,
        }
    }
}
