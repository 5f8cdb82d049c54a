//! Text that others wrote, made inert before it is shown.

use std::fmt::Write as _;

use super::discreet::looks_private;

/// Characters that end or turn a line, hide, or steer a terminal.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The longest foreign text shown, in characters.
const LONGEST: usize = 80;

/// For a terminal: active characters as `\u{…}`, long texts cut.
pub fn plain(text: &str) -> String {
    let mut shown = inert(&text.chars().take(LONGEST).collect::<String>());
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// A name that must not be cut, such as a path, or a note: active characters as `\u{…}`.
pub fn inert(text: &str) -> String {
    escaped(text, |_| false)
}

/// A text of several lines, which stay lines: whatever else is active as `\u{…}`.
pub fn lines(text: &str) -> String {
    escaped(text, |c| c == '\n')
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_active(c) && !stays(c) {
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// An argument as an error repeats it: as [`plain`], and nothing of it where it looks like a key or a code.
pub fn given(text: &str) -> String {
    if looks_private(text) { "…".to_owned() } else { plain(text) }
}

/// For Markdown: as [`plain`], and nothing of it is markup, a link, HTML or a mention.
pub fn markdown(text: &str) -> String {
    without_markup(&plain(text))
}

/// A text of the knowledge in Markdown: inert, and none of it is markup. It may hold addresses, which are its writer's.
pub(crate) fn own_markdown(text: &str) -> String {
    let mut shown = String::new();
    for c in inert(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~') {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

/// The same of a text that is shown whole.
pub fn whole_markdown(text: &str) -> String {
    without_markup(&inert(text))
}

fn without_markup(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            // A backslash does not stop a mention or a bare address; an entity does.
            '@' | ':' | '.' | '/' | '#' | '&' | '<' | '>' => {
                let _ = write!(shown, "&#{};", u32::from(c));
            }
            c if c.is_ascii_punctuation() => shown.extend(['\\', c]),
            c => shown.push(c),
        }
    }
    shown
}

/// A JSON formatter that writes active characters as `\uXXXX`; what they say stays the same.
pub(crate) struct InertJson;

impl serde_json::ser::Formatter for InertJson {
    fn write_string_fragment<W: ?Sized + std::io::Write>(&mut self, writer: &mut W, text: &str) -> std::io::Result<()> {
        let mut units = [0; 2];
        for part in text.split_inclusive(is_active) {
            let mut characters = part.chars();
            match characters.next_back() {
                Some(last) if is_active(last) => {
                    writer.write_all(characters.as_str().as_bytes())?;
                    for unit in last.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
                _ => writer.write_all(part.as_bytes())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_inert() {
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
        assert_eq!(markdown("[x](y) <b> @me"), "\\[x\\]\\(y\\) &#60;b&#62; &#64;me");
        assert_eq!(plain(&"x".repeat(200)).chars().count(), 81);
        assert_eq!(inert(&"x\n".repeat(200)), "x\\u{a}".repeat(200));
        assert_eq!(lines("a\nb\r\u{1b}c"), "a\nb\\u{d}\\u{1b}c");
        assert_eq!([given("a\u{7}b"), given("JBSWY3DPEHPK3PXP")], ["a\\u{7}b", "…"]);
    }
}
