use std::path::PathBuf;

use clap::Args;

use super::complaints::{Complaint, Complaints};
use super::diagnose::warn_of_secrets;
use super::knowledge::Loaded;
use super::progress::Progress;
use super::screen::Screen;
use super::stream::{self, Numbered};
use super::{Exit, knowledge};
use crate::engine;
use crate::host::{self, Input};
use crate::report::Overview;
use crate::triage::{self, Line, Log, Refusal, Shares};

pub(super) const ABOUT: &str = "Say in one sentence what many refused logins have in common";
pub(super) const LONG: &str = "\
Give a file with one refused login a line (NDJSON; `-` is standard input). A line is a case, as `diagnose --cases` reads \
it, or diagnosed already: an answer of `diagnose --json`, or the short form that a service can log, with no code in it:

  {\"at\":\"2026-11-24T07:41:12Z\",\"person\":\"p7\",\"node\":\"auth-2\",\"cause\":\"device-clock-off\",\"offset_seconds\":-312}

It counts people, not lines, and concludes nothing for fewer than three of them. \
A line that cannot be read is told with its number on standard error, and the rest goes on.

Exit codes: 0 people have something in common, 1 nothing in common, 2 could not run or a line could not be read.";

/// A step of the progress, in lines.
const STEP: usize = 1_000;
/// Lines that one worker takes at once: most are short.
const TOGETHER: usize = 256;

/// `triage`
#[derive(Debug, Args)]
pub(super) struct TriageArguments {
    /// Refused logins, one JSON object a line; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write one JSON object
    #[arg(long, conflicts_with = "status")]
    json: bool,
    /// Write a text for customers, for the status page
    #[arg(long)]
    status: bool,
    /// Draw a time line there too; a file of that name is replaced
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

pub(super) fn run(arguments: &TriageArguments, screen: Screen) -> anyhow::Result<Exit> {
    let loaded = arguments.knowledge.load(screen)?;
    let input = Input::new(&arguments.file);
    let lines = host::open_lines(&input)?;
    let mut log = Log::new(Shares::of(&loaded.knowledge));
    let mut complaints = Complaints::default();
    let mut progress = Progress::new("lines", STEP);
    stream::in_order(
        lines,
        TOGETHER,
        |line| refusal(line, &loaded, &input),
        |read| {
            progress.step();
            match read {
                Ok(refusal) => log.add(&refusal),
                Err(complaint) => {
                    log.unreadable += 1;
                    progress.clear();
                    complaints.take(complaint);
                }
            }
        },
    );
    progress.clear();
    complaints.sum_up();
    let triage = log.triage();
    let overview = Overview { triage: &triage, knowledge: &loaded.knowledge };
    if let Some(path) = &arguments.svg {
        host::write_private(path, &overview.svg())?;
    }
    screen.print(&match (arguments.json, arguments.status) {
        (true, _) => overview.json() + "\n",
        (_, true) => overview.status(screen.look),
        _ => overview.text(screen.look),
    })?;
    Ok(match triage.lead() {
        _ if triage.unreadable > 0 => Exit::Failed,
        Some(_) => Exit::Good,
        None => Exit::Open,
    })
}

/// What a line comes to, or a complaint that quotes nothing of it but its id.
fn refusal(line: &Numbered, loaded: &Loaded, input: &Input) -> Result<Refusal, Complaint> {
    let unreadable =
        |id: Option<String>, place: String, message: String| Complaint { line: line.name(), id, place, message };
    let text = line.text.as_ref().map_err(|error| unreadable(None, String::new(), (*error).to_owned()))?;
    let read = triage::read(text.trim_start_matches('\u{feff}'));
    match read.map_err(|error| unreadable(error.id, error.place, error.message))? {
        Line::Refusal(mut refusal) => {
            refusal.service = refusal.service.or_else(|| loaded.service.clone());
            Ok(refusal)
        }
        Line::Case(mut case) => {
            warn_of_secrets(&case, input);
            loaded.complete(&mut case);
            let diagnosis = engine::diagnose(&case, &loaded.knowledge);
            let diagnosis = diagnosis.map_err(|error| unreadable(case.id.clone(), String::new(), error.to_string()))?;
            Ok(Refusal::of(&case, &diagnosis))
        }
    }
}
