//! Ways to make codes of the right secret that no entry describes: another epoch or unit of time, a faulty truncation, a
//! vendor's letters.
//!
//! The one idea: a scheme is the counters of a time and a code for each. It must not know how common a scheme is beside other causes.

use std::ops::RangeInclusive;

use super::Depth;
use super::bench::Bench;
use super::candidates::Relation;
use super::constants::CLEAN;
use super::counters::counter_for_time;
use super::explanation::Explanation;
use super::form::{Form, Typed};
use super::parts::Part;
use crate::case::Interval;
use crate::entry::Kind;
use crate::finding::Detail;
use crate::otp::{Algorithm, step};
use crate::probe::wording::said;

/// Beginnings of time other than 1970, in seconds from there: 1601 (Windows), 1900 (NTP), GPS, 2000, 2001 (Apple).
const EPOCHS: [i64; 5] = [-11_644_473_600, -2_208_988_800, 315_964_800, 946_684_800, 978_307_200];
/// Seconds from reading a code to sending it, at most.
const DELAY: i64 = super::constants::TYPING_DELAY;
/// The most counters that one code is compared with.
const MOST: i64 = 20_000;
/// Steam's letters, and how many of them make a code.
const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
const STEAM_LENGTH: usize = 5;
/// Strings of Steam's.
const STEAM_CODES: u64 = 11_881_376;
/// How often a vendor's code is not of a secret that can be computed, but has the form.
const FORM_ALONE: f64 = 0.1;

/// A way to make codes.
struct Scheme<'s> {
    share: f64,
    kind: &'static str,
    /// The counters that may be on the screen within a time.
    counters: Counters<'s>,
    code: Box<dyn Fn(u64) -> u64 + 's>,
    /// What was typed, as such a code.
    read: Reader<'s>,
    /// How many different codes there are.
    strings: u64,
}

/// The counters of a time.
type Counters<'s> = Box<dyn Fn(Interval) -> RangeInclusive<i64> + 's>;

/// What was typed, as a code.
type Reader<'s> = Box<dyn Fn(&Typed) -> Option<u64> + 's>;

/// The parts of an explanation that take a scheme, with their shares.
pub(super) fn schemes(bench: &Bench<'_>, relation: Relation) -> Vec<(f64, Part)> {
    let Relation(explanation, None) = relation else { return Vec::new() };
    let mut parts = Vec::new();
    for (used, weight) in bench.own() {
        let mut add = |share: f64, part: Part| parts.push((weight * share, part));
        // A clock that was reset shows young counters as well, so both are tried at once.
        let counts = explanation == Explanation::WrongOtpType && bench.depth == Depth::Far;
        if let Some(part) = counts.then(|| counter_for_time(bench, used)).flatten() {
            add(1.0, part);
        }
        for way in schemes_of(bench, explanation, used) {
            add(way.share, scheme(bench, used, &way));
        }
    }
    if explanation == Explanation::VendorVariant {
        parts.extend(vendors_form(bench));
    }
    parts
}

fn schemes_of<'b>(bench: &'b Bench<'_>, explanation: Explanation, used: usize) -> Vec<Scheme<'b>> {
    let candidate = &bench.candidates.list[used];
    let (entry, key) = (&candidate.entry, &candidate.key);
    let Kind::Totp { period } = entry.kind else { return Vec::new() };
    let (digits, strings) = (entry.digits, entry.digits.codes());
    let around = move |at: Interval, shift: i64| step(at.from - shift, period) - 1..=step(at.to - shift, period) + 1;
    let read = move |typed: &Typed| typed.is_digits(digits.get()).then_some(typed.value);
    let usual = |share, kind, counters: Counters<'static>| {
        let code = Box::new(move |counter| key.code(counter, digits));
        Scheme { share, kind, counters, code, read: Box::new(read), strings }
    };
    match explanation {
        Explanation::WrongEpoch => {
            let share = 1.0 / (EPOCHS.len() + 2) as f64;
            let shifted = EPOCHS.map(|epoch| {
                usual(share, "it counts from another day than 1970", Box::new(move |at| around(at, epoch)))
            });
            let milliseconds = move |second: i64| second * 1_000 / i64::from(period);
            let fine = Box::new(move |at: Interval| milliseconds(at.from - DELAY)..=milliseconds(at.to + 1));
            let fine = usual(share, "it counts milliseconds", fine);
            let seconds = usual(share, "it counts seconds", Box::new(|at| at.from - DELAY..=at.to));
            shifted.into_iter().chain([fine, seconds]).collect()
        }
        Explanation::ClientBug if entry.algorithm != Algorithm::Sha1 => {
            let code = Box::new(move |counter| digits.of(key.truncated_by_byte_19(counter)));
            let kind = "it takes the place from the wrong byte";
            let counters = Box::new(move |at| around(at, 0));
            vec![Scheme { share: 0.5, kind, counters, code, read: Box::new(read), strings }]
        }
        Explanation::VendorVariant => {
            let code = Box::new(move |counter| u64::from(key.truncated(counter)) % STEAM_CODES);
            let counters = Box::new(move |at| around(at, 0));
            let kind = "a scheme of its own with five letters";
            vec![Scheme { share: 0.4, kind, counters, code, read: Box::new(steam), strings: STEAM_CODES }]
        }
        _ => Vec::new(),
    }
}

/// Every code is made that way.
fn scheme(bench: &Bench<'_>, used: usize, scheme: &Scheme<'_>) -> Part {
    let detail = Detail::default().with("kind", said(scheme.kind));
    let mut part = Part { ratio: 1.0, chance: 1.0, detail, ..Part::default() };
    let most = MOST.min(bench.widest);
    for (index, attempt) in bench.attempts.iter().enumerate() {
        if attempt.shown_by.is_some_and(|by| by != used) {
            let seen = bench.seen(used, index);
            part.take(seen.hit, seen.space);
            continue;
        }
        let counters = attempt.at.map(|at| (scheme.counters)(at));
        let Some(counters) = counters.filter(|range| range.end() - range.start() < most) else { continue };
        let count = (counters.end() - counters.start() + 1) as f64;
        let value = (scheme.read)(&attempt.typed);
        let shows = |counter: i64| u64::try_from(counter).ok().map(|counter| (scheme.code)(counter));
        let hit = value.is_some() && counters.into_iter().any(|counter| shows(counter) == value);
        // Letters are judged by their form in `by_chance`; here it is this very string.
        let by_chance = if attempt.typed.digits.is_empty() {
            attempt.typed.commonness() / scheme.strings as f64
        } else {
            attempt.typed.by_chance
        };
        let ratio = hit.then(|| CLEAN / (count * by_chance));
        part.take(attempt.unless_accepted(ratio), count / scheme.strings as f64);
    }
    part
}

/// Strings that have the form of a vendor's codes, whatever their secret.
fn vendors_form(bench: &Bench<'_>) -> Option<(f64, Part)> {
    let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
    for attempt in bench.attempts {
        let fits = attempt.typed.form == Form::Other && has_vendors_form(&attempt.typed.text);
        part.take(fits.then(|| CLEAN / attempt.typed.commonness()), attempt.typed.commonness());
    }
    (part.codes > 0).then_some((FORM_ALONE, part))
}

/// Five letters of Steam's alphabet, the lowest place first.
fn steam(typed: &Typed) -> Option<u64> {
    let letters = typed.text.to_ascii_uppercase();
    if letters.len() != STEAM_LENGTH {
        return None;
    }
    let place = |letter: u8| STEAM.iter().position(|one| *one == letter);
    letters.bytes().rev().try_fold(0, |value, letter| Some(value * STEAM.len() as u64 + place(letter)? as u64))
}

/// Steam: five of its letters. Mobile-OTP: six hexadecimal digits with a letter among them. Yandex: eight small letters.
fn has_vendors_form(text: &str) -> bool {
    let all = |fits: fn(u8) -> bool| text.bytes().all(fits);
    match text.len() {
        5 => all(|b| STEAM.contains(&b.to_ascii_uppercase())) && !all(|b| b.is_ascii_digit()),
        6 => all(|b| b.is_ascii_hexdigit()) && !all(|b| b.is_ascii_digit()),
        8 => all(|b| b.is_ascii_lowercase()),
        _ => false,
    }
}
