//! TOTP Authenticator: its encrypted backups, and its settings on the phone.
//!
//! The one idea: everywhere it is one list of accounts in JSON; in a backup the list is, oddly, the name of the only
//! member of an object. It must not ask for a password where the app sealed the backup with its own.
//!
//! # Source
//! <https://github.com/beemdevelopment/Aegis> and <https://github.com/stratumauth/app>, their readers.

use data_encoding::BASE64;
use serde_json::Deserializer;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Key};
use super::number::numbers;
use super::settings::{self, Settings};
use super::xml::root_name;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// A backup, or settings.
pub(super) const FORMAT: Format = Format {
    id: "totp-authenticator",
    name: "TOTP Authenticator",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

/// What the app seals with where nobody gave a password.
const OWN_PASSWORD: &str = "TotpAuthenticator";
/// Bytes of a sealed list with one account, at least; shorter ones could be set-up keys.
const LEAST_SEALED: usize = 128;
/// The setting with the list.
const LIST: &str = "STATIC_TOTP_CODES_LIST";
/// What the app writes where there is no issuer.
const NO_ISSUER: &str = "Unknown";

fn recognise(content: &Content<'_>) -> bool {
    let mut list = content.json().map(|document| document.root().items()).unwrap_or_default();
    list.next().is_some_and(|first| ["base", "key", "issuer"].iter().all(|name| first.get(name).is_some()))
        || settings::has(content, &[LIST])
        || sealed(content).is_some()
}

/// A backup is one line of base64 in whole blocks.
fn sealed(content: &Content<'_>) -> Option<Vec<u8>> {
    let text = content.text()?.trim();
    let mixed = |is: fn(&u8) -> bool| text.as_bytes().iter().take(LEAST_SEALED).any(is);
    if text.len() < LEAST_SEALED || !mixed(u8::is_ascii_lowercase) || !mixed(u8::is_ascii_uppercase) {
        return None;
    }
    BASE64.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() >= LEAST_SEALED && bytes.len() % 16 == 0)
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a backup of TOTP Authenticator");
    if let Some(document) = content.json() {
        return accounts(document, None, content, intake);
    }
    if root_name(content) == Some(settings::ROOT) {
        return on_the_phone(content, intake);
    }
    let sealed = sealed(content).ok_or_else(broken)?;
    let list = match opened(&sealed, OWN_PASSWORD) {
        Some(list) => list,
        None => opened(&sealed, content.password()?).ok_or_else(|| key::wrong(content))?,
    };
    accounts(&Document::read(&list).ok_or_else(broken)?, None, content, intake)
}

fn on_the_phone(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let settings = Settings::read(content)?;
    let list = settings.get(LIST, intake);
    let (list, place) =
        list.ok_or_else(|| content.broken("settings of TOTP Authenticator without the list of accounts"))?;
    let accounts_of = Document::read(list);
    let accounts_of = accounts_of.ok_or_else(|| content.broken("a list of accounts that is not in JSON"))?;
    accounts(&accounts_of, Some(&place), content, intake)
}

/// AES-256-CBC; the key is the hash of the password, and the vector is nothing.
fn opened(sealed: &[u8], password: &str) -> Option<Zeroizing<String>> {
    let key: Key = Zeroizing::new(Sha256::digest(password.as_bytes()).into());
    let plain = key::aes_cbc(&key, &[0; 16], sealed)?;
    let name = std::str::from_utf8(&plain).ok()?.trim_start().strip_prefix('{')?;
    Deserializer::from_str(name).into_iter::<String>().next()?.ok().map(Zeroizing::new)
}

/// `place` is that of all of them, where they have none of their own.
fn accounts(
    document: &Document<'_>,
    place: Option<&Place>,
    content: &Content<'_>,
    intake: &mut Intake<'_>,
) -> Result<(), Refusal> {
    let list = Some(document.root()).filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("not a list of accounts of TOTP Authenticator"))?;
    intake.each(document, list.items(), |item, own, intake| take(item, place.cloned().unwrap_or(own), intake));
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let (issuer, account, secret) = (item.text("issuer"), item.text("name"), item.text("key"));
    let decoded;
    let secret = match item.number_of("base") {
        Some(16) => Material::Hexadecimal(&secret),
        Some(32) => Material::Base32(&secret),
        Some(64) => {
            let bytes = BASE64.decode(secret.trim().as_bytes());
            let bytes = bytes.map_err(|_| "an account whose secret is not in base64, as the account says")?;
            decoded = Zeroizing::new(bytes);
            Material::Bytes(&decoded)
        }
        _ => return Err("an account whose secret is spelled in a way that is not known"),
    };
    let [digits, period, _] = numbers(item, Type::Totp, ["digits", "period", ""])?;
    let fields = Fields {
        issuer: if issuer.as_str() == NO_ISSUER { "" } else { &issuer },
        account: &account,
        secret,
        digits,
        period,
        ..Fields::default()
    };
    intake.fields(&fields, place);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{read, recognised};

    #[test]
    fn keys_are_no_backup() {
        let key = "GEZDGNBVGY3TQOJQ".repeat(8);
        let mixed = "GEZDGNBVgy3tqojq".repeat(2);
        let lines = format!("{mixed}\n").repeat(16);
        for text in [&key, &key.to_lowercase(), &mixed, &lines, &format!("{}=", "aA".repeat(100))] {
            assert_eq!(recognised(text.as_bytes()).unwrap().id, "text", "{text}");
        }
    }

    #[test]
    fn a_secret_in_bad_base64_is_not_a_missing_one() {
        let imported = read(br#"[{"base":64,"key":"A","issuer":"x"}]"#, "x");
        let told: Vec<_> = imported.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["x:1:2: error[IN014]: an account whose secret is not in base64, as the account says"]);
    }
}
