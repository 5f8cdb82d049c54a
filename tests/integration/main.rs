//! The one test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod accuracy;
mod cli;
mod examples;
mod foreign;
mod knowledge;
mod pictures;
mod privacy;
mod properties;
mod uris;
