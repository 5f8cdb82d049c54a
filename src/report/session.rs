//! Remedies and contacts on a screen.

use std::fmt::Write as _;

use super::text::{BOLD, painted};
use super::{Look, prose};
use crate::knowledge::{Contact, Knowledge, SectionRef};
use crate::speech::{Words, fill, phrase};

/// A remedy with its steps.
pub(super) fn remedy(knowledge: &Knowledge, at: &SectionRef, app: Option<&str>, words: &Words, look: Look) -> String {
    let Some(section) = knowledge.told(at, app) else { return String::new() };
    let title = fill(&section.title, words);
    let body = fill(&section.body, words);
    format!("{}\n{}\n", heading(&title, look), prose::render(&body, look.width, look.styled))
}

/// A line that stands out, or lines where it is too long for one.
pub fn heading(text: &str, look: Look) -> String {
    let lines = textwrap::wrap(text, look.width).into_iter();
    lines.map(|line| painted(&line, BOLD, look.styled)).collect::<Vec<_>>().join("\n")
}

/// Whom to turn to, and what to have ready.
pub(super) fn contact(knowledge: &Knowledge, contact: &Contact, words: &Words, look: Look) -> String {
    let says = fill(&contact.says, words);
    let mut out = textwrap::fill(&says, look.width);
    let _ = write!(out, "\n\n{}\n", heading(&phrase(knowledge, "have-ready", words), look));
    for thing in &contact.bring {
        let options = textwrap::Options::new(look.width).initial_indent("  · ").subsequent_indent("    ");
        let _ = writeln!(out, "{}", textwrap::fill(&fill(thing, words), options));
    }
    let _ = write!(out, "\n{}", textwrap::fill(&phrase(knowledge, "never-give", words), look.width));
    out
}
