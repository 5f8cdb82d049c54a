//! The knowledge as it is on the disk now, read again whenever a file changes.
//!
//! The one idea: whoever serves a page takes the newest reading, and keeps it while it is needed. It must not fail where a
//! writer is in the middle of a change: what cannot be read is told, and the last reading stays.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::own;
use crate::cli::knowledge::{Gathered, KnowledgeOptions, known_service};
use crate::cli::language::Language;
use crate::cli::pictures;
use crate::diagnostic::{Diagnostic, Severity};
use crate::host;
use crate::knowledge::{Knowledge, Sources};
use crate::rehearse;

/// One reading.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) gathered: Gathered,
    pub(super) knowledge: Knowledge,
    /// An id of `knowledge.services`.
    pub(super) service: Option<String>,
    pub(super) flaws: Vec<Diagnostic>,
    /// Whether the flaws that take long to find are among them.
    pub(super) is_checked: bool,
    /// The user's pictures, with their marks.
    pub(super) pictures: BTreeMap<String, String>,
    /// Files that are not what they were in the reading before.
    pub(super) changed: Vec<String>,
    /// Why the disk could not be read, where this is an older reading.
    pub(super) trouble: Option<String>,
}

/// Where the newest reading lies.
pub(super) struct Desk {
    options: KnowledgeOptions,
    language: Language,
    newest: Mutex<Arc<Reading>>,
    replaced: Condvar,
}

impl Desk {
    /// Reads for the first time.
    ///
    /// # Errors
    /// The folder or the service cannot be read. Flaws in them are no error.
    pub(super) fn new(options: KnowledgeOptions, language: Language) -> anyhow::Result<Self> {
        let first = read(&options, &language)?;
        Ok(Self { options, language, newest: Mutex::new(Arc::new(first)), replaced: Condvar::new() })
    }

    /// What to watch for changes: nothing where all is built in.
    pub(super) fn watched(&self) -> Vec<PathBuf> {
        let service = self.options.service.as_deref().map(PathBuf::from).filter(|path| path.is_file());
        self.options.knowledge.iter().cloned().chain(service).collect()
    }

    pub(super) fn newest(&self) -> Arc<Reading> {
        Arc::clone(&self.lock())
    }

    /// The newest reading that is not the one with that digest, or the same after `most`.
    pub(super) fn other_than(&self, digest: &str, most: Duration) -> Arc<Reading> {
        let same = |newest: &mut Arc<Reading>| newest.digest() == digest;
        match self.replaced.wait_timeout_while(self.lock(), most, same) {
            Ok((newest, _)) => Arc::clone(&newest),
            Err(poisoned) => Arc::clone(&poisoned.into_inner().0),
        }
    }

    /// A picture that the newest reading lists, as it is now: its kind and content.
    pub(super) fn picture(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        self.newest().pictures.get(path)?;
        Some((pictures::kind(path)?, pictures::content(self.options.knowledge.as_deref()?, path)?))
    }

    /// Reads whenever something changes; ends only with the program.
    pub(super) fn watch(&self) -> Result<(), host::WatchError> {
        let watched = self.watched();
        if watched.is_empty() {
            return Ok(());
        }
        host::watch(&watched, || {
            self.read_again();
            ControlFlow::Continue(())
        })
    }

    /// Whether it leads anywhere takes longer than to show it: that is found out behind the page, and told once it is known.
    /// Ends only with the program.
    pub(super) fn check(&self) {
        loop {
            let reading = self.unchecked();
            let knowledge = reading.gathered.compile().knowledge;
            let mut more = rehearse::check(&reading.gathered.sources, &knowledge);
            reading.gathered.keep_own(&mut more);
            let mut newest = self.lock();
            if newest.digest() == reading.digest() {
                *newest = Arc::new(newest.with_checks(more));
                drop(newest);
                self.replaced.notify_all();
            }
        }
    }

    /// The newest reading, once it is one that was not checked.
    fn unchecked(&self) -> Arc<Reading> {
        let mut newest = self.lock();
        while newest.is_checked {
            newest = self.replaced.wait(newest).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        Arc::clone(&newest)
    }

    fn read_again(&self) {
        let before = self.newest();
        let next = match read(&self.options, &self.language) {
            Ok(next) => next.after(&before),
            Err(error) => before.with_trouble(format!("{error:#}")),
        };
        if next.content() != before.content() {
            *self.lock() = Arc::new(next);
            self.replaced.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Reading>> {
        // Whoever panicked had only looked at it: it is replaced as a whole.
        self.newest.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn read(options: &KnowledgeOptions, language: &Language) -> anyhow::Result<Reading> {
    let mut gathered = options.gather()?;
    let service = options.lay_service(&mut gathered)?;
    let defined = gathered.sources.iter().filter_map(|(path, _)| gathered.sources.defines(path));
    let defined = defined.filter(|(kind, _)| *kind == "service").map(|(_, id)| id);
    // One whose file cannot be read is known all the same.
    let known: Vec<String> = defined.chain(own::defined(&gathered, "service")).collect();
    known_service(service.as_deref(), known.iter().map(String::as_str))?;
    let compiled = gathered.compile();
    let mut flaws = compiled.diagnostics;
    gathered.keep_own(&mut flaws);
    // With an error in its file it is left out: the flaws tell, and the generic words stand in.
    let service = service.filter(|id| compiled.knowledge.services.contains_key(id));
    let is_slip = flaws.iter().any(|one| one.place.path == "kb.yaml" && one.severity == Severity::Error);
    // A writer sees what they write: the language of this computer does not count.
    let spoken = match language.lang {
        // Which languages there are cannot be told now.
        Some(_) if is_slip => language.speak(compiled.knowledge.clone()).unwrap_or(compiled.knowledge),
        Some(_) => language.speak(compiled.knowledge)?,
        None => compiled.knowledge,
    };
    let knowledge = match &service {
        Some(id) => spoken.for_service(id),
        None => spoken,
    };
    let pictures = pictures::marks(&gathered);
    let (is_checked, changed, trouble) = (false, Vec::new(), None);
    Ok(Reading { gathered, knowledge, service, flaws, is_checked, pictures, changed, trouble })
}

impl Reading {
    /// Differs from that of every reading that has something else to show.
    pub(super) fn digest(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.knowledge.digest, &self.pictures, self.is_checked, &self.trouble).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// What is on the disk, as far as it could be read.
    fn content(&self) -> (&Sources, &BTreeMap<String, String>, Option<&str>) {
        (&self.gathered.sources, &self.pictures, self.trouble.as_deref())
    }

    fn after(mut self, before: &Self) -> Self {
        let is_other = |path: &&str| {
            self.gathered.sources.get(path) != before.gathered.sources.get(path)
                || self.pictures.get(*path) != before.pictures.get(*path)
        };
        let paths = [&self, before].into_iter().flat_map(|one| one.gathered.sources.iter().map(|(path, _)| path));
        let changed: BTreeSet<&str> = paths.filter(is_other).collect();
        self.changed = changed.into_iter().map(str::to_owned).collect();
        self
    }

    /// The same with what else is wrong.
    fn with_checks(&self, more: Vec<Diagnostic>) -> Self {
        let flaws = self.flaws.iter().cloned().chain(more).collect();
        Self { flaws, is_checked: true, ..self.clone() }
    }

    /// The same, with why it is not the newest that there could be.
    fn with_trouble(&self, trouble: String) -> Self {
        Self { changed: Vec::new(), trouble: Some(trouble), ..self.clone() }
    }
}
