//! The numbers that are judgement, once; what measures by more than one explanation stands here.
//!
//! The one idea: a number that could be argued about has one place and a reason. The table in `docs/inference.md` lists them. Numbers
//! that only one file knows (kinds of mistyping, shares of parameters) stand there.

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
pub(super) const EXPIRED: [f64; 7] = [0.36, 0.26, 0.16, 0.1, 0.07, 0.04, 0.01];
/// Seconds from reading a code to sending it, at most.
pub(super) const TYPING_DELAY: i64 = 20;
/// How often somebody with one old entry shows a second one, of another account, without a copy that brought both back.
pub(super) const ANOTHER_REVOKED: f64 = 0.002;
/// The most steps that a derived secret is compared at, for one code.
pub(super) const WIDEST_DERIVED: i64 = 64;
/// How many steps the time of a code may be unknown by, over all entries, where wrong dates are searched as well.
pub(super) const MOST_UNKNOWN: i64 = 6_400;
/// How often the service has one on record that lies ahead of every code that can be shown.
pub(super) const AHEAD_BY_ACCIDENT: f64 = 1e-5;
/// How often the service has a step at or after the code's on record, when nobody used the code before.
pub(super) const USED_BY_ACCIDENT: f64 = 0.01;
/// How often a service whose clock is off shows in the case of one person before it is known of.
pub(super) const ONE_PERSON_ALONE: f64 = 0.5;
/// How many services accept nothing before the current step, or nothing after it.
pub(super) const NARROW_SERVICES: f64 = 0.02;
/// How often a service that learns skews has one on record.
pub(super) const SKEW_ON_RECORD: f64 = 0.02;
