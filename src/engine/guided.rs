use super::Weighing;
use crate::case::{
    AtSource, Attempt, Case, ClockReading, Interval, KnownEntry, Outcome, ServiceClock, ServiceFacts, TypedCode,
};
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
    pub fn hold(&mut self, entries: Vec<KnownEntry>) {
        self.case.entries = entries;
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

    /// The clock of the device that shows the codes, read against a reference.
    pub fn reads_clock(&mut self, clock: ClockReading) {
        self.observe(&Case { clock: Some(clock), ..Case::default() }, Source::Clock);
    }

    /// The clock of the service's web page, read against a reference.
    pub fn reads_service_clock(&mut self, clock: ServiceClock) {
        let service = ServiceFacts { clock: Some(clock), ..ServiceFacts::default() };
        self.observe(&Case { service, ..Case::default() }, Source::ServiceClock);
    }

    /// Records what the probe of a source makes of a case that holds nothing else.
    fn observe(&mut self, case: &Case, source: Source) {
        let findings = crate::probe::run(case, crate::probe::Depth::Near);
        if let Some(finding) = findings.into_iter().find(|finding| finding.source == source) {
            self.session.record(Event::Observed(finding));
        }
    }

    /// A code that was refused, typed some time within `at`.
    pub fn refused(&mut self, code: TypedCode, at: Interval) {
        self.case.attempts.push(Attempt::new(code, at, AtSource::Person, Outcome::Refused));
    }

    /// A code that the app shows at `at`, seconds since 1970.
    pub fn shown(&mut self, code: TypedCode, at: i64) {
        self.case.attempts.push(shown(code, at));
    }

    /// Seconds until the app shows another code than the newest that is known; 0 if it does so at `now` already.
    pub fn wait(&self, now: i64) -> u64 {
        let period = i64::from(self.period());
        let newest = self.case.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to).max();
        let same = newest.is_some_and(|newest| newest.div_euclid(period) == now.div_euclid(period));
        // One second more: the codes of a device that is a little behind change a little later.
        if same { (period - now.rem_euclid(period) + 1).unsigned_abs() } else { 0 }
    }

    /// Compares every code so far with every secret at hand, and records what that comes to.
    pub fn examine(&mut self) {
        let Some(symptom) = self.session.symptom() else { return };
        let state = self.session.state();
        let weighing = Weighing {
            symptom,
            knowledge: self.session.knowledge(),
            answers: self.session.known(),
            failed: &state.failed,
        };
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
            let attempts = vec![shown(code.clone(), *at)];
            let case = Case { expected: self.case.expected.clone(), attempts, ..Case::default() };
            let finding = crate::probe::run(&case, crate::probe::Depth::Near).into_iter().next();
            matches!(finding.map(|finding| finding.reading), Some(Reading::Measured(measures))
                if measures.iter().any(|measure| measure.explanation == "valid-code" && measure.codes > 0))
        };
        codes.iter().map(fits).collect()
    }
}

fn shown(code: TypedCode, at: i64) -> Attempt {
    Attempt::new(code, Interval::instant(at), AtSource::ThisComputer, Outcome::Untried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Knowledge, Sources};
    use crate::session::{Mode, Session};

    #[test]
    fn only_a_code_of_this_very_period_is_waited_out() {
        let knowledge = Knowledge::compile(&Sources::embedded(), &crate::probe::vocabulary()).knowledge;
        let mut guided = Guided::new(Session::new(&knowledge, Mode::Person, None, None));
        assert_eq!(guided.wait(1_000_000_010), 0, "none is known yet");
        guided.refused(TypedCode::new("123456".to_owned()), Interval { from: 999_999_880, to: 999_999_940 });
        assert_eq!(guided.wait(1_000_000_010), 0, "the refused one is long gone");
        guided.shown(TypedCode::new("654321".to_owned()), 1_000_000_010);
        assert_eq!(guided.wait(1_000_000_012), 9, "1,000,000,020 begins the next, and a second more");
        assert_eq!(guided.wait(1_000_000_021), 0);
    }
}
