//! Holds what is known so far and chooses what is next.
//!
//! The one idea: every step is chosen by what it is expected to cost until the person can sign in: time, trust lost by
//! remedies that fail, and an escalation at the end ([`next`]). It must not show anything, nor run a probe.

mod diagnosis;
mod next;

pub use diagnosis::Diagnosis;
pub use next::{Audience, Next, Situation, Step, Why, next};
