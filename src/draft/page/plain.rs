//! A page of `MkDocs` in the Markdown that every reader knows.
//!
//! The one idea: what only one renderer understands, and what stands in a page for machines, is rewritten line by line
//! before it is read. The texts stay. It must not look at what they say.

/// What a rewritten admonition begins with, before its kind.
pub(super) const NOTE: &str = "\u{1}note ";

/// What a paragraph begins with that stands for something lost.
pub(super) const LOST: &str = "\u{1}lost ";

/// The page without front matter, and what that holds.
pub(super) struct Plain {
    pub(super) front: String,
    pub(super) body: String,
}

/// A block that is written by indenting what belongs to it.
struct Open {
    /// How far its first line is indented.
    indent: usize,
    /// A quote keeps its lines together; a tab falls away.
    quote: bool,
}

/// Rewrites a page.
pub(super) fn plain(source: &str) -> Plain {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source).replace("\r\n", "\n").replace('\t', "    ");
    // What no reader shows would be taken for our own marks.
    let source: String = source.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let (front, rest) = front_matter(&source);
    let mut page = Plain { front: front.to_owned(), body: String::new() };
    let mut open: Option<Open> = None;
    let mut fence: Option<&str> = None;
    for line in rest.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let text = line.trim();
        if let Some(end) = fence {
            fence = Some(end).filter(|end| !text.starts_with(*end));
        } else if text.starts_with("```") || text.starts_with("~~~") {
            fence = text.get(..3);
        } else if let Some(block) = opens(text) {
            open = Some(Open { indent, quote: block.is_note });
            let mark = if block.is_note {
                format!("> {NOTE}{}: {}\n{}>", block.kind, block.title, " ".repeat(indent))
            } else {
                format!("**{}**\n", block.title)
            };
            page.push(indent, &mark);
            continue;
        } else if dropped(text) {
            let what = included(text).map(|what| format!("\n{LOST}what was taken in here from elsewhere: {what}\n"));
            page.push(0, &what.unwrap_or_default());
            continue;
        }
        match &open {
            Some(block) if text.is_empty() => {
                let mark = if block.quote { ">" } else { "" };
                page.push(block.indent, mark);
            }
            Some(block) if indent >= block.indent + 4 => {
                let inside = &line[block.indent + 4..];
                let mark = if block.quote { format!("> {inside}") } else { inside.to_owned() };
                let at = block.indent;
                page.push(at, &mark);
            }
            _ => {
                if open.take().is_some() {
                    page.body.push('\n');
                }
                page.push(0, line);
            }
        }
    }
    page
}

impl Plain {
    fn push(&mut self, indent: usize, line: &str) {
        self.body.push_str(&" ".repeat(indent));
        self.body.push_str(line);
        self.body.push('\n');
    }
}

/// What stands between `---` at the top, and the rest.
fn front_matter(source: &str) -> (&str, &str) {
    let inside = source.strip_prefix("---\n");
    let ends = inside.and_then(|inside| {
        let end = inside
            .find("\n---\n")
            .map(|at| (at + 1, at + 5))
            .or_else(|| inside.ends_with("\n---").then_some((inside.len() - 3, inside.len())));
        end.or_else(|| inside.starts_with("---\n").then_some((0, 4)))
            .map(|(end, next)| (&inside[..end], &inside[next..]))
    });
    ends.unwrap_or(("", source))
}

struct Opens {
    is_note: bool,
    kind: String,
    title: String,
}

/// `!!! note "Title"`, `??? tip`, `=== "Tab"`.
fn opens(text: &str) -> Option<Opens> {
    let (mark, rest) = text.split_once(' ')?;
    let is_note = ["!!!", "???", "???+"].contains(&mark);
    if !is_note && !["===", "===+", "===!"].contains(&mark) {
        return None;
    }
    let (words, title) = rest.split_once('"').map_or((rest, ""), |(words, title)| (words, title.trim_end_matches('"')));
    let kind = words.split_whitespace().next().unwrap_or("note");
    let kind: String = kind.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    if !is_note && title.trim().is_empty() {
        return None;
    }
    Some(Opens {
        is_note,
        kind: if kind.is_empty() { "note".to_owned() } else { kind },
        title: title.trim().to_owned(),
    })
}

/// Lines for machines.
fn dropped(text: &str) -> bool {
    let attributes = text.starts_with("{:") && text.ends_with('}');
    attributes || text == "[TOC]" || included(text).is_some()
}

/// What a line takes in from another file.
fn included(text: &str) -> Option<String> {
    let snippet = text.strip_prefix("--8<--").or_else(|| text.strip_prefix("-8<-"));
    let template = || text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    let module = || text.strip_prefix("::: ");
    let what = snippet.or_else(template).or_else(module)?;
    Some(what.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_mkdocs_knows_is_rewritten() {
        let page = plain(
            "---\ntitle: T\n---\n\n!!! warning \"Mind\"\n    One.\n\n    Two.\nAfter.\n\n=== \"Phone\"\n\n    1. Go\n\n{: .wide }\n--8<-- \"x.md\"\n",
        );
        assert_eq!(page.front, "title: T\n");
        assert_eq!(
            page.body,
            "\n> \u{1}note warning: Mind\n>\n> One.\n>\n> Two.\n\nAfter.\n\n**Phone**\n\n\n1. Go\n\n\n\n\u{1}lost what was taken in here from elsewhere: x.md\n\n"
        );
    }

    #[test]
    fn code_is_left_alone() {
        let body = "```\n!!! note\n    x\n{% y %}\n```\n";
        assert_eq!(plain(body).body, body);
    }
}
