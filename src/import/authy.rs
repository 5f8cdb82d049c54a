//! Authy: its settings on the phone, in which tokens are a list in JSON.
//!
//! The one idea: two lists, one of tokens in base32, one of Authy's own, which show seven digits every ten seconds. It
//! must not open what the app encrypted with the backup password, of which newer versions do not tell how.
//!
//! # Source
//! <https://github.com/beemdevelopment/Aegis>, its reader of both files.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::number::Number;
use super::settings::{self, Settings};
use super::{BAD_ENTRY, CANNOT_DECRYPT, Format, Origin};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Fields, Material};

/// Its settings.
pub(super) const FORMAT: Format =
    Format { id: "authy", name: "Authy", origin: Origin::App { whole: false, id: Some("authy") }, recognise, read };

/// The lists, by the names of their settings.
const LISTS: [&str; 2] = ["com.authy.storage.tokens.authenticator.key", "com.authy.storage.tokens.authy.key"];
/// What the app's own tokens have.
const OWN_DIGITS: u64 = 7;
const OWN_PERIOD: u64 = 10;

const WAY_OUT: &str =
    "Authy exports nothing: set up two-factor authentication anew at each service, while its codes still work";

fn recognise(content: &Content<'_>) -> bool {
    settings::has(content, &LISTS) || content.json().is_some_and(|document| is_remote(document.root()))
}

/// What Authy keeps on its servers, as some programs fetched it.
fn is_remote(root: Node<'_>) -> bool {
    let mut tokens = root.get("authenticator_tokens").map(Node::items).unwrap_or_default();
    tokens.any(|token| token.get("encrypted_seed").is_some())
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if content.json().is_some_and(|document| is_remote(document.root())) {
        return Err(sealed(content));
    }
    let settings = Settings::read(content)?;
    let mut any_sealed = false;
    for name in LISTS {
        let Some((text, place)) = settings.get(name, intake) else { continue };
        let Some(list) = Document::read(text).filter(|list| list.root().is_array()) else {
            intake.problem(Diagnostic::error(BAD_ENTRY, place, "a list of tokens that is not in JSON"));
            continue;
        };
        for token in list.root().items() {
            if intake.is_full() {
                return Ok(());
            }
            let has = |name: &str| token.get(name).is_some();
            if !has("decryptedSecret") && !has("secretSeed") && has("encryptedSecret") {
                any_sealed = true;
                continue;
            }
            if let Err(flaw) = take(token, place.clone(), intake) {
                intake.bad(flaw, place.clone());
            }
        }
    }
    if any_sealed { Err(sealed(content)) } else { Ok(()) }
}

fn sealed(content: &Content<'_>) -> Refusal {
    content.refuse(CANNOT_DECRYPT, "tokens of Authy that its backup password encrypts").help(WAY_OUT)
}

fn take(token: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let (name, original, issuer) = (token.text("name"), token.text("originalName"), token.text("originalIssuer"));
    let digits = Number::Digits.of(token, "digits")?;
    let seed = token.text("secretSeed");
    if !seed.is_empty() {
        let secret = Material::Hexadecimal(&seed);
        let digits = digits.or(Some(OWN_DIGITS));
        let fields = Fields { issuer: &name, secret, digits, period: Some(OWN_PERIOD), ..Fields::default() };
        intake.fields(&fields, place);
        return Ok(());
    }
    let whole = if name.is_empty() { &original } else { &name };
    let (own, account) = names(whole, &issuer, &original);
    let secret = token.text("decryptedSecret");
    let fields = Fields { issuer: own, account, secret: Material::Base32(&secret), digits, ..Fields::default() };
    intake.fields(&fields, place);
    Ok(())
}

/// Issuer and account: the app shows both as one name, and knows the issuer of some.
fn names<'a>(name: &'a str, issuer: &'a str, original: &'a str) -> (&'a str, &'a str) {
    let known = if issuer.is_empty() { original.split_once(':').map_or("", |(issuer, _)| issuer) } else { issuer };
    if known.is_empty() {
        return name
            .split_once(':')
            .or_else(|| name.split_once(" - "))
            .map_or(("", name), |(a, b)| (a.trim(), b.trim()));
    }
    let rest = name.strip_prefix(known).unwrap_or(name).trim_start();
    (known, rest.strip_prefix([':', '-']).unwrap_or(rest).trim())
}

#[cfg(test)]
mod tests {
    use super::super::{CANNOT_DECRYPT, read};

    #[test]
    fn what_is_encrypted_is_told() {
        let list = r#"[{"name":"Shop: ann","decryptedSecret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","digits":6},{"name":"b","encryptedSecret":"AAAA","salt":"x"}]"#;
        let xml = format!("<map><string name=\"{}\">{}</string></map>", super::LISTS[0], list.replace('"', "&quot;"));
        let imported = read(xml.as_bytes(), "x");
        let entry = &imported.entries[0].entry;
        assert_eq!((entry.issuer.as_str(), entry.account.as_str()), ("Shop", "ann"));
        assert_eq!(imported.problems[0].code, CANNOT_DECRYPT);
        let remote = read(br#"{"authenticator_tokens":[{"encrypted_seed":"AAAA","salt":"x"}]}"#, "x");
        assert_eq!(remote.problems[0].code, CANNOT_DECRYPT);
    }
}
