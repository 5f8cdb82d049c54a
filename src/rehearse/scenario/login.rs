//! `given` of a scenario: a login played out, from which the case follows.
//!
//! The one idea: a scenario tells when a code was made, from which entry and how it was typed; the digits are computed.
//! Times are counted from `at`. It must not know what the knowledge makes of it.

use std::collections::BTreeMap;

use chrono::DateTime;

use crate::case::{
    AtSource, Attempt, Case, ClockReading, Extent, Interval, KnownEntry, Outcome, Reference, ServiceClock,
    ServiceFacts, Status, TypedCode,
};
use crate::entry::{self, Entry, Kind};
use crate::knowledge::schema::{EXTENT, MOST_STEPS, STATUS, TYPED};
use crate::knowledge::{Fields, Knowledge, Node, Report, check_id, text, word, wrong_type};
use crate::otp::{Key, step};

/// The entry that the service checks against, where `expected` names no other.
const EXPECTED: &str = "now";
/// Seconds from reading a code to sending it, where `sent-at` does not say.
const TYPING: i64 = 5;
/// Seconds after which a `late` code is sent.
const LATE: i64 = 95;
/// Entries by the name that the scenario gives them.
type Entries = BTreeMap<String, Entry>;

/// Reads `given`.
pub(super) fn read(node: &Node, knowledge: &Knowledge, report: &mut Report) -> Option<Case> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let at = fields.optional("at").and_then(|node| instant(node, report));
    let device_clock = fields.optional("device-clock").and_then(|node| seconds(node, report)).unwrap_or(0);
    let person = fields.optional_text("person", report);
    let mut by_name = Entries::new();
    let mut entries = Vec::new();
    for (key, node) in fields.items("entries", report) {
        check_id(&key.text, &key.span, report);
        let Some((known, listed)) = known_entry(&key.text, node, report) else { continue };
        by_name.insert(key.text.clone(), known.entry.clone());
        entries.extend(listed.then_some(known));
    }
    let entries_are = fields.optional("entries-are").and_then(|node| word(node, &EXTENT, report));
    let entries_are = entries_are.map_or(Extent::Unknown, |at| [Extent::Exported, Extent::All][at]);
    let expected = match fields.optional("expected") {
        Some(node) => one_entry(node, &by_name, report),
        None => by_name.get(EXPECTED).cloned(),
    };
    let app = fields.optional("app").and_then(|node| {
        let id = text(node, report)?;
        if !knowledge.apps.contains_key(&id) {
            report.unknown("KB703", &node.span, "app", &id, knowledge.apps.keys().map(String::as_str));
        }
        Some(id)
    });
    let service = fields.optional("service").and_then(|node| service(node, at, report)).unwrap_or_default();
    let clock = fields.optional("clock").and_then(|node| clock(node, report));
    let codes = fields.list("codes", report);
    if let (None, Some(first)) = (at, codes.first()) {
        report.error(
            "KB004",
            &first.span,
            "codes without a time: expected `at` beside them, such as 2026-01-01T10:00:00Z",
        );
    }
    let scene = Scene { at: at.unwrap_or(0), device_clock, entries: &by_name };
    let attempts: Vec<Attempt> =
        codes.iter().enumerate().filter_map(|(index, node)| scene.attempt(index, node, report)).collect();
    fields.finish(report);
    Some(Case { person, app, expected, service, clock, entries, entries_are, attempts, ..Case::default() })
}

/// An entry, and whether the case lists it: one that it does not list only makes codes.
fn known_entry(name: &str, node: &Node, report: &mut Report) -> Option<(KnownEntry, bool)> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let uri = fields.required("uri", report);
    let read = uri.and_then(|node| {
        let uri = text(node, report)?;
        match entry::read(&uri) {
            Ok(read) => Some(read),
            Err(error) => wrong_type(node, &format!("an otpauth URI ({error})"), report),
        }
    });
    let status = fields.optional("status").and_then(|node| word(node, &STATUS, report)).map(|at| Status::ALL[at]);
    let listed = fields.optional("listed").and_then(|node| truth(node, report)).unwrap_or(true);
    let discarded = fields.optional("discarded").and_then(|node| truth(node, report)).unwrap_or(false);
    let entry::ReadEntry { entry, assumed, .. } = read?;
    let known = KnownEntry {
        id: Some(name.to_owned()),
        entry,
        status,
        owner: fields.optional_text("owner", report),
        device: fields.optional_text("device", report),
        created: fields.optional("created").and_then(|node| instant(node, report)),
        revoked: fields.optional("revoked").and_then(|node| instant(node, report)),
        assumed,
        discarded,
    };
    fields.finish(report);
    Some((known, listed))
}

fn truth(node: &Node, report: &mut Report) -> Option<bool> {
    word(node, &["true", "false"], report).map(|at| at == 0)
}

fn one_entry(node: &Node, entries: &Entries, report: &mut Report) -> Option<Entry> {
    let name = text(node, report)?;
    let entry = entries.get(&name).cloned();
    if entry.is_none() {
        report.unknown("KB703", &node.span, "entry", &name, entries.keys().map(String::as_str));
    }
    entry
}

fn service(node: &Node, at: Option<i64>, report: &mut Report) -> Option<ServiceFacts> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let mut facts = ServiceFacts::default();
    if let Some(node) = fields.optional("window") {
        let mut window = Fields::of(node, &node.span, report)?;
        facts.past = window.optional("past").and_then(|node| steps(node, report));
        facts.future = window.optional("future").and_then(|node| steps(node, report));
        window.finish(report);
    }
    facts.recovery_form = fields.optional("recovery-form").and_then(|node| {
        let form = text(node, report)?;
        if regex_lite::Regex::new(&form).is_err() {
            return wrong_type(node, "a regular expression", report);
        }
        Some(form)
    });
    let step_at = |node: &Node, report: &mut Report| Some(step(at? + seconds(node, report)?, 30));
    facts.last_used_step = fields.optional("last-used").and_then(|node| step_at(node, report));
    facts.watermark = fields.optional("watermark").and_then(|node| step_at(node, report));
    facts.learnt_skew = fields.optional("learnt-skew").and_then(|node| whole(node, report));
    facts.look_ahead = fields.optional("look-ahead").and_then(|node| steps(node, report));
    facts.locked = fields.optional("locked").and_then(|node| truth(node, report));
    facts.factor_enabled = fields.optional("factor-enabled").and_then(|node| truth(node, report));
    facts.failed_other_factor = fields.optional("failed-other-factor").and_then(|node| truth(node, report));
    let age = |node: &Node, report: &mut Report| seconds(node, report).and_then(|age| u32::try_from(age).ok());
    facts.session_age = fields.optional("session-age").and_then(|node| age(node, report));
    facts.session_limit = fields.optional("session-limit").and_then(|node| age(node, report));
    facts.clock = fields.optional("clock").and_then(|node| clock(node, report)).map(|read| ServiceClock {
        offset_seconds: read.offset_seconds,
        uncertainty_seconds: read.uncertainty_seconds,
        against: Some(Reference::TimeServer),
    });
    fields.finish(report);
    Some(facts)
}

fn whole(node: &Node, report: &mut Report) -> Option<i64> {
    let number = text(node, report)?.parse().ok().filter(|number| (-MOST_STEPS..=MOST_STEPS).contains(number));
    number.or_else(|| wrong_type(node, &format!("a whole number from -{MOST_STEPS} to {MOST_STEPS}"), report))
}

fn steps(node: &Node, report: &mut Report) -> Option<u32> {
    let count = text(node, report)?.parse().ok().filter(|count| i64::from(*count) <= MOST_STEPS);
    count.or_else(|| wrong_type(node, &format!("a whole number from 0 to {MOST_STEPS}"), report))
}

fn clock(node: &Node, report: &mut Report) -> Option<ClockReading> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let offset = fields.required("offset", report).and_then(|node| seconds(node, report));
    let uncertainty = fields.optional("uncertainty").and_then(|node| seconds(node, report)).unwrap_or(1);
    fields.finish(report);
    Some(ClockReading { offset_seconds: offset? as f64, uncertainty_seconds: uncertainty.abs() as f64 })
}

/// When and where codes are made.
struct Scene<'a> {
    at: i64,
    device_clock: i64,
    entries: &'a Entries,
}

impl Scene<'_> {
    fn attempt(&self, index: usize, node: &Node, report: &mut Report) -> Option<Attempt> {
        let mut fields = Fields::of(node, &node.span, report)?;
        let literal = fields.optional_text("text", report);
        let from = if literal.is_some() { fields.optional("from") } else { fields.required("from", report) };
        if let (Some(_), Some(from)) = (&literal, from) {
            report.error("KB703", &from.span, "expected either `text` or `from`");
        }
        let entry = from.and_then(|node| one_entry(node, self.entries, report));
        let made = fields.optional("made-at").and_then(|node| seconds(node, report)).unwrap_or(0);
        let typed =
            fields.optional("typed").and_then(|node| word(node, TYPED, report)).map_or("as-shown", |at| TYPED[at]);
        let usual = made + if typed == "late" { LATE } else { TYPING };
        let sent = fields.optional("sent-at").and_then(|node| seconds(node, report)).unwrap_or(usual);
        // How many counters after the entry's own.
        let counter = fields.optional("counter").and_then(|node| whole(node, report)).unwrap_or(0);
        let (device, node_name) = (fields.optional_text("device", report), fields.optional_text("node", report));
        let shown_by = fields.optional("shown-by").and_then(|node| text(node, report));
        let outcome = match fields.optional("accepted") {
            // The refused code comes first; those after it are read off the app.
            None if index == 0 => Outcome::Refused,
            None => Outcome::Untried,
            Some(node) if node.is_null() => Outcome::Untried,
            Some(node) => [Outcome::Accepted, Outcome::Refused][word(node, &["true", "false"], report)?],
        };
        fields.finish(report);
        let code = match (literal, entry) {
            (Some(text), _) => text,
            (None, Some(entry)) => self.code(&entry, Made { after: made, counter }, typed, node, report)?,
            (None, None) => return None,
        };
        let sent = Interval::instant(self.at + sent);
        let attempt = Attempt::new(TypedCode::new(code), sent, AtSource::ThisComputer, outcome);
        Some(Attempt { device, node: node_name, entry: shown_by, ..attempt })
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

fn instant(node: &Node, report: &mut Report) -> Option<i64> {
    let typed = text(node, report)?;
    let time = DateTime::parse_from_rfc3339(&typed).ok().map(|time| time.timestamp());
    time.or_else(|| wrong_type(node, "a time such as 2026-01-01T10:00:00Z", report))
}

/// `-5s`, `+30s`, `2m`, `-1h`, `1d`.
fn seconds(node: &Node, report: &mut Report) -> Option<i64> {
    let typed = text(node, report)?;
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let found = units.iter().find_map(|(unit, size)| Some((typed.strip_suffix(*unit)?, size)));
    let read = found.and_then(|(number, size)| Some(number.parse::<i32>().ok().map(i64::from)? * size));
    read.or_else(|| wrong_type(node, "a length of time such as -5s, +30s, 2m, 1h or 1d", report))
}
