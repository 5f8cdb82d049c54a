//! The one test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod content;
mod knowledge;
mod pictures;
mod seed;
mod uris;
