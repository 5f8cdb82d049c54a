//! Why a text gives no entry.

use std::fmt;

use thiserror::Error;

/// Why a text gives no entry. Positions count characters from 1, in the text without the blanks around it; 0 for
/// a part that was in no text.
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
    /// A set-up key by its look, but for a digit that base32 does not have.
    #[error("character {position} is a digit that no set-up key has (0, 1, 8 or 9): was it the letter O, I, B or g?")]
    KeyWithDigit {
        /// Where it is.
        position: usize,
    },
    /// Hexadecimal digits alone, and nothing says what they are.
    #[error(
        "hexadecimal digits, where a set-up key has letters A to Z and digits 2 to 7; look for the base32 spelling"
    )]
    BareHexadecimal,
    /// It looks like base64, and nothing says what it is.
    #[error(
        "it looks like base64, where a set-up key has letters of one case and digits 2 to 7; look for the base32 spelling"
    )]
    BareBase64,
    /// It has the letters of a set-up key, and reads like words.
    #[error("letters that read like words, not a set-up key; if it is one, write `secret:` before it")]
    LikeWords,
    /// It is a link to a web page.
    #[error("a web link, not an entry; use the QR code or the set-up key that the page shows")]
    WebLink,
    /// It is a batch export of Google Authenticator.
    #[error("an export of Google Authenticator, which may hold several entries; give it in a file")]
    Migration,
    /// It is a URI of another scheme.
    #[error("a URI of another scheme; expected `otpauth:`")]
    OtherScheme,
    /// The type is none of those known.
    #[error("the type of entry{} is not known; expected `totp`, `hotp`, `steam` or `yaotp`", At(*position))]
    UnknownType {
        /// Where it begins.
        position: usize,
    },
    /// There is no secret.
    #[error("no secret; expected `secret=` with letters A to Z and digits 2 to 7")]
    NoSecret,
    /// A page put a word where the secret should be.
    #[error("in place of the secret{} stands a word such as `undefined` or `secret`: the page that made it has a fault", At(*position))]
    Placeholder {
        /// Where it begins.
        position: usize,
    },
    /// Nothing of the secret can be read.
    #[error("the secret{} is not base32 (A to Z, 2 to 7)", At(*position))]
    SecretNotBase32 {
        /// Where it begins.
        position: usize,
    },
    /// The secret of a `motp` URI is not hexadecimal.
    #[error("the secret{} is not hexadecimal (an even number of 0 to 9 and a to f)", At(*position))]
    SecretNotHexadecimal {
        /// Where it begins.
        position: usize,
    },
    /// The hash is none of those known.
    #[error("the algorithm{} is not known; expected SHA1, SHA256 or SHA512", At(*position))]
    UnknownAlgorithm {
        /// Where it begins.
        position: usize,
    },
    /// A number is not one, or outside its range.
    #[error("`{parameter}`{} is not a whole number from {least} to {most}", At(*position))]
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
            | Self::KeyWithDigit { position }
            | Self::Placeholder { position }
            | Self::SecretNotBase32 { position }
            | Self::SecretNotHexadecimal { position }
            | Self::UnknownAlgorithm { position }
            | Self::NotANumber { position, .. } => (position > 0).then_some(position),
            Self::Empty
            | Self::TooLong
            | Self::NotAnEntry
            | Self::LikeWords
            | Self::BareHexadecimal
            | Self::BareBase64
            | Self::WebLink
            | Self::Migration
            | Self::OtherScheme
            | Self::NoSecret => None,
        }
    }
}

/// Where a part begins, if it was in a text.
struct At(usize);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            position => write!(f, " at character {position}"),
        }
    }
}
