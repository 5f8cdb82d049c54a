//! A diagnosis as Markdown, for a ticket.

use std::fmt::Write as _;

use super::{Subject, text};
use crate::session::Next;
use crate::speech::{fill, foreign};
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
    let mut out = String::new();
    let verdict = subject.diagnosis.verdict.as_ref();
    let open = verdict.is_some_and(|verdict| verdict.conclusion == Conclusion::Undetermined);
    let conclusion = match verdict {
        Some(verdict) => text::conclusion(verdict.conclusion, speech),
        None => speech.phrase(text::decided(subject.diagnosis)),
    };
    let headline = if subject.diagnosis.guesses.is_some() {
        text::uncapital(speech.phrase("guessing"))
    } else if open {
        text::uncapital(speech.phrase("not-settled"))
    } else if let Some(verdict) = verdict {
        text::headline(subject, verdict)
    } else {
        subject.symptom().map_or_else(String::new, |symptom| fill(&symptom.title, &subject.words))
    };
    let _ = writeln!(out, "## {conclusion}: {headline}");
    if let Some(id) = &subject.diagnosis.id {
        let _ = writeln!(out, "\n{}", speech.say("case", &[("id", &foreign::markdown(id))]));
    }
    if let Some(guesses) = subject.diagnosis.guesses {
        let _ = writeln!(out, "\n{}", text::guessed(guesses, speech));
        return out;
    }
    let sentences = verdict.map(|verdict| text::sentences(subject, verdict.first())).unwrap_or_default();
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
    if let Next::Remedy(id) = &subject.diagnosis.step.next
        && let Some(remedy) = subject.symptom().and_then(|symptom| symptom.remedy(id))
        && let Some(section) = subject.knowledge.section(&remedy.text)
    {
        let _ = writeln!(out, "\n### {}\n", section.title);
        let _ = writeln!(out, "{}", fill(&section.body, &subject.words).trim());
    }
    out
}
