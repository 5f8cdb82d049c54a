use super::{Bench, PERIOD, RECOVERY_FORM, Scene, WINDOW, hand, on_the_phone, shown};
use crate::case::{KnownEntry, Status};
use crate::entry::Entry;
use crate::otp::step;

/// What goes wrong in a specimen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The code is right; something else refuses it.
    Valid,
    /// The code was used before.
    Replayed,
    /// The code was typed too late.
    Expired,
    /// The device's clock is off.
    ClockOff,
    /// The code of an earlier enrolment.
    OldEntry,
    /// The code of another account.
    WrongEntry,
    /// The code of an enrolment that was never confirmed.
    Unconfirmed,
    /// The code of a QR code that has been replaced since.
    Rotated,
    /// A typing error.
    Mistyped,
    /// The first zero is missing.
    LostZero,
    /// Blanks, dashes, foreign digits.
    Decorated,
    /// Two codes in one.
    Mixed,
    /// A recovery code.
    RecoveryCode,
    /// An earlier enrolment on a device whose clock is off.
    OldEntryAndClock,
    /// Another account on a device whose clock is off.
    WrongEntryAndClock,
    /// A code of a secret that nobody listed.
    Unknown,
}

/// What was typed, and when it reached the service.
pub(super) struct Played {
    pub(super) codes: Vec<(String, i64)>,
    pub(super) identifiable: bool,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 16] = [
        Self::Valid,
        Self::Replayed,
        Self::Expired,
        Self::ClockOff,
        Self::OldEntry,
        Self::WrongEntry,
        Self::Unconfirmed,
        Self::Rotated,
        Self::Mistyped,
        Self::LostZero,
        Self::Decorated,
        Self::Mixed,
        Self::RecoveryCode,
        Self::OldEntryAndClock,
        Self::WrongEntryAndClock,
        Self::Unknown,
    ];

    /// The cause that a diagnosis should name, and the second one at work.
    pub fn causes(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Valid => ("valid-code", None),
            Self::Replayed => ("replayed-code", None),
            Self::Expired => ("expired-code", None),
            Self::ClockOff => ("device-clock-off", None),
            Self::OldEntry => ("old-entry", None),
            Self::WrongEntry => ("wrong-entry", None),
            Self::Unconfirmed => ("unconfirmed-enrolment", None),
            Self::Rotated => ("rotated-during-enrolment", None),
            Self::Mistyped => ("mistyped-code", None),
            Self::LostZero => ("lost-leading-zero", None),
            Self::Decorated => ("decorated-code", None),
            Self::Mixed => ("mixed-codes", None),
            Self::RecoveryCode => ("recovery-code-as-code", None),
            Self::OldEntryAndClock => ("old-entry", Some("device-clock-off")),
            Self::WrongEntryAndClock => ("wrong-entry", Some("device-clock-off")),
            Self::Unknown => ("unknown", None),
        }
    }

    /// Whether one code may be luck or has a rival among the other faults.
    pub(super) fn needs_two_codes(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::ClockOff
                | Self::Mistyped
                | Self::Mixed
                | Self::OldEntryAndClock
                | Self::WrongEntryAndClock
                | Self::Unknown
        )
    }

    /// Whether it shows although it is not known what the service holds: the first code differs from the next ones.
    pub(super) fn shows_without_the_service(self) -> bool {
        matches!(self, Self::Expired | Self::Mistyped | Self::LostZero | Self::Decorated | Self::Mixed)
    }
}

impl Bench {
    /// Plays the fault until the service refuses the code, as it does in every case that comes to a doctor.
    pub(super) fn play(&mut self, fault: Fault, scene: &mut Scene) -> Played {
        loop {
            let played = self.play_once(fault, scene);
            let accepts = |back: i64| shown(&scene.expected, scene.at + back * i64::from(PERIOD)) == played.codes[0].0;
            if matches!(fault, Fault::Valid | Fault::Replayed) || !(-WINDOW..=WINDOW).any(accepts) {
                return played;
            }
        }
    }

    fn play_once(&mut self, fault: Fault, scene: &mut Scene) -> Played {
        let expected = scene.expected.clone();
        while fault == Fault::LostZero && !shown(&expected, scene.at).starts_with('0') {
            scene.at += i64::from(PERIOD);
        }
        let times = self.times(scene.at);
        match fault {
            Fault::Valid => self.same(&expected, &times, 0, true),
            Fault::Replayed => {
                let played = self.same(&expected, &times, 0, true);
                let counted = |back: &i64| shown(&expected, scene.at - back * i64::from(PERIOD)) == played.codes[0].0;
                let used = (-WINDOW..=WINDOW).find(counted).unwrap_or(0);
                scene.service.last_used_step = Some(step(scene.at, PERIOD) - used);
                played
            }
            Fault::Unknown => {
                let secret = self.entry("Nobody", "nobody");
                let identifiable = self.same(&secret, &times, 0, false);
                Played { identifiable: true, ..identifiable }
            }
            Fault::ClockOff | Fault::OldEntryAndClock | Fault::WrongEntryAndClock => {
                let offset = self.offset(scene.at);
                let clear = offset.abs() > i64::from(PERIOD) * (WINDOW + 1) + 25;
                let entry = match fault {
                    Fault::OldEntryAndClock => self.old(scene),
                    Fault::WrongEntryAndClock => other_account(scene),
                    _ => expected,
                };
                self.same(&entry, &times, offset, clear)
            }
            Fault::OldEntry => {
                let old = self.old(scene);
                self.same(&old, &times, 0, true)
            }
            Fault::WrongEntry => self.same(&other_account(scene), &times, 0, true),
            Fault::Unconfirmed | Fault::Rotated => {
                let pending = self.entry(&expected.issuer, &expected.account);
                scene.entries.push(on_the_phone("pending", pending.clone(), Some(Status::Pending)));
                if fault == Fault::Rotated {
                    scene.entries[0].status = Some(Status::Pending);
                }
                self.same(&pending, &times, 0, true)
            }
            slip => self.slip(slip, scene, &times),
        }
    }

    /// The first code is spoilt, the later ones are clean.
    fn slip(&mut self, fault: Fault, scene: &Scene, times: &[i64]) -> Played {
        let entry = &scene.expected;
        let mut played = self.same(entry, times, 0, true);
        let period = i64::from(PERIOD);
        let around = |steps: i64| shown(entry, times[0] + steps * period);
        let window: Vec<String> = (-WINDOW..=WINDOW).map(around).collect();
        let (first, identifiable) = match fault {
            Fault::Expired => {
                let steps = WINDOW + 1 + [0, 0, 0, 1, 1, 2, 3, 4][self.rng.usize(..8)];
                (around(-steps), true)
            }
            Fault::Mistyped => {
                let typed = hand::mistype(&mut self.rng, &shown(entry, times[0]));
                let rival = (-WINDOW - 1..WINDOW).any(|at| hand::is_mixed(&typed, &around(at), &around(at + 1)));
                (typed.clone(), !rival && !window.contains(&typed))
            }
            Fault::LostZero => (shown(entry, times[0]).trim_start_matches('0').to_owned(), true),
            Fault::Decorated => (hand::decorate(&mut self.rng, &shown(entry, times[0])), true),
            Fault::Mixed => {
                let typed = hand::mix(&mut self.rng, &around(-1), &around(0));
                let rival = (-WINDOW..=WINDOW).any(|at| hand::differing(&typed, &around(at)) <= 1);
                (typed, !rival)
            }
            _ => match &scene.service.recovery_form {
                Some(form) => {
                    debug_assert_eq!(form, RECOVERY_FORM);
                    (hand::recovery_code(&mut self.rng), true)
                }
                None => (hand::recovery_code(&mut self.rng).to_uppercase(), false),
            },
        };
        // Where all zeros are lost nothing is left to type.
        played.codes[0].0 = if first.is_empty() { "0".to_owned() } else { first };
        Played { identifiable, ..played }
    }

    /// Every code from one entry on a device that is `offset` seconds ahead, each read a moment before it is sent.
    fn same(&mut self, entry: &Entry, times: &[i64], offset: i64, identifiable: bool) -> Played {
        let jitter = self.rng.i64(-2..=2);
        let mut code = |at: i64| {
            let read = at - self.rng.i64(2..=18);
            (shown(entry, read + offset + jitter), at)
        };
        Played { codes: times.iter().map(|at| code(*at)).collect(), identifiable }
    }

    /// When the codes are sent: the refused one, and the next ones as the app moves on.
    fn times(&mut self, first: i64) -> Vec<i64> {
        let mut times = vec![first];
        while times.len() < self.recipe.codes {
            let last = times[times.len() - 1];
            times.push(last + self.rng.i64(55..=150));
        }
        times
    }

    fn old(&mut self, scene: &mut Scene) -> Entry {
        let same_account = |known: &&KnownEntry| known.id.as_deref().is_some_and(|id| id.starts_with("earlier"));
        if let Some(known) = scene.entries.iter().find(same_account) {
            return known.entry.clone();
        }
        let (issuer, account) = (scene.expected.issuer.clone(), scene.expected.account.clone());
        let known = self.earlier(0, &issuer, &account);
        scene.entries.push(known.clone());
        known.entry
    }

    /// How far a clock is off, in seconds; negative: behind. Never what the window forgives.
    fn offset(&mut self, at: i64) -> i64 {
        let sign = if self.rng.bool() { 1 } else { -1 };
        let wobble = self.rng.i64(-12..=12);
        match self.rng.u32(..100) {
            0..50 => sign * (40.0 * 25.0_f64.powf(self.rng.f64())) as i64,
            50..70 => sign * 3600 * self.rng.i64(1..=12) + wobble,
            70..75 => sign * 900 * self.rng.i64(1..=40) + wobble,
            75..82 => sign * 12 * 3600 + wobble,
            82..90 => sign * 86_400 * self.rng.i64(1..=2) + wobble,
            90..96 => sign * self.rng.i64(600..=170_000),
            _ => self.rng.i64(0..80_000) - at + [0, 946_684_800][self.rng.usize(..2)],
        }
    }
}

fn other_account(scene: &Scene) -> Entry {
    let other = |known: &&KnownEntry| known.entry.issuer != scene.expected.issuer;
    scene.entries.iter().find(other).map_or_else(|| scene.expected.clone(), |known| known.entry.clone())
}
