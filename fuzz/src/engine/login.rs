//! A login out of bytes: near enough to a real one that the probes find something, and with every number at its ends.

use arbitrary::{Arbitrary, Unstructured};
use otp_doctor::case::{
    AtSource, Attempt, Case, ClockReading, Interval, KnownEntry, Outcome, Reference, ServiceClock, ServiceFacts,
    Status, TypedCode,
};
use otp_doctor::entry::{Entry, Follows, Kind, Vendor};
use otp_doctor::otp::{Algorithm, Digits, Key, Secret, step};

use super::super::KNOWLEDGE;

/// Around which everything happens: 15 January 2026.
const NOW: i64 = 1_768_512_000;
/// What RFC 3339 can say, in seconds since 1970.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;
const MOST_ENTRIES: usize = 6;
const MOST_ATTEMPTS: usize = 10;
/// Crowds up to this are empty.
const ALONE: u8 = 155;
const WEEK: u32 = 7 * 86_400;

/// A refused login.
#[derive(Debug, Arbitrary)]
pub struct Login {
    expected: Option<Account>,
    service: Service,
    clock: Option<(Offset, Offset)>,
    entries: Few<Held, MOST_ENTRIES>,
    attempts: Few<Typed, MOST_ATTEMPTS>,
    answers: Few<(u8, u8, u8), 6>,
    symptom: Option<u8>,
    person: Option<u8>,
    device: Option<u8>,
    /// Whether the attempts are also given in reverse.
    pub backwards: bool,
    /// Mostly nothing; else how many further entries there are, each with a secret of its own.
    crowd: u8,
    /// The clock of the service's page, by a time server or not.
    page: Option<(Offset, Offset, Option<bool>)>,
}

/// At most `MOST` of them.
#[derive(Debug)]
struct Few<T, const MOST: usize>(Vec<T>);

impl<'a, T: Arbitrary<'a>, const MOST: usize> Arbitrary<'a> for Few<T, MOST> {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let length = bytes.int_in_range(0..=MOST)?;
        (0..length).map(|_| T::arbitrary(bytes)).collect::<arbitrary::Result<Vec<T>>>().map(Self)
    }
}

/// An entry; few secrets, so that several share one.
#[derive(Debug, Arbitrary)]
struct Account {
    secret: Spelled,
    follows: Scheme,
    algorithm: u8,
    digits: u8,
    issuer: u8,
    account: u8,
}

#[derive(Debug, Arbitrary)]
enum Spelled {
    Usual(u8),
    Bytes(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
enum Scheme {
    Thirty,
    Period(u32),
    Counter(Number),
    Steam,
    Motp,
    Yandex(Option<u8>),
    Other(bool, u32),
}

/// A number that is small, near the step of now, or any at all.
#[derive(Debug, Arbitrary)]
enum Number {
    Small(i8),
    NearNow(i16),
    Any(i64),
}

#[derive(Debug, Arbitrary)]
enum Offset {
    Seconds(i16),
    Any(f64),
}

#[derive(Debug, Arbitrary)]
struct Service {
    id: Option<u8>,
    past: Option<u16>,
    future: Option<u16>,
    last_used_step: Option<Number>,
    watermark: Option<Number>,
    learnt_skew: Option<Number>,
    locked: Option<bool>,
    session_age: Option<u32>,
    session_limit: Option<u32>,
    factor_enabled: Option<bool>,
    failed_other_factor: Option<bool>,
    look_ahead: Option<u32>,
    recovery_form: Option<Form>,
}

#[derive(Debug, Arbitrary)]
enum Form {
    Hexadecimal,
    Grouped,
    Digits,
    Any(String),
}

#[derive(Debug, Arbitrary)]
struct Held {
    account: Account,
    named: bool,
    status: Option<u8>,
    owner: Option<u8>,
    device: Option<u8>,
    created: Option<When>,
    revoked: Option<When>,
}

/// Near now, or anywhere that a calendar reaches.
#[derive(Debug, Arbitrary)]
enum When {
    Near(i16),
    Around(i32),
    Any(i64),
}

#[derive(Debug, Arbitrary)]
struct Typed {
    code: Code,
    at: Option<(When, Width)>,
    at_source: Option<u8>,
    outcome: u8,
    entry: Option<u8>,
    device: Option<u8>,
    node: Option<u8>,
}

#[derive(Debug, Arbitrary)]
enum Width {
    Instant,
    Minutes(u8),
    Any(u32),
}

#[derive(Debug, Arbitrary)]
enum Code {
    /// That an entry shows so many steps, or counters, from where it should be.
    Of {
        entry: u8,
        shift: i16,
        slip: Slip,
    },
    /// The same with a shift at its ends.
    FarOf {
        entry: u8,
        shift: i32,
    },
    /// Half of one and half of the next.
    Mixed {
        entry: u8,
        shift: i16,
    },
    /// That of an earlier attempt once more.
    Again(u8),
    Number(u32, u8),
    Text(String),
}

#[derive(Debug, Arbitrary)]
enum Slip {
    None,
    Swapped(u8),
    Wrong(u8, u8),
    Lost(u8),
    Doubled(u8),
    WithoutZeros,
    Grouped,
    Behind,
    Before,
}

impl Login {
    /// The case; it may be beyond what a reader takes.
    pub fn case(&self) -> Case {
        let mut case = Case {
            id: Some("c1".to_owned()),
            person: self.person.map(|number| name("p", number)),
            device: self.device.map(|number| name("d", number)),
            symptom: self.symptom.map(symptom),
            expected: self.expected.as_ref().map(Account::entry),
            service: ServiceFacts { clock: self.page.as_ref().map(page), ..self.service.facts() },
            clock: self.clock.as_ref().map(|(offset, uncertainty)| ClockReading {
                offset_seconds: offset.seconds(),
                uncertainty_seconds: uncertainty.seconds().abs(),
            }),
            entries: self
                .entries
                .0
                .iter()
                .enumerate()
                .map(|(index, held)| held.entry(index))
                .chain(self.crowd())
                .collect(),
            ..Case::default()
        };
        for typed in &self.attempts.0 {
            let attempt = typed.attempt(&case);
            case.attempts.push(attempt);
        }
        let symptom = &KNOWLEDGE.symptoms
            [case.symptom.as_deref().filter(|id| KNOWLEDGE.symptoms.contains_key(*id)).unwrap_or("invalid-code")];
        for (question, answer, odd) in &self.answers.0 {
            let Some(question) = pick(&symptom.questions, *question) else { continue };
            let answer = pick(&question.answers, *answer).filter(|_| *odd < 240).map_or("unsure", |answer| &answer.id);
            case.answers.insert(question.id.clone(), answer.to_owned());
        }
        case
    }
}

impl Login {
    /// Like the first entry, but for the secret.
    fn crowd(&self) -> impl Iterator<Item = KnownEntry> {
        let first = self.entries.0.first().map(|held| held.entry(0));
        let like = move |number: u8| {
            let first = first.clone()?;
            let entry = Entry { secret: Secret::new(vec![number; 21]), ..first.entry };
            Some(KnownEntry { id: None, entry, ..first })
        };
        (0..self.crowd.saturating_sub(ALONE)).filter_map(like)
    }
}

fn page((offset, uncertainty, by_server): &(Offset, Offset, Option<bool>)) -> ServiceClock {
    ServiceClock {
        offset_seconds: offset.seconds(),
        uncertainty_seconds: uncertainty.seconds().abs(),
        against: by_server.map(|by| if by { Reference::TimeServer } else { Reference::ThisComputer }),
    }
}

fn pick<T>(items: &[T], number: u8) -> Option<&T> {
    items.get(usize::from(number) % items.len().max(1))
}

fn name(letter: &str, number: u8) -> String {
    format!("{letter}{}", number % 3)
}

fn symptom(number: u8) -> String {
    // Most of them weigh nothing: the usual one comes up most often.
    KNOWLEDGE.symptoms.keys().nth(usize::from(number) / 16).cloned().unwrap_or_else(|| "invalid-code".to_owned())
}

impl Account {
    fn entry(&self) -> Entry {
        let digits = Digits::new([6, 6, 6, 8, 7, 5, 10, 1, 2, 3, 4, 9][usize::from(self.digits) % 12]);
        let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
        let names = ["", "Lantern", "Quill", "Steam", "Ex:ample"];
        let name = |number: u8| names[usize::from(number) % names.len()].to_owned();
        let kind = match &self.follows {
            Scheme::Thirty => Kind::Totp { period: 30 },
            // Every second one is short, so that many of them lie in a time that is hardly known.
            Scheme::Period(period) if period % 2 == 0 => Kind::Totp { period: period / 2 % 16 + 1 },
            Scheme::Period(period) => Kind::Totp { period: *period },
            Scheme::Counter(counter) => Kind::Hotp { counter: counter.value() as u64 },
            Scheme::Steam => Kind::Vendor(Vendor::Steam),
            Scheme::Motp => Kind::Vendor(Vendor::Motp),
            Scheme::Yandex(pin_length) => Kind::Vendor(Vendor::Yandex { pin_length: *pin_length }),
            Scheme::Other(true, period) => other(Follows::Period((*period).max(1))),
            Scheme::Other(false, counter) => other(Follows::Counter(u64::from(*counter))),
        };
        let secret = match &self.secret {
            Spelled::Usual(number) => vec![number % 4 + 65; 20],
            Spelled::Bytes(bytes) => bytes.iter().copied().take(100).chain([7]).collect(),
        };
        Entry {
            issuer: name(self.issuer),
            account: name(self.account),
            secret: Secret::new(secret),
            algorithm: algorithms[usize::from(self.algorithm) % 3],
            digits: digits.unwrap_or(Digits::SIX),
            kind,
        }
    }
}

fn other(follows: Follows) -> Kind {
    Kind::Vendor(Vendor::OtherHash { name: "SHA3-256", follows })
}

impl Number {
    fn value(&self) -> i64 {
        match self {
            Self::Small(number) => i64::from(*number),
            Self::NearNow(steps) => NOW / 30 + i64::from(*steps),
            Self::Any(number) => *number,
        }
    }
}

impl Offset {
    fn seconds(&self) -> f64 {
        match self {
            Self::Seconds(seconds) => f64::from(*seconds),
            Self::Any(seconds) if seconds.is_finite() => *seconds,
            Self::Any(_) => 0.0,
        }
    }
}

impl Service {
    fn facts(&self) -> ServiceFacts {
        ServiceFacts {
            id: self.id.map(|number| name("s", number)),
            past: self.past.map(|steps| u32::from(steps) % 2881),
            future: self.future.map(|steps| u32::from(steps) % 2881),
            last_used_step: self.last_used_step.as_ref().map(Number::value),
            watermark: self.watermark.as_ref().map(Number::value),
            learnt_skew: self.learnt_skew.as_ref().map(|skew| skew.value().clamp(-1_000_000, 1_000_000)),
            locked: self.locked,
            session_age: self.session_age,
            session_limit: self.session_limit,
            factor_enabled: self.factor_enabled,
            failed_other_factor: self.failed_other_factor,
            look_ahead: self.look_ahead.map(|counters| counters % 100_001),
            clock: None,
            recovery_form: self.recovery_form.as_ref().map(|form| match form {
                Form::Hexadecimal => "[0-9a-f]{8}".to_owned(),
                Form::Grouped => "([A-Z2-7]{4}-){3}[A-Z2-7]{4}".to_owned(),
                Form::Digits => "\\d{8,10}".to_owned(),
                Form::Any(text) => text.chars().take(50).collect(),
            }),
        }
    }
}

impl Held {
    fn entry(&self, index: usize) -> KnownEntry {
        let statuses = [Status::Active, Status::Pending, Status::Revoked];
        KnownEntry {
            id: self.named.then(|| format!("e{index}")),
            status: self.status.map(|number| statuses[usize::from(number) % 3]),
            owner: self.owner.map(|number| name("p", number)),
            device: self.device.map(|number| name("d", number)),
            created: self.created.as_ref().map(When::seconds),
            revoked: self.revoked.as_ref().map(When::seconds),
            ..KnownEntry::from(self.account.entry())
        }
    }
}

impl When {
    fn seconds(&self) -> i64 {
        let seconds = match self {
            Self::Near(seconds) => NOW + i64::from(*seconds),
            Self::Around(seconds) => NOW + i64::from(*seconds),
            Self::Any(seconds) => *seconds,
        };
        seconds.clamp(*TIMES.start(), *TIMES.end())
    }
}

impl Typed {
    fn attempt(&self, case: &Case) -> Attempt {
        let at = self.at.as_ref().map(|(when, width)| {
            let from = when.seconds();
            let width = match width {
                Width::Instant => 0,
                Width::Minutes(minutes) => u32::from(*minutes) * 60,
                Width::Any(seconds) => seconds % (WEEK + 1),
            };
            Interval { from, to: (from + i64::from(width)).min(*TIMES.end()) }
        });
        let sources = [AtSource::Service, AtSource::ThisComputer, AtSource::Person];
        let named: Vec<&String> = case.entries.iter().filter_map(|known| known.id.as_ref()).collect();
        Attempt {
            code: TypedCode::new(self.code.text(case, at.map_or(NOW, |at| at.from))),
            at,
            at_source: self.at_source.map(|number| sources[usize::from(number) % 3]),
            outcome: [Outcome::Refused, Outcome::Untried, Outcome::Refused, Outcome::Accepted]
                [usize::from(self.outcome) % 4],
            entry: self.entry.and_then(|number| pick(&named, number)).map(|id| (*id).clone()),
            device: self.device.map(|number| name("d", number)),
            node: self.node.map(|number| name("n", number)),
        }
    }
}

impl Code {
    fn text(&self, case: &Case, at: i64) -> String {
        match self {
            Self::Of { entry, shift, slip } => slip.typed(&shown(case, *entry, at, i64::from(*shift))),
            Self::FarOf { entry, shift } => shown(case, *entry, at, i64::from(*shift)),
            Self::Mixed { entry, shift } => {
                let shift = i64::from(*shift);
                let (one, next) = (shown(case, *entry, at, shift), shown(case, *entry, at, shift + 1));
                let half = one.len() / 2;
                format!("{}{}", &one[..half], &next[half..])
            }
            Self::Again(number) => {
                pick(&case.attempts, *number).map_or_else(String::new, |attempt| attempt.code.text().to_owned())
            }
            Self::Number(number, width) => format!("{number:0width$}", width = usize::from(width % 12)),
            Self::Text(text) => text.chars().take(256).collect(),
        }
    }
}

/// What an entry shows, as one with six digits every 30 seconds if its codes are not computed.
fn shown(case: &Case, number: u8, at: i64, shift: i64) -> String {
    let entries: Vec<&Entry> = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry)).collect();
    let Some(entry) = pick(&entries, number) else { return "287082".to_owned() };
    let counter = match entry.kind {
        Kind::Hotp { counter } => counter.wrapping_add_signed(shift),
        _ => (step(at, entry.period().unwrap_or(30)) + shift) as u64,
    };
    let code = Key::new(entry.algorithm, &entry.secret).code(counter, entry.digits);
    format!("{code:0width$}", width = usize::from(entry.digits.get()))
}

impl Slip {
    fn typed(&self, code: &str) -> String {
        let mut digits: Vec<char> = code.chars().collect();
        let at = |number: &u8| usize::from(*number) % code.len().max(1);
        match self {
            Self::None => {}
            Self::Swapped(place) if digits.len() > 1 => {
                let place = at(place).min(digits.len() - 2);
                digits.swap(place, place + 1);
            }
            Self::Swapped(_) => {}
            Self::Wrong(place, digit) => digits[at(place)] = char::from(b'0' + digit % 10),
            Self::Lost(place) => drop(digits.remove(at(place))),
            Self::Doubled(place) => digits.insert(at(place), digits[at(place)]),
            Self::WithoutZeros => return code.trim_start_matches('0').to_owned(),
            Self::Grouped => digits.insert(digits.len() / 2, ' '),
            Self::Behind => return format!("{code} "),
            Self::Before => return format!("code: {code}"),
        }
        digits.into_iter().collect()
    }
}
