use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::completion;
use super::flaws;
use super::language::Language;
use super::screen::{Screen, complain_as_drawn};
use crate::case::Case;
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::host::{self, Input};
use crate::knowledge::{Compiled, Knowledge, Sources};
use crate::probe;

/// Which knowledge to use, and in whose words.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Knowledge")]
#[group(id = "knowledge-options")]
pub(super) struct KnowledgeOptions {
    /// A folder of your own knowledge, laid over the built-in one; or a file that `kb compile` wrote, in its place
    #[arg(long, value_name = "DIR|FILE")]
    pub(super) knowledge: Option<PathBuf>,
    /// The service whose words and contacts to use: its name in the knowledge, or a file of your own
    #[arg(long, value_name = "NAME|FILE", add = completion::services())]
    pub(super) service: Option<String>,
    /// Whether nobody named the service but the configuration or the environment.
    #[arg(skip)]
    pub(super) is_usual: bool,
}

/// Sound knowledge, and the service that was chosen.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) knowledge: Knowledge,
    /// The texts it was compiled from; `None` where they were compiled before.
    sources: Option<Sources>,
    /// An id of `knowledge.services`.
    pub(super) service: Option<String>,
}

/// The built-in texts with those of the user laid over them.
#[derive(Debug, Clone)]
pub(super) struct Gathered {
    pub(super) sources: Sources,
    /// Files of the user, by their path among the sources: the path to show.
    named: BTreeMap<String, String>,
}

impl KnowledgeOptions {
    /// Reads and compiles the knowledge, in the language of its source. What is wrong with it is told on standard error.
    ///
    /// # Errors
    /// A file cannot be read, the user's files have an error in them, or the service is not known.
    pub(super) fn load(&self, screen: Screen) -> anyhow::Result<Loaded> {
        self.loaded(|knowledge, service| Ok(in_words(knowledge, service)), screen)
    }

    /// The same in the language that people are spoken to in.
    ///
    /// # Errors
    /// As [`Self::load`], or the language is not known.
    pub(super) fn load_in(&self, language: &Language, screen: Screen) -> anyhow::Result<Loaded> {
        self.loaded(|knowledge, service| Ok(in_words(language.speak(knowledge)?, service)), screen)
    }

    /// As [`Self::load`], in all languages and not yet in the words of the service: to be handed on.
    ///
    /// # Errors
    /// As there.
    pub(super) fn load_whole(&self, screen: Screen) -> anyhow::Result<Loaded> {
        self.loaded(|knowledge, _| Ok(knowledge), screen)
    }

    /// As [`Self::load_in`], with a script: its name in the knowledge, or a file. Gives its id, too.
    ///
    /// # Errors
    /// As there, or the script is not known.
    pub(super) fn load_with_script(
        &self,
        script: &str,
        language: &Language,
        screen: Screen,
    ) -> anyhow::Result<(Loaded, String)> {
        let speak = |knowledge, service: Option<&str>| Ok(in_words(language.speak(knowledge)?, service));
        let path = Path::new(script);
        let (loaded, id) = if is_file(path) {
            let mut gathered = self.gather()?;
            let place = gathered.lay_file(path, Some("scripts"))?;
            let id = gathered.sources.defines(&place).map(|(_, id)| id);
            (self.compile(gathered, speak, screen)?, id)
        } else {
            (self.loaded(speak, screen)?, Some(script.to_owned()))
        };
        let known: Vec<&str> = loaded.knowledge.scripts.keys().map(String::as_str).collect();
        let Some(id) = id.filter(|id| known.contains(&id.as_str())) else {
            bail!("no script of that name is known: {}", hint(script, &known));
        };
        Ok((loaded, id))
    }

    /// The built-in texts with the user's folder laid over them.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn gather(&self) -> anyhow::Result<Gathered> {
        let mut gathered = Gathered::built_in();
        if let Some(folder) = &self.knowledge {
            gathered.lay_folder(folder)?;
        }
        Ok(gathered)
    }

    /// Lays the service's file over the rest, where it is one; gives the id of the service that was named.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn lay_service(&self, gathered: &mut Gathered) -> anyhow::Result<Option<String>> {
        let path = self.service.as_deref().map(Path::new).filter(|path| is_file(path));
        let Some(path) = path else { return Ok(self.service.clone()) };
        let place = gathered.lay_file(path, Some("services"))?;
        Ok(gathered.sources.defines(&place).map(|(_, id)| id))
    }

    fn loaded(
        &self,
        speak: impl FnOnce(Knowledge, Option<&str>) -> anyhow::Result<Knowledge>,
        screen: Screen,
    ) -> anyhow::Result<Loaded> {
        let names_file = self.service.as_deref().is_some_and(|service| is_file(Path::new(service)));
        if self.knowledge.is_none() && !names_file {
            let knowledge = Knowledge::built_in();
            return finished(knowledge, Some(Sources::embedded()), self.service.clone(), speak);
        }
        match self.knowledge.as_ref().filter(|path| !host::is_folder(path)) {
            Some(file) => self.read_compiled(file, speak),
            None => self.compile(self.gather()?, speak, screen),
        }
    }

    fn read_compiled(
        &self,
        file: &Path,
        speak: impl FnOnce(Knowledge, Option<&str>) -> anyhow::Result<Knowledge>,
    ) -> anyhow::Result<Loaded> {
        let bytes = host::read(&Input::File(file.to_owned()))
            .context("--knowledge: expected a folder of knowledge, or a file that `otp-doctor kb compile` wrote")?;
        let knowledge = Knowledge::from_compiled(&bytes).with_context(|| host::shown(file))?;
        if self.service.as_deref().is_some_and(|service| is_file(Path::new(service))) {
            bail!(
                "--service: a file of your own goes with a folder of knowledge, and {} is compiled",
                host::shown(file)
            );
        }
        finished(knowledge, None, self.service.clone(), speak)
    }

    fn compile(
        &self,
        mut gathered: Gathered,
        speak: impl FnOnce(Knowledge, Option<&str>) -> anyhow::Result<Knowledge>,
        screen: Screen,
    ) -> anyhow::Result<Loaded> {
        let service = self.lay_service(&mut gathered)?;
        let Compiled { knowledge, diagnostics } = gathered.compile();
        if !diagnostics.is_empty() {
            complain_as_drawn(flaws::drawn(&gathered, &diagnostics, screen).trim_end());
        }
        // Without files of the user there is none: the tests of this crate see to that.
        let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
        if errors > 0 {
            bail!(
                "your knowledge has {}: mend it first, `otp-doctor kb check` tells more",
                flaws::count(errors, "error")
            );
        }
        finished(knowledge, Some(gathered.sources), service, speak)
    }
}

/// The knowledge as it is to be spoken.
fn finished(
    knowledge: Knowledge,
    sources: Option<Sources>,
    service: Option<String>,
    speak: impl FnOnce(Knowledge, Option<&str>) -> anyhow::Result<Knowledge>,
) -> anyhow::Result<Loaded> {
    known_service(service.as_deref(), knowledge.services.keys().map(String::as_str))?;
    let knowledge = speak(knowledge, service.as_deref())?;
    Ok(Loaded { knowledge, sources, service })
}

/// The same with the messages of the service that was chosen.
fn in_words(knowledge: Knowledge, service: Option<&str>) -> Knowledge {
    match service {
        Some(id) => knowledge.for_service(id),
        None => knowledge,
    }
}

/// The complaint of a verb that needs texts, where there are none.
fn needs_sources(file: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "{}: compiled, and this needs the sources: expected the folder that it was made of",
        host::shown(file)
    )
}

/// Whether there is a file of compiled knowledge.
pub(super) fn is_compiled(file: &Path) -> bool {
    !host::is_folder(file)
        && host::read(&Input::File(file.to_owned())).is_ok_and(|bytes| Knowledge::is_compiled(&bytes))
}

impl Loaded {
    /// The texts that the knowledge was compiled from.
    ///
    /// # Errors
    /// They were compiled before.
    pub(super) fn sources(&self, options: &KnowledgeOptions) -> anyhow::Result<&Sources> {
        self.sources.as_ref().ok_or_else(|| needs_sources(options.knowledge.as_deref().unwrap_or(Path::new(""))))
    }

    /// Adds to a case what the chosen service is known to do, where the case does not say.
    pub(super) fn complete(&self, case: &mut Case) {
        let Some(service) = self.service.as_ref().and_then(|id| self.knowledge.services.get(id)) else { return };
        let facts = &mut case.service;
        facts.id.get_or_insert_with(|| service.id.clone());
        facts.past = facts.past.or(service.window.map(|window| window.past));
        facts.future = facts.future.or(service.window.map(|window| window.future));
        if facts.recovery_form.is_none() {
            facts.recovery_form.clone_from(&service.recovery_form);
        }
    }
}

/// The place of a translation among the sources: `locale/de/phrases.yaml` for a file in any such folder.
fn in_locale(path: &Path) -> Option<String> {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let at = parts.iter().rposition(|part| *part == "locale")?;
    (parts.len() > at + 2).then(|| parts[at..].join("/"))
}

/// Nothing, if a service of that id is known or none is wanted.
///
/// # Errors
/// It is not known.
pub(super) fn known_service<'a>(id: Option<&str>, known: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
    let known: Vec<&str> = known.collect();
    match id.filter(|id| !known.contains(id)) {
        Some(id) => bail!("--service: no service of that name is known: {}", hint(id, &known)),
        None => Ok(()),
    }
}

/// What may have been meant by a name that is not known.
fn hint(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}; a file of your own ends in .yaml", known.join(", ")),
    }
}

/// A path, not a name.
pub(super) fn is_file(path: &Path) -> bool {
    path.components().count() > 1 || path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

impl Gathered {
    /// Nothing but what comes with the program.
    pub(super) fn built_in() -> Self {
        Self { sources: Sources::embedded(), named: BTreeMap::new() }
    }

    /// Lays a folder over the texts so far.
    pub(super) fn lay_folder(&mut self, folder: &Path) -> anyhow::Result<()> {
        if is_compiled(folder) {
            return Err(needs_sources(folder));
        }
        let files = host::read_folder(folder).with_context(|| "--knowledge: expected a folder of knowledge")?;
        if files.is_empty() {
            bail!("{}: no .md or .yaml file in it: `otp-doctor kb init` writes the first one", host::shown(folder));
        }
        let named = files.iter().map(|(path, _)| (path.clone(), folder.join(path).display().to_string()));
        self.named.extend(named);
        self.sources = std::mem::take(&mut self.sources).overlay(files.into_iter().collect());
        Ok(())
    }

    /// Lays texts over those so far that lie on no disk; `name` says where they are from.
    pub(super) fn lay_texts(&mut self, name: &str, files: Vec<(String, Vec<u8>)>) {
        let named = files.iter().map(|(path, _)| (path.clone(), format!("{name}: {path}")));
        self.named.extend(named);
        self.sources = std::mem::take(&mut self.sources).overlay(files.into_iter().collect());
    }

    /// Lays one file over the texts so far, in `folder` or else where its content belongs. Gives its path among them.
    pub(super) fn lay_file(&mut self, path: &Path, folder: Option<&str>) -> anyhow::Result<String> {
        let bytes = host::read(&Input::File(path.to_owned()))?.to_vec();
        if Knowledge::is_compiled(&bytes) {
            return Err(needs_sources(path));
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let place = match folder {
            Some(folder) => Some(format!("{folder}/{stem}.yaml")),
            None if in_locale(path).is_some() => in_locale(path),
            None => Sources::place_of(&format!("{stem}.yaml"), &bytes),
        };
        let Some(place) = place else {
            bail!(
                "{}: expected a file with `service:`, `symptom:`, `app:`, `script:` or `- scenario:` in it",
                host::shown(path)
            );
        };
        self.named.insert(place.clone(), path.display().to_string());
        let own = [(place.clone(), bytes)].into_iter().collect();
        self.sources = std::mem::take(&mut self.sources).overlay(own);
        Ok(place)
    }

    pub(super) fn compile(&self) -> Compiled {
        Knowledge::compile(&self.sources, &probe::vocabulary())
    }

    /// A path among the sources as the user knows it.
    pub(super) fn shown<'a>(&'a self, path: &'a str) -> &'a str {
        self.named.get(path).map_or(path, String::as_str)
    }

    /// Whether the file at a path among the sources is one of the user.
    pub(super) fn is_of_the_user(&self, path: &str) -> bool {
        self.named.contains_key(path)
    }

    /// The files of the user: their paths among the sources, and where they really are.
    pub(super) fn of_the_user(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.named.iter().map(|(path, real)| (path.as_str(), Path::new(real)))
    }

    /// Takes out the warnings of what came with the program, where there is something of the user: nobody can mend it, and of
    /// that only counts what no longer holds.
    pub(super) fn keep_own(&self, found: &mut Vec<Diagnostic>) {
        let is_told = |one: &Diagnostic| one.severity == Severity::Error || self.named.contains_key(&one.place.path);
        found.retain(|one| self.named.is_empty() || is_told(one));
    }

    /// How many files there are: of the user, or built in where none is of the user. Schemas are for editors.
    pub(super) fn files(&self) -> usize {
        let is_read = |path: &str| !path.starts_with("schema/");
        match self.named.len() {
            0 => self.sources.iter().filter(|(path, _)| is_read(path)).count(),
            _ => self.named.keys().filter(|path| is_read(path)).count(),
        }
    }
}
