//! Backups of andOTP: a list `[{"secret":…,"label":…,"type":"TOTP",…}]`, plain or encrypted with a password.
//!
//! The one idea: an encrypted backup has no mark, so it is recognised by the rounds of its key, which the app draws from
//! narrow ranges; before 0.6.3 it has not even those, and is opened only where somebody says what it is. It must not take
//! the time of the last use for the time when an entry was made.
//!
//! # Source
//! <https://github.com/andOTP/andOTP>, its `Entry`, `BackupHelper`, `EncryptedRestoreTask` and list of changes.

use std::ops::RangeInclusive;

use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Key};
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type, base32};

/// A backup.
pub(super) const FORMAT: Format =
    Format { id: "andotp", name: "andOTP", origin: Origin::App { whole: true, id: None }, recognise, read };

/// Rounds of PBKDF2 that the app draws from, since 0.7.1 and before.
const ROUNDS: [RangeInclusive<u32>; 2] = [140_000..=160_000, 1_000..=5_000];
/// Zeros among salt and nonce, at most: of 400,000 backups one has more, of other files with such a beginning most.
const MOST_ZEROS: usize = 3;
/// Bytes of the number of rounds, then of salt, of nonce and of the mark at the end.
const NUMBER: usize = 4;
const SALT: usize = 12;
const NONCE: usize = 12;
const MARK: usize = 16;

fn recognise(content: &Content<'_>) -> bool {
    content.json().map_or_else(|| is_sealed(content), |document| is_list(document.root()))
}

fn is_list(root: Node<'_>) -> bool {
    root.items().next().is_some_and(|first| {
        let has = |name: &str| first.get(name).is_some();
        let named = first.get("label").is_some_and(Node::is_string);
        named && has("secret") && (has("period") || has("counter") || has("type")) && !has("kind")
    })
}

fn is_sealed(content: &Content<'_>) -> bool {
    content.text().is_none()
        && content.bytes.len() > NUMBER + SALT + NONCE + MARK
        && rounds(content.bytes)
            .is_some_and(|(_, rest)| rest.iter().take(SALT + NONCE).filter(|byte| **byte == 0).count() <= MOST_ZEROS)
}

/// The rounds, if the app may have drawn them, and what follows.
fn rounds(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<NUMBER>()?;
    let rounds = u32::from_be_bytes(*number);
    ROUNDS.iter().any(|range| range.contains(&rounds)).then_some((rounds, rest))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a backup of andOTP");
    if content.text().is_some() {
        return entries(content.json().ok_or_else(broken)?, content, intake);
    }
    let plain = opened(content)?.ok_or_else(|| key::wrong(content))?;
    entries(&Document::of(&plain).ok_or_else(broken)?, content, intake)
}

/// Reads a backup of the oldest form, which has no mark, where a password is there that opens it. Whether it is one.
pub(super) fn read_unmarked(content: &Content<'_>, intake: &mut Intake<'_>) -> bool {
    let plain = content.given().and_then(|password| oldest(content, password));
    plain.is_some_and(|plain| Document::of(&plain).is_some_and(|list| entries(&list, content, intake).is_ok()))
}

/// What the oldest form holds: its key costs nothing, and a mark vouches for it.
fn oldest(content: &Content<'_>, password: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = content.bytes.split_at_checked(NONCE)?;
    let key = Key::new(Sha256::digest(password.as_bytes()).into());
    key::aes_gcm(&key, nonce, sealed, b"")
}

/// `None`: the password does not open it.
fn opened(content: &Content<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, Refusal> {
    let cut_off = || content.broken("a backup of andOTP that is cut off");
    if content.bytes.len() < NONCE {
        return Err(cut_off());
    }
    let password = content.password()?;
    // The old form: any number may stand at its beginning.
    if let Some(plain) = oldest(content, password) {
        return Ok(Some(plain));
    }
    let password = password.as_bytes();
    let Some((rounds, rest)) = rounds(content.bytes) else { return Ok(None) };
    let (salt, rest) = rest.split_at_checked(SALT).ok_or_else(cut_off)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(cut_off)?;
    let key = key::pbkdf2::<Sha1, 32>(content, password, salt, u64::from(rounds))?;
    Ok(key::aes_gcm(&key, nonce, sealed, b""))
}

fn entries(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let list = Some(document.root()).filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("a backup of andOTP that is no list of entries"))?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let kind = match item.text("type").to_ascii_uppercase().as_str() {
        "" | "TOTP" => Type::Totp,
        "HOTP" => Type::Hotp,
        "STEAM" => Type::Steam,
        "MOTP" => Type::Motp,
        // The app knows none; cotp writes them.
        "YANDEX" => Type::Yandex,
        _ => return Err("an entry of a type that is not known"),
    };
    let [digits, period, counter] = numbers(item, kind, ["digits", "period", "counter"])?;
    let (secret, algorithm, label, issuer) =
        (item.text("secret"), item.text("algorithm"), item.text("label"), item.text("issuer"));
    let (issuer, account) = names(item.get("issuer").map(|_| issuer.as_str()), &label);
    let hexadecimal = motp_secret(&secret);
    let pin = item.text("pin").chars().count() as u64;
    intake.fields(
        &Fields {
            kind,
            issuer,
            account,
            secret: match kind {
                Type::Motp => Material::Hexadecimal(hexadecimal.as_ref().unwrap_or(&secret)),
                _ => Material::Base32(&secret),
            },
            algorithm: if is_standard(kind) { &algorithm } else { "" },
            digits: digits.filter(|_| is_standard(kind)),
            period: period.filter(|_| is_standard(kind)),
            counter,
            pin_length: (kind == Type::Yandex && pin > 0).then_some(pin),
        },
        place,
    );
    Ok(())
}

fn is_standard(kind: Type) -> bool {
    matches!(kind, Type::Totp | Type::Hotp)
}

/// Issuer and account. Old versions had both in the label, and newer ones repeat the issuer there.
fn names<'a>(issuer: Option<&'a str>, label: &'a str) -> (&'a str, &'a str) {
    match issuer {
        None => label.split_once(" - ").unwrap_or(("", label)),
        Some(issuer) => {
            let rest = label.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':'));
            (issuer, rest.filter(|_| !issuer.is_empty()).map_or(label, str::trim_start))
        }
    }
}

/// The secret of Mobile-OTP, a text of hexadecimal digits in base32.
fn motp_secret(secret: &str) -> Option<Zeroizing<String>> {
    let bytes = base32::decode(secret)?.secret.bytes().to_vec();
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::super::recognised;

    /// Whether a file with that beginning, and then `filling`, is taken for a backup.
    fn is_taken(rounds: u32, filling: impl Fn(u8) -> u8) -> bool {
        let bytes: Vec<u8> = rounds.to_be_bytes().into_iter().chain((0..200).map(filling)).collect();
        recognised(&bytes).is_some_and(|format| format.id == "andotp")
    }

    #[test]
    fn only_what_begins_like_a_backup() {
        let random = |n: u8| n.wrapping_mul(167).wrapping_add(91);
        for (rounds, taken) in [(999, false), (1_000, true), (5_001, false), (139_999, false), (160_000, true)] {
            assert_eq!(is_taken(rounds, random), taken, "{rounds}");
        }
        // A picture (Targa, run lengths) begins with the number 2,560, and has zeros where a backup has salt.
        assert!(!is_taken(2_560, |n| if n < 8 { 0 } else { random(n) }));
        // A text of that beginning is none, and neither is a beginning alone.
        assert!(!is_taken(0x0002_4949, |n| b'a' + n % 8));
        assert!(recognised(&[0, 2, 0x49, 0xf0, 0xff]).is_some_and(|format| format.id == "text"));
    }
}
