use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::files::{FileError, Input, read};
use super::name::shown;
use super::replace::file_at;

/// A folder of knowledge has at most so many files.
pub(super) const MOST_FILES: usize = 10_000;
/// And so many bytes of text.
pub(super) const MOST_BYTES: usize = 32 * 1024 * 1024;
/// And so many folders inside each other.
const DEEPEST: usize = 8;
/// Behind links to folders, at most so many files and folders are looked at, of whatever kind.
const MOST_LINKED: usize = 100_000;
/// Texts, which are read.
pub(super) const TEXTS: &[&str] = &["md", "yaml", "yml"];
/// Pictures that articles show: it is enough that they are there.
pub(super) const PICTURES: &[&str] = &["gif", "jpg", "jpeg", "png", "svg", "webp"];

/// Schemas, which editors read: it is enough that they are there, too.
const SCHEMAS: (&str, &[&str]) = ("schema/", &["json"]);

/// Reads the texts below a folder: `.md` and `.yaml`, by their path in it with `/` between the parts, sorted.
///
/// Pictures and schemas are listed without their content. What is hidden is passed over, and so is a symbolic link that leads
/// out of the folder, to a folder that it lies in, or from a folder that a link has led to on to another.
///
/// # Errors
/// The folder or a file in it cannot be read, or there is far more in it than knowledge has.
pub fn read_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, FileError> {
    let root = fs::canonicalize(folder).map_err(|reason| failed(folder, reason))?;
    let mut walk = Walk { root: root.clone(), paths: Vec::new(), linked: 0 };
    walk.enter(&Entered { path: folder.to_owned(), real: root, prefix: String::new(), depth: 0, by_link: false })?;
    walk.paths.sort();
    let mut files = Vec::new();
    let mut bytes = 0;
    for (name, path) in walk.paths {
        let content = if has_ending(&path, TEXTS) { read(&Input::File(path))?.to_vec() } else { Vec::new() };
        bytes += content.len();
        if bytes > MOST_BYTES {
            return Err(FileError::TooMuch { name: shown(folder) });
        }
        files.push((name, content));
    }
    Ok(files)
}

/// Makes a folder that is not there, and those above it, for its owner alone.
///
/// # Errors
/// Something else is there, or the system refused.
pub fn make_folder(folder: &Path) -> Result<(), FileError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|reason| failed(folder, reason))
}

/// The names of what lies in a folder and ends so, sorted; what is hidden is passed over.
///
/// # Errors
/// The folder cannot be read.
pub fn names_in(folder: &Path, ending: &str) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for item in fs::read_dir(folder).map_err(|reason| failed(folder, reason))? {
        let name = item.map_err(|reason| failed(folder, reason))?.file_name();
        let name = name.to_str().filter(|name| !name.starts_with('.') && has_ending(Path::new(name), &[ending]));
        names.extend(name.map(str::to_owned));
    }
    names.sort();
    Ok(names)
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

/// Whether two paths lead to the same thing, or would.
pub fn is_same_place(one: &Path, other: &Path) -> bool {
    one == other || matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Whether a file is at a path that is to be written, and would be replaced.
///
/// # Errors
/// A link is there, or something else than a file.
pub fn replaces(path: &Path) -> Result<bool, FileError> {
    Ok(file_at(path)?.is_some())
}

/// Whether anything of that name is there.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

struct Walk {
    /// Nothing outside of it is read.
    root: PathBuf,
    paths: Vec<(String, PathBuf)>,
    /// What was looked at behind links to folders.
    linked: usize,
}

/// A folder on the way.
struct Entered {
    path: PathBuf,
    /// Without a link in it.
    real: PathBuf,
    /// What the names in it begin with.
    prefix: String,
    /// Folders above it.
    depth: usize,
    /// Whether a link has led to it or to one above it.
    by_link: bool,
}

impl Walk {
    fn enter(&mut self, at: &Entered) -> Result<(), FileError> {
        let refused = |reason| failed(&at.path, reason);
        for item in fs::read_dir(&at.path).map_err(refused)? {
            let item = item.map_err(refused)?;
            self.linked += usize::from(at.by_link);
            if self.paths.len() > MOST_FILES || self.linked > MOST_LINKED {
                return Err(FileError::TooMuch { name: shown(&at.path) });
            }
            let name = item.file_name();
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            self.look(at, name, item.file_type().is_ok_and(|kind| kind.is_symlink()))?;
        }
        Ok(())
    }

    fn look(&mut self, at: &Entered, name: &str, is_link: bool) -> Result<(), FileError> {
        let path = at.path.join(name);
        // A link that leads nowhere is passed over, too.
        let real = if is_link { fs::canonicalize(&path).ok() } else { Some(at.real.join(name)) };
        let Some(real) = real.filter(|real| real.starts_with(&self.root)) else { return Ok(()) };
        let Ok(kind) = fs::metadata(&path) else { return Ok(()) };
        let named = format!("{}{name}", at.prefix);
        if kind.is_file() && is_listed(&at.prefix, &path) {
            self.paths.push((named, path));
        } else if kind.is_dir() && at.depth < DEEPEST && !(is_link && (at.by_link || at.real.starts_with(&real))) {
            let (prefix, depth, by_link) = (named + "/", at.depth + 1, at.by_link || is_link);
            self.enter(&Entered { path, real, prefix, depth, by_link })?;
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
    FileError::Io { name: shown(path), reason }
}
