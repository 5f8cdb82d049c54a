//! What people are asked.
//!
//! The one idea: what a session does with a question, beside asking it, is told by the question and never by its id.

use serde::{Deserialize, Serialize};

use super::{Condition, Implied};

/// What to ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The wording for the person.
    pub ask: String,
    /// The wording for an agent to say, if it differs.
    pub agent: Option<String>,
    /// Why it is asked.
    pub why: Option<String>,
    /// 1 easy, 3 to be fetched.
    pub cost: f64,
    /// How often people give another answer than the true one, 0 to 1.
    pub errs: f64,
    /// Whether it comes before all others, in the order they stand in: its answer opens and closes whole branches.
    pub first: bool,
    /// Whether the right time is shown with it.
    pub with_time: bool,
    /// Whether a session answers it by itself: nobody is asked it.
    pub noted: bool,
    /// What measures it, where something does.
    pub measured_by: Option<MeasuredBy>,
    /// It is not asked where this does not hold.
    pub only_when: Condition,
    /// Without `unsure`, which is built in.
    pub answers: Vec<Answer>,
}

/// What measures the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeasuredBy {
    /// A clock compared with a reference.
    Clock,
    /// Key presses at the moments when codes change.
    Rhythm,
    /// The code of each entry compared with the service's secret.
    Entries,
}

/// One answer of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Its id.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Whether somebody who says so cannot get in: what only the signed-in see is out of their reach.
    pub locked_out: bool,
    /// Causes, with how often a person with that cause gives this answer, 0 to 1.
    pub given: Vec<(String, f64)>,
    /// The same for every cause not listed; `None` leaves it to the rule of the remainder.
    pub others: Option<f64>,
    /// What follows from it: answers that need not be asked for, by question.
    pub implies: Implied,
    /// The symptom that it leads to, unless codes were compared.
    pub then: Option<String>,
}

impl MeasuredBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clock, Self::Rhythm, Self::Entries];
    /// As the knowledge writes them, in the same order.
    pub const NAMES: [&'static str; 3] = ["clock", "rhythm", "entries"];

    /// Whether it takes somebody who holds the device: they compare a clock, or press a key.
    pub fn is_with_them(self) -> bool {
        matches!(self, Self::Clock | Self::Rhythm)
    }
}

impl Question {
    /// The question as a person is asked it, or as an agent puts it.
    pub fn wording(&self, agent: bool) -> &str {
        self.agent.as_ref().filter(|_| agent).unwrap_or(&self.ask)
    }

    /// Whether it is measured with whoever is asked, and not just asked.
    pub fn is_measured(&self) -> bool {
        !self.noted && self.measured_by.is_some_and(MeasuredBy::is_with_them)
    }

    /// Whether an answer has a word for `cause`.
    pub fn speaks_of(&self, cause: &str) -> bool {
        self.answers.iter().any(|answer| answer.given.iter().any(|(of, _)| of == cause))
    }
}
