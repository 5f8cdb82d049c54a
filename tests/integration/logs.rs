//! The logs of services are read as they write them: refused codes, and nothing else, with their times, people, nodes and networks.

use otp_doctor::triage::Refusal;
use otp_doctor::triage::source::{Joined, SOURCES, Source, Stamp};

use crate::examples::program;

/// The end of 2026, in UTC.
const STAMP: Stamp = Stamp { latest: Some(1_798_761_599), zone: Some(0) };

fn sample(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/logs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn read(source: &str, text: &str) -> (Vec<Refusal>, Joined) {
    let source = Source::named(source).unwrap();
    let mut joined = Joined::default();
    let mut refusals = Vec::new();
    for line in text.lines() {
        refusals.extend(joined.take(source.said(line, STAMP).unwrap()));
    }
    refusals.extend(joined.rest());
    (refusals, joined)
}

/// Person, time of the day, node, network, cause.
fn told(refusal: &Refusal) -> [String; 5] {
    let at = chrono::DateTime::from_timestamp(refusal.at.unwrap(), 0).unwrap();
    assert_eq!(at.date_naive().to_string(), "2026-11-24");
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(refusal.service, None);
    [text(&refusal.person), at.time().to_string(), text(&refusal.node), text(&refusal.network), text(&refusal.cause)]
}

/// What a sample comes to: its refusals, refused passwords, accepted logins, other lines.
type Expected = (&'static str, &'static str, &'static [[&'static str; 5]], [usize; 3]);

const EXPECTED: [Expected; 7] = [
    (
        "pam",
        "pam.log",
        &[
            ["kim", "06:58:01", "auth-1", "198.51.100.7", ""],
            ["kim", "06:58:40", "auth-1", "198.51.100.7", "replayed-code"],
            ["noor", "07:01:30", "auth-2", "", ""],
            ["lee", "07:02:11", "auth-2", "", ""],
            ["max", "07:06:00", "auth-1", "", "locked-account"],
        ],
        [1, 1, 2],
    ),
    ("freeipa", "freeipa.log", &[["kim@EXAMPLE.ORG", "07:41:12", "ipa1.example.org", "192.0.2.10", ""]], [1, 1, 0]),
    (
        "openvpn-otp",
        "openvpn-otp.log",
        &[
            ["kim", "07:41:12", "", "203.0.113.9", ""],
            ["noor", "07:42:12", "", "203.0.113.10", ""],
            ["lee", "07:43:12", "vpn-1", "203.0.113.11", ""],
        ],
        [0, 1, 1],
    ),
    (
        "keycloak",
        "keycloak.log",
        &[["kim", "07:41:12", "", "203.0.113.9", ""], ["lee", "07:44:12", "", "203.0.113.11", ""]],
        [1, 1, 1],
    ),
    (
        "authelia",
        "authelia.log",
        &[
            ["kim", "07:41:12", "", "203.0.113.9", ""],
            ["noor", "07:42:12", "", "203.0.113.10", "locked-account"],
            ["lee", "07:43:12", "", "203.0.113.11", ""],
        ],
        [1, 1, 1],
    ),
    (
        "privacyidea",
        "privacyidea.csv",
        &[
            ["kim@acme", "07:41:12", "pi-1", "203.0.113.9", ""],
            ["lee@acme", "07:43:12", "pi-2", "203.0.113.11", "locked-account"],
        ],
        [1, 1, 1],
    ),
    (
        "json",
        "events.json",
        &[["kim", "07:41:12", "auth-1", "203.0.113.9", ""], ["noor", "07:42:12", "auth-2", "203.0.113.10", ""]],
        [1, 1, 1],
    ),
];

#[test]
fn each_log_comes_to_its_refused_codes() {
    for (source, file, refusals, counts) in EXPECTED {
        let (read, joined) = read(source, &sample(file));
        let read: Vec<[String; 5]> = read.iter().map(told).collect();
        assert_eq!(read, refusals, "{source}");
        assert_eq!([joined.passwords, joined.accepted, joined.others], counts, "{source}");
    }
    assert!(SOURCES.iter().all(|source| EXPECTED.iter().any(|(id, ..)| *id == source.id)));
}

#[test]
fn broken_lines_never_panic_and_say_nothing_of_themselves() {
    for (source, file, ..) in EXPECTED {
        let kind = Source::named(source).unwrap();
        for line in sample(file).lines() {
            for end in (0..line.len()).filter(|end| line.is_char_boundary(*end)) {
                for broken in
                    [line[..end].to_owned(), format!("{}ä{}", &line[..end], &line[end..]), line[end..].to_owned()]
                {
                    for stamp in [STAMP, Stamp::default()] {
                        if let Err(error) = kind.said(&broken, stamp) {
                            assert!(error.starts_with("its time"), "{error}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_year_and_a_zone_are_asked_for_where_the_log_has_none() {
    let run = |arguments: &[&str], text: &str| {
        let output = program()
            .args(["triage", "-", "--json", "--from", "pam"])
            .args(arguments)
            .write_stdin(text)
            .output()
            .unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), answer, String::from_utf8(output.stderr).unwrap())
    };
    let line = "Jan  3 10:00:00 auth-1 sshd(pam_google_authenticator)[7]: Invalid verification code for kim\n";
    let december = line.replace("Jan  3", "Dec 30").replace("kim", "lee");
    let text = format!("{december}{line}");
    let (code, answer, err) = run(&[], &text);
    assert_eq!((code, &answer["unreadable"]), (2, &2.into()));
    assert!(err.contains("--year") && !err.contains("kim"), "{err}");
    let (_, answer, err) = run(&["--year", "2027"], &text);
    assert!(err.contains("--zone") && answer["unreadable"] == 2, "{err}");
    let zoned = |year: &str| run(&["--year", year, "--zone", "+01:00"], &text).1["groups"][0].clone();
    assert_eq!(zoned("2027")["until"], "2027-12-30T09:00:00Z");
    // The year of a file is that of its last change: what lies behind it is of the year before.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("auth.log");
    std::fs::write(&path, &text).unwrap();
    let changed = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_799_000_000);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
    let output = program().args(["triage", "--json", "--from", "pam", "--zone", "Z"]).arg(&path).output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let group = &answer["groups"][0];
    assert_eq!((&group["since"], &group["until"]), (&"2026-12-30T10:00:00Z".into(), &"2027-01-03T10:00:00Z".into()));
}

#[test]
fn a_log_is_triaged_and_what_is_passed_over_is_told() {
    let refused = |number: i64| {
        let at = chrono::DateTime::from_timestamp(1_795_506_000 + 20 * number, 0).unwrap().to_rfc3339();
        format!(
            "{at} auth-{} sshd(pam_google_authenticator)[{number}]: Invalid verification code for p{number}\n",
            if number < 0 { number.rem_euclid(3) } else { 2 }
        )
    };
    let slow: String = (0..45).map(|number| refused(-400 + 8 * number)).collect();
    let fast: String = (0..120).map(refused).collect();
    let output = program()
        .args(["triage", "-", "--from", "pam"])
        .write_stdin(format!("{slow}{fast}kernel: nothing\n"))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.contains("on auth-2") && out.contains("that node, not the people"), "{out}");
    assert!(err.contains("0 refused passwords, 0 accepted logins, 1 lines about something else"), "{err}");
    let wrong = program().args(["triage", "-", "--from", "nosuch"]).output().unwrap();
    let err = String::from_utf8(wrong.stderr).unwrap();
    assert!(SOURCES.iter().all(|source| err.contains(source.id)), "{err}");
}
