//! What the checks still say to a draft is mended where there is no choice, and marked everywhere else.
//!
//! The one idea: whoever takes the draft over meets each warning at a line that says what to do. It must not hide one.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::draft::desk::Desk;
use crate::draft::yaml::{self, PathStep};
use crate::draft::{DraftError, File, FileOrigin, TODO};
use crate::knowledge::{Knowledge, Node, capital};
use crate::rehearse;

use super::prose::commented;

/// The code of a word that people are spared.
const WORD: &str = "KB604";
/// So many of them are replaced in one paragraph; the others are marked.
const ROUNDS: usize = 8;

/// Replaces words by those that `kb.yaml` prefers, and marks what is left.
pub(super) fn settle(desk: &mut Desk<'_>) -> Result<(), DraftError> {
    let preferred = preferred(desk);
    let mut replaced = 0;
    // The checks tell one word of a text at a time.
    for _ in 0..ROUNDS {
        let before = replaced;
        each(desk, false, |file, one| {
            let text = in_better_words(file, one, &preferred)?;
            replaced += 1;
            Some(text)
        })?;
        if replaced == before {
            break;
        }
    }
    each(desk, true, |file, one| (!is_marked(file, one)).then(|| marked(file, one)))?;
    if replaced > 0 {
        desk.note(format!("{replaced} words are replaced by those that kb.yaml prefers"));
    }
    Ok(())
}

/// Changes files by what the checks say to them, from the end of each, so that the places before stay right.
fn each(
    desk: &mut Desk<'_>,
    everything: bool,
    mut change: impl FnMut(&File, &Diagnostic) -> Option<String>,
) -> Result<(), DraftError> {
    let mut found = found(desk, everything);
    if let Some(error) = found.iter().find(|one| one.severity == Severity::Error) {
        let what = format!("line {}: {} ({}): this part of the page", error.place.line, error.message, error.code);
        return Err(DraftError::Cannot { path: error.place.path.clone(), what });
    }
    found.sort_by_key(|one| std::cmp::Reverse((one.place.line, one.place.span.start)));
    for one in found {
        if let Some(file) = desk.draft.files.iter_mut().find(|file| file.path == one.place.path)
            && let Some(text) = change(file, &one)
        {
            file.text = text;
        }
    }
    Ok(())
}

/// What the checks say to the files of the draft: of the texts, or also of where they lead.
fn found(desk: &Desk<'_>, everything: bool) -> Vec<Diagnostic> {
    let (sources, compiled) = desk.compiled();
    let mut found = compiled.diagnostics;
    if everything {
        found.extend(rehearse::check(&sources, &about(desk, compiled.knowledge)));
    }
    found.retain(|one| desk.draft.files.iter().any(|file| file.path == one.place.path && file.how == FileOrigin::New));
    found
}

/// The knowledge with the symptoms of the draft alone, and those that they go on to: walking the others takes seconds.
fn about(desk: &Desk<'_>, mut knowledge: Knowledge) -> Knowledge {
    let built = &desk.ground.knowledge.symptoms;
    let mut kept: BTreeSet<String> = knowledge.symptoms.keys().filter(|id| !built.contains_key(*id)).cloned().collect();
    let mut open: Vec<String> = kept.iter().cloned().collect();
    while let Some(symptom) = open.pop().and_then(|id| knowledge.symptoms.get(&id)) {
        let next: Vec<String> = symptom.leads_on().filter(|id| kept.insert((*id).clone())).cloned().collect();
        open.extend(next);
    }
    knowledge.symptoms.retain(|id, _| kept.contains(id));
    knowledge
}

/// Words with those to say in their place.
fn preferred(desk: &Desk<'_>) -> Vec<(String, String)> {
    let text = desk.ground.all.get("kb.yaml").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let root = text.and_then(yaml::read);
    let words = root.as_ref().and_then(|root| yaml::find(root, &[PathStep::Key("words"), PathStep::Key("preferred")]));
    let words = words.map_or(&[][..], Node::entries).iter();
    words.filter_map(|(word, instead)| Some((word.text.to_lowercase(), instead.as_str()?.to_owned()))).collect()
}

/// The text with a better word; `None` where there is none, or where the word is that of a screen.
fn in_better_words(file: &File, one: &Diagnostic, preferred: &[(String, String)]) -> Option<String> {
    let span = Some(one.place.span.clone()).filter(|_| one.code == WORD)?;
    let word = file.text.get(span.clone())?;
    let (_, instead) = preferred.iter().find(|(known, _)| *known == word.to_lowercase())?;
    let (before, behind) = (file.text.get(..span.start)?, file.text.get(span.end..)?);
    let line = before.rsplit('\n').next().unwrap_or_default();
    // What is emphasised or quoted is mostly what a button is called.
    let screen = line.matches("**").count() % 2 == 1 || line.ends_with(['“', '`']);
    if screen {
        return None;
    }
    // `two-factor authentication (2FA)` needs no second name.
    let twice = before.strip_suffix(" (").filter(|head| head.to_lowercase().ends_with(&instead.to_lowercase()));
    if let (Some(head), Some(tail)) = (twice, behind.strip_prefix(')')) {
        return Some(format!("{head}{tail}"));
    }
    let first = word.chars().next()?;
    // A capital counts at the beginning of a sentence, and not in an abbreviation.
    let begins =
        line.trim_end().is_empty() || line.trim_end().ends_with(['.', '!', '?', '"', ':', '#']) || line.ends_with("- ");
    let is_capital = begins && (first.is_uppercase() || word.chars().all(|c| !c.is_lowercase()));
    let instead = if is_capital { capital(instead) } else { instead.clone() };
    Some(format!("{before}{instead}{behind}"))
}

fn is_article(file: &File) -> bool {
    file.path.starts_with("articles/")
}

/// Whether a person who looks at the place sees that there is something to do.
fn is_marked(file: &File, one: &Diagnostic) -> bool {
    let lines: Vec<&str> = file.text.lines().collect();
    let (from, to) = around(&lines, one.place.line.saturating_sub(1), is_article(file));
    lines.get(from..to).unwrap_or_default().iter().any(|line| line.contains(TODO))
}

/// The lines that belong together around one: in an article a block, in a YAML file the line and the one above.
fn around(lines: &[&str], at: usize, article: bool) -> (usize, usize) {
    if lines.is_empty() {
        return (0, 0);
    }
    let at = at.min(lines.len() - 1);
    if !article {
        return (at.saturating_sub(1), at + 1);
    }
    let blank = |line: &&str| line.trim().is_empty();
    let from = lines[..at].iter().rposition(blank).map_or(0, |blank| blank + 1);
    let to = lines[at..].iter().position(blank).map_or(lines.len(), |blank| at + blank);
    (from, to.max(at + 1))
}

/// The text with a mark before what a diagnostic is about.
fn marked(file: &File, one: &Diagnostic) -> String {
    let lines: Vec<&str> = file.text.lines().collect();
    let article = is_article(file);
    let (from, _) = around(&lines, one.place.line.saturating_sub(1), article);
    let help = one.help.as_deref().filter(|help| !help.contains('`'));
    // Named again, the word would be warned of again.
    let help = if one.code == WORD {
        "a word that people are spared: say it in plain words"
    } else {
        help.unwrap_or(&one.message)
    };
    let what = commented(&format!("{}: {help}", one.code));
    let front = article && lines.first() == Some(&"---") && from == 0;
    let (at, mark) = if front {
        (1, format!("# {TODO}: {what}"))
    } else if article {
        (from, format!("<!-- {TODO}: {what} -->"))
    } else {
        // Nothing stands before the front matter of a cause.
        let least = usize::from(lines.first() == Some(&"---"));
        let at = one.place.line.saturating_sub(1).min(lines.len().saturating_sub(1)).max(least);
        let blanks = lines.get(at).map_or(0, |line| line.len() - line.trim_start().len());
        (at, format!("{}# {TODO}: {what}", " ".repeat(blanks)))
    };
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines.insert(at, mark);
    lines.join("\n") + "\n"
}
