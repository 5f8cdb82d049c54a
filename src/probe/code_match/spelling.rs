//! Secrets that were misspelt between the service and the authenticator: a character mistyped, an encoding mistaken, the
//! end missing.
//!
//! The one idea: a key that was taken wrongly is another key, and its kind is told. It must not know the codes.

use std::ops::Range;

use data_encoding::{HEXLOWER, HEXUPPER};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::candidates::Relation;
use super::explanation::Explanation;
use crate::entry::{Entry, base32, symbols};
use crate::otp::Secret;

/// The explanations of this kind.
pub(super) const EXPLANATIONS: [Explanation; 3] =
    [Explanation::MisreadSecret, Explanation::MistypedSecret, Explanation::TruncatedSecret];

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The longest key whose every misspelling is tried, in characters.
const LONGEST: usize = 128;
/// The shortest beginning of a secret that is worth trying, in bytes.
const SHORTEST: usize = 5;
/// Bytes of a block of SHA-1 and SHA-256.
const BLOCK: usize = 64;
/// Letters that look like digits which base32 does not have.
const LOOK_ALIKES: [char; 5] = ['O', 'I', 'L', 'B', 'G'];
/// Characters with those that they are taken for.
const TAKEN_FOR: [(&str, &str); 11] = [
    ("I", "L"),
    ("L", "I"),
    ("O", "Q"),
    ("Q", "O"),
    ("S", "5"),
    ("5", "S"),
    ("Z", "2"),
    ("2", "Z"),
    ("G", "6"),
    ("U", "V"),
    ("V", "U"),
];
/// How mistakes of typing are spread, over all 1.
const WRONG: f64 = 0.6;
const MISSING: f64 = 0.15;
const SWAPPED: f64 = 0.15;
const DOUBLED: f64 = 0.1;

/// Every spelling of a secret that somebody may have ended up with. There are thousands: their bytes stand in one place, which is wiped.
pub(super) struct Spellings {
    bytes: Zeroizing<Vec<u8>>,
    all: Vec<Misspelt>,
}

/// One of them.
pub(super) struct Misspelt {
    pub(super) relation: Relation,
    /// Given the relation, the probability of this one.
    pub(super) share: f64,
    /// What became of the secret, for a person.
    pub(super) kind: &'static str,
    secret: Range<usize>,
}

/// What became of the secret of `base`, if one of those that are `held` is a misspelling of it: the explanation, and in
/// which way.
pub(in crate::probe) fn misspelling(base: &Entry, held: &[&Secret]) -> Option<(&'static str, &'static str)> {
    let spellings = Spellings::of(&base.secret);
    let is_held = |(_, secret): &(&Misspelt, &[u8])| held.iter().any(|held| held.bytes() == *secret);
    spellings.iter().find(is_held).map(|(one, _)| (one.relation.0.id(), one.kind))
}

impl Spellings {
    /// Those of `right`, which is none of them.
    pub(super) fn of(right: &Secret) -> Self {
        let key = base32::encode(right);
        let mut read = read_otherwise(right, &key);
        read.extend(cut_off(right));
        let slips = if key.len() <= LONGEST { 65 * key.len() + 32 } else { 0 };
        // None of it may be moved later: what is left behind would not be wiped.
        let room = read.iter().map(|read| read.secret.bytes().len()).sum::<usize>() + slips * (key.len() * 5 / 8 + 1);
        let bytes = Zeroizing::new(Vec::with_capacity(room));
        let begun = bytes.as_ptr();
        let mut spellings = Self { bytes, all: Vec::with_capacity(read.len() + slips) };
        for Read { explanation, share, kind, secret } in read {
            let from = spellings.bytes.len();
            spellings.bytes.extend_from_slice(secret.bytes());
            spellings.add(right, explanation, share, kind, from);
        }
        if key.len() <= LONGEST {
            spellings.add_slips(right, key.as_bytes());
        }
        debug_assert_eq!(begun, spellings.bytes.as_ptr(), "nothing was moved");
        spellings
    }

    /// Each with its bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Misspelt, &[u8])> {
        self.all.iter().map(|one| (one, &self.bytes[one.secret.clone()]))
    }

    /// Takes the bytes from there on for a secret, unless there are none, or it is the right one.
    fn add(&mut self, right: &Secret, explanation: Explanation, share: f64, kind: &'static str, from: usize) {
        let secret = from..self.bytes.len();
        if secret.is_empty() || self.bytes[secret.clone()] == *right.bytes() {
            self.bytes.truncate(from);
        } else {
            self.all.push(Misspelt { relation: Relation(explanation, None), share, kind, secret });
        }
    }

    /// Every key that is one slip of a hand away.
    fn add_slips(&mut self, right: &Secret, key: &[u8]) {
        let Some(key) = symbols::symbols(key, ALPHABET) else { return };
        let n = key.len();
        let mut slip = |share: f64, kind, typed: [&[u8]; 3]| {
            let from = self.bytes.len();
            symbols::take_whole_bytes(typed, 5, &mut self.bytes);
            self.add(right, Explanation::MistypedSecret, share, kind, from);
        };
        for at in 0..n {
            let (before, after) = (&key[..at], &key[at + 1..]);
            for letter in (0..32).filter(|letter| *letter != key[at]) {
                slip(WRONG / (31 * n) as f64, "one character is wrong", [before, &[letter], after]);
            }
            if at == 0 || key[at] != key[at - 1] {
                slip(MISSING / n as f64, "one character is missing", [before, &[], after]);
            }
            if let Some(next) = after.first().filter(|next| **next != key[at]) {
                let typed = [before, &[*next, key[at]], &after[1..]];
                slip(SWAPPED / n as f64, "two neighbouring characters are swapped", typed);
            }
        }
        for at in 0..=n {
            for letter in 0..32 {
                let typed = [&key[..at], &[letter], &key[at..]];
                slip(DOUBLED / (32 * (n + 1)) as f64, "there is one character too many", typed);
            }
        }
    }
}

/// A secret that the right one was taken for.
struct Read {
    explanation: Explanation,
    share: f64,
    kind: &'static str,
    secret: Secret,
}

/// The beginnings of the secret.
fn cut_off(secret: &Secret) -> Vec<Read> {
    let bytes = secret.bytes();
    let lengths = SHORTEST.min(bytes.len())..bytes.len();
    let share = 1.0 / lengths.len().max(1) as f64;
    let cut = |length: usize| Read {
        explanation: Explanation::TruncatedSecret,
        share,
        kind: "the end is missing",
        secret: Secret::new(bytes[..length].to_vec()),
    };
    lengths.map(cut).collect()
}

/// The same characters taken for another encoding.
fn read_otherwise(secret: &Secret, key: &str) -> Vec<Read> {
    let bytes = secret.bytes();
    let hexadecimal = Zeroizing::new(HEXLOWER.encode(bytes));
    let capitals = Zeroizing::new(HEXUPPER.encode(bytes));
    let small = Zeroizing::new(key.to_ascii_lowercase());
    let mut all = Vec::new();
    let mut add = |secret: Option<Secret>, kind| all.extend(secret.map(|secret| (secret, kind)));
    // The characters themselves are taken for the secret.
    for text in [key, small.as_str(), hexadecimal.as_str(), capitals.as_str()] {
        add(Some(Secret::new(text.as_bytes().to_vec())), "its characters were taken as they are");
    }
    add(symbols::hexadecimal(key), "it was taken for hexadecimal");
    for text in [key, small.as_str()] {
        // A last character alone is no byte of base64.
        let whole = if text.len() % 4 == 1 { &text[..text.len() - 1] } else { text };
        add(symbols::base64(whole), "it was taken for base64");
    }
    // A longer one that is hashed is a fault of the library, or what HMAC does with it (RFC 2104 section 2).
    let hashes = [(20, Sha1::digest(bytes).to_vec()), (32, Sha256::digest(bytes).to_vec())];
    for (_, hashed) in hashes.into_iter().filter(|(length, _)| bytes.len() <= *length) {
        add(Some(Secret::new(hashed)), "it was hashed first");
    }
    for last in partial_bytes(bytes.len()) {
        add(Some(Secret::new([bytes, &[last]].concat())), "a last byte was kept that is not whole");
    }
    // A secret that is a text, or is shown as hexadecimal, was read as base32.
    let shown = [std::str::from_utf8(bytes).ok(), Some(hexadecimal.as_str())];
    for text in shown.into_iter().flatten().filter(|text| text.bytes().all(|b| b.is_ascii_alphanumeric())) {
        let map = |one: &str, eight: &str| {
            Zeroizing::new(text.replace('0', "O").replace('1', one).replace('8', eight).replace('9', ""))
        };
        for (one, eight) in [("I", "B"), ("L", "B")] {
            add(decoded(map(one, eight).as_bytes()), "other characters were put for 0, 1 and 8");
        }
        let dropped: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !"0189".contains(*c)).collect());
        add(decoded(dropped.as_bytes()), "0, 1, 8 and 9 were left out");
    }
    // Letters that look like 0, 1, 8 or 9 were written as those and left out, or one letter was taken for another.
    for subset in 1..1_u32 << LOOK_ALIKES.len() {
        let is_left_out = |c: char| (0..LOOK_ALIKES.len()).any(|at| subset >> at & 1 == 1 && LOOK_ALIKES[at] == c);
        let left: Zeroizing<String> = Zeroizing::new(key.chars().filter(|c| !is_left_out(*c)).collect());
        add(decoded(left.as_bytes()).filter(|_| left.len() < key.len()), "letters were taken for digits and left out");
    }
    for (from, to) in TAKEN_FOR.into_iter().filter(|(from, _)| key.contains(*from)) {
        let taken = Zeroizing::new(key.replace(from, to));
        add(decoded(taken.as_bytes()), "one letter was taken for another throughout");
    }
    // Every way of reading has the same share, and its readings share it.
    let mut kinds: Vec<&str> = all.iter().map(|(_, kind)| *kind).collect();
    kinds.sort_unstable();
    let readings = kinds.clone();
    kinds.dedup();
    let share = |kind: &str| {
        let same = readings.iter().filter(|other| **other == kind).count();
        1.0 / (kinds.len() * same.max(1)) as f64
    };
    let read = |(secret, kind)| Read { explanation: Explanation::MisreadSecret, share: share(kind), kind, secret };
    all.into_iter().map(read).collect()
}

/// What a library that keeps the beginning of a byte may have kept behind a key of so many bytes: the bits that its last character has
/// left over, at either end of the byte.
fn partial_bytes(length: usize) -> Vec<u8> {
    let left_over = (8 * length).div_ceil(5) * 5 - 8 * length;
    let bits = if left_over <= 2 { left_over + 5 } else { left_over };
    let mut bytes: Vec<u8> = (0..1_u8 << bits).flat_map(|kept| [kept, kept << (8 - bits)]).collect();
    bytes.sort_unstable();
    bytes.dedup();
    // Zeros behind a key within a block make no difference.
    bytes.retain(|last| *last > 0 || length >= BLOCK);
    bytes
}

/// As an authenticator reads base32.
fn decoded(text: &[u8]) -> Option<Secret> {
    base32::decode(std::str::from_utf8(text).ok()?).map(|read| read.secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> Secret {
        decoded(b"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap()
    }

    #[test]
    fn one_slip_in_a_key_of_32_characters_has_about_2100_outcomes() {
        let right = right();
        let all = Spellings::of(&right);
        let mistyped = all.iter().filter(|(one, _)| one.relation.0 == Explanation::MistypedSecret).count();
        assert!((2_000..=2_150).contains(&mistyped), "{mistyped}");
        assert!(all.iter().all(|(_, secret)| secret != right.bytes()));
    }

    #[test]
    fn a_slip_is_read_as_an_authenticator_reads_it() {
        let right = right();
        let all = Spellings::of(&right);
        let kinds = [
            ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA", "one character is wrong"),
            ("BSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "one character is missing"),
            ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PPX", "two neighbouring characters are swapped"),
            ("JBSWY3DPEHPK3PXPJBSWWY3DPEHPK3PXP", "there is one character too many"),
        ];
        for (typed, kind) in kinds {
            let typed = decoded(typed.as_bytes()).unwrap();
            assert!(all.iter().any(|(one, secret)| one.kind == kind && secret == typed.bytes()), "{kind}");
        }
    }

    #[test]
    fn keys_of_every_length_have_room_enough() {
        for length in [1, 4, 5, 20, 32, 79, 80, 81, 100] {
            let count = Spellings::of(&Secret::new((0..length).collect())).iter().count();
            assert_eq!(count > 1_000, (20..=80).contains(&length), "{length} bytes: {count}");
        }
    }

    #[test]
    fn the_shares_of_each_explanation_sum_to_at_most_one() {
        let right = right();
        for explanation in EXPLANATIONS {
            let all = Spellings::of(&right);
            let of = all.iter().filter(|(one, _)| one.relation.0 == explanation);
            let sum: f64 = of.map(|(one, _)| one.share).sum();
            assert!(sum > 0.5 && sum <= 1.0 + 1e-9, "{explanation:?}: {sum}");
        }
    }
}
