use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use thiserror::Error;

use super::folder::{MOST_BYTES, MOST_FILES, PICTURES, TEXTS};

/// Why a revision could not be read.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// It is not installed, say.
    #[error("git could not be started: {0}")]
    NoGit(io::Error),
    /// No such revision, or no such folder in it.
    #[error("{name}: git knows no such folder: expected REVISION or REVISION:FOLDER, in a repository{told}")]
    Unknown {
        /// As it was asked for.
        name: String,
        /// What git says, behind a colon.
        told: String,
    },
    /// A file, or far more than knowledge has.
    #[error("{name}: expected a folder with `services/` or `articles/` in it")]
    NoKnowledge {
        /// As it was asked for.
        name: String,
    },
    /// Git stopped.
    #[error("{name}: git could not read it{told}")]
    Failed {
        /// As it was asked for.
        name: String,
        /// What git says, behind a colon.
        told: String,
    },
}

/// Reads the texts below a folder as they were at a revision, as [`super::read_folder`] does from a disk. `at` is where git
/// is asked, and `folder` relative to it.
///
/// Git reads its own store alone: nothing is checked out, and no hook or filter runs.
///
/// # Errors
/// There is no git, no such revision or folder, or there is far more in it than knowledge has.
pub fn read_revision(at: &Path, revision: &str, folder: &str) -> Result<Vec<(String, Vec<u8>)>, RevisionError> {
    let folder = folder.trim_end_matches('/');
    let name = if folder.is_empty() { revision.to_owned() } else { format!("{revision}:{folder}") };
    let wanted = format!("{revision}:./{folder}");
    let found = git(at, &["rev-parse", "--verify", "--end-of-options", &wanted])?;
    if !found.status.success() {
        return Err(RevisionError::Unknown { name, told: told(&found) });
    }
    let tree = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let listed = git(at, &["ls-tree", "-r", "-z", "--full-tree", &tree])?;
    if !listed.status.success() {
        return Err(RevisionError::NoKnowledge { name });
    }
    let files = files(&String::from_utf8_lossy(&listed.stdout));
    if files.len() > MOST_FILES {
        return Err(RevisionError::NoKnowledge { name });
    }
    let texts: Vec<&str> = files.iter().filter(|file| file.is_text).map(|file| file.object.as_str()).collect();
    let output = contents(at, &texts)?;
    let failed = || RevisionError::Failed { name: name.clone(), told: told(&output) };
    if !output.status.success() || output.stdout.len() > MOST_BYTES + 128 * MOST_FILES {
        return Err(failed());
    }
    let mut rest = output.stdout.as_slice();
    let mut read = Vec::new();
    for file in &files {
        let content = if file.is_text { taken(&mut rest).ok_or_else(failed)? } else { Vec::new() };
        read.push((file.path.clone(), content));
    }
    read.sort();
    Ok(read)
}

struct Listed {
    path: String,
    object: String,
    is_text: bool,
}

/// The texts and pictures of a listing. What is hidden and what is a link is passed over.
fn files(listing: &str) -> Vec<Listed> {
    let file = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut words = about.split(' ');
        let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
        let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
        let is_text = TEXTS.contains(&ending.as_str());
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        let wanted = kind == "blob" && mode != "120000" && !hidden && (is_text || PICTURES.contains(&ending.as_str()));
        wanted.then(|| Listed { path: path.to_owned(), object: object.to_owned(), is_text })
    };
    listing.split('\0').filter_map(file).collect()
}

/// What `git cat-file --batch` says of these objects.
fn contents(at: &Path, objects: &[&str]) -> Result<Output, RevisionError> {
    let mut command = command(at, &["cat-file", "--batch"]);
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(RevisionError::NoGit)?;
    let input: String = objects.iter().flat_map(|object| [*object, "\n"]).collect();
    // It answers while it reads, so that both ends have to be looked after.
    let stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().map_err(RevisionError::NoGit);
    // Where it could not be written, the answers are too few.
    let _ = writer.join();
    output
}

/// The next content: `<object> blob <size>`, a line end, that many bytes, a line end.
fn taken(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let begin = end + 1;
    let content = rest.get(begin..begin.checked_add(size)?)?.to_vec();
    *rest = rest.get(begin + size + 1..)?;
    Some(content)
}

fn git(at: &Path, arguments: &[&str]) -> Result<Output, RevisionError> {
    command(at, arguments).output().map_err(RevisionError::NoGit)
}

fn command(at: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(at).args(arguments);
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The first line of what git complains of.
fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line: String = text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    if line.is_empty() { line } else { format!(" ({line})") }
}
