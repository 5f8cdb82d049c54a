//! Simulated people on their way through every symptom: the same seed leads the same way, and what is drawn is as common
//! as the knowledge says.

use std::collections::BTreeMap;

use otp_doctor::knowledge::Decide;
use otp_doctor::rehearse::{End, Leader, Taken, crowd, journeys};
use otp_doctor::session::Mode;
use otp_doctor::verdict::prior;

use crate::accuracy::knowledge;

const PEOPLE: usize = 500;

#[test]
fn everybody_arrives_in_every_symptom() {
    let knowledge = knowledge();
    for mode in [Mode::Person, Mode::Agent] {
        for symptom in knowledge.symptoms.values() {
            let all = journeys(&knowledge, symptom, mode, PEOPLE, 7);
            assert_eq!(all.len(), PEOPLE);
            assert!(all.iter().all(|journey| journey.end != End::Lost), "{}", symptom.id);
            // What lets somebody in has helped, whatever is still to be done then.
            let helps = |step: &Taken| matches!(step, Taken::Tried { helped: true, .. });
            let helped = all.iter().filter(|journey| journey.steps.iter().any(helps)).count();
            assert!(helped > PEOPLE / 5, "{}: only {helped} were helped", symptom.id);
            for journey in &all {
                let last = matches!(journey.steps.last(), Some(Taken::Tried { helped: true, .. }));
                assert_eq!(journey.end == End::Helped, last, "{journey:?}");
            }
        }
    }
}

#[test]
fn causes_and_answers_are_as_common_as_the_knowledge_says() {
    let knowledge = knowledge();
    let symptom = &knowledge.symptoms["invalid-code"];
    let people = crowd(&knowledge, symptom, 20_000, 3);
    let sum: f64 = symptom.causes.iter().map(|cause| prior(symptom, cause)).sum::<f64>() + knowledge.numbers.unknown;
    for cause in symptom.causes.iter().filter(|cause| cause.weight >= 3.0) {
        let share = people.iter().filter(|one| one.cause == cause.id).count() as f64 / people.len() as f64;
        let stated = prior(symptom, cause) / sum;
        assert!((share - stated).abs() < 0.01, "{}: {share} drawn, {stated} stated", cause.id);
    }
    assert!(people.iter().any(|one| one.cause == "unknown"));
    // A cause that is there only while setting up puts everybody who has it there, and nearly all say so.
    let all = journeys(&knowledge, symptom, Mode::Person, 6_000, 3);
    let rotated: Vec<_> = all.iter().filter(|one| one.cause == "rotated-during-enrolment").collect();
    let said = |question: &str, answer: &str| (question, answer) == ("where", "setting-up");
    let first = |taken: &Taken| matches!(taken, Taken::Asked { question, answer, .. } if said(question, answer));
    let there = rotated.iter().filter(|one| one.steps.first().is_some_and(first)).count();
    assert!(rotated.len() > 1 && 2 * there > rotated.len(), "{there} of {}", rotated.len());
}

#[test]
fn in_a_table_every_answer_is_as_likely_as_the_others() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values().filter(|symptom| symptom.decide == Decide::FirstMatch) {
        let all = journeys(&knowledge, symptom, Mode::Person, PEOPLE, 11);
        let mut answers: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for step in all.iter().flat_map(|journey| &journey.steps) {
            if let Taken::Asked { symptom: here, question, answer } = step
                && *here == symptom.id
            {
                *answers.entry(question).or_default().entry(answer).or_default() += 1;
            }
        }
        for (question, given) in answers {
            let asked: usize = given.values().sum();
            for (answer, count) in &given {
                let even = asked as f64 / given.len() as f64;
                let off = (*count as f64 - even).abs();
                assert!(off < 4.0 * even.sqrt(), "{}: {question} {answer}: {count} of {asked}", symptom.id);
            }
        }
    }
}

/// Who somebody is does not hang on who came before, nor on what was asked before.
#[test]
fn the_same_people_come_again_and_are_met_one_by_one() {
    let knowledge = knowledge();
    let symptom = &knowledge.symptoms["many-codes"];
    let all = journeys(&knowledge, symptom, Mode::Person, 300, 5);
    assert_eq!(all, journeys(&knowledge, symptom, Mode::Person, 300, 5));
    assert_ne!(all, journeys(&knowledge, symptom, Mode::Person, 300, 6));
    for (somebody, journey) in crowd(&knowledge, symptom, 300, 5).iter().zip(&all).skip(250) {
        assert_eq!(Leader::new(&knowledge, symptom, Mode::Person).through(somebody), *journey);
    }
}
