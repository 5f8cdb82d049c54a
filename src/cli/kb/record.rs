use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::cli::Exit;
use crate::cli::diagnose::{one_case, warn_of_secrets};
use crate::cli::knowledge;
use crate::cli::screen::{Screen, complain};
use crate::draft::{File, id_of};
use crate::host::{self, Input};
use crate::knowledge::schema;
use crate::probe;
use crate::rehearse::{self, Recorded};
use crate::session::Transcript;

pub(super) const LONG: &str = "\
Turn a session or a case into a scenario.

The scenario passes as the knowledge stands: it says what comes of it today, and `kb test` tells when that changes. It keeps \
nothing of anybody. Of a session it has the answers and the remedies that did not help; a transcript has no secret and no \
code. Of a case it plays the login again, with invented secrets, codes and names on another day, and is written only if that \
comes to the same cause, conclusion and remedy.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor --transcript call.jsonl
  otp-doctor kb record call.jsonl --out our-help/scenarios/call.yaml
      what was answered, and what it leads to
  otp-doctor kb record examples/phone-two-minutes-behind.json
      a login, played with an invented secret; look at it before you keep it";

/// `kb record`
#[derive(Debug, Args)]
pub(super) struct KbRecordArguments {
    /// A transcript that `--transcript` wrote, or a case in JSON or YAML
    #[arg(value_name = "SESSION|CASE")]
    input: PathBuf,
    /// The file to write, which must not be there; standard output by default
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The scenario's id; made of the name of the file that is written by default
    #[arg(long, value_name = "ID")]
    name: Option<String>,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

pub(super) fn run(arguments: &KbRecordArguments, screen: Screen) -> anyhow::Result<Exit> {
    let input = Input::new(&arguments.input);
    let bytes = host::read(&input)?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{}: not UTF-8", input.name()))?;
    let transcript = is_transcript(text);
    let mut source = arguments.knowledge.clone();
    let transcript =
        transcript.then(|| Transcript::read(text, &probe::vocabulary()).with_context(|| input.name())).transpose()?;
    if let Some(transcript) = &transcript {
        source.service = source.service.or_else(|| transcript.header.service.clone());
    }
    let loaded = source.load(screen)?;
    let knowledge = &loaded.knowledge;
    let (scenarios, _) = rehearse::read(loaded.sources(&source)?, knowledge);
    let beside = beside(arguments.out.as_deref())?;
    let taken = |name: &str| {
        let line = format!("- scenario: {name}");
        scenarios.iter().any(|one| one.name == name) || beside.iter().any(|text| text.lines().any(|one| one == line))
    };
    let (recorded, name) = if let Some(transcript) = &transcript {
        if transcript.header.knowledge != knowledge.digest {
            complain(&format!("note: {}: made with another release of the knowledge", input.name()));
        }
        let name = name(arguments, &rehearse::is_private, &taken)?;
        (rehearse::record_session(transcript, &name, knowledge), name)
    } else {
        let case = one_case(&bytes).with_context(|| input.name())?;
        warn_of_secrets(&case, &input);
        let name = name(arguments, &|id| rehearse::is_told_in(id, &case), &taken)?;
        (rehearse::record_case(&case, &name, knowledge), name)
    };
    let Recorded { text, notes } = recorded.with_context(|| input.name())?;
    for note in notes {
        complain(&format!("note: {note}"));
    }
    match &arguments.out {
        None => screen.print(&text)?,
        Some(path) => {
            let (folder, inside) = place(path);
            host::write_new(folder, inside, in_its_folder(path, text))?;
            screen.print(&format!("{}: the scenario {name}\n", host::shown(path)))?;
        }
    }
    Ok(Exit::Good)
}

/// The folder that a file is written in, and its path there: the whole folder of knowledge, if it is one.
fn place(path: &Path) -> (&Path, &Path) {
    let above = path.parent().filter(|folder| folder.ends_with("scenarios")).and_then(Path::parent);
    let folder = above.or(path.parent()).unwrap_or(Path::new(""));
    (folder, path.strip_prefix(folder).unwrap_or(path))
}

/// The text of a file of scenarios, which names its schema where the folder of knowledge has them.
fn in_its_folder(path: &Path, text: String) -> String {
    let above = path.parent().and_then(Path::parent);
    let (Some(above), Some(name)) = (above, path.file_name()) else { return text };
    if host::is_there(&above.join(schema::FOLDER)) {
        return File::new(format!("scenarios/{}", name.to_string_lossy()), &text).text;
    }
    text
}

/// The scenarios that lie where the new one goes, which need not be among the knowledge.
fn beside(out: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let folder = out.and_then(Path::parent).filter(|folder| folder.ends_with("scenarios") && host::is_folder(folder));
    let files = folder.map(host::read_folder).transpose()?.unwrap_or_default();
    Ok(files.into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).collect())
}

/// Whether a text begins as a transcript does.
fn is_transcript(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let header: Option<serde_json::Value> = serde_json::from_str(first).ok();
    header.is_some_and(|header| header.get("transcript").is_some())
}

/// The id that was given, or one that no scenario has. It never comes of the input: the name of its file can be anybody's.
fn name(
    arguments: &KbRecordArguments,
    tells: &dyn Fn(&str) -> bool,
    taken: &dyn Fn(&str) -> bool,
) -> anyhow::Result<String> {
    if let Some(name) = &arguments.name {
        if id_of(name) != *name || name.is_empty() || taken(name) {
            bail!("--name: expected small letters, digits and hyphens, and an id that no scenario has yet");
        }
        if tells(name) {
            bail!(
                "--name: expected words that say nothing of the person: no name, no code, no key, no number of a call"
            );
        }
        return Ok(name.clone());
    }
    let stem = arguments.out.as_deref().and_then(Path::file_stem).map(|stem| id_of(&stem.to_string_lossy()));
    let stem = stem.filter(|stem| !stem.is_empty() && stem.len() <= 60 && !tells(stem));
    let stem = stem.unwrap_or_else(|| "recorded".to_owned());
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    let mut names = std::iter::once(stem.clone()).chain(numbered);
    names.find(|name| !taken(name)).context("--name: expected an id for the scenario")
}
