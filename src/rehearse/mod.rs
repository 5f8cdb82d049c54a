//! What needs the whole engine over the knowledge: measuring how often it is right.
//!
//! The one idea: run the engine on specimens whose cause is known and count. It must not change what it measures.

mod accuracy;

pub use accuracy::{Accuracy, measure, weights};
