//! One-time passwords as RFC 4226 and RFC 6238 compute them: secrets, keys, codes, steps.
//!
//! The one idea: HMAC and truncation are done once for a counter ([`Key::truncated`]), and every code
//! length is read off that value, since codes are nested (the six digits are the last six of the eight).
//! It must not know of entries, cases or clocks.

mod judge;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod many;
mod midstate;
#[cfg(feature = "hashes")]
mod rare;
mod secret;

use midstate::Midstates;

pub use judge::agrees;
pub use many::truncated_by_many;
#[cfg(feature = "hashes")]
pub use rare::Rare;
pub use secret::Secret;

/// The hash under the HMAC.
///
/// # Source
/// RFC 6238 section 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Algorithm {
    /// HMAC-SHA-1, what nearly every service uses.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
    /// One outside RFC 6238, which some apps offer.
    #[cfg(feature = "hashes")]
    Rare(Rare),
}

impl Algorithm {
    /// Those of RFC 6238.
    pub const STANDARD: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// All whose codes are computed.
    pub fn all() -> impl Iterator<Item = Self> {
        #[cfg(feature = "hashes")]
        return Self::STANDARD.into_iter().chain(Rare::ALL.map(Self::Rare));
        #[cfg(not(feature = "hashes"))]
        Self::STANDARD.into_iter()
    }

    /// The name as otpauth URIs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            #[cfg(feature = "hashes")]
            Self::Rare(rare) => rare.name(),
        }
    }
}

/// The number of digits of a code, 1 to 10.
///
/// RFC 4226 allows 6 to 8; 5 and 10 exist in the field, and fewer are kept so that an odd entry can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digits(u8);

impl Digits {
    /// Six digits, the usual length.
    pub const SIX: Self = Self(6);

    /// `None` outside 1 to 10.
    pub fn new(digits: u8) -> Option<Self> {
        (1..=10).contains(&digits).then_some(Self(digits))
    }

    /// The number itself.
    pub fn get(self) -> u8 {
        self.0
    }

    /// How many strings of that many digits there are.
    pub fn codes(self) -> u64 {
        POWERS_OF_TEN[self.0 as usize]
    }

    /// The code that a truncated value shows.
    pub fn of(self, truncated: u32) -> u64 {
        u64::from(truncated) % self.codes()
    }
}

/// Ten to the power of the index.
pub const POWERS_OF_TEN: [u64; 16] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    100_000_000_000,
    1_000_000_000_000,
    10_000_000_000_000,
    100_000_000_000_000,
    1_000_000_000_000_000,
];

/// A secret made ready for one hash: the two HMAC midstates, so that a code costs two compressions.
#[derive(Clone)]
pub struct Key(Prepared);

#[derive(Clone)]
enum Prepared {
    Sha1(Midstates<[u32; 5]>),
    Sha256(Midstates<[u32; 8]>),
    Sha512(Midstates<[u64; 8]>),
    #[cfg(feature = "hashes")]
    Rare(rare::Keyed),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// Prepares `secret` for `algorithm`. A secret of any length will do (RFC 2104 section 3).
    pub fn new(algorithm: Algorithm, secret: &Secret) -> Self {
        Self::of(algorithm, secret.bytes())
    }

    fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        Self(match algorithm {
            Algorithm::Sha1 => Prepared::Sha1(Midstates::new(bytes)),
            Algorithm::Sha256 => Prepared::Sha256(Midstates::new(bytes)),
            Algorithm::Sha512 => Prepared::Sha512(Midstates::new(bytes)),
            #[cfg(feature = "hashes")]
            Algorithm::Rare(rare) => Prepared::Rare(rare.keyed(bytes)),
        })
    }

    /// The 31-bit value of dynamic truncation at `counter`.
    ///
    /// # Source
    /// RFC 4226 section 5.3; for the longer hashes RFC 6238 section 1.2.
    pub fn truncated(&self, counter: u64) -> u32 {
        let [value] = self.run(&[counter]);
        value
    }

    /// What [`Key::truncated`] comes to in clients that take the place from byte 19 of every hash, as is right for SHA-1
    /// alone. The places that the longer hashes have beyond it are never used.
    ///
    /// # Source
    /// RFC 4226 section 5.3 speaks of the 20 bytes of SHA-1, and code written to its letter does this.
    pub fn truncated_by_byte_19(&self, counter: u64) -> u32 {
        const POINTER: usize = 19;
        let [value] = match &self.0 {
            Prepared::Sha1(midstates) => midstates.truncated_by(&[counter], POINTER),
            Prepared::Sha256(midstates) => midstates.truncated_by(&[counter], POINTER),
            Prepared::Sha512(midstates) => midstates.truncated_by(&[counter], POINTER),
            #[cfg(feature = "hashes")]
            Prepared::Rare(keyed) => [keyed.truncated(counter, Some(POINTER)) & TO_BE_KEPT],
        };
        value
    }

    /// What [`Key::truncated`] comes to in clients that keep the top bit of the four bytes, which is there to be masked.
    ///
    /// # Source
    /// RFC 4226 section 5.3: the bit is masked since it is a sign to some processors and a digit to others.
    pub fn untruncated(&self, counter: u64) -> u32 {
        match &self.0 {
            Prepared::Sha1(midstates) => midstates.unmasked(counter),
            Prepared::Sha256(midstates) => midstates.unmasked(counter),
            Prepared::Sha512(midstates) => midstates.unmasked(counter),
            #[cfg(feature = "hashes")]
            Prepared::Rare(keyed) => keyed.truncated(counter, None),
        }
    }

    /// The code at `counter`, as a number; show it with leading zeros.
    pub fn code(&self, counter: u64, digits: Digits) -> u64 {
        digits.of(self.truncated(counter))
    }

    fn run<const COUNT: usize>(&self, counters: &[u64; COUNT]) -> [u32; COUNT] {
        match &self.0 {
            Prepared::Sha1(midstates) => midstates.truncated(counters),
            Prepared::Sha256(midstates) => midstates.truncated(counters),
            Prepared::Sha512(midstates) => midstates.truncated(counters),
            #[cfg(feature = "hashes")]
            Prepared::Rare(keyed) => counters.map(|counter| keyed.truncated(counter, None) & TO_BE_KEPT),
        }
    }
}

/// The bits of the four bytes that count: the first is a sign to some processors (RFC 4226 section 5.3).
const TO_BE_KEPT: u32 = 0x7fff_ffff;

/// The step T of `time` (seconds since 1970, UTC); negative before 1970.
///
/// # Source
/// RFC 6238 section 4.2, with T0 = 0.
pub fn step(time: i64, period: u32) -> i64 {
    time.div_euclid(i64::from(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4226 appendix D.
    #[test]
    fn hotp_vectors() {
        let key = Key::new(Algorithm::Sha1, &Secret::new(b"12345678901234567890".to_vec()));
        let truncated = [
            1_284_755_224,
            1_094_287_082,
            137_359_152,
            1_726_969_429,
            1_640_338_314,
            868_254_676,
            1_918_287_922,
            82_162_583,
            673_399_871,
            645_520_489,
        ];
        for (counter, expected) in truncated.into_iter().enumerate() {
            assert_eq!(key.truncated(counter as u64), expected);
        }
        assert_eq!(key.code(0, Digits::SIX), 755_224);
    }

    /// RFC 6238 appendix B; the secrets are the hash's length, as erratum 2866 says.
    #[test]
    fn totp_vectors() {
        let rows: [(i64, [u64; 3]); 6] = [
            (59, [94_287_082, 46_119_246, 90_693_936]),
            (1_111_111_109, [7_081_804, 68_084_774, 25_091_201]),
            (1_111_111_111, [14_050_471, 67_062_674, 99_943_326]),
            (1_234_567_890, [89_005_924, 91_819_424, 93_441_116]),
            (2_000_000_000, [69_279_037, 90_698_825, 38_618_901]),
            (20_000_000_000, [65_353_130, 77_737_706, 47_863_826]),
        ];
        let seed = b"1234567890123456789012345678901234567890123456789012345678901234";
        let algorithms = [(Algorithm::Sha1, 20), (Algorithm::Sha256, 32), (Algorithm::Sha512, 64)];
        let eight = Digits(8);
        for (time, codes) in rows {
            for ((algorithm, length), expected) in algorithms.into_iter().zip(codes) {
                let secret = Secret::new(seed[..length].to_vec());
                let counter = step(time, 30) as u64;
                assert_eq!(Key::new(algorithm, &secret).code(counter, eight), expected);
                assert!(agrees(&secret, algorithm, eight, counter, expected));
                assert!(!agrees(&secret, algorithm, eight, counter, expected + 1));
            }
        }
    }

    #[test]
    fn byte_19_is_the_last_of_sha_1_alone() {
        let secret = Secret::new(vec![7; 32]);
        let differ = |algorithm| {
            let key = Key::new(algorithm, &secret);
            (0..100).filter(|&counter| key.truncated(counter) != key.truncated_by_byte_19(counter)).count()
        };
        assert_eq!(differ(Algorithm::Sha1), 0);
        assert!(differ(Algorithm::Sha256) > 80 && differ(Algorithm::Sha512) > 80);
    }

    #[test]
    fn the_top_bit_is_all_that_is_kept_besides() {
        let key = Key::new(Algorithm::Sha1, &Secret::new(vec![7; 20]));
        let kept = (0..100).filter(|&counter| key.untruncated(counter) != key.truncated(counter)).count();
        assert!((30..70).contains(&kept), "{kept}");
        assert!((0..100).all(|counter| key.untruncated(counter) & 0x7fff_ffff == key.truncated(counter)));
    }

    #[test]
    fn steps_before_1970_round_down() {
        assert_eq!(step(-1, 30), -1);
        assert_eq!(step(-30, 30), -1);
        assert_eq!(step(59, 30), 1);
    }

    #[test]
    fn digits_outside_the_range_are_refused() {
        assert!(Digits::new(0).is_none() && Digits::new(11).is_none());
        assert_eq!(Digits::new(10).map(Digits::codes), Some(10_000_000_000));
    }
}
