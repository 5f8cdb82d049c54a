use std::collections::BTreeMap;
use std::fmt;

use super::answers::{Answering, WHERE};
use super::priors::{drawn, priors, weights};
use super::walker::MOST_MOVES;
use crate::case::{Attempt, Interval};
use crate::engine::{EngineError, Guided, USUAL_SYMPTOM};
use crate::finding::Finding;
use crate::knowledge::{Holds, Knowledge, Numbers, Question, Remedy, Symptom};
use crate::lab::{Bench, Fault, Level, Recipe, Specimen};
use crate::session::{Event, Mode, Move, RHYTHM_OFFERED, Session, Tried};
use crate::verdict::UNKNOWN;

/// What the simulated people have at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHand {
    /// No secret: they answer questions.
    Answers,
    /// A file with the entries of their app, not what the service holds; they answer questions too.
    Entries,
}

/// How guided sessions went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Guidance {
    /// Simulated people.
    pub people: usize,
    /// Of those: the cause is none that the knowledge has, so that no remedy can help.
    pub unknown: usize,
    /// The first remedy helped.
    pub first: usize,
    /// The second did.
    pub second: usize,
    /// A later one did.
    pub later: usize,
    /// Nothing that was worth trying helped: it goes on with recovery, or with somebody else.
    pub escalated: usize,
    /// Questions until the first remedy, on average. The choice of the symptom is one, and whether there is something to
    /// read.
    pub questions_first: f64,
    /// Questions in all, on average.
    pub questions: f64,
    /// Codes typed, on average.
    pub codes: f64,
    /// Modelled seconds of asking and waiting until the first remedy is shown: the median.
    pub seconds_first: u32,
    /// The same: nine of ten need no more.
    pub seconds_first_most: u32,
    /// Modelled seconds of asking and waiting in all, remedies not counted: the median.
    pub seconds: u32,
    /// Effort of the remedies tried, on average, in the knowledge's unit.
    pub effort: f64,
    /// What the way cost, on average: questions, codes, remedies, trust, escalation.
    pub cost: f64,
    /// What it costs somebody who knows the cause and the facts from the start, on average. Nobody can be cheaper.
    pub bound: f64,
}

/// Seconds that a question takes, and typing a code.
const QUESTION: u32 = 10;
/// Seconds until the app shows another code.
const WAIT: u32 = 30;
/// What reading a code off the phone costs, in the unit of `effort`: it is something to be fetched.
const CODE_COST: f64 = 3.0;
/// Key presses that measure a rhythm, each with a wait.
const PRESSES: u32 = 3;
/// Codes that somebody with entries has to give, at most: the refused one, and what the app shows.
const CODES: usize = 3;
/// How far a remembered time may be off, in seconds: "just now".
const SLACK: i64 = 30;
const RHYTHM: &str = "code-rhythm";

/// Somebody whose code is refused.
struct Person {
    /// What is at work, the main cause first. Each has to be put right.
    causes: Vec<String>,
    /// The true answer to every question.
    facts: BTreeMap<String, String>,
    specimen: Option<Specimen>,
}

/// What one session came to.
#[derive(Default)]
struct Tally {
    questions: u32,
    codes: u32,
    waits: u32,
    /// Waits with a question in them.
    used: u32,
    /// Whether a code that the app showed was typed before: then the next one is waited for.
    shown: bool,
    /// Questions and seconds until the first remedy.
    first: Option<(u32, u32)>,
    tried: usize,
    effort: f64,
    asking: f64,
    helped: bool,
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
    let mut guidance = Guidance::default();
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..people {
        let person = crowd.person(at_hand);
        let tally = crowd.meet(&person);
        let (questions, seconds) = tally.first.unwrap_or((tally.questions, tally.seconds()));
        guidance.questions_first += f64::from(questions);
        first.push(seconds);
        all.push(tally.seconds());
        guidance.count(&tally, &knowledge.numbers);
        guidance.unknown += usize::from(person.causes[0] == UNKNOWN);
        guidance.bound += bound(symptom, &knowledge.numbers, &person);
    }
    let number = people.max(1) as f64;
    let averages = [
        &mut guidance.questions_first,
        &mut guidance.questions,
        &mut guidance.codes,
        &mut guidance.effort,
        &mut guidance.cost,
        &mut guidance.bound,
    ];
    for sum in averages {
        *sum /= number;
    }
    guidance.seconds_first = quantile(&mut first, 0.5);
    guidance.seconds_first_most = quantile(&mut first, 0.9);
    guidance.seconds = quantile(&mut all, 0.5);
    Ok(guidance)
}

/// The smallest value that at least `share` of all do not exceed.
fn quantile(values: &mut [u32], share: f64) -> u32 {
    values.sort_unstable();
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
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
        let mut guided = Guided::new(Session::new(self.knowledge, Mode::Person, None, None));
        // They have the phone in the other hand.
        let (question, answer) = (RHYTHM_OFFERED.to_owned(), "yes".to_owned());
        guided.session.record(Event::Asked { question, answer });
        guided.session.record(Event::About(self.symptom.id.clone()));
        // The choice of the symptom is a question, too.
        let mut tally = Tally { questions: 1, ..Tally::default() };
        let mut left: Vec<&String> = person.causes.iter().collect();
        let attempts = person.specimen.as_ref().map_or(&[][..], |specimen| &specimen.case.attempts);
        let mut codes = attempts.iter();
        for _ in 0..MOST_MOVES {
            match guided.session.next() {
                Move::Ask { question, .. } => {
                    tally.ask(self.symptom.question(&question));
                    let answer = self.answering.said(&person.facts, &question);
                    guided.session.record(Event::Asked { question: question.clone(), answer });
                    if question == WHERE {
                        prepare(&mut guided, person, &mut tally, &mut codes);
                    }
                }
                Move::Observe => {
                    if guided.session.probably().is_some() {
                        tally.first = tally.first.or(Some((tally.questions, tally.seconds())));
                    }
                    // A wait is used for a question.
                    if let Some(Move::Ask { question, .. }) = guided.session.meanwhile().filter(|_| tally.shown) {
                        tally.ask(self.symptom.question(&question));
                        tally.used += 1;
                        let answer = self.answering.said(&person.facts, &question);
                        guided.session.record(Event::Asked { question, answer });
                    }
                    tally.code(&mut guided, codes.next());
                }
                Move::Try { remedy, .. } => {
                    tally.first = tally.first.or(Some((tally.questions, tally.seconds())));
                    tally.tried += 1;
                    if let Some(remedy) = self.symptom.remedy(&remedy) {
                        tally.effort += remedy.effort;
                        left.retain(|cause| self.answering.luck.f64() >= person.chance(remedy, cause));
                    }
                    let result = if left.is_empty() { Tried::Helped } else { Tried::Failed };
                    guided.session.record(Event::Tried { remedy, result });
                }
                Move::Done => {
                    tally.helped = true;
                    break;
                }
                Move::GoOn(_) | Move::Escalate { .. } | Move::ChooseSymptom | Move::VerifyIdentity => break,
            }
        }
        tally
    }
}

/// What comes once the place is known: the question whether there is something to read; then the entries with the
/// refused code and the next one.
fn prepare<'s>(
    guided: &mut Guided<'_>,
    person: &'s Person,
    tally: &mut Tally,
    codes: &mut impl Iterator<Item = &'s Attempt>,
) {
    tally.questions += 1;
    let Some(specimen) = &person.specimen else { return };
    guided.hold(specimen.case.entries.clone());
    if let Some((refused, at)) = codes.next().and_then(|one| Some((one, one.at?.to))) {
        tally.codes += 1;
        tally.asking += CODE_COST;
        guided.refused(refused.code.clone(), Interval { from: at - SLACK, to: at });
        guided.examine();
    }
    tally.code(guided, codes.next());
}

impl Tally {
    fn seconds(&self) -> u32 {
        (self.questions + self.codes) * QUESTION + self.waits * WAIT - self.used * QUESTION
    }

    fn ask(&mut self, question: Option<&Question>) {
        self.questions += 1;
        self.asking += question.map_or(0.0, |question| question.cost);
        if question.is_some_and(|question| question.id == RHYTHM) {
            self.waits += PRESSES;
        }
    }

    /// The code that the app shows: waited for, as the program does, if the one before was shown too; typed, compared.
    fn code(&mut self, guided: &mut Guided<'_>, code: Option<&Attempt>) {
        match code.and_then(|code| Some((code, code.at?.to))) {
            Some((shown, at)) => {
                self.codes += 1;
                self.waits += u32::from(self.shown);
                self.shown = true;
                self.asking += CODE_COST;
                guided.shown(shown.code.clone(), at);
                guided.examine();
            }
            None => guided.session.record(Event::Observed(Finding::no_further_code())),
        }
    }
}

impl Guidance {
    fn count(&mut self, tally: &Tally, numbers: &Numbers) {
        self.people += 1;
        match (tally.helped, tally.tried) {
            (true, 1) => self.first += 1,
            (true, 2) => self.second += 1,
            (true, _) => self.later += 1,
            (false, _) => self.escalated += 1,
        }
        let failed = tally.tried - usize::from(tally.helped);
        let end = if tally.helped { 0.0 } else { numbers.escalation };
        self.questions += f64::from(tally.questions);
        self.codes += f64::from(tally.codes);
        self.effort += tally.effort;
        self.cost += tally.asking + tally.effort + failed as f64 * numbers.failed_person + end;
    }

    /// A number of people as a share of all.
    pub fn share(&self, number: usize) -> f64 {
        number as f64 / self.people.max(1) as f64
    }

    /// How many times dearer the sessions were than the bound. It is no distance from the best possible session: the
    /// bound knows the cause, which no session can.
    pub fn above_bound(&self) -> f64 {
        self.cost / self.bound
    }
}

impl fmt::Display for Guidance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |number| 100.0 * self.share(number);
        writeln!(f, "people                     {:6}  ({} with a cause that nobody knows)", self.people, self.unknown)?;
        writeln!(f, "helped by the first remedy {:6.1} %", percent(self.first))?;
        writeln!(f, "by the second              {:6.1} %", percent(self.second))?;
        writeln!(f, "by a later one             {:6.1} %", percent(self.later))?;
        writeln!(f, "escalated                  {:6.1} %", percent(self.escalated))?;
        writeln!(
            f,
            "questions                  {:6.1}    ({:.1} before the first remedy)",
            self.questions, self.questions_first
        )?;
        writeln!(f, "codes typed                {:6.1}", self.codes)?;
        writeln!(
            f,
            "time to the first remedy   {:6} s  (median; 90 %: {} s)",
            self.seconds_first, self.seconds_first_most
        )?;
        writeln!(f, "time in all                {:6} s  (median; remedies not counted)", self.seconds)?;
        writeln!(f, "effort of remedies         {:6.1}", self.effort)?;
        write!(
            f,
            "cost                       {:6.1}    ({:.2} times the {:.1} of somebody who knows the cause)",
            self.cost,
            self.above_bound(),
            self.bound
        )
    }
}
