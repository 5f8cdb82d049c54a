//! Names of files and arguments in what is said: nothing in them steers a terminal, and none that looks like a key or a code is
//! repeated.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::examples::{example, program};
use crate::session::Terminal;

/// What a verb says, and how it ends.
fn run(arguments: &[&str], folder: &Path) -> (String, Option<i32>) {
    let mut command = program();
    let output =
        command.current_dir(folder).timeout(Duration::from_secs(30)).args(arguments).write_stdin("").output().unwrap();
    (String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(), output.status.code())
}

#[test]
#[cfg(unix)]
fn a_name_steers_no_terminal() {
    const NAME: &str = "a\u{1b}[2Jb\u{202e}c\r\n::error::d";
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at(NAME)).unwrap();
    fs::create_dir(at(NAME).join("symptoms")).unwrap();
    fs::write(at(NAME).join("symptoms/x.yaml"), "symptom: x\nnonsense: 1\n").unwrap();
    let file = format!("{NAME}.json");
    fs::write(at(&file), "{").unwrap();
    let yaml = format!("{NAME}.yaml");
    fs::write(at(&yaml), "symptom: x\nnonsense: 1\n").unwrap();
    let page = format!("{NAME}.md");
    fs::write(at(&page), "# A\n\n![a](b.png)\n").unwrap();
    let missing = format!("{NAME}/none");
    let option = format!("--{NAME}");
    let runs: &[&[&str]] = &[
        &["diagnose", &file],
        &["diagnose", &missing],
        &["diagnose", "--cases", &missing],
        &["diagnose", "--entry", &missing],
        &["diagnose", "--entry", &file],
        &["diagnose", "--entry", "-", "--ntp", NAME],
        &["entries", &missing],
        &["entries", &file],
        &["entries", NAME],
        &["triage", &missing],
        &["--answers", &missing],
        &["--answers", &file],
        &["--resume", &file],
        &["--resume", &missing],
        &["--plain", "--transcript", &missing],
        &["--plain", "--transcript", &file],
        &["--knowledge", NAME],
        &["--knowledge", &missing],
        &["--service", NAME],
        &["--service", &yaml],
        &["session", "start", "--script", NAME],
        &["session", "start", "--script", &missing],
        &["session", "start", "--from", NAME],
        &["session", "handoff", &file],
        &["explain", NAME],
        &["kb", "check", NAME],
        &["kb", "check", NAME, "--format", "github"],
        &["kb", "check", NAME, "--format", "sarif"],
        &["kb", "check", NAME, "--format", "json"],
        &["kb", "check", &yaml, "--format", "github"],
        &["kb", "check", &page, "--format", "github"],
        &["kb", "check", &page],
        &["kb", "check", &missing],
        &["kb", "diff", NAME, NAME],
        &["kb", "diff", &missing, "x"],
        &["kb", "preview", &missing],
        &["kb", "test", NAME],
        &["kb", "render", "--knowledge", NAME],
        &["kb", "new", "symptom", NAME, "--out", "new"],
        &["kb", "new", "symptom", "no-mail", "--out", &format!("{NAME}-new")],
        &["kb", "new", "cause", "no-mail", "--in", NAME, "--out", "new"],
        &["kb", "init", "--service", "A", "--out", &format!("{NAME}-init")],
        &["kb", "record", &missing],
        &["kb", "import", &page, "--out", &format!("{NAME}-import")],
        &["kb", "release", NAME],
        &["kb", "migrate", &missing],
        &["kb", "compile", &missing, "--out", "x"],
        &["kb", "compile", "--out", &file],
        &["kb", "graph", NAME],
        &["kb", "graph", "turn-off", "--people", "5", "--out", &missing],
        &["kb", "schema", "--out", &format!("{NAME}-schema")],
        &["lab", "make", "--fault", NAME],
        &["lab", "make", "--truth", &missing],
        &[&option],
        &[NAME],
    ];
    for arguments in runs {
        let (told, _) = run(arguments, folder.path());
        assert!(!told.contains(['\u{1b}', '\u{202e}', '\r']), "{arguments:?}: {told:?}");
        assert!(told.lines().all(|line| !line.starts_with("::error::d")), "{arguments:?}: {told:?}");
        assert!(!told.contains("panicked") && !told.contains("should not have happened"), "{arguments:?}: {told}");
    }
}

#[test]
fn an_argument_that_looks_private_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let private = [
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "jbswy3dpehpk3pxp",
        "jbsw-y3dp-ehpk-3pxp",
        "jbsw y3dp ehpk 3pxp",
        "748291",
        "74829163",
        "otpauth://totp/Example:me?secret=JBSWY3DPEHPK3PXP&issuer=Example",
    ];
    let shapes: &[&[&str]] = &[
        &["kb", "diff", "X", "x"],
        &["kb", "diff", "x", "X"],
        &["kb", "diff", "X:folder", "x"],
        &["kb", "diff", "HEAD:X", "x"],
        &["diagnose", "--entry", "-", "--ntp", "X"],
        &["diagnose", "--entry", "-", "--ntp=X"],
        &["diagnose", "--entry", "-", "--ntp", "X:123"],
        &["diagnose", "--entry", "-", "--service", "X"],
        &["diagnose", "--entry", "-", "--service", "X.yaml"],
        &["diagnose", "--entry", "-", "--service-url", "X"],
        &["diagnose", "--entry", "-", "--knowledge", "X"],
        &["diagnose", "--entry", "-", "--app", "X"],
        &["diagnose", "--entry", "-", "--symptom", "X"],
        &["diagnose", "--entry", "folder/X"],
        &["diagnose", "--entry", "X.txt"],
        &["diagnose", "--entries", "X"],
        &["entries", "X"],
        &["entries", "--format", "X", "x"],
        &["entries", "--password-file", "X", "x"],
        &["triage", "X"],
        &["--answers", "X"],
        &["--resume", "X"],
        &["--lang", "X"],
        &["--width", "X"],
        &["--X"],
        &["-X"],
        &["X"],
        &["diagnose", "--X"],
        &["session", "start", "--script", "X"],
        &["session", "start", "--from", "X"],
        &["session", "scripts", "X"],
        &["session", "handoff", "X"],
        &["explain", "X"],
        &["kb", "X"],
        &["kb", "check", "X"],
        &["kb", "test", "X"],
        &["kb", "preview", "X"],
        &["kb", "preview", "--service", "X"],
        &["kb", "preview", "--port", "X"],
        &["kb", "new", "symptom", "X/"],
        &["kb", "new", "symptom", "x", "--cause", "X"],
        &["kb", "new", "cause", "x", "--in", "X"],
        &["kb", "new", "remedy", "x", "--in", "invalid-code", "--fixes", "X"],
        &["kb", "new", "question", "x", "--in", "invalid-code", "--tells", "X"],
        &["kb", "new", "script", "x", "--in", "X"],
        &["kb", "new", "X"],
        &["kb", "init", "--service", "X\u{7}"],
        &["kb", "record", "X"],
        &["kb", "import", "X"],
        &["kb", "migrate", "X"],
        &["kb", "release", "X"],
        &["kb", "render", "--knowledge", "X"],
        &["kb", "compile", "X", "--out", "x"],
        &["kb", "compile", "--lang", "X", "--out", "x"],
        &["kb", "graph", "X"],
        &["kb", "schema", "X"],
        &["lab", "make", "--fault", "X"],
        &["lab", "measure", "--fault", "X"],
        &["completions", "X"],
    ];
    for shape in shapes {
        // A day can be the name of a file.
        let is_named = shape.iter().any(|part| part.starts_with("X."));
        for private in private.into_iter().filter(|private| !is_named || private.len() > 8) {
            let arguments: Vec<String> = shape.iter().map(|part| part.replace('X', private)).collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (told, code) = run(&arguments, folder.path());
            assert!(!told.contains(private), "{arguments:?}: {told}");
            assert!(!told.contains("secret=") && !told.contains("JBSWY3DP"), "{arguments:?}: {told}");
            assert_ne!(code, Some(0), "{arguments:?}: {told}");
        }
    }
}

/// What is no secret is named: a slip of the hand can be seen.
#[test]
fn any_other_argument_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (told, _) = run(&["kb", "diff", "HEAD~3", "x"], folder.path());
    assert!(told.contains("HEAD~3"), "{told}");
    let (told, _) = run(&["diagnose", "cases/of/tuesday-morning-in-june.json"], folder.path());
    assert!(told.contains("cases/of/tuesday-morning-in-june.json"), "{told}");
    let (told, _) = run(&["kb", "new", "symptom", "No Mail"], folder.path());
    assert!(told.contains("No Mail"), "{told}");
}

/// The hint to go on can be pasted into a shell, whatever the file is called.
#[test]
#[cfg(unix)]
fn the_hint_to_go_on_can_be_pasted() {
    for name in ["plain.jsonl", "my session.jsonl", "it's \"mine\" $(x).jsonl", "a\u{1b}[2J\u{202e}b.jsonl", "-x y"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut terminal = Terminal::open(&["--transcript", path.to_str().unwrap()], 60);
        terminal.pick("What is the trouble?", "forgot");
        terminal.pick("?", "Stop here");
        let (seen, code) = terminal.end();
        assert_eq!(code, 1, "{seen}");
        let hint =
            seen.lines().find_map(|line| line.split_once("otp-doctor --resume ")).unwrap_or_else(|| panic!("{seen}"));
        let argument = hint.1.trim_end();
        assert!(!argument.contains(['\u{1b}', '\u{202e}']), "{argument:?}");
        let shell = format!("printf %s {argument}");
        let arrived = std::process::Command::new("bash").args(["-c", &shell]).output().unwrap();
        assert_eq!(String::from_utf8(arrived.stdout).unwrap(), path.to_str().unwrap(), "{argument}");
    }
}

/// As terminals and file managers write what is dragged or copied into them.
#[test]
#[cfg(unix)]
fn a_file_is_found_as_it_is_pasted() {
    let home = tempfile::tempdir().unwrap();
    fs::copy(example("qr-code.png"), home.path().join("my qr.png")).unwrap();
    let path = home.path().join("my qr.png");
    let path = path.to_str().unwrap();
    for typed in [
        path.to_owned(),
        path.replace(' ', "\\ "),
        format!("'{path}' "),
        format!("\"{path}\""),
        format!("file://{}", path.replace(' ', "%20")),
        "~/my qr.png".to_owned(),
        "~/my\\ qr.png  ".to_owned(),
    ] {
        let mut terminal = Terminal::at_home(home.path());
        terminal.comes_to_material("setting up");
        terminal.pick("May I read your QR code", "picture");
        terminal.until("Where is the file?");
        terminal.send(&format!("{typed}\r"));
        terminal.until("Which code was refused?");
        terminal.send("\u{3}");
        assert_eq!(terminal.end().1, 130, "{typed}");
    }
}

/// A photograph as a phone makes it.
#[test]
fn a_picture_that_is_not_read_is_told_of_in_a_session() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("qr.heic"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat").unwrap();
    let mut terminal = Terminal::at_home(folder.path());
    terminal.comes_to_material("setting up");
    terminal.pick("May I read your QR code", "picture");
    terminal.until("Where is the file?");
    terminal.send("~/qr.heic\r");
    terminal.until("HEIC");
    terminal.until("screenshot");
    terminal.until("Where is the file?");
    terminal.send("\u{3}");
    assert_eq!(terminal.end().1, 130);
}
