//! Where the items of the symptoms stand: in their files, or in those of their causes.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::diagnostic::Place;
use crate::knowledge::{Node, Report, Sources, list, parse};
use crate::rehearse::scenario::causes;

/// The files of symptoms and causes as trees; they are read once somebody asks for a place.
pub(super) struct Places<'a> {
    sources: &'a Sources,
    files: OnceCell<Files<'a>>,
}

/// What was read of them.
struct Files<'a> {
    /// By the id of the symptom.
    symptoms: BTreeMap<String, File<'a>>,
    /// By the ids of symptom and cause.
    causes: BTreeMap<(String, String), File<'a>>,
}

struct File<'a> {
    path: &'a str,
    text: &'a str,
    root: Node,
}

impl<'a> Places<'a> {
    pub(super) fn of(sources: &'a Sources) -> Self {
        Self { sources, files: OnceCell::new() }
    }

    fn read(sources: &'a Sources) -> Files<'a> {
        let mut files = BTreeMap::new();
        for (path, bytes) in sources.iter().filter(|(path, _)| path.starts_with("symptoms/")) {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let Some(root) = parse(&mut Report::unheard(path, text), 0..text.len()) else { continue };
            if let Some(id) = root.get("symptom").and_then(Node::as_str).map(str::to_owned) {
                files.entry(id).or_insert(File { path, text, root });
            }
        }
        let causes =
            causes(sources).map(|one| ((one.symptom, one.id), File { path: one.path, text: one.text, root: one.root }));
        Files { symptoms: files, causes: causes.collect() }
    }

    fn files(&self) -> &Files<'a> {
        self.files.get_or_init(|| Self::read(self.sources))
    }

    /// The file in which a way begins, and the way in there: what is said of a cause stands in the cause's own, if it has one.
    fn file<'w>(&self, symptom: &str, way: &[&'w str]) -> Option<(&File<'a>, Vec<&'w str>)> {
        let of_cause = |id: &str| self.files().causes.get(&(symptom.to_owned(), id.to_owned()));
        let own = match *way {
            ["causes", id] => of_cause(id).map(|file| (file, vec!["cause"])),
            ["causes", id, key] => of_cause(id).map(|file| (file, vec![key])),
            ["questions", question, "answers", answer, "given", id] => {
                let told = of_cause(id).filter(|file| file.find(&["tells", question, answer]).is_some());
                told.map(|file| (file, vec!["tells", question, answer]))
            }
            _ => None,
        };
        own.or_else(|| Some((self.files().symptoms.get(symptom)?, way.to_vec())))
    }

    /// The last key on the way from the top of a symptom's file, or the last that is there.
    pub(super) fn key(&self, symptom: &str, way: &[&str]) -> Place {
        let Some((file, way)) = self.file(symptom, way) else { return Place::file(symptom) };
        let mut node = &file.root;
        let mut span = node.get("symptom").map_or(0..0, |id| id.span.clone());
        for name in way {
            let Some((key, value)) = node.entries().iter().find(|(key, _)| key.text == name) else { break };
            (node, span) = (value, key.span.clone());
        }
        Place::span(file.path, file.text, span)
    }

    /// The value at the end of the way, or the last key that is there.
    pub(super) fn value(&self, symptom: &str, way: &[&str]) -> Place {
        let value = self.file(symptom, way).and_then(|(file, way)| {
            let node = file.find(&way)?;
            Some(Place::span(file.path, file.text, node.span.clone()))
        });
        value.unwrap_or_else(|| self.key(symptom, way))
    }

    /// A row of the table, counted from 0, or the value of `part` in it.
    pub(super) fn row(&self, symptom: &str, index: usize, part: Option<&str>) -> Place {
        let row = self.files().symptoms.get(symptom).and_then(|file| {
            let rows = list(file.root.get("outcomes")?);
            let row = rows.get(index)?;
            let node = part.and_then(|part| row.get(part)).unwrap_or(row);
            Some(Place::span(file.path, file.text, node.span.clone()))
        });
        row.unwrap_or_else(|| self.key(symptom, &["outcomes"]))
    }
}

impl File<'_> {
    fn find(&self, way: &[&str]) -> Option<&Node> {
        way.iter().try_fold(&self.root, |node, name| node.get(name))
    }
}
