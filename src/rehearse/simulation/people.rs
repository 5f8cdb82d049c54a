//! People whose code is refused and whose cause is known, led by what they answer and by the codes they type.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::slice::Iter;

use zeroize::Zeroizing;

use super::answers::Answering;
use super::guidance::{Guidance, Tally};
use super::priors::{drawn, priors, weights};
use crate::case::{Attempt, Interval, KnownEntry};
use crate::diagnostic::Place;
use crate::engine::{EngineError, USUAL_SYMPTOM};
use crate::import::{Found, Imported};
use crate::knowledge::{Holds, Knowledge, Numbers, Question, Remedy, Symptom};
use crate::lab::{Bench, Fault, Level, Recipe, Specimen};
use crate::rehearse::drive::{Caller, at_a_loss, drive, tried};
use crate::session::{Mode, Session, State, Tried};
use crate::talk::{About, Block, Input, Means, Now, Prompt, Talk};
use crate::verdict::{UNKNOWN, UNSURE};

/// What the simulated people have at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHand {
    /// No secret: they answer questions.
    Answers,
    /// A file with the entries of their app, not what the service holds; they answer questions too.
    Entries,
}

/// What reading a code off the phone costs, in the unit of `effort`: it is something to be fetched.
const CODE_COST: f64 = 3.0;
/// Codes that somebody with entries has to give, at most: the refused one, and what the app shows.
const CODES: usize = 3;
/// How far a remembered time may be off, in seconds: "just now".
const SLACK: i64 = 30;

/// Somebody whose code is refused.
struct Person {
    /// What is at work, the main cause first. Each has to be put right.
    causes: Vec<String>,
    /// The true answer to every question.
    facts: BTreeMap<String, String>,
    specimen: Option<Specimen>,
}

/// Leads `people` simulated people with the symptom *my code is invalid* to a remedy, and counts.
///
/// # Errors
/// The knowledge lacks that symptom.
pub fn guide(knowledge: &Knowledge, at_hand: AtHand, people: usize, seed: u64) -> Result<Guidance, EngineError> {
    let Some(symptom) = knowledge.symptoms.get(USUAL_SYMPTOM) else {
        let nearest = knowledge.nearest_symptom(USUAL_SYMPTOM).map(str::to_owned);
        return Err(EngineError::NoSymptom { nearest });
    };
    let mut crowd = Crowd {
        knowledge,
        symptom,
        answering: Answering::new(symptom, seed, seed.wrapping_add(2)),
        bench: Bench::new(seed.wrapping_add(1), Recipe { codes: CODES, level: Level::L1 }),
    };
    let mut one = || {
        let person = crowd.person(at_hand);
        crowd.meet(&person)
    };
    let tallies: Vec<Tally> = (0..people).map(|_| one()).collect();
    Ok(Guidance::of(&tallies, &knowledge.numbers))
}

/// The least that it can cost on average, for somebody who knows the main cause and every fact: no question, the
/// remedies in the best order, and an escalation when none is worth its effort. By an exchange of neighbours, that
/// order is by chance over cost, and a remedy is worth it while its chance times the escalation exceeds its cost.
fn bound(symptom: &Symptom, numbers: &Numbers, person: &Person) -> f64 {
    let mut remedies: Vec<(f64, f64)> = symptom
        .remedies
        .iter()
        .map(|remedy| (person.chance(remedy, &person.causes[0]), remedy.effort))
        .map(|(works, effort)| (works, effort + (1.0 - works) * numbers.failed_person))
        .filter(|(works, cost)| works * numbers.escalation > *cost)
        .collect();
    remedies.sort_by(|(works, cost), (other, more)| (other / more).total_cmp(&(works / cost)));
    let (mut sum, mut reached) = (0.0, 1.0);
    for (works, cost) in remedies {
        sum += reached * cost;
        reached *= 1.0 - works;
    }
    sum + reached * numbers.escalation
}

impl Person {
    /// How often the remedy puts one cause right; never where it cannot be done.
    fn chance(&self, remedy: &Remedy, cause: &str) -> f64 {
        let fact = |fact: &str| self.facts.get(fact).map(String::as_str);
        if remedy.needs.holds(fact) == Holds::Yes && !remedy.is_out(fact) { remedy.works_for(cause) } else { 0.0 }
    }
}

/// Makes people, and answers for them.
struct Crowd<'a> {
    knowledge: &'a Knowledge,
    symptom: &'a Symptom,
    answering: Answering<'a>,
    bench: Bench,
}

impl Crowd<'_> {
    fn person(&mut self, at_hand: AtHand) -> Person {
        let (causes, specimen) = match at_hand {
            AtHand::Answers => {
                let cause = drawn(&mut self.answering.rng, &priors(self.knowledge)).cloned();
                (vec![cause.unwrap_or_else(|| UNKNOWN.to_owned())], None)
            }
            AtHand::Entries => {
                let fault = drawn(&mut self.answering.rng, &weights(self.knowledge)).copied();
                let specimen = self.bench.make(fault.unwrap_or(Fault::UNKNOWN));
                let causes = [Some(specimen.cause), specimen.with];
                (causes.into_iter().flatten().map(str::to_owned).collect(), Some(specimen))
            }
        };
        let facts = self.answering.facts(&causes);
        Person { causes, facts, specimen }
    }

    /// One session, until a remedy helps or nothing is left that is worth trying.
    fn meet(&mut self, person: &Person) -> Tally {
        let attempts = person.specimen.as_ref().map_or(&[][..], |specimen| &specimen.case.attempts);
        let unknown = person.causes[0] == UNKNOWN;
        let bound = bound(self.symptom, &self.knowledge.numbers, person);
        let mut led = Led {
            person,
            symptom: self.symptom,
            answering: &mut self.answering,
            left: person.causes.iter().collect(),
            codes: attempts.iter().peekable(),
            at: 0,
            tally: Tally { unknown, bound, ..Tally::default() },
        };
        // They have the phone in the other hand.
        let means = Means { live: true, material: true, ..Means::default() };
        drive(&mut Talk::new(Session::new(self.knowledge, Mode::Person, None, None), means), &mut led);
        led.tally
    }
}

/// Somebody who is led.
struct Led<'p, 'k> {
    person: &'p Person,
    symptom: &'k Symptom,
    answering: &'p mut Answering<'k>,
    /// The causes that have not been put right.
    left: Vec<&'p String>,
    codes: Peekable<Iter<'p, Attempt>>,
    /// Seconds since 1970.
    at: i64,
    tally: Tally,
}

impl Led<'_, '_> {
    /// The time of the next code.
    fn next_time(&mut self) -> Option<i64> {
        Some(self.codes.peek()?.at?.to)
    }

    /// Whether an answer that leads on is given, and true.
    fn is_led_on(&self, state: &State) -> bool {
        let leads = |question: &&Question| {
            let given = state.answers.get(&question.id);
            question.answers.iter().any(|answer| answer.then.is_some() && Some(&answer.id) == given)
        };
        let mut leading = self.symptom.questions.iter().filter(leads);
        leading.any(|question| state.answers.get(&question.id) == self.person.facts.get(&question.id))
    }

    fn question(&mut self, id: &str, meanwhile: bool) -> Input {
        self.tally.ask(self.symptom.question(id));
        self.tally.used += u32::from(meanwhile);
        let answer = self.answering.said(&self.person.facts, id);
        if answer == UNSURE { Input::Unsure } else { Input::Choice(answer) }
    }

    fn remedy(&mut self, id: &str) -> Input {
        // What is still to be done after that is no try.
        if self.tally.helped {
            return tried(Tried::Helped);
        }
        self.tally.comes_to_a_remedy();
        self.tally.tried += 1;
        if let Some(remedy) = self.symptom.remedy(id) {
            self.tally.effort += remedy.effort;
            let (person, answering) = (self.person, &mut *self.answering);
            self.left.retain(|cause| answering.luck.f64() >= person.chance(remedy, cause));
        }
        self.tally.helped = self.left.is_empty();
        tried(if self.tally.helped { Tried::Helped } else { Tried::Failed })
    }

    /// The code that is asked for, typed at its time; none if there is no further one.
    fn code(&mut self) -> Input {
        let Some((code, at)) = self.codes.next().and_then(|one| Some((&one.code, one.at?.to))) else {
            return Input::Nothing;
        };
        self.at = at;
        self.tally.codes += 1;
        self.tally.asking += CODE_COST;
        Input::Code(code.clone())
    }
}

impl Caller for Led<'_, '_> {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        // Of another trouble nothing is known of them: where nothing is left to try, or an answer leads on, it is over.
        let elsewhere = talk.session().symptom().is_some_and(|symptom| symptom.id != self.symptom.id);
        if elsewhere && !self.tally.helped {
            self.tally.elsewhere = self.is_led_on(talk.session().state());
            return Input::Quit;
        }
        // What does no harm is shown while a code is waited for.
        if talk.said().iter().any(|block| matches!(block, Block::Section(_))) {
            self.tally.comes_to_a_remedy();
        }
        match prompt {
            Prompt::Choose(choose) | Prompt::Press { question: choose, .. } => match &choose.about {
                About::Symptom => {
                    self.tally.questions += 1;
                    Input::Choice(self.symptom.id.clone())
                }
                About::Question(id) => self.question(id, choose.meanwhile),
                About::Remedy(id) => self.remedy(id),
                About::Material => {
                    self.tally.questions += 1;
                    let has = if self.person.specimen.is_some() { "entries" } else { "nothing" };
                    Input::Choice(has.to_owned())
                }
                _ => at_a_loss(prompt),
            },
            Prompt::File(_) => Input::File { name: String::new(), bytes: Zeroizing::default() },
            // What is in the file need not be read.
            Prompt::Working { id } => {
                let found = self.person.specimen.as_ref().map(|specimen| exported(&specimen.case.entries));
                Input::Read { id: *id, found: found.unwrap_or_default() }
            }
            Prompt::Code(_) => self.code(),
            // They type the next one when it is shown.
            Prompt::HowLongAgo(_) => {
                let refused = Interval { from: self.at - SLACK, to: self.at };
                self.at = self.next_time().unwrap_or(self.at + SLACK);
                Input::Ago(refused)
            }
            Prompt::Wait { until, .. } => {
                self.tally.waits += 1;
                self.at = *until;
                Input::Waited
            }
            _ => at_a_loss(prompt),
        }
    }

    fn now(&self) -> Now {
        Now { millis: self.at * 1_000 }
    }
}

/// What an export of these entries says.
fn exported(entries: &[KnownEntry]) -> Imported {
    let found = |known: &KnownEntry| Found {
        entry: known.entry.clone(),
        deviations: Vec::new(),
        place: Place::default(),
        assumed: known.assumed,
        created: known.created,
        discarded: known.discarded,
    };
    Imported { entries: entries.iter().map(found).collect(), exported: true, ..Imported::default() }
}
