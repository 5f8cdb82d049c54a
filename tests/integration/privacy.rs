//! A secret or a code appears in no output, error or panic, wherever in a case it stands; the case's id does.

use std::process::Output;

use crate::examples::program;

const SECRET: &str = "KANARYVOGELZWITSCHERT23456777777";
const CODE: &str = "748291";
const ID: &str = "case-with-a-canary";

fn uri() -> String {
    format!("otpauth://totp/Example:me?secret={SECRET}&issuer=Example")
}

/// Cases that hold the canaries in every place that we could think of, well-formed and not.
fn cases() -> Vec<(&'static str, String)> {
    let uri = uri();
    let broken = uri.replace("SECRET", "").replace("?secret=", "?secret=!");
    let case = |rest: &str| format!(r#"{{"id":"{ID}",{rest}}}"#);
    let attempt = |code: &str| format!(r#""attempts":[{{"code":{code},"at":"2026-01-01T10:00:00Z"}}]"#);
    let quoted = attempt(&format!("\"{CODE}\""));
    vec![
        ("plain", case(&format!(r#""expected":"{uri}",{quoted}"#))),
        ("code as a number", case(&format!(r#""expected":"{uri}",{}"#, attempt(CODE)))),
        ("code as a float", case(&attempt(&format!("{CODE}.5")))),
        ("code as a list", case(&attempt(&format!("[{CODE}]")))),
        ("code as an object", case(&attempt(&format!(r#"{{"{CODE}":"{SECRET}"}}"#)))),
        ("secret as a key", case(&format!(r#""{SECRET}":1,{quoted}"#))),
        ("secret as a key of an attempt", case(&format!(r#""attempts":[{{"code":"{CODE}","{SECRET}":1}}]"#))),
        ("secret as an answer", case(&format!(r#""answers":{{"{SECRET}":"{CODE}"}},{quoted}"#))),
        ("secret as the time", case(&format!(r#""attempts":[{{"code":"{CODE}","at":"{SECRET}"}}]"#))),
        ("secret as a status", case(&format!(r#""entries":[{{"uri":"{uri}","status":"{SECRET}"}}]"#))),
        ("secret as a regular expression", case(&format!(r#""service":{{"recovery_form":"({SECRET}"}},{quoted}"#))),
        ("secret as a symptom", case(&format!(r#""symptom":"{SECRET}",{quoted}"#))),
        ("secret as the expected entry", case(&format!(r#""expected":"{SECRET}!",{quoted}"#))),
        ("broken URI", case(&format!(r#""expected":"{broken}",{quoted}"#))),
        ("URI of an unknown type", case(&format!(r#""expected":"otpauth://{SECRET}/x?secret={SECRET}",{quoted}"#))),
        ("URI with an odd hash", case(&format!(r#""expected":"{uri}&algorithm={SECRET}",{quoted}"#))),
        ("URI with odd digits", case(&format!(r#""expected":"{uri}&digits={CODE}",{quoted}"#))),
        ("unknown entry", case(&format!(r#""attempts":[{{"code":"{CODE}","entry":"{SECRET}"}}]"#))),
        ("the same field twice", case(&format!(r#""expected":"{uri}","expected":"{uri}",{quoted}"#))),
        ("cut off", format!(r#"{{"id":"{ID}","expected":"{uri}","attempts":[{{"code":"{CODE}""#)),
        ("not JSON", format!("{ID} {SECRET} {CODE}")),
        ("deep", format!("{}{SECRET}", "[".repeat(100_000))),
    ]
}

fn assert_silent(what: &str, output: &Output) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    for canary in [SECRET, CODE, &SECRET[..12], &SECRET.to_lowercase()] {
        assert!(!text.contains(canary), "{what}: {text}");
    }
    assert!(!text.contains("panicked") && !text.contains("should not have happened"), "{what}: {text}");
}

#[test]
fn no_output_of_a_single_case_holds_a_canary() {
    let folder = tempfile::tempdir().unwrap();
    for (what, case) in cases() {
        let path = folder.path().join("case.json");
        std::fs::write(&path, case).unwrap();
        for format in ["text", "markdown", "json"] {
            let mut command = program();
            let output = command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
            let output = output.args(["diagnose", "--format", format]).arg(&path).output().unwrap();
            assert_silent(&format!("{what}, {format}"), &output);
        }
    }
}

#[test]
fn no_output_of_many_cases_holds_a_canary_and_each_names_its_case() {
    for format in [&["--json"][..], &[]] {
        for (what, case) in cases() {
            let mut command = program();
            command.env("RUST_LOG", "trace").args(["diagnose", "--cases", "-"]).args(format);
            let output = command.write_stdin(case + "\n").output().unwrap();
            assert_silent(what, &output);
            let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
            let named = String::from_utf8_lossy(&text).contains(ID);
            let readable = !matches!(what, "cut off" | "not JSON" | "deep" | "the same field twice");
            assert_eq!(named, readable, "{what}");
        }
    }
}

#[test]
fn no_output_of_a_triage_holds_a_canary() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("picture.svg");
    let all: String = cases().into_iter().map(|(_, case)| case + "\n").collect();
    for form in [&[][..], &["--json"], &["--status"]] {
        let mut command = program();
        command.env("RUST_LOG", "trace").args(["triage", "-", "--svg"]).arg(&picture).args(form);
        let mut output = command.write_stdin(all.clone()).output().unwrap();
        output.stdout.extend(std::fs::read(&picture).unwrap());
        assert_silent("triage", &output);
    }
}

#[test]
fn no_output_of_an_entry_file_holds_a_canary() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("entry.txt");
    let texts = [uri(), format!("{SECRET}!!"), format!("otpauth://nope/{SECRET}"), format!("{}&digits={CODE}", uri())];
    for text in texts {
        std::fs::write(&path, &text).unwrap();
        for flag in ["--entry", "--entries"] {
            let mut command = program();
            let output = command.args(["diagnose", flag]).arg(&path).write_stdin(format!("{CODE}\n")).output().unwrap();
            assert_silent(&format!("{} characters, {flag}", text.len()), &output);
        }
    }
}

#[test]
fn nothing_that_holds_a_secret_prints_it() {
    let case = otp_doctor::case::read(&cases()[0].1).unwrap();
    let debug = format!("{case:?}");
    assert!(!debug.contains(SECRET) && !debug.contains(CODE));
    assert!(debug.contains("Secret(20 bytes)") && debug.contains("TypedCode(6 characters)"));
}

#[test]
fn an_argument_that_is_a_secret_by_mistake_is_not_repeated() {
    let uri = uri();
    let runs: [&[&str]; 8] = [
        &["diagnose", "--entry", SECRET],
        &["diagnose", "--entries", &uri],
        &["diagnose", SECRET],
        &["diagnose", CODE],
        &["diagnose", "--at", CODE, "--entry", "x"],
        &["diagnose", "--answer", SECRET, "x"],
        &[&uri],
        &["explain", SECRET],
    ];
    for arguments in runs {
        let output = program().args(arguments).write_stdin("").output().unwrap();
        assert_silent(arguments[0], &output);
        assert_eq!(output.status.code(), Some(2));
    }
}
