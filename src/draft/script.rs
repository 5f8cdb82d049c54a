use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::desk::{Desk, id, known, unique};
use super::{Draft, DraftError, Ground};
use crate::knowledge::{Clause, Condition, Decide, Knowledge, Question, Remedy, Symptom, quote};
use crate::rehearse::{self, Call};

/// So many questions are asked in the script's words; the session asks the others in its own.
const MOST_QUESTIONS: usize = 5;
/// So many remedies are told in the script's words.
const MOST_REMEDIES: usize = 3;
/// People with a cause who give an answer at least so often are known by it.
const TELLING: f64 = 0.5;

/// A script over a symptom: a greeting, its questions and remedies, and the goodbye, with a call for each way through it.
///
/// # Errors
/// An id is none, or is there already; the symptom is not known.
pub fn script(script: &str, about: &str, ground: Ground<'_>) -> Result<Draft, DraftError> {
    id(script)?;
    if ground.knowledge.scripts.contains_key(script) {
        return Err(DraftError::Exists { what: "script", id: script.to_owned() });
    }
    known("symptom", about, ground.knowledge.symptoms.keys().map(String::as_str))?;
    let Some(symptom) = ground.knowledge.symptoms.get(about) else { return Ok(Draft::default()) };
    let mut desk = Desk::new(ground);
    let told = told(symptom);
    desk.create(format!("scripts/{script}.yaml"), file(script, symptom, &told))?;
    let (_, compiled) = desk.compiled();
    let calls = calls(&desk, script, &told, &compiled.knowledge);
    desk.add_scenarios(&format!("call-{script}"), &calls)?;
    Ok(desk.draft)
}

/// Remedies, each with what a caller has said when it is the one.
fn told(symptom: &Symptom) -> Vec<(&Remedy, Condition)> {
    let mut told: Vec<(&Remedy, Condition)> = Vec::new();
    let rows = symptom.outcomes.iter().filter(|row| !row.when.0.is_empty());
    let of_rows = rows.filter_map(|row| Some((symptom.remedy(row.remedy.as_deref()?)?, row.when.clone())));
    let weighed = symptom.remedies.iter().filter(|_| symptom.decide == Decide::Weigh);
    let of_causes = weighed.filter_map(|remedy| Some((remedy, Condition(vec![known_by(symptom, remedy)?]))));
    for (remedy, when) in of_rows.chain(of_causes) {
        let conditions = [&when, &remedy.needs, &remedy.only_when].into_iter().flat_map(|one| &one.0);
        let asked = conditions.into_iter().all(|clause| is_asked(symptom, &clause.fact));
        let new = told.iter().all(|(other, known)| other.id != remedy.id && *known != when);
        if asked && new && told.len() < MOST_REMEDIES {
            told.push((remedy, when));
        }
    }
    told
}

fn is_asked(symptom: &Symptom, fact: &str) -> bool {
    symptom.question(fact).is_some_and(|question| !question.noted && !question.is_measured())
}

/// The answer by which those are known whom a remedy helps.
fn known_by(symptom: &Symptom, remedy: &Remedy) -> Option<Clause> {
    let (cause, _) = remedy.fixes.first()?;
    let questions = symptom.questions.iter().filter(|question| is_asked(symptom, &question.id));
    let answers = questions.flat_map(|question| question.answers.iter().map(move |answer| (question, answer)));
    let weighed = answers.filter_map(|(question, answer)| {
        let (_, often) = answer.given.iter().find(|(of, _)| of == cause)?;
        Some((*often, question, answer))
    });
    let (often, question, answer) = weighed.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (often >= TELLING).then(|| Clause { fact: question.id.clone(), one_of: vec![answer.id.clone()] })
}

fn file(script: &str, symptom: &Symptom, told: &[(&Remedy, Condition)]) -> String {
    let mut out = format!(
        "# A call, word for word: what you write here is said aloud. Steps are played in order, each once.\n\
         schema: 1\nscript: {script}\nsymptom: {}\ntitle: \"TODO: What the call is about\"\n\nsteps:\n  greet:\n    \
         say: \"TODO: The first sentence to the caller.\"\n    note: \"TODO: What is for you alone; take it out if there is nothing.\"\n",
        quote(&symptom.id)
    );
    let needed =
        |question: &&Question| told.iter().any(|(_, when)| when.0.iter().any(|clause| clause.fact == question.id));
    let (mut asked, others): (Vec<&Question>, Vec<&Question>) =
        symptom.questions.iter().filter(|question| is_asked(symptom, &question.id)).partition(needed);
    asked.extend(others.into_iter().filter(|question| question.only_when.0.is_empty()));
    asked.truncate(MOST_QUESTIONS.max(told.len()));
    asked.sort_by_key(|question| symptom.questions.iter().position(|one| one.id == question.id));
    for question in asked {
        let words = question.wording(true);
        let _ = write!(
            out,
            "  ask-{}:\n    say: {}\n    ask: {}\n",
            question.id,
            quote(&format!("TODO: In your words: {}", words.trim_start_matches("TODO: "))),
            quote(&question.id)
        );
    }
    if told.iter().any(|(remedy, _)| remedy.resets_factor) {
        out.push_str("  verify:\n    say: \"TODO: Why you make sure who is calling.\"\n    verify-identity: true\n");
    }
    for (remedy, when) in told {
        let _ = write!(
            out,
            "  do-{0}:\n    say: \"TODO: What you say before this remedy.\"\n    remedy: {1}\n    only-when: {2}\n",
            remedy.id,
            quote(&remedy.id),
            condition(when)
        );
    }
    out.push_str(
        "  go-on:\n    say: \"TODO: What you say before the session goes on by itself.\"\n    decide: true\n\ngoodbye:\n",
    );
    for (step, ending) in [("done", "helped"), ("later", "later"), ("passed-on", "escalated")] {
        let _ = write!(
            out,
            "  {step}:\n    say: \"TODO: The last words when it ended so.\"\n    only-when: {{ session.ending: {ending} }}\n"
        );
    }
    out + "  farewell:\n    say: \"TODO: Nobody who helps needs a password or a code. Say so, and thank the caller.\"\n"
}

fn condition(when: &Condition) -> String {
    let clauses = when.0.iter().map(|clause| {
        let values: Vec<String> = clause.one_of.iter().map(|value| quote(value)).collect();
        match values.as_slice() {
            [one] => format!("{}: {one}", quote(&clause.fact)),
            _ => format!("{}: [{}]", quote(&clause.fact), values.join(", ")),
        }
    });
    format!("{{ {} }}", clauses.collect::<Vec<_>>().join(", "))
}

/// A call for each remedy, one whose remedy has to wait, and one in which the caller is sure of nothing.
fn calls(desk: &Desk<'_>, script: &str, told: &[(&Remedy, Condition)], knowledge: &Knowledge) -> String {
    let answers = |when: &Condition| -> BTreeMap<String, String> {
        when.0.iter().filter_map(|clause| Some((clause.fact.clone(), clause.one_of.first()?.clone()))).collect()
    };
    let mut ways: Vec<(String, BTreeMap<String, String>, Vec<String>)> =
        told.iter().map(|(remedy, when)| (remedy.id.clone(), answers(when), Vec::new())).collect();
    if let Some((remedy, when)) = told.first() {
        ways.push((format!("{}-later", remedy.id), answers(when), vec![remedy.id.clone()]));
    }
    ways.push(("unsure".to_owned(), BTreeMap::new(), Vec::new()));
    let mut out = Vec::new();
    for (name, answers, later) in ways {
        let call = Call { script: script.to_owned(), verified: true, later, steps: None, next: None };
        let Some((steps, next)) = rehearse::called(&call, &answers, &[], knowledge) else { continue };
        let name = unique(&format!("call-{script}-{name}"), |name| desk.names().contains(name));
        let mut item = format!("- scenario: {name}\n  script: {script}\n");
        let pairs: Vec<String> =
            answers.iter().map(|(key, value)| format!("{}: {}", quote(key), quote(value))).collect();
        if !pairs.is_empty() {
            let _ = writeln!(item, "  answers: {{ {} }}", pairs.join(", "));
        }
        if !call.later.is_empty() {
            let _ = writeln!(item, "  later: [{}]", call.later.join(", "));
        }
        let next =
            next.map_or_else(String::new, |lead| format!("\n    next: {{ {}: {} }}", lead.kind, quote(&lead.id)));
        let _ = writeln!(item, "  expect:\n    steps: [{}]{next}", steps.join(", "));
        out.push(item);
    }
    out.join("\n")
}
