use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::Exit;
use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::diagnostic::{Diagnostic, Severity};
use crate::host::{self, Input};
use crate::knowledge::check_page;
use crate::{rehearse, report};

/// `kb check`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folders of knowledge, laid over the built-in one; files of it; Markdown pages, each checked by itself
    #[arg(value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// How to write what is found
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// Exit with 1 for warnings too
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a program (docs/formats.md)
    Json,
    /// SARIF 2.1.0, for what shows findings beside the code
    Sarif,
    /// Workflow commands of GitHub, which annotate a pull request
    Github,
}

/// A page with what is wrong with it.
struct Page {
    text: String,
    found: Vec<Diagnostic>,
}

pub(super) fn run(arguments: &Arguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut gathered = Gathered::built_in();
    let (pages, others): (Vec<&PathBuf>, Vec<&PathBuf>) = arguments.paths.iter().partition(|path| is_page(path));
    for path in &others {
        if host::is_folder(path) {
            gathered.lay_folder(path)?;
        } else {
            gathered.lay_file(path, None)?;
        }
    }
    let pages = pages.into_iter().map(|path| page(path)).collect::<anyhow::Result<Vec<Page>>>()?;
    // Pages by themselves say nothing about the knowledge.
    let knowledge = !others.is_empty() || pages.is_empty();
    let mut found = Vec::new();
    if knowledge {
        let compiled = gathered.compile();
        found = compiled.diagnostics;
        found.extend(rehearse::check(&gathered.sources, &compiled.knowledge));
    }
    let files = pages.len() + if knowledge { gathered.files() } else { 0 };

    let in_pages = || pages.iter().flat_map(|page| page.found.iter());
    let number = |severity: Severity| found.iter().chain(in_pages()).filter(|one| one.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    let named = found.iter().map(|one| (one, gathered.shown(&one.place.path)));
    let named = named.chain(in_pages().map(|one| (one, one.place.path.as_str())));
    match arguments.format {
        Format::Json => screen.print(&(report::diagnostics(named) + "\n"))?,
        Format::Sarif => screen.print(&(report::sarif(named) + "\n"))?,
        Format::Github => screen.print(&report::github(named))?,
        Format::Text => {
            let mut out = flaws::drawn(&gathered, &found, screen);
            let drawn = |page: &Page| {
                flaws::draw(
                    page.found.iter().map(|one| (one, one.place.path.as_str(), Some(page.text.as_str()))),
                    screen,
                )
            };
            out.extend(pages.iter().map(drawn));
            screen.print(&format!("{out}{}\n", summary(errors, warnings, files)))?;
        }
    }
    let sound = errors == 0 && (warnings == 0 || !arguments.strict);
    Ok(if sound { Exit::Good } else { Exit::Open })
}

fn summary(errors: usize, warnings: usize, files: usize) -> String {
    let files = count(files, "file");
    match (errors, warnings) {
        (0, 0) => format!("{files}, and everything is sound"),
        (errors, 0) => format!("{} in {files}", count(errors, "error")),
        (0, warnings) => format!("{} in {files}", count(warnings, "warning")),
        (errors, warnings) => format!("{} and {} in {files}", count(errors, "error"), count(warnings, "warning")),
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md")) && !host::is_folder(path)
}

fn page(path: &Path) -> anyhow::Result<Page> {
    let bytes = host::read(&Input::File(path.to_owned()))?;
    let found = check_page(&path.display().to_string(), &bytes, |relative| host::is_beside(path, relative));
    Ok(Page { text: String::from_utf8_lossy(&bytes).into_owned(), found })
}
