//! URIs as services and apps write them: our own rows, and the rows gathered from other projects' tests.
//!
//! Messages name rows and fields, never values.

use otp_doctor::entry::{self, Entry, Follows, Kind, ReadEntry, Vendor};
use otp_doctor::otp::{Key, step};
use proptest::prelude::*;
use serde_json::Value;

use crate::shared::shared;

/// Rows of `otpauth-uris.json` where we differ on purpose: row, field, reason.
const DEFENDED: &[(usize, &str, &str)] = &[
    (
        4,
        "issuer",
        "label and parameter differ: the parameter is taken, as in every other row of that kind; the deviation says so",
    ),
    (113, "refused", TOO_SHORT),
    (115, "refused", TOO_SHORT),
    (119, "refused", TOO_SHORT),
    (120, "refused", LETTERS_ALONE),
    (121, "refused", LETTERS_ALONE),
    (122, "refused", TOO_SHORT),
];

const LETTERS_ALONE: &str =
    "a key has a digit nearly always, and a word never: letters alone are taken behind a label only";
const TOO_SHORT: &str = "so short a key is taken behind a label only: alone, words and recovery codes look like it";

/// Error rows that only one reader refuses, and the deviation under which we accept them: row, deviation.
const ACCEPTED: &[(usize, &str)] = &[
    (27, "NoAccount"),
    (50, "LargeCounter"),
    (53, "UnusualPeriod"),
    (55, "SecretWeak"),
    (56, "OtherHash"),
    (57, "UnusualDigits"),
    (58, "UnusualDigits"),
    (59, "UnusualPeriod"),
    (60, "SteamInNameOnly"),
    (61, "SteamInNameOnly"),
    (62, "UnknownParameter"),
    (83, "SecretStrayBits"),
    (92, "OtherHash"),
];

#[test]
fn our_own_rows() {
    let text = include_str!("../vectors/uris.yaml");
    let rows: Vec<Value> = serde_yaml::from_str(text).unwrap();
    assert!(rows.len() >= 30);
    for (number, row) in rows.iter().enumerate() {
        let uri = row["uri"].as_str().unwrap();
        assert_eq!(differences(row, &entry::read(uri)), Vec::<String>::new(), "row {number}");
    }
}

#[test]
fn gathered_rows() {
    let Some(path) = shared("vectors/otpauth-uris.json") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut found, mut as_expected) = (Vec::new(), 0);
    for (number, row) in rows.iter().enumerate() {
        let read = entry::read(row["uri"].as_str().unwrap());
        let accepted = ACCEPTED.iter().find(|(accepted, _)| *accepted == number);
        if let (Some((_, deviation)), Ok(read)) = (accepted, &read) {
            assert_eq!(row["strict_only"], true, "row {number} is no opinion of one reader");
            assert!(names(read).iter().any(|name| name == deviation), "row {number} lacks {deviation}");
            as_expected += 1;
            continue;
        }
        let different = differences(row, &read);
        as_expected += usize::from(different.is_empty());
        found.extend(different.into_iter().map(|field| (number, field)));
    }
    eprintln!("{as_expected} of {} rows as expected, {} of them by our own choice", rows.len(), ACCEPTED.len());
    let defended: Vec<_> = DEFENDED.iter().map(|(row, field, _)| (*row, (*field).to_owned())).collect();
    assert_eq!(found, defended, "differences on the left, defended ones on the right");
}

/// The fields of a row that came out otherwise.
fn differences(row: &Value, read: &Result<ReadEntry, entry::EntryError>) -> Vec<String> {
    let read = match (read, row.get("error").is_some()) {
        (Err(_), true) => return vec![],
        (Ok(_), true) => return vec!["error".to_owned()],
        (Err(_), false) => return vec!["refused".to_owned()],
        (Ok(read), false) => read,
    };
    let fields = row["expect"].as_object().into_iter().flatten();
    let expected = fields.filter(|(field, value)| !agrees(field, value, read)).map(|(field, _)| field.clone());
    let mut different: Vec<_> = expected.collect();
    if let Some(deviations) = row.get("deviations") {
        let deviations: Vec<_> = deviations.as_array().unwrap().iter().map(|d| d.as_str().unwrap()).collect();
        if names(read) != deviations {
            different.push(format!("deviations are {:?}", names(read)));
        }
    }
    different
}

fn agrees(field: &str, expected: &Value, read: &ReadEntry) -> bool {
    let ReadEntry { entry, label_issuer, .. } = read;
    let pin_length = match entry.kind {
        Kind::Vendor(Vendor::Yandex { pin_length }) => pin_length.map(u64::from),
        _ => None,
    };
    match field {
        "type" => expected == kind(entry),
        "issuer" => expected == entry.issuer.as_str(),
        "issuer_param" => label_issuer.is_some() && expected == entry.issuer.as_str(),
        "issuer_prefix" => expected.as_str() == label_issuer.as_deref(),
        "account" => expected == entry.account.as_str(),
        "secret" => plain_base32(expected.as_str().unwrap()) == entry.secret.bytes(),
        "secret_hex" => {
            data_encoding::HEXLOWER.decode(expected.as_str().unwrap().as_bytes()).unwrap() == entry.secret.bytes()
        }
        "algorithm" => bare(expected.as_str().unwrap()) == bare(entry.algorithm_name()),
        "digits" => *expected == u64::from(entry.digits.get()),
        "period" => expected.as_u64() == entry.period().map(u64::from),
        "counter" => expected.as_u64() == entry.counter(),
        "pin_length" => expected.as_u64() == pin_length,
        "codes" => expected.as_object().unwrap().iter().all(|(time, code)| *code == shown(entry, time).as_str()),
        other => panic!("unknown field {other}"),
    }
}

fn kind(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Totp { .. } | Kind::Vendor(Vendor::OtherHash { follows: Follows::Period(_), .. }) => "totp",
        Kind::Hotp { .. } | Kind::Vendor(Vendor::OtherHash { follows: Follows::Counter(_), .. }) => "hotp",
        Kind::Vendor(Vendor::Steam) => "steam",
        Kind::Vendor(Vendor::Motp) => "motp",
        Kind::Vendor(Vendor::Yandex { .. }) => "yandex",
    }
}

/// The code that an app shows at that time.
fn shown(entry: &Entry, time: &str) -> String {
    let counter = step(time.parse().unwrap(), entry.period().unwrap()) as u64;
    let key = Key::new(entry.algorithm, &entry.secret);
    if entry.kind == Kind::Vendor(Vendor::Steam) {
        let letters = b"23456789BCDFGHJKMNPQRTVWXY";
        let mut rest = key.truncated(counter) as usize;
        return (0..5)
            .map(|_| {
                let letter = letters[rest % letters.len()];
                rest /= letters.len();
                char::from(letter)
            })
            .collect();
    }
    let width = usize::from(entry.digits.get());
    format!("{:0width$}", key.code(counter, entry.digits))
}

fn names(read: &ReadEntry) -> Vec<String> {
    let name = |deviation| format!("{deviation:?}").split([' ', '(']).next().unwrap().to_owned();
    read.deviations.iter().map(name).collect()
}

fn bare(name: &str) -> String {
    name.replace('-', "").to_uppercase()
}

/// Independent of the reader under test: plain base32, trailing bits left out.
fn plain_base32(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = text
        .chars()
        .filter_map(|c| alphabet.find(c))
        .flat_map(|value| (0..5).rev().map(move |bit| (value >> bit & 1) as u8))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit)).collect()
}

const SECRET: &str = "CANARYCANARYCANARYCANARYCANARYCA";

proptest! {
    /// Broken anywhere, a text is read or refused, and neither errors nor deviations repeat any of it.
    #[test]
    fn broken_texts_give_nothing_away(at in 0..90_usize, junk in "\\PC{0,6}", cut in 0..8_usize) {
        let whole = format!("otpauth://totp/Ex:a?secret={SECRET}&algorithm=SHA1&digits=6&period=30");
        let characters: Vec<char> = whole.chars().collect();
        let at = at.min(characters.len());
        let head: String = characters[..at].iter().collect();
        let tail: String = characters[(at + cut).min(characters.len())..].iter().collect();
        let said = match entry::read(&format!("{head}{junk}{tail}")) {
            Ok(read) => {
                let shown = read.deviations.iter().map(ToString::to_string).collect::<String>();
                format!("{:?} {shown}", ReadEntry { entry: Entry { issuer: String::new(), account: String::new(), ..read.entry }, ..read })
            }
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!said.contains("CANARY"));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = entry::read(&text);
        let _ = entry::read(&format!("otpauth://totp/{text}"));
        let _ = entry::read(&format!("otpauth://hotp/a?secret={text}"));
    }
}
