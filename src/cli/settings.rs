//! What holds where no option says so: the environment, the configuration, or nothing.
//!
//! The one idea: every value has one origin, which `otp-doctor config` shows; an option counts before the environment, that before
//! the file beside the knowledge, and that before the file in the usual place. A verb names the options that may be filled in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::bail;
use toml::de::{DeTable, DeValue};

use super::flaws;
use super::knowledge::{KnowledgeOptions, is_file};
use super::language::Language;
use super::screen::Screen;
use crate::diagnostic::{Diagnostic, Place};
use crate::host::{self, Input};
use crate::report;

/// What the configuration is called.
pub(super) const FILE: &str = "otp-doctor.toml";

/// Something that can be settled once for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Knowledge,
    Service,
    Language,
    Sessions,
    Agent,
}

impl Key {
    pub(super) const ALL: [Self; 5] = [Self::Knowledge, Self::Service, Self::Language, Self::Sessions, Self::Agent];

    /// As the configuration names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Service => "service",
            Self::Language => "language",
            Self::Sessions => "sessions",
            Self::Agent => "agent",
        }
    }

    /// The variable of the environment.
    pub(super) fn variable(self) -> String {
        format!("OTP_DOCTOR_{}", self.name().to_ascii_uppercase())
    }

    /// What it is in a configuration, seen from the folder of that.
    fn placed(self, value: &str, folder: &Path) -> OsString {
        let is_path = match self {
            Self::Knowledge | Self::Sessions => true,
            Self::Service => is_file(Path::new(value)),
            Self::Language | Self::Agent => false,
        };
        match (is_path, value.strip_prefix("~/").zip(host::home())) {
            (false, _) => value.into(),
            (true, Some((below, home))) => home.join(below).into(),
            (true, None) => folder.join(value).into(),
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Option,
    Environment,
    /// A line of a file.
    File(PathBuf, usize),
    Default,
}

/// A value that holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Key,
    pub(super) value: Option<OsString>,
    pub(super) origin: Origin,
}

/// The options of a verb that may be filled in.
pub(super) struct Wants<'a> {
    pub(super) source: &'a mut KnowledgeOptions,
    pub(super) language: Option<&'a mut Language>,
    pub(super) sessions: Option<&'a mut Option<PathBuf>>,
    pub(super) agent: Option<&'a mut Option<String>>,
}

impl Wants<'_> {
    /// What an option says.
    fn given(&self, key: Key) -> Option<OsString> {
        match key {
            Key::Knowledge => self.source.knowledge.clone().map(Into::into),
            Key::Service => self.source.service.clone().map(Into::into),
            Key::Language => self.language.as_ref().and_then(|one| one.lang.clone()).map(Into::into),
            Key::Sessions => self.sessions.as_ref().and_then(|one| (**one).clone()).map(Into::into),
            Key::Agent => self.agent.as_ref().and_then(|one| (**one).clone()).map(Into::into),
        }
    }

    /// Fills in what no option says.
    ///
    /// # Errors
    /// A configuration cannot be read, or has a flaw in it.
    pub(super) fn fill(self, screen: Screen) -> anyhow::Result<()> {
        let held = self.held(screen)?;
        let text = |value: OsString| value.to_string_lossy().into_owned();
        let Self { source, mut language, mut sessions, mut agent } = self;
        for Held { key, value, origin } in held {
            let Some(value) = value.filter(|_| origin != Origin::Option) else { continue };
            match key {
                Key::Knowledge => source.knowledge = Some(value.into()),
                Key::Service => (source.service, source.is_usual) = (Some(text(value)), true),
                Key::Language => {
                    if let Some(language) = &mut language {
                        language.lang = Some(text(value));
                    }
                }
                Key::Sessions => {
                    if let Some(sessions) = &mut sessions {
                        **sessions = Some(value.into());
                    }
                }
                Key::Agent => {
                    if let Some(agent) = &mut agent {
                        **agent = Some(text(value));
                    }
                }
            }
        }
        Ok(())
    }

    /// What holds, in the order of [`Key::ALL`].
    ///
    /// # Errors
    /// As of [`Self::fill`].
    pub(super) fn held(&self, screen: Screen) -> anyhow::Result<Vec<Held>> {
        let said = |key: Key| {
            let of_option = self.given(key).map(|value| (value, Origin::Option));
            of_option.or_else(|| host::variable(&key.variable()).map(|value| (value, Origin::Environment)))
        };
        let usual = match host::settings_folder() {
            Some(folder) => read(&folder.join(FILE), screen)?,
            None => Vec::new(),
        };
        let among = |lines: &[Line], key: Key| lines.iter().find(|line| line.key == key).cloned();
        let named = said(Key::Knowledge).map(|(value, _)| value);
        let named = named.or_else(|| among(&usual, Key::Knowledge).map(|line| line.value)).map(PathBuf::from);
        let beside = named.map(|path| if host::is_folder(&path) { path } else { path.with_file_name("") });
        let beside = match beside {
            Some(folder) => read(&folder.join(FILE), screen)?,
            None => Vec::new(),
        };
        // Whichever knowledge a file lies beside, that one is meant.
        let in_files = |key: Key| {
            let near = among(&beside, key).filter(|_| key != Key::Knowledge);
            near.or_else(|| among(&usual, key)).map(|line| (line.value, Origin::File(line.path, line.number)))
        };
        Ok(Key::ALL
            .into_iter()
            .map(|key| match said(key).or_else(|| in_files(key)) {
                Some((value, origin)) => Held { key, value: Some(value), origin },
                None => Held { key, value: None, origin: Origin::Default },
            })
            .collect())
    }
}

/// A line of a configuration.
#[derive(Debug, Clone)]
struct Line {
    key: Key,
    value: OsString,
    path: PathBuf,
    number: usize,
}

/// What a configuration says; nothing where there is none. Its flaws are told on standard error.
fn read(path: &Path, screen: Screen) -> anyhow::Result<Vec<Line>> {
    if !host::is_there(path) {
        return Ok(Vec::new());
    }
    let bytes = host::read(&Input::new(path))?;
    let name = host::shown(path);
    let Ok(text) = std::str::from_utf8(&bytes) else { bail!("{name}: not UTF-8") };
    let (lines, flaws) = parsed(text, &name, path);
    if flaws.is_empty() {
        return Ok(lines);
    }
    Err(flaws::refuse(&flaws, &name, text, "configuration", screen))
}

/// The lines of a configuration, and what is wrong with it.
fn parsed(text: &str, name: &str, path: &Path) -> (Vec<Line>, Vec<Diagnostic>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let place = |span| Place::span(name, text, span);
    let mut flaws: Vec<Diagnostic> = errors
        .iter()
        .map(|error| {
            let place = error.span().map_or_else(|| Place::file(name), place);
            Diagnostic::error("CF001", place, "this is no TOML").help("expected lines such as sessions = \"calls\"")
        })
        .collect();
    // What follows from a line that cannot be read is not told, too.
    if !flaws.is_empty() {
        flaws.truncate(1);
        return (Vec::new(), flaws);
    }
    let names = Key::ALL.map(Key::name);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut lines = Vec::new();
    for (key, value) in table.get_ref() {
        let Some(known) = Key::ALL.into_iter().find(|known| known.name() == key.get_ref()) else {
            flaws.push(report::unknown("CF002", place(key.span()), "key", key.get_ref(), &names));
            continue;
        };
        match value.get_ref() {
            DeValue::String(value) if !value.trim().is_empty() => lines.push(Line {
                key: known,
                value: known.placed(value, folder),
                path: path.to_owned(),
                number: place(key.span()).line,
            }),
            _ => {
                let message = format!("`{}` expects a text in quotes", known.name());
                flaws.push(Diagnostic::error("CF003", place(value.span()), message));
            }
        }
    }
    flaws.sort_by_key(|flaw| flaw.place.span.start);
    (lines, flaws)
}
