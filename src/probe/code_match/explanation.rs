//! What codes can tell of: the explanations by name, and what the table says of each.
//!
//! The one idea: an explanation is a name, the facts it provides, and a function over the [`Bench`]; adding one is a row in its
//! own file and a line in the table. It must not know how any of them scores.

use super::bench::Bench;
use crate::finding::{ExplanationWords, Measure};

/// An explanation that codes can speak for. Its id is that of the cause it measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Explanation {
    AlgorithmIgnored,
    ClientBug,
    CodeFromElsewhere,
    CounterAhead,
    CounterBehind,
    DecoratedCode,
    DeviceClockOff,
    DevicesDisagree,
    DigitsIgnored,
    DriftingDeviceClock,
    ExpiredCode,
    ExpiredSession,
    FactorDisabled,
    FutureWatermark,
    LockedAccount,
    LostLeadingZero,
    MisreadSecret,
    MissingPin,
    MistypedCode,
    MistypedSecret,
    MixedCodes,
    NarrowServiceWindow,
    OldEntry,
    OtherFactorFailed,
    OverwrittenEntry,
    PeriodIgnored,
    PinAndCode,
    RecoveryCodeAsCode,
    ReplayedCode,
    RestoredOldBackup,
    RotatedDuringEnrolment,
    ServiceClockOff,
    ServiceKeyLost,
    SharedCounter,
    StaleAutofill,
    StaleLearntSkew,
    SwappedTokens,
    TruncatedSecret,
    UnconfirmedEnrolment,
    UnevenServiceClocks,
    UsedRecoveryCode,
    ValidCode,
    VendorVariant,
    WrongEntry,
    WrongEpoch,
    WrongOtpType,
}

impl Explanation {
    /// As the knowledge writes it.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::AlgorithmIgnored => "algorithm-ignored",
            Self::ClientBug => "client-bug",
            Self::CodeFromElsewhere => "code-from-elsewhere",
            Self::CounterAhead => "counter-ahead",
            Self::CounterBehind => "counter-behind",
            Self::DecoratedCode => "decorated-code",
            Self::DeviceClockOff => "device-clock-off",
            Self::DevicesDisagree => "devices-disagree",
            Self::DigitsIgnored => "digits-ignored",
            Self::DriftingDeviceClock => "drifting-device-clock",
            Self::ExpiredCode => "expired-code",
            Self::ExpiredSession => "expired-session",
            Self::FactorDisabled => "factor-disabled",
            Self::FutureWatermark => "future-watermark",
            Self::LockedAccount => "locked-account",
            Self::LostLeadingZero => "lost-leading-zero",
            Self::MisreadSecret => "misread-secret",
            Self::MissingPin => "missing-pin",
            Self::MistypedCode => "mistyped-code",
            Self::MistypedSecret => "mistyped-secret",
            Self::MixedCodes => "mixed-codes",
            Self::NarrowServiceWindow => "narrow-service-window",
            Self::OldEntry => "old-entry",
            Self::OtherFactorFailed => "other-factor-failed",
            Self::OverwrittenEntry => "overwritten-entry",
            Self::PeriodIgnored => "period-ignored",
            Self::PinAndCode => "pin-and-code",
            Self::RecoveryCodeAsCode => "recovery-code-as-code",
            Self::ReplayedCode => "replayed-code",
            Self::RestoredOldBackup => "restored-old-backup",
            Self::RotatedDuringEnrolment => "rotated-during-enrolment",
            Self::ServiceClockOff => "service-clock-off",
            Self::ServiceKeyLost => "service-key-lost",
            Self::SharedCounter => "shared-counter",
            Self::StaleAutofill => "stale-autofill",
            Self::StaleLearntSkew => "stale-learnt-skew",
            Self::SwappedTokens => "swapped-tokens",
            Self::TruncatedSecret => "truncated-secret",
            Self::UnconfirmedEnrolment => "unconfirmed-enrolment",
            Self::UnevenServiceClocks => "uneven-service-clocks",
            Self::UsedRecoveryCode => "used-recovery-code",
            Self::ValidCode => "valid-code",
            Self::VendorVariant => "vendor-variant",
            Self::WrongEntry => "wrong-entry",
            Self::WrongEpoch => "wrong-epoch",
            Self::WrongOtpType => "wrong-otp-type",
        }
    }
}

/// What the table says of one explanation.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) of: Explanation,
    /// The facts it provides, usable as placeholders.
    pub(super) provides: &'static [&'static str],
    /// Its measure; `None` where nothing at hand can tell, or only a wider search tries it.
    pub(super) score: fn(&Bench<'_>, Explanation) -> Option<Measure>,
    /// The second faults it is tried together with, and their ids.
    pub(super) pairs: (&'static [Explanation], &'static [&'static str]),
    /// The measure of such a pair.
    pub(super) pair: fn(&Bench<'_>, Explanation, Explanation) -> Option<Measure>,
}

impl Row {
    /// A row without second faults.
    pub(super) const fn new(
        of: Explanation,
        provides: &'static [&'static str],
        score: fn(&Bench<'_>, Explanation) -> Option<Measure>,
    ) -> Self {
        Self { of, provides, score, pairs: (&[], &[]), pair: |_, _, _| None }
    }

    /// The row for the vocabulary.
    pub(super) const fn words(&self) -> ExplanationWords {
        ExplanationWords { id: self.of.id(), provides: self.provides, pairs: self.pairs.1 }
    }
}

/// The ids of some explanations.
pub(super) const fn ids<const N: usize>(of: &[Explanation; N]) -> [&'static str; N] {
    let mut ids = [""; N];
    let mut at = 0;
    while at < N {
        ids[at] = of[at].id();
        at += 1;
    }
    ids
}
