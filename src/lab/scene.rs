use std::ops::Range;

use fastrand::Rng;

use super::Level;
use super::authenticator::Authenticator;
use super::service::{Reply, Service};
use super::telling::Telling;
use crate::case::{Attempt, Case, ClockReading, KnownEntry, Outcome, ServiceFacts, Status, TypedCode};
use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Digits, Secret, step};

pub(super) const PERIOD: i64 = 30;
/// Steps before and after that most of the laboratory's services accept.
pub(super) const WINDOW: i64 = 1;
/// A clock that is fewer seconds off may never have a code refused.
pub const FORGIVEN: i64 = 60;
/// The laboratory's year: 2026.
pub(super) const YEAR: Range<i64> = 1_767_225_600..1_798_761_600;
const ISSUERS: [&str; 6] = ["Example", "Harbour Bank", "Lantern", "Post & Parcel", "Quarry", "Tidewater"];
/// The form of recovery codes of services that tell it.
const RECOVERY_FORM: &str = "[a-z0-9]{5}-[a-z0-9]{5}";
/// Whose logins they are.
pub(super) const PERSON: &str = "p";
/// Somebody else.
pub(super) const OTHER_PERSON: &str = "q";
/// How many people looked how far their clock is off.
const CLOCKS_READ: f64 = 0.2;

/// A login while it is played: a service, what is on a person's devices, and what they type.
pub(super) struct Scene<'b> {
    pub(super) rng: &'b mut Rng,
    /// How many codes there will be.
    pub(super) codes: usize,
    /// How far the clock of a device is off, if that was ordered.
    pub(super) offset: Option<i64>,
    /// Seconds since 1970 at which the first code reaches the service.
    pub(super) at: i64,
    pub(super) service: Service,
    pub(super) listed: Vec<Listed>,
    pub(super) tries: Vec<Try>,
    /// The device's clock minus a reference, in seconds, if somebody looked.
    pub(super) reading: Option<i64>,
    /// How far the service's clock is ahead where that is the fault, if that was ordered.
    pub(super) service_ahead: Option<i64>,
    /// The device that is spoken of, where it is named.
    pub(super) device: Option<&'static str>,
    /// How the times of codes are told.
    pub(super) telling: Telling,
    /// Seconds from typing a code until it reaches the service.
    pub(super) underway: i64,
    /// Whether a code that comes late was typed in time and held up on its way.
    pub(super) held_up: bool,
    /// How likely it is that the codes after the first are sent too, and not only read off.
    pub(super) sends_on: f64,
}

/// An entry with what is known of it, and who knows it.
pub(super) struct Listed {
    pub(super) known: KnownEntry,
    pub(super) by: KnownBy,
}

/// Who can list an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownBy {
    /// It is in the authenticator, and the service knows it too or can be told.
    Both,
    /// It is in the authenticator, which was not looked into where the service was.
    Device,
    /// It is in the service's books only.
    Service,
}

/// One code on its way.
pub(super) struct Try {
    pub(super) typed: String,
    /// True time.
    pub(super) at: i64,
    /// Seconds before that when it was typed.
    pub(super) underway: i64,
    /// Whether it was sent to the service, or only read off the screen.
    pub(super) sent: bool,
    /// Whether what was wrong with the service had been put right by then.
    pub(super) mended: bool,
    /// The secret of the entry that showed it, where somebody noted that.
    pub(super) entry: Option<Secret>,
    pub(super) device: Option<&'static str>,
    pub(super) node: Option<&'static str>,
}

impl Try {
    pub(super) fn new(typed: String, at: i64, sent: bool) -> Self {
        Self { typed, at, underway: 0, sent, mended: false, entry: None, device: None, node: None }
    }
}

impl<'b> Scene<'b> {
    /// A service with a person's account, and a phone with a few entries.
    pub(super) fn open(rng: &'b mut Rng, codes: usize, offset: Option<i64>) -> Self {
        let at = rng.i64(YEAR);
        let issuer = rng.usize(..ISSUERS.len());
        let account = format!("user{}@example.org", rng.u32(..1000));
        let expected = entry(rng, ISSUERS[issuer], &account);
        let facts = ServiceFacts {
            past: Some(WINDOW as u32),
            future: Some(WINDOW as u32),
            recovery_form: (rng.f64() < 0.7).then(|| RECOVERY_FORM.to_owned()),
            ..ServiceFacts::default()
        };
        let reading = (rng.f64() < CLOCKS_READ).then_some(0);
        let service = Service { expected, facts, ahead: 0, uneven: None, closed: false, used: None };
        let mut scene = Self {
            rng,
            codes,
            offset,
            at,
            service,
            listed: Vec::new(),
            tries: Vec::new(),
            reading,
            service_ahead: None,
            device: None,
            telling: Telling::Exactly,
            underway: 0,
            held_up: false,
            sends_on: 0.0,
        };
        scene.list(scene.service.expected.clone(), Some(Status::Active));
        for number in 0..scene.rng.usize(1..=3) {
            let other = scene.new_entry(ISSUERS[(issuer + 1 + number) % ISSUERS.len()], &account);
            scene.list(other, Some(Status::Active));
        }
        for _ in 0..scene.rng.usize(0..=2) {
            scene.earlier();
        }
        scene
    }

    /// A fresh entry of six digits and half a minute.
    pub(super) fn new_entry(&mut self, issuer: &str, account: &str) -> Entry {
        entry(self.rng, issuer, account)
    }

    /// A fresh entry with the label of the expected one.
    pub(super) fn namesake(&mut self) -> Entry {
        let Entry { issuer, account, .. } = self.service.expected.clone();
        self.new_entry(&issuer, &account)
    }

    /// An entry on the phone, known to the service as `status`.
    pub(super) fn list(&mut self, entry: Entry, status: Option<Status>) -> &mut Listed {
        let owner = (self.rng.bool()).then(|| PERSON.to_owned());
        let known = KnownEntry { status, owner, device: Some("phone".to_owned()), ..KnownEntry::from(entry) };
        self.listed.push(Listed { known, by: KnownBy::Both });
        let last = self.listed.len() - 1;
        &mut self.listed[last]
    }

    /// An entry of an earlier enrolment on the phone; the service does not always remember it.
    pub(super) fn earlier(&mut self) -> Entry {
        let status = (self.rng.f64() < 0.6).then_some(Status::Revoked);
        let entry = self.namesake();
        self.list(entry.clone(), status);
        entry
    }

    /// The device that should show the code, and rightly.
    pub(super) fn phone(&self) -> Authenticator {
        Authenticator::new(self.service.expected.clone())
    }

    /// Takes the expected entry off the list of the phone.
    pub(super) fn unlist(&mut self) {
        let expected = self.service.expected.secret.clone();
        self.listed.retain(|listed| listed.known.entry.secret != expected);
    }

    /// The expected entry as another service would have declared it, there and on the phone.
    pub(super) fn declare(&mut self, change: impl Fn(&mut Entry)) {
        let expected = self.service.expected.secret.clone();
        change(&mut self.service.expected);
        for listed in self.listed.iter_mut().filter(|listed| listed.known.entry.secret == expected) {
            change(&mut listed.known.entry);
        }
    }

    /// The next codes come from `device`: the refused one, and those that it shows as it moves on.
    pub(super) fn read_off(&mut self, device: &mut Authenticator) {
        self.read_off_apart(device, 55..151);
    }

    /// As [`Scene::read_off`], with that many seconds between the codes.
    pub(super) fn read_off_apart(&mut self, device: &mut Authenticator, apart: Range<i64>) {
        device.clock.ahead += self.rng.i64(-2..=2);
        let mut at = self.at;
        while self.tries.len() < self.codes {
            let read = at - self.underway - self.rng.i64(2..=18);
            let sent = self.tries.is_empty() || (self.sends_on > 0.0 && self.rng.f64() < self.sends_on);
            self.tries.push(Try { underway: self.underway, ..Try::new(device.shows(read), at, sent) });
            at += self.rng.i64(apart.clone());
        }
        let last = self.tries.last().map_or(self.at, |last| last.at);
        self.reading = self.reading.map(|_| device.clock.at(last) - last);
    }

    /// A code goes to the service before the others.
    pub(super) fn sent_before(&mut self, typed: String, at: i64) {
        self.tries.insert(0, Try::new(typed, at, true));
    }

    /// The step of the service at `at`.
    pub(super) fn step(&self, at: i64) -> i64 {
        step(at, self.service.expected.period().unwrap_or(30))
    }

    /// Seconds that a code of the service lasts.
    pub(super) fn period(&self) -> i64 {
        i64::from(self.service.expected.period().unwrap_or(30))
    }

    /// What the right device shows that many steps from the first code's time.
    pub(super) fn around(&self, steps: i64) -> String {
        self.phone().shows(self.at + steps * self.period())
    }

    /// What comes to the doctor at that level, and whether the refused code was right; `None` if it was not refused.
    pub(super) fn refused(mut self, level: Level) -> Option<(Case, bool)> {
        let (mut replies, mut logged): (Vec<Option<Reply>>, Vec<i64>) = (Vec::new(), Vec::new());
        for one in &self.tries {
            if one.mended {
                self.service.mend();
            }
            replies.push(one.sent.then(|| self.service.check(&one.typed, one.at, one.node)));
            logged.push(self.service.clock(one.at, one.node));
        }
        // A code that went through before, and is typed again, is not what brings somebody here.
        let first = replies.iter().flatten().copied().find(|reply| *reply != Reply::Accepted)?;
        if level == Level::L0 {
            return Some((Case::default(), first == Reply::Barred));
        }
        let known = level == Level::L2;
        let hidden_from = if known { KnownBy::Device } else { KnownBy::Service };
        self.listed.retain(|listed| listed.by != hidden_from);
        self.rng.shuffle(&mut self.listed);
        let mut case =
            Case { person: Some(PERSON.to_owned()), device: self.device.map(str::to_owned), ..Case::default() };
        for (number, Listed { mut known, .. }) in (1..).zip(self.listed) {
            known.id = Some(format!("e{number}"));
            if level == Level::L1 {
                (known.status, known.revoked, known.owner) = (None, None, None);
            }
            case.entries.push(known);
        }
        let last = self.tries.last().map_or(self.at, |last| last.at);
        let told = self.telling.settle(self.rng, last);
        for ((one, reply), logged) in self.tries.into_iter().zip(replies).zip(logged) {
            let outcome = match reply {
                Some(Reply::Accepted) => Outcome::Accepted,
                Some(_) => Outcome::Refused,
                None => Outcome::Untried,
            };
            let logged = reply.map(|_| logged);
            let (at, at_source) = told.of(self.rng, one.at - one.underway, logged).unzip();
            let code = TypedCode::new(one.typed);
            let mut attempt = Attempt { code, at, at_source, outcome, entry: None, device: None, node: None };
            let shown_by = case.entries.iter().find(|known| Some(&known.entry.secret) == one.entry.as_ref());
            attempt.entry = shown_by.and_then(|known| known.id.clone());
            attempt.device = one.device.map(str::to_owned);
            attempt.node = one.node.map(str::to_owned);
            case.attempts.push(attempt);
        }
        case.clock = self.reading.map(|seconds| ClockReading {
            offset_seconds: seconds as f64 + f64::from(self.rng.i8(-4..=4)) / 10.0,
            uncertainty_seconds: 0.5,
        });
        if known {
            (case.expected, case.service) = (Some(self.service.expected), self.service.facts);
        }
        Some((case, first == Reply::Barred))
    }
}

fn entry(rng: &mut Rng, issuer: &str, account: &str) -> Entry {
    let secret = (0..20).map(|_| rng.u8(..)).collect();
    Entry {
        issuer: issuer.to_owned(),
        account: account.to_owned(),
        secret: Secret::new(secret),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        kind: Kind::Totp { period: PERIOD as u32 },
    }
}
