use super::{Algorithm, Digits, Key, Secret};

/// Whether an independent implementation, `totp-rs`, computes the same `code` at `counter`.
///
/// Every match is put to it before it is reported. A period of one second makes its time a counter.
/// Where it cannot compute (code lengths outside 6 to 8), our own path computes the code again; hashes outside RFC 6238 are
/// computed by the crate `hmac`.
pub fn agrees(secret: &Secret, algorithm: Algorithm, digits: Digits, counter: u64, code: u64) -> bool {
    if !(6..=8).contains(&digits.get()) {
        return Key::new(algorithm, secret).code(counter, digits) == code;
    }
    let algorithm = match algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        #[cfg(feature = "hashes")]
        other => return other_agrees(secret, other, digits, counter, code),
    };
    let judge = totp_rs::Builder::new()
        .with_algorithm(algorithm)
        .with_digits(digits.get())
        .with_step_duration(1)
        .with_skew(0)
        .with_secret(secret.bytes().to_vec())
        .build_noncompliant();
    let token = judge.generate(counter);
    token.to_string().parse() == Ok(code)
}

/// The same by `hmac`, which does not know of our states.
#[cfg(feature = "hashes")]
fn other_agrees(secret: &Secret, algorithm: Algorithm, digits: Digits, counter: u64, code: u64) -> bool {
    use hmac::{KeyInit, Mac, SimpleHmac};
    use sha2::{Sha224, Sha384};
    use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

    fn hash<M: Mac + KeyInit>(key: &[u8], counter: u64) -> Vec<u8> {
        let mac = <M as KeyInit>::new_from_slice(key).map(|mac| mac.chain_update(counter.to_be_bytes()));
        // HMAC takes a key of any length.
        mac.map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default()
    }

    let compute = match algorithm {
        Algorithm::Sha224 => hash::<SimpleHmac<Sha224>>,
        Algorithm::Sha384 => hash::<SimpleHmac<Sha384>>,
        Algorithm::Sha3Of224 => hash::<SimpleHmac<Sha3_224>>,
        Algorithm::Sha3Of256 => hash::<SimpleHmac<Sha3_256>>,
        Algorithm::Sha3Of384 => hash::<SimpleHmac<Sha3_384>>,
        Algorithm::Sha3Of512 => hash::<SimpleHmac<Sha3_512>>,
        Algorithm::Sha1 | Algorithm::Sha256 | Algorithm::Sha512 => return false,
    };
    let hash = compute(secret.bytes(), counter);
    let Some(place) = hash.last().map(|last| usize::from(last & 0x0f)) else { return false };
    let value = hash[place..place + 4].iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
    digits.of(value & 0x7fff_ffff) == code
}
