//! What holds of every verdict, on cases of the world: by whatever door, with whatever is added, however vague.
//!
//! 2,000 cases each, or a twentieth of them (`whole.rs`).

use std::sync::LazyLock;

use fastrand::Rng;
use otp_doctor::case::{AtSource, Attempt, Case, Interval, Outcome};
use otp_doctor::engine::{diagnose, told};
use otp_doctor::entry;
use otp_doctor::knowledge::Knowledge;
use otp_doctor::lab::{Bench, Fault, Level, Recipe};
use otp_doctor::probe::{self, Depth};
use otp_doctor::rehearse::{answered, drawn, weights};
use otp_doctor::session::{Next, Session, Transcript};
use otp_doctor::talk::{Input, Now};
use otp_doctor::verdict::{Conclusion, UNSURE, Verdict};

use crate::content::knowledge;
use crate::{talk, whole};

const CASES: usize = 2_000;
const RECIPE: Recipe = Recipe { codes: 2, level: Level::L2 };
/// What is held to be impossible may still be so.
const LEAST: f64 = 1e-9;

/// Cases of the world with faults as common as the knowledge says, answered in part.
fn world(knowledge: &Knowledge, seed: u64, cases: usize) -> Vec<(Case, Fault)> {
    let weights = weights(knowledge);
    let mut rng = Rng::with_seed(seed);
    let mut bench = Bench::new(rng.u64(..), RECIPE).in_the_world();
    let make = |_| {
        let fault = *drawn(&mut rng, &weights).unwrap();
        (answered(bench.make(fault).case, fault, knowledge, rng.u64(..)), fault)
    };
    (0..cases).map(make).collect()
}

/// What counts of a verdict.
type Came = (Option<(String, Conclusion)>, Next);

fn came(verdict: Option<&Verdict>, next: Next) -> Came {
    (verdict.map(|verdict| (verdict.first().cause.clone(), verdict.conclusion)), next)
}

/// What is kept while a search goes wider is what it would find anew.
#[test]
fn a_search_that_goes_wider_finds_what_one_that_begins_there_does() {
    const DEPTHS: [Depth; 4] = [Depth::Near, Depth::Wide, Depth::Others, Depth::Far];
    let knowledge = knowledge();
    let mut widened = [0; DEPTHS.len()];
    for (case, fault) in world(&knowledge, 20, whole::of_slow(CASES)) {
        let mut reached = 0;
        probe::widening(&case, |findings| {
            assert_eq!(findings, probe::run(&case, DEPTHS[reached]), "{}, {:?}", fault.id(), DEPTHS[reached]);
            widened[reached] += 1;
            reached += 1;
            true
        });
    }
    assert!(widened.iter().all(|cases| *cases > 0), "{widened:?}");
}

/// Invariant 17, of everything that a case can say.
#[test]
fn the_same_facts_come_to_the_same_told_or_read_again() {
    let knowledge = knowledge();
    let cases = whole::of_slow(CASES);
    let mut confirmed = 0;
    for (case, fault) in world(&knowledge, 17, cases) {
        let diagnosis = diagnose(&case, &knowledge).unwrap();
        let wanted = came(diagnosis.verdict.as_ref(), diagnosis.step.next);
        let session = told(&case, &[], &knowledge).unwrap();
        assert_eq!(came(session.verdict(), session.next()), wanted, "told: {}", fault.id());
        let read = Transcript::read(&session.transcript().write(), &probe::vocabulary()).unwrap();
        let again = Session::resume(&knowledge, read);
        assert_eq!(came(again.verdict(), again.next()), wanted, "read again: {}", fault.id());
        confirmed += usize::from(matches!(wanted.0, Some((_, Conclusion::Confirmed))));
    }
    assert!(confirmed > cases / 4, "{confirmed}");
}

/// Invariant 17, of what a person can say in a conversation: the key, the refused code with the time as they know it, what
/// the app shows now, and their answers.
#[test]
fn the_same_facts_come_to_the_same_in_a_conversation() {
    let knowledge = knowledge();
    let (mut compared, mut vague) = (0, 0);
    for (case, fault) in world(&knowledge, 18, whole::of_slow(CASES)) {
        let Some(expected) = case.expected.as_ref().and_then(|one| Some(entry::read(&entry::write(one)).ok()?.entry))
        else {
            continue;
        };
        let refused = case.attempts.iter().find(|one| one.outcome == Outcome::Refused && one.at.is_some());
        let shown = case.attempts.iter().find(|one| one.outcome == Outcome::Untried && one.at.is_some());
        let (Some(refused), Some(shown)) = (refused, shown) else { continue };
        let (Some(first), Some(second)) = (refused.at, shown.at) else { continue };
        if first.to >= second.to || expected.issuer.is_empty() {
            continue;
        }
        let Some(mut talk) = talk::held(&knowledge, &expected, (refused, first), shown) else { continue };
        let now = Now { millis: second.to * 1_000 };
        for (question, answer) in case.answers.iter().filter(|(question, _)| *question != "where") {
            if !talk.session().state().answers.contains_key(question) {
                let _ = talk.take(Input::Answer { question: question.clone(), answer: answer.clone() }, now);
            }
        }
        let answers = talk.session().state().answers.clone();
        let attempts = vec![
            Attempt::new(refused.code.clone(), first, AtSource::Person, Outcome::Refused),
            Attempt::new(shown.code.clone(), Interval::instant(second.to), AtSource::ThisComputer, Outcome::Untried),
        ];
        let told = Case { expected: Some(expected), attempts, answers, ..Case::default() };
        let wanted = diagnose(&told, &knowledge).unwrap();
        let wanted = came(wanted.verdict.as_ref(), wanted.step.next);
        assert_eq!(came(talk.session().verdict(), talk.session().next()), wanted, "{}", fault.id());
        compared += 1;
        vague += usize::from(first.to - first.from >= 60);
    }
    assert!(compared > whole::of_slow(200) && vague > whole::of_slow(50), "{compared} compared, {vague} of them vague");
}

/// The logarithm of the belief in the truth; of two faults at once, in the main one.
fn belief(case: &Case, fault: Fault, knowledge: &Knowledge) -> f64 {
    let verdict = diagnose(case, knowledge).unwrap().verdict.unwrap();
    verdict.of(fault.cause).max(LEAST).ln()
}

/// Cases of the world, each with its fault and the belief in it. All tests of what helps take the same.
static BELIEVED: LazyLock<Vec<(Case, Fault, f64)>> = LazyLock::new(|| {
    let knowledge = knowledge();
    let believed = |(case, fault): (Case, Fault)| {
        let belief = belief(&case, fault, &knowledge);
        (case, fault, belief)
    };
    world(&knowledge, 180, whole::of_slow(CASES)).into_iter().map(believed).collect()
});

/// By how much one observation helps, on average, and the standard error of that; and in how many cases there was one.
fn helps(seed: u64, without: impl Fn(&Case, &mut Rng) -> Option<Case>) -> (f64, f64, usize) {
    let knowledge = knowledge();
    let mut rng = Rng::with_seed(seed);
    let gains: Vec<f64> = BELIEVED
        .iter()
        .filter_map(|(case, fault, with)| Some(with - belief(&without(case, &mut rng)?, *fault, &knowledge)))
        .collect();
    let n = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0);
    eprintln!("{n} cases: {mean:.4} ± {:.4}", (variance / n).sqrt());
    (mean, (variance / n).sqrt(), gains.len())
}

/// Invariant 18, of a code.
#[test]
fn one_more_code_helps() {
    let (mean, error, cases) = helps(181, |case, rng| {
        let refused = case.attempts.iter().position(|one| one.outcome == Outcome::Refused)?;
        let others: Vec<usize> = (0..case.attempts.len()).filter(|at| *at != refused).collect();
        let mut less = case.clone();
        less.attempts.remove(rng.choice(others)?);
        Some(less)
    });
    assert!(cases > whole::of_slow(CASES) / 2 && mean + 2.0 * error >= 0.0, "{mean} ± {error}");
}

/// Invariant 18, of a code that was accepted.
#[test]
fn an_accepted_code_helps() {
    let (mean, error, cases) = helps(182, |case, rng| {
        let accepted: Vec<usize> =
            (0..case.attempts.len()).filter(|at| case.attempts[*at].outcome == Outcome::Accepted).collect();
        let mut less = case.clone();
        less.attempts.remove(rng.choice(accepted)?);
        Some(less)
    });
    assert!(cases > whole::of_slow(CASES) / 5 && mean + 2.0 * error >= 0.0, "{mean} ± {error}");
}

/// Invariant 18, of a reading of the device's clock and of the service's page.
#[test]
fn a_clock_that_was_read_helps() {
    let (mean, error, cases) = helps(183, |case, _| {
        let read = case.clock.is_some() || case.service.clock.is_some();
        let mut less = case.clone();
        (less.clock, less.service.clock) = (None, None);
        read.then_some(less)
    });
    assert!(cases > whole::of_slow(CASES) / 6 && mean + 2.0 * error >= 0.0, "{mean} ± {error}");
}

/// Invariant 18, of an answer as people give them: one of ten is wrong.
#[test]
fn one_more_answer_helps() {
    let (mean, error, cases) = helps(184, |case, rng| {
        let given = case.answers.iter().filter(|(_, answer)| *answer != UNSURE).map(|(question, _)| question);
        let one = rng.choice(given.cloned().collect::<Vec<_>>())?;
        let mut less = case.clone();
        less.answers.remove(&one);
        Some(less)
    });
    assert!(cases > whole::of_slow(CASES) / 2 && mean + 2.0 * error >= 0.0, "{mean} ± {error}");
}

/// Invariant 18, of knowing when it was.
#[test]
fn a_time_that_is_known_helps() {
    let (mean, error, cases) = helps(185, |case, _| {
        let mut less = case.clone();
        let known = less.attempts.iter_mut().find(|one| one.outcome == Outcome::Refused && one.at.is_some())?;
        (known.at, known.at_source) = (None, None);
        Some(less)
    });
    assert!(cases > whole::of_slow(CASES) / 2 && mean + 2.0 * error >= 0.0, "{mean} ± {error}");
}

/// Seconds by which the time of a code may be off to either side, ever more.
const WIDTHS: [i64; 4] = [0, 60, 600, 3_600];

/// Invariant 19.
#[test]
fn a_vaguer_time_makes_no_verdict_surer() {
    let knowledge = knowledge();
    let weights = weights(&knowledge);
    let mut rng = Rng::with_seed(19);
    let mut bench = Bench::new(rng.u64(..), RECIPE);
    let mut confirmed: Vec<Vec<bool>> = vec![Vec::new(); WIDTHS.len()];
    for _ in 0..whole::of_slow(CASES) {
        let case = bench.make(*drawn(&mut rng, &weights).unwrap()).case;
        for (width, confirmed) in WIDTHS.iter().zip(&mut confirmed) {
            let mut vague = case.clone();
            // Where in what is told the truth lies, nobody knows.
            for one in &mut vague.attempts {
                let shift = if *width > 0 { rng.i64(-width..=*width) } else { 0 };
                one.at = one.at.map(|at| Interval { from: at.from + shift - width, to: at.to + shift + width });
            }
            let verdict = diagnose(&vague, &knowledge).unwrap().verdict.unwrap();
            confirmed.push(verdict.conclusion == Conclusion::Confirmed);
        }
    }
    let counts: Vec<usize> = confirmed.iter().map(|all| all.iter().filter(|one| **one).count()).collect();
    eprintln!("{WIDTHS:?}: {counts:?}");
    assert!(counts[0] > whole::of_slow(CASES) / 2, "{counts:?}");
    for pair in confirmed.windows(2) {
        let changed =
            |from: bool| pair[0].iter().zip(&pair[1]).filter(|(a, b)| **a == from && **b != from).count() as f64;
        let (gained, lost) = (changed(false), changed(true));
        assert!(gained - lost <= 2.0 * (gained + lost).sqrt(), "{WIDTHS:?}: {counts:?}");
    }
}
