use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Key};

/// What shows codes: a phone, an app, a token.
pub(super) struct Authenticator {
    /// The secret and the parameters that it really uses.
    pub(super) entry: Entry,
    pub(super) clock: Clock,
    pub(super) way: Way,
    /// How many codes a counter has given.
    pub(super) presses: u64,
}

/// A device's clock against the true time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    /// Seconds; negative: behind.
    pub(super) ahead: i64,
    /// When it was right, and how many seconds it has gained per hour since.
    pub(super) gains: Option<(i64, i64)>,
}

/// How an authenticator makes codes of secret and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As the RFCs say.
    Standard,
    /// Five letters, as Steam Guard shows.
    Letters,
    /// The steps are counted in milliseconds.
    Milliseconds,
    /// The steps are counted from another moment, in seconds since 1970.
    Since(i64),
    /// The code is taken where byte 19 points, which is the last one of SHA-1 only.
    Byte19,
}

/// What Steam Guard's codes are written with.
const LETTERS: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

impl Authenticator {
    /// One that keeps `entry`, with a right clock.
    pub(super) fn new(entry: Entry) -> Self {
        Self { entry, clock: Clock::default(), way: Way::Standard, presses: 0 }
    }

    /// One that keeps `entry` and is that many seconds ahead.
    pub(super) fn ahead(entry: Entry, seconds: i64) -> Self {
        Self { clock: Clock { ahead: seconds, gains: None }, ..Self::new(entry) }
    }

    /// What stands on its screen at `at`, true time. One that counts goes on to the next code.
    pub(super) fn shows(&mut self, at: i64) -> String {
        let time = self.clock.at(at);
        let counter = match self.entry.kind {
            Kind::Hotp { counter } => {
                self.presses += 1;
                counter + self.presses - 1
            }
            _ => u64::try_from(self.steps(time)).unwrap_or(0),
        };
        if self.way == Way::Letters {
            let mut value = Key::new(self.entry.algorithm, &self.entry.secret).truncated(counter) as usize;
            let letter = |_| {
                let letter = LETTERS[value % LETTERS.len()];
                value /= LETTERS.len();
                char::from(letter)
            };
            return (0..5).map(letter).collect();
        }
        let code = match self.way {
            Way::Byte19 => u64::from(truncated_at_byte_19(&self.entry, counter)) % self.entry.digits.codes(),
            _ => Key::new(self.entry.algorithm, &self.entry.secret).code(counter, self.entry.digits),
        };
        format!("{code:0width$}", width = usize::from(self.entry.digits.get()))
    }

    fn steps(&self, time: i64) -> i64 {
        let period = i64::from(self.entry.period().unwrap_or(30));
        match self.way {
            Way::Milliseconds => (time * 1000).div_euclid(period),
            Way::Since(start) => (time - start).div_euclid(period),
            _ => time.div_euclid(period),
        }
    }
}

impl Clock {
    /// What it says at `at`, true time.
    pub(super) fn at(self, at: i64) -> i64 {
        at + self.ahead + self.gains.map_or(0, |(since, gain)| (at - since) * gain / 3600)
    }
}

fn truncated_at_byte_19(entry: &Entry, counter: u64) -> u32 {
    let (secret, message) = (entry.secret.bytes(), counter.to_be_bytes());
    let hash = match entry.algorithm {
        Algorithm::Sha1 => hmac::<Sha1>(64, secret, &message),
        Algorithm::Sha256 => hmac::<Sha256>(64, secret, &message),
        // The laboratory's entries have hashes of RFC 6238.
        _ => hmac::<Sha512>(128, secret, &message),
    };
    let start = usize::from(hash[19] & 0x0f);
    u32::from_be_bytes([hash[start], hash[start + 1], hash[start + 2], hash[start + 3]]) & 0x7fff_ffff
}

/// # Source
/// RFC 2104 section 2.
fn hmac<H: Digest>(block: usize, key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut padded = if key.len() > block { H::digest(key).to_vec() } else { key.to_vec() };
    padded.resize(block, 0);
    let keyed = |pad: u8, message: &[u8]| {
        let mut hash = H::new();
        hash.update(padded.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
        hash.update(message);
        hash.finalize().to_vec()
    };
    keyed(0x5c, &keyed(0x36, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Digits, Secret};

    /// With SHA-1 byte 19 is the last one, and the faulty way is the right one.
    #[test]
    fn sha_1_does_not_show_the_fault() {
        let entry = Entry {
            issuer: String::new(),
            account: String::new(),
            secret: Secret::new(b"12345678901234567890".to_vec()),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            kind: Kind::Totp { period: 30 },
        };
        let mut faulty = Authenticator { way: Way::Byte19, ..Authenticator::new(entry.clone()) };
        assert_eq!(faulty.shows(59), "287082", "RFC 6238 appendix B");
        assert_eq!(faulty.shows(59), Authenticator::new(entry).shows(59));
    }
}
