//! Files that hold secrets: exports, backups, pictures, texts.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::diagnose::warn_of_readers;
use super::screen::{can_ask, complain};
use super::secret_prompt;
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::Entry;
use crate::host::{self, FileError, Input};
use crate::import::{self, FORMATS, Format, Found, Imported};
use crate::speech::foreign;

/// How often a password is asked for.
const TRIES: usize = 3;

/// How to read them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Exports and backups")]
pub(super) struct MaterialOptions {
    /// Read the password of an encrypted file from the first line of standard input
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password of an encrypted file from the first line of a file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// For an option that says what a file is, where its content is not to tell.
pub(super) fn format(id: &str) -> Result<&'static Format, String> {
    import::format(id).ok_or_else(|| {
        let ids: Vec<_> = FORMATS.iter().map(|format| format!("  {:<20} {}", format.id, format.name)).collect();
        format!("expected one of these:\n{}", ids.join("\n"))
    })
}

impl MaterialOptions {
    /// Whether standard input is used up.
    pub(super) fn takes_stdin(&self) -> bool {
        self.password_stdin || self.password_file.as_deref() == Some(Path::new("-"))
    }

    /// What the files hold, in their order. Problems are in it, not printed. `None`: the person stopped.
    pub(super) fn read(
        &self,
        paths: &[impl AsRef<Path>],
        format: Option<&'static Format>,
    ) -> anyhow::Result<Option<Imported>> {
        let given = self.password()?;
        let mut files = Vec::new();
        for path in paths {
            let input = Input::new(path.as_ref());
            let bytes = match host::read(&input) {
                Ok(bytes) => bytes,
                Err(error) => {
                    files.push(unopened(&input, &error));
                    continue;
                }
            };
            let ask = |again: bool, help: &str| match &given {
                Some(password) if !again => Ok(Some(password.clone())),
                None if can_ask() => prompted(&input, again, help),
                _ => Ok(None),
            };
            match unlocked(&bytes, &input.name(), format, ask) {
                Ok(imported) => {
                    if !imported.entries.is_empty() {
                        warn_of_readers(&input);
                    }
                    files.push(imported);
                }
                Err(Stopped) => return Ok(None),
            }
        }
        Ok(Some(import::joined(files)))
    }

    fn password(&self) -> anyhow::Result<Option<Zeroizing<String>>> {
        let input = match &self.password_file {
            _ if self.password_stdin => Input::Stdin,
            Some(path) => Input::new(path),
            None => return Ok(None),
        };
        let bytes = host::read(&input)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| anyhow::anyhow!("{}: not UTF-8", input.name()))?;
        Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())))
    }
}

/// Somebody does not want to go on.
struct Stopped;

fn prompted(input: &Input, again: bool, help: &str) -> Result<Option<Zeroizing<String>>, Stopped> {
    let prompt = format!("The password of {}:", crate::speech::foreign::plain(&input.name()));
    let wrong = "that one does not open it; Enter alone goes on without";
    let help = if again { wrong.to_owned() } else { format!("{help}; it stays hidden") };
    match secret_prompt::ask(&prompt, &help) {
        Err(error) if secret_prompt::is_stop(&error) => Err(Stopped),
        answer => Ok(answer.unwrap_or_default()),
    }
}

/// What a file holds, with passwords from `ask` (whether the one before was wrong, and what is asked for) as long as it
/// needs one.
pub(super) fn unlocked<E>(
    bytes: &[u8],
    name: &str,
    format: Option<&'static Format>,
    mut ask: impl FnMut(bool, &str) -> Result<Option<Zeroizing<String>>, E>,
) -> Result<Imported, E> {
    let mut imported = import::read_with(bytes, name, import::ImportOptions { format, password: None });
    for tried in 0..TRIES {
        let asks = if tried == 0 { import::PASSWORD_NEEDED } else { import::WRONG_PASSWORD };
        let Some(problem) = imported.problems.iter().find(|problem| problem.code == asks) else { break };
        let help = problem.help.as_deref().unwrap_or_default();
        let Some(password) = ask(tried > 0, help)? else { break };
        imported = import::read_with(bytes, name, import::ImportOptions { format, password: Some(&password) });
    }
    Ok(imported)
}

/// A file that cannot be opened does not lose the others.
fn unopened(input: &Input, error: &FileError) -> Imported {
    let (code, message) = match error {
        FileError::TooLarge { .. } => {
            (import::TOO_LARGE, format!("larger than {} MiB, the most that is read", import::LARGEST_FILE >> 20))
        }
        FileError::Io { reason, .. } if reason.kind() == ErrorKind::NotFound => {
            (import::CANNOT_OPEN, "there is no such file".to_owned())
        }
        FileError::Io { reason, .. } if reason.kind() == ErrorKind::IsADirectory => {
            (import::CANNOT_OPEN, "a folder; name the files in it".to_owned())
        }
        FileError::Io { reason, .. } => (import::CANNOT_OPEN, reason.to_string()),
        other => (import::CANNOT_OPEN, other.to_string()),
    };
    let problem = Diagnostic::error(code, Place::file(input.name()), message);
    Imported { problems: vec![problem], ..Imported::default() }
}

/// Tells of problems on standard error.
pub(super) fn complain_of(imported: &Imported) {
    for problem in &imported.problems {
        complain(&foreign::inert(&problem.to_string()));
        if problem.code == import::PASSWORD_NEEDED && !can_ask() {
            complain("  help: give the password with --password-file or --password-stdin");
        } else if let Some(help) = &problem.help {
            complain(&format!("  help: {help}"));
        }
    }
}

/// Which entries of an export hold the secret that the service checks.
pub(super) fn holds(imported: &Imported, expected: &Entry) -> String {
    let same = |found: &&Found| found.entry.secret == expected.secret;
    let found: Vec<&Found> = imported.entries.iter().filter(same).collect();
    let parameters = |entry: &Entry| (entry.algorithm_name(), entry.digits, entry.period());
    let as_expected = |found: &&Found| parameters(&found.entry) == parameters(expected);
    let place = |found: &&Found| crate::speech::foreign::plain(&found.place.to_string());
    match found.iter().find(|found| as_expected(found)).or(found.first()) {
        Some(one) if as_expected(one) => {
            format!(
                "{}: this entry holds the secret that the service shows, with the same algorithm, digits and period",
                place(one)
            )
        }
        Some(one) => {
            format!("{}: this entry holds the secret that the service shows, with other parameters", place(one))
        }
        None => "no entry of the export holds the secret that the service shows".to_owned(),
    }
}
