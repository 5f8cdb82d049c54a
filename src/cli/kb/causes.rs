use clap::Args;

use crate::cli::Exit;
use crate::cli::knowledge::{KnowledgeOptions, Loaded};
use crate::cli::language::Language;
use crate::cli::screen::Screen;
use crate::{probe, report};

pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb causes
      a table of all causes, for a page of Markdown
  otp-doctor kb causes --catalogue > causes.md
      everything that is said of each: how common it is, what tells of it, what helps";

/// `kb causes`
#[derive(Debug, Args)]
pub(super) struct KbCausesArguments {
    /// With the prose of each cause, what tells of it, and what helps
    #[arg(long)]
    catalogue: bool,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
    #[command(flatten)]
    language: Language,
}

pub(super) fn run(arguments: &KbCausesArguments, screen: Screen) -> anyhow::Result<Exit> {
    // A page is written for readers, in the language of the source if no other is asked for.
    let Loaded { knowledge, .. } = match arguments.language.lang {
        Some(_) => arguments.knowledge.load_in(&arguments.language, screen)?,
        None => arguments.knowledge.load(screen)?,
    };
    let write = if arguments.catalogue { report::causes_catalogue } else { report::causes_table };
    screen.print(&write(&knowledge, &probe::vocabulary()))?;
    Ok(Exit::Good)
}
