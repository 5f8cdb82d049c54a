//! Reads the texts that hold one entry: otpauth URIs first, and what else people paste.
//!
//! The one idea: the form is recognised by its beginning, never by trial and error, so that an error speaks of the
//! form that was meant. It must not use a general URL parser: one cuts at a `#` in a label and so loses the secret.

use zeroize::Zeroizing;

use super::build::{Assumed, Names, Parts, Type};
use super::deviation::Notes;
use super::key::{self, Look};
use super::query::{KEEOTP, OTPAUTH, Query, decode};
use super::{Deviation, Entry, EntryError, Form, build, label};

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
    read_as(text, key::look)
}

/// The same of a text that somebody says is a key, who was asked for one: it may be shorter, and read like words.
///
/// # Errors
/// As [`read`].
pub fn read_given(text: &str) -> Result<ReadEntry, EntryError> {
    read_as(text, |text| key::look_labelled(text, true))
}

fn read_as(text: &str, look: fn(&str) -> Look) -> Result<ReadEntry, EntryError> {
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
        None => {
            (set_up_key(text, look(text), &mut notes)?, None, Assumed { algorithm: true, digits: true, period: true })
        }
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
    let (head, query) = parts(rest, notes);
    let query = query.as_str();
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

/// Type and label, and the parameters. A page that escapes a whole address escapes their separators, too.
fn parts<'a>(rest: &'a str, notes: &mut Notes) -> (&'a str, Zeroizing<String>) {
    if let Some((head, query)) = rest.split_once('?') {
        return (head, Zeroizing::new(query.to_owned()));
    }
    let escaped =
        ["%3F", "%3f"].into_iter().filter_map(|mark| rest.split_once(mark)).min_by_key(|(head, _)| head.len());
    let Some((head, query)) = escaped else { return (rest, Zeroizing::default()) };
    notes.add(Deviation::EscapedSeparators);
    let separators = [("%26", "&"), ("%3D", "="), ("%3d", "=")];
    let plain = |text: Zeroizing<String>, (escaped, plain): (&str, &str)| Zeroizing::new(text.replace(escaped, plain));
    (head, separators.into_iter().fold(Zeroizing::new(query.to_owned()), plain))
}

fn steam(rest: &str, position: usize, notes: &mut Notes) -> Result<Entry, EntryError> {
    notes.add(Deviation::OtherForm(Form::Steam));
    let key = decode(rest, notes);
    // `steam://run/440` starts a game.
    if !key::is_spelled(&key) {
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

fn set_up_key(text: &str, look: Look, notes: &mut Notes) -> Result<Entry, EntryError> {
    match look {
        Look::Key => {}
        Look::Digit(position) => return Err(EntryError::KeyWithDigit { position }),
        Look::Hexadecimal => return Err(EntryError::BareHexadecimal),
        Look::Base64 => return Err(EntryError::BareBase64),
        Look::Words => return Err(EntryError::LikeWords),
        Look::Other => return Err(EntryError::NotAnEntry),
    }
    notes.add(Deviation::OtherForm(Form::SetUpKey));
    let secret = build::base32_secret(text, 1, notes)?;
    Parts { kind: Type::Totp, names: Names::default(), secret, query: &Query::default() }.entry(notes)
}

#[cfg(test)]
mod tests {
    use super::super::base32;
    use super::*;

    #[test]
    fn words_are_no_keys() {
        for text in ["foo", "alice@example.com", "steam://run/440", "WIFI:S:x;;"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("jbsw y3dp ehpk 3pxp").is_ok());
    }

    #[test]
    fn separators_that_were_escaped_are_told() {
        for text in ["Shop%3Fsecret=JBSWY3DPEHPK3PXP&digits=8", "Shop%3fsecret%3DJBSWY3DPEHPK3PXP%26digits%3d8"] {
            let read = read(&format!("otpauth://totp/{text}")).unwrap();
            assert_eq!((read.entry.account.as_str(), read.entry.digits.get()), ("Shop", 8), "{text}");
            assert!(read.deviations.contains(&Deviation::EscapedSeparators), "{text}");
        }
    }

    #[test]
    fn a_word_in_place_of_the_secret_is_a_fault_of_the_page() {
        for word in ["undefined", "null", "secret", "%5Bobject%20Object%5D"] {
            let error = EntryError::Placeholder { position: 25 };
            assert_eq!(read(&format!("otpauth://totp/a?secret={word}")), Err(error), "{word}");
        }
    }

    #[test]
    fn why_apps_read_a_text_otherwise() {
        use Deviation::*;
        let key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let rows = [
            ("a?secret=b54161b48a230025e0752579f5e4bf213a5a250e".to_owned(), SecretHexadecimal),
            ("a?secret=coVhihYkH1OPr0C6o0YOR7IisPc".to_owned(), SecretBase64),
            (format!("a?secret={key}&issuer=My+Shop"), PlusForBlank),
            (format!("a?secret={key}%0A"), BlankAround { parameter: "secret" }),
            (format!("a?secret={key}&issuer=My%2520Shop"), EscapedTwice),
            (format!("a%2520b?secret={key}"), EscapedTwice),
            (format!("a?secret={key}%253D%253D"), EscapedTwice),
            (format!("a?secret={key};issuer=Shop"), SemicolonSeparated),
            (format!("https%3A%2F%2Fx.org%3Aann?secret={key}&issuer=https%3A%2F%2Fx.org"), ColonInIssuer),
        ];
        for (text, deviation) in rows {
            let read = read(&format!("otpauth://totp/{text}")).unwrap();
            assert!(read.deviations.contains(&deviation), "{text}: {:?}", read.deviations);
        }
        let twice = read(&format!("otpauth://totp/a?secret={key}%253D%253D")).unwrap();
        assert_eq!(base32::encode(&twice.entry.secret).as_str(), key);
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
