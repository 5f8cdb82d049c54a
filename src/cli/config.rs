use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use super::Exit;
use super::knowledge::KnowledgeOptions;
use super::language::Language;
use super::screen::Screen;
use super::settings::{Held, Key, Origin, Wants};
use crate::host;
use crate::speech::{foreign, looks_private};

pub(super) const ABOUT: &str = "Show what is settled once for all, and where each value comes from";
pub(super) const LONG: &str = "\
Show what is settled once for all, and where each value comes from: an option, the environment, a file, or nobody.

The file is otp-doctor.toml: beside your knowledge, or in $XDG_CONFIG_HOME/otp-doctor, else ~/.config/otp-doctor \
(%APPDATA%\\otp-doctor on Windows). What lies beside the knowledge counts first. Paths in it are seen from its folder:

  knowledge = \"our-knowledge\"
  service = \"lantern\"
  language = \"de\"
  sessions = \"calls\"
  agent = \"mia\"

The environment names the same: OTP_DOCTOR_KNOWLEDGE, OTP_DOCTOR_SERVICE, OTP_DOCTOR_LANGUAGE, OTP_DOCTOR_SESSIONS, \
OTP_DOCTOR_AGENT.";

/// `config`
#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    /// Write one JSON object
    #[arg(long)]
    json: bool,
    /// The folder that calls are kept in
    #[arg(long, value_name = "DIR")]
    sessions: Option<PathBuf>,
    /// Who you are, for your colleagues
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    #[command(flatten)]
    source: KnowledgeOptions,
    #[command(flatten)]
    language: Language,
}

pub(super) fn run(arguments: ConfigArguments, screen: Screen) -> anyhow::Result<Exit> {
    let ConfigArguments { json, mut sessions, mut agent, mut source, mut language } = arguments;
    let (language, sessions, agent) = (Some(&mut language), Some(&mut sessions), Some(&mut agent));
    let held = Wants { source: &mut source, language, sessions, agent }.held(screen)?;
    screen.print(&if json { as_json(&held) } else { as_text(&held, screen.look.width) })?;
    Ok(Exit::Good)
}

/// A value that may be shown.
fn shown(held: &Held) -> Option<String> {
    let value = held.value.as_ref()?.to_string_lossy().into_owned();
    Some(if looks_private(&value) { "…".to_owned() } else { foreign::inert(&value) })
}

fn origin(held: &Held) -> String {
    match &held.origin {
        Origin::Option => "an option".to_owned(),
        Origin::Environment => held.key.variable(),
        Origin::File(path, line) => format!("{}:{line}", host::shown(path)),
        Origin::Default => "by default".to_owned(),
    }
}

/// What holds where nobody says anything.
fn usual(key: Key) -> &'static str {
    match key {
        Key::Knowledge => "built in",
        Key::Service => "none",
        Key::Language => "this computer's",
        Key::Sessions => "nothing is kept",
        Key::Agent => "nobody",
    }
}

fn as_text(held: &[Held], width: usize) -> String {
    let mut out = String::new();
    for one in held {
        let value = shown(one).unwrap_or_else(|| usual(one.key).to_owned());
        let line = format!("{:<10} {value} ({})", one.key.name(), origin(one));
        let options = textwrap::Options::new(width).subsequent_indent("           ").break_words(false);
        let _ = writeln!(out, "{}", textwrap::fill(&line, options));
    }
    out
}

fn as_json(held: &[Held]) -> String {
    let value = |one: &Held| match &one.origin {
        Origin::Option => json!({ "value": shown(one), "from": "option" }),
        Origin::Environment => json!({ "value": shown(one), "from": "environment", "name": one.key.variable() }),
        Origin::File(path, line) => {
            json!({ "value": shown(one), "from": "file", "path": host::shown(path), "line": line })
        }
        Origin::Default => json!({ "value": null, "from": "default" }),
    };
    let all: Map<String, Value> = held.iter().map(|one| (one.key.name().to_owned(), value(one))).collect();
    format!("{}\n", json!({ "config": 1, "settings": all }))
}
