use super::Weighing;
use crate::case::{AtSource, Attempt, Case, Interval, KnownEntry, Outcome, TypedCode};
use crate::entry::{Entry, Kind};
use crate::finding::{Reading, Source};
use crate::session::{Event, Session};

/// A session with the material at hand: secrets and codes live here, for as long as the program runs, and never in the
/// session's transcript.
#[derive(Debug)]
pub struct Guided<'a> {
    /// The session.
    pub session: Session<'a>,
    case: Case,
}

impl<'a> Guided<'a> {
    /// Nothing at hand yet.
    pub fn new(session: Session<'a>) -> Self {
        Self { session, case: Case::default() }
    }

    /// The QR code or set-up key that the service shows: what it will check against.
    pub fn checks_against(&mut self, entry: Entry) {
        self.case.expected = Some(entry);
    }

    /// The entries of the authenticator.
    pub fn hold(&mut self, entries: Vec<Entry>) {
        let known = |entry| KnownEntry {
            id: None,
            entry,
            status: None,
            owner: None,
            device: None,
            created: None,
            revoked: None,
        };
        self.case.entries = entries.into_iter().map(known).collect();
    }

    /// The issuer that the service gives itself; empty if unknown.
    pub fn issuer(&self) -> &str {
        self.case.expected.as_ref().map_or("", |entry| entry.issuer.as_str())
    }

    /// Whether there is a secret to compare codes with.
    pub fn has_secret(&self) -> bool {
        self.case.expected.is_some() || !self.case.entries.is_empty()
    }

    /// Whether the service's own secret is at hand.
    pub fn knows_the_service(&self) -> bool {
        self.case.expected.is_some()
    }

    /// Seconds from one code to the next.
    pub fn period(&self) -> u32 {
        let mut entries = self.case.expected.iter().chain(self.case.entries.iter().map(|known| &known.entry));
        let period = |entry: &Entry| match entry.kind {
            Kind::Totp { period } => Some(period),
            _ => None,
        };
        entries.find_map(period).unwrap_or(30)
    }

    /// A code that was refused, typed some time within `at`.
    pub fn refused(&mut self, code: TypedCode, at: Interval) {
        self.attempt(code, at, Outcome::Refused, AtSource::Person);
    }

    /// A code that the app shows at `at`, seconds since 1970.
    pub fn shown(&mut self, code: TypedCode, at: i64) {
        self.attempt(code, Interval { from: at, to: at }, Outcome::Untried, AtSource::ThisComputer);
    }

    fn attempt(&mut self, code: TypedCode, at: Interval, outcome: Outcome, source: AtSource) {
        let (at, at_source) = (Some(at), Some(source));
        self.case.attempts.push(Attempt { code, at, at_source, outcome, entry: None, device: None, node: None });
    }

    /// Compares every code so far with every secret at hand, and records what that comes to.
    pub fn examine(&mut self) {
        let Some(symptom) = self.session.symptom() else { return };
        let state = self.session.state();
        let weighing =
            Weighing { symptom, knowledge: self.session.knowledge(), answers: &state.answers, failed: &state.failed };
        let findings = weighing.examine(&self.case);
        let codes = findings.into_iter().find(|finding| finding.source == Source::Codes);
        if let Some(finding) = codes {
            self.session.record(Event::Observed(finding));
        }
    }

    /// Which of these codes, each shown by another entry at its time, the service would take. The entry to keep is the
    /// one whose code fits; several fit only by luck or if they are the same.
    pub fn which_fit(&self, codes: &[(TypedCode, i64)]) -> Vec<bool> {
        let fits = |(code, at): &(TypedCode, i64)| {
            let interval = Interval { from: *at, to: *at };
            let attempt = Attempt {
                code: code.clone(),
                at: Some(interval),
                at_source: None,
                outcome: Outcome::Untried,
                entry: None,
                device: None,
                node: None,
            };
            let case = Case { expected: self.case.expected.clone(), attempts: vec![attempt], ..Case::default() };
            let finding = crate::probe::run(&case, crate::probe::Depth::Near).into_iter().next();
            matches!(finding.map(|finding| finding.reading), Some(Reading::Measured(measures))
                if measures.iter().any(|measure| measure.explanation == "valid-code" && measure.codes > 0))
        };
        codes.iter().map(fits).collect()
    }
}
