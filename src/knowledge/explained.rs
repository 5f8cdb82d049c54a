//! The article that the prose of all causes makes up.
//!
//! The one idea: each cause brings its own section, and the order of the symptoms is that of the article.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Sources;
use super::cause::{self, CauseFile};
use super::model::{Article, Knowledge, Section};
use super::report::Report;

/// Files of causes whose prose is shown, with the anchors that it has there.
pub(super) type Shown = BTreeMap<String, String>;

/// Adds the prose of the causes to the article that they make up. Of two with one id, the one laid over the other counts.
pub(super) fn add_prose(
    causes: &mut [CauseFile],
    articles: &mut BTreeMap<String, Article>,
    sources: &Sources,
) -> Shown {
    let mut shown = Shown::new();
    if causes.iter().all(|file| file.page.sections.is_empty()) {
        return shown;
    }
    let article = articles.entry(cause::ARTICLE.to_owned()).or_default();
    let whole = format!("articles/{}", cause::ARTICLE);
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let layer = |path: &str| sources.layer(path).unwrap_or_default();
    owners.extend(article.sections.iter().map(|section| (section.anchor.clone(), layer(&whole))));
    let mut files: Vec<&mut CauseFile> = causes.iter_mut().collect();
    files.sort_by_key(|file| std::cmp::Reverse(layer(file.report.path)));
    for file in files {
        let own = layer(file.report.path);
        for (at, section) in file.page.sections.iter().enumerate() {
            match owners.get(&section.anchor) {
                None => {
                    article.sections.push(section.clone());
                    if at == 0 {
                        shown.insert(file.report.path.to_owned(), section.anchor.clone());
                    }
                }
                Some(other) if *other == own => {
                    let message = format!("duplicate heading id `{}`: another file explains it", section.anchor);
                    report_at(&mut file.report, file.page.headings.get(at), message);
                }
                Some(_) => {}
            }
        }
        owners.extend(file.page.sections.iter().map(|section| (section.anchor.clone(), own)));
    }
    shown
}

fn report_at(report: &mut Report, at: Option<&Range<usize>>, message: String) {
    let help = "take the prose out of one of them: both show that of the other";
    report.error_with_help("KB202", at.unwrap_or(&(0..0)), message, help);
}

/// Puts the causes of the article that all of them make up in the order of the symptoms.
pub(super) fn sort(knowledge: &mut Knowledge, shown: &Shown) {
    let Some(article) = knowledge.articles.get_mut(cause::ARTICLE) else { return };
    let offered = knowledge.offered.iter().filter_map(|id| knowledge.symptoms.get(id));
    let others = knowledge.symptoms.iter().filter(|(id, _)| !knowledge.offered.contains(id)).map(|(_, one)| one);
    let ids: Vec<&str> = offered.chain(others).flat_map(|one| &one.causes).map(|cause| cause.id.as_str()).collect();
    let own: BTreeSet<&str> = shown.values().map(String::as_str).collect();
    // The sections of the article itself come first; those below that of a cause stay with it.
    let mut rank = None;
    let mut ranked: Vec<(Option<usize>, Section)> = Vec::with_capacity(article.sections.len());
    for section in article.sections.drain(..) {
        if own.contains(section.anchor.as_str()) {
            rank = Some(ids.iter().position(|id| *id == section.anchor).unwrap_or(ids.len()));
        }
        ranked.push((rank, section));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    article.sections = ranked.into_iter().map(|(_, section)| section).collect();
}
