use std::path::{Component, Path};

use anyhow::bail;
use clap::Args;

use super::folder;
use crate::cli::Exit;
use crate::cli::knowledge::{Gathered, is_compiled};
use crate::cli::screen::Screen;
use crate::host;
use crate::knowledge::Knowledge;
use crate::rehearse::{self, Scenario, Side};
use crate::report;
use crate::speech::{foreign, looks_private};

pub(super) const LONG: &str = "\
Say what a change of the knowledge changes for people.

The same simulated people, with the same causes and the same luck, are led through both; the logins of the scenarios and \
of the laboratory are diagnosed with both; every text that people read is compared. Told is who is asked another question \
first, comes to another end or cause, or takes more or fewer steps, and which prose changed and where it is shown. It does \
not say which is better.

OLD and NEW are folders laid over the built-in knowledge, or revisions of git: REVISION:FOLDER counts the folder from here, \
and REVISION alone is the folder of the other side.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb diff HEAD our-help
      what my changes do that are not committed yet
  otp-doctor kb diff main:our-help next:our-help --json
      two branches, for a program
  otp-doctor kb diff our-help our-help-next

Exit code: 0 nothing changes for people, 1 something does, 2 could not run.";

/// `kb diff`
#[derive(Debug, Args)]
pub(super) struct KbDiffArguments {
    /// A folder, REVISION:FOLDER or REVISION
    old: String,
    /// The same, as it is to be
    new: String,
    /// Simulated people with each symptom
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    people: u32,
    /// Logins that the laboratory makes
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    logins: u32,
    /// Draws the people and the logins: the same number draws the same
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Write the result as JSON (docs/formats.md)
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &KbDiffArguments, screen: Screen) -> anyhow::Result<Exit> {
    let (old, new) =
        (Read::of(&arguments.old, &arguments.new, screen)?, Read::of(&arguments.new, &arguments.old, screen)?);
    let (people, logins) = (arguments.people as usize, arguments.logins as usize);
    let found = rehearse::difference(old.side(), new.side(), people, logins, arguments.seed);
    let text =
        if arguments.json { report::difference_json(&found) } else { report::difference(&found, screen.look.width) };
    screen.print(&text)?;
    Ok(if found.is_none() { Exit::Good } else { Exit::Open })
}

/// One side of the comparison.
struct Read {
    knowledge: Knowledge,
    scenarios: Vec<Scenario>,
}

impl Read {
    /// A folder that is there goes before a revision of that name.
    fn of(name: &str, other: &str, screen: Screen) -> anyhow::Result<Self> {
        let mut gathered = Gathered::built_in();
        if host::is_folder(Path::new(name)) || is_compiled(Path::new(name)) {
            gathered.lay_folder(Path::new(name))?;
        } else {
            let files = revision(name, other)?;
            if files.is_empty() {
                bail!("{}: no .md or .yaml file in it", named(name));
            }
            gathered.lay_texts(&named(name), files);
        }
        let knowledge = folder::sound(&gathered, screen)?;
        let (scenarios, _) = rehearse::read(&gathered.sources, &knowledge);
        Ok(Self { knowledge, scenarios })
    }

    fn side(&self) -> Side<'_> {
        Side { knowledge: &self.knowledge, scenarios: &self.scenarios }
    }
}

/// A side as it was named; neither of its parts if it looks like a key or a code.
fn named(name: &str) -> String {
    let is_private = looks_private(name) || name.split(':').any(looks_private);
    if is_private { "…".to_owned() } else { foreign::inert(name) }
}

fn revision(name: &str, other: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let here = Path::new(".");
    let (revision, folder) = match (name.split_once(':'), other.split_once(':')) {
        (Some((revision, folder)), _) => (revision, folder),
        // The folder of the other side may lie in a repository elsewhere.
        (None, _) if host::is_folder(Path::new(other)) => return Ok(host::read_revision(Path::new(other), name, "")?),
        (None, Some((_, folder))) => (name, folder),
        (None, None) => (name, ""),
    };
    let is_inside =
        Path::new(folder).components().all(|part| !matches!(part, Component::RootDir | Component::Prefix(_)));
    if revision.is_empty() || !is_inside {
        bail!(
            "{}: expected a folder that is there, REVISION:FOLDER with a folder counted from here, or REVISION",
            named(name)
        );
    }
    Ok(host::read_revision(here, revision, folder)?)
}
