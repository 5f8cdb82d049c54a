//! One account as an authenticator keeps it, and the texts that services and apps write it in.
//!
//! The one idea: reading is tolerant and nothing is passed over in silence. What one app accepts and another refuses
//! or takes for something else comes back as a [`Deviation`] beside the entry, since that is where refused codes come
//! from. It must not compute codes, and no error or deviation may hold any part of the text that was read.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod account;
mod algorithm;
pub mod base32;
mod build;
mod deviation;
mod error;
mod fields;
pub mod key;
mod label;
mod query;
pub(crate) mod symbols;
mod uri;
mod write;

pub use account::Account;
pub use build::{Assumed, Type};
pub use deviation::{Deviation, Form};
pub use error::EntryError;
pub use fields::{Fields, Material};
pub use uri::{ReadEntry, read, read_given};
pub use write::write;
pub(crate) use write::write_known;

use crate::otp::{Algorithm, Digits, Secret};

/// One account as an authenticator keeps it. Its `Debug` tells only the length of the secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The service's name; empty if unnamed.
    pub issuer: String,
    /// The user's name at the service; empty if unnamed.
    pub account: String,
    /// The shared bytes.
    pub secret: Secret,
    /// The hash. Without meaning for a vendor's scheme; [`Entry::algorithm_name`] names the hash of every entry.
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
    /// Steam Guard: five letters every 30 seconds.
    Steam,
    /// Mobile-OTP: MD5 over time, secret and PIN, every 10 seconds.
    Motp,
    /// Yandex Key: eight letters every 30 seconds, with a PIN.
    Yandex {
        /// Digits of the PIN; `None` where the text does not say.
        pin_length: Option<u8>,
    },
    /// A hash whose codes are not computed (MD5).
    OtherHash {
        /// Its usual name, `MD5` say.
        name: &'static str,
        /// What its codes follow.
        follows: Follows,
    },
}

/// What codes under another hash follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// Time, in periods of that many seconds (at least 1).
    Period(u32),
    /// A counter, the next one to be used.
    Counter(u64),
}

impl Entry {
    /// The name of the hash that makes the codes, a vendor's too: `SHA1`, `MD5`, `SHA3-256`, …
    pub fn algorithm_name(&self) -> &'static str {
        match self.kind {
            Kind::Totp { .. } | Kind::Hotp { .. } => self.algorithm.name(),
            Kind::Vendor(Vendor::Steam) => "SHA1",
            Kind::Vendor(Vendor::Motp) => "MD5",
            Kind::Vendor(Vendor::Yandex { .. }) => "SHA256",
            Kind::Vendor(Vendor::OtherHash { name, .. }) => name,
        }
    }

    /// Seconds that a code lasts; `None` if codes follow a counter.
    pub fn period(&self) -> Option<u32> {
        match self.kind {
            Kind::Totp { period } | Kind::Vendor(Vendor::OtherHash { follows: Follows::Period(period), .. }) => {
                Some(period)
            }
            Kind::Vendor(Vendor::Steam | Vendor::Yandex { .. }) => Some(30),
            Kind::Vendor(Vendor::Motp) => Some(10),
            Kind::Hotp { .. } | Kind::Vendor(Vendor::OtherHash { follows: Follows::Counter(_), .. }) => None,
        }
    }

    /// The next counter; `None` if codes follow time.
    pub fn counter(&self) -> Option<u64> {
        match self.kind {
            Kind::Hotp { counter } | Kind::Vendor(Vendor::OtherHash { follows: Follows::Counter(counter), .. }) => {
                Some(counter)
            }
            Kind::Totp { .. } | Kind::Vendor(_) => None,
        }
    }
}
