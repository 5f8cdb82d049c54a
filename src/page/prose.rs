//! Knowledge as a page has it: sections as HTML, in the words of the service and of a browser.
//!
//! The one idea: what would need a reader of Markdown in the browser is done when the page is published, and the model stays
//! the model. It must not change anything that is weighed.

use std::collections::BTreeMap;

use crate::knowledge::{Article, Knowledge, SectionRef};
use crate::report::{Places, beside, html};
use crate::speech;

/// What a phrase begins with that stands in the place of another on a page.
const IN_BROWSER: &str = "web-";
/// Phrases about calls that are kept, which a browser has none of.
const OF_CALLS: &str = "calls-";
/// Where the pictures of articles are, beside the page.
pub(super) const PICTURES: &str = "pictures/";

/// The same knowledge with its sections as HTML, in the words of a service. `pictures` says which there are, by their path
/// among the articles, and what each is called beside the page.
pub fn with_prose(knowledge: &Knowledge, service: Option<&str>, pictures: &BTreeMap<String, String>) -> Knowledge {
    let words = speech::words_of(knowledge, service, None);
    let mut published = knowledge.clone();
    published.retain_languages(|_| false);
    for (path, article) in &mut published.articles {
        let places = Published { knowledge, article: path, pictures };
        for section in &mut article.sections {
            section.body = html(&speech::fill(&section.body, &words), &places);
        }
    }
    published
}

/// The same knowledge as a browser says it: a phrase `web-x` stands in the place of `x`, and there is none of calls that are kept.
pub fn for_browser(mut knowledge: Knowledge) -> Knowledge {
    let own = knowledge.phrases.iter().filter_map(|(id, text)| Some((id.strip_prefix(IN_BROWSER)?.to_owned(), text)));
    let own: Vec<(String, String)> = own.map(|(id, text)| (id, text.clone())).collect();
    let mut said = Vec::new();
    for (id, text) in own {
        if let Some(phrase) = knowledge.phrases.get_mut(&id) {
            *phrase = text;
            said.push(id);
        }
    }
    let is_said = |id: &str| id.strip_prefix(IN_BROWSER).is_some_and(|id| said.iter().any(|said| said == id));
    let phrases = std::mem::take(&mut knowledge.phrases).into_iter();
    knowledge.phrases = phrases.filter(|(id, _)| !id.starts_with(OF_CALLS) && !is_said(id)).collect();
    knowledge
}

/// The id of a section on a page.
pub(super) fn id_of(at: &SectionRef) -> String {
    format!("{}.{}", at.article.trim_end_matches(".md").replace('/', "."), at.anchor)
}

/// Links and pictures of one article.
struct Published<'a> {
    knowledge: &'a Knowledge,
    article: &'a str,
    pictures: &'a BTreeMap<String, String>,
}

impl Places for Published<'_> {
    fn link(&self, target: &str) -> Option<String> {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let article = if path.is_empty() { self.article.to_owned() } else { beside(self.article, path)? };
        let first = |of: &Article| of.sections.first().map(|section| section.anchor.clone());
        let anchor = if anchor.is_empty() { first(self.knowledge.articles.get(&article)?)? } else { anchor.to_owned() };
        let at = SectionRef { article, anchor };
        self.knowledge.section(&at)?;
        Some(format!("#{}", id_of(&at)))
    }

    fn picture(&self, target: &str) -> Option<String> {
        self.pictures.get(&beside(self.article, target)?).map(|name| format!("{PICTURES}{name}"))
    }
}
