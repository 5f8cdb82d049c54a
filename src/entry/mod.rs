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
