//! What a reader sees of HTML.
//!
//! The one idea: a tag that HTML has is left out, and what it showed or led to is named; everything else is text.

use pulldown_cmark::{Event, Parser};

/// A part of a piece of HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// A tag that parts words.
    Gap,
    Picture {
        words: String,
        target: String,
    },
    /// Where a tag leads to, or what it takes in.
    Leads(String),
}

/// Tags that do not part words.
const WITHIN_WORDS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];
/// The others.
const TAGS: &[&str] = &[
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "img",
    "input",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "meta",
    "nav",
    "object",
    "ol",
    "option",
    "p",
    "path",
    "picture",
    "pre",
    "script",
    "section",
    "select",
    "source",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
    "video",
];

/// The parts of a piece of HTML, in their order.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    let mut text = String::new();
    let last_comment = html.rfind("-->").unwrap_or(0);
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let ends = html.len() - rest.len() + at < last_comment;
        let Some(tag) = Tag::at(&rest[at..], ends) else {
            text.push('<');
            rest = &rest[at + 1..];
            continue;
        };
        pieces.extend(said(&mut text));
        tag.told(&mut pieces);
        rest = &rest[at + tag.length..];
    }
    text.push_str(rest);
    pieces.extend(said(&mut text));
    pieces
}

fn said(text: &mut String) -> Option<Piece> {
    let text = std::mem::take(text);
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.starts_with(char::is_whitespace) {
        words.insert(0, ' ');
    }
    if text.ends_with(char::is_whitespace) && words != " " {
        words.push(' ');
    }
    (!words.is_empty()).then(|| Piece::Text(decoded(&words)))
}

/// A tag or a comment of HTML.
struct Tag<'a> {
    /// In small letters; empty for a comment.
    name: String,
    attributes: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The one that a text begins with; `ends`: there is the end of a comment behind it.
    fn at(text: &'a str, ends: bool) -> Option<Self> {
        if ends && text.starts_with("<!--") {
            return Some(Self { name: String::new(), attributes: "", length: text.find("-->")? + 3 });
        }
        let inside = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let name = inside[..end].to_ascii_lowercase();
        let is_one = TAGS.contains(&name.as_str()) || WITHIN_WORDS.contains(&name.as_str());
        let parted = inside[end..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let close = closing(&inside[end..]).filter(|_| is_one && parted)?;
        let length = text.len() - inside.len() + end + close + 1;
        Some(Self { name, attributes: &inside[end..end + close], length })
    }

    fn told(&self, pieces: &mut Vec<Piece>) {
        let name = self.name.as_str();
        pieces.extend((!WITHIN_WORDS.contains(&name)).then_some(Piece::Gap));
        let target = attribute(self.attributes, "src").or_else(|| attribute(self.attributes, "href"));
        let words = attribute(self.attributes, "alt").unwrap_or_default();
        match target {
            Some(target) if name == "img" => pieces.push(Piece::Picture { words, target }),
            Some(target) => pieces.push(Piece::Leads(target)),
            None if !words.is_empty() => pieces.push(Piece::Text(words)),
            None => {}
        }
    }
}

/// Where a tag ends: at the first `>` that is not quoted.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute, decoded.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let found = lower.match_indices(name).find_map(|(at, _)| {
        let begins = lower[..at].ends_with(char::is_whitespace);
        attributes[at + name.len()..].trim_start().strip_prefix('=').filter(|_| begins)
    });
    let value = found?.trim_start();
    let quoted = |mark: char| value.strip_prefix(mark)?.split(mark).next();
    let bare = || value.split(|c: char| c.is_whitespace()).next();
    let value = decoded(quoted('"').or_else(|| quoted('\'')).or_else(bare)?.trim());
    (!value.is_empty()).then_some(value)
}

/// With what its entities stand for: `&amp;` is `&`.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].bytes().take(LONGEST).position(|byte| byte == b';').map_or(at + 1, |end| at + end + 1);
        let entity = &rest[at..end];
        let is_one =
            entity.len() > 2 && entity[1..entity.len() - 1].chars().all(|c| c == '#' || c.is_ascii_alphanumeric());
        if is_one {
            let texts = Parser::new(entity).filter_map(|event| match event {
                Event::Text(text) => Some(text.into_string()),
                _ => None,
            });
            out.extend(texts);
        } else {
            out.push_str(entity);
        }
        rest = &rest[end..];
    }
    out + rest
}

/// Bytes of an entity.
const LONGEST: usize = 34;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => text,
            Piece::Gap => " ".to_owned(),
            Piece::Picture { words, target } => format!("[{words}: {target}]"),
            Piece::Leads(target) => format!("[{target}]"),
        };
        pieces(html).into_iter().map(piece).collect()
    }

    #[test]
    fn no_text_is_lost() {
        assert_eq!(text("<p>if a < b & c<d</p>"), " if a < b & c<d ");
        assert_eq!(
            text("<div>Enter &lt;name&gt; &amp; go&hellip; &nosuch; <your code>"),
            " Enter <name> & go… &nosuch; <your code>"
        );
        assert_eq!(text("an open <div class='a"), "an open <div class='a");
        assert_eq!(text("<b>s</b>een <!-- a > b -->"), "seen  ");
    }

    #[test]
    fn what_a_tag_shows_is_named() {
        assert_eq!(text("<IMG alt=\"a > b\" data-src=x src='i/a.png'>"), " [a > b: i/a.png]");
        assert_eq!(text("<a href=x.md>here</a>"), "[x.md]here");
        assert_eq!(text("<iframe src=\"https://a.example/?b&amp;c\"></iframe>"), " [https://a.example/?b&c] ");
    }
}
