//! Ten thousand sessions, answered at random: each ends, and none does what must not happen.

use std::collections::BTreeSet;

use otp_doctor::rehearse::{Stroll, stroll};
use otp_doctor::session::{Ending, Mode};

use crate::accuracy::knowledge;

const WALKS: u64 = 10_000;
const SEED: u64 = 20_260_301;

#[test]
fn every_random_session_ends() {
    let knowledge = knowledge();
    let vocabulary = otp_doctor::probe::vocabulary();
    let symptoms: Vec<&str> = knowledge.symptoms.keys().map(String::as_str).collect();
    let walk = |number: u64| -> Stroll {
        let mode = if number.is_multiple_of(2) { Mode::Person } else { Mode::Agent };
        // Every eighth chooses its symptom by itself; the others begin with each in turn.
        let turn = (number / 2) as usize % (symptoms.len() + 1);
        let walked = stroll(&knowledge, &vocabulary, mode, symptoms.get(turn).copied(), SEED + number);
        assert_eq!(walked.flaws, [], "walk {number}, {mode:?}: {walked:?}");
        walked
    };
    let half = |first: u64| (first..WALKS).step_by(2).map(walk).collect::<Vec<Stroll>>();
    let walks = std::thread::scope(|scope| {
        let agents = scope.spawn(|| half(1));
        let mut walks = half(0);
        walks.extend(agents.join().unwrap());
        walks
    });
    let sum = |of: fn(&Stroll) -> usize| walks.iter().map(of).sum::<usize>();
    let ended = |how| walks.iter().filter(|walk| walk.ending == Some(how)).count();
    eprintln!(
        "{} walks: {} moves, {} at most; {} questions, {} remedies, {} codes, {} checks of identity, {} back; {} remedies found, {} escalated",
        walks.len(),
        sum(|walk| walk.moves),
        walks.iter().map(|walk| walk.moves).max().unwrap(),
        sum(|walk| walk.questions),
        sum(|walk| walk.remedies),
        sum(|walk| walk.observed),
        sum(|walk| walk.verified),
        sum(|walk| walk.back),
        ended(Ending::Remedy),
        ended(Ending::Escalated),
    );
    assert_eq!(walks.len() as u64, WALKS);
    let seen: BTreeSet<&str> = walks.iter().flat_map(|walk| &walk.symptoms).map(String::as_str).collect();
    assert_eq!(seen.len(), symptoms.len());
    // Each kind of move was made, or the walks say nothing about it.
    for number in
        [sum(|walk| walk.remedies), sum(|walk| walk.observed), sum(|walk| walk.verified), sum(|walk| walk.back)]
    {
        assert!(number > 100);
    }
    assert!(ended(Ending::Remedy) > 100 && ended(Ending::Escalated) > 100);
}

#[test]
fn the_same_seed_walks_the_same_way() {
    let (knowledge, vocabulary) = (knowledge(), otp_doctor::probe::vocabulary());
    let walk = || stroll(&knowledge, &vocabulary, Mode::Agent, None, SEED);
    assert_eq!(walk(), walk());
}
