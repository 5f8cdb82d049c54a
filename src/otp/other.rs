//! HMAC of an eight-byte counter by hashes outside RFC 6238, which some apps offer.
//!
//! The one idea: the same as [`super::midstate`], by the whole hashes of a library instead of their block functions, since nobody
//! searches far for these. It must not know of codes.

use sha2::digest::Digest;
use sha2::digest::common::BlockSizeUser;
use sha2::{Sha224, Sha384};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use zeroize::Zeroizing;

use super::Algorithm;
use super::midstate::truncate;

/// The two hashes after the key's block; they are wiped as the secret is.
pub(super) struct Keyed(Box<dyn Hmac>);

impl Clone for Keyed {
    fn clone(&self) -> Self {
        Self(self.0.boxed())
    }
}

impl Keyed {
    pub(super) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        Self(match algorithm {
            Algorithm::Sha384 => Box::new(States::<Sha384>::new(key)),
            Algorithm::Sha3Of224 => Box::new(States::<Sha3_224>::new(key)),
            Algorithm::Sha3Of256 => Box::new(States::<Sha3_256>::new(key)),
            Algorithm::Sha3Of384 => Box::new(States::<Sha3_384>::new(key)),
            Algorithm::Sha3Of512 => Box::new(States::<Sha3_512>::new(key)),
            // Those of RFC 6238 have midstates of their own.
            Algorithm::Sha224 | Algorithm::Sha1 | Algorithm::Sha256 | Algorithm::Sha512 => {
                Box::new(States::<Sha224>::new(key))
            }
        })
    }

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
        let of = |algorithm| Keyed::new(algorithm, b"Jefe").0.of(b"what do ya want for nothing?");
        assert_eq!(of(Algorithm::Sha224), hexadecimal("a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"));
        let sha_384 =
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
        assert_eq!(of(Algorithm::Sha384), hexadecimal(sha_384));
    }

    #[test]
    fn the_hmac_crate_agrees() {
        let bytes: Vec<u8> = (0..300_u32).map(|byte| (byte * 151) as u8).collect();
        for algorithm in Algorithm::ALL.into_iter().filter(|one| !Algorithm::STANDARD.contains(one)) {
            for length in [0, 1, 20, 71, 72, 104, 127, 128, 129, 136, 144, 145, 300] {
                let secret = crate::otp::Secret::new(bytes[..length].to_vec());
                let key = crate::otp::Key::new(algorithm, &secret);
                for counter in [0, 1, 59_333_333, u64::MAX] {
                    let (digits, code) = (crate::otp::Digits::SIX, key.code(counter, crate::otp::Digits::SIX));
                    assert!(crate::otp::agrees(&secret, algorithm, digits, counter, code), "{algorithm:?} {length}");
                    assert!(!crate::otp::agrees(&secret, algorithm, digits, counter, code + 1));
                }
            }
        }
    }
}
