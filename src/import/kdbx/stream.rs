//! The stream that hides values within the decrypted XML, so that a program need not keep them plain in memory.
//!
//! The one idea: it runs through all values in their order, and one that is left out would spoil all after it.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use salsa20::Salsa20;

use super::super::content::{Content, Refusal};
use super::header::Hidden;
use super::keys::{sha256, sha512};
use super::unknown;

const NONCE_OF_SALSA20: [u8; 8] = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];

/// A stream, as far as it was used.
pub(super) enum Stream {
    Salsa20(Salsa20),
    ChaCha20(ChaCha20),
}

impl Stream {
    pub(super) fn of(content: &Content<'_>, hidden: Hidden<'_>) -> Result<Self, Refusal> {
        match hidden.stream {
            2 => {
                let key = sha256(&[hidden.key]);
                Ok(Self::Salsa20(Salsa20::new((&*key).into(), (&NONCE_OF_SALSA20).into())))
            }
            3 => {
                let both = sha512(&[hidden.key]);
                let missing = || unknown(content, "a stream without its key");
                let (key, rest) = both.split_first_chunk::<32>().ok_or_else(missing)?;
                let nonce = rest.first_chunk::<12>().ok_or_else(missing)?;
                Ok(Self::ChaCha20(ChaCha20::new(key.into(), nonce.into())))
            }
            _ => Err(unknown(content, "values hidden by something else than ChaCha20 and Salsa20")),
        }
    }

    pub(super) fn unprotect(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Salsa20(stream) => stream.apply_keystream(bytes),
            Self::ChaCha20(stream) => stream.apply_keystream(bytes),
        }
    }
}
