//! Words with their emphasis and links, written again in Markdown that means the same wherever it is put.

use std::fmt::Write as _;

/// A text within a block, escaped so that nothing in it is taken for a mark.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1).copied();
        let within_word = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
        let mark = match c {
            '\\' | '*' | '`' | '[' | ']' | '<' => true,
            '_' => !within_word(before) || !within_word(next),
            '&' => next.is_some_and(|next| next == '#' || next.is_ascii_alphabetic()),
            '!' => next == Some('['),
            _ => false,
        };
        if mark {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { *c });
    }
    out
}

/// A paragraph on a line of its own: its beginning is no mark of a block.
pub(super) fn begun(line: &str) -> String {
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let is_mark = line.starts_with(['#', '-', '+', '>', '=', ':', '{', '?']) || line.starts_with("!!!");
    if is_mark && !line.starts_with('{') { format!("\\{line}") } else { line.to_owned() }
}

/// `[words](target)`; where the target cannot be written, the words alone.
pub(super) fn link(words: &str, target: &str) -> Option<String> {
    if target.contains(['<', '>', '\n', '\\']) || target.chars().any(char::is_control) {
        return None;
    }
    let bare = !target.is_empty() && !target.contains([' ', '(', ')']);
    let mut out = format!("[{words}](");
    let _ = if bare { write!(out, "{target})") } else { write!(out, "<{target}>)") };
    Some(out)
}

/// Without attribute lists: `{: .wide }`, and `{ width=300 }` behind a picture or a link.
pub(super) fn without_attributes(text: &str, behind_link: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let Some(end) = rest[at..].find('}').map(|end| at + end) else { break };
        let inside = rest[at + 1..end].trim();
        let first = behind_link && out.is_empty() && rest[..at].trim().is_empty();
        let attributes = inside.starts_with(':') || first && (inside.contains('=') || inside.starts_with(['.', '#']));
        out.push_str(if attributes { rest[..at].trim_end() } else { &rest[..=end] });
        rest = &rest[end + 1..];
    }
    out + rest
}

/// The sentences of a line of Markdown; none ends within an emphasis, a link or a code.
pub(super) fn sentences(line: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let (mut strong, mut code, mut escape) = (false, false, false);
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    for (index, (at, c)) in chars.iter().enumerate() {
        if std::mem::take(&mut escape) {
            continue;
        }
        match c {
            '\\' => escape = true,
            '`' => code = !code,
            '*' if line[*at..].starts_with("**") && (index == 0 || chars[index - 1].1 != '*') => strong = !strong,
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            '.' | '!' | '?' if depth == 0 && !strong && !code => {
                let rest = &line[at + c.len_utf8()..];
                let next = rest.trim_start().trim_start_matches(['*', '[', '(', '“', '"', '_', '`']).chars().next();
                let ends = rest.starts_with(' ') && next.is_some_and(|next| next.is_uppercase() || next.is_numeric());
                if ends && !is_abbreviation(&line[start..*at]) {
                    sentences.push(line[start..at + c.len_utf8()].trim());
                    start = at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    sentences.push(line[start..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(']).next().unwrap_or_default();
    word.chars().count() == 1 || ["e.g", "i.e", "etc", "vs", "approx", "No", "no", "Mr", "Ms", "z.B"].contains(&word)
}

/// The first words of a text, as a title.
pub(super) fn title(plain: &str) -> String {
    let first = plain.split(['\n']).next().unwrap_or_default();
    let end = first.find(". ").or_else(|| first.find(": ")).unwrap_or(first.len());
    let first = first[..end].trim().trim_end_matches(['.', ':', ',', ';', '!']);
    if first.chars().count() <= MOST {
        return first.to_owned();
    }
    let mut kept = String::new();
    for word in first.split(' ') {
        if kept.chars().count() + word.chars().count() > MOST - 2 {
            break;
        }
        kept.push_str(word);
        kept.push(' ');
    }
    let kept = if kept.trim().is_empty() { first.chars().take(MOST - 2).collect() } else { kept };
    format!("{}…", kept.trim_end().trim_end_matches([',', ';', ':']))
}

/// Letters of a title.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_a_reader_would_say_so() {
        assert_eq!(
            sentences("Click **Don't Remember?** and go on. Then, e.g. here, click [A. B](x). (See it.) Done"),
            ["Click **Don't Remember?** and go on.", "Then, e.g. here, click [A. B](x).", "(See it.) Done"]
        );
        assert_eq!(sentences(""), [""; 0]);
    }

    #[test]
    fn marks_are_escaped_and_words_are_not() {
        assert_eq!(escaped("a_b *c* [d] <e> &amp; AT&T"), "a_b \\*c\\* \\[d\\] \\<e> \\&amp; AT\\&T");
        assert_eq!(begun("1. x"), "1\\. x");
        assert_eq!(begun("# x"), "\\# x");
        assert_eq!(without_attributes("{ width=300 } and {: .a } {service}", true), " and {service}");
    }

    #[test]
    fn a_title_is_short() {
        assert_eq!(title("Rename the entries. Then go on."), "Rename the entries");
        assert!(title(&"word ".repeat(40)).chars().count() <= MOST);
        assert!(title(&"x".repeat(400)).chars().count() <= MOST);
    }
}
