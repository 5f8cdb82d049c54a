use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat};

use super::inventor::Inventor;
use super::private::{form_of, is_told_in, tells};
use super::relation::{Relation, relate};
use super::{RecordError, Recorded, known_answers, recorded, symptom_of};
use crate::case::{AtSource, Case, KnownEntry, Outcome, Reference, ServiceFacts};
use crate::engine;
use crate::entry::{self, Entry, Kind};
use crate::finding::Fact;
use crate::knowledge::{Decide, Knowledge, Sources, in_quotes, quote};
use crate::otp::step;
use crate::rehearse::scenario::expectation::expected;
use crate::rehearse::scenario::write::{Outline, written};
use crate::rehearse::scenario::{Expect, read};
use crate::session::Next;

/// The day on which scenarios play: 15 January 2026, in seconds since 1970.
const DAY: i64 = 1_768_435_200;
/// Seconds of a day.
const DAY_LENGTH: i64 = 86_400;
/// The year 10000 begins: no login is that late.
const LATEST: i64 = 253_402_300_800;
/// Seconds from reading a code to sending it.
const TYPING: i64 = 5;
/// So many inventions are tried: some moments have no zero in front, or no two digits to swap.
const TRIES: u64 = 60;
/// So many of them may come to something else.
const DIFFERENT: usize = 8;

/// A scenario of a case: the login played again with invented secrets, codes and names, on another day. It comes to the same
/// cause, conclusion and remedy, or there is none.
///
/// # Errors
/// Something in the case cannot be played in a scenario, or the invented login comes to something else.
pub fn record_case(case: &Case, name: &str, knowledge: &Knowledge) -> Result<Recorded, RecordError> {
    if is_told_in(name, case) {
        return Err(RecordError::Name);
    }
    let symptom = symptom_of(case.symptom.as_deref().unwrap_or(engine::USUAL_SYMPTOM), knowledge)?;
    let (answers, unknown) = known_answers(&case.answers, symptom);
    let mut notes = Vec::new();
    if !unknown.is_empty() {
        let number = unknown.len();
        notes
            .push(format!("{number} of the answers are to questions that the symptom does not have, and are left out"));
    }
    let about = Case { symptom: Some(symptom.id.clone()), answers, ..case.clone() };
    // A table goes by the answers alone.
    let played = symptom.decide == Decide::Weigh
        && !(case.attempts.is_empty() && case.entries.is_empty() && case.expected.is_none() && is_bare(case));
    if !played {
        let app = case.app.clone().filter(|app| knowledge.apps.contains_key(app));
        let given = app.as_ref().map(|app| format!("app: {}\n", quote(app))).unwrap_or_default();
        let bare = Case { app, symptom: about.symptom, answers: about.answers, ..Case::default() };
        let (text, _) = recorded(name, &bare, &given, &[], knowledge)?;
        return Ok(Recorded { text, notes });
    }
    let wanted = expected(&about, &[], knowledge).unwrap_or_default();
    let play = Play::of(&about, knowledge)?;
    notes.push("secrets, codes, names and the day are invented".to_owned());
    let (mut differs, mut other) = (0, Expect::default());
    for seed in 0..TRIES {
        let given = play.given(seed)?;
        let Some(invented) = case_of(&given, &symptom.id, &about.answers, knowledge) else { continue };
        let found = expected(&invented, &[], knowledge).unwrap_or_default();
        if same(&found, &wanted) {
            let (text, _) = recorded(name, &invented, &given, &[], knowledge)?;
            if !tells(&text, case) {
                return Ok(Recorded { text, notes });
            }
        } else {
            (differs, other) = (differs + 1, found);
            if differs == DIFFERENT {
                break;
            }
        }
    }
    if differs == 0 {
        return Err(RecordError::Unplayable { what: "a code typed as it was".to_owned() });
    }
    Err(RecordError::Differs { wanted: named(&wanted), came: named(&other) })
}

/// Whether the case knows nothing but answers.
fn is_bare(case: &Case) -> bool {
    case.clock.is_none() && case.service == ServiceFacts { id: case.service.id.clone(), ..ServiceFacts::default() }
}

fn same(one: &Expect, other: &Expect) -> bool {
    let key = |one: &Expect| (one.cause.clone(), one.with.clone(), one.conclusion, one.remedy.clone());
    key(one) == key(other)
}

fn named(expect: &Expect) -> String {
    let with = expect.with.iter().flatten().map(|with| format!(" with `{with}`"));
    let conclusion = expect.conclusion.map_or("", crate::verdict::Conclusion::name);
    let cause = expect.cause.as_deref().unwrap_or_default();
    format!("`{cause}`{} ({conclusion})", with.collect::<String>())
}

/// The case that a scenario's `given` amounts to; `None` if it has a flaw.
fn case_of(given: &str, symptom: &str, answers: &BTreeMap<String, String>, knowledge: &Knowledge) -> Option<Case> {
    let expect = Expect { next: Some(Next::Nothing), ..Expect::default() };
    let mut sources = Sources::default();
    let told = Outline { name: "x", symptom, given, answers, failed: &[], expect: &expect };
    sources.insert("scenarios/x.yaml", written(told));
    let (scenarios, flaws) = read(&sources, knowledge);
    Some(scenarios.into_iter().next().filter(|_| flaws.is_empty())?.case)
}

/// The latest that a case tells of beside its codes.
fn latest(case: &Case) -> Option<i64> {
    let steps = [case.service.last_used_step, case.service.watermark].into_iter().flatten();
    let steps = steps.map(|step| step.saturating_mul(30));
    let entries = case.entries.iter().flat_map(|known| [known.created, known.revoked]).flatten();
    steps.chain(entries).filter(|at| (0..LATEST).contains(at)).max()
}

/// A case as it is played again.
struct Play<'a> {
    case: &'a Case,
    knowledge: &'a Knowledge,
    /// Every entry with the name that the scenario gives it, and whether the case lists it.
    entries: Vec<(String, KnownEntry, bool)>,
    /// When the first code was made; without one, the latest that is known of.
    at: i64,
    /// Seconds from then to the day on which the scenario plays.
    shift: i64,
    /// The device's clock, as the case's own diagnosis has it.
    ahead: i64,
    /// Where each code comes from: the number of its entry, and how; `None` for one of elsewhere.
    codes: Vec<Option<(usize, Relation)>>,
}

impl<'a> Play<'a> {
    fn of(case: &'a Case, knowledge: &'a Knowledge) -> Result<Self, RecordError> {
        let times = case.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to);
        // The first code is made at that moment, and sent a little later.
        let at = times.clone().min().map(|first| first - TYPING).or_else(|| latest(case)).unwrap_or(DAY);
        let entries = entries(case);
        // Whole days, so that the steps begin where they began; the periods that people use divide them.
        let shift = (DAY - at).div_euclid(DAY_LENGTH) * DAY_LENGTH;
        let mut play = Self { case, knowledge, entries, at, shift, ahead: ahead(case, knowledge), codes: Vec::new() };
        for (number, attempt) in case.attempts.iter().enumerate() {
            if attempt.at.is_none() && times.clone().next().is_some() {
                return Err(RecordError::Unplayable { what: format!("attempts[{number}], which has no time,") });
            }
        }
        play.codes = case.attempts.iter().map(|attempt| play.relation(attempt)).collect();
        Ok(play)
    }

    /// What is known of the time of a code where it is not the second by this computer.
    fn told(&self, attempt: &crate::case::Attempt) -> Vec<String> {
        let Some(at) = attempt.at else { return vec!["timed: false".to_owned()] };
        let told = format!("told: {{ from: {}s, to: {}s }}", at.from - self.at, at.to - self.at);
        // Of which nobody says whose they are, times are weighed as the service's.
        let by = Some(attempt.at_source.unwrap_or(AtSource::Service)).filter(|by| *by != AtSource::ThisComputer);
        let by = by.map(|source| format!("told-by: {}", source.name()));
        (at.from < at.to).then_some(told).into_iter().chain(by).collect()
    }

    fn sent(&self, attempt: &crate::case::Attempt) -> i64 {
        attempt.at.map_or(self.at + TYPING, |at| at.to)
    }

    fn relation(&self, attempt: &crate::case::Attempt) -> Option<(usize, Relation)> {
        let sent = self.sent(attempt);
        let from_named = |(number, (_, known, _)): &(usize, &(String, KnownEntry, bool))| {
            // The entry that is said to have shown it, then that of the service, then the others.
            let named = attempt.entry.is_some() && known.id == attempt.entry;
            let expected = self.case.expected.as_ref().is_some_and(|one| one.secret == known.entry.secret);
            (!named, !expected, *number)
        };
        let mut order: Vec<_> = self.entries.iter().enumerate().collect();
        order.sort_by_key(from_named);
        let found: Vec<(usize, Relation)> = order
            .into_iter()
            .filter_map(|(number, (_, known, _))| {
                let period = known.entry.period().unwrap_or(30);
                let (now, also) = (step(sent - TYPING, period), step(sent - TYPING + self.ahead, period));
                Some((number, relate(attempt.code.text(), &known.entry, now, also)?))
            })
            .collect();
        // The very code of one entry says more than a slip of another.
        let exact = found.iter().find(|(_, one)| one.typed == "as-shown" && one.altered.is_none());
        exact.or(found.first()).cloned()
    }

    /// The lines under `given`.
    fn given(&self, seed: u64) -> Result<String, RecordError> {
        let mut inventor = Inventor::new(seed);
        let mut out = String::new();
        let case = self.case;
        if !case.attempts.is_empty() || self.has_times() {
            let _ = writeln!(out, "at: {}", instant(self.at + self.shift));
        }
        if self.ahead != 0 && self.codes.iter().flatten().any(|(_, one)| one.typed != "late") {
            let _ = writeln!(out, "device-clock: {}s", self.ahead);
        }
        if let Some(person) = &case.person {
            let _ = writeln!(out, "person: {}", inventor.name("p", person));
        }
        if let Some(device) = &case.device {
            let _ = writeln!(out, "device: {}", inventor.name("d", device));
        }
        if let Some(app) = case.app.as_ref().filter(|app| self.knowledge.apps.contains_key(*app)) {
            let _ = writeln!(out, "app: {}", quote(app));
        }
        self.write_entries(&mut inventor, &mut out);
        self.write_service(&mut out)?;
        if let Some(clock) = case.clock {
            let uncertainty = clock.uncertainty_seconds.ceil() as i64;
            let of = case.clock_of.as_ref().map(|device| format!(", device: {}", inventor.name("d", device)));
            let of = of.unwrap_or_default();
            let _ = writeln!(
                out,
                "clock: {{ offset: {}s, uncertainty: {uncertainty}s{of} }}",
                clock.offset_seconds.round() as i64
            );
        }
        self.write_codes(&mut inventor, &mut out);
        Ok(out)
    }

    fn has_times(&self) -> bool {
        let facts = &self.case.service;
        facts.last_used_step.is_some() || facts.watermark.is_some()
    }

    fn write_entries(&self, inventor: &mut Inventor, out: &mut String) {
        let altered =
            self.codes.iter().enumerate().filter_map(|(at, code)| Some((at, code.as_ref()?.1.altered.as_ref()?)));
        let altered: Vec<(usize, &Entry)> = altered.collect();
        if self.entries.is_empty() {
            return;
        }
        if let Some(extent) = self.case.entries_are.name() {
            let _ = writeln!(out, "entries-are: {extent}");
        }
        out.push_str("entries:\n");
        for (name, known, listed) in &self.entries {
            let mut parts = vec![format!("uri: {}", in_quotes(&uri(&inventor.entry(&known.entry))))];
            parts.extend(known.status.map(|status| format!("status: {}", status.name())));
            parts.extend(known.owner.as_ref().map(|owner| format!("owner: {}", inventor.name("p", owner))));
            parts.extend(known.device.as_ref().map(|device| format!("device: {}", inventor.name("d", device))));
            parts.extend(known.created.map(|at| format!("created: {}", instant(at.saturating_add(self.shift)))));
            parts.extend(known.revoked.map(|at| format!("revoked: {}", instant(at.saturating_add(self.shift)))));
            parts.extend((!listed).then(|| "listed: false".to_owned()));
            let _ = writeln!(out, "  {name}: {{ {} }}", parts.join(", "));
        }
        for (at, entry) in altered {
            let uri = in_quotes(&uri(&inventor.entry(entry)));
            let _ = writeln!(out, "  shown-{}: {{ uri: {uri}, listed: false }}", at + 1);
        }
    }

    fn write_service(&self, out: &mut String) -> Result<(), RecordError> {
        let facts = &self.case.service;
        let mut parts = Vec::new();
        let window: Vec<String> = [("past", facts.past), ("future", facts.future)]
            .into_iter()
            .filter_map(|(key, steps)| Some(format!("{key}: {}", steps?)))
            .collect();
        parts.extend((!window.is_empty()).then(|| format!("window: {{ {} }}", window.join(", "))));
        let form = facts.recovery_form.as_ref().map(|form| form_of(form, &self.case.attempts));
        parts.extend(form.map(|form| format!("recovery-form: {}", in_quotes(&form))));
        for (key, at) in [("last-used", facts.last_used_step), ("watermark", facts.watermark)] {
            if let Some(at) = at {
                let seconds = at.saturating_mul(30).saturating_sub(self.at);
                let fits = i32::try_from(seconds).is_ok();
                let what = || format!("service.{}, which lies years away,", key.replace('-', "_"));
                parts.push(
                    fits.then(|| format!("{key}: {seconds}s"))
                        .ok_or_else(|| RecordError::Unplayable { what: what() })?,
                );
            }
        }
        parts.extend(facts.learnt_skew.map(|steps| format!("learnt-skew: {}", steps.clamp(-2880, 2880))));
        parts.extend(facts.look_ahead.map(|steps| format!("look-ahead: {}", steps.min(2880))));
        let flags = [
            ("locked", facts.locked),
            ("factor-enabled", facts.factor_enabled),
            ("failed-other-factor", facts.failed_other_factor),
        ];
        parts.extend(flags.into_iter().filter_map(|(key, flag)| Some(format!("{key}: {}", flag?))));
        let ages = [("session-age", facts.session_age), ("session-limit", facts.session_limit)];
        parts.extend(
            ages.into_iter()
                .filter_map(|(key, age)| Some(format!("{key}: {}s", i32::try_from(age?).unwrap_or(i32::MAX)))),
        );
        if let Some(clock) = facts.clock.filter(|clock| clock.against != Some(Reference::ThisComputer)) {
            let (offset, uncertainty) = (clock.offset_seconds.round() as i64, clock.uncertainty_seconds.ceil() as i64);
            parts.push(format!("clock: {{ offset: {offset}s, uncertainty: {uncertainty}s }}"));
        }
        if !parts.is_empty() {
            let _ = writeln!(out, "service: {{ {} }}", parts.join(", "));
        }
        Ok(())
    }

    fn write_codes(&self, inventor: &mut Inventor, out: &mut String) {
        if self.case.attempts.is_empty() {
            return;
        }
        out.push_str("codes:\n");
        for (number, (attempt, relation)) in self.case.attempts.iter().zip(&self.codes).enumerate() {
            let sent = self.sent(attempt) - self.at;
            let mut parts = Vec::new();
            let mut usual = TYPING;
            match relation {
                Some((entry, relation)) => {
                    let (name, known, _) = &self.entries[*entry];
                    let name = if relation.altered.is_some() { format!("shown-{}", number + 1) } else { name.clone() };
                    parts.push(format!("from: {name}"));
                    let made = self.moment(relation.altered.as_ref().unwrap_or(&known.entry), relation, sent);
                    usual += made.1;
                    parts.extend(made.0);
                    if relation.typed != "as-shown" {
                        parts.push(format!("typed: {}", relation.typed));
                    }
                }
                None => parts.push(format!("text: {}", in_quotes(&inventor.string(attempt.code.text())))),
            }
            parts.extend((sent != usual).then(|| format!("sent-at: {sent}s")));
            parts.extend(self.told(attempt));
            let usual = if number == 0 { Outcome::Refused } else { Outcome::Untried };
            if attempt.outcome != usual {
                let word = match attempt.outcome {
                    Outcome::Refused => "false",
                    Outcome::Accepted => "true",
                    Outcome::Untried => "null",
                };
                parts.push(format!("accepted: {word}"));
            }
            let shown_by = attempt.entry.as_ref();
            let shown_by =
                shown_by.and_then(|id| self.entries.iter().find(|(_, known, _)| known.id.as_ref() == Some(id)));
            parts.extend(shown_by.map(|(name, ..)| format!("shown-by: {name}")));
            parts.extend(attempt.device.as_ref().map(|device| format!("device: {}", inventor.name("d", device))));
            parts.extend(attempt.node.as_ref().map(|node| format!("node: {}", inventor.name("n", node))));
            let _ = writeln!(out, "  - {{ {} }}", parts.join(", "));
        }
    }

    /// When a code was made, so that it is that of its step and as near to the sending as it can be; also in seconds.
    fn moment(&self, entry: &Entry, relation: &Relation, sent: i64) -> (Option<String>, i64) {
        match entry.kind {
            Kind::Totp { period } => {
                let period = i64::from(period);
                let begins = relation.step * period - self.ahead - self.at;
                let made = (sent - TYPING).clamp(begins, begins + period - 1);
                ((made != 0).then(|| format!("made-at: {made}s")), made)
            }
            Kind::Hotp { counter } => {
                let ahead = relation.step - i64::try_from(counter).unwrap_or(0);
                ((ahead != 0).then(|| format!("counter: {ahead}")), 0)
            }
            Kind::Vendor(_) => (None, 0),
        }
    }
}

/// An entry as an address, without the parameters that all others have too.
fn uri(entry: &Entry) -> String {
    let uri = entry::write(entry);
    let usual = ["&algorithm=SHA1", "&digits=6", "&period=30"];
    let uri = usual.iter().fold(uri.to_string(), |uri, part| uri.replace(part, ""));
    // Leaving them out must not mean anything.
    let same = entry::read(&uri).is_ok_and(|read| read.entry == *entry);
    if same { uri } else { entry::write(entry).to_string() }
}

/// Entries by the names of the scenario. `now` is what the service checks, and nothing else is called so.
fn entries(case: &Case) -> Vec<(String, KnownEntry, bool)> {
    let mut all = Vec::new();
    let same =
        case.expected.as_ref().and_then(|expected| case.entries.iter().position(|known| known.entry == *expected));
    if let Some(expected) = &case.expected {
        let known = same.map_or_else(|| KnownEntry::from(expected.clone()), |at| case.entries[at].clone());
        all.push(("now".to_owned(), known, same.is_some()));
    }
    let others = case.entries.iter().enumerate().filter(|(at, _)| Some(*at) != same);
    for (number, (_, known)) in others.enumerate() {
        all.push((format!("other-{}", number + 1), known.clone(), true));
    }
    all
}

/// How far the device's clock is ahead, as the case's own diagnosis has it.
fn ahead(case: &Case, knowledge: &Knowledge) -> i64 {
    let Some(verdict) = engine::diagnose(case, knowledge).ok().and_then(|diagnosis| diagnosis.verdict) else {
        return 0;
    };
    let first = verdict.first();
    let of_device = ["device-clock-off", "drifting-device-clock"];
    let is_clock =
        of_device.contains(&first.cause.as_str()) || first.with.iter().any(|with| of_device.contains(&with.as_str()));
    match first.detail.get("offset_seconds") {
        Some(Fact::Number(seconds)) if is_clock && i32::try_from(*seconds).is_ok() => *seconds,
        _ => 0,
    }
}

fn instant(seconds: i64) -> String {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
