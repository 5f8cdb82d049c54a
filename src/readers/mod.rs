//! Reads a file for a conversation: in the same thread, in another, or in a worker that is ended afterwards.
//!
//! The one idea: a job goes in, and what the file holds comes out, with nothing kept. It must not know who waits for it.

mod packed;

use crate::import::{self, Imported};
use crate::talk::{Input, Job};

pub use packed::{packed, unpacked};

/// Reads it. What is wrong with the file is in the result.
pub fn run(job: &Job) -> Input {
    let password = job.password.as_deref().map(String::as_str);
    Input::Read { id: job.id, found: found(&job.bytes, &job.name, password) }
}

/// What a file holds, wherever its bytes came from.
pub fn found(bytes: &[u8], name: &str, password: Option<&str>) -> Imported {
    import::read_with(bytes, name, import::ImportOptions { password, ..import::ImportOptions::default() })
}
