//! The outside world: files, standard input, the clock. Nothing else in this crate touches them.
//!
//! The one idea: it only hands values in. It must not decide what they mean.

#![allow(clippy::disallowed_methods)]

mod clock;
mod files;

pub use clock::{local_time, now, precise_now};
pub use files::{FileError, Input, open_lines, others_can_read, read, write_private};
