//! What probes say in words: details of an explanation, and why nothing could be measured.
//!
//! The one idea: a closed list, so that knowledge can have a phrase for each and say it in another language.

use crate::finding::Fact;

/// Every text, sorted; names of algorithms are not words. The phrase for `a wrong date` is `said-a-wrong-date`.
pub const SAID: &[&str] = &[
    "0, 1, 8 and 9 were left out",
    "a clock other than the one that was read",
    "a clock that was reset",
    "a code every 10 seconds",
    "a code every 15 seconds",
    "a code every 20 seconds",
    "a code every 30 seconds",
    "a code every minute",
    "a code that follows a counter",
    "a code that follows the time",
    "a digit is missing",
    "a digit stands twice",
    "a last byte was kept that is not whole",
    "a long secret is hashed too early",
    "a scheme of its own with five letters",
    "a scheme of its own with seven digits",
    "a secret that is cut off",
    "a secret that is repeated",
    "a wrong date",
    "a wrong time zone",
    "behind it",
    "codes of this kind (Yandex, mOTP or another hash) cannot be computed here",
    "eight digits",
    "in front of it",
    "it counts from another day than 1970",
    "it counts milliseconds",
    "it counts seconds",
    "it cuts the code with one too few",
    "it fills the counter up at the wrong end",
    "it keeps the top bit",
    "it rounds the time up",
    "it takes the place from the wrong byte",
    "it was hashed first",
    "it was taken for base64",
    "it was taken for hexadecimal",
    "its characters were taken as they are",
    "its own time zone or date is wrong",
    "letters were taken for digits and left out",
    "morning and afternoon mixed up",
    "no code to compare",
    "no further code was given",
    "no secret to compare the code with",
    "one character is missing",
    "one character is wrong",
    "one digit is wrong",
    "one letter was taken for another throughout",
    "other characters were put for 0, 1 and 8",
    "seven digits",
    "six digits",
    "six digits in place of five letters",
    "the end is missing",
    "the halves are swapped",
    "there is one character too many",
    "two neighbouring characters are swapped",
    "two neighbouring digits are swapped",
];

/// One of them as a fact.
pub(super) fn said(text: &str) -> Fact {
    let is_name = !text.chars().any(char::is_lowercase);
    debug_assert!(is_name || SAID.binary_search(&text).is_ok(), "{text}: not among what probes say");
    Fact::Text(text.to_owned())
}
