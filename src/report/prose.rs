//! Markdown of the knowledge as text for a terminal of a given width.

use std::fmt::Write as _;

use anstyle::Style;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::code;
use super::text::{BOLD, WARNING, painted};
use crate::knowledge::capital;

/// Renders paragraphs, lists, warnings, code, emphasis and links; pictures by their alternative text. Without styles it is
/// plain text.
pub fn render(markdown: &str, width: usize, styled: bool) -> String {
    let source = admonitions_as_quotes(markdown);
    let mut writer = Writer { width, styled, ..Writer::default() };
    for event in Parser::new_ext(&source, Options::empty()) {
        writer.take(event);
    }
    writer.flush("");
    writer.out.trim_end().to_owned()
}

/// `!!! warning "Title"` with its indented block is `MkDocs`' own; a block quote with a bold title says the same. Without
/// a title it is called by its kind.
pub(super) fn admonitions_as_quotes(markdown: &str) -> String {
    let mut out = String::new();
    let (mut inside, mut fenced) = (false, false);
    for line in markdown.lines() {
        fenced ^= line.starts_with("```");
        if let Some(kind) = line.strip_prefix("!!! ").filter(|_| !fenced) {
            let kind = kind.trim();
            let title = kind.strip_suffix('"').and_then(|kind| kind.split_once('"')).map(|(_, title)| title.to_owned());
            let title = title.unwrap_or_else(|| capital(kind.split_whitespace().next().unwrap_or("note")));
            let _ = writeln!(out, "> **{title}:**");
            inside = true;
        } else if inside && (line.starts_with("    ") || line.is_empty()) {
            out.push_str(if line.is_empty() { "" } else { "> " });
            out.push_str(line.trim_start());
            out.push('\n');
        } else {
            inside = false;
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[derive(Default)]
struct Writer {
    out: String,
    width: usize,
    styled: bool,
    /// The text of the block at hand.
    line: String,
    /// The next number of each open list, or a bullet.
    lists: Vec<Option<u64>>,
    /// The marker of the item whose first block is being written.
    marker: String,
    quoted: bool,
    /// The words behind the fence of the code block at hand.
    fence: Option<String>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.line.push_str(&text),
            Event::Code(code) => {
                let _ = write!(self.line, "`{code}`");
            }
            Event::SoftBreak | Event::HardBreak => self.line.push(' '),
            Event::Start(Tag::Strong) => self.style(BOLD, true),
            Event::End(TagEnd::Strong) => self.style(BOLD, false),
            Event::Start(Tag::BlockQuote(_)) => self.quoted = true,
            Event::End(TagEnd::BlockQuote(_)) => self.quoted = false,
            Event::Start(Tag::CodeBlock(kind)) => {
                self.flush("");
                self.fence = Some(match kind {
                    CodeBlockKind::Fenced(words) => words.into_string(),
                    CodeBlockKind::Indented => String::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => {
                let (words, code) = (self.fence.take().unwrap_or_default(), std::mem::take(&mut self.line));
                self.out.push_str(&code::block(&words, &code, self.width, self.styled));
                self.out.push('\n');
            }
            Event::Start(Tag::List(first)) => {
                self.flush("");
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.out.push('\n');
                }
            }
            Event::Start(Tag::Item) => {
                self.marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
            }
            Event::End(TagEnd::Item) => self.flush(""),
            Event::End(TagEnd::Paragraph) => self.flush(if self.lists.is_empty() { "\n" } else { "" }),
            _ => {}
        }
    }

    fn style(&mut self, style: Style, on: bool) {
        if self.styled {
            let code = if on { style.render().to_string() } else { style.render_reset().to_string() };
            self.line.push_str(&code);
        }
    }

    /// Ends the block at hand, with `after` behind it.
    fn flush(&mut self, after: &str) {
        let line = std::mem::take(&mut self.line);
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let depth = self.lists.len().saturating_sub(1) * 3;
        let bar = if self.quoted { painted("│ ", WARNING, self.styled) } else { String::new() };
        let hang = if self.lists.is_empty() { 0 } else { 3 };
        let marker = std::mem::take(&mut self.marker);
        let first = format!("{}{bar}{marker:<hang$}", " ".repeat(depth));
        let rest = format!("{}{bar}{}", " ".repeat(depth), " ".repeat(hang));
        let options = textwrap::Options::new(self.width).initial_indent(&first).subsequent_indent(&rest);
        self.out.push_str(&textwrap::fill(text, options));
        self.out.push('\n');
        self.out.push_str(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hang_and_warnings_stand_out() {
        let markdown = "!!! warning\n    It is gone\n    for good.\n\n1. One two three four five.\n2. Two.\n\nSee [there](x.md).\n";
        assert_eq!(
            render(markdown, 20, false),
            "│ Warning: It is\n│ gone for good.\n\n1. One two three\n   four five.\n2. Two.\n\nSee there."
        );
        let titled = "!!! warning \"Vorsicht\"\n    Es ist weg.\n";
        assert_eq!(render(titled, 40, false), "│ Vorsicht: Es ist weg.");
    }
    #[test]
    fn code_stands_as_it_is_written() {
        let markdown = "Give it `needs`:\n\n```yaml\n!!! warning\n    a:  b\n```\n\nDone.\n";
        assert_eq!(render(markdown, 40, false), "Give it `needs`:\n\n│ !!! warning\n│     a:  b\n\nDone.");
    }
}
