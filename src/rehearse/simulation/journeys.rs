//! Simulated people with a trouble, led through sessions by their answers alone: which way each of them takes.
//!
//! The one idea: a person is a cause and a number behind their luck. What they say to a question, and whether a remedy
//! helps, hangs on that number and the id alone, so that the same people can be led through two versions of the
//! knowledge, or through one in both modes, and be compared one by one. It must not guess: the session leads.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::answers::truth;
use super::priors::{drawn, priors_of};
use crate::knowledge::{Decide, Knowledge, Remedy, Symptom};
use crate::rehearse::drive::MOST_MOVES;
use crate::session::{Mode, Next, Session, Tried};
use crate::talk::{About, Input, Means, Now, Talk};
use crate::verdict::{UNKNOWN, UNSURE};

/// They have the phone in the other hand, and answer only.
fn means() -> Means {
    Means { live: true, ..Means::default() }
}

/// How often a remedy helps that names no cause: in a table of rules nothing is weighed, so both ways on are taken evenly.
const EVENLY: f64 = 0.5;

/// Somebody with a trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// What is at work; `unknown` where the knowledge has no word for it.
    pub cause: String,
    /// Decides what they say and what helps, together with the id of the question or remedy.
    pub luck: u64,
}

/// The way of one person, from the choice of the symptom to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// What was at work in the first symptom.
    pub cause: String,
    /// In order; a question that the session answers by itself is none.
    pub steps: Vec<Taken>,
    /// What it came to.
    pub end: End,
}

/// A step that was taken, each under the symptom at hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// A question was answered.
    Asked {
        /// The symptom at hand.
        symptom: String,
        /// The question.
        question: String,
        /// The answer; `unsure` where the knowledge has no such question.
        answer: String,
    },
    /// A remedy was tried.
    Tried {
        /// The symptom at hand.
        symptom: String,
        /// The remedy.
        remedy: String,
        /// Whether it helped.
        helped: bool,
    },
    /// An agent made sure who is calling.
    Verified {
        /// The symptom at hand.
        symptom: String,
    },
    /// The session went over to another symptom.
    WentOn {
        /// The symptom that was at hand.
        symptom: String,
        /// The symptom that is.
        to: String,
    },
}

/// How a way ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The last remedy helped.
    Helped,
    /// It is somebody else's turn.
    Escalated {
        /// The symptom at hand.
        symptom: String,
        /// The service's role.
        role: String,
        /// How to, where a remedy tells.
        remedy: Option<String>,
    },
    /// There is no symptom to go on with, or no end in sight.
    Lost,
}

/// Draws `people` for a symptom: each cause, `unknown` among them, as common as the knowledge says.
pub fn crowd(knowledge: &Knowledge, symptom: &Symptom, people: usize, seed: u64) -> Vec<Somebody> {
    let mut rng = Rng::with_seed(seed);
    let causes = priors_of(knowledge, symptom);
    let mut one = || {
        let cause = drawn(&mut rng, &causes).map_or(UNKNOWN, |id| id).to_owned();
        Somebody { cause, luck: rng.u64(..) }
    };
    (0..people).map(|_| one()).collect()
}

/// Leads `people` simulated people from a symptom to the end. The same seed gives the same people.
pub fn journeys(knowledge: &Knowledge, symptom: &Symptom, mode: Mode, people: usize, seed: u64) -> Vec<Journey> {
    let mut leader = Leader::new(knowledge, symptom, mode);
    crowd(knowledge, symptom, people, seed).iter().map(|somebody| leader.through(somebody)).collect()
}

/// Leads people, and remembers what the conversation came to at each point, since many pass the same ones.
#[derive(Debug)]
pub struct Leader<'a> {
    knowledge: &'a Knowledge,
    start: &'a Symptom,
    points: Vec<Point<'a>>,
}

/// Where everybody stands who has said the same.
#[derive(Debug)]
struct Point<'a> {
    session: Session<'a>,
    /// What is asked; `None` where it is over.
    asked: Option<About>,
    /// By what was said: the point that it led to.
    after: BTreeMap<String, usize>,
}

impl<'a> Leader<'a> {
    /// Into a symptom; `mode` says who is led, a person or an agent with a caller.
    pub fn new(knowledge: &'a Knowledge, start: &'a Symptom, mode: Mode) -> Self {
        let mut leader = Self { knowledge, start, points: Vec::new() };
        let mut talk = Talk::new(Session::new(knowledge, mode, None, None), means());
        talk.begin(Now::default());
        // A symptom that is not offered is gone to all the same.
        let _ = talk.take(Input::Jump(start.id.clone()), Now::default());
        leader.stand(&talk);
        leader
    }

    /// The way that somebody takes.
    pub fn through(&mut self, somebody: &Somebody) -> Journey {
        let (mut symptom, mut cause) = (self.start, somebody.cause.clone());
        let mut steps = Vec::new();
        let mut at = 0;
        for _ in 0..MOST_MOVES {
            let here = symptom.id.clone();
            let (said, step) = match &self.points[at].asked {
                Some(About::Question(question)) => {
                    let answer = says(somebody, symptom, question, &cause);
                    let (symptom, question) = (here.clone(), question.clone());
                    (answer.clone(), Taken::Asked { symptom, question, answer })
                }
                Some(About::Remedy(remedy)) => {
                    let helped = helps(somebody, symptom.remedy(remedy), &cause);
                    let (symptom, remedy) = (here.clone(), remedy.clone());
                    let said = if helped { Tried::Helped } else { Tried::Failed };
                    (said.id().to_owned(), Taken::Tried { symptom, remedy, helped })
                }
                Some(About::Identity) => ("yes".to_owned(), Taken::Verified { symptom: here.clone() }),
                Some(_) => break,
                None => {
                    let end = match self.points[at].session.next() {
                        Next::Escalate { role, remedy } => End::Escalated { symptom: here, role, remedy },
                        _ => End::Helped,
                    };
                    return Journey { cause: somebody.cause.clone(), steps, end };
                }
            };
            steps.push(step);
            let before = self.points[at].session.state().visited.len();
            at = self.after(at, &said);
            for to in self.points[at].session.state().visited.iter().skip(before) {
                let Some(next) = self.knowledge.symptoms.get(to) else { break };
                cause = self.cause_in(somebody, next, &cause);
                steps.push(Taken::WentOn { symptom: symptom.id.clone(), to: to.clone() });
                symptom = next;
            }
        }
        Journey { cause: somebody.cause.clone(), steps, end: End::Lost }
    }

    /// The point that something said leads to.
    fn after(&mut self, at: usize, said: &str) -> usize {
        if let Some(known) = self.points[at].after.get(said) {
            return *known;
        }
        let mut talk = Talk::new(self.points[at].session.clone(), means());
        talk.begin(Now::default());
        let input = if said == UNSURE { Input::Unsure } else { Input::Choice(said.to_owned()) };
        // What cannot be said leads nowhere.
        let _ = talk.take(input, Now::default());
        let new = self.stand(&talk);
        self.points[at].after.insert(said.to_owned(), new);
        new
    }

    /// Adds the point at which a conversation stands.
    fn stand(&mut self, talk: &Talk<'a>) -> usize {
        let asked = talk.prompt().choose().map(|choose| choose.about.clone());
        self.points.push(Point { session: talk.session().clone(), asked, after: BTreeMap::new() });
        self.points.len() - 1
    }

    /// What is at work once they came to another symptom: the same if it knows that, else what it has by its weights.
    fn cause_in(&self, somebody: &Somebody, symptom: &Symptom, cause: &str) -> String {
        if symptom.cause(cause).is_some() || symptom.decide == Decide::FirstMatch {
            return cause.to_owned();
        }
        let causes = priors_of(self.knowledge, symptom);
        drawn(&mut luck(somebody, &symptom.id), &causes).map_or(UNKNOWN, |id| id).to_owned()
    }
}

/// What somebody with that cause says: the truth, as often as the knowledge says.
fn says(somebody: &Somebody, symptom: &Symptom, question: &str, cause: &str) -> String {
    let Some(asked) = symptom.question(question) else { return UNSURE.to_owned() };
    truth(symptom, asked, cause, &mut luck(somebody, question))
}

fn helps(somebody: &Somebody, remedy: Option<&Remedy>, cause: &str) -> bool {
    let Some(remedy) = remedy else { return false };
    let chance = if remedy.fixes.is_empty() { EVENLY } else { remedy.works_for(cause) };
    luck(somebody, &remedy.id).f64() < chance
}

/// Chance that hangs on who it is and on what it is about, and on nothing that came before.
fn luck(somebody: &Somebody, about: &str) -> Rng {
    // FNV-1a: the same on every machine.
    let mixed = about
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Rng::with_seed(somebody.luck ^ mixed)
}
