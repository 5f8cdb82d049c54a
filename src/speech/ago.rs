//! How long ago something was, in somebody's own words.
//!
//! The one idea: the words are phrases of the knowledge, so that every language has its own, and what is said roughly is a wide
//! interval. It must not know what happened then, nor which zone somebody lives in: a time of day is not understood.

use std::ops::RangeInclusive;

use super::Speech;

/// Seconds of each unit, with the phrase that lists its words, the smallest first.
const UNITS: [(&str, i64); 4] = [("ago-seconds", 1), ("ago-minutes", 60), ("ago-hours", 3_600), ("ago-days", 86_400)];
const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// Nobody remembers it for longer, in seconds.
const LONGEST: i64 = 31 * DAY;
/// "Just now", and anything shorter than a minute.
const JUST_NOW: i64 = 30;
/// What "a few" is.
const A_FEW: f64 = 4.0;

impl Speech<'_> {
    /// When it was, in seconds since 1970, if that can be understood: a number alone is minutes, nothing at all some time in
    /// the last day.
    pub fn ago(self, text: &str, now: i64) -> Option<RangeInclusive<i64>> {
        let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        if text.is_empty() {
            return Some(now - DAY..=now);
        }
        if self.lists("ago-now", &text) {
            return Some(now - JUST_NOW..=now);
        }
        if self.lists("ago-today", &text) {
            return Some(now - DAY..=now);
        }
        if self.lists("ago-yesterday", &text) {
            return Some(now - 2 * DAY..=now);
        }
        let (seconds, unit) = self.length(&text)?;
        if !(0..=LONGEST).contains(&seconds) {
            return None;
        }
        let about = now - seconds;
        Some(match unit {
            _ if seconds < MINUTE => about - JUST_NOW..=about,
            1 | MINUTE => about - MINUTE..=about,
            // Whole hours and days are said of anything that is nearer to them than to the next.
            unit => about - unit / 2..=(about + unit / 2).min(now),
        })
    }

    /// Seconds, and the smallest unit that was named.
    fn length(self, text: &str) -> Option<(i64, i64)> {
        let mut words = tokens(text).into_iter().filter(|word| !self.lists("ago-besides", word)).peekable();
        let (mut seconds, mut smallest) = (0.0, None);
        words.peek()?;
        while words.peek().is_some() {
            while words.next_if(|word| self.lists("ago-and", word)).is_some() {}
            let mut number = self.number(&mut words)?;
            // "Half an hour", "a half hour", "one and a half hours", "a few hours".
            let mut more = false;
            while let Some(word) = words.next_if(|word| self.unit(word).is_none()) {
                if self.lists("ago-half", &word) {
                    number = if more { number + 0.5 } else { number * 0.5 };
                } else if self.lists("ago-few", &word) {
                    number = A_FEW;
                } else if self.lists("ago-and", &word) {
                    more = true;
                } else if !self.lists("ago-one", &word) {
                    return None;
                }
            }
            let unit = match words.next() {
                Some(word) => self.unit(&word)?,
                None if smallest.is_none() => MINUTE,
                None => return None,
            };
            seconds += number * unit as f64;
            smallest = Some(smallest.unwrap_or(unit).min(unit));
        }
        let whole = seconds.round();
        (whole.is_finite() && whole.abs() <= (2 * LONGEST) as f64).then_some((whole as i64, smallest?))
    }

    fn number(self, words: &mut impl Iterator<Item = String>) -> Option<f64> {
        let word = words.next()?;
        if self.lists("ago-half", &word) {
            return Some(0.5);
        }
        if self.lists("ago-one", &word) {
            return Some(1.0);
        }
        if self.lists("ago-few", &word) {
            return Some(A_FEW);
        }
        word.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
    }

    fn unit(self, word: &str) -> Option<i64> {
        UNITS.iter().find(|(list, _)| self.lists(list, word)).map(|(_, seconds)| *seconds)
    }

    /// Whether a list of words has this one.
    fn lists(self, id: &str, word: &str) -> bool {
        self.phrase(id).split(',').any(|one| one.trim() == word)
    }
}

/// Words and numbers: `2h30m` is four of them.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut was = None;
        for one in word.trim_matches(['~', '.', ';', '(', ')']).chars() {
            let kind = one.is_ascii_digit() || matches!(one, '.' | ',');
            match tokens.last_mut().filter(|_| was == Some(kind)) {
                Some(last) => last.push(one),
                None => tokens.push(one.to_string()),
            }
            was = Some(kind);
        }
    }
    tokens
        .into_iter()
        .map(|token| token.trim_end_matches([',', '.']).to_owned())
        .filter(|one| !one.is_empty())
        .collect()
}
