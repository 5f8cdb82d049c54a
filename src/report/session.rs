//! A session on one screen, for the person, and in fifteen lines, for whoever takes over.

use std::fmt::Write as _;

use super::text::{BOLD, conclusion, painted};
use super::{Look, prose};
use crate::knowledge::{Contact, Knowledge, SectionRef, Symptom};
use crate::session::Session;
use crate::speech::{Speech, Words, fill, foreign, phrase};

/// The most lines of a hand-off.
const HANDOFF_LINES: usize = 15;

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

/// At most fifteen lines of Markdown for a ticket: what is wrong, what was asked, tried and found.
pub fn handoff(session: &Session<'_>, words: &Words) -> String {
    let state = session.state();
    let knowledge = session.knowledge();
    let speech = Speech::of(knowledge);
    let mut lines = Vec::new();
    let title = session.symptom().map_or_else(|| speech.phrase("handoff-no-symptom"), |symptom| symptom.title.as_str());
    lines.push(format!("## {}", foreign::markdown(title)));
    if let Some(reference) = &session.transcript().header.reference {
        lines.push(format!("- {}", speech.say("handoff-ticket", &[("ticket", &foreign::markdown(reference))])));
    }
    if let Some(script) = &session.transcript().header.script {
        lines.push(format!("- script: {}", foreign::markdown(script)));
    }
    if let (Some(symptom), Some(verdict)) = (session.symptom(), session.verdict())
        && !symptom.causes.is_empty()
    {
        let named = verdict.causes.iter().filter(|one| one.probability >= 0.1).take(2);
        let causes = named.map(|one| format!("{} ({})", one.cause, speech.percent(one.probability)));
        let conclusion = conclusion(verdict.conclusion, speech);
        lines.push(format!("- {conclusion}: {}", causes.collect::<Vec<_>>().join(", ")));
    }
    for (id, ids) in [("handoff-failed", &state.failed), ("handoff-settled", &state.settled.iter().cloned().collect())]
    {
        if !ids.is_empty() {
            let titles = ids.iter().map(|id| remedy_title(knowledge, session.symptom(), id, words));
            lines.push(format!("- {}", speech.say(id, &[("remedies", &titles.collect::<Vec<_>>().join("; "))])));
        }
    }
    if let Some(verified) = state.verified {
        let id = if verified { "handoff-verified" } else { "handoff-not-verified" };
        lines.push(format!("- {}", speech.phrase(id)));
    }
    let room = HANDOFF_LINES - lines.len() - 1;
    let answers = state.answers.iter().filter(|(question, _)| !knowledge.is_noted(question));
    let answers: Vec<String> = answers.map(|(question, answer)| format!("{question}: {answer}")).collect();
    if answers.len() <= room {
        lines.extend(answers.iter().map(|answer| format!("- {answer}")));
    } else {
        lines.push(format!("- {}", answers.join("; ")));
    }
    let header = &session.transcript().header;
    let made_with = [("version", header.version.as_str()), ("digest", &header.knowledge)];
    lines.push(format!("- {}", speech.say("handoff-knowledge", &made_with)));
    lines.join("\n") + "\n"
}

fn remedy_title(knowledge: &Knowledge, symptom: Option<&Symptom>, id: &str, words: &Words) -> String {
    let at = symptom.and_then(|symptom| symptom.remedy(id)).map(|remedy| &remedy.text);
    let section = at.and_then(|at| knowledge.section(at));
    section.map_or_else(|| id.to_owned(), |section| fill(&section.title, words))
}
