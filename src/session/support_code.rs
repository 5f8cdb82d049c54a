//! A few characters that carry a session from a person to an agent, read out over the telephone.
//!
//! The one idea: everything that a session knows is a choice among few, so all choices together are one number in mixed
//! radix; what was not asked takes next to no room. It holds no secret and no code; offsets and other details stay behind.
//! Whoever brings a code says what it says: it is told as theirs, and proves nothing.

use std::collections::BTreeSet;

use thiserror::Error;

use super::spelled::{Number, is_of_earlier_form};
use super::state::Session;
use super::transcript::{Event, Mode, Transcript, Tried};
use crate::finding::{CODE_MATCH, Detail, Finding, Measure, Reading, Source, Vocabulary};
use crate::knowledge::{App, Knowledge, Symptom};
use crate::verdict::{Conclusion, UNSURE};

/// How many digests of knowledge are told apart.
const MARKS: u64 = 1 << 10;
/// Questions whose subset is one digit: so many at once that the number of subsets is still a `u64`.
const BLOCK: usize = 60;
/// Likelihood ratios that stand for a conclusion once the codes are gone, and somebody else's word is all there is.
const RATIOS: [f64; 3] = [1.0, 10.0, 30.0];
const CONCLUSIONS: [Conclusion; 3] = [Conclusion::Undetermined, Conclusion::Likely, Conclusion::Confirmed];

/// Why a support code cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SupportCodeError {
    /// Characters or length are off, or the check is.
    #[error("this is no support code; one of its characters may have been misheard")]
    Misheard,
    /// It was made by a release that wrote them otherwise.
    #[error(
        "this support code is of an earlier form, which an older otp-doctor made; it cannot be read any more, so begin without it"
    )]
    Earlier,
    /// It was made with other knowledge, or for a service whose screens say other things.
    #[error("this support code was made with another release of the knowledge, or for another service (see --service)")]
    OtherKnowledge,
}

/// What a comparison of codes came to in the session that a support code is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// The trouble, by id.
    pub symptom: String,
    /// The cause that led, by id; `None` where nothing known explained the codes.
    pub cause: Option<String>,
    /// How sure that was there.
    pub conclusion: Conclusion,
    /// Which trouble of the call that was, counted from 0: somebody may come back to one.
    pub(super) place: usize,
}

/// A trouble of the call, with what belongs to it.
struct Trouble<'k> {
    symptom: &'k Symptom,
    /// Places of questions and of their answers; the place behind the last is "I am not sure".
    answers: Vec<(usize, usize)>,
    /// Places of remedies, with what came of them, in the order of the call.
    tried: Vec<(usize, Tried)>,
    /// The place of the cause that leads, behind the last for none, and of the conclusion.
    compared: Option<(usize, usize)>,
}

/// The code for a session with a symptom; `None` before that.
pub fn support_code(session: &Session<'_>) -> Option<String> {
    let knowledge = session.knowledge();
    let troubles = troubles(session);
    if troubles.is_empty() {
        return None;
    }
    // In the order in which they are taken out.
    let mut digits = vec![(mark(knowledge), MARKS)];
    let apps = knowledge.apps.len() as u64;
    digits.push((app(session), apps + 3));
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for trouble in &troubles {
        let symptoms = &knowledge.symptoms;
        let place = symptoms.keys().position(|id| *id == trouble.symptom.id)?;
        digits.push((place as u64 + 1, symptoms.len() as u64 + 1));
        let open = open(trouble.symptom, &told);
        for block in open.chunks(BLOCK) {
            let answered = trouble.answers.iter().filter(|(question, _)| block.contains(question));
            let answered: Vec<&(usize, usize)> = answered.collect();
            let places = answered.iter().filter_map(|(question, _)| block.iter().position(|one| one == question));
            digits.push((answered.len() as u64, block.len() as u64 + 1));
            digits.push((rank(places), choose(block.len(), answered.len())));
            let answer = |(question, answer): &&(usize, usize)| {
                (*answer as u64, trouble.symptom.questions[*question].answers.len() as u64 + 1)
            };
            digits.extend(answered.iter().map(answer));
        }
        let mut left: Vec<usize> = (0..trouble.symptom.remedies.len()).collect();
        for (remedy, result) in &trouble.tried {
            let place = left.iter().position(|one| one == remedy)?;
            digits.push((place as u64 + 1, left.len() as u64 + 1));
            digits.push((Tried::ALL.iter().position(|one| one == result)? as u64, Tried::ALL.len() as u64));
            left.remove(place);
        }
        digits.push((0, left.len() as u64 + 1));
        digits.push((u64::from(trouble.compared.is_some()), 2));
        if let Some((cause, conclusion)) = trouble.compared {
            digits.push((cause as u64, trouble.symptom.causes.len() as u64 + 1));
            digits.push((conclusion as u64, CONCLUSIONS.len() as u64));
        }
        told.extend(trouble.answers.iter().map(|(question, _)| trouble.symptom.questions[*question].id.as_str()));
    }
    let mut number = Number::default();
    for (digit, radix) in digits.into_iter().rev() {
        number.put(digit, radix);
    }
    number.spelled()
}

/// A session for an agent with everything that the code carries.
///
/// # Errors
/// The code is misheard, of an earlier form, or was made with other knowledge.
pub fn from_support_code<'a>(
    code: &str,
    knowledge: &'a Knowledge,
    vocabulary: &Vocabulary,
    service: Option<String>,
    reference: Option<String>,
) -> Result<Session<'a>, SupportCodeError> {
    use SupportCodeError::{Earlier, Misheard, OtherKnowledge};
    let Some(mut number) = Number::read(code) else {
        return Err(if is_of_earlier_form(code) { Earlier } else { Misheard });
    };
    if number.take(MARKS) != mark(knowledge) {
        return Err(OtherKnowledge);
    }
    let mut session = Session::new(knowledge, Mode::Agent, service, reference);
    let app = match number.take(knowledge.apps.len() as u64 + 3) {
        0 => None,
        1 => Some(UNSURE.to_owned()),
        2 => Some(App::OTHER.to_owned()),
        place => knowledge.apps.keys().nth(place as usize - 3).cloned(),
    };
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for place in 0.. {
        let Some(trouble) = trouble(&mut number, knowledge, &told) else { break };
        let symptom = trouble.symptom;
        session.record(Event::About(symptom.id.clone()));
        for (question, answer) in trouble.answers {
            let question = &symptom.questions[question];
            let answer = question.answers.get(answer).map_or(UNSURE, |answer| &answer.id).to_owned();
            session.record(Event::Asked { question: question.id.clone(), answer });
            told.insert(&question.id);
        }
        for (remedy, result) in trouble.tried {
            session.record(Event::Tried { remedy: symptom.remedies[remedy].id.clone(), result });
        }
        if let Some((cause, conclusion)) = trouble.compared {
            let cause = symptom.causes.get(cause).map(|cause| cause.id.clone());
            let found = cause.as_ref().and_then(|cause| finding(cause, conclusion, vocabulary));
            let (symptom, conclusion) = (symptom.id.clone(), CONCLUSIONS[conclusion]);
            session.brought.push(Brought { symptom, cause, conclusion, place });
            if let Some(found) = found {
                session.record(Event::Observed(found));
            }
        }
    }
    if let Some(answer) = app.filter(|_| session.symptom().is_some()) {
        session.record(Event::Asked { question: App::ASKED.to_owned(), answer });
    }
    // Nothing is left over, and there is no code of nothing.
    if number.is_zero() && session.symptom().is_some() { Ok(session) } else { Err(Misheard) }
}

/// The next trouble that the number holds.
fn trouble<'k>(number: &mut Number, knowledge: &'k Knowledge, told: &BTreeSet<&str>) -> Option<Trouble<'k>> {
    let place = number.take(knowledge.symptoms.len() as u64 + 1).checked_sub(1)?;
    let symptom = knowledge.symptoms.values().nth(place as usize)?;
    let mut answers = Vec::new();
    for block in open(symptom, told).chunks(BLOCK) {
        let count = number.take(block.len() as u64 + 1) as usize;
        for place in unranked(number.take(choose(block.len(), count)), count, block.len()) {
            let question = block[place];
            answers.push((question, number.take(symptom.questions[question].answers.len() as u64 + 1) as usize));
        }
    }
    let mut left: Vec<usize> = (0..symptom.remedies.len()).collect();
    let mut tried = Vec::new();
    while let Some(place) = number.take(left.len() as u64 + 1).checked_sub(1) {
        let remedy = left.remove(place as usize);
        tried.push((remedy, Tried::ALL[number.take(Tried::ALL.len() as u64) as usize]));
    }
    let compared = (number.take(2) == 1).then(|| {
        let cause = number.take(symptom.causes.len() as u64 + 1) as usize;
        (cause, number.take(CONCLUSIONS.len() as u64) as usize)
    });
    Some(Trouble { symptom, answers, tried, compared })
}

/// The troubles of a session in order. What was said again counts once, as it was said last, and an answer that two troubles ask
/// for is the first one's.
fn troubles<'k>(session: &Session<'k>) -> Vec<Trouble<'k>> {
    let knowledge = session.knowledge();
    let events: Vec<&Event> = session.events().collect();
    let mut troubles: Vec<(Trouble<'k>, bool)> = Vec::new();
    let mut ends = Vec::new();
    for (at, event) in events.iter().enumerate() {
        match (event, troubles.last_mut()) {
            (Event::About(id), _) => {
                let Some(symptom) = knowledge.symptoms.get(id) else { continue };
                ends.push(at);
                troubles.push((Trouble { symptom, answers: Vec::new(), tried: Vec::new(), compared: None }, false));
            }
            (Event::Observed(finding), Some((_, compares))) => {
                *compares |= finding.source == Source::Codes && matches!(finding.reading, Reading::Measured(_));
            }
            (Event::Tried { remedy, result }, Some((trouble, _))) => {
                let again = |event: &&Event| matches!(event, Event::Tried { remedy: other, .. } if other == remedy);
                let place = trouble.symptom.remedies.iter().position(|one| one.id == *remedy);
                if let Some(place) = place.filter(|_| !events[at + 1..].iter().any(again)) {
                    trouble.tried.push((place, *result));
                }
            }
            _ => {}
        }
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let ends = ends.into_iter().skip(1).chain([events.len()]);
    for (place, ((trouble, compares), end)) in troubles.iter_mut().zip(ends).enumerate() {
        for asked in open(trouble.symptom, &told) {
            let question = &trouble.symptom.questions[asked];
            let Some(answer) = session.state().answers.get(&question.id) else { continue };
            let known = question.answers.iter().position(|one| one.id == *answer);
            let known = known.or_else(|| (answer == UNSURE).then_some(question.answers.len()));
            trouble.answers.extend(known.map(|known| (asked, known)));
        }
        told.extend(trouble.answers.iter().map(|(question, _)| trouble.symptom.questions[*question].id.as_str()));
        // What was brought is passed on as it was told, even that nothing known explained the codes.
        let brought = session.brought.iter().find(|one| one.place == place && one.symptom == trouble.symptom.id);
        trouble.compared = match brought {
            Some(brought) => told_as(trouble.symptom, brought.cause.as_deref(), brought.conclusion),
            None if *compares => seen(session, trouble.symptom, &events[..end]),
            None => None,
        };
    }
    troubles.into_iter().map(|(trouble, _)| trouble).collect()
}

/// The leading cause of the comparison of codes once so much had happened, and how sure it was.
fn seen(session: &Session<'_>, symptom: &Symptom, events: &[&Event]) -> Option<(usize, usize)> {
    let events = events.iter().map(|event| (*event).clone()).collect();
    let until =
        Session::resume(session.knowledge(), Transcript { header: session.transcript().header.clone(), events });
    let verdict = until.verdict()?;
    told_as(symptom, Some(&verdict.first().cause), verdict.conclusion)
}

/// The places of a cause, behind the last for none that is known, and of a conclusion.
fn told_as(symptom: &Symptom, cause: Option<&str>, conclusion: Conclusion) -> Option<(usize, usize)> {
    let cause = symptom.causes.iter().position(|one| Some(one.id.as_str()) == cause);
    let conclusion = CONCLUSIONS.iter().position(|one| *one == conclusion)?;
    Some((cause.unwrap_or(symptom.causes.len()), conclusion))
}

/// What the person's comparison of codes came to, as a finding that can prove nothing.
fn finding(cause: &str, conclusion: usize, vocabulary: &Vocabulary) -> Option<Finding> {
    let probe = vocabulary.probes.iter().find(|probe| probe.id == CODE_MATCH)?;
    let words = probe.explanations.iter().find(|words| words.id == cause)?;
    let measure = Measure {
        explanation: words.id,
        with: None,
        ratio: RATIOS[conclusion],
        chance: 1e-2,
        codes: 1,
        tried: 1,
        provable: false,
        detail: Detail::default(),
    };
    Some(Finding { probe: probe.id, source: Source::Codes, compared: 1, reading: Reading::Measured(vec![measure]) })
}

/// Which app was named: 0 for none.
fn app(session: &Session<'_>) -> u64 {
    let Some(answer) = session.state().answers.get(App::ASKED) else { return 0 };
    let place = session.knowledge().apps.keys().position(|id| id == answer);
    match (place, answer.as_str()) {
        (Some(place), _) => place as u64 + 3,
        (None, UNSURE) => 1,
        (None, App::OTHER) => 2,
        (None, _) => 0,
    }
}

/// The places of the questions that no trouble before has an answer to.
fn open(symptom: &Symptom, told: &BTreeSet<&str>) -> Vec<usize> {
    let open = |place: &usize| !told.contains(symptom.questions[*place].id.as_str());
    (0..symptom.questions.len()).filter(open).collect()
}

/// In how many ways `few` of `many` can be picked; `many` is [`BLOCK`] at most.
fn choose(many: usize, few: usize) -> u64 {
    let ways = (0..few).fold(1_u128, |ways, at| ways * (many.saturating_sub(at)) as u128 / (at as u128 + 1));
    ways as u64
}

/// The number of a subset among all of its size: its places in ascending order, each counted from 0.
fn rank(places: impl Iterator<Item = usize>) -> u64 {
    places.enumerate().map(|(at, place)| choose(place, at + 1)).sum()
}

/// The subset of this number, of so many places, each less than `many`.
fn unranked(mut rank: u64, count: usize, many: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut below = many;
    for size in (1..=count).rev() {
        let place = (0..below).rev().find(|place| choose(*place, size) <= rank).unwrap_or(0);
        rank -= choose(place, size);
        places.push(place);
        below = place;
    }
    places.reverse();
    places
}

fn mark(knowledge: &Knowledge) -> u64 {
    u64::from_str_radix(&knowledge.digest, 16).unwrap_or(0) % MARKS
}
