//! What is wrong with the knowledge, each flaw with its line.

use std::fmt::Write as _;

use super::desk::Reading;
use crate::cli::flaws::count;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::escaped;

/// More are counted only.
const MOST: usize = 50;

/// How many there are, in words.
pub(super) fn summary(reading: &Reading) -> String {
    let number = |severity| reading.flaws.iter().filter(|one| one.severity == severity).count();
    match (number(Severity::Error), number(Severity::Warning)) {
        (0, 0) if !reading.is_checked => "no flaw so far, and still looking".to_owned(),
        (0, 0) => "everything is sound".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// All of them, the worst first; nothing where all is sound.
pub(super) fn html(reading: &Reading) -> String {
    let mut out = String::new();
    if let Some(trouble) = &reading.trouble {
        let trouble = escaped(trouble);
        let _ = writeln!(out, "<p class=\"trouble\"><b>What is shown is out of date.</b> {trouble}</p>");
    }
    if reading.flaws.is_empty() {
        return out;
    }
    let mut flaws: Vec<&Diagnostic> = reading.flaws.iter().collect();
    flaws.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let _ = writeln!(out, "<h2>Flaws <small>{}</small></h2>\n<ol class=\"flaws\">", summary(reading));
    for one in flaws.iter().take(MOST) {
        out.push_str(&flaw(reading, one));
    }
    out.push_str("</ol>\n");
    if flaws.len() > MOST {
        let more = flaws.len() - MOST;
        let _ = writeln!(out, "<p class=\"note\">{more} more; <code>otp-doctor kb check</code> tells them all.</p>");
    }
    out
}

fn flaw(reading: &Reading, one: &Diagnostic) -> String {
    let place = &one.place;
    let mut at = escaped(reading.gathered.shown(&place.path));
    if place.line > 0 {
        let _ = write!(at, ":{}:{}", place.line, place.column);
    }
    let mut out = format!(
        "<li class=\"{0}\">\n<p><b class=\"severity\">{0}</b> <code class=\"code\">{1}</code> {2}</p>\n<p class=\"place\"><code>{at}</code></p>\n",
        one.severity,
        one.code,
        escaped(&one.message),
    );
    if let Some((before, meant, after)) = excerpt(reading, one) {
        let _ = writeln!(
            out,
            "<pre tabindex=\"0\" aria-label=\"line {}\"><code>{}<mark>{}</mark>{}</code></pre>",
            place.line,
            escaped(before),
            escaped(meant),
            escaped(after)
        );
    }
    if let Some(help) = &one.help {
        let _ = writeln!(out, "<p class=\"help\">{}</p>", escaped(help));
    }
    out + "</li>\n"
}

/// The line that a flaw is in: what stands before what is meant, that, and what stands behind it.
fn excerpt<'a>(reading: &'a Reading, one: &Diagnostic) -> Option<(&'a str, &'a str, &'a str)> {
    let place = &one.place;
    let text = std::str::from_utf8(reading.gathered.sources.get(&place.path)?).ok()?;
    let meant = text.get(place.span.clone()).filter(|_| place.line > 0)?;
    let start = text[..place.span.start].rfind('\n').map_or(0, |at| at + 1);
    let meant = &meant[..meant.find('\n').unwrap_or(meant.len())];
    let rest = &text[place.span.start + meant.len()..];
    Some((&text[start..place.span.start], meant, &rest[..rest.find('\n').unwrap_or(rest.len())]))
}
