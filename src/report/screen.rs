//! What a conversation says, as text for a terminal.

use std::fmt::Write as _;

use super::script::{contact_beside, remedy_beside, spoken};
use super::session::{contact, remedy};
use super::{Look, heading};
use crate::knowledge::Knowledge;
use crate::speech::{Words, phrase};
use crate::talk::{Block, Voice};

/// Everything that is said, wrapped. `time` is the right time, for [`Block::ReferenceTime`].
pub fn screen(said: &[Block], knowledge: &Knowledge, words: &Words, time: &str, look: Look) -> String {
    let mut out = String::new();
    let wrapped = |text: &str| textwrap::fill(text, look.width);
    let voiced = |voice: Voice, text: &str| spoken(knowledge, voice, text, words, look);
    let reference = || phrase(knowledge, "reference-time", words).replace("{time}", time);
    let mut below_heading = false;
    for block in said {
        let _ = match block {
            Block::Opening { title, rules, promises } => {
                let _ = writeln!(out, "\n{}", heading(title, look));
                for rule in rules {
                    let options = textwrap::Options::new(look.width).initial_indent("  · ").subsequent_indent("    ");
                    let _ = writeln!(out, "{}", textwrap::fill(rule, options));
                }
                for promise in promises {
                    out.extend([wrapped(promise).as_str(), "\n"]);
                }
                writeln!(out)
            }
            Block::Title(title) => writeln!(out, "{}", heading(title, look)),
            Block::Heading(text) => writeln!(out, "\n{}", heading(text, look)),
            Block::Paragraph(text) => writeln!(out, "{}", wrapped(text)),
            Block::Turn(text) | Block::Finding(text) => writeln!(out, "\n{}", wrapped(text)),
            Block::Section(told) => {
                let gap = if below_heading { "" } else { "\n" };
                writeln!(out, "{gap}{}", remedy(knowledge, &told.section, told.app.as_deref(), words, look))
            }
            Block::Contact(to) => writeln!(out, "{}", contact(knowledge, to, words, look)),
            Block::Voiced(voice, text) => writeln!(out, "\n{}", voiced(*voice, text)),
            Block::SectionBeside(told) => {
                let text = remedy_beside(knowledge, &told.section, told.app.as_deref(), words, look);
                writeln!(out, "\n{text}\n")
            }
            Block::ContactBeside(to) => {
                writeln!(out, "\n{}", voiced(Voice::Say, &contact_beside(knowledge, to, words, look)))
            }
            Block::ReferenceTime(None) => writeln!(out, "{}", wrapped(&reference())),
            Block::ReferenceTime(Some(voice)) => writeln!(out, "\n{}", voiced(*voice, &reference())),
            // On a line of its own: it is read out character by character.
            Block::SupportCode { says, code } => {
                writeln!(out, "\n{}\n\n{}", wrapped(says), heading(&indented(code, look), look))
            }
            Block::ToCopy { says, lines } => {
                let lines: Vec<String> = lines.iter().map(|line| wrapped(line)).collect();
                writeln!(out, "\n{}\n\n{}", wrapped(says), lines.join("\n"))
            }
        };
        below_heading = matches!(block, Block::Heading(_));
    }
    out
}

/// A code below what says what to do with it, on as many lines as it needs, broken between its groups.
fn indented(code: &str, look: Look) -> String {
    let room = look.width.saturating_sub(4).max(5);
    let mut lines = vec![String::new()];
    for group in code.split_inclusive('-') {
        if lines.last().is_some_and(|line| line.len() + group.len() > room) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(group);
        }
    }
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
