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

/// What came of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given<T> {
    This(T),
    /// Nothing was typed, or nobody is there to type it.
    Nothing,
    /// One step back.
    Back,
}

impl<T> Given<T> {
    pub(super) fn map<U>(self, of: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::This(this) => Given::This(of(this)),
            Self::Nothing => Given::Nothing,
            Self::Back => Given::Back,
        }
    }
}

/// Whether the letter `b` alone can be what a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetterB {
    /// It can, as with a file or a password.
    Counts,
    /// It cannot, so it goes back where nothing else does.
    GoesBack,
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

/// A person, a file of answers, or a test. Esc goes one step back wherever something is asked for or waited for; whether there
/// is one is not the face's to know.
pub(super) trait Ui {
    /// Shows text that is wrapped already.
    fn say(&mut self, text: &str) -> Result<(), Halt>;
    /// Lets choose.
    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt>;
    /// Asks for something that must not be seen.
    fn hidden(&mut self, prompt: &str, b: LetterB) -> Result<Given<Zeroizing<String>>, Halt>;
    /// Asks for a line that may be seen, such as a path.
    fn line(&mut self, prompt: &str, b: LetterB) -> Result<Given<String>, Halt>;
    /// Waits for Enter.
    fn enter(&mut self, prompt: &str) -> Result<Given<()>, Halt>;
    /// Lets that many seconds pass, showing them; `text` has `{seconds}` in it. What is typed meanwhile is dropped unseen.
    fn wait(&mut self, seconds: u64, text: &str) -> Result<Given<()>, Halt>;
    /// Whether somebody sits there who can look at a phone.
    fn is_live(&self) -> bool;
}
