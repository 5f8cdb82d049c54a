use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::desk::{Desk, id, unique};
use super::symptom::steps;
use super::{Draft, DraftError, Ground};
use crate::case::Case;
use crate::knowledge::{Knowledge, SectionRef, Symptom, in_quotes, quote};
use crate::rehearse::{self, Expect, Outline, written};

/// An authenticator app with its article: every fact not known yet, and a section of its own for each general one that most
/// apps tell in another way.
///
/// # Errors
/// The id is none or is there already; a file of that name is.
pub fn app(app: &str, name: &str, ground: Ground<'_>) -> Result<Draft, DraftError> {
    let mut desk = Desk::new(ground);
    id(app)?;
    if ground.knowledge.apps.contains_key(app) {
        return Err(DraftError::Exists { what: "app", id: app.to_owned() });
    }
    let sections = usual_sections(ground.knowledge);
    let mut anchors: Vec<String> = Vec::new();
    for section in &sections {
        let anchor = unique(&section.anchor, |anchor| anchor == app || anchors.iter().any(|one| one == anchor));
        anchors.push(anchor);
    }
    desk.create(format!("apps/{app}.yaml"), file(app, name, ground.knowledge, &sections, &anchors))?;
    desk.create(format!("articles/apps/{app}.md"), article(app, name, ground.knowledge, &sections, &anchors))?;
    let (_, compiled) = desk.compiled();
    let scenarios: Vec<String> = sections
        .iter()
        .zip(&anchors)
        .filter_map(|(general, own)| scenario(&desk, app, general, own, &compiled.knowledge))
        .collect();
    if !scenarios.is_empty() {
        desk.add_scenarios(app, &scenarios.join("\n"))?;
    }
    Ok(desk.draft)
}

/// General sections that at least half of the apps have in words of their own, in the order of their places.
fn usual_sections(knowledge: &Knowledge) -> Vec<SectionRef> {
    let mut counts: BTreeMap<&SectionRef, usize> = BTreeMap::new();
    for (general, _) in knowledge.apps.values().flat_map(|app| &app.sections) {
        *counts.entry(general).or_default() += 1;
    }
    let most = knowledge.apps.len().div_ceil(2).max(1);
    counts.into_iter().filter(|(_, count)| *count >= most).map(|(section, _)| section.clone()).collect()
}

fn file(app: &str, name: &str, knowledge: &Knowledge, sections: &[SectionRef], anchors: &[String]) -> String {
    let mut facts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (fact, value) in knowledge.apps.values().flat_map(|app| &app.facts) {
        facts.entry(fact).or_default().insert(value);
    }
    let mut out = format!(
        "# TODO: As of which day, and in which versions, was this seen? Facts that nobody has looked at stay `unknown`.\n\
         schema: 1\napp: {app}\nname: {}\n",
        in_quotes(name)
    );
    if !facts.is_empty() {
        out.push_str("facts:\n");
        for (fact, values) in facts {
            let others: Vec<&str> = values.into_iter().filter(|value| *value != "unknown").collect();
            let _ = writeln!(out, "  {}: unknown # {}", quote(fact), others.join(", "));
        }
    }
    out.push_str(
        "# What it ignores in a QR code, with the day until which it did, if it has learnt better since.\n\
         # ignores:\n#   - { parameter: algorithm, until: 2026-01-31, source: \"where that is said\" }\n",
    );
    if !sections.is_empty() {
        out.push_str("# General sections, each with the one that tells how it goes in this app. Take out what is no other.\nsections:\n");
        for (general, own) in sections.iter().zip(anchors) {
            let general = format!("{}#{}", general.article, general.anchor);
            let _ = writeln!(out, "  {}: {}", quote(&general), quote(&format!("apps/{app}.md#{own}")));
        }
    }
    out
}

fn article(app: &str, name: &str, knowledge: &Knowledge, sections: &[SectionRef], anchors: &[String]) -> String {
    let about = format!("What to do in {name} when codes are refused, or when the phone changes.");
    let mut out = format!(
        "---\ntitle: {}\ndescription: {}\n---\n\n# {name} {{: #{app} }}\n\nTODO: What is special about it, in one or two sentences.\n",
        in_quotes(name),
        in_quotes(&about)
    );
    for (general, own) in sections.iter().zip(anchors) {
        let title = knowledge.section(general).map_or(general.anchor.as_str(), |section| &section.title);
        let _ = write!(out, "\n## {title} {{: #{own} }}\n\n");
        if is_destructive(knowledge, general) {
            out.push_str("!!! warning\n    TODO: What is lost, and which other way in there has to be first.\n\n");
        }
        out.push_str(&steps());
    }
    out
}

fn is_destructive(knowledge: &Knowledge, section: &SectionRef) -> bool {
    let mut remedies = knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies);
    remedies.any(|remedy| remedy.destructive && remedy.text == *section)
}

/// A scenario in which somebody with the app comes to its own section.
fn scenario(desk: &Desk<'_>, app: &str, general: &SectionRef, own: &str, knowledge: &Knowledge) -> Option<String> {
    let names = desk.names();
    let wanted = format!("apps/{app}.md#{own}");
    knowledge.symptoms.values().find_map(|symptom| {
        ways(symptom, general, knowledge).into_iter().find_map(|(answers, failed)| {
            let (app_of, about) = (Some(app.to_owned()), Some(symptom.id.clone()));
            let case = Case { symptom: about, app: app_of, answers, ..Case::default() };
            let come =
                rehearse::expected(&case, &failed, knowledge).filter(|come| come.section.as_ref() == Some(&wanted))?;
            let expect = Expect { remedy: come.remedy, section: come.section, ..Expect::default() };
            let name = unique(&format!("{app}-{own}"), |name| names.contains(name));
            let (answers, given) = (&case.answers, format!("app: {}\n", quote(app)));
            let told =
                Outline { name: &name, symptom: &symptom.id, given: &given, answers, failed: &failed, expect: &expect };
            Some(written(told))
        })
    })
}

/// Answers, and remedies that failed, after which a remedy told in that section comes.
fn ways(
    symptom: &Symptom,
    section: &SectionRef,
    knowledge: &Knowledge,
) -> Vec<(BTreeMap<String, String>, Vec<String>)> {
    let mut ways = Vec::new();
    for remedy in symptom.remedies.iter().filter(|remedy| remedy.text == *section) {
        for (cause, _) in &remedy.fixes {
            let way = rehearse::way_to(knowledge, &symptom.id, cause, &remedy.id);
            ways.extend(way.map(|way| (way.answers, way.failed)));
        }
        for (at, row) in symptom.outcomes.iter().enumerate() {
            let leads = row.remedy.as_ref() == Some(&remedy.id);
            let answers = if leads { rehearse::answers_to(symptom, at, knowledge) } else { None };
            ways.extend(answers.map(|answers| (answers, Vec::new())));
        }
    }
    ways
}
