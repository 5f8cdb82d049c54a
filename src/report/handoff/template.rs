//! A hand-off in the form that a help desk wants for its tickets.
//!
//! The one idea: a template is text with named places; what belongs to a place comes line by line, each with what stands around the
//! place, and a line whose places are all empty is left out. It must not have conditions.

use super::{Found, Handoff, MARKDOWN, TEXT};
use crate::diagnostic::{Diagnostic, Place};
use crate::report::unknown;
use crate::session::Tried;
use crate::talk::Happened;

/// What a template may name.
const NAMES: [&str; 13] = [
    "ticket", "agent", "began", "script", "troubles", "said", "tried", "helped", "notes", "found", "verified", "ended",
    "contact",
];
/// And what the hand-off was made with.
const MADE_WITH: &str = "knowledge";

/// A template that was read.
pub struct Template<'t> {
    lines: Vec<Vec<Piece<'t>>>,
}

enum Piece<'t> {
    Text(&'t str),
    Place(&'t str),
}

impl<'t> Template<'t> {
    /// Reads a template; `name` is that of its file.
    ///
    /// # Errors
    /// Every place whose name is not known.
    pub fn read(name: &str, text: &'t str) -> Result<Self, Vec<Diagnostic>> {
        let known = || NAMES.into_iter().chain([MADE_WITH]);
        let mut flaws = Vec::new();
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let own = line.trim_end_matches(['\n', '\r']);
            let (mut pieces, mut at) = (Vec::new(), 0);
            while let Some((open, close)) = place_in(own, at) {
                let named = &own[open + 1..close];
                if !known().any(|one| one == named) {
                    let place = Place::span(name, text, start + open..start + close + 1);
                    flaws.push(unknown("HT001", place, "place", named, &known().collect::<Vec<_>>()));
                }
                pieces.extend([Piece::Text(&own[at..open]), Piece::Place(named)]);
                at = close + 1;
            }
            pieces.push(Piece::Text(&own[at..]));
            lines.push(pieces);
            start += line.len();
        }
        if flaws.is_empty() { Ok(Self { lines }) } else { Err(flaws) }
    }
}

/// The next place in a line: its braces. What is in other braces is text.
fn place_in(line: &str, from: usize) -> Option<(usize, usize)> {
    line[from..].match_indices('{').find_map(|(open, _)| {
        let open = from + open;
        let name: &str = line[open + 1..].split('}').next()?;
        let close = open + 1 + name.len();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (is_name && line[close..].starts_with('}')).then_some((open, close))
    })
}

impl Handoff<'_> {
    /// The template with everything in its place: for Markdown, or as plain text.
    pub fn filled(&self, template: &Template<'_>, markdown: bool) -> String {
        let mut out = String::new();
        for line in &template.lines {
            let values: Vec<Vec<String>> = line
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => vec![(*text).to_owned()],
                    Piece::Place(name) => self.told(name, markdown),
                })
                .collect();
            let places = || line.iter().zip(&values).filter(|(piece, _)| matches!(piece, Piece::Place(_)));
            if places().count() > 0 && places().all(|(_, value)| value.is_empty()) {
                continue;
            }
            // With one place in it there is a line for each of its values; several share one.
            let rows =
                if places().count() == 1 { places().map(|(_, value)| value.len()).max().unwrap_or(1) } else { 1 };
            for row in 0..rows {
                for (piece, value) in line.iter().zip(&values) {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Place(_) if rows > 1 => out.push_str(&value[row]),
                        Piece::Place(_) => out.push_str(&value.join("; ")),
                    }
                }
                out.push('\n');
            }
        }
        out
    }

    /// What belongs to a place, line by line.
    fn told(&self, name: &str, markdown: bool) -> Vec<String> {
        let form = if markdown { MARKDOWN } else { TEXT };
        let speech = self.speech;
        let happened = || self.before.iter().chain(self.troubles.iter().flat_map(|trouble| &trouble.happened));
        let sentences = |wanted: &dyn Fn(&Happened<'_>) -> bool| -> Vec<String> {
            happened().filter(|one| wanted(one)).map(|one| (form.own)(&one.sentence(speech))).collect()
        };
        let one = |text: &Option<String>, form: fn(&str) -> String| text.iter().map(|text| form(text)).collect();
        match name {
            "ticket" => one(&self.ticket, form.short),
            "agent" => {
                let all: Vec<String> = self.agents.iter().map(|agent| (form.short)(agent)).collect();
                Some(all.join(" → ")).filter(|all| !all.is_empty()).into_iter().collect()
            }
            "began" => self.began.and_then(super::super::calls::instant).into_iter().collect(),
            "script" => one(&self.script, form.own),
            "troubles" => self.troubles.iter().map(|trouble| (form.own)(&trouble.title)).collect(),
            "said" => sentences(&|one| matches!(one, Happened::Said { .. })),
            "tried" => sentences(&|one| matches!(one, Happened::Tried { .. })),
            "helped" => {
                let helped = happened().filter_map(|one| match one {
                    Happened::Tried { title, result: Tried::Helped, .. } => Some((form.own)(title)),
                    _ => None,
                });
                helped.collect()
            }
            "notes" => {
                let notes = happened().filter_map(|one| match one {
                    Happened::Note(text) => Some((form.note)(text)),
                    _ => None,
                });
                notes.collect()
            }
            "found" => {
                let found = self.troubles.iter().filter_map(|trouble| trouble.found.as_ref());
                found.map(|found: &Found| (form.own)(&found.sentence(speech))).collect()
            }
            "verified" => {
                let id = match self.verified {
                    Some(true) => "handoff-verified",
                    Some(false) => "handoff-not-verified",
                    None => "handoff-nobody-verified",
                };
                vec![(form.own)(speech.phrase(id))]
            }
            "ended" => vec![(form.own)(speech.phrase(self.end()))],
            "contact" => {
                let contact = self.contact.iter();
                contact.flat_map(|one| [&one.says].into_iter().chain(&one.bring)).map(|text| (form.own)(text)).collect()
            }
            _ => vec![self.made_with.iter().map(|text| (form.short)(text)).collect::<Vec<_>>().join(" ")],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_other_braces_is_text() {
        assert_eq!(place_in("a {b} {c-d}", 0), Some((2, 4)));
        assert_eq!(place_in("a {b} {c-d}", 5), Some((6, 10)));
        assert_eq!(place_in("{{x} {} { a } {1}", 0), Some((1, 3)));
        assert_eq!(place_in("{} { a } {1} {", 0), None);
    }
}
