use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::chance::{self, SPAN};
use super::log::{Name, Record};
use super::place::{self, Named};
use super::{CausePlace, DAY, ENOUGH, LUCKY};

/// Shared shifts that are looked for at one service.
const MOST_SHARED: usize = 12;

/// People of one service whose clocks seem off by the same amount, within a day of one another.
#[derive(Debug)]
pub(super) struct Shared {
    /// Indices of records.
    pub(super) members: Vec<usize>,
    /// The median, in seconds.
    pub(super) seconds: i64,
    pub(super) range: (i64, i64),
    pub(super) service: Option<Name>,
    pub(super) nodes: Nodes,
    /// What these people have in common and those with other troubles have not.
    pub(super) tied: Option<(CausePlace, Name)>,
    /// Whether each of these devices is proven to be off.
    pub(super) of_devices: bool,
    /// People of the service with any shift.
    pub(super) among: usize,
    /// The chance that so many share one by luck.
    pub(super) luck: f64,
}

/// On which nodes a shift is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nodes {
    /// On this one.
    One(Name),
    /// On several.
    Several(usize),
    /// No line names one.
    Untold,
}

/// Every shared shift, the most remarkable of a service first.
pub(super) fn shared(records: &[Record]) -> Vec<Shared> {
    // A clock that is proven to be off says nothing of the service's; it may still be off for a reason that others share.
    let mut services: BTreeMap<(bool, Option<Name>), Vec<usize>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        services.entry((record.own_clock, record.service)).or_default().push(index);
    }
    let mut found = Vec::new();
    for ((of_devices, service), all) in services {
        let shift = |index: &usize| records[*index].shift;
        let mut left: Vec<usize> = all.iter().copied().filter(|index| shift(index).is_some()).collect();
        left.sort_by_key(|index| (shift(index), records[*index].at, *index));
        let among = people(records, &left);
        for _ in 0..MOST_SHARED {
            let Some((crowd, shift)) = most_remarkable(records, &left, among) else { break };
            let luck = chance::shared(among, crowd.people, shift);
            if luck > LUCKY {
                break;
            }
            let (members, tied) = tied(records, &all, crowd.members);
            let nodes = nodes(records, &members);
            left.retain(|index| !members.contains(index));
            let members: Vec<usize> = members.into_iter().collect();
            let mut shifts: Vec<i64> = members.iter().filter_map(|index| records[*index].shift).collect();
            shifts.sort_unstable();
            let range = (shifts[0], shifts[shifts.len() - 1]);
            let seconds = shifts[shifts.len() / 2];
            found.push(Shared { members, seconds, range, service, nodes, tied, of_devices, among, luck });
        }
    }
    found
}

/// People who come together within a day, and those who go on from there without a gap.
struct Crowd {
    /// The most within a day.
    people: usize,
    members: BTreeSet<usize>,
}

/// How remarkable a crowd is, the most first: by luck, by people, by where it begins.
type Rank = (f64, Reverse<usize>, usize);

/// The crowd that luck explains least, with its shift; of equal ones the largest. `left` is sorted by shift.
fn most_remarkable(records: &[Record], left: &[usize], among: usize) -> Option<(Crowd, i64)> {
    let shifts: Vec<i64> = left.iter().map(|index| records[*index].shift.unwrap_or_default()).collect();
    let luck = |window: &Range<usize>, people: usize| {
        chance::tail(among, chance::share(shifts[window.start.midpoint(window.end)]), people)
    };
    // No more people than refusals: luck explains no window less than that.
    let mut windows: Vec<(f64, Range<usize>)> =
        windows(&shifts).into_iter().map(|window| (luck(&window, window.len().min(among)), window)).collect();
    windows.sort_by(|(least, _), (other, _)| least.total_cmp(other));
    let mut best: Option<(Rank, Crowd, i64)> = None;
    for (least, window) in windows {
        if best.as_ref().is_some_and(|((luck, ..), ..)| least > *luck) {
            break;
        }
        let crowd = crowd(records, &left[window.clone()]);
        let rank = (luck(&window, crowd.people), Reverse(crowd.people), window.start);
        if crowd.people >= ENOUGH && best.as_ref().is_none_or(|(so_far, ..)| rank < *so_far) {
            best = Some((rank, crowd, shifts[window.start.midpoint(window.end)]));
        }
    }
    best.map(|(_, crowd, shift)| (crowd, shift))
}

/// Where shifts, which are sorted, lie within the span of one another; none is a part of the one before.
fn windows(shifts: &[i64]) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let (mut from, mut to) = (0, 0);
    while from < shifts.len() {
        let before = to;
        while to < shifts.len() && shifts[to] - shifts[from] <= SPAN {
            to += 1;
        }
        if to > before && to - from >= ENOUGH {
            windows.push(from..to);
        }
        let start = shifts[from];
        while from < shifts.len() && shifts[from] == start {
            from += 1;
        }
    }
    windows
}

/// The largest crowd among some records. Those without a time count as one day.
fn crowd(records: &[Record], some: &[usize]) -> Crowd {
    let (mut timed, untimed): (Vec<usize>, Vec<usize>) = some.iter().partition(|index| records[**index].at.is_some());
    timed.sort_by_key(|index| (records[*index].at, *index));
    let mut best = Crowd { people: people(records, &untimed), members: untimed.into_iter().collect() };
    let at = |place: usize| records[timed[place]].at.unwrap_or_default();
    let mut present: BTreeMap<u32, usize> = BTreeMap::new();
    // Days with enough people that overlap are one run.
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    let mut from = 0;
    for to in 0..timed.len() {
        *present.entry(records[timed[to]].person).or_default() += 1;
        while at(to) - at(from) > DAY {
            let person = records[timed[from]].person;
            from += 1;
            if let Some(count) = present.get_mut(&person) {
                *count -= 1;
                if *count == 0 {
                    present.remove(&person);
                }
            }
        }
        if present.len() >= ENOUGH {
            match runs.last_mut() {
                Some((_, end, most)) if from <= *end => (*end, *most) = (to, (*most).max(present.len())),
                _ => runs.push((from, to, present.len())),
            }
        }
    }
    for (from, to, people) in runs {
        if people > best.people {
            best = Crowd { people, members: timed[from..=to].iter().copied().collect() };
        }
    }
    best
}

/// What nearly all of the members have in common and those with other troubles have not: a node before an app, and an app
/// before a network. Where it is one of several, the few elsewhere are no members: their own clocks are off.
fn tied(
    records: &[Record],
    of_service: &[usize],
    members: BTreeSet<usize>,
) -> (BTreeSet<usize>, Option<(CausePlace, Name)>) {
    const ORDER: [(CausePlace, Named); 4] = [place::PLACES[2], place::PLACES[0], place::PLACES[1], place::PLACES[3]];
    let others: Vec<usize> = of_service.iter().copied().filter(|index| !members.contains(index)).collect();
    let list: Vec<usize> = members.iter().copied().collect();
    for (place, named) in ORDER {
        let here: BTreeSet<Name> = list.iter().filter_map(|index| named(&records[*index])).collect();
        let lucky = |at: &Name| place::tied(records, &list, &others, named, *at).is_some_and(|luck| luck <= LUCKY);
        if let Some(at) = here.into_iter().find(lucky) {
            let stays = |index: &usize| named(&records[*index]).is_none_or(|name| name == at);
            return (members.into_iter().filter(stays).collect(), Some((place, at)));
        }
    }
    (members, None)
}

/// On which nodes the members were refused.
fn nodes(records: &[Record], members: &BTreeSet<usize>) -> Nodes {
    let here: BTreeSet<Name> = members.iter().filter_map(|index| records[*index].node).collect();
    match (here.first(), here.len()) {
        (Some(at), 1) => Nodes::One(*at),
        (Some(_), many) => Nodes::Several(many),
        (None, _) => Nodes::Untold,
    }
}

/// How many different people some records are of.
pub(super) fn people(records: &[Record], some: &[usize]) -> usize {
    let mut people: Vec<u32> = some.iter().map(|index| records[*index].person).collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}
