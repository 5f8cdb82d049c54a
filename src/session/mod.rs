//! Holds what is known so far and chooses what is next.
//!
//! The one idea: a session is its [`Transcript`], and everything else is derived from it, so that back and resume are
//! replay. Every step is chosen by what it is expected to cost until the person can sign in: time, trust lost by remedies
//! that fail, and an escalation at the end ([`next`]). It must not show anything, nor run a probe.

mod diagnosis;
mod next;
mod renamed;
mod script;
mod state;
mod support_code;
mod transcript;

pub use diagnosis::{Diagnosis, Note};
pub use next::{Audience, Next, Situation, Step, Why, next};
pub use script::Cue;
pub use state::{ENTRY_FOUND, Move, RHYTHM_OFFERED, Session, State, is_noted};
pub use support_code::{SupportCodeError, from_support_code, support_code};
pub use transcript::{Ending, Event, Header, Mode, Transcript, TranscriptError, Tried};
