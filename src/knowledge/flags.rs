//! What a question says of itself: `first`, `noted` and `measured-by`.
//!
//! The one idea: what measures one question of a symptom counts for the one that has it first, and is told of every other.

use std::ops::Range;

use super::names::is_set;
use super::report::Report;
use super::yaml::{Key, Node};

/// What is said where `noted` has nothing to note.
const NOTES: &str = "a session notes whether a rhythm can be measured, and whether the right entry was found";

/// Looks at the flags of a question in the light of its symptom, which is the root.
pub(super) fn check(key: &Key, question: &Node, root: &Node, report: &mut Report) {
    let flags = Flags { key, question, root };
    flags.first(report);
    flags.noted(report);
    flags.measured(report);
}

struct Flags<'a> {
    key: &'a Key,
    question: &'a Node,
    root: &'a Node,
}

impl<'a> Flags<'a> {
    fn first(&self, report: &mut Report) {
        if !is_set(self.question, "first") {
            return;
        }
        let at = self.at("first");
        if self.root.get("decide").and_then(Node::as_str) == Some("first-match") {
            let message = "`first` in a table: expected the order of its rows to say what is asked first";
            report.error("KB003", &at, message);
        } else if is_set(self.question, "noted") {
            report.error("KB003", &at, "`first` on a question that nobody is asked: expected it without `noted`");
        }
    }

    fn noted(&self, report: &mut Report) {
        if !is_set(self.question, "noted") {
            return;
        }
        match self.question.get("measured-by") {
            Some(word) if word.as_str() == Some("clock") => {
                let message = "what a clock shows is asked for: expected `rhythm` or `entries` beside `noted`";
                report.error_with_help("KB005", &word.span, message, NOTES);
            }
            _ => {}
        }
    }

    fn measured(&self, report: &mut Report) {
        let of = |one: &'a Node| one.get("measured-by").and_then(Node::as_str).map(|word| (word, is_set(one, "noted")));
        let Some(own) = of(self.question) else { return };
        if let Some(other) = self.earlier(|other| of(other) == Some(own)) {
            let message = format!("`measured-by: {}` a second time: it is `{other}` that is measured so", own.0);
            report.error_with_help("KB101", &self.at("measured-by"), message, "leave it to one of them");
        }
    }

    /// The first question before this one of which that is so.
    fn earlier(&self, is_so: impl Fn(&'a Node) -> bool) -> Option<&'a str> {
        let all = self.root.get("questions").map_or(&[][..], Node::entries).iter();
        let mut before = all.take_while(|(other, _)| other.span != self.key.span);
        before.find(|(_, other)| is_so(other)).map(|(other, _)| other.text.as_str())
    }

    /// Where that key of it stands.
    fn at(&self, name: &str) -> Range<usize> {
        let mut keys = self.question.entries().iter().map(|(key, _)| key);
        keys.find(|key| key.text == name).unwrap_or(self.key).span.clone()
    }
}
