//! What goes wrong with time.

use super::authenticator::{Authenticator, Clock};
use super::fault::{Doubt, Fault};
use super::scene::{Scene, WINDOW};

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "expired-code", with: None, codes: 2, codes_alone: Some(2), play: expired },
    Fault { cause: "device-clock-off", with: None, codes: 2, codes_alone: None, play: device_off },
    Fault { cause: "drifting-device-clock", with: None, codes: 2, codes_alone: None, play: drifting },
    Fault { cause: "service-clock-off", with: None, codes: 2, codes_alone: None, play: service_off },
    Fault { cause: "uneven-service-clocks", with: None, codes: 3, codes_alone: None, play: uneven },
    Fault { cause: "stale-learnt-skew", with: None, codes: 1, codes_alone: None, play: stale_skew },
    Fault { cause: "narrow-service-window", with: None, codes: 1, codes_alone: None, play: narrow_window },
];

const NEARLY_FORGIVEN: &str = "the window nearly forgives so small an offset";
const WHOSE_CLOCK: &str = "nothing says whose clock is off";

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// The code was on the screen while the person was busy, or was held up on its way, and came too late. The next ones are
/// quicker.
fn expired(scene: &mut Scene<'_>) -> Doubt {
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    let late = scene.period() * (WINDOW + 1 + [0, 0, 0, 1, 1, 2, 3, 4][scene.rng.usize(..8)]);
    scene.tries[0].typed = phone.shows(scene.at - late);
    if scene.held_up {
        scene.tries[0].underway = late - 5;
    }
    None
}

fn device_off(scene: &mut Scene<'_>) -> Doubt {
    let entry = scene.service.expected.clone();
    from_a_wrong_clock(scene, entry)
}

/// Every code comes from `entry` on a device whose clock is off.
pub(super) fn from_a_wrong_clock(scene: &mut Scene<'_>, entry: crate::entry::Entry) -> Doubt {
    let (offset, in_the_app) = match scene.offset {
        Some(offset) => (offset, false),
        None => offset(scene),
    };
    let mut device = Authenticator::ahead(entry, offset);
    scene.read_off(&mut device);
    if in_the_app {
        // The device's own clock is right: who looks at it learns nothing of the app's correction.
        scene.reading = None;
    }
    (offset.abs() <= scene.period() * (WINDOW + 1) + 25).then_some(NEARLY_FORGIVEN)
}

/// How far a clock is off, in seconds, negative: behind; and whether that is a correction kept in the app alone.
fn offset(scene: &mut Scene<'_>) -> (i64, bool) {
    let rng = &mut *scene.rng;
    let sign = if rng.bool() { 1 } else { -1 };
    let wobble = rng.i64(-12..=12);
    let seconds = match rng.u32(..100) {
        // Set by hand, or left to itself: small ones are the most common.
        0..45 => sign * (40.0 * 25.0_f64.powf(rng.f64())) as i64,
        // The zone, in whole hours, halves and quarters.
        45..63 => sign * HOUR * rng.i64(1..=12) + wobble,
        63..68 => sign * 900 * rng.i64(1..=40) + wobble,
        // Morning and afternoon.
        68..75 => sign * 12 * HOUR + wobble,
        // The wrong day, month, year.
        75..83 => sign * DAY * rng.i64(1..=3) + wobble,
        83..85 => sign * DAY * [28, 30, 31, 61, 365, 366][rng.usize(..6)] + wobble,
        // A correction that an app keeps in whole minutes.
        85..90 => return (sign * 60 * rng.i64(1..=30), true),
        90..96 => sign * rng.i64(600..=170_000),
        // Reset to the beginning of 1970 or of 2000, some hours ago.
        _ => rng.i64(0..80_000) - scene.at + [0, 946_684_800][rng.usize(..2)],
    };
    (seconds, false)
}

/// The clock gains or loses as long as it is not set; the codes lie hours apart.
fn drifting(scene: &mut Scene<'_>) -> Doubt {
    let gain = [-1, 1][scene.rng.usize(..2)] * scene.rng.i64(15..=90);
    let set = scene.at - HOUR * scene.rng.i64(6..=72);
    let clock = Clock { ahead: 0, gains: Some((set, gain)) };
    let mut device = Authenticator { clock, ..scene.phone() };
    scene.read_off_apart(&mut device, 6 * HOUR..30 * HOUR);
    let grown = |at: i64| scene.step(clock.at(at)) - scene.step(at);
    let (first, last) = (scene.at, scene.tries.last().map_or(scene.at, |last| last.at));
    let clear = (grown(last) - grown(first)).abs() >= 3 && grown(first).abs() > WINDOW + 1;
    (!clear).then_some("so little drift looks like a clock that is off")
}

/// The service's log is in its own time, and the person's clock is right.
fn service_off(scene: &mut Scene<'_>) -> Doubt {
    let sign = if scene.rng.bool() { 1 } else { -1 };
    let drawn = sign * (90.0 * 100.0_f64.powf(scene.rng.f64())) as i64;
    scene.service.ahead = scene.service_ahead.unwrap_or(drawn);
    let looked = scene.rng.bool();
    scene.reading = looked.then_some(0);
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    scene.tries.iter_mut().for_each(|one| one.sent = true);
    (!looked).then_some(WHOSE_CLOCK)
}

/// Of two nodes one has a clock that is off; the tries go to it and to the other in turn.
fn uneven(scene: &mut Scene<'_>) -> Doubt {
    let sign = if scene.rng.bool() { 1 } else { -1 };
    scene.service.uneven = Some(("auth-2", sign * scene.rng.i64(90..=1_200)));
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    for (one, node) in scene.tries.iter_mut().zip(["auth-2", "auth-1"].into_iter().cycle()) {
        (one.sent, one.node) = (true, Some(node));
    }
    None
}

/// The service learnt an offset of a device that has been put right since.
fn stale_skew(scene: &mut Scene<'_>) -> Doubt {
    let sign = if scene.rng.bool() { 1 } else { -1 };
    scene.service.facts.learnt_skew = Some(sign * scene.rng.i64(2..=60));
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    None
}

/// The service takes no code of the step before, or none of the step after; the device is a little behind, or ahead.
fn narrow_window(scene: &mut Scene<'_>) -> Doubt {
    let (past, future, sides) = [(0, 1, -1), (1, 0, 1), (0, 0, -1)][scene.rng.usize(..3)];
    (scene.service.facts.past, scene.service.facts.future) = (Some(past), Some(future));
    let ahead = sides * scene.rng.i64(3..=9);
    let mut device = Authenticator::ahead(scene.service.expected.clone(), ahead);
    scene.read_off(&mut device);
    None
}
