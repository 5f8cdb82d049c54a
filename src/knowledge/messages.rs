//! What a service's screens say, as the answers of the question that asks for it.
//!
//! The one idea: people recognise a text that they have seen, so the service's own stand in place of the general ones.

use super::model::{Answer, Knowledge, Message};
use super::sources::digest_of;

/// What did the screen say?
const QUESTION: &str = "message";

impl Knowledge {
    /// The knowledge as it is for one service: its `messages` are the answers of the question `message`.
    ///
    /// A message without `given` is weighed as the general answer of the same id. A support code names an answer by its
    /// place, so the digest of what comes out tells the service, too. Nothing changes for a service without messages.
    #[must_use]
    pub fn for_service(mut self, id: &str) -> Self {
        let messages = self.services.get(id).map_or(&[][..], |service| &service.messages);
        if messages.is_empty() {
            return self;
        }
        let questions = self.symptoms.values_mut().flat_map(|symptom| &mut symptom.questions);
        for question in questions.filter(|question| question.id == QUESTION) {
            question.answers = messages.iter().map(|message| answer(message, &question.answers)).collect();
        }
        self.digest = digest_of([self.digest.as_bytes(), id.as_bytes()]);
        self
    }
}

fn answer(message: &Message, general: &[Answer]) -> Answer {
    let Message { id, text, given, others } = message.clone();
    let same = general.iter().find(|answer| answer.id == id);
    let locked_out = same.is_some_and(|same| same.locked_out);
    let (implies, then) = same.map(|same| (same.implies.clone(), same.then.clone())).unwrap_or_default();
    let same = same.filter(|_| given.is_empty() && others.is_none());
    let (given, others) = same.map_or((given, others), |same| (same.given.clone(), same.others));
    Answer { id, label: text, locked_out, given, others, implies, then }
}
