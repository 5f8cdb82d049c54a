//! Many refused logins at once: what most of them have in common.
//!
//! The one idea: what many different people share in a short time is not their fault. It counts people, never lines, and
//! tells for everything that it finds how likely it would be by luck. It must not keep a code, nor diagnose: each refusal
//! comes with its cause ([`crate::engine`]), or without one.

mod belief;
mod chance;
mod guess;
mod log;
mod place;
mod read;
mod shift;
mod sorting;
pub mod source;
mod surge;

use crate::verdict::{Conclusion, LUCK};

pub use belief::{Belief, Shares};
pub use log::{Log, Refusal};
pub use read::{Line, read};

/// Fewer people than this have nothing in common.
pub const ENOUGH: usize = 3;
/// What people share counts only if luck brings it about less often than this.
const LUCKY: f64 = 0.01;
/// What is more than a day apart has nothing in common, in seconds.
const DAY: i64 = 86_400;

/// What many refusals come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage {
    /// Refusals.
    pub lines: usize,
    /// Different people.
    pub people: usize,
    /// Lines that name nobody; each counts as a person.
    pub nameless: usize,
    /// Lines that could not be read.
    pub unreadable: usize,
    /// Lines that no cause is likely for; those that look like guessing left out.
    pub undetermined: usize,
    /// Different people with a clock that is off for a reason of its own.
    pub own_clocks: usize,
    /// Every line is in one of them, every person is counted in the first that has a line of theirs. What explains most
    /// comes first, and what explains nothing last.
    pub groups: Vec<Group>,
    /// For a picture: every line that has a time, with the index of its group.
    pub dots: Vec<Dot>,
}

/// Refusals that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they share.
    pub common: Common,
    /// The cause; `None`: undetermined.
    pub cause: Option<String>,
    /// Different people, those of an earlier group left out.
    pub people: usize,
    /// Refusals.
    pub lines: usize,
    /// The first, in seconds since 1970; `None`: a tenth of them or more has no time, so that nothing is known of a common one.
    pub since: Option<i64>,
    /// The last, likewise.
    pub until: Option<i64>,
}

/// What the refusals of a group have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Common {
    /// Device and service differ by the same amount.
    Shift(Shift),
    /// An app, a node or a network.
    Place {
        /// Which of them.
        place: CausePlace,
        /// Its name, foreign text.
        name: String,
        /// People with this cause whose app, node or network is known.
        among: usize,
        /// How many of the group would be there anyway.
        coincidences: f64,
        /// The chance that they share it by luck.
        luck: f64,
    },
    /// From some time on many more are refused than before, there or everywhere.
    Surge(Surge),
    /// Half of all people or more have this cause, far more than usual.
    Cause {
        /// The chance that so many have it by luck.
        luck: f64,
    },
    /// One account, on which somebody seems to guess.
    Guessing {
        /// Its person, foreign text; empty: nobody is named.
        person: String,
        /// Different codes.
        tries: usize,
    },
    /// Many accounts, which somebody seems to try from one network.
    Spraying {
        /// The network, foreign text.
        network: String,
        /// Different codes.
        tries: usize,
        /// The chance that so many people come from there by luck.
        luck: f64,
    },
    /// The cause, and nothing else.
    Nothing,
}

/// A shift that people share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// Device minus service, the median in seconds; negative: the devices are behind, the service is ahead.
    pub seconds: i64,
    /// The smallest and the largest.
    pub range: (i64, i64),
    /// Whether it has the size of a time zone.
    pub zone: bool,
    /// The service, foreign text; `None`: the file names none.
    pub service: Option<String>,
    /// The node, foreign text, if it was seen on no other.
    pub node: Option<String>,
    /// How many nodes it was seen on; 0: not known.
    pub nodes: usize,
    /// Where these people are and those with other troubles are not, with its name, a foreign text.
    pub tied: Option<(CausePlace, String)>,
    /// Whether it is proven of each of these devices, so that the service is not to blame.
    pub of_devices: bool,
    /// People of the service with any shift.
    pub among: usize,
    /// The chance that so many share one by luck.
    pub luck: f64,
    /// How many of them are to be expected whose own clock is off by the same amount.
    pub coincidences: f64,
}

/// Where a cause has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CausePlace {
    /// An authenticator app, perhaps with its version.
    App,
    /// A node of the service.
    Node,
    /// Where people come from.
    Network,
}

impl CausePlace {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Node => "node",
            Self::Network => "network",
        }
    }
}

impl Shift {
    /// Whether it is the clock of one node.
    pub fn is_uneven(&self) -> bool {
        matches!(self.tied, Some((CausePlace::Node, _))) && !self.of_devices
    }

    /// The cause that all of these people have.
    pub fn cause(&self) -> &'static str {
        match &self.tied {
            _ if self.of_devices => belief::CLOCK,
            Some((CausePlace::Node, _)) => "uneven-service-clocks",
            Some((CausePlace::App | CausePlace::Network, _)) => belief::CLOCK,
            None => "service-clock-off",
        }
    }
}

/// A time at which many more people are refused than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Surge {
    /// Where, with its name, a foreign text; `None`: everywhere.
    pub place: Option<(CausePlace, String)>,
    /// People who came while it lasts: there, and anywhere. Who comes again within an hour comes once.
    pub during: (usize, usize),
    /// The same of all other times.
    pub else_when: (usize, usize),
    /// How long it lasts, and how long all other times are, in seconds.
    pub seconds: (i64, i64),
    /// The chance that it is luck.
    pub luck: f64,
}

/// One line in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    /// Seconds since 1970.
    pub at: i64,
    /// Index of its group.
    pub group: usize,
    /// Device minus service, in seconds.
    pub shift: Option<i64>,
}

impl Triage {
    /// What explains most, if people have anything in common, or somebody guesses.
    pub fn lead(&self) -> Option<&Group> {
        self.groups.first().filter(|group| group.common != Common::Nothing)
    }
}

impl Group {
    /// How sure it is; a cause that is merely frequent, and what has no time, is likely at most.
    pub fn conclusion(&self) -> Conclusion {
        match &self.common {
            Common::Shift(Shift { luck, .. }) | Common::Place { luck, .. } if *luck <= LUCK && self.since.is_some() => {
                Conclusion::Confirmed
            }
            Common::Nothing | Common::Guessing { .. } | Common::Spraying { .. } => Conclusion::Undetermined,
            _ => Conclusion::Likely,
        }
    }

    /// Whether no cause is likely, and nobody seems to guess.
    pub fn is_undetermined(&self) -> bool {
        self.cause.is_none() && !matches!(self.common, Common::Guessing { .. } | Common::Spraying { .. })
    }

    /// Where it comes in the order: what people share, guessing, causes alone, what is undetermined.
    fn rank(&self) -> u8 {
        match (&self.common, &self.cause) {
            (Common::Shift(_) | Common::Place { .. } | Common::Surge(_) | Common::Cause { .. }, _) => 0,
            (Common::Spraying { .. } | Common::Guessing { .. }, _) => 1,
            (Common::Nothing, Some(_)) => 2,
            (Common::Nothing, None) => 3,
        }
    }
}
