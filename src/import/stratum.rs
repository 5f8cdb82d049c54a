//! Backups of Stratum, which was called Authenticator Pro: `{"Authenticators":[…],…}`, plain or encrypted.
//!
//! The one idea: the first sixteen bytes tell how the rest is encrypted. It must not read an entry of Mobile-OTP, whose
//! secret stands in no base32.
//!
//! # Source
//! <https://github.com/stratumauth/app/blob/master/doc/BACKUP_FORMAT.md>

use sha1::Sha1;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id};
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// A backup.
pub(super) const FORMAT: Format = Format {
    id: "stratum",
    name: "Stratum (Authenticator Pro)",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

const HEADER: &[u8] = b"AUTHENTICATORPRO";
const COST: Argon2id = Argon2id { kibibytes: 64 * 1024, passes: 3, lanes: 4 };
/// Bytes of salt, then of nonce.
const SALT: usize = 16;
const NONCE: usize = 12;

const LEGACY_HEADER: &[u8] = b"AuthenticatorPro";
const LEGACY_ROUNDS: u64 = 64_000;
/// Bytes of salt, then of initialisation vector.
const LEGACY_SALT: usize = 20;
const LEGACY_VECTOR: usize = 16;

fn recognise(content: &Content<'_>) -> bool {
    content.bytes.starts_with(HEADER)
        || content.bytes.starts_with(LEGACY_HEADER)
        || content.json().is_some_and(|document| document.root().get("Authenticators").is_some_and(Node::is_array))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if let Some(document) = content.json() {
        return entries(document, content, intake);
    }
    let plain = decrypted(content)?.ok_or_else(|| key::wrong(content))?;
    // Nothing vouches for what the old cipher opens.
    entries(&Document::of(&plain).ok_or_else(|| key::wrong(content))?, content, intake)
}

/// `None`: the password does not open it.
fn decrypted(content: &Content<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, Refusal> {
    let cut_off = || content.broken("a backup of Stratum that is cut off");
    if let Some(rest) = content.bytes.strip_prefix(HEADER) {
        let (salt, rest) = rest.split_at_checked(SALT).ok_or_else(cut_off)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(cut_off)?;
        let key = COST.key(content, content.password()?.as_bytes(), salt)?;
        return Ok(key::aes_gcm(&key, nonce, sealed, b""));
    }
    let rest = content.bytes.strip_prefix(LEGACY_HEADER);
    let rest = rest.ok_or_else(|| content.broken("not built as a backup of Stratum"))?;
    let (salt, rest) = rest.split_at_checked(LEGACY_SALT).ok_or_else(cut_off)?;
    let (vector, sealed) = rest.split_at_checked(LEGACY_VECTOR).ok_or_else(cut_off)?;
    let key = key::pbkdf2::<Sha1, 32>(content, content.password()?.as_bytes(), salt, LEGACY_ROUNDS)?;
    Ok(key::aes_cbc(&key, vector, sealed))
}

fn entries(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let list = document.root().get("Authenticators").filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("a backup of Stratum without its list of entries"))?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let kind = match item.number_of("Type") {
        Some(1) => Type::Hotp,
        Some(2) => Type::Totp,
        Some(4) => Type::Steam,
        Some(5) => Type::Yandex,
        _ => return Err("an entry of a type that is not read"),
    };
    let algorithm = match item.get("Algorithm").map(Node::number) {
        None | Some(Some(0)) => "SHA1",
        Some(Some(1)) => "SHA256",
        Some(Some(2)) => "SHA512",
        _ => {
            return Err("an entry with an algorithm that is not known");
        }
    };
    let [digits, period, counter] = numbers(item, kind, ["Digits", "Period", "Counter"])?;
    let (issuer, account, secret) = (item.text("Issuer"), item.text("Username"), item.text("Secret"));
    let pin = item.text("Pin").chars().count() as u64;
    let standard = matches!(kind, Type::Totp | Type::Hotp);
    intake.fields(
        &Fields {
            kind,
            issuer: &issuer,
            account: &account,
            secret: Material::Base32(&secret),
            algorithm: if standard { algorithm } else { "" },
            digits: digits.filter(|_| standard),
            period: period.filter(|_| standard),
            counter,
            pin_length: (kind == Type::Yandex && pin > 0).then_some(pin),
        },
        place,
    );
    Ok(())
}
