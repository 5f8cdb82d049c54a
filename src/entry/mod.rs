//! One account as an authenticator keeps it.

use crate::otp::{Algorithm, Digits, Secret};

/// One account as an authenticator keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The service's name; empty if unnamed.
    pub issuer: String,
    /// The user's name at the service; empty if unnamed.
    pub account: String,
    /// The shared bytes.
    pub secret: Secret,
    /// The hash.
    pub algorithm: Algorithm,
    /// Length of a code.
    pub digits: Digits,
    /// What the code follows.
    pub kind: Kind,
}

/// What the codes of an entry follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Time, in periods of that many seconds (at least 1). RFC 6238.
    Totp {
        /// Seconds, at least 1.
        period: u32,
    },
    /// A counter, the next one to be used. RFC 4226.
    Hotp {
        /// The next counter.
        counter: u64,
    },
    /// A vendor's own scheme, named; its codes are not computed.
    Vendor(Vendor),
}

/// Schemes outside RFC 4226 and RFC 6238.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Steam Guard: five letters.
    Steam,
    /// Mobile-OTP: MD5 over time, secret and PIN.
    Motp,
    /// Yandex Key: eight letters, with a PIN.
    Yandex,
    /// A hash outside RFC 6238 (SHA-224, SHA-384, SHA-3, MD5, …).
    OtherHash,
}
/// stub
pub struct Read {
    /// e
    pub entry: Entry,
}
/// stub
#[derive(Debug, thiserror::Error)]
#[error("bad")]
pub struct EntryError;
/// stub
pub fn read(t: &str) -> Result<Read, EntryError> {
    let q = t.split_once("secret=").ok_or(EntryError)?.1.split('&').next().unwrap_or("");
    let b = data_encoding::BASE32_NOPAD.decode(q.as_bytes()).map_err(|_| EntryError)?;
    let label = t.trim_start_matches("otpauth://totp/").split('?').next().unwrap_or("");
    let (i, a) = label.split_once(':').unwrap_or(("", label));
    Ok(Read {
        entry: Entry {
            issuer: i.into(),
            account: a.into(),
            secret: Secret::new(b),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            kind: Kind::Totp { period: 30 },
        },
    })
}
/// stub
pub fn write(e: &Entry) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(format!(
        "otpauth://totp/{}:{}?secret={}&issuer={}",
        e.issuer,
        e.account,
        data_encoding::BASE32_NOPAD.encode(e.secret.bytes()),
        e.issuer
    ))
}
