//! How well guided sessions lead simulated people. It fails if that slips; `docs/accuracy.md` has the figures.

use otp_doctor::rehearse::{AtHand, Guidance, distance, guide};

use crate::accuracy::knowledge;
use crate::whole;

const PEOPLE: usize = 1_000;
const SEED: u64 = 20_260_401;

fn guided(at_hand: AtHand) -> Guidance {
    let people = whole::of(PEOPLE);
    let guidance = guide(&knowledge(), at_hand, people, SEED).unwrap();
    eprintln!("{at_hand:?}, seed {SEED}\n{guidance}\n");
    let ends = guidance.first + guidance.second + guidance.later + guidance.escalated + guidance.elsewhere;
    assert_eq!((guidance.people, ends), (people, people));
    assert!(guidance.above_bound() >= 1.0, "nobody is better than somebody who knows the cause");
    guidance
}

/// Times go by questions of ten seconds; the median of a tenth may be one off.
fn step() -> u32 {
    if whole::asked() { 0 } else { 10 }
}

#[test]
fn people_with_answers_only() {
    let (guidance, step) = (guided(AtHand::Answers), step());
    assert!(guidance.codes < 1e-9, "{guidance}");
    assert!(guidance.share(guidance.first + guidance.second) >= whole::at_least(0.51, guidance.people), "{guidance}");
    assert!(guidance.share(guidance.escalated) <= whole::at_most(0.19, guidance.people), "{guidance}");
    assert!(guidance.seconds_first <= 70 + step, "{guidance}");
    assert!(guidance.seconds_first_most <= 90 + step, "{guidance}");
    assert!(guidance.above_bound() <= whole::mean_at_most(3.2, guidance.people), "{guidance}");
}

#[test]
fn people_with_entries_only() {
    let (guidance, step) = (guided(AtHand::Entries), step());
    assert!(guidance.share(guidance.first) >= whole::at_least(0.52, guidance.people), "{guidance}");
    assert!(guidance.share(guidance.first + guidance.second) >= whole::at_least(0.67, guidance.people), "{guidance}");
    assert!(guidance.share(guidance.escalated) <= whole::at_most(0.18, guidance.people), "{guidance}");
    assert!(guidance.seconds_first <= 70 + step, "{guidance}");
    assert!(guidance.seconds_first_most <= 100 + step, "{guidance}");
    assert!(guidance.above_bound() <= whole::mean_at_most(3.2, guidance.people), "{guidance}");
}

/// On pieces of the knowledge that are small enough to try every order of steps, sessions cost little more than the best.
#[test]
fn the_choice_of_steps_is_near_the_best() {
    let distance = distance(&knowledge(), whole::of(100), SEED).unwrap();
    eprintln!("{distance:?}: {:.2} % above the best", 100.0 * (distance.cost / distance.best - 1.0));
    assert!(distance.cost >= distance.best - 1e-9, "nothing is better than the best: {distance:?}");
    assert!(distance.cost <= 1.03 * distance.best, "{distance:?}");
    assert!(distance.worst <= 1.25, "{distance:?}");
}

#[test]
fn the_same_seed_leads_the_same_people() {
    let (knowledge, people) = (knowledge(), 50);
    let guide = |seed| guide(&knowledge, AtHand::Entries, people, seed).unwrap();
    assert_eq!(guide(SEED), guide(SEED));
    assert_ne!(guide(SEED), guide(SEED + 1));
}
