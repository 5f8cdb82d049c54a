//! What is wrong with the lines of a long input.
//!
//! The one idea: the first of a kind is told at once, with its place; of the others it is told at the end how many they are and
//! where the first of them stand. It must not quote a line.

use std::collections::BTreeMap;

use super::screen::complain;

/// Places that are named at the end.
const NAMED: usize = 4;

/// What is wrong with one line.
pub(super) struct Complaint {
    /// `line 7`.
    pub(super) line: String,
    /// The id of what stands there, foreign text.
    pub(super) id: Option<String>,
    /// Where in it, such as `attempts[0].code`; may be empty.
    pub(super) place: String,
    /// What is wrong, in our own words: the kind.
    pub(super) message: String,
}

impl Complaint {
    /// The line with all that is known of it.
    fn told(&self) -> String {
        let id = self.id.as_deref().map_or_else(String::new, |id| format!(" ({})", crate::speech::foreign::plain(id)));
        let place = if self.place.is_empty() { String::new() } else { format!("{}: ", self.place) };
        format!("{}{id}: {place}{}", self.line, self.message)
    }
}

/// Complaints by kind.
#[derive(Default)]
pub(super) struct Complaints(BTreeMap<String, Kind>);

struct Kind {
    first: String,
    more: usize,
    /// The first of those that are not told at once.
    named: Vec<String>,
}

impl Complaints {
    /// Takes one; whether it is the first of its kind, and told.
    pub(super) fn take(&mut self, complaint: Complaint) -> bool {
        if let Some(kind) = self.0.get_mut(&complaint.message) {
            kind.more += 1;
            if kind.named.len() < NAMED {
                kind.named.push(complaint.line);
            }
            return false;
        }
        complain(&complaint.told());
        self.0.insert(complaint.message, Kind { first: complaint.line, more: 0, named: Vec::new() });
        true
    }

    /// Tells how many more there are of each kind.
    pub(super) fn sum_up(&self) {
        for kind in self.0.values().filter(|kind| kind.more > 0) {
            let dots = if kind.more > kind.named.len() { ", …" } else { "" };
            let more = crate::speech::count(kind.more as u64);
            complain(&format!("{more} more like {}: {}{dots}", kind.first, kind.named.join(", ")));
        }
    }
}
