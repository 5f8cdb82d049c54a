use std::collections::BTreeMap;

use crate::case::{Case, Outcome};
use crate::finding::Fact;
use crate::session::Diagnosis;
use crate::verdict::{Conclusion, Ranked, UNKNOWN};

/// The cause whose shifts are compared.
pub(super) const CLOCK: &str = "device-clock-off";

/// The causes in which device and service differ by an offset: one of somebody who saw their clock to be right, too.
const DIFFERING: [&str; 2] = [CLOCK, "service-clock-off"];

/// What is kept of the name of an account, in characters.
const LONGEST_ACCOUNT: usize = 128;

/// One refused login with its cause, and nothing that was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// Refusals that share it share its clock, and so do those that have none.
    pub service: Option<String>,
    /// The cause, if it is likely or confirmed.
    pub cause: Option<String>,
    /// Device minus service, in seconds; negative: the device is behind. It counts also while no cause is likely.
    pub offset_seconds: Option<i64>,
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
        let verdict = diagnosis.verdict.as_ref();
        let mut causes = verdict.into_iter().flat_map(|verdict| &verdict.causes);
        let offset = causes.find(|one| one.cause != UNKNOWN).and_then(offset);
        let settled = verdict.filter(|verdict| verdict.conclusion != Conclusion::Undetermined);
        let blamed = settled.map(|verdict| verdict.first().cause.clone()).filter(|one| one != UNKNOWN);
        Self {
            at: first.and_then(|attempt| attempt.at).map(|at| at.from),
            person: case.person.clone().or(account),
            app: case.app.clone(),
            app_version: None,
            node: refused().find_map(|attempt| attempt.node.clone()),
            service: case.service.id.clone(),
            cause: blamed,
            offset_seconds: offset,
            tries: codes.len(),
        }
    }
}

/// The shift, if a clock is part of the cause.
fn offset(ranked: &Ranked) -> Option<i64> {
    let clock = DIFFERING.contains(&ranked.cause.as_str()) || ranked.with.iter().any(|with| with == CLOCK);
    match ranked.detail.get("offset_seconds") {
        Some(Fact::Number(seconds)) if clock => Some(*seconds),
        _ => None,
    }
}

/// Names as numbers, so that a log of many lines stays small.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: BTreeMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.texts.push(name.to_owned());
        number
    }

    /// Numbers the names by the alphabet; gives the new number of each old one.
    fn put_in_order(&mut self) -> Vec<u32> {
        let mut places = vec![0; self.texts.len()];
        for (place, number) in (0..).zip(self.numbers.values_mut()) {
            places[*number as usize] = place;
            *number = place;
        }
        self.texts = self.numbers.keys().cloned().collect();
        places
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

/// A [`Refusal`] with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    pub(super) at: Option<i64>,
    pub(super) person: u32,
    pub(super) app: Option<u32>,
    /// The app with its version, if that is known.
    pub(super) release: Option<u32>,
    pub(super) node: Option<u32>,
    pub(super) service: Option<u32>,
    pub(super) cause: Option<u32>,
    pub(super) shift: Option<i64>,
    pub(super) tries: usize,
}

/// Refusals as they come in, of each only what grouping needs.
#[derive(Debug, Default)]
pub struct Log {
    pub(super) records: Vec<Record>,
    pub(super) names: Names,
    /// Lines that name nobody.
    pub(super) nameless: usize,
    /// Lines that could not be read.
    pub unreadable: usize,
}

impl Log {
    /// The most refusals that a log holds.
    pub const MOST: usize = 1_000_000;

    /// Takes one in. What comes after [`Log::MOST`] counts as unreadable.
    pub fn add(&mut self, refusal: &Refusal) {
        if self.records.len() == Self::MOST {
            self.unreadable += 1;
            return;
        }
        // A person and a node may have the same name: each kind has a letter of its own before it.
        let nobody = format!("n{}", self.records.len());
        self.nameless += usize::from(refusal.person.is_none());
        let person = refusal.person.as_ref().map_or(nobody, |person| format!("p{person}"));
        let release = refusal.app.as_ref().map(|app| match &refusal.app_version {
            Some(version) => format!("{app} {version}"),
            None => app.clone(),
        });
        let record = Record {
            at: refusal.at,
            person: self.names.number(&person),
            app: refusal.app.as_deref().map(|app| self.names.number(app)),
            release: release.map(|release| self.names.number(&release)),
            node: refusal.node.as_deref().map(|node| self.names.number(node)),
            service: refusal.service.as_deref().map(|service| self.names.number(service)),
            cause: refusal.cause.as_deref().map(|cause| self.names.number(cause)),
            shift: refusal.offset_seconds,
            tries: refusal.tries.max(1),
        };
        self.records.push(record);
    }

    /// Names by the alphabet and records by time: the order in which they came must not matter.
    pub(super) fn put_in_order(&mut self) {
        let places = self.names.put_in_order();
        let place = |number: u32| places[number as usize];
        for record in &mut self.records {
            record.person = place(record.person);
            for name in [&mut record.app, &mut record.release, &mut record.node, &mut record.service, &mut record.cause]
            {
                *name = name.map(place);
            }
        }
        // Who has no name is numbered by the order in which they came: of no weight, and dealt out anew.
        let names = &self.names;
        let nobody = |record: &Record| names.text(record.person).starts_with('n');
        let mut nobodies: Vec<u32> = self.records.iter().filter(|one| nobody(one)).map(|one| one.person).collect();
        nobodies.sort_unstable();
        self.records.sort_by_cached_key(|one| if nobody(one) { Record { person: u32::MAX, ..*one } } else { *one });
        for (record, person) in self.records.iter_mut().filter(|one| nobody(one)).zip(nobodies) {
            record.person = person;
        }
    }

    /// The name of a person, without the letter before it; empty for nobody.
    pub(super) fn person(&self, number: u32) -> &str {
        self.names.text(number).strip_prefix('p').unwrap_or_default()
    }
}
