//! Weighs findings and answers against the causes of a symptom.
//!
//! The one idea: belief in a cause is its weight, times one factor for each source of findings, times one for each
//! answer, times one for each remedy that was tried. Everything a rank rests on is kept as [`Evidence`]. It must not
//! know where a finding comes from, nor what to do about a cause. Derivation: `docs/inference.md`.

mod answers;
mod belief;
mod conclude;

use std::collections::BTreeMap;

use crate::finding::{Detail, Finding, Source};
use crate::knowledge::{Cause, Holds, Symptom};

pub use answers::{UNSURE, causes, likelihood, likelihoods, likelihoods_of_all, prior, truths, truths_of_pair};
pub use belief::weigh;

/// The id of "nothing known explains this".
pub const UNKNOWN: &str = "unknown";
/// A cause is confirmed from this probability on, if luck is excluded too.
pub const CONFIRMED: f64 = 0.999;
/// Luck is excluded up to this chance.
pub const LUCK: f64 = 1e-4;
/// A cause is confirmed if everything but the weights speaks so many times as much for it as for every rival.
pub const MARGIN: f64 = 100.0;
/// A cause is likely from this probability on.
pub const LIKELY: f64 = 0.5;

/// What a verdict is formed from. Everything but the symptom may be empty.
#[derive(Debug, Clone, Copy)]
pub struct Evidences<'a> {
    /// The findings so far; of two of one source the later counts.
    pub findings: &'a [Finding],
    /// Answers by question; those to unknown questions are passed over.
    pub answers: &'a BTreeMap<String, String>,
    /// Remedies that did not help.
    pub failed: &'a [String],
    /// Remedies that did.
    pub helped: &'a [String],
}

/// The ranked causes, and what the rank rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How sure it is of the first cause.
    pub conclusion: Conclusion,
    /// Every cause that is not out of the question, `unknown` among them, most probable first.
    pub causes: Vec<Ranked>,
    /// What spoke for the first cause, in the order of the sources.
    pub evidence: Vec<Evidence>,
    /// The chance that the match behind the first cause is luck; 1 where nothing was matched.
    pub chance: f64,
    /// The family that the first cause is confirmed as, where its members cannot be told apart.
    pub family: Option<String>,
}

/// How sure a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Below a half.
    Undetermined,
    /// A half at least.
    Likely,
    /// 0.999 at least, a match that luck does not explain, evidence that can prove it, and that speaks [`MARGIN`] times as
    /// much for it as for any rival.
    Confirmed,
}

impl Conclusion {
    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Undetermined => "undetermined",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A cause with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The cause, `unknown` included.
    pub cause: String,
    /// Further causes at work at the same time.
    pub with: Vec<String>,
    /// 0 to 1, over all causes 1.
    pub probability: f64,
    /// What the finding says beyond the name.
    pub detail: Detail,
    /// The family of the cause.
    pub family: Option<String>,
    /// The chance that what speaks for it is luck; 1 where nothing was measured.
    pub chance: f64,
    /// How many codes it explains.
    pub codes: usize,
    /// Whether the observations could prove it.
    pub provable: bool,
}

/// Something that spoke for the first cause, or against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where it comes from.
    pub source: EvidenceSource,
    /// The probe, the question or the remedy.
    pub id: String,
    /// The answer given, where it was a question.
    pub value: Option<String>,
    /// How much likelier it is under the first cause than by chance (for a probe), or than under the other causes on
    /// average (for an answer or a remedy that was tried).
    pub ratio: f64,
    /// The cause it is weighed for.
    pub cause: String,
    /// How many candidates the probe compared.
    pub tried: u64,
    /// How many codes it matched.
    pub codes: usize,
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceSource {
    /// A probe.
    Probe(Source),
    /// A person's answer.
    Answer,
    /// A remedy that did not help.
    Remedy,
    /// A remedy that did.
    Helped,
}

impl Verdict {
    /// The most probable cause. A verdict always has one: `unknown` at least.
    pub fn first(&self) -> &Ranked {
        &self.causes[0]
    }

    /// The next one.
    pub fn runner_up(&self) -> Option<&Ranked> {
        self.causes.get(1)
    }

    /// The probability that the first cause is at work: of its family where that is what is concluded; with or without
    /// a further cause beside it, unless the further one is named.
    pub fn probability(&self) -> f64 {
        let first = self.first();
        match &self.family {
            Some(family) => {
                self.causes.iter().filter(|one| one.family.as_ref() == Some(family)).map(|one| one.probability).sum()
            }
            None if first.with.is_empty() => self.of(&first.cause),
            None => first.probability,
        }
    }

    /// The probability of one cause, alone or together with others.
    pub fn of(&self, cause: &str) -> f64 {
        self.causes.iter().filter(|ranked| ranked.cause == cause).map(|ranked| ranked.probability).sum()
    }

    /// The same of each of several, in their order.
    pub(crate) fn of_each<'c>(&self, causes: impl Iterator<Item = &'c str>) -> Vec<f64> {
        let mut places: Vec<(&str, usize)> = causes.zip(0..).collect();
        places.sort_unstable();
        let mut of = vec![0.0; places.len()];
        for ranked in &self.causes {
            if let Ok(at) = places.binary_search_by_key(&ranked.cause.as_str(), |(cause, _)| cause) {
                of[places[at].1] += ranked.probability;
            }
        }
        of
    }
}

/// Whether the facts leave a cause possible. What people answer is weighed and rules nothing out; what is known of an app
/// and of a service does, since it does not err.
pub(crate) fn is_possible(symptom: &Symptom, cause: &Cause, known: &BTreeMap<String, String>) -> bool {
    let fact = |fact: &str| symptom.question(fact).is_none().then(|| known.get(fact).map(String::as_str)).flatten();
    cause.only_when.holds(fact) != Holds::No
}
