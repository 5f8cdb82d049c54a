//! The calls that are kept: each in a few lines, and all of them counted.
//!
//! The one idea: one row for each thing that is told, with its count and its name; text, table and picture show the same rows. What
//! stands in a transcript is a foreign text.

mod csv;
mod json;
mod svg;
mod text;

use chrono::{DateTime, Datelike};

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
    title: String,
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

impl Calls<'_> {
    fn speech(&self) -> Speech<'_> {
        Speech::of(self.knowledge)
    }

    /// How a call stands, in words.
    fn stands(&self, stands: Stands) -> &str {
        self.speech().phrase(match stands {
            Stands::Helped => "calls-helped",
            Stands::Later => "calls-later",
            Stands::HandedOn => "calls-handed-on",
            Stands::Stopped => "calls-stopped",
            Stands::Open => "calls-open",
        })
    }

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
            self.speech().fill(&cause.title, &crate::finding::Detail::default(), &self.words())
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
            ("observe", _) => self.speech().phrase("calls-at-code").to_owned(),
            ("verify-identity", _) => self.speech().phrase("calls-at-identity").to_owned(),
            ("escalate", _) => self.speech().phrase("calls-at-handing-on").to_owned(),
            ("symptom" | "then", _) => self.speech().phrase("calls-at-trouble").to_owned(),
            _ => self.speech().phrase("calls-at-end").to_owned(),
        }
    }

    fn parts(&self, tally: &Tally) -> Vec<Part> {
        let row = |count: usize, id: &str, name: String| Row { count, id: id.to_owned(), name, beside: String::new() };
        let of = |one: &OfSymptom| format!("{}/{}", one.symptom, one.id);
        let stands =
            tally.stands.iter().map(|(stands, count)| row(*count, stands.id(), self.stands(*stands).to_owned()));
        let symptoms = tally.symptoms.iter().map(|(id, count)| row(*count, id, self.symptom(id)));
        let causes = tally.causes.iter().map(|(one, count)| row(*count, &of(one), self.cause(one)));
        let remedies = tally.remedies.iter().map(|(one, results)| Row {
            beside: self.speech().counted("calls-tries", results.all() as u64, &[]),
            ..row(results.helped, &of(one), self.remedy(one))
        });
        let stops = tally.stops.iter().map(|(next, count)| {
            let id = next.1.as_ref().map_or_else(|| next.0.to_owned(), |one| format!("{}:{}", next.0, of(one)));
            row(*count, &id, self.step(next))
        });
        let versions = tally.versions.iter().map(|(version, count)| row(*count, version, foreign::plain(version)));
        let parts = [
            ("stands", "calls-by-stands", stands.collect::<Vec<_>>()),
            ("troubles", "calls-by-troubles", symptoms.collect()),
            ("causes", "found", causes.collect()),
            ("remedies", "calls-by-remedies", remedies.collect()),
            ("stops", "calls-by-stops", stops.collect()),
            ("versions", "calls-by-versions", versions.collect()),
        ];
        let parts =
            parts.into_iter().map(|(id, title, rows)| Part { id, title: self.speech().phrase(title).to_owned(), rows });
        parts.filter(|part| !part.rows.is_empty()).collect()
    }

    /// How many, from when to when, and how long.
    fn heads(&self, tally: &Tally) -> Vec<String> {
        let speech = self.speech();
        let calls = self.count(tally.calls);
        let mut heads = vec![match tally.times.map(|(from, to)| (self.day(from), self.day(to))) {
            Some((from, to)) if from != to => {
                speech.say("calls-days", &[("calls", &calls), ("from", &from), ("to", &to)])
            }
            Some((day, _)) => speech.say("calls-day", &[("calls", &calls), ("day", &day)]),
            None => calls,
        }];
        if tally.longest > 0 {
            let [median, longest] = [tally.median, tally.longest].map(|seconds| speech.duration(seconds));
            heads.push(speech.say("calls-took", &[("median", &median), ("longest", &longest)]));
        }
        heads.extend(self.unread());
        heads
    }

    fn count(&self, calls: usize) -> String {
        self.speech().counted("calls", calls as u64, &[])
    }

    /// That files could not be read.
    fn unread(&self) -> Option<String> {
        (self.unread > 0).then(|| self.speech().counted("calls-unread", self.unread as u64, &[]))
    }

    fn day(&self, at: i64) -> String {
        let time = DateTime::from_timestamp(at, 0).unwrap_or_default();
        self.speech().date(time.day(), time.month(), time.year())
    }

    fn minute(&self, at: i64) -> String {
        let time = DateTime::from_timestamp(at, 0).unwrap_or_default();
        format!("{}, {} UTC", self.day(at), time.format("%H:%M"))
    }
}

/// As RFC 3339 writes it.
pub(super) fn instant(at: i64) -> Option<String> {
    let time = DateTime::from_timestamp(at, 0)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
