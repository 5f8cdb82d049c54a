//! The worlds in which a standing fault can meet a case that has accepted codes: which codes were at fault.
//!
//! The one idea: a switch (of device or entry, or a mend) is paid once for a case and never for a code, and is free where the
//! attempts name it; the few worlds are summed, never all ways to divide the codes. It must not know what the fault is.

use super::attempts::Prepared;
use super::constants::{ANOTHER, MENDED, THE_SAME};
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
    let accepted = |attempt: &Prepared<'_>| attempt.outcome == Outcome::Accepted;
    let showers = distinct(attempts.iter().filter(asked).map(shower));
    let all_named = attempts.iter().filter(asked).all(|attempt| attempt.device.is_some());
    let world = |share: f64, by_device: bool, is_faulty: &dyn Fn(&Prepared<'_>) -> bool| World {
        share,
        faulty: attempts.iter().map(is_faulty).collect(),
        by_device,
    };
    let mut worlds = Vec::new();
    let suspects: Vec<Shower<'_>> = showers
        .iter()
        .copied()
        .filter(|one| attempts.iter().any(|attempt| attempt.outcome == Outcome::Refused && shower(attempt) == *one))
        .collect();
    let apart = all_named && showers.len() > suspects.len();
    if all_named && showers.len() > 1 && !suspects.is_empty() {
        let together = if apart { 0.0 } else { THE_SAME };
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
    // The same shower was refused and accepted: then or something was mended, or two are meant by one name.
    let last_refusal = attempts.iter().rposition(|attempt| attempt.outcome == Outcome::Refused);
    let first_acceptance = attempts.iter().position(accepted);
    // Where the nodes that accepted are not those that refused, and nothing was mended, the difference is known.
    let nodes = |of: Outcome| {
        let there = attempts.iter().filter(move |attempt| attempt.outcome == of);
        distinct(there.map(|attempt| attempt.node))
    };
    let (refusing, accepting) = (nodes(Outcome::Refused), nodes(Outcome::Accepted));
    let by_node = !accepting.contains(&None) && !refusing.iter().any(|node| node.is_none() || accepting.contains(node));
    let mut switched = Vec::new();
    for world in &mut worlds {
        let against = attempts.iter().zip(&world.faulty).any(|(attempt, faulty)| *faulty && accepted(attempt));
        if !against {
            continue;
        }
        let mended = if first_acceptance > last_refusal { MENDED } else { 0.0 };
        let another = if all_named || by_node && mended <= 0.0 { 0.0 } else { ANOTHER };
        let faulty =
            attempts.iter().zip(&world.faulty).map(|(attempt, faulty)| *faulty && !accepted(attempt)).collect();
        switched.push(World { share: world.share * (mended + another), faulty, by_device: false });
        world.share *= if all_named { 1.0 - MENDED } else { THE_SAME };
    }
    worlds.extend(switched);
    worlds.retain(|world| world.share > 0.0 && world.faulty.contains(&true));
    worlds
}

fn shower<'a>(attempt: &Prepared<'a>) -> Shower<'a> {
    (attempt.device, attempt.entry)
}
