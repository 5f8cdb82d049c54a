//! What a session needs of whoever sits in front of it.

use std::io;

use zeroize::Zeroizing;

use crate::talk::{Beside, Choose};

/// What was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    Choice(String),
    Beside(Beside),
}

/// Why a session cannot go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    /// The input has ended, or the person stops here.
    #[error("stopped")]
    Stopped,
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A person, a file of answers, or a test.
pub(super) trait Ui {
    /// Shows text that is wrapped already.
    fn say(&mut self, text: &str) -> Result<(), Halt>;
    /// Lets choose.
    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt>;
    /// Asks for something that must not be seen; `None`: nothing was typed.
    fn hidden(&mut self, prompt: &str) -> Result<Option<Zeroizing<String>>, Halt>;
    /// Asks for a line that may be seen, such as a path; `None`: nothing was typed.
    fn line(&mut self, prompt: &str) -> Result<Option<String>, Halt>;
    /// Waits for Enter. `None`: nobody is there to press it.
    fn enter(&mut self, prompt: &str) -> Result<Option<()>, Halt>;
    /// Lets that many seconds pass, showing them; `text` has `{seconds}` in it.
    fn wait(&mut self, seconds: u64, text: &str) -> Result<(), Halt>;
    /// Whether somebody sits there who can look at a phone.
    fn is_live(&self) -> bool;
}
