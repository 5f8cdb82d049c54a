//! Simulated people with a trouble, led through sessions by their answers alone: which way each of them takes.
//!
//! The one idea: a person is a cause and a number behind their luck. What they say to a question, and whether a remedy
//! helps, hangs on that number and the id alone, so that the same people can be led through two versions of the
//! knowledge, or through one in both modes, and be compared one by one. It must not guess: the session leads.

use fastrand::Rng;

use super::answers::truth;
use super::priors::{drawn, priors_of};
use super::walker::MOST_MOVES;
use crate::finding::Finding;
use crate::knowledge::{Decide, Knowledge, Remedy, Symptom};
use crate::session::{Event, Header, Mode, Move, RHYTHM_OFFERED, Session, Transcript, Tried};
use crate::verdict::{UNKNOWN, UNSURE};

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

/// Leads people, and remembers what the session said at each point, since many pass the same ones.
#[derive(Debug)]
pub struct Leader<'a> {
    knowledge: &'a Knowledge,
    header: Header,
    start: &'a Symptom,
    points: Vec<Point>,
}

/// What is next after the same events, and where each of them led to.
#[derive(Debug)]
struct Point {
    next: Move,
    after: Vec<(Event, usize)>,
}

impl<'a> Leader<'a> {
    /// Into a symptom; `mode` says who is led, a person or an agent with a caller.
    pub fn new(knowledge: &'a Knowledge, start: &'a Symptom, mode: Mode) -> Self {
        let header = Session::new(knowledge, mode, None, None).transcript().header.clone();
        let mut leader = Self { knowledge, header, start, points: Vec::new() };
        let next = leader.session(&leader.opening()).next();
        leader.points.push(Point { next, after: Vec::new() });
        leader
    }

    /// The way that somebody takes.
    pub fn through(&mut self, somebody: &Somebody) -> Journey {
        let mut events = self.opening();
        let (mut symptom, mut cause) = (self.start, somebody.cause.clone());
        let mut steps = Vec::new();
        let mut at = 0;
        for _ in 0..MOST_MOVES {
            let here = symptom.id.clone();
            let (event, step) = match self.points[at].next.clone() {
                Move::Ask { question, .. } => {
                    let answer = says(somebody, symptom, &question, &cause);
                    let event = Event::Asked { question: question.clone(), answer: answer.clone() };
                    (event, Some(Taken::Asked { symptom: here, question, answer }))
                }
                Move::Try { remedy, .. } => {
                    let helped = helps(somebody, symptom.remedy(&remedy), &cause);
                    let result = if helped { Tried::Helped } else { Tried::Failed };
                    let event = Event::Tried { remedy: remedy.clone(), result };
                    (event, Some(Taken::Tried { symptom: here, remedy, helped }))
                }
                Move::VerifyIdentity => (Event::Verified(true), Some(Taken::Verified { symptom: here })),
                // They answer only.
                Move::Observe => (Event::Observed(Finding::no_further_code()), None),
                Move::GoOn(to) => {
                    let Some(next) = self.knowledge.symptoms.get(&to) else { break };
                    cause = self.cause_in(somebody, next, &cause);
                    symptom = next;
                    (Event::About(to.clone()), Some(Taken::WentOn { symptom: here, to }))
                }
                Move::Escalate { role, remedy } => {
                    let end = End::Escalated { symptom: here, role, remedy };
                    return Journey { cause: somebody.cause.clone(), steps, end };
                }
                Move::Done => return Journey { cause: somebody.cause.clone(), steps, end: End::Helped },
                Move::ChooseSymptom => break,
            };
            steps.extend(step);
            events.push(event);
            at = self.after(at, &events);
        }
        Journey { cause: somebody.cause.clone(), steps, end: End::Lost }
    }

    /// Somebody on their own has the phone in the other hand, as a session notes by itself.
    fn opening(&self) -> Vec<Event> {
        let noted = Event::Asked { question: RHYTHM_OFFERED.to_owned(), answer: "yes".to_owned() };
        let noted = Some(noted).filter(|_| self.header.mode == Mode::Person);
        noted.into_iter().chain([Event::About(self.start.id.clone())]).collect()
    }

    fn session(&self, events: &[Event]) -> Session<'a> {
        Session::resume(self.knowledge, Transcript { header: self.header.clone(), events: events.to_vec() })
    }

    /// The point that the last of these events leads to from `at`.
    fn after(&mut self, at: usize, events: &[Event]) -> usize {
        let Some(last) = events.last() else { return at };
        if let Some((_, known)) = self.points[at].after.iter().find(|(event, _)| event == last) {
            return *known;
        }
        let next = self.session(events).next();
        let new = self.points.len();
        self.points.push(Point { next, after: Vec::new() });
        self.points[at].after.push((last.clone(), new));
        new
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
