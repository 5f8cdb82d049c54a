//! A page of the service on the loopback, whose clock is off or which has none; and what comes of asking it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use crate::examples::{example, program};
use crate::ntp::{clock_of, time_server};
use crate::session::Terminal;

/// Answers every question with these headers, `{date}` being the time `ahead` seconds from now. Its address, and what it is
/// asked.
fn page(ahead: i64, headers: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (send, asked) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut question = Vec::new();
            let mut buffer = [0; 1024];
            // A greeting of TLS begins with 22 and has no blank line at its end.
            while !question.ends_with(b"\r\n\r\n") && question.first() != Some(&22) {
                match stream.read(&mut buffer) {
                    Ok(count) if count > 0 => question.extend_from_slice(&buffer[..count]),
                    _ => break,
                }
            }
            send.send(String::from_utf8_lossy(&question).into_owned()).unwrap();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
            let date = DateTime::from_timestamp(now + ahead, 0).unwrap().format("%a, %d %b %Y %H:%M:%S GMT");
            let _ = stream.write_all(headers.replace("{date}", &date.to_string()).as_bytes());
        }
    });
    (address, asked)
}

const PLAIN: &str = "HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n";

fn diagnose(url: &str, more: &[&str]) -> Output {
    let mut command = program();
    command.args(["diagnose", "--service-url", url]).args(more).arg(example("nothing-wrong-with-the-code.json"));
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_page_that_is_ahead_is_a_hint_with_its_uncertainty() {
    let (address, asked) = page(120, PLAIN);
    let output = diagnose(&format!("http://{address}/login?session=7#top"), &["--json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (offset, uncertainty) = clock_of(&answer, "service");
    assert!((offset - 120.0).abs() <= uncertainty && (1.0..2.0).contains(&uncertainty), "{text}");
    assert!(text.contains(r#""against":"this-computer""#), "{text}");
    assert!(!text.contains(r#""cause":"service-clock-off""#), "the codes know better: {text}");
    // One question, which tells nothing of the one who asks.
    let question = asked.recv().unwrap().to_lowercase();
    assert!(question.starts_with("head /login http/1.1\r\n"), "{question}");
    let names: Vec<&str> =
        question.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| ["host", "user-agent", "accept", "cache-control"].contains(name)), "{question}");
    assert!(question.contains("user-agent: otp-doctor\r\n"), "{question}");
    assert!(asked.recv_timeout(Duration::from_millis(200)).is_err(), "it asked twice");
}

#[test]
fn a_report_says_whose_time_it_was_compared_with() {
    let (address, _asked) = page(120, PLAIN);
    let url = format!("http://{address}");
    let shown = String::from_utf8(diagnose(&url, &[]).stdout).unwrap();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = "By this computer's clock, which nobody has checked (--ntp does), the clock of the service's web page is \
                    2 minutes ahead, give or take 1.0 seconds.";
    assert!(shown.contains(sentence) && shown.contains("a hint and no proof"), "{shown}");
    // This computer is ten minutes behind, so the page that is two minutes ahead of it is eight behind.
    let server = time_server(600.0, 1);
    let output = diagnose(&url, &["--format", "markdown", "--ntp", &server]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("By the time server, the clock of the service's web page is 8 minutes behind"), "{shown}");
}

#[test]
fn it_confirms_nothing_alone() {
    let case = r#"{"service":{"clock":{"offset_seconds":3600,"uncertainty_seconds":1,"against":"time-server"}}}"#;
    let output = program().args(["diagnose", "-", "--json"]).write_stdin(case).output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_ne!(answer["conclusion"], "confirmed", "{answer}");
    let probability = |answer: &serde_json::Value| {
        let causes = answer["causes"].as_array().unwrap();
        let of = causes.iter().find(|cause| cause["cause"] == "service-clock-off").map(|cause| &cause["probability"]);
        of.map_or(0.0, |probability| probability.as_f64().unwrap())
    };
    let without = program().args(["diagnose", "-", "--json"]).write_stdin("{\"answers\":{}}").output().unwrap();
    let without: serde_json::Value = serde_json::from_slice(&without.stdout).unwrap();
    assert!(probability(&answer) > 5.0 * probability(&without), "likelier than before: {answer}");
    assert!(probability(&answer) < 0.25, "and no more than a hint: {answer}");
}

#[test]
fn what_a_case_says_of_its_own_time_stands() {
    let (address, _asked) = page(0, PLAIN);
    let case = r#"{"service":{"clock":{"offset_seconds":-240.5}}}"#;
    let mut command = program();
    command.args(["diagnose", "-", "--json", "--service-url", &format!("http://{address}")]);
    let output = command.write_stdin(case).output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(clock_of(&answer, "service"), (-240.5, 1.0), "{answer}");
}

#[test]
fn an_answer_that_tells_no_present_time_is_refused() {
    let kept = "HTTP/1.1 200 OK\r\nDate: {date}\r\nAge: 5\r\nContent-Length: 0\r\n\r\n";
    let odd = "HTTP/1.1 200 OK\r\nDate: {date}\r\nAge: old\r\nContent-Length: 0\r\n\r\n";
    let without = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let unreadable = "HTTP/1.1 200 OK\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n";
    let answers =
        [(kept, "kept on the way (Age)"), (odd, "kept on the way"), (without, "no time"), (unreadable, "no time")];
    for (headers, expected) in answers {
        let (address, _asked) = page(0, headers);
        let url = format!("http://{address}");
        let output = diagnose(&url, &[]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(&format!("--service-url: {url}: ")) && told.contains(expected), "{told}");
        assert!(told.contains("or leave --service-url out"), "{told}");
    }
    // Not kept at all: no cache of this age.
    let (address, _asked) = page(0, "HTTP/1.1 405 No\r\nDate: {date}\r\nAge: 0\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(diagnose(&format!("http://{address}"), &[]).status.code(), Some(0));
}

#[test]
fn a_page_that_hangs_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let begun = Instant::now();
    let output = diagnose(&format!("http://{}", listener.local_addr().unwrap()), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("no answer (it took longer than 5 seconds)"), "{}", told(&output));
    assert!(begun.elapsed() < Duration::from_secs(15));
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let output = diagnose(&format!("http://{nobody}"), &[]);
    assert!(
        told(&output).contains(&format!("http://{nobody}: no answer (nothing takes connections there)")),
        "{}",
        told(&output)
    );
}

#[test]
fn a_redirection_is_not_followed() {
    // Where it leads is the same for every page: a place that must not be asked.
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let target = elsewhere.local_addr().unwrap();
    let headers =
        format!("HTTP/1.1 302 Found\r\nDate: {{date}}\r\nLocation: http://{target}/\r\nContent-Length: 0\r\n\r\n");
    let (address, _asked) = page(-300, headers.leak());
    let output = diagnose(&format!("http://{address}"), &["--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let (offset, uncertainty) = clock_of(&answer, "service");
    assert!((offset + 300.0).abs() <= uncertainty, "{answer}");
    assert!(elsewhere.accept().is_err(), "it followed");
}

#[test]
fn answers_are_bounded_and_cookies_forgotten() {
    let much = format!("HTTP/1.1 200 OK\r\nDate: {{date}}\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    let (address, _asked) = page(0, much.leak());
    let output = diagnose(&format!("http://{address}"), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("no answer (it "), "{}", told(&output));
    // What it says is not repeated.
    let (address, _asked) = page(0, "\u{1b}[31mSSH-2.0-nonsense\r\n\r\n");
    let output = diagnose(&format!("http://{address}"), &[]);
    assert!(told(&output).contains("does not answer as a web page does"), "{}", told(&output));
    assert!(!told(&output).contains("SSH"), "{}", told(&output));
}

#[test]
fn https_has_to_be_https() {
    let (address, _asked) = page(0, PLAIN);
    let output = diagnose(&format!("https://{address}"), &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = told(&output);
    assert!(told.contains(&format!("https://{address}: no trust in this answer (it does not speak HTTPS)")), "{told}");
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    for (url, expected) in
        [("https://me:hunter2@example.org/", "leave out the user name"), ("hunter2.example", "https://")]
    {
        let output = diagnose(url, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains(expected) && !told(&output).contains("hunter2"), "{}", told(&output));
    }
}

#[test]
fn a_session_keeps_what_clocks_showed() {
    let (address, _asked) = page(120, PLAIN);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("transcript").display().to_string();
    let (server, url) = (time_server(600.0, 1), format!("http://{address}"));
    let terminal = Terminal::open(&["--plain", "--ntp", &server, "--service-url", &url, "--transcript", &file], 80);
    let (seen, _) = terminal.answer_all(&[
        ("What is the trouble?", "invalid"),
        ("Where was the code refused?", "signing in"),
        ("on this very computer?", "Yes, on this computer"),
        ("May I read your QR code", "No, go on"),
        ("how far apart", "it must not be asked"),
        ("Did it help?", "Yes, that worked"),
    ]);
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(seen.contains(&format!("By the time server, the clock of {url} is 8 minutes behind")), "{seen}");
    assert!(seen.contains("I take it as a hint only"), "{seen}");
    assert!(seen.contains("its clock is 10 minutes behind, give or take less than 0.1 seconds"), "{seen}");
    assert!(seen.contains("The clock of your device is off"), "{seen}");
    let transcript = std::fs::read_to_string(&file).unwrap();
    for expected in [
        r#"{"asked":{"question":"app-here","answer":"yes"}}"#,
        r#""probe":"clock-reading","source":"clock""#,
        r#""probe":"service-clock","source":"service-clock""#,
        r#""uncertainty_seconds":"#,
    ] {
        assert!(transcript.contains(expected), "{expected}\n{transcript}");
    }
    let handed = program().args(["session", "handoff", &file]).output().unwrap();
    assert!(String::from_utf8_lossy(&handed.stdout).contains("The clock of your device is off"), "{transcript}");
}
