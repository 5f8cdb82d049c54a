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
    let luckless = leader.provable && leader.chance <= LUCK;
    let rate = |probability: f64, kin: Kin| match probability {
        p if p >= CONFIRMED && luckless && is_told_apart(first, all, kin) => Conclusion::Confirmed,
        p if p >= LIKELY => Conclusion::Likely,
        _ => Conclusion::Undetermined,
    };
    verdict.conclusion = rate(verdict.probability(), Kin::Rival);
    if verdict.conclusion != Conclusion::Confirmed && leader.family.is_some() {
        let alone = verdict.conclusion;
        verdict.family = leader.family;
        verdict.conclusion = rate(verdict.probability(), Kin::Same);
        if verdict.conclusion == alone {
            verdict.family = None;
        }
    }
}

/// What the others of the first cause's family are to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kin {
    /// Rivals as all others: the one cause is to be concluded.
    Rival,
    /// No rivals: the family is.
    Same,
}

/// Whether all but the weights speaks [`MARGIN`] times as much for the first as for every rival. What has the same cause in it
/// is none, unless a second one is concluded beside it: then that cause alone is a rival.
fn is_told_apart(first: &Hypothesis<'_>, all: &[Hypothesis<'_>], kin: Kin) -> bool {
    let is_kin = |other: &Hypothesis<'_>| first.family.is_some() && other.family == first.family;
    let is_same = |other: &Hypothesis<'_>| other.has(first.cause) && first.with.iter().all(|with| other.has(with));
    let is_rival = |other: &&Hypothesis<'_>| !is_same(other) && (kin == Kin::Rival || !is_kin(other));
    all.iter().filter(is_rival).all(|rival| first.spoken_for() >= MARGIN * rival.spoken_for())
}
