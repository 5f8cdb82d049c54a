//! An entry in parts, as exports keep it.
//!
//! The one idea: the same rules as for URIs, so that the same account is the same entry whatever it came in.
//! It must not know any export's names of the parts.

use super::build::{Assumed, Names, Parts, Type, base32_secret, hexadecimal_secret};
use super::deviation::Notes;
use super::query::Query;
use super::{Deviation, EntryError, ReadEntry, base32};
use crate::otp::Secret;

/// The parts of an entry; an empty text or `None` is a part that is not there.
#[derive(Default)]
pub struct Fields<'a> {
    /// What the codes follow.
    pub kind: Type,
    /// The service's name.
    pub issuer: &'a str,
    /// The user's name at the service.
    pub account: &'a str,
    /// The shared bytes.
    pub secret: Material<'a>,
    /// The hash in any spelling; SHA1 if empty.
    pub algorithm: &'a str,
    /// Length of a code; 6 if `None`.
    pub digits: Option<u64>,
    /// Seconds; 30 if `None`. An entry that follows a counter has none.
    pub period: Option<u64>,
    /// The next counter. An entry that follows time has none.
    pub counter: Option<u64>,
    /// Digits of a Yandex PIN.
    pub pin_length: Option<u64>,
}

/// A secret as an export spells it.
#[derive(Clone, Copy)]
pub enum Material<'a> {
    /// RFC 4648 section 6, read as tolerantly as in a URI.
    Base32(&'a str),
    /// Two digits a byte.
    Hexadecimal(&'a str),
    /// The bytes themselves.
    Bytes(&'a [u8]),
}

impl Default for Material<'_> {
    fn default() -> Self {
        Self::Bytes(&[])
    }
}

impl Fields<'_> {
    /// Makes the entry.
    ///
    /// # Errors
    /// Where no entry can be made of the parts without guessing. Errors quote nothing and have no position.
    pub fn read(&self) -> Result<ReadEntry, EntryError> {
        let mut notes = Notes::default();
        let secret = self.secret(&mut notes)?;
        let names = Names { issuer: self.issuer.to_owned(), account: self.account.to_owned() };
        notes.add_if(self.account.is_empty(), Deviation::NoAccount);
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let query = Query::of([
            ("algorithm", self.algorithm.trim().to_owned()),
            ("digits", number(self.digits)),
            ("period", number(self.period)),
            ("counter", number(self.counter)),
            ("pin_length", number(self.pin_length)),
        ]);
        let entry = Parts { kind: self.kind, names, secret, query: &query }.entry(&mut notes)?;
        let mut deviations: Vec<Deviation> = notes.into();
        // How a format spells a hash is its own business; no other app reads it.
        deviations.retain(|deviation| *deviation != Deviation::AlgorithmSpelling);
        let assumed = Assumed::of(&query, &entry);
        Ok(ReadEntry { entry, deviations, label_issuer: None, assumed })
    }

    fn secret(&self, notes: &mut Notes) -> Result<Secret, EntryError> {
        let secret = match self.secret {
            Material::Base32(text) if !text.trim().is_empty() => return base32_secret(text.trim(), 0, notes),
            Material::Hexadecimal(text) => hexadecimal_secret(text.trim(), 0)?,
            Material::Bytes(bytes) => Secret::new(bytes.to_vec()),
            Material::Base32(_) => Secret::new(Vec::new()),
        };
        if secret.bytes().is_empty() {
            return Err(EntryError::NoSecret);
        }
        if let Some(weak) = base32::weakness(&secret) {
            notes.add(weak);
        }
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn parts_and_their_uri_give_the_same_entry() {
        let (secret, uri) = ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "otpauth://hotp/Example:alice?secret=");
        let uri = format!("{uri}{secret}&issuer=Example&algorithm=SHA256&digits=8&counter=7");
        let fields = Fields {
            kind: Type::Hotp,
            issuer: "Example",
            account: "alice",
            secret: Material::Bytes(b"12345678901234567890"),
            algorithm: "HMAC-SHA256",
            digits: Some(8),
            counter: Some(7),
            ..Fields::default()
        };
        assert_eq!(fields.read(), read(&uri));
        assert_eq!(Fields { secret: Material::Base32(secret), ..fields }.read(), read(&uri));
    }

    #[test]
    fn errors_have_no_position() {
        let secret = Material::Hexadecimal("00ff");
        for (fields, message) in [
            (Fields::default(), "no secret; expected `secret=` with letters A to Z and digits 2 to 7"),
            (
                Fields { secret: Material::Base32("!"), ..Fields::default() },
                "the secret is not base32 (A to Z, 2 to 7)",
            ),
            (
                Fields { secret, algorithm: "AES", ..Fields::default() },
                "the algorithm is not known; expected SHA1, SHA256 or SHA512",
            ),
            (
                Fields { secret, period: Some(0), ..Fields::default() },
                "`period` is not a whole number from 1 to 4294967295",
            ),
        ] {
            let error = fields.read().unwrap_err();
            assert_eq!((error.to_string().as_str(), error.position()), (message, None));
        }
    }
}
