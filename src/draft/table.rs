//! A remedy or a question for a symptom that decides by a table.
//!
//! The one idea: whoever answers as before comes to the row they came to before. A remedy gets an answer of its own to a
//! question that is asked anyway; a new question is asked only of those whom no row but the last one took, and the
//! scenarios that end there get its answer.

use super::DraftError;
use super::desk::{Desk, unique, words};
use super::parts::scenario;
use super::symptom::role;
use super::yaml::{PathStep, Value, find, put, put_item, read};
use crate::case::Case;
use crate::knowledge::{Clause, Node, Symptom, list};
use crate::rehearse::{self, Scenario};
use crate::session::Next;

/// A row for a remedy that was just added.
pub(super) fn row_for_remedy(desk: &mut Desk<'_>, symptom: &Symptom, remedy: &str) -> Result<(), DraftError> {
    let asked = symptom.outcomes.iter().rev().find_map(|row| {
        let (last, before) = row.when.0.split_last()?;
        symptom.question(&last.fact).map(|question| (question, before.to_vec()))
    });
    let Some((question, before)) = asked else {
        let question = format!("{remedy}-fits");
        return add_question(desk, symptom, &question, Some(remedy));
    };
    let file = desk.file_of(symptom)?;
    let answer = unique(&format!("for-{remedy}"), |id| question.answers.iter().any(|answer| answer.id == id));
    let label = Value::inline([("label", Value::text(format!("TODO: Those whom it helps, {}", words(remedy))))]);
    desk.put(
        &file,
        &[PathStep::Key("questions"), PathStep::Key(&question.id), PathStep::Key("answers")],
        &answer,
        &label,
    )?;
    let mut when: Vec<(String, Value)> = before.iter().map(written).collect();
    when.push((question.id.clone(), Value::text(answer)));
    add_row(desk, symptom, when, Some(remedy))
}

/// A question that a row asks, which turns to somebody.
pub(super) fn row_for_question(desk: &mut Desk<'_>, symptom: &Symptom, question: &str) -> Result<(), DraftError> {
    add_question(desk, symptom, question, None)
}

fn add_question(
    desk: &mut Desk<'_>,
    symptom: &Symptom,
    question: &str,
    remedy: Option<&str>,
) -> Result<(), DraftError> {
    let file = desk.file_of(symptom)?;
    let item = Value::map([
        ("ask", Value::text("TODO: Is it so?")),
        ("agent", Value::text("TODO: Is it so for the caller?")),
        ("why", Value::text("TODO: Why it helps to know.")),
        (
            "answers",
            Value::map([
                ("yes", Value::inline([("label", Value::text("Yes"))])),
                ("no", Value::inline([("label", Value::text("No"))])),
            ]),
        ),
    ]);
    desk.put(&file, &[PathStep::Key("questions")], question, &item)?;
    add_row(desk, symptom, vec![(question.to_owned(), Value::text("yes"))], remedy)?;
    answer_in_scenarios(desk, symptom, question)
}

/// Puts a row before the one that takes everybody else, with a scenario that comes to it.
fn add_row(
    desk: &mut Desk<'_>,
    symptom: &Symptom,
    when: Vec<(String, Value)>,
    remedy: Option<&str>,
) -> Result<(), DraftError> {
    let file = desk.file_of(symptom)?;
    let at = symptom.outcomes.iter().position(|row| row.when.is_empty()).unwrap_or(symptom.outcomes.len());
    let mut row = vec![("when".to_owned(), Value::Inline(when))];
    row.extend(remedy.map(|remedy| ("remedy".to_owned(), Value::text(remedy))));
    row.push(("escalate".to_owned(), Value::Text(role(desk.ground.knowledge))));
    let row = Value::Inline(row);
    desk.change(&file, "a row", |text| put_item(text, &[PathStep::Key("outcomes")], Some(at), &row))?;

    let (_, compiled) = desk.compiled();
    let table = compiled.knowledge.symptoms.get(&symptom.id);
    let answers = table.and_then(|table| rehearse::answers_to(table, at, &compiled.knowledge));
    let Some(answers) = answers else {
        desk.note("nobody comes to the new row yet: an earlier one takes them, so there is no scenario for it");
        return Ok(());
    };
    let case = Case { symptom: Some(symptom.id.clone()), answers, ..Case::default() };
    let name = format!("{}-row-{}", symptom.id, at + 1);
    let scenario = scenario(desk, &compiled.knowledge, &name, &case, &[]);
    desk.add_scenarios(&symptom.id, &scenario.unwrap_or_default())
}

fn written(clause: &Clause) -> (String, Value) {
    let value = match clause.one_of.as_slice() {
        [only] => Value::text(only.as_str()),
        several => Value::List(several.iter().map(|one| Value::text(one.as_str())).collect()),
    };
    (clause.fact.clone(), value)
}

/// Scenarios that came to the last row come to the new question first: they answer it with no.
fn answer_in_scenarios(desk: &mut Desk<'_>, symptom: &Symptom, question: &str) -> Result<(), DraftError> {
    let (sources, compiled) = desk.compiled();
    let (scenarios, _) = rehearse::read(&sources, &compiled.knowledge);
    let waits = Some(Next::Ask(question.to_owned()));
    let open = scenarios.iter().filter(|one| {
        one.symptom == symptom.id
            && !rehearse::run(one, &compiled.knowledge).is_empty()
            && rehearse::expected(&one.case, &one.failed, &compiled.knowledge).is_some_and(|come| come.next == waits)
    });
    answer_no(desk, question, &open.collect::<Vec<_>>())
}

/// Answers a new question with no in scenarios that were written before there was one.
fn answer_no(desk: &mut Desk<'_>, question: &str, scenarios: &[&Scenario]) -> Result<(), DraftError> {
    for one in scenarios {
        desk.change(&one.place.path, &format!("an answer for `{}`", one.name), |text| {
            answered(text, &one.name, question)
        })?;
    }
    if !scenarios.is_empty() {
        let names: Vec<&str> = scenarios.iter().map(|one| one.name.as_str()).collect();
        desk.note(format!(
            "these scenarios say no to `{question}` now, and come to what they came to: {}",
            names.join(", ")
        ));
    }
    Ok(())
}

fn answered(text: &str, scenario: &str, question: &str) -> Option<String> {
    let root = read(text)?;
    let items = list(&root).to_vec();
    let at = items.iter().position(|one| one.get("scenario").and_then(Node::as_str) == Some(scenario))?;
    let no = Value::text("no");
    let way = [PathStep::Item(at), PathStep::Key("answers")];
    if find(&root, &way).is_some() {
        return put(text, &way, question, &no);
    }
    put(text, &way[..1], "answers", &Value::Inline(vec![(question.to_owned(), no)]))
}
