//! `services/*.yaml`: words, rules and contacts of a service.
//!
//! The one idea: everything but the id may be absent, which means "not known" or "as in the generic service".

use std::collections::BTreeMap;
use std::ops::Range;

use super::base::Base;
use super::fields::{Fields, sound, text};
use super::frequency::given;
use super::model::{Contact, Message, Service, Window};
use super::names::Names;
use super::report::Report;
use super::yaml::{Key, Node};
use super::{safety, wording};

/// Reads one service, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<(Service, Range<usize>)> {
    let fields = Fields::of(root);
    let at = fields.get("service").map_or(root.span.clone(), |node| node.span.clone());
    let name = fields.text("name").or_else(|| fields.text("service")).unwrap_or_default();
    safety::check_service(&name, root.get("verify-identity").is_some(), names.resets_factor, &at, report);
    let service = Service {
        name,
        words: texts(fields.items("words"), report),
        facts: texts(fields.items("facts"), report),
        escalate: sound(fields.items("escalate"), report, |_, node, report| contact(node, names, base, report))
            .into_iter()
            .collect(),
        window: fields.get("window").and_then(window),
        tries_before_lock: fields.number("tries-before-lock"),
        recovery_form: fields.text("recovery-form").filter(|form| regex_lite::Regex::new(form).is_ok()),
        verify_identity: fields.text("verify-identity"),
        colour: fields.text("colour").as_deref().and_then(colour),
        logo: fields.text("logo"),
        messages: sound(fields.items("messages"), report, |key, node, report| message(key, node, names, base, report))
            .into_iter()
            .map(|(_, message)| message)
            .collect(),
        id: fields.id("service")?,
    };
    Some((service, at))
}

/// A mapping from ids to texts.
pub(super) fn texts(entries: &[(Key, Node)], report: &mut Report) -> BTreeMap<String, String> {
    sound(entries, report, |_, node, _| text(node)).into_iter().collect()
}

/// `#1f5fbf`.
fn colour(text: &str) -> Option<[u8; 3]> {
    let bytes = u32::from_str_radix(text.strip_prefix('#')?, 16).ok()?.to_be_bytes();
    Some([bytes[1], bytes[2], bytes[3]])
}

fn contact(node: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<Contact> {
    let fields = Fields::of(node);
    let bring = fields.list("bring");
    for said in fields.get("says").into_iter().chain(bring) {
        wording::check_span(&said.span, &[], names, &base.vetted, report);
    }
    for node in bring {
        safety::check_bring(node.as_str().unwrap_or_default(), &node.span, report);
    }
    Some(Contact { says: fields.text("says")?, bring: bring.iter().filter_map(text).collect() })
}

fn window(node: &Node) -> Option<Window> {
    let fields = Fields::of(node);
    Some(Window { past: fields.number("past")?, future: fields.number("future")? })
}

fn message(key: &Key, node: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<Message> {
    let fields = Fields::of(node);
    let given = given(fields.items("given"), &base.scales.given, report, |key, report| {
        names.cause(&key.text, &key.span, report)
    });
    Some(Message { id: key.text.clone(), text: fields.text("text")?, given: given.by_cause, others: given.others })
}
