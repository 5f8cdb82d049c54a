//! What a call came to, seen from outside, and what many calls have in common.
//!
//! The one idea: a call is read off its session, by ids, and a tally counts calls and nothing else; neither weighs anything again.

use std::collections::BTreeMap;

use super::state::Session;
use super::transcript::{Ending, Event, Tried};
use crate::verdict::{Conclusion, UNKNOWN};

/// A gap that is longer is a pause: nobody was talking. In seconds.
const PAUSE: i64 = 30 * 60;

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// A remedy helped.
    Helped,
    /// A remedy will be tried.
    Later,
    /// Somebody else goes on.
    HandedOn,
    /// Somebody stopped there.
    Stopped,
    /// It has not ended.
    Open,
}

impl Stands {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Helped, Self::Later, Self::HandedOn, Self::Stopped, Self::Open];

    /// As programs read it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::Later => "later",
            Self::HandedOn => "handed-on",
            Self::Stopped => "stopped",
            Self::Open => "open",
        }
    }
}

/// Something of a symptom: a cause, a remedy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfSymptom {
    /// The symptom, by id.
    pub symptom: String,
    /// What of it, by id.
    pub id: String,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The ticket.
    pub ticket: Option<String>,
    /// Everybody who held it, in order.
    pub agents: Vec<String>,
    /// When the first and the last thing happened, in seconds since 1970.
    pub times: Option<(i64, i64)>,
    /// How long somebody talked, in seconds, without pauses.
    pub seconds: Option<u64>,
    /// What it was about, in order.
    pub symptoms: Vec<String>,
    /// The cause, where one is likely.
    pub cause: Option<OfSymptom>,
    /// What was tried, each as it was said last.
    pub tried: Vec<(OfSymptom, Tried)>,
    /// How it stands.
    pub stands: Stands,
    /// What was next where nothing settled it: what to do, and with which id; see [`super::Next::told`].
    pub next: Option<(&'static str, Option<OfSymptom>)>,
    /// Release of the knowledge.
    pub version: String,
    /// How many things happened that the knowledge at hand does not have.
    pub dropped: usize,
}

impl Call {
    /// Of a session.
    pub fn of(session: &Session<'_>) -> Self {
        let header = &session.transcript().header;
        let times: Vec<i64> = session.transcript().events.iter().filter_map(Event::time).collect();
        let of_symptom = |id: &str| {
            let symptom = session.state().symptom.clone()?;
            Some(OfSymptom { symptom, id: id.to_owned() })
        };
        let verdict = session.verdict().filter(|verdict| verdict.conclusion != Conclusion::Undetermined);
        let cause = verdict.and_then(|verdict| verdict.causes.first()).filter(|one| one.cause != UNKNOWN);
        let ended = session.events().rev().find_map(|event| match event {
            Event::Concluded(ending) => Some(*ending),
            _ => None,
        });
        let stands = match ended {
            Some(Ending::Remedy) if session.state().put_off().is_some() => Stands::Later,
            Some(Ending::Remedy) => Stands::Helped,
            Some(Ending::Escalated) => Stands::HandedOn,
            Some(Ending::Abandoned) => Stands::Stopped,
            None => Stands::Open,
        };
        let next = matches!(stands, Stands::Stopped | Stands::Open).then(|| session.next());
        Self {
            ticket: header.reference.clone(),
            agents: session.transcript().agents().into_iter().map(str::to_owned).collect(),
            times: times.iter().min().copied().zip(times.iter().max().copied()),
            seconds: (!times.is_empty()).then(|| talked(&times)),
            symptoms: session.state().visited.clone(),
            cause: cause.and_then(|one| of_symptom(&one.cause)),
            tried: tried(session),
            stands,
            next: next.map(|next| {
                let (what, id) = next.told();
                (what, id.and_then(of_symptom))
            }),
            version: header.version.clone(),
            dropped: session.dropped(),
        }
    }
}

/// How long somebody talked: what lies between two times, unless it is a pause, or a clock was set back.
fn talked(times: &[i64]) -> u64 {
    let gaps = times.windows(2).map(|two| two[1].saturating_sub(two[0]));
    gaps.filter(|gap| (0..=PAUSE).contains(gap)).map(i64::unsigned_abs).sum()
}

fn tried(session: &Session<'_>) -> Vec<(OfSymptom, Tried)> {
    let mut symptom = String::new();
    let mut all: Vec<(OfSymptom, Tried)> = Vec::new();
    for event in session.events() {
        match event {
            Event::About(id) => symptom.clone_from(id),
            Event::Tried { remedy, result } => {
                let one = OfSymptom { symptom: symptom.clone(), id: remedy.clone() };
                all.retain(|(before, _)| *before != one);
                all.push((one, *result));
            }
            _ => {}
        }
    }
    all
}

/// How often a remedy was tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Results {
    /// It helped.
    pub helped: usize,
    /// It did not.
    pub failed: usize,
    /// It will be tried later.
    pub later: usize,
}

impl Results {
    /// How often at all.
    pub fn all(self) -> usize {
        self.helped + self.failed + self.later
    }
}

/// Many calls, counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// How many there are.
    pub calls: usize,
    /// From when to when, in seconds since 1970.
    pub times: Option<(i64, i64)>,
    /// How many have times.
    pub timed: usize,
    /// Half of them took no longer, and the longest took that long; in seconds.
    pub median: u64,
    /// See there.
    pub longest: u64,
    /// How they stand.
    pub stands: BTreeMap<Stands, usize>,
    /// What they were about first.
    pub symptoms: Vec<(String, usize)>,
    /// What it was, the most frequent first.
    pub causes: Vec<(OfSymptom, usize)>,
    /// What was tried, what helped most often first.
    pub remedies: Vec<(OfSymptom, Results)>,
    /// What was next where somebody stopped, or the call is open.
    pub stops: Vec<((&'static str, Option<OfSymptom>), usize)>,
    /// Releases of the knowledge.
    pub versions: Vec<(String, usize)>,
}

impl Tally {
    /// Counts calls.
    pub fn of(calls: &[Call]) -> Self {
        let times = || calls.iter().filter_map(|call| call.times);
        let mut took: Vec<u64> = calls.iter().filter_map(|call| call.seconds).collect();
        took.sort_unstable();
        let mut remedies: BTreeMap<OfSymptom, Results> = BTreeMap::new();
        for (remedy, result) in calls.iter().flat_map(|call| &call.tried) {
            let results = remedies.entry(remedy.clone()).or_default();
            *match result {
                Tried::Helped => &mut results.helped,
                Tried::Failed => &mut results.failed,
                Tried::Later => &mut results.later,
            } += 1;
        }
        let mut remedies: Vec<(OfSymptom, Results)> = remedies.into_iter().collect();
        remedies.sort_by_key(|(_, results)| std::cmp::Reverse((results.helped, results.all())));
        let mut stands = BTreeMap::new();
        for call in calls {
            *stands.entry(call.stands).or_default() += 1;
        }
        Self {
            calls: calls.len(),
            times: times().map(|(from, _)| from).min().zip(times().map(|(_, to)| to).max()),
            timed: took.len(),
            median: took.get(took.len().saturating_sub(1) / 2).copied().unwrap_or_default(),
            longest: took.last().copied().unwrap_or_default(),
            stands,
            symptoms: counted(calls.iter().filter_map(|call| call.symptoms.first().cloned())),
            causes: counted(calls.iter().filter_map(|call| call.cause.clone())),
            remedies,
            stops: counted(calls.iter().filter_map(|call| call.next.clone())),
            versions: counted(calls.iter().map(|call| call.version.clone())),
        }
    }
}

/// How often each is there, the most frequent first.
fn counted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_not_talked_through() {
        assert_eq!(talked(&[]), 0);
        assert_eq!(talked(&[100]), 0);
        assert_eq!(talked(&[100, 160, 160 + PAUSE]), 60 + PAUSE as u64);
        assert_eq!(talked(&[100, 160, 161 + PAUSE, 171 + PAUSE]), 70, "resumed later");
        assert_eq!(talked(&[100, 40, i64::MIN, i64::MAX]), 0, "set back, or made up");
    }
}
