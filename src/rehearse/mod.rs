//! What needs the whole engine over the knowledge: its scenarios, and measuring how often it is right.
//!
//! The one idea: run the engine on cases whose outcome is known, and compare. It must not change what it measures.

mod accuracy;
mod given;
mod run;
mod scenario;

pub use accuracy::{Accuracy, measure, weights};
pub use run::run;
pub use scenario::{Expect, Row, SCENARIO_CODES, Scenario, check, read};
