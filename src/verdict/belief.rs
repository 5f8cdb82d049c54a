//! Belief in every cause and in every two, and the evidence behind the first.
//!
//! The one idea: a hypothesis is a weight, times what was told of it, times what was measured of it; all are compared with
//! all. It must not decide what is sure enough (`conclude`).

use super::answers::likelihood_of_pair;
use super::conclude::conclude;
use super::{
    Conclusion, Evidence, EvidenceSource, Evidences, Ranked, UNKNOWN, UNSURE, Verdict, causes, is_possible,
    likelihoods_of_all, prior,
};
use crate::finding::{Detail, Finding, Measure, Reading, Source};
use crate::knowledge::{Numbers, Question, Remedy, Symptom};

/// The order in which sources are folded.
const SOURCES: [Source; 5] = [Source::Codes, Source::Clock, Source::Service, Source::Entries, Source::ServiceClock];

/// Belief is cut here, so that the sum over all hypotheses stays a number whatever a transcript says.
const MOST: f64 = 1e300;

/// A hypothesis: one cause, or two at once.
pub(super) struct Hypothesis<'a> {
    pub(super) cause: &'a str,
    /// The place of the cause in the symptom; `unknown` has the last.
    place: usize,
    pub(super) with: Option<&'a str>,
    pub(super) family: Option<&'a str>,
    weight: f64,
    measures: Vec<(Source, &'static str, &'a Measure)>,
    /// Product of what answers and tried remedies say.
    told: f64,
}

/// That somebody is helped by what does not mend their fault: it went away by itself, or they did something else as well.
const HELPED_ANYWAY: f64 = 0.02;

/// Weighs everything. The order of findings of different sources, of answers and of failed remedies does not matter.
pub fn weigh(symptom: &Symptom, numbers: &Numbers, evidences: Evidences<'_>) -> Verdict {
    // A probe that could not run says nothing, and takes nothing back that was found before.
    let says = |finding: &&Finding| matches!(finding.reading, Reading::Measured(_));
    let latest =
        |source: Source| evidences.findings.iter().rev().filter(says).find(move |finding| finding.source == source);
    let findings: Vec<&Finding> = SOURCES.into_iter().filter_map(latest).collect();
    let told = told(symptom, evidences);
    let hypotheses = hypotheses(symptom, numbers, evidences, &findings, &told);
    let total: f64 = hypotheses.iter().map(Hypothesis::belief).sum();
    let ranked = hypotheses.iter().map(|hypothesis| (hypothesis.ranked(total), hypothesis));
    let mut ranked: Vec<(Ranked, &Hypothesis<'_>)> = ranked.collect();
    // Stable: causes that are equally probable stay in the order of the knowledge.
    ranked.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability));
    let first = ranked[0].1;
    let evidence = evidence(&told, first, &hypotheses);
    let causes: Vec<Ranked> = ranked.into_iter().map(|(ranked, _)| ranked).collect();
    let mut verdict =
        Verdict { conclusion: Conclusion::Undetermined, chance: causes[0].chance, causes, evidence, family: None };
    conclude(&mut verdict, first, &hypotheses);
    verdict
}

fn hypotheses<'a>(
    symptom: &'a Symptom,
    numbers: &Numbers,
    evidences: Evidences<'a>,
    findings: &[&'a Finding],
    told: &[Told<'a>],
) -> Vec<Hypothesis<'a>> {
    let measures = |cause: &str, with: Option<&str>| {
        let of = |finding: &&'a Finding| match &finding.reading {
            Reading::Measured(measures) => {
                let found = measures.iter().find(|measure| measure.explanation == cause && measure.with == with)?;
                Some((finding.source, finding.probe, found))
            }
            Reading::Unavailable(_) => None,
        };
        findings.iter().filter_map(of).collect::<Vec<_>>()
    };
    let possible: Vec<_> =
        symptom.causes.iter().enumerate().filter(|(_, cause)| is_possible(symptom, cause, evidences.answers)).collect();
    let alone = |place: usize| told.iter().map(|told| told.of[place]).product();
    let mut hypotheses: Vec<Hypothesis<'a>> = possible
        .iter()
        .map(|(place, cause)| Hypothesis {
            cause: &cause.id,
            place: *place,
            with: None,
            family: cause.stands_for.as_deref(),
            weight: prior(symptom, cause),
            measures: measures(&cause.id, None),
            told: alone(*place),
        })
        .collect();
    let sum: f64 = hypotheses.iter().map(|hypothesis| hypothesis.weight).sum::<f64>() + numbers.unknown;
    // Two faults at once are as common as two independent ones. Few of all pairs are measured.
    let readings = findings.iter().filter_map(|finding| match &finding.reading {
        Reading::Measured(measures) => Some(measures),
        Reading::Unavailable(_) => None,
    });
    let pairs: Vec<(&str, &str)> =
        readings.flatten().filter_map(|measure| Some((measure.explanation, measure.with?))).collect();
    for (place, main) in possible.iter().filter(|(_, main)| pairs.iter().any(|(first, _)| *first == main.id)) {
        for (_, other) in &possible {
            if pairs.contains(&(&main.id, &other.id)) {
                let pair = [main.id.as_str(), &other.id];
                hypotheses.push(Hypothesis {
                    cause: &main.id,
                    place: *place,
                    with: Some(&other.id),
                    family: None,
                    weight: prior(symptom, main) * prior(symptom, other) / sum,
                    measures: measures(&main.id, Some(&other.id)),
                    told: told.iter().map(|told| told.by.of_pair(symptom, pair)).product(),
                });
            }
        }
    }
    hypotheses.push(Hypothesis {
        cause: UNKNOWN,
        place: symptom.causes.len(),
        with: None,
        family: None,
        weight: numbers.unknown,
        measures: Vec::new(),
        told: alone(symptom.causes.len()),
    });
    hypotheses
}

/// Something that somebody told, and what it says of each cause by itself, in the order of the symptom and last of
/// `unknown`.
struct Told<'a> {
    by: By<'a>,
    of: Vec<f64>,
}

/// What was told.
enum By<'a> {
    /// An answer to a question.
    Answer(&'a Question, &'a str),
    /// A remedy did not help.
    Failed(&'a Remedy),
    /// A remedy did.
    Helped(&'a Remedy),
}

/// The answers and the tried remedies, in the order of the knowledge.
fn told<'a>(symptom: &'a Symptom, evidences: Evidences<'a>) -> Vec<Told<'a>> {
    let answered = symptom.questions.iter().filter_map(|question| {
        let answer = evidences.answers.get(&question.id).filter(|answer| *answer != UNSURE)?;
        let given = question.answers.iter().position(|one| one.id == *answer);
        let all = likelihoods_of_all(symptom, question);
        let of = match given {
            Some(given) => all.into_iter().skip(given).step_by(question.answers.len()).collect(),
            None => vec![1.0; symptom.causes.len() + 1],
        };
        Some(Told { by: By::Answer(question, answer), of })
    });
    let tried = symptom.remedies.iter().filter_map(|remedy| {
        let by = if evidences.helped.contains(&remedy.id) {
            By::Helped(remedy)
        } else if evidences.failed.contains(&remedy.id) {
            By::Failed(remedy)
        } else {
            return None;
        };
        let of = causes(symptom).map(|cause| by.tried(remedy.works_for(cause))).collect();
        Some(Told { by, of })
    });
    answered.chain(tried).collect()
}

impl By<'_> {
    /// What it says of two faults at once.
    fn of_pair(&self, symptom: &Symptom, pair: [&str; 2]) -> f64 {
        match self {
            Self::Answer(question, answer) => likelihood_of_pair(symptom, question, answer, pair),
            // Both have to be mended, so that a remedy that mends a half is expected to fail.
            Self::Failed(remedy) | Self::Helped(remedy) => {
                self.tried(pair.map(|cause| remedy.works_for(cause)).into_iter().product())
            }
        }
    }

    /// What came of a remedy says where it works so often.
    fn tried(&self, works: f64) -> f64 {
        if matches!(self, Self::Helped(_)) { works + (1.0 - works) * HELPED_ANYWAY } else { 1.0 - works }
    }
}

impl Hypothesis<'_> {
    fn belief(&self) -> f64 {
        let told = (self.weight * self.told).min(MOST);
        self.measures.iter().fold(told, |belief, (_, _, measure)| (belief * measure.ratio).min(MOST))
    }

    /// All that speaks for it but its weight.
    pub(super) fn spoken_for(&self) -> f64 {
        self.measures.iter().fold(self.told, |all, (_, _, measure)| (all * measure.ratio).min(MOST))
    }

    /// Whether a cause is at work in it, alone or beside another.
    pub(super) fn has(&self, cause: &str) -> bool {
        self.cause == cause || self.with == Some(cause)
    }

    /// Its part of the whole belief. Where everything is excluded, what is left is that nothing known explains it.
    fn share(&self, total: f64) -> f64 {
        if total > 0.0 { self.belief() / total } else { f64::from(u8::from(self.cause == UNKNOWN)) }
    }

    fn ranked(&self, total: f64) -> Ranked {
        // Of several sources the one that matched codes speaks for the cause in detail.
        let main = self.measures.iter().map(|(_, _, measure)| *measure).max_by_key(|measure| measure.codes);
        // What the entries prove stays proven, whatever a code adds to it.
        let proven = self
            .measures
            .iter()
            .filter(|(source, _, measure)| *source == Source::Entries && measure.provable && measure.ratio > 1.0);
        let proven = proven.map(|(_, _, measure)| measure.chance).min_by(f64::total_cmp);
        Ranked {
            cause: self.cause.to_owned(),
            with: self.with.iter().map(|with| (*with).to_owned()).collect(),
            probability: self.share(total),
            detail: main.map_or_else(Detail::default, |measure| measure.detail.clone()),
            family: self.family.map(str::to_owned),
            chance: main.map_or(1.0, |measure| proven.map_or(measure.chance, |chance| chance.min(measure.chance))),
            codes: main.map_or(0, |measure| measure.codes),
            provable: proven.is_some() || main.is_some_and(|measure| measure.provable),
        }
    }
}

fn evidence(told: &[Told<'_>], first: &Hypothesis<'_>, all: &[Hypothesis<'_>]) -> Vec<Evidence> {
    let blank = |source, id: &str, ratio| Evidence {
        source,
        id: id.to_owned(),
        value: None,
        ratio,
        cause: first.cause.to_owned(),
        tried: 0,
        codes: 0,
    };
    let mut evidence: Vec<Evidence> = Vec::new();
    for (source, probe, measure) in &first.measures {
        let piece = blank(EvidenceSource::Probe(*source), probe, measure.ratio);
        evidence.push(Evidence { tried: measure.tried, codes: measure.codes, ..piece });
    }
    let weights: f64 = all.iter().map(|hypothesis| hypothesis.weight).sum();
    for Told { by, of } in told {
        let average = all.iter().map(|hypothesis| hypothesis.weight * of[hypothesis.place]).sum::<f64>() / weights;
        // Where every cause is excluded, none more than another.
        let ratio = if average > 0.0 { of[first.place] / average } else { 1.0 };
        evidence.push(match by {
            By::Answer(question, answer) => {
                let piece = blank(EvidenceSource::Answer, &question.id, ratio);
                Evidence { value: Some((*answer).to_owned()), ..piece }
            }
            By::Failed(remedy) => blank(EvidenceSource::Remedy, &remedy.id, ratio),
            By::Helped(remedy) => blank(EvidenceSource::Helped, &remedy.id, ratio),
        });
    }
    evidence
}
