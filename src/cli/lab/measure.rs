use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use clap::{Args, ValueEnum};

use super::fault;
use crate::cli::screen::{ReportFormat, Screen};
use crate::cli::{Exit, completion, knowledge};
use crate::host;
use crate::knowledge::Knowledge;
use crate::lab::{Fault, Level, Recipe};
use crate::rehearse::{Accuracy, Likeness, People, Study};
use crate::report::measurement::{self, Measurement};

/// `lab measure`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct LabMeasureArguments {
    /// Cases of the world in place of the tidy laboratory: vague times, several devices, codes that were accepted
    #[arg(long)]
    world: bool,
    /// How many cases of each kind
    #[arg(long, visible_alias = "cases", value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
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
    /// Only cases of one fault, as `lab faults` names it; `each`: of every fault by itself
    #[arg(long, value_name = "FAULT", add = completion::faults(), conflicts_with_all = ["priors", "random_codes"])]
    fault: Option<String>,
    /// How common the faults are
    #[arg(long, value_enum, default_value_t = Priors::AsKnown, value_name = "PRIORS", conflicts_with = "random_codes")]
    priors: Priors,
    /// How often people err in their answers, as a multiple of what the knowledge says: what if it is wrong?
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = times, conflicts_with = "random_codes")]
    errs: f64,
    /// Invented codes instead of faults: how much is found where there is nothing to find
    #[arg(long)]
    random_codes: bool,
    /// How to write the result: text, markdown for a document, or json (docs/formats.md)
    #[arg(long, value_enum, default_value_t = ReportFormat::Text, value_name = "FORMAT", hide_possible_values = true)]
    format: ReportFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Only the table over all, without the details of each
    #[arg(long, conflicts_with = "json")]
    summary: bool,
    /// Draw a picture there, too; a file of that name is replaced
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

/// In place of a fault: every one by itself.
const EACH: &str = "each";
/// People who err more often than that answer by chance alone.
const MOST_TIMES: f64 = 5.0;
/// Threads that diagnose, at most.
const THREADS: usize = 2;
/// Seconds until it is told how far it is.
const PATIENCE: f64 = 2.0;

pub(super) fn run(arguments: &LabMeasureArguments, screen: Screen) -> anyhow::Result<Exit> {
    let peoples = match (arguments.fault.as_deref(), arguments.random_codes, arguments.priors) {
        (Some(EACH), ..) => Fault::all().map(People::With).collect(),
        (Some(id), ..) => vec![People::With(fault(id)?)],
        (None, true, _) => vec![People::RandomCodes],
        (None, false, Priors::AsKnown) => vec![People::AsKnown],
        (None, false, Priors::OffOneNotch) => vec![People::OneNotchOff],
    };
    let loaded = arguments.knowledge.load(screen)?;
    let mut all = Vec::new();
    for level in arguments.level.iter().copied() {
        for codes in if level == Level::L0 { &[1][..] } else { &arguments.codes } {
            let recipe = Recipe { codes: usize::from(*codes), level };
            for people in &peoples {
                let study = Study::new(recipe, arguments.n as usize, arguments.seed);
                all.push(measured(
                    Study { people: *people, world: arguments.world, errs: arguments.errs, ..study },
                    &loaded.knowledge,
                )?);
            }
        }
    }
    if let Some(path) = &arguments.svg {
        host::write_public(path, measurement::figure(&all))?;
    }
    let format = if arguments.json { ReportFormat::Json } else { arguments.format };
    let text = match format {
        ReportFormat::Json => measurement::json(&all) + "\n",
        ReportFormat::Markdown => measurement::markdown(&all, arguments.summary),
        ReportFormat::Text => measurement::text(&all, arguments.summary, screen.look),
    };
    screen.print(&text)?;
    Ok(Exit::Good)
}

/// How many times as often, from never to always.
fn times(text: &str) -> Result<f64, String> {
    let times = text.parse::<f64>().ok().filter(|times| (0.0..=MOST_TIMES).contains(times));
    times.ok_or_else(|| format!("expected a number from 0 to {MOST_TIMES}, such as 0.5 or 1.5"))
}

/// A study on a few threads.
fn measured(study: Study, knowledge: &Knowledge) -> anyhow::Result<Measurement> {
    let name = format!("{}, {} codes", study.recipe.level.name(), study.recipe.codes);
    let likeness = match study.plays(knowledge) {
        None => None,
        Some(plays) => {
            let played = in_parts(plays.parts(), &format!("{name}: playing"), |part| anyhow::Ok(plays.part(part)))?;
            Some(played.into_iter().collect::<Likeness>())
        }
    };
    let began = host::now();
    let parts = in_parts(study.parts(), &name, |part| study.part(knowledge, likeness.as_ref(), part))?;
    let seconds = (host::now() - began) * threads() as f64 / study.cases.max(1) as f64;
    let mut accuracy = Accuracy::default();
    for part in &parts {
        accuracy.add(part);
    }
    Ok(Measurement { study, accuracy, seconds_each: study.world.then_some(seconds) })
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(THREADS)
}

/// The parts of a piece of work on a few threads, in their order; `name` tells what it is, for whoever waits.
fn in_parts<T: Send, E: Send + Into<anyhow::Error>>(
    parts: usize,
    name: &str,
    work: impl Fn(usize) -> Result<T, E> + Sync,
) -> anyhow::Result<Vec<T>> {
    let began = host::now();
    let next = AtomicUsize::new(0);
    let (counted, done) = channel();
    let mut results: Vec<Option<T>> = (0..parts).map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..threads() {
            let (counted, next, work) = (counted.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts || counted.send((part, work(part))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(counted);
        for (number, (part, result)) in (1..).zip(done) {
            results[part] = Some(result.map_err(Into::into)?);
            if host::now() - began >= PATIENCE {
                tell(&format!("{name}: {} %", 100 * number / parts));
            }
        }
        anyhow::Ok(())
    })?;
    tell("");
    Ok(results.into_iter().flatten().collect())
}

/// How far it is, over what was told before. In a pipe nobody waits for it.
fn tell(text: &str) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r{text}\u{1b}[K");
    }
}
