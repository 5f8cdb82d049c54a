//! Answers from a file: each question takes its answer from there, and the session is shown as it goes.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::ui::{Given, Halt, LetterB, Pick, Ui};
use crate::cli::screen::{Screen, complain};
use crate::talk::{Beside, Choose};
use crate::verdict::UNSURE;

pub(super) struct Scripted {
    screen: Screen,
    answers: BTreeMap<String, String>,
}

impl Scripted {
    pub(super) fn new(screen: Screen, answers: BTreeMap<String, String>) -> Self {
        Self { screen, answers }
    }
}

impl Ui for Scripted {
    fn say(&mut self, text: &str) -> Result<(), Halt> {
        Ok(self.screen.print(&format!("{text}\n"))?)
    }

    /// The answer of the file; `unsure` where it says so; an answer that the question does not have ends the session.
    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt> {
        let key = choose.about.to_string();
        let missing = || complain(&format!("the file has no answer for `{key}`"));
        let Some(answer) = self.answers.get(&key) else {
            missing();
            return Err(Halt::Stopped);
        };
        let choice = choose.choices.iter().find(|(id, _)| id == answer);
        let unsure = choose.beside.iter().find(|(one, _)| *one == Beside::Unsure && answer == UNSURE);
        let (label, pick) = match (choice, unsure) {
            (Some((id, label)), _) => (label, Pick::Choice(id.clone())),
            (None, Some((one, label))) => (label, Pick::Beside(*one)),
            (None, None) => {
                missing();
                return Err(Halt::Stopped);
            }
        };
        let text = textwrap::fill(&format!("{} {label}", choose.ask), self.screen.look.width);
        self.say(&text)?;
        Ok(pick)
    }

    fn hidden(&mut self, _: &str, _: LetterB) -> Result<Given<Zeroizing<String>>, Halt> {
        Ok(Given::Nothing)
    }

    fn line(&mut self, _: &str, _: LetterB) -> Result<Given<String>, Halt> {
        Ok(Given::Nothing)
    }

    fn enter(&mut self, _: &str) -> Result<Given<()>, Halt> {
        Ok(Given::Nothing)
    }

    fn wait(&mut self, _: u64, _: &str) -> Result<Given<()>, Halt> {
        Ok(Given::This(()))
    }

    fn is_live(&self) -> bool {
        false
    }
}
