use super::{Next, Step};
use crate::finding::Finding;
use crate::verdict::{Conclusion, Verdict};

/// What a case comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The case's id.
    pub id: Option<String>,
    /// The symptom it was weighed under.
    pub symptom: String,
    /// What the probes found.
    pub findings: Vec<Finding>,
    /// What it amounts to; `None` for a symptom that decides by a table, where nothing is weighed.
    pub verdict: Option<Verdict>,
    /// How many codes were refused, where they look like guessing: such a case gets no diagnosis.
    pub guesses: Option<usize>,
    /// What to do.
    pub step: Step,
    /// What the diagnosis could not use.
    pub notes: Vec<Note>,
}

impl Diagnosis {
    /// Whether nothing is settled: no cause is likely, or a table waits for an answer.
    pub fn is_open(&self) -> bool {
        match &self.verdict {
            Some(verdict) => verdict.conclusion == Conclusion::Undetermined,
            None => matches!(self.step.next, Next::Ask(_)),
        }
    }
}

/// What a person should know besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A probe could not run.
    Unavailable {
        /// Its id.
        probe: &'static str,
        /// Why.
        reason: String,
    },
    /// So many answers are to no question of the symptom, or none of its answers.
    UnusedAnswers(usize),
    /// The service took every code of the case.
    AllAccepted,
}
