//! What was found, in a sentence or two, and what was told before.

use std::fmt::Write as _;

use super::story::{brought, story};
use super::{Block, Talk};
use crate::finding::{Fact, Source};
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
        let agent = self.session.mode() == Mode::Agent;
        let told = self.told(agent);
        let found = self.session.brought().iter().map(|one| brought(one, &self.session, &self.words));
        let told: Vec<Block> = told.into_iter().chain(found).map(Block::Paragraph).collect();
        let intro = Block::Turn(self.phrase("recap-caller"));
        self.said.extend([intro].into_iter().chain(told));
    }

    /// What somebody did and was told, in sentences of theirs to be handed on.
    pub(super) fn what_i_tried(&self) -> Block {
        Block::ToCopy { says: self.phrase("to-copy"), lines: self.told(false) }
    }

    /// What happened, in sentences for somebody who was not there.
    fn told(&self, agent: bool) -> Vec<String> {
        let story = story(&self.session, &self.words, agent).into_iter().map(|(_, happened)| happened);
        story.filter(|happened| !happened.is_its_own()).map(|happened| happened.sentence(self.speech())).collect()
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
    // What nobody has thought of has no name, and is never said to be likely.
    if verdict.first().cause == UNKNOWN {
        return Some(phrase(knowledge, "no-cause", words));
    }
    let sure = match verdict.conclusion {
        Conclusion::Confirmed => "sure",
        Conclusion::Likely => "likely",
        Conclusion::Undetermined => "undetermined",
    };
    let text = match verdict.conclusion {
        Conclusion::Undetermined => {
            let named = verdict.causes.iter().filter(|one| one.cause != UNKNOWN && one.probability >= WORTH_NAMING);
            let titles = named.take(MOST_NAMED).filter_map(|one| Some(fill(&symptom.cause(&one.cause)?.title, words)));
            let titles: Vec<String> = titles.collect();
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            format!("{}.", Speech::of(knowledge).either(&titles))
        }
        _ => cause(knowledge, symptom, verdict, words).unwrap_or_else(|| phrase(knowledge, "no-cause", words)),
    };
    let mut sentences = format!("{text} {}", phrase(knowledge, sure, words));
    let compared = session.state().findings.iter().any(|finding| finding.source == Source::Codes);
    if verdict.conclusion == Conclusion::Likely && !compared {
        let _ = write!(sentences, " {}", phrase(knowledge, "cannot-know", words));
    }
    Some(sentences)
}

/// The last screen: what it was, what helped or will be tried, and what keeps it from coming again, a sentence or two each.
pub(super) fn closing(session: &Session<'_>, words: &Words) -> Vec<String> {
    let (knowledge, state) = (session.knowledge(), session.state());
    let speech = Speech::of(knowledge);
    let title = |id: &String| {
        let mut symptoms = state.visited.iter().rev().filter_map(|id| knowledge.symptoms.get(id));
        let remedy = symptoms.find_map(|symptom| symptom.remedy(id))?;
        Some(fill(&knowledge.section(remedy.section(session.mode() == Mode::Agent))?.title, words))
    };
    let helped: Vec<String> = state.helped.iter().filter_map(title).collect();
    let mut said = Vec::new();
    if let Some((symptom, verdict)) = session.symptom().zip(session.verdict()).filter(|_| !helped.is_empty()) {
        let first = verdict.first();
        let leads = symptom.cause(&first.cause).filter(|_| first.probability >= WORTH_NAMING);
        let was = match leads {
            Some(leads) => {
                let sure = verdict.conclusion == Conclusion::Confirmed;
                let title = speech.fill(&leads.title, &first.detail, words);
                speech.say(if sure { "it-was" } else { "it-was-probably" }, &[("cause", &title)])
            }
            None => phrase(knowledge, "it-was-open", words),
        };
        let avoid = leads.and_then(|leads| leads.avoid.as_ref()).map(|avoid| fill(avoid, words));
        said.push([Some(was), avoid].into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    let remedies: Vec<&str> = helped.iter().map(String::as_str).collect();
    if !remedies.is_empty() {
        said.push(speech.say("it-helped", &[("remedy", &speech.list(&remedies))]));
    }
    let later = state.put_off().and_then(title);
    said.extend(later.map(|remedy| speech.say("to-be-tried", &[("remedy", &remedy)])));
    said
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
    let mut said = says.map_or_else(|| format!("{title}."), |says| format!("{title}. {says}"));
    if let Some(Fact::Text(look)) = first.detail.get("looks_like") {
        let _ = write!(said, " {}", speech.say("looks-like", &[("look", &speech.text(look))]));
    }
    Some(said)
}
