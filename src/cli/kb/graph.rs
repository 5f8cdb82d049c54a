use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::cli::Exit;
use crate::cli::completion;
use crate::cli::knowledge::{self, Loaded};
use crate::cli::screen::Screen;
use crate::diagnostic::nearest;
use crate::host;
use crate::rehearse::{self, Crowd};
use crate::report::graph;
use crate::session::Mode;

pub(super) const LONG: &str = "\
Draw the ways that simulated people take through a symptom: what they are asked, what they try, how it ends.

Each of them has a cause, as common as the knowledge says, and answers as people with it do. The wider a way, the more take \
it. With it come the causes, what each remedy helped, and every question, remedy and row that nobody came to.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb graph invalid-code --out invalid-code.svg
      a picture for light and dark pages
  otp-doctor kb graph new-phone --knowledge our-help --pixels 400 --out narrow.svg
      your own knowledge, as wide as a phone
  otp-doctor kb graph turn-off --format mermaid
      text that many a wiki draws
  otp-doctor kb graph many-codes --format dot | dot -Tpdf -o many-codes.pdf
      for Graphviz";

/// `kb graph`
#[derive(Debug, Args)]
pub(super) struct KbGraphArguments {
    /// The symptom
    #[arg(value_name = "SYMPTOM", add = completion::symptoms())]
    symptom: String,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
    /// How to write it
    #[arg(long, value_enum, default_value_t = GraphFormat::Svg, value_name = "FORMAT")]
    format: GraphFormat,
    /// The file to write to, in place of an older one; standard output by default
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many people are led
    #[arg(long, default_value_t = 2_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    people: u32,
    /// With the same seed the same people come
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Leave out the places that fewer come to than so many of a hundred
    #[arg(long, default_value_t = 3, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    least: u32,
    /// They call an agent instead of reading by themselves
    #[arg(long)]
    agent: bool,
    /// How wide the picture is, in pixels
    #[arg(long, default_value_t = 960, value_name = "N", value_parser = clap::value_parser!(u32).range(320..=4_000))]
    pixels: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// A picture
    Svg,
    /// For Graphviz
    Dot,
    /// For Mermaid
    Mermaid,
}

pub(super) fn run(arguments: &KbGraphArguments, screen: Screen) -> anyhow::Result<Exit> {
    let Loaded { knowledge, service, .. } = arguments.knowledge.load(screen)?;
    let Some(symptom) = knowledge.symptoms.get(&arguments.symptom) else {
        let known: Vec<&str> = knowledge.symptoms.keys().map(String::as_str).collect();
        let hint = match nearest(&arguments.symptom, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("known are {}", known.join(", ")),
        };
        bail!("no symptom of that name is known: {hint}");
    };
    let mode = if arguments.agent { Mode::Agent } else { Mode::Person };
    let (people, seed) = (arguments.people as usize, arguments.seed);
    let least = (people * arguments.least as usize).div_ceil(100).max(1);
    let words = crate::speech::words_of(&knowledge, service.as_deref(), None);
    let ways = rehearse::graph(&knowledge, symptom, Crowd { mode, people, seed, least });
    let ways = ways.said(|text| crate::speech::fill(text, &words));
    let text = match arguments.format {
        GraphFormat::Svg => graph::svg(&ways, arguments.pixels),
        GraphFormat::Dot => graph::dot(&ways),
        GraphFormat::Mermaid => graph::mermaid(&ways),
    };
    match &arguments.out {
        Some(path) => host::write_public(path, &text)?,
        None => screen.print(&text)?,
    }
    Ok(Exit::Good)
}
