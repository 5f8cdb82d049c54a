use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

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
    /// same secret, and far too little to find it by.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.0)[..4])
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
        // FIPS 180-2, appendix B.1.
        assert_eq!(Secret::new(b"abc".to_vec()).fingerprint(), "ba7816bf");
    }

    #[test]
    fn debug_tells_only_the_length() {
        assert_eq!(format!("{:?}", Secret::new(vec![7; 20])), "Secret(20 bytes)");
    }
}
