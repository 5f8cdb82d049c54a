//! What an article has to be for its readers: steps that can be followed, links that say where they lead, nothing that
//! a terminal cannot show.
//!
//! The one idea: each check is about one heading, link or section, and tells its place. It must not judge style.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::CAUSES;
use super::article::Link;
use super::model::{Article, Knowledge, Section, SectionRef};
use super::report::{Report, quoted};

/// Words of a link that do not say where it leads.
const EMPTY_WORDS: &[&str] =
    &["here", "click here", "this", "this link", "this page", "link", "more", "read more", "see here", "page"];
/// What a deletion is called.
const DELETES: &[&str] = &["delete", "remove", "erase"];

/// A heading without an id of its own: its place in the web changes with its words.
pub(super) fn check_automatic_id(id: &str, line: &Range<usize>, report: &mut Report) {
    let help = format!("write {{: #{id} }} behind it");
    report.warning("KB204", line, "a heading without an id: links to it break when its words change", help);
    if super::check_id(id, line, &mut Report::new("", "")).is_some() {
        report.mend(line.end..line.end, format!(" {{: #{id} }}"));
    }
}

/// A heading more than one level below the one before it.
pub(super) fn check_level(before: Option<&Section>, section: &Section, line: &Range<usize>, report: &mut Report) {
    if let Some(before) = before.filter(|before| section.level > before.level + 1) {
        let message = format!("a heading of level {} under one of level {}", section.level, before.level);
        report.warning("KB209", line, message, format!("expected level {} at most", before.level + 1));
    }
}

/// Links and pictures that say nothing to whoever cannot see them.
pub(super) fn check_links(links: &[Link], report: &mut Report) {
    for Link { span, text, picture, .. } in links {
        let words = text.trim().to_lowercase();
        if *picture && words.is_empty() {
            let message = "a picture without words: expected an alternative text";
            report.warning("KB211", span, message, "write what it shows between [ and ]");
        } else if !picture && EMPTY_WORDS.contains(&words.trim_matches(['.', '!', ':', ' '])) {
            let message = format!("{} does not say where the link leads", quoted(text));
            report.warning("KB212", span, message, "write the name of the page or of the step");
        }
    }
}

/// Numbered lists whose numbers jump, or go back. A list of nothing but `1.` is one that the renderer numbers.
pub(super) fn check_numbers(report: &mut Report) {
    let mut lists: Vec<(usize, u32)> = Vec::new();
    let (mut in_code, mut after_blank, mut start) = (false, false, 0);
    for line in report.text.split_inclusive('\n') {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        in_code ^= content.starts_with("```");
        match number(content).filter(|_| !in_code) {
            Some((number, length)) => {
                lists.retain(|(other, _)| *other <= depth);
                let last = lists.last().filter(|(other, _)| *other == depth).map(|(_, last)| *last);
                if let Some(last) = last.filter(|last| number != last + 1 && (*last, number) != (1, 1)) {
                    let at = start + depth..start + depth + length;
                    let message = format!("the number {number} behind {last}: expected {}", last + 1);
                    report.warning("KB213", &at, message, "number the steps one by one; nobody should look for one");
                }
                lists.retain(|(other, _)| *other < depth);
                lists.push((depth, number));
            }
            None if after_blank && !content.is_empty() => lists.retain(|(other, _)| *other < depth),
            None => {}
        }
        after_blank = content.is_empty();
        start += line.len();
    }
}

/// The number that a step begins with, and its length.
fn number(line: &str) -> Option<(u32, usize)> {
    let length = line.bytes().take_while(u8::is_ascii_digit).count();
    let is_mark = [". ", ") "].iter().any(|mark| line[length..].starts_with(mark));
    Some((line[..length].parse().ok().filter(|_| is_mark)?, length + 1))
}

/// HTML: a terminal shows none of it. Comments are nothing to show.
pub(super) fn check_html(html: &str, span: &Range<usize>, report: &mut Report) {
    let tag = html.trim_start();
    if tag.starts_with('<') && !tag.starts_with("<!--") && !tag.starts_with("</") {
        let at = span.start + (html.len() - tag.len());
        let end = at + tag.find('>').map_or(tag.trim_end().len(), |close| close + 1);
        report.warning("KB214", &(at..end), "a terminal cannot show HTML", "write it in Markdown");
    }
}

/// What is wrong with the sections of one article: those of remedies have steps, and each is told somewhere.
pub(super) fn check_sections(
    path: &str,
    sections: &[Section],
    headings: &[Range<usize>],
    uses: &Uses,
    report: &mut Report,
) {
    for (at, (section, line)) in sections.iter().zip(headings).enumerate() {
        let own = SectionRef { article: path.to_owned(), anchor: section.anchor.clone() };
        if let Some(destructive) = uses.remedy(&own) {
            check_remedy(section, destructive, line, report);
        }
        let group = sections.get(at + 1).is_some_and(|next| next.level > section.level);
        if section.level > 1 && !group && !uses.may_lead_to(path, &section.anchor) {
            let message = format!("nothing leads to the section {}", quoted(&section.anchor));
            report.warning("KB207", line, message, "name it in a cause or a remedy, link to it, or take it out");
        }
    }
}

fn check_remedy(section: &Section, destructive: bool, line: &Range<usize>, report: &mut Report) {
    if section.body.is_empty() {
        let message = format!("the section {} tells of a remedy and is empty", quoted(&section.anchor));
        report.warning("KB205", line, message, "write the steps");
        return;
    }
    if !section.body.lines().any(is_step) {
        let message = format!("the section {} tells of a remedy and has no step", quoted(&section.anchor));
        report.warning("KB206", line, message, "write what to do as `1. …`");
    }
    let takes_away = destructive || section.body.split(['.', '\n']).any(takes_away);
    if takes_away && !["!!! warning", "!!! danger"].iter().any(|block| section.body.contains(block)) {
        let message = format!("the section {} takes something away without a warning", quoted(&section.anchor));
        report.error_with_help("KB503", line, message, "begin it with `!!! warning` and what may be lost, indented");
    }
}

/// `1. Open the settings`
fn is_step(line: &str) -> bool {
    number(line.trim_start()).is_some()
}

/// A sentence that tells to delete an entry, or to turn two-factor authentication off.
fn takes_away(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    let has = |word: &str| sentence.split(|c: char| !c.is_alphanumeric()).any(|one| one == word);
    let factor = sentence.contains("{toggle-2fa}") || sentence.contains("two-factor authentication");
    DELETES.iter().any(|word| has(word)) && (has("entry") || has("entries")) || factor && has("turn") && has("off")
}

/// What the sections are needed for.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Sections that a file, or a link of an article, names: `two-factor.md#clock`.
    pub(super) named: BTreeSet<String>,
    /// Sections of remedies, with whether one of them takes something away.
    remedies: BTreeMap<SectionRef, bool>,
    /// Articles of which a section is named that is not there, and sections that are named in an article that is not there.
    astray: (BTreeSet<String>, BTreeSet<String>),
}

impl Uses {
    /// Adds a text of a YAML file, if it names a section.
    pub(super) fn add(&mut self, text: &str) {
        if text.contains(".md#") {
            self.named.insert(text.to_owned());
        }
    }

    /// Adds the section that explains a cause.
    pub(super) fn add_cause(&mut self, id: &str) {
        self.named.insert(format!("{CAUSES}#{id}"));
    }

    /// Adds the sections that tell of remedies: for everybody, for agents, and those of apps in their place.
    pub(super) fn add_remedies(&mut self, knowledge: &Knowledge) {
        for remedy in knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies) {
            *self.remedies.entry(remedy.text.clone()).or_default() |= remedy.destructive;
        }
        let own = knowledge.apps.values().flat_map(|app| &app.sections);
        let own: Vec<_> = own.filter_map(|(of, own)| Some((own.clone(), *self.remedies.get(of)?))).collect();
        let agents = knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies);
        let agents = agents.filter_map(|remedy| Some((remedy.agent.clone()?, false)));
        for (section, takes_away) in own.into_iter().chain(agents) {
            *self.remedies.entry(section).or_default() |= takes_away;
        }
    }

    /// Looks for what is named and not there: it is told of where it is named, and may mean any section that nothing else
    /// leads to.
    pub(super) fn find_astray(&mut self, articles: &BTreeMap<String, Article>) {
        for (path, anchor) in self.named.iter().filter_map(|name| name.split_once('#')) {
            match articles.get(path) {
                None => self.astray.1.insert(anchor.to_owned()),
                Some(article) if article.section(anchor).is_none() => self.astray.0.insert(path.to_owned()),
                Some(_) => false,
            };
        }
    }

    fn may_lead_to(&self, path: &str, anchor: &str) -> bool {
        let (articles, anchors) = &self.astray;
        self.named.contains(&format!("{path}#{anchor}")) || articles.contains(path) || anchors.contains(anchor)
    }

    fn remedy(&self, section: &SectionRef) -> Option<bool> {
        self.remedies.get(section).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_number_with_a_dot() {
        assert!(is_step("1. Go") && is_step("    12) Go"));
        assert!(!is_step("1.5 metres") && !is_step("- Go") && !is_step(""));
    }

    #[test]
    fn numbers_that_jump_are_told() {
        let told = |text: &str| {
            let mut report = Report::new("x", text);
            check_numbers(&mut report);
            report.into_diagnostics().iter().map(|one| one.place.line).collect::<Vec<_>>()
        };
        assert_eq!(told("1. a\n2. b\n4. c\n5. d\n"), [3]);
        assert_eq!(told("1. a\n1. b\n3. c\n"), [3]);
        assert_eq!(told("1. a\n   1. b\n   3. c\n2. d\n"), [3]);
        for fine in [
            "1. a\n1. b\n1. c\n",
            "1. a\n\n   more\n\n2. b\n",
            "1. a\n2. b\n\nText.\n\n1. c\n",
            "```\n1. a\n3. b\n```\n",
        ] {
            assert_eq!(told(fine), [0; 0], "{fine}");
        }
    }

    #[test]
    fn what_takes_away_is_told_from_what_speaks_of_it() {
        assert!(takes_away("Delete the other entries for {service}"));
        assert!(takes_away("open {settings-page} and turn {toggle-2fa} off"));
        assert!(!takes_away("If an entry is missing, look for a removed app"));
        assert!(!takes_away("Turn the phone off"));
    }
}
