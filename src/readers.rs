//! Reads a file for a conversation: in the same thread, in another, or in a worker that is ended afterwards.
//!
//! The one idea: a job goes in, and what the file holds comes out, with nothing kept. It must not know who waits for it.

use crate::import::{self, Imported};
use crate::talk::{Input, Job};

/// Reads it. What is wrong with the file is in the result.
pub fn run(job: &Job) -> Input {
    let options =
        import::Options { password: job.password.as_deref().map(String::as_str), ..import::Options::default() };
    let found: Imported = import::read_with(&job.bytes, &job.name, options);
    Input::Read { id: job.id, found }
}
