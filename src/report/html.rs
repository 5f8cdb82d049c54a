//! Markdown of the knowledge as HTML for a page.
//!
//! The one idea: what the Markdown says becomes elements, and nothing else gets through: raw HTML is dropped, a link leads
//! to the web, to a mail address or to where the caller says, and a picture comes from where the caller says. It must not
//! trust the text.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

pub use super::xml::escaped;

/// Where a link or picture of an article leads to on the page; `None` keeps only its text.
pub trait Places {
    /// A link to another part of the knowledge, as the article has it: `recovery.md#lost-codes`.
    fn link(&self, target: &str) -> Option<String>;
    /// A picture beside the article.
    fn picture(&self, target: &str) -> Option<String>;
}

/// Links to the outside that may be followed.
const SAFE: [&str; 3] = ["https:", "http:", "mailto:"];

/// Renders Markdown, its placeholders filled already.
pub fn html(markdown: &str, places: &dyn Places) -> String {
    let source = super::prose::admonitions_as_quotes(markdown);
    // Of each open link or picture: whether it is kept.
    let mut open = Vec::new();
    let events = Parser::new_ext(&source, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = target(&dest_url, |inside| places.link(inside));
            open.push(dest_url.is_some());
            Some(Event::Start(Tag::Link { link_type, dest_url: dest_url?, title, id }))
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = relative(&dest_url).and_then(|inside| places.picture(inside)).map(CowStr::from);
            open.push(dest_url.is_some());
            Some(Event::Start(Tag::Image { link_type, dest_url: dest_url?, title, id }))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => open.pop().unwrap_or(false).then_some(event),
        event => Some(event),
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events);
    out
}

/// Where a link leads to: outside if that is safe, else where the page has it.
fn target(url: &str, inside: impl Fn(&str) -> Option<String>) -> Option<CowStr<'static>> {
    if let Some(relative) = relative(url) {
        return inside(relative).map(CowStr::from);
    }
    let scheme = url.to_ascii_lowercase();
    SAFE.iter().any(|safe| scheme.starts_with(safe)).then(|| CowStr::from(url.to_owned()))
}

/// The address if it has no scheme and no host of its own.
fn relative(url: &str) -> Option<&str> {
    let before = url.split(['/', '?', '#']).next().unwrap_or_default();
    // A browser takes a backslash for a slash, and passes over what cannot be seen.
    let plain = !url.contains('\\') && !url.contains(|c: char| c.is_control());
    (plain && !before.contains(':') && !url.starts_with("//")).then_some(url)
}

/// The path of what lies beside an article: `../two-factor.md` beside `apps/aegis.md`. `None` if it leads outside.
pub fn beside(article: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = article.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_an_article_is_found_and_nothing_outside() {
        assert_eq!(beside("apps/aegis.md", "../two-factor.md").as_deref(), Some("two-factor.md"));
        assert_eq!(beside("two-factor.md", "apps/./aegis.md").as_deref(), Some("apps/aegis.md"));
        assert_eq!(beside("two-factor.md", "../kb.yaml"), None);
    }

    struct Here;

    impl Places for Here {
        fn link(&self, target: &str) -> Option<String> {
            target.starts_with('#').then(|| format!("/?article=a.md{target}"))
        }

        fn picture(&self, target: &str) -> Option<String> {
            (target == "there.png").then(|| "/files/there.png".to_owned())
        }
    }

    #[test]
    fn what_markdown_says_becomes_elements() {
        let markdown = "Go *there*:\n\n1. [Here](#x)\n\n!!! warning\n    Gone.\n\n![A screen](there.png)\n";
        let shown = html(markdown, &Here);
        assert_eq!(
            shown,
            "<p>Go <em>there</em>:</p>\n<ol>\n<li><a href=\"/?article=a.md#x\">Here</a></li>\n</ol>\n<blockquote>\n\
             <p><strong>Warning:</strong>\nGone.</p>\n</blockquote>\n<p><img src=\"/files/there.png\" alt=\"A screen\" /></p>\n"
        );
    }

    #[test]
    fn nothing_else_gets_through() {
        for (hostile, shown) in [
            ("a <b onclick=x>b</b> <script>x</script>", "<p>a b x</p>\n"),
            ("<script>\nx\n</script>\n", ""),
            ("[a](javascript:x)", "<p>a</p>\n"),
            ("[a](JaVaScript:x)", "<p>a</p>\n"),
            ("[a](<java\tscript:x>)", "<p>a</p>\n"),
            ("[a](data:text/html,x)", "<p>a</p>\n"),
            ("[a](//evil.example)", "<p>a</p>\n"),
            ("[a](/\\evil.example)", "<p>a</p>\n"),
            ("[a](other.md)", "<p>a</p>\n"),
            ("![a](https://evil.example/a.png)", "<p>a</p>\n"),
            ("![a](../../etc/passwd)", "<p>a</p>\n"),
            ("<https://a.example>", "<p><a href=\"https://a.example\">https://a.example</a></p>\n"),
        ] {
            assert_eq!(html(hostile, &Here), shown, "{hostile}");
        }
    }
}
