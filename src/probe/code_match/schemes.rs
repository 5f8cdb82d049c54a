//! Ways to make codes of the right secret that no entry describes: another epoch or unit of time, a faulty truncation, a
//! vendor's letters.
//!
//! The one idea: a scheme is the counters of a time and a code for each. It must not know how common a scheme is beside other causes.

use std::ops::RangeInclusive;

use super::Depth;
use super::bench::Bench;
use super::candidates::Relation;
use super::clock;
use super::constants::{CLEAN, DIGITS_FOR_LETTERS, FORM_ALONE, OWN_RECKONING, REFUSED_A_GOOD_ONE};
use super::counters::counter_for_time;
use super::explanation::Explanation;
use super::form::{Form, Typed};
use super::parts::Part;
use super::steam;
use super::worlds::World;
use crate::case::{Interval, Outcome};
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

/// A way to make codes.
struct Scheme<'s> {
    share: f64,
    kind: &'static str,
    /// The counters that may be on the screen within a time.
    counters: Counters<'s>,
    /// Whether one of these counters shows that code.
    shows: Shows<'s>,
    /// What was typed, as such a code.
    read: Reader<'s>,
    /// How many different codes there are.
    strings: u64,
}

/// The counters of a time.
type Counters<'s> = Box<dyn Fn(Interval) -> RangeInclusive<i64> + 's>;

/// Whether one of some counters shows a code.
type Shows<'s> = Box<dyn Fn(RangeInclusive<u64>, u64) -> bool + 's>;

/// What was typed, as a code.
type Reader<'s> = Box<dyn Fn(&Typed) -> Option<u64> + 's>;

/// The parts of an explanation that take a scheme, with their shares.
pub(super) fn schemes(bench: &Bench<'_>, relation: Relation) -> Vec<(f64, Part)> {
    let Relation(explanation, None) = relation else { return Vec::new() };
    let mut parts = Vec::new();
    for (used, weight) in bench.own() {
        let mut add = |share: f64, part: Part| parts.push((weight * share, part));
        // Codes that are off by whole quarters of an hour or days, of a clock that was not read as being off.
        let reckons = explanation == Explanation::WrongEpoch && bench.reading.is_none_or(|reading| !reading.off);
        for world in bench.worlds.iter().filter(|_| reckons) {
            if let Some(mut part) = clock::by_own_reckoning(bench, used, world) {
                part.detail = Detail::default().with("kind", said("its own time zone or date is wrong"));
                add(OWN_RECKONING * world.share, part);
            }
        }
        // A clock that was reset shows young counters as well, so both are tried at once, or neither.
        let dates = bench.depth == Depth::Far && !bench.shifts[used].without_dates;
        let counts = explanation == Explanation::WrongOtpType && dates;
        for world in bench.worlds.iter().filter(|_| counts) {
            if let Some(part) = counter_for_time(bench, used, world) {
                add(world.share, part);
            }
        }
        for way in schemes_of(bench, explanation, used) {
            for world in &bench.worlds {
                add(way.share * world.share, scheme(bench, used, &way, world));
            }
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
    if candidate.in_letters {
        return Vec::new();
    }
    let (digits, strings) = (entry.digits, entry.digits.codes());
    let around = move |at: Interval, shift: i64| step(at.from - shift, period) - 1..=step(at.to - shift, period) + 1;
    let read = move |typed: &Typed| typed.is_digits(digits.get()).then_some(typed.value);
    let usual = |share, kind, counters: Counters<'static>| {
        let shows: Shows<'b> = Box::new(move |range, value| key.codes(range, digits).any(|(_, code)| code == value));
        Scheme { share, kind, counters, shows, read: Box::new(read), strings }
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
        Explanation::ClientBug => {
            let faulty = |share, kind, code: Box<dyn Fn(u64) -> u64 + 'b>| {
                let counters = Box::new(move |at| around(at, 0));
                let shows: Shows<'b> = Box::new(move |range, value| range.into_iter().any(|at| code(at) == value));
                Scheme { share, kind, counters, shows, read: Box::new(read), strings }
            };
            let mut all = vec![
                faulty(
                    0.1,
                    "it cuts the code with one too few",
                    Box::new(move |counter| u64::from(key.truncated(counter)) % (strings - 1).max(1)),
                ),
                faulty(
                    0.1,
                    "it keeps the top bit",
                    Box::new(move |counter| u64::from(key.untruncated(counter)) % strings),
                ),
                faulty(
                    0.1,
                    "it fills the counter up at the wrong end",
                    Box::new(move |counter| digits.of(key.truncated(counter.swap_bytes()))),
                ),
                faulty(
                    0.05,
                    "it fills the counter up at the wrong end",
                    Box::new(move |counter| digits.of(key.truncated(counter << 32))),
                ),
            ];
            if entry.algorithm != Algorithm::Sha1 {
                let code = Box::new(move |counter| digits.of(key.truncated_by_byte_19(counter)));
                all.push(faulty(0.25, "it takes the place from the wrong byte", code));
            }
            // A service that accepts the next step as well does not mind.
            if bench.case.service.future == Some(0) {
                let next = Box::new(move |at: Interval| step(at.from, period) + 1..=step(at.to, period) + 1);
                all.push(usual(0.05, "it rounds the time up", next));
            }
            all
        }
        Explanation::VendorVariant => {
            let code = move |counter| steam::code(key.truncated(counter));
            let shows: Shows<'b> = Box::new(move |range, value| range.into_iter().any(|at| code(at) == value));
            let counters = Box::new(move |at| around(at, 0));
            let kind = "a scheme of its own with five letters";
            vec![Scheme {
                share: 0.4,
                kind,
                counters,
                shows,
                read: Box::new(|typed| steam::read(&typed.text)),
                strings: steam::CODES,
            }]
        }
        _ => Vec::new(),
    }
}

/// Every code at fault is made that way.
fn scheme(bench: &Bench<'_>, used: usize, scheme: &Scheme<'_>, world: &World) -> Part {
    let detail = Detail::default().with("kind", said(scheme.kind));
    let mut part = Part { ratio: 1.0, chance: 1.0, detail, ..Part::default() };
    let most = MOST.min(bench.widest);
    let mut at_fault = 0;
    for (index, attempt) in bench.attempts.iter().enumerate() {
        if !world.faulty[index] {
            clock::take_on_time(bench, &mut part, index);
            continue;
        }
        if attempt.shown_by.is_some_and(|by| by != used) {
            let seen = bench.seen(used, index);
            part.take(seen.hit, seen.space);
            continue;
        }
        let counters = attempt.at.map(|at| (scheme.counters)(at));
        let Some(counters) = counters.filter(|range| range.end() - range.start() < most) else { continue };
        let count = (counters.end() - counters.start() + 1) as f64;
        let value = (scheme.read)(&attempt.typed);
        let range = u64::try_from(*counters.end()).ok().map(|last| (*counters.start()).max(0) as u64..=last);
        let hit = range.zip(value).is_some_and(|(range, value)| (scheme.shows)(range, value));
        // Letters are judged by their form in `by_chance`; here it is this very string.
        let by_chance = if attempt.typed.digits.is_empty() {
            attempt.typed.commonness() / scheme.strings as f64
        } else {
            attempt.typed.by_chance
        };
        // Where the scheme gives the right code, it is not why that was refused.
        let is_right = attempt.outcome == Outcome::Refused && bench.seen(used, index).hit.is_some();
        let refused = if is_right { REFUSED_A_GOOD_ONE } else { 1.0 };
        let ratio = hit.then(|| CLEAN / (count * by_chance) * refused);
        at_fault += usize::from(hit);
        part.take(attempt.unless_accepted(ratio), count / scheme.strings as f64);
    }
    part.codes = if at_fault > 0 { part.codes } else { 0 };
    part
}

/// Strings that have the form of a vendor's codes, whatever their secret.
fn vendors_form(bench: &Bench<'_>) -> Option<(f64, Part)> {
    let in_letters = bench.own().any(|(own, _)| bench.candidates.list[own].in_letters);
    let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
    for attempt in bench.attempts {
        let digits_for_letters = in_letters && attempt.typed.form == Form::Clean && attempt.typed.digits.len() == 6;
        let fits = attempt.typed.form == Form::Other && has_vendors_form(&attempt.typed.text);
        let commonness = if digits_for_letters { DIGITS_FOR_LETTERS } else { attempt.typed.commonness() };
        part.take((fits || digits_for_letters).then(|| CLEAN / commonness), commonness);
    }
    (part.codes > 0).then_some((FORM_ALONE, part))
}

/// Steam: five of its letters. Mobile-OTP: six hexadecimal digits with a letter among them. Yandex: eight small letters.
fn has_vendors_form(text: &str) -> bool {
    let all = |fits: fn(u8) -> bool| text.bytes().all(fits);
    match text.len() {
        steam::LENGTH => steam::is_letters(text) && !all(|b| b.is_ascii_digit()),
        6 => all(|b| b.is_ascii_hexdigit()) && !all(|b| b.is_ascii_digit()),
        8 => all(|b| b.is_ascii_lowercase()),
        _ => false,
    }
}
