//! The one test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod knowledge;
mod pictures;
mod uris;
