//! A few characters that carry a session from a person to an agent, read out over the telephone.
//!
//! The one idea: everything that a session knows of its symptom is a choice among few, so all choices together are one
//! number in mixed radix. It holds no secret and no code; offsets and other details stay behind.

use thiserror::Error;

use super::state::Session;
use super::transcript::{Event, Mode};
use crate::finding::{CODE_MATCH, Detail, Finding, Measure, Reading, Source, Vocabulary};
use crate::knowledge::{Knowledge, Symptom};
use crate::verdict::{Conclusion, UNSURE};

/// Without letters that are misheard or misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SHORTEST: usize = 12;
const LONGEST: usize = 20;
const GROUP: usize = 4;
/// How many values the checksum and the mark of the knowledge take each.
const CHECK: u128 = 1 << 10;
/// Likelihood ratios that stand for a conclusion once the codes are gone.
const RATIOS: [f64; 3] = [1.0, 30.0, 1e6];

/// Why a support code cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SupportCodeError {
    /// Characters or length are off, or the checksum is.
    #[error("this is no support code; one of its characters may have been misheard")]
    Misheard,
    /// It was made with other knowledge, or for a service whose screens say other things.
    #[error("this support code was made with another release of the knowledge, or for another service (see --service)")]
    OtherKnowledge,
}

/// A number in mixed radix, the last digit put in first.
struct Digits(u128);

impl Digits {
    fn put(&mut self, digit: usize, radix: usize) -> Option<()> {
        self.0 = self.0.checked_mul(radix as u128)?.checked_add(digit as u128)?;
        Some(())
    }

    fn take(&mut self, radix: usize) -> usize {
        let digit = self.0 % radix as u128;
        self.0 /= radix as u128;
        digit as usize
    }
}

/// The code for a session with a symptom; `None` before that, or if it cannot be said in twenty characters.
pub fn support_code(session: &Session<'_>) -> Option<String> {
    let (symptom, state) = (session.symptom()?, session.state());
    let knowledge = session.knowledge();
    let mut digits = Digits(0);
    let (cause, conclusion) = seen(session, symptom);
    digits.put(conclusion, RATIOS.len())?;
    digits.put(cause, symptom.causes.len() + 1)?;
    for remedy in &symptom.remedies {
        digits.put(usize::from(state.failed.contains(&remedy.id)), 2)?;
    }
    for question in &symptom.questions {
        let answer = state.answers.get(&question.id);
        let index = question.answers.iter().position(|one| Some(&one.id) == answer);
        let digit = match (index, answer) {
            (Some(index), _) => index + 2,
            (None, Some(answer)) if answer == UNSURE => 1,
            _ => 0,
        };
        digits.put(digit, question.answers.len() + 2)?;
    }
    digits.put(knowledge.symptoms.keys().position(|id| *id == symptom.id)?, knowledge.symptoms.len())?;
    let marked = digits.0.checked_mul(CHECK)?.checked_add(mark(knowledge))?;
    let checked = marked.checked_mul(CHECK)?.checked_add(checksum(marked))?;
    spelled(checked)
}

/// The leading cause of the comparison of codes, 1-based, and how sure it was.
fn seen(session: &Session<'_>, symptom: &Symptom) -> (usize, usize) {
    let compared = session.state().findings.iter().any(|finding| matches!(finding.reading, Reading::Measured(_)));
    let Some(verdict) = session.verdict().filter(|_| compared) else { return (0, 0) };
    let Some(index) = symptom.causes.iter().position(|cause| cause.id == verdict.first().cause) else { return (0, 0) };
    let conclusion = match verdict.conclusion {
        Conclusion::Undetermined => 0,
        Conclusion::Likely => 1,
        Conclusion::Confirmed => 2,
    };
    (index + 1, conclusion)
}

/// A session for an agent with everything that the code carries.
///
/// # Errors
/// The code is misheard, or was made with other knowledge.
pub fn from_support_code<'a>(
    code: &str,
    knowledge: &'a Knowledge,
    vocabulary: &Vocabulary,
    service: Option<String>,
    reference: Option<String>,
) -> Result<Session<'a>, SupportCodeError> {
    let checked = number(code).ok_or(SupportCodeError::Misheard)?;
    let marked = checked / CHECK;
    if checked % CHECK != checksum(marked) {
        return Err(SupportCodeError::Misheard);
    }
    if marked % CHECK != mark(knowledge) {
        return Err(SupportCodeError::OtherKnowledge);
    }
    let mut digits = Digits(marked / CHECK);
    let id = knowledge.symptoms.keys().nth(digits.take(knowledge.symptoms.len())).ok_or(SupportCodeError::Misheard)?;
    let symptom = &knowledge.symptoms[id];
    let mut session = Session::new(knowledge, Mode::Agent, service, reference);
    session.record(Event::About(id.clone()));
    let mut events = Vec::new();
    for question in symptom.questions.iter().rev() {
        let answer = match digits.take(question.answers.len() + 2) {
            0 => continue,
            1 => UNSURE.to_owned(),
            index => question.answers[index - 2].id.clone(),
        };
        events.push(Event::Asked { question: question.id.clone(), answer });
    }
    for remedy in symptom.remedies.iter().rev() {
        if digits.take(2) == 1 {
            events.push(Event::Tried { remedy: remedy.id.clone(), result: super::Tried::Failed });
        }
    }
    events.reverse();
    for event in events {
        session.record(event);
    }
    let cause = digits.take(symptom.causes.len() + 1);
    let conclusion = digits.take(RATIOS.len());
    if let Some(finding) =
        cause.checked_sub(1).and_then(|index| finding(&symptom.causes[index].id, conclusion, vocabulary))
    {
        session.record(Event::Observed(finding));
    }
    Ok(session)
}

/// What the person's comparison of codes came to, as a finding that cannot prove anything any more.
fn finding(cause: &str, conclusion: usize, vocabulary: &Vocabulary) -> Option<Finding> {
    let probe = vocabulary.probes.iter().find(|probe| probe.id == CODE_MATCH)?;
    let words = probe.explanations.iter().find(|words| words.id == cause)?;
    let measure = Measure {
        explanation: words.id,
        with: None,
        ratio: RATIOS[conclusion],
        chance: if conclusion == 2 { 1e-5 } else { 1e-2 },
        codes: conclusion,
        tried: 0,
        provable: conclusion == 2,
        detail: Detail::default(),
    };
    Some(Finding { probe: probe.id, source: Source::Codes, compared: 0, reading: Reading::Measured(vec![measure]) })
}

fn mark(knowledge: &Knowledge) -> u128 {
    u128::from_str_radix(&knowledge.digest, 16).unwrap_or(0) % CHECK
}

/// A residue by a prime: every single character that is misheard and every swap of neighbours changes it.
fn checksum(number: u128) -> u128 {
    number % 1_021
}

fn spelled(mut number: u128) -> Option<String> {
    let mut characters = Vec::new();
    while number > 0 || characters.len() < SHORTEST {
        characters.push(ALPHABET[(number % 32) as usize]);
        number /= 32;
    }
    characters.reverse();
    let groups: Vec<&str> = characters.chunks(GROUP).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    (characters.len() <= LONGEST).then(|| groups.join("-"))
}

fn number(code: &str) -> Option<u128> {
    let characters: Vec<u8> = code.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'-').collect();
    (SHORTEST..=LONGEST).contains(&characters.len()).then_some(())?;
    characters.into_iter().try_fold(0, |number, character| {
        // Letters that sound or look like a digit are that digit.
        let character = match character.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let digit = ALPHABET.iter().position(|one| *one == character)?;
        Some(number * 32 + digit as u128)
    })
}
