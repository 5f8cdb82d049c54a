//! What a person may have at hand: a picture of the QR code, a key, a file; and the codes to compare with it.

use std::rc::Rc;

use chrono::{DateTime, Datelike};
use zeroize::Zeroizing;

use super::choices::ORDINALS;
use super::take::Taken;
use super::{Block, Complaint, Locked, MATERIAL, NoFile, Now, Stage, Talk};
use crate::case::{AtSource, Attempt, Case, Interval, Outcome, TypedCode};
use crate::diagnostic::Severity;
use crate::engine::{self, entries};
use crate::entry::EntryError;
use crate::finding::{Newest, Odd, Reading, Source};
use crate::import::{self, Imported};
use crate::knowledge::{App, MeasuredBy, Question, Service};
use crate::probe::{self, side_by_side};
use crate::session::Event;
use crate::speech::foreign;

/// Entries that a person is asked to read codes from, at most.
const MOST_ENTRIES: usize = ORDINALS.len();
/// Accounts with several entries that are told of, at most.
const MOST_TOLD: usize = 3;
/// With so many seconds to wait there is time to answer something.
const TIME_FOR_A_QUESTION: i64 = 8;
/// How often a password is asked for.
const TRIES: usize = 3;
/// How far a remembered minute may be off, in seconds.
const MINUTE: i64 = 60;
/// Nobody remembers a minute for longer than a day.
const LONGEST_AGO: i64 = 1_440;
/// The answer that several entries are shown.
const SEVERAL: &str = "several";

impl Talk<'_> {
    /// Whether it is still to be asked for something to read: once, with consent, and where it can tell anything.
    pub(super) fn is_material_open(&self) -> bool {
        let can = self.means.live && self.means.material && !self.is_agent();
        can && self.weighs_clocks() && self.answer(MATERIAL).is_none()
    }

    /// They have this to read.
    pub(super) fn has(&mut self, kind: &str) {
        if kind == "picture" {
            self.agenda.push(Stage::DeletePicture);
        }
        match kind {
            "nothing" => {}
            "key" => self.agenda.push(Stage::Key),
            _ => self.agenda.push(Stage::File),
        }
    }

    pub(super) fn key(&mut self, text: &str) -> Taken {
        if self.agenda.last() != Some(&Stage::Key) {
            return Err(self.complaint("not-understood"));
        }
        match crate::entry::read(text) {
            Ok(_) => {
                self.agenda.pop();
                self.hold(import::read(text.trim().as_bytes(), ""));
                Ok(())
            }
            Err(error) => Err(Complaint(self.phrase_with("not-a-key", &[("reason", &self.phrase(no_key(error)))]))),
        }
    }

    pub(super) fn file(&mut self, name: String, bytes: Zeroizing<Vec<u8>>) -> Taken {
        if self.agenda.last() != Some(&Stage::File) {
            return Err(self.complaint("not-understood"));
        }
        self.read_later(name, Rc::new(bytes), None, 0);
        Ok(())
    }

    pub(super) fn password(&mut self, password: Zeroizing<String>) -> Taken {
        let locked = self.hand.locked.last();
        let (Some(Stage::Password { .. }), Some(locked)) = (self.agenda.last(), locked) else {
            return Err(self.complaint("not-understood"));
        };
        let (name, bytes, tries) = (locked.name.clone(), Rc::clone(&locked.bytes), locked.tries + 1);
        self.agenda.pop();
        self.read_later(name, bytes, Some(password), tries);
        Ok(())
    }

    fn read_later(
        &mut self,
        name: String,
        bytes: Rc<Zeroizing<Vec<u8>>>,
        password: Option<Zeroizing<String>>,
        tries: usize,
    ) {
        self.hand.jobs += 1;
        let id = self.hand.jobs;
        self.hand.locked.push(Locked { id, name, bytes, password, tries });
        self.agenda.push(Stage::Working(id));
    }

    /// What came of the file; of an export in several parts, the others are asked for.
    pub(super) fn read(&mut self, found: Imported) {
        self.agenda.pop();
        let has = |code: &str| found.problems.iter().any(|problem| problem.code == code);
        let tries = self.hand.locked.last().map_or(0, |locked| locked.tries);
        if tries < TRIES && (has(import::PASSWORD_NEEDED) || has(import::WRONG_PASSWORD)) {
            self.agenda.push(Stage::Password { again: tries > 0 });
            return;
        }
        for problem in found.problems.iter().filter(|problem| problem.severity == Severity::Error) {
            self.unread(no_entry(problem.code));
        }
        if found.entries.is_empty() {
            return;
        }
        self.hand.files.push(found);
        let all = import::joined(self.hand.files.clone());
        if !all.problems.iter().any(|problem| problem.code == import::MISSING_BATCH) {
            self.agenda.pop();
            self.all_files();
        }
    }

    /// Nothing more comes: what all the files hold counts.
    pub(super) fn all_files(&mut self) {
        let all = import::joined(self.hand.files.clone());
        self.hold(all);
    }

    /// Takes what there is, and goes on to the codes.
    fn hold(&mut self, imported: Imported) {
        if imported.entries.is_empty() {
            if self.agenda.last() == Some(&Stage::DeletePicture) {
                self.agenda.pop();
            }
            return;
        }
        let of_app = self.answer(MATERIAL) == Some("entries");
        if of_app || imported.exported || imported.entries.len() > 1 {
            self.several(&imported);
            let app = imported.app;
            self.hand.case.entries = entries::known(imported);
            // Whose export it is need not be asked.
            if let (Some(app), None) = (app, self.answer(App::ASKED)) {
                self.aside(App::ASKED, app);
            }
        } else if let Some(one) = imported.entries.into_iter().next() {
            let issuer = foreign::plain(&one.entry.issuer);
            self.hand.case.expected = Some(one.entry);
            if !issuer.is_empty() && self.service.id == Service::GENERIC {
                self.words.insert("service".to_owned(), issuer);
            }
        }
        self.agenda.push(Stage::RefusedCode);
    }

    /// Accounts of which the app holds several entries, since only the newest of them counts; the first few.
    fn several(&mut self, imported: &Imported) {
        let app = imported.app.and_then(|app| self.knowledge().apps.get(app));
        // Of which app an export is need not be known: it is one's.
        let facts = probe::App { is_of_an_app: imported.exported, ..app.map(entries::facts).unwrap_or_default() };
        let several =
            side_by_side(&entries::held(imported), &facts).into_iter().filter_map(|oddity| match oddity.odd {
                Odd::SameAccount { newest, .. } => Some((oddity.entries, newest)),
                _ => None,
            });
        for (places, newest) in several.take(MOST_TOLD) {
            let entry = &imported.entries[places[0]].entry;
            let names = [&entry.issuer, &entry.account].map(|name| foreign::plain(name));
            let account = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
            let number = places.len().to_string();
            let text = self.phrase_with("app-holds-several", &[("number", &number), ("account", &account)]);
            let which = match newest {
                Newest::Dated(place) => self.made_on(imported.entries[place].created),
                Newest::Placed(_) => Some(self.phrase("newest-is-last")),
                Newest::Unknown => None,
            };
            let text = [text].into_iter().chain(which).collect::<Vec<_>>().join(" ");
            self.said.push(Block::Paragraph(text));
        }
    }

    fn made_on(&self, created: Option<i64>) -> Option<String> {
        let made = DateTime::from_timestamp(created?, 0)?;
        let date = self.speech().date(made.day(), made.month(), made.year());
        Some(self.phrase_with("newest-is-of", &[("date", &date)]))
    }

    pub(super) fn unread(&mut self, reason: &str) {
        let text = self.phrase_with("file-unread", &[("reason", &self.phrase(reason))]);
        self.said.push(Block::Paragraph(text));
    }

    pub(super) fn no_file(&self, reason: NoFile) -> Complaint {
        let reason = self.phrase(match reason {
            NoFile::Missing => "file-missing",
            NoFile::Forbidden => "file-forbidden",
            NoFile::Folder => "file-is-folder",
            NoFile::TooLarge => "file-too-large",
            NoFile::Failed => "file-failed",
        });
        Complaint(self.phrase_with("file-unread", &[("reason", &reason)]))
    }

    pub(super) fn code(&mut self, code: TypedCode, now: Now) -> Taken {
        let at = now.millis.div_euclid(1_000);
        match self.agenda.last() {
            Some(Stage::RefusedCode) => {
                self.hand.refused = Some(code);
                self.replace(Stage::HowLongAgo);
            }
            Some(Stage::CodeOfEntry(number)) => {
                let number = *number;
                let entry = Some(name(number));
                self.hand.case.attempts.push(Attempt { entry, ..shown(code, at) });
                self.replace(Stage::CodeOfEntry(number + 1));
                if number + 1 == MOST_ENTRIES {
                    self.all_entries();
                }
            }
            Some(Stage::CurrentCode) => {
                self.agenda.pop();
                self.hand.case.attempts.push(shown(code, at));
                self.examine();
            }
            _ => return Err(self.complaint("not-understood")),
        }
        Ok(())
    }

    pub(super) fn refused_at(&mut self, at: Interval) -> Taken {
        let (Some(Stage::HowLongAgo), Some(code)) = (self.agenda.last(), self.hand.refused.take()) else {
            return Err(self.complaint("not-understood"));
        };
        self.hand.case.attempts.push(Attempt::new(code, at, AtSource::Person, Outcome::Refused));
        self.examine();
        self.next_codes();
        Ok(())
    }

    /// After the refused code: whether the app shows several entries, or what it shows now.
    pub(super) fn next_codes(&mut self) {
        self.replace(Stage::EntriesShown);
    }

    /// The question how many entries are shown, where the service's own secret is at hand to tell which is the right one.
    pub(super) fn entries_question(&self) -> Option<&Question> {
        let question = self.session.symptom()?.measured_by(MeasuredBy::Entries)?;
        self.hand.case.expected.is_some().then_some(question)
    }

    pub(super) fn asks_for_entries(&self) -> bool {
        self.entries_question().is_some_and(|question| self.answer(&question.id).is_none())
    }

    pub(super) fn entries_shown(&mut self, answer: &str) {
        if answer == SEVERAL {
            self.say("ask-each-entry");
            self.agenda.push(Stage::CodeOfEntry(0));
        } else {
            self.agenda.push(Stage::FurtherCode { asked: false });
        }
    }

    /// The codes of the entries are at hand: the one that fits is the one to use. What the others are is not proved by that.
    pub(super) fn all_entries(&mut self) {
        self.agenda.pop();
        let is_shown = |attempt: &&Attempt| attempt.entry.is_some();
        let shown: Vec<&Attempt> = self.hand.case.attempts.iter().filter(is_shown).collect();
        let fits: Vec<usize> = (0..shown.len()).filter(|&at| self.fits(shown[at])).collect();
        let number = shown.len();
        if let ([kept], true) = (&fits[..], number > 1) {
            let speech = self.speech();
            let others: Vec<&str> = (0..number).filter(|at| at != kept).map(|at| speech.phrase(ORDINALS[at])).collect();
            let phrase = if others.len() == 1 { "keep-entry-one" } else { "keep-entry-other" };
            let (kept_is, others) = (speech.phrase(ORDINALS[*kept]), speech.list(&others));
            let text = self.phrase_with(phrase, &[("position", kept_is), ("others", &others)]);
            self.said.push(Block::Turn(text));
            self.hand.entry_found = Some(name(*kept));
            // Which one it is has been said; a remedy that guesses would only contradict it.
            self.session.note(MeasuredBy::Entries, true);
            self.cued = false;
            if self.hand.case.refused_codes() > 0 {
                self.examine();
            }
            return;
        }
        // None fits, or more than one does: the plain comparison goes on.
        if number > 0 && fits.len() != 1 {
            self.say("no-entry-fits");
        }
        self.examine();
    }

    /// Whether the service would take this code at its time.
    fn fits(&self, attempt: &Attempt) -> bool {
        let attempts = vec![Attempt { entry: None, ..attempt.clone() }];
        let case = Case { expected: self.hand.case.expected.clone(), attempts, ..Case::default() };
        let finding = probe::run(&case, probe::Depth::Near).into_iter().next();
        matches!(finding.map(|finding| finding.reading), Some(Reading::Measured(measures))
            if measures.iter().any(|measure| measure.explanation == "valid-code" && measure.codes > 0))
    }

    /// Compares every code so far with every secret at hand, and records what that comes to. Codes of entries that are not
    /// the service's own say nothing of the others.
    fn examine(&mut self) {
        let Some(symptom) = self.session.symptom() else { return };
        let found = self.hand.entry_found.clone();
        let counts = |attempt: &&Attempt| match (&found, &attempt.entry) {
            (Some(found), Some(entry)) => found == entry,
            _ => true,
        };
        let attempts = self.hand.case.attempts.iter().filter(counts).cloned().collect();
        let case = Case { attempts, ..self.hand.case.clone() };
        let failed = &self.session.state().failed;
        let findings = engine::findings(&case, symptom, self.knowledge(), self.session.known(), failed);
        if let Some(finding) = findings.into_iter().find(|finding| finding.source == Source::Codes) {
            self.record(Event::Observed(finding));
        }
    }

    /// The code that the app shows now, after waiting for one that is new; the wait is used for a question.
    pub(super) fn further_code(&mut self, asked: bool, now: Now) {
        let left = self.wait(now);
        if left >= TIME_FOR_A_QUESTION
            && !asked
            && let Some((question, why)) = self.session.meanwhile()
        {
            self.replace(Stage::FurtherCode { asked: true });
            self.say("while-waiting");
            self.agenda.push(Stage::Meanwhile(question, why));
        } else if left > 0 {
            self.replace(Stage::Wait(now.millis.div_euclid(1_000) + left));
        } else {
            self.replace(Stage::CurrentCode);
        }
    }

    /// Seconds until the app shows another code than the newest that is known; 0 if it does so already.
    fn wait(&self, now: Now) -> i64 {
        let (period, now) = (i64::from(self.period()), now.millis.div_euclid(1_000));
        let newest = self.hand.case.attempts.iter().filter_map(|attempt| attempt.at).map(|at| at.to).max();
        let same = newest.is_some_and(|newest| newest.div_euclid(period) == now.div_euclid(period));
        // One second more: the codes of a device that is a little behind change a little later.
        if same { period - now.rem_euclid(period) + 1 } else { 0 }
    }
}

/// The time so many minutes ago, as somebody remembers it; what is no number is just now.
pub fn minutes_ago(text: &str, now: Now) -> Interval {
    let minutes = text.trim().parse::<i64>().unwrap_or(0).clamp(0, LONGEST_AGO);
    let about = now.millis.div_euclid(1_000) - minutes * MINUTE;
    let slack = if minutes == 0 { MINUTE / 2 } else { MINUTE };
    Interval { from: about - slack, to: about }
}

/// How an entry that the app shows is named in the case.
fn name(number: usize) -> String {
    format!("shown-{}", number + 1)
}

fn shown(code: TypedCode, at: i64) -> Attempt {
    Attempt::new(code, Interval::instant(at), AtSource::ThisComputer, Outcome::Untried)
}

/// Why a text is no key: the id of a phrase.
fn no_key(error: EntryError) -> &'static str {
    match error {
        EntryError::Empty | EntryError::NoSecret => "key-empty",
        EntryError::TooLong => "key-too-long",
        EntryError::WebLink => "key-web-link",
        EntryError::Migration => "key-migration",
        EntryError::NotAnEntry | EntryError::SecretNotBase32 { .. } => "key-characters",
        _ => "key-unknown",
    }
}

/// Why there is no entry in a file, by the code of the problem.
fn no_entry(code: &str) -> &'static str {
    match code {
        import::UNREADABLE_PICTURE => "file-picture",
        import::NO_QR_CODE => "file-no-qr-code",
        import::QR_CODE_WITHOUT_ENTRY => "file-qr-code-without-entry",
        import::NOT_UTF8 => "file-not-text",
        import::TOO_LARGE | import::TOO_MANY => "file-too-large",
        import::BROKEN_FILE => "file-broken",
        import::PASSWORD_NEEDED | import::WRONG_PASSWORD => "file-password",
        import::TOO_COSTLY | import::CANNOT_DECRYPT => "file-encrypted",
        _ => "file-no-entry",
    }
}
