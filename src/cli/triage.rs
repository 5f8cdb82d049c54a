use std::path::PathBuf;

use chrono::{FixedOffset, NaiveDate};
use clap::Args;

use super::complaints::{Complaint, Complaints};
use super::diagnose::warn_of_secrets;
use super::knowledge::Loaded;
use super::progress::Progress;
use super::screen::{Screen, complain};
use super::settings::Wants;
use super::stream::{self, Numbered};
use super::{Exit, completion, knowledge};
use crate::case::CaseError;
use crate::engine;
use crate::host::{self, Input};
use crate::report::{self, Overview};
use crate::speech::count;
use crate::triage::source::{Joined, SOURCES, Said, Source, Stamp};
use crate::triage::{self, Line, Log, Refusal, Shares};

pub(super) const ABOUT: &str = "Say in one sentence what many refused logins have in common";
pub(super) const LONG: &str = "\
Give a file with one refused login a line (NDJSON; `-` is standard input). A line is a case, as `diagnose --cases` reads \
it, or diagnosed already: an answer of `diagnose --json`, or the short form that a service can log, with no code in it:

  {\"at\":\"2026-11-24T07:41:12Z\",\"person\":\"p7\",\"node\":\"auth-2\",\"cause\":\"device-clock-off\",\"offset_seconds\":-312}

With --from it reads the log of a service instead (pam, keycloak, authelia, privacyidea, freeipa, openvpn-otp, json), and tells \
refused codes from refused passwords.

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
    /// What the file is, if not lines of ours: the log of a service; a wrong name lists them
    #[arg(long, value_name = "LOG", value_parser = source, add = completion::logs())]
    from: Option<Source>,
    /// The year that the log ends in, where its times have none; that of the file's last change by default
    #[arg(long, value_name = "YEAR", requires = "from", value_parser = clap::value_parser!(i32).range(1970..=9999))]
    year: Option<i32>,
    /// The zone of the log's times, where they have none: Z, +01:00
    #[arg(long, value_name = "ZONE", requires = "from", value_parser = zone, allow_hyphen_values = true)]
    zone: Option<i32>,
    /// Write one JSON object
    #[arg(long, conflicts_with = "status")]
    json: bool,
    /// Write a text for customers, for the status page
    #[arg(long)]
    status: bool,
    /// Draw a time line there too; a file of that name is replaced
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// How wide that is, in pixels; 400 for a telephone
    #[arg(
        long, value_name = "PIXELS", requires = "svg", default_value_t = report::USUAL_WIDTH,
        value_parser = clap::value_parser!(u16).range(i64::from(*report::WIDTHS.start())..=i64::from(*report::WIDTHS.end()))
    )]
    svg_width: u16,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

impl TriageArguments {
    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        Wants { source: &mut self.knowledge, language: None, sessions: None, agent: None }
    }
}

fn source(id: &str) -> Result<Source, String> {
    Source::named(id).ok_or_else(|| {
        let ids: Vec<String> = SOURCES.iter().map(|source| format!("  {:<12} {}", source.id, source.name)).collect();
        format!("expected one of these:\n{}", ids.join("\n"))
    })
}

/// Seconds east of UTC.
fn zone(text: &str) -> Result<i32, String> {
    let zone = if text == "Z" { Some(0) } else { text.parse::<FixedOffset>().ok().map(|zone| zone.local_minus_utc()) };
    zone.ok_or_else(|| "expected Z, or hours and minutes such as +01:00 or -05:30".to_owned())
}

/// What a line comes to.
// Most are refusals, and those are many.
#[allow(clippy::large_enum_variant)]
enum Got {
    Refusal(Refusal),
    /// In the log of a service.
    Said(Said),
}

pub(super) fn run(arguments: &TriageArguments, screen: Screen) -> anyhow::Result<Exit> {
    let loaded = arguments.knowledge.load(screen)?;
    let input = Input::new(&arguments.file);
    let lines = host::open_lines(&input)?;
    let mut log = Log::new(Shares::of(&loaded.knowledge));
    let mut complaints = Complaints::default();
    let mut progress = Progress::new("lines", STEP);
    let end_of =
        |year: i32| Some(NaiveDate::from_ymd_opt(year, 12, 31)?.and_hms_opt(23, 59, 59)?.and_utc().timestamp());
    let latest = arguments.year.and_then(end_of).or_else(|| host::changed_at(&input));
    let stamp = Stamp { latest, zone: arguments.zone };
    let mut joined = Joined::default();
    stream::in_order(
        lines,
        TOGETHER,
        |line| match arguments.from {
            Some(source) => said(line, source, stamp),
            None => refusal(line, &loaded, &input).map(Got::Refusal),
        },
        |read| {
            progress.step();
            match read {
                Ok(Got::Refusal(refusal)) => log.add(&refusal),
                Ok(Got::Said(said)) => {
                    if let Some(refusal) = joined.take(said) {
                        log.add(&of(refusal, &loaded));
                    }
                }
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
    for refusal in joined.rest() {
        log.add(&of(refusal, &loaded));
    }
    if arguments.from.is_some() {
        let numbers = [joined.passwords, joined.accepted, joined.others].map(|number| count(number as u64));
        let [passwords, accepted, others] = numbers;
        complain(&format!(
            "passed over: {passwords} refused passwords, {accepted} accepted logins, {others} lines about something else"
        ));
    }
    let triage = log.triage();
    let overview = Overview { triage: &triage, knowledge: &loaded.knowledge };
    if let Some(path) = &arguments.svg {
        host::write_private(path, &overview.svg(arguments.svg_width))?;
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

/// A refusal of the service that is named, where it names none.
fn of(refusal: Refusal, loaded: &Loaded) -> Refusal {
    Refusal { service: refusal.service.or_else(|| loaded.service.clone()), ..refusal }
}

fn complaint(line: &Numbered, error: &str) -> Complaint {
    Complaint { line: line.name(), id: None, place: String::new(), message: error.to_owned() }
}

/// What a line of a service's log says.
fn said(line: &Numbered, source: Source, stamp: Stamp) -> Result<Got, Complaint> {
    let text = line.text.as_ref().map_err(|error| complaint(line, error))?;
    source.said(text.trim_end(), stamp).map(Got::Said).map_err(|error| complaint(line, error))
}

/// What a line comes to, or a complaint that quotes nothing of it but its id.
fn refusal(line: &Numbered, loaded: &Loaded, input: &Input) -> Result<Refusal, Complaint> {
    let text = line.text.as_ref().map_err(|error| complaint(line, error))?;
    let read = triage::read(text.trim_start_matches('\u{feff}'));
    let unreadable =
        |error: CaseError| Complaint { line: line.name(), id: error.id, place: error.place, message: error.message };
    match read.map_err(unreadable)? {
        Line::Refusal(refusal) => Ok(of(refusal, loaded)),
        Line::Case(mut case) => {
            warn_of_secrets(&case, input);
            loaded.complete(&mut case);
            let diagnosis = engine::diagnose(&case, &loaded.knowledge);
            let diagnosis =
                diagnosis.map_err(|error| Complaint { id: case.id.clone(), ..complaint(line, &error.to_string()) })?;
            Ok(Refusal::of(&case, &diagnosis))
        }
    }
}
