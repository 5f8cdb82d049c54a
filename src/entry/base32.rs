//! Secrets as people type and apps write them: base32, with all that gets in between.
//!
//! The one idea: whatever is not of the alphabet is left out and counted, as the most tolerant apps do, so that the
//! reader can say how a strict app would differ. It must not guess what a wrong character was meant to be.
//!
//! # Source
//! RFC 4648 section 6.

use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use super::Deviation;
use crate::otp::Secret;

/// A secret read from base32, with what was odd about the spelling.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The whole bytes; bits that fill no byte are left out.
    pub secret: Secret,
    /// Only those of the secret's spelling, in a fixed order.
    pub deviations: Vec<Deviation>,
}

/// Below this many bits a secret is weaker than RFC 4226 (requirement R6) allows.
const ENOUGH_BITS: usize = 128;

/// Reads base32 in any case, grouped with blanks or dashes, padded or not.
///
/// `None` if not one whole byte is left.
pub fn decode(text: &str) -> Option<Decoded> {
    let mut spelling = Spelling::default();
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8 + 1);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let body = text.trim_end_matches(|c: char| c == '=' || c.is_whitespace());
    spelling.padded = text[body.len()..].contains('=');
    for (index, character) in body.chars().enumerate() {
        let Some(value) = spelling.symbol(index, character) else { continue };
        buffer = (buffer << 5) | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    let secret = Secret::new(bytes);
    if secret.bytes().is_empty() {
        return None;
    }
    let mut deviations = spelling.deviations();
    // Five bits or more are a character that no encoder writes, even if all of them are zero.
    if bits >= 5 || buffer != 0 {
        deviations.push(Deviation::SecretStrayBits { bits });
    }
    deviations.extend(weakness(&secret));
    Some(Decoded { secret, deviations })
}

/// Whether a secret is too short.
pub(super) fn weakness(secret: &Secret) -> Option<Deviation> {
    let bits = secret.bytes().len() * 8;
    (bits < ENOUGH_BITS).then_some(Deviation::SecretWeak { bits })
}

/// The plain spelling: capitals, no blanks, no padding. Wiped when dropped.
pub fn encode(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(secret.bytes()))
}

/// Whether a character groups a key for the eye and nothing else.
pub(super) fn is_grouping(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[derive(Default)]
struct Spelling {
    lower: bool,
    grouped: bool,
    padded: bool,
    dropped: usize,
    first_dropped: usize,
}

impl Spelling {
    /// The five bits that a character stands for.
    fn symbol(&mut self, index: usize, character: char) -> Option<u32> {
        match character {
            'A'..='Z' => Some(character as u32 - 'A' as u32),
            'a'..='z' => {
                self.lower = true;
                Some(character as u32 - 'a' as u32)
            }
            '2'..='7' => Some(character as u32 - '2' as u32 + 26),
            _ if is_grouping(character) => {
                self.grouped = true;
                None
            }
            _ => {
                if self.dropped == 0 {
                    self.first_dropped = index + 1;
                }
                self.dropped += 1;
                None
            }
        }
    }

    fn deviations(&self) -> Vec<Deviation> {
        let dropped = Deviation::SecretDropped { count: self.dropped, first: self.first_dropped };
        [
            (self.lower, Deviation::SecretLowerCase),
            (self.grouped, Deviation::SecretGrouped),
            (self.padded, Deviation::SecretPadded),
            (self.dropped > 0, dropped),
        ]
        .into_iter()
        .filter_map(|(holds, deviation)| holds.then_some(deviation))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 4648 section 10.
    #[test]
    fn vectors() {
        for (bytes, spelled) in [("f", "MY======"), ("fo", "MZXQ===="), ("foob", "MZXW6YQ="), ("fooba", "MZXW6YTB")] {
            let decoded = decode(spelled).unwrap();
            assert_eq!(decoded.secret.bytes(), bytes.as_bytes());
            assert_eq!(decoded.deviations.contains(&Deviation::SecretPadded), spelled.contains('='));
        }
    }

    #[test]
    fn what_is_odd_is_told() {
        let decoded = decode("jbsw y3dp—ehpk 3px!p0").unwrap();
        assert_eq!(decoded.secret.bytes(), b"Hello!\xde\xad\xbe\xef");
        assert_eq!(
            decoded.deviations,
            [
                Deviation::SecretLowerCase,
                Deviation::SecretGrouped,
                Deviation::SecretDropped { count: 2, first: 19 },
                Deviation::SecretWeak { bits: 80 },
            ]
        );
        assert!(decode("MZ").unwrap().deviations.contains(&Deviation::SecretStrayBits { bits: 2 }));
        assert!(decode("MYA").unwrap().deviations.contains(&Deviation::SecretStrayBits { bits: 7 }));
    }

    #[test]
    fn nothing_is_no_secret() {
        for text in ["", "====", "0000", "A", " - "] {
            assert_eq!(decode(text), None);
        }
    }

    proptest! {
        #[test]
        fn plain_spelling_comes_back(bytes in proptest::collection::vec(any::<u8>(), 16..80)) {
            let secret = Secret::new(bytes);
            let decoded = decode(&encode(&secret)).unwrap();
            prop_assert_eq!(decoded, Decoded { secret, deviations: vec![] });
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,80}") {
            let _ = decode(&text);
        }
    }
}
