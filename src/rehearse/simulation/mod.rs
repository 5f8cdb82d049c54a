//! Simulated people and logins, whose cause is known: how well they are led, and how often the verdict is right.
//!
//! The one idea: the truth is drawn first, and what is observed follows from it. It must not look at prose.

pub(super) mod accuracy;
pub(super) mod answers;
pub(super) mod graph;
pub(super) mod guidance;
pub(super) mod journeys;
pub(super) mod likeness;
pub(super) mod optimum;
pub(super) mod people;
pub(super) mod priors;
pub(super) mod study;
pub(super) mod typical;
pub(super) mod walker;
