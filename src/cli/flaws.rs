use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::knowledge::Gathered;
use super::screen::Screen;
use crate::diagnostic::{Diagnostic, Severity};
use crate::speech::foreign;

/// Every diagnostic with its place, the line it is about, and the way out.
pub(super) fn drawn(gathered: &Gathered, diagnostics: &[Diagnostic], screen: Screen) -> String {
    let text_of =
        |one: &Diagnostic| gathered.sources.get(&one.place.path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    draw(diagnostics.iter().map(|one| (one, gathered.shown(&one.place.path), text_of(one))), screen)
}

/// Draws diagnostics, each with the path to show and the text it is about.
pub(super) fn draw<'a>(
    diagnostics: impl Iterator<Item = (&'a Diagnostic, &'a str, Option<&'a str>)>,
    screen: Screen,
) -> String {
    let renderer = if screen.look.styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(screen.look.width);
    let mut out = String::new();
    for (one, path, text) in diagnostics {
        let path = foreign::plain(path);
        let group = Group::with_title(title(one));
        out.push_str(&renderer.render(&[with_place(group, one, &path, text)]));
        out.push_str("\n\n");
    }
    out
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
