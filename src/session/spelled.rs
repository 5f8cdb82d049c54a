//! A number as characters that can be read out over the telephone.
//!
//! The one idea: the characters are the coefficients of a polynomial over the field of 19 elements that has three known
//! roots. A single character that is misheard, and any two neighbours that are swapped, move every one of the roots.

/// Digits, and letters of which no two sound or look alike, nor like a digit.
const ALPHABET: &[u8; BASE as usize] = b"0123456789FHKMPRUWY";
const BASE: u8 = 19;
/// Powers of 2, which generates the field.
const ROOTS: [u8; CHECKS] = [2, 4, 8];
const CHECKS: usize = 3;
/// The product of `x - root` for all roots, without its first coefficient, the highest power first.
const GENERATOR: [u8; CHECKS] = [5, 18, 12];
/// Characters, the check included. Longer ones than this nobody reads out, nor are they made.
const SHORTEST: usize = 12;
const LONGEST: usize = 400;
const GROUP: usize = 4;

/// A number of any size in mixed radix: what is put in last is taken out first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Number {
    /// In base 19, the lowest first, without zeros at the end.
    digits: Vec<u8>,
}

impl Number {
    /// `digit` has to be less than `radix`.
    pub(super) fn put(&mut self, digit: u64, radix: u64) {
        let mut carry = u128::from(digit);
        for place in &mut self.digits {
            carry += u128::from(*place) * u128::from(radix);
            *place = (carry % u128::from(BASE)) as u8;
            carry /= u128::from(BASE);
        }
        while carry > 0 {
            self.digits.push((carry % u128::from(BASE)) as u8);
            carry /= u128::from(BASE);
        }
    }

    pub(super) fn take(&mut self, radix: u64) -> u64 {
        let mut rest = 0_u128;
        for place in self.digits.iter_mut().rev() {
            rest = rest * u128::from(BASE) + u128::from(*place);
            *place = (rest / u128::from(radix)) as u8;
            rest %= u128::from(radix);
        }
        self.trim();
        rest as u64
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
    }

    /// In groups of four, with its check; `None` for one that is too long.
    pub(super) fn spelled(&self) -> Option<String> {
        let padding = (SHORTEST - CHECKS).saturating_sub(self.digits.len());
        let mut characters: Vec<u8> = vec![0; padding];
        characters.extend(self.digits.iter().rev());
        let check = check(&characters);
        characters.extend(check);
        let letters: Vec<char> = characters.iter().map(|one| char::from(ALPHABET[usize::from(*one)])).collect();
        let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        (characters.len() <= LONGEST).then(|| groups.join("-"))
    }

    /// What was spelled; `None` where a character or the check is off.
    pub(super) fn read(code: &str) -> Option<Self> {
        let characters = characters(code)?;
        let is_root = |root: &u8| {
            let value =
                characters.iter().fold(0, |sum, one| (sum * u16::from(*root) + u16::from(*one)) % u16::from(BASE));
            value == 0
        };
        // Each number has one spelling.
        let is_padded = characters.len() > SHORTEST && characters[0] == 0;
        if !(SHORTEST..=LONGEST).contains(&characters.len()) || is_padded || !ROOTS.iter().all(is_root) {
            return None;
        }
        let mut number = Self { digits: characters[..characters.len() - CHECKS].iter().rev().copied().collect() };
        number.trim();
        Some(number)
    }
}

/// What makes all of them together divisible by the generator.
fn check(characters: &[u8]) -> [u8; CHECKS] {
    let mut rest = [0_u8; CHECKS];
    for character in characters {
        let first = (character + rest[0]) % BASE;
        for at in 0..CHECKS {
            let next = rest.get(at + 1).copied().unwrap_or(0);
            rest[at] = (u16::from(next) + u16::from(first) * u16::from(BASE - GENERATOR[at])).rem_euclid(19) as u8;
        }
    }
    rest.map(|one| (BASE - one) % BASE)
}

/// The places in the alphabet; `None` where one is not in it.
fn characters(code: &str) -> Option<Vec<u8>> {
    let letters = code.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‑'));
    let place = |c: char| {
        // Letters that look like a digit are that digit.
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        ALPHABET.iter().position(|one| char::from(*one) == c).map(|place| place as u8)
    };
    letters.take(LONGEST + 1).map(place).collect()
}

/// Whether a code is one of the form before this: 12 to 20 of 32 characters, with a residue as its check.
pub(super) fn is_of_earlier_form(code: &str) -> bool {
    const EARLIER: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters: Vec<u8> = code.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'-').collect();
    // What could be a code of this form is one that was misheard.
    if !(12..=20).contains(&letters.len()) || characters(code).is_some() {
        return false;
    }
    let number = letters.into_iter().try_fold(0_u128, |number, letter| {
        let letter = match letter.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        Some(number * 32 + EARLIER.iter().position(|one| *one == letter)? as u128)
    });
    number.is_some_and(|number| number % 1_024 == number / 1_024 % 1_021)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(seed: u64, digits: usize) -> Number {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut number = Number::default();
        for _ in 0..digits {
            number.put(rng.u64(..1_000_003), 1_000_003);
        }
        number
    }

    #[test]
    fn what_is_put_in_is_taken_out() {
        let digits: [(u64, u64); 6] = [(3, 7), (0, 2), (u64::MAX - 1, u64::MAX), (18, 19), (0, 1), (5, 6)];
        let mut number = Number::default();
        for (digit, radix) in digits {
            number.put(digit, radix);
        }
        let mut read = Number::read(&number.spelled().unwrap()).unwrap();
        for (digit, radix) in digits.iter().rev() {
            assert_eq!(read.take(*radix), *digit);
        }
        assert!(read.is_zero());
        assert_eq!(Number::read(&Number::default().spelled().unwrap()), Some(Number::default()));
    }

    #[test]
    fn every_misheard_character_and_every_swap_is_found() {
        for size in 0..12 {
            let code = number(size as u64, size).spelled().unwrap().replace('-', "");
            let letters: Vec<u8> = code.bytes().collect();
            let is_read = |letters: &[u8]| Number::read(std::str::from_utf8(letters).unwrap()).is_some();
            assert!(is_read(&letters) && is_read(&code.to_lowercase().into_bytes()));
            for at in 0..letters.len() {
                for other in ALPHABET.iter().filter(|other| **other != letters[at]) {
                    let mut wrong = letters.clone();
                    wrong[at] = *other;
                    assert!(!is_read(&wrong), "{code}: {at}");
                }
                let mut swapped = letters.clone();
                if at + 1 < letters.len() && letters[at] != letters[at + 1] {
                    swapped.swap(at, at + 1);
                    assert!(!is_read(&swapped), "{code}: {at}");
                }
            }
        }
    }
}
