//! A page as sections of blocks.
//!
//! The one idea: every block is written again from what a reader saw, never cut out of the source, so that it means the
//! same wherever it is put. Depth and number are bounded. It must not know what a section is about.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::inline::{begun, escaped, link, without_attributes};
use super::plain::{LOST, NOTE};

/// A heading with what stands under it.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) level: usize,
    pub(super) title: String,
    /// As the page gives it.
    pub(super) id: Option<String>,
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Text(Words),
    List {
        numbered: bool,
        items: Vec<Vec<Block>>,
    },
    Note {
        kind: String,
        blocks: Vec<Block>,
    },
    Quote(Vec<Block>),
    Code(String),
    Picture {
        words: String,
        target: String,
    },
    /// What stood here and is lost: something for the writer to look at.
    Point(String),
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Words {
    /// In Markdown, on one line.
    pub(super) markdown: String,
    /// As it is read.
    pub(super) plain: String,
    /// The emphasised words that it begins with, without a colon, in small letters; `solution` for `**Solution**: …`.
    pub(super) label: String,
    /// Behind them.
    pub(super) behind: String,
}

/// Whether and how a link is kept, by its target.
pub(super) type Resolve<'a> = dyn Fn(&str, bool) -> Option<String> + 'a;

/// Blocks inside each other; deeper ones count as part of those around them.
const DEEPEST: usize = 12;

/// Reads a page. A link or picture without a target is lost, and leaves a point.
pub(super) fn sections(body: &str, resolve: &Resolve<'_>) -> Vec<Section> {
    let mut reader = Reader {
        resolve,
        done: vec![Section::default()],
        stack: Vec::new(),
        too_deep: 0,
        words: Inline::default(),
        in_html: String::new(),
    };
    for event in Parser::new_ext(body, Options::ENABLE_TABLES) {
        reader.take(event);
    }
    reader.end_html();
    reader.done
}

/// A block that has not ended.
struct Open {
    kind: Kind,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    /// The cells of the row at hand.
    cells: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    List(bool),
    Item,
    Quote,
    Code,
    Table,
}

/// The inline text at hand.
#[derive(Default)]
struct Inline {
    markdown: String,
    plain: String,
    label: Option<String>,
    behind: usize,
    strong: usize,
    /// Where the links at hand began, each with its target.
    links: Vec<(usize, usize, Option<String>, String)>,
    /// The alternative text of the picture at hand.
    picture: Option<(String, String)>,
    /// What comes behind the paragraph: pictures, and points.
    after: Vec<Block>,
    behind_link: bool,
    /// Its attributes hold its id, and are read at its end.
    in_heading: bool,
}

struct Reader<'a> {
    resolve: &'a Resolve<'a>,
    done: Vec<Section>,
    stack: Vec<Open>,
    /// Starts that were passed over, so that as many ends are.
    too_deep: usize,
    words: Inline,
    in_html: String,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) {
        if !matches!(event, Event::Html(_) | Event::End(TagEnd::HtmlBlock)) {
            self.end_html();
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code() => self.words.plain.push_str(&text),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                // A code with a backtick in it is a text like any other.
                let mark = if code.contains('`') || code.trim().is_empty() {
                    escaped(&code)
                } else {
                    format!("`{}`", code.replace('\n', " "))
                };
                self.words.markdown.push_str(&mark);
                self.words.plain.push_str(&code);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.words.markdown.push(' ');
                self.words.plain.push(' ');
            }
            Event::Html(html) => self.in_html.push_str(&html),
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => self.words.markdown.push(' '),
            _ => {}
        }
    }

    fn in_code(&self) -> bool {
        self.stack.last().is_some_and(|open| open.kind == Kind::Code)
    }

    fn start(&mut self, tag: Tag<'_>) {
        let kind = match tag {
            Tag::List(first) => Kind::List(first.is_some()),
            Tag::Item => Kind::Item,
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::CodeBlock(_) => Kind::Code,
            Tag::Table(_) => Kind::Table,
            Tag::Strong => return self.words.emphasis("**", true),
            Tag::Emphasis => return self.words.emphasis("*", true),
            Tag::Link { dest_url, .. } => {
                let to = (self.resolve)(&dest_url, false);
                let words = &mut self.words;
                return words.links.push((words.markdown.len(), words.plain.len(), to, dest_url.into_string()));
            }
            Tag::Image { dest_url, .. } => {
                self.words.picture = Some((String::new(), dest_url.into_string()));
                return;
            }
            Tag::Heading { level, .. } => {
                self.flush();
                self.words.in_heading = true;
                if self.stack.is_empty() {
                    self.done.push(Section { level: level as usize, ..Section::default() });
                }
                return;
            }
            _ => return,
        };
        self.flush();
        if self.stack.len() >= DEEPEST || self.too_deep > 0 {
            self.too_deep += 1;
        } else {
            self.stack.push(Open { kind, blocks: Vec::new(), items: Vec::new(), cells: Vec::new() });
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.words.emphasis("**", false),
            TagEnd::Emphasis => self.words.emphasis("*", false),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_picture(),
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.words).plain.trim().to_owned();
                if let Some(open) = self.stack.last_mut() {
                    open.cells.push(cell);
                }
            }
            TagEnd::TableRow | TagEnd::TableHead => {
                if let Some(open) = self.stack.last_mut() {
                    let cells: Vec<String> =
                        std::mem::take(&mut open.cells).into_iter().filter(|cell| !cell.is_empty()).collect();
                    let row = cells.join(": ");
                    if !row.is_empty() {
                        open.items.push(vec![Block::Text(Words::plain(&row))]);
                    }
                }
            }
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::Table => self.close(),
            _ => {}
        }
    }

    fn close(&mut self) {
        if self.too_deep > 0 {
            self.flush();
            self.too_deep -= 1;
            return;
        }
        if self.in_code() {
            let code = std::mem::take(&mut self.words).plain;
            self.stack.pop();
            return self.add(Block::Code(code.trim_end().to_owned()));
        }
        self.flush();
        let Some(open) = self.stack.pop() else { return };
        match open.kind {
            Kind::Item => match self.stack.last_mut() {
                Some(list) if !open.blocks.is_empty() => list.items.push(open.blocks),
                _ => {}
            },
            Kind::List(numbered) if !open.items.is_empty() => self.add(Block::List { numbered, items: open.items }),
            Kind::Table if !open.items.is_empty() => self.add(Block::List { numbered: false, items: open.items }),
            Kind::Quote if !open.blocks.is_empty() => {
                let quote = as_note(open.blocks);
                self.add(quote);
            }
            _ => {}
        }
    }

    fn add(&mut self, block: Block) {
        let blocks = match self.stack.last_mut() {
            Some(open) => &mut open.blocks,
            None => match self.done.last_mut() {
                Some(section) => &mut section.blocks,
                None => return,
            },
        };
        blocks.push(block);
    }

    fn add_all(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            self.add(block);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((words, _)) = &mut self.words.picture {
            words.push_str(text);
            return;
        }
        let text =
            if self.words.in_heading { text.to_owned() } else { without_attributes(text, self.words.behind_link) };
        self.words.behind_link = false;
        self.words.markdown.push_str(&escaped(&text));
        self.words.plain.push_str(&text);
    }

    fn end_link(&mut self) {
        let Some((at, plain_at, to, target)) = self.words.links.pop() else { return };
        let words = self.words.markdown.split_off(at.min(self.words.markdown.len()));
        let read = self.words.plain.get(plain_at..).unwrap_or_default().trim().to_owned();
        let kept = to.filter(|_| !words.trim().is_empty() && self.words.links.is_empty());
        if let Some(link) = kept.and_then(|to| link(&words, &to)) {
            self.words.markdown.push_str(&link);
        } else {
            self.words.markdown.push_str(&words);
            self.lose(&read, &target, false);
        }
        self.words.behind_link = true;
    }

    fn end_picture(&mut self) {
        let Some((words, target)) = self.words.picture.take() else { return };
        match (self.resolve)(&target, true) {
            Some(target) => self.words.after.push(Block::Picture { words, target }),
            None => self.lose(&words, &target, true),
        }
        self.words.behind_link = true;
    }

    fn lose(&mut self, words: &str, target: &str, picture: bool) {
        let what = match (picture, words.is_empty()) {
            (true, _) => format!("the picture {target} is not here: take it along, or leave it out"),
            (false, true) => format!("a link without words led to {target}, which is not here"),
            (false, false) => format!("the link “{words}” led to {target}, which is not here"),
        };
        self.words.after.push(Block::Point(what));
    }

    fn end_heading(&mut self) {
        let words = std::mem::take(&mut self.words);
        let (title, id) = split_id(words.plain.trim());
        // A heading within a list is a line of it.
        if !self.stack.is_empty() {
            self.add(Block::Text(Words::plain(&title)));
        } else if let Some(section) = self.done.last_mut() {
            let title = if title.is_empty() { "TODO: A title".to_owned() } else { title };
            (section.title, section.id) = (title, id);
        }
        self.add_all(words.after);
    }

    /// Ends the paragraph at hand. Its pictures come behind it.
    fn flush(&mut self) {
        if self.in_code() {
            return;
        }
        let Inline { markdown, plain, label, behind, after, .. } = std::mem::take(&mut self.words);
        if let Some(what) = plain.trim().strip_prefix(LOST) {
            self.add(Block::Point(what.to_owned()));
        } else if !markdown.trim().is_empty() {
            let label = label.unwrap_or_default();
            let behind = markdown.get(behind..).unwrap_or_default().trim_start_matches([':', ' ', '.', '\\']).trim();
            let behind = begun(behind);
            self.add(Block::Text(Words { markdown: begun(&markdown), plain: plain.trim().to_owned(), label, behind }));
        }
        self.add_all(after);
    }

    /// The words of a block of HTML.
    fn end_html(&mut self) {
        let html = std::mem::take(&mut self.in_html);
        let words = without_tags(&html);
        if !words.is_empty() {
            self.flush();
            self.add(Block::Text(Words::plain(&words)));
        }
    }
}

impl Words {
    fn plain(text: &str) -> Self {
        Self { markdown: begun(&escaped(text)), plain: text.to_owned(), ..Self::default() }
    }
}

impl Inline {
    fn emphasis(&mut self, mark: &str, begins: bool) {
        if self.picture.is_some() {
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

/// A quote that was an admonition is one again.
fn as_note(mut blocks: Vec<Block>) -> Block {
    let Some(Block::Text(first)) = blocks.first() else { return Block::Quote(blocks) };
    let Some((kind, title)) = first.plain.strip_prefix(NOTE).and_then(|rest| rest.split_once(':')) else {
        return Block::Quote(blocks);
    };
    let (kind, title) = (kind.to_owned(), title.trim().to_owned());
    blocks.remove(0);
    if !title.is_empty() {
        let mut words = Words::plain(&title);
        words.markdown = format!("**{}**", words.markdown.trim_start_matches('\\'));
        blocks.insert(0, Block::Text(words));
    }
    Block::Note { kind, blocks }
}

/// `Title {: #id .class }` in its parts.
fn split_id(text: &str) -> (String, Option<String>) {
    let Some(open) = text.rfind('{').filter(|_| text.ends_with('}')) else { return (text.to_owned(), None) };
    let inside = text[open + 1..text.len() - 1].trim();
    let attributes = inside.strip_prefix(':').unwrap_or(inside);
    let words: Vec<&str> = attributes.split_whitespace().collect();
    let id = words.iter().find_map(|word| word.strip_prefix('#').or_else(|| word.strip_prefix("id=")));
    let is_list = inside.starts_with(':') || id.is_some() || words.iter().all(|word| word.starts_with('.'));
    if !is_list {
        return (text.to_owned(), None);
    }
    (text[..open].trim().to_owned(), id.map(|id| id.trim_matches('"').to_owned()))
}

/// Tags that do not part words.
const WITHIN_WORDS: [&str; 9] = ["a", "b", "code", "em", "i", "kbd", "span", "strong", "u"];

fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let comment = rest[at..].starts_with("<!--");
        let end =
            if comment { rest[at..].find("-->").map(|end| end + 3) } else { rest[at..].find('>').map(|end| end + 1) };
        let name = rest[at + 1..].trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        if !name.is_some_and(|name| WITHIN_WORDS.contains(&name.to_ascii_lowercase().as_str())) {
            out.push(' ');
        }
        rest = end.map_or("", |end| &rest[at + end..]);
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ids of a page's headings: as given, or made of the title as `MkDocs` does; each with the one it gets here.
pub(super) fn ids(sections: &[Section]) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for section in sections {
        let given = section.id.clone().unwrap_or_else(|| kebab(&section.title));
        let own = kebab(&given);
        ids.entry(given).or_insert(own);
    }
    ids
}

/// Small letters, digits and single hyphens, not too long.
pub(super) fn kebab(text: &str) -> String {
    // "I don't" is `i-dont`.
    let lower = text.to_lowercase().replace(['\'', '’'], "");
    let mut out = String::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = if out.is_empty() { &word[..word.len().min(LONGEST)] } else { word };
        if out.len() + word.len() > LONGEST {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(word);
    }
    out
}

/// Bytes of an id.
const LONGEST: usize = 52;
