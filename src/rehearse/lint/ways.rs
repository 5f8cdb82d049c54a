//! Symptoms that nobody comes to: KB319.

use std::collections::BTreeSet;

use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::{Node, NodeKind, Report, Sources, parse};

/// Looks at what the files say, not at what of them is sound: a flawed row leads on all the same.
pub(super) fn check(sources: &Sources, places: &Places, found: &mut Vec<Diagnostic>) {
    let mut led_to = BTreeSet::from([USUAL_SYMPTOM.to_owned()]);
    let mut symptoms = Vec::new();
    for (path, bytes) in sources.iter() {
        let folder = path.split('/').next().unwrap_or_default();
        let is_yaml = path.rsplit_once('.').is_some_and(|(_, ending)| ending == "yaml");
        if !is_yaml || !["symptoms", "scripts", "kb.yaml"].contains(&folder) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        // What cannot be read may lead to any.
        let Some(root) = parse(&mut Report::unheard(path, text), 0..text.len()) else { return };
        let named = |key: &str| root.get(key).and_then(Node::as_str).map(str::to_owned);
        match folder {
            "symptoms" => symptoms.extend(named("symptom")),
            "scripts" => led_to.extend(named("symptom")),
            _ => match root.get("offered").map(|node| &node.kind) {
                Some(NodeKind::List(items)) => led_to.extend(items.iter().filter_map(Node::as_str).map(str::to_owned)),
                _ => return,
            },
        }
        led_to.extend(onward(&root, named("symptom").as_deref()));
    }
    for id in symptoms.iter().filter(|id| !led_to.contains(*id)) {
        let message = format!("nothing leads to the symptom `{id}`: it is not offered, and no row goes on with it");
        let help = "name it under `offered` in kb.yaml, or in a `then`";
        found.push(Diagnostic::warning("KB319", places.value(id, &["symptom"]), message).help(help));
    }
}

/// The symptoms that `then` names, but for the one whose file it is.
fn onward(node: &Node, own: Option<&str>) -> Vec<String> {
    let named = |node: &Node| node.as_str().filter(|id| Some(*id) != own).map(str::to_owned);
    match &node.kind {
        NodeKind::Map(entries) => entries
            .iter()
            .flat_map(|(key, value)| {
                let then = if key.text == "then" { named(value) } else { None };
                then.into_iter().chain(onward(value, own))
            })
            .collect(),
        NodeKind::List(items) => items.iter().flat_map(|item| onward(item, own)).collect(),
        NodeKind::Scalar { .. } => Vec::new(),
    }
}
