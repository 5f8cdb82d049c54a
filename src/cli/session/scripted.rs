//! Answers from a file: each question takes its answer from there, and the session is shown as it goes.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::ui::{Ask, Halt, Pick, Ui};
use crate::cli::screen::{Screen, complain};

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
    fn choose(&mut self, ask: &Ask<'_>) -> Result<Pick, Halt> {
        let missing = || complain(&format!("the file has no answer for `{}`", ask.key));
        let Some(answer) = self.answers.get(ask.key).cloned() else {
            missing();
            return Err(Halt::Stopped);
        };
        let choice = ask.choices.iter().find(|(id, _)| *id == answer);
        let extra = ask.extras.iter().find(|(extra, _)| *extra == super::ui::Extra::Unsure && answer == "unsure");
        let Some(label) = choice.map(|(_, label)| label).or(extra.map(|(_, label)| label)) else {
            missing();
            return Err(Halt::Stopped);
        };
        let text = textwrap::fill(&format!("{} {label}", ask.prompt), self.screen.look.width);
        self.say(&text)?;
        Ok(match (choice, extra) {
            (Some((id, _)), _) => Pick::Choice(id.clone()),
            (None, Some((extra, _))) => Pick::Extra(*extra),
            (None, None) => return Err(Halt::Stopped),
        })
    }

    fn hidden(&mut self, _: &str) -> Result<Option<Zeroizing<String>>, Halt> {
        Ok(None)
    }

    fn line(&mut self, _: &str) -> Result<Option<String>, Halt> {
        Ok(None)
    }

    fn enter(&mut self, _: &str) -> Result<Option<()>, Halt> {
        Ok(None)
    }

    fn wait(&mut self, _: u64, _: &str) -> Result<(), Halt> {
        Ok(())
    }

    fn is_live(&self) -> bool {
        false
    }
}
