use fastrand::Rng;

use super::accuracy::{Accuracy, Truth};
use super::answers::Answering;
use super::likeness::{ALIKE, Likeness, Plays};
use super::priors::{drawn, one_notch_off, priors, weights_by};
use crate::case::Case;
use crate::engine::{EngineError, USUAL_SYMPTOM, diagnose};
use crate::knowledge::{Knowledge, Symptom};
use crate::lab::{ANSWERS_ONLY, Bench, Fault, Level, Recipe};
use crate::verdict::{Conclusion, UNKNOWN, UNSURE, Verdict};

/// What is measured, and on whom.
#[derive(Debug, Clone, Copy)]
pub struct Study {
    /// What a case holds and tells.
    pub recipe: Recipe,
    /// How many cases.
    pub cases: usize,
    /// The same seed measures the same cases.
    pub seed: u64,
    /// Whose cases they are.
    pub people: People,
    /// Whether they are of the world and not of the tidy laboratory.
    pub world: bool,
    /// How often they err in their answers, as a multiple of what the knowledge says; 1 as it says.
    pub errs: f64,
}

/// Whose cases are measured.
#[derive(Debug, Clone, Copy)]
pub enum People {
    /// Their faults are as common as the knowledge says.
    AsKnown,
    /// Their faults are one notch more or less common than the knowledge says, each by chance.
    OneNotchOff,
    /// They all have one fault.
    With(Fault),
    /// They have none: the codes are invented. What is found in them is found in noise.
    RandomCodes,
}

/// How many of the questions somebody in the world has answered beside the codes, and how often it was *I am not sure*:
/// judgements, as a report answers about a third of what one would ask.
const ANSWERED: f64 = 0.35;
const NOT_SURE: f64 = 0.15;
/// Plays by weight for every case, from which it is known which cases are identifiable.
const PLAYS: usize = 5;

/// Cases that are made with one seed. Whoever runs the parts, on however many threads, gets the same.
const PART: usize = 50;

impl Study {
    /// A study of people as the knowledge has them.
    pub fn new(recipe: Recipe, cases: usize, seed: u64) -> Self {
        Self { recipe, cases, seed, people: People::AsKnown, world: false, errs: 1.0 }
    }

    /// The number of parts; they can be measured in any order and are added in theirs.
    pub fn parts(&self) -> usize {
        self.cases.div_ceil(PART)
    }

    /// What has to be played first, so that it is known which cases of the world are identifiable; `None` in the tidy
    /// laboratory, which knows it of each.
    pub fn plays(&self, knowledge: &Knowledge) -> Option<Plays> {
        let wanted = self.world && self.recipe.level != Level::L0;
        wanted.then(|| Plays::new(knowledge, self.recipe, PLAYS * self.cases, !self.seed))
    }

    /// The bench at which the cases of the study are made.
    fn bench(&self, seed: u64) -> Bench {
        let bench = Bench::new(seed, self.recipe);
        if self.world { bench.in_the_world() } else { bench }
    }

    /// Diagnoses the cases of one part, from 0, and counts. `likeness` is what came of [`Study::plays`].
    ///
    /// # Errors
    /// The knowledge lacks the symptom *my code is invalid*.
    pub fn part(
        &self,
        knowledge: &Knowledge,
        likeness: Option<&Likeness>,
        part: usize,
    ) -> Result<Accuracy, EngineError> {
        let Some(symptom) = knowledge.symptoms.get(USUAL_SYMPTOM) else {
            let nearest = knowledge.nearest_symptom(USUAL_SYMPTOM).map(str::to_owned);
            return Err(EngineError::NoSymptom { nearest });
        };
        let mut seeds = Rng::with_seed(self.seed);
        let off = seeds.u64(..);
        let mut seeds = Rng::with_seed(seeds.u64(..).wrapping_add(part as u64));
        let priors = match self.people {
            People::OneNotchOff => one_notch_off(&priors(knowledge), off),
            _ => priors(knowledge),
        };
        let mut bench = self.bench(seeds.u64(..));
        let mut draw = Rng::with_seed(seeds.u64(..));
        let mut answering = Answering::new(symptom, seeds.u64(..), seeds.u64(..)).erring(self.errs);
        let weights = weights_by(&priors);
        let mut accuracy = Accuracy::default();
        for _ in part * PART..self.cases.min((part + 1) * PART) {
            let fault = match self.people {
                People::With(fault) => Some(fault),
                People::RandomCodes => Some(Fault::RANDOM_CODES),
                _ if self.recipe.level == Level::L0 => None,
                _ => drawn(&mut draw, &weights).copied(),
            };
            let (mut case, truth) = if let Some(fault) = fault {
                let specimen = bench.make(fault);
                let causes = [Some(specimen.cause), specimen.with].into_iter().flatten().map(str::to_owned);
                let alike = |likeness: &Likeness| (!likeness.identifies(&specimen)).then_some(ALIKE);
                let hidden = likeness.map_or(specimen.hidden, alike);
                (specimen.case, Truth { causes: causes.collect(), hidden })
            } else {
                // Answers can speak of causes that no code shows.
                let cause = drawn(&mut draw, &priors).map_or(UNKNOWN, |id| id).to_owned();
                (Case::default(), Truth { causes: vec![cause], hidden: Some(ANSWERS_ONLY) })
            };
            if self.recipe.level == Level::L0 {
                answer(&mut case, &mut answering, symptom, &truth.causes);
            } else if self.world {
                answer_some(&mut case, &mut answering, symptom, &truth.causes);
            }
            let Some(verdict) = diagnose(&case, knowledge)?.verdict else { continue };
            // In the world codes come with controls between them, and are not counted off.
            let counted = truth.hidden.is_none() && !self.world;
            let needed = if counted { self.codes_needed(&case, &truth, &verdict, knowledge)? } else { None };
            accuracy.count(&truth, &verdict, needed);
        }
        Ok(accuracy)
    }

    /// How many of the codes confirm the true cause; `None` if all of them together do not.
    fn codes_needed(
        &self,
        case: &Case,
        truth: &Truth,
        verdict: &Verdict,
        knowledge: &Knowledge,
    ) -> Result<Option<usize>, EngineError> {
        let proves = |verdict: &Verdict| verdict.conclusion == Conclusion::Confirmed && truth.is_named(verdict);
        for codes in 1..self.recipe.codes {
            let mut fewer = case.clone();
            fewer.attempts.truncate((case.attempts.len() + codes).saturating_sub(self.recipe.codes));
            if diagnose(&fewer, knowledge)?.verdict.as_ref().is_some_and(proves) {
                return Ok(Some(codes));
            }
        }
        Ok(proves(verdict).then_some(self.recipe.codes))
    }
}

/// Lets somebody with these causes answer every question of the symptom.
fn answer(case: &mut Case, answering: &mut Answering<'_>, symptom: &Symptom, causes: &[String]) {
    let facts = answering.facts(causes);
    for question in &symptom.questions {
        case.answers.insert(question.id.clone(), answering.said(&facts, &question.id));
    }
}

/// Lets them answer some of the questions, and be unsure of some of those.
fn answer_some(case: &mut Case, answering: &mut Answering<'_>, symptom: &Symptom, causes: &[String]) {
    let facts = answering.facts(causes);
    for question in symptom.questions.iter().filter(|question| facts.contains_key(&question.id)) {
        if answering.luck.f64() >= ANSWERED {
            continue;
        }
        let unsure = answering.luck.f64() < NOT_SURE;
        let said = answering.said(&facts, &question.id);
        case.answers.insert(question.id.clone(), if unsure { UNSURE.to_owned() } else { said });
    }
}

/// The case with some of the questions answered, as people in the world do beside codes; the fault is what is true of them.
pub fn answered(mut case: Case, fault: Fault, knowledge: &Knowledge, seed: u64) -> Case {
    let symptom = knowledge.symptoms.get(USUAL_SYMPTOM);
    let causes: Vec<String> = [Some(fault.cause), fault.with].into_iter().flatten().map(str::to_owned).collect();
    if let Some(symptom) = symptom {
        answer_some(&mut case, &mut Answering::new(symptom, seed, !seed), symptom, &causes);
    }
    case
}

/// Diagnoses the cases of a study, one after the other, and counts.
///
/// # Errors
/// The knowledge lacks the symptom *my code is invalid*.
pub fn measure(knowledge: &Knowledge, study: &Study) -> Result<Accuracy, EngineError> {
    let likeness: Option<Likeness> =
        study.plays(knowledge).map(|plays| (0..plays.parts()).map(|part| plays.part(part)).collect());
    let mut accuracy = Accuracy::default();
    for part in 0..study.parts() {
        accuracy.add(&study.part(knowledge, likeness.as_ref(), part)?);
    }
    Ok(accuracy)
}
