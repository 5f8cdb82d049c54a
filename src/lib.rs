//! Finds out why a two-factor authentication code is refused.
//!
//! A [`case::Case`] goes in, [`engine::diagnose`] comes back with a ranked verdict and the next step. See
//! `ARCHITECTURE.md` for the house and its invariants.

pub mod case;
pub mod diagnostic;
pub mod draft;
mod embedded;
pub mod engine;
pub mod entry;
pub mod finding;
pub mod import;
pub mod knowledge;
pub mod lab;
pub mod otp;
pub mod page;
pub mod probe;
pub mod readers;
pub mod rehearse;
pub mod report;
pub mod session;
pub mod speech;
pub mod talk;
pub mod triage;
pub mod verdict;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod host;
