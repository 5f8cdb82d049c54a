//! A time server on the loopback, made of the 48 bytes of RFC 4330; and what comes of asking it.

use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::examples::program;
use crate::session::Terminal;

/// Seconds from 1900, the era of the protocol, to 1970.
const ERA: f64 = 2_208_988_800.0;

/// Answers `questions` questions with a time that is `ahead` seconds of this computer's. Its address.
pub(crate) fn time_server(ahead: f64, questions: usize) -> String {
    server(ahead, questions, Duration::ZERO, [0x24, 1], *b"LOCL")
}

/// The same, with the question `late` on its way, and with other bytes for leap, version and mode, for the stratum, and for
/// the name of the reference.
fn server(ahead: f64, questions: usize, late: Duration, [first, stratum]: [u8; 2], name: [u8; 4]) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for _ in 0..questions {
            let mut question = [0; 48];
            let (_, from) = socket.recv_from(&mut question).unwrap();
            std::thread::sleep(late);
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() + ERA + ahead;
            let stamp = ((now * 4_294_967_296.0) as u64).to_be_bytes();
            let mut answer = [0; 48];
            // 0x24: no leap second, version 4, mode server.
            (answer[0], answer[1]) = (first, stratum);
            answer[12..16].copy_from_slice(&name);
            answer[24..32].copy_from_slice(&question[40..48]);
            for place in [16, 32, 40] {
                answer[place..place + 8].copy_from_slice(&stamp);
            }
            socket.send_to(&answer, from).unwrap();
        }
    });
    address
}

/// Types `stdin` into the program: what it says on standard output, and on standard error.
fn codes(command: &mut Command, stdin: &str) -> (String, String) {
    use std::io::Write as _;
    use std::process::Stdio;
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A phone on time and a computer ten minutes behind: without the time server the phone would seem to be ahead.
#[test]
fn a_computer_that_is_behind_does_not_blame_the_phone() {
    use otp_doctor::entry;
    use otp_doctor::otp::{Key, step};
    let uri = "otpauth://totp/Example:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("entry.txt");
    std::fs::write(&file, uri).unwrap();
    let entry = entry::read(uri).unwrap().entry;
    let right = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64 + 600;
    let code = |at: i64| Key::new(entry.algorithm, &entry.secret).code(step(at, 30) as u64, entry.digits);
    let typed = format!("{:06}\n", code(right));
    let diagnose = |extra: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
        codes(command.args(["diagnose", "--json", "--entry"]).arg(&file).args(extra), &typed)
    };
    let (blamed, _) = diagnose(&[]);
    assert!(blamed.contains(r#""cause":"device-clock-off""#), "{blamed}");
    let server = time_server(600.0, 1);
    let (right, told) = diagnose(&["--ntp", &server]);
    assert!(right.contains(r#""cause":"valid-code","probability":0."#), "{right}");
    assert!(!right.contains(r#""cause":"device-clock-off""#), "{right}");
    assert!(told.contains("this computer's clock is 600.0 s behind"), "{told}");
}

#[test]
fn a_time_server_that_is_silent_is_named() {
    let unused = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = program();
    command.args(["diagnose", "--entry", "-", "--ntp", &unused]);
    let output = command.write_stdin("").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains(&unused) && told.contains("no answer from a time server"), "{told}");
}

#[test]
fn a_session_goes_by_the_right_time() {
    let server = time_server(-120.0, 1);
    let terminal = Terminal::open(&["--plain", "--ntp", &server], 80);
    let (seen, _) = terminal.answer_all(&[
        ("What is the trouble?", "cannot get at my codes"),
        ("get into your account right now?", "Neither"),
        ("have the phone or app", "No"),
        ("another device", "No"),
        ("company or school", "Yes"),
        ("Did it help?", "No"),
    ]);
    assert!(seen.contains("120 seconds ahead") && seen.contains(&server), "{seen}");
}

const ENTRY: &str = "otpauth://totp/Example:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";

/// The clock that an answer tells of: offset and uncertainty, in seconds.
pub(crate) fn clock_of(answer: &serde_json::Value, whose: &str) -> (f64, f64) {
    let clocks = answer["clocks"].as_array().unwrap_or_else(|| panic!("no clocks in {answer}"));
    let clock = clocks.iter().find(|clock| clock["of"] == whose).unwrap();
    (clock["offset_seconds"].as_f64().unwrap(), clock["uncertainty_seconds"].as_f64().unwrap())
}

/// Diagnoses an app on this computer, which types a code of now by this computer's clock.
fn app_here(server: &str) -> (String, String) {
    use otp_doctor::entry;
    use otp_doctor::otp::{Key, step};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("entry.txt");
    std::fs::write(&file, ENTRY).unwrap();
    let entry = entry::read(ENTRY).unwrap().entry;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let code = Key::new(entry.algorithm, &entry.secret).code(step(now, 30) as u64, entry.digits);
    let mut command = Command::new(env!("CARGO_BIN_EXE_otp-doctor"));
    command.args(["diagnose", "--json", "--app-here", "--ntp", server, "--entry"]).arg(&file);
    codes(&mut command, &format!("{code:06}\n"))
}

#[test]
fn an_app_on_this_computer_goes_by_this_computers_clock() {
    let (answer, told) = app_here(&time_server(600.0, 1));
    let read: serde_json::Value = serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{told}"));
    let (offset, uncertainty) = clock_of(&read, "device");
    assert!((offset + 600.0).abs() <= uncertainty + 0.05, "{answer}");
    assert_eq!(read["causes"][0]["cause"], "device-clock-off", "{answer}");
    let evidence = read["evidence"].as_array().unwrap();
    let clock = evidence.iter().find(|piece| piece["source"] == "clock").unwrap();
    assert!(clock["ratio"].as_f64().unwrap() > 10.0, "{answer}");
    // On time, the clock is out of the question.
    let (answer, _) = app_here(&time_server(0.0, 1));
    assert!(answer.contains(r#""of":"device""#) && !answer.contains(r#""cause":"device-clock-off""#), "{answer}");
}

#[test]
fn the_uncertainty_covers_a_question_that_was_long_on_its_way() {
    let late = Duration::from_millis(400);
    let (answer, _) = app_here(&server(-90.0, 1, late, [0x24, 1], *b"LOCL"));
    let (offset, uncertainty) = clock_of(&serde_json::from_str(&answer).unwrap(), "device");
    assert!((0.2..0.5).contains(&uncertainty), "{answer}");
    assert!((offset - 90.0).abs() <= uncertainty + 0.05 && (offset - 90.0).abs() > 0.1, "{answer}");
}

#[test]
fn a_time_server_without_a_time_is_told_from_one_that_wants_none_of_it() {
    let kinds = [([0xe4, 1], *b"LOCL"), ([0x24, 16], *b"INIT"), ([0x24, 0], *b"DENY"), ([0x24, 0], *b"RATE")];
    let told = kinds.map(|(first, name)| app_here(&server(0.0, 1, Duration::ZERO, first, name)).1);
    for told in &told[..2] {
        assert!(told.contains("the time server has no time to give; name another one"), "{told}");
    }
    for told in &told[2..] {
        assert!(told.contains("the time server asks not to be asked; name another one"), "{told}");
    }
}

/// No code is compared by a clock that is years off, whoever says so.
#[test]
fn a_time_of_another_day_is_not_gone_by() {
    for (ahead, by) in
        [(9.0 * 365.25 * 86_400.0, "9 years off"), (-100_000.0, "28 hours off"), (-4.0 * 86_400.0, "4 days off")]
    {
        let told = app_here(&time_server(ahead, 1)).1;
        assert!(told.contains(by) && told.contains("set the clock by hand, or ask another server"), "{told}");
    }
    // Half a day is what a wrong time zone makes of a clock.
    let told = app_here(&time_server(43_200.0, 1)).1;
    assert!(told.contains("this computer's clock is 43200"), "{told}");
    let server = time_server(-9.0 * 365.25 * 86_400.0, 1);
    let mut terminal = Terminal::open(&["--plain", "--ntp", &server], 400);
    let seen = terminal.until("What is the trouble?");
    assert!(seen.contains("9 years") && seen.contains("ahead") && seen.contains("set the clock by hand"), "{seen}");
    assert!(seen.contains("I take this computer's clock as it is"), "{seen}");
}

/// A key that was typed in place of a name is not asked for, neither here nor in the network.
#[test]
fn what_looks_like_a_key_is_no_time_server() {
    let mut command = program();
    let output =
        command.args(["diagnose", "--entry", "-", "--ntp", "JBSWY3DPEHPK3PXP"]).write_stdin("").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("looks like a key or a code") && !told.contains("JBSWY3DP"), "{told}");
}

/// The app's clock counts only where it was measured.
#[test]
fn an_app_here_needs_a_time_server() {
    let output = program().args(["diagnose", "--entry", "-", "--app-here"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("--ntp"), "{told}");
    let output = program().args(["diagnose", "x.json", "--ntp", "127.0.0.1"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("a case file brings its own times"), "{told}");
}

/// A real time server, chrony, that believes to be 45 seconds ahead or behind (libfaketime).
#[test]
fn a_real_time_server_is_measured_to_its_uncertainty() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    for shift in [45.0, -45.0] {
        let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/chrony.sh");
        let started = Command::new("bash")
            .args([script, &format!("{shift:+}s"), &free.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut chrony) = started else {
            eprintln!("SKIPPED: a real chrony: no bash to start it with");
            return;
        };
        let mut said = String::new();
        BufReader::new(chrony.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let mut found = None;
        if said.trim() == "ready" {
            // It may take a moment to begin answering.
            for _ in 0..5 {
                let (answer, told) = app_here(&free.to_string());
                found = serde_json::from_str::<serde_json::Value>(&answer).ok();
                if found.is_some() {
                    break;
                }
                said = told;
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        // The end of its input ends it.
        drop(chrony.stdin.take());
        let status = chrony.wait().unwrap();
        if let Some(reason) = said.strip_prefix("skipped: ") {
            eprintln!("SKIPPED: a real chrony: {reason}");
            return;
        }
        let answer = found.unwrap_or_else(|| panic!("chrony.sh: {said}"));
        assert!(status.success(), "chrony.sh: {status}");
        let (offset, uncertainty) = clock_of(&answer, "device");
        eprintln!("chrony at {shift:+} s: this computer is {offset:+.6} s off, give or take {uncertainty:.6} s");
        assert!((offset + shift).abs() <= uncertainty + 0.05, "{answer}");
        assert!(uncertainty < 1.0, "{answer}");
    }
}
