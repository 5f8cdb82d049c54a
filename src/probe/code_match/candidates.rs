//! Which secrets could have made the codes, and what each would be to the account.
//!
//! The one idea: every secret at hand is a candidate with a part to play, and the parts sum to one. It must not know which codes
//! were typed.

use std::borrow::Cow;

use super::Depth;
use super::attempts::window;
use super::constants::{MOST_VAGUE, NOT_ENROLLED_APART, NOT_SURELY_APART};
use super::explanation::Explanation;
use super::misspelt::Silent;
use super::parts::sum;
use super::steam;
use super::variants::{self, Derived};
use crate::case::{Attempt, Case, KnownEntry, Outcome, Status};
use crate::entry::{Account, Entry, Kind};
use crate::finding::{Detail, Fact};
use crate::otp::{self, Algorithm, Key};
use crate::probe::wording::said;

/// A secret that could have made the codes, ready to compute.
pub(super) struct Candidate<'c> {
    pub(super) entry: Cow<'c, Entry>,
    pub(super) id: Option<&'c str>,
    /// The entry as the case knows it.
    pub(super) known: Option<&'c KnownEntry>,
    pub(super) key: Key,
    /// The probability that this is the credential the service checks, over all candidates at most 1.
    pub(super) own: f64,
    /// Given the relation: the probability that the person used this one, over all candidates at most 1.
    pub(super) uses: Vec<(Relation, f64)>,
    /// The device that has it and not the service's, where another device has that: they were enrolled apart.
    pub(super) apart: Option<Apart<'c>>,
    /// Whether it is no entry of the case, but what a faulty client or a misspelt secret makes of one.
    pub(super) derived: bool,
    /// Whether its codes are five letters of Steam's.
    pub(super) in_letters: bool,
    /// What is said of it where it was used.
    pub(super) detail: Detail,
}

/// A device that lacks the service's secret while another has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart<'c> {
    pub(super) device: &'c str,
    /// How often that is so where they were not enrolled apart.
    by_accident: f64,
}

/// What the secret that was used is to the account, where it is not the service's own: the explanation, and the second fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation(pub(super) Explanation, pub(super) Option<Explanation>);

impl Relation {
    /// Same account, an earlier enrolment.
    pub(super) const OLD: Self = Self(Explanation::OldEntry, None);
    /// Another account of the same authenticator.
    const WRONG: Self = Self(Explanation::WrongEntry, None);
    /// Enrolled, never confirmed; the service still checks the one before.
    const UNCONFIRMED: Self = Self(Explanation::UnconfirmedEnrolment, None);
    /// Shown during this very enrolment, then replaced by a new QR code.
    const ROTATED: Self = Self(Explanation::RotatedDuringEnrolment, None);
    /// Another person's, under the same label.
    const OVERWRITTEN: Self = Self(Explanation::OverwrittenEntry, None);
    /// Another person's.
    pub(super) const SWAPPED: Self = Self(Explanation::SwappedTokens, None);

    /// Those that entries of a case have; the others are derived.
    const OF_ENTRIES: [Self; 6] =
        [Self::OLD, Self::WRONG, Self::UNCONFIRMED, Self::ROTATED, Self::OVERWRITTEN, Self::SWAPPED];

    pub(super) fn is_of_entries(self) -> bool {
        Self::OF_ENTRIES.contains(&self)
    }

    /// Whether it is an earlier entry of the same account.
    pub(super) fn is_of_an_earlier_entry(self) -> bool {
        [Self::OLD, Self::UNCONFIRMED, Self::ROTATED].contains(&self)
    }
}

/// The most entries that are compared with more than the near search; among more of them, something fits by luck.
pub(super) const MOST_SEARCHED: usize = 100;
/// How often the secret that was used is missing from a list of entries that was given.
const UNLISTED: f64 = 0.05;

/// Every secret of a case, with the part it may play.
pub(super) struct Candidates<'c> {
    pub(super) list: Vec<Candidate<'c>>,
    /// Misspellings that show none of the codes, by what became of the secret.
    pub(super) silent: Vec<Silent>,
    /// Whether the service's secret is known (evidence level L2).
    pub(super) expected_known: bool,
    /// Entries whose codes cannot be computed here.
    pub(super) skipped: usize,
    entries_listed: bool,
}

impl<'c> Candidates<'c> {
    pub(super) fn of(case: &'c Case, depth: Depth) -> Self {
        let mut skipped = 0;
        let mut known: Vec<Known<'_>> = Vec::new();
        for (place, entry) in case.entries.iter().enumerate() {
            if matches!(entry.entry.kind, Kind::Vendor(_)) && !steam::is_steam(&entry.entry) {
                skipped += 1;
            } else if !known.iter().any(|(_, earlier)| same_codes(&earlier.entry, &entry.entry)) {
                known.push((place, entry));
            }
        }
        let mut list = Vec::new();
        if case.expected.is_none() {
            known.retain(|(_, entry)| !is_foreign(case, entry));
        }
        // What an acceptance has singled out is the service's.
        let expected = case.expected.as_ref().or_else(|| singled_out(case, &known));
        match expected {
            Some(expected) if matches!(expected.kind, Kind::Vendor(_)) && !steam::is_steam(expected) => skipped += 1,
            Some(expected) => at_level_two(case, expected, &known, &mut list),
            None => at_level_one(&known, &mut list),
        }
        let expected_known = expected.is_some();
        let mut derived = Vec::new();
        for base in list.iter().filter(|candidate| candidate.own > 0.0) {
            let made = variants::of(base, depth);
            derived.extend(made.into_iter().map(|one| from_derived(one, base.own)));
        }
        list.extend(derived);
        Self { list, silent: Vec::new(), expected_known, skipped, entries_listed: !case.entries.is_empty() }
    }

    /// How many entries of the case are in the list.
    pub(super) fn entries(&self) -> usize {
        self.list.iter().filter(|candidate| !candidate.derived).count()
    }

    /// The probability that the secret used is none of the list, given the relation.
    pub(super) fn unlisted(&self, relation: Relation) -> f64 {
        match relation.is_of_entries() {
            true if self.entries_listed => UNLISTED,
            true => 1.0,
            false => variants::unlisted(relation),
        }
    }
}

impl Candidate<'_> {
    /// How often this is the one that was used, given the relation. An earlier entry of a device that was enrolled apart is hardly
    /// one that was picked by mistake: that is an explanation of its own.
    pub(super) fn used_as(&self, relation: Relation) -> f64 {
        let apart = self.apart.filter(|_| relation.is_of_an_earlier_entry());
        self.listed_as(relation) * apart.map_or(1.0, |apart| apart.by_accident)
    }

    /// The same, whichever device has it.
    pub(super) fn listed_as(&self, relation: Relation) -> f64 {
        self.uses.iter().find(|(of, _)| *of == relation).map_or(0.0, |(_, share)| *share)
    }

    /// Whether it is an entry of the case, and surely not the service's.
    pub(super) fn is_surely_another(&self) -> bool {
        self.own <= 0.0 && self.uses.iter().any(|(relation, _)| relation.is_of_entries())
    }

    /// The code at a counter, as a number.
    pub(super) fn code(&self, counter: u64) -> u64 {
        if self.in_letters {
            steam::code(self.key.truncated(counter))
        } else {
            self.key.code(counter, self.entry.digits)
        }
    }

    /// The code of a step, as a number; there is none before the first.
    pub(super) fn code_of(&self, step: i64) -> Option<u64> {
        u64::try_from(step).ok().map(|counter| self.code(counter))
    }

    /// The counters, each with its code.
    pub(super) fn key_codes<'s>(
        &'s self,
        counters: impl Iterator<Item = u64> + 's,
    ) -> Box<dyn Iterator<Item = (u64, u64)> + 's> {
        if self.in_letters {
            return Box::new(counters.map(|counter| (counter, self.code(counter))));
        }
        Box::new(self.key.codes(counters, self.entry.digits))
    }

    /// How many codes there are.
    pub(super) fn codes(&self) -> f64 {
        if self.in_letters { steam::CODES as f64 } else { self.entry.digits.codes() as f64 }
    }

    /// Whether an independent implementation makes the same code; of Steam's there is none.
    pub(super) fn agrees(&self, counter: u64, code: u64) -> bool {
        let entry = &self.entry;
        self.in_letters || otp::agrees(&entry.secret, entry.algorithm, entry.digits, counter, code)
    }

    /// Whether offsets of a clock are searched with it: with the case's own entries, and with other parameters once the near
    /// search has found nothing.
    pub(super) fn is_searched(&self, depth: Depth) -> bool {
        let shifted = |relation: &Relation| relation.1.is_none() && variants::WITH_CLOCK.contains(&relation.0);
        !self.derived || depth > Depth::Near && self.uses.iter().any(|(relation, _)| shifted(relation))
    }
}

/// An entry of the case with its place in the case's list.
type Known<'c> = (usize, &'c KnownEntry);

fn candidate<'c>(entry: &'c Entry, known: Option<Known<'c>>) -> Candidate<'c> {
    let id = known.and_then(|(_, known)| known.id.as_deref());
    let name = id.map(str::to_owned).or_else(|| Some(format!("entries[{}]", known?.0)));
    let in_letters = steam::is_steam(entry);
    Candidate {
        entry: if in_letters { steam::timed(entry) } else { Cow::Borrowed(entry) },
        in_letters,
        id,
        known: known.map(|(_, known)| known),
        key: Key::new(if in_letters { Algorithm::Sha1 } else { entry.algorithm }, &entry.secret),
        own: 0.0,
        uses: Vec::new(),
        apart: None,
        derived: false,
        detail: name.map_or_else(Detail::default, |name| Detail::default().with("entry", Fact::Text(name))),
    }
}

pub(super) fn from_derived<'c>(made: Derived, own: f64) -> Candidate<'c> {
    let key = Key::new(made.entry.algorithm, &made.entry.secret);
    let uses = vec![(made.relation, own * made.share)];
    Candidate {
        entry: Cow::Owned(made.entry),
        id: None,
        known: None,
        key,
        own: 0.0,
        uses,
        apart: None,
        derived: true,
        in_letters: false,
        detail: kind(made.kind),
    }
}

/// What became of the secret.
pub(super) fn kind(of: &'static str) -> Detail {
    Detail::default().with("kind", said(of))
}

fn same_codes(a: &Entry, b: &Entry) -> bool {
    a.secret == b.secret && a.algorithm == b.algorithm && a.digits == b.digits && a.kind == b.kind
}

/// Whether it is another person's.
fn is_foreign(case: &Case, known: &KnownEntry) -> bool {
    known.owner.is_some() && case.person.is_some() && known.owner != case.person
}

/// The entry of which the service accepted a code, at a time that is known well enough to tell it from the others.
fn singled_out<'c>(case: &Case, known: &[Known<'c>]) -> Option<&'c Entry> {
    let accepted = |attempt: &&Attempt| attempt.outcome == Outcome::Accepted;
    let mut found: Option<&Entry> = None;
    for attempt in case.attempts.iter().filter(accepted) {
        let at = attempt.at.filter(|at| at.to - at.from <= MOST_VAGUE)?;
        let text = attempt.code.text().trim();
        for entry in known.iter().map(|(_, known)| &known.entry) {
            if !matches!(entry.kind, Kind::Totp { .. }) {
                continue;
            }
            let digits = text.len() == usize::from(entry.digits.get()) && text.bytes().all(|b| b.is_ascii_digit());
            let key = Key::new(entry.algorithm, &entry.secret);
            let window = window(entry, &case.service, Some(at)).filter(|_| digits);
            let steps = window.into_iter().flatten().filter_map(|step| u64::try_from(step).ok());
            let value = text.parse::<u64>().ok();
            let shows = steps.map(|step| key.code(step, entry.digits)).any(|code| Some(code) == value);
            match found {
                _ if !shows => {}
                Some(other) if other.secret != entry.secret => return None,
                _ => found = Some(entry),
            }
        }
    }
    found
}

fn at_level_two<'c>(case: &'c Case, expected: &'c Entry, known: &[Known<'c>], list: &mut Vec<Candidate<'c>>) {
    let pending = case.expected_among_entries().is_some_and(|entry| entry.status == Some(Status::Pending));
    let itself = known.iter().find(|(_, known)| known.entry.secret == expected.secret);
    list.push(Candidate { own: 1.0, ..candidate(expected, itself.copied()) });
    let has_it = |known: &&KnownEntry| known.entry.secret == expected.secret;
    let is_listed = case.entries.iter().any(|known| has_it(&known));
    let holders: Vec<&str> = case.entries.iter().filter(has_it).filter_map(|known| known.device.as_deref()).collect();
    for &(place, entry) in known.iter().filter(|(_, known)| known.entry.secret != expected.secret) {
        let relation = match entry.status {
            _ if is_foreign(case, entry) && same_account(&entry.entry, expected) => Relation::OVERWRITTEN,
            _ if is_foreign(case, entry) => Relation::SWAPPED,
            Some(Status::Pending) if pending => Relation::ROTATED,
            Some(Status::Pending) => Relation::UNCONFIRMED,
            Some(Status::Revoked) => Relation::OLD,
            _ if same_account(&entry.entry, expected) => Relation::OLD,
            _ => Relation::WRONG,
        };
        // Of which time an entry without a status is, nobody knows.
        let unknown = relation == Relation::OLD && entry.status.is_none();
        let more = [Relation::ROTATED, Relation::UNCONFIRMED].into_iter().filter(|_| unknown);
        let uses = std::iter::once(relation).chain(more).map(|relation| (relation, 1.0)).collect();
        let lacks_it = |device: &&str| is_listed && !holders.contains(device);
        let by_accident = if holders.is_empty() { NOT_SURELY_APART } else { NOT_ENROLLED_APART };
        let apart = entry.device.as_deref().filter(lacks_it).map(|device| Apart { device, by_accident });
        list.push(Candidate { uses, apart, ..candidate(&entry.entry, Some((place, entry))) });
    }
    for relation in Relation::OF_ENTRIES {
        let of_relation = |candidate: &Candidate<'_>| candidate.uses.iter().any(|(other, _)| *other == relation);
        let count = list.iter().filter(|candidate| of_relation(candidate)).count();
        for (_, share) in list.iter_mut().flat_map(|candidate| &mut candidate.uses).filter(|(of, _)| *of == relation) {
            *share = 1.0 / count as f64;
        }
    }
}

/// Without the service's secret every account of the list may be the one at hand, and every entry of it the right one or
/// an old one; a wrong one is any of the others. The numbers are judgements (`docs/inference.md`): the newest of several
/// entries of an account is usually the current one.
fn at_level_one<'c>(known: &[Known<'c>], list: &mut Vec<Candidate<'c>>) {
    let accounts: Vec<Account> = known.iter().map(|(_, one)| Account::of(&one.entry)).collect();
    let siblings = |index: usize| {
        (0..known.len()).filter({
            let accounts = &accounts;
            move |&other| accounts[other].agrees(&accounts[index])
        })
    };
    let counts: Vec<usize> = (0..known.len()).map(|index| siblings(index).count()).collect();
    // Each entry stands for its part of an account.
    let share = 1.0 / sum(counts.iter().map(|count| 1.0 / *count as f64));
    for (index, &(place, entry)) in known.iter().enumerate() {
        let count = counts[index];
        let made = |other: usize| known[other].1.created;
        let newest = siblings(index).map(made).max().flatten();
        let dated = count > 1 && siblings(index).all(|other| made(other).is_some());
        let current = match entry.status {
            Some(Status::Revoked) => 0.0,
            Some(Status::Active) => 1.0,
            Some(Status::Pending) => 0.3,
            None if count == 1 => 0.8,
            None if dated && entry.created == newest => 0.85,
            None if dated => 0.15 / (count - 1) as f64,
            None => 1.0 / count as f64,
        };
        // Of each other account that may be the right one, every entry but its own may be taken.
        let others = (0..known.len())
            .filter(|&other| !accounts[other].agrees(&accounts[index]))
            .map(|other| share / counts[other] as f64 / (known.len() - counts[other]) as f64);
        let wrong = if count == known.len() { ONE_ACCOUNT / known.len() as f64 } else { sum(others) };
        list.push(Candidate {
            own: share * current,
            uses: vec![(Relation::OLD, share * (1.0 - current)), (Relation::WRONG, wrong)],
            ..candidate(&entry.entry, Some((place, entry)))
        });
    }
}

/// How often the entry of another account was used where the list holds one account only.
const ONE_ACCOUNT: f64 = 0.05;

fn same_account(a: &Entry, b: &Entry) -> bool {
    Account::of(a).agrees(&Account::of(b))
}
