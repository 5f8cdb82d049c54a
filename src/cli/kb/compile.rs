use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::folder::sound;
use crate::cli::Exit;
use crate::cli::completion;
use crate::cli::knowledge::Gathered;
use crate::cli::language::unknown;
use crate::cli::screen::{Screen, hand_on};
use crate::host::{self, Input};
use crate::knowledge::Knowledge;

pub(super) const LONG: &str = "\
Write the knowledge as one file, checked and compiled: what a program that only uses it needs, in every language, without the \
sources. `--knowledge FILE` takes it in place of a folder.

It holds the built-in knowledge with the folder over it, and is refused while there is an error in it. Scenarios, the pages of \
the checks and schemas are not in it. A file that this program wrote before is written anew; any other is left as it is.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb compile our-help --out our-help.otpkb
      everything, in all languages
  otp-doctor diagnose case.json --knowledge our-help.otpkb
      used in place of the folder
  otp-doctor kb compile our-help --lang de --out our-help.otpkb
      of the translations only the German one
  otp-doctor kb compile --out - | gzip > built-in.otpkb.gz
      what is built in, to standard output";

/// `kb compile`
#[derive(Debug, Args)]
pub(super) struct KbCompileArguments {
    /// A folder of knowledge, laid over the built-in one; without it, what is built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The file to write to; - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The languages to keep, such as en,de; by default all. That of the source is always kept
    #[arg(long, value_name = "LANG", value_delimiter = ',', add = completion::languages())]
    lang: Vec<String>,
}

pub(super) fn run(arguments: &KbCompileArguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut gathered = Gathered::built_in();
    if let Some(folder) = &arguments.folder {
        gathered.lay_folder(folder)?;
    }
    let mut knowledge = sound(&gathered, screen)?;
    keep(&mut knowledge, &arguments.lang)?;
    let file = knowledge.to_compiled()?;
    if arguments.out == Path::new("-") {
        hand_on(&file)?;
        return Ok(Exit::Good);
    }
    let path = &arguments.out;
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default());
    let is_ours = || host::read(&Input::File(path.clone())).is_ok_and(|old| Knowledge::is_compiled(&old));
    if host::replaces(path)? && !is_ours() {
        bail!("{}: is there already, is no compiled knowledge, and is left as it is", host::shown(path));
    }
    host::write_again(folder, name, &file)?;
    let languages: Vec<&str> = knowledge.languages().collect();
    screen.print(&format!(
        "{} holds {} in {}: {} kB\n",
        host::shown(path),
        knowledge.digest,
        languages.join(", "),
        file.len().div_ceil(1_000)
    ))?;
    Ok(Exit::Good)
}

/// Takes out the languages that were not named.
fn keep(knowledge: &mut Knowledge, wanted: &[String]) -> anyhow::Result<()> {
    let known: Vec<&str> = knowledge.languages().collect();
    if let Some(other) = wanted.iter().find(|one| !known.contains(&one.as_str())) {
        return Err(unknown(other, &known));
    }
    if !wanted.is_empty() {
        knowledge.retain_languages(|language| wanted.iter().any(|one| one == language));
    }
    Ok(())
}
