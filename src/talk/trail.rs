//! What was said and done so far, each with what it was asked for.

use super::{APP_HERE, Answered, MATERIAL, Talk};
use crate::knowledge::{App, Question, Symptom};
use crate::session::{Event, Tried};
use crate::verdict::UNSURE;

impl Talk<'_> {
    /// In order. What was changed stands where it stood first.
    pub fn trail(&self) -> Vec<Answered> {
        let mut trail: Vec<(Answered, Option<String>)> = Vec::new();
        let mut symptom = None;
        for (at, event) in self.session.events().enumerate() {
            let (key, asked, said) = match event {
                Event::About(id) => {
                    let by_itself = symptom.is_some();
                    symptom = self.knowledge().symptoms.get(id);
                    let title = symptom.map_or_else(|| id.clone(), |symptom| self.fill(&symptom.title));
                    let asked = self.phrase(if by_itself { "trouble-now" } else { "choose-symptom" });
                    trail.push((Answered { number: None, asked, said: title }, None));
                    continue;
                }
                Event::Asked { question, answer } if !self.knowledge().is_noted(question) => {
                    let Some((asked, said)) = self.asked_and_said(symptom, question, answer) else { continue };
                    (question, asked, said)
                }
                Event::Tried { remedy, result } => {
                    let told = symptom.and_then(|symptom| symptom.remedy(remedy)).map(|remedy| self.told_in(remedy));
                    let section = told.and_then(|told| self.knowledge().told(&told.section, told.app.as_deref()));
                    let title = section.map_or_else(|| remedy.clone(), |section| self.fill(&section.title));
                    (remedy, title, self.phrase(result.phrase()))
                }
                Event::Verified(passed) => {
                    let said = self.phrase(if *passed { "verify-yes" } else { "verify-no" });
                    trail.push((Answered { number: None, asked: self.phrase("verify-question"), said }, None));
                    continue;
                }
                _ => continue,
            };
            match trail.iter_mut().find(|(_, of)| of.as_ref() == Some(key)) {
                Some((changed, _)) => changed.said = said,
                None => trail.push((Answered { number: Some(at), asked, said }, Some(key.clone()))),
            }
        }
        trail.into_iter().map(|(answered, _)| answered).collect()
    }

    fn asked_and_said(&self, symptom: Option<&Symptom>, id: &str, answer: &str) -> Option<(String, String)> {
        let own = |asked: &str, said: String| Some((self.phrase(asked), said));
        match id {
            MATERIAL => return own("consent", self.phrase(&format!("have-{answer}"))),
            APP_HERE => return own("app-here", self.phrase(&format!("app-here-{answer}"))),
            App::ASKED => {
                let name = self.knowledge().apps.get(answer).map(|app| app.name.clone());
                let other = || self.phrase(if answer == UNSURE { "unsure" } else { "other-choice" });
                return own("choose-app", name.unwrap_or_else(other));
            }
            _ => {}
        }
        let question = symptom?.question(id)?;
        let label = question.answers.iter().find(|one| one.id == answer).map(|one| self.fill(&one.label));
        Some((self.wording(question), label.unwrap_or_else(|| self.phrase("unsure"))))
    }

    /// A question as whoever sits there is asked it.
    pub(super) fn wording(&self, question: &Question) -> String {
        let own = self.session.wording(question);
        self.fill(own.unwrap_or_else(|| question.wording(self.is_agent())))
    }
}

impl Tried {
    /// The phrase that says so.
    pub(crate) fn phrase(self) -> &'static str {
        match self {
            Self::Helped => "helped-yes",
            Self::Failed => "helped-no",
            Self::Later => "helped-later",
        }
    }
}
