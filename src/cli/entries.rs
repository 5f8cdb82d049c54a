use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::material::{self, complain_of};
use super::screen::Screen;
use crate::diagnostic::Severity;
use crate::import::Format;
use crate::report;

pub(super) const ABOUT: &str =
    "List the entries of an export, a backup or a picture of QR codes, and what is odd about them";
pub(super) const LONG: &str = "\
Give what is at hand: an export or backup of an authenticator app, a picture of one or more QR codes, a text with \
otpauth URIs, or a list of a verifier. The content tells what it is. Encrypted files ask for their password.

No secret is shown. Each has a fingerprint instead, the first eight hexadecimal digits of SHA-256 over its bytes: two \
people, or two phones, that see the same fingerprint hold the same secret.

Exit codes: 0 all was read, 1 something could not be read and the rest is shown, 2 nothing could be read.";

/// `entries`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Exports, backups, pictures or texts; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the files are, where their content is not to tell; a wrong name lists the formats
    #[arg(long, visible_alias = "from", value_name = "FORMAT", value_parser = material::format)]
    format: Option<&'static Format>,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: material::Options,
}

pub(super) fn run(arguments: &Arguments, screen: Screen) -> anyhow::Result<Exit> {
    let stdin = arguments.files.iter().filter(|path| *path == std::path::Path::new("-")).count();
    anyhow::ensure!(
        stdin + usize::from(arguments.options.takes_stdin()) <= 1,
        "standard input can be one thing only: a file or the password"
    );
    let Some(imported) = arguments.options.read(&arguments.files, arguments.format)? else {
        return Ok(Exit::Interrupted);
    };
    if arguments.json {
        screen.print(&(report::entries_json(&imported) + "\n"))?;
    } else {
        complain_of(&imported);
        screen.print(&report::entries(&imported, screen.look))?;
    }
    let failed = imported.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(match (imported.entries.is_empty(), failed) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Open,
        (false, false) => Exit::Good,
    })
}
