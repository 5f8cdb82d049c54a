//! What needs the whole engine over the knowledge: measuring how often it is right, and how well it leads.
//!
//! The one idea: run it on cases whose cause is known, and count. It must not change what it measures.

mod accuracy;
mod people;
mod walker;

pub use accuracy::{Accuracy, measure, weights};
pub use people::{AtHand, Guidance, guide};
pub use walker::{Flaw, MOST_MOVES, Stroll, stroll};
