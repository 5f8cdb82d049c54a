//! Holds what is known so far and decides what is next.
//!
//! The one idea: a session is its [`Transcript`], and everything else is derived from it, so that back and resume are
//! replay. What it amounts to, and every step, comes from [`standing`]: nothing else in the house chooses one. It must not
//! show anything, nor run a probe.

mod call;
mod diagnosis;
mod known;
mod migration;
mod script;
mod spelled;
mod standing;
mod state;
mod step;
mod support_code;
mod transcript;

pub use call::{Call, OfSymptom, Results, Stands, Tally};
pub use diagnosis::{Diagnosis, Note};
pub use known::{APP_HERE, MATERIAL};
pub use script::Cue;
pub use standing::{Evidence, Standing, facts, standing};
pub use state::{Session, State};
pub use step::{Next, Step, Why};
pub use support_code::{Brought, SupportCodeError, from_support_code, support_code};
pub use transcript::{Ending, Event, Header, Mode, Transcript, TranscriptError, Tried};
