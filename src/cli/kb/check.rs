use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::fix;
use crate::cli::Exit;
use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::diagnostic::{Diagnostic, Severity};
use crate::host::{self, Input};
use crate::knowledge::{Compiled, Knowledge, Sources, check_page};
use crate::speech::foreign;
use crate::{probe, rehearse, report};

/// `kb check`
#[derive(Debug, Args)]
pub(super) struct KbCheckArguments {
    /// Folders of knowledge, laid over the built-in one; files of it; Markdown pages, each checked by itself
    #[arg(value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// How to write what is found
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    format: CheckFormat,
    /// Exit with 1 for warnings too
    #[arg(long)]
    strict: bool,
    /// Mend what can be mended without a choice, show each change, then check again
    #[arg(long)]
    fix: bool,
    /// Stay, and check again as soon as a file changes; Ctrl-C ends it
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
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
struct CheckedPage {
    path: PathBuf,
    text: String,
    found: Vec<Diagnostic>,
}

/// All that was checked.
struct Checked {
    gathered: Gathered,
    /// What is wrong with the knowledge, by paths among the sources.
    found: Vec<Diagnostic>,
    pages: Vec<CheckedPage>,
    files: usize,
}

pub(super) fn run(arguments: &KbCheckArguments, screen: Screen) -> anyhow::Result<Exit> {
    if arguments.watch {
        return watch(arguments, screen);
    }
    let mut checked = Checked::of(&arguments.paths)?;
    if arguments.fix {
        if arguments.paths.is_empty() {
            bail!("--fix: expected the folder or the files to mend");
        }
        let patch = checked.mend()?;
        // What is read by a program has no room for it.
        if arguments.format == CheckFormat::Text {
            screen.print(&patch)?;
        }
        checked = Checked::of(&arguments.paths)?;
    }
    screen.print(&checked.told(arguments.format, screen))?;
    let sound = checked.number(Severity::Error) == 0 && (checked.number(Severity::Warning) == 0 || !arguments.strict);
    Ok(if sound { Exit::Good } else { Exit::Open })
}

/// Checks again and again. What cannot be read for once is told like any flaw: its writer is at work.
fn watch(arguments: &KbCheckArguments, screen: Screen) -> anyhow::Result<Exit> {
    if arguments.paths.is_empty() {
        bail!("--watch: expected the folder or the files to watch");
    }
    let mut printed = Ok(());
    host::watch(&arguments.paths, || {
        let told = match Checked::of(&arguments.paths) {
            Ok(checked) => checked.told(arguments.format, screen),
            Err(error) => format!("error: {}\n", foreign::lines(&format!("{error:#}"))),
        };
        printed = screen.print_anew(&told);
        if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    printed?;
    Ok(Exit::Good)
}

impl Checked {
    fn of(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut gathered = Gathered::built_in();
        let (pages, others): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| is_page(path));
        for path in &others {
            if host::is_folder(path) {
                gathered.lay_folder(path)?;
            } else {
                gathered.lay_file(path, None)?;
            }
        }
        let pages = pages.into_iter().map(|path| page(path)).collect::<anyhow::Result<Vec<CheckedPage>>>()?;
        // Pages by themselves say nothing about the knowledge.
        let knowledge = !others.is_empty() || pages.is_empty();
        let mut found = Vec::new();
        if knowledge {
            let compiled = gathered.compile();
            found = compiled.diagnostics;
            found.extend(rehearse::check(&gathered.sources, &compiled.knowledge));
            gathered.keep_own(&mut found);
        }
        let files = pages.len() + if knowledge { gathered.files() } else { 0 };
        Ok(Self { gathered, found, pages, files })
    }

    fn all(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        let found = self.found.iter().map(|one| (one, self.gathered.shown(&one.place.path)));
        found.chain(self.pages.iter().flat_map(|page| page.found.iter()).map(|one| (one, one.place.path.as_str())))
    }

    fn number(&self, severity: Severity) -> usize {
        self.all().filter(|(one, _)| one.severity == severity).count()
    }

    /// The code of the first flaw of the worst kind.
    fn worst(&self) -> Option<&'static str> {
        let worst = self.all().map(|(one, _)| one.severity).max()?;
        self.all().find(|(one, _)| one.severity == worst).map(|(one, _)| one.code)
    }

    fn told(&self, format: CheckFormat, screen: Screen) -> String {
        match format {
            CheckFormat::Json => report::diagnostics(self.all()) + "\n",
            CheckFormat::Sarif => report::sarif(self.all()) + "\n",
            CheckFormat::Github => report::github(self.all()),
            CheckFormat::Text => {
                let mut out = flaws::drawn(&self.gathered, &self.found, screen);
                for CheckedPage { text, found, .. } in &self.pages {
                    let found = found.iter().map(|one| (one, one.place.path.as_str(), Some(text.as_str())));
                    out.push_str(&flaws::draw(found, screen));
                }
                let fixable = self.all().filter(|(one, _)| one.fix.is_some()).count();
                let fixable = match fixable {
                    0 => String::new(),
                    number => format!("; --fix mends {number} of them"),
                };
                let (errors, warnings) = (self.number(Severity::Error), self.number(Severity::Warning));
                let more =
                    self.worst().map_or_else(String::new, |code| format!("`otp-doctor explain {code}` tells more\n"));
                format!("{out}{}{fixable}\n{more}", summary(errors, warnings, self.files))
            }
        }
    }

    /// Mends what can be mended in the files of the user, and says what was changed. What would bring an error that is not there
    /// yet is left as it is.
    fn mend(&self) -> anyhow::Result<String> {
        let mut out = String::new();
        let mut sources = self.gathered.sources.clone();
        let before = fix::errors(&read(&sources));
        for (path, real) in self.gathered.of_the_user() {
            let Some(text) = self.gathered.sources.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
                continue;
            };
            let own: Vec<&Diagnostic> = self.found.iter().filter(|one| one.place.path == path).collect();
            let worse = |text: &str| {
                let mut changed = sources.clone();
                changed.replace(path, text);
                fix::is_worse(&before, &fix::errors(&read(&changed)), path, &own)
            };
            let (mended, made) = fix::harmless(text, &own, worse);
            if made > 0 {
                sources.replace(path, mended.as_str());
                out.push_str(&write(real, text, &mended)?);
            }
        }
        for CheckedPage { path, text, found } in &self.pages {
            let before = fix::errors(found);
            let (own, name) = (found.iter().collect::<Vec<_>>(), path.display().to_string());
            let after = |text: &str| fix::errors(&page_flaws(path, text.as_bytes()));
            let (mended, made) = fix::harmless(text, &own, |text| fix::is_worse(&before, &after(text), &name, &own));
            if made > 0 {
                out.push_str(&write(path, text, &mended)?);
            }
        }
        Ok(out)
    }
}

/// What is wrong with the sources as texts, before anything is tried with what they say.
fn read(sources: &Sources) -> Vec<Diagnostic> {
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(sources, &probe::vocabulary());
    diagnostics.extend(rehearse::read(sources, &knowledge).1);
    diagnostics
}

fn write(path: &Path, text: &str, mended: &str) -> anyhow::Result<String> {
    host::write_public(path, mended)?;
    Ok(fix::patch(&host::shown(path), text, mended))
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

fn page_flaws(path: &Path, bytes: &[u8]) -> Vec<Diagnostic> {
    check_page(&path.display().to_string(), bytes, |relative| host::is_beside(path, relative))
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md")) && !host::is_folder(path)
}

fn page(path: &Path) -> anyhow::Result<CheckedPage> {
    let bytes = host::read(&Input::File(path.to_owned()))?;
    let found = page_flaws(path, &bytes);
    Ok(CheckedPage { path: path.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned(), found })
}
