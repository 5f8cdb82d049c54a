//! The article that a page becomes.
//!
//! The one idea: the page's own headings and prose in their order, with a section for every reason and solution, so that
//! the symptoms have something to point to. What its writer has to look at stands in a comment before it.

use std::fmt::Write as _;

use super::blocks::{Block, Section};
use super::inline::{begun, escaped, link, sentences, title};
use super::trouble::{Pair, Trouble};
use super::words::Paragraph;

/// An article while it is written.
pub(super) struct Prose {
    pub(super) text: String,
    level: usize,
}

/// More steps in a row are not followed.
const MOST_STEPS: usize = 24;

impl Prose {
    /// An article that begins with its front matter.
    pub(super) fn begun(front: String) -> Self {
        Self { text: front, level: 0 }
    }

    /// A heading one level below the last one at most.
    pub(super) fn heading(&mut self, level: usize, title: &str, id: &str) {
        let least = if self.level == 0 { 1 } else { 2 };
        self.level = level.clamp(least, self.level + 1).min(6);
        let _ = write!(self.text, "{} {} {{: #{id} }}\n\n", "#".repeat(self.level), escaped(title));
    }

    /// Something for the writer to look at.
    pub(super) fn point(&mut self, what: &str) {
        let _ = write!(self.text, "<!-- TODO: {} -->\n\n", commented(what));
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.text.push_str(&written(block, true));
            self.text.push('\n');
        }
    }

    /// A section of prose.
    pub(super) fn prose(&mut self, section: &Section, id: &str) {
        self.heading(section.level, &section.title, id);
        self.blocks(&section.blocks);
    }

    /// A trouble with its reasons and solutions, one level below it.
    pub(super) fn trouble(&mut self, section: &Section, id: &str, trouble: &Trouble, plan: &[Told]) {
        self.heading(section.level.max(2), &section.title, id);
        let level = self.level + 1;
        if trouble.looks.is_empty() {
            self.point("say in a sentence or two how it looks to those who have it");
        }
        self.blocks(&trouble.looks);
        for (pair, told) in trouble.pairs.iter().zip(plan) {
            if let Some((anchor, title)) = &told.reason {
                self.heading(level, title, anchor);
                if pair.reason.is_empty() {
                    self.point("say why it happens");
                } else {
                    self.point("is this why it happens? Name what is wrong, and leave what helps to the next section");
                }
                self.blocks(&told_plainly(&pair.reason));
            }
            self.heading(level, &told.title, &told.anchor);
            self.point("one thing to do in each step, and how to tell that it has helped");
            let (open, solution) = without_points(&pair.solution);
            self.blocks(&open);
            if told.takes_away {
                self.text
                    .push_str("!!! warning\n    TODO: What is lost, and which other way in there has to be first.\n\n");
            }
            self.solution(&solution);
        }
    }

    fn solution(&mut self, blocks: &[Block]) {
        let (steps, behind) = steps(blocks);
        for (number, step) in steps.iter().take(MOST_STEPS).enumerate() {
            let mark = format!("{}. ", number + 1);
            let inside: Vec<String> = step.iter().map(|block| written(block, false)).collect();
            self.text.push_str(&indented(&inside.join("\n"), &mark, &" ".repeat(mark.len())));
        }
        if steps.is_empty() {
            self.text.push_str("1. TODO: What to do.\n");
        }
        self.text.push('\n');
        for step in steps.iter().skip(MOST_STEPS) {
            self.blocks(step);
        }
        self.blocks(&behind);
    }
}

/// How a pair is told.
#[derive(Debug)]
pub(super) struct Told {
    /// Anchor and title of the section of the reason, where there is one.
    pub(super) reason: Option<(String, String)>,
    /// Of the section of the solution.
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) takes_away: bool,
}

impl Told {
    /// Plans the sections of a pair.
    pub(super) fn of(pair: &Pair, symptom: &str, number: usize, with_reason: bool) -> Self {
        let reason = || {
            let words = title(&first_words(&pair.reason));
            let words = if words.is_empty() { "The reason, in a line".to_owned() } else { words };
            (format!("{symptom}-reason-{number}"), format!("TODO: {words}"))
        };
        let words = title(&first_words(&pair.solution));
        let words = if words.is_empty() { "What to do, in a few words".to_owned() } else { words };
        Self {
            reason: with_reason.then(reason),
            anchor: format!("{symptom}-solution-{number}"),
            title: format!("TODO: {words}"),
            takes_away: pair.solution.iter().any(|block| takes_away(&read(block))),
        }
    }
}

/// The words of the first block that has some.
pub(super) fn first_words(blocks: &[Block]) -> String {
    let read = blocks.iter().map(read);
    read.map(|text| text.trim().to_owned()).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A block as it is read.
fn read(block: &Block) -> String {
    match block {
        Block::Text(words) => words.plain.clone(),
        Block::List { items, .. } => items.iter().flatten().map(read).collect::<Vec<_>>().join("\n"),
        Block::Note { blocks, .. } | Block::Quote(blocks) => blocks.iter().map(read).collect::<Vec<_>>().join("\n"),
        Block::Code(_) | Block::Picture { .. } | Block::Point(_) => String::new(),
    }
}

/// A list of one item is no list.
fn told_plainly(blocks: &[Block]) -> Vec<Block> {
    let plain = |block: &Block| match block {
        Block::List { items, .. } if items.len() == 1 => items[0].clone(),
        other => vec![other.clone()],
    };
    blocks.iter().flat_map(plain).collect()
}

/// Whether it tells to give something up: an entry, or two-factor authentication.
fn takes_away(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |all: &[&str]| words.iter().any(|word| all.contains(word));
    has(&[
        "delete",
        "deletes",
        "remove",
        "removes",
        "erase",
        "disable",
        "deactivate",
        "uninstall",
        "löschen",
        "entfernen",
    ]) || has(&["turn", "toggle", "switch"]) && has(&["off"])
}

/// The points among blocks, at any depth, and the blocks without them: a list of steps is not broken by them.
fn without_points(blocks: &[Block]) -> (Vec<Block>, Vec<Block>) {
    let (mut points, mut kept) = (Vec::new(), Vec::new());
    for block in blocks {
        match block {
            Block::Point(_) => points.push(block.clone()),
            Block::List { numbered, items } => {
                let items = items.iter().map(|item| {
                    let (found, item) = without_points(item);
                    points.extend(found);
                    item
                });
                let items = items.filter(|item| !item.is_empty()).collect::<Vec<_>>();
                if !items.is_empty() {
                    kept.push(Block::List { numbered: *numbered, items });
                }
            }
            other => kept.push(other.clone()),
        }
    }
    (points, kept)
}

/// The steps of a solution, each with what belongs to it, and what comes behind them.
fn steps(blocks: &[Block]) -> (Vec<Vec<Block>>, Vec<Block>) {
    let mut steps: Vec<Vec<Block>> = Vec::new();
    let mut behind = Vec::new();
    for block in blocks {
        match block {
            Block::Text(words) => steps.extend(sentences_of(&words.markdown)),
            Block::List { numbered: true, items } => steps.extend(items.iter().cloned()),
            Block::List { items, .. } => {
                for item in items {
                    let mut item = item.iter();
                    match item.next() {
                        Some(Block::Text(words)) => steps.extend(sentences_of(&words.markdown)),
                        Some(other) => steps.push(vec![other.clone()]),
                        None => {}
                    }
                    match steps.last_mut() {
                        Some(last) => last.extend(item.cloned()),
                        None => behind.extend(item.cloned()),
                    }
                }
            }
            Block::Code(_) | Block::Picture { .. } if !steps.is_empty() => {
                if let Some(last) = steps.last_mut() {
                    last.push(block.clone());
                }
            }
            other => behind.push(other.clone()),
        }
    }
    (steps, behind)
}

fn sentences_of(markdown: &str) -> impl Iterator<Item = Vec<Block>> {
    let sentences: Vec<String> = sentences(markdown).into_iter().map(begun).collect();
    sentences
        .into_iter()
        .map(|markdown| vec![Block::Text(Paragraph { plain: markdown.clone(), markdown, ..Paragraph::default() })])
}

/// A block as Markdown, each line with its end. An admonition is one only at the top of a section.
fn written(block: &Block, top: bool) -> String {
    let all = |blocks: &[Block]| blocks.iter().map(|block| written(block, false)).collect::<Vec<_>>().join("\n");
    match block {
        Block::Text(words) => format!("{}\n", words.markdown),
        Block::Picture { words, target } => {
            let words = if words.trim().is_empty() { "TODO: what the picture shows" } else { words.trim() };
            let picture = link(&escaped(words), target).unwrap_or_default();
            format!("!{picture}\n")
        }
        Block::Point(what) => format!("<!-- TODO: {} -->\n", commented(what)),
        Block::Code(code) => {
            let fence =
                if code.contains("```") { "~".repeat(longest_run(code, '~').max(2) + 1) } else { "```".to_owned() };
            format!("{fence}\n{code}\n{fence}\n")
        }
        Block::Quote(blocks) => indented(&all(blocks), "> ", "> "),
        Block::Note { kind, blocks } if top => format!("!!! {kind}\n{}", indented(&all(blocks), "    ", "    ")),
        Block::Note { kind, blocks } => indented(&format!("**{kind}**\n\n{}", all(blocks)), "> ", "> "),
        Block::List { numbered, items } => {
            let item = |(number, item): (usize, &Vec<Block>)| {
                let mark = if *numbered { format!("{}. ", number + 1) } else { "- ".to_owned() };
                indented(&all(item), &mark, &" ".repeat(mark.len()))
            };
            items.iter().enumerate().map(item).collect()
        }
    }
}

/// How often a letter stands in a row at most.
fn longest_run(text: &str, letter: char) -> usize {
    text.split(|c| c != letter).map(str::len).max().unwrap_or_default()
}

/// The first line with `mark` before it, the others with `rest`.
fn indented(text: &str, mark: &str, rest: &str) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        let start = if number == 0 { mark } else { rest };
        let _ = writeln!(out, "{}", format!("{start}{line}").trim_end());
    }
    out
}

/// A text that does not end its comment.
pub(super) fn commented(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line: String = line.chars().take(160).collect();
    line.replace("--", "–").replace('>', "›").trim_end_matches('-').to_owned()
}
