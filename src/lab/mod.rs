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
mod telling;
mod traces;
mod world;

use fastrand::Rng;

use crate::case::Case;

pub use collection::collection;
pub use fault::{ANSWERS_ONLY, Fault, family};
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
    /// What it shows, in coarse words: specimens with the same words are alike to whoever looks. Empty in the tidy
    /// laboratory, where it is known what could have left the same.
    pub traces: String,
}

impl Specimen {
    /// The family of its cause; `None` where it has none.
    pub fn family(&self) -> Option<&'static str> {
        family(self.cause)
    }

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
    in_the_world: bool,
    /// The service that all specimens share.
    shared: Option<Shared>,
    made: u64,
}

/// A service of many people, who come within an hour.
#[derive(Debug, Clone, Copy)]
struct Shared {
    /// Seconds since 1970 when the first may come.
    since: i64,
    /// Seconds that its clock is ahead, where that is its fault.
    ahead: i64,
}

/// Within so many seconds the people of one service come.
const AN_HOUR: i64 = 3_600;
/// What that service is called.
const ONE_SERVICE: &str = "one-service";

impl Bench {
    /// A bench that makes specimens by `recipe`.
    pub fn new(seed: u64, recipe: Recipe) -> Self {
        Self { rng: Rng::with_seed(seed), recipe, offset: None, in_the_world: false, shared: None, made: 0 }
    }

    /// The same bench, with every wrong clock of a device that many seconds off; negative: behind. `None` where the
    /// services forgive so little ([`FORGIVEN`]), so that no code would ever be refused.
    #[must_use]
    pub fn with_offset(self, seconds: i64) -> Option<Self> {
        (seconds.abs() >= FORGIVEN).then_some(Self { offset: Some(seconds), ..self })
    }

    /// The same bench out in the world: people know minutes or nothing of when it was, have several devices, and go on after
    /// the fault; services have clocks, machines and periods of their own.
    #[must_use]
    pub fn in_the_world(self) -> Self {
        Self { in_the_world: true, ..self }
    }

    /// The same bench, whose specimens are all of one service within an hour, each of somebody else. Where its clock is the
    /// fault, it is off by the same for all.
    #[must_use]
    pub fn of_one_service(mut self) -> Self {
        let sign = if self.rng.bool() { 1 } else { -1 };
        let ahead = sign * self.rng.i64(120..=1_200);
        self.shared = Some(Shared { since: scene::YEAR.start + self.rng.i64(0..300 * 86_400), ahead });
        self
    }

    /// A specimen of one fault: it is played until the service refuses, as it does in every case that comes to a doctor.
    pub fn make(&mut self, fault: Fault) -> Specimen {
        self.made += 1;
        loop {
            let mut scene = Scene::open(&mut self.rng, self.recipe.codes.max(1), self.offset);
            if let Some(shared) = self.shared {
                scene.at = shared.since + scene.rng.i64(0..AN_HOUR);
                scene.service_ahead = Some(shared.ahead);
            }
            if self.in_the_world {
                world::before(&mut scene, fault);
            }
            let doubt = fault.play(&mut scene);
            if self.in_the_world {
                world::after(&mut scene, fault);
            }
            let Some((mut case, fits)) = scene.refused(self.recipe.level) else { continue };
            // Time underway can make a late code of a good one.
            if self.in_the_world && fits != fault.fits() {
                continue;
            }
            case.id = Some(format!("lab-{}", self.made));
            self.name_people(&mut case);
            if self.shared.is_some() {
                case.service.id = Some(ONE_SERVICE.to_owned());
            }
            let hidden = self.hidden(fault, doubt);
            let traces = if self.in_the_world { traces::traces(&case, fault) } else { String::new() };
            return Specimen { case, cause: fault.cause, with: fault.with, hidden, fits, traces };
        }
    }

    /// Each specimen is of somebody else, and so is what is another's in it.
    fn name_people(&self, case: &mut Case) {
        let owners = case.entries.iter_mut().map(|known| &mut known.owner);
        for name in owners.chain([&mut case.person]).flatten() {
            name.push_str(&self.made.to_string());
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
