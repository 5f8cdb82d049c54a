//! What a text without quotes may have lost: a quote at its beginning, or all that stands behind a `#`.
//!
//! The one idea: YAML takes both without a word, and a reader of the text sees that something is missing.

use super::in_quotes;
use super::report::{Report, shown};
use super::yaml::{LINE, Node, NodeKind};

pub(super) fn check(report: &mut Report, node: &Node) {
    if report.is_heard() {
        warn_cut(report, node);
        lone_quote(report, node);
    }
}

/// A sentence whose rest has become a comment.
fn warn_cut(report: &mut Report, node: &Node) {
    let NodeKind::Scalar { text, plain: true } = &node.kind else { return };
    let end = node.span.end;
    let line = report.text[end..].lines().next().unwrap_or_default();
    let Some(rest) = line.trim_start().strip_prefix('#').filter(|_| line.starts_with(' ')) else { return };
    let goes_on = rest.starts_with(char::is_alphanumeric) || rest.trim_start().starts_with(char::is_lowercase);
    // A number or an id has a comment behind it; a sentence has not.
    let is_text = text.contains(' ') || text.starts_with(char::is_uppercase);
    if is_text && goes_on && !text.ends_with(['.', '!', '?']) {
        let whole = format!("{text} #{}", rest.trim_end());
        let message = "the text ends before the `#`: what follows is a comment";
        let help = format!("if it belongs to the text, write {}", shown(&in_quotes(&whole), LINE));
        report.warning("KB610", &(end..end + line.len()), message, help);
    }
}

/// A text with a quote at its end alone. No text for people ends like that.
fn lone_quote(report: &mut Report, node: &Node) {
    let NodeKind::Scalar { text, plain: true } = &node.kind else { return };
    if text.ends_with('"') && text.matches('"').count() == 1 {
        let message = "a quote at the end only: expected `\"` at the beginning too";
        let help = format!("write {}", shown(&format!("\"{text}"), LINE));
        report.error_with_help("KB001", &node.span, message, help);
    }
}
