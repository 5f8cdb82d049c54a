//! Codes of another secret than the service's: an older entry, another account's, or what is made of the right one.
//!
//! The one idea: every code comes from one secret that is not the service's, and which one is summed out. It must not know why
//! the device holds it.

use super::Depth;
use super::bench::{Bench, Seen};
use super::candidates::Relation;
use super::clock::{self, take_on_time};
use super::constants::{ANOTHER_REVOKED, APART_BY_CHANCE, HELD_UP, NOT_ENROLLED_APART};
use super::explanation::{Explanation, Row, ids};
use super::parts::{Part, Parts, sum};
use super::schemes::schemes;
use super::worlds::World;
use crate::case::Status;
use crate::finding::{Detail, Measure};

/// The device's clock beside it.
const CLOCK: &[Explanation; 1] = &[Explanation::DeviceClockOff];
/// What may be ignored beside the hash, and beside the length.
const BESIDE_HASH: &[Explanation; 3] =
    &[Explanation::DeviceClockOff, Explanation::DigitsIgnored, Explanation::PeriodIgnored];
const BESIDE_LENGTH: &[Explanation; 2] = &[Explanation::DeviceClockOff, Explanation::PeriodIgnored];

pub(super) const ROWS: [Row; 16] = [
    Row { pairs: (BESIDE_HASH, &ids(BESIDE_HASH)), ..row(Explanation::AlgorithmIgnored, &["kind"]) },
    row(Explanation::ClientBug, &["kind"]),
    Row { pairs: (BESIDE_LENGTH, &ids(BESIDE_LENGTH)), ..row(Explanation::DigitsIgnored, &["kind"]) },
    row(Explanation::MisreadSecret, &["kind"]),
    row(Explanation::MistypedSecret, &["kind"]),
    Row { pairs: (CLOCK, &ids(CLOCK)), ..row(Explanation::OldEntry, &["entry"]) },
    row(Explanation::OverwrittenEntry, &["entry"]),
    Row { pairs: (CLOCK, &ids(CLOCK)), ..row(Explanation::PeriodIgnored, &["kind"]) },
    row(Explanation::RotatedDuringEnrolment, &["entry"]),
    row(Explanation::SwappedTokens, &["entry"]),
    row(Explanation::TruncatedSecret, &["kind"]),
    row(Explanation::UnconfirmedEnrolment, &["entry"]),
    row(Explanation::VendorVariant, &["kind"]),
    Row { pairs: (CLOCK, &ids(CLOCK)), ..row(Explanation::WrongEntry, &["entry"]) },
    row(Explanation::WrongEpoch, &["kind"]),
    row(Explanation::WrongOtpType, &["kind"]),
];

const fn row(of: Explanation, provides: &'static [&'static str]) -> Row {
    Row { pair, ..Row::new(of, provides, |bench, id| other_secret(bench, Relation(id, None))) }
}

/// Together with a clock that is off, or with another parameter.
fn pair(bench: &Bench<'_>, main: Explanation, second: Explanation) -> Option<Measure> {
    match second {
        Explanation::DeviceClockOff => clock::beside(bench, main),
        _ => other_secret(bench, Relation(main, Some(second))),
    }
}

/// Every code that was at fault comes from another secret than the service's, or from a scheme of its own.
fn other_secret(bench: &Bench<'_>, relation: Relation) -> Option<Measure> {
    let mut parts = Parts::default();
    let rest = bench.candidates.unlisted(relation);
    for (used, candidate) in bench.candidates.list.iter().enumerate() {
        let weight = (1.0 - rest) * candidate.used_as(relation);
        if weight > 0.0 {
            for world in &bench.worlds {
                let mut part = in_either_manner(bench, relation, Some(used), world);
                let weight = weight * share(relation, world, true);
                // What is not the best is not told.
                if parts.best.as_ref().is_none_or(|(best, _)| weight * part.ratio >= *best) {
                    part.detail = candidate.detail.clone();
                }
                parts.add(weight, discreet(relation, part));
            }
        }
    }
    for silent in bench.candidates.silent.iter().filter(|silent| silent.relation == relation) {
        for world in &bench.worlds {
            let part = in_either_manner(bench, relation, None, world);
            let uses = silent.uses.times((1.0 - rest) * share(relation, world, true));
            parts.add_alike(uses, Part { detail: silent.detail(), ..part });
        }
    }
    for (share, part) in schemes(bench, relation) {
        parts.add(share, part);
    }
    if parts.ratios.is_empty() && !relation.is_of_entries() {
        return (bench.depth > Depth::Near).then(|| bench.impossible(relation.0, relation.1));
    }
    let nowhere = rest
        * sum(bench
            .worlds
            .iter()
            .map(|world| share(relation, world, false) * of_an_unknown_secret(bench, &world.faulty)));
    Some(parts.measure(relation.0, relation.1, nowhere, bench.candidates.expected_known))
}

/// How the codes of a login came: in time, or every one of them late, since whatever they went through held them up. The
/// secret is refused at any time.
fn manners(relation: Relation) -> Vec<(f64, HitOf)> {
    if !relation.is_of_entries() {
        return vec![(1.0, |seen| seen.hit)];
    }
    vec![(1.0 - HELD_UP, |seen| seen.hit), (HELD_UP, |seen| seen.held_up)]
}

/// What a match is worth, by how the code came.
type HitOf = fn(&Seen) -> Option<f64>;

/// In this world every code that was at fault comes from the secret `used`, in time or late. It is one comparison: the likelier manner
/// tells what matched. `None`: from one that shows none of the codes.
fn in_either_manner(bench: &Bench<'_>, relation: Relation, used: Option<usize>, world: &World) -> Part {
    let mut likelier = (0.0, Part::default());
    let mut ratio = 0.0;
    for (manner, hit_of) in manners(relation) {
        let part = made_by(bench, relation, used, world, hit_of);
        let contribution = manner * part.ratio;
        ratio += contribution;
        if contribution > likelier.0 {
            likelier = (contribution, part);
        }
    }
    Part { ratio, ..likelier.1 }
}

/// Every code at fault, in one manner.
fn made_by(bench: &Bench<'_>, relation: Relation, used: Option<usize>, world: &World, hit_of: HitOf) -> Part {
    let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
    let mut at_fault = 0;
    for (index, attempt) in bench.attempts.iter().enumerate() {
        if world.faulty[index] {
            // A code that was read off a named entry is that entry's.
            let Some(shown_by) = attempt.shown_by.or(used) else {
                part.take(None, 0.0);
                continue;
            };
            let seen = &bench.seen[shown_by][index];
            let hit = attempt.unless_accepted(hit_of(seen));
            let alone = relation != Relation::OLD || !is_of_another_revoked(bench, used, index);
            at_fault += usize::from(hit.is_some());
            part.take(if alone { hit } else { hit.map(|hit| hit * ANOTHER_REVOKED) }, seen.space);
        } else {
            take_on_time(bench, &mut part, index);
        }
    }
    // A code that fits because nothing was wrong with it shows no other secret.
    part.codes = if at_fault > 0 { part.codes } else { 0 };
    part
}

/// The share of a world. That one device, by its name, has an older entry than another, or one that is not at hand, is mostly
/// that they were enrolled apart, which is an explanation of its own.
fn share(relation: Relation, world: &World, at_hand: bool) -> f64 {
    let apart = world.by_device && (!at_hand && relation.is_of_entries() || relation.is_of_an_earlier_entry());
    world.share * if apart { NOT_ENROLLED_APART } else { 1.0 }
}

/// Codes at fault of a secret that nobody has at hand, which are as good as chance, beside the others.
pub(super) fn of_an_unknown_secret(bench: &Bench<'_>, faulty: &[bool]) -> f64 {
    let mut part = Part { ratio: 1.0, ..Part::default() };
    for (index, attempt) in bench.attempts.iter().enumerate() {
        if faulty[index] {
            part.ratio *= attempt.answer_to_a_bad_one();
        } else {
            take_on_time(bench, &mut part, index);
        }
    }
    part.ratio
}

/// How probable the codes are, over chance, where what is wrong shows in none of them: those at fault are as good as chance.
pub(super) fn nothing_told(bench: &Bench<'_>) -> f64 {
    let share = |world: &World| world.share * if world.by_device { APART_BY_CHANCE } else { 1.0 };
    sum(bench.worlds.iter().map(|world| share(world) * of_an_unknown_secret(bench, &world.faulty)))
}

/// Whether the code was read off another entry than `used`, which is out of date as well.
fn is_of_another_revoked(bench: &Bench<'_>, used: Option<usize>, index: usize) -> bool {
    let by = bench.attempts[index].shown_by.filter(|by| Some(*by) != used);
    let known = by.and_then(|by| bench.candidates.list[by].known);
    known.is_some_and(|known| known.status == Some(Status::Revoked))
}

/// Whose token it is, one code must not tell: among many tokens it fits some by luck.
fn discreet(relation: Relation, mut part: Part) -> Part {
    if relation == Relation::SWAPPED && part.codes < 2 {
        part.detail = Detail::default();
    }
    part
}
