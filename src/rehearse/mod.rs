//! What needs the whole engine over the knowledge: its scenarios, measuring how often it is right, and how well it leads.
//!
//! The one idea: run it on cases whose cause or outcome is known, and compare. It must not change what it measures.

mod accuracy;
#[cfg(test)]
mod agreement;
mod answers;
mod call;
mod come;
mod coverage;
mod diff;
mod given;
mod graph;
mod logic;
mod optimum;
mod paths;
mod people;
mod priors;
mod record;
mod reported;
mod run;
mod scenario;
mod study;
mod typical;
mod walker;
mod write;

pub use accuracy::{Accuracy, BINS, Bin, Cell, NearMiss, Share};
pub use call::{Call, Lead, called};
pub use come::{answers_to, come, comes_true};
pub use coverage::{Coverage, Gap, Part, coverage};
pub use diff::{
    CaseChange, Cases, Change, Difference, Example, How, People as Changed, Shown, Side, SymptomChange, TextChange,
    difference,
};
pub use graph::{Branch, Came, Crowd, FAILED, Graph, HELPED, Kind, Leads, Place, Unreached, graph};
pub use optimum::{Distance, distance};
pub use paths::{End, Journey, Leader, Somebody, Taken, crowd, journeys};
pub use people::{AtHand, Guidance, guide};
pub use priors::{drawn, weights};
pub use record::{RecordError, Recorded, is_private, is_told_in, record_case, record_session};
pub use reported::{Miss, REPORTED, Rehearsal, Tally, rehearse, thread};
pub use run::run;
pub use scenario::{Expect, Row, SCENARIO_CODES, Scenario, check, read};
pub use study::{People, Study, measure};
pub use typical::{Way, way_to};
pub use walker::{Flaw, MOST_MOVES, Stroll, stroll, stroll_by};
pub use write::{Told, written};
