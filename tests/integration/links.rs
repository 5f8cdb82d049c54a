//! Symbolic links in folders of knowledge: nothing is read or written through one that leads out, and none is followed in circles.

#![cfg(unix)]

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use otp_doctor::host::{self, FileError, read_folder};

use crate::examples::program;

fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output = program().args(arguments).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// A folder to work in, with one beside it that nobody has named.
struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["here/help", "there"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    fn here(&self, path: &str) -> PathBuf {
        self.folder.path().join("here").join(path)
    }

    fn there(&self, path: &str) -> PathBuf {
        self.folder.path().join("there").join(path)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        run(arguments, &self.here(""))
    }

    /// Nothing has come to the place that nobody has named.
    fn assert_untouched(&self, what: &str) {
        let found: Vec<_> = fs::read_dir(self.there("")).unwrap().map(|item| item.unwrap().path()).collect();
        assert!(found.is_empty(), "{what}: {found:?}");
    }

    /// The verb refuses, names the link, and leaves `out` with nothing but what was there.
    fn assert_refused(&self, arguments: &[&str], link: &str) {
        let before = listed(&self.here(""));
        let (code, told) = self.run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(link) && told.contains("is a link that leads out of"), "{arguments:?}: {told}");
        assert_eq!(listed(&self.here("")), before, "{arguments:?}: half of it is written");
        self.assert_untouched(&format!("{arguments:?}"));
    }
}

/// All that is below a folder, links not followed.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let item = item.unwrap();
        found.push(item.path());
        if item.file_type().unwrap().is_dir() {
            found.extend(listed(&item.path()));
        }
    }
    found.sort();
    found
}

const PAGE: &str = "# Help\n\n## I get no code\n\n**Solution**: Wait a minute, and look again.\n\n";

#[test]
fn an_import_takes_no_picture_from_outside_of_the_folder_of_its_page() {
    let ground = Ground::new();
    fs::write(ground.there("secret.png"), b"secret").unwrap();
    fs::create_dir(ground.there("deep")).unwrap();
    fs::write(ground.there("deep/far.png"), b"secret").unwrap();
    fs::create_dir(ground.here("help/img")).unwrap();
    fs::write(ground.here("help/img/ours.png"), b"ours").unwrap();
    symlink("img/ours.png", ground.here("help/also.png")).unwrap();
    symlink(ground.there("secret.png"), ground.here("help/link.png")).unwrap();
    symlink(ground.there("deep"), ground.here("help/linked")).unwrap();
    symlink("/nowhere/at/all.png", ground.here("help/lost.png")).unwrap();
    let absolute = ground.there("secret.png").display().to_string();
    let from_outside = [
        "link.png",
        "linked/far.png",
        "linked/../secret.png",
        "../../there/secret.png",
        "img/../../there/secret.png",
        &absolute,
        "lost.png",
    ];
    let mut page = format!("{PAGE}![Ours](img/ours.png)\n\n![Also](also.png)\n\n");
    for target in from_outside {
        writeln!(page, "![Theirs]({target})\n").unwrap();
    }
    fs::write(ground.here("help/page.md"), page).unwrap();

    let (code, told) = ground.run(&["kb", "import", "help/page.md", "--out", "ours"]);
    assert_eq!(code, Some(0), "{told}");
    for (name, why) in [
        ("help/link.png", "is a link that leads out of help"),
        ("help/linked", "is a link that leads out of help"),
        ("help/../../there/secret.png", "lies outside of help"),
        ("help/../there/secret.png", "lies outside of help"),
        (absolute.as_str(), "lies outside of help"),
        ("help/lost.png", "is a link that leads out of help, or nowhere"),
    ] {
        let line = told.lines().find(|line| line.starts_with(&format!("note: {name}: {why}")));
        assert!(line.is_some(), "{name}: {told}");
    }
    let pictures: Vec<PathBuf> = listed(&ground.here("ours/articles/images"));
    assert_eq!(pictures.len(), 2, "{pictures:?}");
    assert!(pictures.iter().all(|picture| fs::read(picture).unwrap() == b"ours"));
}

#[test]
fn an_import_writes_through_no_link() {
    for link in ["articles", "articles/images", "symptoms", "scenarios", "schema", "kb.yaml", "articles/page.md"] {
        let ground = Ground::new();
        fs::write(ground.here("help/a.png"), b"a").unwrap();
        fs::write(ground.here("help/page.md"), format!("{PAGE}![A](a.png)\n")).unwrap();
        let at = ground.here("ours").join(link);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        let leads = if link.contains('.') { ground.there("new.txt") } else { ground.there("") };
        symlink(leads, &at).unwrap();
        ground.assert_refused(&["kb", "import", "help/page.md", "--out", "ours"], &format!("ours/{link}"));
    }
}

#[test]
fn every_verb_that_writes_a_folder_writes_through_no_link() {
    let transcript = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/phone-two-minutes-behind.json");
    for (arguments, link) in [
        (&["kb", "init", "--service", "Harbour Bank", "--out", "ours"][..], "services"),
        (&["kb", "init", "--service", "Harbour Bank", "--out", "ours"], "schema"),
        (&["kb", "new", "symptom", "no-mail", "--out", "ours"], "symptoms"),
        (&["kb", "new", "symptom", "no-mail", "--out", "ours"], "schema"),
        (&["kb", "record", transcript, "--out", "ours/scenarios/a.yaml"], "scenarios"),
        (&["kb", "render", "--out", "ours"], "apps"),
        (&["kb", "schema", "--out", "ours/schema"], "schema/kb-1.json"),
        (&["kb", "schema", "kb", "--out", "ours"], "kb-1.json"),
        (&["kb", "graph", "turn-off", "--people", "10", "--out", "ours/a.svg"], "a.svg"),
    ] {
        let ground = Ground::new();
        let at = ground.here("ours").join(link);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        let leads = if link.contains('.') { ground.there("new.txt") } else { ground.there("") };
        symlink(leads, &at).unwrap();
        ground.assert_refused(arguments, &format!("ours/{link}"));
    }
}

#[test]
fn a_release_and_a_mended_file_are_written_through_no_link() {
    let ground = Ground::new();
    let (code, told) = ground.run(&["kb", "new", "symptom", "no-mail", "--out", "ours"]);
    assert_eq!(code, Some(0), "{told}");
    symlink(ground.there("new.txt"), ground.here("ours/released.yaml")).unwrap();
    ground.assert_refused(&["kb", "release", "ours"], "ours/released.yaml");
}

#[test]
fn what_is_written_keeps_to_its_place() {
    let ground = Ground::new();
    fs::write(ground.there("victim"), "theirs").unwrap();
    let path = ground.here("a.svg");
    // What an earlier try may have left there.
    symlink(ground.there("victim"), ground.here("a.svg.part")).unwrap();
    host::write_public(&path, "ours").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
    host::write_private(&path, "ours again").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "ours again");
    // A link that stays in its folder is left as it is, and so is where it leads.
    symlink("a.svg", ground.here("b.svg")).unwrap();
    for write in [host::write_public, host::write_private] {
        assert!(matches!(write(&ground.here("b.svg"), "x"), Err(FileError::Link { .. })));
    }
    assert!(matches!(host::write_again(&ground.here(""), "b.svg", "x"), Err(FileError::Link { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "ours again");
    // So is one that leads out, of which more is said.
    symlink(ground.there("victim"), ground.here("c.svg")).unwrap();
    assert!(matches!(host::write_public(&ground.here("c.svg"), "x"), Err(FileError::Linked { .. })));
    assert!(matches!(host::write_private(&ground.here("c.svg"), "x"), Err(FileError::Link { .. })));
    // What is no file stays what it is.
    for write in [host::write_public, host::write_private] {
        assert!(matches!(write(&ground.here("help"), "x"), Err(FileError::NoFile { .. })));
    }
    for outside in ["../x", "a/../../x", "/x"] {
        let written = host::write_new(&ground.here("help"), outside, "x");
        assert!(matches!(written, Err(FileError::Outside { .. })), "{outside}: {written:?}");
    }
    assert_eq!(fs::read_to_string(ground.there("victim")).unwrap(), "theirs");
    assert_eq!(listed(&ground.there("")).len(), 1);
}

#[test]
fn links_within_a_folder_are_not_followed_in_circles() {
    let folder = tempfile::tempdir().unwrap();
    let mut at = folder.path().to_owned();
    for level in ["", "articles", "articles/apps", "articles/apps/a"] {
        at = folder.path().join(level);
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join("text.md"), "# Text\n").unwrap();
        for number in 0..30 {
            let to = [Path::new("."), Path::new(".."), folder.path()][number % 3];
            symlink(to, at.join(format!("link-{number}"))).unwrap();
        }
    }
    // A link to another folder is followed, and from there no other.
    fs::create_dir(folder.path().join("notes")).unwrap();
    fs::write(folder.path().join("notes/note.md"), "# Note\n").unwrap();
    symlink(folder.path().join("notes"), at.join("notes")).unwrap();
    for number in 0..30 {
        symlink(folder.path().join("articles"), folder.path().join(format!("notes/link-{number}"))).unwrap();
    }
    let begun = Instant::now();
    let files = read_folder(folder.path()).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for path in ["text.md", "articles/apps/a/text.md", "articles/apps/a/notes/note.md", "notes/note.md"] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    // Each of the thirty that lead from one folder to another brings what is there, once.
    let through = paths.iter().filter(|path| path.contains("link-"));
    assert_eq!(through.count(), 30 * 3, "{paths:?}");
}

#[test]
fn what_many_links_lead_to_is_too_much_and_not_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for number in 0..400 {
        fs::write(folder.path().join(format!("a/{number}.txt")), "").unwrap();
        symlink("../a", folder.path().join(format!("b/{number}"))).unwrap();
    }
    let begun = Instant::now();
    let refused = read_folder(folder.path());
    assert!(matches!(refused, Err(FileError::TooMuch { .. })), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
