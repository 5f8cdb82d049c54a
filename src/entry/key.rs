//! What a set-up key looks like.
//!
//! The one idea: where nobody says that a text is a key, it is one only if hardly anything else looks so: one word, or
//! groups of one length, of one case, long enough, and its letters do not follow each other as in words. It must not
//! decode.

use super::base32;

/// What a text looks like, to somebody who knows only how keys are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A set-up key in base32.
    Key,
    /// A key, but for a digit that no key has: the number of the character, from 1.
    Digit(usize),
    /// Nothing but hexadecimal digits.
    Hexadecimal,
    /// Letters of both cases, and digits, as base64 has them.
    Base64,
    /// Letters that follow each other as in words.
    Words,
    /// Something else.
    Other,
}

/// Letters and digits of the shortest key that is taken without a label: 80 bits.
pub const SHORTEST: usize = 16;
/// The same behind a label that speaks of one-time codes.
const SHORTEST_LABELLED: usize = 8;
/// Letters and digits of the longest: more than any hash takes.
const LONGEST: usize = 256;
/// Different letters and digits that a key has at least, and a long one.
const LEAST_VARIED: usize = 6;
const LONG: usize = 26;
const LEAST_VARIED_LONG: usize = 10;
/// One letter or digit is one in so many of a key, at most.
const MOST_OF_ONE: usize = 3;
/// Letters in the order of the alphabet, at which a text is a list of them.
const LONGEST_RUN: usize = 6;
/// The 120 pairs of letters that are most frequent in English, German and the names of programs, by the first of them.
/// Two in three pairs of such words are among them, and one in six of a key.
const PAIRS: &[(char, &str)] = &[
    ('a', "bcdglmnrstuy"),
    ('b', "e"),
    ('c', "aehklot"),
    ('d', "aeio"),
    ('e', "acdilmnprstx"),
    ('f', "ior"),
    ('g', "e"),
    ('h', "aeiort"),
    ('i', "ceglnost"),
    ('k', "e"),
    ('l', "adeilot"),
    ('m', "aep"),
    ('n', "acdegiost"),
    ('o', "cdfmnprtuw"),
    ('p', "aer"),
    ('r', "aceiost"),
    ('s', "aceiostu"),
    ('t', "aehiors"),
    ('u', "nrst"),
    ('v', "ei"),
    ('w', "aehi"),
    ('y', "s"),
];
/// Of a hundred pairs, so many are among them in words: one word in fifty has fewer, one key of 16 characters in fifty
/// more, and of longer keys hardly any.
const PAIRS_OF_WORDS: usize = 40;
/// What names of other things in base32 begin with: users and keys of a cloud, contents by their hash.
const OTHERS: [&str; 5] = ["AKIA", "ASIA", "AROA", "AIDA", "bafy"];
/// A word has a digit among so many characters, at most; a key has three.
const DIGITS_OF_WORDS: usize = 7;
/// Digits outside of base32 that a slip of the pen explains: one in so many.
const SLIPS: usize = 8;

/// What a text looks like that stands by itself.
pub fn look(text: &str) -> Look {
    seen(text, SHORTEST, Said::Nothing)
}

/// What a text looks like that stands behind a label; `sure` if the label speaks of one-time codes.
pub fn look_labelled(text: &str, sure: bool) -> Look {
    if sure { seen(text, SHORTEST_LABELLED, Said::OfCodes) } else { seen(text, SHORTEST, Said::Secret) }
}

/// What is said of a text before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It stands by itself.
    Nothing,
    /// That it is a key or secret of some kind.
    Secret,
    /// That it is the key of one-time codes.
    OfCodes,
}

fn seen(text: &str, shortest: usize, said: Said) -> Look {
    let sure = said == Said::OfCodes;
    let text = text.trim();
    let key = text.trim_end_matches('=');
    let padding = text.len() - key.len();
    if !evenly_grouped(key) {
        return Look::Other;
    }
    let shape = Shape::of(key);
    let length = shape.symbols + shape.digits;
    // What is padded to whole groups of eight was written by an encoder, however short it is.
    let padded = padding > 0 && (length + padding).is_multiple_of(8) && length >= SHORTEST_LABELLED;
    if shape.others > 0 || length > LONGEST || (length < shortest && !padded) {
        return if shape.is_base64(padding) { Look::Base64 } else { Look::Other };
    }
    let least = if length >= LONG { LEAST_VARIED_LONG } else { LEAST_VARIED };
    if shape.most * MOST_OF_ONE > length {
        return Look::Other;
    }
    if shape.run >= LONGEST_RUN || shape.varied < least && !shape.is_hexadecimal || shape.varied < LEAST_VARIED {
        return Look::Other;
    }
    if shape.is_hexadecimal {
        return if length >= SHORTEST && length.is_multiple_of(2) { Look::Hexadecimal } else { Look::Other };
    }
    if shape.upper > 0 && shape.lower > 0 {
        return if shape.is_base64(padding) { Look::Base64 } else { Look::Other };
    }
    // What is grouped by dashes is a recovery or product key mostly, and of other lengths than a secret.
    let by_dashes = shape.is_grouped && !key.contains(char::is_whitespace);
    if !sure && (by_dashes && !is_usual_length(length) || OTHERS.iter().any(|start| key.starts_with(start))) {
        return Look::Other;
    }
    let named = said == Said::Secret && is_usual_length(length);
    if !sure && !padded && shape.is_of_words(named) {
        return Look::Words;
    }
    match shape.first_digit {
        None => Look::Key,
        Some(place) if shape.digits * SLIPS <= length => Look::Digit(place),
        Some(_) => Look::Other,
    }
}

/// Keys are wrapped in groups of one length, the last perhaps shorter, by blanks or by dashes; words are not.
fn evenly_grouped(key: &str) -> bool {
    let separators: Vec<char> = key.trim().chars().filter(|one| base32::is_grouping(*one)).collect();
    let blank = |one: &char| one.is_whitespace();
    if separators.iter().any(blank) && !separators.iter().all(blank) {
        return false;
    }
    let groups: Vec<usize> =
        key.split(base32::is_grouping).map(|group| group.chars().count()).filter(|length| *length > 0).collect();
    match groups[..] {
        [first, .., last] => {
            let usual = matches!(first, 2..=6 | 8 | 16);
            let even = groups[..groups.len() - 1].iter().all(|length| *length == first);
            // Of two words, one is shorter mostly.
            usual && even && (last == first || last < first && groups.len() > 2)
        }
        _ => true,
    }
}

/// What is counted of a text.
#[derive(Default)]
struct Shape {
    /// Characters of base32.
    symbols: usize,
    /// 0, 1, 8 and 9.
    digits: usize,
    /// Where the first of those stands.
    first_digit: Option<usize>,
    /// Characters that neither a key nor its grouping has.
    others: usize,
    /// Of those, the signs of base64.
    signs: usize,
    upper: usize,
    lower: usize,
    /// 2 to 7.
    plain_digits: usize,
    /// Letters that follow each other, and those of them that do so in words.
    pairs: usize,
    usual_pairs: usize,
    /// Different characters, case aside.
    varied: usize,
    /// How often the most frequent of them is there.
    most: usize,
    /// Characters in a row of which each follows the one before in the alphabet, at most.
    run: usize,
    is_grouped: bool,
    is_hexadecimal: bool,
}

impl Shape {
    fn of(key: &str) -> Self {
        let mut shape = Self { is_hexadecimal: true, ..Self::default() };
        let (mut run, mut before) = (0, '\0');
        let mut counts = [0_usize; 128];
        for (index, character) in key.chars().enumerate() {
            if base32::is_grouping(character) {
                shape.is_grouped = true;
                continue;
            }
            shape.is_hexadecimal &= character.is_ascii_hexdigit();
            let letter = character.to_ascii_lowercase();
            match character {
                'A'..='Z' | 'a'..='z' => {
                    shape.symbols += 1;
                    shape.upper += usize::from(character.is_ascii_uppercase());
                    shape.lower += usize::from(character.is_ascii_lowercase());
                }
                '2'..='7' => {
                    shape.symbols += 1;
                    shape.plain_digits += 1;
                }
                '0' | '1' | '8' | '9' => {
                    shape.digits += 1;
                    shape.first_digit = shape.first_digit.or(Some(index + 1));
                }
                _ => {
                    shape.others += 1;
                    shape.signs += usize::from(matches!(character, '+' | '/' | '_'));
                }
            }
            if letter.is_ascii_lowercase() && before.is_ascii_lowercase() {
                shape.pairs += 1;
                let behind = PAIRS.iter().find(|(first, _)| *first == before).map_or("", |(_, behind)| behind);
                shape.usual_pairs += usize::from(behind.contains(letter));
            }
            run = if u32::from(letter) == u32::from(before) + 1 { run + 1 } else { 1 };
            shape.run = shape.run.max(run);
            before = letter;
            if let Some(count) = counts.get_mut(letter as usize) {
                *count += 1;
            }
        }
        shape.varied = counts.iter().filter(|count| **count > 0).count();
        shape.most = counts.iter().copied().max().unwrap_or_default();
        shape
    }

    /// `named`: it has the length of a key, and a label says that it is one.
    fn is_of_words(&self, named: bool) -> bool {
        // Of keys of 16 characters one in thirty has no digit; words and the passwords of apps never have one.
        if !named && self.plain_digits + self.digits == 0 && self.symbols < LONG {
            return true;
        }
        let few_digits = (self.plain_digits + self.digits) * DIGITS_OF_WORDS <= self.symbols + self.digits;
        few_digits && self.usual_pairs * 100 >= self.pairs * PAIRS_OF_WORDS
    }

    /// One word of both cases, which base32 never has, with digits or signs, as a text in base64 of that length has some.
    fn is_base64(&self, padding: usize) -> bool {
        let length = self.symbols + self.digits + self.signs;
        let mixed = self.upper >= 2 && self.lower >= 2 && self.plain_digits + self.digits + self.signs > 0;
        let whole = if padding > 0 { (length + padding).is_multiple_of(4) } else { length % 4 != 1 };
        mixed && whole && !self.is_grouped && self.others == self.signs && length >= SHORTEST
    }
}

/// Whether a text that is marked as a secret is spelled as one: 24 bits at least, and hardly a digit outside of base32.
pub(super) fn is_spelled(text: &str) -> bool {
    let shape = Shape::of(text.trim_end_matches('='));
    !shape.is_grouped && shape.others == 0 && shape.symbols >= 5 && shape.digits * 4 <= shape.symbols
}

/// Whether services give out secrets of so many letters and digits.
pub fn is_usual_length(length: usize) -> bool {
    matches!(length, 16 | 26 | 32 | 52 | 56 | 64 | 103)
}

/// What a secret looks like that was not written as base32, of a text that is said to be one.
pub(super) fn otherwise(text: &str) -> Option<Look> {
    let key = text.trim().trim_end_matches('=');
    let shape = Shape::of(key);
    if shape.is_grouped {
        return None;
    }
    if shape.is_hexadecimal && shape.varied >= LEAST_VARIED && key.len() >= SHORTEST && key.len().is_multiple_of(2) {
        return Some(Look::Hexadecimal);
    }
    shape.is_base64(text.trim().len() - key.len()).then_some(Look::Base64)
}

/// What programs put where a secret is missing.
const PLACEHOLDERS: [&str; 17] = [
    "undefined",
    "null",
    "none",
    "nil",
    "nan",
    "true",
    "false",
    "secret",
    "secretkey",
    "yoursecret",
    "yoursecretkey",
    "mysecret",
    "key",
    "yourkey",
    "objectobject",
    "todo",
    "changeme",
];

/// Whether a secret is a word that a page put there in its place.
pub(super) fn is_placeholder(text: &str) -> bool {
    // Longer than any of them is none; what is compared is no secret then.
    if text.len() > 32 {
        return false;
    }
    let letters = || text.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase());
    PLACEHOLDERS.iter().any(|word| letters().eq(word.chars()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::otp::Secret;

    #[test]
    fn what_is_no_key() {
        let words = [
            "this that they them",
            "internationalization",
            "rechtsschutzversicherung",
            "kinesisanalyticsv2",
            "STRINGLESSTHANPATH",
        ];
        for text in words.into_iter().chain(["abqd efgx ipkl tnrp", "straightforwardness"]) {
            assert_eq!(look(text), Look::Words, "{text}");
        }
        for text in [
            "foo",
            "definitely not valid",
            "Hello, world",
            "MERCHANTABILITY NONINFRINGEMENT",
            "RuntimeConfigurationProvider",
            "abcd-efgh",
            "a1b2c-3d4e5",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "jbsw-y3dp ehpk-3pxp",
            "aaaaaaaaaaaaaaaa",
            "2345672345672345",
            "JBSWY3DP",
            "jbswy3dp ehpk",
            "tjtransform xform",
            "string-prefix-length",
            "AKIAIOSFODNN7EXAMPLE",
            "VK7JG-NPHTM-C27JM-4MPGT-3V66T",
            "QF7T-OAUK-LEQE-I6U3-AOJE-Y5A4",
            "UNICODE LICENSE V3",
        ] {
            assert_eq!(look(text), Look::Other, "{text}");
        }
        assert_eq!(look("b54161b48a230025e0752579f5e4bf213a5a250e"), Look::Hexadecimal);
        assert_eq!(look("coVhihYkH1OPr0C6o0YOR7IisPc"), Look::Base64);
        assert_eq!(look("wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE"), Look::Base64);
        assert_eq!(look("GEZD GNBV GY3T Q0JQ"), Look::Digit(17));
    }

    #[test]
    fn what_is_a_key() {
        for text in ["jbsw y3dp ehpk 3pxp", "JBSWY3DP-EHPK3PXP", "PIUDISEQYA======", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
        {
            assert_eq!(look(text), Look::Key, "{text}");
        }
        // Letters alone are one where that is said.
        for text in ["KRSXGZTPOJUXGZJB", "mfrg gzdf mztw qylc", "VQZKXJWYHGPTBMDF"] {
            assert_eq!((look(text), look_labelled(text, false)), (Look::Words, Look::Key), "{text}");
        }
        assert_eq!(look_labelled("THECONFIGURATION", false), Look::Words);
        assert_eq!((look("JBSWY3DP"), look_labelled("JBSWY3DP", true)), (Look::Other, Look::Key));
    }

    #[test]
    fn placeholders() {
        for text in ["undefined", "NULL", "[object Object]", "YOUR_SECRET", "secret"] {
            assert!(is_placeholder(text), "{text}");
        }
        assert!(!is_placeholder("JBSWY3DPEHPK3PXP"));
    }

    proptest! {
        #[test]
        fn keys_of_usual_length_are_taken(bytes in proptest::collection::vec(any::<u8>(), 20)) {
            let key = base32::encode(&Secret::new(bytes));
            // Three in a thousand read like words, and some begin as others do.
            prop_assume!(!OTHERS.iter().any(|start| key.starts_with(start)));
            prop_assume!(!Shape::of(&key).is_of_words(false) && Shape::of(&key).varied >= LEAST_VARIED_LONG);
            prop_assume!(Shape::of(&key).run < LONGEST_RUN && !Shape::of(&key).is_hexadecimal);
            prop_assert_eq!(look(&key), Look::Key);
            prop_assert_eq!(look(&key.to_lowercase()), Look::Key);
        }

        #[test]
        fn any_text_is_looked_at(text in "\\PC{0,60}") {
            let _ = (look(&text), look_labelled(&text, true), otherwise(&text), is_placeholder(&text));
        }
    }
}
