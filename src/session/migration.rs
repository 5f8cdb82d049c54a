//! A transcript of an older release, in the names of the knowledge at hand.
//!
//! The one idea: only ids are changed, event by event, so that everything else goes on as ever. What is gone keeps its name,
//! by which `known` leaves it out.

use super::transcript::{Event, Transcript};
use crate::knowledge::Knowledge;

impl Transcript {
    pub(super) fn in_names_of(mut self, knowledge: &Knowledge) -> Self {
        let mut symptom = String::new();
        for event in &mut self.events {
            match event {
                Event::About(id) => {
                    symptom.clone_from(id);
                    *id = knowledge.renamed.now(id);
                }
                Event::Asked { question, answer } => {
                    let now = knowledge.renamed.now(&format!("{symptom}/{question}/{answer}"));
                    let mut parts = now.split('/').skip(1).map(str::to_owned);
                    if let (Some(now), Some(answered)) = (parts.next(), parts.next()) {
                        (*question, *answer) = (now, answered);
                    }
                }
                Event::Tried { remedy, .. } => {
                    let now = knowledge.renamed.now(&format!("{symptom}/{remedy}"));
                    if let Some((_, id)) = now.split_once('/') {
                        id.clone_into(remedy);
                    }
                }
                Event::At(_)
                | Event::HeldBy(_)
                | Event::Observed(_)
                | Event::Verified(_)
                | Event::Note(_)
                | Event::Back
                | Event::BackTo(_)
                | Event::Concluded(_) => {}
            }
        }
        self
    }
}
