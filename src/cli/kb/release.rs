use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::folder;
use crate::cli::Exit;
use crate::cli::screen::Screen;
use crate::host;
use crate::knowledge::schema::{self, FileKind};

/// The file that it writes.
const FILE: &str = "released.yaml";

/// `kb release`
#[derive(Debug, Args)]
pub(super) struct KbReleaseArguments {
    /// The folder of knowledge, without an error in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &KbReleaseArguments, screen: Screen) -> anyhow::Result<Exit> {
    let folder = &arguments.folder;
    if !host::is_folder(folder) {
        bail!("{}: expected a folder of knowledge", host::shown(folder));
    }
    let (gathered, own) = folder::gathered(folder)?;
    let knowledge = folder::sound(&gathered, screen)?;
    let defined = own.iter().filter_map(|(path, _)| own.defines(path));
    let symptoms: BTreeSet<String> = defined.filter(|(kind, _)| *kind == "symptom").map(|(_, id)| id).collect();
    if symptoms.is_empty() {
        bail!("{}: no symptom in it, and so no name that a transcript could hold", host::shown(folder));
    }
    let names = knowledge.released(&symptoms);
    let kind = FileKind::of(FILE).filter(|_| folder.join(schema::FOLDER).exists());
    let line = kind.map_or_else(String::new, |kind| schema::line_for(FILE, kind) + "\n");
    let path = folder.join(FILE);
    host::write_again(folder, FILE, &(line + &names))?;
    screen.print(&format!(
        "{} holds the names of release {}; from now on `otp-doctor kb check` asks what becomes of each (KB109)\n",
        host::shown(&path),
        knowledge.version
    ))?;
    Ok(Exit::Good)
}
