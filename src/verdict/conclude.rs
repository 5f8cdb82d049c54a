//! How sure a verdict may be of its first cause.
//!
//! The one idea: probable is not proven. What is confirmed has to be told apart from its rivals by evidence, whatever the
//! causes weigh, since how common a cause is, is a judgement. It must not weigh.

use super::belief::Hypothesis;
use super::{CONFIRMED, Conclusion, LIKELY, LUCK, MARGIN, UNKNOWN, Verdict};

/// Sets the conclusion, and the family where that is what is concluded. `first` and `all` are what the verdict was formed
/// from.
pub(super) fn conclude(verdict: &mut Verdict, first: &Hypothesis<'_>, all: &[Hypothesis<'_>]) {
    let leader = verdict.first().clone();
    // That nothing known explains it is no finding, however probable.
    if leader.cause == UNKNOWN {
        verdict.conclusion = Conclusion::Undetermined;
        return;
    }
    let sound = leader.provable && leader.chance <= LUCK && is_told_apart(first, all);
    let rate = |probability: f64| match probability {
        p if sound && p >= CONFIRMED => Conclusion::Confirmed,
        p if p >= LIKELY => Conclusion::Likely,
        _ => Conclusion::Undetermined,
    };
    verdict.conclusion = rate(verdict.probability());
    if verdict.conclusion != Conclusion::Confirmed && leader.family.is_some() {
        let alone = verdict.conclusion;
        verdict.family = leader.family;
        verdict.conclusion = rate(verdict.probability());
        if verdict.conclusion == alone {
            verdict.family = None;
        }
    }
}

/// Whether all but the weights speaks [`MARGIN`] times as much for the first as for every rival. What has the same cause in
/// it, or one of the same family, is none.
fn is_told_apart(first: &Hypothesis<'_>, all: &[Hypothesis<'_>]) -> bool {
    let is_kin = |other: &Hypothesis<'_>| first.family.is_some() && other.family == first.family;
    let mut rivals = all.iter().filter(|other| !other.has(first.cause) && !is_kin(other));
    rivals.all(|rival| first.spoken_for() >= MARGIN * rival.spoken_for())
}
