//! The form of a typed string: a clean code, one with blanks in it, a recovery code.
//!
//! The one idea: the form is part of how probable a string is by chance, and no second piece of evidence. It must not know any
//! secret.

use regex_lite::Regex;
use zeroize::Zeroizing;

use super::steam;
use crate::otp::POWERS_OF_TEN;

/// What kind of string was typed, seen from the number of digits that a code should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As many ASCII digits as a code has.
    Clean,
    /// One digit fewer.
    Short,
    /// One digit more.
    Long,
    /// Some other number of ASCII digits.
    OtherLength,
    /// A code once blanks, dashes, foreign digits and look-alike letters are put right.
    Decorated,
    /// Exactly the form of recovery codes that the service declares.
    DeclaredRecovery,
    /// Recovery codes as the service declares them, with a blank at an end, or several at once.
    RecoveryUnclean,
    /// Long, with letters or dashes, as recovery codes are.
    RecoveryLike,
    /// Anything else.
    Other,
}

/// A typed string, ready to be compared.
pub(super) struct Typed {
    pub(super) form: Form,
    /// Its digits, after putting decorations right; empty if it has other characters.
    pub(super) digits: Zeroizing<Vec<u8>>,
    /// The digits as a number.
    pub(super) value: u64,
    /// The probability of this very string if chance typed it. Where there are no digits, that of the form.
    pub(super) by_chance: f64,
    /// How many strings of its length and alphabet there are; 1 where the characters are not judged.
    pub(super) strings: f64,
    /// What was typed.
    pub(super) text: Zeroizing<String>,
}

/// How often each form is typed, beside a clean string's 1, when nothing that we know of explains the string.
fn commonness(form: Form) -> f64 {
    match form {
        Form::Clean => 1.0,
        Form::Short | Form::Long | Form::RecoveryLike => 0.02,
        Form::OtherLength => 0.005,
        Form::Decorated => 0.03,
        Form::DeclaredRecovery | Form::RecoveryUnclean => 0.000_05,
        Form::Other => 0.05,
    }
}

impl Typed {
    /// `lengths` are the numbers of digits that codes of this case have, the usual one first. A string that was only read off a screen
    /// (`shown`) keeps no decorations: nobody typed it at the service.
    pub(super) fn new(text: &str, lengths: &[u8], recovery_form: Option<&Regex>, shown: bool) -> Self {
        let raw = text;
        let text = text.trim();
        let plain = digits_of(text);
        let mended = mend(text);
        let is_declared = |text: &str| {
            recovery_form.and_then(|form| form.find(text)).is_some_and(|found| found.range() == (0..text.len()))
        };
        let declared = is_declared(text);
        let several = !declared && {
            let mut pieces =
                text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|one| !one.is_empty());
            text.contains(|c: char| c.is_whitespace() || c == ',' || c == ';') && pieces.all(is_declared)
        };
        let is_code = |digits: &[u8]| lengths.iter().any(|length| usize::from(*length) == digits.len());
        let usual = lengths.first().map_or(0, |length| usize::from(*length));
        let (form, digits) = match (plain, mended) {
            (Some(plain), _) if is_code(&plain) => (Form::Clean, plain),
            _ if several || declared && raw != text && !shown => (Form::RecoveryUnclean, Vec::new()),
            _ if declared => (Form::DeclaredRecovery, Vec::new()),
            (Some(plain), _) if plain.len() + 1 == usual => (Form::Short, plain),
            (Some(plain), _) if plain.len() == usual + 1 => (Form::Long, plain),
            (Some(plain), _) if (8..=16).contains(&plain.len()) => (Form::RecoveryLike, plain),
            (Some(plain), _) => (Form::OtherLength, plain),
            (None, Some(mended)) if is_code(&mended) && shown => (Form::Clean, mended),
            (None, Some(mended)) if is_code(&mended) => (Form::Decorated, mended),
            _ if looks_like_recovery(text) => (Form::RecoveryLike, Vec::new()),
            _ => (Form::Other, Vec::new()),
        };
        let usable = digits.len() < POWERS_OF_TEN.len();
        let digits = Zeroizing::new(if usable { digits } else { Vec::new() });
        let strings = POWERS_OF_TEN[digits.len()] as f64;
        let value = number(&digits);
        let by_chance = commonness(form) / strings;
        Self { form, value, by_chance, digits, strings, text: Zeroizing::new(text.to_owned()) }
    }

    /// The same in a case of which the codes are letters of Steam's.
    pub(super) fn in_letters(self) -> Self {
        match steam::read(&self.text) {
            Some(value) => {
                let strings = steam::CODES as f64;
                let by_chance = commonness(Form::Clean) / strings;
                Self { form: Form::Clean, digits: Zeroizing::new(Vec::new()), value, by_chance, strings, ..self }
            }
            None => self,
        }
    }

    /// Whether it is digits and nothing else, that many.
    pub(super) fn is_digits(&self, count: u8) -> bool {
        self.form != Form::Decorated && self.digits.len() == usize::from(count)
    }

    pub(super) fn is_recovery(&self) -> bool {
        matches!(self.form, Form::DeclaredRecovery | Form::RecoveryUnclean | Form::RecoveryLike)
    }

    /// How common its form is beside a clean string's 1.
    pub(super) fn commonness(&self) -> f64 {
        commonness(self.form)
    }
}

/// The digits as a number; 0 if there are none.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(*digit))
}

fn digits_of(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.bytes().map(|b| b.is_ascii_digit().then(|| b - b'0')).collect();
    digits.filter(|digits| !digits.is_empty())
}

/// Zeros of the decimal digits of other scripts, each followed by its one to nine.
const ZEROS: [char; 12] = [
    '\u{ff10}', '\u{0660}', '\u{06f0}', '\u{0966}', '\u{09e6}', '\u{0a66}', '\u{0ae6}', '\u{0be6}', '\u{0c66}',
    '\u{0e50}', '\u{0ed0}', '\u{17e0}',
];

/// Puts decorations right: blanks, dashes and dots go, digits of other scripts and look-alike letters become digits.
fn mend(text: &str) -> Option<Vec<u8>> {
    let mut digits = Vec::new();
    for character in text.chars() {
        let other_script = ZEROS.into_iter().find_map(|zero| {
            let digit = u32::from(character).checked_sub(u32::from(zero))?;
            u8::try_from(digit).ok().filter(|digit| *digit < 10)
        });
        match character {
            '0'..='9' => digits.push(character as u8 - b'0'),
            'O' | 'o' => digits.push(0),
            'l' | 'I' | '|' => digits.push(1),
            '-' | '\u{2010}'..='\u{2015}' | '.' | ',' | '_' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            _ if character.is_whitespace() => {}
            _ => digits.push(other_script?),
        }
    }
    (!digits.is_empty()).then_some(digits)
}

fn looks_like_recovery(text: &str) -> bool {
    let characters = text.chars().count();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ' ');
    (8..=48).contains(&characters) && plain && text.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        let declared = Regex::new("[a-z0-9]{5}-[a-z0-9]{5}").unwrap();
        Typed::new(text, &[6], Some(&declared), false).form
    }

    #[test]
    fn forms_are_told_apart() {
        assert_eq!(form("012345"), Form::Clean);
        assert_eq!(form(" 012345\n"), Form::Clean);
        assert_eq!(form("12345"), Form::Short);
        assert_eq!(form("1234567"), Form::Long);
        assert_eq!(form("12"), Form::OtherLength);
        assert_eq!(form("012 345"), Form::Decorated);
        assert_eq!(form("O12-34l"), Form::Decorated);
        assert_eq!(form("\u{ff11}\u{0662}3456"), Form::Decorated);
        assert_eq!(form("ab1de-fgh2j"), Form::DeclaredRecovery);
        assert_eq!(form("ab1de-fgh2j "), Form::RecoveryUnclean);
        assert_eq!(form("ab1de-fgh2j\nkm3op-qrs4t"), Form::RecoveryUnclean);
        assert_eq!(form("ABCD-1234-EFGH"), Form::RecoveryLike);
        assert_eq!(form("12345678"), Form::RecoveryLike);
        assert_eq!(form("hunter"), Form::Other);
        assert_eq!(form(""), Form::Other);
    }

    #[test]
    fn a_code_read_off_a_screen_keeps_no_decorations() {
        let typed = Typed::new("012 345", &[6], None, true);
        assert_eq!((typed.form, typed.value), (Form::Clean, 12_345));
    }

    #[test]
    fn a_string_of_any_length_is_harmless() {
        assert_eq!(form(&"9".repeat(300)), Form::OtherLength);
    }
}
