//! Exports of Proton Authenticator: `{"version":1,"entries":[…]}`, or `{"version":1,"salt":…,"content":…}` with a
//! password.
//!
//! The one idea: an entry is a URI, but Steam's are the app's own: the secret stands in base64 where it is no base32. It
//! must not take the name of an entry for the account where the URI has none, since it is the issuer then.
//!
//! # Source
//! <https://github.com/protonpass/proton-pass-common>, `proton-authenticator`: its exporters and `SteamTotp`.

use data_encoding::{BASE64, BASE64_NOPAD};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id};
use super::{Format, Origin, field};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// An export.
pub(super) const FORMAT: Format = Format {
    id: "proton-authenticator",
    name: "Proton Authenticator",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

/// The only version that is known.
const VERSION: u64 = 1;
/// Cost of the key; the file does not say.
const COST: Argon2id = Argon2id { kibibytes: 19 * 1024, passes: 2, lanes: 1 };
/// What the mark vouches for beside the text.
const BESIDE: &[u8] = b"proton.authenticator.export.v1";
/// Bytes of nonce before the text.
const NONCE: usize = 12;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        let is_string = |name| root.get(name).is_some_and(Node::is_string);
        let mut entries = root.get("entries").map(Node::items).unwrap_or_default();
        let is_entry =
            |entry: &Node<'_>| entry.get("content").is_some_and(|content| content.get("entry_type").is_some());
        root.get("version").is_some()
            && (is_string("salt") && is_string("content") || entries.next().as_ref().is_some_and(is_entry))
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Proton Authenticator");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    known(root, content)?;
    if root.get("entries").is_some() {
        return entries(document, content, intake);
    }
    let bytes = |name| BASE64.decode(root.text(name).as_bytes()).map_err(|_| broken());
    let (salt, sealed) = (bytes("salt")?, bytes("content")?);
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
    let key = COST.key(content, content.password()?.as_bytes(), &salt)?;
    let plain = key::aes_gcm(&key, nonce, sealed, BESIDE).ok_or_else(|| key::wrong(content))?;
    let document = Document::of(&plain).ok_or_else(broken)?;
    known(document.root(), content)?;
    entries(&document, content, intake)
}

fn known(root: Node<'_>, content: &Content<'_>) -> Result<(), Refusal> {
    if root.number_of("version") == Some(VERSION) {
        return Ok(());
    }
    Err(content.broken(format!("an export of another version than {VERSION}, the only one that is known")))
}

fn entries(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let list = document.root().get("entries").filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("an export of Proton Authenticator without its list of entries"))?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let held = item.get("content").filter(|held| held.is_object()).ok_or("an entry without content")?;
    let uri = held.text("uri");
    match held.text("entry_type").as_str() {
        "Totp" => {
            field::take(&uri, &Fields::default(), place, intake);
        }
        "Steam" => {
            let name = held.text("name");
            let bytes = base64_secret(&uri);
            let secret = bytes.as_ref().map_or(Material::Base32(key_of(&uri)), |bytes| Material::Bytes(bytes));
            let fields = Fields { kind: Type::Steam, issuer: "Steam", account: &name, secret, ..Fields::default() };
            intake.fields(&fields, place);
        }
        _ => return Err("an entry of a type that is not known"),
    }
    Ok(())
}

fn key_of(uri: &str) -> &str {
    uri.trim().strip_prefix("steam://").unwrap_or(uri).trim_end_matches('=')
}

/// The secret of Steam Guard, unless it is in base32.
fn base64_secret(uri: &str) -> Option<Zeroizing<Vec<u8>>> {
    let key = key_of(uri);
    if key.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')) {
        return None;
    }
    BASE64_NOPAD.decode(key.as_bytes()).ok().map(Zeroizing::new)
}
