//! Clocks: the face's, checked by a reference; the app's, where it runs there; the service's, as far as a page tells; and
//! that of a device, by the moments at which its codes change.

use super::take::Taken;
use super::{APP_HERE, Block, NoServiceClock, Now, Stage, Talk, Voice};
use crate::case::{Case, ClockReading, Reference, ServiceClock, ServiceFacts};
use crate::finding::Source;
use crate::knowledge::MeasuredBy;
use crate::probe;
use crate::session::{Event, Next};
use crate::speech::foreign;
use crate::verdict::UNSURE;

/// Offsets up to this many seconds change no code.
const NEGLIGIBLE: f64 = 1.0;
/// Key presses that measure a rhythm.
const PRESSES: usize = 3;
/// A rhythm within this many seconds is in step.
const IN_STEP: f64 = 4.0;
/// A new code shows this long before the hand presses the key, in seconds.
const REACTION: f64 = 0.3;
/// Presses that are further apart than this contradict each other, in seconds.
const MOST_SPREAD: f64 = 3.0;

impl Talk<'_> {
    /// Whether the clock of a device may be the trouble, so that it is worth measuring.
    pub(super) fn weighs_clocks(&self) -> bool {
        self.session.symptom().is_some_and(|symptom| symptom.measured_by(MeasuredBy::Clock).is_some())
    }

    /// The face's clock was checked, or gave no answer; from then on the right time counts.
    pub(super) fn checked(&mut self, host: &str, reading: Option<ClockReading>) {
        if self.agenda.last() == Some(&Stage::Reference) {
            self.agenda.pop();
        }
        self.clock.asked = true;
        self.clock.reading = reading.or(self.clock.reading);
        let offset = reading.map(|reading| reading.offset_seconds);
        let id = match offset {
            None => "clock-unchecked",
            Some(offset) if offset.abs() <= NEGLIGIBLE => "clock-right",
            Some(offset) if offset < 0.0 => "clock-behind",
            Some(_) => "clock-ahead",
        };
        let seconds = format!("{:.0}", offset.unwrap_or_default().abs());
        let text = self.phrase_with(id, &[("seconds", &seconds), ("host", &foreign::plain(host))]);
        self.said.push(Block::Paragraph(text));
    }

    /// Whether it is still to be asked if the app runs where the clock was checked: then that is the clock its codes are made
    /// by. It is asked once, of somebody who sits there alone, and only where the clock of the device may be the trouble.
    pub(super) fn is_app_here_open(&self) -> bool {
        let asks = self.weighs_clocks() && self.means.live && !self.is_agent() && self.answer(APP_HERE).is_none();
        asks && self.clock.reading.is_some()
    }

    pub(super) fn app_here(&mut self, answer: &str) {
        self.aside(APP_HERE, answer);
        if let (Some(clock), "yes") = (self.clock.reading, answer) {
            self.observe(&Case { clock: Some(clock), ..Case::default() }, Source::Clock);
            let text = self.measured("app-here-noted", clock.offset_seconds, clock.uncertainty_seconds);
            self.said.push(Block::Paragraph(text));
        }
    }

    /// What a page of the service told, and what that cannot know.
    pub(super) fn service_clock(&mut self, host: &str, clock: Result<ServiceClock, NoServiceClock>) {
        let host = foreign::plain(host);
        let clock = match clock {
            Ok(clock) => clock,
            Err(why) => {
                let reason = self.phrase(match why {
                    NoServiceClock::Silent => "page-silent",
                    NoServiceClock::Untrusted => "page-untrusted",
                    NoServiceClock::NoDate => "page-no-date",
                    NoServiceClock::Kept => "page-kept",
                });
                let text = self.phrase_with("service-clock-unread", &[("reason", &reason), ("host", &host)]);
                self.said.push(Block::Paragraph(text));
                return;
            }
        };
        let service = ServiceFacts { clock: Some(clock), ..ServiceFacts::default() };
        self.observe(&Case { service, ..Case::default() }, Source::ServiceClock);
        let reference = match clock.against {
            Some(Reference::TimeServer) => "the-time-server",
            _ => "the-clock-here",
        };
        let text = self.measured("service-clock", clock.offset_seconds, clock.uncertainty_seconds);
        let text = text.replace("{reference}", &self.phrase(reference)).replace("{host}", &host);
        self.said.push(Block::Paragraph(text));
        self.say("service-clock-hint");
    }

    fn measured(&self, phrase: &str, offset: f64, uncertainty: f64) -> String {
        let speech = self.speech();
        let (offset, seconds) = (speech.measured_offset(offset, uncertainty), speech.seconds(uncertainty));
        self.phrase_with(phrase, &[("offset", &offset), ("seconds", &seconds)])
    }

    /// Records what the probe of a source makes of a case that holds nothing else.
    fn observe(&mut self, case: &Case, source: Source) {
        let findings = probe::run(case, probe::Depth::Near);
        if let Some(finding) = findings.into_iter().find(|finding| finding.source == source) {
            self.record(Event::Observed(finding));
        }
    }

    /// Leads to a key that is pressed as a code changes: by the person, or by the agent at the caller's word.
    pub(super) fn ask_to_press(&mut self) {
        if self.is_led() {
            let is_first = self.hand.presses.is_empty();
            let (voice, phrase) = if is_first { (Voice::Do, "rhythm-caller") } else { (Voice::Say, "rhythm-again") };
            self.voice(voice, &self.phrase(phrase));
        }
    }

    /// The prompt itself; a script has said it already.
    pub(super) fn press(&self) -> String {
        if self.is_led() {
            return String::new();
        }
        self.phrase(if self.hand.presses.is_empty() { "rhythm-press" } else { "rhythm-again" })
    }

    pub(super) fn pressed(&mut self, now: Now) -> Taken {
        if !matches!(self.prompt(), super::Prompt::Press { .. }) {
            return Err(self.complaint("not-understood"));
        }
        self.hand.presses.push(now.millis);
        if self.hand.presses.len() == PRESSES {
            self.rhythm();
        }
        Ok(())
    }

    /// The question that the rhythm measures: the one at hand.
    fn measured_question(&self) -> Option<String> {
        match self.agenda.last() {
            Some(Stage::Meanwhile(id, _) | Stage::Again(super::Changed::Question(id))) => Some(id.clone()),
            _ => match self.session.next() {
                Next::Ask(id) => Some(id),
                _ => None,
            },
        }
    }

    /// What the presses come to. Codes change at whole half minutes of true time in every zone, so they give the clock's
    /// offset modulo the period.
    pub(super) fn rhythm(&mut self) {
        let Some(question) = self.measured_question() else { return };
        let presses: Vec<f64> = self.hand.presses.drain(..).map(|millis| millis as f64 / 1_000.0).collect();
        if matches!(self.agenda.last(), Some(Stage::Again(_))) {
            self.agenda.pop();
        }
        let Some(offset) = offset_in_period(&presses, f64::from(self.period())) else {
            self.asked(&question, UNSURE);
            return;
        };
        let in_step = offset.abs() <= IN_STEP;
        let phrase = if in_step { "rhythm-in-step" } else { "rhythm-out-of-step" };
        let text = self.phrase_with(phrase, &[("seconds", &format!("{:.0}", offset.abs()))]);
        self.voiced(Voice::Say, text);
        let text = self.phrase("rhythm-cannot-see");
        self.voiced(Voice::Note, text);
        self.asked(&question, if in_step { "in-step" } else { "out-of-step" });
    }
}

/// The middle of the presses' phases, in seconds from −P/2 to P/2; `None` with none, or if they contradict each other.
fn offset_in_period(presses: &[f64], period: f64) -> Option<f64> {
    let phases: Vec<f64> =
        presses.iter().map(|press| (press + period / 2.0).rem_euclid(period) - period / 2.0).collect();
    let first = *phases.first()?;
    let near = |phase: &f64| (phase - first + period * 1.5).rem_euclid(period) - period / 2.0;
    let mut differences: Vec<f64> = phases.iter().map(near).collect();
    differences.sort_by(f64::total_cmp);
    let spread = differences[differences.len() - 1] - differences[0];
    let middle = differences[differences.len() / 2];
    (spread <= MOST_SPREAD).then_some(first + middle - REACTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_give_the_offset_within_a_period() {
        let presses = [1_000_000_012.3, 1_000_000_042.4, 1_000_000_072.1];
        // 1,000,000,000 lies ten seconds after a change.
        let offset = offset_in_period(&presses, 30.0).unwrap();
        assert!((offset - (-8.0)).abs() < 0.5, "{offset}");
        assert!(offset_in_period(&[0.0, 40.0], 30.0).is_none(), "they contradict each other");
        assert!(offset_in_period(&[], 30.0).is_none());
    }
}
