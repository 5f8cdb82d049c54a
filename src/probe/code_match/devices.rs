//! Explanations that take more than one secret: two devices that were enrolled apart, a phone restored from an old backup.
//!
//! The one idea: codes fall into groups, and each group has a secret of its own. It must not know how the groups came about.

use super::bench::Bench;
use super::candidates::{Candidate, Relation};
use super::clock::take_on_time;
use super::constants::MISHAP;
use super::entries::of_an_unknown_secret;
use super::explanation::{Explanation, Row};
use super::parts::{Part, Parts, distinct, sum};
use super::worlds;
use crate::case::{Outcome, Status};
use crate::finding::{Detail, Fact, Measure};

pub(super) const ROWS: [Row; 2] = [
    Row::new(Explanation::DevicesDisagree, &["device", "entry"], |bench, id| Some(devices_disagree(bench, id))),
    Row::new(Explanation::RestoredOldBackup, &[], |bench, id| Some(restored_backup(bench, id))),
];

/// One device shows codes of an earlier secret, the others those of the service's own.
fn devices_disagree(bench: &Bench<'_>, id: Explanation) -> Measure {
    let devices = distinct(bench.attempts.iter().filter_map(|attempt| attempt.device));
    // The one that is behind is one of those that were refused. What each has may tell as much as their codes.
    let refused = bench.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Refused);
    let mut suspects = distinct(refused.filter_map(|attempt| attempt.device));
    let is_apart =
        |candidate: &Candidate<'_>, device: &str| candidate.apart.is_some_and(|apart| apart.device == device);
    let lists_differ = |device: &str| bench.candidates.list.iter().any(|candidate| is_apart(candidate, device));
    if devices.len() < 2 {
        suspects.retain(|device| lists_differ(device));
    }
    if suspects.is_empty() {
        return bench.impossible(id, None);
    }
    let rest = bench.candidates.unlisted(Relation::OLD);
    let mut parts = Parts::default();
    let mut nowhere = Vec::new();
    for device in &suspects {
        let behind: Vec<bool> = bench.attempts.iter().map(|attempt| attempt.device == Some(*device)).collect();
        let worlds = worlds::of_one_device(bench.attempts, &behind);
        for (used, candidate) in bench.candidates.list.iter().enumerate() {
            let share = candidate.listed_as(Relation::OLD);
            for (world, faulty) in worlds.iter().filter(|_| share > 0.0) {
                let mut part = one_behind(bench, used, faulty, is_apart(candidate, device));
                part.detail = candidate.detail.clone().with("device", Fact::Text((*device).to_owned()));
                parts.add((1.0 - rest) * share * world / suspects.len() as f64, part);
            }
        }
        // Its entry need not be at hand, where the codes of the others were accepted and none of its own was.
        let of_others = |index: usize| !behind[index] && bench.attempts[index].outcome == Outcome::Accepted;
        let refused = |index: usize| !behind[index] || bench.attempts[index].outcome == Outcome::Refused;
        let attempts = 0..bench.attempts.len();
        let apart = attempts.clone().any(of_others) && attempts.clone().all(refused);
        nowhere.push(if apart { of_an_unknown_secret(bench, &behind) } else { MISHAP.powi(attempts.len() as i32) });
        if apart {
            let mut part = Part { ratio: 0.0, chance: 1.0, ..Part::default() };
            part.detail = Detail::default().with("device", Fact::Text((*device).to_owned()));
            parts.add(0.0, part);
        }
    }
    parts.measure(id, None, rest * sum(nowhere) / suspects.len() as f64, bench.candidates.expected_known)
}

/// The codes of one device come from another secret, those of the others are in order. `listed`: it is known to be of that device
/// alone.
fn one_behind(bench: &Bench<'_>, used: usize, behind: &[bool], listed: bool) -> Part {
    let mut part = Part { ratio: 1.0, chance: 1.0, ..Part::default() };
    let mut of_the_other = 0;
    for (index, attempt) in bench.attempts.iter().enumerate() {
        if behind[index] {
            let seen = bench.seen(used, index);
            of_the_other += usize::from(seen.hit.is_some());
            part.take(attempt.unless_accepted(seen.hit), seen.space);
        } else {
            take_on_time(bench, &mut part, index);
        }
    }
    // Both must show, or there is no disagreement.
    if of_the_other == 0 || of_the_other == part.codes && !listed {
        part.codes = 0;
    }
    part
}

/// The codes come from two or more secrets of one device which the service has revoked.
fn restored_backup(bench: &Bench<'_>, id: Explanation) -> Measure {
    let is_revoked =
        |used: &usize| bench.candidates.list[*used].known.is_some_and(|known| known.status == Some(Status::Revoked));
    let device_of = |used: usize| bench.candidates.list[used].known.and_then(|known| known.device.as_deref());
    let revoked: Vec<usize> = (0..bench.candidates.list.len()).filter(is_revoked).collect();
    let devices = distinct(revoked.iter().map(|&used| device_of(used)));
    let mut parts = Parts::default();
    for device in &devices {
        let there: Vec<usize> = revoked.iter().copied().filter(|&used| device_of(used) == *device).collect();
        if there.len() < 2 {
            continue;
        }
        for world in &bench.worlds {
            parts.add(world.share / devices.len() as f64, made_by_several(bench, &there, &world.faulty));
        }
    }
    if parts.ratios.is_empty() {
        return bench.impossible(id, None);
    }
    parts.measure(id, None, 0.0, bench.candidates.expected_known)
}

/// Each code at fault comes from one of these, and not all from the same.
fn made_by_several(bench: &Bench<'_>, secrets: &[usize], faulty: &[bool]) -> Part {
    let share = 1.0 / secrets.len() as f64;
    // A code read off a named entry is that entry's.
    let shows = |used: usize, index: usize| bench.attempts[index].shown_by.is_none_or(|by| by == used);
    let hit = |used: usize, index: usize| bench.seen(used, index).hit.filter(|_| shows(used, index));
    let ratio_of =
        |used: usize, index: usize| bench.attempts[index].unless_accepted(hit(used, index)).unwrap_or(0.0) + MISHAP;
    let (touched, others): (Vec<usize>, Vec<usize>) = (0..bench.attempts.len()).partition(|&index| faulty[index]);
    let attempts = touched.iter().copied();
    let any: f64 =
        attempts.clone().map(|index| sum(secrets.iter().map(|&used| share * ratio_of(used, index)))).product();
    let same = |used: &usize| attempts.clone().map(|index| share * ratio_of(*used, index)).product::<f64>();
    // One code alone can only come from one of them, however often it was typed.
    let alone = distinct(touched.iter().map(|&index| bench.attempts[index].typed.text.as_str())).len() == 1;
    let all_same = if alone { 0.0 } else { sum(secrets.iter().map(same)) };
    let left = if alone { 1.0 } else { 1.0 - secrets.len() as f64 * share.powi(touched.len() as i32) };
    let mut part = Part { ratio: ((any - all_same) / left).max(0.0), chance: 1.0, ..Part::default() };
    let mut matched = Vec::new();
    for index in attempts {
        let found = secrets.iter().copied().find(|&used| hit(used, index).is_some());
        part.tried += secrets.len() as u64;
        if let Some(used) = found {
            matched.push(used);
            part.codes += 1;
            part.chance *= bench.seen(used, index).space * secrets.len() as f64;
        }
    }
    matched.sort_unstable();
    matched.dedup();
    for &index in &others {
        take_on_time(bench, &mut part, index);
    }
    if matched.len() < 2 && !alone {
        part.codes = 0;
    }
    part
}
