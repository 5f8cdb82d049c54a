use crate::case::{Case, KnownEntry, Status};
use crate::entry::{Entry, Kind};
use crate::otp::Key;

/// A secret that could have made the codes, ready to compute.
pub(super) struct Candidate<'c> {
    pub(super) entry: &'c Entry,
    pub(super) id: Option<&'c str>,
    /// Its place in the case's list of entries.
    pub(super) place: Option<usize>,
    pub(super) key: Key,
    /// The probability that this is the credential the service checks, over all candidates at most 1.
    pub(super) own: f64,
    /// Given the relation: the probability that the person used this one, over all candidates at most 1.
    pub(super) uses: Vec<(Relation, f64)>,
}

/// What a secret other than the service's is to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Same account, an earlier enrolment.
    Old,
    /// Another account of the same authenticator.
    Wrong,
    /// Enrolled, never confirmed; the service still checks the one before.
    Unconfirmed,
    /// Shown during this very enrolment, then replaced by a new QR code.
    Rotated,
}

impl Relation {
    pub(super) const ALL: [Self; 4] = [Self::Old, Self::Wrong, Self::Unconfirmed, Self::Rotated];

    /// The explanation that the code comes from such a secret.
    pub(super) fn explanation(self) -> &'static str {
        match self {
            Self::Old => "old-entry",
            Self::Wrong => "wrong-entry",
            Self::Unconfirmed => "unconfirmed-enrolment",
            Self::Rotated => "rotated-during-enrolment",
        }
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
    pub(super) fn of(case: &'c Case) -> Self {
        let mut skipped = 0;
        let mut known: Vec<(usize, &KnownEntry)> = Vec::new();
        for (place, entry) in case.entries.iter().enumerate() {
            let foreign = entry.owner.is_some() && case.person.is_some() && entry.owner != case.person;
            if matches!(entry.entry.kind, Kind::Vendor(_)) {
                skipped += 1;
            } else if !foreign && !known.iter().any(|(_, earlier)| same_codes(&earlier.entry, &entry.entry)) {
                known.push((place, entry));
            }
        }
        let mut list = Vec::new();
        match &case.expected {
            Some(expected) if matches!(expected.kind, Kind::Vendor(_)) => skipped += 1,
            Some(expected) => at_level_two(case, expected, &known, &mut list),
            None => at_level_one(&known, &mut list),
        }
        Self { list, expected_known: case.expected.is_some(), skipped, entries_listed: !case.entries.is_empty() }
    }

    /// The probability that the secret used is none of the list, given that it is not the service's.
    pub(super) fn unlisted(&self) -> f64 {
        if self.entries_listed { UNLISTED } else { 1.0 }
    }
}

fn candidate<'c>(entry: &'c Entry, known: Option<(usize, &'c KnownEntry)>) -> Candidate<'c> {
    let id = known.and_then(|(_, known)| known.id.as_deref());
    let place = known.map(|(place, _)| place);
    Candidate { entry, id, place, key: Key::new(entry.algorithm, &entry.secret), own: 0.0, uses: Vec::new() }
}

fn same_codes(a: &Entry, b: &Entry) -> bool {
    a.secret == b.secret && a.algorithm == b.algorithm && a.digits == b.digits && a.kind == b.kind
}

fn at_level_two<'c>(
    case: &'c Case,
    expected: &'c Entry,
    known: &[(usize, &'c KnownEntry)],
    list: &mut Vec<Candidate<'c>>,
) {
    let among = case.expected_among_entries();
    let pending = among.is_some_and(|entry| entry.status == Some(Status::Pending));
    let itself = known.iter().find(|(_, known)| known.entry.secret == expected.secret);
    list.push(Candidate { own: 1.0, ..candidate(expected, itself.copied()) });
    for (place, entry) in known {
        if entry.entry.secret == expected.secret {
            continue;
        }
        let relation = match entry.status {
            Some(Status::Pending) if pending => Relation::Rotated,
            Some(Status::Pending) => Relation::Unconfirmed,
            Some(Status::Revoked) => Relation::Old,
            _ if same_account(&entry.entry, expected) => Relation::Old,
            _ => Relation::Wrong,
        };
        list.push(Candidate { uses: vec![(relation, 1.0)], ..candidate(&entry.entry, Some((*place, entry))) });
    }
    for relation in Relation::ALL {
        let of_relation = |candidate: &Candidate<'_>| candidate.uses.iter().any(|(other, _)| *other == relation);
        let count = list.iter().filter(|candidate| of_relation(candidate)).count();
        for candidate in list.iter_mut().filter(|candidate| of_relation(candidate)) {
            candidate.uses = vec![(relation, 1.0 / count as f64)];
        }
    }
}

/// Without the service's secret every entry may be the right one, an old one or that of another account. The numbers
/// are judgements (`docs/inference.md`): the newest of several entries of an account is usually the current one.
fn at_level_one<'c>(known: &[(usize, &'c KnownEntry)], list: &mut Vec<Candidate<'c>>) {
    let count = known.len() as f64;
    for (place, entry) in known {
        let all = known.iter().map(|(_, known)| *known);
        let siblings: Vec<&KnownEntry> = all.filter(|other| same_account(&other.entry, &entry.entry)).collect();
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
        let share = 1.0 / count;
        let other_accounts = if known.len() > siblings.len() { 1.0 } else { 0.05 };
        list.push(Candidate {
            own: share * current,
            uses: vec![(Relation::Old, share * (1.0 - current)), (Relation::Wrong, share * other_accounts)],
            ..candidate(&entry.entry, Some((*place, entry)))
        });
    }
}

/// Issuer and account agree, blanks and case aside; an issuer left out agrees with any.
fn same_account(a: &Entry, b: &Entry) -> bool {
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let issuers = a.issuer.trim().is_empty() || b.issuer.trim().is_empty() || same(&a.issuer, &b.issuer);
    issuers && same(&a.account, &b.account)
}
