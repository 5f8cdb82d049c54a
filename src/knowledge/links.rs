//! Where the links of Markdown lead, and a page checked by itself.
//!
//! The one idea: a link that leads to a file has to find it, and one to a section that section. It must not open a file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Sources;
use super::article::{self, Link};
use super::files::not_utf_8;
use super::flawed::order;
use super::names::Names;
use super::prose::Uses;
use super::report::{Report, quoted};
use crate::diagnostic::Diagnostic;
use crate::finding::Vocabulary;

/// Checks the links of an article that lead to another file of the knowledge, or to a section, and notes the sections.
pub(super) fn check_links(
    path: &str,
    links: &[Link],
    sources: &Sources,
    names: &Names,
    uses: &mut Uses,
    report: &mut Report,
) {
    for Link { target, span, .. } in links.iter().filter(|link| is_relative(&link.target)) {
        let (file, anchor) = target.split_once('#').map_or((target.as_str(), None), |(file, id)| (file, Some(id)));
        let file = if file.is_empty() { Some(path.to_owned()) } else { resolve(path, file) };
        let found = file.filter(|file| sources.get(&format!("articles/{file}")).is_some());
        match (found, anchor) {
            (None, _) => broken(target, span, report),
            (Some(file), Some(anchor)) => {
                names.anchor(&file, anchor, span, report);
                uses.named.insert(format!("{file}#{anchor}"));
            }
            (Some(_), None) => {}
        }
    }
}

fn broken(target: &str, span: &Range<usize>, report: &mut Report) {
    let message = format!("broken link: no file {}", quoted(target));
    report.error_with_help(
        "KB208",
        span,
        message,
        "write the way from the place of this page, `../apps/aegis.md#open` say",
    );
}

/// Checks a Markdown page by itself: its encoding, front matter, headings and links. `is_there` says whether a relative
/// link leads to a file.
pub fn check_page(path: &str, bytes: &[u8], is_there: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return vec![not_utf_8(path, bytes, error.valid_up_to())],
    };
    let mut report = Report::new(path, text);
    let article::Read { article, links, .. } = article::read(&mut report);
    let (vocabulary, articles) = (Vocabulary::default(), BTreeMap::from([(path.to_owned(), article)]));
    let names = Names::new(&vocabulary, &articles, false);
    for Link { target, span, .. } in links.iter().filter(|link| is_relative(&link.target)) {
        match target.split_once('#') {
            Some(("", anchor)) => drop(names.anchor(path, anchor, span, &mut report)),
            _ if is_there(target.split('#').next().unwrap_or_default()) => {}
            _ => broken(target, span, &mut report),
        }
    }
    let mut diagnostics = report.into_diagnostics();
    diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
    diagnostics
}

/// Neither an address with a scheme, nor a placeholder for one.
fn is_relative(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or_default();
    let has_scheme = scheme.len() < target.len() && scheme.chars().all(|c| c.is_ascii_alphanumeric());
    !has_scheme && !target.starts_with("//") && !target.starts_with('{') && !target.starts_with("%7B")
}

/// The path that a link in `from` leads to; `None` if out of the folder that both are told from.
pub(super) fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
