//! Codes that follow a counter: the device and the service have counted apart.

use super::authenticator::Authenticator;
use super::fault::{Doubt, Fault, TOO_FEW_CODES};
use super::scene::Scene;
use crate::entry::{Entry, Kind};

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "counter-ahead", with: None, codes: 2, codes_alone: None, play: ahead },
    Fault { cause: "counter-behind", with: None, codes: 2, codes_alone: None, play: behind },
    Fault { cause: "shared-counter", with: None, codes: 2, codes_alone: None, play: shared },
];

const LOOK_AHEAD: u64 = 10;
/// So far two codes tell that it is no luck.
const NEAR: u64 = 100;

/// A service that waits for `next`, and a token as it came from the drawer.
fn counting(scene: &mut Scene<'_>, next: u64) -> Entry {
    scene.declare(|entry| entry.kind = Kind::Hotp { counter: next });
    scene.service.facts.look_ahead = Some(LOOK_AHEAD as u32);
    (scene.service.facts.past, scene.service.facts.future) = (None, None);
    scene.reading = None;
    scene.service.expected.clone()
}

/// Every code comes from one token that stands at `counter`, a code at each press.
fn pressed(scene: &mut Scene<'_>, entry: Entry, counter: u64) {
    let kind = Kind::Hotp { counter };
    scene
        .listed
        .iter_mut()
        .filter(|one| one.known.entry.secret == entry.secret)
        .for_each(|one| one.known.entry.kind = kind);
    scene.read_off(&mut Authenticator::new(Entry { kind, ..entry }));
}

fn apart(scene: &Scene<'_>, counters: u64) -> Doubt {
    (counters > NEAR && scene.codes < 3).then_some(TOO_FEW_CODES)
}

/// The button was pressed many times with no login behind it.
fn ahead(scene: &mut Scene<'_>) -> Doubt {
    let next = scene.rng.u64(0..500);
    let presses = LOOK_AHEAD + (1.0 + 60.0_f64.powf(scene.rng.f64() * 1.4)) as u64;
    let entry = counting(scene, next);
    pressed(scene, entry, next + presses);
    apart(scene, presses)
}

/// The app was restored from a copy, and counts again what was used.
fn behind(scene: &mut Scene<'_>) -> Doubt {
    let steps = (2.0 + 60.0_f64.powf(scene.rng.f64() * 1.2)) as u64;
    let next = steps + scene.rng.u64(0..200);
    // The codes read off afterwards must not have caught up.
    let behind = steps.max(scene.codes as u64);
    let entry = counting(scene, next.max(behind));
    pressed(scene, entry, next.max(behind) - behind);
    apart(scene, behind)
}

/// Two devices hold one counter; the service goes by the phone, and the tablet is left behind.
fn shared(scene: &mut Scene<'_>) -> Doubt {
    let steps = scene.rng.u64(3..40);
    let next = steps + scene.rng.u64(0..200);
    let entry = counting(scene, next);
    pressed(scene, entry.clone(), next);
    let mut tablet = Authenticator::new(Entry { kind: Kind::Hotp { counter: next - steps }, ..entry.clone() });
    let mut phone = Authenticator::new(entry);
    for (number, one) in scene.tries.iter_mut().enumerate() {
        let (device, name) = if number % 2 == 0 { (&mut tablet, "tablet") } else { (&mut phone, "phone") };
        (one.sent, one.device, one.typed) = (true, Some(name), device.shows(one.at));
    }
    None
}
