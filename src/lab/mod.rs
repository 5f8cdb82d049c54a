//! The laboratory: makes cases whose cause is known.
//!
//! The one idea: a specimen is made by playing the fault out: a service, an authenticator, two clocks and a hand. It
//! shares only `otp`, `entry` and `case` with the solver, so that what the solver assumes is not what the laboratory
//! does. It must not read the knowledge: how common the faults are is passed in.

mod fault;
mod hand;

use fastrand::Rng;

use crate::case::{AtSource, Attempt, Case, Interval, KnownEntry, Outcome, ServiceFacts, Status, TypedCode};
use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Digits, Key, Secret, step};

pub use fault::Fault;

/// What is known to the one who diagnoses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The device's entries, not what the service holds.
    L1,
    /// The service's secret and facts too.
    L2,
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
    /// Whether no other fault could have left the same traces.
    pub identifiable: bool,
}

const PERIOD: u32 = 30;
/// Steps before and after that the laboratory's services accept.
const WINDOW: i64 = 1;
/// The laboratory's year: 2026.
const YEAR: (i64, i64) = (1_767_225_600, 1_798_761_600);
const ISSUERS: [&str; 6] = ["Example", "Harbour Bank", "Lantern", "Post & Parcel", "Quarry", "Tidewater"];
/// The form of recovery codes of services that tell it.
const RECOVERY_FORM: &str = "[a-z0-9]{5}-[a-z0-9]{5}";

/// One bench with its own random numbers: the same seed makes the same specimens.
#[derive(Debug)]
pub struct Bench {
    rng: Rng,
    recipe: Recipe,
    made: u64,
}

/// A login while it is being played.
struct Scene {
    /// Seconds since 1970 at which the first code reached the service.
    at: i64,
    expected: Entry,
    entries: Vec<KnownEntry>,
    service: ServiceFacts,
}

impl Bench {
    /// A bench that makes specimens by `recipe`.
    pub fn new(seed: u64, recipe: Recipe) -> Self {
        Self { rng: Rng::with_seed(seed), recipe, made: 0 }
    }

    /// A specimen of one fault.
    pub fn make(&mut self, fault: Fault) -> Specimen {
        self.made += 1;
        let mut scene = self.scene();
        let played = self.play(fault, &mut scene);
        let attempts = played.codes.into_iter().enumerate().map(|(index, (code, at))| {
            let first = (AtSource::Service, Outcome::Refused);
            let (source, outcome) = if index == 0 { first } else { (AtSource::ThisComputer, Outcome::Untried) };
            Attempt::new(TypedCode::new(code), Interval::instant(at), source, outcome)
        });
        let mut case = Case {
            id: Some(format!("lab-{}", self.made)),
            expected: Some(scene.expected),
            service: scene.service,
            entries: scene.entries,
            attempts: attempts.collect(),
            ..Case::default()
        };
        let several = self.recipe.codes > 1;
        let identifiable = match self.recipe.level {
            Level::L2 => played.identifiable && (several || !fault.needs_two_codes()),
            Level::L1 => played.identifiable && several && fault.shows_without_the_service(),
        };
        if self.recipe.level == Level::L1 {
            case.expected = None;
            case.service = ServiceFacts::default();
            for entry in &mut case.entries {
                (entry.status, entry.revoked) = (None, None);
            }
        }
        let (main, with) = fault.causes();
        Specimen { case, cause: main, with, identifiable }
    }

    /// A service with a person's account, and a phone with a few entries.
    fn scene(&mut self) -> Scene {
        let at = self.rng.i64(YEAR.0..YEAR.1);
        let issuer = self.rng.usize(..ISSUERS.len());
        let account = format!("user{}@example.org", self.rng.u32(..1000));
        let expected = self.entry(ISSUERS[issuer], &account);
        let mut entries = vec![on_the_phone("current", expected.clone(), Some(Status::Active))];
        for number in 0..self.rng.usize(1..=3) {
            let other = ISSUERS[(issuer + 1 + number) % ISSUERS.len()];
            let entry = self.entry(other, &account);
            entries.push(on_the_phone(&format!("other-{number}"), entry, Some(Status::Active)));
        }
        for number in 0..self.rng.usize(0..=2) {
            entries.push(self.earlier(number, ISSUERS[issuer], &account));
        }
        let service = ServiceFacts {
            past: Some(WINDOW as u32),
            future: Some(WINDOW as u32),
            recovery_form: (self.rng.f64() < 0.7).then(|| RECOVERY_FORM.to_owned()),
            ..ServiceFacts::default()
        };
        Scene { at, expected, entries, service }
    }

    fn entry(&mut self, issuer: &str, account: &str) -> Entry {
        let secret = (0..20).map(|_| self.rng.u8(..)).collect();
        Entry {
            issuer: issuer.to_owned(),
            account: account.to_owned(),
            secret: Secret::new(secret),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            kind: Kind::Totp { period: PERIOD },
        }
    }

    /// An entry of an earlier enrolment; the service does not always remember it.
    fn earlier(&mut self, number: usize, issuer: &str, account: &str) -> KnownEntry {
        let status = (self.rng.f64() < 0.6).then_some(Status::Revoked);
        on_the_phone(&format!("earlier-{number}"), self.entry(issuer, account), status)
    }
}

fn on_the_phone(id: &str, entry: Entry, status: Option<Status>) -> KnownEntry {
    KnownEntry { id: Some(id.to_owned()), status, device: Some("phone".to_owned()), ..KnownEntry::from(entry) }
}

/// The code that `entry` shows when its device's clock says `time`.
fn shown(entry: &Entry, time: i64) -> String {
    let counter = u64::try_from(step(time, PERIOD)).unwrap_or(0);
    let code = Key::new(entry.algorithm, &entry.secret).code(counter, entry.digits);
    format!("{code:0width$}", width = usize::from(entry.digits.get()))
}
