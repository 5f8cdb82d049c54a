//! The spellings of a hash.
//!
//! The one idea: a name is compared without case, signs and a leading `HMAC`. It must not guess: an unknown name is
//! refused, since the apps that silently use SHA1 for it show codes that no service accepts.

use crate::otp::Algorithm;

/// A hash that an entry may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// One by which codes are computed.
    Known(Algorithm),
    /// Another, by its usual name.
    Other(&'static str),
}

/// Hashes outside RFC 6238 that some apps offer, and that may not be computed here.
const OTHERS: [&str; 7] = ["MD5", "SHA224", "SHA384", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512"];

/// `None` if it is none that is known.
pub(super) fn read(text: &str) -> Option<Hash> {
    let name = bare(text);
    let name = name.strip_prefix("HMAC").unwrap_or(&name);
    if let Some(algorithm) = Algorithm::all().find(|algorithm| bare(algorithm.name()) == name) {
        return Some(Hash::Known(algorithm));
    }
    OTHERS.into_iter().find(|other| bare(other) == name).map(Hash::Other)
}

fn bare(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "hashes")]
    use crate::otp::Rare;

    #[test]
    fn spellings() {
        for text in ["SHA256", "sha256", "SHA-256", "HmacSHA256", "HMAC-SHA-256", "hmac_sha256"] {
            assert_eq!(read(text), Some(Hash::Known(Algorithm::Sha256)), "{text}");
        }
        assert_eq!(read("md5"), Some(Hash::Other("MD5")));
        #[cfg(feature = "hashes")]
        for (text, algorithm) in [("SHA3-512", Rare::Sha3Of512), ("sha-224", Rare::Sha224)] {
            assert_eq!(read(text), Some(Hash::Known(Algorithm::Rare(algorithm))));
        }
        #[cfg(not(feature = "hashes"))]
        assert_eq!(read("SHA3-512"), Some(Hash::Other("SHA3-512")));
        for text in ["", "SHA", "SHA2", "aes", "HMAC", "SHA1x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
