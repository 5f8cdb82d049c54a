//! Explanations that take more than one secret: two devices that were enrolled apart, a phone restored from an old backup.

use super::candidates::Relation;
use super::parts::{Part, Parts, sum};
use super::score::{MISHAP, Scorer, distinct};
use crate::case::Status;
use crate::finding::{Fact, Measure};

impl Scorer<'_> {
    /// One device shows codes of an earlier secret, the others those of the service's own.
    pub(super) fn devices_disagree(&self) -> Measure {
        const ID: &str = "devices-disagree";
        let devices = distinct(self.attempts.iter().filter_map(|attempt| attempt.device));
        if devices.len() < 2 {
            return self.impossible(ID, None);
        }
        let own = self.own().next().map(|(own, _)| own);
        let mut parts = Parts::default();
        for (used, candidate) in self.candidates.list.iter().enumerate() {
            let share =
                candidate.uses.iter().filter(|(of, _)| *of == Relation::OLD).map(|(_, share)| share).sum::<f64>();
            for device in devices.iter().filter(|_| share > 0.0) {
                let mut part = Part { ratio: 1.0, chance: 1.0, detail: candidate.detail.clone(), ..Part::default() };
                let mut behind = 0;
                for (index, attempt) in self.attempts.iter().enumerate() {
                    if attempt.device == Some(*device) {
                        let seen = self.seen(used, index);
                        behind += usize::from(seen.hit.is_some());
                        part.take(attempt.unless_accepted(seen.hit), seen.space);
                    } else if let Some(own) = own {
                        self.take_on_time(&mut part, own, index);
                    }
                }
                // Both must show, or there is no disagreement.
                if behind == 0 || behind == part.codes {
                    part.codes = 0;
                }
                part.detail = part.detail.with("device", Fact::Text((*device).to_owned()));
                parts.add(share / devices.len() as f64, part);
            }
        }
        if parts.ratios.is_empty() {
            return self.impossible(ID, None);
        }
        parts.measure(ID, None, 0.0, self.candidates.expected_known)
    }

    /// The codes come from two or more secrets of one device which the service has revoked.
    pub(super) fn restored_backup(&self) -> Measure {
        const ID: &str = "restored-old-backup";
        let is_revoked =
            |used: &usize| self.candidates.list[*used].known.is_some_and(|known| known.status == Some(Status::Revoked));
        let device_of = |used: usize| self.candidates.list[used].known.and_then(|known| known.device.as_deref());
        let revoked: Vec<usize> = (0..self.candidates.list.len()).filter(is_revoked).collect();
        let devices = distinct(revoked.iter().map(|&used| device_of(used)));
        let mut parts = Parts::default();
        for device in &devices {
            let there: Vec<usize> = revoked.iter().copied().filter(|&used| device_of(used) == *device).collect();
            if there.len() >= 2 {
                parts.add(1.0 / devices.len() as f64, self.made_by_several(&there));
            }
        }
        if parts.ratios.is_empty() {
            return self.impossible(ID, None);
        }
        parts.measure(ID, None, 0.0, self.candidates.expected_known)
    }

    /// Each code comes from one of these, and not all from the same.
    fn made_by_several(&self, secrets: &[usize]) -> Part {
        let share = 1.0 / secrets.len() as f64;
        // A code read off a named entry is that entry's.
        let shows = |used: usize, index: usize| self.attempts[index].shown_by.is_none_or(|by| by == used);
        let hit = |used: usize, index: usize| self.seen(used, index).hit.filter(|_| shows(used, index));
        let ratio_of =
            |used: usize, index: usize| self.attempts[index].unless_accepted(hit(used, index)).unwrap_or(0.0) + MISHAP;
        let attempts = 0..self.attempts.len();
        let any: f64 =
            attempts.clone().map(|index| sum(secrets.iter().map(|&used| share * ratio_of(used, index)))).product();
        let same = |used: &usize| attempts.clone().map(|index| share * ratio_of(*used, index)).product::<f64>();
        // One code alone can only come from one of them.
        let alone = self.attempts.len() == 1;
        let all_same = if alone { 0.0 } else { sum(secrets.iter().map(same)) };
        let left = if alone { 1.0 } else { 1.0 - secrets.len() as f64 * share.powi(self.attempts.len() as i32) };
        let mut part = Part { ratio: ((any - all_same) / left).max(0.0), chance: 1.0, ..Part::default() };
        let mut matched = Vec::new();
        for index in attempts {
            let found = secrets.iter().copied().find(|&used| hit(used, index).is_some());
            part.tried += secrets.len() as u64;
            if let Some(used) = found {
                matched.push(used);
                part.codes += 1;
                part.chance *= self.seen(used, index).space * secrets.len() as f64;
            }
        }
        matched.sort_unstable();
        matched.dedup();
        if matched.len() < 2 && !alone {
            part.codes = 0;
        }
        part
    }
}
