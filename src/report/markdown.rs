//! A diagnosis as Markdown, for a ticket.

use std::fmt::Write as _;

use super::words::fill;
use super::{Subject, foreign, text};
use crate::session::Next;
use crate::verdict::Conclusion;

/// A few short sections. Foreign text in it is no markup, no link and mentions nobody.
pub fn markdown(subject: &Subject<'_>) -> String {
    // Names that others chose go in as placeholders and come out escaped, whatever sentence they stand in.
    let escaped = Subject {
        words: subject.words.iter().map(|(key, word)| (key.clone(), foreign::markdown(word))).collect(),
        entries: subject.entries.iter().map(|(key, entry)| (key.clone(), foreign::markdown(entry))).collect(),
        ..subject.clone()
    };
    let subject = &escaped;
    let speech = subject.speech();
    let verdict = &subject.diagnosis.verdict;
    let first = verdict.first();
    let mut out = String::new();
    let open = verdict.conclusion == Conclusion::Undetermined;
    let headline = if subject.diagnosis.guesses.is_some() {
        text::uncapital(speech.phrase("guessing"))
    } else if open {
        text::uncapital(speech.phrase("not-settled"))
    } else {
        text::named_for_people(subject, first)
    };
    let _ = writeln!(out, "## {}: {headline}", text::conclusion(verdict.conclusion, speech));
    if let Some(id) = &subject.diagnosis.id {
        let _ = writeln!(out, "\n{}", speech.say("case", &[("id", &foreign::markdown(id))]));
    }
    if let Some(guesses) = subject.diagnosis.guesses {
        let _ = writeln!(out, "\n{}", text::guessed(guesses, speech));
        return out;
    }
    let sentences = text::sentences(subject, first);
    if !sentences.is_empty() && !open {
        let _ = writeln!(out, "\n{}", sentences.join(" "));
    }
    if open {
        let _ = writeln!(out, "\n### {}\n", speech.phrase("could-be-title"));
        for ranked in text::worth_naming(subject) {
            let percent = speech.percent(ranked.probability);
            let _ = writeln!(out, "- {} ({percent})", text::named_for_people(subject, ranked));
        }
    }
    let _ = writeln!(out, "\n### {}\n", speech.phrase("how-sure"));
    for sentence in text::certainty(subject) {
        let _ = writeln!(out, "- {sentence}");
    }
    for (heading, speaks) in [("speaks-for", true), ("speaks-against", false)] {
        let telling = text::telling(subject, speaks);
        if !telling.is_empty() {
            let _ = writeln!(out, "\n### {}\n", speech.phrase(heading));
            for piece in telling {
                let _ = writeln!(out, "- {}", text::finding(piece, subject));
            }
        }
    }
    let clocks = super::clocks::sentences(subject);
    if !clocks.is_empty() {
        let _ = writeln!(out, "\n### {}\n", speech.phrase("clocks"));
        for clock in clocks {
            let _ = writeln!(out, "- {clock}");
        }
    }
    if let Next::Remedy(id) = &subject.diagnosis.next.next
        && let Some(remedy) = subject.symptom().and_then(|symptom| symptom.remedy(id))
        && let Some(section) = subject.knowledge.section(&remedy.text)
    {
        let _ = writeln!(out, "\n### {}\n", section.title);
        let _ = writeln!(out, "{}", fill(&section.body, &subject.words).trim());
    }
    out
}
