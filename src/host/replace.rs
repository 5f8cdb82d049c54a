//! How a file is written: whole, or not at all, and in place of nothing but a file.
//!
//! The one idea: what is written gets a name of its own beside the place that it is for, and takes that place when it is
//! complete. It must not write through a link, nor into a device or a pipe.

use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use super::files::FileError;
use super::name::shown;

/// Held while a file takes its place.
static WRITING: Mutex<()> = Mutex::new(());
/// How often a name is made up that nothing has yet.
const TRIES: usize = 16;

/// Waits until nothing is being written, two seconds at most: whoever ends the program leaves nothing half done.
pub(super) fn settle() {
    for _ in 0..40 {
        match WRITING.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(50)),
            _ => return,
        }
    }
}

/// What is at a path that is to be written, if anything: a file.
pub(super) fn file_at(path: &Path) -> Result<Option<Metadata>, FileError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) if found.is_symlink() => Err(FileError::Link { name: shown(path) }),
        Ok(_) => Err(FileError::NoFile { name: shown(path) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(FileError::Io { name: shown(path), reason }),
    }
}

/// Writes a file, in place of an older one if there is one. One that is `private` can be read by its owner alone.
pub(super) fn replace(path: &Path, content: &[u8], private: bool) -> Result<(), FileError> {
    let failed = |reason| FileError::Io { name: shown(path), reason };
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let old = file_at(path)?;
    let mut part = Part::beside(path, private).map_err(failed)?;
    // Whoever could read the old one can read the new one, and nobody else.
    if let (false, Some(old)) = (private, &old) {
        part.file.set_permissions(old.permissions()).map_err(failed)?;
    }
    part.file.write_all(content).map_err(failed)?;
    // What is replaced is gone: the new one has to be there, whatever happens to the machine.
    if private || old.is_some() {
        part.file.sync_all().map_err(failed)?;
    }
    file_at(path)?;
    part.take_place(path).map_err(failed)?;
    Ok(())
}

/// Writes a file where nothing is yet.
pub(super) fn add(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    add_with(path, content, false, |_| {}).map(drop)
}

/// The same, for who holds [`WRITING`]; `prepared` sees the file before anybody else can.
fn add_with(path: &Path, content: &[u8], private: bool, prepared: impl FnOnce(&File)) -> Result<File, FileError> {
    let failed = |reason: io::Error| match reason.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists { name: shown(path) },
        _ => FileError::Io { name: shown(path), reason },
    };
    if fs::symlink_metadata(path).is_ok() {
        return Err(FileError::Exists { name: shown(path) });
    }
    let mut part = Part::beside(path, private).map_err(failed)?;
    part.file.write_all(content).map_err(failed)?;
    if private {
        part.file.sync_all().map_err(failed)?;
    }
    prepared(&part.file);
    match fs::hard_link(&part.path, path) {
        Ok(()) => part.file.try_clone().map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(failed(error)),
        // There are disks without such links: there the place is taken first.
        Err(_) => {
            options(private).open(path).map_err(failed)?;
            part.take_place(path).map_err(failed)
        }
    }
}

/// For a file that is kept: see [`super::own_file::OwnFile`].
pub(super) fn begin(path: &Path, content: &[u8], prepared: impl FnOnce(&File)) -> Result<File, FileError> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    add_with(path, content, true, prepared)
}

/// Puts a private file in the place of one that `is_ours`; without one, where nothing is.
pub(super) fn renew(
    path: &Path,
    content: &[u8],
    is_ours: impl Fn(&Metadata) -> Result<(), FileError>,
    prepared: impl FnOnce(&File),
) -> Result<File, FileError> {
    let failed = |reason| FileError::Io { name: shown(path), reason };
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if file_at(path)?.is_none() {
        return add_with(path, content, true, prepared);
    }
    let mut part = Part::beside(path, true).map_err(failed)?;
    part.file.write_all(content).map_err(failed)?;
    part.file.sync_all().map_err(failed)?;
    prepared(&part.file);
    // As late as can be: nothing of somebody else's is replaced.
    match file_at(path)? {
        Some(found) => is_ours(&found)?,
        None => return Err(FileError::Changed { name: shown(path) }),
    }
    part.take_place(path).map_err(failed)
}

/// What is written before it takes its place; gone if it does not come to that.
struct Part {
    path: PathBuf,
    file: File,
    placed: bool,
}

impl Part {
    /// A new file in the folder of `path`, of a name that nobody knows beforehand.
    fn beside(path: &Path, private: bool) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..TRIES {
            let path = folder.join(format!(".otp-doctor-{:016x}.part", RandomState::new().hash_one(0)));
            match options(private).open(&path) {
                Ok(file) => return Ok(Self { path, file, placed: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    fn take_place(mut self, path: &Path) -> io::Result<File> {
        let file = self.file.try_clone()?;
        fs::rename(&self.path, path)?;
        self.placed = true;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = if folder == Path::new("") { Path::new(".") } else { folder };
            // Where a folder cannot be told to be on the disk, the file is there all the same.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(file)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.placed {
            // It may be gone already.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens what is not there, and nothing else.
fn options(private: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    options
}
