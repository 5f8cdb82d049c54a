//! Where the items of the symptoms stand in their files.

use std::collections::BTreeMap;

use crate::diagnostic::Place;
use crate::knowledge::{Node, Report, Sources, list, parse};

/// The symptoms' files as trees, by the id of the symptom.
pub(super) struct Places<'a>(BTreeMap<String, File<'a>>);

struct File<'a> {
    path: &'a str,
    text: &'a str,
    root: Node,
}

impl<'a> Places<'a> {
    pub(super) fn of(sources: &'a Sources) -> Self {
        let mut files = BTreeMap::new();
        for (path, bytes) in sources.iter().filter(|(path, _)| path.starts_with("symptoms/")) {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let Some(root) = parse(&mut Report::unheard(path, text), 0..text.len()) else { continue };
            if let Some(id) = root.get("symptom").and_then(Node::as_str).map(str::to_owned) {
                files.entry(id).or_insert(File { path, text, root });
            }
        }
        Self(files)
    }

    /// The last key on the way from the top of a symptom's file, or the last that is there.
    pub(super) fn key(&self, symptom: &str, way: &[&str]) -> Place {
        let Some(file) = self.0.get(symptom) else { return Place::file(symptom) };
        let mut node = &file.root;
        let mut span = node.get("symptom").map_or(0..0, |id| id.span.clone());
        for name in way {
            let Some((key, value)) = node.entries().iter().find(|(key, _)| key.text == *name) else { break };
            (node, span) = (value, key.span.clone());
        }
        Place::span(file.path, file.text, span)
    }

    /// The value at the end of the way, or the last key that is there.
    pub(super) fn value(&self, symptom: &str, way: &[&str]) -> Place {
        let value = self.0.get(symptom).and_then(|file| {
            let node = way.iter().try_fold(&file.root, |node, name| node.get(name))?;
            Some(Place::span(file.path, file.text, node.span.clone()))
        });
        value.unwrap_or_else(|| self.key(symptom, way))
    }

    /// A row of the table, counted from 0, or the value of `part` in it.
    pub(super) fn row(&self, symptom: &str, index: usize, part: Option<&str>) -> Place {
        let row = self.0.get(symptom).and_then(|file| {
            let rows = list(file.root.get("outcomes")?, &mut Report::new("", ""));
            let row = rows.get(index)?;
            let node = part.and_then(|part| row.get(part)).unwrap_or(row);
            Some(Place::span(file.path, file.text, node.span.clone()))
        });
        row.unwrap_or_else(|| self.key(symptom, &["outcomes"]))
    }
}
