//! `articles/**/*.md`: titles, sections and links of a Markdown file.
//!
//! The one idea: the bodies stay Markdown as written; only headings, their ids and the links are read. Ids are those of
//! `MkDocs`, `## Title {: #id }`, and no renderer's own extension is relied on. It must not render.

mod front;

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use self::front::{check_beginning, front_matter, lost_front_matter, without_mark};
pub(crate) use self::front::{front_matter_of, front_span};
use super::fields::{check_id, text};
use super::model::{Article, Section};
use super::report::Report;
use super::schema::{FileKind, conform};
use super::yaml::Node;
use super::{prose, yaml};

/// The attribute, and the key of the front matter, that tells which source a text was translated from.
const SOURCE: &str = "source";

/// An article and what it points to.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) article: Article,
    /// Of each section, in their order: the first line of its heading.
    pub(super) headings: Vec<Range<usize>>,
    pub(super) links: Vec<Link>,
    /// What is read as words: neither code nor the front matter.
    pub(super) texts: Vec<Range<usize>>,
    /// The place of the front matter, with what else it says.
    pub(super) front: Mark,
    /// The heading of each section.
    pub(super) marks: Vec<Mark>,
}

/// The place of a heading, or of the front matter, with the digest of the source that it was translated from.
#[derive(Debug, Default)]
pub(super) struct Mark {
    /// The heading's id, or its text where it has none.
    pub(super) span: Range<usize>,
    /// With its place.
    pub(super) source: Option<(String, Range<usize>)>,
    /// Where one could be put in.
    pub(super) room: Option<usize>,
}

/// A link or picture.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) target: String,
    pub(super) span: Range<usize>,
    /// What is shown in its place: the words of a link, the alternative text of a picture.
    pub(super) text: String,
    pub(super) picture: bool,
}

struct Heading {
    level: HeadingLevel,
    span: Range<usize>,
    /// As rendered, with the id still at its end.
    text: String,
}

/// What a Markdown file holds, not judged yet.
struct Outline {
    /// What stands between the lines of the front matter.
    front: Option<Range<usize>>,
    /// Where the front matter ends.
    prose: usize,
    headings: Vec<Heading>,
    links: Vec<Link>,
    texts: Vec<Range<usize>>,
}

/// The file of a cause: its front matter, and its prose as sections of the article that all causes make up.
pub(super) struct ReadCause {
    /// `None` where there is none that can be read, which is then told.
    pub(super) root: Option<Node>,
    /// The first section is the cause's own, and is missing where there is no prose.
    pub(super) read: Read,
}

/// Reads one article. What is wrong in it is reported and the rest is kept.
pub(super) fn read(report: &mut Report) -> Read {
    let Outline { front, headings, links, texts, .. } = outline(report);
    let (title, description, front) = front_matter(front, report);
    let (sections, headings, marks) = sections(&headings, None, report);
    prose::check_links(&links, report);
    Read { article: Article { title, description, sections }, headings, links, texts, front, marks }
}

/// Reads the file of a cause, in any language. What stands in front has the form of that kind.
pub(super) fn read_cause(kind: &FileKind, report: &mut Report) -> ReadCause {
    let Outline { front, prose, headings, links, texts } = outline(report);
    let Some(front) = front else {
        let message = "no front matter: expected `---`, `cause`, `symptom`, `title`, `common`, `---` at the top";
        report.error("KB210", &(0..0), message);
        let mark = Mark::default();
        let article = Article::default();
        return ReadCause {
            root: None,
            read: Read { article, headings: vec![], links, texts, front: mark, marks: vec![] },
        };
    };
    let at = front.start..front.start;
    let root = yaml::parse(report, front).filter(|_| !report.has(yaml::DUPLICATE));
    let field = |name: &str| root.as_ref().and_then(|root| root.get(name));
    if let Some(root) = &root {
        conform(root, kind, report);
    }
    let named = field("cause").or(field("title")).map_or(at.clone(), |node| node.span.clone());
    let title = field("title").and_then(text).unwrap_or_default();
    let source = field(SOURCE).and_then(|node| Some((text(node)?, node.span.clone())));
    let end = headings.first().map_or(report.text.len(), |heading| heading.span.start);
    let body = report.text.get(prose..end).unwrap_or_default().trim().to_owned();
    let anchor = field("cause").and_then(text).unwrap_or_default();
    let own = (!body.is_empty()).then_some(Section { anchor, title, level: LEVEL, body });
    let mark = Mark { span: named.clone(), source: source.clone(), room: Some(at.start) };
    let (sections, mut lines, mut marks) = sections(&headings, own.clone(), report);
    if own.is_some() {
        lines.insert(0, named);
        marks.insert(0, Mark { span: mark.span.clone(), ..Mark::default() });
    }
    prose::check_links(&links, report);
    let article = Article { title: String::new(), description: String::new(), sections };
    ReadCause { root, read: Read { article, headings: lines, links, texts, front: mark, marks } }
}

/// Of the section of a cause, below the title of the article that all of them make up.
const LEVEL: u8 = 2;

fn outline(report: &mut Report) -> Outline {
    let source = report.text;
    check_beginning(report);
    // A mark before the first line would hide the front matter.
    let skipped = source.len() - without_mark(source).len();
    let lost = lost_front_matter(report, skipped);
    let mut masked = mask_admonitions(&source[skipped..]);
    if let Some(lost) = &lost {
        // What it would be read as is no part of the page.
        let blank: String = masked[..lost.end - skipped].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        if blank.len() == lost.end - skipped {
            masked.replace_range(..blank.len(), &blank);
        }
    }
    let mut front = None;
    let (mut headings, mut links) = (Vec::<Heading>::new(), Vec::<Link>::new());
    // Indices of the links that have not ended: a picture may stand in a link.
    let mut open: Vec<usize> = Vec::new();
    let (mut texts, mut in_code) = (Vec::new(), false);
    let (mut depth, mut in_heading, mut in_front, mut prose) = (0_usize, false, false, 0);

    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS | Options::ENABLE_TABLES;
    for (event, span) in Parser::new_ext(&masked, options).into_offset_iter() {
        let span = span.start + skipped..span.end + skipped;
        match event {
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) if front.is_none() => {
                in_front = true;
                prose = span.end;
            }
            Event::End(TagEnd::MetadataBlock(_)) => in_front = false,
            Event::Text(_) if in_front => {
                let start = front.as_ref().map_or(span.start, |first: &Range<usize>| first.start);
                front = Some(start..span.end);
            }
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                in_heading = true;
                headings.push(Heading { level, span, text: String::new() });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(part) | Event::Code(part) => {
                if !in_code && source[span.clone()] == *part {
                    texts.push(span);
                }
                if let Some(heading) = headings.last_mut().filter(|_| in_heading) {
                    heading.text.push_str(&part);
                }
                for link in &open {
                    links[*link].text.push_str(&part);
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                open.push(links.len());
                links.push(Link { target: dest_url.into_string(), span, text: String::new(), picture: false });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                open.push(links.len());
                links.push(Link { target: dest_url.into_string(), span, text: String::new(), picture: true });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => drop(open.pop()),
            Event::Html(html) | Event::InlineHtml(html) => prose::check_html(&html, &span, report),
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }

    prose::check_numbers(report);
    Outline { front: front.or(lost), prose, headings, links, texts }
}

/// The sections, after one that has no heading; the first line of each heading, and what its id is followed by.
fn sections(
    headings: &[Heading],
    own: Option<Section>,
    report: &mut Report,
) -> (Vec<Section>, Vec<Range<usize>>, Vec<Mark>) {
    let source = report.text;
    let mut ids: BTreeSet<String> = own.iter().map(|section| section.anchor.clone()).collect();
    let (mut sections, mut lines, mut marks) = (Vec::from_iter(own), Vec::new(), Vec::new());
    for (at, heading) in headings.iter().enumerate() {
        let end = headings.get(at + 1).map_or(source.len(), |next| next.span.start);
        let (title, explicit) = split_id(heading, report);
        let line = first_line(source, &heading.span);
        let (anchor, mark) = match explicit {
            Some((id, mark)) if !ids.insert(id.clone()) => {
                report.error("KB202", &mark.span, format!("duplicate heading id `{id}`: expected it once in a page"));
                continue;
            }
            Some(explicit) => explicit,
            None => {
                let id = automatic_id(&title, &mut ids);
                prose::check_automatic_id(&id, &line, report);
                (id, Mark { span: line.clone(), ..Mark::default() })
            }
        };
        let body = source[heading.span.end.min(end)..end].trim().to_owned();
        let section = Section { anchor, title, level: heading.level as u8, body };
        prose::check_level(sections.last(), &section, &line, report);
        sections.push(section);
        lines.push(line);
        marks.push(mark);
    }
    (sections, lines, marks)
}

fn first_line(source: &str, span: &Range<usize>) -> Range<usize> {
    let line = source[span.clone()].lines().next().unwrap_or_default().trim_end();
    span.start..span.start + line.len()
}

/// The title and the explicit id with its place.
fn split_id(heading: &Heading, report: &mut Report) -> (String, Option<(String, Mark)>) {
    let title = || heading.text.trim().to_owned();
    let line = report.text[heading.span.clone()].lines().next().unwrap_or_default().trim_end();
    let Some(open) = line.rfind('{').filter(|_| line.ends_with('}')) else { return (title(), None) };
    let inside = &line[open + 1..line.len() - 1];
    let Some((before, list)) = inside.split_once('#').filter(|(before, _)| matches!(before.trim(), "" | ":")) else {
        return (title(), None);
    };
    let start = heading.span.start + open + 1 + before.len() + 1;
    let id = list.split_whitespace().next().unwrap_or_default().to_owned();
    let id_at = list.len() - list.trim_start().len();
    let (id_span, rest) = (start + id_at..start + id_at + id.len(), &list[id_at + id.len()..]);
    let attributes = attributes(rest);
    let portable = before == ": " && line[..open].ends_with([' ', '\t']) && id_at == 0 && attributes.is_some();
    if !portable {
        let span = heading.span.start + open..heading.span.start + line.len();
        let help = format!("write {{: #{id} }} after a blank");
        report.error_with_help("KB203", &span, "a heading id that renderers read differently", help);
        let blank = if line[..open].ends_with([' ', '\t']) { "" } else { " " };
        if check_id(&id, &id_span, &mut Report::new("", "")).is_some() && attributes.is_some() {
            report.mend(span, format!("{blank}{{: #{id}{} }}", rest.trim_end()));
        }
    }
    let source = attributes.unwrap_or_default().into_iter().find(|(name, _)| *name == SOURCE);
    let source = source.map(|(_, at)| (rest[at.clone()].to_owned(), id_span.end + at.start..id_span.end + at.end));
    let room = Some(id_span.end + rest.trim_end().len());
    let title = heading.text.rfind('{').map_or_else(title, |brace| heading.text[..brace].trim().to_owned());
    (title, Some((id, Mark { span: id_span, source, room })))
}

/// The pairs of what stands behind an id, `.class name="value"`, each value by its place in `list`. `None` where
/// renderers read the list differently.
fn attributes(list: &str) -> Option<Vec<(&str, Range<usize>)>> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        at = list.len() - list[at..].trim_start().len();
        let rest = &list[at..];
        if rest.is_empty() {
            return Some(found);
        }
        if let Some(class) = rest.strip_prefix('.') {
            let class = class.split_whitespace().next().filter(|class| is_word(class))?;
            at += 1 + class.len();
        } else {
            let (name, value) = rest.split_once("=\"").filter(|(name, _)| is_word(name))?;
            let start = at + name.len() + "=\"".len();
            let end = start + value.find('"')?;
            found.push((name, start..end));
            at = end + 1;
        }
    }
}

/// As `MkDocs` makes them: small letters, digits and hyphens; `_1` where taken.
fn automatic_id(title: &str, ids: &mut BTreeSet<String>) -> String {
    let kept: String = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
    let words: Vec<&str> = kept.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let slug = words.join("-").to_lowercase();
    let mut id = slug.clone();
    let mut number = 0;
    while !ids.insert(id.clone()) {
        number += 1;
        id = format!("{slug}_{number}");
    }
    id
}

/// `!!! warning` and its indented lines as a block quote of the same length, so that places stay right and a reader
/// that knows no admonitions sees the links in them.
fn mask_admonitions(source: &str) -> String {
    let mut masked = String::with_capacity(source.len());
    let mut inside = false;
    for line in source.split_inclusive('\n') {
        let blank = line.trim().is_empty();
        let opens = line.starts_with("!!! ");
        inside = opens || inside && (blank || line.starts_with("    "));
        if inside && !blank {
            masked.push('>');
            masked.push_str(&line[1..]);
        } else {
            masked.push_str(line);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Read, Vec<&'static str>) {
        let mut report = Report::new("a.md", text);
        let read = read(&mut report);
        (read, report.into_diagnostics().into_iter().map(|one| one.code).collect())
    }

    #[test]
    fn sections_keep_their_markdown_up_to_the_next_heading() {
        let text = "---\ntitle: T\ndescription: D\n---\n\n# Top {: #top }\n\nOne *two*.\n\n## Open {settings-page} {: #open }\n\n1. Go\n\n### `Deep` thing\n\n!!! warning\n    See [x](#top).\n\n    # not a heading\n";
        let (read, codes) = read_text(text);
        assert_eq!(codes, ["KB204"], "the last heading has no id");
        let sections: Vec<_> = read
            .article
            .sections
            .iter()
            .map(|one| (one.level, one.anchor.as_str(), one.title.as_str(), one.body.as_str()))
            .collect();
        assert_eq!(sections[0], (1, "top", "Top", "One *two*."));
        assert_eq!(sections[1], (2, "open", "Open {settings-page}", "1. Go"));
        assert_eq!((sections[2].1, sections[2].2), ("deep-thing", "Deep thing"));
        assert!(sections[2].3.starts_with("!!! warning\n    See"));
        assert_eq!(sections.len(), 3);
        assert_eq!(read.links[0].target, "#top");
    }

    #[test]
    fn an_id_in_another_spelling_is_read_and_reported() {
        for heading in ["## A {:#a}", "## A {#a}", "## A{: #a }", "## A {:  #a }"] {
            let (read, codes) = read_text(&format!("---\ntitle: T\ndescription: D\n---\n{heading}\n"));
            assert_eq!(read.article.sections[0].anchor, "a", "{heading}");
            assert_eq!(read.article.sections[0].title, "A", "{heading}");
            assert_eq!(codes, ["KB203"], "{heading}");
        }
    }

    #[test]
    fn attributes_behind_an_id_are_read() {
        let front = "---\ntitle: T\ndescription: D\nsource: \"89abcdef\"\n---\n";
        let (read, codes) = read_text(&format!("{front}## A {{: #a .wide source=\"0123abcd\" }}\n\n## B {{: #b }}\n"));
        assert_eq!(codes, [""; 0]);
        let titles: Vec<_> =
            read.article.sections.iter().map(|one| (one.anchor.as_str(), one.title.as_str())).collect();
        assert_eq!(titles, [("a", "A"), ("b", "B")]);
        let digests: Vec<_> =
            read.marks.iter().map(|mark| mark.source.as_ref().map(|(digest, _)| digest.as_str())).collect();
        assert_eq!(digests, [Some("0123abcd"), None]);
        assert_eq!(read.front.source.unwrap().0, "89abcdef");
        for heading in ["## A {: #a source=0123abcd }", "## A {: #a b c }", "## A {:#a source=\"0123abcd\"}"] {
            let (read, codes) = read_text(&format!("{front}{heading}\n"));
            assert_eq!((codes, read.article.sections[0].title.as_str()), (vec!["KB203"], "A"), "{heading}");
        }
    }

    #[test]
    fn automatic_ids_are_those_of_mkdocs() {
        let mut ids = BTreeSet::new();
        assert_eq!(automatic_id("So many codes!", &mut ids), "so-many-codes");
        assert_eq!(automatic_id("So many codes", &mut ids), "so-many-codes_1");
    }
}
