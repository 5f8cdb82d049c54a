//! The table of explanations: every one that codes can speak for, in the order of its id.
//!
//! The one idea: each family brings its rows, and this is where they meet. It must not know how any of them scores.

use super::bench::Bench;
use super::explanation::Row;
use super::{clock, counters, devices, drift, entries, hand, in_window, windows};
use crate::finding::{ExplanationWords, Measure};

/// The rows of each family.
const FAMILIES: [&[Row]; 8] = [
    &clock::ROWS,
    &counters::ROWS,
    &devices::ROWS,
    &drift::ROWS,
    &entries::ROWS,
    &hand::ROWS,
    &in_window::ROWS,
    &windows::ROWS,
];
const COUNT: usize = {
    let (mut count, mut family) = (0, 0);
    while family < FAMILIES.len() {
        count += FAMILIES[family].len();
        family += 1;
    }
    count
};

/// All rows, sorted by id: the variants of an explanation stand in that order.
const TABLE: [Row; COUNT] = {
    let mut table = [FAMILIES[0][0]; COUNT];
    let mut family = 0;
    while family < FAMILIES.len() {
        let mut at = 0;
        while at < FAMILIES[family].len() {
            let row = FAMILIES[family][at];
            table[row.of as usize] = row;
            at += 1;
        }
        family += 1;
    }
    table
};

/// The rows for the vocabulary.
pub(super) const EXPLANATIONS: [ExplanationWords; COUNT] = {
    let mut words = [TABLE[0].words(); COUNT];
    let mut at = 0;
    while at < COUNT {
        words[at] = TABLE[at].words();
        at += 1;
    }
    words
};

/// Every explanation, and every pair that can be tried at this depth, in the order of the table.
pub(super) fn measures(bench: &Bench<'_>) -> Vec<Measure> {
    let mut measures = Vec::new();
    for row in &TABLE {
        measures.extend((row.score)(bench, row.of));
        measures.extend(row.pairs.0.iter().filter_map(|second| (row.pair)(bench, row.of, *second)));
    }
    // What no code tells of leaves the accepted ones in order as well: they speak for no explanation against that.
    let elsewhere = entries::nothing_told(bench).max(1.0);
    for measure in &mut measures {
        measure.ratio /= elsewhere;
    }
    measures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_explanation_has_its_row_and_they_are_sorted() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.of as usize, at, "{}", row.of.id());
        }
        assert!(EXPLANATIONS.is_sorted_by(|a, b| a.id < b.id));
    }
}
