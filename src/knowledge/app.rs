//! `apps/*.yaml`: dated facts of an authenticator app.
//!
//! The one idea: facts are words that conditions may ask for; what an app ignores is a prior, never a verdict.

use std::ops::Range;

use super::fields::{Fields, list, text, word, wrong_type};
use super::model::{App, Ignored, SectionRef};
use super::names::Names;
use super::report::Report;
use super::service::texts;
use super::yaml::Node;

pub(super) const PARAMETERS: &[&str] = &["algorithm", "digits", "period"];

/// Reads one app, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, report: &mut Report) -> Option<(App, Range<usize>)> {
    let mut fields = Fields::of_file(root, report)?;
    let id = fields.id("app", report);
    let at = root.get("app").map_or(root.span.clone(), |node| node.span.clone());
    let app = App {
        name: fields.optional_text("name", report).or_else(|| id.clone()).unwrap_or_default(),
        facts: texts(&mut fields, "facts", report),
        ignores: ignores(&mut fields, report),
        sections: sections(&mut fields, names, report),
        id: id.clone().unwrap_or_default(),
    };
    fields.finish(report);
    id.map(|_| (app, at))
}

fn ignores(fields: &mut Fields, report: &mut Report) -> Vec<Ignored> {
    let nodes = fields.optional("ignores").map_or(&[][..], |node| list(node, report));
    nodes.iter().filter_map(|node| report.sound(|report| ignored(node, report))).collect()
}

fn ignored(node: &Node, report: &mut Report) -> Option<Ignored> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let parameter = fields.required("parameter", report).and_then(|node| word(node, PARAMETERS, report));
    let until = fields.optional("until").and_then(|node| day(node, report));
    let source = fields.text("source", report);
    fields.finish(report);
    Some(Ignored { parameter: PARAMETERS[parameter?].to_owned(), until, source: source? })
}

fn day(node: &Node, report: &mut Report) -> Option<String> {
    let day = text(node, report)?;
    match chrono::NaiveDate::parse_from_str(&day, "%Y-%m-%d") {
        Ok(date) => Some(date.to_string()),
        Err(_) => wrong_type(node, "a day such as 2026-01-31", report),
    }
}

fn sections(fields: &mut Fields, names: &Names, report: &mut Report) -> Vec<(SectionRef, SectionRef)> {
    let entries = fields.items("sections", report).iter();
    entries
        .filter_map(|(key, node)| {
            let general = names.section(&key.text, &key.span, report);
            let own = names.section(&text(node, report)?, &node.span, report);
            Some((general?, own?))
        })
        .collect()
}
