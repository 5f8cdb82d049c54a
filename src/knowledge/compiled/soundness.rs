//! Whether the parts of a compiled model fit together.
//!
//! The one idea: whoever reads a [`Knowledge`] trusts that every name leads somewhere and every number is one; the compiler
//! sees to that for texts, and this for a file that somebody else may have made. It must not judge wording.

use std::collections::{BTreeMap, BTreeSet};

use super::super::base::MOST;
use super::super::model::{Knowledge, Remedy, Script, SectionRef, Service, Symptom};

/// `Err` names the first thing that does not fit.
type Checked = Result<(), String>;

pub(super) fn check(knowledge: &Knowledge) -> Checked {
    let numbers = knowledge.numbers;
    let scales = knowledge.scales.values().flatten().map(|(_, number)| *number);
    let alone = [numbers.unknown, numbers.escalation, numbers.failed_person, numbers.failed_agent];
    in_range(alone.into_iter().chain(scales), MOST, "kb.yaml")?;
    named(&knowledge.symptoms, |one| &one.id)?;
    named(&knowledge.services, |one| &one.id)?;
    named(&knowledge.apps, |one| &one.id)?;
    named(&knowledge.scripts, |one| &one.id)?;
    known(&knowledge.offered, |id| knowledge.symptoms.contains_key(id))?;
    for symptom in knowledge.symptoms.values() {
        sections(symptom, knowledge)?;
        references(symptom, knowledge)?;
        weights(symptom)?;
    }
    for app in knowledge.apps.values() {
        app.sections.iter().try_for_each(|(_, own)| section(own, knowledge))?;
    }
    knowledge.services.values().try_for_each(service)?;
    knowledge.scripts.values().try_for_each(|one| script(one, knowledge))
}

fn fails(what: &str) -> String {
    // What a hostile file says of itself is not repeated at length.
    what.chars().take(60).flat_map(char::escape_default).collect()
}

fn in_range(numbers: impl IntoIterator<Item = f64>, most: f64, of: &str) -> Checked {
    let sound = numbers.into_iter().all(|number| (0.0..=most).contains(&number));
    if sound { Ok(()) } else { Err(format!("a number of {}", fails(of))) }
}

/// Everything is found under its own id.
fn named<T>(all: &BTreeMap<String, T>, id: impl Fn(&T) -> &String) -> Checked {
    match all.iter().find(|(name, one)| *name != id(one)) {
        Some((name, _)) => Err(format!("the id of {}", fails(name))),
        None => Ok(()),
    }
}

fn known<'a>(ids: impl IntoIterator<Item = &'a String>, is_there: impl Fn(&str) -> bool) -> Checked {
    match ids.into_iter().find(|id| !is_there(id)) {
        Some(id) => Err(format!("no {}", fails(id))),
        None => Ok(()),
    }
}

fn section(at: &SectionRef, knowledge: &Knowledge) -> Checked {
    match knowledge.section(at) {
        Some(_) => Ok(()),
        None => Err(format!("no section {}", fails(&format!("{}#{}", at.article, at.anchor)))),
    }
}

fn sections(symptom: &Symptom, knowledge: &Knowledge) -> Checked {
    let causes = symptom.causes.iter().map(|cause| &cause.text);
    let remedies = symptom.remedies.iter().flat_map(|one| [&one.text].into_iter().chain(&one.agent));
    [&symptom.heading].into_iter().chain(causes).chain(remedies).try_for_each(|at| section(at, knowledge))
}

/// Every name once, and none of what is not there.
fn references(symptom: &Symptom, knowledge: &Knowledge) -> Checked {
    once(symptom.causes.iter().map(|one| &one.id))?;
    once(symptom.remedies.iter().map(|one| &one.id))?;
    once(symptom.questions.iter().map(|one| &one.id))?;
    symptom.questions.iter().try_for_each(|question| once(question.answers.iter().map(|one| &one.id)))?;
    let rows = || symptom.outcomes.iter();
    known(symptom.leads_on(), |id| knowledge.symptoms.contains_key(id))?;
    known(rows().filter_map(|row| row.remedy.as_ref()), |id| symptom.remedy(id).is_some())?;
    match symptom.conditions().flat_map(|condition| &condition.0).find(|clause| clause.one_of.is_empty()) {
        Some(clause) => Err(format!("a condition on {}", fails(&clause.fact))),
        None => Ok(()),
    }
}

fn once<'a>(ids: impl Iterator<Item = &'a String>) -> Checked {
    let mut seen = BTreeSet::new();
    match ids.into_iter().find(|id| !seen.insert(*id)) {
        Some(id) => Err(format!("{} twice", fails(id))),
        None => Ok(()),
    }
}

fn weights(symptom: &Symptom) -> Checked {
    let costs = symptom.questions.iter().map(|question| question.cost);
    let weights = symptom.causes.iter().map(|cause| cause.weight).chain(costs);
    in_range(weights.chain(symptom.remedies.iter().map(|remedy| remedy.effort)), MOST, &symptom.id)?;
    let fixes = symptom.remedies.iter().flat_map(|Remedy { fixes, .. }| fixes).map(|(_, often)| *often);
    let answers = || symptom.questions.iter().flat_map(|question| &question.answers);
    let given = answers().flat_map(|answer| &answer.given).map(|(_, often)| *often);
    let errs = symptom.questions.iter().map(|question| question.errs);
    in_range(fixes.chain(given).chain(errs).chain(answers().filter_map(|answer| answer.others)), 1.0, &symptom.id)
}

fn service(service: &Service) -> Checked {
    let given = service.messages.iter().flat_map(|one| &one.given).map(|(_, often)| *often);
    in_range(given.chain(service.messages.iter().filter_map(|one| one.others)), 1.0, &service.id)?;
    match service.recovery_form.as_ref().map(|form| regex_lite::Regex::new(form)) {
        Some(Err(_)) => Err(format!("the form of recovery codes of {}", fails(&service.id))),
        _ => Ok(()),
    }
}

fn script(script: &Script, knowledge: &Knowledge) -> Checked {
    once(script.steps.iter().chain(&script.goodbye).map(|step| &step.id))?;
    let symptom = knowledge.symptoms.get(&script.symptom).filter(|symptom| script.fits(symptom));
    // Nothing is done in a goodbye.
    if symptom.is_none() || script.goodbye.iter().any(|step| step.act.is_some()) {
        Err(format!("the script {}", fails(&script.id)))
    } else {
        Ok(())
    }
}
