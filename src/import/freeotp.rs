//! `FreeOTP`: its settings on the phone (`tokens.xml`, version 1), and its backups (`externalBackup.xml`, version 2).
//!
//! The one idea: both keep a token as the same JSON; version 1 has the secret in it, version 2 beside it, sealed with a
//! key that is sealed with the password. It must not go by the name that the user gave whether a token is Steam's: the
//! app goes by that of the service.
//!
//! # Source
//! <https://github.com/freeotp/freeotp-android>, `TokenPersistence`, `MasterKey` and `EncryptedKey`;
//! <https://github.com/beemdevelopment/Aegis>, its reader of both.

use std::collections::BTreeMap;

use sha1::Sha1;
use sha2::Sha512;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::java::{self, NoTable};
use super::json::{Document, Node};
use super::key::{self, Key};
use super::number::numbers;
use super::position::Positions;
use super::settings;
use super::xml::read as read_xml;
use super::{BAD_ENTRY, Format, Origin};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{self, Fields, Material, Type};

/// Settings, or a backup.
pub(super) const FORMAT: Format =
    Format { id: "freeotp", name: "FreeOTP", origin: Origin::App { whole: true, id: None }, recognise, read };

/// The list that puts the tokens in order.
const ORDER: &str = "tokenOrder";
/// In a backup: the key, and what the name of a token ends with.
const MASTER: &str = "masterKey";
const TOKEN: &str = "-token";
const CIPHER: &str = "AES/GCM/NoPadding";

fn recognise(content: &Content<'_>) -> bool {
    java::is_table(content.bytes) || settings::has(content, &[ORDER])
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if java::is_table(content.bytes) { backup(content, intake) } else { on_the_phone(content, intake) }
}

fn on_the_phone(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let (text, document) = read_xml(content, settings::ROOT)?;
    let positions = Positions::of(text);
    let named = document.root_element().children().filter(|node| node.tag_name().name() == "string");
    for node in named.filter(|node| node.attribute("name") != Some(ORDER)) {
        let (line, column) = positions.at(node.range().start);
        let (place, value) = (intake.place(line, column), node.text().unwrap_or_default().trim());
        // The first versions kept URIs.
        if value.starts_with("otpauth://") {
            intake.entry(entry::read(value), place);
            continue;
        }
        let token = Document::read(value);
        let secret = token.as_ref().and_then(|token| token.root().get("secret")?.bytes());
        match (token, secret) {
            (Some(token), Some(secret)) => take(token.root(), &secret, place, intake),
            _ => intake.problem(Diagnostic::error(BAD_ENTRY, place, "a token without a list of bytes as its secret")),
        }
    }
    Ok(())
}

fn backup(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let table = java::table(content.bytes).map_err(|error: NoTable| content.broken(error.message()))?;
    let values: BTreeMap<&str, &str> = table.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let master = values.get(MASTER).and_then(|master| Document::read(master));
    let master = master.ok_or_else(|| content.broken("a backup of FreeOTP without its key"))?;
    let master = master_key(master.root(), content)?;
    for (name, value) in &table {
        let place = intake.place(0, 0);
        let bad = |message| Diagnostic::error(BAD_ENTRY, place.clone(), message);
        let Some(identity) = name.strip_suffix(TOKEN) else {
            if name.as_str() != MASTER && !values.contains_key(format!("{}{TOKEN}", name.as_str()).as_str()) {
                intake.problem(bad("a secret without its token"));
            }
            continue;
        };
        let Some(token) = Document::read(value) else {
            intake.problem(bad("a token that is not in JSON"));
            continue;
        };
        // The key is JSON in a string in JSON.
        let sealed = values.get(identity).and_then(|sealed| Document::read(sealed)?.root().get("key")?.string());
        let secret = sealed.as_deref().and_then(|sealed| opened(Document::read(sealed)?.root(), &master));
        match secret {
            Some(secret) => take(token.root(), &secret, place, intake),
            None => intake.problem(bad("a token without its secret, or with one that the key does not open")),
        }
    }
    Ok(())
}

fn master_key(master: Node<'_>, content: &Content<'_>) -> Result<Key, Refusal> {
    let broken = || content.broken("a backup of FreeOTP whose key lacks a part");
    let sealed = master.get("mEncryptedKey").ok_or_else(broken)?;
    let salt = master.get("mSalt").and_then(Node::bytes).ok_or_else(broken)?;
    let rounds = master.number_of("mIterations").ok_or_else(broken)?;
    let algorithm = master.text("mAlgorithm").to_ascii_lowercase();
    let long = algorithm == "pbkdf2withhmacsha512";
    if sealed.text("mCipher").as_str() != CIPHER || !(long || algorithm == "pbkdf2withhmacsha1") {
        return Err(content.broken("a backup of FreeOTP that is encrypted in a way that is not known"));
    }
    let password = content.password()?.as_bytes();
    let own = if long {
        key::pbkdf2::<Sha512, 32>(content, password, &salt, rounds)?
    } else {
        key::pbkdf2::<Sha1, 32>(content, password, &salt, rounds)?
    };
    let opened = opened(sealed, &own).ok_or_else(|| key::wrong(content))?;
    opened.as_slice().try_into().map(Zeroizing::new).map_err(|_| broken())
}

/// AES-256-GCM with the name of what is sealed beside it; parameters are in DER.
fn opened(sealed: Node<'_>, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
    let (text, parameters) = (sealed.get("mCipherText")?.bytes()?, sealed.get("mParameters")?.bytes()?);
    key::aes_gcm(key, nonce(&parameters)?, &text, sealed.text("mToken").as_bytes())
}

/// The first string of bytes: alone, or at the head of a sequence.
fn nonce(der: &[u8]) -> Option<&[u8]> {
    let first = if let [0x30, _, first @ ..] = der { first } else { der };
    let [0x04, length, bytes @ ..] = first else { return None };
    bytes.get(..usize::from(*length))
}

fn take(token: Node<'_>, secret: &[u8], place: Place, intake: &mut Intake<'_>) {
    let issuer = token.first_text(&["issuerAlt", "issuerExt", "issuerInt"]);
    let account = token.first_text(&["labelAlt", "label"]);
    let kind = match token.text("type").as_str() {
        "TOTP" if token.text("issuerExt").as_str() == "Steam" => Type::Steam,
        "TOTP" => Type::Totp,
        "HOTP" => Type::Hotp,
        _ => return intake.problem(Diagnostic::error(BAD_ENTRY, place, "a token of a type that is not known")),
    };
    let [digits, period, counter] = match numbers(token, kind, ["digits", "period", "counter"]) {
        Ok(numbers) => numbers,
        Err(flaw) => return intake.problem(Diagnostic::error(BAD_ENTRY, place, flaw)),
    };
    let algorithm = token.text("algo");
    intake.fields(
        &Fields {
            kind,
            issuer: &issuer,
            account: &account,
            secret: Material::Bytes(secret),
            algorithm: &algorithm,
            digits,
            period,
            counter,
            ..Fields::default()
        },
        place,
    );
}
