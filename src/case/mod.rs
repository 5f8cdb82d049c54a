//! One refused login, with all that is known of it.
//!
//! The one idea: every field may be absent, and absent means unknown. A case is read from JSON or YAML by
//! [`read`] (format: `docs/formats.md`) and written by [`write`]; both speak only in places and our own words, for a case
//! is private. It must not judge: what a case means is for the probes.

mod fields;
mod read;
mod tree;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::entry::{Assumed, Entry};

pub(crate) use fields::Fields;
pub use read::{CaseError, read, read_json};
pub(crate) use read::{LARGEST_OFFSET, document, read_fields};
pub(crate) use tree::Tree;
pub use write::write;

/// Different codes refused, none of which anything explains, that look like guessing.
pub const GUESSES: usize = 10;
/// How many codes of a case count: the newest.
pub const NEWEST: usize = 8;

/// One refused login.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// Comes back in the answer.
    pub id: Option<String>,
    /// Whose login it was.
    pub person: Option<String>,
    /// The device that showed the codes.
    pub device: Option<String>,
    /// The authenticator app, an id of `knowledge/apps`.
    pub app: Option<String>,
    /// The symptom to diagnose; `invalid-code` if absent.
    pub symptom: Option<String>,
    /// The credential that the service checks.
    pub expected: Option<Entry>,
    /// What the service knows.
    pub service: ServiceFacts,
    /// The device's clock against a reference.
    pub clock: Option<ClockReading>,
    /// The device that `clock` is of; absent: the one that showed the refused codes.
    pub clock_of: Option<String>,
    /// The entries in the authenticator, or remembered by the service, in any order.
    pub entries: Vec<KnownEntry>,
    /// How much of the authenticator they are.
    pub entries_are: Extent,
    /// What was typed, in the order given.
    pub attempts: Vec<Attempt>,
    /// Answers already given, by question.
    pub answers: BTreeMap<String, String>,
}

/// What the service knows of itself and of this login.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceFacts {
    /// Cases that share it share its clock.
    pub id: Option<String>,
    /// Steps accepted before the current one.
    pub past: Option<u32>,
    /// Steps accepted after the current one.
    pub future: Option<u32>,
    /// The step of the last code it accepted.
    pub last_used_step: Option<i64>,
    /// It refuses every step up to this one.
    pub watermark: Option<i64>,
    /// Steps that it adds to its own time for this person.
    pub learnt_skew: Option<i64>,
    /// Whether the account is locked.
    pub locked: Option<bool>,
    /// Seconds since the login page was opened.
    pub session_age: Option<u32>,
    /// Seconds after which a login page expires.
    pub session_limit: Option<u32>,
    /// Whether two-factor authentication is on for the account.
    pub factor_enabled: Option<bool>,
    /// Whether another factor (the password) failed in the same login.
    pub failed_other_factor: Option<bool>,
    /// Counters accepted beyond the next one (HOTP).
    pub look_ahead: Option<u32>,
    /// A regular expression for its recovery codes.
    pub recovery_form: Option<String>,
    /// The clock of its web page.
    pub clock: Option<ServiceClock>,
}

/// The clock of the service's web page, which need not be the one that codes are checked by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceClock {
    /// Seconds against the reference; negative: the service is behind.
    pub offset_seconds: f64,
    /// Seconds, at least 0: the offset lies this far to either side at most.
    pub uncertainty_seconds: f64,
    /// Whose time it was compared with.
    pub against: Option<Reference>,
}

/// Whose time a clock was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A time server's.
    TimeServer,
    /// That of the computer this program ran on, which nobody had checked.
    ThisComputer,
}

/// The device's clock against a reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockReading {
    /// Seconds; negative: the device is behind.
    pub offset_seconds: f64,
    /// Seconds, at least 0: the offset lies this far to either side at most.
    pub uncertainty_seconds: f64,
}

/// An entry with what is known of its history.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownEntry {
    /// How attempts and answers name it.
    pub id: Option<String>,
    /// The entry itself.
    pub entry: Entry,
    /// As the service sees it.
    pub status: Option<Status>,
    /// Whose it is; absent: as good as the case's person.
    pub owner: Option<String>,
    /// The device that holds it.
    pub device: Option<String>,
    /// Seconds since 1970.
    pub created: Option<i64>,
    /// Seconds since 1970.
    pub revoked: Option<i64>,
    /// Parameters that were not written down.
    pub assumed: Assumed,
    /// Whether the authenticator has thrown it away or archived it.
    pub discarded: bool,
}

/// How much of an authenticator a list of entries is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// Nothing is known; what is missing says nothing.
    #[default]
    Unknown,
    /// Some of its entries, as it exported them: what it computes with.
    Exported,
    /// All of its entries, as it exported them.
    All,
}

/// How the service sees a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It checks codes against it.
    Active,
    /// Shown for enrolment, not confirmed by a code yet.
    Pending,
    /// It no longer accepts its codes.
    Revoked,
}

/// One code that was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The string as typed.
    pub code: TypedCode,
    /// When; absent: not known.
    pub at: Option<Interval>,
    /// Whose clock says so.
    pub at_source: Option<AtSource>,
    /// What the service said.
    pub outcome: Outcome,
    /// The entry that showed it, by [`KnownEntry::id`].
    pub entry: Option<String>,
    /// The device that showed it.
    pub device: Option<String>,
    /// The node of the service that answered.
    pub node: Option<String>,
}

/// Seconds since 1970, UTC; `from` ≤ `to`. An instant has both the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The earliest second.
    pub from: i64,
    /// The latest second.
    pub to: i64,
}

/// Whose clock gave the time of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtSource {
    /// The service's log.
    Service,
    /// The computer this program ran on.
    ThisComputer,
    /// The person's word.
    Person,
    /// The device that showed the code, by its own clock.
    Device,
}

/// What the service said to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// `false` or absent.
    #[default]
    Refused,
    /// `true`.
    Accepted,
    /// `null`: not tried at the service.
    Untried,
}

/// A typed string. It cannot be printed: `Debug` tells only its length. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode(Zeroizing<String>);

impl TypedCode {
    /// Takes the string over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The string, for comparing only.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedCode({} characters)", self.0.chars().count())
    }
}

impl AtSource {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ThisComputer, Self::Service, Self::Person, Self::Device];

    /// As cases and scenarios write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::ThisComputer => "this-computer",
            Self::Person => "person",
            Self::Device => "device",
        }
    }
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Pending, Self::Revoked];

    /// As cases and scenarios write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Revoked => "revoked",
        }
    }
}

impl Extent {
    /// As cases and scenarios write it; `None` is left out.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Exported => Some("exported"),
            Self::All => Some("all"),
        }
    }
}

impl From<Entry> for KnownEntry {
    /// An entry of whose history nothing is known.
    fn from(entry: Entry) -> Self {
        Self {
            id: None,
            entry,
            status: None,
            owner: None,
            device: None,
            created: None,
            revoked: None,
            assumed: Assumed::default(),
            discarded: false,
        }
    }
}

impl Attempt {
    /// A code typed within `at`; nothing is known of its entry, device and node.
    pub fn new(code: TypedCode, at: Interval, at_source: AtSource, outcome: Outcome) -> Self {
        let (at, at_source) = (Some(at), Some(at_source));
        Self { code, at, at_source, outcome, entry: None, device: None, node: None }
    }
}

impl Interval {
    /// That second, and no other.
    pub fn instant(at: i64) -> Self {
        Self { from: at, to: at }
    }
}

impl Case {
    /// What was read off the clock of the device that showed the refused codes: nothing where it was another device's.
    pub fn reading(&self) -> Option<ClockReading> {
        let refused = || self.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Refused);
        let elsewhere = self.clock_of.is_some()
            && refused().next().is_some()
            && refused().all(|attempt| attempt.device.is_some() && attempt.device != self.clock_of);
        self.clock.filter(|_| !elsewhere)
    }

    /// How many different strings were typed, of which the newest [`NEWEST`] count; at least 1.
    pub fn distinct_codes(&self) -> usize {
        self.different_codes(|_| true).clamp(1, NEWEST)
    }

    /// How many different strings were refused.
    pub fn refused_codes(&self) -> usize {
        self.different_codes(|attempt| attempt.outcome == Outcome::Refused)
    }

    fn different_codes(&self, counts: impl Fn(&Attempt) -> bool) -> usize {
        let mut different: Vec<&TypedCode> = Vec::new();
        for attempt in self.attempts.iter().filter(|attempt| counts(attempt)) {
            if !different.contains(&&attempt.code) {
                different.push(&attempt.code);
            }
        }
        different.len()
    }

    /// The entry of the list that is the expected credential, if it is among them.
    pub fn expected_among_entries(&self) -> Option<&KnownEntry> {
        let expected = self.expected.as_ref()?;
        self.entries.iter().find(|known| known.entry.secret == expected.secret)
    }
}
