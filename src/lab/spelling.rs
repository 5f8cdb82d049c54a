//! The secret's spelling: what reached the device is not what the service showed.

use data_encoding::HEXUPPER;
use fastrand::Rng;

use super::authenticator::Authenticator;
use super::fault::{Doubt, Fault};
use super::scene::{KnownBy, Scene};
use crate::entry::base32;
use crate::otp::Secret;

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "mistyped-secret", with: None, codes: 2, codes_alone: None, play: mistyped },
    Fault { cause: "misread-secret", with: None, codes: 2, codes_alone: None, play: misread },
    Fault { cause: "truncated-secret", with: None, codes: 2, codes_alone: None, play: truncated },
];

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ONE_CHARACTER: &str = "one character of the secret read wrongly is one typed wrongly";
const SAME_BYTES: &str = "the bytes are the same";

/// The device holds `secret` under the account's label; whoever looks into the service alone does not see that.
fn held(scene: &mut Scene<'_>, secret: Secret) -> Doubt {
    let same = secret == scene.service.expected.secret;
    scene.unlist();
    let mut entry = scene.service.expected.clone();
    entry.secret = secret;
    scene.list(entry.clone(), None).by = KnownBy::Device;
    scene.read_off(&mut Authenticator::new(entry));
    same.then_some(SAME_BYTES)
}

fn read(spelled: &str) -> Secret {
    base32::decode(spelled).map_or_else(|| Secret::new(vec![0]), |decoded| decoded.secret)
}

/// One character of the key: another one, one too many, one too few, or two neighbours swapped.
fn mistyped(scene: &mut Scene<'_>) -> Doubt {
    let mut spelled = base32::encode(&scene.service.expected.secret).as_bytes().to_vec();
    let rng: &mut Rng = scene.rng;
    let at = rng.usize(..spelled.len() - 1);
    let other = ALPHABET[rng.usize(..ALPHABET.len())];
    match rng.u32(..100) {
        0..50 => spelled[at] = other,
        50..70 => drop(spelled.remove(at)),
        70..85 => spelled.insert(at, other),
        _ => spelled.swap(at, at + 1),
    }
    let secret = read(&String::from_utf8_lossy(&spelled));
    held(scene, secret)
}

/// The text was taken for something else: for the bytes themselves, for hexadecimal; or look-alikes were lost or mixed up.
fn misread(scene: &mut Scene<'_>) -> Doubt {
    let spelled = base32::encode(&scene.service.expected.secret);
    let hexadecimal = HEXUPPER.encode(scene.service.expected.secret.bytes());
    let changed = |of: &[char]| spelled.matches(of).count();
    let (secret, changed) = match scene.rng.u32(..10) {
        0..4 => (Secret::new(spelled.as_bytes().to_vec()), usize::MAX),
        // The service shows hexadecimal, and the app leaves out what base32 does not have.
        4..6 => (read(&hexadecimal), usize::MAX),
        6..8 => (read(&spelled.replace(['O', 'I', 'B', 'G'], "")), changed(&['O', 'I', 'B', 'G'])),
        // A hand that reads I as 1, and an app that takes 1 for L.
        _ => (read(&spelled.replace('I', "L")), changed(&['I'])),
    };
    held(scene, secret).or((changed <= 1).then_some(ONE_CHARACTER))
}

/// The end of the key is missing: it was cut by a field, or only the first lines were copied.
fn truncated(scene: &mut Scene<'_>) -> Doubt {
    let spelled = base32::encode(&scene.service.expected.secret);
    let length = if scene.rng.bool() { 16 } else { scene.rng.usize(8..=spelled.len() - 3) };
    held(scene, read(&spelled[..length]))
}
