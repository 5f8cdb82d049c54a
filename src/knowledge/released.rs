//! `released.yaml`: the names that the last release had, and what has become of them.
//!
//! The one idea: a transcript holds ids and no texts, so an id that a release had must still lead somewhere. A name is a
//! path, `invalid-code/where/signing-in`: a symptom, a question or remedy of it, an answer. `renamed` in `kb.yaml` says
//! what it is now, or that it is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use super::fields::{Fields, list, text};
use super::model::{Knowledge, Symptom};
use super::report::Report;
use super::yaml::Node;
use crate::diagnostic::nearest;

/// In place of a new name: what it named is no more.
pub const GONE: &str = "gone";

/// What has become of names, by what they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renamed(pub(super) BTreeMap<String, String>);

/// What `released.yaml` says.
#[derive(Debug, Default)]
pub(super) struct Released {
    version: String,
    /// Each with its place.
    names: Vec<(String, Range<usize>)>,
}

/// Where the names of one symptom stand in its file.
#[derive(Debug, Default)]
pub(super) struct Named(BTreeMap<String, Range<usize>>);

impl Renamed {
    /// The path that a path of an older release has now; each of its parts may have another name.
    pub fn now(&self, path: &str) -> String {
        let mut now = String::new();
        let mut was = String::new();
        for part in path.split('/') {
            let of = |before: &str| if before.is_empty() { part.to_owned() } else { format!("{before}/{part}") };
            // It may have been written down before or after what it is in had its own name changed.
            let id = [of(&was), of(&now)].iter().find_map(|path| self.0.get(path)).filter(|id| *id != GONE);
            let id = id.map_or(part, String::as_str);
            now = if now.is_empty() { id.to_owned() } else { format!("{now}/{id}") };
            was = of(&was);
        }
        now
    }

    /// Whether it, or what it is in, is no more.
    fn is_gone(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.into_iter().any(|end| self.0.get(&path[..end]).is_some_and(|id| id == GONE))
    }
}

impl Released {
    pub(super) fn read(root: &Node, report: &mut Report) -> Self {
        let Some(mut fields) = Fields::of_file(root, report) else { return Self::default() };
        let version = fields.text("version", report).unwrap_or_default();
        let listed = fields.required("names", report).map_or(&[][..], |node| list(node, report));
        let names = listed.iter().filter_map(|node| Some((text(node, report)?, node.span.clone()))).collect();
        fields.finish(report);
        Self { version, names }
    }

    /// Reports each released name of the symptom that is there no more and of which nobody says what it is now.
    pub(super) fn check(&self, symptom: &str, named: &Named, renamed: &Renamed, report: &mut Report) {
        let released: BTreeSet<String> = self.names.iter().map(|(name, _)| renamed.now(name)).collect();
        for (name, _) in &self.names {
            let now = renamed.now(name);
            let (own, inner) = now.split_once('/').unwrap_or((&now, ""));
            // What is in something that is missing is missing with it.
            let above = inner.rsplit_once('/').map_or("", |(above, _)| above);
            if own != symptom || named.0.contains_key(inner) || !named.0.contains_key(above) || renamed.is_gone(name) {
                continue;
            }
            let id = inner.rsplit('/').next().unwrap_or_default();
            let new = named.0.keys().filter(|path| {
                path.rsplit_once('/').map_or("", |(above, _)| above) == above
                    && !path.is_empty()
                    && !released.contains(&format!("{symptom}/{path}"))
            });
            let near = nearest(id, new.map(|path| path.rsplit('/').next().unwrap_or_default()));
            let at = near.map_or(above.to_owned(), |near| inner[..inner.len() - id.len()].to_owned() + near);
            let message = format!("`{id}` of release {} is gone, and transcripts still name it", self.version);
            let help = format!("write `{name}: {}` under `renamed` in kb.yaml", near.unwrap_or(GONE));
            report.error_with_help("KB109", &named.0[&at], message, help);
        }
    }

    /// Reports each released symptom that has no file any more.
    pub(super) fn check_symptoms(&self, known: &BTreeSet<String>, renamed: &Renamed, report: &mut Report) {
        for (name, at) in self.names.iter().filter(|(name, _)| !name.contains('/')) {
            if !known.contains(&renamed.now(name)) && !renamed.is_gone(name) {
                let message = format!("`{name}` of release {} is gone, and transcripts still name it", self.version);
                let help = format!("write `{name}: {GONE}`, or its new id, under `renamed` in kb.yaml");
                report.error_with_help("KB109", at, message, help);
            }
        }
    }
}

impl Named {
    /// The names in the tree of a symptom, by their path in it; the symptom itself is "".
    pub(super) fn of(root: &Node) -> Self {
        let mut named = BTreeMap::new();
        named.insert(String::new(), root.get("symptom").map_or(0..0, |id| id.span.clone()));
        let parts = ["questions", "remedies"].iter().filter_map(|part| root.get(part));
        for (key, item) in parts.flat_map(Node::entries) {
            named.insert(key.text.clone(), key.span.clone());
            for (answer, _) in item.get("answers").map_or(&[][..], Node::entries) {
                named.insert(format!("{}/{}", key.text, answer.text), answer.span.clone());
            }
        }
        Self(named)
    }
}

impl Knowledge {
    /// `released.yaml` for the symptoms of these ids: what transcripts of this release may name.
    pub fn released(&self, symptoms: &BTreeSet<String>) -> String {
        let mut out = format!(
            "# What release {0} named, and its transcripts hold. `otp-doctor kb release` writes this file.\n\
             schema: 1\nversion: \"{0}\"\nnames:\n",
            self.version
        );
        for symptom in symptoms.iter().filter_map(|id| self.symptoms.get(id)) {
            for name in names(symptom) {
                let _ = writeln!(out, "  - {name}");
            }
        }
        out
    }
}

fn names(symptom: &Symptom) -> BTreeSet<String> {
    let mut names = BTreeSet::from([symptom.id.clone()]);
    names.extend(symptom.remedies.iter().map(|remedy| format!("{}/{}", symptom.id, remedy.id)));
    for question in &symptom.questions {
        let path = format!("{}/{}", symptom.id, question.id);
        names.extend(question.answers.iter().map(|answer| format!("{path}/{}", answer.id)));
        names.insert(path);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_again_part_by_part() {
        let pairs = [("old", "new"), ("old/where", "place"), ("new/place/out", "signed-out"), ("old/lamp", GONE)];
        let renamed = Renamed(pairs.map(|(was, now)| (was.to_owned(), now.to_owned())).into());
        assert_eq!(renamed.now("old/where/out"), "new/place/signed-out");
        assert_eq!(renamed.now("old/other"), "new/other");
        assert_eq!(renamed.now("else/where"), "else/where");
        assert!(renamed.is_gone("old/lamp") && renamed.is_gone("old/lamp/on") && !renamed.is_gone("old/lam"));
    }
}
