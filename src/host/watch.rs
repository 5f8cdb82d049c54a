use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

/// An editor writes a file in several steps: nothing is told before it was quiet for so long.
const QUIET: Duration = Duration::from_millis(60);
/// Where it is never quiet, something is told after so many steps all the same.
const MOST_STEPS: usize = 50;

/// Why nothing can be watched.
#[derive(Debug, thiserror::Error)]
#[error("{path}: it cannot be watched for changes: {reason}")]
pub struct WatchError {
    path: String,
    reason: notify::Error,
}

/// Watches folders, with all below them, and files. `changed` is called once as soon as nothing can be missed any more, and
/// then whenever something may have changed, once for all that changes at about the same time; it ends the watch with
/// `Break`.
///
/// # Errors
/// One of them is not there, or the system does not tell of changes.
pub fn watch(paths: &[PathBuf], mut changed: impl FnMut() -> ControlFlow<()>) -> Result<(), WatchError> {
    let failed = |path: &Path, reason| WatchError { path: path.display().to_string(), reason };
    let (tell, told) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change, and reading is what follows a change.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            // Where nobody listens any more, the watch has ended.
            let _ = tell.send(());
        }
    })
    .map_err(|reason| failed(Path::new("."), reason))?;
    for path in paths {
        // Many an editor puts a new file in the place of the old one, which only the folder around it sees.
        let folder = path.parent().filter(|_| path.is_file());
        let (place, mode) = match folder {
            Some(folder) if folder.as_os_str().is_empty() => (Path::new("."), RecursiveMode::NonRecursive),
            Some(folder) => (folder, RecursiveMode::NonRecursive),
            None => (path.as_path(), RecursiveMode::Recursive),
        };
        watcher.watch(place, mode).map_err(|reason| failed(path, reason))?;
    }
    while changed().is_continue() && told.recv().is_ok() {
        for _ in 0..MOST_STEPS {
            if told.recv_timeout(QUIET).is_err() {
                break;
            }
        }
    }
    Ok(())
}
