use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::{fix, folder};
use crate::cli::Exit;
use crate::cli::flaws::count;
use crate::cli::screen::Screen;
use crate::draft::{Migrated, migrate};
use crate::host;
use crate::knowledge::{Knowledge, Section, Sources};
use crate::probe;

pub(super) const LONG: &str = "\
Give each cause of an older folder a file of its own.

In the first form of the knowledge, the causes of a symptom stood in the symptom's file, their prose in articles/causes.md, \
their translations in two files of a language, and their scenarios in a fourth place. Now a cause is one file, \
causes/NAME.md. Folders of the first form are still read; this rewrites them once. Words, quotes and comments stay as they \
are, and nothing is written unless the knowledge says the same afterwards.";

pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb migrate our-help --dry-run
      show what would change
  otp-doctor kb migrate our-help
      rewrite the folder; exit code 0, also where there is nothing to do";

/// `kb migrate`
#[derive(Debug, Args)]
pub(super) struct KbMigrateArguments {
    /// The folder of knowledge, without an error in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &KbMigrateArguments, screen: Screen) -> anyhow::Result<Exit> {
    let folder = &arguments.folder;
    if !host::is_folder(folder) {
        bail!("{}: expected a folder of knowledge", host::shown(folder));
    }
    let (gathered, own) = folder::gathered(folder)?;
    let before = folder::sound(&gathered, screen)?;
    let changed = migrate(&own);
    if changed.is_empty() {
        screen.print(&format!("{}: every cause has a file of its own already\n", host::shown(folder)))?;
        return Ok(Exit::Good);
    }
    let mut after = own.clone();
    for (path, text) in &changed {
        if own.get(path).is_none() && host::is_there(&folder.join(path)) {
            bail!("{}: is there already, and is left as it is", host::shown(&folder.join(path)));
        }
        after.insert(path.clone(), text.clone());
    }
    let compiled = Knowledge::compile(&Sources::embedded().overlay(after), &probe::vocabulary());
    if let Some(what) = difference(&before, &compiled.knowledge) {
        bail!("{}: nothing is written, since {what} would not say the same afterwards", host::shown(folder));
    }
    let text = |path: &str| own.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if arguments.dry_run {
        for (path, new) in &changed {
            let old = text(path).unwrap_or_default();
            screen.print(&fix::patch(&host::shown(&folder.join(path)), &old, new))?;
        }
        return Ok(Exit::Good);
    }
    write(arguments, &changed, &own)?;
    let new = changed.keys().filter(|path| own.get(path).is_none()).count();
    screen.print(&format!(
        "{} written, {} changed; the knowledge says what it said before\n",
        count(new, "file"),
        changed.len() - new
    ))?;
    Ok(Exit::Good)
}

/// The new files first: whatever happens in between, nothing is lost.
fn write(arguments: &KbMigrateArguments, changed: &Migrated, own: &Sources) -> anyhow::Result<()> {
    let (there, new): (Vec<_>, Vec<_>) = changed.iter().partition(|(path, _)| own.get(path).is_some());
    for (path, text) in new {
        host::write_new(&arguments.folder, path, text)?;
    }
    for (path, text) in there {
        host::write_again(&arguments.folder, path, text)?;
    }
    Ok(())
}

/// What does not say the same, in any language: which cause, remedy or section comes first does not count.
fn difference(before: &Knowledge, after: &Knowledge) -> Option<String> {
    let languages: Vec<String> = before.languages().map(str::to_owned).collect();
    languages.iter().find_map(|language| {
        let [before, after] = [before, after].map(|knowledge| knowledge.clone().in_language(language));
        let symptom = before.symptoms.iter().find(|(id, one)| after.symptoms.get(*id) != Some(one));
        let sections = sections(&after);
        let section = self::sections(&before).into_iter().find(|(at, one)| sections.get(at) != Some(one));
        let symptom = symptom.map(|(id, _)| format!("the symptom `{id}` ({language})"));
        symptom.or(section.map(|((article, anchor), _)| format!("the section {article}#{anchor} ({language})")))
    })
}

fn sections(knowledge: &Knowledge) -> BTreeMap<(&str, &str), &Section> {
    let all = knowledge.articles.iter().flat_map(|(path, article)| article.sections.iter().map(move |one| (path, one)));
    all.map(|(path, section)| ((path.as_str(), section.anchor.as_str()), section)).collect()
}
