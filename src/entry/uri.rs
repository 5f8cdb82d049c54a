//! Reads the texts that hold one entry: otpauth URIs first, and what else people paste.
//!
//! The one idea: the form is recognised by its beginning, never by trial and error, so that an error speaks of the
//! form that was meant. It must not use a general URL parser: one cuts at a `#` in a label and so loses the secret.

use super::build::{Assumed, Names, Parts, Type};
use super::deviation::Notes;
use super::query::{KEEOTP, OTPAUTH, Query, decode};
use super::{Deviation, Entry, EntryError, Form, base32, build, label};

/// An entry, with what was odd about its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadEntry {
    /// The entry.
    pub entry: Entry,
    /// What was odd, each once, in the order it was met.
    pub deviations: Vec<Deviation>,
    /// The issuer that the label names, where the parameter names another and was taken.
    pub label_issuer: Option<String>,
    /// Parameters that the text does not name.
    pub assumed: Assumed,
}

/// Reads an `otpauth:` URI (totp, hotp, steam, yaotp), `steam://SECRET`, a `motp:` URI, a `KeeOtp` text, or a set-up key
/// alone. Blanks around the text do not belong to it.
///
/// # Errors
/// Where no entry can be made of it without guessing. Errors quote nothing.
///
/// # Source
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
///
/// # Example
/// ```
/// let read = otp_doctor::entry::read("otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
/// assert_eq!((read.entry.issuer.as_str(), read.entry.account.as_str()), ("Example", "alice"));
/// assert!(read.deviations.is_empty());
/// # Ok::<(), otp_doctor::entry::EntryError>(())
/// ```
pub fn read(text: &str) -> Result<ReadEntry, EntryError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(EntryError::Empty);
    }
    if text.len() > EntryError::LONGEST {
        return Err(EntryError::TooLong);
    }
    let mut notes = Notes::default();
    let (entry, label_issuer, assumed) = match scheme(text) {
        Some((scheme, rest)) => {
            let position = scheme.len() + "://".len() + 1;
            let known = scheme.to_ascii_lowercase();
            notes.add_if(known != scheme, Deviation::SchemeCase);
            match known.as_str() {
                "otpauth" => otpauth(rest, position, &mut notes)?,
                "apple-otpauth" => {
                    notes.add(Deviation::AppleScheme);
                    otpauth(rest, position, &mut notes)?
                }
                "steam" => (steam(rest, position, &mut notes)?, None, Assumed::default()),
                "motp" => (motp(rest, position, &mut notes)?, None, Assumed::default()),
                "otpauth-migration" => return Err(EntryError::Migration),
                "http" | "https" => return Err(EntryError::WebLink),
                _ => return Err(EntryError::OtherScheme),
            }
        }
        None if is_keeotp(text) => keeotp(text, &mut notes)?,
        None => (set_up_key(text, &mut notes)?, None, Assumed { algorithm: true, digits: true, period: true }),
    };
    Ok(ReadEntry { entry, deviations: notes.into(), label_issuer, assumed })
}

fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let plain = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (plain && !scheme.is_empty()).then_some((scheme, rest))
}

/// The entry, the issuer of its label where the parameter names another, and what was assumed.
type Parsed = (Entry, Option<String>, Assumed);

fn otpauth(rest: &str, position: usize, notes: &mut Notes) -> Result<Parsed, EntryError> {
    notes.add_if(rest.contains(char::is_whitespace), Deviation::RawBlanks);
    notes.add_if(rest.contains('#'), Deviation::RawHash);
    let (head, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, raw_label) = head.split_once('/').unwrap_or((head, ""));
    let known = kind.to_ascii_lowercase();
    notes.add_if(known != kind, Deviation::SchemeCase);
    let mut kind = match known.as_str() {
        "totp" => Type::Totp,
        "hotp" => Type::Hotp,
        "steam" => Type::Steam,
        "yaotp" => Type::Yandex,
        _ => return Err(EntryError::UnknownType { position }),
    };
    let query = Query::read(query, position + head.chars().count() + 1, OTPAUTH, notes);
    let parameter = query.filled("issuer", notes).map_or("", |value| value.text.as_str());
    let label = label::split(raw_label, parameter, notes);
    let label_issuer =
        (!parameter.is_empty() && !label.issuer.is_empty() && parameter != label.issuer).then(|| label.issuer.clone());
    if let Some(prefix) = &label_issuer {
        let same = prefix.to_lowercase() == parameter.to_lowercase();
        notes.add(if same { Deviation::IssuerCaseDiffers } else { Deviation::IssuersDiffer });
    }
    let issuer = if parameter.is_empty() { label.issuer } else { parameter.to_owned() };
    let names = Names { issuer, account: label.account };
    notes.add_if(names.account.is_empty(), Deviation::NoAccount);
    if kind == Type::Totp && build::is_steam(&names, &query, notes) {
        kind = Type::Steam;
    }
    let secret = build::secret(&query, notes)?;
    let entry = Parts { kind, names, secret, query: &query }.entry(notes)?;
    let assumed = Assumed::of(&query, &entry);
    Ok((entry, label_issuer, assumed))
}

fn steam(rest: &str, position: usize, notes: &mut Notes) -> Result<Entry, EntryError> {
    notes.add(Deviation::OtherForm(Form::Steam));
    let key = decode(rest, notes);
    // `steam://run/440` starts a game.
    if !looks_like_a_key(&key) {
        return Err(EntryError::SecretNotBase32 { position });
    }
    let secret = build::base32_secret(&key, position, notes)?;
    let names = Names { issuer: "Steam".to_owned(), account: String::new() };
    Parts { kind: Type::Steam, names, secret, query: &Query::default() }.entry(notes)
}

fn motp(rest: &str, position: usize, notes: &mut Notes) -> Result<Entry, EntryError> {
    notes.add(Deviation::OtherForm(Form::Motp));
    let (raw_label, query) = rest.split_once('?').unwrap_or((rest, ""));
    let query = Query::read(query, position + raw_label.chars().count() + 1, OTPAUTH, notes);
    let label = label::split(raw_label, "", notes);
    let secret = build::hexadecimal_parameter(&query)?;
    let names = Names { issuer: label.issuer, account: label.account };
    Parts { kind: Type::Motp, names, secret, query: &query }.entry(notes)
}

fn is_keeotp(text: &str) -> bool {
    text.split('&').any(|piece| piece.split_once('=').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("key")))
}

fn keeotp(text: &str, notes: &mut Notes) -> Result<Parsed, EntryError> {
    notes.add(Deviation::OtherForm(Form::KeeOtp));
    let query = Query::read(text, 1, KEEOTP, notes);
    let kind = match query.filled("type", notes) {
        None => Type::Totp,
        Some(value) => match value.text.to_ascii_lowercase().as_str() {
            "totp" => Type::Totp,
            "hotp" => Type::Hotp,
            "steam" => Type::Steam,
            _ => return Err(EntryError::UnknownType { position: value.position }),
        },
    };
    let secret = build::secret(&query, notes)?;
    let entry = Parts { kind, names: Names::default(), secret, query: &query }.entry(notes)?;
    let assumed = Assumed::of(&query, &entry);
    Ok((entry, None, assumed))
}

fn set_up_key(text: &str, notes: &mut Notes) -> Result<Entry, EntryError> {
    if !looks_like_a_key(text) || !evenly_grouped(text) {
        return Err(EntryError::NotAnEntry);
    }
    notes.add(Deviation::OtherForm(Form::SetUpKey));
    let secret = build::base32_secret(text, 1, notes)?;
    Parts { kind: Type::Totp, names: Names::default(), secret, query: &Query::default() }.entry(notes)
}

/// Nobody marked this text as a secret, so it must look like one: at least 24 bits, hardly a character outside
/// base32, and none of the signs that addresses and sentences have.
fn looks_like_a_key(text: &str) -> bool {
    let key = text.trim_end_matches('=');
    let (mut symbols, mut others) = (0, 0);
    for character in key.chars().filter(|character| !base32::is_grouping(*character)) {
        match character {
            'A'..='Z' | 'a'..='z' | '2'..='7' => symbols += 1,
            '.' | ',' | ':' | ';' | '/' | '@' | '?' | '&' | '=' | '#' | '%' | '\'' | '"' => return false,
            _ => others += 1,
        }
    }
    symbols >= 5 && others * 4 <= symbols
}

/// Keys are wrapped in groups of one length, the last perhaps shorter; words are not.
fn evenly_grouped(text: &str) -> bool {
    let key = text.trim_end_matches('=');
    let groups: Vec<usize> =
        key.split(base32::is_grouping).map(|group| group.chars().count()).filter(|length| *length > 0).collect();
    match groups.split_last() {
        Some((last, [first, rest @ ..])) => rest.iter().all(|length| length == first) && last <= first,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_keys() {
        for text in
            ["foo", "definitely not valid", "alice@example.com", "steam://run/440", "WIFI:S:x;;", "Hello, world"]
        {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["jbsw y3dp ehpk 3pxp", "JBSWY3DP-EHPK3PXP", "PIUDISEQYA======"] {
            assert!(read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn errors_say_where() {
        let rows = [
            ("otpauth://potp/x", EntryError::UnknownType { position: 11 }),
            ("otpauth://totp/ä?secret=JBSWY3DP&algorithm=x", EntryError::UnknownAlgorithm { position: 44 }),
            ("otpauth://totp/a?secret=0000", EntryError::SecretNotBase32 { position: 25 }),
            ("motp://a?secret=xyz", EntryError::SecretNotHexadecimal { position: 17 }),
            ("steam://run/440", EntryError::SecretNotBase32 { position: 9 }),
        ];
        for (text, error) in rows {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }
}
