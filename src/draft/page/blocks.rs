//! A page as sections of blocks.
//!
//! The one idea: every block is written again from what a reader saw, never cut out of the source, so that it means the
//! same wherever it is put. Depth and number are bounded. It must not know what a section is about.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::ids::split_id;
use super::plain::{LOST, NOTE, unmarked};
use super::words::{Inline, Paragraph};

/// A heading with what stands under it.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) level: usize,
    pub(super) title: String,
    /// As the page gives it.
    pub(super) id: Option<String>,
    pub(super) blocks: Vec<Block>,
    /// The headings below it that are no longer any: links to them lead to it.
    pub(super) merged: Vec<String>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Text(Paragraph),
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
struct OpenBlock {
    kind: BlockKind,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    /// The cells of the row at hand, each with what comes behind it.
    cells: Vec<(Paragraph, Vec<Block>)>,
}

#[derive(Clone, Copy, PartialEq)]
enum BlockKind {
    List(bool),
    Item,
    Quote,
    Code,
    Table,
}

struct Reader<'a> {
    resolve: &'a Resolve<'a>,
    done: Vec<Section>,
    stack: Vec<OpenBlock>,
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
            Event::Text(text) => self.words.text(&text),
            Event::Code(code) => self.words.code(&code),
            Event::SoftBreak | Event::HardBreak => self.words.gap(),
            Event::Html(html) => self.in_html.push_str(&html),
            Event::InlineHtml(html) => self.words.html(&html, self.resolve),
            _ => {}
        }
    }

    fn in_code(&self) -> bool {
        self.stack.last().is_some_and(|open| open.kind == BlockKind::Code)
    }

    fn start(&mut self, tag: Tag<'_>) {
        let kind = match tag {
            Tag::List(first) => BlockKind::List(first.is_some()),
            Tag::Item => BlockKind::Item,
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::CodeBlock(_) => BlockKind::Code,
            Tag::Table(_) => BlockKind::Table,
            Tag::Strong => return self.words.emphasis("**", true),
            Tag::Emphasis => return self.words.emphasis("*", true),
            Tag::Link { dest_url, .. } => return self.words.begin_link(dest_url.into_string(), self.resolve),
            Tag::Image { dest_url, .. } => return self.words.begin_picture(dest_url.into_string()),
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
            self.stack.push(OpenBlock { kind, blocks: Vec::new(), items: Vec::new(), cells: Vec::new() });
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.words.emphasis("**", false),
            TagEnd::Emphasis => self.words.emphasis("*", false),
            TagEnd::Link => self.words.end_link(),
            TagEnd::Image => self.words.end_picture(self.resolve),
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableRow | TagEnd::TableHead => self.end_row(),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::Table => self.close(),
            _ => {}
        }
    }

    /// The table at hand; `None` for one that is too deep.
    fn table(&mut self) -> Option<&mut OpenBlock> {
        self.stack.last_mut().filter(|open| open.kind == BlockKind::Table)
    }

    fn end_cell(&mut self) {
        if self.too_deep > 0 {
            return self.flush();
        }
        let (words, after) = std::mem::take(&mut self.words).ended();
        if let Some(table) = self.table().filter(|_| words.is_some() || !after.is_empty()) {
            table.cells.push((words.unwrap_or_default(), after));
        }
    }

    /// A row is a paragraph, `first cell: second cell`.
    fn end_row(&mut self) {
        let Some(table) = self.table() else { return };
        let (mut row, mut behind) = (Paragraph::default(), Vec::new());
        for (words, after) in std::mem::take(&mut table.cells) {
            for (text, cell) in [(&mut row.markdown, words.markdown), (&mut row.plain, words.plain)] {
                let gap = if text.is_empty() || cell.is_empty() { "" } else { ": " };
                *text = format!("{text}{gap}{cell}");
            }
            behind.extend(after);
        }
        let mut item: Vec<Block> = (!row.markdown.is_empty()).then_some(Block::Text(row)).into_iter().collect();
        item.extend(behind);
        if !item.is_empty() {
            table.items.push(item);
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
            return self.add(Block::Code(unmarked(code.trim_end())));
        }
        self.flush();
        let Some(open) = self.stack.pop() else { return };
        match open.kind {
            BlockKind::Item => match self.stack.last_mut() {
                Some(list) if !open.blocks.is_empty() => list.items.push(open.blocks),
                _ => {}
            },
            BlockKind::List(numbered) if !open.items.is_empty() => {
                self.add(Block::List { numbered, items: open.items });
            }
            BlockKind::Table if !open.items.is_empty() => self.add(Block::List { numbered: false, items: open.items }),
            BlockKind::Quote if !open.blocks.is_empty() => {
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

    fn end_heading(&mut self) {
        let words = std::mem::take(&mut self.words);
        let (title, id) = split_id(words.plain.trim());
        // A heading within a list is a line of it.
        if !self.stack.is_empty() {
            self.add(Block::Text(Paragraph::plain(&title)));
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
        let (words, after) = std::mem::take(&mut self.words).ended();
        if let Some(words) = words {
            let begins = self.too_deep == 0
                && self.stack.last().is_some_and(|open| open.kind == BlockKind::Quote && open.blocks.is_empty());
            let block = if let Some(what) = words.plain.strip_prefix(LOST) {
                Block::Point(what.to_owned())
            } else if words.plain.starts_with(NOTE) && !begins {
                Block::Text(Paragraph::plain(&unmarked(&words.plain)))
            } else {
                Block::Text(words)
            };
            self.add(block);
        }
        self.add_all(after);
    }

    /// The words of a block of HTML.
    fn end_html(&mut self) {
        let html = std::mem::take(&mut self.in_html);
        if html.is_empty() {
            return;
        }
        self.flush();
        self.words.html(&unmarked(&html), self.resolve);
        self.flush();
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
        let mut words = Paragraph::plain(&title);
        words.markdown = format!("**{}**", words.markdown.trim_start_matches('\\'));
        blocks.insert(0, Block::Text(words));
    }
    Block::Note { kind, blocks }
}
