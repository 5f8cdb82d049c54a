//! What every verdict is.

use otp_doctor::verdict::{UNKNOWN, Verdict};

/// Panics unless it is a distribution over causes, `unknown` among them, in order.
pub(crate) fn assert_sound(verdict: &Verdict) {
    let mut sum = 0.0;
    let mut before = 1.0;
    for one in &verdict.causes {
        let (probability, chance) = (one.probability, one.chance);
        assert!((0.0..=1.0).contains(&probability), "probability {probability}");
        assert!(probability <= before, "not in order: {before}, {probability}");
        assert!(chance.is_finite() && chance >= 0.0, "chance {chance}");
        before = probability;
        sum += probability;
    }
    assert!((sum - 1.0).abs() < 1e-9, "the probabilities sum to {sum}");
    assert!(verdict.causes.iter().any(|one| one.cause == UNKNOWN), "`unknown` is not there");
    assert!((0.0..=1.0 + 1e-9).contains(&verdict.probability()), "of the first: {}", verdict.probability());
    for piece in &verdict.evidence {
        assert!(piece.ratio.is_finite() && piece.ratio >= 0.0, "ratio {} of {}", piece.ratio, piece.id);
    }
}
