//! `apps/*.yaml`: dated facts of an authenticator app.
//!
//! The one idea: facts are words that conditions may ask for; what an app ignores is a prior, never a verdict.

use std::ops::Range;

use super::fields::{Fields, text};
use super::model::{App, Ignored, SectionRef};
use super::names::Names;
use super::report::Report;
use super::service::texts;
use super::yaml::{Key, Node};

pub(super) const PARAMETERS: &[&str] = &["algorithm", "digits", "period"];

/// Reads one app, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, report: &mut Report) -> Option<(App, Range<usize>)> {
    let fields = Fields::of(root);
    let id = fields.id("app")?;
    let at = fields.get("app").map_or(root.span.clone(), |node| node.span.clone());
    let ignores = fields.list("ignores").iter();
    let app = App {
        name: fields.text("name").unwrap_or_else(|| id.clone()),
        facts: texts(fields.items("facts"), report),
        ignores: ignores.filter_map(|node| report.sound(&node.span, |_| ignored(node))).collect(),
        sections: sections(fields.items("sections"), names, report),
        id,
    };
    Some((app, at))
}

fn ignored(node: &Node) -> Option<Ignored> {
    let fields = Fields::of(node);
    let parameter = PARAMETERS[fields.word("parameter", PARAMETERS)?].to_owned();
    let until = fields.text("until").and_then(|day| chrono::NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok());
    Some(Ignored { parameter, until: until.map(|day| day.to_string()), source: fields.text("source")? })
}

fn sections(entries: &[(Key, Node)], names: &Names, report: &mut Report) -> Vec<(SectionRef, SectionRef)> {
    let section = |(key, node): &(Key, Node)| {
        let general = names.section(&key.text, &key.span, report);
        let own = names.section(&text(node)?, &node.span, report);
        Some((general?, own?))
    };
    entries.iter().filter_map(section).collect()
}
