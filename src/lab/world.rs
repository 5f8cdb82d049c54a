//! What is around a fault where people live: services of many kinds, several devices, what was tried afterwards.
//!
//! The one idea: the fault is played as ever; the world is drawn before it, and goes on after it. It must not change what
//! the fault is: where it did, the specimen is played anew.

use super::authenticator::Authenticator;
use super::fault::Fault;
use super::scene::{Scene, Try};
use super::telling::Telling;
use crate::case::{Reference, ServiceClock};
use crate::entry::Kind;

/// How often each thing is met. All of them are judgements, made once, from what public reports tell of.
mod share {
    /// Services whose codes last a minute.
    pub(super) const LONG_PERIOD: f64 = 0.1;
    /// Services that tell which of their machines answered.
    pub(super) const NODES: f64 = 0.15;
    /// Services whose page was asked for the time.
    pub(super) const PAGE_READ: f64 = 0.1;
    /// Of those, pages whose clock is the one that checks codes.
    pub(super) const SAME_CLOCK: f64 = 0.85;
    /// Logins in which a code is some time underway.
    pub(super) const UNDERWAY: f64 = 0.15;
    /// Late codes that were typed in time, and held up.
    pub(super) const HELD_UP: f64 = 0.3;
    /// Codes after the first that are sent too.
    pub(super) const SENDS_ON: f64 = 0.5;
    /// People who name their devices.
    pub(super) const NAMED: f64 = 0.5;
    /// Of those, people who name the device of each code.
    pub(super) const NAMED_EACH: f64 = 0.7;
    /// Logins after which the fault was put right, and a code accepted.
    pub(super) const MENDED: f64 = 0.2;
    /// Logins in which a code of another device was tried.
    pub(super) const ANOTHER: f64 = 0.2;
    /// Logins in which the refused code was typed once more.
    pub(super) const AGAIN: f64 = 0.12;
}

/// Seconds that the clock of an ordinary service is off, either way.
const SERVICE_WANDERS: i64 = 6;
/// Seconds for which somebody tries the same code again.
const PATIENCE: i64 = 300;
const MACHINES: [&str; 2] = ["auth-1", "auth-2"];
const DEVICES: [&str; 3] = ["phone", "old phone", "laptop"];
const OTHERS: [&str; 2] = ["tablet", "watch"];

/// Faults that say themselves how long a code lasts, or follow a counter.
const OWN_PERIOD: [&str; 6] =
    ["period-ignored", "wrong-otp-type", "vendor-variant", "counter-ahead", "counter-behind", "shared-counter"];
/// Faults that nobody puts right between two codes, or whose mend the service's facts would have to tell.
const STANDS: [&str; 11] = [
    "future-watermark",
    "replayed-code",
    "locked-account",
    "expired-session",
    "factor-disabled",
    "other-factor-failed",
    "counter-ahead",
    "counter-behind",
    "shared-counter",
    "stale-learnt-skew",
    "narrow-service-window",
];

/// Draws what the fault will find.
pub(super) fn before(scene: &mut Scene<'_>, fault: Fault) {
    scene.telling = Telling::AsPeopleDo;
    if scene.rng.f64() < share::LONG_PERIOD && !OWN_PERIOD.contains(&fault.cause) {
        scene.declare(|entry| entry.kind = Kind::Totp { period: 60 });
    }
    scene.service.ahead = scene.rng.i64(-SERVICE_WANDERS..=SERVICE_WANDERS);
    if scene.rng.f64() < share::UNDERWAY {
        scene.underway = scene.rng.i64(3..=30);
    }
    scene.held_up = scene.rng.f64() < share::HELD_UP;
    scene.sends_on = share::SENDS_ON;
    scene.device = (scene.rng.f64() < share::NAMED).then(|| DEVICES[scene.rng.usize(..DEVICES.len())]);
}

/// Goes on after the fault: what was tried then, which machine answered, and what is known of it.
pub(super) fn after(scene: &mut Scene<'_>, fault: Fault) {
    let device = scene.device;
    // Who names no device does not say on which an entry lies, either.
    for known in scene.listed.iter_mut().map(|listed| &mut listed.known) {
        if known.device.as_deref() == Some("phone") {
            known.device = device.map(str::to_owned);
        }
    }
    if scene.rng.f64() < share::NAMED_EACH {
        scene.tries.iter_mut().filter(|one| one.device.is_none()).for_each(|one| one.device = device);
    }
    if scene.rng.f64() < share::AGAIN {
        again(scene);
    }
    if scene.rng.f64() < share::ANOTHER {
        another_device(scene);
    }
    if scene.rng.f64() < share::MENDED && !STANDS.contains(&fault.cause) {
        mended(scene, fault);
    }
    if scene.rng.f64() < share::NODES {
        for one in scene.tries.iter_mut().filter(|one| one.sent && one.node.is_none()) {
            one.node = Some(MACHINES[scene.rng.usize(..MACHINES.len())]);
        }
    }
    if scene.rng.f64() < share::PAGE_READ {
        let same = scene.rng.f64() < share::SAME_CLOCK;
        let offset = if same { scene.service.ahead } else { scene.rng.i64(-2..=2) };
        scene.service.facts.clock = Some(ServiceClock {
            offset_seconds: offset as f64,
            uncertainty_seconds: 1.0,
            against: Some(Reference::TimeServer),
        });
    }
}

/// The refused code itself is typed once more, at once; or, where the service is behind, when it has got there.
fn again(scene: &mut Scene<'_>) {
    let Some(first) = scene.tries.iter().position(|one| one.sent && one.at >= scene.at) else { return };
    let one = &scene.tries[first];
    let behind = -scene.service.clock(0, one.node);
    let apart = if (SERVICE_WANDERS + 1..=PATIENCE).contains(&behind) { behind } else { scene.rng.i64(8..=25) };
    let again = Try { device: one.device, node: one.node, ..Try::new(one.typed.clone(), one.at + apart, true) };
    scene.tries.push(again);
    scene.tries.sort_by_key(|one| one.at);
}

/// A code of another device, which holds the right secret and keeps the right time: what the service says to it is what it
/// says to everybody. It comes some minutes before the rest or after it.
fn another_device(scene: &mut Scene<'_>) {
    if counts(scene) {
        return;
    }
    let apart = scene.rng.i64(90..=900);
    let (first, last) = ends(scene);
    let before = scene.rng.f64() < 0.3;
    let at = if before { first - apart } else { last + apart };
    let typed = scene.phone().shows(at - scene.rng.i64(3..=12));
    let name = scene.tries[0].device.map(|_| OTHERS[scene.rng.usize(..OTHERS.len())]);
    let one = Try { device: name, ..Try::new(typed, at, true) };
    if before { scene.tries.insert(0, one) } else { scene.tries.push(one) }
}

/// The fault is put right, and the same device shows a code that goes through: the clock was set, the right entry opened,
/// the key scanned anew, the code typed with care, or the service mended.
fn mended(scene: &mut Scene<'_>, fault: Fault) {
    if counts(scene) || fault.cause == "devices-disagree" {
        return;
    }
    let at = ends(scene).1 + scene.rng.i64(60..=1_800);
    let mut device = Authenticator::new(scene.service.expected.clone());
    let typed = device.shows(at - scene.rng.i64(3..=12));
    let by = scene.tries[0].device.filter(|name| DEVICES.contains(name));
    scene.tries.push(Try { device: by, mended: true, ..Try::new(typed, at, true) });
}

/// Whether codes follow a counter: one more code there is no control, it moves the counter on.
fn counts(scene: &Scene<'_>) -> bool {
    matches!(scene.service.expected.kind, Kind::Hotp { .. })
}

/// When the first and the last of the codes so far came.
fn ends(scene: &Scene<'_>) -> (i64, i64) {
    let times = || scene.tries.iter().map(|one| one.at);
    (times().min().unwrap_or(scene.at), times().max().unwrap_or(scene.at))
}
