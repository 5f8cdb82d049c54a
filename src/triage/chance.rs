//! How likely it is that people share something by luck. Only + − × ÷, so that every machine gives the same number.

/// Two people's measures of one shift differ by a step and the typing delay at most, in seconds.
pub(super) const SPAN: i64 = 50;
/// The share of clocks off by one step, of all that are off: the share of k steps falls as 1/(1 + k).
const NEAREST: f64 = 0.14;
/// The share of clocks that are off by one particular zone, of all that are off.
const ZONE: f64 = 0.02;
/// Places for a shift, to one side, among which a shared one was found: 12.5 hours in steps of a place's width.
const PLACES: usize = 450;
const STEP: f64 = 30.0;

/// Whether a shift has the size of a zone: half hours, up to fourteen.
pub(super) fn is_zone(shift: i64) -> bool {
    let (size, half) = (shift.abs(), 1_800);
    let nearest = (size + half / 2) / half * half;
    (half..=14 * 3_600).contains(&nearest) && (size - nearest).abs() <= SPAN
}

/// The chance that so many of `people`, each with a clock off for a reason of their own, share this shift or share
/// another one as remarkably. At most 1; the expected number of such shifts.
pub(super) fn shared(people: usize, sharing: usize, shift: i64) -> f64 {
    let own = tail(people, share(shift), sharing);
    let width = 2.0 * SPAN as f64 / STEP;
    let here = (shift.abs() as f64 / STEP / width) as usize;
    // A nearer shift is as remarkable only where more people share it, with the same chance at most.
    let nearer = 2 * here.min(PLACES) + 1;
    let farther = (here + 1..PLACES).map(|place| tail(people, density(place as f64 * width), sharing));
    (own * nearer as f64 + 2.0 * farther.sum::<f64>()).min(1.0)
}

/// The share of clocks off by about this much, of all that are off.
pub(super) fn share(shift: i64) -> f64 {
    let zone = if is_zone(shift) { ZONE } else { 0.0 };
    density(shift.abs() as f64 / STEP) + zone
}

fn density(steps: f64) -> f64 {
    let width = 2.0 * SPAN as f64 / STEP;
    (NEAREST / 2.0 * width / (1.0 + steps)).min(0.5)
}

/// The chance of `least` or more of `all`, where each has the chance `each`, strictly between 0 and 1.
pub(super) fn tail(all: usize, each: f64, least: usize) -> f64 {
    /// Terms this far below the largest do not count.
    const NOTHING: f64 = 1e-300;
    let odds = each / (1.0 - each);
    let mode = (((all + 1) as f64 * each) as usize).min(all);
    let (mut sum, mut beyond) = (0.0, 0.0);
    let mut add = |count: usize, term: f64| {
        sum += term;
        beyond += if count >= least { term } else { 0.0 };
    };
    add(mode, 1.0);
    let mut term = 1.0;
    for count in mode..all {
        term *= (all - count) as f64 / (count + 1) as f64 * odds;
        if term < NOTHING {
            break;
        }
        add(count + 1, term);
    }
    term = 1.0;
    for count in (0..mode).rev() {
        term *= (count + 1) as f64 / (all - count) as f64 / odds;
        if term < NOTHING {
            break;
        }
        add(count, term);
    }
    beyond / sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_binomial_one() {
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        near(tail(3, 0.5, 3), 0.125);
        near(tail(3, 0.5, 2), 0.5);
        near(tail(10, 0.1, 1), 0.651_321_559_9);
        near(tail(4, 0.25, 0), 1.0);
        near(tail(10, 0.1, 10), 1e-10);
    }

    #[test]
    fn zones_are_half_hours() {
        for zone in [3_600, -3_612, 19_800, -7_170] {
            assert!(is_zone(zone), "{zone}");
        }
        for other in [0, -312, 900, 2_700, 86_400] {
            assert!(!is_zone(other), "{other}");
        }
    }

    #[test]
    fn three_of_three_are_remarkable_and_three_of_two_hundred_are_not() {
        assert!(shared(3, 3, -312) < 1e-3);
        assert!(shared(200, 3, -312) > 0.5);
        assert!(shared(200, 150, -312) < 1e-12);
        assert!(shared(10, 3, -60) > shared(10, 3, -3_000));
    }
}
