use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::belief::{CLOCK, Pool};
use super::log::{Log, Name, Record};
use super::shift::{Nodes, Shared};
use super::{Common, Dot, ENOUGH, Group, LUCKY, Shift, Surge, Triage, chance, guess, place, shift, surge};

/// Slips of the hand, which are nobody else's.
const BY_HAND: [&str; 2] = ["mistyped-code", "mixed-codes"];

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
            let cause = common.cause();
            sorting.take(members, Common::Shift(common), Some(cause.to_owned()));
        }
        for spraying in guess::spraying(&self, &sorting.free()) {
            let network = self.names.text(spraying.network).to_owned();
            let tries = sorting.tries(&spraying.members);
            sorting.take(spraying.members, Common::Spraying { network, tries, luck: spraying.luck }, None);
        }
        for members in guess::guessing(records, &sorting.free()) {
            let person = self.person(records[members[0]].person).to_owned();
            let tries = sorting.tries(&members);
            sorting.take(members, Common::Guessing { person, tries }, None);
        }
        let free = sorting.free();
        let suspect =
            |index: &usize| records[*index].cause.is_none_or(|cause| !BY_HAND.contains(&self.names.text(cause)));
        let suspects = free.iter().copied().filter(suspect).collect();
        for tied in place::all(Pool(&self), &free, suspects) {
            let name = self.names.text(tied.name).to_owned();
            let (place, among, coincidences, luck) = (tied.place, tied.among, tied.coincidences, tied.luck);
            let cause = sorting.pooled(&tied.members);
            sorting.take(tied.members, Common::Place { place, name, among, coincidences, luck }, cause);
        }
        let suspects = sorting.free().into_iter().filter(suspect).collect();
        for surge in surge::all(records, suspects) {
            let cause = sorting.pooled(&surge.members);
            let place = surge.place.map(|(place, name)| (place, self.names.text(name).to_owned()));
            let surge::Surge { members, during, else_when, seconds, luck, .. } = surge;
            sorting.take(members, Common::Surge(Surge { place, during, else_when, seconds, luck }), cause);
        }
        sorting.common(people);
        sorting.rest();
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
        let most = times().count() * 10 > members.len() * 9;
        let times = || times().filter(|_| most);
        let people = shift::people(&self.log.records, &members);
        let (lines, since, until) = (members.len(), times().min(), times().max());
        self.groups.push((members, Group { common, cause, people, lines, since, until }));
    }

    /// The cause that half of all have, if that is not usual: of those who are left, who may have it.
    fn common(&mut self, people: usize) {
        // Clocks that are off by different amounts have nothing in common, and neither have slips of the hand.
        let may = |cause: &str| cause != CLOCK && !BY_HAND.contains(&cause);
        let Some((cause, members, luck)) = Pool(self.log).common(&self.free(), may) else { return };
        let count = shift::people(&self.log.records, &members);
        if luck <= LUCKY && count >= ENOUGH && count * 2 >= people {
            self.take(members, Common::Cause { luck }, Some(self.log.names.text(cause).to_owned()));
        }
    }

    /// What is left, by cause.
    fn rest(&mut self) {
        let mut causes: BTreeMap<Option<Name>, Vec<usize>> = BTreeMap::new();
        for index in self.free() {
            causes.entry(self.log.records[index].cause).or_default().push(index);
        }
        for (cause, members) in causes {
            let cause = cause.map(|cause| self.log.names.text(cause).to_owned());
            self.take(members, Common::Nothing, cause);
        }
    }

    /// The records that share nothing.
    fn alone(&self) -> impl Iterator<Item = usize> {
        let alone = self.groups.iter().filter(|(_, group)| group.common == Common::Nothing);
        alone.flat_map(|(members, _)| members.iter().copied())
    }

    /// The cause that members share, as far as what is known of all of them tells.
    fn pooled(&self, members: &[usize]) -> Option<String> {
        Pool(self.log).cause(members).map(|cause| self.log.names.text(cause).to_owned())
    }

    /// How many codes were tried.
    fn tries(&self, members: &[usize]) -> usize {
        members.iter().map(|index| self.log.records[*index].tries as usize).sum()
    }

    fn shift(&self, shared: &Shared) -> Shift {
        let name = |number: Name| self.log.names.text(number).to_owned();
        let (node, nodes) = match shared.nodes {
            Nodes::One(node) => (Some(name(node)), 1),
            Nodes::Several(nodes) => (None, nodes),
            Nodes::Untold => (None, 0),
        };
        Shift {
            seconds: shared.seconds,
            range: shared.range,
            zone: chance::is_zone(shared.seconds),
            service: shared.service.map(name),
            node,
            nodes,
            tied: shared.tied.map(|(place, at)| (place, name(at))),
            of_devices: shared.of_devices,
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
        // People are numbered from 1.
        let mut counted = vec![false; records.len() + 1];
        let mut dots = Vec::new();
        for (index, (members, group)) in self.groups.iter_mut().enumerate() {
            let new = |member: &&usize| !std::mem::replace(&mut counted[records[**member].person as usize], true);
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
