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

/// Our own marks are text where nothing rewrites them: in code.
pub(super) fn unmarked(text: &str) -> String {
    text.replace(NOTE, "").replace(LOST, "")
}

/// Rewrites a page.
pub(super) fn plain(source: &str) -> Plain {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source).replace("\r\n", "\n").replace('\t', "    ");
    // What no reader shows would be taken for our own marks.
    let source: String = source.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let (front, rest) = front_matter(&source);
    let mut page = PlainPage::default();
    for line in rest.lines() {
        page.take(line);
    }
    Plain { front: front.to_owned(), body: page.body }
}

/// A block that is written by indenting what belongs to it.
struct Open {
    /// How far what belongs to it is indented.
    inside: usize,
    /// What its lines begin with in the rewritten page: a quote keeps them together; a tab falls away.
    prefix: String,
}

/// Blocks inside each other; what is deeper is text.
const DEEPEST: usize = 8;

/// A page while it is rewritten.
#[derive(Default)]
struct PlainPage {
    body: String,
    /// The blocks at hand, each inside the one before.
    open: Vec<Open>,
    fence: Option<Fence>,
    /// Whether what is indented here may belong to an item of a list; else it is code.
    in_list: bool,
}

impl PlainPage {
    fn take(&mut self, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            return self.push("");
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        self.leave(indent);
        let inside = self.open.last().map_or(0, |open| open.inside);
        let (line, within) = (&line[inside..], indent - inside);
        if let Some(fence) = &self.fence {
            if fence.is_ended_by(text) {
                self.fence = None;
            }
            return self.push(line);
        }
        self.in_list = is_item(text) || self.in_list && within > 0;
        let is_code = within >= 4 && !self.in_list;
        if let Some(fence) = Fence::of(text).filter(|_| !is_code) {
            self.fence = Some(fence);
        } else if let Some(block) = opens(text).filter(|_| !is_code && self.open.len() < DEEPEST) {
            return self.enter(&block, indent, within);
        } else if dropped(text) && !is_code {
            self.push("");
            if let Some(what) = included(text) {
                self.push(&format!("{}{LOST}what was taken in here from elsewhere: {what}", " ".repeat(within)));
                self.push("");
            }
            return;
        }
        self.push(line);
    }

    fn enter(&mut self, block: &Opens, indent: usize, within: usize) {
        let blanks = " ".repeat(within);
        self.push("");
        if !block.is_note {
            self.push(&format!("{blanks}**{}**", block.title));
        }
        let prefix = self.open.last().map_or("", |open| &open.prefix);
        let prefix = format!("{prefix}{blanks}{}", if block.is_note { "> " } else { "" });
        self.open.push(Open { inside: indent + 4, prefix });
        if block.is_note {
            self.push(&format!("{NOTE}{}: {}", block.kind, block.title));
        }
        self.push("");
        self.in_list = false;
    }

    /// Ends the blocks that a line so far to the right does not belong to, with the code in them.
    fn leave(&mut self, indent: usize) {
        let kept = self.open.iter().take_while(|open| indent >= open.inside).count();
        if kept == self.open.len() {
            return;
        }
        if let Some(Fence(mark)) = self.fence.take() {
            self.push(&mark);
        }
        self.open.truncate(kept);
        self.in_list = true;
        self.push("");
    }

    fn push(&mut self, line: &str) {
        let prefix = self.open.last().map_or("", |open| &open.prefix);
        self.body.push_str(format!("{prefix}{line}").trim_end());
        self.body.push('\n');
    }
}

/// What code begins and ends with.
struct Fence(String);

impl Fence {
    /// The one that a line begins.
    fn of(text: &str) -> Option<Self> {
        let first = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = text.trim_start_matches(first);
        let mark = &text[..text.len() - rest.len()];
        (mark.len() >= 3 && !(first == '`' && rest.contains('`'))).then(|| Self(mark.to_owned()))
    }

    fn is_ended_by(&self, text: &str) -> bool {
        text.strip_prefix(&self.0).is_some_and(|rest| rest.chars().all(|c| self.0.starts_with(c)))
    }
}

/// Whether a line begins an item of a list.
fn is_item(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let mark =
        if number.len() < text.len() { number.strip_prefix(['.', ')']) } else { text.strip_prefix(['-', '*', '+']) };
    mark.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
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
            "\n\n> \u{1}note warning: Mind\n>\n> One.\n>\n> Two.\n\nAfter.\n\n\n**Phone**\n\n\n1. Go\n\n\n\n\n\u{1}lost what was taken in here from elsewhere: x.md\n\n"
        );
    }

    #[test]
    fn code_is_left_alone() {
        for body in [
            "```\n!!! note\n    x\n{% y %}\n```\n",
            "````\n```\n!!! note\n```\n````\n",
            "So:\n\n    !!! note\n        x\n",
        ] {
            assert_eq!(plain(body).body, body);
        }
    }

    #[test]
    fn blocks_inside_each_other_stay_inside() {
        let page = plain("=== \"A\"\n\n    !!! tip\n        One.\n\n        ```\n        x\n    Two.\n\nThree.\n");
        assert_eq!(page.body, "\n**A**\n\n\n\n> \u{1}note tip:\n>\n> One.\n>\n> ```\n> x\n> ```\n\nTwo.\n\n\nThree.\n");
        let page = plain("- Item\n\n    !!! note\n        === \"B\"\n            1. Go\n");
        assert_eq!(page.body, "- Item\n\n\n    > \u{1}note note:\n    >\n    >\n    > **B**\n    >\n    > 1. Go\n");
    }
}
