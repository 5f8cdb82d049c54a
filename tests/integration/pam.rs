//! The real PAM module of Google Authenticator refuses codes for causes that are known, and its own log comes to them.
//!
//! The one idea: `pamtester` asks the module, which writes to `/dev/log`, where the test listens. It takes root, Debian's packages
//! `pamtester` and `libpam-google-authenticator`, and a machine without a log of its own; elsewhere it says that it skips.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use otp_doctor::entry;
use otp_doctor::otp::{Key, step};
use serde_json::Value;

use crate::examples::program;

const LOG: &str = "/dev/log";
const SERVICE: &str = "otp-doctor-test";
/// Invented, as all are.
const KEY: &str = "JBQXG2DFOIQGS3RAORUGKIDEN53XM4TP";

/// What is put into the system, and taken out again.
struct Put(&'static str);

impl Drop for Put {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

const CONFIGURATION: &str = "/etc/pam.d/otp-doctor-test";

fn reason_to_skip() -> Option<&'static str> {
    let is_there = |program: &str| {
        Command::new(program).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    let module = |folder: &str| Path::new(folder).join("security/pam_google_authenticator.so").exists();
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    match () {
        () if !is_there("pamtester") => Some("pamtester is not here"),
        () if ![&multiarch, "/lib64", "/usr/lib"].iter().any(|folder| module(folder)) => {
            Some("pam_google_authenticator is not here")
        }
        () if fs::metadata(LOG).is_ok() => Some("this machine has a log of its own"),
        () if fs::write(CONFIGURATION, "").is_err() => Some("only root may set up a service of PAM"),
        () => None,
    }
}

/// What the module says to a code; whether it lets the person in.
fn sign_in(person: &str, code: &str) -> bool {
    let mut child = Command::new("pamtester")
        .args([SERVICE, person, "authenticate"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{code}\n").as_bytes()).unwrap();
    child.wait().unwrap().success()
}

fn code(offset: i64) -> String {
    let entry = entry::read(&format!("otpauth://totp/Lantern:kim?secret={KEY}&issuer=Lantern")).unwrap().entry;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    format!("{:06}", Key::new(entry.algorithm, &entry.secret).code(step(now + offset, 30) as u64, entry.digits))
}

#[test]
fn what_the_real_module_refuses_comes_to_the_right_sentence() {
    if let Some(reason) = reason_to_skip() {
        let _ = fs::remove_file(CONFIGURATION);
        eprintln!("skipped: {reason}");
        return;
    }
    let _put = [Put(CONFIGURATION), Put(LOG)];
    let listener = UnixDatagram::bind(LOG).unwrap();
    // Who writes waits while ten lines lie there unread.
    let (heard_now, lines_heard) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0_u8; 4096];
        while let Ok(length) = listener.recv(&mut buffer) {
            if heard_now.send(String::from_utf8_lossy(&buffer[..length]).into_owned()).is_err() {
                break;
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let secrets = folder.path().display();
    fs::write(
        CONFIGURATION,
        format!("auth required pam_google_authenticator.so secret={secrets}/${{USER}} user=root no_strict_owner\n"),
    )
    .unwrap();
    let enrol = |person: &str, limit: &str| {
        let path = folder.path().join(person);
        fs::write(&path, format!("{KEY}\n{limit}\" WINDOW_SIZE 3\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    let heard = |node: &str| {
        let mut lines = String::new();
        while let Ok(line) = lines_heard.recv_timeout(Duration::from_millis(300)) {
            // The local form has no host: `<83>Nov 24 07:41:12 pamtester(…)[7]: …`; a log has it behind the time.
            let line = line.trim_end_matches(['\0', '\n']);
            let time = line.find('>').unwrap() + 1 + 15;
            lines.extend([&line[..time], " ", node, &line[time..], "\n"]);
        }
        lines
    };
    let triage = |log: &str| -> (Value, String) {
        let now = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
        // The module's times are those of this machine.
        let local = chrono::DateTime::<chrono::Local>::from(now);
        let zone = local.format("%:z").to_string();
        let year = local.format("%Y").to_string();
        let output = program()
            .args(["triage", "-", "--json", "--from", "pam", "--year", &year, "--zone", &zone])
            .write_stdin(log.to_owned())
            .output()
            .unwrap();
        (serde_json::from_slice(&output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // Six people type a code twice; it lets each in once.
    for number in 0..6 {
        let person = format!("p{number}");
        enrol(&person, "");
        let code = code(0);
        assert!(sign_in(&person, &code) && !sign_in(&person, &code), "{person}");
    }
    let log = heard("auth-1");
    let (answer, err) = triage(&log);
    assert_eq!((&answer["lines"], &answer["unreadable"]), (&6.into(), &0.into()), "{log}{err}");
    assert!(err.contains("6 accepted logins"), "{log}{err}");
    let lead = &answer["groups"][0];
    assert_eq!(
        (&lead["common"], &lead["cause"], &lead["people"]),
        (&"cause".into(), &"replayed-code".into(), &6.into())
    );
    assert!(answer["sentence"].as_str().unwrap().starts_with("6 of 6 people have the same cause since "), "{answer}");
    // A phone that is five minutes behind: refused, and the log has no code from which more could be known.
    for number in 0..3 {
        let person = format!("q{number}");
        enrol(&person, "");
        assert!(!sign_in(&person, &code(-312)));
    }
    let (answer, _) = triage(&heard("auth-1"));
    assert_eq!((&answer["lead"], &answer["undetermined"]), (&false.into(), &3.into()), "{answer}");
    // Somebody tries code after code.
    enrol("victim", "");
    for number in 0..12 {
        assert!(!sign_in("victim", &format!("{:06}", 12_345 * number + 7)));
    }
    let (answer, _) = triage(&heard("auth-1"));
    assert_eq!(
        (&answer["groups"][0]["common"], &answer["groups"][0]["tries"]),
        (&"guessing".into(), &12.into()),
        "{answer}"
    );
    assert!(answer["sentence"].as_str().unwrap().contains("the account of victim"), "{answer}");
    // The same where the tries are limited: the lock is what refuses them from the fourth on.
    enrol("owner", "\" RATE_LIMIT 3 30\n");
    for _ in 0..5 {
        assert!(!sign_in("owner", "000007"));
    }
    let (answer, _) = triage(&heard("auth-1"));
    let causes: Vec<&Value> = answer["groups"].as_array().unwrap().iter().map(|group| &group["cause"]).collect();
    assert!(causes.contains(&&"locked-account".into()), "{answer}");
}
