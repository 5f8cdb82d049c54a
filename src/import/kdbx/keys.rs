//! The keys of a database.
//!
//! The one idea: one derived key becomes two, one that decrypts and one that vouches. It must not derive any at a cost
//! without a bound, which `key` sees to.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::key::{Key, aes_kdf};
use super::header::{Header, Kdf};

/// Both keys.
pub(super) struct Keys {
    /// Decrypts.
    pub(super) cipher: Key,
    /// Of this the keys come that vouch in version 4, one for each block.
    marks: Zeroizing<[u8; 64]>,
}

impl Keys {
    pub(super) fn derive(content: &Content<'_>, header: &Header<'_>, password: &str) -> Result<Self, Refusal> {
        // A key file would stand beside the hash of the password, both hashed together.
        let own = sha256(&[sha256(&[password.as_bytes()]).as_slice()]);
        let derived = match header.kdf {
            Kdf::Aes { seed, rounds } => aes_kdf(content, &own, seed, rounds)?,
            Kdf::Argon2 { algorithm, version, cost, salt } => {
                cost.key_by(algorithm, version, content, own.as_slice(), salt)?
            }
        };
        let marks = sha512(&[header.seed, derived.as_slice(), &[1]]);
        Ok(Self { cipher: sha256(&[header.seed, derived.as_slice()]), marks })
    }

    /// Whether a mark is right for these bytes. The head counts as the block of the greatest number.
    pub(super) fn vouches(&self, mark: &[u8], block: u64, parts: &[&[u8]]) -> bool {
        let key = sha512(&[&block.to_le_bytes(), self.marks.as_slice()]);
        let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key.as_slice()) else { return false };
        for part in parts {
            hmac.update(part);
        }
        hmac.verify_slice(mark).is_ok()
    }
}

/// The hash of several parts, one after the other.
pub(super) fn sha256(parts: &[&[u8]]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    Zeroizing::new(hash.finalize().into())
}

/// The same, twice as long.
pub(super) fn sha512(parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    Zeroizing::new(hash.finalize().into())
}
