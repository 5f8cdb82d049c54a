//! One conversation with somebody who is not there.
//!
//! The one idea: whoever is simulated says what they do at a prompt, and the real conversation does the rest, so that what is
//! measured is what people meet.

use crate::session::{Ending, Tried};
use crate::talk::{About, Beside, Input, Now, Prompt, Talk};

/// A conversation that has not ended after so many inputs is taken for endless.
pub const MOST_MOVES: usize = 200;

/// Somebody who is not there.
pub(super) trait Caller {
    /// What they do at this prompt.
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input;

    /// What time it is for them.
    fn now(&self) -> Now {
        Now::default()
    }
}

/// Holds the conversation to its end; `None` if it does not come to one, or if somebody does what cannot be done.
pub(super) fn drive(talk: &mut Talk<'_>, caller: &mut dyn Caller) -> Option<Ending> {
    talk.begin(caller.now());
    for _ in 0..MOST_MOVES {
        let prompt = talk.prompt();
        if let Prompt::Done(ending) = prompt {
            return Some(ending);
        }
        let input = caller.does(talk, &prompt);
        talk.take(input, caller.now()).ok()?;
    }
    None
}

/// What whoever knows nothing does: not sure of anything, helped by nothing, nothing at hand.
pub(super) fn at_a_loss(prompt: &Prompt) -> Input {
    match prompt {
        Prompt::Choose(choose) | Prompt::Press { question: choose, .. } => match &choose.about {
            About::Remedy(_) => tried(Tried::Failed),
            About::Identity => Input::Choice("yes".to_owned()),
            _ if choose.beside.iter().any(|(one, _)| *one == Beside::Unsure) => Input::Unsure,
            // The last one says no.
            _ => choose.choices.last().map_or(Input::Quit, |(id, _)| Input::Choice(id.clone())),
        },
        Prompt::Wait { .. } => Input::Waited,
        _ => Input::Nothing,
    }
}

/// The choice that says what came of a remedy.
pub(super) fn tried(result: Tried) -> Input {
    Input::Choice(result.id().to_owned())
}
