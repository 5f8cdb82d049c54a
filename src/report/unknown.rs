//! A name that nobody knows, in a text that a person wrote.
//!
//! The one idea: the name is foreign, and may be a key that went to the wrong place; then it is not repeated.

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::speech::{foreign, looks_private};

/// That `typed` is no `what`: with the nearest of those that are known, or all of them.
pub fn unknown(code: &'static str, place: Place, what: &str, typed: &str, known: &[&str]) -> Diagnostic {
    let message = if looks_private(typed) {
        format!("unknown {what}")
    } else {
        format!("unknown {what} `{}`", foreign::plain(typed))
    };
    let help = match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    Diagnostic::error(code, place, message).help(help)
}
