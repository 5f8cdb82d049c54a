use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use thiserror::Error;

use crate::speech::{foreign, looks_private};

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
    // Git repeats what it was asked for, and so do we.
    let is_private = [revision, folder, &name].into_iter().any(looks_private);
    let name = if is_private { "…".to_owned() } else { foreign::inert(&name) };
    let found = git(at, &["rev-parse", "--verify", "--end-of-options", &wanted])?;
    if !found.status.success() {
        let told = if is_private { String::new() } else { told(&found) };
        return Err(RevisionError::Unknown { name, told });
    }
    let tree = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let listed = git(at, &["ls-tree", "-r", "-z", "--full-tree", &tree])?;
    let files = files(&String::from_utf8_lossy(&listed.stdout));
    if !listed.status.success() || listed.is_cut || files.len() > MOST_FILES {
        return Err(RevisionError::NoKnowledge { name });
    }
    let texts: Vec<&str> = files.iter().filter(|file| file.is_text).map(|file| file.object.as_str()).collect();
    let output = contents(at, &texts)?;
    let failed = || RevisionError::Failed { name: name.clone(), told: told(&output) };
    if output.is_cut {
        return Err(RevisionError::NoKnowledge { name });
    }
    if !output.status.success() {
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
fn contents(at: &Path, objects: &[&str]) -> Result<GitAnswer, RevisionError> {
    answer(at, &["cat-file", "--batch"], objects.iter().flat_map(|object| [*object, "\n"]).collect())
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

fn git(at: &Path, arguments: &[&str]) -> Result<GitAnswer, RevisionError> {
    answer(at, arguments, String::new())
}

/// What git said.
struct GitAnswer {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// It had more to say than knowledge has.
    is_cut: bool,
}

/// More than a revision of knowledge, its names and the heads of its contents.
const MOST_SAID: usize = MOST_BYTES + 128 * MOST_FILES;
/// Of a complaint the beginning is enough.
const MOST_COMPLAINED: usize = 4_096;

fn answer(at: &Path, arguments: &[&str], input: String) -> Result<GitAnswer, RevisionError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(at).args(arguments);
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
    // Where a part of the store is elsewhere, it stays there; older ones do not know the first word.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(RevisionError::NoGit)?;
    // It answers while it reads, so that all ends have to be looked after.
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let complaints = thread::spawn(move || stderr.map(|stderr| bounded(stderr, MOST_COMPLAINED)));
    let said = child.stdout.take().map_or(Ok((Vec::new(), false)), |stdout| bounded(stdout, MOST_SAID));
    if !matches!(said, Ok((_, false))) {
        // What it was about to say is not wanted any more; it may have ended by itself.
        let _ = child.kill();
    }
    // Where it could not be written, the answers are too few.
    let _ = writer.join();
    let stderr = complaints.join().ok().flatten().and_then(Result::ok).unwrap_or_default().0;
    let status = child.wait().map_err(RevisionError::NoGit)?;
    let (stdout, is_cut) = said.map_err(RevisionError::NoGit)?;
    Ok(GitAnswer { status, stdout, stderr, is_cut })
}

/// What is to be read, up to `most` bytes, and whether there was more.
fn bounded(mut from: impl Read, most: usize) -> io::Result<(Vec<u8>, bool)> {
    let mut read = Vec::new();
    from.by_ref().take(most as u64 + 1).read_to_end(&mut read)?;
    let is_cut = read.len() > most;
    read.truncate(most);
    Ok((read, is_cut))
}

/// The first line of what git complains of.
fn told(output: &GitAnswer) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line: String = text.lines().next().unwrap_or_default().chars().take(200).collect();
    if line.is_empty() { line } else { format!(" ({})", foreign::inert(&line)) }
}
