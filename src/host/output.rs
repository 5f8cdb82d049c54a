use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::files::{FileError, write_public};
use super::within::place_within;

/// Writes a new file in a folder, with the folders above it. A file that is there already is never touched.
///
/// # Errors
/// It exists, it would lie outside of the folder, or the system refused.
pub fn write_new(folder: &Path, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    let path = place_within(folder, relative)?;
    let failed = |reason: io::Error| match reason.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists { name: path.display().to_string() },
        _ => FileError::Io { name: path.display().to_string(), reason },
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(content.as_ref()).map_err(failed)
}

/// Writes a file in a folder that the program makes, with the folders above it, in place of an older one.
///
/// # Errors
/// It would lie outside of the folder, or the system refused.
pub fn write_again(folder: &Path, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    let path = place_within(folder, relative)?;
    if let Some(folder) = path.parent() {
        let failed = |reason| FileError::Io { name: folder.display().to_string(), reason };
        fs::create_dir_all(folder).map_err(failed)?;
    }
    write_public(&path, content)
}
