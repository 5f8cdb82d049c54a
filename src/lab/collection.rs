//! What an authenticator holds, of every kind.
//!
//! The one idea: names are what people and services really write, with all that a format has to escape. It must not be
//! odd: reading what was written gives the same entries, so that a difference is the format's or the reader's.

use fastrand::Rng;

use crate::entry::{Entry, Kind, Vendor};
use crate::otp::{Algorithm, Digits, Secret};

const ISSUERS: [&str; 8] =
    ["Lantern", "Ämter & Söhne", "例え", "Crédit \"Nord\"", "O'Neil <b>", "100 % Tea", "a+b/c=d", "Пример; k, l"];
const ACCOUNTS: [&str; 8] = [
    "sam@example.org",
    "björn",
    "back\\slash",
    "#ext#@example.org",
    "user+tag&x=y",
    "名前",
    "J. \"Q\" Doe",
    "{curly} [square]",
];

/// Nine entries, the same kinds in the same order with every seed: three time-based ones, the first and the third of one
/// account; a counter; one without an issuer; one more; Steam Guard, Mobile-OTP and Yandex Key.
pub fn collection(seed: u64) -> Vec<Entry> {
    let mut rng = Rng::with_seed(seed);
    let issuer = |rng: &mut Rng, number: usize| format!("{} {number}", ISSUERS[rng.usize(..ISSUERS.len())]);
    let account = |rng: &mut Rng| ACCOUNTS[rng.usize(..ACCOUNTS.len())].to_owned();
    let kinds = [
        (Kind::Totp { period: 30 }, Algorithm::Sha1, 6),
        (Kind::Totp { period: 30 }, Algorithm::Sha256, 8),
        (Kind::Totp { period: 60 }, Algorithm::Sha512, 6),
        (Kind::Hotp { counter: rng.u64(1..1_000_000) }, Algorithm::Sha1, 6),
        (Kind::Totp { period: 30 }, Algorithm::Sha1, 6),
        (Kind::Totp { period: 30 }, Algorithm::Sha1, 6),
        (Kind::Vendor(Vendor::Steam), Algorithm::Sha1, 5),
        (Kind::Vendor(Vendor::Motp), Algorithm::Sha1, 6),
        (Kind::Vendor(Vendor::Yandex { pin_length: Some(5) }), Algorithm::Sha1, 8),
    ];
    let mut entries: Vec<Entry> = Vec::new();
    for (number, (kind, algorithm, digits)) in kinds.into_iter().enumerate() {
        let (issuer, account) = match kind {
            Kind::Vendor(Vendor::Steam) => ("Steam".to_owned(), account(&mut rng)),
            Kind::Vendor(Vendor::Yandex { .. }) => ("Yandex".to_owned(), account(&mut rng)),
            _ if number == 2 => (entries[0].issuer.clone(), entries[0].account.clone()),
            _ if number == 4 => (String::new(), account(&mut rng)),
            _ => (issuer(&mut rng, number), account(&mut rng)),
        };
        let length = if matches!(kind, Kind::Vendor(Vendor::Motp | Vendor::Yandex { .. })) { 16 } else { 20 };
        let secret = Secret::new((0..length).map(|_| rng.u8(..)).collect());
        let digits = Digits::new(digits).unwrap_or(Digits::SIX);
        entries.push(Entry { issuer, account, secret, algorithm, digits, kind });
    }
    entries
}
