//! What needs the whole engine over the knowledge: its scenarios, simulated people, checks of where it leads, and what a
//! change of it changes.
//!
//! The one idea: run it on cases whose cause or outcome is known, through the real conversation, and compare. It must not
//! change what it measures.

mod comparison;
mod drive;
mod lint;
mod scenario;
mod simulation;

pub use comparison::{
    CaseChange, Cases, Change, Difference, Example, People as Changed, Shown, Side, SymptomChange, TextChange,
    TextFate, difference,
};
pub use drive::MOST_MOVES;
pub use scenario::call::{Call, Lead, called};
pub use scenario::coverage::{Coverage, CoveredPart, Gap, coverage};
pub use scenario::expectation::{answers_to, expected, is_met};
pub use scenario::record::{RecordError, Recorded, is_private, is_told_in, record_case, record_session};
pub use scenario::rehearsal::{Miss, REPORTED, Rehearsal, Tally, rehearse, thread};
pub use scenario::run::run;
pub use scenario::trial::{Trial, ranking};
pub use scenario::write::{Outline, written};
pub use scenario::{Expect, Row, SCENARIO_CODES, Scenario, check, read};
pub use simulation::accuracy::{Accuracy, BINS, Bin, Cell, NearMiss, Share};
pub use simulation::graph::{Branch, Came, Crowd, FAILED, Graph, HELPED, Leads, Place, PlaceKind, Unreached, graph};
pub use simulation::guidance::Guidance;
pub use simulation::journeys::{End, Journey, Leader, Somebody, Taken, crowd, journeys};
pub use simulation::likeness::{IDENTIFIABLE, Likeness, Plays};
pub use simulation::optimum::{Distance, distance};
pub use simulation::people::{AtHand, guide};
pub use simulation::priors::{drawn, weights};
pub use simulation::study::{People, Study, answered, measure};
pub use simulation::typical::{Way, way_to};
pub use simulation::walker::{Flaw, Stroll, stroll, stroll_by};
