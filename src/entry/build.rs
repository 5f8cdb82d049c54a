//! Makes an entry of a type, names, a secret and parameters.
//!
//! The one idea: a parameter is refused where it is needed and cannot be read, and only noted where it is not needed.
//! It must not know in which form the parts were written.

use super::algorithm::{self, Hash};
use super::deviation::Notes;
use super::key::{self, Look};
use super::query::{self, Query, Value};
use super::{Deviation, Entry, EntryError, Follows, Kind, Vendor, base32, symbols};
use crate::otp::{Algorithm, Digits, Secret};

/// The type of entry that a text or an export names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Type {
    /// RFC 6238; what is meant where nothing is said.
    #[default]
    Totp,
    /// RFC 4226.
    Hotp,
    /// Steam Guard.
    Steam,
    /// Yandex Key.
    Yandex,
    /// Mobile-OTP.
    Motp,
}

/// Parameters that a text does not name, so that the usual value was taken: what an app computes with may be another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assumed {
    /// SHA1.
    pub algorithm: bool,
    /// 6.
    pub digits: bool,
    /// 30 seconds.
    pub period: bool,
}

impl Assumed {
    /// Of what `entry` was made of. A vendor's scheme leaves nothing to assume.
    pub(super) fn of(query: &Query, entry: &Entry) -> Self {
        if matches!(entry.kind, Kind::Vendor(Vendor::Steam | Vendor::Motp | Vendor::Yandex { .. })) {
            return Self::default();
        }
        let is_absent = |name| query.get(name).is_none_or(|value| value.text.is_empty());
        let period = entry.period().is_some() && is_absent("period");
        Self { algorithm: is_absent("algorithm"), digits: is_absent("digits"), period }
    }
}

/// Issuer and account; either may be empty.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) issuer: String,
    pub(super) account: String,
}

/// All that an entry is made of.
pub(super) struct Parts<'a> {
    pub(super) kind: Type,
    pub(super) names: Names,
    pub(super) secret: Secret,
    pub(super) query: &'a Query,
}

impl Parts<'_> {
    pub(super) fn entry(self, notes: &mut Notes) -> Result<Entry, EntryError> {
        match self.kind {
            Type::Totp => {
                self.unused(&["counter", "pin_length"], notes);
                let period = number(self.query, "period", 1, u64::from(u32::MAX), notes)?.map_or(30, |n| n as u32);
                notes.add_if(!matches!(period, 30 | 60), Deviation::UnusualPeriod);
                self.standard(Kind::Totp { period }, Follows::Period(period), notes)
            }
            Type::Hotp => {
                self.unused(&["period", "pin_length"], notes);
                let counter = number(self.query, "counter", 0, u64::MAX, notes)?;
                notes.add_if(counter.is_none(), Deviation::MissingCounter);
                let counter = counter.unwrap_or(0);
                notes.add_if(i64::try_from(counter).is_err(), Deviation::LargeCounter);
                self.standard(Kind::Hotp { counter }, Follows::Counter(counter), notes)
            }
            Type::Steam => Ok(self.vendor(Vendor::Steam, 5, notes)),
            Type::Motp => Ok(self.vendor(Vendor::Motp, 6, notes)),
            Type::Yandex => {
                let pin_length = number(self.query, "pin_length", 1, 16, notes)?.map(|n| n as u8);
                let mut entry = self.vendor(Vendor::Yandex { pin_length }, 8, notes);
                if entry.issuer.is_empty() {
                    "Yandex".clone_into(&mut entry.issuer);
                }
                Ok(entry)
            }
        }
    }

    fn standard(self, kind: Kind, follows: Follows, notes: &mut Notes) -> Result<Entry, EntryError> {
        let hash = match self.query.filled("algorithm", notes) {
            None => Hash::Known(Algorithm::Sha1),
            Some(value) => {
                let hash =
                    algorithm::read(&value.text).ok_or(EntryError::UnknownAlgorithm { position: value.position })?;
                let usual = match hash {
                    Hash::Known(algorithm) => algorithm.name(),
                    Hash::Other(name) => name,
                };
                notes.add_if(value.text.as_str() != usual, Deviation::AlgorithmSpelling);
                hash
            }
        };
        let digits = number(self.query, "digits", 1, 10, notes)?.and_then(|n| Digits::new(n as u8));
        let digits = digits.unwrap_or(Digits::SIX);
        notes.add_if(!(6..=8).contains(&digits.get()), Deviation::UnusualDigits);
        let (algorithm, kind) = match hash {
            Hash::Known(algorithm) => (algorithm, kind),
            Hash::Other(name) => (Algorithm::default(), Kind::Vendor(Vendor::OtherHash { name, follows })),
        };
        let standard = matches!(hash, Hash::Known(algorithm) if Algorithm::STANDARD.contains(&algorithm));
        notes.add_if(!standard, Deviation::OtherHash);
        let Names { issuer, account } = self.names;
        Ok(Entry { issuer, account, secret: self.secret, algorithm, digits, kind })
    }

    /// A vendor's scheme fixes all parameters; where the text has others, they are noted and left aside.
    fn vendor(self, vendor: Vendor, digits: u8, notes: &mut Notes) -> Entry {
        let entry = Entry {
            issuer: self.names.issuer,
            account: self.names.account,
            secret: self.secret,
            algorithm: Algorithm::default(),
            digits: Digits::new(digits).unwrap_or(Digits::SIX),
            kind: Kind::Vendor(vendor),
        };
        let period = entry.period().map(|period| period.to_string()).unwrap_or_default();
        let fixed = [
            ("algorithm", entry.algorithm_name()),
            ("digits", &digits.to_string()),
            ("period", &period),
            ("counter", ""),
        ];
        for (parameter, own) in fixed {
            let differs = self.query.get(parameter).is_some_and(|value| !value.text.eq_ignore_ascii_case(own));
            notes.add_if(differs, Deviation::UnusedParameter { parameter });
        }
        entry
    }

    fn unused(&self, parameters: &[&'static str], notes: &mut Notes) {
        for parameter in parameters {
            notes.add_if(self.query.get(parameter).is_some(), Deviation::UnusedParameter { parameter });
        }
    }
}

/// Whether a totp entry is Steam Guard: it says so, or it is named Steam and nothing speaks against it.
pub(super) fn is_steam(names: &Names, query: &Query, notes: &mut Notes) -> bool {
    let encoder = query.filled("encoder", notes);
    if query.get("steam").is_some() || encoder.is_some_and(|value| value.text.eq_ignore_ascii_case("steam")) {
        return true;
    }
    notes.add_if(encoder.is_some(), Deviation::UnusedParameter { parameter: "encoder" });
    let name = if names.issuer.is_empty() { &names.account } else { &names.issuer };
    if !name.eq_ignore_ascii_case("steam") {
        return false;
    }
    let five = query.get("digits").is_none_or(|value| matches!(value.text.as_str(), "" | "5"));
    notes.add(if five { Deviation::SteamByName } else { Deviation::SteamInNameOnly });
    five
}

/// The secret among the parameters, in base32.
pub(super) fn secret(query: &Query, notes: &mut Notes) -> Result<Secret, EntryError> {
    let value = filled_secret(query)?;
    // A percent sign is no part of a secret, but of one that was escaped twice.
    if value.text.contains('%') {
        return base32_secret(&query::decode(&value.text, notes), value.position, notes);
    }
    base32_secret(&value.text, value.position, notes)
}

/// A secret in base32 that begins at `position` of the whole text.
pub(super) fn base32_secret(text: &str, position: usize, notes: &mut Notes) -> Result<Secret, EntryError> {
    if key::is_placeholder(text) {
        return Err(EntryError::Placeholder { position });
    }
    let decoded = base32::decode(text).ok_or(EntryError::SecretNotBase32 { position })?;
    match key::otherwise(text) {
        Some(Look::Hexadecimal) => notes.add(Deviation::SecretHexadecimal),
        Some(Look::Base64) => notes.add(Deviation::SecretBase64),
        _ => {}
    }
    for deviation in decoded.deviations {
        notes.add(deviation);
    }
    Ok(decoded.secret)
}

/// The secret among the parameters, in hexadecimal.
pub(super) fn hexadecimal_parameter(query: &Query) -> Result<Secret, EntryError> {
    let value = filled_secret(query)?;
    hexadecimal_secret(&value.text, value.position)
}

/// A secret in hexadecimal that begins at `position` of the whole text.
pub(super) fn hexadecimal_secret(text: &str, position: usize) -> Result<Secret, EntryError> {
    symbols::hexadecimal(text).ok_or(EntryError::SecretNotHexadecimal { position })
}

fn filled_secret(query: &Query) -> Result<&Value, EntryError> {
    query.get("secret").filter(|value| !value.text.is_empty()).ok_or(EntryError::NoSecret)
}

fn number(
    query: &Query,
    parameter: &'static str,
    least: u64,
    most: u64,
    notes: &mut Notes,
) -> Result<Option<u64>, EntryError> {
    let Some(value) = query.filled(parameter, notes) else { return Ok(None) };
    match value.text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(EntryError::NotANumber { parameter, position: value.position, least, most }),
    }
}
