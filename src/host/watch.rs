use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use notify::RecursiveMode::{NonRecursive, Recursive};
use notify::event::ModifyKind;
use notify::{Config, Event, EventKind, RecommendedWatcher, Watcher};

use super::name::shown;

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
/// `Break`. What goes away meanwhile is waited for.
///
/// # Errors
/// One of them is not there, or the system does not tell of changes.
pub fn watch(paths: &[PathBuf], mut changed: impl FnMut() -> ControlFlow<()>) -> Result<(), WatchError> {
    for path in paths {
        fs::metadata(path).map_err(|reason| failed(path, notify::Error::io(reason)))?;
    }
    let (tell, told) = mpsc::channel();
    let mut watcher = begin(paths, &tell)?;
    while changed().is_continue() && told.recv().is_ok() {
        for _ in 0..MOST_STEPS {
            if told.recv_timeout(QUIET).is_err() {
                break;
            }
        }
        // A folder that was put in the place of another is not watched yet. The old watch ends after the new one has begun.
        drop(std::mem::replace(&mut watcher, begin(paths, &tell)?));
    }
    Ok(())
}

/// Watches what is there now, and the way to it: whatever is removed or put in its place on that way is a change, too.
fn begin(paths: &[PathBuf], tell: &Sender<()>) -> Result<RecommendedWatcher, WatchError> {
    // As it is named, and where links lead.
    let ends = paths.iter().flat_map(|path| [std::path::absolute(path), fs::canonicalize(path)]).flatten();
    let ends: BTreeSet<PathBuf> = ends.collect();
    let (asked, tell) = (ends.clone(), tell.clone());
    let changed = move |event: notify::Result<Event>| {
        if event.map_or(true, |event| is_change(&event, &asked)) {
            // Where nobody listens any more, the watch has ended.
            let _ = tell.send(());
        }
    };
    // Where links lead within a folder is watched by its own name, and nothing outside of it is read.
    let mut watcher = RecommendedWatcher::new(changed, Config::default().with_follow_symlinks(false))
        .map_err(|reason| failed(Path::new("."), reason))?;
    let folders: Vec<&Path> = ends.iter().map(PathBuf::as_path).filter(|end| end.is_dir()).collect();
    let is_covered = |place: &Path| folders.iter().any(|folder| place != *folder && place.starts_with(folder));
    let around: BTreeSet<&Path> = ends.iter().flat_map(|end| end.ancestors().skip(1)).collect();
    let around = around.into_iter().filter(|place| !folders.contains(place)).map(|place| (place, NonRecursive));
    let below = folders.iter().map(|folder| (*folder, Recursive));
    for (place, mode) in around.chain(below).filter(|(place, _)| !is_covered(place)) {
        let is_needed = mode == Recursive || ends.iter().any(|end| end.parent() == Some(place) && end.is_file());
        match watcher.watch(place, mode) {
            // What has gone meanwhile is told of by the folder around it.
            Err(reason) if is_needed && place.exists() => return Err(failed(place, reason)),
            _ => {}
        }
    }
    Ok(watcher)
}

fn failed(path: &Path, reason: notify::Error) -> WatchError {
    WatchError { path: shown(path), reason }
}

/// Whether something may be different at or below one of these, or on the way to it.
fn is_change(event: &Event, ends: &BTreeSet<PathBuf>) -> bool {
    // On the way only what is there counts, not what the system says about it.
    let moves = !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)));
    let is_near = |path: &PathBuf| ends.iter().any(|end| path.starts_with(end) || moves && end.starts_with(path));
    // Reading is no change, and reading is what follows a change.
    event.need_rescan() || !event.kind.is_access() && event.paths.iter().any(is_near)
}
