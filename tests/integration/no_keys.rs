//! What is no set-up key is taken for none, and what is one is found wherever it stands.

use std::fs;
use std::path::Path;

use otp_doctor::entry::{self, EntryError, base32};
use otp_doctor::import::{self, Imported};
use serde_json::Value;

const KEY: &str = "QF7TOAUKLEQEI6U3AOJEY5A43SRRCQHV";

fn read(text: &str) -> Imported {
    import::read(text.as_bytes(), "text")
}

/// Nothing comes out of it, and that is said.
fn gives_nothing(name: &str, text: &str) {
    let imported = read(text);
    let places: Vec<_> = imported.entries.iter().map(|found| found.place.to_string()).collect();
    assert!(places.is_empty(), "{name}: taken for keys: {places:?}");
    assert!(!imported.problems.is_empty(), "{name}: nothing is said of it");
    assert!(imported.problems.len() <= 12, "{name}: {} problems", imported.problems.len());
}

/// A text of letters and digits that differs for each seed.
fn letters(rng: &mut fastrand::Rng, alphabet: &str, length: usize) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..length).map(|_| alphabet[rng.usize(..alphabet.len())]).collect()
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[test]
fn texts_without_keys() {
    for path in [
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "GLOSSARY.md",
        "build.rs",
        "deny.toml",
        "Cargo.lock",
        "src/lib.rs",
        "docs/inference.md",
    ] {
        gives_nothing(path, &fs::read_to_string(path).unwrap());
    }
    // Words alone on a line, as lists of them have.
    let prose = fs::read_to_string("LICENSE-APACHE").unwrap() + &fs::read_to_string("docs/accuracy.md").unwrap();
    let words: Vec<&str> = prose.split(|sign: char| !sign.is_alphanumeric()).filter(|word| word.len() > 3).collect();
    gives_nothing("words", &words.join("\n"));
    let pairs: Vec<String> = words.chunks(2).map(<[&str]>::concat).collect();
    let long = pairs.iter().filter(|word| word.len() >= 16).count();
    let taken = read(&pairs.join("\n")).entries.len();
    assert!(long > 100 && taken * 50 <= long, "{taken} of {long} words that are put together are taken for keys");
    let mail = "From: support@shop.example\nTo: ann@example.org\nSubject: Your account\nMessage-ID: <20260301.4f2a@shop.example>\n\n\
        Dear Ann,\n\nyour code is 492039. It is good for ten minutes.\n\nKind regards\nShop\n";
    gives_nothing("mail", mail);
    let program = "2026-03-01T10:00:00Z INFO  accepted 203.0.113.7 user=ann\n2026-03-01T10:00:02Z WARN  totp refused user=bob step=57263\n\
        Mar  1 10:00:03 host sshd[812]: Failed password for ann from 203.0.113.7 port 5022 ssh2\n\
        commit 3f786850e387550fdab836ed7e6dc881de23001b\nsecret: rotated\nkey=internationalization\n";
    gives_nothing("log", program);
    let settings = "API_KEY=QF7TOAUKLEQEI6U3AOJEY5A43SRRCQHV\nDJANGO_SECRET_KEY=abcdefghijklmnopqrstuvwxyz234567\nsecret=undefined\nTOTP=null\n";
    gives_nothing("settings", settings);
}

#[test]
fn keys_of_another_kind() {
    let mut rng = fastrand::Rng::with_seed(20);
    for kind in ["PRIVATE KEY", "OPENSSH PRIVATE KEY", "CERTIFICATE", "PGP PRIVATE KEY BLOCK"] {
        for alphabet in [BASE64, BASE32] {
            let lines: Vec<String> = (0..12).map(|_| letters(&mut rng, alphabet, 64)).collect();
            let text = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"));
            if kind.starts_with("PGP") {
                continue;
            }
            gives_nothing(kind, &text);
        }
    }
    for (name, line) in [
        ("of an API", format!("sk_live_{}", letters(&mut rng, BASE64, 24))),
        ("of the cloud", format!("aws_secret_access_key = {}", letters(&mut rng, BASE64, 40))),
        ("of a product", "License key: ABCDE-FGHIJ-KLMNO-PQRST-UVWXY".to_owned()),
        ("hexadecimal", "da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned()),
        ("ssh", format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} ann@host", letters(&mut rng, BASE64, 43))),
        ("base32 of a file", (0..6).map(|_| letters(&mut rng, BASE32, 76) + "\n").collect()),
    ] {
        gives_nothing(name, &line);
    }
}

#[test]
fn recovery_codes_are_named() {
    let mut rng = fastrand::Rng::with_seed(21);
    for (alphabet, groups) in [
        (LOWER, &[5, 5][..]),
        (UPPER, &[4, 4]),
        (BASE32, &[16]),
        (BASE32, &[4, 4, 4, 4]),
        (LOWER, &[8]),
        ("0123456789", &[4, 4]),
        (BASE32, &[8, 8]),
    ] {
        for sign in ["-", " "] {
            for heading in ["", "Your recovery codes\n\n", "Keep these backup codes safe:\n"] {
                for mark in ["", "- ", "# "] {
                    let code = |rng: &mut fastrand::Rng| -> String {
                        let groups: Vec<String> = groups.iter().map(|length| letters(rng, alphabet, *length)).collect();
                        groups.join(sign)
                    };
                    let mark = |number: usize| if mark == "# " { format!("{}. ", number + 1) } else { mark.to_owned() };
                    let lines: Vec<String> = (0..10).map(|number| mark(number) + &code(&mut rng)).collect();
                    let text = format!("{heading}{}\n", lines.join("\n"));
                    let imported = read(&text);
                    assert!(imported.entries.is_empty(), "taken for keys: {groups:?} {sign:?} {heading:?}");
                    let named = imported.problems.iter().any(|problem| problem.message.contains("recovery codes"));
                    assert!(named, "not named: {groups:?} {sign:?} {heading:?}: {:?}", imported.problems);
                }
            }
        }
    }
}

/// Whatever is around a key or a URI, it is the same secret, or none and a problem.
#[test]
fn a_secret_is_whole_or_refused() {
    let uri = format!("otpauth://totp/Shop:ann?secret={KEY}&issuer=Shop");
    let mut rng = fastrand::Rng::with_seed(22);
    let (mut whole, mut refused) = (0, 0);
    for text in [
        &uri,
        &format!("otpauth://totp/Shop:ann?issuer=Shop&secret={KEY}"),
        &KEY.to_owned(),
        &format!("TOTP secret: {KEY}"),
    ] {
        let begin = text.find(KEY).unwrap();
        for at in begin + 1..begin + KEY.len() {
            for cut in ["\n", "\r\n", "\n  ", ";", "\"", "'", "\"\n\"", "=\n"] {
                let (head, tail) = text.split_at(at);
                let frame = ["", "Dear Ann,\n\n"][rng.usize(..2)];
                let imported = read(&format!("{frame}{head}{cut}{tail}\n"));
                let secrets: Vec<_> =
                    imported.entries.iter().map(|found| base32::encode(&found.entry.secret).to_string()).collect();
                let short = secrets.iter().any(|secret| secret != KEY);
                // Two keys of a usual length below each other may well be two.
                let halves = at == begin + KEY.len() / 2 && cut.contains('\n') && !cut.contains('"');
                assert!(!short || halves, "cut at {} by {cut:?}: {secrets:?}", at - begin);
                assert!(!imported.entries.is_empty() || !imported.problems.is_empty());
                whole += usize::from(!secrets.is_empty());
                refused += usize::from(secrets.is_empty());
            }
        }
    }
    eprintln!("{whole} joined, {refused} refused");
    assert!(whole > refused);
}

#[test]
fn words_that_a_page_put_there() {
    for word in ["undefined", "null", "None", "NaN", "secret", "SECRET", "%5Bobject%20Object%5D", "your_secret_key"] {
        let uri = format!("otpauth://totp/Shop:ann?secret={word}&issuer=Shop");
        assert!(matches!(entry::read(&uri), Err(EntryError::Placeholder { .. })), "{word}");
        gives_nothing(word, &uri);
        gives_nothing(word, &format!(r#"{{"issuer":"Shop","secret":"{word}","url":"{uri}"}}"#));
    }
}

/// Files of other programs, each with what is expected of it; they are kept beside the project and are not part of it.
#[test]
fn files_that_were_gathered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/field");
    let Ok(text) = fs::read_to_string(folder.join("entries.json")) else {
        eprintln!("SKIPPED: {} is not there; nothing was checked", folder.display());
        return;
    };
    let expected: Value = serde_json::from_str(&text).unwrap();
    for (name, expectation) in expected.as_object().unwrap() {
        let imported = import::read(&fs::read(folder.join("entries").join(name)).unwrap(), "file");
        let words = expectation.as_str().unwrap();
        let wanted = match words.split_once(' ') {
            Some(("no", _)) => 0,
            Some((number, rest)) if rest.starts_with("entr") => number.parse().unwrap(),
            // A hint, or what it is of, is told.
            _ => imported.entries.len(),
        };
        assert_eq!(imported.entries.len(), wanted, "{name}: {words}");
        let notes = || imported.entries.iter().flat_map(|found| &found.deviations).map(ToString::to_string);
        let problems = imported.problems.iter().map(|problem| format!("{} {:?}", problem.message, problem.help));
        let told: String = notes().chain(problems).collect();
        for word in ["hexadecimal", "base64", "database", "colon", "plus sign", "%3F"] {
            assert!(!words.contains(word) || told.contains(word), "{name}: {told}");
        }
    }
}
