//! How a typed code comes from an entry: at which moment, and what the hand or the app made of it.
//!
//! The one idea: the forms are those that a scenario can play; a slip is looked for near the moment alone, since far from
//! it everything is a slip of something.

use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Digits, Key};
use crate::rehearse::scenario::login::steam_letters;

/// What a code is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    /// The step or counter that made it.
    pub(super) step: i64,
    /// A word of `typed`.
    pub(super) typed: &'static str,
    /// The entry as it made the code, where its parameters are not those that it declares.
    pub(super) altered: Option<Entry>,
}

/// Steps to either side in which the very code is looked for: a day and more.
const FAR: i64 = 2_900;
/// Steps to either side in which slips are.
const NEAR: i64 = 4;
/// Counters behind and ahead.
const COUNTERS: std::ops::RangeInclusive<i64> = -60..=1_100;

/// How `text` comes from an entry around the step `at` or `also`; `None` where it does not.
pub(super) fn relate(text: &str, entry: &Entry, at: i64, also: i64) -> Option<Relation> {
    let found = |step: i64, typed: &'static str| Some(Relation { step, typed, altered: None });
    let maker = Maker::of(entry)?;
    if let Kind::Hotp { counter } = entry.kind {
        let counter = i64::try_from(counter).ok()?;
        let counters = COUNTERS.map(|ahead| counter.saturating_add(ahead)).filter(|one| *one >= 0);
        let exact = counters.into_iter().find(|step| maker.code(*step) == text);
        let slip = || around(counter, counter, NEAR).find_map(|step| found(step, maker.slip(text, step)?));
        return exact.and_then(|step| found(step, "as-shown")).or_else(slip);
    }
    let near = || around(at, also, NEAR);
    let exact = near().find(|step| maker.code(*step) == text).and_then(|step| found(step, "as-shown"));
    let slip = || near().find_map(|step| found(step, maker.slip(text, step)?));
    let elsewhere = || altered(entry).into_iter().find_map(|altered| otherwise(text, altered, entry, at, also));
    let far = || around(at, also, FAR).find(|step| maker.code(*step) == text);
    exact.or_else(slip).or_else(elsewhere).or_else(|| found(far()?, "as-shown"))
}

/// The steps around two, the nearest of each first, none of them twice.
fn around(at: i64, also: i64, steps: i64) -> impl Iterator<Item = i64> {
    let near = |at: i64| (0..=steps).flat_map(move |away| [at.saturating_sub(away), at.saturating_add(away)]);
    near(at).chain(near(also).filter(move |step| step.abs_diff(at) > steps.unsigned_abs())).filter(|step| *step >= 0)
}

/// The code of an entry with other parameters.
fn otherwise(text: &str, altered: Entry, entry: &Entry, at: i64, also: i64) -> Option<Relation> {
    let maker = Maker::of(&altered)?;
    // Another period counts other steps.
    let (own, other) = (i64::from(entry.period()?), i64::from(altered.period()?));
    let scaled = |step: i64| step.saturating_mul(own) / other;
    let step = around(scaled(at), scaled(also), NEAR).find(|step| maker.code(*step) == text)?;
    Some(Relation { step, typed: "as-shown", altered: Some(altered) })
}

/// The entry with one parameter as apps that ignore it have it.
fn altered(entry: &Entry) -> Vec<Entry> {
    let mut all = Vec::new();
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        all.push(Entry { algorithm, ..entry.clone() });
    }
    for digits in [6, 7, 8].into_iter().filter_map(Digits::new) {
        all.push(Entry { digits, ..entry.clone() });
    }
    for period in [15, 30, 60] {
        all.push(Entry { kind: Kind::Totp { period }, ..entry.clone() });
    }
    all.retain(|one| one != entry);
    all
}

struct Maker {
    key: Key,
    digits: Digits,
}

impl Maker {
    /// `None` for a scheme whose codes are not computed here.
    fn of(entry: &Entry) -> Option<Self> {
        let known = !matches!(entry.kind, Kind::Vendor(_));
        known.then(|| Self { key: Key::new(entry.algorithm, &entry.secret), digits: entry.digits })
    }

    fn shown(&self, code: u64) -> String {
        format!("{code:0width$}", width = usize::from(self.digits.get()))
    }

    fn code(&self, step: i64) -> String {
        self.shown(self.key.code(u64::try_from(step).unwrap_or(0), self.digits))
    }

    /// What was made of the code of that step, in a word of `typed`.
    fn slip(&self, text: &str, step: i64) -> Option<&'static str> {
        let counter = u64::try_from(step).ok()?;
        let code = self.code(step);
        let bare: String = text.chars().filter(char::is_ascii_digit).collect();
        if text == steam_letters(self.key.truncated(counter)) {
            return Some("steam-letters");
        }
        if text == self.shown(self.digits.of(self.key.truncated_by_byte_19(counter))) {
            return Some("wrong-byte");
        }
        if bare == code && text != code {
            return Some("decorated");
        }
        if text.len() > code.len() + 2 && text.starts_with(&code) {
            return Some("pin-behind");
        }
        if text.len() > code.len() + 2 && text.ends_with(&code) {
            return Some("pin-in-front");
        }
        if code.strip_prefix('0') == Some(text) {
            return Some("zero-lost");
        }
        let (typed, whole): (Vec<char>, Vec<char>) = (text.chars().collect(), code.chars().collect());
        if typed.len() + 1 == whole.len() && (0..whole.len()).any(|at| without(&whole, at) == typed) {
            return Some("short");
        }
        if typed.len() != whole.len() {
            return None;
        }
        let wrong: Vec<usize> = (0..whole.len()).filter(|at| typed[*at] != whole[*at]).collect();
        match wrong.as_slice() {
            [_] => Some("one-wrong"),
            [a, b] if *b == a + 1 && typed[*a] == whole[*b] && typed[*b] == whole[*a] => Some("swapped"),
            _ => {
                let next = self.code(step.saturating_add(1));
                let mixed = |at: usize| text.get(..at) == code.get(..at) && text.get(at..) == next.get(at..);
                (2..whole.len() - 1).any(mixed).then_some("mixed")
            }
        }
    }
}

fn without(digits: &[char], at: usize) -> Vec<char> {
    digits.iter().enumerate().filter(|(one, _)| *one != at).map(|(_, c)| *c).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::entry::read;

    fn entry(kind: &str) -> Entry {
        read(&format!("otpauth://{kind}&secret=HQ42GYSOPLP46J42LYLCV2MBKDQGGXMH")).unwrap().entry
    }

    #[test]
    fn no_step_is_searched_twice() {
        for also in [100, 103, 108, 400, i64::MAX] {
            let steps: Vec<i64> = around(100, also, NEAR).collect();
            let different: BTreeSet<i64> = steps.iter().copied().collect();
            // The step itself is its own neighbour to either side.
            assert!(steps.len() <= different.len() + 6, "{also}: {steps:?}");
        }
    }

    #[test]
    fn a_slip_of_a_counter_is_looked_for_where_it_can_be() {
        let hotp = entry("hotp/x?counter=500");
        let maker = Maker::of(&hotp).unwrap();
        // Among so many counters, something has the same digits but for one.
        let slips = (500..=500 + NEAR).map(|step| {
            let code = maker.code(step);
            let last = char::from_digit((u32::from(code.as_bytes()[5]) + 3) % 10, 10).unwrap();
            (step, format!("{}{last}", &code[..5]))
        });
        for (step, slip) in slips {
            let found = relate(&slip, &hotp, 0, 0).unwrap();
            assert!((found.step - 500).abs() <= NEAR, "{step}: {found:?}");
        }
    }

    #[test]
    fn the_last_counters_and_steps_are_no_further_than_others() {
        let hotp = entry("hotp/x?counter=9223372036854775807");
        let code = Maker::of(&hotp).unwrap().code(i64::MAX);
        assert_eq!(relate(&code, &hotp, 0, 0).map(|one| one.step), Some(i64::MAX));
        assert_eq!(relate("no code", &hotp, 0, 0), None);
        assert_eq!(relate("no code", &entry("totp/x?period=30"), i64::MAX, i64::MAX - 2), None);
    }
}
