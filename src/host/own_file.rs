//! A file that is written again and again while the program runs, and by nobody else meanwhile.
//!
//! The one idea: the file itself is locked, and so is what takes its place before it does; the system forgets a lock with whoever
//! held it. It must not replace what somebody else has changed.

use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use super::files::{FileError, LARGEST};
use super::name::shown;
use super::replace::{begin, file_at, renew};

/// How often a file is opened whose place somebody else's has taken meanwhile.
const TRIES: usize = 8;

/// Such a file.
#[derive(Debug)]
pub struct OwnFile {
    path: PathBuf,
    /// What is there, as long as nobody else has touched it. It holds the lock.
    file: File,
    content: Vec<u8>,
}

impl OwnFile {
    /// Begins a new one, which only its owner can read.
    ///
    /// # Errors
    /// Something is there already, somebody writes it right now, or the system refused.
    pub fn begin(path: &Path, text: &str) -> Result<Self, FileError> {
        match begin(path, text.as_bytes(), lock_ours) {
            Ok(file) => Ok(Self { path: path.to_owned(), file, content: text.into() }),
            Err(FileError::Exists { name }) => {
                file_at(path)?;
                let busy = File::open(path).is_ok_and(|file| is_busy(&file));
                Err(if busy { FileError::Busy { name } } else { FileError::Begun { name } })
            }
            Err(error) => Err(error),
        }
    }

    /// Goes on with one that is there.
    ///
    /// # Errors
    /// It is no file, or somebody writes it right now, or it cannot be read or is too large.
    pub fn go_on(path: &Path) -> Result<Self, FileError> {
        let failed = |reason| FileError::Io { name: shown(path), reason };
        for _ in 0..TRIES {
            file_at(path)?;
            let file = File::open(path).map_err(failed)?;
            if is_busy(&file) {
                return Err(FileError::Busy { name: shown(path) });
            }
            // Another one may have taken its place before it was locked.
            if !file_at(path)?.is_some_and(|found| is_same(&found, &file)) {
                continue;
            }
            let content = content(&file).map_err(failed)?;
            if content.len() as u64 > LARGEST {
                return Err(FileError::TooLarge { name: shown(path) });
            }
            return Ok(Self { path: path.to_owned(), file, content });
        }
        Err(FileError::Busy { name: shown(path) })
    }

    /// What was read, or written last.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Its name, for messages.
    pub fn name(&self) -> String {
        shown(&self.path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it anew, all of it or nothing. If it is gone, it is there again.
    ///
    /// # Errors
    /// Somebody else has changed it, or put something else in its place, or the system refused.
    pub fn write(&mut self, text: &str) -> Result<(), FileError> {
        let is_ours = |found: &Metadata| {
            let same = is_same(found, &self.file) && content(&self.file).is_ok_and(|now| now == self.content);
            if same { Ok(()) } else { Err(FileError::Changed { name: shown(&self.path) }) }
        };
        self.file = renew(&self.path, text.as_bytes(), is_ours, lock_ours)?;
        self.content = text.into();
        Ok(())
    }
}

/// Whether somebody else writes it; if not, it is locked. Where a disk knows no locks, nobody is kept out.
fn is_busy(file: &File) -> bool {
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Locks what nobody else can know of yet.
fn lock_ours(file: &File) {
    // Where a disk knows no locks, nobody is kept out.
    let _ = file.try_lock();
}

fn content(mut file: &File) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.rewind()?;
    file.take(LARGEST + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(unix)]
fn is_same(found: &Metadata, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|ours| (ours.dev(), ours.ino()) == (found.dev(), found.ino()))
}

/// There it cannot be told; the content is compared anyway.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &File) -> bool {
    true
}
