//! HMAC of an eight-byte counter by hashes outside RFC 6238, which some apps offer.
//!
//! The one idea: the same as [`super::midstate`], by the whole hashes of a library instead of their block functions, since nobody
//! searches far for these. It must not know of codes.

use hmac::{KeyInit, Mac, SimpleHmac};
use sha2::digest::Digest;
use sha2::digest::common::BlockSizeUser;
use sha2::{Sha224, Sha384};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use zeroize::Zeroizing;

use super::midstate::truncate;

/// One of these hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rare {
    /// SHA-224.
    Sha224,
    /// SHA-384.
    Sha384,
    /// SHA3-224.
    Sha3Of224,
    /// SHA3-256.
    Sha3Of256,
    /// SHA3-384.
    Sha3Of384,
    /// SHA3-512.
    Sha3Of512,
}

/// How an HMAC is computed: by states that are kept, and by the crate `hmac`.
struct Ways {
    keyed: fn(&[u8]) -> Box<dyn Hmac>,
    judged: fn(&[u8], &[u8]) -> Vec<u8>,
}

impl Ways {
    fn by<D: Digest + BlockSizeUser + Clone + Send + Sync + 'static>() -> Self {
        Self {
            keyed: |key| Box::new(States::<D>::new(key)),
            judged: |key, message| {
                let mac = <SimpleHmac<D> as KeyInit>::new_from_slice(key);
                // HMAC takes a key of any length.
                mac.map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec()).unwrap_or_default()
            },
        }
    }
}

impl Rare {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Sha224, Self::Sha384, Self::Sha3Of224, Self::Sha3Of256, Self::Sha3Of384, Self::Sha3Of512];

    /// The name as otpauth URIs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha224 => "SHA224",
            Self::Sha384 => "SHA384",
            Self::Sha3Of224 => "SHA3-224",
            Self::Sha3Of256 => "SHA3-256",
            Self::Sha3Of384 => "SHA3-384",
            Self::Sha3Of512 => "SHA3-512",
        }
    }

    fn ways(self) -> Ways {
        match self {
            Self::Sha224 => Ways::by::<Sha224>(),
            Self::Sha384 => Ways::by::<Sha384>(),
            Self::Sha3Of224 => Ways::by::<Sha3_224>(),
            Self::Sha3Of256 => Ways::by::<Sha3_256>(),
            Self::Sha3Of384 => Ways::by::<Sha3_384>(),
            Self::Sha3Of512 => Ways::by::<Sha3_512>(),
        }
    }

    pub(super) fn keyed(self, key: &[u8]) -> Keyed {
        Keyed((self.ways().keyed)(key))
    }

    /// The 32 bits of dynamic truncation at `counter`, by the crate `hmac`, which does not know of our states.
    pub(super) fn judged(self, key: &[u8], counter: u64) -> u32 {
        let hash = (self.ways().judged)(key, &counter.to_be_bytes());
        truncate(&hash, hash.len() - 1)
    }
}

/// The two hashes after the key's block; they are wiped as the secret is.
pub(super) struct Keyed(Box<dyn Hmac>);

impl Clone for Keyed {
    fn clone(&self) -> Self {
        Self(self.0.boxed())
    }
}

impl Keyed {
    /// The 32 bits of dynamic truncation at `counter`, by the last byte of the hash or by byte `pointer`.
    pub(super) fn truncated(&self, counter: u64, pointer: Option<usize>) -> u32 {
        let hash = self.0.of(&counter.to_be_bytes());
        truncate(&hash, pointer.unwrap_or(hash.len() - 1))
    }
}

trait Hmac: Send + Sync {
    fn of(&self, message: &[u8]) -> Vec<u8>;
    fn boxed(&self) -> Box<dyn Hmac>;
}

#[derive(Clone)]
struct States<D> {
    inner: D,
    outer: D,
}

impl<D: Digest + BlockSizeUser> States<D> {
    /// # Source
    /// RFC 2104 section 2: a key longer than a block is hashed first.
    fn new(key: &[u8]) -> Self {
        let block = D::block_size();
        let mut padded = Zeroizing::new(vec![0; block]);
        match padded.get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            None => padded[..<D as Digest>::output_size()].copy_from_slice(&D::digest(key)),
        }
        let keyed = |pad: u8| {
            let block: Zeroizing<Vec<u8>> = Zeroizing::new(padded.iter().map(|byte| byte ^ pad).collect());
            D::new_with_prefix(&*block)
        };
        Self { inner: keyed(0x36), outer: keyed(0x5c) }
    }
}

impl<D: Digest + BlockSizeUser + Clone + Send + Sync + 'static> Hmac for States<D> {
    fn of(&self, message: &[u8]) -> Vec<u8> {
        let inner = self.inner.clone().chain_update(message).finalize();
        self.outer.clone().chain_update(inner).finalize().to_vec()
    }

    fn boxed(&self) -> Box<dyn Hmac> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hexadecimal(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// RFC 4231 section 4.3 (test case 2).
    #[test]
    fn vectors_of_sha_2() {
        let of = |rare: Rare| rare.keyed(b"Jefe").0.of(b"what do ya want for nothing?");
        assert_eq!(of(Rare::Sha224), hexadecimal("a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"));
        let sha_384 =
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
        assert_eq!(of(Rare::Sha384), hexadecimal(sha_384));
    }

    #[test]
    fn the_hmac_crate_agrees() {
        let bytes: Vec<u8> = (0..300_u32).map(|byte| (byte * 151) as u8).collect();
        for rare in Rare::ALL {
            for length in [0, 1, 20, 71, 72, 104, 127, 128, 129, 136, 144, 145, 300] {
                let keyed = rare.keyed(&bytes[..length]);
                for counter in [0, 1, 59_333_333, u64::MAX] {
                    let judged = rare.judged(&bytes[..length], counter);
                    assert_eq!(keyed.truncated(counter, None), judged, "{rare:?} {length}");
                }
            }
        }
    }
}
