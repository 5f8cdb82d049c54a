//! What is the writer's own, and where the page begins.
//!
//! The one idea: whoever is in the middle of a change still sees what they write. So ids and sections are looked up in the words
//! of a file, where it cannot be read as YAML. It must not be asked what is sound.

use std::path::Path;

use super::desk::Reading;
use crate::cli::knowledge::Gathered;
use crate::knowledge::SectionRef;

/// The ids of that kind (`symptom`, `service`) that the user's files define, or mean to, in the order of their paths.
pub(super) fn defined(gathered: &Gathered, kind: &str) -> Vec<String> {
    let folder = format!("{kind}s/");
    let paths = gathered.of_the_user().map(|(path, _)| path).filter(|path| path.starts_with(&folder));
    paths.filter_map(|path| Some(id(path, text(gathered, path)?, kind))).collect()
}

/// The trouble that the page opens at: the first that the folder defines, as `kb.yaml` names them; or else the first whose
/// article the folder has.
pub(super) fn opening(reading: &Reading) -> Option<String> {
    // The built-in one says nothing of what the folder is about.
    let base = reading.gathered.of_the_user().find(|(path, _)| *path == "kb.yaml");
    let named = base.and_then(|(path, _)| text(&reading.gathered, path)).map(words);
    let named: Vec<&str> = named.into_iter().flatten().collect();
    let place = |id: &String| named.iter().position(|one| one == id).unwrap_or(named.len());
    if let Some(own) = defined(&reading.gathered, "symptom").into_iter().min_by_key(place) {
        return Some(own);
    }
    let articles: Vec<&str> = articles(reading).collect();
    let knowledge = &reading.knowledge;
    let mut all = knowledge.offered.iter().chain(knowledge.symptoms.keys());
    let has_own =
        |id: &&String| knowledge.symptoms.get(*id).is_some_and(|one| articles.contains(&one.heading.article.as_str()));
    all.find(has_own).cloned()
}

/// Where an article speaks of a trouble that is not sound: the first section that its file names. Without one it is the first
/// article of the user, or of all.
pub(super) fn section(reading: &Reading, symptom: Option<&str>) -> Option<SectionRef> {
    let all = &reading.knowledge.articles;
    let files = reading.gathered.sources.iter().map(|(path, _)| path).filter(|path| path.starts_with("symptoms/"));
    let mut texts = files.filter_map(|path| Some((path, text(&reading.gathered, path)?)));
    let of_it = texts.find(|(path, text)| Some(id(path, text, "symptom").as_str()) == symptom);
    let named = of_it.and_then(|(_, text)| {
        words(text).find_map(|word| {
            let (article, anchor) = word.split_once('#').unwrap_or((word, ""));
            all.contains_key(article).then(|| SectionRef { article: article.to_owned(), anchor: anchor.to_owned() })
        })
    });
    let first = || articles(reading).next().or_else(|| all.keys().next().map(String::as_str));
    named.or_else(|| Some(SectionRef { article: first()?.to_owned(), anchor: String::new() }))
}

/// The user's articles, as others refer to them.
fn articles(reading: &Reading) -> impl Iterator<Item = &str> {
    let paths = reading.gathered.of_the_user().filter_map(|(path, _)| path.strip_prefix("articles/"));
    paths.filter(|path| reading.knowledge.articles.contains_key(*path))
}

fn text<'a>(gathered: &'a Gathered, path: &str) -> Option<&'a str> {
    std::str::from_utf8(gathered.sources.get(path)?).ok()
}

/// The id that a file gives what it defines; without one, the name of the file.
fn id(path: &str, text: &str, kind: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
    let id = value.and_then(|value| words(value).next());
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
    id.or(stem).unwrap_or_default().to_owned()
}

/// Ids and the names of sections, without the comments that have a line of their own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || "-_./#".contains(c);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(move |line| line.split(move |c| !is_part(c))).filter(|word| !word.is_empty())
}
