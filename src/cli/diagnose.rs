use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Context;
use chrono::DateTime;
use clap::{Args, ValueEnum};

use super::clock::{Clock, ServicePage};
use super::knowledge::Loaded;
use super::language::Language;
use super::screen::{Screen, complain};
use super::settings::Wants;
use super::{Exit, cases, completion, knowledge, material, single};
use crate::case::{self, Case};
use crate::engine;
use crate::host::{self, Input};
use crate::import;
use crate::report::{self, Subject};
use crate::session::Diagnosis;
use crate::triage::Refusal;

pub(super) const ABOUT: &str = "Say why a code was refused, from a case file, many cases, or the secret at hand";
pub(super) const LONG: &str = "\
Give a case file, or many cases with --cases, or the secret at hand with --entry.

A case file is JSON or YAML: the code that was refused, when, and the secrets that could have made it. With --entry and \
--entries the codes come from standard input or a hidden prompt: the refused code first, then those that the app shows \
afterwards, one a line, each with its time behind it if that is not now (123456 2026-11-24T10:00:00Z).

Two codes settle nearly everything; one code can be luck.";

/// `diagnose`
#[derive(Debug, Args)]
pub(super) struct DiagnoseArguments {
    /// Case files, JSON or YAML; `-` reads standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["cases", "entry", "entries"])]
    files: Vec<PathBuf>,
    /// Many cases, one JSON object a line; answers come in the same order
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "entry", "entries", "at", "answers"])]
    cases: Option<PathBuf>,
    /// What the service checks against: an otpauth URI, a set-up key, or a picture of the QR code
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    entry: Option<PathBuf>,
    /// What is in the authenticator app: an export or backup, a picture, or one URI or key a line; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    entries: Vec<PathBuf>,
    /// What the files of entries are, where their content is not to tell; a wrong name lists the formats
    #[arg(long, value_name = "FORMAT", value_parser = material::format, add = completion::formats(), conflicts_with = "files")]
    from: Option<&'static import::Format>,
    #[command(flatten)]
    material: material::MaterialOptions,
    /// When the codes were typed (RFC 3339); now by default
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "files")]
    at: Option<i64>,
    /// Check this computer's clock with a time server first, for codes that are typed now
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with_all = ["cases", "at"])]
    ntp: Option<String>,
    /// The app runs on this computer (a password manager, a desktop app): its clock is the one that --ntp measures
    #[arg(long, requires = "ntp", conflicts_with = "files")]
    app_here: bool,
    /// Ask a page of the service (http, https) once for the time it tells, as a hint at the service's clock; it is compared
    /// with the time server of --ntp, else with this computer
    #[arg(long, value_name = "URL", conflicts_with_all = ["cases", "at"])]
    service_url: Option<ServicePage>,
    /// An answer that is known already, such as where=setting-up; may be repeated
    #[arg(long = "answer", value_name = "QUESTION=ANSWER", value_parser = answer, add = completion::answers())]
    answers: Vec<(String, String)>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text, value_name = "FORMAT")]
    format: AnswerFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
    #[command(flatten)]
    language: Language,
}

impl DiagnoseArguments {
    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        Wants { source: &mut self.knowledge, language: Some(&mut self.language), sessions: None, agent: None }
    }
}

/// What a diagnosis is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AnswerFormat {
    /// For a terminal
    Text,
    /// For a ticket
    Markdown,
    /// For a program, one line a case
    Json,
    /// For a service's own log, one line a case that `triage` reads: cause and offset, no code and no secret
    Log,
}

impl AnswerFormat {
    /// Whether a line is a case, for a program.
    pub(super) fn is_of_lines(self) -> bool {
        matches!(self, Self::Json | Self::Log)
    }
}

fn instant(text: &str) -> Result<i64, String> {
    let time = DateTime::parse_from_rfc3339(text);
    time.map(|time| time.timestamp()).map_err(|_| "expected a time such as 2026-11-24T10:00:00Z".to_owned())
}

fn answer(text: &str) -> Result<(String, String), String> {
    let id = |id: &str| {
        let fits = (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        fits.then(|| id.to_owned())
    };
    let pair = text.split_once('=').and_then(|(question, answer)| Some((id(question)?, id(answer)?)));
    pair.ok_or_else(|| "expected the ids of a question and an answer, such as where=setting-up".to_owned())
}

pub(super) fn run(arguments: &DiagnoseArguments, screen: Screen) -> anyhow::Result<Exit> {
    let format = if arguments.json { AnswerFormat::Json } else { arguments.format };
    // What is for a program reads the same everywhere.
    let loaded = if format.is_of_lines() {
        arguments.knowledge.load(screen)?
    } else {
        arguments.knowledge.load_in(&arguments.language, screen)?
    };
    if let Some(path) = &arguments.cases {
        return cases::run(&Input::new(path), format, &loaded, screen);
    }
    if arguments.ntp.is_some() && arguments.service_url.is_none() && !arguments.files.is_empty() {
        anyhow::bail!("--ntp: a case file brings its own times; it goes with --entry, or with --service-url");
    }
    let clock = arguments.ntp.as_deref().map_or(Ok(Clock::default()), checked_by)?;
    let page = arguments.service_url.as_ref().map(|page| clock.of_page(page)).transpose().context("--service-url")?;
    let mut cases = Vec::new();
    if arguments.files.is_empty() {
        let at = || arguments.at.unwrap_or_else(|| clock.seconds());
        let how = single::EntryReading { options: &arguments.material, format: arguments.from };
        match single::case(arguments.entry.as_deref(), &arguments.entries, how, at)? {
            Some(mut case) => {
                case.clock = clock.reading().filter(|_| arguments.app_here);
                cases.push((String::new(), case));
            }
            None => return Ok(Exit::Interrupted),
        }
    }
    for path in &arguments.files {
        let input = Input::new(path);
        let bytes = host::read(&input)?;
        let case = one_case(&bytes).with_context(|| input.name())?;
        warn_of_secrets(&case, &input);
        cases.push((input.name(), case));
    }
    let mut exit = Exit::Good;
    for (index, (name, mut case)) in cases.into_iter().enumerate() {
        loaded.complete(&mut case);
        // What the case itself says is of the time it is about.
        case.service.clock = case.service.clock.or(page);
        case.answers.extend(arguments.answers.iter().cloned());
        let diagnosis = engine::diagnose(&case, &loaded.knowledge).with_context(|| name.clone())?;
        if diagnosis.is_open() {
            exit = Exit::Open;
        }
        let separator = if index > 0 && !format.is_of_lines() { "\n" } else { "" };
        screen.print(&format!("{separator}{}", written(&case, &diagnosis, &loaded, format, screen)))?;
    }
    Ok(exit)
}

/// This computer's clock, put right; that it was not is told on standard error.
fn checked_by(server: &str) -> anyhow::Result<Clock> {
    let clock = Clock::checked_by(server).context("--ntp")?;
    if let Some(error) = clock.error() {
        let way = if error < 0.0 { "behind" } else { "ahead" };
        complain(&format!("this computer's clock is {:.1} s {way}; the right time is used", error.abs()));
    }
    Ok(clock)
}

pub(super) fn one_case(bytes: &[u8]) -> anyhow::Result<Case> {
    let text = std::str::from_utf8(bytes).ok().context("not UTF-8; a picture of a QR code goes with --entry")?;
    let text = text.trim_start_matches('\u{feff}');
    let result = case::read(text);
    let many = text.lines().filter(|line| line.starts_with('{')).count() > 1;
    if many && result.is_err() {
        anyhow::bail!("several cases, one a line, go with --cases");
    }
    Ok(result?)
}

/// A warning if others can read an input, and a case in it has a secret or a code.
pub(super) fn warn_of_secrets(case: &Case, input: &Input) {
    if case.expected.is_some() || !case.entries.is_empty() || !case.attempts.is_empty() {
        warn_of_readers(input);
    }
}

/// A warning if others can read the secrets in an input; once in a run, since one is enough to look after them.
pub(super) fn warn_of_readers(input: &Input) {
    static WARNED: OnceLock<()> = OnceLock::new();
    if WARNED.get().is_some() {
        return;
    }
    if let Some(mode) = host::others_can_read(input)
        && WARNED.set(()).is_ok()
    {
        let name = crate::speech::foreign::plain(&input.name());
        complain(&format!(
            "warning: {name}: others can read this file (mode {mode:o}), and there are secrets in it: chmod 600"
        ));
    }
}

pub(super) fn written(
    case: &Case,
    diagnosis: &Diagnosis,
    loaded: &Loaded,
    format: AnswerFormat,
    screen: Screen,
) -> String {
    let subject = || subject(case, diagnosis, loaded);
    match format {
        AnswerFormat::Text => report::text(&subject(), screen.look),
        AnswerFormat::Markdown => report::markdown(&subject()),
        AnswerFormat::Json => report::answer(&subject()) + "\n",
        AnswerFormat::Log => report::refusal(&Refusal::of(case, diagnosis)) + "\n",
    }
}

/// The subject of a report, in the words of the case and of the service that was chosen.
pub(super) fn subject<'a>(case: &Case, diagnosis: &'a Diagnosis, loaded: &'a Loaded) -> Subject<'a> {
    Subject::of(case, diagnosis, &loaded.knowledge, loaded.service.as_deref())
}
