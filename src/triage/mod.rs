//! Many refused logins at once: what most of them have in common.
//!
//! The one idea: what many different people share in a short time is not their fault. It counts people, never lines, and
//! tells for everything that it finds how likely it would be by luck. It must not keep a code, nor diagnose: each refusal
//! comes with its cause ([`crate::engine`]), or without one.

mod chance;
mod guess;
mod log;
mod place;
mod read;
mod shift;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::verdict::{Conclusion, LUCK};
use log::Record;
use shift::{Nodes, Shared};

pub use log::{Log, Refusal};
pub use read::{Line, read};

/// Fewer people than this have nothing in common.
pub const ENOUGH: usize = 3;
/// What people share counts only if luck brings it about less often than this.
const LUCKY: f64 = 0.01;
/// What is more than a day apart has nothing in common, in seconds.
const DAY: i64 = 86_400;
/// Slips of the hand, which are nobody else's.
const BY_HAND: [&str; 2] = ["mistyped-code", "mixed-codes"];

/// What many refusals come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage {
    /// Refusals.
    pub lines: usize,
    /// Different people.
    pub people: usize,
    /// Lines that name nobody; each counts as a person.
    pub nameless: usize,
    /// Lines that could not be read.
    pub unreadable: usize,
    /// Lines that no cause is likely for; those that look like guessing left out.
    pub undetermined: usize,
    /// Different people with a clock that is off for a reason of its own.
    pub own_clocks: usize,
    /// Every line is in one of them, every person is counted in the first that has a line of theirs. What explains most
    /// comes first, and what explains nothing last.
    pub groups: Vec<Group>,
    /// For a picture: every line that has a time, with the index of its group.
    pub dots: Vec<Dot>,
}

/// Refusals that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they share.
    pub common: Common,
    /// The cause; `None`: undetermined.
    pub cause: Option<String>,
    /// Different people, those of an earlier group left out.
    pub people: usize,
    /// Refusals.
    pub lines: usize,
    /// The first, in seconds since 1970; `None`: none has a time.
    pub since: Option<i64>,
    /// The last.
    pub until: Option<i64>,
}

/// What the refusals of a group have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Common {
    /// Device and service differ by the same amount.
    Shift(Shift),
    /// An app or a node.
    Place {
        /// Which of the two.
        place: CausePlace,
        /// Its name, foreign text.
        name: String,
        /// People with this cause whose app or node is known.
        among: usize,
        /// The chance that they share it by luck.
        luck: f64,
    },
    /// Half of all people or more have this cause.
    Cause,
    /// One account, on which somebody seems to guess.
    Guessing {
        /// Its person, foreign text; empty: nobody is named.
        person: String,
        /// Different codes.
        tries: usize,
    },
    /// The cause, and nothing else.
    Nothing,
}

/// A shift that people share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// Device minus service, the median in seconds; negative: the devices are behind, the service is ahead.
    pub seconds: i64,
    /// The smallest and the largest.
    pub range: (i64, i64),
    /// Whether it has the size of a time zone.
    pub zone: bool,
    /// The service, foreign text; `None`: the file names none.
    pub service: Option<String>,
    /// The node, foreign text, if it was seen on no other.
    pub node: Option<String>,
    /// How many nodes it was seen on; 0: not known.
    pub nodes: usize,
    /// Whether it is that node's clock: on the others people have other troubles.
    pub uneven: bool,
    /// People of the service with any shift.
    pub among: usize,
    /// The chance that so many share one by luck.
    pub luck: f64,
    /// How many of them are to be expected whose own clock is off by the same amount.
    pub coincidences: f64,
}

/// Where a cause has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CausePlace {
    /// An authenticator app, perhaps with its version.
    App,
    /// A node of the service.
    Node,
}

/// One line in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    /// Seconds since 1970.
    pub at: i64,
    /// Index of its group.
    pub group: usize,
    /// Device minus service, in seconds.
    pub shift: Option<i64>,
}

impl Triage {
    /// What explains most, if people have anything in common, or somebody guesses.
    pub fn lead(&self) -> Option<&Group> {
        self.groups.first().filter(|group| group.common != Common::Nothing)
    }
}

impl Group {
    /// How sure it is; a cause that is merely frequent, and what has no time, is likely at most.
    pub fn conclusion(&self) -> Conclusion {
        match &self.common {
            Common::Shift(Shift { luck, .. }) | Common::Place { luck, .. } if *luck <= LUCK && self.since.is_some() => {
                Conclusion::Confirmed
            }
            Common::Nothing | Common::Guessing { .. } => Conclusion::Undetermined,
            _ => Conclusion::Likely,
        }
    }

    /// Whether no cause is likely, and nobody seems to guess.
    pub fn is_undetermined(&self) -> bool {
        self.cause.is_none() && !matches!(self.common, Common::Guessing { .. })
    }

    /// Where it comes in the order: what people share, guessing, causes alone, what is undetermined.
    fn rank(&self) -> u8 {
        match (&self.common, &self.cause) {
            (Common::Shift(_) | Common::Place { .. } | Common::Cause, _) => 0,
            (Common::Guessing { .. }, _) => 1,
            (Common::Nothing, Some(_)) => 2,
            (Common::Nothing, None) => 3,
        }
    }
}

impl Log {
    /// Groups the refusals.
    pub fn triage(mut self) -> Triage {
        self.put_in_order();
        let records = &self.records;
        let everyone: Vec<usize> = (0..records.len()).collect();
        let people = shift::people(records, &everyone);
        let mut sorting = Sorting { log: &self, grouped: vec![false; records.len()], groups: Vec::new() };
        for shared in shift::shared(records) {
            let (members, common) = (shared.members.clone(), sorting.shift(&shared));
            let cause = if common.uneven { "uneven-service-clocks" } else { "service-clock-off" };
            sorting.take(members, Common::Shift(common), Some(cause.to_owned()));
        }
        for members in guess::guessing(records, &sorting.free()) {
            let person = self.person(records[members[0]].person).to_owned();
            let tries = members.iter().map(|index| records[*index].tries).sum();
            sorting.take(members, Common::Guessing { person, tries }, None);
        }
        let free = sorting.free();
        let suspect =
            |index: &usize| records[*index].cause.is_none_or(|cause| !BY_HAND.contains(&self.names.text(cause)));
        let suspects = free.iter().copied().filter(suspect).collect();
        for tied in place::all(records, &free, suspects) {
            let name = self.names.text(tied.name).to_owned();
            let common = Common::Place { place: tied.place, name, among: tied.among, luck: tied.luck };
            let cause = sorting.cause(&tied.members);
            sorting.take(tied.members, common, cause);
        }
        sorting.rest(people);
        let own = |index: &usize| records[*index].shift.is_some() && records[*index].cause.is_some();
        let own: Vec<usize> = sorting.alone().filter(own).collect();
        let own_clocks = shift::people(records, &own);
        sorting.triage(people, own_clocks)
    }
}

/// Refusals while they are being grouped.
struct Sorting<'a> {
    log: &'a Log,
    /// By record: whether it is in a group.
    grouped: Vec<bool>,
    groups: Vec<(Vec<usize>, Group)>,
}

impl Sorting<'_> {
    /// The records that are in no group yet.
    fn free(&self) -> Vec<usize> {
        let grouped = self.grouped.iter().enumerate();
        grouped.filter(|(_, grouped)| !**grouped).map(|(index, _)| index).collect()
    }

    /// Makes a group of some records.
    fn take(&mut self, members: Vec<usize>, common: Common, cause: Option<String>) {
        for index in &members {
            self.grouped[*index] = true;
        }
        let times = || members.iter().filter_map(|index| self.log.records[*index].at);
        let people = shift::people(&self.log.records, &members);
        let (lines, since, until) = (members.len(), times().min(), times().max());
        self.groups.push((members, Group { common, cause, people, lines, since, until }));
    }

    /// What is left, by cause.
    fn rest(&mut self, people: usize) {
        let mut causes: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
        for index in self.free() {
            causes.entry(self.log.records[index].cause).or_default().push(index);
        }
        for members in causes.into_values() {
            let cause = self.cause(&members);
            let count = shift::people(&self.log.records, &members);
            // Clocks that are off by different amounts have nothing in common, and neither have slips of the hand.
            let alike = |cause: &String| cause != log::CLOCK && !BY_HAND.contains(&cause.as_str());
            let frequent = cause.as_ref().is_some_and(alike);
            let half = frequent && count >= ENOUGH && count * 2 >= people;
            self.take(members, if half { Common::Cause } else { Common::Nothing }, cause);
        }
    }

    /// The records that share nothing.
    fn alone(&self) -> impl Iterator<Item = usize> {
        let alone = self.groups.iter().filter(|(_, group)| group.common == Common::Nothing);
        alone.flat_map(|(members, _)| members.iter().copied())
    }

    fn cause(&self, members: &[usize]) -> Option<String> {
        let first = members.first()?;
        self.log.records[*first].cause.map(|cause| self.log.names.text(cause).to_owned())
    }

    fn shift(&self, shared: &Shared) -> Shift {
        let name = |number: u32| self.log.names.text(number).to_owned();
        let (node, nodes, uneven) = match shared.nodes {
            Nodes::One(node) => (Some(name(node)), 1, true),
            Nodes::Only(node) => (Some(name(node)), 1, false),
            Nodes::Several(nodes) => (None, nodes, false),
            Nodes::Untold => (None, 0, false),
        };
        Shift {
            seconds: shared.seconds,
            range: shared.range,
            zone: chance::is_zone(shared.seconds),
            service: shared.service.map(name),
            node,
            nodes,
            uneven,
            among: shared.among,
            luck: shared.luck,
            coincidences: (shared.among - shift::people(&self.log.records, &shared.members)) as f64
                * chance::share(shared.seconds),
        }
    }

    /// Puts the groups in order and counts every person once.
    fn triage(mut self, people: usize, own_clocks: usize) -> Triage {
        let records = &self.log.records;
        self.groups
            .sort_by_cached_key(|(_, group)| (group.rank(), Reverse(group.people), group.since, group.cause.clone()));
        let mut counted = BTreeSet::new();
        let mut dots = Vec::new();
        for (index, (members, group)) in self.groups.iter_mut().enumerate() {
            let new = |member: &&usize| counted.insert(records[**member].person);
            group.people = members.iter().filter(new).count();
            // The shift of a single code tells nothing alone.
            let told = matches!(group.common, Common::Shift(_)) || group.cause.is_some();
            let dot =
                |record: &Record| Some(Dot { at: record.at?, group: index, shift: record.shift.filter(|_| told) });
            dots.extend(members.iter().filter_map(|member| dot(&records[*member])));
        }
        Triage {
            lines: records.len(),
            people,
            nameless: self.log.nameless,
            unreadable: self.log.unreadable,
            undetermined: self
                .groups
                .iter()
                .filter(|(_, group)| group.is_undetermined())
                .map(|(_, group)| group.lines)
                .sum(),
            own_clocks,
            groups: self.groups.into_iter().map(|(_, group)| group).collect(),
            dots,
        }
    }
}
