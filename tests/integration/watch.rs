//! Watching folders and files: a change is told soon, once for all that changes together, however an editor writes.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use otp_doctor::host::watch;

/// Longer than any change takes to be told, even on a busy machine.
const SOON: Duration = Duration::from_secs(10);
/// Longer than the watch waits for quiet.
const WHILE: Duration = Duration::from_millis(400);

/// What is told of a folder or file, after the watch has begun.
fn watched(path: &Path) -> Receiver<()> {
    let (tell, told) = mpsc::channel();
    let paths: [PathBuf; 1] = [path.to_owned()];
    thread::spawn(move || watch(&paths, || tell.send(()).map_or(ControlFlow::Break(()), ControlFlow::Continue)));
    told.recv_timeout(SOON).expect("told at the beginning");
    told
}

fn is_quiet(told: &Receiver<()>) -> bool {
    told.recv_timeout(WHILE).is_err()
}

#[test]
fn every_change_below_a_folder_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("articles")).unwrap();
    let article = folder.path().join("articles/a.md");
    fs::write(&article, "# A").unwrap();
    let told = watched(folder.path());
    assert!(is_quiet(&told), "nothing has changed");

    let change: [(&str, &dyn Fn()); 4] = [
        ("written", &|| fs::write(&article, "# B").unwrap()),
        ("several at once", &|| {
            for name in ["b.md", "c.md", "d.md"] {
                fs::write(folder.path().join("articles").join(name), "# C").unwrap();
            }
        }),
        ("renamed over", &|| {
            let new = folder.path().join("articles/.a.md.new");
            fs::write(&new, "# D").unwrap();
            fs::rename(new, &article).unwrap();
        }),
        ("removed", &|| fs::remove_file(&article).unwrap()),
    ];
    for (what, make) in change {
        make();
        told.recv_timeout(SOON).unwrap_or_else(|_| panic!("{what}: not told"));
        assert!(is_quiet(&told), "{what}: told twice");
    }
    // A folder that is new is watched, too.
    fs::create_dir(folder.path().join("symptoms")).unwrap();
    told.recv_timeout(SOON).expect("a new folder");
    fs::write(folder.path().join("symptoms/s.yaml"), "symptom: s").unwrap();
    told.recv_timeout(SOON).expect("a file in the new folder");
}

/// Reading is what follows a change: told as one, it would go on for ever.
#[test]
fn reading_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    fs::write(&file, "a: 1").unwrap();
    let told = watched(folder.path());
    assert_eq!(fs::read_to_string(&file).unwrap(), "a: 1");
    assert!(is_quiet(&told));
}

#[test]
fn a_file_is_watched_also_where_an_editor_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.yaml");
    fs::write(&file, "service: a").unwrap();
    let told = watched(&file);
    for text in ["service: b", "service: c"] {
        let new = folder.path().join("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, &file).unwrap();
        told.recv_timeout(SOON).expect(text);
        assert!(is_quiet(&told), "{text}: told twice");
    }
}

#[test]
fn what_is_not_there_cannot_be_watched() {
    let error = watch(&[PathBuf::from("no-such-folder")], || ControlFlow::Break(())).unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("no-such-folder: it cannot be watched for changes: "), "{shown}");
}
