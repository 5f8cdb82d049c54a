use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::Exit;
use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::diagnostic::Severity;
use crate::rehearse;

/// `kb test`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A folder of knowledge, laid over the built-in one; without it, what is built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut gathered = Gathered::built_in();
    if let Some(folder) = &arguments.folder {
        gathered.lay_folder(folder)?;
    }
    let compiled = gathered.compile();
    let (scenarios, found) = rehearse::read(&gathered.sources, &compiled.knowledge);
    let flaws: Vec<_> = compiled.diagnostics.into_iter().chain(found).collect();
    screen.print(&flaws::drawn(&gathered, &flaws, screen))?;
    let errors = flaws.iter().filter(|one| one.severity == Severity::Error).count();
    if scenarios.is_empty() && errors == 0 {
        bail!("no scenario to run: expected `scenarios/*.yaml`");
    }
    let mut failing = 0;
    for scenario in &scenarios {
        let differs = rehearse::run(scenario, &compiled.knowledge);
        if !differs.is_empty() {
            failing += 1;
            let place = &scenario.place;
            let path = gathered.shown(&place.path);
            screen.print(&format!("{path}:{}: {}: {}\n", place.line, scenario.name, differs.join("; ")))?;
        }
    }
    let all = count(scenarios.len(), "scenario");
    let summary = match (failing, errors) {
        (0, 0) => format!("{all}, and all of them pass"),
        (failing, 0) => format!("{failing} of {all} failed"),
        (failing, errors) => format!("{failing} of {all} failed; {} in the knowledge", count(errors, "error")),
    };
    screen.print(&format!("{summary}\n"))?;
    Ok(if failing == 0 && errors == 0 { Exit::Good } else { Exit::Open })
}
