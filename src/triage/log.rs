use std::num::NonZeroU32;

use indexmap::IndexSet;

use super::belief::{Belief, Shares, settle};
use crate::case::{Case, Outcome};
use crate::session::Diagnosis;

/// What is kept of the name of an account, in characters.
const LONGEST_ACCOUNT: usize = 128;

/// One refused login with its cause, and nothing that was typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refusal {
    /// When, in seconds since 1970.
    pub at: Option<i64>,
    /// Whose login it was; `None`: nobody is named, and it counts as a person of its own.
    pub person: Option<String>,
    /// The authenticator app.
    pub app: Option<String>,
    /// The version of the app.
    pub app_version: Option<String>,
    /// The node of the service that answered.
    pub node: Option<String>,
    /// Where it came from: an address or the name of a network.
    pub network: Option<String>,
    /// Refusals that share it share its clock, and so do those that have none.
    pub service: Option<String>,
    /// The cause, if it is likely or confirmed.
    pub cause: Option<String>,
    /// Device minus service, in seconds; negative: the device is behind. It counts also while no cause is likely, and never
    /// within the service's window.
    pub offset_seconds: Option<i64>,
    /// How far a clock may be behind and ahead for the service to take its codes, in seconds; `None`: a step, as usual.
    pub window_seconds: Option<(i64, i64)>,
    /// How probable each cause is, where more is known than the first; empty: `cause` is all that is known.
    pub beliefs: Vec<Belief>,
    /// Whether nothing but this cause is possible, so that what others have cannot change it.
    pub confirmed: bool,
    /// Whether the clock of this device is proven to be off, whatever the service's shows.
    pub own_clock: bool,
    /// How many different codes were refused; 0 counts as 1.
    pub tries: usize,
}

impl Refusal {
    /// What a case and its diagnosis come to. Where no person is named, it is whose account the service checks.
    pub fn of(case: &Case, diagnosis: &Diagnosis) -> Self {
        let refused = || case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Refused);
        let first = refused().next().or(case.attempts.first());
        let mut codes: Vec<&str> = refused().map(|attempt| attempt.code.text()).collect();
        codes.sort_unstable();
        codes.dedup();
        let account = case.expected.as_ref().filter(|entry| !entry.account.is_empty());
        let account = account.map(|entry| format!("{}:{}", entry.issuer, entry.account));
        let account = account.map(|account| account.chars().take(LONGEST_ACCOUNT).collect());
        let settled = diagnosis.verdict.as_ref().map(|verdict| settle(verdict, &case.service));
        Self {
            at: first.and_then(|attempt| attempt.at).map(|at| at.from),
            person: case.person.clone().or(account),
            app: case.app.clone(),
            node: refused().find_map(|attempt| attempt.node.clone()),
            service: case.service.id.clone(),
            tries: codes.len(),
            ..settled.unwrap_or_default()
        }
    }
}

/// The number of a name.
pub(super) type Name = NonZeroU32;

/// Names as numbers, so that a log of many lines stays small.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In the order in which they came.
    numbers: IndexSet<Box<str>>,
    /// By number, once they are in order.
    texts: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> Name {
        let known = self.numbers.get_index_of(name);
        let index = known.unwrap_or_else(|| self.numbers.insert_full(name.into()).0);
        // A log holds fewer names than numbers.
        NonZeroU32::MIN.saturating_add(index as u32)
    }

    /// Numbers the names by the alphabet; gives the new number of each old one.
    fn put_in_order(&mut self) -> Vec<Name> {
        let mut names: Vec<(Box<str>, usize)> = std::mem::take(&mut self.numbers).into_iter().zip(0..).collect();
        names.sort_unstable();
        let mut places = vec![NonZeroU32::MIN; names.len()];
        self.texts.clear();
        for (place, (name, number)) in (0..).zip(names) {
            places[number] = NonZeroU32::MIN.saturating_add(place);
            self.texts.push(name);
        }
        places
    }

    pub(super) fn text(&self, number: Name) -> &str {
        self.texts.get(at(number)).map_or("", |text| text)
    }
}

/// Where a number has its place in a list.
pub(super) fn at(number: Name) -> usize {
    number.get() as usize - 1
}

/// A [`Refusal`] with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    pub(super) at: Option<i64>,
    pub(super) shift: Option<i64>,
    /// Number of the person's name; beyond all names: nobody is named.
    pub(super) person: u32,
    pub(super) app: Option<Name>,
    /// The app with its version, if that is known.
    pub(super) release: Option<Name>,
    pub(super) node: Option<Name>,
    pub(super) network: Option<Name>,
    pub(super) service: Option<Name>,
    pub(super) cause: Option<Name>,
    /// Where its beliefs are; `None`: it has none beside its cause.
    pub(super) beliefs: Option<Name>,
    pub(super) tries: u32,
    pub(super) confirmed: bool,
    pub(super) own_clock: bool,
}

/// Refusals as they come in, of each only what grouping needs.
#[derive(Debug, Default)]
pub struct Log {
    pub(super) records: Vec<Record>,
    pub(super) names: Names,
    people: Names,
    /// What is believed of single refusals, by [`Record::beliefs`]: causes by number.
    pub(super) beliefs: Vec<Vec<(Name, f64)>>,
    /// How common causes are.
    pub(super) shares: Shares,
    /// Lines that name nobody.
    pub(super) nameless: usize,
    /// Lines that could not be read.
    pub unreadable: usize,
}

impl Log {
    /// The most refusals that a log holds.
    pub const MOST: usize = 1_000_000;

    /// A log of refusals whose causes are as common as that.
    pub fn new(shares: Shares) -> Self {
        Self { shares, ..Self::default() }
    }

    /// Takes one in. What comes after [`Log::MOST`] counts as unreadable.
    pub fn add(&mut self, refusal: &Refusal) {
        if self.records.len() == Self::MOST {
            self.unreadable += 1;
            return;
        }
        let person = if let Some(person) = &refusal.person {
            self.people.number(person).get()
        } else {
            self.nameless += 1;
            u32::MAX - self.nameless as u32
        };
        let release = refusal.app.as_ref().zip(refusal.app_version.as_ref());
        let release = release.map(|(app, version)| self.names.number(&format!("{app} {version}")));
        let mut name = |name: &Option<String>| name.as_deref().map(|name| self.names.number(name));
        let app = name(&refusal.app);
        let mut record = Record {
            at: refusal.at,
            shift: refusal.offset_seconds,
            person,
            app,
            release: release.or(app),
            node: name(&refusal.node),
            network: name(&refusal.network),
            service: name(&refusal.service),
            cause: name(&refusal.cause),
            beliefs: None,
            tries: u32::try_from(refusal.tries.max(1)).unwrap_or(u32::MAX),
            confirmed: refusal.confirmed,
            own_clock: refusal.own_clock,
        };
        if !refusal.beliefs.is_empty() {
            let names = &mut self.names;
            let beliefs = refusal.beliefs.iter().map(|belief| (names.number(&belief.cause), belief.probability));
            self.beliefs.push(beliefs.collect());
            record.beliefs = NonZeroU32::new(self.beliefs.len() as u32);
        }
        self.records.push(record);
    }

    /// Names by the alphabet and records by time: the order in which they came must not matter.
    pub(super) fn put_in_order(&mut self) {
        let places = self.names.put_in_order();
        let place = |number: Name| places[at(number)];
        for (cause, _) in self.beliefs.iter_mut().flatten() {
            *cause = place(*cause);
        }
        let people = self.people.put_in_order();
        let named = people.len() as u32;
        for record in &mut self.records {
            record.person = NonZeroU32::new(record.person)
                .and_then(|person| people.get(at(person)))
                .map_or(record.person, |person| person.get());
            let of = [&mut record.app, &mut record.release, &mut record.node, &mut record.network];
            for name in of.into_iter().chain([&mut record.service, &mut record.cause]) {
                *name = name.map(place);
            }
        }
        // Who has no name is numbered by the order in which they came: of no weight, and dealt out anew; and so are beliefs,
        // which come in the order of what they are of.
        let beliefs = std::mem::take(&mut self.beliefs);
        let told = |record: &Record| record.beliefs.map(|number| &beliefs[at(number)]);
        self.records.sort_unstable_by(|one, other| {
            let plain = |record: &Record| Record { person: record.person.min(named + 1), beliefs: None, ..*record };
            let by_belief = || {
                let (one, other) = (told(one), told(other));
                one.partial_cmp(&other).unwrap_or(std::cmp::Ordering::Equal)
            };
            one.at.cmp(&other.at).then_with(|| plain(one).cmp(&plain(other))).then_with(by_belief)
        });
        let mut nobody = named;
        for record in &mut self.records {
            if let Some(number) = record.beliefs {
                self.beliefs.push(beliefs[at(number)].clone());
                record.beliefs = NonZeroU32::new(self.beliefs.len() as u32);
            }
            if record.person > named {
                nobody += 1;
                record.person = nobody;
            }
        }
    }

    /// The name of a person; empty for nobody.
    pub(super) fn person(&self, number: u32) -> &str {
        NonZeroU32::new(number).map_or("", |number| self.people.text(number))
    }
}
