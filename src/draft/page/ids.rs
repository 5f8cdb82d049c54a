//! The ids of a page's headings, and those that they get in the draft.

use super::blocks::Section;

/// Bytes of an id.
const LONGEST: usize = 52;

impl Section {
    /// Its id on the page: as given, or made of the title as `MkDocs` does.
    pub(super) fn own_id(&self) -> String {
        self.id.clone().unwrap_or_else(|| kebab(&self.title))
    }
}

/// `Title {: #id .class }` in its parts.
pub(super) fn split_id(text: &str) -> (String, Option<String>) {
    let Some(open) = text.rfind('{').filter(|_| text.ends_with('}')) else { return (text.to_owned(), None) };
    let inside = text[open + 1..text.len() - 1].trim();
    let attributes = inside.strip_prefix(':').unwrap_or(inside);
    let words: Vec<&str> = attributes.split_whitespace().collect();
    let id = words.iter().find_map(|word| word.strip_prefix('#').or_else(|| word.strip_prefix("id=")));
    let is_list = inside.starts_with(':') || id.is_some() || words.iter().all(|word| word.starts_with('.'));
    if !is_list {
        return (text.to_owned(), None);
    }
    (text[..open].trim().to_owned(), id.map(|id| id.trim_matches('"').to_owned()))
}

/// Small letters, digits and single hyphens, not too long.
pub(super) fn kebab(text: &str) -> String {
    // "I don't" is `i-dont`.
    let lower = text.to_lowercase().replace(['\'', '’'], "");
    let mut out = String::new();
    for word in lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = if out.is_empty() { &word[..word.len().min(LONGEST)] } else { word };
        if out.len() + word.len() > LONGEST {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(word);
    }
    out
}
