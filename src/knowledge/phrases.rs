//! `phrases.yaml`: what the program itself says to a person.
//!
//! The one idea: the built-in phrases are the list of all that there are, and of what each has filled in; a file may
//! say some of them in other words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Sources;
use super::fields::text;
use super::names::Names;
use super::report::{Report, quoted};
use super::wording::{self, Vetted, placeholders};
use super::yaml::{Key, Node, parse};

/// As they come with the program.
static BUILT_IN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let sources = Sources::embedded();
    let content = sources.get(PATH).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let root = parse(&mut Report::new(PATH, content), 0..content.len());
    root.iter().flat_map(sentences).map(|(key, _, said)| (key.text.clone(), said)).collect()
});

const PATH: &str = "phrases.yaml";
/// Asks before a secret is read.
const CONSENT: &str = "consent";

/// Every phrase as the program says it: in the file's words, else in its own.
pub(super) fn built_in() -> BTreeMap<String, String> {
    BUILT_IN.clone()
}

/// Reads ids and sentences.
pub(super) fn read(root: &Node, names: &Names, vetted: &Vetted, report: &mut Report) -> BTreeMap<String, String> {
    let secret = names.vocabulary.probes.iter().find(|probe| probe.needs_secret);
    if let (Some(probe), None, Some((first, _))) = (secret, root.get(CONSENT), root.entries().first()) {
        let message = format!("missing phrase `{CONSENT}`: the probe `{}` reads a secret", probe.id);
        report.error_with_help(
            "KB505",
            &first.span,
            message,
            "say what is read, where it stays, and when it is forgotten",
        );
    }
    let mut said = BTreeMap::new();
    for (key, node, sentence) in sentences(root) {
        let Some(original) = BUILT_IN.get(&key.text) else { continue };
        let own: Vec<&str> = placeholders(original).map(|(_, name)| name).collect();
        let is_said = |name: &str| placeholders(&sentence).any(|(_, one)| one == name) || names.words.contains(name);
        for lost in own.iter().filter(|name| !is_said(name)) {
            let message = format!("missing placeholder {}: expected it to be kept", quoted(&format!("{{{lost}}}")));
            report.error("KB004", &node.span, message);
        }
        wording::check_span(&node.span, &own, names, vetted, report);
        said.insert(key.text.clone(), sentence);
    }
    said
}

fn sentences(root: &Node) -> impl Iterator<Item = (&Key, &Node, String)> {
    let entries = root.entries().iter().filter(|(key, _)| key.text != "schema");
    entries.filter_map(|(key, node)| Some((key, node, text(node)?)))
}
