use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::Exit;
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::cli::shell;
use crate::knowledge::schema;
use crate::{draft, host};

/// `kb init`
#[derive(Debug, Args)]
pub(super) struct KbInitArguments {
    /// What people call your service
    #[arg(long, value_name = "NAME")]
    service: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// The service whose words stand in until they are replaced.
pub(super) const PATTERN: &str = "generic";

pub(super) fn run(arguments: &KbInitArguments, screen: Screen) -> anyhow::Result<Exit> {
    let name = arguments.service.trim();
    let id = draft::id_of(name);
    if id.is_empty() || name.len() > 60 || name.chars().any(char::is_control) {
        bail!("--service: expected the name of your service, such as “Harbour Bank”");
    }
    let knowledge = Gathered::built_in().compile().knowledge;
    let Some(pattern) = knowledge.services.get(PATTERN) else { bail!("the built-in knowledge has no service to copy") };
    let file = draft::File::new(format!("services/{id}.yaml"), &draft::service(&id, name, pattern));
    let path = arguments.out.join(&file.path);
    let schemas = arguments.out.join(schema::FOLDER);
    // All or nothing, as far as can be seen beforehand.
    host::place_within(&arguments.out, schema::FOLDER)?;
    host::write_new(&arguments.out, &file.path, &file.text)?;
    super::schema::write(&arguments.out, schema::FOLDER)?;
    let (shown, folder) = (host::shown(&path), shell::argument(&arguments.out));
    screen.print(&format!(
        "{shown} is written, and {} for your editor.\n\
         Replace in the first what your screens call differently, then:\n  otp-doctor kb check {folder}\n",
        host::shown(&schemas)
    ))?;
    Ok(Exit::Good)
}
