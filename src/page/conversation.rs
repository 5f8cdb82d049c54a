//! A conversation that a browser shows.
//!
//! The one idea: it hands inputs to the [`Talk`] and writes what that shows; it knows nothing that the talk does not. A
//! complaint becomes a summary above the form, and nothing else changes. It must not keep a code or a key.

use serde::Serialize;
use zeroize::Zeroizing;

use super::clock::reading;
use super::form;
use super::request::{Given, Opening};
use crate::case::TypedCode;
use crate::import::{self, Imported};
use crate::knowledge::Knowledge;
use crate::readers;
use crate::report::Written;
use crate::session::{Mode, Session};
use crate::speech::{self, Speech};
use crate::talk::{Complaint, Input, MATERIAL, Means, NoFile, Now, Prompt, Talk};

/// A conversation, and what is shown beside what it says.
pub struct Conversation<'k> {
    talk: Talk<'k>,
    /// How far the device's clock is off, in milliseconds; negative: behind.
    offset: f64,
    /// Why the last input was not taken.
    complaint: Option<String>,
    /// What the page itself has to say.
    notice: Option<String>,
    framed: bool,
}

/// What a browser is to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screen {
    /// All of it.
    pub html: String,
    /// What the step is about, for the title of the window.
    pub title: String,
    /// What is asked for: `choose`, `code`, `key`, `ago`, `file`, `password`, `working`, `press`, `wait`, `done`.
    pub kind: &'static str,
    /// When a wait is over, by the device's clock, in milliseconds since 1970.
    pub until: Option<f64>,
    /// What has to pass before it: `{seconds}` is in it.
    pub says: Option<String>,
    /// How many steps can be taken back.
    pub depth: usize,
    /// Whether something was not taken.
    pub is_error: bool,
    /// How far the device's clock is off, in milliseconds.
    pub offset: f64,
}

/// A file to be read by whoever reads.
#[derive(Serialize)]
pub struct ToRead {
    /// The number of the job.
    pub id: u64,
    /// What the file is called.
    pub name: String,
    /// Its password.
    pub password: Option<Zeroizing<String>>,
    /// What it holds.
    #[serde(skip)]
    pub bytes: Zeroizing<Vec<u8>>,
}

impl<'k> Conversation<'k> {
    /// Begins.
    pub fn open(knowledge: &'k Knowledge, opening: &Opening) -> Self {
        let mode = if opening.agent { Mode::Agent } else { Mode::Person };
        let mut session = Session::new(knowledge, mode, opening.service.clone(), None);
        let script = opening
            .trouble
            .as_ref()
            .and_then(|id| knowledge.scripts.values().find(|script| opening.agent && script.symptom == *id));
        if let Some(script) = script {
            session = session.led_by(script);
        }
        // Framed in another page, nobody can tell whose page it is that asks.
        let material = !opening.framed && !opening.agent;
        let mut talk = Talk::new(session, Means { live: true, material, apps: true, reference: None, times: false });
        let reading = reading(&opening.samples);
        let offset = reading.map_or(0.0, |reading| reading.offset_seconds * 1_000.0);
        let now = Now { millis: (opening.now - offset) as i64 };
        if !opening.host.is_empty() && !opening.samples.is_empty() {
            let _ = talk.take(Input::Reference { host: opening.host.clone(), reading }, now);
        }
        let trouble = opening.trouble.as_ref().filter(|id| knowledge.symptoms.contains_key(*id));
        if let (Some(trouble), None) = (trouble, script) {
            let _ = talk.take(Input::Jump(trouble.clone()), now);
        }
        talk.begin(now);
        let mut conversation = Self { talk, offset, complaint: None, notice: None, framed: opening.framed };
        if opening.framed {
            conversation.notice = Some(conversation.phrase("web-framed"));
        }
        conversation
    }

    /// Takes what was done at a time of the device, in milliseconds since 1970.
    pub fn take(&mut self, given: Given, bytes: Zeroizing<Vec<u8>>, now: f64) {
        (self.complaint, self.notice) = (None, None);
        let now = Now { millis: (now - self.offset) as i64 };
        let taken = match self.input(given, bytes) {
            Ok(input) => self.talk.take(input, now),
            Err(complaint) => Err(complaint),
        };
        self.complaint = taken.err().map(|Complaint(text)| text);
    }

    fn input(&mut self, given: Given, bytes: Zeroizing<Vec<u8>>) -> Result<Input, Complaint> {
        Ok(match given {
            Given::Choice { id } if id.is_empty() => return Err(Complaint(self.phrase("web-none-picked"))),
            Given::Choice { id } => Input::Choice(id),
            Given::Nothing => Input::Nothing,
            Given::Back => Input::Back,
            Given::Change { number } => Input::ChangeAnswer(number),
            Given::Code { text } => Input::Code(TypedCode::new((*text).clone())),
            Given::Key { text } => Input::Key(text),
            Given::When { text } => Input::When(text),
            Given::File { name } => Input::File { name, bytes },
            Given::NoFile { large } => Input::NoFile(if large { NoFile::TooLarge } else { NoFile::Failed }),
            Given::Password { text } => Input::Password(text),
            Given::Read { id } => Input::Read { id, found: self.found(&bytes) },
            Given::Pressed => Input::Pressed,
            Given::Waited => Input::Waited,
            Given::Note { text } => Input::Note(text),
        })
    }

    /// What the reader has found; where it gave up, that is told, and nothing was found.
    fn found(&mut self, bytes: &[u8]) -> Imported {
        readers::unpacked(bytes).unwrap_or_else(|| {
            self.notice = Some(self.phrase("web-too-hard"));
            Imported::default()
        })
    }

    /// The file that is to be read now.
    pub fn to_read(&self) -> Option<ToRead> {
        let job = self.talk.job()?;
        Some(ToRead { id: job.id, name: job.name, password: job.password, bytes: (*job.bytes).clone() })
    }

    /// What is to be shown.
    pub fn screen(&self) -> Screen {
        let prompt = self.talk.prompt();
        let (until, says) = match &prompt {
            Prompt::Wait { until, says } => (Some(*until as f64 * 1_000.0 + self.offset), Some(says.clone())),
            _ => (None, None),
        };
        let Written { html, step } = form::written(self, &prompt);
        let title = match &self.complaint {
            Some(_) => format!("{}: {step}", self.phrase("web-error")),
            None => step,
        };
        Screen {
            title,
            kind: form::kind(&prompt),
            until,
            says,
            depth: self.talk.depth(),
            is_error: self.complaint.is_some(),
            offset: self.offset,
            html,
        }
    }

    pub(super) fn talk(&self) -> &Talk<'k> {
        &self.talk
    }

    pub(super) fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    pub(super) fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    pub(super) fn is_framed(&self) -> bool {
        self.framed
    }

    pub(super) fn phrase(&self, id: &str) -> String {
        let (knowledge, words) = (self.talk.session().knowledge(), self.talk.words());
        speech::fill(Speech::of(knowledge).phrase(id), words)
    }

    /// Whether a picture is what somebody wants to show.
    pub(super) fn has_picture(&self) -> bool {
        self.talk.session().state().answers.get(MATERIAL).is_some_and(|said| said == "picture")
    }
}

/// The most that a file may hold, in bytes: what is larger need not be sent to the reader.
pub(super) const LARGEST_FILE: usize = import::LARGEST_FILE;
