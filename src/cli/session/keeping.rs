//! What becomes of the file that a session is written down in.
//!
//! The one idea: a session goes on whether or not it can be written down, and whoever holds it is told when it cannot.

use std::path::{Path, PathBuf};

use crate::host::{self, FileError, OwnFile};
use crate::knowledge::Knowledge;
use crate::session::Transcript;
use crate::speech::Speech;

/// The file, if there is one.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    own: Option<OwnFile>,
    /// Why the last step is not in it.
    failed: Option<FileError>,
}

impl Keeping {
    /// Goes on with a file.
    pub(super) fn on(own: Option<OwnFile>) -> Self {
        Self { own, failed: None }
    }

    /// Begins a new file at the first of these places that nobody has taken, with what is known so far.
    pub(super) fn begin_at_one(
        &mut self,
        places: impl Iterator<Item = PathBuf>,
        transcript: &Transcript,
    ) -> Result<(), FileError> {
        let mut last = None;
        for place in places {
            if let Some(folder) = place.parent() {
                host::make_folder(folder)?;
            }
            match self.begin(&place, transcript) {
                Ok(()) => return Ok(()),
                // Of two who want it one has it.
                Err(
                    error @ (FileError::Begun { .. }
                    | FileError::Busy { .. }
                    | FileError::Link { .. }
                    | FileError::NoFile { .. }),
                ) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        last.map_or(Ok(()), Err)
    }

    /// Begins a new file with what is known so far.
    pub(super) fn begin(&mut self, path: &Path, transcript: &Transcript) -> Result<(), FileError> {
        self.own = Some(OwnFile::begin(path, &transcript.write())?);
        Ok(())
    }

    /// Writes down what has happened. What is to be said if that cannot be done: once, until it can again.
    pub(super) fn step(&mut self, transcript: &Transcript, knowledge: &Knowledge) -> Option<String> {
        let error = match self.own.as_mut()?.write(&transcript.write()) {
            Ok(()) => {
                self.failed = None;
                return None;
            }
            Err(error) => error,
        };
        let told = Speech::of(knowledge).say("not-written-down", &[("reason", &error.to_string())]);
        let before = self.failed.replace(error).map(|before| before.to_string());
        (before != self.failed.as_ref().map(ToString::to_string)).then_some(told)
    }

    /// The file, if all that has happened is in it.
    pub(super) fn complete(&self) -> Option<&Path> {
        self.own.as_ref().filter(|_| self.failed.is_none()).map(OwnFile::path)
    }

    /// Why what has happened is not all in the file, if it should be.
    pub(super) fn failed(self) -> Option<FileError> {
        self.failed
    }
}
