//! The one test binary.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod pictures;
mod uris;
