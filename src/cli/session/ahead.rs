//! What an agent has heard before the session begins: the trouble, and answers to its questions.
//!
//! The one idea: a wrong id is told of before anything is asked, with what there is and what comes nearest.

use anyhow::bail;

use super::conduct::Conduct;
use crate::diagnostic::nearest;
use crate::knowledge::{App, Question};
use crate::session::Session;
use crate::speech::foreign;
use crate::talk::Input;
use crate::verdict::UNSURE;

/// `--symptom` and `--answer`.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    pub(super) symptom: Option<String>,
    /// Questions with their answers, by id.
    pub(super) told: Vec<(String, String)>,
}

/// `question=answer`
pub(super) fn answer(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((question, answer)) if !question.trim().is_empty() && !answer.trim().is_empty() => {
            Ok((question.trim().to_owned(), answer.trim().to_owned()))
        }
        _ => Err("expected the id of a question, =, and the id of its answer, such as where=signing-in".to_owned()),
    }
}

impl Ahead {
    /// Whether the session has all that is named.
    pub(super) fn check(&self, session: &Session<'_>) -> anyhow::Result<()> {
        let knowledge = session.knowledge();
        let symptoms: Vec<&str> = knowledge.symptoms.keys().map(String::as_str).collect();
        if let Some(id) = self.symptom.as_deref().filter(|id| !symptoms.contains(id)) {
            bail!("--symptom: there is no trouble {}", unknown(id, &symptoms));
        }
        if self.told.is_empty() {
            return Ok(());
        }
        let named = self.symptom.as_ref().and_then(|id| knowledge.symptoms.get(id)).or_else(|| session.symptom());
        let Some(symptom) = named else { bail!("--answer: name the trouble that it is about with --symptom") };
        for (id, answer) in &self.told {
            let questions: Vec<&Question> = symptom.questions.iter().filter(|question| !question.noted).collect();
            let answers: Vec<&str> = match questions.iter().find(|question| question.id == *id) {
                Some(question) => question.answers.iter().map(|answer| answer.id.as_str()).chain([UNSURE]).collect(),
                None if id == App::ASKED => knowledge.apps.keys().map(String::as_str).collect(),
                None => {
                    let ids: Vec<&str> = questions.iter().map(|one| one.id.as_str()).chain([App::ASKED]).collect();
                    bail!("--answer: `{}` has no question {}", symptom.id, unknown(id, &ids));
                }
            };
            if !answers.contains(&answer.as_str()) {
                bail!("--answer: `{id}` has no answer {}", unknown(answer, &answers));
            }
        }
        Ok(())
    }

    /// Hands in what was checked.
    pub(super) fn tell(&self, conduct: &mut Conduct<'_, '_>) -> anyhow::Result<()> {
        let jump = self.symptom.iter().map(|symptom| Input::Jump(symptom.clone()));
        let told = self.told.iter();
        let told = told.map(|(question, answer)| Input::Answer { question: question.clone(), answer: answer.clone() });
        for input in jump.chain(told) {
            let now = conduct.clock.now();
            conduct.talk.take(input, now).map_err(|complaint| anyhow::anyhow!(complaint.0))?;
        }
        Ok(())
    }
}

/// An id that there is not, the nearest one, and all that there are.
fn unknown(id: &str, all: &[&str]) -> String {
    let near = nearest(id, all.iter().copied()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{}`{near}\nthere are: {}", foreign::plain(id), all.join(", "))
}
