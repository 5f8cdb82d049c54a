use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::DateTime;
use zeroize::Zeroizing;

use super::material::{self, complain_of};
use super::screen::{can_ask, complain};
use super::secret_prompt;
use crate::case::{AtSource, Attempt, Case, Extent, Interval, Outcome, TypedCode};
use crate::entry::Entry;
use crate::host::{self, Input};
use crate::import::{Format, Imported};
use crate::speech::foreign;

/// Codes asked for at the prompt, at most.
const MOST_CODES: usize = 3;

/// How the files of entries are read.
#[derive(Clone, Copy)]
pub(super) struct EntryReading<'a> {
    pub(super) options: &'a material::MaterialOptions,
    pub(super) format: Option<&'static Format>,
}

/// A case from the secret at hand and the codes that are typed now. `None`: the person stopped.
pub(super) fn case(
    entry: Option<&Path>,
    entries: &[PathBuf],
    how: EntryReading<'_>,
    at: impl Fn() -> i64,
) -> anyhow::Result<Option<Case>> {
    let stdin = entry.into_iter().chain(entries.iter().map(PathBuf::as_path)).any(|path| path == Path::new("-"));
    if (stdin || how.options.takes_stdin()) && !can_ask() {
        bail!("standard input is needed for the codes: give the secret in a file");
    }
    let expected = match entry {
        None => None,
        // Where both are given, the format that is named is that of the export.
        Some(path) => match one_entry(path, EntryReading { format: how.format.filter(|_| entries.is_empty()), ..how })?
        {
            None => return Ok(None),
            one => one,
        },
    };
    let Some(imported) = read(entries, how)? else { return Ok(None) };
    let entries_are = if imported.is_complete() {
        Extent::All
    } else if imported.exported {
        Extent::Exported
    } else {
        Extent::Unknown
    };
    // An export beside the secret of the service may tell enough without a code.
    let needs_code = expected.is_none() || entries_are == Extent::Unknown;
    let attempts = if can_ask() { prompted(at, needs_code) } else { piped(at, needs_code) }?;
    if let Some(expected) = &expected
        && imported.exported
    {
        complain(&material::holds(&imported, expected));
    }
    let entries = crate::engine::entries::known(imported);
    Ok(attempts.map(|attempts| Case { expected, entries, entries_are, attempts, ..Case::default() }))
}

fn one_entry(path: &Path, how: EntryReading<'_>) -> anyhow::Result<Option<Entry>> {
    let Some(mut imported) = read(&[path], how)? else { return Ok(None) };
    match imported.entries.len() {
        1 => Ok(imported.entries.pop().map(|found| found.entry)),
        count => bail!("{}: expected one entry and found {count}: give several as --entries", host::shown(path)),
    }
}

/// `None`: the person stopped.
fn read(paths: &[impl AsRef<Path>], how: EntryReading<'_>) -> anyhow::Result<Option<Imported>> {
    let Some(imported) = how.options.read(paths, how.format)? else { return Ok(None) };
    complain_of(&imported);
    if imported.entries.is_empty()
        && let Some(path) = paths.first()
    {
        bail!("{}: no entry to compare with", Input::new(path.as_ref()).name());
    }
    for found in &imported.entries {
        for deviation in found.deviations.iter().filter(|deviation| deviation.may_change_codes()) {
            complain(&format!("{}: warning: {deviation}", foreign::inert(&found.place.to_string())));
        }
    }
    Ok(Some(imported))
}

fn attempt(code: &str, at: i64, first: bool) -> Attempt {
    let outcome = if first { Outcome::Refused } else { Outcome::Untried };
    Attempt::new(TypedCode::new(code.to_owned()), Interval::instant(at), AtSource::ThisComputer, outcome)
}

/// Codes from standard input, one a line, each with its time behind it if that is not now.
fn piped(at: impl Fn() -> i64, needs_code: bool) -> anyhow::Result<Option<Vec<Attempt>>> {
    let mut attempts: Vec<Attempt> = Vec::new();
    for (index, line) in host::open_lines(&Input::Stdin)?.lines().enumerate() {
        let line = Zeroizing::new(line.ok().with_context(|| format!("standard input, line {}: not UTF-8", index + 1))?);
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        let (code, time) = match line.rsplit_once(char::is_whitespace) {
            // A code may have blanks in it; a time has colons.
            Some((code, time)) if time.contains(':') => {
                let time = DateTime::parse_from_rfc3339(time).ok().with_context(|| {
                    format!(
                        "standard input, line {}: expected a time such as 2026-11-24T10:00:00Z behind the code",
                        index + 1
                    )
                })?;
                (code, time.timestamp())
            }
            _ => (line, at()),
        };
        attempts.push(attempt(code, time, attempts.is_empty()));
    }
    if attempts.is_empty() && needs_code {
        bail!("standard input: no code; type one a line, the refused one first");
    }
    Ok(Some(attempts))
}

/// Codes from a hidden prompt: the one the app shows now, and as many of the next ones as the person likes.
fn prompted(at: impl Fn() -> i64, needs_code: bool) -> anyhow::Result<Option<Vec<Attempt>>> {
    let mut attempts: Vec<Attempt> = Vec::new();
    let prompts = [
        (
            "The code that was refused just now:",
            if needs_code { "it stays hidden" } else { "Enter alone goes on without" },
        ),
        ("The next code the app shows:", "Enter alone goes on without"),
        ("And the one after that:", "Enter alone goes on without"),
    ];
    for (prompt, help) in prompts.into_iter().take(MOST_CODES) {
        match secret_prompt::ask(prompt, help) {
            Ok(Some(code)) => attempts.push(attempt(&code, at(), attempts.is_empty())),
            Ok(None) if attempts.is_empty() && needs_code => bail!("no code was typed"),
            Ok(None) => break,
            Err(error) if secret_prompt::is_stop(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(attempts))
}
