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
    from(case, depth, &mut |_| false)
}

/// The same, the search for clock offsets each time wider while `wants_more` says so of what was found.
pub fn widening(case: &Case, mut wants_more: impl FnMut(&[Finding]) -> bool) -> Vec<Finding> {
    from(case, Depth::Near, &mut wants_more)
}

fn from(case: &Case, depth: Depth, wants_more: &mut dyn FnMut(&[Finding]) -> bool) -> Vec<Finding> {
    let others =
        [clock_reading::run(case), entry_audit::run(case), service_clock::run(case), service_record::run(case)];
    let mut others = others.into_iter().flatten();
    let mut findings: Vec<Finding> = Vec::new();
    code_match::run(case, depth, &mut |codes| {
        match findings.first_mut() {
            Some(earlier) => *earlier = codes,
            None => findings.extend(std::iter::once(codes).chain(others.by_ref())),
        }
        wants_more(&findings)
    });
    findings
}
