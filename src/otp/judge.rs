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
        Algorithm::Rare(rare) => {
            return digits.of(rare.judged(secret.bytes(), counter) & super::TO_BE_KEPT) == code;
        }
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
