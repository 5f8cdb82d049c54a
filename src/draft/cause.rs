//! A cause for a symptom that is there, in one file.
//!
//! The one idea: what tells of it is tried in memory, on answers that are there, until it comes first and nothing that was
//! found before is lost. Where no answers do that, the writer is told, and what would not pass is left out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::cause_file::{Answers, CauseFile};
use super::desk::{Desk, known};
use super::parts::{fresh, missed, symptom_of};
use super::{Draft, DraftError, Ground};
use crate::knowledge::schema::is_key_of_scenario;
use crate::knowledge::{Cause, Condition, Decide, Question, Remedy, Symptom};
use crate::rehearse::{self, Trial, ranking};

/// How common a cause may be, to begin with, of which some answers tell: where one takes too much from the others, the next
/// takes less; and where neither comes first, the last one may.
const COMMON: [&str; 3] = ["uncommon", "rare", "common"];
/// The same of one of which none do.
const SILENT: [&str; 3] = ["uncommon", "rare", "very-rare"];
/// So much likelier than the next one has a cause to be: one that leads by a hair leads by chance.
const LEAD: f64 = 1.2;
/// So many guesses are tried on the scenarios, the best first.
const MOST_TRIED: usize = 256;
/// So many of those that stand are played as a whole.
const MOST_PLAYED: usize = 3;

/// A cause of a symptom: a file with a guess at what tells of it, with the remedy that helps, and with two scenarios.
///
/// # Errors
/// A name is no id, is not known or is there already; the symptom decides by a table.
pub fn cause(cause: &str, symptom: &str, remedy: Option<&str>, ground: Ground<'_>) -> Result<Draft, DraftError> {
    let about = symptom_of(symptom, ground.knowledge)?;
    if about.decide == Decide::FirstMatch {
        return Err(DraftError::Table { symptom: symptom.to_owned() });
    }
    fresh("cause", cause, about.cause(cause).is_some())?;
    if let Some(remedy) = remedy {
        known("remedy", remedy, about.remedies.iter().map(|one| one.id.as_str()))?;
    }
    let remedy = remedy.or_else(|| usual_remedy(about));
    let (scenarios, _) = rehearse::read(ground.all, ground.knowledge);
    let search = Search { cause, about, trial: Trial::of(about, &scenarios, ground.knowledge), ground };
    for guess in search.guesses() {
        let draft = search.draft(&guess, remedy)?;
        if missed(&draft, ground, Some(symptom)).is_empty() {
            return Ok(draft);
        }
    }
    let mut draft = search.draft(&search.silent(), remedy)?;
    draft.notes.push(format!("no answers that are there tell of `{cause}` alone: `kb new question` adds some that do"));
    Ok(draft)
}

/// The remedy that helps against most of the causes, before one that waits for something.
fn usual_remedy(about: &Symptom) -> Option<&str> {
    let is_free = |remedy: &Remedy| {
        let waits = [&remedy.needs, &remedy.only_when, &remedy.unless].into_iter().any(|one| !one.is_empty());
        !waits && !remedy.destructive
    };
    // The first of those that are as good.
    let best = about.remedies.iter().rev().max_by_key(|remedy| (is_free(remedy), remedy.fixes.len()));
    best.map(|remedy| remedy.id.as_str())
}

/// What a new cause may begin with.
struct Guess {
    common: &'static str,
    tells: Answers,
    /// Answers that look like it, and the cause that they come to.
    unlike: Option<(Answers, String)>,
}

struct Search<'a> {
    cause: &'a str,
    about: &'a Symptom,
    trial: Trial<'a>,
    ground: Ground<'a>,
}

impl Search<'_> {
    fn number(&self, scale: &str, word: &str) -> Option<f64> {
        self.ground.knowledge.scales.get(scale)?.iter().find(|(one, _)| *one == word).map(|(_, number)| *number)
    }

    /// The symptom with the cause in it.
    fn with(&self, common: &str, tells: &Answers) -> Option<Symptom> {
        let (weight, often) = (self.number("common", common)?, self.number("given", "usually")?);
        let mut symptom = self.about.clone();
        let at = symptom.causes.iter().rposition(|other| other.weight >= weight).map_or(0, |at| at + 1);
        let (id, text, only_when) = (self.cause.to_owned(), symptom.heading.clone(), Condition::default());
        let new =
            Cause { id, title: String::new(), says: None, avoid: None, text, weight, stands_for: None, only_when };
        symptom.causes.insert(at, new);
        for question in &mut symptom.questions {
            let told = tells.get(&question.id);
            let answer = question.answers.iter_mut().find(|answer| Some(&answer.id) == told);
            if let Some(answer) = answer {
                answer.given.push((self.cause.to_owned(), often));
            }
        }
        Some(symptom)
    }

    /// Those that stand, the best first.
    fn guesses(&self) -> Vec<Guess> {
        for common in COMMON {
            let mut leading: Vec<(Answers, Symptom, f64)> = Vec::new();
            for tells in combinations(&told(self.about)) {
                let Some(symptom) = self.with(common, &tells) else { continue };
                let lead = self.lead(&symptom, &tells).filter(|(cause, lead)| cause == self.cause && *lead >= LEAD);
                leading.extend(lead.map(|(_, lead)| (tells, symptom, lead)));
            }
            // One answer before two, and of those the one that tells most.
            leading.sort_by(|(a, _, one), (b, _, two)| a.len().cmp(&b.len()).then(two.total_cmp(one)));
            let standing = leading.into_iter().take(MOST_TRIED).filter(|(_, symptom, _)| self.trial.holds(symptom));
            let guess = |(tells, symptom, _): (Answers, Symptom, f64)| {
                let unlike = self.unlike(&symptom, &tells);
                Guess { common, tells, unlike }
            };
            let mut guesses: Vec<Guess> = standing.take(MOST_PLAYED).map(guess).collect();
            // A scenario more is worth more than the lead.
            guesses.sort_by_key(|guess| guess.unlike.is_none());
            if !guesses.is_empty() {
                return guesses;
            }
        }
        Vec::new()
    }

    /// What is said of it where no answers tell of it: nothing that was found before is lost.
    fn silent(&self) -> Guess {
        let tells = Answers::new();
        let holds = |common: &&str| self.with(common, &tells).is_some_and(|symptom| self.trial.holds(&symptom));
        let common = SILENT.into_iter().find(holds).unwrap_or(SILENT[1]);
        Guess { common, tells, unlike: None }
    }

    /// The first cause after these answers, and how much likelier it is than the next.
    fn lead(&self, symptom: &Symptom, answers: &Answers) -> Option<(String, f64)> {
        let mut ranked = ranking(symptom, &self.ground.knowledge.numbers, answers).into_iter();
        let ((first, most), next) = (ranked.next()?, ranked.next());
        Some((first, most / next.map_or(0.0, |(_, next)| next)))
    }

    /// As like as can be, and another cause.
    fn unlike(&self, symptom: &Symptom, tells: &Answers) -> Option<(Answers, String)> {
        let mut best: Option<(Answers, String, f64)> = None;
        for (question, answer) in told(symptom) {
            let mut answers = tells.clone();
            if answers.insert(question.to_owned(), answer.to_owned()).is_none() {
                continue;
            }
            let Some((first, lead)) = self.lead(symptom, &answers) else { continue };
            let is_other = first != self.cause && symptom.cause(&first).is_some() && lead >= LEAD;
            if is_other && best.as_ref().is_none_or(|(.., most)| lead > *most) {
                best = Some((answers, first, lead));
            }
        }
        best.map(|(answers, is, _)| (answers, is))
    }

    fn draft(&self, guess: &Guess, remedy: Option<&str>) -> Result<Draft, DraftError> {
        let mut desk = Desk::new(self.ground);
        let mut file = CauseFile::begun(self.cause, &self.about.id, guess.common);
        file.of_common = "How common it is beside the others: very-common, common, uncommon, rare or very-rare.";
        file.of_tells = self.guide(guess);
        file.tells = guess.tells.clone();
        file.helped_by = remedy;
        file.like = Some(guess.tells.clone()).filter(|tells| !tells.is_empty());
        file.unlike.clone_from(&guess.unlike);
        file.of_scenarios = match (&file.like, &file.unlike) {
            (None, _) => "TODO: Two scenarios: `like` comes to this cause, `unlike` looks like it and `is` another.",
            (_, None) => "TODO: A scenario `unlike`, which looks like it and `is` another cause.",
            _ => "",
        };
        desk.add_cause(&file)?;
        Ok(desk.draft)
    }

    /// What the writer is told of the answers that are there.
    fn guide(&self, guess: &Guess) -> String {
        let mut out = if guess.tells.is_empty() {
            "TODO: What `tells` of it? None of these answers does so alone: `kb new question` adds some.\n"
        } else {
            "TODO: A guess: which answers do people with it usually give? There are\n"
        }
        .to_owned();
        for question in self.about.questions.iter().filter(|question| !question.noted) {
            let answers: Vec<&str> = question.answers.iter().map(|answer| answer.id.as_str()).collect();
            let _ = writeln!(out, "  {}: {}", question.id, answers.join(", "));
        }
        out
    }
}

/// A question and an answer to it.
type Told<'a> = (&'a str, &'a str);

/// The answers that may tell of a cause: of questions that are asked for what they say, and need nothing to be known.
fn told(symptom: &Symptom) -> Vec<Told<'_>> {
    let gates: BTreeSet<&str> =
        symptom.conditions().flat_map(|condition| &condition.0).map(|clause| clause.fact.as_str()).collect();
    let is_open = |question: &&Question| {
        !question.noted
            && !question.first
            && question.measured_by.is_none()
            && question.only_when.is_empty()
            && !gates.contains(question.id.as_str())
            && !is_key_of_scenario(&question.id)
    };
    let questions = symptom.questions.iter().filter(is_open);
    questions.flat_map(|one| one.answers.iter().map(move |answer| (one.id.as_str(), answer.id.as_str()))).collect()
}

/// Each answer alone, and any two of different questions.
fn combinations(told: &[Told<'_>]) -> Vec<Answers> {
    let owned = |(question, answer): &Told<'_>| (question.to_string(), answer.to_string());
    let alone = told.iter().map(|one| Answers::from([owned(one)]));
    let pairs = told.iter().enumerate().flat_map(|(at, one)| told[at + 1..].iter().map(move |two| (one, two)));
    let pairs = pairs.filter(|(one, two)| one.0 != two.0).map(|(one, two)| Answers::from([owned(one), owned(two)]));
    alone.chain(pairs).collect()
}
