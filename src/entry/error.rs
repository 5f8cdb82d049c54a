//! Why a text gives no entry.

use thiserror::Error;

/// Why a text gives no entry. Positions count characters from 1, in the text without the blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EntryError {
    /// There is nothing but blanks.
    #[error("nothing to read; expected an otpauth URI or a set-up key")]
    Empty,
    /// It is longer than [`EntryError::LONGEST`].
    #[error("longer than {} bytes; an otpauth URI or a set-up key is far shorter", EntryError::LONGEST)]
    TooLong,
    /// It is no form that is read.
    #[error("neither an otpauth URI nor a set-up key (letters A to Z and digits 2 to 7)")]
    NotAnEntry,
    /// It is a link to a web page.
    #[error("a web link, not an entry; use the QR code or the set-up key that the page shows")]
    WebLink,
    /// It is a batch export of Google Authenticator.
    #[error("an export of Google Authenticator, which is not read yet; give the otpauth URI or the set-up key")]
    Migration,
    /// It is a URI of another scheme.
    #[error("a URI of another scheme; expected `otpauth:`")]
    OtherScheme,
    /// The type is none of those known.
    #[error("the type of entry at character {position} is not known; expected `totp`, `hotp`, `steam` or `yaotp`")]
    UnknownType {
        /// Where it begins.
        position: usize,
    },
    /// There is no secret.
    #[error("no secret; expected `secret=` with letters A to Z and digits 2 to 7")]
    NoSecret,
    /// Nothing of the secret can be read.
    #[error("the secret at character {position} is not base32 (A to Z, 2 to 7)")]
    SecretNotBase32 {
        /// Where it begins.
        position: usize,
    },
    /// The secret of a `motp` URI is not hexadecimal.
    #[error("the secret at character {position} is not hexadecimal (an even number of 0 to 9 and a to f)")]
    SecretNotHexadecimal {
        /// Where it begins.
        position: usize,
    },
    /// The hash is none of those known.
    #[error("the algorithm at character {position} is not known; expected SHA1, SHA256 or SHA512")]
    UnknownAlgorithm {
        /// Where it begins.
        position: usize,
    },
    /// A number is not one, or outside its range.
    #[error("`{parameter}` at character {position} is not a whole number from {least} to {most}")]
    NotANumber {
        /// Our name for the parameter.
        parameter: &'static str,
        /// Where its value begins.
        position: usize,
        /// The least allowed.
        least: u64,
        /// The most allowed.
        most: u64,
    },
}

impl EntryError {
    /// Bytes in the longest text that is read; a QR code holds fewer than 7,100 characters.
    pub const LONGEST: usize = 16 * 1024;

    /// Where the flaw is, if it is at one place.
    pub fn position(self) -> Option<usize> {
        match self {
            Self::UnknownType { position }
            | Self::SecretNotBase32 { position }
            | Self::SecretNotHexadecimal { position }
            | Self::UnknownAlgorithm { position }
            | Self::NotANumber { position, .. } => Some(position),
            Self::Empty
            | Self::TooLong
            | Self::NotAnEntry
            | Self::WebLink
            | Self::Migration
            | Self::OtherScheme
            | Self::NoSecret => None,
        }
    }
}
