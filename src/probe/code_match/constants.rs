//! The numbers that are judgement, once; what measures by more than one explanation stands here.
//!
//! The one idea: a number that could be argued about has one place and a reason. The table in `docs/inference.md` lists them. Numbers
//! that only one file knows (kinds of mistyping, shares of parameters) stand there.

use crate::finding::Most;

/// The share of codes that an explanation accounts for; the rest are mishaps of some other kind.
pub(super) const CLEAN: f64 = 0.99;
/// Likelihood ratio of a code that an explanation does not account for, and the price of each further slip.
pub(super) const MISHAP: f64 = 0.01;
/// The service refused what the explanation says it would accept.
pub(super) const REFUSED_A_GOOD_ONE: f64 = 0.02;
/// The service accepted what the explanation says it would refuse.
pub(super) const ACCEPTED_A_BAD_ONE: f64 = 0.001;
/// Codes before the window that can only have expired, and are not yet something kept from long ago.
pub(super) const EXPIRED_STEPS: i64 = 5;
/// How often an expired code is that many steps before those that are accepted, beginning with the last one.
pub(super) const EXPIRED: [f64; EXPIRED_STEPS as usize] = [0.38, 0.27, 0.17, 0.11, 0.07];
/// A code that is as many steps old, or fewer, is not proved to be kept from before: it may as well have run out.
pub(super) const KEPT_STEPS: i64 = 2 * EXPIRED_STEPS;
/// Seconds from reading a code to sending it, at most.
pub(super) const TYPING_DELAY: i64 = 20;
/// How often somebody with one old entry shows a second one, of another account, without a copy that brought both back.
pub(super) const ANOTHER_REVOKED: f64 = 0.002;
/// The most steps that a derived secret is compared at, for one code.
pub(super) const WIDEST_DERIVED: i64 = 64;
/// How many steps the time of a code may be unknown by, over all entries, where wrong dates are searched as well.
pub(super) const MOST_UNKNOWN: i64 = 6_400;
/// How many seconds the time of a code may be unknown by for a clock that was reset to be told from a counter.
pub(super) const MOST_FOR_DATES: i64 = 3_600;
/// How often the service has one on record that lies ahead of every code that can be shown.
pub(super) const AHEAD_BY_ACCIDENT: f64 = 1e-5;
/// How often the service has a step at or after the code's on record, when nobody used the code before.
pub(super) const USED_BY_ACCIDENT: f64 = 0.01;
/// How many services accept nothing before the current step, or nothing after it.
pub(super) const NARROW_SERVICES: f64 = 0.02;
/// How often a service that learns skews has one on record.
pub(super) const SKEW_ON_RECORD: f64 = 0.02;
/// How a code is typed: the one of the step that is on the screen, the last one, or the next one (a clock that is ahead by no more than is forgiven).
pub(super) const THIS_STEP: f64 = 0.68;
pub(super) const LAST_STEP: f64 = 0.25;
pub(super) const NEXT_STEP: f64 = 0.05;
/// All further steps that a service accepts.
pub(super) const FORGIVEN: f64 = 0.02;
/// Whether a refused and an accepted code, of which nobody says it, were of the same device and entry with nothing done in between.
pub(super) const THE_SAME: f64 = 0.6;
/// The same, of another device or entry.
pub(super) const ANOTHER: f64 = 0.25;
/// The same, with the fault put right in between.
pub(super) const MENDED: f64 = 0.15;
/// The same string, refused and then accepted as itself: whatever refused it went away with nothing done.
pub(super) const WENT_AWAY: f64 = 0.005;
/// A code that had run out when it was checked, where the time is that of typing it: the rest of the wait came after.
pub(super) const WAITED_AFTER_TYPING: f64 = 0.5;
/// Logins in which every code comes late: some time passes between the screen and the check.
pub(super) const HELD_UP: f64 = 0.1;
/// How many steps late a code is then, beginning with none.
pub(super) const HELD_UP_BY: [f64; 4] = [0.25, 0.45, 0.25, 0.05];
/// Given a clock that was read as off, that the reading is not of this device or time.
pub(super) const READ_ELSEWHERE: f64 = 0.1;
/// Seconds by which a clock may have moved since it was read.
pub(super) const MOVED_SINCE: f64 = 2.0;
/// Where nobody says whose clock the times are by: that it is the service's.
pub(super) const TIMES_BY_THE_SERVICE: f64 = 0.5;
/// The most offsets that are weighed one by one.
pub(super) const FINEST: i64 = 20_000;
/// The period where no entry says, in seconds (RFC 6238 section 5.2).
pub(super) const USUAL_PERIOD: u32 = 30;
/// How often an app that counts the time in another way has a zone or date of its own, where the device's clock reads right.
pub(super) const OWN_RECKONING: f64 = 0.5;
/// How often a code's secret is none that can be computed with, although its form tells what it is.
pub(super) const FORM_ALONE: f64 = 0.1;
/// The fewest digits that several strings share not by luck.
pub(super) const SHORTEST_PIN: usize = 3;
/// The longest time, in seconds, within which an accepted code still singles out an entry.
pub(super) const MOST_VAGUE: i64 = 900;
/// Digits, beside letters, typed at a service whose codes are letters.
pub(super) const DIGITS_FOR_LETTERS: f64 = 0.05;
/// How often a service whose clock is off shows in the case of one person, where nobody has read the device's clock: it is everybody's
/// trouble, and known of by then.
pub(super) const ONE_PERSON_ALONE: f64 = 0.1;
/// Another device or entry, where the nodes that accepted are not those that refused: how often that is so by accident.
pub(super) const APART_BY_NODE: f64 = 0.1;
/// How often what is wrong with no device shows on one of them alone, by their names.
pub(super) const APART_BY_CHANCE: f64 = 0.02;
/// How often two devices, of which one shows codes of an earlier entry, were enrolled together.
pub(super) const NOT_ENROLLED_APART: f64 = 0.005;
/// The same where nobody says which device has the entry that the service expects.
pub(super) const NOT_SURELY_APART: f64 = 0.2;
/// The most that is said: what answers alone tell apart, and codes of the longest forms by which one is matched.
pub(super) const MOST: Most = Most { ratio: 1e4, per_code: 1e12, chance: 1e-3, provable: true };
