use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The shortest secret that has a fingerprint, in bits.
const FEWEST_BITS: usize = 80;

/// The bytes a service and an authenticator share.
///
/// It cannot be printed: no `Display`, no `Serialize`, and `Debug` tells only the length. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The first eight hexadecimal digits of SHA-256 over the bytes: enough for two people to see whether they hold the
    /// same secret, and far too little to find it by. `None` for one of fewer than 80 bits: whoever tries them all
    /// would find it, or be left with few.
    pub fn fingerprint(&self) -> Option<String> {
        (self.bits() >= FEWEST_BITS).then(|| HEXLOWER.encode(&Sha256::digest(&self.0)[..4]))
    }

    /// How long it is, in bits.
    pub fn bits(&self) -> usize {
        self.0.len() * 8
    }

    /// The bytes, for computing only.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_beginning_of_a_hash() {
        // FIPS 180-2, appendix B.2.
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(Secret::new(long.to_vec()).fingerprint().as_deref(), Some("248d6a61"));
    }

    #[test]
    fn a_secret_that_can_be_tried_out_has_none() {
        assert_eq!([0, 3, 9].map(|length| Secret::new(vec![7; length]).fingerprint()), [const { None }; 3]);
        assert!(Secret::new(vec![7; 10]).fingerprint().is_some());
    }

    #[test]
    fn debug_tells_only_the_length() {
        assert_eq!(format!("{:?}", Secret::new(vec![7; 20])), "Secret(20 bytes)");
    }
}
