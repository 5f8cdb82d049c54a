use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::Exit;
use crate::cli::flaws::count;
use crate::cli::screen::Screen;
use crate::host;
use crate::knowledge::schema::{FileKind, KINDS};

/// `kb schema`
#[derive(Debug, Args)]
pub(super) struct KbSchemaArguments {
    /// The kind of file
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(KINDS.iter().map(|kind| kind.name)))]
    kind: Option<String>,
    /// The folder to write to, `schema` within the folder of your knowledge; what is there is written anew
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &KbSchemaArguments, screen: Screen) -> anyhow::Result<Exit> {
    let wanted = arguments.kind.as_ref().and_then(|name| KINDS.iter().find(|kind| kind.name == name));
    match (wanted, &arguments.out) {
        (Some(kind), None) => screen.print(&kind.schema())?,
        (Some(kind), Some(folder)) => {
            let path = folder.join(kind.file_name());
            host::write_again(folder, kind.file_name(), kind.schema())?;
            screen.print(&format!("{} is written\n", host::shown(&path)))?;
        }
        (None, Some(folder)) => {
            write(folder, "")?;
            screen.print(&format!("{} written to {}\n", count(KINDS.len(), "schema"), host::shown(folder)))?;
        }
        (None, None) => screen.print(&list(screen.look.width))?,
    }
    Ok(Exit::Good)
}

/// Writes every schema to a folder, below `within` it.
pub(super) fn write(folder: &Path, within: &str) -> anyhow::Result<()> {
    for kind in KINDS {
        host::write_again(folder, Path::new(within).join(kind.file_name()), kind.schema())?;
    }
    Ok(())
}

/// Every kind with its files and what they are for.
fn list(width: usize) -> String {
    let mut out = String::new();
    for FileKind { name, files, says, .. } in KINDS {
        let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
        let _ = writeln!(out, "{name}: {}\n{}", files.pattern(), textwrap::fill(says, options));
    }
    out
}
