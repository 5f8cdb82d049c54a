//! What a page says is wrong, why, and what helps.
//!
//! The one idea: a heading that tells a trouble is followed by reasons and by what its writer marked as a solution. Where
//! nothing is marked, steps are the solution. It must not decide what is right: the writer does.

use super::blocks::{Block, Section};
use super::words::Paragraph;

/// A trouble that a page tells of.
#[derive(Debug)]
pub(super) struct Trouble {
    /// How it looks.
    pub(super) looks: Vec<Block>,
    pub(super) pairs: Vec<Pair>,
}

/// What helps, with the reason that the page gives; none if it gives none.
#[derive(Debug, Default, Clone)]
pub(super) struct Pair {
    pub(super) reason: Vec<Block>,
    pub(super) solution: Vec<Block>,
}

/// Sections with what they turned out to be.
#[derive(Debug)]
pub(super) enum Part {
    Trouble(Section, Trouble),
    /// Prose, which is kept as it is.
    Prose(Section),
}

/// What a paragraph or a heading is marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Solution,
    Reason,
    Looks,
}

const SOLUTION: &[&str] = &[
    "solution",
    "solutions",
    "resolution",
    "fix",
    "how to fix it",
    "how to fix this",
    "workaround",
    "answer",
    "what to do",
    "what you can do",
    "what helps",
    "remedy",
    "lösung",
    "abhilfe",
    "was hilft",
    "was tun",
];
const REASON: &[&str] = &[
    "cause",
    "causes",
    "possible cause",
    "possible causes",
    "reason",
    "why",
    "why it happens",
    "explanation",
    "ursache",
    "grund",
];
const LOOKS: &[&str] =
    &["symptom", "symptoms", "problem", "issue", "description", "question", "problembeschreibung", "problem:"];
/// Words of titles that tell a trouble.
const TROUBLE: &[&str] = &[
    "i",
    "my",
    "i'm",
    "can't",
    "cannot",
    "couldn't",
    "don't",
    "doesn't",
    "won't",
    "isn't",
    "not",
    "no",
    "lost",
    "forgot",
    "forgotten",
    "invalid",
    "wrong",
    "incorrect",
    "error",
    "errors",
    "fail",
    "fails",
    "failed",
    "failing",
    "problem",
    "problems",
    "broken",
    "missing",
    "stuck",
    "locked",
    "refused",
    "rejected",
    "expired",
    "unable",
    "many",
    "stolen",
    "lose",
];

/// The most troubles that are told apart; what comes after them stays prose.
const MOST: usize = 60;

/// Tells the troubles of a page from the rest of it, in the order of the page.
pub(super) fn parts(sections: Vec<Section>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut troubles = 0;
    let mut sections = sections.into_iter().peekable();
    while let Some(mut section) = sections.next() {
        // "### Solution" under a trouble belongs to it.
        let mut marked: Vec<(Mark, Section)> = Vec::new();
        while let Some((mark, below)) = sections
            .next_if(|next| next.level > section.level.max(1) && mark_of(&next.title).is_some())
            .and_then(|next| Some((mark_of(&next.title)?, next)))
        {
            marked.push((mark, below));
        }
        let tells = section.level > 0 && troubles < MOST && is_trouble(&section, &marked);
        if tells {
            troubles += 1;
            section.merged = marked.iter().map(|(_, below)| below.own_id()).collect();
            let trouble = trouble(std::mem::take(&mut section.blocks), marked);
            parts.push(Part::Trouble(section, trouble));
        } else {
            parts.push(Part::Prose(section));
            parts.extend(marked.into_iter().map(|(_, below)| Part::Prose(below)));
        }
    }
    parts
}

fn is_trouble(section: &Section, marked: &[(Mark, Section)]) -> bool {
    let solved = |blocks: &[Block]| blocks.iter().any(|block| label(block) == Some(Mark::Solution));
    let solution =
        solved(&section.blocks) || marked.iter().any(|(mark, below)| *mark == Mark::Solution || solved(&below.blocks));
    let lower = section.title.to_lowercase().replace('’', "'");
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let titled = section.level > 1 && words.any(|word| TROUBLE.contains(&word));
    solution || titled && !(section.blocks.is_empty() && marked.is_empty())
}

fn trouble(blocks: Vec<Block>, marked: Vec<(Mark, Section)>) -> Trouble {
    let mut stream: Vec<(Option<Mark>, Block)> = blocks.into_iter().map(|block| (label(&block), block)).collect();
    for (mark, below) in marked {
        let mut blocks = below.blocks.into_iter();
        // The heading marks what follows it, up to a mark of its own.
        stream.extend(blocks.next().map(|block| (label(&block).or(Some(mark)), block)));
        stream.extend(blocks.map(|block| (label(&block), block)));
    }
    let any = stream.iter().any(|(mark, _)| *mark == Some(Mark::Solution));
    if any { by_marks(&stream) } else { by_steps(stream.into_iter().map(|(_, block)| block).collect()) }
}

/// Reasons and solutions in turn.
fn by_marks(stream: &[(Option<Mark>, Block)]) -> Trouble {
    let mut trouble = Trouble { looks: Vec::new(), pairs: Vec::new() };
    let mut pair = Pair::default();
    let mut looks = false;
    let solutions: Vec<usize> =
        stream.iter().enumerate().filter(|(_, (mark, _))| *mark == Some(Mark::Solution)).map(|(at, _)| at).collect();
    for (at, (mark, block)) in stream.iter().enumerate() {
        let next = solutions.iter().copied().find(|one| *one > at);
        let solving = !pair.solution.is_empty();
        // Between two solutions, the next reason begins with a mark, the last list of points, or the last block of all.
        let between = solving && next.is_some();
        let reason_begins = *mark == Some(Mark::Reason)
            || points(block) && !stream[at + 1..next.unwrap_or(at + 1)].iter().any(|(_, later)| points(later))
            || next == Some(at + 1);
        match mark {
            Some(Mark::Solution) => {
                if solving {
                    trouble.pairs.push(std::mem::take(&mut pair));
                }
                pair.solution.extend(behind(block, Mark::Solution));
                looks = false;
            }
            Some(Mark::Looks) if !solving => {
                trouble.looks.extend(behind(block, Mark::Looks));
                looks = true;
            }
            _ if between && reason_begins => {
                trouble.pairs.push(std::mem::take(&mut pair));
                pair.reason.extend(behind(block, Mark::Reason));
            }
            _ if solving => pair.solution.push(block.clone()),
            _ => {
                looks &= *mark != Some(Mark::Reason);
                let to = if looks { &mut trouble.looks } else { &mut pair.reason };
                to.extend(behind(block, Mark::Reason));
            }
        }
    }
    trouble.pairs.push(pair);
    for pair in &mut trouble.pairs {
        // A point is no reason.
        if pair.reason.iter().all(|block| matches!(block, Block::Point(_))) {
            pair.solution.splice(0..0, pair.reason.drain(..));
        }
    }
    // Paragraphs before a list of reasons say how it looks.
    if let Some(first) = trouble.pairs.first_mut()
        && let Some(list) = first.reason.iter().position(|block| matches!(block, Block::List { .. }))
    {
        trouble.looks.extend(first.reason.drain(..list));
    }
    trouble
}

/// Whether a block is a list of points; a numbered one holds steps.
fn points(block: &Block) -> bool {
    matches!(block, Block::List { numbered: false, .. })
}

/// Without marks: the first list is what to do, or else every sentence is.
fn by_steps(mut blocks: Vec<Block>) -> Trouble {
    let list = blocks.iter().position(|block| matches!(block, Block::List { .. })).unwrap_or(0);
    let solution = blocks.split_off(list);
    Trouble { looks: blocks, pairs: vec![Pair { reason: Vec::new(), solution }] }
}

fn mark_of(title: &str) -> Option<Mark> {
    let title = title.trim().trim_end_matches([':', '.', '?', '!']).to_lowercase();
    let marks = [(SOLUTION, Mark::Solution), (REASON, Mark::Reason), (LOOKS, Mark::Looks)];
    marks.iter().find(|(words, _)| words.contains(&title.as_str())).map(|(_, mark)| *mark)
}

/// What a block begins with: `**Solution**: …`, or `Solution: …`.
fn label(block: &Block) -> Option<Mark> {
    let Block::Text(words) = block else { return None };
    mark_of(&words.label).or_else(|| mark_of(words.plain.split_once(':')?.0))
}

/// A block without the mark that it begins with.
fn behind(block: &Block, mark: Mark) -> Option<Block> {
    let Block::Text(words) = block else { return Some(block.clone()) };
    if label(block) != Some(mark) {
        return Some(block.clone());
    }
    let markdown = if mark_of(&words.label).is_some() {
        words.behind.clone()
    } else {
        words.markdown.split_once(':').map_or_else(String::new, |(_, rest)| rest.trim().to_owned())
    };
    let plain = words.plain.split_once(':').map_or("", |(_, rest)| rest).trim();
    // A label without a colon is cut off by its length.
    let plain = if plain.is_empty() { words.plain.get(words.label.len()..).unwrap_or_default().trim() } else { plain };
    let words = Paragraph { markdown, plain: plain.to_owned(), ..Paragraph::default() };
    (!words.markdown.is_empty()).then_some(Block::Text(words))
}
