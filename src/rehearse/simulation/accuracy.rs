use std::collections::BTreeMap;

use crate::finding::Fact;
use crate::lab::family;
use crate::verdict::{Conclusion, Ranked, UNKNOWN, Verdict};

/// How often the diagnosis was right. Counts are of cases; causes are named by their ids, two at once `one+other`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Accuracy {
    /// All.
    pub total: Share,
    /// By true cause.
    pub rows: BTreeMap<String, Share>,
    /// Some cause other than `unknown` likely at least.
    pub likely: usize,
    /// Anything confirmed.
    pub confirmed: usize,
    /// A wrong cause confirmed.
    pub false_confirmed: usize,
    /// How many wrong ones the stated probabilities admit: the sum of 1 − probability over the confirmed.
    pub expected_false: f64,
    /// `old-entry` confirmed.
    pub old_entry_confirmed: usize,
    /// A clock offset found by the wide search confirmed.
    pub wide_confirmed: usize,
    /// The sum of squared differences between the stated probability of the first cause and whether it was right.
    pub squares: f64,
    /// By the stated probability of the first cause, a tenth each.
    pub bins: [Bin; BINS],
    /// Identifiable cases that were rightly confirmed with that many codes, from one on.
    pub needed: BTreeMap<usize, usize>,
    /// By true and by named cause.
    pub cells: BTreeMap<(String, String), Cell>,
    /// Cases that are not identifiable, by reason.
    pub hidden: BTreeMap<&'static str, usize>,
}

/// Bins of the calibration.
pub const BINS: usize = 10;

/// Some cases, and how many of them came out right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// All of them.
    pub cases: usize,
    /// The true cause was first.
    pub first: usize,
    /// The true cause was first, or another one of its family.
    pub kin_first: usize,
    /// No other fault could have left the same.
    pub identifiable: usize,
    /// Of those: the true cause was first.
    pub identifiable_first: usize,
    /// Of those: the true cause was first, or another one of its family.
    pub identifiable_kin_first: usize,
    /// Of those: it was confirmed.
    pub identifiable_confirmed: usize,
}

/// Cases whose stated probability is about the same.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// How many.
    pub cases: usize,
    /// The sum of their stated probabilities.
    pub stated: f64,
    /// How many of them were right.
    pub right: usize,
}

/// Cases of one true cause that came out as another, or nearly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// The other one was named first.
    pub named: usize,
    /// It was confirmed.
    pub confirmed: usize,
    /// It stood behind the true one.
    pub behind: usize,
}

/// The cause that came nearest to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NearMiss<'a> {
    /// The true cause.
    pub cause: &'a str,
    /// The other one.
    pub other: &'a str,
    /// How often.
    pub cell: Cell,
}

/// What is at work in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truth {
    /// The main cause first.
    pub(super) causes: Vec<String>,
    /// Why another fault could have left the same traces.
    pub(super) hidden: Option<&'static str>,
}

/// Offsets up to this many seconds are found by the near search: ten steps, and the width of a code.
const NEAR: i64 = 360;

impl Truth {
    fn name(&self) -> String {
        self.causes.join("+")
    }

    /// Whether the verdict puts these causes first, or their family as a whole: its members are not told apart.
    pub(super) fn is_named(&self, verdict: &Verdict) -> bool {
        let first = verdict.first();
        let same = first.cause == self.causes[0] && first.with == self.causes[1..];
        let in_family = || {
            let alone = |ranked: &&Ranked| ranked.cause == self.causes[0] && ranked.with.is_empty();
            verdict.causes.iter().find(alone).is_some_and(|ranked| ranked.family == verdict.family)
        };
        same || (verdict.family.is_some() && in_family())
    }

    /// Whether they are first, or a cause of the main one's family is.
    fn is_kin_of_first(&self, verdict: &Verdict) -> bool {
        let first = verdict.first();
        let kin = first.cause == self.causes[0]
            || family(&self.causes[0]).is_some_and(|own| family(&first.cause) == Some(own));
        self.is_named(verdict) || (kin && first.with.is_empty())
    }
}

fn name(ranked: &Ranked) -> String {
    [&ranked.cause].into_iter().chain(&ranked.with).map(String::as_str).collect::<Vec<_>>().join("+")
}

impl Accuracy {
    /// Counts one verdict; `needed` is how many codes confirmed it.
    pub(super) fn count(&mut self, truth: &Truth, verdict: &Verdict, needed: Option<usize>) {
        let first = verdict.first();
        let named = truth.is_named(verdict);
        let confirmed = verdict.conclusion == Conclusion::Confirmed;
        // A second fault that goes unnamed does not make the first one wrong.
        let right = named || (first.cause == truth.causes[0] && first.with.is_empty());
        let cause = truth.name();
        let share = Share::of(truth, named, truth.is_kin_of_first(verdict), confirmed);
        self.total.add(share);
        self.rows.entry(cause.clone()).or_default().add(share);
        if let Some(reason) = truth.hidden {
            *self.hidden.entry(reason).or_default() += 1;
        }
        if let Some(codes) = needed {
            *self.needed.entry(codes).or_default() += 1;
        }
        self.likely += usize::from(verdict.conclusion >= Conclusion::Likely && first.cause != UNKNOWN);
        let stated = verdict.probability();
        let bin = &mut self.bins[((stated * BINS as f64) as usize).min(BINS - 1)];
        bin.add(Bin { cases: 1, stated, right: usize::from(right) });
        self.squares += (stated - f64::from(u8::from(right))) * (stated - f64::from(u8::from(right)));
        let first_named = if named { cause.clone() } else { name(first) };
        let others = verdict.causes.iter().filter(|one| one.family.is_none() || one.family != verdict.family);
        let behind = others.map(name).find(|other| *other != first_named && *other != cause);
        let cell = self.cells.entry((cause.clone(), first_named)).or_default();
        cell.named += 1;
        cell.confirmed += usize::from(confirmed);
        if let Some(other) = behind.filter(|_| named) {
            self.cells.entry((cause, other)).or_default().behind += 1;
        }
        if confirmed {
            self.confirmed += 1;
            self.false_confirmed += usize::from(!right);
            self.expected_false += 1.0 - stated;
            self.old_entry_confirmed += usize::from(first.cause == "old-entry");
            let offset = first.detail.get("offset_seconds");
            self.wide_confirmed += usize::from(matches!(offset, Some(Fact::Number(offset)) if offset.abs() > NEAR));
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.total.add(other.total);
        let counts = [
            (&mut self.likely, other.likely),
            (&mut self.confirmed, other.confirmed),
            (&mut self.false_confirmed, other.false_confirmed),
            (&mut self.old_entry_confirmed, other.old_entry_confirmed),
            (&mut self.wide_confirmed, other.wide_confirmed),
        ];
        for (count, more) in counts {
            *count += more;
        }
        self.expected_false += other.expected_false;
        self.squares += other.squares;
        for (bin, more) in self.bins.iter_mut().zip(other.bins) {
            bin.add(more);
        }
        for (cause, more) in &other.rows {
            self.rows.entry(cause.clone()).or_default().add(*more);
        }
        for (pair, more) in &other.cells {
            let cell = self.cells.entry(pair.clone()).or_default();
            cell.named += more.named;
            cell.confirmed += more.confirmed;
            cell.behind += more.behind;
        }
        for (codes, more) in &other.needed {
            *self.needed.entry(*codes).or_default() += more;
        }
        for (reason, more) in &other.hidden {
            *self.hidden.entry(reason).or_default() += more;
        }
    }

    /// How many wrong confirmations the stated probabilities admit, within Poisson error: the expected number, three
    /// standard deviations, and one.
    pub fn admitted(&self) -> f64 {
        self.expected_false + 3.0 * self.expected_false.sqrt() + 1.0
    }

    /// Whether there are no more wrong confirmations than that.
    pub fn confirms_honestly(&self) -> bool {
        self.false_confirmed as f64 <= self.admitted()
    }

    /// The mean squared difference between the stated probability and the truth: 0 is best, always a half gives 0.25.
    ///
    /// # Source
    /// Brier, Verification of forecasts expressed in terms of probability, 1950; here of the first cause alone.
    pub fn brier(&self) -> f64 {
        self.squares / self.total.cases.max(1) as f64
    }

    /// The mean distance, over the cases, between the stated probability of a bin and how often it came true.
    pub fn calibration_error(&self) -> f64 {
        let distance = |bin: &Bin| (bin.stated - bin.right as f64).abs();
        self.bins.iter().map(distance).sum::<f64>() / self.total.cases.max(1) as f64
    }

    /// For every true cause the other one that came nearest: was confirmed or named in its place, or stood behind it.
    pub fn near_misses(&self) -> Vec<NearMiss<'_>> {
        let mut nearest: Vec<NearMiss<'_>> = Vec::new();
        for ((cause, other), cell) in self.cells.iter().filter(|((cause, other), _)| cause != other) {
            let near = NearMiss { cause, other, cell: *cell };
            let rank = |cell: Cell| (cell.confirmed, cell.named, cell.behind);
            match nearest.last_mut().filter(|last| last.cause == cause) {
                Some(last) if rank(last.cell) >= rank(near.cell) => {}
                Some(last) => *last = near,
                None => nearest.push(near),
            }
        }
        nearest
    }
}

impl Share {
    /// One case.
    fn of(truth: &Truth, named: bool, kin: bool, confirmed: bool) -> Self {
        let identifiable = usize::from(truth.hidden.is_none());
        let [named, kin, confirmed] = [named, kin, confirmed].map(usize::from);
        Self {
            cases: 1,
            first: named,
            kin_first: kin,
            identifiable,
            identifiable_first: identifiable * named,
            identifiable_kin_first: identifiable * kin,
            identifiable_confirmed: identifiable * named * confirmed,
        }
    }

    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.first += other.first;
        self.kin_first += other.kin_first;
        self.identifiable += other.identifiable;
        self.identifiable_first += other.identifiable_first;
        self.identifiable_kin_first += other.identifiable_kin_first;
        self.identifiable_confirmed += other.identifiable_confirmed;
    }

    /// The share of the identifiable cases whose true cause was first.
    pub fn first_share(&self) -> f64 {
        self.identifiable_first as f64 / self.identifiable.max(1) as f64
    }

    /// The share of the identifiable cases that were confirmed.
    pub fn confirmed_share(&self) -> f64 {
        self.identifiable_confirmed as f64 / self.identifiable.max(1) as f64
    }
}

impl Bin {
    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.stated += other.stated;
        self.right += other.right;
    }
}
