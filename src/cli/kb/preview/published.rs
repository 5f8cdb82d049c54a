//! The page as people get it, made from the newest reading.
//!
//! The one idea: the same files as `page` writes, in the words of the writer's service, made anew once something has changed. It must
//! not be kept by a browser: what a writer looks at is the newest.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::desk::Reading;
use super::server::HttpAnswer;
use crate::cli::page::{self, Modules};
use crate::cli::pictures;
use crate::host::WebAnswer;
use crate::page::{PageFile, Publication};

/// What keeps the files in a browser: that must not be here.
const KEEPER: &str = "offline.js";

/// The files of the reading that was asked for last.
pub(super) struct Published {
    /// Why there are no modules, where there are none.
    modules: Result<Modules, String>,
    /// The writer's folder.
    folder: Option<PathBuf>,
    /// By the digest of a reading.
    kept: Mutex<(String, Arc<Vec<PageFile>>)>,
}

impl Published {
    pub(super) fn new(engine: Option<&Path>, folder: Option<&Path>) -> Self {
        let modules = page::modules(engine).map_err(|error| format!("{error:#}"));
        Self { modules, folder: folder.map(Path::to_owned), kept: Mutex::default() }
    }

    /// A file of it.
    pub(super) fn answer(&self, reading: &Reading, address: &str) -> WebAnswer {
        match self.files(reading) {
            Ok(files) => page::served(&files, address),
            Err(why) => HttpAnswer::plain(404, &why).sent(),
        }
    }

    fn files(&self, reading: &Reading) -> Result<Arc<Vec<PageFile>>, String> {
        let modules = self.modules.as_ref().map_err(Clone::clone)?;
        let digest = reading.digest();
        // Whoever panicked has replaced it as a whole, or not at all.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != digest {
            let whole = reading.gathered.compile().knowledge;
            let publication = Publication {
                knowledge: &whole,
                service: reading.service.as_deref(),
                languages: &whole.languages().map(str::to_owned).collect::<Vec<_>>(),
                pictures: &self.folder.as_deref().map(pictures::of_articles).unwrap_or_default(),
            };
            let mut files = publication.files(modules.engine()).map_err(|error| error.to_string())?;
            files.retain(|file| file.path != KEEPER);
            *kept = (digest, Arc::new(files));
        }
        Ok(Arc::clone(&kept.1))
    }
}
