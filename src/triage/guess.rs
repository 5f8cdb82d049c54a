use std::collections::BTreeMap;

use super::log::{Log, Name, Record};
use super::{LUCKY, chance};
use crate::case::GUESSES;

/// The time within which they come, in seconds.
const WITHIN: i64 = 600;
/// Fewer other networks than this do not tell how many people come from one.
const OTHERS: usize = 3;

/// Tries on one account that look like guessing: many in a short time, and nothing explains one of them. Indices of
/// records, by person.
pub(super) fn guessing(records: &[Record], free: &[usize]) -> Vec<Vec<usize>> {
    let mut unexplained: Vec<usize> = free.iter().copied().filter(|index| records[*index].cause.is_none()).collect();
    unexplained.sort_unstable_by_key(|index| (records[*index].person, records[*index].at, *index));
    let by_person = unexplained.chunk_by(|one, other| records[*one].person == records[*other].person);
    by_person.filter_map(|tries| Some(guessed(records, tries)).filter(|members| !members.is_empty())).collect()
}

/// Of one person's tries, in order of time, those that look like guessing.
fn guessed(records: &[Record], tries: &[usize]) -> Vec<usize> {
    let (mut from, mut count) = (0, 0);
    let mut guessed = vec![false; tries.len()];
    for to in 0..tries.len() {
        let at = |place: usize| records[tries[place]].at;
        count += records[tries[to]].tries as usize;
        // A try without a time is near to another one without.
        while at(to).zip(at(from)).map_or(at(to) != at(from), |(late, early)| late - early > WITHIN) {
            count -= records[tries[from]].tries as usize;
            from += 1;
        }
        if count >= GUESSES {
            guessed[from..=to].fill(true);
        }
    }
    tries.iter().zip(guessed).filter(|(_, guess)| *guess).map(|(index, _)| *index).collect()
}

/// Many accounts that are tried from one network in a short time.
pub(super) struct Spraying {
    pub(super) members: Vec<usize>,
    pub(super) network: Name,
    pub(super) luck: f64,
}

/// Networks from which many accounts are tried in a short time, far more than from any other, and nothing explains a code.
pub(super) fn spraying(log: &Log, free: &[usize]) -> Vec<Spraying> {
    let records = &log.records;
    let may = |index: &usize| {
        let record = &records[*index];
        record.cause.is_none() && record.at.is_some() && !log.person(record.person).is_empty()
    };
    let mut networks: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
    for index in free.iter().copied().filter(may) {
        if let Some(network) = records[index].network {
            networks.entry(network).or_default().push(index);
        }
    }
    if networks.len() <= OTHERS {
        return Vec::new();
    }
    let crowds: Vec<(Name, usize, Vec<usize>)> = networks
        .iter()
        .map(|(network, tries)| {
            let (accounts, members) = tried(records, tries);
            (*network, accounts, members)
        })
        .collect();
    let mut most: Vec<usize> = crowds.iter().map(|(_, accounts, _)| *accounts).collect();
    most.sort_unstable();
    // Nine of ten networks send no more than this at once, and all but one of a few.
    let usual = most[(most.len() * 9 / 10).min(most.len() - 2)];
    let all: usize = most.iter().sum();
    let sprayed = |(network, accounts, members): (Name, usize, Vec<usize>)| {
        // Others may be several times as large: only what that does not explain counts.
        const LARGER: f64 = 3.0;
        let share = (LARGER * usual as f64 / (all - accounts + usual) as f64).clamp(0.01, 0.75);
        let luck = (chance::tail(all, share, accounts) * networks.len() as f64).min(1.0);
        (accounts >= GUESSES && luck <= LUCKY).then_some(Spraying { members, network, luck })
    };
    crowds.into_iter().filter_map(sprayed).collect()
}

/// The most accounts that are tried within a short time, and all tries of times at which enough are.
fn tried(records: &[Record], tries: &[usize]) -> (usize, Vec<usize>) {
    let mut tries = tries.to_vec();
    tries.sort_unstable_by_key(|index| (records[*index].at, *index));
    let at = |place: usize| records[tries[place]].at.unwrap_or_default();
    let mut present: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut from, mut most) = (0, 0);
    let mut taken = vec![false; tries.len()];
    for to in 0..tries.len() {
        *present.entry(records[tries[to]].person).or_default() += 1;
        while at(to) - at(from) > WITHIN {
            let person = records[tries[from]].person;
            if let Some(count) = present.get_mut(&person) {
                *count -= 1;
                if *count == 0 {
                    present.remove(&person);
                }
            }
            from += 1;
        }
        most = most.max(present.len());
        if present.len() >= GUESSES {
            taken[from..=to].fill(true);
        }
    }
    (most, tries.iter().zip(taken).filter(|(_, taken)| *taken).map(|(index, _)| *index).collect())
}
