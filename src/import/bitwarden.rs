//! Exports of Bitwarden and of Bitwarden Authenticator: `{"encrypted":…,"items":[…]}`, plain or protected with a password
//! of their own.
//!
//! The one idea: an item holds what somebody pasted, a URI or a set-up key, so it is read as those are; the item's own
//! names stand in for missing ones. It must not take an export that only its account can open for a wrong password.
//!
//! # Source
//! <https://bitwarden.com/help/encrypted-export/> and <https://github.com/bitwarden/authenticator-android>, its
//! `ExportJsonData` and `AuthenticatorItemEntity`.

use chrono::DateTime;
use data_encoding::BASE64;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::field;
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id, Key};
use super::{CANNOT_DECRYPT, Format, Origin};
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format = Format {
    id: "bitwarden",
    name: "Bitwarden",
    origin: Origin::App { whole: false, id: Some("bitwarden") },
    recognise,
    read,
};

/// Of the two types of encryption, the one with a mark of 32 bytes that vouches for it.
const SEALED: &str = "2.";

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        let mut items = root.get("items").map(Node::items).unwrap_or_default();
        // Old exports do not say that they are plain.
        let is_old = |item: Node<'_>| item.get("login").is_some_and(Node::is_object);
        match root.get("encrypted") {
            Some(_) => root.get("items").is_some_and(Node::is_array) || root.is_true("encrypted"),
            None => root.get("folders").is_some_and(Node::is_array) && items.any(is_old),
        }
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Bitwarden");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    if !root.is_true("encrypted") {
        return entries(document, content, intake);
    }
    if !root.is_true("passwordProtected") {
        let message = "an export that only the account opens which it was made in";
        let help = "export again, as plain JSON or protected with a password";
        return Err(content.refuse(CANNOT_DECRYPT, message).help(help));
    }
    let sealed = root.get("data").and_then(Node::string).ok_or_else(broken)?;
    let key = master(root, content)?;
    let plain = opened(&key, &sealed).ok_or_else(|| key::wrong(content))?;
    entries(&Document::of(&plain).ok_or_else(broken)?, content, intake)
}

fn master(root: Node<'_>, content: &Content<'_>) -> Result<Key, Refusal> {
    let broken = || content.broken("an export of Bitwarden without a number that its key takes");
    let number = |name: &str| root.number_of(name).ok_or_else(broken);
    let (kind, rounds, salt) = (number("kdfType")?, number("kdfIterations")?, root.text("salt"));
    let password = content.password()?.as_bytes();
    match kind {
        0 => key::pbkdf2::<Sha256, 32>(content, password, salt.as_bytes(), rounds),
        1 => {
            let kibibytes = number("kdfMemory")?.saturating_mul(1024);
            let cost = Argon2id { kibibytes, passes: rounds, lanes: number("kdfParallelism")? };
            cost.key(content, password, &Sha256::digest(salt.as_bytes()))
        }
        _ => Err(content.broken("a key that is derived in a way that is not known")),
    }
}

/// AES-256-CBC with HMAC-SHA-256 over vector and text: `2.vector|text|mark`.
fn opened(master: &Key, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut parts = sealed.strip_prefix(SEALED)?.split('|').map(|part| BASE64.decode(part.as_bytes()).ok());
    let (vector, text, mark) = (parts.next()??, parts.next()??, parts.next()??);
    let expander = Hkdf::<Sha256>::from_prk(master.as_slice()).ok()?;
    let (mut own, mut marking) = (Key::default(), Key::default());
    expander.expand(b"enc", own.as_mut()).ok()?;
    expander.expand(b"mac", marking.as_mut()).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(marking.as_slice()).ok()?;
    mac.update(&vector);
    mac.update(&text);
    mac.verify_slice(&mark).ok()?;
    key::aes_cbc(&own, &vector, &text)
}

fn entries(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let items = document.root().get("items").filter(|items| items.is_array());
    let items = items.ok_or_else(|| content.broken("an export of Bitwarden without its list of items"))?;
    let items_of_a_vault = document.root().get("folders").or_else(|| document.root().get("collections")).is_some();
    if !items_of_a_vault {
        intake.of_another_app();
    }
    intake.each(document, items.items(), |item, place, intake| {
        let Some(login) = item.get("login") else { return Ok(()) };
        let totp = login.text("totp");
        if totp.trim().is_empty() {
            return Ok(());
        }
        let (name, user) = (item.text("name"), login.text("username"));
        let beside = Fields { issuer: &name, account: &user, ..Fields::default() };
        if let Some(found) = field::take(&totp, &beside, place, intake) {
            let created = DateTime::parse_from_rfc3339(&item.text("creationDate"));
            found.created = created.ok().map(|time| time.timestamp());
            found.discarded = item.get("deletedDate").is_some() || item.get("archivedDate").is_some();
            if !items_of_a_vault {
                found.entry.account = unescaped(&found.entry.account);
            }
        }
        Ok(())
    });
    Ok(())
}

/// The authenticator writes the label of a URI as a web page would, and only the label.
fn unescaped(account: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    marks.into_iter().fold(account.to_owned(), |text, (escaped, mark)| text.replace(escaped, mark))
}

#[cfg(test)]
mod tests {
    use crate::import::{Found, read};

    fn only(head: &str, item: &str) -> Found {
        let login =
            r#""login":{"totp":"otpauth://totp/Q%26amp%3BA:a%26lt%3Bb?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}"#;
        let text = format!(r#"{{"encrypted":false,{head}"items":[{{{item}{login}}}]}}"#);
        let imported = read(text.as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.problems.len()), (1, 0));
        imported.entries.into_iter().next().unwrap()
    }

    #[test]
    fn when_it_was_made_and_whether_it_was_put_away() {
        let head = r#""folders":[],"#;
        let found = only(head, r#""creationDate":"2025-03-01T10:00:00.000Z","deletedDate":null,"#);
        assert_eq!((found.created, found.discarded), (Some(1_740_823_200), false));
        let found = only(head, r#""creationDate":"no date","deletedDate":"2025-03-01T10:00:00.000Z","#);
        assert_eq!((found.created, found.discarded), (None, true));
    }

    #[test]
    fn old_exports_do_not_say_that_they_are_plain() {
        let text = r#"{"folders":[],"items":[{"name":"Shop","login":{"username":"ann","totp":"GEZDGNBVGY3TQOJQ"}}]}"#;
        let imported = read(text.as_bytes(), "x");
        assert_eq!((imported.app, imported.entries[0].entry.account.as_str()), (Some("bitwarden"), "ann"));
    }

    #[test]
    fn only_the_authenticator_escapes_labels() {
        assert_eq!(only("", "").entry.account, "a<b");
        assert_eq!(only(r#""folders":[],"#, "").entry.account, "a&lt;b");
    }

    #[test]
    fn logins_without_codes_hide_none_behind_them() {
        let other = r#"{"login":{"username":"x"}},"#.repeat(crate::import::MOST_ENTRIES + 50);
        let last = r#"{"name":"last","login":{"totp":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}}"#;
        let imported = read(format!(r#"{{"encrypted":false,"items":[{other}{last}]}}"#).as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.problems.len()), (1, 0));
    }
}
