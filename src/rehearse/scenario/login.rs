//! `given` of a scenario: a login played out, from which the case follows.
//!
//! The one idea: a scenario tells when a code was made, from which entry and how it was typed; the digits are computed.
//! Times are counted from `at`. It must not know what the knowledge makes of it.

use std::collections::BTreeMap;

use crate::case::{
    AtSource, Attempt, Case, ClockReading, Extent, Interval, KnownEntry, Outcome, Reference, ServiceClock,
    ServiceFacts, Status, TypedCode,
};
use crate::entry::{self, Entry, Kind};
use crate::knowledge::schema::{EXTENT, STATUS, TOLD_BY, TYPED, instant, seconds};
use crate::knowledge::{Fields, Knowledge, Node, Report, text, wrong_type};
use crate::otp::{Key, step};

/// The entry that the service checks against, where `expected` names no other.
const EXPECTED: &str = "now";
/// Seconds from reading a code to sending it, where `sent-at` does not say.
const TYPING: i64 = 5;
/// Seconds after which a `late` code is sent.
const LATE: i64 = 95;
/// Entries by the name that the scenario gives them; `None` for one with an error in it.
type Entries = BTreeMap<String, Option<Entry>>;

/// Reads `given`.
pub(super) fn read(node: &Node, knowledge: &Knowledge, report: &mut Report) -> Case {
    let fields = Fields::of(node);
    let at = time(fields, "at");
    let mut by_name = Entries::new();
    let mut entries = Vec::new();
    for (key, node) in fields.items("entries") {
        let read = known_entry(&key.text, node, report);
        by_name.insert(key.text.clone(), read.as_ref().map(|(known, _)| known.entry.clone()));
        entries.extend(read.and_then(|(known, listed)| listed.then_some(known)));
    }
    let entries_are = fields.word("entries-are", &EXTENT);
    let entries_are = entries_are.map_or(Extent::Unknown, |at| [Extent::Exported, Extent::All][at]);
    let expected = match fields.get("expected") {
        Some(node) => one_entry(node, &by_name, report),
        None => by_name.get(EXPECTED).cloned().flatten(),
    };
    let app = fields.get("app").and_then(|node| {
        let id = text(node)?;
        if !knowledge.apps.contains_key(&id) && !knowledge.flawed.is_all() {
            report.unknown("KB703", &node.span, "app", &id, knowledge.apps.keys().map(String::as_str));
        }
        Some(id)
    });
    let service = fields.get("service").map(|node| service(Fields::of(node), at)).unwrap_or_default();
    let read = fields.get("clock").map(Fields::of);
    let (clock, clock_of) = (read.and_then(clock), read.and_then(|read| read.text("device")));
    let device_clock = length(fields, "device-clock").unwrap_or(0);
    let scene = Scene { at: at.unwrap_or(0), device_clock, entries: &by_name };
    let codes = fields.list("codes").iter().enumerate();
    let attempts: Vec<Attempt> = codes.filter_map(|(index, node)| scene.attempt(index, node, report)).collect();
    let (person, device) = (fields.text("person"), fields.text("device"));
    let known = Case { person, device, app, expected, service, clock, clock_of, ..Case::default() };
    Case { entries, entries_are, attempts, ..known }
}

/// A moment.
fn time(fields: Fields, name: &str) -> Option<i64> {
    instant(&fields.text(name)?)
}

/// A length of time, in seconds.
fn length(fields: Fields, name: &str) -> Option<i64> {
    seconds(&fields.text(name)?)
}

/// An entry, and whether the case lists it: one that it does not list only makes codes.
fn known_entry(name: &str, node: &Node, report: &mut Report) -> Option<(KnownEntry, bool)> {
    let fields = Fields::of(node);
    let uri = fields.get("uri")?;
    let entry::ReadEntry { entry, assumed, .. } = match entry::read(&text(uri)?) {
        Ok(read) => read,
        Err(error) => return wrong_type(uri, &format!("an otpauth URI ({error})"), report),
    };
    let known = KnownEntry {
        id: Some(name.to_owned()),
        entry,
        status: fields.word("status", &STATUS).map(|at| Status::ALL[at]),
        owner: fields.text("owner"),
        device: fields.text("device"),
        created: time(fields, "created"),
        revoked: time(fields, "revoked"),
        assumed,
        discarded: fields.flag("discarded"),
    };
    Some((known, fields.truth("listed").unwrap_or(true)))
}

fn one_entry(node: &Node, entries: &Entries, report: &mut Report) -> Option<Entry> {
    let name = text(node)?;
    let entry = entries.get(&name);
    if entry.is_none() {
        report.unknown("KB703", &node.span, "entry", &name, entries.keys().map(String::as_str));
    }
    entry.cloned().flatten()
}

fn service(fields: Fields, at: Option<i64>) -> ServiceFacts {
    let window = fields.get("window").map(Fields::of);
    let step_at = |name: &str| Some(step(at? + length(fields, name)?, 30));
    let age = |name: &str| length(fields, name).and_then(|age| u32::try_from(age).ok());
    let clock = fields.get("clock").and_then(|node| clock(Fields::of(node)));
    ServiceFacts {
        past: window.and_then(|window| window.number("past")),
        future: window.and_then(|window| window.number("future")),
        recovery_form: fields.text("recovery-form"),
        last_used_step: step_at("last-used"),
        watermark: step_at("watermark"),
        learnt_skew: fields.number("learnt-skew"),
        look_ahead: fields.number("look-ahead"),
        locked: fields.truth("locked"),
        factor_enabled: fields.truth("factor-enabled"),
        failed_other_factor: fields.truth("failed-other-factor"),
        session_age: age("session-age"),
        session_limit: age("session-limit"),
        clock: clock.map(|read| ServiceClock {
            offset_seconds: read.offset_seconds,
            uncertainty_seconds: read.uncertainty_seconds,
            against: Some(Reference::TimeServer),
        }),
        ..ServiceFacts::default()
    }
}

fn clock(fields: Fields) -> Option<ClockReading> {
    let uncertainty = length(fields, "uncertainty").unwrap_or(1);
    Some(ClockReading {
        offset_seconds: length(fields, "offset")? as f64,
        uncertainty_seconds: uncertainty.abs() as f64,
    })
}

/// When and where codes are made.
struct Scene<'a> {
    at: i64,
    device_clock: i64,
    entries: &'a Entries,
}

impl Scene<'_> {
    fn attempt(&self, index: usize, node: &Node, report: &mut Report) -> Option<Attempt> {
        let fields = Fields::of(node);
        let entry = fields.get("from").and_then(|node| one_entry(node, self.entries, report));
        let after = length(fields, "made-at").unwrap_or(0);
        let typed = fields.word("typed", TYPED).map_or("as-shown", |at| TYPED[at]);
        let usual = after + if typed == "late" { LATE } else { TYPING };
        let sent = length(fields, "sent-at").unwrap_or(usual);
        // How many counters after the entry's own.
        let counter = fields.number("counter").unwrap_or(0);
        let outcome = match (fields.get("accepted"), fields.truth("accepted")) {
            // The refused code comes first; those after it are read off the app.
            (None, _) if index == 0 => Outcome::Refused,
            (_, None) => Outcome::Untried,
            (_, Some(true)) => Outcome::Accepted,
            (_, Some(false)) => Outcome::Refused,
        };
        let code = match (fields.text("text"), entry) {
            (Some(text), _) => text,
            (None, Some(entry)) => self.code(&entry, Made { after, counter }, typed, node, report)?,
            (None, None) => return None,
        };
        let (at, at_source) = self.told(fields, sent, node, report).unzip();
        let (device, node, entry) = (fields.text("device"), fields.text("node"), fields.text("shown-by"));
        Some(Attempt { code: TypedCode::new(code), at, at_source, outcome, entry, device, node })
    }

    /// What is known of the time of a code that was sent so many seconds after `at`; `None`: nothing.
    fn told(&self, fields: Fields, sent: i64, node: &Node, report: &mut Report) -> Option<(Interval, AtSource)> {
        if fields.truth("timed") == Some(false) {
            return None;
        }
        let source = fields.word("told-by", &TOLD_BY).map_or(AtSource::ThisComputer, |at| AtSource::ALL[at]);
        let told = fields.get("told").map(Fields::of);
        let (from, to) = match told {
            Some(told) => (length(told, "from")?, length(told, "to")?),
            None => (sent, sent),
        };
        // What was told wrongly is a test, too; what no case can say is none.
        if from > to {
            let message = "`told` ends before it begins: expected the earlier moment under `from`";
            report.error("KB703", &node.span, message);
            return None;
        }
        Some((Interval { from: self.at + from, to: self.at + to }, source))
    }

    /// What was typed of the code that the device showed then.
    fn code(&self, entry: &Entry, made: Made, typed: &str, node: &Node, report: &mut Report) -> Option<String> {
        let now = match entry.kind {
            Kind::Totp { period } => step(self.at + made.after + self.device_clock, period),
            Kind::Hotp { counter } => i64::try_from(counter).ok()?.saturating_add(made.counter),
            Kind::Vendor(_) => {
                report.error("KB703", &node.span, "expected an entry whose codes follow the time or a counter");
                return None;
            }
        };
        let key = Key::new(entry.algorithm, &entry.secret);
        let digits = |code: u64| format!("{code:0width$}", width = usize::from(entry.digits.get()));
        let shown = |step: i64| digits(key.code(u64::try_from(step).unwrap_or(0), entry.digits));
        let code = shown(now);
        let spoilt = match typed {
            "steam-letters" => Some(steam_letters(key.truncated(u64::try_from(now).unwrap_or(0)))),
            "wrong-byte" => Some(digits(entry.digits.of(key.truncated_by_byte_19(u64::try_from(now).unwrap_or(0))))),
            "mixed" => Some(format!("{}{}", &code[..code.len() / 2], &shown(now.saturating_add(1))[code.len() / 2..])),
            typed => spoil(&code, typed),
        };
        // "Spoilt" into itself, it would test something else.
        let same = spoilt.as_ref() == Some(&code) && !matches!(typed, "as-shown" | "late");
        let spoilt = spoilt.filter(|_| !same);
        if spoilt.is_none() {
            let message = format!("the code of that moment cannot be typed `{typed}`: expected another `made-at`");
            report.error("KB703", &node.span, message);
        }
        spoilt
    }
}

/// When a code was made: seconds after `at`, or counters after the entry's own.
#[derive(Clone, Copy)]
struct Made {
    after: i64,
    counter: i64,
}

/// The five letters that Steam's app makes of a truncated value, the lowest place first.
pub(super) fn steam_letters(mut value: u32) -> String {
    const LETTERS: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
    let mut letter = || {
        let letter = LETTERS[(value % 26) as usize];
        value /= 26;
        char::from(letter)
    };
    (0..5).map(|_| letter()).collect()
}

fn spoil(code: &str, typed: &str) -> Option<String> {
    let mut digits: Vec<char> = code.chars().collect();
    match typed {
        "swapped" => {
            let at = (0..digits.len() - 1).find(|at| digits[*at] != digits[at + 1])?;
            digits.swap(at, at + 1);
        }
        "one-wrong" => {
            let last = digits.last_mut()?;
            *last = char::from_digit((last.to_digit(10)? + 3) % 10, 10)?;
        }
        "short" => drop(digits.pop()),
        "pin-in-front" => return Some(format!("7204{code}")),
        "pin-behind" => return Some(format!("{code}7204")),
        "zero-lost" => return code.strip_prefix('0').map(str::to_owned),
        "decorated" => digits.insert(digits.len() / 2, ' '),
        _ => {}
    }
    Some(digits.into_iter().collect())
}
