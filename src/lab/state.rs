//! The code is right, and something else refuses it.

use super::fault::{Doubt, Fault};
use super::scene::Scene;

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "valid-code", with: None, codes: 1, codes_alone: None, play: valid },
    Fault { cause: "replayed-code", with: None, codes: 1, codes_alone: None, play: replayed },
    Fault { cause: "future-watermark", with: None, codes: 1, codes_alone: None, play: watermark },
    Fault { cause: "locked-account", with: None, codes: 1, codes_alone: None, play: locked },
    Fault { cause: "expired-session", with: None, codes: 1, codes_alone: None, play: session },
    Fault { cause: "factor-disabled", with: None, codes: 1, codes_alone: None, play: disabled },
    Fault { cause: "other-factor-failed", with: None, codes: 1, codes_alone: None, play: other_factor },
];

/// Every code is the one that the service waits for.
fn right(scene: &mut Scene<'_>) -> Doubt {
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    None
}

fn valid(scene: &mut Scene<'_>) -> Doubt {
    scene.service.closed = true;
    right(scene)
}

/// The same code went through a moment before.
fn replayed(scene: &mut Scene<'_>) -> Doubt {
    right(scene);
    let typed = &scene.tries[0].typed;
    let used = (-1..=1).find(|back| scene.around(*back) == *typed).unwrap_or(0);
    scene.service.facts.last_used_step = Some(scene.step(scene.at) + used);
    None
}

/// The service's clock once ran ahead, and it has kept a step that is still to come.
fn watermark(scene: &mut Scene<'_>) -> Doubt {
    let ahead = scene.rng.i64(3..=2_000);
    scene.service.facts.watermark = Some(scene.step(scene.at) + ahead);
    right(scene)
}

fn locked(scene: &mut Scene<'_>) -> Doubt {
    scene.service.facts.locked = Some(true);
    right(scene)
}

fn session(scene: &mut Scene<'_>) -> Doubt {
    let limit = [120, 300, 600][scene.rng.usize(..3)];
    let over = scene.rng.u32(10..900);
    (scene.service.facts.session_limit, scene.service.facts.session_age) = (Some(limit), Some(limit + over));
    right(scene)
}

fn disabled(scene: &mut Scene<'_>) -> Doubt {
    scene.service.facts.factor_enabled = Some(false);
    right(scene)
}

fn other_factor(scene: &mut Scene<'_>) -> Doubt {
    scene.service.facts.failed_other_factor = Some(true);
    right(scene)
}
