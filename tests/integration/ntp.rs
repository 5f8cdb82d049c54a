//! A time server on the loopback, made of the 48 bytes of RFC 4330; and what comes of asking it.

use std::net::UdpSocket;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::examples::program;
use crate::session::Terminal;

/// Seconds from 1900, the era of the protocol, to 1970.
const ERA: f64 = 2_208_988_800.0;

/// Answers `questions` questions with a time that is `ahead` seconds of this computer's. Its address.
pub(crate) fn time_server(ahead: f64, questions: usize) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for _ in 0..questions {
            let mut question = [0; 48];
            let (_, from) = socket.recv_from(&mut question).unwrap();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() + ERA + ahead;
            let stamp = ((now * 4_294_967_296.0) as u64).to_be_bytes();
            let mut answer = [0; 48];
            // No leap second, version 4, mode server; stratum 1 by the name LOCL.
            (answer[0], answer[1]) = (0x24, 1);
            answer[12..16].copy_from_slice(b"LOCL");
            answer[24..32].copy_from_slice(&question[40..48]);
            for place in [16, 32, 40] {
                answer[place..place + 8].copy_from_slice(&stamp);
            }
            socket.send_to(&answer, from).unwrap();
        }
    });
    address
}

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
