use std::cmp::Reverse;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anyhow::anyhow;

use super::knowledge::Gathered;
use super::screen::{Screen, complain_as_drawn};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::speech::{foreign, looks_private};

/// So many flaws of a file are drawn; the rest are counted.
const MOST: usize = 20;
/// What others are read by comes before them: a flaw there explains theirs.
const ORDER: [&str; 9] =
    ["kb.yaml", "articles", "services", "apps", "symptoms", "phrases.yaml", "scripts", "scenarios", "locale"];

/// Every diagnostic with its place, the line it is about, and the way out: causes before what follows from them, and the errors
/// of a file before its warnings.
pub(super) fn drawn(gathered: &Gathered, diagnostics: &[Diagnostic], screen: Screen) -> String {
    let text_of =
        |one: &Diagnostic| gathered.sources.get(&one.place.path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    draw(in_order(diagnostics).into_iter().map(|one| (one, gathered.shown(&one.place.path), text_of(one))), screen)
}

/// Tells the flaws of one file that is no knowledge, and gives the error that they come to; `what` the file is. Of a text with
/// what looks like a key or a code in it nothing is shown.
pub(super) fn refuse(flaws: &[Diagnostic], name: &str, text: &str, what: &str, screen: Screen) -> anyhow::Error {
    let is_private = |line: &str| line.split(['"', '\'', '=', ' ']).chain([line]).any(looks_private);
    let shown = (!text.lines().any(is_private)).then_some(text);
    complain_as_drawn(draw(flaws.iter().map(|one| (one, name, shown)), screen).trim_end());
    let more = flaws.first().map_or_else(String::new, |one| format!("; `otp-doctor explain {}` tells more", one.code));
    anyhow!("{name}: {} in the {what}: mend it first{more}", count(flaws.len(), "error"))
}

fn in_order(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let rank = |path: &str| {
        let folder = path.split('/').next().unwrap_or_default();
        ORDER.iter().position(|name| *name == folder).unwrap_or(ORDER.len())
    };
    let mut all: Vec<&Diagnostic> = diagnostics.iter().collect();
    all.sort_by_key(|one| {
        let Place { path, line, column, .. } = &one.place;
        (rank(path), path.as_str(), Reverse(one.severity), *line, *column)
    });
    all
}

/// Draws diagnostics, each with the path to show and the text it is about.
pub(super) fn draw<'a>(
    diagnostics: impl Iterator<Item = (&'a Diagnostic, &'a str, Option<&'a str>)>,
    screen: Screen,
) -> String {
    let renderer = if screen.look.styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(screen.look.width);
    let mut out = String::new();
    // The file, and how many of its flaws came so far.
    let mut file: Option<(&str, usize)> = None;
    for (one, path, text) in diagnostics {
        let number = match file {
            Some((same, number)) if same == path => number + 1,
            before => {
                out.push_str(&left_out(before));
                1
            }
        };
        file = Some((path, number));
        if number > MOST {
            continue;
        }
        let path = foreign::plain(path);
        let group = Group::with_title(title(one));
        out.push_str(&renderer.render(&[with_place(group, one, &path, text)]));
        out.push_str("\n\n");
    }
    out.push_str(&left_out(file));
    out
}

/// How many flaws of a file were not drawn.
fn left_out(file: Option<(&str, usize)>) -> String {
    match file {
        Some((path, number)) if number > MOST => {
            format!("… and {} more in {}\n\n", number - MOST, foreign::plain(path))
        }
        _ => String::new(),
    }
}

fn title(one: &Diagnostic) -> annotate_snippets::Title<'_> {
    let level = match one.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::NOTE,
    };
    level.primary_title(one.message.as_str()).id(one.code)
}

/// The line and the caret where the text is at hand, else the path alone.
fn with_place<'a>(group: Group<'a>, one: &'a Diagnostic, path: &'a str, text: Option<&'a str>) -> Group<'a> {
    let shown = text.filter(|text| one.place.line > 0 && text.get(one.place.span.clone()).is_some());
    let group = match shown {
        Some(text) => {
            let span = first_line(text, &one.place.span);
            group.element(Snippet::source(text).path(path).annotation(AnnotationKind::Primary.span(span)))
        }
        None if one.place.line > 0 => {
            group.element(Origin::path(path).line(one.place.line).char_column(one.place.column))
        }
        None => group.element(Origin::path(path)),
    };
    match &one.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// What is meant, up to the end of its first line: a caret says more than a frame around half a file.
fn first_line(text: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let end = text[span.clone()].find('\n').map_or(span.end, |newline| span.start + newline);
    span.start..end
}

/// `1 error`, `2 errors`, `2 near misses`.
pub(super) fn count(number: usize, what: &str) -> String {
    let ending = match number {
        1 => "",
        _ if what.ends_with('s') => "es",
        _ => "s",
    };
    format!("{number} {what}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_come_before_what_follows_and_errors_before_warnings() {
        let at = |path: &str, line| Place { line, ..Place::file(path) };
        let found = [
            Diagnostic::error("KB703", at("scenarios/a.yaml", 1), "follows"),
            Diagnostic::warning("KB008", at("symptoms/a.yaml", 1), "a warning"),
            Diagnostic::error("KB003", at("symptoms/a.yaml", 9), "an error"),
            Diagnostic::error("KB004", at("kb.yaml", 1), "the first"),
        ];
        let codes: Vec<_> = in_order(&found).into_iter().map(|one| one.code).collect();
        assert_eq!(codes, ["KB004", "KB003", "KB008", "KB703"]);
    }

    #[test]
    fn a_hopeless_file_is_counted() {
        assert_eq!(left_out(Some(("a.yaml", MOST + 37))), "… and 37 more in a.yaml\n\n");
        assert_eq!(left_out(Some(("a.yaml", MOST))), "");
    }
}
