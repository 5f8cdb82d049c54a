//! Backups of 2FAS: `{"services":[…],"schemaVersion":4,…}`, plain or with the services encrypted.
//!
//! The one idea: what a schema has no room for is said, since old backups restore entries without it. It must not take
//! the name that somebody gave a service for the account.
//!
//! # Source
//! <https://github.com/twofas/2fas-android>

use data_encoding::BASE64;
use sha2::Sha256;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key;
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// A backup.
pub(super) const FORMAT: Format =
    Format { id: "2fas", name: "2FAS", origin: Origin::App { whole: true, id: Some("2fas") }, recognise, read };

/// Rounds of PBKDF2 with SHA-256; the file does not say.
const ROUNDS: u64 = 10_000;
/// The newest schema that is known.
const NEWEST: u64 = 4;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        root.get("schemaVersion").is_some() && (root.get("services").is_some() || sealed(root).is_some())
    })
}

fn sealed(root: Node<'_>) -> Option<Node<'_>> {
    root.get("servicesEncrypted").filter(|sealed| sealed.is_string())
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a backup of 2FAS");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    let schema = root.number_of("schemaVersion").ok_or_else(broken)?;
    if schema > NEWEST {
        return Err(content.broken(format!("a backup of a newer schema than {NEWEST}, the newest that is known")));
    }
    if schema == 1 {
        intake.loses("algorithm, digits, period and counter");
    }
    let Some(sealed) = sealed(root) else {
        let services = root.get("services").filter(|services| services.is_array()).ok_or_else(broken)?;
        intake.each(document, services.items(), take);
        return Ok(());
    };
    let text = sealed.string().ok_or_else(broken)?;
    let parts: Option<Vec<_>> = text.split(':').map(|part| BASE64.decode(part.as_bytes()).ok()).collect();
    let parts = parts.ok_or_else(broken)?;
    let [sealed, salt, nonce] = parts.as_slice() else { return Err(broken()) };
    let key = key::pbkdf2::<Sha256, 32>(content, content.password()?.as_bytes(), salt, ROUNDS)?;
    let plain = key::aes_gcm(&key, nonce, sealed, b"").ok_or_else(|| key::wrong(content))?;
    let document = Document::of(&plain).ok_or_else(broken)?;
    intake.each(&document, document.root().items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let otp = item.get("otp").filter(|otp| otp.is_object()).ok_or("a service without its numbers")?;
    let kind = match otp.text("tokenType").as_str() {
        "" | "TOTP" => Type::Totp,
        "HOTP" => Type::Hotp,
        "STEAM" => Type::Steam,
        _ => return Err("an entry of a type that is not known"),
    };
    let [digits, period, counter] = numbers(otp, kind, ["digits", "period", "counter"])?;
    let (named, issuer, account) = (item.text("name"), otp.text("issuer"), otp.text("account"));
    let (secret, algorithm) = (item.text("secret"), otp.text("algorithm"));
    intake.fields(
        &Fields {
            kind,
            issuer: if issuer.is_empty() { &named } else { &issuer },
            account: &account,
            secret: Material::Base32(&secret),
            algorithm: &algorithm,
            digits,
            period: period.filter(|_| kind == Type::Totp),
            counter,
            pin_length: None,
        },
        place,
    );
    Ok(())
}
