//! The texts that knowledge is compiled from.
//!
//! The one idea: a source is a path and its bytes, handed in by whoever may open files; one set can be laid over
//! another. It must not open a file itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::article::front_matter_of as front_matter;
use super::fields::list;
use super::locale;
use super::report::Report;
use super::schema::{FOLDER, KINDS};
use super::script;
use super::yaml::{self, Node};
use crate::embedded;

/// Files of knowledge, by path relative to the folder, with `/` between the parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: BTreeMap<String, Source>,
    /// Those that were laid over others: the languages into which they have to be translated all the same.
    laid_over: BTreeMap<String, BTreeSet<String>>,
    /// Files of causes that the symptom does not take over.
    passed_over: BTreeSet<String>,
}

/// The content of one file, and which set of them it came with: 0 for the lowest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    bytes: Cow<'static, [u8]>,
    layer: usize,
    /// What lies under it and counts where it says nothing: of `kb.yaml` alone.
    under: Option<Box<Source>>,
}

/// The one file that is laid over key by key.
const KB: &str = "kb.yaml";

impl Source {
    fn new(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { bytes: bytes.into(), layer: 0, under: None }
    }
}

impl Sources {
    /// The knowledge that is built into the program. Of a schema it is enough that it is there, as in any folder.
    pub fn embedded() -> Self {
        let files = embedded::files().iter().map(|(path, bytes)| ((*path).to_owned(), Source::new(*bytes)));
        let schemas = KINDS.iter().map(|kind| (format!("{FOLDER}/{}", kind.file_name()), Source::new(&[][..])));
        Self { files: files.chain(schemas).collect(), ..Self::default() }
    }

    /// Adds a file, in place of one of the same path.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), Source::new(bytes.into()));
    }

    /// Puts another content in the place of a file's, which stays where it came with.
    pub fn replace(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        if let Some(source) = self.files.get_mut(path) {
            source.bytes = Cow::Owned(bytes.into());
        }
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, source)| (path.as_str(), source.bytes.as_ref()))
    }

    /// The content of one file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|source| source.bytes.as_ref())
    }

    /// The files that came with the one at `path` and whose own paths begin like that, sorted.
    pub(super) fn beside(&self, path: &str, beginning: &str) -> impl Iterator<Item = &str> {
        let layer = self.layer(path);
        let others =
            self.files.range(beginning.to_owned()..).take_while(move |(other, _)| other.starts_with(beginning));
        others.filter(move |(_, source)| Some(source.layer) == layer).map(|(other, _)| other.as_str())
    }

    /// Which set of files it came with: 0 for the lowest.
    pub(super) fn layer(&self, path: &str) -> Option<usize> {
        self.files.get(path).map(|source| source.layer)
    }

    /// Whether two files came with the same set of them.
    pub(super) fn came_together(&self, path: &str, other: &str) -> bool {
        self.layer(path) == self.layer(other)
    }

    /// Whether a file was laid over others by somebody who owes nobody a translation of it.
    pub(super) fn is_laid_over(&self, path: &str, language: &str) -> bool {
        self.laid_over.get(path).is_some_and(|owed| !owed.contains(language))
    }

    /// What the file at `path` defines: `("service", "example")`, say. `None` for an article, or a file without an id.
    pub fn defines(&self, path: &str) -> Option<(&'static str, String)> {
        defined(path, self.get(path)?)
    }

    /// Where a file that somebody names by itself belongs: an article, or what its first words say that it is.
    pub fn place_of(name: &str, bytes: &[u8]) -> Option<String> {
        if name.rsplit_once('.').is_some_and(|(_, ending)| ending == "md") {
            return Some(format!("articles/{name}"));
        }
        // A script names its symptom too.
        let folders = [("script", "scripts"), ("symptom", "symptoms"), ("service", "services"), ("app", "apps")];
        let text = std::str::from_utf8(bytes).ok()?;
        let root = yaml::tree(text);
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
    /// Its `kb.yaml` replaces key by key; where that says `base: none`, nothing of these remains, and of the translations only
    /// those into the `languages` that it names, if it names any. Of the causes of a symptom that was replaced those remain
    /// that it lists. A script of these over a symptom that was replaced remains as long as it names nothing
    /// that is not there any more.
    #[must_use]
    pub fn overlay(mut self, other: Self) -> Self {
        let kb = other.get("kb.yaml").and_then(tree);
        if kb.as_ref().is_some_and(|kb| kb.get("base").and_then(Node::as_str) == Some("none")) {
            return other;
        }
        let replaced: Vec<_> = other.iter().filter_map(|(path, bytes)| identity(path, bytes)).collect();
        self.files.retain(|path, source| identity(path, &source.bytes).is_none_or(|id| !replaced.contains(&id)));
        self.drop_scripts_over(&other);
        let mut owed = BTreeSet::new();
        self.pass_over_causes(&other);
        if let Some(languages) = kb.as_ref().and_then(|kb| kb.get("languages")) {
            let named: Vec<&str> = list(languages).iter().filter_map(Node::as_str).collect();
            self.files.retain(|path, _| locale::split(path).is_none_or(|(language, _)| named.contains(&language)));
            // Whoever declares a language and has begun it means to have it whole.
            owed.extend(other.files.keys().filter_map(|path| Some(locale::split(path)?.0.to_owned())));
        }
        self.laid_over.extend(other.files.keys().map(|path| (path.clone(), owed.clone())));
        let above = self.files.values().map(|source| source.layer + 1).max().unwrap_or(0);
        let under = self.files.remove(KB).map(Box::new);
        let raised =
            other.files.into_iter().map(|(path, source)| (path, Source { layer: source.layer + above, ..source }));
        self.files.extend(raised);
        match (self.files.get_mut(KB), under) {
            (Some(kb), under) => kb.under = under,
            (None, Some(under)) => drop(self.files.insert(KB.to_owned(), *under)),
            (None, None) => {}
        }
        self
    }

    /// What lies under the file at `path`, the nearest first.
    pub(super) fn under(&self, path: &str) -> impl Iterator<Item = &[u8]> {
        let first = self.files.get(path).and_then(|source| source.under.as_deref());
        std::iter::successors(first, |source| source.under.as_deref()).map(|source| source.bytes.as_ref())
    }

    /// Whether the file at `path` is of a cause of a symptom that was replaced by one that does not list it.
    pub(crate) fn is_passed_over(&self, path: &str) -> bool {
        self.passed_over.contains(path)
    }

    /// Notes the causes of the symptoms that `other` replaces, but for those that it lists. Their prose stays: others may
    /// lead to it.
    fn pass_over_causes(&mut self, other: &Self) {
        let symptoms = other.iter().filter(|(path, _)| path.starts_with("symptoms/"));
        let symptoms: Vec<Node> = symptoms.filter_map(|(_, bytes)| tree(bytes)).collect();
        let is_passed_over = |bytes: &[u8]| {
            let front = std::str::from_utf8(bytes).ok().and_then(|text| front_matter(&mut Report::unheard("", text)));
            let said = |name: &str| front.as_ref().and_then(|front| front.get(name)).and_then(Node::as_str);
            let is_about = |symptom: &&Node| {
                let id = symptom.get("symptom").and_then(Node::as_str);
                id.is_some() && id == said("symptom")
            };
            let is_listed = |symptom: &Node| {
                let causes = symptom.get("causes").map_or(&[][..], list);
                causes.iter().any(|id| id.as_str() == said("cause"))
            };
            symptoms.iter().filter(is_about).any(|symptom| !is_listed(symptom))
        };
        let causes = self.iter().filter(|(path, _)| path.starts_with("causes/") && locale::split(path).is_none());
        let passed_over = causes.filter(|(_, bytes)| is_passed_over(bytes)).map(|(path, _)| path.to_owned());
        let passed_over: BTreeSet<String> = passed_over.collect();
        self.passed_over.extend(passed_over);
        // What is laid over it now is somebody's own.
        self.passed_over.retain(|path| other.get(path).is_none());
    }

    /// Takes out the scripts, and their translations, that a symptom of `other` no longer has the answers and remedies for.
    fn drop_scripts_over(&mut self, other: &Self) {
        let symptoms: Vec<_> = other.iter().filter(|(path, _)| path.starts_with("symptoms/")).collect();
        let symptoms: Vec<_> = symptoms.into_iter().filter_map(|(_, bytes)| tree(bytes)).collect();
        let named = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let mut dropped = Vec::new();
        self.files.retain(|path, source| {
            let Some(script) = path.starts_with("scripts/").then(|| tree(&source.bytes)).flatten() else {
                return true;
            };
            let about = symptoms.iter().find(|symptom| named(symptom, "symptom") == named(&script, "symptom"));
            let fits = about.is_none_or(|symptom| script::fits(&script, symptom));
            if !fits {
                dropped.extend(named(&script, "script"));
            }
            fits
        });
        if !dropped.is_empty() {
            self.files.retain(|path, source| {
                identity(path, &source.bytes).is_none_or(|id| id.kind != "script" || !dropped.contains(&id.id))
            });
        }
    }

    /// First eight bytes of the SHA-256 over the path and content of every file but translations and schemas, in
    /// hexadecimal: those have no id and no number of their own.
    pub(super) fn digest(&self) -> String {
        let files = self.iter().filter(|(path, _)| locale::split(path).is_none() && !path.starts_with("schema/"));
        let under = self.under(KB).flat_map(|bytes| [KB.as_bytes(), bytes]);
        digest_of(files.flat_map(|(path, bytes)| [path.as_bytes(), bytes]).chain(under))
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
        let files = files.into_iter().map(|(path, bytes)| (path, Source::new(bytes)));
        Self { files: files.collect(), ..Self::default() }
    }
}

/// What a file defines, and in which language: `None` is that of the source.
#[derive(PartialEq)]
struct Identity {
    language: Option<String>,
    kind: &'static str,
    id: String,
}

/// What a file at `path` defines: `("service", "example")`, say.
pub(super) fn defined(path: &str, bytes: &[u8]) -> Option<(&'static str, String)> {
    let Identity { language: None, kind, id } = identity(path, bytes)? else { return None };
    Some((kind, id))
}

fn identity(path: &str, bytes: &[u8]) -> Option<Identity> {
    let (language, inner) = locale::split(path).map_or((None, path), |(language, rest)| (Some(language), rest));
    if inner.starts_with("causes/") {
        let front = front_matter(&mut Report::unheard(path, std::str::from_utf8(bytes).ok()?))?;
        let said = |name: &str| front.get(name).and_then(Node::as_str);
        return Some(Identity {
            language: None,
            kind: "cause",
            id: format!("{}/{}", said("symptom")?, said("cause")?),
        });
    }
    let kind = match inner.split_once('/')? {
        ("symptoms", _) => "symptom",
        ("services", _) => "service",
        ("apps", _) => "app",
        ("scripts", _) => "script",
        _ => return None,
    };
    let id = tree(bytes)?.get(kind)?.as_str()?.to_owned();
    Some(Identity { language: language.map(str::to_owned), kind, id })
}

fn tree(bytes: &[u8]) -> Option<Node> {
    yaml::tree(std::str::from_utf8(bytes).ok()?)
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
    fn translations_stay_where_their_language_does() {
        let base = sources(&[("kb.yaml", "version: 1"), ("locale/de/services/a.yaml", "service: one"), ("x.md", "1")]);
        assert_eq!(base.digest(), sources(&[("kb.yaml", "version: 1"), ("x.md", "1")]).digest());
        let own = base.clone().overlay(sources(&[("locale/de/services/b.yaml", "service: one"), ("x.md", "2")]));
        let paths: Vec<_> = own.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["kb.yaml", "locale/de/services/b.yaml", "x.md"]);
        assert!(own.is_laid_over("x.md", "de") && !own.is_laid_over("kb.yaml", "de"));
        let begun = [("kb.yaml", "languages: [de, fr]"), ("locale/fr/phrases.yaml", ""), ("x.md", "2")];
        let begun = base.clone().overlay(sources(&begun));
        assert!(begun.is_laid_over("x.md", "de") && !begun.is_laid_over("x.md", "fr"));
        let other = base.overlay(sources(&[("kb.yaml", "languages: [fr]")]));
        assert!(other.get("locale/de/services/a.yaml").is_none());
    }

    #[test]
    fn the_digest_tells_where_a_path_ends() {
        assert_ne!(sources(&[("ab", "c")]).digest(), sources(&[("a", "bc")]).digest());
        assert_eq!(sources(&[]).digest().len(), 16);
    }
}
