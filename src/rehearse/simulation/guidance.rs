//! How guided sessions went: what each came to, and what all of them do.

use std::fmt;

use crate::knowledge::{MeasuredBy, Numbers, Question};

/// How guided sessions went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Guidance {
    /// Simulated people.
    pub people: usize,
    /// Of those: the cause is none that the knowledge has, so that no remedy can help.
    pub unknown: usize,
    /// The first remedy helped.
    pub first: usize,
    /// The second did.
    pub second: usize,
    /// A later one did.
    pub later: usize,
    /// Nothing that was worth trying helped: it goes on with recovery, or with somebody else.
    pub escalated: usize,
    /// Led where their trouble is dealt with, by an answer that is true; what follows there is not played, and no average
    /// below is of them.
    pub elsewhere: usize,
    /// Questions until the first remedy, on average. The choice of the symptom is one, and whether there is something to
    /// read.
    pub questions_first: f64,
    /// Questions in all, on average.
    pub questions: f64,
    /// Codes typed, on average.
    pub codes: f64,
    /// Modelled seconds of asking and waiting until the first remedy is shown: the median.
    pub seconds_first: u32,
    /// The same: nine of ten need no more.
    pub seconds_first_most: u32,
    /// Modelled seconds of asking and waiting in all, remedies not counted: the median.
    pub seconds: u32,
    /// Effort of the remedies tried, on average, in the knowledge's unit.
    pub effort: f64,
    /// What the way cost, on average: questions, codes, remedies, trust, escalation.
    pub cost: f64,
    /// What it costs somebody who knows the cause and the facts from the start, on average. Nobody can be cheaper.
    pub bound: f64,
}

/// Seconds that a question takes, and typing a code.
const QUESTION: u32 = 10;
/// Seconds until the app shows another code.
const WAIT: u32 = 30;
/// Key presses that measure a rhythm, each with a wait.
const PRESSES: u32 = 3;

/// What one session came to.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) questions: u32,
    pub(super) codes: u32,
    pub(super) waits: u32,
    /// Waits with a question in them.
    pub(super) used: u32,
    /// Questions and seconds until the first remedy.
    pub(super) first: Option<(u32, u32)>,
    pub(super) tried: usize,
    pub(super) effort: f64,
    pub(super) asking: f64,
    pub(super) helped: bool,
    /// Led on to another trouble, and rightly so.
    pub(super) elsewhere: bool,
    /// The cause is none that the knowledge has.
    pub(super) unknown: bool,
    /// What it would have cost somebody who knows the cause and the facts.
    pub(super) bound: f64,
}

impl Tally {
    /// Questions and seconds until the first remedy, or in all where none was shown.
    fn until_first(&self) -> (u32, u32) {
        self.first.unwrap_or((self.questions, self.seconds()))
    }

    fn seconds(&self) -> u32 {
        (self.questions + self.codes) * QUESTION + self.waits * WAIT - self.used * QUESTION
    }

    pub(super) fn comes_to_a_remedy(&mut self) {
        self.first = self.first.or(Some((self.questions, self.seconds())));
    }

    pub(super) fn ask(&mut self, question: Option<&Question>) {
        self.questions += 1;
        self.asking += question.map_or(0.0, |question| question.cost);
        if question.is_some_and(|question| question.measured_by == Some(MeasuredBy::Rhythm)) {
            self.waits += PRESSES;
        }
    }
}

impl Guidance {
    /// What these sessions come to.
    pub(super) fn of(tallies: &[Tally], numbers: &Numbers) -> Self {
        let mut guidance = Self::default();
        for tally in tallies {
            guidance.count(tally, numbers);
        }
        let stayed: Vec<&Tally> = tallies.iter().filter(|tally| !tally.elsewhere).collect();
        let number = stayed.len().max(1) as f64;
        let averages = [
            &mut guidance.questions_first,
            &mut guidance.questions,
            &mut guidance.codes,
            &mut guidance.effort,
            &mut guidance.cost,
            &mut guidance.bound,
        ];
        for sum in averages {
            *sum /= number;
        }
        let mut first: Vec<u32> = stayed.iter().map(|tally| tally.until_first().1).collect();
        guidance.seconds_first = quantile(&mut first, 0.5);
        guidance.seconds_first_most = quantile(&mut first, 0.9);
        guidance.seconds = quantile(&mut stayed.iter().map(|tally| tally.seconds()).collect::<Vec<u32>>(), 0.5);
        guidance
    }

    fn count(&mut self, tally: &Tally, numbers: &Numbers) {
        self.people += 1;
        self.unknown += usize::from(tally.unknown);
        if tally.elsewhere {
            self.elsewhere += 1;
            return;
        }
        self.bound += tally.bound;
        self.questions_first += f64::from(tally.until_first().0);
        match (tally.helped, tally.tried) {
            (true, 1) => self.first += 1,
            (true, 2) => self.second += 1,
            (true, _) => self.later += 1,
            (false, _) => self.escalated += 1,
        }
        let failed = tally.tried - usize::from(tally.helped);
        let end = if tally.helped { 0.0 } else { numbers.escalation };
        self.questions += f64::from(tally.questions);
        self.codes += f64::from(tally.codes);
        self.effort += tally.effort;
        self.cost += tally.asking + tally.effort + failed as f64 * numbers.failed_person + end;
    }

    /// A number of people as a share of those who were not led elsewhere.
    pub fn share(&self, number: usize) -> f64 {
        number as f64 / (self.people - self.elsewhere).max(1) as f64
    }

    /// How many times dearer the sessions were than the bound. It is no distance from the best possible session: the
    /// bound knows the cause, which no session can.
    pub fn above_bound(&self) -> f64 {
        self.cost / self.bound
    }
}

/// The smallest value that at least `share` of all do not exceed.
fn quantile(values: &mut [u32], share: f64) -> u32 {
    values.sort_unstable();
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

impl fmt::Display for Guidance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |number| 100.0 * self.share(number);
        writeln!(f, "people                     {:6}  ({} with a cause that nobody knows)", self.people, self.unknown)?;
        writeln!(f, "led to another trouble     {:6}  (the others count from here on)", self.elsewhere)?;
        writeln!(f, "helped by the first remedy {:6.1} %", percent(self.first))?;
        writeln!(f, "by the second              {:6.1} %", percent(self.second))?;
        writeln!(f, "by a later one             {:6.1} %", percent(self.later))?;
        writeln!(f, "escalated                  {:6.1} %", percent(self.escalated))?;
        writeln!(
            f,
            "questions                  {:6.1}    ({:.1} before the first remedy)",
            self.questions, self.questions_first
        )?;
        writeln!(f, "codes typed                {:6.1}", self.codes)?;
        writeln!(
            f,
            "time to the first remedy   {:6} s  (median; 90 %: {} s)",
            self.seconds_first, self.seconds_first_most
        )?;
        writeln!(f, "time in all                {:6} s  (median; remedies not counted)", self.seconds)?;
        writeln!(f, "effort of remedies         {:6.1}", self.effort)?;
        write!(
            f,
            "cost                       {:6.1}    ({:.2} times the {:.1} of somebody who knows the cause)",
            self.cost,
            self.above_bound(),
            self.bound
        )
    }
}
