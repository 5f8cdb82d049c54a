//! Guided scripts for agents.
//!
//! The one idea: a script has words and an order of its own; whatever else it names is its symptom's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Condition, Symptom};

/// A conversation for agents over one symptom: the words and their order; ids, weights and answers are the symptom's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Its id.
    pub id: String,
    /// The symptom it is about.
    pub symptom: String,
    /// What it is for, in a line.
    pub title: String,
    /// Played in order; at the end the session goes on by itself.
    pub steps: Vec<ScriptStep>,
    /// Played when the session has ended; nothing is done in it.
    pub goodbye: Vec<ScriptStep>,
    /// Its own words for questions, wherever the session asks them.
    pub wordings: BTreeMap<String, String>,
}

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScriptStep {
    /// Its id, which no other step of the script has.
    pub id: String,
    /// What the agent says aloud; with a question, that question.
    pub say: Option<String>,
    /// For the agent alone.
    pub note: Option<String>,
    /// What is done; `None` where it only says or notes something.
    pub act: Option<Act>,
    /// It is passed over unless this is known to hold.
    pub only_when: Condition,
}

/// What a step of a script does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Asks a question of the symptom.
    Ask(String),
    /// Measures with the caller what a question of the symptom asks: one with `measured-by: clock` or `rhythm`.
    Probe(String),
    /// Leads through a remedy of the symptom.
    Remedy(String),
    /// Makes sure who is calling.
    VerifyIdentity,
    /// Turns to somebody; the role is the service's.
    Escalate(String),
    /// Lets the session go on by itself.
    Decide,
}

impl Script {
    /// A fact that only scripts have: whether the agent made sure who is calling.
    pub const IDENTITY: &'static str = "session.identity";
    /// A fact of the goodbye alone: how the session ended.
    pub const ENDING: &'static str = "session.ending";

    /// Its own words for a question.
    pub fn wording(&self, question: &str) -> Option<&str> {
        let asks = |step: &&ScriptStep| step.act.as_ref().and_then(Act::question) == Some(question);
        let said = || self.steps.iter().filter(asks).find_map(|step| step.say.as_deref());
        self.wordings.get(question).map(String::as_str).or_else(said)
    }

    /// Whether the symptom has all that the steps name: what had an error in it has been left out there.
    pub(in crate::knowledge) fn fits(&self, symptom: &Symptom) -> bool {
        self.steps.iter().filter_map(|step| step.act.as_ref()).all(|act| match act {
            Act::Ask(id) | Act::Probe(id) => symptom.question(id).is_some(),
            Act::Remedy(id) => symptom.remedy(id).is_some(),
            Act::VerifyIdentity | Act::Escalate(_) | Act::Decide => true,
        })
    }
}

impl Act {
    /// The question that it answers.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::Ask(question) | Self::Probe(question) => Some(question),
            _ => None,
        }
    }
}
