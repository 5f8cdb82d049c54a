//! Probes turn a case into findings.
//!
//! The one idea: a probe measures and never concludes. It says how much better each explanation fits than chance does,
//! and how often luck alone would do as well. It must not know what causes are common, nor what is done about them.
//! To add a probe: a file here, and a line in [`vocabulary`] and [`run`].

mod clock_reading;
mod code_match;
mod entry_audit;
mod service_clock;
mod service_record;
mod wording;

use crate::case::Case;
use crate::finding::{Finding, Vocabulary};

pub use entry_audit::{App, Held, side_by_side};
pub use wording::SAID;

/// How far the search for clock offsets goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Ten steps to either side, for every entry; other parameters; a hundred counters.
    Near,
    /// 48 hours to either side for the service's own secret; two parameters at once; misspelt secrets; 100,000 counters.
    Wide,
    /// 48 hours to either side for every entry.
    Others,
    /// Also clocks that were reset, wrong days, months and years; a counter in place of the time.
    Far,
}

impl Depth {
    /// The next wider search.
    pub fn wider(self) -> Option<Self> {
        match self {
            Self::Near => Some(Self::Wide),
            Self::Wide => Some(Self::Others),
            Self::Others => Some(Self::Far),
            Self::Far => None,
        }
    }
}

/// Everything the probes can say, sorted by id.
pub fn vocabulary() -> Vocabulary {
    Vocabulary {
        probes: vec![
            clock_reading::WORDS,
            code_match::WORDS,
            entry_audit::WORDS,
            service_clock::WORDS,
            service_record::WORDS,
        ],
        is_open: false,
    }
}

/// Runs every probe that needs nothing but the case.
pub fn run(case: &Case, depth: Depth) -> Vec<Finding> {
    let mut findings = vec![code_match::run(case, depth)];
    findings.extend(clock_reading::run(case));
    findings.extend(entry_audit::run(case));
    findings.extend(service_clock::run(case));
    findings.extend(service_record::run(case));
    findings
}
