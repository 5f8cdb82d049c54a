//! Finds out why a two-factor authentication code is refused.
//!
//! See `ARCHITECTURE.md` for the house and its invariants.

pub mod diagnostic;
pub mod entry;
pub mod finding;
pub mod knowledge;
pub mod otp;
