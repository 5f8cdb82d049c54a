//! Misspellings of the service's own secret among the candidates: of thousands, next to none shows what was typed.
//!
//! The one idea: all are compared with the codes at once; one that shows a code is a candidate like any other, and the rest, which no
//! code tells apart, are counted. It must not know what hands and programs make of a secret.

use std::ops::RangeInclusive;

use super::attempts::{Prepared, window};
use super::candidates::{Candidate, Candidates, Relation, from_derived, kind};
use super::constants::WIDEST_DERIVED;
use super::parts::{Alike, distinct};
use super::spelling::{Misspelt, Spellings};
use super::variants::{Derived, nameless};
use crate::case::Case;
use crate::entry::Entry;
use crate::finding::Detail;
use crate::otp::{self, Secret};

/// Misspellings of one kind that show no code.
pub(super) struct Silent {
    pub(super) relation: Relation,
    /// What they are used as, given the relation.
    pub(super) uses: Alike,
    kind: &'static str,
}

/// The counters at which a code would have been accepted, and the code.
type Wanted = (RangeInclusive<u64>, u64);

impl Silent {
    /// What is said of one of them.
    pub(super) fn detail(&self) -> Detail {
        kind(self.kind)
    }
}

impl Candidates<'_> {
    /// Adds what hands and programs make of the service's own secret, where that is known.
    pub(super) fn misspell(&mut self, case: &Case, attempts: &[Prepared<'_>]) {
        let is_the_services = |one: &&Candidate<'_>| self.expected_known && one.own > 0.0 && !one.in_letters;
        let Some(base) = self.list.iter().find(is_the_services) else { return };
        let (entry, own) = (&base.entry, base.own);
        let wanted: Vec<Wanted> = attempts.iter().filter_map(|attempt| wanted(entry, case, attempt)).collect();
        let counters = distinct(wanted.iter().flat_map(|(range, _)| *range.start() as i64..=*range.end() as i64));
        let counters: Vec<u64> = counters.into_iter().map(|counter| counter as u64).collect();
        let spellings = Spellings::of(&entry.secret);
        let (all, secrets): (Vec<&Misspelt>, Vec<&[u8]>) = spellings.iter().unzip();
        let (mut added, mut silent): (Vec<Candidate<'_>>, Vec<Silent>) = (Vec::new(), Vec::new());
        otp::truncated_by_many(entry.algorithm, &secrets, &counters, |place, values| {
            let Misspelt { relation, share, kind, .. } = *all[place];
            let shows = |(range, code): &Wanted| {
                let from = counters.partition_point(|counter| counter < range.start());
                let within = counters[from..].iter().zip(&values[from..]).take_while(|(at, _)| *at <= range.end());
                within.map(|(_, value)| entry.digits.of(*value)).any(|shown| shown == *code)
            };
            if wanted.iter().any(shows) {
                let entry = Entry { secret: Secret::new(secrets[place].to_vec()), ..nameless(entry) };
                added.push(from_derived(Derived { entry, relation, share, kind }, own));
                return;
            }
            let is_alike = |one: &Silent| one.relation == relation && one.kind == kind;
            let at = silent.iter().position(is_alike).unwrap_or(silent.len());
            if at == silent.len() {
                silent.push(Silent { relation, uses: Alike::default(), kind });
            }
            silent[at].uses.take(own * share);
        });
        self.list.extend(added);
        self.silent = silent;
    }
}

/// What one of them would have to show for an attempt; `None` where nothing that is derived can.
fn wanted(entry: &Entry, case: &Case, attempt: &Prepared<'_>) -> Option<Wanted> {
    let window = window(entry, &case.service, attempt.at)?;
    let is_narrow = window.end() - window.start() <= WIDEST_DERIVED;
    let last = u64::try_from(*window.end()).ok().filter(|_| is_narrow)?;
    let first = (*window.start()).max(0) as u64;
    attempt.typed.is_digits(entry.digits.get()).then_some((first..=last, attempt.typed.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;
    use crate::otp::{Algorithm, Digits, Key};
    use crate::probe::Depth;
    use crate::probe::code_match::attempts;

    /// A case of the service's key in which the code of `typed`, a key like it, was refused.
    fn case(typed: &str) -> Case {
        let secret = crate::entry::read(typed).unwrap().entry.secret;
        let at = 1_800_000_000;
        let code = Key::new(Algorithm::Sha1, &secret).code(at / 30, Digits::SIX);
        let json = format!(
            r#"{{"expected": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "attempts": [{{"code": "{code:06}", "at": "2027-01-15T08:00:00Z"}}]}}"#
        );
        case::read_json(&json).unwrap()
    }

    #[test]
    fn each_is_a_candidate_or_counted() {
        for (typed, is_misspelt) in
            [("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA", true), ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", false)]
        {
            let case = case(typed);
            let mut candidates = Candidates::of(&case, Depth::Wide);
            let (before, attempts) = (candidates.list.len(), attempts::prepare(&case, &candidates));
            candidates.misspell(&case, &attempts);
            let added = &candidates.list[before..];
            let secret = crate::entry::read(typed).unwrap().entry.secret;
            assert_eq!(added.iter().any(|one| one.entry.secret == secret), is_misspelt);
            let spellings = Spellings::of(&case.expected.as_ref().unwrap().secret);
            let counted: u64 = candidates.silent.iter().map(|silent| silent.uses.count).sum();
            assert_eq!(counted + added.len() as u64, spellings.iter().count() as u64);
            let shares = |relation| {
                let of = spellings.iter().filter(move |(one, _)| one.relation == relation);
                of.map(|(one, _)| one.share).sum::<f64>()
            };
            for silent in &candidates.silent {
                let alike = candidates.silent.iter().filter(|other| other.relation == silent.relation);
                let told = added.iter().map(|one| one.used_as(silent.relation)).sum::<f64>();
                let all = told + alike.map(|silent| silent.uses.total).sum::<f64>();
                assert!((all - shares(silent.relation)).abs() < 1e-9);
                assert!(silent.uses.largest * silent.uses.count as f64 + 1e-12 >= silent.uses.total);
            }
        }
    }
}
