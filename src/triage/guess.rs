use std::collections::BTreeMap;

use super::log::Record;
use crate::case::GUESSES;

/// The time within which they come, in seconds.
const WITHIN: i64 = 600;

/// Tries on one account that look like guessing: many in a short time, and nothing explains one of them. Indices of
/// records, by person.
pub(super) fn guessing(records: &[Record], free: &[usize]) -> Vec<Vec<usize>> {
    let mut people: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for index in free.iter().copied().filter(|index| records[*index].cause.is_none()) {
        people.entry(records[index].person).or_default().push(index);
    }
    let mut found = Vec::new();
    for mut tries in people.into_values() {
        tries.sort_by_key(|index| (records[*index].at, *index));
        let (mut from, mut count) = (0, 0);
        let mut guessed = vec![false; tries.len()];
        for to in 0..tries.len() {
            let at = |place: usize| records[tries[place]].at;
            count += records[tries[to]].tries;
            // A try without a time is near to another one without.
            while at(to).zip(at(from)).map_or(at(to) != at(from), |(late, early)| late - early > WITHIN) {
                count -= records[tries[from]].tries;
                from += 1;
            }
            if count >= GUESSES {
                guessed[from..=to].fill(true);
            }
        }
        let members: Vec<usize> =
            tries.iter().zip(guessed).filter(|(_, guess)| *guess).map(|(index, _)| *index).collect();
        if !members.is_empty() {
            found.push(members);
        }
    }
    found
}
