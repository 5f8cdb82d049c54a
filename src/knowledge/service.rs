//! `services/*.yaml`: words, rules and contacts of a service.
//!
//! The one idea: everything but the id may be absent, which means "not known" or "as in the generic service".

use std::collections::BTreeMap;
use std::ops::Range;

use super::base::Base;
use super::fields::{Fields, check_id, count, list, mapping, text, wrong_type};
use super::frequency::given;
use super::model::{Contact, Message, Service, Window};
use super::names::Names;
use super::report::Report;
use super::yaml::{Key, Node};
use super::{safety, wording};

/// Reads one service, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<(Service, Range<usize>)> {
    let mut fields = Fields::of_file(root, report)?;
    let id = fields.id("service", report);
    let at = root.get("service").map_or(root.span.clone(), |node| node.span.clone());
    let service = Service {
        name: fields.optional_text("name", report).or_else(|| id.clone()).unwrap_or_default(),
        words: texts(&mut fields, "words", report),
        facts: texts(&mut fields, "facts", report),
        escalate: escalations(&mut fields, names, base, report),
        window: fields.optional("window").and_then(|node| window(node, report)),
        tries_before_lock: fields.optional("tries-before-lock").and_then(|node| count(node, report)),
        recovery_form: fields.optional("recovery-form").and_then(|node| recovery_form(node, report)),
        verify_identity: fields.optional_text("verify-identity", report),
        messages: messages(&mut fields, names, base, report),
        id: id.clone().unwrap_or_default(),
    };
    fields.finish(report);
    safety::check_service(&service.name, root.get("verify-identity").is_some(), names.resets_factor, &at, report);
    id.map(|_| (service, at))
}

/// A mapping from ids to texts.
pub(super) fn texts(fields: &mut Fields, name: &'static str, report: &mut Report) -> BTreeMap<String, String> {
    let entries = fields.items(name, report).iter();
    entries
        .filter_map(|(key, node)| {
            check_id(&key.text, &key.span, report)?;
            Some((key.text.clone(), text(node, report)?))
        })
        .collect()
}

fn escalations(fields: &mut Fields, names: &Names, base: &Base, report: &mut Report) -> BTreeMap<String, Contact> {
    let entries = fields.items("escalate", report).iter();
    entries
        .filter_map(|(key, node)| {
            let contact = report.sound(|report| {
                check_id(&key.text, &key.span, report);
                contact(key, node, names, base, report)
            })?;
            Some((key.text.clone(), contact))
        })
        .collect()
}

fn contact(key: &Key, node: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<Contact> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let says = fields.text("says", report);
    let bring = fields.optional("bring").map_or(&[][..], |node| list(node, report));
    for said in node.get("says").into_iter().chain(bring) {
        wording::check_span(&said.span, &[], names, &base.vetted, report);
    }
    for node in bring {
        safety::check_bring(node.as_str().unwrap_or_default(), &node.span, report);
    }
    let bring = bring.iter().filter_map(|node| text(node, report)).collect();
    fields.finish(report);
    Some(Contact { says: says?, bring })
}

fn window(node: &Node, report: &mut Report) -> Option<Window> {
    let mut fields = Fields::of(node, &node.span, report)?;
    let past = fields.required("past", report).and_then(|node| count(node, report));
    let future = fields.required("future", report).and_then(|node| count(node, report));
    fields.finish(report);
    Some(Window { past: past?, future: future? })
}

fn recovery_form(node: &Node, report: &mut Report) -> Option<String> {
    let form = text(node, report)?;
    match regex_lite::Regex::new(&form) {
        Ok(_) => Some(form),
        Err(error) => wrong_type(node, &format!("a regular expression ({error})"), report),
    }
}

fn messages(fields: &mut Fields, names: &Names, base: &Base, report: &mut Report) -> Vec<Message> {
    let Some(node) = fields.optional("messages") else { return Vec::new() };
    let entries = mapping(node, report).iter();
    entries
        .filter_map(|(key, node)| {
            report.sound(|report| {
                check_id(&key.text, &key.span, report);
                message(key, node, names, base, report)
            })
        })
        .collect()
}

fn message(key: &Key, node: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<Message> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let text = fields.text("text", report);
    let given = given(fields.optional("given"), &base.scales.given, report, |key, report| {
        names.cause(&key.text, &key.span, report)
    });
    fields.finish(report);
    Some(Message { id: key.text.clone(), text: text?, given: given.by_cause, others: given.others })
}
