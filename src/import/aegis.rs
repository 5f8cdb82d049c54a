//! Backups of Aegis: `{"version":1,"header":{…},"db":…}`, plain or encrypted with a password.
//!
//! The one idea: the password opens a slot, the slot holds the key of the vault. It must not take a slot of another
//! kind (a fingerprint's key never leaves its device) for a wrong password.
//!
//! # Source
//! <https://github.com/beemdevelopment/Aegis/blob/master/docs/vault.md>

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Scrypt};
use super::number::numbers;
use super::{CANNOT_DECRYPT, Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// A vault.
pub(super) const FORMAT: Format =
    Format { id: "aegis", name: "Aegis", origin: Origin::App { whole: true, id: Some("aegis") }, recognise, read };

/// Slots that are tried, at most; each costs a second.
const MOST_SLOTS: usize = 16;
/// The type of a slot that a password opens.
const PASSWORD_SLOT: u64 = 1;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        root.get("db").is_some() && root.get("header").is_some_and(Node::is_object)
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a vault of Aegis");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    let database = root.get("db").ok_or_else(broken)?;
    if database.is_object() {
        return entries(document, database, content, intake);
    }
    let header = root.get("header").ok_or_else(broken)?;
    let sealed = database.string().and_then(|text| BASE64.decode(text.as_bytes()).ok()).ok_or_else(broken)?;
    let key = vault_key(header, content)?;
    let plain = opened(header.get("params"), &key, &sealed).ok_or_else(|| key::wrong(content))?;
    let document = Document::of(&plain).ok_or_else(broken)?;
    entries(&document, document.root(), content, intake)
}

/// The key of the vault, from the first slot that the password opens.
fn vault_key(header: Node<'_>, content: &Content<'_>) -> Result<key::Key, Refusal> {
    let slots = header.get("slots").map(Node::items).unwrap_or_default();
    let slots = slots.filter(|slot| slot.number_of("type") == Some(PASSWORD_SLOT));
    let slots: Vec<_> = slots.take(MOST_SLOTS).collect();
    if slots.is_empty() {
        let message = "a vault that no password opens, only the device that it was made on";
        return Err(content.refuse(CANNOT_DECRYPT, message).help("in Aegis, export the vault anew, with a password"));
    }
    let password = content.password()?;
    for slot in slots {
        if let Some(key) = slot_key(slot, password, content)? {
            return Ok(key);
        }
    }
    Err(key::wrong(content))
}

/// `None`: the slot has another password.
fn slot_key(slot: Node<'_>, password: &str, content: &Content<'_>) -> Result<Option<key::Key>, Refusal> {
    let broken = || content.broken("a slot of the vault lacks one of its numbers");
    let number = |name| slot.number_of(name).ok_or_else(broken);
    let scrypt = Scrypt { n: number("n")?, r: number("r")?, p: number("p")? };
    let (salt, sealed) = (hexadecimal(slot, "salt").ok_or_else(broken)?, hexadecimal(slot, "key").ok_or_else(broken)?);
    let own = scrypt.key(content, password.as_bytes(), &salt)?;
    let opened = opened(slot.get("key_params"), &own, &sealed);
    Ok(opened.and_then(|key| key.as_slice().try_into().ok().map(Zeroizing::new)))
}

/// AES-256-GCM with nonce and tag beside.
fn opened(parameters: Option<Node<'_>>, key: &key::Key, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, tag) = (hexadecimal(parameters?, "nonce")?, hexadecimal(parameters?, "tag")?);
    key::aes_gcm(key, &nonce, &[sealed, &tag].concat(), b"")
}

fn hexadecimal(node: Node<'_>, name: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(node.text(name).as_bytes()).ok()
}

fn entries(
    document: &Document<'_>,
    database: Node<'_>,
    content: &Content<'_>,
    intake: &mut Intake<'_>,
) -> Result<(), Refusal> {
    let list = database.get("entries").filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("a vault of Aegis without its list of entries"))?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let kind = match item.text("type").as_str() {
        "totp" => Type::Totp,
        "hotp" => Type::Hotp,
        "steam" => Type::Steam,
        "yandex" => Type::Yandex,
        "motp" => Type::Motp,
        _ => return Err("an entry of a type that is not known"),
    };
    let (issuer, account) = (item.text("issuer"), item.text("name"));
    let info = item.get("info").ok_or("an entry without secret and numbers")?;
    let [digits, period, counter] = numbers(info, kind, ["digits", "period", "counter"])?;
    let (secret, algorithm) = (info.text("secret"), info.text("algo"));
    let pin_length = info.get("pin").and_then(Node::string).map(|pin| pin.chars().count() as u64);
    intake.fields(
        &Fields {
            kind,
            issuer: &issuer,
            account: &account,
            secret: Material::Base32(&secret),
            algorithm: &algorithm,
            digits,
            period,
            counter,
            pin_length: pin_length.filter(|_| kind == Type::Yandex),
        },
        place,
    );
    Ok(())
}
