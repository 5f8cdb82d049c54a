use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use clap::{Args, ValueEnum};

use super::fault;
use crate::cli::diagnose::ReportFormat;
use crate::cli::screen::Screen;
use crate::cli::{Exit, knowledge};
use crate::host;
use crate::knowledge::Knowledge;
use crate::lab::{Level, Recipe};
use crate::rehearse::{Accuracy, People, Study};
use crate::report::measurement::{self, Measurement};

/// `lab measure`
#[derive(Debug, Args)]
pub(super) struct LabMeasureArguments {
    /// How many cases of each kind
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    n: u32,
    /// Codes per case, one or several numbers
    #[arg(long, value_name = "CODES", value_delimiter = ',', default_value = "2", value_parser = clap::value_parser!(u8).range(1..=8))]
    codes: Vec<u8>,
    /// What the cases tell, one or several levels; L0 has no codes
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "L2",
        value_name = "LEVEL",
        ignore_case = true,
        hide_possible_values = true
    )]
    level: Vec<Level>,
    /// The same seed measures the same cases, on any number of threads
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Only cases of one fault, as `lab faults` names it
    #[arg(long, value_name = "FAULT", conflicts_with_all = ["priors", "random_codes"])]
    fault: Option<String>,
    /// How common the faults are
    #[arg(long, value_enum, default_value_t = Priors::AsKnown, value_name = "PRIORS", conflicts_with = "random_codes")]
    priors: Priors,
    /// Invented codes instead of faults: how much is found where there is nothing to find
    #[arg(long)]
    random_codes: bool,
    /// How to write the result: text, markdown for a document, or json (docs/formats.md)
    #[arg(long, value_enum, default_value_t = ReportFormat::Text, value_name = "FORMAT", hide_possible_values = true)]
    format: ReportFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Draw a picture, too
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Priors {
    /// As the knowledge says
    AsKnown,
    /// Each one notch more or less common, by chance: what if the knowledge is wrong?
    OffOneNotch,
}

/// Threads that diagnose, at most.
const THREADS: usize = 2;
/// Seconds until it is told how far it is.
const PATIENCE: f64 = 2.0;

pub(super) fn run(arguments: &LabMeasureArguments, screen: Screen) -> anyhow::Result<Exit> {
    let people = match (&arguments.fault, arguments.random_codes, arguments.priors) {
        (Some(id), ..) => People::With(fault(id)?),
        (None, true, _) => People::RandomCodes,
        (None, false, Priors::AsKnown) => People::AsKnown,
        (None, false, Priors::OffOneNotch) => People::OneNotchOff,
    };
    let loaded = arguments.knowledge.load(screen)?;
    let mut all = Vec::new();
    for level in arguments.level.iter().copied() {
        for codes in if level == Level::L0 { &[1][..] } else { &arguments.codes } {
            let recipe = Recipe { codes: usize::from(*codes), level };
            let study = Study { people, ..Study::new(recipe, arguments.n as usize, arguments.seed) };
            let accuracy = measured(&study, &loaded.knowledge)?;
            all.push(Measurement { study, accuracy });
        }
    }
    if let Some(path) = &arguments.svg {
        host::write_public(path, measurement::figure(&all))?;
    }
    let format = if arguments.json { ReportFormat::Json } else { arguments.format };
    let text = match format {
        ReportFormat::Json => measurement::json(&all) + "\n",
        ReportFormat::Markdown => measurement::markdown(&all),
        ReportFormat::Text => measurement::text(&all, screen.look),
    };
    screen.print(&text)?;
    Ok(Exit::Good)
}

/// The parts of a study on a few threads, added in their order.
fn measured(study: &Study, knowledge: &Knowledge) -> anyhow::Result<Accuracy> {
    let began = host::now();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let (counted, parts) = channel();
    let mut results: Vec<Option<Accuracy>> = vec![None; study.parts()];
    thread::scope(|scope| {
        for _ in 0..threads {
            let (counted, next) = (counted.clone(), &next);
            scope.spawn(move || {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= study.parts() || counted.send((part, study.part(knowledge, part))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(counted);
        for (done, (part, result)) in (1..).zip(parts) {
            results[part] = Some(result?);
            if host::now() - began >= PATIENCE {
                tell(&format!(
                    "{}, {} codes: {} %",
                    study.recipe.level.name(),
                    study.recipe.codes,
                    100 * done / study.parts()
                ));
            }
        }
        anyhow::Ok(())
    })?;
    tell("");
    let mut accuracy = Accuracy::default();
    results.iter().flatten().for_each(|part| accuracy.add(part));
    Ok(accuracy)
}

/// How far it is, over what was told before. In a pipe nobody waits for it.
fn tell(text: &str) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r{text}\u{1b}[K");
    }
}
