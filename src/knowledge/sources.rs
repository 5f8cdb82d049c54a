//! The texts that knowledge is compiled from.
//!
//! The one idea: a source is a path and its bytes, handed in by whoever may open files; one set can be laid over
//! another. It must not open a file itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::embedded::FILES;
use super::report::Report;
use super::script;
use super::yaml::{self, Node};

/// Files of knowledge, by path relative to the folder, with `/` between the parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, Source>);

/// The content of one file, and which set of them it came with: 0 for the lowest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    bytes: Cow<'static, [u8]>,
    layer: usize,
}

impl Source {
    fn new(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { bytes: bytes.into(), layer: 0 }
    }
}

impl Sources {
    /// The knowledge that is built into the program.
    pub fn embedded() -> Self {
        Self(FILES.iter().map(|(path, bytes)| ((*path).to_owned(), Source::new(*bytes))).collect())
    }

    /// Adds a file, in place of one of the same path.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), Source::new(bytes.into()));
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, source)| (path.as_str(), source.bytes.as_ref()))
    }

    /// The content of one file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(|source| source.bytes.as_ref())
    }

    /// The files that came with the one at `path` and whose own paths begin like that, sorted.
    pub(super) fn beside(&self, path: &str, beginning: &str) -> impl Iterator<Item = &str> {
        let layer = self.0.get(path).map(|source| source.layer);
        let others = self.0.range(beginning.to_owned()..).take_while(move |(other, _)| other.starts_with(beginning));
        others.filter(move |(_, source)| Some(source.layer) == layer).map(|(other, _)| other.as_str())
    }

    /// What the file at `path` defines: `("service", "example")`, say. `None` for an article, or a file without an id.
    pub fn defines(&self, path: &str) -> Option<(&'static str, String)> {
        identity(path, self.get(path)?)
    }

    /// Where a file that somebody names by itself belongs: an article, or what its first words say that it is.
    pub fn place_of(name: &str, bytes: &[u8]) -> Option<String> {
        if name.rsplit_once('.').is_some_and(|(_, ending)| ending == "md") {
            return Some(format!("articles/{name}"));
        }
        // A script names its symptom too.
        let folders = [("script", "scripts"), ("symptom", "symptoms"), ("service", "services"), ("app", "apps")];
        let text = std::str::from_utf8(bytes).ok()?;
        let root = yaml::parse(&mut Report::new(name, text), 0..text.len());
        // A file that cannot be read is told from its first line, so that it can be told what is wrong.
        let has = |key: &str| match &root {
            Some(root) => root.get(key).is_some(),
            None => text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))),
        };
        let folder = folders.iter().find(|(key, _)| has(key)).map(|(_, folder)| *folder);
        let folder = folder.or_else(|| text.lines().any(|line| line.starts_with("- scenario:")).then_some("scenarios"));
        match (folder, name) {
            (Some(folder), name) => Some(format!("{folder}/{name}")),
            (None, "kb.yaml" | "phrases.yaml") => Some(name.to_owned()),
            (None, _) => None,
        }
    }

    /// Lays `other` over these: a file of the same path, or with the same symptom, service, app or script in it, replaces.
    /// Where its `kb.yaml` says `base: none`, nothing of these remains. A script of these over a symptom that was replaced
    /// remains as long as it names nothing that is not there any more.
    #[must_use]
    pub fn overlay(mut self, other: Self) -> Self {
        if other.get("kb.yaml").and_then(|bytes| top_level("kb.yaml", bytes, "base")).as_deref() == Some("none") {
            return other;
        }
        let replaced: Vec<_> = other.iter().filter_map(|(path, bytes)| identity(path, bytes)).collect();
        self.0.retain(|path, source| identity(path, &source.bytes).is_none_or(|id| !replaced.contains(&id)));
        let symptoms: Vec<_> = other.iter().filter(|(path, _)| path.starts_with("symptoms/")).collect();
        let symptoms: Vec<_> = symptoms.into_iter().filter_map(|(path, bytes)| tree(path, bytes)).collect();
        self.0.retain(|path, source| {
            let script = path.starts_with("scripts/").then(|| tree(path, &source.bytes)).flatten();
            script.is_none_or(|script| {
                let about = |symptom: &&Node| {
                    symptom.get("symptom").and_then(Node::as_str) == script.get("symptom").and_then(Node::as_str)
                };
                symptoms.iter().find(about).is_none_or(|symptom| script::fits(&script, symptom))
            })
        });
        let above = self.0.values().map(|source| source.layer + 1).max().unwrap_or(0);
        let raised = other.0.into_iter().map(|(path, source)| (path, Source { layer: source.layer + above, ..source }));
        self.0.extend(raised);
        self
    }

    /// First eight bytes of the SHA-256 over every path and content, in hexadecimal. Schemas are for editors alone.
    pub(super) fn digest(&self) -> String {
        let read = self.iter().filter(|(path, _)| !path.starts_with("schema/"));
        digest_of(read.flat_map(|(path, bytes)| [path.as_bytes(), bytes]))
    }
}

/// The first eight bytes of the SHA-256 over all parts, each after its length, in hexadecimal.
pub(super) fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize()[..8])
}

impl FromIterator<(String, Vec<u8>)> for Sources {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path, Source::new(bytes))).collect())
    }
}

/// What a file defines: its kind and id.
fn identity(path: &str, bytes: &[u8]) -> Option<(&'static str, String)> {
    let kind = match path.split_once('/')? {
        ("symptoms", _) => "symptom",
        ("services", _) => "service",
        ("apps", _) => "app",
        ("scripts", _) => "script",
        _ => return None,
    };
    Some((kind, top_level(path, bytes, kind)?))
}

fn top_level(path: &str, bytes: &[u8], key: &str) -> Option<String> {
    tree(path, bytes)?.get(key)?.as_str().map(str::to_owned)
}

fn tree(path: &str, bytes: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?;
    yaml::parse(&mut Report::new(path, text), 0..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Sources {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_same_path_or_the_same_id_replaces() {
        let base = sources(&[("services/a.yaml", "service: one"), ("services/b.yaml", "service: two"), ("x.md", "1")]);
        let laid = base.overlay(sources(&[("services/mine.yaml", "service: two\nname: Mine"), ("x.md", "2")]));
        let paths: Vec<_> = laid.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["services/a.yaml", "services/mine.yaml", "x.md"]);
        assert_eq!(laid.get("x.md"), Some(b"2".as_slice()));
    }

    #[test]
    fn a_base_of_none_starts_empty() {
        let base = sources(&[("services/a.yaml", "service: one")]);
        let own = sources(&[("kb.yaml", "base: none")]);
        assert_eq!(base.overlay(own.clone()), own);
    }

    #[test]
    fn the_digest_tells_where_a_path_ends() {
        assert_ne!(sources(&[("ab", "c")]).digest(), sources(&[("a", "bc")]).digest());
        assert_eq!(sources(&[]).digest().len(), 16);
    }
}
