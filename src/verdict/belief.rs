//! Belief in every cause and in every two, and the evidence behind the first.
//!
//! The one idea: a hypothesis is a weight, times what was told of it, times what was measured of it; all are compared with
//! all. It must not decide what is sure enough (`conclude`).

use super::answers::likelihood_of_pair;
use super::conclude::conclude;
use super::{
    Conclusion, Evidence, EvidenceSource, Evidences, Ranked, UNKNOWN, UNSURE, Verdict, likelihood, possible, prior,
};
use crate::finding::{Detail, Finding, Measure, Reading, Source};
use crate::knowledge::{Numbers, Remedy, Symptom};

/// The order in which sources are folded.
const SOURCES: [Source; 5] = [Source::Codes, Source::Clock, Source::Service, Source::Entries, Source::ServiceClock];

/// Belief is cut here, so that the sum over all hypotheses stays a number whatever a transcript says.
const MOST: f64 = 1e300;

/// A hypothesis: one cause, or two at once.
pub(super) struct Hypothesis<'a> {
    pub(super) cause: &'a str,
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
    let hypotheses = hypotheses(symptom, numbers, evidences, &findings);
    let total: f64 = hypotheses.iter().map(Hypothesis::belief).sum();
    let ranked = hypotheses.iter().map(|hypothesis| (hypothesis.ranked(total), hypothesis));
    let mut ranked: Vec<(Ranked, &Hypothesis<'_>)> = ranked.collect();
    // Stable: causes that are equally probable stay in the order of the knowledge.
    ranked.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability));
    let first = ranked[0].1;
    let evidence = evidence(symptom, evidences, first, &hypotheses);
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
    let possible: Vec<_> = possible(symptom, evidences.answers).collect();
    let mut hypotheses: Vec<Hypothesis<'a>> = possible
        .iter()
        .map(|cause| Hypothesis {
            cause: &cause.id,
            with: None,
            family: cause.stands_for.as_deref(),
            weight: prior(symptom, cause),
            measures: measures(&cause.id, None),
            told: told(symptom, evidences, &cause.id, None),
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
    for main in possible.iter().filter(|main| pairs.iter().any(|(first, _)| *first == main.id)) {
        for other in &possible {
            if pairs.contains(&(&main.id, &other.id)) {
                let measures = measures(&main.id, Some(&other.id));
                hypotheses.push(Hypothesis {
                    cause: &main.id,
                    with: Some(&other.id),
                    family: None,
                    weight: prior(symptom, main) * prior(symptom, other) / sum,
                    measures,
                    told: told(symptom, evidences, &main.id, Some(&other.id)),
                });
            }
        }
    }
    hypotheses.push(Hypothesis {
        cause: UNKNOWN,
        with: None,
        family: None,
        weight: numbers.unknown,
        measures: Vec::new(),
        told: told(symptom, evidences, UNKNOWN, None),
    });
    hypotheses
}

/// What the answers and the tried remedies say of a hypothesis, folded in the order of the knowledge.
fn told(symptom: &Symptom, evidences: Evidences<'_>, cause: &str, with: Option<&str>) -> f64 {
    let answered = symptom.questions.iter().filter_map(|question| {
        let answer = evidences.answers.get(&question.id).filter(|answer| *answer != UNSURE)?;
        Some(match with {
            Some(with) => likelihood_of_pair(symptom, question, answer, [cause, with]),
            None => likelihood(symptom, question, answer, cause),
        })
    });
    let is_any = !evidences.helped.is_empty() || !evidences.failed.is_empty();
    let remedies = symptom.remedies.iter().filter(|_| is_any);
    answered.chain(remedies.filter_map(|remedy| tried(remedy, evidences, cause, with))).product()
}

/// What came of a remedy says of a hypothesis; `None` for one that was not tried. Of two faults at once both have to be
/// mended, so that one that mends a half is expected to fail.
fn tried(remedy: &Remedy, evidences: Evidences<'_>, cause: &str, with: Option<&str>) -> Option<f64> {
    let works = || remedy.works_for(cause) * with.map_or(1.0, |with| remedy.works_for(with));
    if evidences.helped.contains(&remedy.id) {
        let works = works();
        Some(works + (1.0 - works) * HELPED_ANYWAY)
    } else {
        evidences.failed.contains(&remedy.id).then(|| 1.0 - works())
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

fn evidence(
    symptom: &Symptom,
    evidences: Evidences<'_>,
    first: &Hypothesis<'_>,
    all: &[Hypothesis<'_>],
) -> Vec<Evidence> {
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
    let against_average = |of: &dyn Fn(&str) -> f64| {
        let average = all.iter().map(|hypothesis| hypothesis.weight * of(hypothesis.cause)).sum::<f64>() / weights;
        // Where every cause is excluded, none more than another.
        if average > 0.0 { of(first.cause) / average } else { 1.0 }
    };
    for question in &symptom.questions {
        if let Some(answer) = evidences.answers.get(&question.id).filter(|answer| *answer != UNSURE) {
            let ratio = against_average(&|cause| likelihood(symptom, question, answer, cause));
            let piece = blank(EvidenceSource::Answer, &question.id, ratio);
            evidence.push(Evidence { value: Some(answer.clone()), ..piece });
        }
    }
    for remedy in &symptom.remedies {
        let ratio = against_average(&|cause| tried(remedy, evidences, cause, None).unwrap_or(1.0));
        if evidences.helped.contains(&remedy.id) {
            evidence.push(blank(EvidenceSource::Helped, &remedy.id, ratio));
        } else if evidences.failed.contains(&remedy.id) {
            evidence.push(blank(EvidenceSource::Remedy, &remedy.id, ratio));
        }
    }
    evidence
}
