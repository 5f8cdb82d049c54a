//! The page as files: what is written, what is left as it is, and what the conversation in it says.

use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::page::{Conversation, Given, Opening, Sample, for_browser, with_prose};
use otp_doctor::probe;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::examples::program;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A folder with something in the place of the modules; nothing here runs them.
fn engine(folder: &Path) -> String {
    let engine = folder.join("built");
    fs::create_dir(&engine).unwrap();
    for name in ["talks.wasm", "reads.wasm"] {
        fs::write(engine.join(name), b"\0asm\x01\0\0\0").unwrap();
    }
    engine.display().to_string()
}

fn spoken() -> Knowledge {
    let knowledge = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge;
    for_browser(with_prose(&knowledge, None, &std::collections::BTreeMap::new()))
}

#[test]
fn the_folder_is_written_twice_the_same_and_nothing_else_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let out = folder.path().join("out");
    let shown = out.display().to_string();
    let write = ["page", "--engine", &engine, "--out", &shown];
    let (code, text) = run(&write);
    assert!(code == Some(0) && text.contains("holds the page in en, de"), "{text}");
    let read = |name: &str| fs::read(out.join(name)).unwrap();
    let first: Vec<Vec<u8>> = ["index.html", "de.html", "offline.js", "en.otpkb"].map(read).to_vec();
    let (code, text) = run(&write);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(first, ["index.html", "de.html", "offline.js", "en.otpkb"].map(read).to_vec());
    for hosted in ["_headers", ".htaccess", "nginx.conf.example", "vercel.json"] {
        assert!(String::from_utf8(read(hosted)).unwrap().contains("frame-ancestors 'none'"), "{hosted}");
        assert!(!String::from_utf8(read("offline.js")).unwrap().contains(hosted), "{hosted} is for the host alone");
    }
    let html = String::from_utf8(read("index.html")).unwrap();
    assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"), "the policy");
    assert!(html.contains("id=\"step\"") && html.contains("value=\"invalid-code\""), "the first screen is there");
    assert!(html.contains("id=\"two-factor.clock\""), "so is the article");

    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("index.html"), "mine").unwrap();
    let (code, text) = run(&["page", "--engine", &engine, "--out", &mine.display().to_string()]);
    assert!(code == Some(2) && text.contains("is there already"), "{text}");
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(mine.join("index.html")).unwrap(), "mine");
}

#[test]
fn the_single_file_allows_its_own_script_and_style_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let file = folder.path().join("help.html");
    let shown = file.display().to_string();
    let (code, text) = run(&["page", "--engine", &engine, "--single", &shown, "--lang", "de"]);
    assert!(code == Some(0) && text.contains("holds the whole page"), "{text}");
    let html = fs::read_to_string(&file).unwrap();
    let between = |from: &str, to: &str| html.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    let hash = |text: &str| format!("sha256-{}", BASE64.encode(&Sha256::digest(text)));
    assert!(html.contains(&hash(&between("<style>", "</style>"))), "the style is what the policy allows");
    assert!(html.contains(&hash(&between("<script>", "</script>"))), "so is the script");
    assert!(html.contains("<html lang=\"de\"") && !html.contains("connect-src"));
    fs::write(&file, "mine").unwrap();
    let (code, text) = run(&["page", "--engine", &engine, "--single", &shown]);
    assert!(code == Some(2) && text.contains("is left as it is"), "{text}");
}

#[test]
fn what_is_missing_or_misspelt_is_told_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let out = folder.path().join("out").display().to_string();
    for (arguments, told) in [
        (vec!["page", "--out", &out], "this program was built without the page"),
        (vec!["page", "--out", &out, "--engine", "/nowhere"], "--engine: expected a folder"),
        (vec!["page", "--out", &out, "--engine", &engine, "--lang", "dee"], "did you mean de?"),
        (vec!["page", "--out", &out, "--engine", &engine, "--service", "nobody"], "--service: no service"),
        (vec!["page"], "--out"),
    ] {
        let (code, text) = run(&arguments);
        assert!(code == Some(2) && text.contains(told), "{arguments:?}: {text}");
    }
}

#[test]
fn colour_logo_and_pictures_come_from_the_files_of_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let help = folder.path().join("help");
    fs::create_dir_all(help.join("services")).unwrap();
    fs::create_dir_all(help.join("articles")).unwrap();
    let service =
        "schema: 1\nservice: ours\nname: Ours\ncolour: \"#ffee00\"\nlogo: logo.svg\nverify-identity: Call back.\n";
    fs::write(help.join("services/ours.yaml"), service).unwrap();
    fs::write(help.join("articles/logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let (help, out) = (help.display().to_string(), folder.path().join("out"));
    let shown = out.display().to_string();
    let write = ["page", "--engine", &engine, "--out", &shown, "--knowledge", &help, "--service", "ours"];
    let (code, text) = run(&write);
    assert_eq!(code, Some(0), "{text}");
    let (html, style) =
        (fs::read_to_string(out.join("index.html")).unwrap(), fs::read_to_string(out.join("page.css")).unwrap());
    assert!(html.contains("<p class=\"service\">Ours</p>") && html.contains("class=\"logo\" src=\"pictures/"));
    assert_eq!(fs::read_dir(out.join("pictures")).unwrap().count(), 1);
    // It is darker on white than it was asked for, and kept on black.
    assert!(style.contains("#ffee00); }") && !style.contains("light-dark(#ffee00"), "{}", &style[style.len() - 80..]);
    fs::remove_file(Path::new(&help).join("articles/logo.svg")).unwrap();
    let (code, text) = run(&write);
    assert!(code == Some(2) && text.contains("logo.svg"), "{text}");
    fs::write(Path::new(&help).join("services/ours.yaml"), service.replace("#ffee00", "yellow")).unwrap();
    let (code, text) = run(&["kb", "check", &help]);
    assert!(code == Some(1) && text.contains("expected a colour such as"), "{text}");
}

#[test]
fn a_browser_holds_the_same_conversation_and_escapes_what_is_foreign() {
    let knowledge = spoken();
    let now = 1_764_460_800_000.0;
    let sample = |turn: u32| {
        let before = now + f64::from(turn) * 1_140.0;
        Sample { before, after: before + 20.0, date: ((before + 125_000.0) / 1_000.0).floor() * 1_000.0 }
    };
    let opening = Opening {
        now,
        trouble: Some("invalid-code".to_owned()),
        host: "<b>help.example.org</b>".to_owned(),
        samples: (0..5).map(sample).collect(),
        ..Opening::default()
    };
    let mut talk = Conversation::open(&knowledge, &opening);
    let screen = talk.screen();
    assert!(
        screen.html.contains("125 seconds behind") && screen.html.contains("&lt;b&gt;help.example.org"),
        "{}",
        screen.html
    );
    assert!((screen.offset + 125_000.0).abs() < 600.0, "{}", screen.offset);
    assert_eq!(screen.title, "Does this device show your codes, the one you are reading this on?");
    let mut take = |given: Given| {
        talk.take(given, Zeroizing::default(), now);
        talk.screen()
    };
    let error = take(Given::Choice { id: String::new() });
    assert!(
        error.is_error && error.title.starts_with("Error: ") && error.html.contains("role=\"alert\""),
        "{}",
        error.html
    );
    let depth = error.depth;
    let next = take(Given::Choice { id: "yes".to_owned() });
    assert!(!next.is_error && next.depth == depth + 1, "{}", next.html);
    assert!(next.html.contains("give or take"), "the clock is noted: {}", next.html);
    let back = take(Given::Back);
    assert_eq!((back.title, back.depth), (screen.title, depth));
    // What is no choice changes nothing.
    assert!(take(Given::Choice { id: "<script>".to_owned() }).is_error);
    assert!(take(Given::Code { text: Zeroizing::new("123456".to_owned()) }).is_error);
}

#[test]
fn framed_or_with_a_caller_nothing_secret_is_asked_for() {
    let knowledge = spoken();
    for (framed, agent) in [(true, false), (false, true)] {
        let trouble = Some("invalid-code".to_owned());
        let mut talk = Conversation::open(&knowledge, &Opening { trouble, framed, agent, ..Opening::default() });
        for step in 0..40 {
            let screen = talk.screen();
            assert!(matches!(screen.kind, "choose" | "press" | "done"), "{}: {}", screen.kind, screen.title);
            assert!(
                !screen.html.contains("type=\"file\"") && !screen.html.contains("value=\"picture\""),
                "{}",
                screen.html
            );
            if screen.kind == "done" {
                assert!(step > 2);
                break;
            }
            let first = screen.html.split("name=\"choice\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            let id = if screen.html.contains("value=\"failed\"") { "failed" } else { first };
            talk.take(Given::Choice { id: id.to_owned() }, Zeroizing::default(), 0.0);
            assert!(step < 39, "it ends");
        }
    }
}
