//! Whether a translation says all that its source says, and whether it was made from the source as it is now.

use std::collections::BTreeMap;
use std::ops::Range;

use super::items::{File, Item, Text};
use crate::knowledge::report::Report;
use crate::knowledge::safety;
use crate::knowledge::wording::{self, placeholders};

/// How a translation is held against its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Nothing may be missing.
    Complete,
    /// What is there has to be right.
    Partial,
    /// It was made for another source: what does not fit is passed over.
    Elsewhere,
}

/// The texts of a translation that can be used, by file, item and field.
pub(super) fn check(
    source: &File,
    translated: &File,
    measure: Measure,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    // What is missing from a file with a slip in it may only be what could not be read.
    let measure = if report.errors() > 0 { Measure::Elsewhere } else { measure };
    for item in &translated.items {
        let Some(original) = source.item(&item.id) else {
            if measure != Measure::Elsewhere {
                let names = source.items.iter().map(|item| item.id.as_str());
                report.unknown("KB608", &item.at, "text", &item.id, names);
            }
            continue;
        };
        let digest = original.digest();
        let current = item.source.as_ref().is_some_and(|(made_from, _)| *made_from == digest);
        if measure == Measure::Elsewhere {
            if current {
                texts.extend(usable(&source.key, original, item, &mut Report::new(report.path, report.text)));
            }
            continue;
        }
        texts.extend(usable(&source.key, original, item, report));
        if !current {
            tell_old(item, &digest, report);
        }
    }
    if measure == Measure::Complete {
        tell_missing(source, translated, report);
    }
    texts
}

/// The texts of an item that say what their originals say.
fn usable(file: &str, original: &Item, item: &Item, report: &mut Report) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for text in &item.texts {
        let Some(from) = original.text(&text.field) else {
            let names = original.texts.iter().map(|text| text.field.as_str());
            report.unknown("KB608", &text.at, "text", &text.field, names);
            continue;
        };
        let before = report.errors();
        let sound = {
            check_placeholders(from, text, report);
            check_warnings(from, text, report);
            let is_question = matches!(text.field.as_str(), "ask" | "agent");
            if is_question || text.field == "say" {
                safety::check_wording(&text.said, &text.at, report);
            }
            if is_question {
                wording::check_question(&text.said, &text.at, report);
            }
            report.errors() == before
        };
        if sound {
            texts.push((address(file, &item.id, &text.field), text.said.clone()));
        }
    }
    // A section is shown in one language.
    if (file.starts_with("articles/") || file.starts_with(super::CAUSES)) && texts.len() < original.texts.len() {
        texts.clear();
    }
    texts
}

/// What a text is called: `symptoms/invalid-code/causes/old-entry/title`, `articles/two-factor.md#clock/body`.
pub(super) fn address(file: &str, item: &str, field: &str) -> String {
    let between = if file.starts_with("articles/") { "#" } else { "/" };
    format!("{file}{between}{item}/{field}")
}

fn check_placeholders(from: &Text, text: &Text, report: &mut Report) {
    let [theirs, ours] = [from, text].map(|text| placeholders(&text.said).map(|(_, name)| name).collect::<Vec<_>>());
    if let Some(lost) = theirs.iter().find(|name| !ours.contains(name)) {
        report.error("KB608", &text.at, format!("the translation loses {{{lost}}} of its source"));
    }
    if let Some(new) = ours.iter().find(|name| !theirs.contains(name)) {
        let mut names = theirs.clone();
        names.sort_unstable();
        names.dedup();
        report.unknown("KB608", &text.at, "placeholder", new, names);
    }
}

/// A box that warns people must not get lost.
fn check_warnings(from: &Text, text: &Text, report: &mut Report) {
    let boxes = |text: &str| text.lines().filter(|line| line.starts_with("!!! ")).count();
    if boxes(&text.said) < boxes(&from.said) {
        report.error("KB608", &text.at, "the translation loses a warning (`!!!`) of its source");
    }
}

fn tell_old(item: &Item, digest: &str, report: &mut Report) {
    let quoted = |equals: &str| format!("source{equals}\"{digest}\"");
    let is_attribute = item.room.as_ref().is_some_and(|(_, form)| form.contains('='));
    let written = quoted(if is_attribute { "=" } else { ": " });
    if let Some((_, at)) = &item.source {
        let help = format!("see what has changed in the source, then write {written}");
        report.warning("KB609", at, "the translation is older than its source", help);
        return;
    }
    let help = format!("write {written} once it says what the source says");
    report.warning("KB609", &item.at, "the translation does not tell which source it was made from", help);
    if let Some((at, form)) = &item.room {
        report.mend(at.clone(), form.replacen('…', digest, 1));
    }
}

/// Tells what is not there, each at the group that it belongs to, or where it would follow.
fn tell_missing(source: &File, translated: &File, report: &mut Report) {
    let mut before: Range<usize> = translated.at.clone();
    for original in &source.items {
        let Some(item) = translated.item(&original.id) else {
            if is_needed(&source.key, &original.id) {
                let group = original.id.split('/').next().unwrap_or_default();
                let group = translated.groups.iter().find(|(name, _)| name == group);
                let at = group.map_or(&before, |(_, at)| at);
                missing(source, at, format!("missing translation: `{}`", original.id), report);
            }
            continue;
        };
        for text in original.texts.iter().filter(|text| item.text(&text.field).is_none()) {
            let message = format!("missing translation: `{}` of `{}`", text.field, item.id);
            missing(source, &item.at, message, report);
        }
        before = item.at.clone();
    }
}

/// A cause may wait for its translation: it is shown as the source has it.
fn missing(source: &File, at: &Range<usize>, message: String, report: &mut Report) {
    if source.key.starts_with(super::CAUSES) {
        report.warning("KB608", at, message, super::UNTIL_THEN);
    } else {
        report.error("KB608", at, message);
    }
}

/// The screens of a service say what they say, whatever a person speaks; only what stands in for all of them must be there.
fn is_needed(file: &str, item: &str) -> bool {
    let of_screens = item == "name" || item.starts_with("words/") || item.starts_with("messages/");
    !file.starts_with("services/") || file == super::GENERIC || !of_screens
}
