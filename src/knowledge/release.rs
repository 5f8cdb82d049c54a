//! `released.yaml`: the names that the last release had, and what has become of them.
//!
//! The one idea: a transcript holds ids and no texts, so an id that a release had must still lead somewhere. A name is a
//! path, `invalid-code/where/signing-in`: a symptom, a question or remedy of it, an answer. `renamed` in `kb.yaml` says
//! what it is now, or that it is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use super::fields::{Fields, text};
use super::model::{Knowledge, Symptom};
use super::report::Report;
use super::yaml::Node;
use crate::diagnostic::nearest;

/// In place of a new name: what it named is no more.
pub const GONE: &str = "gone";

/// What has become of names, by what they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Renamed(pub(super) BTreeMap<String, String>);

/// What `released.yaml` says.
#[derive(Debug, Default)]
pub(super) struct Released {
    version: String,
    /// Those of which something is left.
    names: Vec<Name>,
}

/// A name of the last release.
#[derive(Debug)]
struct Name {
    was: String,
    now: String,
    at: Range<usize>,
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
    pub(super) fn read(root: &Node, renamed: &Renamed) -> Self {
        let fields = Fields::of(root);
        let version = fields.text("version").unwrap_or_default();
        let names = fields.list("names").iter().filter_map(|node| {
            let was = text(node).filter(|name| !renamed.is_gone(name))?;
            Some(Name { now: renamed.now(&was), was, at: node.span.clone() })
        });
        Self { version, names: names.collect() }
    }

    /// Reports each released name of the symptom that is there no more and of which nobody says what it is now.
    pub(super) fn check(&self, symptom: &str, defined: &Named, report: &mut Report) {
        let own = |name: &Name| Some(name.now.strip_prefix(symptom)?.strip_prefix('/')?.to_owned());
        let paths: Vec<_> = self.names.iter().filter_map(|name| Some((&name.was, own(name)?))).collect();
        let released: BTreeSet<&str> = paths.iter().map(|(_, path)| path.as_str()).collect();
        for (was, path) in &paths {
            let (above, id) = path.rsplit_once('/').unwrap_or(("", path));
            // What is in something that is missing is missing with it.
            if defined.0.contains_key(path) || !defined.0.contains_key(above) {
                continue;
            }
            let siblings = defined.0.keys().filter_map(|other| {
                let (beside, id) = other.rsplit_once('/').unwrap_or(("", other));
                (beside == above && !id.is_empty() && !released.contains(other.as_str())).then_some(id)
            });
            let near = nearest(id, siblings);
            let at = near.map_or_else(|| above.to_owned(), |near| format!("{}{near}", &path[..path.len() - id.len()]));
            self.tell(id, was, near.unwrap_or(GONE), &defined.0[&at], report);
        }
    }

    /// Reports each released symptom that has no file any more.
    pub(super) fn check_symptoms(&self, known: &BTreeSet<String>, report: &mut Report) {
        for Name { was, at, .. } in
            self.names.iter().filter(|name| !name.was.contains('/') && !known.contains(&name.now))
        {
            self.tell(was, was, GONE, at, report);
        }
    }

    fn tell(&self, id: &str, was: &str, now: &str, at: &Range<usize>, report: &mut Report) {
        let message = format!("`{id}` of release {} is gone, and transcripts still name it", self.version);
        let help = format!("write `{was}: {now}` under `renamed` in kb.yaml, or the id that it has now");
        report.error_with_help("KB109", at, message, help);
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
