//! The causes as Markdown: a table of them, and a catalogue with everything that is said of each.
//!
//! The one idea: both are written from the knowledge, so that nobody keeps a list of causes beside the causes. The words of
//! services stand in for what their screens are called. It must not decide which causes there are.

use std::fmt::Write as _;

use crate::finding::{ProbeWords, Vocabulary};
use crate::knowledge::{Cause, Knowledge, Symptom};
use crate::speech;

/// What a probe looks at, in a few words.
const SEEN: [(&str, &str); 5] = [
    ("clock-reading", "the clock"),
    ("code-match", "codes"),
    ("entry-audit", "entries"),
    ("service-clock", "the service's clock"),
    ("service-record", "the service's record"),
];

/// A row for each cause: its id, what it is, and what it is found by.
pub fn causes_table(knowledge: &Knowledge, vocabulary: &Vocabulary) -> String {
    let mut out = "| cause | what it is | found by |\n| --- | --- | --- |\n".to_owned();
    let mut seen = Vec::new();
    for (_, cause) in all(knowledge) {
        if !seen.contains(&&cause.id) {
            seen.push(&cause.id);
            let _ =
                writeln!(out, "| `{}` | {} | {} |", cause.id, cause.title, found_by(&cause.id, knowledge, vocabulary));
        }
    }
    out
}

/// Everything that is said of each cause, symptom by symptom.
pub fn causes_catalogue(knowledge: &Knowledge, vocabulary: &Vocabulary) -> String {
    let words = speech::words_of(knowledge, None, None);
    let mut out = String::new();
    let mut symptom = None;
    for (about, cause) in all(knowledge) {
        if symptom != Some(&about.id) {
            let _ = writeln!(out, "\n## {}", speech::fill(&about.title, &words));
            symptom = Some(&about.id);
        }
        let _ = write!(
            out,
            "\n### {}\n\n`{}`, {}. Found by: {}.\n",
            speech::fill(&cause.title, &words),
            cause.id,
            word("common", cause.weight, knowledge),
            found_by(&cause.id, knowledge, vocabulary),
        );
        if let Some(section) = knowledge.section(&cause.text) {
            let _ = write!(out, "\n{}\n", speech::fill(&section.body, &words));
        }
        list(&mut out, "Told by", &told_by(about, cause, knowledge), &words);
        list(&mut out, "Helped by", &helped_by(about, cause, knowledge), &words);
    }
    out
}

fn list(out: &mut String, heading: &str, items: &[String], words: &speech::Words) {
    if !items.is_empty() {
        let _ = write!(out, "\n{heading}:\n\n");
        for item in items {
            let _ = writeln!(out, "- {}", speech::fill(item, words));
        }
    }
}

/// Each cause with its symptom, in the order in which symptoms are offered.
fn all(knowledge: &Knowledge) -> impl Iterator<Item = (&Symptom, &Cause)> {
    let rest = knowledge.symptoms.keys().filter(|id| !knowledge.offered.contains(id));
    let symptoms = knowledge.offered.iter().chain(rest).filter_map(|id| knowledge.symptoms.get(id));
    symptoms.flat_map(|symptom| symptom.causes.iter().map(move |cause| (symptom, cause)))
}

fn found_by(cause: &str, knowledge: &Knowledge, vocabulary: &Vocabulary) -> String {
    let measures = |probe: &&ProbeWords| probe.explanations.iter().any(|one| one.id == cause);
    let probes = vocabulary.probes.iter().filter(measures);
    let seen = probes.map(|probe| SEEN.iter().find(|(id, _)| *id == probe.id).map_or(probe.id, |(_, seen)| seen));
    let mut found: Vec<&str> = seen.collect();
    let mut questions = knowledge.symptoms.values().flat_map(|symptom| &symptom.questions);
    if questions.any(|question| question.speaks_of(cause)) {
        found.push("answers");
    }
    if found.is_empty() { "what is left".to_owned() } else { found.join(", ") }
}

fn told_by(symptom: &Symptom, cause: &Cause, knowledge: &Knowledge) -> Vec<String> {
    let answers = symptom.questions.iter().flat_map(|question| question.answers.iter().map(move |one| (question, one)));
    let told = answers.filter_map(|(question, answer)| {
        let (_, often) = answer.given.iter().find(|(of, _)| *of == cause.id)?;
        Some(format!("{} {} ({})", question.ask, answer.label, word("given", *often, knowledge)))
    });
    told.collect()
}

fn helped_by(symptom: &Symptom, cause: &Cause, knowledge: &Knowledge) -> Vec<String> {
    let mut remedies: Vec<_> = symptom.remedies.iter().map(|one| (one.works_for(&cause.id), one)).collect();
    remedies.retain(|(often, _)| *often > 0.0);
    remedies.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let told = remedies.into_iter().filter_map(|(often, remedy)| {
        Some(format!("{} ({})", knowledge.section(&remedy.text)?.title, word("given", often, knowledge)))
    });
    told.collect()
}

/// The word of a scale that has that number.
fn word(scale: &str, number: f64, knowledge: &Knowledge) -> String {
    let scale = knowledge.scales.get(scale).map_or(&[][..], Vec::as_slice);
    let word = scale.iter().find(|(_, one)| one.total_cmp(&number).is_eq()).map(|(word, _)| word.replace('-', " "));
    word.unwrap_or_default()
}
