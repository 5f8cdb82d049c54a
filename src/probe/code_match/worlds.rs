//! The worlds in which a standing fault can meet a case that has accepted codes: which codes were at fault.
//!
//! The one idea: a switch (of device or entry, or a mend) is paid once for a case and never for a code, and is free where the
//! attempts name it; the few worlds are summed, never all ways to divide the codes. It must not know what the fault is.

use super::attempts::Prepared;
use super::constants::{ANOTHER, APART_BY_NODE, MENDED, THE_SAME};
use super::parts::distinct;
use crate::case::Outcome;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct World {
    /// The probability of it; over all worlds one at most.
    pub(super) share: f64,
    /// By attempt: whether it was at fault.
    pub(super) faulty: Vec<bool>,
    /// Whether it is the device, by its name, that tells the codes apart.
    pub(super) by_device: bool,
}

/// Who showed a code, as far as it is named.
type Shower<'a> = (Option<&'a str>, Option<&'a str>);

/// The worlds of these attempts, which are in the order of time.
pub(super) fn of(attempts: &[Prepared<'_>]) -> Vec<World> {
    let asked = |attempt: &&Prepared<'_>| attempt.outcome != Outcome::Untried;
    let named = |attempt: &&Prepared<'_>| attempt.device.is_some();
    let showers = distinct(attempts.iter().filter(asked).filter(named).map(shower));
    let suspects = distinct(attempts.iter().filter(|attempt| refused(attempt)).map(shower));
    let by_name = suspects.iter().all(|(device, _)| device.is_some());
    let world = |share: f64, by_device: bool, is_faulty: &dyn Fn(&Prepared<'_>) -> bool| World {
        share,
        faulty: attempts.iter().map(is_faulty).collect(),
        by_device,
    };
    let mut worlds = Vec::new();
    if by_name && showers.len() > 1 && !suspects.is_empty() {
        let together = if showers.len() > suspects.len() { 0.0 } else { THE_SAME };
        if together > 0.0 {
            worlds.push(world(together, false, &|_| true));
        }
        let share = (1.0 - together) / suspects.len() as f64;
        let by_device = distinct(showers.iter().map(|(device, _)| *device)).len() > 1;
        for suspect in &suspects {
            // What was only read off a screen is of the suspect unless it is named otherwise.
            let is_faulty = |attempt: &Prepared<'_>| shower(attempt) == *suspect || attempt.device.is_none();
            worlds.push(world(share, by_device, &is_faulty));
        }
    } else {
        worlds.push(world(1.0, false, &|_| true));
    }
    let mut switched = Vec::new();
    for world in &mut worlds {
        let against = accepted_of(attempts, &world.faulty);
        if against.is_empty() {
            continue;
        }
        // The same shower was refused and accepted: then or something was mended, or two are meant by one name.
        let mended = MENDED * put_right(attempts, &world.faulty);
        let unnamed = against.iter().any(|&index| attempts[index].device.is_none());
        let another = match () {
            () if !unnamed => 0.0,
            // Accepted there, refused here, and so on by turns: nobody changes devices as often.
            () if mended <= 0.0 && apart_by_node(attempts) && by_turns(attempts) => 0.0,
            () if mended <= 0.0 && apart_by_node(attempts) => ANOTHER * APART_BY_NODE,
            () => ANOTHER,
        };
        let faulty = without(&world.faulty, &against);
        switched.push(World {
            share: world.share * (mended + another),
            faulty,
            by_device: world.by_device && !unnamed,
        });
        world.share *= if unnamed { THE_SAME } else { 1.0 - MENDED };
    }
    worlds.extend(switched);
    worlds.retain(|world| world.share > 0.0 && world.faulty.contains(&true));
    worlds
}

/// The same of a fault of one device, that of the codes which are `faulty`: it may have been put right before its acceptances.
pub(super) fn of_one_device(attempts: &[Prepared<'_>], faulty: &[bool]) -> Vec<(f64, Vec<bool>)> {
    let against = accepted_of(attempts, faulty);
    let mended = MENDED * put_right(attempts, faulty);
    let standing = if against.is_empty() { 1.0 } else { 1.0 - MENDED };
    let worlds = [(standing, faulty.to_vec()), (mended, without(faulty, &against))];
    worlds.into_iter().filter(|(share, _)| *share > 0.0).collect()
}

/// The same of a fault of the service's, which is everybody's: no device is spared, but it may have been put right before every
/// acceptance, or have begun after all of them. (By its own log a clock that was set back accepts before it refuses.)
pub(super) fn of_the_service(attempts: &[Prepared<'_>]) -> Vec<(f64, Vec<bool>)> {
    let all = vec![true; attempts.len()];
    let places = |of: Outcome| (0..attempts.len()).filter(|&index| attempts[index].outcome == of).collect::<Vec<_>>();
    let (refused, accepted) = (places(Outcome::Refused), places(Outcome::Accepted));
    let touched: Vec<bool> = match (refused.first(), refused.last(), accepted.first(), accepted.last()) {
        (Some(_), Some(last), Some(from), Some(_)) if from > last => {
            (0..attempts.len()).map(|at| at <= *last).collect()
        }
        (Some(first), Some(_), Some(_), Some(to)) if to < first => (0..attempts.len()).map(|at| at >= *first).collect(),
        _ => return vec![(1.0, all)],
    };
    vec![(1.0 - MENDED, all), (MENDED, touched)]
}

/// How probably every acceptance follows the last refusal, so that a mend in between explains both. Where nobody knows well when a
/// code was refused, the part of that time counts which is before the first acceptance.
fn put_right(attempts: &[Prepared<'_>], faulty: &[bool]) -> f64 {
    let Some(&first) = accepted_of(attempts, faulty).first() else { return 0.0 };
    let before = |index: usize| match (attempts[index].at, attempts[first].at) {
        (Some(at), Some(accepted)) if at.from < at.to => {
            let upto = i64::midpoint(accepted.from, accepted.to);
            ((upto - at.from) as f64 / (at.to - at.from) as f64).clamp(0.0, 1.0)
        }
        _ => f64::from(u8::from(index < first)),
    };
    (0..attempts.len()).filter(|&index| faulty[index] && refused(&attempts[index])).map(before).product()
}

/// Those of `faulty` that are not among `others`.
fn without(faulty: &[bool], others: &[usize]) -> Vec<bool> {
    (0..faulty.len()).map(|index| faulty[index] && !others.contains(&index)).collect()
}

fn accepted_of(attempts: &[Prepared<'_>], faulty: &[bool]) -> Vec<usize> {
    (0..attempts.len()).filter(|&index| faulty[index] && attempts[index].outcome == Outcome::Accepted).collect()
}

/// Whether the nodes that accepted are not those that refused: where nothing was mended, the difference is known.
fn apart_by_node(attempts: &[Prepared<'_>]) -> bool {
    let nodes = |of: Outcome| {
        let there = attempts.iter().filter(move |attempt| attempt.outcome == of);
        distinct(there.map(|attempt| attempt.node))
    };
    let (refusing, accepting) = (nodes(Outcome::Refused), nodes(Outcome::Accepted));
    !accepting.contains(&None) && !refusing.iter().any(|node| node.is_none() || accepting.contains(node))
}

/// Whether something was accepted after a refusal, where nothing was mended in between.
fn by_turns(attempts: &[Prepared<'_>]) -> bool {
    let first = attempts.iter().position(refused);
    let accepted = |attempt: &Prepared<'_>| attempt.outcome == Outcome::Accepted;
    first.is_some_and(|first| attempts[first..].iter().any(accepted))
}

fn refused(attempt: &Prepared<'_>) -> bool {
    attempt.outcome == Outcome::Refused
}

fn shower<'a>(attempt: &Prepared<'a>) -> Shower<'a> {
    (attempt.device, attempt.entry)
}
