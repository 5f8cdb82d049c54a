use std::collections::{BTreeMap, BTreeSet};

use super::log::Record;
use super::{CausePlace, ENOUGH, LUCKY, chance};
use crate::verdict::LUCK;

/// People with one cause who have an app or a node in common that others do not have.
#[derive(Debug)]
pub(super) struct Tied {
    /// Indices of records.
    pub(super) members: Vec<usize>,
    pub(super) place: CausePlace,
    pub(super) name: u32,
    /// People with the cause whose app or node is known.
    pub(super) among: usize,
    pub(super) luck: f64,
}

type Named = fn(&Record) -> Option<u32>;

/// Where something may have its place. A release says more than its app, so it comes first.
const PLACES: [(CausePlace, Named); 3] = [
    (CausePlace::App, |record| record.release),
    (CausePlace::App, |record| record.app),
    (CausePlace::Node, |record| record.node),
];

/// Places that are looked for.
const MOST_TIED: usize = 20;

/// Every cause that is tied to a place, among the suspects of the records that are free; the most remarkable first, each
/// record once.
pub(super) fn all(records: &[Record], free: &[usize], suspects: Vec<usize>) -> Vec<Tied> {
    let mut found: Vec<Tied> = Vec::new();
    let mut suspects = suspects;
    // Whoever meets a faulty node is there and nowhere else: they say nothing of where the others should be.
    let mut others = [(0..records.len()).collect(), (0..records.len()).collect(), free.to_vec()];
    while let Some(tied) =
        most_remarkable(records, &suspects, &others, found.is_empty()).filter(|_| found.len() < MOST_TIED)
    {
        let taken: BTreeSet<usize> = tied.members.iter().copied().collect();
        // For the same reason those who are tied to a place do not stand for the others any more.
        for list in others.iter_mut().chain([&mut suspects]) {
            list.retain(|index| !taken.contains(index));
        }
        found.push(tied);
    }
    found
}

/// `others` are those to compare with, by place of [`PLACES`].
fn most_remarkable(records: &[Record], suspects: &[usize], others: &[Vec<usize>; 3], first: bool) -> Option<Tied> {
    let mut causes: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for index in suspects {
        causes.entry(records[*index].cause).or_default().push(*index);
    }
    let everywhere: Vec<PeopleBy> =
        PLACES.iter().zip(others).map(|((_, named), list)| people_by(records, list.iter().copied(), *named)).collect();
    let mut best: Option<Tied> = None;
    let mut looked_at = 0.0;
    for of_cause in causes.values().filter(|of_cause| of_cause.len() >= ENOUGH) {
        for ((place, named), everyone) in PLACES.into_iter().zip(&everywhere) {
            let here = people_by(records, of_cause.iter().copied(), named);
            for (name, people) in &here.at {
                let others = everyone.without(&here, *name);
                // The only node of a log tells nothing. The only app may, but nothing proves it.
                let alone = others.1 == 0;
                if alone && (place == CausePlace::Node || !first) {
                    continue;
                }
                let Some(luck) = luck(people.len(), here.known.len(), others) else { continue };
                let luck = if alone { luck.max(2.0 * LUCK) } else { luck };
                looked_at += 1.0;
                if best.as_ref().is_none_or(|best| luck < best.luck) {
                    let at_it = |index: &usize| named(&records[*index]) == Some(*name);
                    let members = of_cause.iter().copied().filter(at_it).collect();
                    best = Some(Tied { members, place, name: *name, among: here.known.len(), luck });
                }
            }
        }
    }
    let best = best.map(|best| Tied { luck: (best.luck * looked_at).min(1.0), ..best });
    best.filter(|best| best.luck <= LUCKY)
}

/// The chance that the members have a place in common by luck; `None` where they have not.
pub(super) fn tied(records: &[Record], members: &[usize], others: &[usize], named: Named, place: u32) -> Option<f64> {
    let members = people_by(records, members.iter().copied(), named);
    let others = people_by(records, others.iter().copied(), named);
    luck(members.count(place), members.known.len(), (others.count(place), others.known.len()))
}

/// Nearly all of the members are at the place, and those with another trouble are there less often.
fn luck(here: usize, known: usize, (others_here, others_known): (usize, usize)) -> Option<f64> {
    let nearly_all = here >= ENOUGH && here * 10 >= known * 9;
    nearly_all.then(|| chance::drawn(here, known, others_here, others_known))
}

/// People by place.
struct PeopleBy {
    at: BTreeMap<u32, BTreeSet<u32>>,
    known: BTreeSet<u32>,
}

impl PeopleBy {
    fn count(&self, place: u32) -> usize {
        self.at.get(&place).map_or(0, BTreeSet::len)
    }

    /// How many of the others are at the place, and how many are somewhere.
    fn without(&self, some: &Self, place: u32) -> (usize, usize) {
        (self.count(place) - some.count(place), self.known.len() - some.known.len())
    }
}

fn people_by(records: &[Record], some: impl Iterator<Item = usize>, named: Named) -> PeopleBy {
    let mut people = PeopleBy { at: BTreeMap::new(), known: BTreeSet::new() };
    for record in some.map(|index| &records[index]) {
        if let Some(place) = named(record) {
            people.at.entry(place).or_default().insert(record.person);
            people.known.insert(record.person);
        }
    }
    people
}
