use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::files::{FileError, Input, read};

/// A folder of knowledge has at most so many files.
pub(super) const MOST_FILES: usize = 10_000;
/// And so many bytes of text.
pub(super) const MOST_BYTES: usize = 32 * 1024 * 1024;
/// And so many folders inside each other.
const DEEPEST: usize = 8;
/// Texts, which are read.
pub(super) const TEXTS: &[&str] = &["md", "yaml", "yml"];
/// Pictures that articles show: it is enough that they are there.
pub(super) const PICTURES: &[&str] = &["gif", "jpg", "jpeg", "png", "svg", "webp"];

/// Schemas, which editors read: it is enough that they are there, too.
const SCHEMAS: (&str, &[&str]) = ("schema/", &["json"]);

/// Reads the texts below a folder: `.md` and `.yaml`, by their path in it with `/` between the parts, sorted.
///
/// Pictures and schemas are listed without their content. What is hidden, and whatever a symbolic link leads to outside
/// of the folder, is passed over.
///
/// # Errors
/// The folder or a file in it cannot be read, or there is far more in it than knowledge has.
pub fn read_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, FileError> {
    let root = fs::canonicalize(folder).map_err(|reason| failed(folder, reason))?;
    let mut walk = Walk { root, paths: Vec::new() };
    walk.enter(folder, "", 0)?;
    walk.paths.sort();
    let mut files = Vec::new();
    let mut bytes = 0;
    for (name, path) in walk.paths {
        let content = if has_ending(&path, TEXTS) { read(&Input::File(path))?.to_vec() } else { Vec::new() };
        bytes += content.len();
        if bytes > MOST_BYTES {
            return Err(FileError::TooMuch { name: folder.display().to_string() });
        }
        files.push((name, content));
    }
    Ok(files)
}

/// Whether a file's neighbour exists, by its path relative to the file.
pub fn is_beside(file: &Path, relative: &str) -> bool {
    let folder = file.parent().unwrap_or(Path::new(""));
    fs::metadata(folder.join(relative)).is_ok_and(|found| found.is_file())
}

/// Whether it is a folder.
pub fn is_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_dir())
}

/// What differs whenever a file was written anew: how long it is, and since when. `None` where it is gone.
pub fn stamp(path: &Path) -> Option<String> {
    let found = fs::metadata(path).ok()?;
    let since = found.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(format!("{:x}-{:x}", found.len(), since.as_nanos()))
}

/// Whether anything of that name is there.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

struct Walk {
    /// Nothing outside of it is read.
    root: PathBuf,
    paths: Vec<(String, PathBuf)>,
}

impl Walk {
    fn enter(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), FileError> {
        for item in fs::read_dir(folder).map_err(|reason| failed(folder, reason))? {
            let path = item.map_err(|reason| failed(folder, reason))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            // A link that leads nowhere is passed over, too.
            let inside = fs::canonicalize(&path).is_ok_and(|real| real.starts_with(&self.root));
            let Some(kind) = fs::metadata(&path).ok().filter(|_| inside && !name.starts_with('.')) else { continue };
            let named = format!("{prefix}{name}");
            if kind.is_dir() && depth < DEEPEST {
                self.enter(&path, &format!("{named}/"), depth + 1)?;
            } else if kind.is_file() && is_listed(prefix, &path) {
                self.paths.push((named, path));
            }
            if self.paths.len() > MOST_FILES {
                return Err(FileError::TooMuch { name: folder.display().to_string() });
            }
        }
        Ok(())
    }
}

fn is_listed(prefix: &str, path: &Path) -> bool {
    let (folder, endings) = SCHEMAS;
    has_ending(path, TEXTS) || has_ending(path, PICTURES) || prefix == folder && has_ending(path, endings)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

fn failed(path: &Path, reason: std::io::Error) -> FileError {
    FileError::Io { name: path.display().to_string(), reason }
}
