//! The folder that calls are kept in: what is in it, and where a new one goes.
//!
//! The one idea: a call is a file of its own, whose name nobody else has; a ticket names the last call that has it. A file that
//! cannot be read is told of, and the others are read all the same.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::cli::Exit;
use crate::cli::knowledge::{KnowledgeOptions, Loaded};
use crate::cli::language::Language;
use crate::cli::screen::{Screen, complain};
use crate::cli::settings::Wants;
use crate::diagnostic::nearest;
use crate::host;
use crate::knowledge::Knowledge;
use crate::report::{Calls, Kept};
use crate::session::{Call, Session, Transcript};
use crate::speech::{foreign, looks_private};
use crate::{probe, report, speech};

/// What the file of a call ends in.
const ENDING: &str = "jsonl";
/// Characters of a ticket that the name of a file has.
const LONGEST: usize = 40;

/// `session list`, `session stats`
#[derive(Debug, Args)]
pub(in crate::cli) struct KeptArguments {
    /// The folder that calls are kept in; by default that of --sessions, the environment or the configuration
    #[arg(value_name = "DIR")]
    named: Option<PathBuf>,
    #[command(flatten)]
    pub(super) sessions: Sessions,
    /// How to print it: text, JSON for a program, or a table for a spreadsheet
    #[arg(long, value_enum, default_value_t = TableFormat::Text, value_name = "FORMAT")]
    format: TableFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    pub(super) source: KnowledgeOptions,
    #[command(flatten)]
    pub(super) language: Language,
}

/// Where calls are kept.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "sessions-options")]
pub(in crate::cli) struct Sessions {
    /// The folder that calls are kept in, each in a file of its own that is never written over
    #[arg(long = "sessions", value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    Text,
    Json,
    Csv,
}

/// A file, and what is in it.
struct Found {
    path: PathBuf,
    transcript: Transcript,
}

impl Sessions {
    /// The file that is meant by its path or by a ticket.
    ///
    /// # Errors
    /// No call of that ticket is kept.
    pub(super) fn file(&self, named: &Path) -> anyhow::Result<PathBuf> {
        let is_name = named.components().count() == 1 && named != Path::new("-");
        let (Some(folder), Some(ticket), true) = (&self.folder, named.to_str(), is_name && !host::is_there(named))
        else {
            return Ok(named.to_owned());
        };
        let (found, _) = read(folder)?;
        if let Some(one) = found.iter().find(|one| one.path.file_name() == named.file_name()) {
            return Ok(one.path.clone());
        }
        let of_ticket = |one: &&Found| one.transcript.header.reference.as_deref() == Some(ticket);
        let all: Vec<&Found> = found.iter().filter(of_ticket).collect();
        let Some(last) = all.iter().max_by_key(|one| (one.transcript.last_time(), &one.path)) else {
            let tickets = found.iter().filter_map(|one| one.transcript.header.reference.as_deref());
            let near = nearest(ticket, tickets)
                .map_or_else(String::new, |near| format!(": did you mean {}?", foreign::plain(near)));
            let kept = host::shown(folder);
            bail!("{}: neither a file, nor a ticket of a call in {kept}{near}", host::shown(named));
        };
        if all.len() > 1 {
            let (ticket, file) = (foreign::plain(ticket), host::shown(&last.path));
            complain(&format!("note: {} calls have the ticket {ticket}; this is the last one, {file}", all.len()));
        }
        Ok(last.path.clone())
    }

    /// The names that the file of a new call may have, one after the other: by day, time and ticket.
    pub(super) fn places(&self, began: i64, ticket: Option<&str>) -> Option<impl Iterator<Item = PathBuf>> {
        let folder = self.folder.clone()?;
        let time = chrono::DateTime::from_timestamp(began, 0).unwrap_or_default().format("%Y-%m-%d-%H%M");
        let spelled: String = ticket.unwrap_or_default().chars().take(LONGEST).collect();
        let spelled: String =
            spelled.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
        let stem = format!("{time}-{}", spelled.trim_matches('-'));
        let stem = if spelled.is_empty() || looks_private(&stem) { format!("{time}-call") } else { stem };
        let names = (1..1_000).map(move |number| match number {
            1 => format!("{stem}.{ENDING}"),
            // By name the later of them comes after.
            _ => format!("{stem}_{number:03}.{ENDING}"),
        });
        Some(names.map(move |name| folder.join(name)))
    }
}

/// The calls of a folder, by their file, and how many files could not be read, each of which is told of.
fn read(folder: &Path) -> anyhow::Result<(Vec<Found>, usize)> {
    let names = host::names_in(folder, ENDING).context("--sessions: expected a folder that calls are kept in")?;
    let (mut found, mut unread) = (Vec::new(), 0);
    for name in names {
        let path = folder.join(&name);
        let transcript = host::read_within(folder, &name).map_err(anyhow::Error::from).and_then(|bytes| {
            let shown = host::shown(&path);
            let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{shown}: not UTF-8"))?;
            Transcript::read(text, &probe::vocabulary()).context(shown)
        });
        match transcript {
            Ok(transcript) => found.push(Found { path, transcript }),
            Err(error) => {
                unread += 1;
                complain(&format!("error: {error:#}"));
            }
        }
    }
    Ok((found, unread))
}

impl KeptArguments {
    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        let (language, sessions) = (Some(&mut self.language), Some(&mut self.sessions.folder));
        Wants { source: &mut self.source, language, sessions, agent: None }
    }

    /// Reads the calls and shows them.
    fn with(&self, show: impl FnOnce(&Calls<'_>) -> anyhow::Result<String>, screen: Screen) -> anyhow::Result<Exit> {
        let Some(folder) = self.named.as_ref().or(self.sessions.folder.as_ref()) else {
            bail!(
                "name the folder that calls are kept in: here, by --sessions, OTP_DOCTOR_SESSIONS or `sessions` in otp-doctor.toml"
            );
        };
        let loaded = self.source.load_in(&self.language, screen)?;
        let (found, unread) = read(folder)?;
        let mut kept: Vec<Kept> = found.into_iter().map(|one| of(one, &loaded.knowledge)).collect();
        kept.sort_by(|one, other| {
            let key = |kept: &Kept| (kept.call.times.map(|(from, _)| from), kept.file.clone());
            key(other).cmp(&key(one))
        });
        let service = loaded.service.as_deref();
        screen.print(&show(&Calls { kept: &kept, unread, knowledge: &loaded.knowledge, service })?)?;
        Ok(if unread > 0 { Exit::Failed } else { Exit::Good })
    }

    fn format(&self) -> TableFormat {
        if self.json { TableFormat::Json } else { self.format }
    }

    /// `session list`
    pub(super) fn list(&self, screen: Screen) -> anyhow::Result<Exit> {
        let show = |calls: &Calls<'_>| match self.format() {
            TableFormat::Text => calls.list(screen.look),
            TableFormat::Json => calls.list_json(),
            TableFormat::Csv => calls.list_csv(),
        };
        self.with(|calls| Ok(show(calls)), screen)
    }

    /// `session stats`
    pub(super) fn statistics(&self, svg: Option<&Path>, screen: Screen) -> anyhow::Result<Exit> {
        let show = |calls: &Calls<'_>| {
            if let Some(path) = svg {
                host::write_private(path, &calls.statistics_svg())?;
            }
            Ok(match self.format() {
                TableFormat::Text => calls.statistics(screen.look),
                TableFormat::Json => calls.statistics_json(),
                TableFormat::Csv => calls.statistics_csv(),
            })
        };
        self.with(show, screen)
    }
}

fn of(Found { path, transcript }: Found, knowledge: &Knowledge) -> Kept {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Kept { file, call: Call::of(&Session::resume(knowledge, transcript)) }
}

/// `session show`: where and when, then the story.
pub(super) fn show(path: &Path, session: &Session<'_>, loaded: &Loaded, screen: Screen) -> anyhow::Result<Exit> {
    let service = loaded.service.as_deref();
    let words = speech::words_of(&loaded.knowledge, service, None);
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kept = [Kept { file, call: Call::of(session) }];
    let calls = Calls { kept: &kept, unread: 0, knowledge: &loaded.knowledge, service };
    let look = screen.look;
    let story = report::Handoff::of(session, &words).text();
    // Each line on its own: what belongs together is indented alike.
    let lines = story.lines().map(|line| {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        let hanging = format!("{indent}  ");
        let options = textwrap::Options::new(look.width).initial_indent(&indent).subsequent_indent(&hanging);
        textwrap::fill(line.trim_start(), options) + "\n"
    });
    screen.print(&format!("{}\n{}", calls.entry(&kept[0], look), lines.collect::<String>()))?;
    Ok(Exit::Good)
}
