//! Files that nothing reads, because of their folder, their name or their ending.
//!
//! The one idea: one that defines something is an error, since whoever names that would be told that it is not there; any
//! other may lie where it lies. It must not read one as if it lay in its place.

use super::article::front_matter_of;
use super::files::{FOLDERS, OTHERS};
use super::report::Report;
use super::sources::{Sources, defined};
use super::yaml::{Node, tree};
use crate::diagnostic::{Diagnostic, Place, nearest};

/// What to tell of a file that nothing reads and that defines something: where it belongs.
pub(super) fn defining(path: &str, text: &str) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let (what, place) = if ending == "md" { of_page(path, text, stem) } else { of_tree(text, stem) }?;
    let message = format!("nothing reads this file, which defines {what}");
    Some(Diagnostic::error("KB013", Place::file(path), message).help(format!("move it to `{place}`")))
}

/// What to tell of any other.
pub(super) fn told(path: &str, inner: &str) -> Diagnostic {
    let folder = inner.split('/').next().unwrap_or_default();
    let files = ["kb.yaml", "phrases.yaml", "released.yaml"];
    let names = FOLDERS.iter().map(|(name, ..)| *name).chain(OTHERS.iter().copied()).chain(files);
    let hint = match (FOLDERS.iter().find(|(name, ..)| *name == folder), nearest(folder, names)) {
        (Some((_, end, _)), _) if inner.ends_with(&format!(".{end}")) => {
            ": there is nothing to translate in it".to_owned()
        }
        (Some((_, end, _)), _) => format!(": expected the ending `.{end}`"),
        (None, Some(name)) => format!(": did you mean `{name}`?"),
        (None, None) => String::new(),
    };
    let message = format!("nothing reads this file{hint}");
    Diagnostic::warning("KB013", Place::file(path), message).help("put it where its kind is read, or take it away")
}

fn of_tree(text: &str, stem: &str) -> Option<(String, String)> {
    let root = tree(text)?;
    if root.get("scales").is_some() {
        return Some(("what the words are worth".to_owned(), "kb.yaml".to_owned()));
    }
    let place = Sources::place_of(&format!("{stem}.yaml"), text.as_bytes())?;
    let (kind, id) = defined(&place, text.as_bytes())?;
    // A file of texts in another language, and a case, name such things too.
    (root.entries().len() > 1).then(|| (format!("the {kind} `{id}`"), place))
}

fn of_page(path: &str, text: &str, stem: &str) -> Option<(String, String)> {
    let front = front_matter_of(&mut Report::unheard(path, text))?;
    let said = |key: &str| front.get(key).and_then(Node::as_str);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    // Pages that were written for others may lie in a folder of theirs.
    let may_be_meant = folder.is_empty() || nearest(folder, FOLDERS.iter().map(|(name, ..)| *name)).is_some();
    match (said("cause"), said("title").and(said("description")).filter(|_| may_be_meant)) {
        (Some(cause), _) => Some((format!("the cause `{cause}`"), format!("causes/{cause}.md"))),
        (None, Some(_)) => Some(("an article".to_owned(), format!("articles/{stem}.md"))),
        (None, None) => None,
    }
}
