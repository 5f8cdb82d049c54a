//! The graphs of the newest reading that were drawn last.
//!
//! The one idea: a graph is drawn once for whatever changes it, and one at a time, however often and in whatever words it is
//! asked for. It must not keep more than a writer looks at.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::address::Wanted;
use super::desk::Reading;
use super::page;
use crate::knowledge::Symptom;
use crate::rehearse::{self, Crowd};
use crate::report;
use crate::session::Mode;

/// Graphs that are kept: of a few troubles, for a person and an agent, wide and narrow.
const MOST: usize = 12;
/// Simulated people of a graph: enough to see a path that one of a hundred takes.
const PEOPLE: usize = 2_000;
const SEED: u64 = 1;
/// Places that fewer come to are left out of it.
const LEAST: usize = 60;
/// How wide it is, in pixels: beside a desk, and on a phone.
const WIDE: u32 = 960;
const NARROW: u32 = 330;

/// What a graph is of, beside the knowledge: all that an address can change in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    symptom: String,
    mode: Mode,
    width: u32,
}

/// Graphs, the newest last.
#[derive(Default)]
pub(super) struct Graphs {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The knowledge that they are of.
    digest: String,
    drawn: VecDeque<(Subject, String)>,
}

impl Graphs {
    /// The picture that an address asks for; `None` where there is no such trouble, or nobody waits for it any more.
    pub(super) fn svg(&self, reading: &Reading, query: &str, is_gone: impl Fn() -> bool) -> Option<String> {
        let wanted = Wanted::read(query);
        let symptom = page::symptom(reading, &wanted)?;
        let narrow = query.split('&').any(|pair| pair == "width=narrow");
        let subject =
            Subject { symptom: symptom.id.clone(), mode: wanted.mode(), width: if narrow { NARROW } else { WIDE } };
        // Whoever comes meanwhile waits: two at a time would take each as long as both.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.digest != reading.knowledge.digest {
            *kept = Kept { digest: reading.knowledge.digest.clone(), drawn: VecDeque::new() };
        }
        if let Some((_, svg)) = kept.drawn.iter().find(|(of, _)| *of == subject) {
            return Some(svg.clone());
        }
        if is_gone() {
            return None;
        }
        let svg = drawn(reading, symptom, &subject);
        kept.keep(subject, svg.clone());
        Some(svg)
    }
}

impl Kept {
    fn keep(&mut self, subject: Subject, svg: String) {
        if self.drawn.len() == MOST {
            self.drawn.pop_front();
        }
        self.drawn.push_back((subject, svg));
    }
}

fn drawn(reading: &Reading, symptom: &Symptom, subject: &Subject) -> String {
    let crowd = Crowd { mode: subject.mode, people: PEOPLE, seed: SEED, least: LEAST };
    let words = page::words(reading, &Wanted::default());
    let graph = rehearse::graph(&reading.knowledge, symptom, crowd);
    report::graph::svg(&graph.said(|text| crate::speech::fill(text, &words)), subject.width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_few_are_kept() {
        let mut kept = Kept::default();
        for width in 0..100 {
            kept.keep(Subject { symptom: "turn-off".to_owned(), mode: Mode::Person, width }, String::new());
        }
        assert!(kept.drawn.iter().map(|(subject, _)| subject.width).eq(88..100));
    }
}
