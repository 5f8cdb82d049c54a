//! How well guided sessions lead simulated people. It fails if that slips; `docs/accuracy.md` has the figures.

use otp_doctor::rehearse::{AtHand, Guidance, guide};

use crate::accuracy::knowledge;

const PEOPLE: usize = 1_000;
const SEED: u64 = 20_260_401;

fn guided(at_hand: AtHand) -> Guidance {
    let guidance = guide(&knowledge(), at_hand, PEOPLE, SEED).unwrap();
    eprintln!("{at_hand:?}, seed {SEED}\n{guidance}\n");
    let ends = guidance.first + guidance.second + guidance.later + guidance.escalated;
    assert_eq!((guidance.people, ends), (PEOPLE, PEOPLE));
    assert!(guidance.above_bound() >= 1.0, "nobody is better than somebody who knows the cause");
    guidance
}

#[test]
fn people_with_answers_only() {
    guided(AtHand::Answers);
}

#[test]
fn people_with_entries_only() {
    guided(AtHand::Entries);
}
