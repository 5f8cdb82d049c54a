//! Lines and columns of a text.
//!
//! The one idea: entries come in order, so the next place is not far from the last one, and no file is counted twice.
//! It must not keep a copy of the text.

use std::cell::Cell;

/// Counts lines and characters.
pub(super) struct Positions<'a> {
    text: &'a str,
    /// The last place that was asked for: offset, line, column.
    last: Cell<(usize, usize, usize)>,
}

impl<'a> Positions<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, last: Cell::new((0, 1, 1)) }
    }

    /// Line and column of a byte, both from 1.
    pub(super) fn at(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let (from, mut line, mut column) = match self.last.get() {
            last if last.0 <= offset => last,
            _ => (0, 1, 1),
        };
        for character in self.text.get(from..offset).unwrap_or_default().chars() {
            (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        self.last.set((offset, line, column));
        (line, column)
    }
}
