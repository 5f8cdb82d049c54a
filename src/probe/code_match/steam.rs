//! Steam Guard: five letters of an alphabet of 26 in place of digits.
//!
//! The one idea: such a code is a number like any other, written in another alphabet. It must not know how it is compared.
//!
//! # Source
//! The time, the hash and the truncation are those of RFC 6238; the alphabet and the order of the letters are those of
//! <https://github.com/beemdevelopment/Aegis>, its reader of Steam.

use std::borrow::Cow;

use crate::entry::{Entry, Kind, Vendor};
use crate::otp::{Algorithm, Digits};

/// The letters, by value.
const ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
/// Letters of a code.
pub(super) const LENGTH: usize = 5;
/// Different codes.
pub(super) const CODES: u64 = 11_881_376;
/// Seconds of a code.
const PERIOD: u32 = 30;

/// The code of a truncated value, as a number.
pub(super) fn code(truncated: u32) -> u64 {
    u64::from(truncated) % CODES
}

/// Five letters as a number, the lowest place first; `None` if they are none.
pub(super) fn read(text: &str) -> Option<u64> {
    let letters = text.trim().to_ascii_uppercase();
    if letters.len() != LENGTH {
        return None;
    }
    let place = |letter: u8| ALPHABET.iter().position(|one| *one == letter);
    letters.bytes().rev().try_fold(0, |value, letter| Some(value * ALPHABET.len() as u64 + place(letter)? as u64))
}

/// Whether every character is one of the letters.
pub(super) fn is_letters(text: &str) -> bool {
    text.bytes().all(|b| ALPHABET.contains(&b.to_ascii_uppercase()))
}

pub(super) fn is_steam(entry: &Entry) -> bool {
    entry.kind == Kind::Vendor(Vendor::Steam)
}

/// The entry as one that follows time, of which only the alphabet is another.
pub(super) fn timed(entry: &Entry) -> Cow<'_, Entry> {
    let digits = Digits::new(LENGTH as u8).unwrap_or(entry.digits);
    Cow::Owned(Entry { kind: Kind::Totp { period: PERIOD }, algorithm: Algorithm::Sha1, digits, ..entry.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_they_are_written() {
        // The first letter is the rest by 26, and so on.
        assert_eq!(read("22222"), Some(0));
        assert_eq!(read("32222"), Some(1));
        assert_eq!(read("23222"), Some(26));
        assert_eq!(read("yyyyy"), Some(CODES - 1));
        assert_eq!(read("A2222"), None);
        assert_eq!(read("222222"), None);
        assert_eq!(code(u32::MAX >> 1), u64::from(u32::MAX >> 1) % 26_u64.pow(5));
    }
}
