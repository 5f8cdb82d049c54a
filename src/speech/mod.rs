//! Numbers, details and sentences in words for people.
//!
//! The one idea: every word is a phrase of the knowledge, so that it is said in the language that the knowledge is in, and
//! in what the service calls things. It must not know how any of it is shown.

mod ago;
mod discreet;
pub mod foreign;

use std::collections::BTreeMap;

use crate::finding::{Detail, Fact};
use crate::knowledge::{Knowledge, Service, capital};

pub use discreet::looks_private;

/// The service's words, by placeholder.
pub type Words = BTreeMap<String, String>;

/// Says things in the language of a knowledge.
#[derive(Debug, Clone, Copy)]
pub struct Speech<'a>(&'a BTreeMap<String, String>);

impl<'a> Speech<'a> {
    /// In the language that the knowledge is in.
    pub fn of(knowledge: &'a Knowledge) -> Self {
        Self(&knowledge.phrases)
    }

    /// A phrase as it stands in the knowledge; its id where there is none.
    pub fn phrase<'i>(self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        self.0.get(id).map_or(id, String::as_str)
    }

    /// A phrase with values for its placeholders.
    pub fn say(self, id: &str, values: &[(&str, &str)]) -> String {
        let value = |name: &str| values.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned());
        replaced(self.phrase(id), false, value)
    }

    /// A phrase in the form that goes with a number, which is its `{count}`: `id-one`, `id-other`.
    pub(crate) fn counted(self, id: &str, number: u64, values: &[(&str, &str)]) -> String {
        let form = if number == 1 { "one" } else { "other" };
        let count = self.count(number);
        self.say(&format!("{id}-{form}"), &[&[("count", count.as_str())], values].concat())
    }

    /// A clock offset in words: `2 minutes behind`. Negative is behind.
    pub fn offset(self, seconds: i64) -> String {
        self.sided(&self.duration(seconds.unsigned_abs()), seconds < 0)
    }

    fn sided(self, duration: &str, behind: bool) -> String {
        self.say(if behind { "offset-behind" } else { "offset-ahead" }, &[("duration", duration)])
    }

    /// A length of time in words, to two units at most: `3 hours and 20 minutes`.
    pub fn duration(self, seconds: u64) -> String {
        const UNITS: [(u64, &str); 5] =
            [(365 * 86_400, "years"), (86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds")];
        let step = match seconds {
            0..10 => 1,
            10..90 => 5,
            90..5_400 => 60,
            5_400..172_800 => 300,
            _ => 86_400,
        };
        let mut rest = (seconds + step / 2) / step * step;
        let mut parts = Vec::new();
        for (unit, id) in UNITS {
            let count = rest / unit;
            rest %= unit;
            if count > 0 {
                parts.push(self.counted(id, count, &[]));
            }
        }
        match &parts[..] {
            [] => self.phrase("no-time").to_owned(),
            [one] => one.clone(),
            [first, second, ..] => self.say("two-units", &[("first", first), ("second", second)]),
        }
    }

    /// An offset that was measured, in words, to the fraction that its uncertainty leaves: `45.0 seconds behind`,
    /// `right`.
    pub fn measured_offset(self, offset_seconds: f64, uncertainty_seconds: f64) -> String {
        let size = offset_seconds.abs();
        if size <= uncertainty_seconds {
            return self.phrase("offset-none").to_owned();
        }
        if size >= 90.0 {
            return self.offset(offset_seconds.round() as i64);
        }
        self.sided(&self.seconds(size), offset_seconds < 0.0)
    }

    /// Seconds with a fraction, in words: `1.3 seconds`, `less than 0.1 seconds`.
    pub fn seconds(self, seconds: f64) -> String {
        let (id, shown) = if seconds < 0.1 { ("seconds-under", 0.1) } else { ("seconds-measured", seconds) };
        self.say(id, &[("number", &self.decimal(shown, 1))])
    }

    /// A probability as people read it: `97 %`, `99.93 %`, `under 0.1 %`.
    pub fn percent(self, probability: f64) -> String {
        let shown = |number: f64, digits| self.say("percent", &[("number", &self.decimal(number, digits))]);
        match probability * 100.0 {
            p if p >= 99.995 => self.say("percent-over", &[("percent", &shown(99.99, 2))]),
            p if p >= 99.0 => shown(p, 2),
            p if p >= 1.0 => shown(p, 0),
            p if p >= 0.1 => shown(p, 1),
            _ => self.say("percent-under", &[("percent", &shown(0.1, 1))]),
        }
    }

    /// A number with so many digits behind the mark.
    pub(crate) fn decimal(self, number: f64, digits: usize) -> String {
        format!("{number:.digits$}").replace('.', self.phrase("decimal-mark"))
    }

    /// A number with its thousands apart: `23,044`.
    pub(crate) fn count(self, number: u64) -> String {
        grouped(number, self.phrase("thousands-mark"))
    }

    /// A small chance: `1 in 28`, `1 in 350 million`.
    pub fn one_in(self, chance: f64) -> String {
        match 1.0 / chance {
            c if c < 1.5 => self.phrase("odds-even").to_owned(),
            c if c < 1e12 => self.say("odds", &[("number", &self.roughly(c))]),
            _ => self.phrase("odds-tiny").to_owned(),
        }
    }

    /// A number from 1 to a trillion in round figures: `28`, `350,000`, `350 million`.
    pub(crate) fn roughly(self, number: f64) -> String {
        match number {
            n if n < 9_950.0 => self.count(n.round() as u64),
            n if n < 1e6 => self.count((n / 1e3).round() as u64 * 1_000),
            n if n < 1e9 => self.counted("millions", (n / 1e6).round() as u64, &[]),
            n => self.counted("billions", (n / 1e9).round() as u64, &[]),
        }
    }

    /// A day of the calendar, the month from 1: `3 May 2026`.
    pub fn date(self, day: u32, month: u32, year: i32) -> String {
        let (day, year) = (day.to_string(), year.to_string());
        self.say("date", &[("day", &day), ("month", self.phrase(&format!("month-{month}"))), ("year", &year)])
    }

    /// Several things as one: `first, second and third`.
    pub fn list(self, things: &[&str]) -> String {
        match things {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., last] => self.say("list", &[("list", &first.join(", ")), ("last", last)]),
        }
    }

    /// Things of which one is meant, with "or" before the last.
    pub fn either(self, things: &[&str]) -> String {
        match things {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., last] => self.say("either", &[("list", &first.join(", ")), ("last", last)]),
        }
    }

    /// Puts values in for `{placeholders}`: the detail's facts first, then the words given. Unknown ones stay as they
    /// are.
    pub fn fill(self, text: &str, detail: &Detail, words: &Words) -> String {
        replaced(text, true, |name| self.fact(name, detail).or_else(|| words.get(name).cloned()))
    }

    /// What is said where a family of causes is concluded and not one of them, `cause` being the title of the likeliest;
    /// `None` for a family that has no words of its own, or whose words lack what was measured.
    pub fn family(self, family: &str, cause: &str, detail: &Detail, words: &Words) -> Option<String> {
        let text = self.0.get(&format!("alike-{family}"))?;
        let mut words = words.clone();
        words.insert("cause".to_owned(), cause.to_owned());
        Some(self.fill(text, detail, &words)).filter(|said| !said.contains('{'))
    }

    fn fact(self, name: &str, detail: &Detail) -> Option<String> {
        let number = |key: &str| match detail.get(key) {
            Some(Fact::Number(number)) => Some(*number),
            _ => None,
        };
        match name {
            "offset" => number("offset_seconds").map(|seconds| self.offset(seconds)),
            // Seen from the service, whose clock it is then.
            "service_offset" => number("offset_seconds").map(|seconds| self.offset(-seconds)),
            "drift" => number("seconds_a_day").map(|seconds| {
                let id = if seconds < 0 { "drift-slow" } else { "drift-fast" };
                self.say(id, &[("duration", &self.duration(seconds.unsigned_abs()))])
            }),
            "age" => number("age_seconds").map(|seconds| self.duration(seconds.unsigned_abs())),
            _ => match detail.get(name)? {
                Fact::Number(number) => Some(number.to_string()),
                Fact::Decimal(number) => Some(self.decimal(*number, 1)),
                Fact::Range(from, to) => {
                    Some(self.say("range", &[("from", &from.to_string()), ("to", &to.to_string())]))
                }
                Fact::Text(text) => Some(self.text(text)),
            },
        }
    }

    /// A word of a closed list in the language of the knowledge; any other text as it is, made inert.
    pub(crate) fn text(self, text: &str) -> String {
        self.0.get(&format!("said-{}", id_of(text))).cloned().unwrap_or_else(|| foreign::plain(text))
    }
}

/// `One digit is wrong` as `one-digit-is-wrong`.
pub(crate) fn id_of(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// A number with its thousands apart, for those who read English.
pub(crate) fn count(number: u64) -> String {
    grouped(number, ",")
}

fn grouped(number: u64, mark: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(digit);
    }
    out
}

/// A sentence of the program itself, its placeholders filled.
pub fn phrase(knowledge: &Knowledge, id: &str, words: &Words) -> String {
    fill(Speech::of(knowledge).phrase(id), words)
}

/// What the screens of a service call things: of the one with that id where it tells, else of the generic one.
///
/// `name` is what the service is called (foreign text) where the knowledge does not know it.
pub fn words_of(knowledge: &Knowledge, service: Option<&str>, name: Option<&str>) -> Words {
    let generic = knowledge.services.get(Service::GENERIC);
    let own = service.and_then(|id| knowledge.services.get(id));
    let mut words = generic.map(|service| service.words.clone()).unwrap_or_default();
    words.extend(own.map(|service| service.words.clone()).unwrap_or_default());
    let name = name.map(foreign::plain).filter(|name| !name.is_empty());
    let name = own.map(|service| service.name.clone()).or(name).or_else(|| generic.map(|service| service.name.clone()));
    words.insert("service".to_owned(), name.unwrap_or_else(|| "the service".to_owned()));
    words
}

/// Puts words in for `{placeholders}`. Unknown ones stay as they are.
pub fn fill(text: &str, words: &Words) -> String {
    replaced(text, true, |name| words.get(name).cloned())
}

/// Puts values in, with a capital where they begin a sentence, if the text is made of whole sentences.
fn replaced(text: &str, sentences: bool, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) if sentences && begins_a_sentence(&filled) => filled.push_str(&capital(&value)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Vocabulary;
    use crate::knowledge::Sources;

    /// In each language the expected words.
    fn said(say: impl Fn(Speech<'_>) -> String, expected: [&str; 2]) {
        let knowledge = Knowledge::compile(&Sources::embedded(), &Vocabulary::default()).knowledge;
        let german = knowledge.clone().in_language("de");
        assert_eq!([say(Speech::of(&knowledge)), say(Speech::of(&german))], expected);
    }

    #[test]
    fn offsets_read_well() {
        said(|speech| speech.offset(-120), ["2 minutes behind", "2 Minuten nach"]);
        said(|speech| speech.offset(45), ["45 seconds ahead", "45 Sekunden vor"]);
        said(|speech| speech.offset(-3_612), ["1 hour behind", "1 Stunde nach"]);
        said(|speech| speech.offset(19_800), ["5 hours and 30 minutes ahead", "5 Stunden und 30 Minuten vor"]);
        said(|speech| speech.offset(86_400), ["1 day ahead", "1 Tag vor"]);
        said(|speech| speech.offset(-1_790_000_000), ["56 years and 278 days behind", "56 Jahre und 278 Tage nach"]);
    }

    #[test]
    fn measured_offsets_read_well() {
        said(|speech| speech.measured_offset(-45.01, 0.02), ["45.0 seconds behind", "45,0 Sekunden nach"]);
        said(|speech| speech.measured_offset(600.2, 1.2), ["10 minutes ahead", "10 Minuten vor"]);
        said(|speech| speech.measured_offset(0.4, 1.1), ["right", "richtig"]);
        said(|speech| speech.seconds(0.000_2), ["less than 0.1 seconds", "weniger als 0,1 Sekunden"]);
        said(|speech| speech.seconds(1.04), ["1.0 seconds", "1,0 Sekunden"]);
    }

    #[test]
    fn chances_read_well() {
        said(|speech| speech.percent(0.9993), ["99.93 %", "99,93 %"]);
        said(|speech| speech.percent(0.97), ["97 %", "97 %"]);
        said(|speech| speech.percent(0.000_2), ["under 0.1 %", "unter 0,1 %"]);
        said(|speech| speech.one_in(2.9e-9), ["1 in 345 million", "1 zu 345 Millionen"]);
        said(|speech| speech.one_in(0.036), ["1 in 28", "1 zu 28"]);
        said(|speech| speech.one_in(1e-6), ["1 in 1 million", "1 zu 1 Million"]);
        said(|speech| speech.roughly(23_044.0), ["23,000", "23.000"]);
    }

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        let detail = Detail::default().with("offset_seconds", Fact::Number(-120));
        let words = BTreeMap::from([("service".to_owned(), "example".to_owned())]);
        let text = "{service}: {offset} {odd} {";
        said(
            |speech| speech.fill(text, &detail, &words),
            ["Example: 2 minutes behind {odd} {", "Example: 2 Minuten nach {odd} {"],
        );
    }
}
