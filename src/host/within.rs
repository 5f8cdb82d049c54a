//! What lies in a folder, whatever links say.
//!
//! The one idea: a path in a folder is followed part by part, and a link that leads out of the folder ends it. It must not ask where
//! the folder itself lies: its user has named it.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use zeroize::Zeroizing;

use super::files::{FileError, Input, read};
use super::name::shown;

/// The place of a path in a folder, with the links in it followed: it need not be there.
///
/// # Errors
/// The path or a link in it leads out of the folder.
pub fn place_within(folder: &Path, relative: impl AsRef<Path>) -> Result<PathBuf, FileError> {
    let relative = relative.as_ref();
    let mut place = folder.to_owned();
    for part in relative.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => place = followed(folder, place.join(name))?,
            _ => return Err(FileError::Outside { name: shown(&folder.join(relative)), folder: shown(folder) }),
        }
    }
    Ok(place)
}

/// The same of a file that is there.
///
/// # Errors
/// As [`place_within`], or it is not there, or is no file.
pub fn file_within(folder: &Path, relative: impl AsRef<Path>) -> Result<PathBuf, FileError> {
    let place = place_within(folder, relative)?;
    let found = fs::metadata(&place).map_err(|reason| FileError::Io { name: shown(&place), reason })?;
    if found.is_file() { Ok(place) } else { Err(FileError::NoFile { name: shown(&place) }) }
}

/// Reads a file of a folder.
///
/// # Errors
/// As [`file_within`] and [`read`].
pub fn read_within(folder: &Path, relative: impl AsRef<Path>) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read(&Input::File(file_within(folder, relative)?))
}

/// The place itself, or where it leads if it is a link.
fn followed(folder: &Path, place: PathBuf) -> Result<PathBuf, FileError> {
    if !fs::symlink_metadata(&place).is_ok_and(|found| found.is_symlink()) {
        return Ok(place);
    }
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let real: io::Result<(PathBuf, PathBuf)> =
        fs::canonicalize(folder).and_then(|root| Ok((root, fs::canonicalize(&place)?)));
    match real {
        Ok((root, real)) if real.starts_with(&root) => Ok(real),
        _ => Err(FileError::Linked { name: shown(&place), folder: shown(folder) }),
    }
}
