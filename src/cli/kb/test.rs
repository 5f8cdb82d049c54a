use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::Exit;
use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::diagnostic::Severity;
use crate::rehearse::{self, Coverage, CoveredPart, Miss, Rehearsal, Scenario};
use crate::report;

/// `kb test`
#[derive(Debug, Args)]
pub(super) struct KbTestArguments {
    /// A folder of knowledge, laid over the built-in one; without it, what is built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Write the result as JSON (docs/formats.md)
    #[arg(long)]
    json: bool,
    /// Also tell which causes, answers, rows and sections of your own no scenario touches, by line; without DIR, of all
    #[arg(long)]
    coverage: bool,
    /// Also count how many public threads come to what the people concluded; a miss is no failure
    #[arg(long)]
    reported: bool,
}

pub(super) fn run(arguments: &KbTestArguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut gathered = Gathered::built_in();
    if let Some(folder) = &arguments.folder {
        gathered.lay_folder(folder)?;
    }
    let compiled = gathered.compile();
    let (mut scenarios, found) = rehearse::read(&gathered.sources, &compiled.knowledge);
    let flaws: Vec<_> = compiled.diagnostics.into_iter().chain(found).collect();
    let errors = flaws.iter().filter(|one| one.severity == Severity::Error).count();
    if scenarios.is_empty() && errors == 0 {
        bail!("no scenario to run: expected `scenarios/*.yaml`");
    }
    let is_yours = |path: &str| gathered.is_of_the_user(path);
    let counts = |path: &str| arguments.folder.is_none() || is_yours(path);
    let coverage =
        arguments.coverage.then(|| rehearse::coverage(&scenarios, &compiled.knowledge, &gathered.sources, counts));
    scenarios.retain(|scenario| arguments.reported || !scenario.is_reported());
    let rehearsal = rehearse::rehearse(&scenarios, &compiled.knowledge);
    if arguments.json {
        let flaws = flaws.iter().map(|one| (one, gathered.shown(&one.place.path)));
        let shown = |path| gathered.shown(path);
        let is_yours = |one: &Scenario| is_yours(&one.place.path);
        screen.print(&(report::rehearsal(&rehearsal, coverage.as_ref(), flaws, shown, is_yours) + "\n"))?;
    } else {
        screen.print(&flaws::drawn(&gathered, &flaws, screen))?;
        if let Some(coverage) = &coverage {
            screen.print(&untouched(coverage, &gathered))?;
        }
        let told = Told { gathered: &gathered, width: screen.look.width };
        screen.print(&told.of(&rehearsal, errors, arguments.folder.is_some()))?;
    }
    // What people concluded is a measure, and no test: its misses are counted and told.
    Ok(if rehearsal.tests.misses.is_empty() && errors == 0 { Exit::Good } else { Exit::Open })
}

/// What no scenario touches, and how much of each they do.
fn untouched(coverage: &Coverage, gathered: &Gathered) -> String {
    let mut out = String::new();
    for gap in &coverage.gaps {
        let path = gathered.shown(&gap.place.path);
        let _ = writeln!(out, "{path}:{}: no scenario touches the {} `{}`", gap.place.line, gap.part.name(), gap.id);
    }
    // Of a part that there is none of, nothing is to be said.
    let parts = CoveredPart::ALL.iter().zip(coverage.counts).filter(|(_, (_, of))| *of > 0);
    let parts: Vec<String> =
        parts.map(|(part, (touched, of))| format!("{touched} of {}", count(of, part.name()))).collect();
    let parts = if parts.is_empty() { "nothing of yours can be touched".to_owned() } else { parts.join(", ") };
    let _ = writeln!(out, "touched: {parts}");
    out
}

/// Says how scenarios came out: the user's own one by one, the built-in ones in a line.
struct Told<'a> {
    gathered: &'a Gathered,
    width: usize,
}

impl Told<'_> {
    /// The failures, the measure with its misses, and the sum of it all in the last line; `folder` where there is one.
    fn of(&self, rehearsal: &Rehearsal<'_>, errors: usize, folder: bool) -> String {
        let Rehearsal { tests, reported } = rehearsal;
        let is_told = |scenario: &Scenario| !folder || self.gathered.is_of_the_user(&scenario.place.path);
        let (own, built_in): (Vec<_>, Vec<_>) = tests.misses.iter().partition(|miss| is_told(miss.scenario));
        let mut out: String = own.iter().map(|miss| self.line(miss)).collect();
        if !built_in.is_empty() {
            let names: Vec<&str> = built_in.iter().map(|miss| miss.scenario.name.as_str()).collect();
            let told = format!("built in, and failing with yours over them: {}", names.join(", "));
            let _ = writeln!(out, "{}", self.wrapped(&told, ""));
        }
        if !reported.of.is_empty() {
            let _ = writeln!(out, "reported: {} of {} as the people concluded", reported.right(), reported.of.len());
            // The file bears the scenario's name, so the place would say it twice.
            for miss in &reported.misses {
                let told = format!("{}: {}", miss.scenario.name, miss.differs.join("; "));
                let _ = writeln!(out, "{}", self.wrapped(&told, "  "));
            }
        }
        let yours = tests.of.iter().filter(|one| is_told(one)).count();
        let run = if folder {
            format!("{yours} of yours, {} built in", tests.of.len() - yours)
        } else {
            count(tests.of.len(), "scenario")
        };
        let failed = match (own.len(), built_in.len()) {
            (0, 0) => "and all of them pass".to_owned(),
            (own, 0) => format!("and {own} of yours failed"),
            (0, built_in) => format!("and {built_in} built in failed"),
            (own, built_in) => format!("and {own} of yours and {built_in} built in failed"),
        };
        let failed = if folder { failed } else { failed.replace(" of yours", " of them") };
        let errors = if errors > 0 { format!("; {} in the knowledge", count(errors, "error")) } else { String::new() };
        out + &format!("{run}, {failed}{errors}\n")
    }

    fn line(&self, miss: &Miss<'_>) -> String {
        let place = &miss.scenario.place;
        let path = self.gathered.shown(&place.path);
        format!("{path}:{}: {}: {}\n", place.line, miss.scenario.name, miss.differs.join("; "))
    }

    fn wrapped(&self, text: &str, indent: &str) -> String {
        let more = format!("{indent}  ");
        let options = textwrap::Options::new(self.width).initial_indent(indent).subsequent_indent(&more);
        textwrap::fill(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
    }
}
