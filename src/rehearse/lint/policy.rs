//! What the policy makes of the questions and words: KB310, KB407 for questions, KB404 and KB704 for scenarios.

use std::collections::BTreeSet;

use super::places::Places;
use super::walks::Walked;
use crate::diagnostic::Diagnostic;
use crate::engine;
use crate::finding::Finding;
use crate::knowledge::{Decide, Knowledge, Question, Symptom};
use crate::rehearse::drive::{Caller, at_a_loss, drive};
use crate::rehearse::run;
use crate::rehearse::scenario::Scenario;
use crate::session::{Event, Mode, Session};
use crate::talk::{About, Input, Means, Prompt, Talk};
use crate::verdict::{Conclusion, Evidences, UNKNOWN, weigh};

/// A step of a scale that is longer than this is more than a notch.
const LONGEST_NOTCH: f64 = 10.0;

/// Questions that nobody is asked, in the walks so far, in the sessions that make for them, or in any more walks.
pub(super) fn check(
    symptom: &Symptom,
    knowledge: &Knowledge,
    walked: &mut Walked,
    places: &Places,
    found: &mut Vec<Diagnostic>,
) {
    let wanted = not_for_conditions(symptom, knowledge);
    let silent = wanted.into_iter().filter(|question| !walked.asked.contains(&question.id));
    let mut silent: Vec<Silent> = silent.map(|question| Silent { question, most: None }).collect();
    // What is quick to try comes first.
    silent.retain_mut(|silent| !silent.comes_up_after_one(symptom, knowledge));
    let wanted: Vec<&Question> = silent.iter().map(|silent| silent.question).collect();
    walked.go_on(&symptom.id, &wanted, knowledge);
    silent.retain_mut(|silent| {
        !walked.asked.contains(&silent.question.id) && !silent.comes_up_after_two(symptom, knowledge)
    });
    for Silent { question, most } in silent {
        let place = places.key(&symptom.id, &["questions", &question.id]);
        if let Some(gross) = most.map(|most| most + question.cost).filter(|gross| *gross <= question.cost) {
            let message = format!(
                "`{}` costs {:.1}, and saved {:.1} at most in a sample of walks",
                question.id,
                question.cost,
                gross.max(0.0)
            );
            let help = "make its words stronger, ask it before a costly remedy, or take it out";
            found.push(Diagnostic::warning("KB407", place, message).help(help));
        } else {
            let message = format!("`{}` is never asked: in a sample of walks it never came up", question.id);
            let help = "a session knows answers only: a condition on an app or a service does not hold in it";
            found.push(Diagnostic::warning("KB310", place, message).help(help));
        }
    }
}

/// The questions that are weighed and that no condition waits for. One that opens or closes something is not asked for what it
/// says.
pub(super) fn not_for_conditions<'k>(symptom: &'k Symptom, knowledge: &Knowledge) -> Vec<&'k Question> {
    if symptom.decide != Decide::Weigh {
        return Vec::new();
    }
    let gates: BTreeSet<&str> = symptom
        .conditions()
        .flat_map(|condition| condition.0.iter().map(|clause| clause.fact.as_str()))
        .filter(|fact| !knowledge.is_noted(fact))
        .collect();
    let open = |question: &&Question| !question.noted && !gates.contains(question.id.as_str());
    symptom.questions.iter().filter(open).collect()
}

/// A question that did not come up so far.
struct Silent<'a> {
    question: &'a Question,
    /// What it would have saved at most, net of asking; `None` where it could not be asked.
    most: Option<f64>,
}

impl Silent<'_> {
    /// Whether it comes up when somebody has given no answer, or one that bears on the same causes, and is sure of nothing else.
    fn comes_up_after_one(&mut self, symptom: &Symptom, knowledge: &Knowledge) -> bool {
        let told = bearing(self.question, symptom);
        self.comes_up(&[], symptom, knowledge) || told.iter().any(|one| self.comes_up(&[*one], symptom, knowledge))
    }

    /// The same after two answers.
    fn comes_up_after_two(&mut self, symptom: &Symptom, knowledge: &Knowledge) -> bool {
        let told = bearing(self.question, symptom);
        let mut pairs =
            told.iter().enumerate().flat_map(|(at, one)| told[at + 1..].iter().map(move |two| [*one, *two]));
        pairs.any(|pair| self.comes_up(&pair, symptom, knowledge))
    }

    fn comes_up(&mut self, told: &[Told], symptom: &Symptom, knowledge: &Knowledge) -> bool {
        let (asked, saved) = comes_up(self.question, told, symptom, knowledge);
        self.most = saved.into_iter().chain(self.most).max_by(f64::total_cmp);
        asked
    }
}

/// A question and an answer to it.
type Told<'a> = (&'a str, &'a str);

/// The answers of the questions that speak of a cause that `question` speaks of, and those that it waits for, which come first.
fn bearing<'a>(question: &'a Question, symptom: &'a Symptom) -> Vec<Told<'a>> {
    let causes = symptom.causes.iter().filter(|cause| question.speaks_of(&cause.id));
    let causes: Vec<&str> = causes.map(|cause| cause.id.as_str()).collect();
    let awaited = |other: &Question| question.only_when.0.iter().any(|clause| clause.fact == other.id);
    let bears = |other: &&Question| {
        other.id != question.id && (awaited(other) || causes.iter().any(|cause| other.speaks_of(cause)))
    };
    let questions = symptom.questions.iter().filter(bears);
    let answers = questions.flat_map(|one| one.answers.iter().map(move |answer| (one.id.as_str(), answer.id.as_str())));
    let mut told: Vec<Told> = answers.collect();
    // What it waits for comes first: that is most likely to have it come up, and then nothing else has to be tried.
    let opens = |(fact, value): &Told| {
        question.only_when.0.iter().any(|clause| clause.fact == *fact && clause.one_of.iter().any(|one| one == value))
    };
    told.sort_by_key(|one| !opens(one));
    told
}

/// Whether the question comes up after what was told, and what it would have saved at most on the way.
fn comes_up(question: &Question, told: &[Told], symptom: &Symptom, knowledge: &Knowledge) -> (bool, Option<f64>) {
    let mut session = Session::new(knowledge, Mode::Person, None, None);
    session.record(Event::About(symptom.id.clone()));
    for (question, answer) in told {
        session.record(Event::Asked { question: (*question).to_owned(), answer: (*answer).to_owned() });
    }
    let mut waiting = WaitsFor { question, asked: false, most: None };
    drive(&mut Talk::new(session, Means { live: true, ..Means::default() }), &mut waiting);
    (waiting.asked, waiting.most)
}

/// Whoever is sure of nothing and is helped by nothing, until a question comes up.
struct WaitsFor<'a> {
    question: &'a Question,
    asked: bool,
    most: Option<f64>,
}

impl Caller for WaitsFor<'_> {
    fn does(&mut self, talk: &Talk<'_>, prompt: &Prompt) -> Input {
        let session = talk.session();
        self.asked = prompt.choose().is_some_and(|one| one.about == About::Question(self.question.id.clone()));
        if self.asked || session.state().visited.len() > 1 {
            return Input::Quit;
        }
        self.most = session.saving(&self.question.id).into_iter().chain(self.most).max_by(f64::total_cmp);
        at_a_loss(prompt)
    }
}

/// Scenarios that pass by the order of the file only, and conclusions that one notch of a word turns round.
pub(super) fn check_scenarios(
    scenarios: &[&Scenario],
    knowledge: &Knowledge,
    places: &Places,
    found: &mut Vec<Diagnostic>,
) {
    if scenarios.is_empty() {
        return;
    }
    let reversed = reversed(knowledge);
    for scenario in scenarios.iter().filter(|scenario| !scenario.is_reported()) {
        // One that fails is told by `kb test`.
        if run(scenario, knowledge).is_empty() {
            let differs = run(scenario, &reversed);
            if let Some(first) = differs.first() {
                let message = format!("`{}` passes by the order of the file only: {first}", scenario.name);
                let help = "give the knowledge a reason to prefer one, or expect less";
                found.push(Diagnostic::warning("KB704", scenario.place.clone(), message).help(help));
            } else {
                fragile(scenario, knowledge, places, found);
            }
        }
    }
}

/// The same knowledge with every list that breaks a tie turned round.
fn reversed(knowledge: &Knowledge) -> Knowledge {
    let mut turned = knowledge.clone();
    for symptom in turned.symptoms.values_mut() {
        symptom.causes.reverse();
        symptom.remedies.reverse();
        symptom.questions.reverse();
    }
    turned
}

/// What a word can be moved in.
enum Word<'a> {
    Common(&'a str),
    Given { question: &'a str, answer: &'a str, cause: &'a str },
}

/// Tries every word that bears on the two leading causes one notch up and one down.
fn fragile(scenario: &Scenario, knowledge: &Knowledge, places: &Places, found: &mut Vec<Diagnostic>) {
    let wants_more = scenario.expect.conclusion.is_some_and(|conclusion| conclusion != Conclusion::Undetermined);
    let symptom = knowledge.symptoms.get(&scenario.symptom).filter(|symptom| symptom.decide == Decide::Weigh);
    let (Some(symptom), Some(expected), true) = (symptom, &scenario.expect.cause, wants_more) else { return };
    let Ok(diagnosis) = engine::diagnose(&scenario.case, knowledge) else { return };
    let leader = |symptom: &Symptom| leading(symptom, knowledge, scenario, &diagnosis.findings);
    let (first, second) = leader(symptom);
    if first != *expected {
        return;
    }
    let pair = [first.as_str(), second.as_str()];
    for word in words(symptom, scenario, pair) {
        for up in [false, true] {
            let mut moved = symptom.clone();
            if !shift(&mut moved, &word, up, knowledge) {
                continue;
            }
            let (other, _) = leader(&moved);
            if other != first {
                let (place, what) = match word {
                    Word::Common(cause) => {
                        (places.value(&symptom.id, &["causes", cause, "common"]), format!("`common` of `{cause}`"))
                    }
                    Word::Given { question, answer, cause } => (
                        places.value(&symptom.id, &["questions", question, "answers", answer, "given", cause]),
                        format!("the word for `{cause}` in `{question}: {answer}`"),
                    ),
                };
                let way = if up { "up" } else { "down" };
                let message = format!("{what}, one notch {way}, turns `{first}` into `{other}`");
                let help = format!("seen in the scenario `{}`", scenario.name);
                if !found.iter().any(|one| one.code == "KB404" && one.place == place) {
                    found.push(Diagnostic::warning("KB404", place, message).help(help));
                }
            }
        }
    }
}

/// The first cause, and the second.
fn leading(symptom: &Symptom, knowledge: &Knowledge, scenario: &Scenario, findings: &[Finding]) -> (String, String) {
    let evidences = Evidences { findings, answers: &scenario.case.answers, failed: &scenario.failed, helped: &[] };
    let verdict = weigh(symptom, &knowledge.numbers, evidences);
    let mut causes = verdict.causes.iter().map(|ranked| ranked.cause.clone());
    let first = causes.next().unwrap_or_default();
    let second = causes.find(|cause| *cause != first).unwrap_or_default();
    (first, second)
}

/// The words that bear on either of two causes, given the answers.
fn words<'a>(symptom: &'a Symptom, scenario: &'a Scenario, pair: [&'a str; 2]) -> Vec<Word<'a>> {
    let mut words: Vec<Word> = pair.into_iter().filter(|cause| *cause != UNKNOWN).map(Word::Common).collect();
    for (question, answer) in &scenario.case.answers {
        let of = symptom.question(question).and_then(|found| found.answers.iter().find(|one| one.id == *answer));
        let given = of.map_or(&[][..], |answer| &answer.given);
        let named = pair.into_iter().filter(|cause| given.iter().any(|(of, _)| of == cause));
        words.extend(named.map(|cause| Word::Given { question, answer, cause }));
    }
    words
}

/// Moves a word to the next number of its scale; whether there is one.
fn shift(symptom: &mut Symptom, word: &Word, up: bool, knowledge: &Knowledge) -> bool {
    let (scale, number): (&str, &mut f64) = match word {
        Word::Common(cause) => match symptom.causes.iter_mut().find(|one| one.id == *cause) {
            Some(cause) => ("common", &mut cause.weight),
            None => return false,
        },
        Word::Given { question, answer, cause } => {
            let question = symptom.questions.iter_mut().find(|one| one.id == *question);
            let answer = question.and_then(|question| question.answers.iter_mut().find(|one| one.id == *answer));
            match answer.and_then(|answer| answer.given.iter_mut().find(|(of, _)| of == cause)) {
                Some((_, often)) => ("given", often),
                None => return false,
            }
        }
    };
    // Nobody's answer rules a cause out.
    let is_notch = |next: &f64| *next > 0.0 && (*next / *number).max(*number / *next) <= LONGEST_NOTCH;
    let next = knowledge.notch(scale, *number, up).filter(is_notch);
    if let Some(next) = next {
        *number = next;
    }
    next.is_some()
}
