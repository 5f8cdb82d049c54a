//! Files that ask for too much, as a person gives them to the program: one diagnostic that names the bound, and soon.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Bytes of a file that nobody's export has.
const HUGE: u64 = 100 * 1024 * 1024;
/// Memory that the program may have, in KiB: less than such a file.
const MEMORY: u64 = 90 * 1024;
/// Far more than a refusal takes, on a machine that has other work.
const SOON: Duration = Duration::from_secs(20);

/// `entries` with a password, within bounds of memory where the system can set them.
fn entries(arguments: &str, feed: impl FnOnce(&mut dyn Write)) -> Output {
    let program = format!("exec \"$0\" entries {arguments}");
    let limit = if cfg!(target_os = "linux") { format!("ulimit -v {MEMORY}; {program}") } else { program };
    let mut command = Command::new("sh");
    command.args(["-c", &limit, env!("CARGO_BIN_EXE_otp-doctor")]).env("NO_COLOR", "1").env("LC_ALL", "C");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    feed(&mut child.stdin.take().unwrap());
    let output = child.wait_with_output().unwrap();
    assert!(begun.elapsed() < SOON, "{arguments}: {:?}", begun.elapsed());
    output
}

/// What is said of a file that is refused: one line, or two if there is a way out.
fn said(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty(), "{said}");
    let lines: Vec<_> = said.lines().filter(|line| !line.trim_start().starts_with("help:")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    said
}

fn refused(folder: &TempDir, name: &str, bytes: &[u8], password: bool) -> String {
    let path = folder.path().join(name);
    private(&path).write_all(bytes).unwrap();
    let password = if password { " --password-stdin" } else { "" };
    // A program that asks for no password does not wait for one.
    said(&entries(&format!("'{}'{password}", path.display()), |stdin| drop(stdin.write_all(b"a password\n"))))
}

/// A file of which nobody is warned that others can read it.
fn private(path: &Path) -> File {
    let file = File::create(path).unwrap();
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

fn sample(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(path)).unwrap()
}

/// The sample with something else in it.
fn changed(path: &str, from: &str, to: &str) -> Vec<u8> {
    let text = sample(path);
    assert!(text.contains(from), "{path}");
    text.replace(from, to).into_bytes()
}

#[cfg(unix)]
#[test]
fn a_hundred_megabytes() {
    let folder = TempDir::new().unwrap();
    let path: PathBuf = folder.path().join("huge.json");
    private(&path).set_len(HUGE).unwrap();
    let file = said(&entries(&format!("'{}'", path.display()), |_| {}));
    assert!(file.contains("huge.json: error[IN006]: larger than 16 MiB"), "{file}");
    let chunk = vec![b'A'; 1024 * 1024];
    // It stops reading once it knows.
    let stdin = said(&entries("-", |stdin| drop((0..100).try_for_each(|_| stdin.write_all(&chunk)))));
    assert!(stdin.contains("standard input: error[IN006]: larger than 16 MiB"), "{stdin}");
}

/// A header alone, since nothing behind it is to be read.
#[cfg(unix)]
#[test]
fn a_picture_that_claims_to_be_60000_pixels_wide_and_high() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    for bytes in [60_000_u32.to_be_bytes(), 60_000_u32.to_be_bytes(), [8, 6, 0, 0]] {
        png.extend(bytes);
    }
    png.push(0);
    let sum = crc(&png[12..]);
    png.extend(sum.to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    let mut jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08".to_vec();
    jpeg.extend([60_000_u16.to_be_bytes(), 60_000_u16.to_be_bytes()].concat());
    jpeg.extend(b"\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0");
    let folder = TempDir::new().unwrap();
    for (name, bytes) in [("huge.png", png), ("huge.jpg", jpeg)] {
        let said = refused(&folder, name, &bytes, false);
        assert!(said.contains(&format!("{name}: error[IN006]: a picture of more than 40 megapixels")), "{said}");
    }
}

/// The sum of a chunk of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(unix)]
#[test]
fn a_key_that_takes_too_long_or_too_much_memory_to_derive() {
    let memory = "more than 1024 MiB of memory";
    let aegis = |from: &str, to: &str| changed("aegis/encrypted.json", from, to);
    let bitwarden = |from: &str, to: &str| changed("bitwarden/argon2id.json", from, to);
    let rounds = changed("bitwarden/pbkdf2.json", "\"kdfIterations\": 100000", "\"kdfIterations\": 4000000000");
    let rounds_of_pskc = |count: &str| {
        let count = format!("<IterationCount>{count}</IterationCount>");
        changed("pskc/password.xml", "<IterationCount>1000</IterationCount>", &count)
    };
    let files = [
        ("memory.json", aegis("\"n\": 32768", "\"n\": 1099511627776"), memory),
        ("block.json", aegis("\"r\": 8", "\"r\": 4294967295"), memory),
        ("lanes.json", aegis("\"p\": 1", "\"p\": 1000000000"), "and 16 lanes"),
        ("memory-2.json", bitwarden("\"kdfMemory\": 64", "\"kdfMemory\": 4194304"), memory),
        ("passes.json", bitwarden("\"kdfIterations\": 3", "\"kdfIterations\": 1000000"), "64 passes"),
        ("rounds.json", rounds, "more than 10000000 rounds"),
        ("rounds.xml", rounds_of_pskc("4000000000"), "more than 10000000 rounds"),
        ("most.xml", rounds_of_pskc("18446744073709551615"), "more than 10000000 rounds"),
    ];
    let folder = TempDir::new().unwrap();
    for (name, bytes, bound) in files {
        let said = refused(&folder, name, &bytes, true);
        assert!(said.contains(bound) && said.contains("the most that is allowed"), "{said}");
        assert!(said.contains("help: export it again with the app's usual settings"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn nested_a_hundred_thousand_deep() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let within =
        |head: &str, open: &str, close: &str| format!("{head}{}{}", open.repeat(100_000), close.repeat(100_000));
    let folder = TempDir::new().unwrap();
    let files = [
        ("lists.json", deep("[", "]")),
        ("objects.json", deep("{\"a\":", "}")),
        ("open.json", "[".repeat(100_000)),
        ("vault.json", within("{\"version\":1,\"header\":{},\"db\":", "[", "]") + "}"),
        ("keys.xml", within("<KeyContainer>", "<Key>", "</Key>") + "</KeyContainer>"),
        ("tokens.yaml", within("- a: 1\n  otpkey: a\n  serial: b\n  type: totp\n  b: ", "[", "]")),
    ];
    for (name, text) in files {
        let said = refused(&folder, name, text.as_bytes(), false);
        assert!(said.starts_with(&format!("{}", folder.path().join(name).display())), "{said}");
    }
}
