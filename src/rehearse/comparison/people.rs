use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, Symptom};
use crate::rehearse::simulation::journeys::{End, Journey, Leader, Somebody, Taken, crowd};
use crate::session::Mode;
use crate::verdict::{Evidences, weigh};

/// How people with one symptom are led.
#[derive(Debug, Clone, PartialEq)]
pub struct SymptomChange {
    /// The symptom.
    pub symptom: String,
    /// People, all of them.
    pub people: usize,
    /// Those who are asked another question first.
    pub first_question: People,
    /// Those whom it holds something else for at the end: another remedy that helps, or somebody else's turn.
    pub end: People,
    /// Those who come to another cause.
    pub cause: People,
    /// Those who take more steps: questions and remedies.
    pub more: usize,
    /// Those who take fewer.
    pub fewer: usize,
    /// Steps on average, before and after.
    pub steps: (f64, f64),
    /// People who are helped, before and after.
    pub helped: (usize, usize),
    /// A few of those whom anything changes for, one of each kind of change.
    pub examples: Vec<Example>,
    /// Anything changes for them.
    changed: usize,
}

/// People whom something changes for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct People {
    /// How many.
    pub number: usize,
    /// From what to what, the most frequent first.
    pub changes: Vec<Change>,
}

/// From what to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As it was.
    pub old: String,
    /// As it is.
    pub new: String,
    /// People.
    pub number: usize,
}

/// One person, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Their number among the people of the seed, from 1.
    pub number: usize,
    /// What is at work.
    pub cause: String,
    /// Each step in a word or two, and the end.
    pub old: Vec<String>,
    /// The same.
    pub new: Vec<String>,
}

/// So many examples are kept for one symptom.
const EXAMPLES: usize = 3;
/// Nothing is asked before the end.
const NOTHING: &str = "nothing";

/// What one way comes to.
struct Came {
    first: String,
    end: String,
    cause: String,
    steps: usize,
    helped: bool,
    told: Vec<String>,
}

pub(super) fn compare(old: &Knowledge, new: &Knowledge, id: &str, people: usize, seed: u64) -> SymptomChange {
    let mut change = SymptomChange {
        symptom: id.to_owned(),
        people: 0,
        first_question: People::default(),
        end: People::default(),
        cause: People::default(),
        more: 0,
        fewer: 0,
        steps: (0.0, 0.0),
        helped: (0, 0),
        examples: Vec::new(),
        changed: 0,
    };
    let (Some(before), Some(after)) = (old.symptoms.get(id), new.symptoms.get(id)) else { return change };
    let mut leads = (Leader::new(old, before, Mode::Person), Leader::new(new, after, Mode::Person));
    let mut counts = [Counts::new(), Counts::new(), Counts::new()];
    let mut kinds: Vec<(bool, bool, bool)> = Vec::new();
    for (number, somebody) in crowd(old, before, people, seed).iter().enumerate() {
        let was = came(&leads.0.through(somebody), before, old);
        let is = came(&leads.1.through(somebody), after, new);
        change.people += 1;
        change.steps = (change.steps.0 + was.steps as f64, change.steps.1 + is.steps as f64);
        change.helped = (change.helped.0 + usize::from(was.helped), change.helped.1 + usize::from(is.helped));
        change.more += usize::from(is.steps > was.steps);
        change.fewer += usize::from(is.steps < was.steps);
        let pairs = [(&was.first, &is.first), (&was.end, &is.end), (&was.cause, &is.cause)];
        for (counts, (was, is)) in counts.iter_mut().zip(pairs) {
            if was != is {
                *counts.entry((was.clone(), is.clone())).or_default() += 1;
            }
        }
        let kind = (was.first != is.first, was.end != is.end, was.cause != is.cause);
        let differs = kind != (false, false, false) || was.told != is.told;
        change.changed += usize::from(differs);
        if differs && change.examples.len() < EXAMPLES && !kinds.contains(&kind) {
            kinds.push(kind);
            change.examples.push(example(number, somebody, was, is));
        }
    }
    let all = change.people.max(1) as f64;
    change.steps = (change.steps.0 / all, change.steps.1 / all);
    let [first, end, cause] = counts.map(counted);
    (change.first_question, change.end, change.cause) = (first, end, cause);
    change
}

type Counts = BTreeMap<(String, String), usize>;

fn counted(counts: Counts) -> People {
    let number = counts.values().sum();
    let mut changes: Vec<Change> = counts.into_iter().map(|((old, new), number)| Change { old, new, number }).collect();
    // Of equally many the order stays that of the names.
    changes.sort_by_key(|change| std::cmp::Reverse(change.number));
    People { number, changes }
}

fn example(number: usize, somebody: &Somebody, was: Came, is: Came) -> Example {
    Example { number: number + 1, cause: somebody.cause.clone(), old: was.told, new: is.told }
}

fn came(journey: &Journey, symptom: &Symptom, knowledge: &Knowledge) -> Came {
    let (mut answers, mut failed) = (BTreeMap::new(), Vec::new());
    let (mut told, mut first, mut last) = (Vec::new(), None, None);
    let mut steps = 0;
    for step in &journey.steps {
        match step {
            Taken::Asked { symptom: at, question, answer } => {
                steps += 1;
                first = first.or_else(|| Some(question.clone()));
                told.push(format!("{question}: {answer}"));
                if *at == symptom.id {
                    answers.insert(question.clone(), answer.clone());
                }
            }
            Taken::Tried { symptom: at, remedy, helped } => {
                steps += 1;
                told.push(remedy.clone());
                last = Some(remedy.clone());
                if *at == symptom.id && !helped {
                    failed.push(remedy.clone());
                }
            }
            Taken::Verified { .. } => told.push("identity made sure".to_owned()),
            Taken::WentOn { to, .. } => told.push(format!("on to {to}")),
        }
    }
    let end = match &journey.end {
        End::Helped => last.unwrap_or_else(|| NOTHING.to_owned()),
        End::Escalated { role, remedy, .. } => {
            let how = remedy.as_ref().map_or_else(String::new, |remedy| format!(" by {remedy}"));
            format!("{role}{how}")
        }
        End::Lost => "no end".to_owned(),
    };
    told.push(match &journey.end {
        End::Helped => "helped".to_owned(),
        _ => end.clone(),
    });
    let evidences = Evidences { findings: &[], answers: &answers, failed: &failed, helped: &[] };
    let verdict = weigh(symptom, &knowledge.numbers, evidences);
    let cause = if symptom.causes.is_empty() { String::new() } else { verdict.first().cause.clone() };
    let helped = journey.end == End::Helped;
    Came { first: first.unwrap_or_else(|| NOTHING.to_owned()), end, cause, steps, helped, told }
}

impl SymptomChange {
    /// People whom anything changes for, be it one step.
    pub fn changed(&self) -> usize {
        self.changed
    }

    /// A number of people as a share of all.
    pub fn share(&self, number: usize) -> f64 {
        number as f64 / self.people.max(1) as f64
    }
}
