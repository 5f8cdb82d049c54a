//! The words of a paragraph while they are read.
//!
//! The one idea: what is read is kept twice, as Markdown and plainly, and what cannot be kept leaves a point behind the
//! paragraph. It must not know where the paragraph stands.

use super::blocks::{Block, Resolve};
use super::html::{self, Piece};
use super::inline::{begun, escaped, link, without_attributes};

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Paragraph {
    /// In Markdown, on one line.
    pub(super) markdown: String,
    /// As it is read.
    pub(super) plain: String,
    /// The emphasised words that it begins with, without a colon, in small letters; `solution` for `**Solution**: …`.
    pub(super) label: String,
    /// Behind them.
    pub(super) behind: String,
}

/// The words at hand.
#[derive(Default)]
pub(super) struct Inline {
    pub(super) markdown: String,
    pub(super) plain: String,
    label: Option<String>,
    behind: usize,
    strong: usize,
    /// Where the links at hand began.
    links: Vec<Link>,
    /// The alternative texts of the pictures at hand, each with its target.
    pictures: Vec<(String, String)>,
    /// What comes behind the paragraph: pictures, and points.
    pub(super) after: Vec<Block>,
    behind_link: bool,
    /// Its attributes hold its id, and are read at its end.
    pub(super) in_heading: bool,
}

/// A link that has not ended.
struct Link {
    markdown: usize,
    plain: usize,
    /// Where it leads in the draft.
    to: Option<String>,
    target: String,
}

impl Paragraph {
    pub(super) fn plain(text: &str) -> Self {
        Self { markdown: begun(&escaped(text)), plain: text.to_owned(), ..Self::default() }
    }
}

impl Inline {
    pub(super) fn text(&mut self, text: &str) {
        if let Some((words, _)) = self.pictures.last_mut() {
            words.push_str(text);
            return;
        }
        let text = if self.in_heading { text.to_owned() } else { without_attributes(text, self.behind_link) };
        self.behind_link = false;
        self.push(&escaped(&text), &text);
    }

    pub(super) fn code(&mut self, code: &str) {
        if self.pictures.is_empty() {
            // A code with a backtick in it is a text like any other.
            let is_text = code.contains('`') || code.trim().is_empty();
            let mark = if is_text { escaped(code) } else { format!("`{}`", code.replace('\n', " ")) };
            self.push(&mark, code);
        } else {
            self.text(code);
        }
    }

    pub(super) fn gap(&mut self) {
        match self.pictures.last_mut() {
            Some((words, _)) => words.push(' '),
            None if self.plain.ends_with(' ') => {}
            None => self.push(" ", " "),
        }
    }

    /// What a reader sees of HTML.
    pub(super) fn html(&mut self, html: &str, resolve: &Resolve<'_>) {
        for piece in html::pieces(html) {
            match piece {
                Piece::Text(text) if self.plain.ends_with(' ') => self.text(text.trim_start()),
                Piece::Text(text) => self.text(&text),
                Piece::Gap => self.gap(),
                Piece::Picture { words, target } => self.picture(words, &target, resolve),
                Piece::Leads(target) => {
                    self.after
                        .push(Block::Point(format!("HTML led to {target} here: make it a link, or leave it out")));
                }
            }
        }
    }

    fn push(&mut self, markdown: &str, plain: &str) {
        self.markdown.push_str(markdown);
        self.plain.push_str(plain);
    }

    pub(super) fn begin_link(&mut self, target: String, resolve: &Resolve<'_>) {
        let to = resolve(&target, false);
        self.links.push(Link { markdown: self.markdown.len(), plain: self.plain.len(), to, target });
    }

    pub(super) fn end_link(&mut self) {
        let Some(Link { markdown, plain, to, target }) = self.links.pop() else { return };
        let words = self.markdown.split_off(markdown.min(self.markdown.len()));
        let read = self.plain.get(plain..).unwrap_or_default().trim().to_owned();
        let kept = to.filter(|_| !words.trim().is_empty() && self.links.is_empty() && !self.in_heading);
        if let Some(link) = kept.and_then(|to| link(&words, &to)) {
            self.markdown.push_str(&link);
        } else {
            self.markdown.push_str(&words);
            self.lose(&read, &target, false);
        }
        self.behind_link = true;
    }

    pub(super) fn begin_picture(&mut self, target: String) {
        self.pictures.push((String::new(), target));
    }

    pub(super) fn end_picture(&mut self, resolve: &Resolve<'_>) {
        let Some((words, target)) = self.pictures.pop() else { return };
        self.picture(words, &target, resolve);
        self.behind_link = true;
    }

    fn picture(&mut self, words: String, target: &str, resolve: &Resolve<'_>) {
        match resolve(target, true) {
            Some(target) => self.after.push(Block::Picture { words, target }),
            None => self.lose(&words, target, true),
        }
    }

    fn lose(&mut self, words: &str, target: &str, picture: bool) {
        let what = match (picture, words.is_empty()) {
            (true, _) => format!("the picture {target} is not here: take it along, or leave it out"),
            (false, true) => format!("a link without words led to {target}, which is not here"),
            (false, false) if self.in_heading => format!("the link “{words}” in the heading led to {target}"),
            (false, false) => format!("the link “{words}” led to {target}, which is not here"),
        };
        self.after.push(Block::Point(what));
    }

    /// The paragraph, where there is one, and what comes behind it.
    pub(super) fn ended(self) -> (Option<Paragraph>, Vec<Block>) {
        let Self { markdown, plain, label, behind, after, .. } = self;
        if markdown.trim().is_empty() {
            return (None, after);
        }
        let behind = markdown.get(behind..).unwrap_or_default().trim_start_matches([':', ' ', '.', '\\']).trim();
        let (behind, label) = (begun(behind), label.unwrap_or_default());
        (Some(Paragraph { markdown: begun(&markdown), plain: plain.trim().to_owned(), label, behind }), after)
    }

    pub(super) fn emphasis(&mut self, mark: &str, begins: bool) {
        if !self.pictures.is_empty() {
            return;
        }
        self.strong = if begins { self.strong + 1 } else { self.strong.saturating_sub(1) };
        // Emphasis within emphasis says nothing more, and could not be told from its end.
        if self.strong > usize::from(begins) {
            return;
        }
        if begins {
            self.markdown.push_str(mark);
        } else if self.markdown.ends_with(mark) && !self.markdown.ends_with("\\*") {
            // Nothing in it.
            self.markdown.truncate(self.markdown.len() - mark.len());
        } else {
            self.markdown.push_str(mark);
        }
        let whole = self.markdown.trim_start_matches(mark).trim_end_matches(mark);
        if !begins
            && self.label.is_none()
            && self.links.is_empty()
            && self.markdown.starts_with(mark)
            && !whole.contains(mark)
        {
            let label = self.plain.trim().trim_end_matches([':', '.', '?']).to_lowercase();
            (self.label, self.behind) = (Some(label), self.markdown.len());
        }
    }
}
