//! A menu: choices with their numbers, whole, and which of them fit what is typed.
//!
//! The one idea: a number is exact, and letters count from the beginning of a word. Only what fits best is shown, so that
//! `no` finds "No" and never "I am not sure". It must not draw anything.

use std::fmt;

/// Columns that the menu itself takes in front of a choice.
const MARGIN: usize = 2;

/// A choice as it stands in a menu.
pub(super) struct Entry {
    pub(super) label: String,
    /// With its number, wrapped.
    shown: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The choices of a menu, and behind them what is shown where none fits.
pub(super) struct Menu {
    labels: Vec<String>,
    hint: String,
    width: usize,
}

impl Menu {
    /// `width` is that of the screen, in columns.
    pub(super) fn new(labels: Vec<String>, hint: String, width: usize) -> Self {
        Self { labels, hint, width: width.saturating_sub(MARGIN) }
    }

    /// Every choice, and the hint as the last.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let digits = self.labels.len().to_string().len();
        // The menu puts its margin in front of the first line alone.
        let rest = " ".repeat(MARGIN + digits + 2);
        let choice = |(index, label): (usize, &String)| {
            let first = format!("{:>digits$}  ", index + 1);
            let options = textwrap::Options::new(self.width).initial_indent(&first).subsequent_indent(&rest);
            Entry { label: label.clone(), shown: textwrap::fill(label, options) }
        };
        let hint = Entry { label: self.hint.clone(), shown: self.answer(&self.hint) };
        self.labels.iter().enumerate().map(choice).chain([hint]).collect()
    }

    /// How far up a choice stands, counted from 0, where this is typed; `None` where it is not shown. The number of the hint is
    /// that of the choices.
    pub(super) fn place(&self, typed: &str, index: usize) -> Option<i64> {
        let best = self.labels.iter().enumerate().map(|(at, label)| fit(typed, at, self.labels.len(), label)).max();
        let best = best.unwrap_or(Fit::None);
        let own = self.labels.get(index).map_or(Fit::None, |label| fit(typed, index, self.labels.len(), label));
        // Scores are sorted by an order that does not keep equal ones as they are.
        (own == best && (best == Fit::None) == (index == self.labels.len())).then(|| -(index as i64))
    }

    /// How many choices fit on so many lines, whichever they are; at least one.
    pub(super) fn page(&self, lines: usize) -> usize {
        let mut heights: Vec<usize> = self.entries().iter().map(|entry| entry.shown.lines().count()).collect();
        heights.sort_unstable_by(|one, other| other.cmp(one));
        let mut sum = 0;
        let fitting = heights.iter().take_while(|height| {
            sum += **height;
            sum <= lines
        });
        fitting.count().max(1)
    }

    /// A label as the answer to a prompt, below or behind it.
    pub(super) fn answer(&self, label: &str) -> String {
        textwrap::fill(label, textwrap::Options::new(self.width).subsequent_indent("  "))
    }
}

/// How well a choice fits what is typed, the better the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    None,
    /// Each word that is typed begins one of its words, in order.
    Words,
    /// One of its words begins so, and what follows goes on so.
    Later,
    /// It begins so.
    Label,
    /// It is its number, or nothing is typed.
    Exact,
}

fn fit(typed: &str, index: usize, choices: usize, label: &str) -> Fit {
    let typed = folded(typed);
    if typed.is_empty() {
        return Fit::Exact;
    }
    let number = typed.trim_end_matches(['.', ')']).parse::<usize>().ok();
    if let Some(number) = number.filter(|number| (1..=choices).contains(number)) {
        return if number == index + 1 { Fit::Exact } else { Fit::None };
    }
    let label = folded(label);
    let words = starts(&label);
    match words.iter().position(|at| label[*at..].starts_with(&typed)) {
        Some(0) => return Fit::Label,
        Some(_) => return Fit::Later,
        None => {}
    }
    let mut rest = words.iter();
    let mut wanted = typed.split(' ');
    if wanted.all(|word| rest.any(|at| label[*at..].starts_with(word))) { Fit::Words } else { Fit::None }
}

/// Small letters, and one blank between words.
fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where words begin, in bytes.
fn starts(label: &str) -> Vec<usize> {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, c) in label.char_indices() {
        if c.is_alphanumeric() && !is_inner(before) {
            starts.push(at);
        }
        before = c;
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(labels: &[&str], typed: &str) -> Vec<usize> {
        let menu = Menu::new(labels.iter().map(|label| (*label).to_owned()).collect(), "nothing".to_owned(), 80);
        let mut places: Vec<(i64, usize)> =
            (0..=labels.len()).filter_map(|index| Some((menu.place(typed, index)?, index))).collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        places.into_iter().map(|(_, index)| index).collect()
    }

    #[test]
    fn letters_count_from_the_beginning_of_words() {
        let labels = ["Yes", "No", "None of these", "I am not sure", "It's “Keycloak”", "QR-Code of mine"];
        assert_eq!(shown(&labels, "no"), [1, 2]);
        assert_eq!(shown(&labels, "NOT"), [3]);
        assert_eq!(shown(&labels, "i"), [3, 4]);
        assert_eq!(shown(&labels, "ne"), [6], "in the middle of a word");
        assert_eq!(shown(&labels, "key"), [4]);
        assert_eq!(shown(&labels, "code of"), [5]);
        assert_eq!(shown(&labels, "none  th"), [2]);
        assert_eq!(shown(&labels, "s"), [3], "not behind an apostrophe");
        assert_eq!(shown(&labels, ""), [0, 1, 2, 3, 4, 5]);
        assert_eq!(shown(&["Über Umwege", "Nein"], "üb"), [0]);
    }

    #[test]
    fn a_number_picks_out_its_choice() {
        let labels: Vec<String> = (1..=12).map(|number| format!("choice of {number} codes")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        assert_eq!(shown(&labels, "1"), [0]);
        assert_eq!(shown(&labels, "12"), [11]);
        assert_eq!(shown(&labels, "10."), [9]);
        assert_eq!(shown(&labels, "13"), [12], "the hint alone");
        assert_eq!(shown(&["6 digits", "8 digits"], "8"), [1]);
    }

    #[test]
    fn a_long_choice_is_shown_whole() {
        let label = "A recovery code that I wrote down when I set this up, or one that somebody gave me";
        let menu = Menu::new(vec![label.to_owned(); 10], String::new(), 40);
        let entry = menu.entries()[9].to_string();
        assert!(entry.lines().all(|line| line.chars().count() <= 38) && entry.starts_with("10  A recovery"), "{entry}");
        assert_eq!(folded(&entry), folded(&format!("10 {label}")));
        assert_eq!((menu.page(9), menu.page(1)), (3, 1));
    }
}
