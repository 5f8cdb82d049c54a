//! The pictures that articles show.
//!
//! The one idea: a picture is served if the user's folder lists it, and by a mark that differs whenever it was written anew.
//! It must not open anything else, whatever an address says.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::knowledge::Gathered;
use crate::host;

/// Endings, with their kinds.
const KINDS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
];

/// Every picture of the user, by its path among the sources, with its mark.
pub(super) fn marks(gathered: &Gathered) -> BTreeMap<String, String> {
    let pictures = gathered.of_the_user().filter(|(path, _)| kind(path).is_some());
    pictures.filter_map(|(path, real)| Some((path.to_owned(), host::stamp(real)?))).collect()
}

/// Its content, by its path in the user's folder. A link may have come in its place since it was listed.
pub(super) fn content(folder: &Path, path: &str) -> Option<Vec<u8>> {
    Some(host::read_within(folder, path).ok()?.to_vec())
}

/// Every picture among the articles of a folder, by its path there.
pub(super) fn of_articles(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = host::read_folder(folder).unwrap_or_default();
    let pictures = files.iter().filter(|(path, _)| kind(path).is_some());
    let inside = pictures.filter_map(|(path, _)| Some((path.strip_prefix("articles/")?, content(folder, path)?)));
    inside.map(|(path, bytes)| (path.to_owned(), bytes)).collect()
}

pub(super) fn kind(path: &str) -> Option<&'static str> {
    let ending = Path::new(path).extension()?;
    KINDS.iter().find(|(of, _)| ending.eq_ignore_ascii_case(of)).map(|(_, kind)| *kind)
}
