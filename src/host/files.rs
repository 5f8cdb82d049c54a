use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use super::name::shown;
use super::replace::replace;
use super::within::place_within;

/// The largest file read whole, in bytes.
pub(super) const LARGEST: u64 = 16 * 1024 * 1024;

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// Why an input could not be read.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system refused.
    #[error("{name}: {reason}")]
    Io {
        /// The input's name.
        name: String,
        /// The system's words: they hold no content.
        reason: io::Error,
    },
    /// A folder with far more in it than knowledge has.
    #[error(
        "{name}: more files than a folder of knowledge has: expected the folder with `services/` or `articles/` in it"
    )]
    TooMuch {
        /// The folder's name.
        name: String,
    },
    /// It is there already.
    #[error("{name}: is there already, and is left as it is: move it away, or choose another place with --out")]
    Exists {
        /// The file's name.
        name: String,
    },
    /// The same, of a file that a session would write.
    #[error(
        "{name}: is there already, and is left as it is: go on with that session by --resume, or choose another name"
    )]
    Begun {
        /// The file's name.
        name: String,
    },
    /// Another run of the program has it.
    #[error("{name}: another session is writing it right now: end that one first, or choose another name")]
    Busy {
        /// The file's name.
        name: String,
    },
    /// Somebody else has written it.
    #[error("{name}: somebody else has changed it meanwhile, and it is left as it is")]
    Changed {
        /// The file's name.
        name: String,
    },
    /// A link that stays in its folder is one, too.
    #[error("{name}: is a link, and nothing is written through it: name the file itself")]
    Link {
        /// The link's name.
        name: String,
    },
    /// It would lie outside of the folder that it belongs to.
    #[error("{name}: lies outside of {folder}: nothing is read or written there")]
    Outside {
        /// The file's name.
        name: String,
        /// The folder's.
        folder: String,
    },
    /// A link leads out of the folder that it lies in.
    #[error("{name}: is a link that leads out of {folder}, or nowhere: nothing is read or written through it")]
    Linked {
        /// The link's name.
        name: String,
        /// The folder's.
        folder: String,
    },
    /// A folder, a device or the like.
    #[error("{name}: is no file, and is left as it is")]
    NoFile {
        /// Its name.
        name: String,
    },
    /// Larger than [`LARGEST`].
    #[error("{name}: larger than {} MiB", LARGEST / 1024 / 1024)]
    TooLarge {
        /// The input's name.
        name: String,
    },
}

impl Input {
    /// `-` is standard input.
    pub fn new(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    /// For messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => shown(path),
        }
    }
}

/// Reads the whole input, and of a larger one not more than is needed to tell. The bytes are wiped when dropped, and
/// there is room for them from the start, so that growing leaves no copies behind.
///
/// # Errors
/// It cannot be opened or read, or is larger than [`LARGEST`].
pub fn read(input: &Input) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let failed = |reason| FileError::Io { name: input.name(), reason };
    let (source, size): (Box<dyn Read>, u64) = match input {
        Input::Stdin => (Box::new(io::stdin().lock()), LARGEST),
        Input::File(path) => {
            let file = File::open(path).map_err(failed)?;
            let size = file.metadata().map_or(0, |metadata| metadata.len().min(LARGEST));
            (Box::new(file), size)
        }
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(size as usize + 1));
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge { name: input.name() });
    }
    Ok(bytes)
}

/// Reads the whole of a file, as [`read`] does; what is no file is not waited for.
///
/// # Errors
/// It is a folder, a device or the like, or as of [`read`].
pub fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let found = fs::metadata(path).map_err(|reason| FileError::Io { name: shown(path), reason })?;
    if !found.is_file() && !found.is_dir() {
        return Err(FileError::NoFile { name: shown(path) });
    }
    read(&Input::File(path.to_owned()))
}

/// Opens the input to be read line by line.
///
/// # Errors
/// It cannot be opened.
pub fn open_lines(input: &Input) -> Result<Box<dyn BufRead + Send>, FileError> {
    Ok(match input {
        Input::Stdin => Box::new(BufReader::new(io::stdin())),
        Input::File(path) => {
            let file = File::open(path).map_err(|reason| FileError::Io { name: input.name(), reason })?;
            Box::new(BufReader::new(file))
        }
    })
}

/// When a file was changed last, in seconds since 1970; `None` for standard input, and where the system does not tell.
pub fn changed_at(input: &Input) -> Option<i64> {
    let Input::File(path) = input else { return None };
    let changed = fs::metadata(path).ok()?.modified().ok()?;
    Some(chrono::DateTime::<chrono::Utc>::from(changed).timestamp())
}

/// The permission bits of a file that somebody other than its owner may read.
pub fn others_can_read(input: &Input) -> Option<u32> {
    let Input::File(path) = input else { return None };
    mode(path).filter(|mode| mode & 0o044 != 0)
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// Writes a file that only its owner can read, all of it or nothing.
///
/// # Errors
/// A link or something else than a file is there, or the system refused.
pub fn write_private(path: &Path, text: &str) -> Result<(), FileError> {
    replace(path, text.as_bytes(), true)
}

/// Writes a file that holds nothing private, all of it or nothing.
///
/// # Errors
/// A link is there, or something else than a file, or the system refused.
pub fn write_public(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default());
    // Of one that leads out it is said that it does.
    place_within(folder, name)?;
    replace(path, content.as_ref(), false)
}
