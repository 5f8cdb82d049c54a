//! A cause, a remedy or a question for a symptom that is there.
//!
//! The one idea: nothing is added that nobody would come to. A cause comes with a question that recognises it and a remedy
//! that helps, a remedy with a cause that it helps against, a question with a cause that it tells; and each with a
//! scenario that shows it.

use std::collections::BTreeMap;

use super::desk::{Desk, NewSection, id, known, unique, words};
use super::symptom::{mends, reason_told, remedy_titled, steps};
use super::table;
use super::yaml::{PathStep, Value, find, put, put_before, read};
use super::{Draft, DraftError, Ground};
use crate::case::Case;
use crate::knowledge::{Decide, Knowledge, Node, SectionRef, Symptom, unknown};
use crate::rehearse::{self, Expect, Outline, Scenario, written};

/// A cause of a symptom, with a question that recognises it, and with a remedy: one that is there, or a new one.
///
/// # Errors
/// A name is no id, is not known or is there already; the symptom decides by a table; its file cannot be added to.
pub fn cause(cause: &str, symptom: &str, remedy: Option<&str>, ground: Ground<'_>) -> Result<Draft, DraftError> {
    for common in COMMON {
        let draft = cause_as(cause, symptom, remedy, common, ground)?;
        if differences(&draft, ground).is_empty() {
            return Ok(draft);
        }
    }
    // Where the new cause takes so much from another, people with that one say that they do not see it.
    let draft = cause_as(cause, symptom, remedy, COMMON[1], ground)?;
    let differ: Vec<String> = missed(&draft, ground).into_iter().map(|(name, _)| name).collect();
    let (scenarios, _) = rehearse::read(ground.all, ground.knowledge);
    let open: Vec<&Scenario> =
        scenarios.iter().filter(|one| one.symptom == symptom && differ.contains(&one.name)).collect();
    let mut desk = Desk::on(ground, draft);
    table::answer_no(&mut desk, &recognises(cause), &open)?;
    Ok(desk.draft)
}

/// The question that recognises a new cause.
fn recognises(cause: &str) -> String {
    format!("{cause}-seen")
}

/// How common a new cause may be, to begin with: the first that changes no scenario.
const COMMON: [&str; 2] = ["uncommon", "rare"];

fn cause_as(
    cause: &str,
    symptom: &str,
    remedy: Option<&str>,
    common: &str,
    ground: Ground<'_>,
) -> Result<Draft, DraftError> {
    let mut desk = Desk::new(ground);
    let about = symptom_of(symptom, ground.knowledge)?;
    if about.decide == Decide::FirstMatch {
        return Err(DraftError::Table { symptom: symptom.to_owned() });
    }
    fresh("cause", cause, about.cause(cause).is_some())?;
    let remedy = remedy.map_or_else(|| mends(cause), str::to_owned);
    id(&remedy)?;
    let question = recognises(cause);
    fresh("question", &question, about.question(&question).is_some())?;
    let file = desk.file_of(about)?;
    let article = desk.article_of(symptom);

    let anchor = desk.anchor(&article, cause);
    let title = format!("TODO: The reason in a line, {}", words(cause));
    let told = NewSection { title: &title, anchor: &anchor, body: &reason_told() };
    let before = last_anchor(about.causes.iter().map(|one| &one.text), &article);
    desk.tell(&article, before.as_deref(), &told)?;
    let item = Value::map([
        ("title", Value::text(title.as_str())),
        ("says", Value::text(format!("TODO: The same as a sentence to the person, {}.", words(cause)))),
        ("text", Value::text(format!("{article}#{anchor}"))),
        ("common", Value::text(common)),
    ]);
    // What is most common comes first.
    let scale = ground.knowledge.scales.get("common").map_or(&[][..], Vec::as_slice);
    let rank = |word: &str| scale.iter().position(|(one, _)| *one == word);
    desk.change(&file, &format!("`{cause}`"), |text| {
        let causes = find(&read(text)?, &[PathStep::Key("causes")])?.entries().to_vec();
        let rarer = |other: &Node| other.get("common").and_then(Node::as_str).and_then(rank) > rank(common);
        let next = causes.iter().find(|(_, other)| rarer(other)).map(|(key, _)| key.text.as_str());
        let way = [PathStep::Key("causes")];
        next.map_or_else(|| put(text, &way, cause, &item), |next| put_before(text, &way, next, cause, &item))
    })?;

    let often = Value::text("usually");
    if about.remedy(&remedy).is_some() {
        let way = [PathStep::Key("remedies"), PathStep::Key(&remedy)];
        // A remedy that fixes nothing yet has no such key.
        if desk.put(&file, &[way[0], way[1], PathStep::Key("fixes")], cause, &often).is_err() {
            desk.put(&file, &way, "fixes", &Value::Inline(vec![(cause.to_owned(), often)]))?;
        }
    } else {
        add_remedy(
            &mut desk,
            about,
            &article,
            &remedy,
            vec![("fixes", Value::Inline(vec![(cause.to_owned(), often)]))],
        )?;
    }
    desk.put(&file, &[PathStep::Key("questions")], &question, &telling(cause))?;
    add_scenarios(&mut desk, symptom, &question, cause)?;
    Ok(desk.draft)
}

/// A remedy of a symptom: against a cause, or as a row of a table of its own.
///
/// # Errors
/// As [`cause`]; and where causes are weighed and `fixes` names none.
pub fn remedy(remedy: &str, symptom: &str, fixes: Option<&str>, ground: Ground<'_>) -> Result<Draft, DraftError> {
    let mut desk = Desk::new(ground);
    let about = symptom_of(symptom, ground.knowledge)?;
    fresh("remedy", remedy, about.remedy(remedy).is_some())?;
    let article = desk.article_of(symptom);
    if about.decide == Decide::FirstMatch {
        add_remedy(&mut desk, about, &article, remedy, Vec::new())?;
        table::row_for_remedy(&mut desk, about, remedy)?;
        return Ok(desk.draft);
    }
    let cause = cause_of(about, fixes, "--fixes")?;
    // Less than what is there mostly does, so that it comes after it and not in its place.
    let fixes = Value::Inline(vec![(cause.to_owned(), Value::text("half"))]);
    add_remedy(&mut desk, about, &article, remedy, vec![("fixes", fixes)])?;
    let (_, compiled) = desk.compiled();
    match rehearse::way_to(&compiled.knowledge, symptom, cause, remedy) {
        Some(way) => {
            let name = format!("{symptom}-{remedy}");
            let about = Case { symptom: Some(symptom.to_owned()), answers: way.answers, ..Case::default() };
            let scenario = scenario(&desk, &compiled.knowledge, &name, &about, &way.failed, &[]);
            desk.add_scenarios(symptom, &scenario.unwrap_or_default())?;
        }
        None => desk.note(format!(
            "nobody comes to `{remedy}` yet: other remedies for `{cause}` help sooner, so there is no scenario for it"
        )),
    }
    Ok(desk.draft)
}

/// A question of a symptom: one that tells a cause, or that a row of a table asks.
///
/// # Errors
/// As [`remedy`], with `tells` in place of `fixes`.
pub fn question(question: &str, symptom: &str, tells: Option<&str>, ground: Ground<'_>) -> Result<Draft, DraftError> {
    let mut desk = Desk::new(ground);
    let about = symptom_of(symptom, ground.knowledge)?;
    fresh("question", question, about.question(question).is_some())?;
    if about.decide == Decide::FirstMatch {
        table::row_for_question(&mut desk, about, question)?;
        return Ok(desk.draft);
    }
    let cause = cause_of(about, tells, "--tells")?;
    let file = desk.file_of(about)?;
    desk.put(&file, &[PathStep::Key("questions")], question, &telling(cause))?;
    add_scenarios(&mut desk, symptom, question, cause)?;
    Ok(desk.draft)
}

pub(super) fn symptom_of<'k>(symptom: &str, knowledge: &'k Knowledge) -> Result<&'k Symptom, DraftError> {
    let names = knowledge.symptoms.keys().map(String::as_str);
    knowledge.symptoms.get(symptom).ok_or_else(|| DraftError::Unknown(unknown("symptom", symptom, names)))
}

fn fresh(what: &'static str, typed: &str, is_there: bool) -> Result<(), DraftError> {
    id(typed)?;
    if is_there { Err(DraftError::Exists { what, id: typed.to_owned() }) } else { Ok(()) }
}

fn cause_of<'a>(symptom: &'a Symptom, named: Option<&'a str>, option: &'static str) -> Result<&'a str, DraftError> {
    let all: Vec<&str> = symptom.causes.iter().map(|cause| cause.id.as_str()).collect();
    let Some(named) = named else {
        return Err(DraftError::NoCause { symptom: symptom.id.clone(), option, causes: all.join(", ") });
    };
    known("cause", named, all).map(|()| named)
}

/// Scenarios that pass without a draft and do not with it, each with what differs.
pub fn differences(draft: &Draft, ground: Ground<'_>) -> Vec<String> {
    let missed = missed(draft, ground).into_iter();
    missed.map(|(name, differs)| format!("{name}: {}", differs.join("; "))).collect()
}

fn missed(draft: &Draft, ground: Ground<'_>) -> Vec<(String, Vec<String>)> {
    let (before, _) = rehearse::read(ground.all, ground.knowledge);
    let misses = rehearse::rehearse(&before, ground.knowledge).tests.misses;
    let failed: Vec<&str> = misses.iter().map(|miss| miss.scenario.name.as_str()).collect();
    let (sources, compiled) = draft.laid(ground);
    let (after, _) = rehearse::read(&sources, &compiled.knowledge);
    let misses = rehearse::rehearse(&after, &compiled.knowledge).tests.misses.into_iter();
    let new = misses.filter(|miss| !failed.contains(&miss.scenario.name.as_str()));
    new.map(|miss| (miss.scenario.name.clone(), miss.differs)).collect()
}

/// A question whose first answer speaks for a cause, and the second against it.
fn telling(cause: &str) -> Value {
    let given = Value::inline([(cause, Value::text("nearly-always")), ("others", Value::text("hardly-ever"))]);
    Value::map([
        ("ask", Value::text("TODO: Do you see it?")),
        ("agent", Value::text("TODO: Does the caller see it?")),
        ("why", Value::text(format!("TODO: Why it helps to know, {}.", words(cause)))),
        (
            "answers",
            Value::map([
                ("yes", Value::inline([("label", Value::text("Yes")), ("given", given)])),
                ("no", Value::inline([("label", Value::text("No"))])),
            ]),
        ),
    ])
}

/// The last of these sections that stands in that article: the next one goes behind it.
fn last_anchor<'s>(sections: impl DoubleEndedIterator<Item = &'s SectionRef>, article: &str) -> Option<String> {
    let mut here = sections.rev().filter(|at| at.article == article);
    here.next().map(|at| at.anchor.clone())
}

pub(super) fn add_remedy(
    desk: &mut Desk<'_>,
    symptom: &Symptom,
    article: &str,
    remedy: &str,
    more: Vec<(&str, Value)>,
) -> Result<(), DraftError> {
    let file = desk.file_of(symptom)?;
    let anchor = desk.anchor(article, remedy);
    let before = last_anchor(symptom.remedies.iter().map(|one| &one.text), article);
    desk.tell(
        article,
        before.as_deref(),
        &NewSection { title: &remedy_titled(remedy), anchor: &anchor, body: &steps() },
    )?;
    let pairs = [("text", Value::text(format!("{article}#{anchor}"))), ("effort", Value::text("minutes"))];
    let pairs = pairs.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value));
    desk.put(&file, &[PathStep::Key("remedies")], remedy, &Value::Map(pairs.collect()))
}

/// A scenario for each of the two answers: what they come to, and that the second rules the cause out.
fn add_scenarios(desk: &mut Desk<'_>, symptom: &str, question: &str, cause: &str) -> Result<(), DraftError> {
    let (_, compiled) = desk.compiled();
    let knowledge = &compiled.knowledge;
    // Some causes exist in one place only, and are out of the question elsewhere.
    let only = knowledge.symptoms.get(symptom).and_then(|symptom| symptom.cause(cause)).map(|cause| &cause.only_when.0);
    let place =
        only.into_iter().flatten().filter_map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone())));
    let place: BTreeMap<String, String> = place.collect();
    let mut scenarios = Vec::new();
    for (answer, miss) in [("yes", None), ("no", Some(cause.to_owned()))] {
        let mut answers = place.clone();
        answers.insert(question.to_owned(), answer.to_owned());
        let told = Case { symptom: Some(symptom.to_owned()), answers, ..Case::default() };
        let name = format!("{symptom}-{question}-{answer}");
        let misses: Vec<String> = miss.into_iter().collect();
        scenarios.extend(scenario(desk, knowledge, &name, &told, &[], &misses));
    }
    desk.add_scenarios(symptom, &scenarios.join("\n"))
}

/// A scenario that says what comes of a case now, by the first cause and the remedy.
pub(super) fn scenario(
    desk: &Desk<'_>,
    knowledge: &Knowledge,
    name: &str,
    case: &Case,
    failed: &[String],
    misses: &[String],
) -> Option<String> {
    let names = desk.names();
    let name = unique(name, |name| names.contains(name));
    let come = rehearse::expected(case, failed, knowledge)?;
    let Expect { cause, remedy, outcome, next, .. } = come;
    // What comes of it in the end says more than the very next step.
    let next = next.filter(|_| outcome.is_none() && cause.is_none());
    let not_confirmed = misses.iter().filter(|miss| Some(*miss) != cause.as_ref()).cloned().collect();
    let remedy = remedy.filter(|_| outcome.is_none());
    let expect = Expect { cause, remedy, next, outcome, not_confirmed, ..Expect::default() };
    let symptom = case.symptom.as_deref()?;
    Some(written(Outline { name: &name, symptom, given: "", answers: &case.answers, failed, expect: &expect }))
}
