//! An article as people see it, in the words of the service and with the sections of the app.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use percent_encoding::percent_decode_str;

use super::address::Wanted;
use crate::knowledge::{App, Knowledge, Section, SectionRef};
use crate::report::{self, Places, beside, escaped};
use crate::session::Tried;
use crate::speech::{fill, phrase};

/// What everything on the page is written with.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) words: &'a BTreeMap<String, String>,
    pub(super) wanted: &'a Wanted,
    /// The user's pictures, with their marks.
    pub(super) pictures: &'a BTreeMap<String, String>,
}

/// Links and pictures of one article.
struct Beside<'a> {
    writing: Writing<'a>,
    article: String,
}

impl<'a> Writing<'a> {
    /// Links and pictures of an article.
    pub(super) fn beside(&self, article: &str) -> Box<dyn Places + 'a> {
        Box::new(Beside { writing: *self, article: article.to_owned() })
    }

    pub(super) fn filled(&self, text: &str) -> String {
        fill(text, self.words)
    }

    /// Text of the knowledge, filled, as it stands in HTML.
    pub(super) fn text(&self, text: &str) -> String {
        escaped(&self.filled(text))
    }

    pub(super) fn phrase(&self, id: &str) -> String {
        escaped(&phrase(self.knowledge, id, self.words))
    }

    /// The article's title and text; the section `at` is marked.
    pub(super) fn article(&self, path: &str, at: Option<&SectionRef>) -> String {
        let Some(article) = self.knowledge.articles.get(path) else {
            return format!("<p class=\"empty\">There is no sound article at {}.</p>\n", escaped(path));
        };
        let mut out = format!("<p class=\"lead\">{}</p>\n", self.text(&article.description));
        for section in &article.sections {
            let here = SectionRef { article: path.to_owned(), anchor: section.anchor.clone() };
            out.push_str(&self.part(&here, section, at == Some(&here)));
        }
        out
    }

    /// One section of it, the app's own in the place of the general one.
    fn part(&self, here: &SectionRef, general: &Section, marked: bool) -> String {
        let own = self.own(here);
        let from = own.as_ref().unwrap_or(here);
        let section = self.knowledge.section(from).unwrap_or(general);
        let level = (general.level + 2).min(6);
        let mut out = format!(
            "<section id=\"a-{}\" class=\"part{}\">\n<h{level}>{}</h{level}>\n",
            escaped(&here.anchor),
            if marked { " here" } else { "" },
            self.text(&section.title),
        );
        if let Some(app) = own.as_ref().and(self.app()) {
            let _ = writeln!(out, "<p class=\"note\">As it is in {}</p>", escaped(&app.name));
        }
        out.push_str(&self.body(from, section));
        out + "</section>\n"
    }

    /// The Markdown of a section as HTML.
    pub(super) fn body(&self, at: &SectionRef, section: &Section) -> String {
        report::html(&self.filled(&section.body), &*self.beside(&at.article))
    }

    /// What came of a remedy, in a word.
    pub(super) fn said(&self, result: Tried) -> String {
        phrase(self.knowledge, result.phrase(), self.words)
    }

    /// Where the app that was chosen tells it in its own way.
    pub(super) fn own(&self, general: &SectionRef) -> Option<SectionRef> {
        self.app()?.section_for(general).cloned()
    }

    /// The app that was chosen.
    pub(super) fn app(&self) -> Option<&App> {
        self.knowledge.apps.get(self.wanted.app.as_ref()?)
    }
}

impl Places for Beside<'_> {
    fn link(&self, target: &str) -> Option<String> {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let article = if path.is_empty() { self.article.clone() } else { beside(&self.article, path)? };
        self.writing.knowledge.articles.contains_key(&article).then_some(())?;
        let wanted = Wanted { article: Some(article), ..self.writing.wanted.clone() };
        let mark = if anchor.is_empty() { String::new() } else { format!("#a-{anchor}") };
        Some(wanted.address("/") + &mark)
    }

    fn picture(&self, target: &str) -> Option<String> {
        let address = format!("/files/articles/{}", beside(&self.article, target)?);
        let listed = format!("articles/{}", beside(&self.article, &percent_decode_str(target).decode_utf8_lossy())?);
        // A browser that has shown it fetches it anew once the mark is another.
        Some(self.writing.pictures.get(&listed).map_or(address.clone(), |mark| format!("{address}?of={mark}")))
    }
}
