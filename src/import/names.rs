//! The names that tables, records and lists of objects give the parts of an entry.
//!
//! The one idea: one list of names serves every form of file in which somebody names the parts. It must not guess at a
//! name that is on no list.

use super::number::Number;
use crate::entry::{Fields, Type};

/// Names of a URI or a secret, the surest first.
pub(super) const SECRET: &[&str] = &[
    "otpauth",
    "otpauth_url",
    "otpurl",
    "login_totp",
    "totp",
    "otp",
    "otpsecret",
    "otp_secret",
    "totp_secret",
    "totpsecret",
    "one-time password",
    "otp_url",
    "uri",
    "secret",
    "secretkey",
    "secret_key",
    "base32",
    "seed",
];
/// Names of an address, which may be that of a page as well.
pub(super) const ADDRESS: &[&str] = &["url", "link", "qr", "qrcode", "qr_code", "legacy_uri"];
/// Names of the service.
pub(super) const ISSUER: &[&str] = &["issuer", "service", "title", "provider", NAME];
/// A name of either: of the account, where the service has one of its own.
const NAME: &str = "name";
/// Names of the account.
pub(super) const ACCOUNT: &[&str] = &[
    "account",
    "accountname",
    "account_name",
    "login_username",
    "username",
    "user name",
    "user",
    "login",
    "email",
    "label",
];
/// Names of the type.
pub(super) const TYPE: &[&str] = &["otp_type", "kind", "type"];
/// Names of the hash.
pub(super) const ALGORITHM: &[&str] = &["algorithm", "algo"];
/// Names of the length of a code.
pub(super) const DIGITS: &[&str] = &["digits"];
/// Names of the period.
pub(super) const PERIOD: &[&str] = &["period", "timestep", "interval"];
/// Names of the next counter.
pub(super) const COUNTER: &[&str] = &["counter"];

/// The first of several parts that is filled; empty if none is.
pub(super) fn first<'a>(names: &[&str], get: impl Fn(&str) -> &'a str) -> &'a str {
    names.iter().map(|name| get(name).trim()).find(|value| !value.is_empty()).unwrap_or_default()
}

/// Issuer, account and type of an entry, from parts by their names; an empty one is not there. `has` tells which names
/// there are: where the service has one of its own, though it is empty, a name is that of the account.
pub(super) fn named<'a>(get: impl Fn(&str) -> &'a str, has: impl Fn(&str) -> bool) -> Fields<'a> {
    let kind = match first(TYPE, &get).to_lowercase().as_str() {
        "hotp" => Type::Hotp,
        "steam" | "steamtotp" => Type::Steam,
        "yandex" | "yaotp" => Type::Yandex,
        "motp" => Type::Motp,
        _ => Type::Totp,
    };
    let of_service = &ISSUER[..ISSUER.len() - 1];
    let is_of_account = of_service.iter().any(|name| has(name));
    let (issuer, other) =
        if is_of_account { (first(of_service, &get), get(NAME).trim()) } else { (get(NAME).trim(), "") };
    let account = first(ACCOUNT, &get);
    Fields { kind, issuer, account: if account.is_empty() { other } else { account }, ..Fields::default() }
}

/// All that an entry has beside its secret. The error is what to say of it.
pub(super) fn fields<'a>(
    get: impl Fn(&str) -> &'a str,
    has: impl Fn(&str) -> bool,
) -> Result<Fields<'a>, &'static str> {
    let named = named(&get, has);
    let of = |number: Number, names| number.read(first(names, &get));
    let kind = named.kind;
    let standard = matches!(kind, Type::Totp | Type::Hotp);
    let pin = first(PIN, &get).chars().count() as u64;
    Ok(Fields {
        algorithm: if standard { first(ALGORITHM, &get) } else { "" },
        digits: if standard { of(Number::Digits, DIGITS)? } else { None },
        period: if kind == Type::Totp { of(Number::Period, PERIOD)? } else { None },
        counter: if kind == Type::Hotp { of(Number::Counter, COUNTER)? } else { None },
        pin_length: (kind == Type::Yandex && pin > 0).then_some(pin),
        ..named
    })
}

/// Names of the PIN of an entry.
const PIN: &[&str] = &["pin"];

/// What a label says of what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A secret; `sure` if it speaks of one-time codes.
    Secret { sure: bool },
    /// Another part, by its name.
    Part(&'static str),
}

/// Words of which one is in the label of a key.
const KEY_WORDS: &[&str] = &["secret", "key", "seed", "base32", "schlüssel", "geheimnis", "setup-key"];
/// Words by which a label speaks of one-time codes.
const CODE_WORDS: &[&str] = &[
    "totp",
    "otp",
    "hotp",
    "2fa",
    "mfa",
    "tfa",
    "authenticator",
    "set-up",
    "setup",
    "two-factor",
    "zwei-faktor",
    "base32",
    "einrichtung",
    "einrichtungsschlüssel",
];
/// Words in the labels of keys for something else.
const OTHER_WORDS: &[&str] = &[
    "api",
    "access",
    "aws",
    "azure",
    "private",
    "public",
    "ssh",
    "license",
    "licence",
    "lizenzschlüssel",
    "lizenz",
    "product",
    "activation",
    "recovery",
    "backup",
    "scratch",
    "emergency",
    "rescue",
    "webhook",
    "client",
    "jwt",
    "session",
    "csrf",
    "cookie",
    "encryption",
    "signing",
    "foreign",
    "primary",
    "host",
    "wifi",
    "wlan",
    "wpa",
    "pgp",
    "gpg",
    "django",
    "flask",
    "rails",
    "registry",
    "hash",
    "shared",
    "wiederherstellungsschlüssel",
    "wiederherstellung",
];

/// What a label says, if it says anything of an entry.
pub(super) fn label(text: &str) -> Option<Label> {
    let lower = text.trim().to_lowercase();
    for part in [TYPE, ALGORITHM, DIGITS, PERIOD, COUNTER, ISSUER, ACCOUNT] {
        if let Some(name) = part.iter().find(|name| **name == lower) {
            return Some(Label::Part(name));
        }
    }
    let words: Vec<&str> =
        lower.split(|sign: char| !sign.is_alphanumeric() && sign != '-').filter(|word| !word.is_empty()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let named = SECRET.contains(&lower.as_str());
    let sure = has(CODE_WORDS);
    // `TOTP: …` alone is a label, `the OTP for your order: …` is a sentence.
    let of_key = has(KEY_WORDS) || named || (sure && words.len() <= 2);
    (of_key && !has(OTHER_WORDS)).then_some(Label::Secret { sure })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_the_account_where_the_service_has_its_own() {
        let of = |parts: &'static [(&str, &str)]| {
            let get = |name: &str| parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
            let has = |name: &str| parts.iter().any(|(known, _)| *known == name);
            let fields = fields(get, has).unwrap();
            (fields.issuer, fields.account)
        };
        assert_eq!(of(&[("name", "ann"), ("issuer", "Shop")]), ("Shop", "ann"));
        assert_eq!(of(&[("name", "Shop"), ("username", "ann")]), ("Shop", "ann"));
        assert_eq!(of(&[("name", "Shop")]), ("Shop", ""));
        assert_eq!(of(&[("name", "router"), ("issuer", "")]), ("", "router"));
    }

    #[test]
    fn labels() {
        for text in ["Secret", "key", "Or enter this key manually", "Dein Schlüssel"] {
            assert_eq!(label(text), Some(Label::Secret { sure: false }), "{text}");
        }
        for text in ["TOTP_SECRET", "GITHUB_2FA_KEY", "Set-up key", "base32", "TOTP"] {
            assert_eq!(label(text), Some(Label::Secret { sure: true }), "{text}");
        }
        for text in [
            "let factor",
            "API key",
            "AWS_SECRET_ACCESS_KEY",
            "recovery key",
            "License key",
            "password",
            "note",
            "Hello",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
        assert_eq!(label("Issuer"), Some(Label::Part("issuer")));
    }
}
