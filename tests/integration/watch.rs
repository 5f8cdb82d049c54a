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

/// What is told of folders and files, after the watch has begun.
fn watched(paths: &[&Path]) -> Receiver<()> {
    let (tell, told) = mpsc::channel();
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
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
    let told = watched(&[folder.path()]);
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
    let told = watched(&[folder.path()]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "a: 1");
    assert!(is_quiet(&told));
}

#[test]
fn a_file_is_watched_also_where_an_editor_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.yaml");
    fs::write(&file, "service: a").unwrap();
    let told = watched(&[&file]);
    for text in ["service: b", "service: c"] {
        let new = folder.path().join("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, &file).unwrap();
        told.recv_timeout(SOON).expect(text);
        assert!(is_quiet(&told), "{text}: told twice");
    }
}

/// As git does where it goes over to another branch, and an editor where it writes a whole folder anew.
#[test]
fn a_folder_that_is_replaced_or_comes_back_is_watched_on() {
    let around = tempfile::tempdir().unwrap();
    let help = around.path().join("docs/help");
    let laid = |text: &str| {
        fs::create_dir_all(help.join("articles")).unwrap();
        fs::write(help.join("articles/a.md"), text).unwrap();
    };
    laid("# A");
    let told = watched(&[&help]);
    let change: [(&str, &dyn Fn()); 4] = [
        ("moved away", &|| fs::rename(&help, around.path().join("docs/old")).unwrap()),
        ("put in its place", &|| laid("# B")),
        ("removed with the folder around it", &|| fs::remove_dir_all(around.path().join("docs")).unwrap()),
        ("back", &|| laid("# C")),
    ];
    for (what, make) in change {
        make();
        told.recv_timeout(SOON).unwrap_or_else(|_| panic!("{what}: not told"));
        assert!(is_quiet(&told), "{what}: told twice");
    }
    fs::write(help.join("articles/a.md"), "# D").unwrap();
    told.recv_timeout(SOON).expect("a change after all that");
}

#[test]
fn what_lies_beside_is_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let (file, help) = (folder.path().join("service.yaml"), folder.path().join("help"));
    fs::write(&file, "service: a").unwrap();
    fs::create_dir(&help).unwrap();
    let told = watched(&[&file, &help]);
    fs::write(folder.path().join("other.yaml"), "service: b").unwrap();
    fs::create_dir(folder.path().join("help-of-others")).unwrap();
    fs::remove_file(folder.path().join("other.yaml")).unwrap();
    assert!(is_quiet(&told), "a neighbour");
    fs::write(&file, "service: c").unwrap();
    told.recv_timeout(SOON).expect("the file itself");
}

#[test]
fn a_folder_is_watched_whole_also_where_a_file_in_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("service.yaml");
    fs::write(&file, "service: a").unwrap();
    fs::create_dir(folder.path().join("articles")).unwrap();
    let told = watched(&[folder.path(), &file]);
    for place in ["new", "articles/new"] {
        fs::create_dir(folder.path().join(place)).unwrap();
        told.recv_timeout(SOON).expect(place);
        assert!(is_quiet(&told), "{place}: told twice");
        fs::write(folder.path().join(place).join("a.md"), "# A").unwrap();
        told.recv_timeout(SOON).expect(place);
        assert!(is_quiet(&told), "{place}: told twice");
    }
}

/// What changes is behind the link, and the link itself may come to lead elsewhere.
#[cfg(unix)]
#[test]
fn a_link_is_watched_with_what_it_leads_to() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    for name in ["one", "two"] {
        fs::create_dir(place(name)).unwrap();
        fs::write(place(name).join("service.yaml"), "service: a").unwrap();
    }
    symlink(place("one/service.yaml"), place("link.yaml")).unwrap();
    let told = watched(&[&place("link.yaml")]);
    fs::write(place("one/service.yaml"), "service: b").unwrap();
    told.recv_timeout(SOON).expect("where it leads");
    symlink(place("two/service.yaml"), place("new.yaml")).unwrap();
    fs::rename(place("new.yaml"), place("link.yaml")).unwrap();
    told.recv_timeout(SOON).expect("it leads elsewhere");
    assert!(is_quiet(&told));
    fs::write(place("one/service.yaml"), "service: c").unwrap();
    assert!(is_quiet(&told), "it leads there no longer");
    fs::write(place("two/service.yaml"), "service: d").unwrap();
    told.recv_timeout(SOON).expect("where it leads now");
}

#[test]
fn what_is_not_there_cannot_be_watched() {
    let error = watch(&[PathBuf::from("no-such-folder")], || ControlFlow::Break(())).unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("no-such-folder: it cannot be watched for changes: "), "{shown}");
}
