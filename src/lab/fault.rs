use super::scene::Scene;
use super::{clock, counter, parameters, secret, slip, spelling, state};

/// Why a specimen cannot be told from another fault's, where what was drawn makes it so.
pub(super) type Doubt = Option<&'static str>;

/// Why nothing is identifiable at level L0.
pub const ANSWERS_ONLY: &str = "answers alone prove nothing";
pub(super) const SERVICE_HIDDEN: &str = "what the service holds is not known";
pub(super) const TOO_FEW_CODES: &str = "so few codes may be luck, or another fault";

/// Causes of which codes alone do not say which it is, by family. `GLOSSARY.md` tells what a family is.
const FAMILIES: [(&str, &[&str]); 3] = [
    (
        "clocks-differ",
        &["device-clock-off", "service-clock-off", "drifting-device-clock", "uneven-service-clocks", "wrong-epoch"],
    ),
    (
        "entry-differs",
        &["old-entry", "rotated-during-enrolment", "unconfirmed-enrolment", "restored-old-backup", "devices-disagree"],
    ),
    (
        "in-window",
        &[
            "valid-code",
            "replayed-code",
            "future-watermark",
            "locked-account",
            "expired-session",
            "factor-disabled",
            "other-factor-failed",
            "service-key-lost",
            "missing-pin",
        ],
    ),
];

/// The family of a cause; `None` where it has none.
pub fn family(cause: &str) -> Option<&'static str> {
    FAMILIES.iter().find(|(_, members)| members.contains(&cause)).map(|(family, _)| *family)
}

/// What goes wrong in a specimen, and how it is played out.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The cause that a diagnosis should name.
    pub cause: &'static str,
    /// The second one at work.
    pub with: Option<&'static str>,
    /// Codes until no other fault could have left the same, where the service's secret and facts are known.
    pub(super) codes: usize,
    /// The same where only the device's entries are; `None`: it never shows.
    pub(super) codes_alone: Option<usize>,
    pub(super) play: fn(&mut Scene<'_>) -> Doubt,
}

impl Fault {
    /// A code of a secret that nobody listed.
    pub const UNKNOWN: Self = secret::UNKNOWN;
    /// Codes without any structure: a guess, or of another world. No fault of its own; a control.
    pub const RANDOM_CODES: Self = slip::RANDOM_CODES;

    /// Every fault that can be played, by kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds: [&[Self]; 7] = [
            clock::FAULTS,
            secret::FAULTS,
            parameters::FAULTS,
            spelling::FAULTS,
            slip::FAULTS,
            state::FAULTS,
            counter::FAULTS,
        ];
        kinds.into_iter().flatten().copied()
    }

    /// The cause; of two at once `old-entry+device-clock-off`.
    pub fn id(self) -> String {
        self.with.map_or_else(|| self.cause.to_owned(), |with| format!("{}+{with}", self.cause))
    }

    /// The fault of that id.
    pub fn named(id: &str) -> Option<Self> {
        Self::all().find(|fault| fault.id() == id)
    }

    /// Whether its codes are those that the service waits for, and something else refuses them.
    pub fn fits(self) -> bool {
        family(self.cause) == Some("in-window")
    }

    /// Whether a device's clock is off in it, by as much as one likes.
    pub fn takes_offset(self) -> bool {
        [Some(self.cause), self.with].contains(&Some("device-clock-off"))
    }

    pub(super) fn play(self, scene: &mut Scene<'_>) -> Doubt {
        (self.play)(scene)
    }
}
