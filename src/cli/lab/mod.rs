//! `lab`: cases whose cause is known, and how often the diagnosis is right about them.
//!
//! The one idea: the laboratory plays a fault out and hands over only what a real case would tell. It must not let a case
//! know its cause.

mod faults;
mod make;
mod measure;

use anyhow::bail;
use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};

use super::Exit;
use super::screen::Screen;
use crate::diagnostic::nearest;
use crate::lab::{Fault, Level};

pub(super) const ABOUT: &str = "Make cases whose cause is known, and measure how often the diagnosis is right";
const EXAMPLES: &str = "\
Examples:
  otp-doctor lab make --fault device-clock-off --offset=-90s
      one refused login of a device that is a minute and a half behind
  otp-doctor lab make --n 1000 --truth truth.ndjson | otp-doctor diagnose --cases - --json
      a thousand of them, their causes in a file of their own
  otp-doctor lab measure --n 10000 --codes 1,2,3 --level L0,L1,L2 --seed 1 --svg accuracy.svg
      how often it is right, how sure it may be, and what it mistakes for what
  otp-doctor lab measure --world --n 10000 --codes 1,2
      the same where people live: they know minutes, have several devices, and say that it worked later
  otp-doctor lab make --world --fault service-clock-off --one-service --n 6 | otp-doctor triage -
      six people of a service whose clock is off
  otp-doctor lab measure --random-codes
      how much it finds where there is nothing to find

Every secret is invented, and the same seed makes the same cases. What a level tells:
  L0  answers, no code and no secret
  L1  the device's entries, not what the service holds
  L2  the service's secret and what it knows of itself, too";

/// `lab`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LabArguments {
    #[command(subcommand)]
    verb: LabVerb,
}

#[derive(Debug, Subcommand)]
enum LabVerb {
    /// Write cases, one JSON object a line, as `diagnose --cases` reads them
    Make(make::LabMakeArguments),
    /// Diagnose many cases and count how often the true cause was found
    Measure(measure::LabMeasureArguments),
    /// List the faults that can be played
    Faults(faults::LabFaultsArguments),
}

pub(super) fn run(arguments: &LabArguments, screen: Screen) -> anyhow::Result<Exit> {
    match &arguments.verb {
        LabVerb::Make(arguments) => make::run(arguments, screen),
        LabVerb::Measure(arguments) => measure::run(arguments, screen),
        LabVerb::Faults(arguments) => faults::run(arguments, screen),
    }
}

impl ValueEnum for Level {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::L0, Self::L1, Self::L2]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// The fault of that id.
fn fault(id: &str) -> anyhow::Result<Fault> {
    if let Some(fault) = Fault::named(id) {
        return Ok(fault);
    }
    let ids: Vec<String> = Fault::all().map(Fault::id).collect();
    match nearest(id, ids.iter().map(String::as_str)) {
        Some(near) => bail!("--fault: no fault of that name; did you mean {near}?"),
        None => bail!("--fault: no fault of that name; `otp-doctor lab faults` lists them"),
    }
}
