//! Backups of the Authenticator extension for browsers: an object of entries, each under a name that is drawn by lot.
//!
//! The one idea: the type says how the secret is spelled and how codes are cut, Battle.net's and Steam's too. It must not
//! take an entry that is still encrypted for one without a secret.
//!
//! # Source
//! <https://github.com/Authenticator-Extension/Authenticator>, `storage.ts` and `key-utilities.ts`.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::number::numbers;
use super::{CANNOT_DECRYPT, Format, Origin};
use crate::diagnostic::Place;
use crate::entry::key::{self, Look};
use crate::entry::{Fields, Material, Type};

/// A backup.
pub(super) const FORMAT: Format = Format {
    id: "authenticator-extension",
    name: "Authenticator (extension for browsers)",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| document.root().is_object() && items(document.root()).any(is_item))
}

/// The members that are objects.
fn items(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut items = Vec::new();
    root.each(|name, node| {
        if node.is_object() && name != "UserSettings" && name != "key" && *node.text("dataType") != "Key" {
            items.push(node);
        }
    });
    items.into_iter()
}

fn is_item(node: Node<'_>) -> bool {
    let has = |name: &str| node.get(name).is_some();
    is_sealed(node) || has("secret") && has("index") && (has("hash") || has("encrypted")) && has("type")
}

fn is_sealed(node: Node<'_>) -> bool {
    *node.text("dataType") == "EncOTPStorage" || node.is_true("encrypted") && node.get("secret").is_some()
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a backup of the Authenticator extension");
    let document = content.json().filter(|document| document.root().is_object()).ok_or_else(broken)?;
    let mut sealed = false;
    let open = items(document.root()).filter(|node| {
        sealed |= is_sealed(*node);
        !is_sealed(*node)
    });
    let open: Vec<_> = open.collect();
    intake.each(document, open, take);
    if sealed {
        let message = "a backup of the Authenticator extension that is encrypted";
        let help = "in the extension, choose Backup and download the file without encryption, or show the QR codes";
        return Err(content.refuse(CANNOT_DECRYPT, message).help(help));
    }
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let secret = item.text("secret");
    let prefixed = [("blz-", "battle"), ("bliz-", "battle"), ("stm-", "steam")];
    let prefixed = prefixed.iter().find_map(|(prefix, kind)| Some((secret.strip_prefix(prefix)?, *kind)));
    let named = item.text("type");
    let (secret, named) = prefixed.unwrap_or((&secret, &named));
    let (kind, hexadecimal) = match named {
        // What can be no base32 is hexadecimal to the extension.
        "" | "totp" => (Type::Totp, key::look_labelled(secret, true) == Look::Hexadecimal),
        "hotp" => (Type::Hotp, key::look_labelled(secret, true) == Look::Hexadecimal),
        "hex" => (Type::Totp, true),
        "hhex" => (Type::Hotp, true),
        "battle" => (Type::Totp, false),
        "steam" => (Type::Steam, false),
        _ => return Err("an entry of a type that is not known"),
    };
    let [digits, period, counter] = numbers(item, kind, ["digits", "period", "counter"])?;
    let (issuer, account, algorithm) = (item.text("issuer"), item.text("account"), item.text("algorithm"));
    let fields = Fields {
        kind,
        // Behind two colons stand the pages that it is for.
        issuer: issuer.split("::").next().unwrap_or_default(),
        account: &account,
        secret: if hexadecimal { Material::Hexadecimal(secret) } else { Material::Base32(secret) },
        algorithm: if kind == Type::Steam { "" } else { &algorithm },
        digits: match named {
            "battle" => Some(8),
            "steam" => None,
            _ => digits,
        },
        period: period.filter(|period| *period > 0),
        counter,
        ..Fields::default()
    };
    intake.fields(&fields, place);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{CANNOT_DECRYPT, read};

    #[test]
    fn what_is_sealed_is_told_beside_what_is_open() {
        let open = r#""a":{"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","index":0,"hash":"a","type":"totp","issuer":"Shop::shop.example"}"#;
        let sealed = r#""b":{"dataType":"EncOTPStorage","data":"AAAA","index":1}"#;
        let imported = read(format!("{{{open},{sealed}}}").as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.entries[0].entry.issuer.as_str()), (1, "Shop"));
        assert_eq!(imported.problems[0].code, CANNOT_DECRYPT);
    }
}
