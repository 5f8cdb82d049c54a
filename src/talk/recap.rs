//! What was found, in a sentence or two, and what was told before.

use std::fmt::Write as _;

use super::story::{brought, story};
use super::{Block, Talk};
use crate::finding::Source;
use crate::knowledge::{Knowledge, Symptom};
use crate::session::{Mode, Session};
use crate::speech::{Speech, Words, fill, phrase};
use crate::verdict::{Conclusion, UNKNOWN, Verdict};

/// Causes that are named while nothing is settled: each at least so probable, and no more than so many.
const WORTH_NAMING: f64 = 0.1;
const MOST_NAMED: usize = 3;

impl Talk<'_> {
    /// Says what the caller's support code carried, as theirs, before anything else.
    pub fn recap(&mut self) {
        let (agent, speech) = (self.session.mode() == Mode::Agent, self.speech());
        let told = story(&self.session, &self.words, agent).into_iter().map(|one| one.sentence(speech));
        let found = self.session.brought().iter().map(|one| brought(one, &self.session, &self.words));
        let told: Vec<Block> = told.chain(found).map(Block::Paragraph).collect();
        let intro = Block::Turn(self.phrase("recap-caller"));
        self.said.extend([intro].into_iter().chain(told));
    }

    /// What somebody did and was told, in sentences of theirs to be handed on.
    pub(super) fn what_i_tried(&self) -> Block {
        let told = story(&self.session, &self.words, false).into_iter().map(|one| one.sentence(self.speech()));
        Block::ToCopy { says: self.phrase("to-copy"), lines: told.collect() }
    }
}

/// The cause that leads, in a sentence, with how sure that is; `None` for a symptom that only follows rules, or while
/// nothing has been found out.
pub fn found(session: &Session<'_>, words: &Words) -> Option<String> {
    let (symptom, verdict) = (session.symptom()?, session.verdict()?);
    if symptom.causes.is_empty() || session.state().answers.len() < 2 {
        return None;
    }
    let knowledge = session.knowledge();
    let sure = match verdict.conclusion {
        Conclusion::Confirmed => "sure",
        Conclusion::Likely => "likely",
        Conclusion::Undetermined => "undetermined",
    };
    let mut text = cause(knowledge, symptom, verdict, words).unwrap_or_else(|| phrase(knowledge, "no-cause", words));
    if verdict.conclusion == Conclusion::Undetermined {
        let named = verdict.causes.iter().filter(|one| one.cause != UNKNOWN && one.probability >= WORTH_NAMING);
        let named = named.take(MOST_NAMED).filter_map(|one| Some(symptom.cause(&one.cause)?.title.clone()));
        text = named.map(|title| format!("{}?", fill(&title, words))).collect::<Vec<_>>().join(" ");
    }
    let mut sentences = format!("{text} {}", phrase(knowledge, sure, words));
    let compared = session.state().findings.iter().any(|finding| finding.source == Source::Codes);
    if verdict.conclusion == Conclusion::Likely && !compared {
        let _ = write!(sentences, " {}", phrase(knowledge, "cannot-know", words));
    }
    Some(sentences)
}

fn cause(knowledge: &Knowledge, symptom: &Symptom, verdict: &Verdict, words: &Words) -> Option<String> {
    let (first, speech) = (verdict.first(), Speech::of(knowledge));
    let cause = symptom.cause(&first.cause)?;
    let title = speech.fill(&cause.title, &first.detail, words);
    if let Some(said) = verdict.family.as_ref().and_then(|family| speech.family(family, &title, &first.detail, words)) {
        return Some(said);
    }
    let says =
        cause.says.as_ref().map(|says| speech.fill(says, &first.detail, words)).filter(|says| !says.contains('{'));
    Some(says.map_or_else(|| format!("{title}."), |says| format!("{title}. {says}")))
}
