//! What a hand does to a code on its way from one screen to the other.
//!
//! Each slip says how probable the typed string is, given the codes that were right at that moment, and how much room it
//! gives to luck: the probability that a random string of the same form would pass for this slip.
//!
//! The one idea: a slip turns a code into a string, and how often it makes this one is counted. It must not know what the service
//! answered.

use super::explanation::Explanation;
use super::form::{Form, Typed, number};
use crate::otp::POWERS_OF_TEN;

/// Something that went wrong with one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    Expired,
    Mistyped,
    LostZero,
    Decorated,
    Mixed,
    RecoveryCode,
    Replayed,
    Watermark,
    Stale,
    Pin,
    Elsewhere,
}

impl Slip {
    pub(super) const ALL: [Self; 11] = [
        Self::Expired,
        Self::Mistyped,
        Self::LostZero,
        Self::Decorated,
        Self::Mixed,
        Self::RecoveryCode,
        Self::Replayed,
        Self::Watermark,
        Self::Stale,
        Self::Pin,
        Self::Elsewhere,
    ];

    pub(super) const fn explanation(self) -> Explanation {
        match self {
            Self::Expired => Explanation::ExpiredCode,
            Self::Mistyped => Explanation::MistypedCode,
            Self::LostZero => Explanation::LostLeadingZero,
            Self::Decorated => Explanation::DecoratedCode,
            Self::Mixed => Explanation::MixedCodes,
            Self::RecoveryCode => Explanation::RecoveryCodeAsCode,
            Self::Replayed => Explanation::ReplayedCode,
            Self::Watermark => Explanation::FutureWatermark,
            Self::Stale => Explanation::StaleAutofill,
            Self::Pin => Explanation::PinAndCode,
            Self::Elsewhere => Explanation::CodeFromElsewhere,
        }
    }
}

/// The codes of one candidate around one attempt, as numbers.
pub(super) struct Around {
    /// Accepted at that moment, oldest first.
    pub(super) window: Vec<u64>,
    /// The codes just before the window, the newest first.
    pub(super) expired: Vec<u64>,
    /// Digits of a code.
    pub(super) digits: u8,
}

/// How a slip fits one typed string.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct SlipFit {
    /// Probability of the string under the slip; 0 if it does not fit.
    pub(super) probability: f64,
    /// Probability that a random string of the same form fits.
    pub(super) space: f64,
    /// The kind of mistyping, or where the PIN stands.
    pub(super) kind: Option<&'static str>,
    /// How many periods before the window an expired code lies.
    pub(super) age: Option<i64>,
}

/// How `slip` fits. `Expired`, `Replayed`, `Watermark` and an old code that is `Stale` are judged by the caller, who knows the steps.
pub(super) fn fit(slip: Slip, typed: &Typed, around: &Around) -> SlipFit {
    let strings = POWERS_OF_TEN[usize::from(around.digits)] as f64;
    let window = around.window.len() as f64;
    let clean = typed.form == Form::Clean && typed.digits.len() == usize::from(around.digits);
    match slip {
        Slip::Mistyped => mistyped(typed, around),
        Slip::LostZero if typed.digits.len() < usize::from(around.digits) && !typed.digits.is_empty() => {
            let first_is_zero = |code: &&u64| **code < POWERS_OF_TEN[usize::from(around.digits) - 1];
            let possible = around.window.iter().filter(first_is_zero).count();
            let matching = around.window.iter().filter(first_is_zero).filter(|code| **code == typed.value).count();
            SlipFit {
                probability: matching as f64 / possible.max(1) as f64,
                space: window / POWERS_OF_TEN[typed.digits.len()] as f64,
                ..SlipFit::default()
            }
        }
        Slip::Decorated if typed.form == Form::Decorated => SlipFit {
            probability: around.window.iter().filter(|code| **code == typed.value).count() as f64 / window,
            space: window / strings,
            ..SlipFit::default()
        },
        Slip::Decorated if typed.form == Form::RecoveryUnclean => {
            SlipFit { probability: 0.9, space: typed.commonness(), ..SlipFit::default() }
        }
        Slip::Mixed if clean => mixed(typed, around),
        Slip::RecoveryCode => match typed.form {
            Form::DeclaredRecovery | Form::RecoveryLike => {
                let strings = POWERS_OF_TEN[typed.digits.len()] as f64;
                SlipFit { probability: 0.9 / strings, space: typed.commonness(), ..SlipFit::default() }
            }
            // In the field for codes a blank more or less does not matter.
            Form::RecoveryUnclean => SlipFit { probability: UNCLEAN, space: 1.0, ..SlipFit::default() },
            _ => SlipFit::default(),
        },
        Slip::Stale if typed.form == Form::Other => {
            SlipFit { probability: NO_CODE_AT_ALL, space: typed.commonness(), ..SlipFit::default() }
        }
        Slip::Pin => pin(typed, around),
        // A number of another product is as good as chance, so it says nothing by itself.
        Slip::Elsewhere if !typed.digits.is_empty() && typed.form != Form::Decorated => {
            SlipFit { probability: typed.by_chance, space: 1.0, ..SlipFit::default() }
        }
        _ => SlipFit::default(),
    }
}

/// How often what is filled in by itself is no code at all.
const NO_CODE_AT_ALL: f64 = 0.4;
/// How often a recovery code in the field for codes has a blank at an end, or several stand there at once, given the chance of its
/// form.
const UNCLEAN: f64 = 0.000_05;
/// The most characters of a PIN or password beside a code; each length up to this is as frequent as the next.
pub(super) const LONGEST_PIN: usize = 8;

/// A PIN in front of the code, or behind it. What it consists of is not judged: digits are drawn by chance, and letters
/// are as good as any.
fn pin(typed: &Typed, around: &Around) -> SlipFit {
    let n = usize::from(around.digits);
    let text: &[u8] = typed.text.as_bytes();
    let Some(extra) = text.len().checked_sub(n).filter(|extra| (1..=LONGEST_PIN).contains(extra)) else {
        return SlipFit::default();
    };
    let window = around.window.len() as f64;
    let strings = POWERS_OF_TEN[n] as f64;
    let code = |part: &[u8]| {
        part.iter().all(u8::is_ascii_digit).then(|| part.iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0')))
    };
    let fits = |part: &[u8]| code(part).map_or(0, |code| around.window.iter().filter(|one| **one == code).count());
    let (behind, in_front) = (fits(&text[..n]), fits(&text[extra..]));
    // By chance the code's digits are any; the rest is as it is under both.
    let digits = typed.digits.len().checked_sub(n).map_or(1.0, |extra| 1.0 / POWERS_OF_TEN[extra] as f64);
    let per_string = if typed.digits.is_empty() { strings } else { digits };
    let probability = 0.5 / LONGEST_PIN as f64 * (behind + in_front) as f64 / window * per_string;
    let kind = if in_front > 0 { "in front of it" } else { "behind it" };
    let kind = (behind + in_front > 0).then_some(kind);
    SlipFit { probability, space: 2.0 * window / strings, kind, age: None }
}

/// How often each kind of mistyping happens, over all 1.
const WRONG: f64 = 0.52;
const SWAPPED: f64 = 0.23;
const MISSING: f64 = 0.12;
const DOUBLED: f64 = 0.08;
const HALVES: f64 = 0.05;

fn mistyped(typed: &Typed, around: &Around) -> SlipFit {
    let n = usize::from(around.digits);
    let length = n as f64;
    let window = around.window.len() as f64;
    let mut fit = SlipFit::default();
    let mut best = 0.0;
    for code in &around.window {
        let code = digits(*code, n);
        let (probability, kind) = match typed.digits.len() {
            typed_length if typed_length == n => same_length(&code, &typed.digits),
            // A first zero that is missing is `lost-leading-zero`.
            typed_length if typed_length + 1 == n && !(code[0] == 0 && code[1..] == **typed.digits) => {
                let ways = ways_without_one(&code, &typed.digits);
                (MISSING * ways as f64 / length, "a digit is missing")
            }
            typed_length if typed_length == n + 1 => {
                let ways = (0..n).filter(|&at| typed.digits[at] == code[at] && without(&typed.digits, at) == code);
                (
                    DOUBLED * ways.filter(|&at| typed.digits[at + 1] == code[at]).count() as f64 / length,
                    "a digit stands twice",
                )
            }
            _ => (0.0, ""),
        };
        fit.probability += probability / window;
        if probability > best {
            best = probability;
            fit.kind = Some(kind);
        }
    }
    let room = match typed.digits.len() {
        typed_length if typed_length == n => 10.0 * length,
        typed_length if typed_length + 1 == n || typed_length == n + 1 => length,
        _ => return SlipFit::default(),
    };
    fit.space = window * room / POWERS_OF_TEN[typed.digits.len()] as f64;
    fit
}

/// One digit wrong, two neighbours swapped, or the halves swapped.
fn same_length(code: &[u8], typed: &[u8]) -> (f64, &'static str) {
    let n = code.len();
    let differing: Vec<usize> = (0..n).filter(|&at| code[at] != typed[at]).collect();
    let length = n as f64;
    match differing[..] {
        [_] => (WRONG / (9.0 * length), "one digit is wrong"),
        [a, b] if b == a + 1 && code[a] == typed[b] && code[b] == typed[a] => {
            (SWAPPED / (length - 1.0), "two neighbouring digits are swapped")
        }
        [_, _, ..] if n.is_multiple_of(2) && code[..n / 2] == typed[n / 2..] && code[n / 2..] == typed[..n / 2] => {
            (HALVES, "the halves are swapped")
        }
        _ => (0.0, ""),
    }
}

fn ways_without_one(code: &[u8], typed: &[u8]) -> usize {
    (0..code.len()).filter(|&at| without(code, at) == typed).count()
}

fn without(digits: &[u8], at: usize) -> Vec<u8> {
    digits.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, digit)| *digit).collect()
}

/// How often people change over after that many of six digits; the middle gap invites it.
fn changeover(after: usize, digits: usize) -> f64 {
    let edge = after.min(digits - after);
    let weight = |edge: usize| edge as f64;
    let all: f64 = (1..digits).map(|at| weight(at.min(digits - at))).sum();
    weight(edge) / all
}

/// The first digits of one code and the last ones of the next.
fn mixed(typed: &Typed, around: &Around) -> SlipFit {
    let n = usize::from(around.digits);
    let mut codes: Vec<u64> = around.expired.first().copied().into_iter().collect();
    codes.extend(&around.window);
    let pairs = (codes.len() - 1) as f64;
    let mut fit = SlipFit { space: pairs * (n - 1) as f64 / POWERS_OF_TEN[n] as f64, ..SlipFit::default() };
    if around.window.contains(&typed.value) {
        return fit;
    }
    for pair in codes.windows(2) {
        let (first, second) = (digits(pair[0], n), digits(pair[1], n));
        for after in 1..n {
            let value = number(&first[..after]) * POWERS_OF_TEN[n - after] + number(&second[after..]);
            if value == typed.value {
                fit.probability += changeover(after, n) / pairs;
            }
        }
    }
    fit
}

fn digits(code: u64, n: usize) -> Vec<u8> {
    (0..n).rev().map(|power| (code / POWERS_OF_TEN[power] % 10) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: u64, typed: &str) -> Option<&'static str> {
        let around = Around { window: vec![code], expired: vec![], digits: 6 };
        let fit = fit(Slip::Mistyped, &Typed::new(typed, &[6], None, false), &around);
        assert_eq!(fit.kind.is_some(), fit.probability > 0.0);
        fit.kind
    }

    #[test]
    fn mistypings_are_named() {
        assert_eq!(kind(123_456, "123956"), Some("one digit is wrong"));
        assert_eq!(kind(123_456, "124356"), Some("two neighbouring digits are swapped"));
        assert_eq!(kind(123_456, "456123"), Some("the halves are swapped"));
        assert_eq!(kind(123_456, "12356"), Some("a digit is missing"));
        assert_eq!(kind(123_456, "1223456"), Some("a digit stands twice"));
        assert_eq!(kind(123_456, "123456"), None);
        assert_eq!(kind(123_456, "654321"), None);
        assert_eq!(kind(23_456, "23456"), None, "a lost first zero has a name of its own");
    }

    #[test]
    fn probabilities_of_one_slip_sum_to_at_most_one() {
        let around = Around { window: vec![12_345], expired: vec![1, 2], digits: 6 };
        for slip in [Slip::Mistyped, Slip::Mixed] {
            let strings = (0..1_000_000).map(|value| format!("{value:06}"));
            let sum: f64 = strings.map(|s| fit(slip, &Typed::new(&s, &[6], None, false), &around).probability).sum();
            assert!(sum <= 1.0 + 1e-9, "{slip:?}: {sum}");
        }
    }

    #[test]
    fn the_last_zero_lost_is_found() {
        let around = Around { window: vec![7_123], expired: vec![], digits: 6 };
        let fit = fit(Slip::LostZero, &Typed::new("7123", &[6], None, false), &around);
        assert!(fit.probability > 0.9);
    }
}
