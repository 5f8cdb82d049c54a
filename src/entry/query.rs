//! The parameters of a URI.
//!
//! The one idea: a name of our own list in any case, the last of several values, decoded exactly once.
//! It must not know what a parameter means.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::Deviation;
use super::deviation::Notes;
use crate::diagnostic::nearest;

/// A spelling of a parameter and our name for it.
pub(super) type Spellings = [(&'static str, &'static str)];

/// The parameters of an otpauth URI.
pub(super) const OTPAUTH: &Spellings = &[
    ("secret", "secret"),
    ("issuer", "issuer"),
    ("algorithm", "algorithm"),
    ("digits", "digits"),
    ("period", "period"),
    ("counter", "counter"),
    ("encoder", "encoder"),
    ("steam", "steam"),
    ("pin_length", "pin_length"),
];

/// The parameters of a `KeeOtp` text.
pub(super) const KEEOTP: &Spellings = &[
    ("key", "secret"),
    ("step", "period"),
    ("size", "digits"),
    ("otpHashMode", "algorithm"),
    ("type", "type"),
    ("counter", "counter"),
];

/// The value of a parameter, without blanks around it.
pub(super) struct Value {
    pub(super) text: Zeroizing<String>,
    /// The character at which it begins in the whole text, from 1; 0 where it is in no text.
    pub(super) position: usize,
}

/// The known parameters, each once.
#[derive(Default)]
pub(super) struct Query(Vec<(&'static str, Value)>);

impl Query {
    /// Reads `a=b&c=d`; `position` is that of its first character in the whole text, from 1.
    pub(super) fn read(text: &str, mut position: usize, names: &Spellings, notes: &mut Notes) -> Self {
        let mut query = Self(Vec::new());
        for piece in pieces(text, names) {
            let mut rest = piece;
            while let Some((before, behind)) = semicolon(rest, names) {
                notes.add(Deviation::SemicolonSeparated);
                query.take(before, position, names, notes);
                position += before.chars().count() + 1;
                rest = behind;
            }
            query.take(rest, position, names, notes);
            position += rest.chars().count() + 1;
        }
        query
    }

    /// Parameters that no text holds; an empty one is not there.
    pub(super) fn of(parameters: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let filled = parameters.into_iter().filter(|(_, text)| !text.is_empty());
        Self(filled.map(|(name, text)| (name, Value { text: Zeroizing::new(text), position: 0 })).collect())
    }

    /// The value of a parameter, if it is there, even an empty one.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value of a parameter, if it is there and not empty.
    pub(super) fn filled(&self, name: &'static str, notes: &mut Notes) -> Option<&Value> {
        let value = self.get(name)?;
        notes.add_if(value.text.is_empty(), Deviation::EmptyParameter { parameter: name });
        (!value.text.is_empty()).then_some(value)
    }

    fn take(&mut self, piece: &str, mut position: usize, names: &Spellings, notes: &mut Notes) {
        let (mut name, value) = piece.split_once('=').unwrap_or((piece, ""));
        if let Some(rest) = name.strip_prefix("amp;") {
            notes.add(Deviation::HtmlEscaped);
            position += name.len() - rest.len();
            name = rest;
        }
        if name.trim().is_empty() {
            return;
        }
        let Some((spelling, known)) = names.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(name.trim()))
        else {
            let lower = Zeroizing::new(name.to_ascii_lowercase());
            let spellings = names.iter().map(|(spelling, _)| *spelling);
            // A long name is no slip of the pen, and the comparison is quadratic.
            let nearest = (name.len() < 32).then(|| nearest(&lower, spellings)).flatten();
            notes.add(Deviation::UnknownParameter { position, nearest });
            return;
        };
        notes.add_if(*spelling != name.trim(), Deviation::ParameterCase { parameter: known });
        notes.add_if(*known == "issuer" && value.contains('+'), Deviation::PlusForBlank);
        notes.add_if(value.contains('&'), Deviation::RawAmpersand);
        let plain = Zeroizing::new(value.replace('+', " "));
        let decoded = decode(&Zeroizing::new(plain.replace("&amp;", "&")), notes);
        let text = Zeroizing::new(decoded.trim().to_owned());
        // Blanks that were not escaped have a note of their own.
        let escaped = decoded.len() != text.len() && value.trim().len() == value.len();
        notes.add_if(escaped, Deviation::BlankAround { parameter: known });
        notes.add_if(is_escaped(&text), Deviation::EscapedTwice);
        let value = Value { text, position: position + name.chars().count() + 1 };
        match self.0.iter_mut().find(|(there, _)| there == known) {
            Some((_, there)) => {
                let same = there.text == value.text;
                notes.add_if(same, Deviation::Repeated { parameter: known });
                notes.add_if(!same, Deviation::RepeatedDiffering { parameter: known });
                *there = value;
            }
            None => self.0.push((known, value)),
        }
    }
}

/// Splits at each `&`, but not within an issuer that has one: behind that, no parameter begins.
fn pieces<'t>(text: &'t str, names: &Spellings) -> Vec<&'t str> {
    let is_issuer = |piece: &str| {
        piece.split_once('=').is_some_and(|(name, _)| {
            let name = name.trim();
            name.strip_prefix("amp;").unwrap_or(name).eq_ignore_ascii_case("issuer")
        })
    };
    let is_rest = |piece: &str| {
        let begins = |(spelling, _): &(&str, &str)| spelling.eq_ignore_ascii_case(piece.trim());
        !piece.contains('=') && !piece.trim().is_empty() && !names.iter().any(begins)
    };
    let mut pieces: Vec<&str> = Vec::new();
    let mut start = 0;
    for piece in text.split('&') {
        let end = start + piece.len();
        match pieces.last_mut() {
            Some(issuer) if is_issuer(issuer) && is_rest(piece) => *issuer = &text[start - 1 - issuer.len()..end],
            _ => pieces.push(piece),
        }
        start = end + 1;
    }
    pieces
}

/// Splits at a semicolon behind which a parameter begins.
fn semicolon<'a>(text: &'a str, names: &Spellings) -> Option<(&'a str, &'a str)> {
    text.match_indices(';').map(|(at, _)| (&text[..at], &text[at + 1..])).find(|(before, behind)| {
        let begins = |spelling: &str| {
            behind.get(..spelling.len()).is_some_and(|name| name.eq_ignore_ascii_case(spelling))
                && behind[spelling.len()..].starts_with('=')
        };
        !before.ends_with("&amp") && *before != "amp" && names.iter().any(|(spelling, _)| begins(spelling))
    })
}

/// Whether something in a text that was decoded is still escaped.
pub(super) fn is_escaped(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        let code = text.as_bytes().get(at + 1..at + 3);
        // What is escaped most: blanks, and the signs of an address. A name may have a percent sign of its own.
        code.is_some_and(|code| {
            ["20", "25", "26", "2B", "2F", "3A", "3D", "3F", "40"]
                .iter()
                .any(|sign| code.eq_ignore_ascii_case(sign.as_bytes()))
        })
    })
}

/// Decodes percent signs, once. Bytes that are not UTF-8 are replaced.
pub(super) fn decode(text: &str, notes: &mut Notes) -> Zeroizing<String> {
    let malformed = text.split('%').skip(1).any(|rest| {
        let digits = rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
        digits < 2
    });
    notes.add_if(malformed, Deviation::MalformedPercent);
    // With room for all of it, growing leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    let decoded = String::from_utf8_lossy(&bytes);
    notes.add_if(matches!(decoded, std::borrow::Cow::Owned(_)), Deviation::NotUtf8);
    Zeroizing::new(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Query, Vec<Deviation>) {
        let mut notes = Notes::default();
        let query = Query::read(text, 1, OTPAUTH, &mut notes);
        (query, notes.into())
    }

    #[test]
    fn values_are_decoded_once() {
        let (query, notes) = read("&issuer=A+B%2BC%2541&secret=x");
        assert_eq!(query.get("issuer").unwrap().text.as_str(), "A B+C%41");
        assert_eq!(query.get("secret").unwrap().position, 29);
        assert_eq!(notes, [Deviation::PlusForBlank]);
    }

    #[test]
    fn the_last_value_counts_and_is_told() {
        let (query, notes) = read("digits=6&digits=8&period=30&period=30");
        assert_eq!(query.get("digits").unwrap().text.as_str(), "8");
        assert_eq!(
            notes,
            [Deviation::RepeatedDiffering { parameter: "digits" }, Deviation::Repeated { parameter: "period" }]
        );
    }

    #[test]
    fn an_issuer_may_have_an_ampersand() {
        for (text, issuer, position) in [
            ("issuer=Bank & Sons&digits=6", "Bank & Sons", 27),
            ("secret=x&ISSUER=A&B & C&digits=6", "A&B & C", 32),
            ("issuer=Bank &amp; Sons&amp;digits=6", "Bank & Sons", 35),
        ] {
            let (query, notes) = read(text);
            assert_eq!(query.get("issuer").unwrap().text.as_str(), issuer);
            assert_eq!(query.get("digits").unwrap().position, position, "{text}");
            assert!(notes.contains(&Deviation::RawAmpersand), "{text}: {notes:?}");
        }
        let (query, notes) = read("issuer=A&digits&period=30&note");
        assert_eq!(
            (query.get("issuer").unwrap().text.as_str(), notes.contains(&Deviation::RawAmpersand)),
            ("A", false)
        );
    }

    #[test]
    fn unknown_names_are_placed_not_quoted() {
        let (_, notes) = read("image=x&perod=60&amp;DIGITS=6%");
        assert_eq!(
            notes,
            [
                Deviation::UnknownParameter { position: 1, nearest: None },
                Deviation::UnknownParameter { position: 9, nearest: Some("period") },
                Deviation::HtmlEscaped,
                Deviation::ParameterCase { parameter: "digits" },
                Deviation::MalformedPercent,
            ]
        );
    }
}
