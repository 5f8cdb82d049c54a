//! Finds out why a two-factor authentication code is refused.
//!
//! See `ARCHITECTURE.md` for the house and its invariants.

pub mod case;
pub mod diagnostic;
pub mod engine;
pub mod entry;
pub mod finding;
pub mod import;
pub mod otp;
pub mod probe;
pub mod rehearse;
pub mod session;
pub mod verdict;
