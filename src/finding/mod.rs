//! The vocabulary that answers, probes and knowledge share: what a probe can say, and what it has said.
//!
//! The one idea: a probe never says "yes". It gives a ratio to chance for every explanation it tried
//! ([`Measure`]), together with the chance that so good a match is luck. It must not know how either is used.

mod oddity;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

pub use oddity::{Newest, Odd, Oddity};

/// Where a finding comes from. Each source contributes one factor; a newer finding of a source supersedes the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Codes compared with secrets.
    Codes,
    /// Clocks compared with clocks.
    Clock,
    /// What the service recorded or showed.
    Service,
    /// What the entries say of themselves.
    Entries,
    /// The clock of the service's web page, which need not be the one that codes are checked by.
    ServiceClock,
}

/// The probe that compares codes with secrets.
pub const CODE_MATCH: &str = "code-match";

/// What one probe found out.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The id of the probe, `code-match` say.
    pub probe: &'static str,
    /// The source it belongs to.
    pub source: Source,
    /// How many codes it compared; 0 where it compares none, or where that is not known.
    pub compared: usize,
    /// The result.
    pub reading: Reading,
}

impl Finding {
    /// Somebody was asked for a further code and had none, so that none is asked for again.
    pub fn no_further_code() -> Self {
        let reading = Reading::Unavailable("no further code was given".to_owned());
        Self { probe: CODE_MATCH, source: Source::Codes, compared: 0, reading }
    }
}

/// The result of a probe.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A likelihood for each explanation tried, in the order of the probe's list; one not listed has ratio 1.
    Measured(Vec<Measure>),
    /// It could not run, and why, in words for a person.
    Unavailable(String),
}

/// How well one explanation fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// The explanation, with the id of the cause it measures.
    pub explanation: &'static str,
    /// The second fault, if the explanation needs two at once.
    pub with: Option<&'static str>,
    /// Likelihood of the observations under this explanation, over their likelihood by chance. At least 0.
    pub ratio: f64,
    /// The expected number of matches as good as this one among everything tried under this explanation, by luck alone.
    pub chance: f64,
    /// How many of the codes it matches.
    pub codes: usize,
    /// How many candidates were compared under this explanation.
    pub tried: u64,
    /// Whether the observations can prove it. False for "which secret" explanations while the service's secret is unknown.
    pub provable: bool,
    /// What it says beyond its name.
    pub detail: Detail,
}

/// Facts that an explanation adds: `offset_seconds`, `kind`, … The keys are the placeholders that knowledge may use.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Detail(pub BTreeMap<&'static str, Fact>);

/// One fact of a [`Detail`].
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A whole number: seconds, steps, a count.
    Number(i64),
    /// A number with a fraction: seconds that were measured, or by how many those may be off.
    Decimal(f64),
    /// Both ends, inclusive.
    Range(i64, i64),
    /// A word of a closed list, or a foreign text that must be shown escaped.
    Text(String),
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Range(from, to) => [from, to].serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl Detail {
    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, key: &'static str, fact: Fact) -> Self {
        self.0.insert(key, fact);
        self
    }

    /// Whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fact under `key`.
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.0.get(key)
    }
}

/// What the probes can say: the words that knowledge is checked against.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Every probe, sorted by id.
    pub probes: Vec<ProbeWords>,
    /// There may be others: what is said of a probe is taken as it is said.
    pub is_open: bool,
}

/// The words of one probe.
#[derive(Debug, Clone, Copy)]
pub struct ProbeWords {
    /// The id of the probe.
    pub id: &'static str,
    /// The explanations it measures, sorted by id.
    pub explanations: &'static [ExplanationWords],
    /// Whether it needs a secret at hand.
    pub needs_secret: bool,
    /// The most that it can say.
    pub most: Most,
}

/// The most that a probe can say of an explanation: what is read of it elsewhere is cut to that.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// The greatest ratio without a code.
    pub ratio: f64,
    /// By how much each code that is compared can raise it, and each that matches lower the chance.
    pub per_code: f64,
    /// The least chance without a code that matches.
    pub chance: f64,
    /// Whether it can prove anything.
    pub provable: bool,
}

impl Most {
    /// A measure as the probe could have made it at most, over so many codes.
    #[must_use]
    pub fn cut(self, measure: Measure, compared: usize) -> Measure {
        let codes = measure.codes.min(compared);
        // The form of a code speaks for an explanation that matches none.
        let say = |codes: usize| self.per_code.powi(i32::try_from(codes).unwrap_or(i32::MAX));
        Measure {
            ratio: measure.ratio.min(self.ratio * say(compared)),
            chance: measure.chance.max(self.chance / say(codes)),
            codes,
            provable: measure.provable && self.provable,
            ..measure
        }
    }
}

/// The words of one explanation.
#[derive(Debug, Clone, Copy)]
pub struct ExplanationWords {
    /// The id, also of the cause it measures.
    pub id: &'static str,
    /// The facts it provides, usable as `{placeholder}` in a cause's `says`.
    pub provides: &'static [&'static str],
    /// Second faults it is also tried together with.
    pub pairs: &'static [&'static str],
}

impl Vocabulary {
    /// One that knows no probe and takes whatever is said of one, where somebody else checks what is said.
    pub fn open() -> Self {
        Self { probes: Vec::new(), is_open: true }
    }

    /// The facts that probes provide with the explanation, sorted, each once.
    pub fn provides(&self, explanation: &str) -> Vec<&'static str> {
        let of = self.probes.iter().flat_map(|probe| probe.explanations).filter(|words| words.id == explanation);
        let mut facts: Vec<&str> = of.flat_map(|words| words.provides.iter().copied()).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }
}
