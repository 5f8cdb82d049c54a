use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::finding::{Detail, Fact, Finding, Measure, Reading, Source, Vocabulary};

/// Codes that one session compares, at most.
const MOST_COMPARED: usize = 1_000;
/// What a fact with a fraction is cut to: seconds of thirty thousand years.
const MOST_SECONDS: f64 = 1e12;

/// Everything that happened in a session: it *is* the session. It holds no secret and no code.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// What it started from.
    pub header: Header,
    /// In the order they happened.
    pub events: Vec<Event>,
}

/// The first line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of the format, 1.
    pub transcript: u8,
    /// Digest of the knowledge it ran with.
    pub knowledge: String,
    /// Release of the knowledge.
    pub version: String,
    /// Who is talking.
    pub mode: Mode,
    /// The service, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The caller's ticket, in an agent's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whoever held it at the beginning, as they call themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The script that leads an agent, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// Who is talking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A person with their own account.
    Person,
    /// An agent with a caller.
    Agent,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It is this time, in seconds since 1970: what follows happened then. It counts for nothing else, and is not taken back.
    At(i64),
    /// From here on it is held by whoever calls themselves so. It counts for nothing else, and is not taken back.
    HeldBy(String),
    /// The session is about this symptom now, findings kept.
    About(String),
    /// A question was answered, `unsure` included.
    Asked {
        /// The question.
        question: String,
        /// The answer.
        answer: String,
    },
    /// A probe ran.
    Observed(Finding),
    /// A remedy was tried.
    Tried {
        /// The remedy.
        remedy: String,
        /// What came of it.
        result: Tried,
    },
    /// An agent made sure who is calling, or could not. The proof itself is never kept.
    Verified(bool),
    /// Something that somebody wants to be kept with the session.
    Note(String),
    /// The last answer or try is taken back, with all that followed from it.
    Back,
    /// Everything after so many events that count is taken back.
    BackTo(usize),
    /// It ended.
    Concluded(Ending),
}

impl Event {
    /// The time that it tells.
    pub(super) fn time(&self) -> Option<i64> {
        match self {
            Self::At(time) => Some(*time),
            _ => None,
        }
    }
}

/// What came of a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tried {
    /// It helped.
    Helped,
    /// It did not.
    Failed,
    /// It will be tried later.
    Later,
}

impl Tried {
    /// All of them, in the order they are offered in.
    pub const ALL: [Self; 3] = [Self::Helped, Self::Failed, Self::Later];

    /// As it is chosen and written.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::Failed => "failed",
            Self::Later => "later",
        }
    }

    /// The one of this id.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.id() == id)
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A remedy helped, or will be tried.
    Remedy,
    /// Somebody else goes on.
    Escalated,
    /// The person stopped.
    Abandoned,
}

/// Why a text is no transcript; the line counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {message}")]
pub struct TranscriptError {
    /// Where.
    pub line: usize,
    /// What is wrong, in our own words.
    pub message: &'static str,
}

/// An event as a line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    At {
        #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
        time: i64,
    },
    HeldBy {
        agent: String,
    },
    About {
        symptom: String,
    },
    Asked {
        question: String,
        answer: String,
    },
    Observed {
        probe: String,
        source: Source,
        #[serde(default, skip_serializing_if = "is_zero")]
        compared: usize,
        measures: Vec<MeasureLine>,
    },
    Unavailable {
        probe: String,
        source: Source,
        reason: String,
    },
    Tried {
        remedy: String,
        result: Tried,
    },
    Verified {
        passed: bool,
    },
    Note {
        text: String,
    },
    Back {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<usize>,
    },
    Concluded {
        ending: Ending,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasureLine {
    explanation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<String>,
    ratio: f64,
    chance: f64,
    codes: usize,
    tried: u64,
    provable: bool,
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    detail: serde_json::Map<String, serde_json::Value>,
}

impl Transcript {
    /// When the first thing happened, in seconds since 1970; `None` where that was not kept.
    pub fn first_time(&self) -> Option<i64> {
        self.events.iter().find_map(Event::time)
    }

    /// When the last thing happened, in seconds since 1970; `None` where that was not kept.
    pub fn last_time(&self) -> Option<i64> {
        self.events.iter().rev().find_map(Event::time)
    }

    /// Everybody who held it, in order, as they call themselves.
    pub fn agents(&self) -> Vec<&str> {
        let later = self.events.iter().filter_map(|event| match event {
            Event::HeldBy(agent) => Some(agent),
            _ => None,
        });
        self.header.agent.iter().chain(later).map(String::as_str).collect()
    }

    /// One JSON object a line, the header first.
    pub fn write(&self) -> String {
        let mut out = serde_json::to_string(&self.header).unwrap_or_default();
        for event in &self.events {
            let line = serde_json::to_string(&Line::from(event)).unwrap_or_default();
            let _ = write!(out, "\n{line}");
        }
        out + "\n"
    }

    /// Reads what [`Self::write`] wrote.
    ///
    /// # Errors
    /// A line is no event, or names a probe, explanation or fact that `vocabulary` does not have.
    pub fn read(text: &str, vocabulary: &Vocabulary) -> Result<Self, TranscriptError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let broken = |index: usize, message| TranscriptError { line: index + 1, message };
        let (index, first) = lines.next().ok_or_else(|| broken(0, "expected the header of a transcript"))?;
        let header: Header =
            serde_json::from_str(first).map_err(|_| broken(index, "expected the header of a transcript"))?;
        if header.transcript != 1 {
            return Err(broken(index, "this version of the format is not known; expected 1"));
        }
        let mut events = Vec::new();
        for (index, line) in lines {
            let line: Line = serde_json::from_str(line).map_err(|_| broken(index, "expected an event"))?;
            let event = line.event(vocabulary);
            events.push(event.ok_or_else(|| broken(index, "it names a probe or an explanation that is not known"))?);
        }
        Ok(Self { header, events })
    }
}

/// As RFC 3339 writes it, in UTC.
// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn write_time<S: Serializer>(time: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    let time = DateTime::from_timestamp(*time, 0).unwrap_or_default();
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = DateTime::parse_from_rfc3339(&text).map_err(|_| serde::de::Error::custom("expected a time"))?;
    Ok(time.timestamp())
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl From<&Event> for Line {
    fn from(event: &Event) -> Self {
        match event.clone() {
            Event::At(time) => Self::At { time },
            Event::HeldBy(agent) => Self::HeldBy { agent },
            Event::About(symptom) => Self::About { symptom },
            Event::Asked { question, answer } => Self::Asked { question, answer },
            Event::Observed(Finding { probe, source, compared, reading }) => match reading {
                Reading::Measured(measures) => Self::Observed {
                    probe: probe.to_owned(),
                    source,
                    compared,
                    measures: measures.iter().map(MeasureLine::from).collect(),
                },
                Reading::Unavailable(reason) => Self::Unavailable { probe: probe.to_owned(), source, reason },
            },
            Event::Tried { remedy, result } => Self::Tried { remedy, result },
            Event::Verified(passed) => Self::Verified { passed },
            Event::Note(text) => Self::Note { text },
            Event::Back => Self::Back { to: None },
            Event::BackTo(kept) => Self::Back { to: Some(kept) },
            Event::Concluded(ending) => Self::Concluded { ending },
        }
    }
}

impl Line {
    fn event(self, vocabulary: &Vocabulary) -> Option<Event> {
        let words_of = |id: &str| vocabulary.probes.iter().find(|words| words.id == id);
        Some(match self {
            Self::At { time } => Event::At(time),
            Self::HeldBy { agent } => Event::HeldBy(agent),
            Self::About { symptom } => Event::About(symptom),
            Self::Asked { question, answer } => Event::Asked { question, answer },
            Self::Observed { probe, source, compared, measures } => {
                let words = words_of(&probe)?;
                let compared = compared.min(MOST_COMPARED);
                let measures = measures.into_iter().map(|measure| {
                    // Whoever wrote this may claim anything; the probe could not have.
                    Some(words.most.cut(measure.measure(vocabulary)?, compared))
                });
                let reading = Reading::Measured(measures.collect::<Option<Vec<Measure>>>()?);
                Event::Observed(Finding { probe: words.id, source, compared, reading })
            }
            Self::Unavailable { probe, source, reason } => {
                let reading = Reading::Unavailable(reason);
                Event::Observed(Finding { probe: words_of(&probe)?.id, source, compared: 0, reading })
            }
            Self::Tried { remedy, result } => Event::Tried { remedy, result },
            Self::Verified { passed } => Event::Verified(passed),
            Self::Note { text } => Event::Note(text),
            Self::Back { to } => to.map_or(Event::Back, Event::BackTo),
            Self::Concluded { ending } => Event::Concluded(ending),
        })
    }
}

impl From<&Measure> for MeasureLine {
    fn from(measure: &Measure) -> Self {
        let value = |fact: &Fact| serde_json::to_value(fact).unwrap_or_default();
        Self {
            explanation: measure.explanation.to_owned(),
            with: measure.with.map(str::to_owned),
            ratio: measure.ratio,
            chance: measure.chance,
            codes: measure.codes,
            tried: measure.tried,
            provable: measure.provable,
            detail: measure.detail.0.iter().map(|(key, fact)| ((*key).to_owned(), value(fact))).collect(),
        }
    }
}

impl MeasureLine {
    fn measure(self, vocabulary: &Vocabulary) -> Option<Measure> {
        let words = || vocabulary.probes.iter().flat_map(|probe| probe.explanations);
        let explanation = |id: &str| words().find(|words| words.id == id).map(|words| words.id);
        let mut facts = vocabulary.provides(&self.explanation);
        // Of two faults at once, what the second one is like is told, too.
        facts.extend(self.with.iter().flat_map(|with| vocabulary.provides(with)));
        let mut detail = Detail::default();
        for (key, value) in &self.detail {
            let key = facts.iter().find(|fact| *fact == key)?;
            detail = detail.with(key, fact(value)?);
        }
        let sound = [self.ratio, self.chance].iter().all(|number| number.is_finite() && *number >= 0.0);
        sound.then_some(())?;
        Some(Measure {
            explanation: explanation(&self.explanation)?,
            with: match &self.with {
                Some(with) => Some(explanation(with)?),
                None => None,
            },
            ratio: self.ratio,
            chance: self.chance,
            codes: self.codes,
            tried: self.tried,
            provable: self.provable,
            detail,
        })
    }
}

fn fact(value: &serde_json::Value) -> Option<Fact> {
    match value {
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Fact::Number)
            .or_else(|| number.as_f64().map(|number| Fact::Decimal(number.clamp(-MOST_SECONDS, MOST_SECONDS)))),
        serde_json::Value::String(text) => Some(Fact::Text(text.clone())),
        serde_json::Value::Array(ends) => match ends.as_slice() {
            [from, to] => Some(Fact::Range(from.as_i64()?, to.as_i64()?)),
            _ => None,
        },
        _ => None,
    }
}
