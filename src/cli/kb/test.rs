use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::Exit;
use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::diagnostic::Severity;
use crate::rehearse::{self, Coverage, CoveredPart, Miss, Rehearsal};
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
    /// Also tell which causes, answers, rows and sections no scenario touches, by line
    #[arg(long)]
    coverage: bool,
}

pub(super) fn run(arguments: &KbTestArguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut gathered = Gathered::built_in();
    if let Some(folder) = &arguments.folder {
        gathered.lay_folder(folder)?;
    }
    let compiled = gathered.compile();
    let (scenarios, found) = rehearse::read(&gathered.sources, &compiled.knowledge);
    let flaws: Vec<_> = compiled.diagnostics.into_iter().chain(found).collect();
    let errors = flaws.iter().filter(|one| one.severity == Severity::Error).count();
    if scenarios.is_empty() && errors == 0 {
        bail!("no scenario to run: expected `scenarios/*.yaml`");
    }
    let rehearsal = rehearse::rehearse(&scenarios, &compiled.knowledge);
    let coverage = arguments.coverage.then(|| rehearse::coverage(&scenarios, &compiled.knowledge, &gathered.sources));
    if arguments.json {
        let flaws = flaws.iter().map(|one| (one, gathered.shown(&one.place.path)));
        screen.print(&(report::rehearsal(&rehearsal, coverage.as_ref(), flaws, |path| gathered.shown(path)) + "\n"))?;
    } else {
        screen.print(&flaws::drawn(&gathered, &flaws, screen))?;
        if let Some(coverage) = &coverage {
            screen.print(&untouched(coverage, &gathered))?;
        }
        screen.print(&told(&rehearsal, errors, &gathered, screen.look.width))?;
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
    let parts = CoveredPart::ALL.iter().zip(coverage.counts);
    let parts: Vec<String> =
        parts.map(|(part, (touched, of))| format!("{touched} of {}", count(of, part.name()))).collect();
    let _ = writeln!(out, "touched: {}", parts.join(", "));
    out
}

/// The failures, the measure with its misses, and the sum of it all in the last line.
fn told(rehearsal: &Rehearsal<'_>, errors: usize, gathered: &Gathered, width: usize) -> String {
    let line = |miss: &Miss<'_>| {
        let place = &miss.scenario.place;
        let path = gathered.shown(&place.path);
        format!("{path}:{}: {}: {}\n", place.line, miss.scenario.name, miss.differs.join("; "))
    };
    let Rehearsal { tests, reported } = rehearsal;
    let mut out: String = tests.misses.iter().map(line).collect();
    if reported.of > 0 {
        let _ = writeln!(out, "reported: {} of {} as the people concluded", reported.right(), reported.of);
        // The file bears the scenario's name, so the place would say it twice.
        let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("    ");
        let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        for miss in &reported.misses {
            let told = format!("{}: {}", miss.scenario.name, miss.differs.join("; "));
            let _ = writeln!(out, "{}", textwrap::fill(&told, &options));
        }
    }
    let all = count(tests.of, "scenario");
    let _ = match (tests.misses.len(), errors) {
        (0, 0) => writeln!(out, "{all}, and all of them pass"),
        (failing, 0) => writeln!(out, "{failing} of {all} failed"),
        (failing, errors) => writeln!(out, "{failing} of {all} failed; {} in the knowledge", count(errors, "error")),
    };
    out
}
