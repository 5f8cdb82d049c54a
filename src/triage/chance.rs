//! How likely it is that people share something by luck. Only + − × ÷, so that every machine gives the same number.

use std::ops::RangeInclusive;

/// Two people's measures of one shift differ by a step and the typing delay at most, in seconds.
pub(super) const SPAN: i64 = 50;
/// The share of clocks off by one step, of all that are off: the share of k steps falls as 1/(1 + k). Twice of what clocks
/// spread over half a day would have, since nobody knows how they spread: in a thousand logs of 20 to 100 people, each with
/// a clock off by 90 seconds to 90 minutes for a reason of their own, about one gets a lead by luck.
const NEAREST: f64 = 0.3;
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
    let odds = each / (1.0 - each);
    let mode = (((all + 1) as f64 * each) as usize).min(all);
    beyond(0..=all, mode, least, |count| (all - count) as f64 / (count + 1) as f64 * odds)
}

/// The chance that `here` or more of `known` people are at a place, if they are some of all, of whom `others` more are
/// known and `others_here` are there. Fisher's exact test: where there are no others, all are there anyway.
pub(super) fn drawn(here: usize, known: usize, others_here: usize, others: usize) -> f64 {
    let (at_it, all) = (here + others_here, known + others);
    let possible = (at_it + known).saturating_sub(all)..=known.min(at_it);
    let mode = ((at_it + 1) as f64 * (known + 1) as f64 / (all + 2) as f64) as usize;
    let mode = mode.clamp(*possible.start(), *possible.end());
    let elsewhere = all - at_it;
    beyond(possible, mode, here, |count| {
        (at_it - count) as f64 * (known - count) as f64 / ((count + 1) as f64 * (elsewhere + count + 1 - known) as f64)
    })
}

/// The share of the counts from `least` on, where `ratio` tells how much likelier the next count is than a count. It begins
/// at the likeliest one, so that nothing grows beyond measure.
fn beyond(possible: RangeInclusive<usize>, mode: usize, least: usize, ratio: impl Fn(usize) -> f64) -> f64 {
    /// Terms this far below the largest do not count.
    const NOTHING: f64 = 1e-300;
    let (mut sum, mut beyond) = (0.0, 0.0);
    let mut add = |count: usize, term: f64| {
        sum += term;
        beyond += if count >= least { term } else { 0.0 };
    };
    add(mode, 1.0);
    let mut term = 1.0;
    for count in mode..*possible.end() {
        term *= ratio(count);
        if term < NOTHING {
            break;
        }
        add(count + 1, term);
    }
    term = 1.0;
    for count in (*possible.start()..mode).rev() {
        term /= ratio(count);
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
    fn drawing_is_fishers_test() {
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        near(drawn(6, 6, 0, 1), 1.0 / 7.0);
        near(drawn(30, 30, 9, 10), 0.25);
        near(drawn(3, 4, 1, 4), 17.0 / 70.0);
        near(drawn(0, 3, 2, 5), 1.0);
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
        assert!(shared(3, 3, -312) < 1e-2);
        assert!(shared(200, 3, -312) > 0.5);
        assert!(shared(200, 150, -312) < 1e-12);
        assert!(shared(10, 3, -60) > shared(10, 3, -3_000));
    }
}
