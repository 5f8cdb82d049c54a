//! The calls that are kept: each in a few lines, and all of them counted.
//!
//! The one idea: one row for each thing that is told, with its count and its name; text, table and picture show the same rows. What
//! stands in a transcript is a foreign text.

mod csv;
mod json;
mod svg;
mod text;

use chrono::DateTime;

use crate::knowledge::Knowledge;
use crate::session::{Call, OfSymptom, Stands, Tally};
use crate::speech::{Speech, Words, fill, foreign, words_of};

/// A file with a call in it.
pub struct Kept {
    /// Its name.
    pub file: String,
    /// What is in it.
    pub call: Call,
}

/// Calls to be shown, with the knowledge that has their names.
pub struct Calls<'a> {
    /// The newest first.
    pub kept: &'a [Kept],
    /// How many files could not be read.
    pub unread: usize,
    /// The knowledge.
    pub knowledge: &'a Knowledge,
    /// The service whose words are used.
    pub service: Option<&'a str>,
}

/// A part of the statistics.
struct Part {
    id: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

/// Something that was counted.
struct Row {
    count: usize,
    /// For programs.
    id: String,
    /// For people, inert.
    name: String,
    /// More of it.
    beside: String,
}

impl Stands {
    /// In words.
    fn words(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::Later => "will try it later",
            Self::HandedOn => "handed on",
            Self::Stopped => "stopped",
            Self::Open => "open",
        }
    }
}

impl Calls<'_> {
    fn words(&self) -> Words {
        words_of(self.knowledge, self.service, None)
    }

    fn tally(&self) -> Tally {
        Tally::of(&self.kept.iter().map(|kept| kept.call.clone()).collect::<Vec<_>>())
    }

    fn symptom(&self, id: &str) -> String {
        let symptom = self.knowledge.symptoms.get(id);
        symptom.map_or_else(|| foreign::plain(id), |symptom| fill(&symptom.title, &self.words()))
    }

    fn cause(&self, of: &OfSymptom) -> String {
        let cause = self.knowledge.symptoms.get(&of.symptom).and_then(|symptom| symptom.cause(&of.id));
        let title = cause.map(|cause| {
            // What was measured of one call is not that of another.
            Speech::of(self.knowledge).fill(&cause.title, &crate::finding::Detail::default(), &self.words())
        });
        title.filter(|title| !title.contains('{')).unwrap_or_else(|| foreign::plain(&of.id))
    }

    fn remedy(&self, of: &OfSymptom) -> String {
        let remedy = self.knowledge.symptoms.get(&of.symptom).and_then(|symptom| symptom.remedy(&of.id));
        let section = remedy.and_then(|remedy| self.knowledge.told(remedy.section(true), None));
        section.map_or_else(|| foreign::plain(&of.id), |section| fill(&section.title, &self.words()))
    }

    /// Where somebody stopped.
    fn step(&self, (what, of): &(&'static str, Option<OfSymptom>)) -> String {
        match (*what, of) {
            ("ask", Some(of)) => {
                let symptom = self.knowledge.symptoms.get(&of.symptom);
                let question = symptom.and_then(|symptom| symptom.question(&of.id));
                question.map_or_else(|| foreign::plain(&of.id), |one| fill(one.wording(true), &self.words()))
            }
            ("remedy", Some(of)) => self.remedy(of),
            ("observe", _) => "a code was to be typed".to_owned(),
            ("verify-identity", _) => "who is calling was to be made sure of".to_owned(),
            ("escalate", _) => "somebody else was to take over".to_owned(),
            ("symptom" | "then", _) => "no trouble was named yet".to_owned(),
            _ => "nothing was left to do".to_owned(),
        }
    }

    fn parts(&self, tally: &Tally) -> Vec<Part> {
        let row = |count: usize, id: &str, name: String| Row { count, id: id.to_owned(), name, beside: String::new() };
        let of = |one: &OfSymptom| format!("{}/{}", one.symptom, one.id);
        let stands = tally.stands.iter().map(|(stands, count)| row(*count, stands.id(), stands.words().to_owned()));
        let symptoms = tally.symptoms.iter().map(|(id, count)| row(*count, id, self.symptom(id)));
        let causes = tally.causes.iter().map(|(one, count)| row(*count, &of(one), self.cause(one)));
        let remedies = tally.remedies.iter().map(|(one, results)| Row {
            beside: format!("of {} tries", results.all()).replace("of 1 tries", "of 1 try"),
            ..row(results.helped, &of(one), self.remedy(one))
        });
        let stops = tally.stops.iter().map(|(next, count)| {
            let id = next.1.as_ref().map_or_else(|| next.0.to_owned(), |one| format!("{}:{}", next.0, of(one)));
            row(*count, &id, self.step(next))
        });
        let versions = tally.versions.iter().map(|(version, count)| row(*count, version, foreign::plain(version)));
        let parts = [
            ("stands", "How they stand", stands.collect::<Vec<_>>()),
            ("troubles", "What they were about", symptoms.collect()),
            ("causes", "What it was", causes.collect()),
            ("remedies", "How often it helped", remedies.collect()),
            ("stops", "Where they stopped", stops.collect()),
            ("versions", "By release of the knowledge", versions.collect()),
        ];
        let parts = parts.into_iter().map(|(id, title, rows)| Part { id, title, rows });
        parts.filter(|part| !part.rows.is_empty()).collect()
    }

    /// How many, from when to when, and how long.
    fn heads(&self, tally: &Tally) -> Vec<String> {
        let speech = Speech::of(self.knowledge);
        let mut heads = vec![many(tally.calls, "call")];
        if let Some((from, to)) = tally.times {
            let (from, to) = (day(from), day(to));
            let days = if from == to { from } else { format!("{from} to {to}") };
            heads[0] += ", ";
            heads[0] += &days;
        }
        if tally.longest > 0 {
            let [median, longest] = [tally.median, tally.longest].map(|seconds| speech.duration(seconds));
            heads.push(format!("Half of them took {median} or less, the longest {longest}."));
        }
        if self.unread > 0 {
            heads.push(
                format!("{} could not be read and is not counted.", many(self.unread, "file"))
                    .replace("files could not be read and is", "files could not be read and are"),
            );
        }
        heads
    }
}

fn many(count: usize, what: &str) -> String {
    format!("{} {what}{}", crate::speech::count(count as u64), if count == 1 { "" } else { "s" })
}

fn day(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(String::new, |time| time.format("%-d %b %Y").to_string())
}

fn minute(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(String::new, |time| time.format("%-d %b %Y, %H:%M UTC").to_string())
}

/// As RFC 3339 writes it.
pub(super) fn instant(at: i64) -> Option<String> {
    let time = DateTime::from_timestamp(at, 0)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
