//! A remedy or a question for a symptom that is there.
//!
//! The one idea: nothing is added that nobody would come to. A remedy comes with a cause that it helps against, a question
//! with a cause that it tells; what is said of that cause goes into its own file, if the folder has it. Each comes with a
//! scenario that shows it.

use std::collections::BTreeMap;

use super::cause_file::Answers;
use super::desk::{Desk, NewSection, id, known, unique, words};
use super::symptom::{remedy_titled, steps};
use super::table;
use super::yaml::{PathStep, Value};
use super::{Draft, DraftError, Ground};
use crate::case::Case;
use crate::knowledge::{Decide, Knowledge, SectionRef, Symptom, unknown};
use crate::rehearse::{self, Expect, Outline, written};

/// A remedy of a symptom: against a cause, or as a row of a table of its own.
///
/// # Errors
/// A name is no id, is not known or is there already; its file cannot be added to; causes are weighed, and `fixes` names
/// none.
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
    let often = Value::text("half");
    let more = if desk.say_of_cause(symptom, cause, ("helped-by", remedy, &often))? {
        Vec::new()
    } else {
        vec![("fixes", Value::Inline(vec![(cause.to_owned(), often)]))]
    };
    add_remedy(&mut desk, about, &article, remedy, more)?;
    let (_, compiled) = desk.compiled();
    match rehearse::way_to(&compiled.knowledge, symptom, cause, remedy) {
        Some(way) => {
            let name = format!("{symptom}-{remedy}");
            let about = Case { symptom: Some(symptom.to_owned()), answers: way.answers, ..Case::default() };
            let scenario = scenario(&desk, &compiled.knowledge, &name, &about, &way.failed);
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
    let often = Value::text("nearly-always");
    let is_said = desk.say_of_cause(symptom, cause, ("tells", question, &Value::inline([("yes", often.clone())])))?;
    let said = if is_said { Vec::new() } else { vec![("given", Value::inline([(cause, often)]))] };
    desk.put(&file, &[PathStep::Key("questions")], question, &telling(cause, said))?;
    add_scenarios(&mut desk, symptom, question, cause)?;
    Ok(desk.draft)
}

pub(super) fn symptom_of<'k>(symptom: &str, knowledge: &'k Knowledge) -> Result<&'k Symptom, DraftError> {
    let names = knowledge.symptoms.keys().map(String::as_str);
    knowledge.symptoms.get(symptom).ok_or_else(|| DraftError::Unknown(unknown("symptom", symptom, names)))
}

pub(super) fn fresh(what: &'static str, typed: &str, is_there: bool) -> Result<(), DraftError> {
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
    missed(draft, ground, None)
}

/// Those of one symptom, or of all.
pub(super) fn missed(draft: &Draft, ground: Ground<'_>, symptom: Option<&str>) -> Vec<String> {
    let (sources, compiled) = draft.laid(ground);
    let (mut after, _) = rehearse::read(&sources, &compiled.knowledge);
    after.retain(|one| symptom.is_none_or(|symptom| one.symptom == symptom));
    let misses = rehearse::rehearse(&after, &compiled.knowledge).tests.misses;
    if misses.is_empty() {
        return Vec::new();
    }
    let (mut before, _) = rehearse::read(ground.all, ground.knowledge);
    before.retain(|one| misses.iter().any(|miss| miss.scenario.name == one.name));
    let failed = rehearse::rehearse(&before, ground.knowledge).tests.misses;
    let is_new = |name: &str| !failed.iter().any(|miss| miss.scenario.name == name);
    let new = misses.iter().filter(|miss| is_new(&miss.scenario.name));
    new.map(|miss| format!("{}: {}", miss.scenario.name, miss.differs.join("; "))).collect()
}

/// A question whose first answer speaks for a cause, and the second against it; `said` of that cause where its own file
/// does not say it.
fn telling(cause: &str, said: Vec<(&str, Value)>) -> Value {
    let yes = [("label", Value::text("Yes"))].into_iter().chain(said).chain([("others", Value::text("hardly-ever"))]);
    Value::map([
        ("ask", Value::text("TODO: Do you see it?")),
        ("agent", Value::text("TODO: Does the caller see it?")),
        ("why", Value::text(format!("TODO: Why it helps to know, {}.", words(cause)))),
        (
            "answers",
            Value::map([
                ("yes", Value::Inline(yes.map(|(key, value)| (key.to_owned(), value)).collect())),
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
    let said = |answer: &str| {
        let mut answers = place.clone();
        answers.insert(question.to_owned(), answer.to_owned());
        answers
    };
    let name = |answer: &str| format!("{symptom}-{question}-{answer}");
    let told = Case { symptom: Some(symptom.to_owned()), answers: said("yes"), ..Case::default() };
    let yes = scenario(desk, knowledge, &name("yes"), &told, &[]);
    let no = near_miss(desk, &name("no"), symptom, &said("no"), &[cause.to_owned()]);
    let scenarios: Vec<String> = yes.into_iter().chain([no]).collect();
    desk.add_scenarios(symptom, &scenarios.join("\n"))
}

/// A scenario in which none of these causes is confirmed: that of people whom no cause fits, whatever comes of it.
pub(super) fn near_miss(desk: &Desk<'_>, name: &str, symptom: &str, answers: &Answers, causes: &[String]) -> String {
    let names = desk.names();
    let name = unique(name, |name| names.contains(name));
    let expect = Expect { not_confirmed: causes.to_vec(), ..Expect::default() };
    written(Outline { name: &name, symptom, given: "", answers, failed: &[], expect: &expect })
}

/// A scenario that says what comes of a case now, by the first cause and the remedy.
pub(super) fn scenario(
    desk: &Desk<'_>,
    knowledge: &Knowledge,
    name: &str,
    case: &Case,
    failed: &[String],
) -> Option<String> {
    let names = desk.names();
    let name = unique(name, |name| names.contains(name));
    let come = rehearse::expected(case, failed, knowledge)?;
    let Expect { cause, remedy, outcome, next, .. } = come;
    // What comes of it in the end says more than the very next step.
    let next = next.filter(|_| outcome.is_none() && cause.is_none());
    let remedy = remedy.filter(|_| outcome.is_none());
    let expect = Expect { cause, remedy, next, outcome, ..Expect::default() };
    let symptom = case.symptom.as_deref()?;
    Some(written(Outline { name: &name, symptom, given: "", answers: &case.answers, failed, expect: &expect }))
}
