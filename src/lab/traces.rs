//! What a case shows, in a few coarse words.
//!
//! The one idea: cases with the same words are alike to whoever looks, so the share of a cause among played cases with the
//! same words is a posterior of the generator itself, given less than the case tells. The words are read off the case, with
//! one exception that [`traces`] names. It must not weigh anything.

use std::fmt::Write as _;

use super::fault::Fault;
use super::hand;
use crate::case::{Attempt, Case, Interval, Outcome, Status};
use crate::entry::{Entry, Kind};
use crate::otp::{Key, step};

/// Steps to either side within which every entry is looked at.
const NEAR: i64 = 12;
/// Seconds to either side within which the service's own entry is looked at.
const FAR: i64 = 86_400;
/// Seconds around a whole quarter of an hour that count as one.
const ROUND: i64 = 60;
/// Seconds from the reading of a code to its being sent, at most.
const TYPING: i64 = 20;
/// Seconds up to which a clock that was read counts as right.
const RIGHT: f64 = 25.0;
/// Counters to either side that are looked at.
const COUNTERS: i64 = 1_000;
/// A told time up to this many seconds wide says which step it was, nearly.
const EXACT: i64 = 60;

/// Faults whose codes need a changed key, another way of computing or a search over years to be recognised. They are taken
/// as recognised where nothing simpler fits: luck brings that about in less than one case of a hundred.
const COMPUTED: [&str; 11] = [
    "algorithm-ignored",
    "digits-ignored",
    "period-ignored",
    "wrong-otp-type",
    "vendor-variant",
    "wrong-epoch",
    "client-bug",
    "mistyped-secret",
    "misread-secret",
    "truncated-secret",
    "device-clock-off",
];

/// The words for `case`, in which `fault` was played. The fault is looked at only where codes fit nothing simple, and could
/// be recognised by computing further ([`COMPUTED`]).
pub(super) fn traces(case: &Case, fault: Fault) -> String {
    let mut seen = Seen { case, keys: keys(case), offset: None, devices: Vec::new(), out: String::new() };
    for (index, attempt) in case.attempts.iter().enumerate() {
        seen.attempt(index, attempt);
    }
    let computed = [Some(fault.cause), fault.with].into_iter().flatten().find(|cause| COMPUTED.contains(cause));
    if seen.out.contains('N')
        && let Some(cause) = computed
    {
        let _ = write!(seen.out, " computed:{cause}");
    }
    seen.service();
    seen.out
}

/// What codes are compared with: the service's entry as `x`, the others by what is known of them.
fn keys(case: &Case) -> Vec<(String, &Entry)> {
    let expected = case.expected.as_ref();
    let others = case.entries.iter().filter(|known| expected.is_none_or(|one| one.secret != known.entry.secret));
    let named = others.map(|known| {
        let status = match known.status {
            Some(Status::Active) => "a",
            Some(Status::Pending) => "p",
            Some(Status::Revoked) => "r",
            None => "u",
        };
        let label = |one: &&Entry| one.issuer == known.entry.issuer && one.account == known.entry.account;
        let namesake = if expected.is_some_and(|one| label(&one)) { "n" } else { "" };
        let theirs = if known.owner.is_some() && known.owner != case.person { "o" } else { "" };
        (format!("E{status}{namesake}{theirs}"), &known.entry)
    });
    expected.map(|entry| ("x".to_owned(), entry)).into_iter().chain(named).collect()
}

struct Seen<'a> {
    case: &'a Case,
    keys: Vec<(String, &'a Entry)>,
    /// In seconds: how far the first code was from its time that did not fit the window.
    offset: Option<i64>,
    devices: Vec<Option<&'a str>>,
    out: String,
}

impl<'a> Seen<'a> {
    fn attempt(&mut self, index: usize, attempt: &'a Attempt) {
        let outcome = match attempt.outcome {
            Outcome::Refused => 'r',
            Outcome::Accepted => 'a',
            Outcome::Untried => 'u',
        };
        let word = self.word(attempt);
        let first = &self.case.attempts[0];
        let again = self.case.attempts[..index].iter().any(|one| one.code == attempt.code);
        self.devices.push(attempt.device.as_deref());
        let device = if attempt.device == first.device { "" } else { "B" };
        // Which machine answered matters where some of them may be wrong.
        let off = !word.ends_with('0');
        let node = if off && attempt.node.is_some() && attempt.node != first.node { "2" } else { "" };
        let _ = write!(self.out, "{outcome}{word}{device}{node}{} ", if again { "=" } else { "" });
    }

    fn word(&mut self, attempt: &Attempt) -> String {
        let text = attempt.code.text();
        let told = attempt.at.unwrap_or_else(|| self.some_day());
        let vague = if told.to - told.from > EXACT { "~" } else { "" };
        for number in 0..self.keys.len() {
            let (name, entry) = (self.keys[number].0.clone(), self.keys[number].1);
            let far = if name == "x" { FAR } else { 0 };
            if let Some(place) = place(entry, text, told, far) {
                let place = self.named(place, entry);
                return format!("{name}{place}");
            }
        }
        let expected = self.case.expected.as_ref().or(self.case.entries.first().map(|known| &known.entry));
        format!("{}{vague}", expected.map_or("N".to_owned(), |entry| form(entry, text, told)))
    }

    /// A code without a time was typed within the day before the last one, as far as anybody knows.
    fn some_day(&self) -> Interval {
        let last = self.case.attempts.iter().filter_map(|one| one.at).map(|at| at.to).max().unwrap_or(0);
        Interval { from: last - FAR, to: last }
    }

    /// How far from its time a code is, in words: within the window of most services, late, early, far off, and whether as
    /// far as the one before.
    fn named(&mut self, steps: i64, entry: &Entry) -> String {
        let Some(period) = entry.period().map(i64::from) else {
            return match steps {
                0..=10 => "c".to_owned(),
                11.. => "c+".to_owned(),
                _ => "c-".to_owned(),
            };
        };
        let seconds = steps * period;
        let size = match steps {
            0 => return "0".to_owned(),
            -1 => return "0-".to_owned(),
            1 => return "0+".to_owned(),
            -10..=-2 => "-",
            2..=10 => "+",
            _ if (seconds + 450).rem_euclid(900).abs_diff(450) <= ROUND.unsigned_abs() => "Z",
            _ => "F",
        };
        let same = match self.offset {
            None => "",
            Some(offset) if (offset - seconds).abs() <= 2 * period => "s",
            Some(_) => "d",
        };
        self.offset = self.offset.or(Some(seconds));
        let reading = self.case.clock.map(|clock| (clock.offset_seconds - seconds as f64).abs() <= 2.0 * period as f64);
        format!("{size}{same}{}", if reading == Some(true) { "!" } else { "" })
    }

    fn service(&mut self) {
        let facts = &self.case.service;
        let over = facts.session_age.zip(facts.session_limit).is_some_and(|(age, limit)| age > limit);
        let said = [
            ("locked", facts.locked == Some(true)),
            ("disabled", facts.factor_enabled == Some(false)),
            ("other", facts.failed_other_factor == Some(true)),
            ("over", over),
            ("used", facts.last_used_step.is_some()),
            ("mark", facts.watermark.is_some()),
            ("skew", facts.learnt_skew.is_some()),
            ("narrow", facts.past == Some(0) || facts.future == Some(0)),
            ("page", facts.clock.is_some_and(|clock| clock.offset_seconds.abs() > RIGHT)),
            ("form", facts.recovery_form.is_some() && self.out.contains('R')),
            ("right", self.case.clock.is_some_and(|clock| clock.offset_seconds.abs() <= RIGHT)),
        ];
        for (word, _) in said.into_iter().filter(|(_, is)| *is) {
            let _ = write!(self.out, " {word}");
        }
    }
}

/// How many steps the code is from the time told, 0 within it; of a counter, how far from the next one. The nearest counts.
fn place(entry: &Entry, text: &str, told: Interval, far: i64) -> Option<i64> {
    let code: u64 = text.parse().ok().filter(|_| text.len() == usize::from(entry.digits.get()))?;
    let key = Key::new(entry.algorithm, &entry.secret);
    if let Kind::Hotp { counter } = entry.kind {
        let next = i64::try_from(counter).unwrap_or(0);
        let all = (-COUNTERS..=COUNTERS).filter(|at| next + at >= 0);
        let found = all.filter(|at| key.code((next + at) as u64, entry.digits) == code);
        return found.min_by_key(|at| at.abs());
    }
    let period = entry.period()?;
    let (from, to) = (step(told.from - TYPING, period), step(told.to, period));
    let reach = (far / i64::from(period)).max(NEAR);
    let distance = |at: i64| if at < from { at - from } else { (at - to).max(0) };
    let near = |reach: i64| {
        let counters = (from - reach).max(0) as u64..=(to + reach).max(0) as u64;
        let found = key.codes(counters, entry.digits).filter(|(_, shown)| *shown == code);
        found.map(|(at, _)| distance(at as i64)).min_by_key(|at| at.abs())
    };
    near(NEAR).or_else(|| if reach > NEAR { near(reach) } else { None })
}

/// The form of what fits nothing as it stands: what a hand may have made of a code of that time, or only its look.
fn form(entry: &Entry, text: &str, told: Interval) -> String {
    let digits = usize::from(entry.digits.get());
    let plain = text.chars().all(|c| c.is_ascii_digit());
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let look = match text.chars().count() {
        _ if letters > 1 && text.contains('-') => "R",
        5 if letters > 0 => "S",
        length if !plain => return format!("D{}", length.cmp(&digits) as i8),
        length if length + 1 == digits => "short",
        length if length > digits => "long",
        length if length < digits => "shorter",
        _ => "N",
    };
    let Some(period) = entry.period() else { return look.to_owned() };
    // With a vague time nearly everything is like some code.
    if told.to - told.from > EXACT {
        return look.to_owned();
    }
    let key = Key::new(entry.algorithm, &entry.secret);
    let now = step(told.to, period);
    let shown: Vec<String> = key
        .codes((now - 2).max(0) as u64..=(now + 1).max(0) as u64, entry.digits)
        .map(|(_, code)| format!("{code:0digits$}"))
        .collect();
    let like = |test: &dyn Fn(&String) -> bool| shown.iter().any(test);
    let made = match look {
        "N" if like(&|code| hand::differing(code, text) == 1) => "one",
        "N" if like(&|code| is_swapped(code, text)) => "swapped",
        "N" if shown.windows(2).any(|pair| hand::is_mixed(text, &pair[0], &pair[1])) => "mixed",
        "short" | "shorter" if like(&|code| code.trim_start_matches('0') == text.trim_start_matches('0')) => "zero",
        "short" if like(&|code| lacks_one(code, text)) => "less",
        "long" if like(&|code| lacks_one(text, code)) => "more",
        "long" if like(&|code| text.starts_with(code.as_str()) || text.ends_with(code.as_str())) => "pin",
        _ => return look.to_owned(),
    };
    made.to_owned()
}

/// Two neighbours, or the halves.
fn is_swapped(code: &str, text: &str) -> bool {
    let (a, b) = (code.as_bytes(), text.as_bytes());
    let apart: Vec<usize> = (0..a.len().min(b.len())).filter(|at| a[*at] != b[*at]).collect();
    let neighbours = matches!(apart[..], [at, next] if next == at + 1 && a[at] == b[next] && a[next] == b[at]);
    let half = code.len() / 2;
    neighbours || (code.len() == text.len() && text[..] == format!("{}{}", &code[half..], &code[..half]))
}

/// Whether `shorter` is `longer` without one of its characters.
fn lacks_one(longer: &str, shorter: &str) -> bool {
    longer.len() == shorter.len() + 1
        && (0..longer.len()).any(|at| format!("{}{}", &longer[..at], &longer[at + 1..]) == shorter)
}
