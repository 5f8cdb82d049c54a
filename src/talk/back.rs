//! Undoing: the last thing that the person did, whatever it was.
//!
//! The one idea: before each input a mark is set, and going back returns to it: the same prompt, the same words, and nothing
//! at hand that was given since.

use super::{Block, Complaint, FaceClock, Hand, Now, Stage, Talk};
use crate::session::{Ending, Event};

/// Where the conversation stood before an input.
pub(super) struct Mark {
    kept: usize,
    agenda: Vec<Stage>,
    said: Vec<Block>,
    cued: bool,
    played: usize,
    ended: Option<Ending>,
    clock: FaceClock,
    service: Option<String>,
    hand: HandMark,
}

/// What was at hand: how many of each, never itself.
struct HandMark {
    attempts: usize,
    is_refused_open: bool,
    has_expected: bool,
    has_entries: bool,
    files: usize,
    locked: usize,
    presses: Vec<i64>,
    entry_found: Option<String>,
}

impl Mark {
    pub(super) fn into_said(self) -> Vec<Block> {
        self.said
    }
}

impl Talk<'_> {
    /// Whether there is something to take back.
    pub fn can_go_back(&self) -> bool {
        !self.past.is_empty() || self.session.can_go_back()
    }

    /// How many steps can be taken back that were done in this conversation.
    pub fn depth(&self) -> usize {
        self.past.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            kept: self.session.kept(),
            agenda: self.agenda.clone(),
            said: self.said.clone(),
            cued: self.cued,
            played: self.played.len(),
            ended: self.ended,
            clock: self.clock,
            service: self.words.get("service").cloned(),
            hand: self.hand.mark(),
        }
    }

    pub(super) fn back(&mut self, now: Now) -> Result<(), Complaint> {
        if let Some(mark) = self.past.pop() {
            self.restore(mark);
            return Ok(());
        }
        if !self.session.can_go_back() {
            return Err(self.complaint("nothing-to-go-back-to"));
        }
        // It was done before this conversation took the session up.
        self.record(Event::Back);
        (self.ended, self.agenda, self.said) = (None, Vec::new(), Vec::new());
        self.played.clear();
        self.settle(now);
        Ok(())
    }

    fn restore(&mut self, mark: Mark) {
        self.session.back_to(mark.kept);
        (self.agenda, self.said, self.cued) = (mark.agenda, mark.said, mark.cued);
        (self.ended, self.clock) = (mark.ended, mark.clock);
        self.played.truncate(mark.played);
        self.words.extend(mark.service.map(|name| ("service".to_owned(), name)));
        self.hand.restore(mark.hand);
    }

    /// Wipes every secret and code at hand. Nothing that was done before can be undone then, since it may rest on them.
    pub(super) fn forget(&mut self) {
        self.hand = Hand { jobs: self.hand.jobs, ..Hand::default() };
        self.past.clear();
        self.agenda.clear();
        self.said.push(Block::Paragraph(self.phrase("nothing-kept")));
    }
}

impl Hand {
    fn mark(&self) -> HandMark {
        HandMark {
            attempts: self.case.attempts.len(),
            is_refused_open: self.refused.is_some(),
            has_expected: self.case.expected.is_some(),
            has_entries: !self.case.entries.is_empty(),
            files: self.files.len(),
            locked: self.locked.len(),
            presses: self.presses.clone(),
            entry_found: self.entry_found.clone(),
        }
    }

    /// Wipes what was given since.
    fn restore(&mut self, mark: HandMark) {
        if !mark.is_refused_open {
            self.refused = None;
        } else if self.refused.is_none() {
            self.refused = self.case.attempts.get(mark.attempts).map(|attempt| attempt.code.clone());
        }
        self.case.attempts.truncate(mark.attempts);
        if !mark.has_expected {
            self.case.expected = None;
        }
        if !mark.has_entries {
            self.case.entries.clear();
        }
        self.files.truncate(mark.files);
        self.locked.truncate(mark.locked);
        (self.presses, self.entry_found) = (mark.presses, mark.entry_found);
    }
}
