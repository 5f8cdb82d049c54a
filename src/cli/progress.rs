//! How far long work is, for whoever waits at a terminal.
//!
//! The one idea: it is written over itself on standard error, where that is a terminal and the results go elsewhere; a pipe and
//! a file get none of it. It must not slow the work down.

use std::io::{self, IsTerminal, Write};

/// How much is done.
pub(super) struct Progress {
    shown: bool,
    /// What is counted: `cases`.
    of: &'static str,
    /// How often it is told.
    step: usize,
    done: usize,
}

impl Progress {
    /// Of nothing yet.
    pub(super) fn new(of: &'static str, step: usize) -> Self {
        Self { shown: io::stderr().is_terminal(), of, step, done: 0 }
    }

    /// The same, where results come as they are found: on a terminal they tell how far it is themselves.
    pub(super) fn beside_results(self) -> Self {
        Self { shown: self.shown && !io::stdout().is_terminal(), ..self }
    }

    /// One more is done.
    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.shown && self.done.is_multiple_of(self.step) {
            let done = crate::speech::count(self.done as u64);
            let _ = write!(io::stderr(), "\r{done} {} …", self.of);
        }
    }

    /// Makes room for what is written next.
    pub(super) fn clear(&self) {
        if self.shown && self.done >= self.step {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
