//! What of a transcript the knowledge at hand can speak of.
//!
//! The one idea: a transcript is a foreign text. An id in it that the knowledge does not have names nothing, so the event is left
//! out, and that is told; the rest goes on. What one sitting made sure of, another does not know.

use super::state::Session;
use super::transcript::{Event, Transcript};
use crate::knowledge::{App, Knowledge, Symptom};
use crate::verdict::UNSURE;

/// A question that a conversation asks by itself: what there is to read.
pub const MATERIAL: &str = "material";
/// A question that a conversation asks by itself: whether the app runs where the clock was checked.
pub const APP_HERE: &str = "app-here";
/// Their answers.
const OWN: [(&str, &[&str]); 2] = [(MATERIAL, &["picture", "key", "entries", "nothing"]), (APP_HERE, &["yes", "no"])];

impl Session<'_> {
    /// The same session without the events that count and name what the knowledge does not have.
    pub(super) fn of_known(self) -> Self {
        let mut symptom = None;
        let mut known = Vec::new();
        let mut dropped = 0;
        for (at, event) in self.transcript().events.iter().enumerate() {
            if matches!(event, Event::At(_)) {
                known.push(event.clone());
            }
            if self.places().binary_search(&at).is_err() {
                continue;
            }
            if let Event::About(id) = event {
                symptom = self.knowledge.symptoms.get(id);
            }
            if is_known(event, symptom, self.knowledge) {
                known.push(event.clone());
            } else {
                dropped += 1;
            }
        }
        if dropped == 0 {
            return self;
        }
        let header = self.transcript.header.clone();
        let mut session = Self::over(self.knowledge, Transcript { header, events: known });
        session.dropped = dropped;
        session
    }

    /// How many events of the transcript were left out since they name what the knowledge does not have.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The same session taken up by somebody who was not there: who is calling has to be made sure of again before a factor is
    /// taken off. What was done so far stays to be told.
    #[must_use]
    pub fn in_a_new_sitting(mut self) -> Self {
        self.sitting = self.transcript.events.len();
        self.replay();
        self
    }
}

fn is_known(event: &Event, symptom: Option<&Symptom>, knowledge: &Knowledge) -> bool {
    match event {
        Event::About(_) => symptom.is_some(),
        Event::Asked { question, answer } => is_answer(question, answer, symptom, knowledge),
        Event::Tried { remedy, .. } => symptom.is_some_and(|symptom| symptom.remedy(remedy).is_some()),
        Event::At(_)
        | Event::HeldBy(_)
        | Event::Observed(_)
        | Event::Verified(_)
        | Event::Note(_)
        | Event::Back
        | Event::BackTo(_)
        | Event::Concluded(_) => true,
    }
}

fn is_answer(question: &str, answer: &str, symptom: Option<&Symptom>, knowledge: &Knowledge) -> bool {
    if let Some((_, answers)) = OWN.iter().find(|(own, _)| *own == question) {
        return answers.contains(&answer);
    }
    if question == App::ASKED {
        return [UNSURE, App::OTHER].contains(&answer) || knowledge.apps.contains_key(answer);
    }
    // What the session notes by itself may come before any trouble is named.
    let noted = || knowledge.symptoms.values().filter_map(|symptom| symptom.question(question)).find(|one| one.noted);
    let asked = symptom.and_then(|symptom| symptom.question(question)).or_else(noted);
    let Some(asked) = asked else {
        // A rule that asks for what no question tells: nobody knows.
        let of_a_rule = |symptom: &Symptom| {
            let mut clauses = symptom.outcomes.iter().flat_map(|outcome| &outcome.when.0);
            clauses.any(|clause| clause.fact == question)
        };
        return answer == UNSURE && symptom.is_some_and(of_a_rule);
    };
    answer == UNSURE || asked.answers.iter().any(|one| one.id == answer)
}
