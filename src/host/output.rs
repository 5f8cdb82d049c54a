use std::fs;
use std::path::Path;

use super::files::{FileError, write_public};
use super::name::shown;
use super::replace::{add, file_at};
use super::within::place_within;

/// Writes a new file in a folder, with the folders above it. A file that is there already is never touched.
///
/// # Errors
/// It exists, it would lie outside of the folder, or the system refused.
pub fn write_new(folder: &Path, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    let relative = relative.as_ref();
    let path = place_within(folder, relative)?;
    file_at(&folder.join(relative))?;
    if let Some(folder) = path.parent() {
        make_folders(folder)?;
    }
    add(&path, content.as_ref())
}

/// Writes a file in a folder that the program makes, with the folders above it, in place of an older one.
///
/// # Errors
/// It would lie outside of the folder, or the system refused.
pub fn write_again(folder: &Path, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    let relative = relative.as_ref();
    if let Some(above) = place_within(folder, relative)?.parent() {
        make_folders(above)?;
    }
    // Of a link that stays in the folder, the place is where it leads: nothing is written there, either.
    write_public(&folder.join(relative), content)
}

fn make_folders(folder: &Path) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(|reason| FileError::Io { name: shown(folder), reason })
}
