//! The right secret, and other parameters than the service declared.

use super::authenticator::{Authenticator, Way};
use super::fault::{Doubt, Fault};
use super::scene::Scene;
use crate::entry::{Entry, Kind};
use crate::otp::{Algorithm, Digits, Secret};

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "algorithm-ignored", with: None, codes: 2, codes_alone: Some(2), play: algorithm },
    Fault { cause: "digits-ignored", with: None, codes: 1, codes_alone: Some(2), play: digits },
    Fault { cause: "period-ignored", with: None, codes: 2, codes_alone: Some(2), play: period },
    Fault { cause: "wrong-otp-type", with: None, codes: 2, codes_alone: Some(2), play: otp_type },
    Fault { cause: "vendor-variant", with: None, codes: 1, codes_alone: Some(2), play: vendor },
    Fault { cause: "wrong-epoch", with: None, codes: 2, codes_alone: Some(2), play: epoch },
    Fault { cause: "client-bug", with: None, codes: 2, codes_alone: Some(2), play: client_bug },
];

const LONGER: [Algorithm; 2] = [Algorithm::Sha256, Algorithm::Sha512];
/// Moments that other systems count from: 1900, 1980, 2000, in seconds since 1970.
const OTHER_EPOCHS: [i64; 3] = [-2_208_988_800, 315_964_800, 946_684_800];
const ZONE: &str = "local time as the epoch looks like a clock in a wrong zone";

/// The service declares something; the app keeps the secret and goes its own way.
fn app_that(scene: &mut Scene<'_>, declares: impl Fn(&mut Entry), does: impl Fn(&mut Entry)) -> Doubt {
    scene.declare(declares);
    let mut app = scene.phone();
    does(&mut app.entry);
    scene.read_off(&mut app);
    None
}

fn algorithm(scene: &mut Scene<'_>) -> Doubt {
    let declared = LONGER[scene.rng.usize(..2)];
    // Most apps that ignore the declaration use SHA-1; a few go the other way about.
    let (declared, used) =
        if scene.rng.f64() < 0.9 { (declared, Algorithm::Sha1) } else { (Algorithm::Sha1, declared) };
    app_that(scene, |entry| entry.algorithm = declared, |entry| entry.algorithm = used)
}

fn digits(scene: &mut Scene<'_>) -> Doubt {
    let eight = Digits::new(8).unwrap_or(Digits::SIX);
    let (declared, used) = if scene.rng.f64() < 0.9 { (eight, Digits::SIX) } else { (Digits::SIX, eight) };
    app_that(scene, |entry| entry.digits = declared, |entry| entry.digits = used)
}

fn period(scene: &mut Scene<'_>) -> Doubt {
    let (declared, used) = [(60, 30), (60, 30), (30, 60), (15, 30)][scene.rng.usize(..4)];
    let to = |period: u32| move |entry: &mut Entry| entry.kind = Kind::Totp { period };
    app_that(scene, to(declared), to(used))
}

/// The app counts where the service goes by the clock, or the reverse.
fn otp_type(scene: &mut Scene<'_>) -> Doubt {
    let counter = scene.rng.u64(0..30);
    let (counts, timed) = (Kind::Hotp { counter }, Kind::Totp { period: 30 });
    let (declared, used) = if scene.rng.f64() < 0.7 { (timed, counts) } else { (counts, timed) };
    app_that(scene, |entry| entry.kind = declared, |entry| entry.kind = used)
}

/// The entry was kept as a vendor's: five letters as Steam Guard shows, or seven digits every ten seconds as Authy's.
fn vendor(scene: &mut Scene<'_>) -> Doubt {
    let mut app = scene.phone();
    if scene.rng.f64() < 0.6 {
        app.way = Way::Letters;
    } else {
        app.entry.digits = Digits::new(7).unwrap_or(Digits::SIX);
        app.entry.kind = Kind::Totp { period: 10 };
    }
    scene.read_off(&mut app);
    None
}

/// A home-made client that counts its steps otherwise.
fn epoch(scene: &mut Scene<'_>) -> Doubt {
    let (way, doubt) = match scene.rng.u32(..10) {
        0..5 => (Way::Milliseconds, None),
        5..7 => (Way::Since(OTHER_EPOCHS[scene.rng.usize(..3)]), None),
        _ => {
            let hours = [-8, -5, -4, 1, 2, 3, 8, 9][scene.rng.usize(..8)];
            (Way::Since(-3_600 * hours), Some(ZONE))
        }
    };
    scene.read_off(&mut Authenticator { way, ..scene.phone() });
    doubt
}

/// A faulty library: it takes the code from the wrong place of a longer hash, or repeats the secret to the hash's length.
fn client_bug(scene: &mut Scene<'_>) -> Doubt {
    let algorithm = LONGER[scene.rng.usize(..2)];
    scene.declare(|entry| entry.algorithm = algorithm);
    let mut app = scene.phone();
    if scene.rng.bool() {
        app.way = Way::Byte19;
    } else {
        let length = if algorithm == Algorithm::Sha256 { 32 } else { 64 };
        let repeated = app.entry.secret.bytes().iter().copied().cycle().take(length).collect();
        app.entry.secret = Secret::new(repeated);
    }
    scene.read_off(&mut app);
    None
}
