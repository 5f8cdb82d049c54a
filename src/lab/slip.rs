//! What the hand does to a single code; the next ones are read off the screen as they are.

use super::fault::{Doubt, Fault};
use super::hand;
use super::scene::{Scene, WINDOW};

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "mistyped-code", with: None, codes: 2, codes_alone: Some(2), play: mistyped },
    Fault { cause: "lost-leading-zero", with: None, codes: 1, codes_alone: Some(2), play: lost_zero },
    Fault { cause: "decorated-code", with: None, codes: 1, codes_alone: Some(2), play: decorated },
    Fault { cause: "mixed-codes", with: None, codes: 2, codes_alone: Some(2), play: mixed },
    Fault { cause: "stale-autofill", with: None, codes: 2, codes_alone: Some(2), play: autofilled },
    Fault { cause: "pin-and-code", with: None, codes: 1, codes_alone: Some(2), play: with_pin },
    Fault { cause: "code-from-elsewhere", with: None, codes: 2, codes_alone: None, play: elsewhere },
    Fault { cause: "recovery-code-as-code", with: None, codes: 1, codes_alone: None, play: recovery_code },
];

pub(super) const RANDOM_CODES: Fault =
    Fault { cause: "unknown", with: None, codes: 1, codes_alone: Some(1), play: random };

const ANOTHER_SLIP: &str = "another slip of the hand gives the same string";
const FORM_UNKNOWN: &str = "the form of the service's recovery codes is not known";

/// The phone's codes, the first one as `spoilt` makes it.
fn spoil(scene: &mut Scene<'_>, spoilt: String) {
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    scene.tries[0].typed = spoilt;
}

fn mistyped(scene: &mut Scene<'_>) -> Doubt {
    let shown = scene.around(0);
    let typed = hand::mistype(scene.rng, &shown);
    let rival = (-WINDOW - 1..WINDOW).any(|at| hand::is_mixed(&typed, &scene.around(at), &scene.around(at + 1)));
    spoil(scene, typed);
    rival.then_some(ANOTHER_SLIP)
}

fn lost_zero(scene: &mut Scene<'_>) -> Doubt {
    while !scene.around(0).starts_with('0') {
        scene.at += scene.period();
    }
    // Where all zeros are lost one is left to type.
    let typed = scene.around(0).trim_start_matches('0').to_owned();
    spoil(scene, if typed.is_empty() { "0".to_owned() } else { typed });
    None
}

fn decorated(scene: &mut Scene<'_>) -> Doubt {
    let shown = scene.around(0);
    let typed = hand::decorate(scene.rng, &shown);
    spoil(scene, typed);
    None
}

fn mixed(scene: &mut Scene<'_>) -> Doubt {
    let (before, now) = (scene.around(-1), scene.around(0));
    let typed = hand::mix(scene.rng, &before, &now);
    let rival = (-WINDOW..=WINDOW).any(|at| hand::differing(&typed, &scene.around(at)) <= 1);
    spoil(scene, typed);
    rival.then_some(ANOTHER_SLIP)
}

/// A password manager fills in the code of a login of long ago, which half of the services remember.
fn autofilled(scene: &mut Scene<'_>) -> Doubt {
    let back = (12.0 * 400.0_f64.powf(scene.rng.f64())) as i64;
    let typed = scene.around(-back);
    spoil(scene, typed.clone());
    if scene.rng.bool() {
        let then = scene.at - back * scene.period();
        scene.sent_before(typed, then);
    }
    None
}

/// The service wants the code alone, and four digits of a PIN come before or behind it.
fn with_pin(scene: &mut Scene<'_>) -> Doubt {
    let (shown, pin) = (scene.around(0), scene.rng.u32(..10_000));
    let typed = if scene.rng.f64() < 0.7 { format!("{pin:04}{shown}") } else { format!("{shown}{pin:04}") };
    spoil(scene, typed);
    None
}

/// The number of a text message. The app's own codes are fine.
#[expect(clippy::unnecessary_wraps, reason = "a fault like the others")]
fn elsewhere(scene: &mut Scene<'_>) -> Doubt {
    let number = scene.rng.u32(..1_000_000);
    spoil(scene, format!("{number:06}"));
    Some("a number from elsewhere can be any")
}

fn recovery_code(scene: &mut Scene<'_>) -> Doubt {
    let known = scene.service.facts.recovery_form.is_some();
    let typed = hand::recovery_code(scene.rng);
    spoil(scene, if known { typed } else { typed.to_uppercase() });
    (!known).then_some(FORM_UNKNOWN)
}

/// Every code is invented.
fn random(scene: &mut Scene<'_>) -> Doubt {
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    for one in &mut scene.tries {
        one.typed = format!("{:06}", scene.rng.u32(..1_000_000));
    }
    None
}
