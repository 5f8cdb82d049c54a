//! What a client that differs from the service makes of the right secret: other parameters, a scheme of its own, a secret
//! that was misspelt on its way.
//!
//! Each is an entry like any other, so that the codes are compared with it in the same way. The shares are judgements
//! (`docs/inference.md`).
//!
//! The one idea: what a client makes of a secret is another secret, with a share. It must not know the codes.

use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

use super::Depth;
use super::candidates::{Candidate, Relation};
use super::explanation::Explanation;
use super::spelling;
use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Digits, Secret};

/// An entry that the right one may have become.
pub(super) struct Derived {
    pub(super) entry: Entry,
    pub(super) relation: Relation,
    /// Given the relation, the probability of this one.
    pub(super) share: f64,
    /// What became of it, for a person.
    pub(super) kind: &'static str,
}

/// One parameter changed.
struct Change {
    explanation: Explanation,
    share: f64,
    kind: &'static str,
    apply: fn(&mut Entry, u32),
    value: u32,
}

/// The hashes by number, lengths and periods that apps are known to use, the likelier first.
const HASHES: [(Algorithm, &str); 3] =
    [(Algorithm::Sha1, "SHA-1"), (Algorithm::Sha256, "SHA-256"), (Algorithm::Sha512, "SHA-512")];
const LENGTHS: [(u8, &str); 3] = [(6, "six digits"), (8, "eight digits"), (7, "seven digits")];
const PERIODS: [(u32, &str); 5] = [
    (30, "a code every 30 seconds"),
    (60, "a code every minute"),
    (15, "a code every 15 seconds"),
    (20, "a code every 20 seconds"),
    (10, "a code every 10 seconds"),
];
/// Explanations that are also tried together with a clock that is off.
pub(super) const WITH_CLOCK: [Explanation; 3] =
    [Explanation::AlgorithmIgnored, Explanation::DigitsIgnored, Explanation::PeriodIgnored];
/// What the first of the values that remain gets; the others share the rest.
const LIKELIEST: f64 = 0.8;
/// An app of Authy's own scheme: seven digits, every ten seconds.
const AUTHY: (u8, u32) = (7, 10);
/// How often a misspelling is none of those that are tried.
const OTHER_SPELLING: f64 = 0.3;

/// A hash as a person reads it.
pub(in crate::probe) fn hash(of: Algorithm) -> &'static str {
    HASHES.iter().find(|(algorithm, _)| *algorithm == of).map_or(of.name(), |(_, kind)| kind)
}

/// A length of codes as a person reads it; `None` if no app is known to use it.
pub(in crate::probe) fn length(digits: u8) -> Option<&'static str> {
    LENGTHS.iter().find(|(length, _)| *length == digits).map(|(_, kind)| *kind)
}

/// A period in seconds as a person reads it; `None` if no app is known to use it.
pub(in crate::probe) fn pace(period: u32) -> Option<&'static str> {
    PERIODS.iter().find(|(other, _)| *other == period).map(|(_, kind)| *kind)
}

/// Everything that a client makes of `base` and that is tried at that depth.
pub(super) fn of(base: &Candidate<'_>, depth: Depth) -> Vec<Derived> {
    let (in_letters, base) = (base.in_letters, &base.entry);
    if in_letters {
        return vec![digits_for_letters(base)];
    }
    let changes = [hashes(base), lengths(base), periods(base)];
    let mut all: Vec<Derived> = changes.iter().flatten().map(|change| changed(base, &[change])).collect();
    all.extend(other_type(base));
    all.extend(authy(base));
    all.extend(client_bugs(base));
    if depth > Depth::Near {
        for (first, later) in [(0, 1), (0, 2), (1, 2)] {
            let pairs = changes[first].iter().flat_map(|one| changes[later].iter().map(move |other| [one, other]));
            all.extend(pairs.map(|pair| changed(base, &pair)));
        }
    }
    all
}

/// The probability that a relation of this kind shows in none of what is tried.
pub(super) fn unlisted(relation: Relation) -> f64 {
    if spelling::EXPLANATIONS.contains(&relation.0) { OTHER_SPELLING } else { 0.0 }
}

/// The shares of values of which the likeliest stands first.
fn shares(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |index| match index {
        _ if count == 1 => 1.0,
        0 => LIKELIEST,
        _ => (1.0 - LIKELIEST) / (count - 1) as f64,
    })
}

fn hashes(base: &Entry) -> Vec<Change> {
    let apply: fn(&mut Entry, u32) = |entry, number| entry.algorithm = HASHES[number as usize].0;
    let others: Vec<usize> = (0..HASHES.len()).filter(|&index| HASHES[index].0 != base.algorithm).collect();
    let change = |(index, share): (usize, f64)| Change {
        explanation: Explanation::AlgorithmIgnored,
        share,
        kind: HASHES[index].1,
        apply,
        value: index as u32,
    };
    let count = others.len();
    others.into_iter().zip(shares(count)).map(change).collect()
}

fn lengths(base: &Entry) -> Vec<Change> {
    let apply: fn(&mut Entry, u32) = |entry, digits| {
        entry.digits = u8::try_from(digits).ok().and_then(Digits::new).unwrap_or(entry.digits);
    };
    let others: Vec<_> = LENGTHS.into_iter().filter(|(digits, _)| *digits != base.digits.get()).collect();
    let change = |((digits, kind), share)| Change {
        explanation: Explanation::DigitsIgnored,
        share,
        kind,
        apply,
        value: u32::from(digits),
    };
    let count = others.len();
    others.into_iter().zip(shares(count)).map(change).collect()
}

fn periods(base: &Entry) -> Vec<Change> {
    let Kind::Totp { period } = base.kind else { return Vec::new() };
    let apply: fn(&mut Entry, u32) = |entry, period| entry.kind = Kind::Totp { period };
    let others: Vec<_> = PERIODS.into_iter().filter(|(other, _)| *other != period).collect();
    let change = |((value, kind), share)| Change { explanation: Explanation::PeriodIgnored, share, kind, apply, value };
    let count = others.len();
    others.into_iter().zip(shares(count)).map(change).collect()
}

fn changed(base: &Entry, changes: &[&Change]) -> Derived {
    let mut entry = nameless(base);
    for change in changes {
        (change.apply)(&mut entry, change.value);
    }
    let share = changes.iter().map(|change| change.share).product();
    let relation = Relation(changes[0].explanation, changes.get(1).map(|change| change.explanation));
    Derived { entry, relation, share, kind: changes[0].kind }
}

/// Six digits where Steam's letters are due: the app took the key for one of the usual kind.
fn digits_for_letters(base: &Entry) -> Derived {
    let entry = Entry { digits: Digits::SIX, ..nameless(base) };
    let relation = Relation(Explanation::VendorVariant, None);
    Derived { entry, relation, share: 0.9, kind: "six digits in place of five letters" }
}

/// The entry without its names, which nothing is compared with.
pub(super) fn nameless(base: &Entry) -> Entry {
    Entry { issuer: String::new(), account: String::new(), ..base.clone() }
}

/// A time code where a counter code is due; the reverse has no entry to be computed with ([`super::counters`]).
fn other_type(base: &Entry) -> Option<Derived> {
    let Kind::Hotp { .. } = base.kind else { return None };
    let entry = Entry { kind: Kind::Totp { period: 30 }, ..nameless(base) };
    let kind = "a code that follows the time";
    Some(Derived { entry, relation: Relation(Explanation::WrongOtpType, None), share: 1.0, kind })
}

fn authy(base: &Entry) -> Option<Derived> {
    let (digits, period) = AUTHY;
    let kind = Kind::Totp { period };
    let entry = Entry { digits: Digits::new(digits)?, kind, ..nameless(base) };
    let relation = Relation(Explanation::VendorVariant, None);
    Some(Derived { entry, relation, share: 0.5, kind: "a scheme of its own with seven digits" })
}

/// Secrets that a faulty library brings to a length: repeated until the hash is full, cut off there or at its block, or hashed
/// although they fit in a block.
///
/// # Source
/// RFC 2104 section 2: a key is filled up with zeros, and hashed where it is longer than a block.
fn client_bugs(base: &Entry) -> Vec<Derived> {
    let bytes = base.secret.bytes();
    let (length, block, hashed) = match base.algorithm {
        Algorithm::Sha1 => (20, 64, Sha1::digest(bytes).to_vec()),
        Algorithm::Sha256 => (32, 64, Sha256::digest(bytes).to_vec()),
        Algorithm::Sha512 => (64, 128, Sha512::digest(bytes).to_vec()),
        #[cfg(feature = "hashes")]
        _ => return Vec::new(),
    };
    if bytes.is_empty() {
        return Vec::new();
    }
    let filled: Vec<u8> = bytes.iter().copied().cycle().take(length).collect();
    let brought = if bytes.len() < length { "a secret that is repeated" } else { "a secret that is cut off" };
    let made = [
        (filled, 0.3, brought),
        (bytes[..bytes.len().min(block)].to_vec(), 0.05, "a secret that is cut off"),
        (if bytes.len() > length { hashed } else { bytes.to_vec() }, 0.05, "a long secret is hashed too early"),
    ];
    let mut all: Vec<Derived> = Vec::new();
    for (secret, share, kind) in made {
        let secret = Secret::new(secret);
        // What the hash does itself is no fault.
        let known = secret == base.secret || all.iter().any(|one| one.entry.secret == secret);
        let as_due = bytes.len() > block && share < 0.1 && secret.bytes().len() == length;
        if !known && !as_due {
            let entry = Entry { secret, ..nameless(base) };
            all.push(Derived { entry, relation: Relation(Explanation::ClientBug, None), share, kind });
        }
    }
    all
}
