use std::borrow::Cow;

use super::Depth;
use super::derived::{self, Derived};
use crate::case::{Case, KnownEntry, Status};
use crate::entry::{Entry, Kind};
use crate::finding::{Detail, Fact};
use crate::otp::Key;

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
    /// Whether it is no entry of the case, but what a faulty client or a misspelt secret makes of one.
    pub(super) derived: bool,
    /// What is said of it where it was used.
    pub(super) detail: Detail,
}

/// What the secret that was used is to the account, where it is not the service's own: the explanation, and the second fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation(pub(super) &'static str, pub(super) Option<&'static str>);

impl Relation {
    /// Same account, an earlier enrolment.
    pub(super) const OLD: Self = Self("old-entry", None);
    /// Another account of the same authenticator.
    const WRONG: Self = Self("wrong-entry", None);
    /// Enrolled, never confirmed; the service still checks the one before.
    const UNCONFIRMED: Self = Self("unconfirmed-enrolment", None);
    /// Shown during this very enrolment, then replaced by a new QR code.
    const ROTATED: Self = Self("rotated-during-enrolment", None);
    /// Another person's, under the same label.
    const OVERWRITTEN: Self = Self("overwritten-entry", None);
    /// Another person's.
    pub(super) const SWAPPED: Self = Self("swapped-tokens", None);

    /// Those that entries of a case have; the others are derived.
    const OF_ENTRIES: [Self; 6] =
        [Self::OLD, Self::WRONG, Self::UNCONFIRMED, Self::ROTATED, Self::OVERWRITTEN, Self::SWAPPED];

    pub(super) fn is_of_entries(self) -> bool {
        Self::OF_ENTRIES.contains(&self)
    }
}

/// How often the secret that was used is missing from a list of entries that was given.
const UNLISTED: f64 = 0.05;

/// Every secret of a case, with the part it may play.
pub(super) struct Candidates<'c> {
    pub(super) list: Vec<Candidate<'c>>,
    /// Whether the service's secret is known (evidence level L2).
    pub(super) expected_known: bool,
    /// Entries whose codes cannot be computed here.
    pub(super) skipped: usize,
    entries_listed: bool,
}

impl<'c> Candidates<'c> {
    pub(super) fn of(case: &'c Case, depth: Depth) -> Self {
        let mut skipped = 0;
        let mut known: Vec<&KnownEntry> = Vec::new();
        for entry in &case.entries {
            if matches!(entry.entry.kind, Kind::Vendor(_)) {
                skipped += 1;
            } else if !known.iter().any(|earlier| same_codes(&earlier.entry, &entry.entry)) {
                known.push(entry);
            }
        }
        let mut list = Vec::new();
        match &case.expected {
            Some(expected) if matches!(expected.kind, Kind::Vendor(_)) => skipped += 1,
            Some(expected) => at_level_two(case, expected, &known, &mut list),
            None => {
                known.retain(|entry| !is_foreign(case, entry));
                at_level_one(&known, &mut list);
            }
        }
        let expected_known = case.expected.is_some();
        let mut derived = Vec::new();
        for base in list.iter().filter(|candidate| candidate.own > 0.0) {
            let made = derived::of(&base.entry, depth, expected_known);
            derived.extend(made.into_iter().map(|one| from_derived(one, base.own)));
        }
        list.extend(derived);
        Self { list, expected_known, skipped, entries_listed: !case.entries.is_empty() }
    }

    /// The probability that the secret used is none of the list, given the relation.
    pub(super) fn unlisted(&self, relation: Relation) -> f64 {
        match relation.is_of_entries() {
            true if self.entries_listed => UNLISTED,
            true => 1.0,
            false => derived::unlisted(relation),
        }
    }
}

impl Candidate<'_> {
    /// Whether offsets of a clock are searched with it: with the case's own entries, and with other parameters once the near
    /// search has found nothing.
    pub(super) fn is_searched(&self, depth: Depth) -> bool {
        let shifted = |relation: &Relation| relation.1.is_none() && derived::WITH_CLOCK.contains(&relation.0);
        !self.derived || depth > Depth::Near && self.uses.iter().any(|(relation, _)| shifted(relation))
    }
}

fn candidate<'c>(entry: &'c Entry, known: Option<&'c KnownEntry>, place: Option<usize>) -> Candidate<'c> {
    let id = known.and_then(|known| known.id.as_deref());
    let name = id.map(str::to_owned).or_else(|| Some(format!("entries[{}]", place?)));
    Candidate {
        entry: Cow::Borrowed(entry),
        id,
        known,
        key: Key::new(entry.algorithm, &entry.secret),
        own: 0.0,
        uses: Vec::new(),
        derived: false,
        detail: name.map_or_else(Detail::default, |name| Detail::default().with("entry", Fact::Text(name))),
    }
}

fn from_derived<'c>(made: Derived, own: f64) -> Candidate<'c> {
    let key = Key::new(made.entry.algorithm, &made.entry.secret);
    let detail = Detail::default().with("kind", Fact::Text(made.kind.to_owned()));
    let uses = vec![(made.relation, own * made.share)];
    Candidate { entry: Cow::Owned(made.entry), id: None, known: None, key, own: 0.0, uses, derived: true, detail }
}

fn same_codes(a: &Entry, b: &Entry) -> bool {
    a.secret == b.secret && a.algorithm == b.algorithm && a.digits == b.digits && a.kind == b.kind
}

/// Whether it is another person's.
fn is_foreign(case: &Case, known: &KnownEntry) -> bool {
    known.owner.is_some() && case.person.is_some() && known.owner != case.person
}

fn at_level_two<'c>(case: &'c Case, expected: &'c Entry, known: &[&'c KnownEntry], list: &mut Vec<Candidate<'c>>) {
    let pending = case.expected_among_entries().is_some_and(|entry| entry.status == Some(Status::Pending));
    let itself = known.iter().find(|known| known.entry.secret == expected.secret);
    list.push(Candidate { own: 1.0, ..candidate(expected, itself.copied(), itself.and_then(|one| place(case, one))) });
    for entry in known.iter().filter(|known| known.entry.secret != expected.secret) {
        let relation = match entry.status {
            _ if is_foreign(case, entry) && same_account(&entry.entry, expected) => Relation::OVERWRITTEN,
            _ if is_foreign(case, entry) => Relation::SWAPPED,
            Some(Status::Pending) if pending => Relation::ROTATED,
            Some(Status::Pending) => Relation::UNCONFIRMED,
            Some(Status::Revoked) => Relation::OLD,
            _ if same_account(&entry.entry, expected) => Relation::OLD,
            _ => Relation::WRONG,
        };
        let uses = vec![(relation, 1.0)];
        list.push(Candidate { uses, ..candidate(&entry.entry, Some(entry), place(case, entry)) });
    }
    for relation in Relation::OF_ENTRIES {
        let of_relation = |candidate: &Candidate<'_>| candidate.uses.iter().any(|(other, _)| *other == relation);
        let count = list.iter().filter(|candidate| of_relation(candidate)).count();
        for candidate in list.iter_mut().filter(|candidate| of_relation(candidate)) {
            candidate.uses = vec![(relation, 1.0 / count as f64)];
        }
    }
}

/// Its place in the case's list of entries.
fn place(case: &Case, known: &KnownEntry) -> Option<usize> {
    case.entries.iter().position(|one| std::ptr::eq(one, known))
}

/// Without the service's secret every account of the list may be the one at hand, and every entry of it the right one or
/// an old one; a wrong one is any of the others. The numbers are judgements (`docs/inference.md`): the newest of several
/// entries of an account is usually the current one.
fn at_level_one<'c>(known: &[&'c KnownEntry], list: &mut Vec<Candidate<'c>>) {
    let same = |a: &KnownEntry, b: &KnownEntry| same_account(&a.entry, &b.entry);
    // Each entry stands for its part of an account.
    let accounts: f64 = known.iter().map(|entry| 1.0 / siblings_of(known, entry) as f64).sum();
    for (place, entry) in known.iter().enumerate() {
        let siblings: Vec<&KnownEntry> = known.iter().filter(|other| same(other, entry)).copied().collect();
        let newest = siblings.iter().map(|other| other.created).max().flatten();
        let dated = siblings.len() > 1 && siblings.iter().all(|other| other.created.is_some());
        let current = match entry.status {
            Some(Status::Revoked) => 0.0,
            Some(Status::Active) => 1.0,
            Some(Status::Pending) => 0.3,
            None if siblings.len() == 1 => 0.8,
            None if dated && entry.created == newest => 0.85,
            None if dated => 0.15 / (siblings.len() - 1) as f64,
            None => 1.0 / siblings.len() as f64,
        };
        let share = 1.0 / accounts;
        // Of each other account that may be the right one, every entry but its own may be taken.
        let others = known.iter().filter(|other| !same(other, entry)).map(|other| {
            let own = siblings_of(known, other);
            share / own as f64 / (known.len() - own) as f64
        });
        let wrong = if accounts > 1.0 { others.sum() } else { 0.05 / known.len() as f64 };
        list.push(Candidate {
            own: share * current,
            uses: vec![(Relation::OLD, share * (1.0 - current)), (Relation::WRONG, wrong)],
            ..candidate(&entry.entry, Some(entry), Some(place))
        });
    }
}

/// How many entries of the list are of the same account, itself among them.
fn siblings_of(known: &[&KnownEntry], entry: &KnownEntry) -> usize {
    known.iter().filter(|other| same_account(&other.entry, &entry.entry)).count()
}

/// Issuer and account agree, blanks and case aside; an issuer left out agrees with any.
fn same_account(a: &Entry, b: &Entry) -> bool {
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let issuers = a.issuer.trim().is_empty() || b.issuer.trim().is_empty() || same(&a.issuer, &b.issuer);
    issuers && same(&a.account, &b.account)
}
