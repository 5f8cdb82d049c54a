//! Codes: the one that was refused, those of each entry, and what the app shows now; each compared with what is at hand.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use super::choices::ORDINALS;
use super::take::Taken;
use super::{Block, Complaint, Now, Stage, Talk};
use crate::case::{AtSource, Attempt, Case, Interval, Outcome, TypedCode};
use crate::engine;
use crate::entry::{Entry, Kind};
use crate::finding::{Reading, Source};
use crate::knowledge::{MeasuredBy, Question};
use crate::probe;
use crate::session::Event;

/// Entries that a person is asked to read codes from, at most.
const MOST_ENTRIES: usize = ORDINALS.len();
/// Digits that apps show, whatever an entry says.
const APP_DIGITS: RangeInclusive<usize> = 6..=8;
/// With so many seconds to wait there is time to answer something.
const TIME_FOR_A_QUESTION: i64 = 8;
/// Characters of the shortest string and of the longest one that anybody takes for a code.
const CODE_CHARACTERS: RangeInclusive<usize> = 4..=64;
/// The answer that several entries are shown.
const SEVERAL: &str = "several";

impl Talk<'_> {
    pub(super) fn code(&mut self, code: TypedCode, now: Now) -> Taken {
        let at = now.millis.div_euclid(1_000);
        match self.agenda.last() {
            Some(Stage::RefusedCode) => {
                self.check_typed(&code)?;
                self.hand.refused = Some(code);
                self.replace(Stage::HowLongAgo);
            }
            Some(Stage::CodeOfEntry(number)) => {
                let number = *number;
                self.check_shown(&code)?;
                let entry = Some(name(number));
                self.hand.case.attempts.push(Attempt { entry, ..shown(code, at) });
                self.replace(Stage::CodeOfEntry(number + 1));
                if number + 1 == MOST_ENTRIES {
                    self.all_entries();
                }
            }
            Some(Stage::CurrentCode) => {
                self.check_shown(&code)?;
                self.agenda.pop();
                self.hand.case.attempts.push(shown(code, at));
                self.examine();
            }
            _ => return Err(self.complaint("not-understood")),
        }
        Ok(())
    }

    /// What an app shows has the form that its entries make: so many digits, or the letters of Steam.
    fn check_shown(&self, code: &TypedCode) -> Taken {
        let case = &self.hand.case;
        let entries = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
        let forms: BTreeSet<(usize, bool)> =
            entries.map(|entry| (usize::from(entry.digits.get()), is_in_letters(entry))).collect();
        let text = bare(code.text());
        let fits = |(length, letters): &(usize, bool)| {
            // An app may ignore how many digits it should show.
            let is_long_enough = text.len() == *length || APP_DIGITS.contains(&text.len());
            match letters {
                true => text.len() == *length && text.bytes().all(|one| one.is_ascii_alphanumeric()),
                false => is_long_enough && is_digits(&text),
            }
        };
        if forms.is_empty() || forms.iter().any(fits) {
            return Ok(());
        }
        let numbers: BTreeSet<String> = forms.iter().map(|(length, _)| length.to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let phrase = if forms.iter().all(|(_, letters)| *letters) { "not-shown-letters" } else { "not-shown" };
        let digits = self.speech().either(&numbers);
        Err(Complaint(self.phrase_with(phrase, &[("digits", &digits), ("length", &text.chars().count().to_string())])))
    }

    /// What was refused can have any form that somebody may have typed into such a field; what has another one than the app's
    /// is taken with a word.
    fn check_typed(&mut self, code: &TypedCode) -> Taken {
        let text = bare(code.text());
        let has_digit = text.bytes().any(|one| one.is_ascii_digit());
        if !CODE_CHARACTERS.contains(&text.chars().count()) || !has_digit && !self.has_letters() {
            return Err(self.complaint("not-a-code"));
        }
        if self.check_shown(code).is_err() {
            self.say("taken-as-typed");
        }
        Ok(())
    }

    /// Whether an entry makes codes of letters.
    fn has_letters(&self) -> bool {
        let case = &self.hand.case;
        let mut entries = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
        entries.any(is_in_letters)
    }

    pub(super) fn refused_at(&mut self, at: Interval) -> Taken {
        if self.agenda.last() != Some(&Stage::HowLongAgo) {
            return Err(self.complaint("not-understood"));
        }
        let Some(code) = self.hand.refused.take() else { return Err(self.complaint("not-understood")) };
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

/// Without what only makes reading easier.
fn bare(code: &str) -> Zeroizing<String> {
    Zeroizing::new(code.chars().filter(|one| !one.is_whitespace() && *one != '-').collect())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|one| one.is_ascii_digit())
}

/// Whether the codes of an entry are letters: those of Steam.
fn is_in_letters(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Vendor(_))
}

/// How an entry that the app shows is named in the case.
fn name(number: usize) -> String {
    format!("shown-{}", number + 1)
}

fn shown(code: TypedCode, at: i64) -> Attempt {
    Attempt::new(code, Interval::instant(at), AtSource::ThisComputer, Outcome::Untried)
}
