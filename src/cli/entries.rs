use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::material::{self, complain_of};
use super::screen::Screen;
use super::{Exit, completion, knowledge};
use crate::diagnostic::{Severity, nearest};
use crate::engine::entries::{facts, held};
use crate::import::Format;
use crate::knowledge::{App, Knowledge};
use crate::probe::{self, side_by_side};
use crate::report::{self, Listing};

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
pub(super) struct EntriesArguments {
    /// Exports, backups, pictures or texts; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the files are, where their content is not to tell; a wrong name lists the formats
    #[arg(long, visible_alias = "from", value_name = "FORMAT", value_parser = material::format, add = completion::formats())]
    format: Option<&'static Format>,
    /// The app that holds them or is to hold them, such as google-authenticator: what it ignores or overwrites is told
    #[arg(long, value_name = "APP", add = completion::apps())]
    app: Option<String>,
    /// Write one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: material::MaterialOptions,
}

pub(super) fn run(arguments: &EntriesArguments, screen: Screen) -> anyhow::Result<Exit> {
    let stdin = arguments.files.iter().filter(|path| *path == std::path::Path::new("-")).count();
    anyhow::ensure!(
        stdin + usize::from(arguments.options.takes_stdin()) <= 1,
        "standard input can be one thing only: a file or the password"
    );
    let knowledge = knowledge::KnowledgeOptions::default().load(screen)?.knowledge;
    let Some(imported) = arguments.options.read(&arguments.files, arguments.format)? else {
        return Ok(Exit::Interrupted);
    };
    let app = app(arguments.app.as_deref().or(imported.app), &knowledge)?;
    // A server takes the codes of every token that somebody has; an app's own list has one entry too many.
    let known = app.map(facts).unwrap_or_default();
    let facts = probe::App {
        is_of_an_app: imported.exported || app.is_some(),
        // The order is that of the app only in a file of its own; an export shows what was kept already.
        adds_last: known.adds_last && arguments.files.len() == 1 && imported.app == app.map(|app| app.id.as_str()),
        overwrites: known.overwrites && arguments.app.is_some(),
        ..known
    };
    let oddities = side_by_side(&held(&imported), &facts);
    let listing = Listing { imported: &imported, oddities: &oddities, app: app.map(|app| app.name.as_str()) };
    if arguments.json {
        screen.print(&(report::entries_json(&listing) + "\n"))?;
    } else {
        complain_of(&imported);
        screen.print(&report::entries(&listing, screen.look))?;
    }
    let failed = imported.problems.iter().any(|problem| problem.severity != Severity::Hint);
    Ok(match (imported.entries.is_empty(), failed) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Open,
        (false, false) => Exit::Good,
    })
}

/// The app of that id.
fn app<'k>(id: Option<&str>, knowledge: &'k Knowledge) -> anyhow::Result<Option<&'k App>> {
    let Some(id) = id else { return Ok(None) };
    let known = || knowledge.apps.keys().map(String::as_str);
    let way_out = || match nearest(id, known()) {
        Some(name) => format!("--app: no such app; did you mean `{name}`?"),
        None => format!("--app: no such app; expected one of {}", known().collect::<Vec<_>>().join(", ")),
    };
    knowledge.apps.get(id).map(Some).with_context(way_out)
}
