use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use fastrand::Rng;
use serde_json::json;

use super::fault;
use crate::case;
use crate::cli::screen::Screen;
use crate::cli::{Exit, completion, knowledge};
use crate::host;
use crate::lab::{Bench, FORGIVEN, Fault, Level, Recipe};
use crate::rehearse;

/// `lab make`
#[derive(Debug, Args)]
pub(super) struct LabMakeArguments {
    /// What goes wrong, as `lab faults` names it; without it, faults as common as the knowledge says
    #[arg(long, value_name = "FAULT", add = completion::faults())]
    fault: Option<String>,
    /// How far the device's clock is off, such as -90s, +2m, -1h or 1d; negative: behind
    #[arg(long, value_name = "TIME", value_parser = seconds, allow_hyphen_values = true, requires = "fault")]
    offset: Option<i64>,
    /// Codes per case: the refused one, and those that the app shows afterwards
    #[arg(long, value_name = "CODES", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=8))]
    codes: u8,
    /// What the case tells: L1 the device's entries, L2 the service's secret and facts too
    #[arg(long, value_enum, default_value_t = Level::L2, value_name = "LEVEL", ignore_case = true, hide_possible_values = true)]
    level: Level,
    /// How many cases
    #[arg(long, value_name = "N", default_value_t = 1)]
    n: u32,
    /// The same seed makes the same cases
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Cases of the world: vague times, several devices, codes that were accepted, questions that were answered
    #[arg(long)]
    world: bool,
    /// All of one service within an hour, each of another person
    #[arg(long)]
    one_service: bool,
    /// Write the true causes to a file, one JSON object a line; the cases do not tell them. A file of that name is replaced
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

/// `-90s`, `+2m`, `1h`, `-1d`.
fn seconds(text: &str) -> Result<i64, String> {
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let found = units.iter().find_map(|(unit, size)| Some((text.strip_suffix(*unit)?, size)));
    let read = found.and_then(|(number, size)| Some(number.parse::<i32>().ok().map(i64::from)? * size));
    read.filter(|seconds| seconds.abs() <= 50 * 365 * 86_400)
        .ok_or_else(|| "expected a length of time of at most 50 years, such as -90s, +2m, -1h or 1d".to_owned())
}

pub(super) fn run(arguments: &LabMakeArguments, screen: Screen) -> anyhow::Result<Exit> {
    let level = arguments.level;
    if level == Level::L0 {
        bail!("--level: at L0 there is no code and no secret to write: expected L1 or L2");
    }
    let chosen = arguments.fault.as_deref().map(fault).transpose()?;
    let mut bench = Bench::new(arguments.seed, Recipe { codes: usize::from(arguments.codes), level });
    if let Some(offset) = arguments.offset {
        if !chosen.is_some_and(Fault::takes_offset) {
            bail!("--offset goes with a fault of the device's clock: --fault device-clock-off");
        }
        let forgiven =
            || format!("--offset: a service forgives so little; expected {FORGIVEN}s or more to either side");
        bench = bench.with_offset(offset).with_context(forgiven)?;
    }
    if arguments.world {
        bench = bench.in_the_world();
    }
    if arguments.one_service {
        bench = bench.of_one_service();
    }
    let knowledge = arguments.knowledge.load(screen)?.knowledge;
    let weights = rehearse::weights(&knowledge);
    let mut draw = Rng::with_seed(arguments.seed);
    let mut truth = String::new();
    for _ in 0..arguments.n {
        let drawn = || rehearse::drawn(&mut draw, &weights).copied();
        let fault = chosen.or_else(drawn).unwrap_or(Fault::UNKNOWN);
        let mut specimen = bench.make(fault);
        if arguments.world {
            specimen.case = rehearse::answered(specimen.case, fault, &knowledge, draw.u64(..));
        }
        screen.print(&format!("{}\n", case::write(&specimen.case)))?;
        let cause = [Some(specimen.cause), specimen.with].into_iter().flatten().collect::<Vec<_>>();
        let mut line = json!({ "id": specimen.case.id, "causes": cause, "family": specimen.family() });
        // In the world it takes many others to know that (`lab measure --world`).
        if !arguments.world {
            line["not_identifiable"] = json!(specimen.hidden);
        }
        let _ = writeln!(truth, "{line}");
    }
    if let Some(path) = &arguments.truth {
        host::write_public(path, &truth)?;
    }
    Ok(Exit::Good)
}
