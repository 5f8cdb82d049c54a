//! Numbers and details in words for people.

use std::collections::BTreeMap;

use crate::finding::{Detail, Fact};

/// A clock offset in words: `2 minutes behind`. Negative is behind.
pub fn offset(seconds: i64) -> String {
    let side = if seconds < 0 { "behind" } else { "ahead" };
    format!("{} {side}", duration(seconds.unsigned_abs()))
}

/// A length of time in words, to two units at most: `3 hours and 20 minutes`.
pub fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 5] =
        [(365 * 86_400, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let step = match seconds {
        0..10 => 1,
        10..90 => 5,
        90..5_400 => 60,
        5_400..172_800 => 300,
        _ => 86_400,
    };
    let mut rest = (seconds + step / 2) / step * step;
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        let count = rest / unit;
        rest %= unit;
        if count > 0 {
            parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "no time".to_owned() } else { parts.join(" and ") }
}

/// An offset that was measured, in words, to the fraction that its uncertainty leaves: `45.0 seconds behind`, `right`.
pub fn measured_offset(offset_seconds: f64, uncertainty_seconds: f64) -> String {
    let size = offset_seconds.abs();
    if size <= uncertainty_seconds {
        return "right".to_owned();
    }
    if size >= 90.0 {
        return offset(offset_seconds.round() as i64);
    }
    format!("{} {}", seconds(size), if offset_seconds < 0.0 { "behind" } else { "ahead" })
}

/// Seconds with a fraction, in words: `1.3 seconds`, `less than 0.1 seconds`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 0.1 { "less than 0.1 seconds".to_owned() } else { format!("{seconds:.1} seconds") }
}

/// A probability as people read it: `97 %`, `99.93 %`, `under 0.1 %`.
pub fn percent(probability: f64) -> String {
    match probability * 100.0 {
        p if p >= 99.995 => "over 99.99 %".to_owned(),
        p if p >= 99.0 => format!("{p:.2} %"),
        p if p >= 1.0 => format!("{p:.0} %"),
        p if p >= 0.1 => format!("{p:.1} %"),
        _ => "under 0.1 %".to_owned(),
    }
}

/// A number with its thousands apart: `23,044`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A small chance: `1 in 28`, `1 in 350 million`.
pub fn one_in(chance: f64) -> String {
    let odds = 1.0 / chance;
    match odds {
        c if c < 1.5 => "even odds".to_owned(),
        c if c < 1e4 => format!("1 in {}", count(c.round() as u64)),
        c if c < 1e6 => format!("1 in {:.0},000", c / 1e3),
        c if c < 1e9 => format!("1 in {:.0} million", c / 1e6),
        c if c < 1e12 => format!("1 in {:.0} billion", c / 1e9),
        _ => "less than 1 in a trillion".to_owned(),
    }
}

/// Puts values in for `{placeholders}`: the detail's facts first, then the words given. Unknown ones stay as they are.
pub fn fill(text: &str, detail: &Detail, words: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match fact(name, detail).or_else(|| words.get(name).cloned()) {
            Some(value) if begins_a_sentence(&filled) => filled.push_str(&capital(&value)),
            Some(value) => filled.push_str(&value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = after;
    }
    filled + rest
}

fn begins_a_sentence(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\n']);
    before.is_empty() || before.ends_with(['.', '!', '?'])
}

/// With a capital at the beginning.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + characters.as_str())
}

fn fact(name: &str, detail: &Detail) -> Option<String> {
    let number = |key: &str| match detail.get(key) {
        Some(Fact::Number(number)) => Some(*number),
        _ => None,
    };
    match name {
        "offset" => number("offset_seconds").map(offset),
        // Seen from the service, whose clock it is then.
        "service_offset" => number("offset_seconds").map(|seconds| offset(-seconds)),
        "drift" => number("seconds_a_day").map(|seconds| {
            let way = if seconds < 0 { "slow" } else { "fast" };
            format!("{} a day, too {way}", duration(seconds.unsigned_abs()))
        }),
        "age" => number("age_seconds").map(|seconds| duration(seconds.unsigned_abs())),
        _ => match detail.get(name)? {
            Fact::Number(number) => Some(number.to_string()),
            Fact::Decimal(number) => Some(format!("{number:.1}")),
            Fact::Range(from, to) => Some(format!("{from} to {to}")),
            Fact::Text(text) => Some(super::foreign::plain(text)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_read_well() {
        assert_eq!(offset(-120), "2 minutes behind");
        assert_eq!(offset(45), "45 seconds ahead");
        assert_eq!(offset(-3_612), "1 hour behind");
        assert_eq!(offset(19_800), "5 hours and 30 minutes ahead");
        assert_eq!(offset(86_400), "1 day ahead");
        assert_eq!(offset(-1_790_000_000), "56 years and 278 days behind");
    }

    #[test]
    fn measured_offsets_read_well() {
        assert_eq!(measured_offset(-45.01, 0.02), "45.0 seconds behind");
        assert_eq!(measured_offset(600.2, 1.2), "10 minutes ahead");
        assert_eq!(measured_offset(0.4, 1.1), "right");
        assert_eq!(seconds(0.000_2), "less than 0.1 seconds");
        assert_eq!(seconds(1.04), "1.0 seconds");
    }

    #[test]
    fn chances_read_well() {
        assert_eq!(percent(0.9993), "99.93 %");
        assert_eq!(percent(0.97), "97 %");
        assert_eq!(percent(0.000_2), "under 0.1 %");
        assert_eq!(one_in(2.9e-9), "1 in 345 million");
        assert_eq!(one_in(0.036), "1 in 28");
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        let detail = Detail::default().with("offset_seconds", Fact::Number(-120));
        let words = BTreeMap::from([("service".to_owned(), "Example".to_owned())]);
        assert_eq!(fill("{service}: {offset} {odd} {", &detail, &words), "Example: 2 minutes behind {odd} {");
    }
}
