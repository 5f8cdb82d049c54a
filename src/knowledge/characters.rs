//! Characters that look like those of YAML, or like nothing, and are others.
//!
//! The one idea: nobody finds a mistake that cannot be seen, so it is told by the name of the character. In a text for
//! people they may all be meant, so only keys, ids and signs are looked at. It must not judge a text.

use std::ops::Range;

use super::report::{Report, quoted};
use super::yaml::{Node, NodeKind};

const CODE: &str = "KB014";

/// A character that is taken for another: its name, and what was meant.
pub(super) fn meant(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\u{a0}' => ("a no-break blank", " "),
        '\u{202f}' => ("a narrow no-break blank", " "),
        '\u{2000}'..='\u{200a}' | '\u{3000}' => ("a blank of another width", " "),
        '\u{200b}' => ("a zero-width blank", ""),
        '\u{200c}' | '\u{200d}' => ("a zero-width joiner", ""),
        '\u{2060}' | '\u{ad}' => ("an invisible character", ""),
        '\u{feff}' => ("a byte order mark", ""),
        '“' | '”' | '„' | '‟' | '«' | '»' => ("a typographic quote", "\""),
        '‘' | '’' | '‚' | '‛' => ("a typographic quote", "'"),
        '：' => ("a full-width colon", ":"),
        '，' => ("a full-width comma", ","),
        '–' | '—' | '−' | '‐' | '‑' => ("a dash that is no hyphen", "-"),
        '｛' => ("a full-width brace", "{"),
        '｝' => ("a full-width brace", "}"),
        _ => return letter(c),
    })
}

/// Letters of other alphabets that look like small Latin ones.
fn letter(c: char) -> Option<(&'static str, &'static str)> {
    const CYRILLIC: &[(char, &str)] = &[
        ('а', "a"),
        ('с', "c"),
        ('е', "e"),
        ('о', "o"),
        ('р', "p"),
        ('х', "x"),
        ('у', "y"),
        ('ѕ', "s"),
        ('і', "i"),
        ('ј', "j"),
        ('һ', "h"),
        ('ԁ', "d"),
        ('к', "k"),
        ('т', "t"),
        ('м', "m"),
        ('н', "n"),
        ('в', "b"),
    ];
    const GREEK: &[(char, &str)] = &[('ο', "o"), ('α', "a"), ('ρ', "p"), ('ν', "v"), ('ι', "i"), ('κ', "k")];
    let find = |list: &'static [(char, &'static str)]| list.iter().find(|(odd, _)| *odd == c).map(|(_, latin)| *latin);
    match (find(CYRILLIC), find(GREEK)) {
        (Some(latin), _) => Some(("a Cyrillic letter", latin)),
        (_, Some(latin)) => Some(("a Greek letter", latin)),
        _ => None,
    }
}

/// The text with what was meant, from the first character that was not; and which that is.
pub(super) fn mended(text: &str) -> Option<(usize, char, String)> {
    let (at, odd) = text.char_indices().find(|(_, c)| meant(*c).is_some())?;
    Some((at, odd, with(text, |c| meant(c).is_some())))
}

/// The text with what was meant by the characters that are `wanted`.
pub(super) fn with(text: &str, wanted: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match meant(c).filter(|_| wanted(c)) {
            Some((_, instead)) => out.push_str(instead),
            None => out.push(c),
        }
        // The blank is a part of such a colon.
        if c == '：' && wanted(c) && letters.peek().is_some_and(|next| *next != ' ') {
            out.push(' ');
        }
    }
    out
}

/// What is said of such a character.
pub(super) fn message(odd: char) -> String {
    let (name, instead) = meant(odd).unwrap_or(("a strange character", ""));
    let wanted = match instead {
        "" => "nothing".to_owned(),
        " " => "a blank".to_owned(),
        instead => quoted(instead),
    };
    format!("{name} (U+{:04X}): expected {wanted}", u32::from(odd))
}

/// Tells of one at `at`, with the change that mends its surroundings.
pub(super) fn tell(odd: char, at: usize, change: Range<usize>, text: String, report: &mut Report) {
    let help = format!("it looks like what was meant, and is another: write {}", quoted(text.trim()));
    report.error_with_help(CODE, &(at..at + odd.len_utf8()), message(odd), help);
    report.mend(change, text);
}

/// Looks through a tree. Where a key or an id has such a character in it, the one is told and the other is read. `None` where
/// the tree is another than its writer sees.
pub(super) fn check(root: Node, report: &mut Report) -> Option<Node> {
    if report.text.get(root.span.clone()).is_none_or(str::is_ascii) {
        return Some(root);
    }
    let mut root = root;
    look(&mut root, report).then_some(root)
}

/// Whether the tree still stands. It is not deeper than what was read may be.
fn look(node: &mut Node, report: &mut Report) -> bool {
    match &mut node.kind {
        NodeKind::Map(entries) => entries.iter_mut().all(|(key, value)| {
            let stands = name(&mut key.text, &key.span, report);
            look(value, report) && stands
        }),
        NodeKind::List(items) => items.iter_mut().all(|item| look(item, report)),
        NodeKind::Scalar { text, plain: true } => scalar(text, &node.span, report),
        NodeKind::Scalar { .. } => true,
    }
}

/// A key: nothing in it may be odd, and at its edges it was no part of it.
fn name(text: &mut String, span: &Range<usize>, report: &mut Report) -> bool {
    let written = report.text.get(span.clone()).unwrap_or_default();
    let Some((at, odd, instead)) = mended(written) else { return true };
    let stands = !instead.starts_with([' ', '-']) && !instead.contains(':');
    // Whoever quotes a key means every letter of it, and no id has letters of other alphabets alone.
    let word = instead.trim().trim_matches('"');
    if written.starts_with(['"', '\'']) || stands && !is_name(word) {
        return true;
    }
    tell(odd, span.start + at, span.clone(), instead.clone(), report);
    word.clone_into(text);
    stands
}

/// A plain value: an id with an odd letter, quotes that are none, or an entry whose sign is none.
fn scalar(text: &mut String, span: &Range<usize>, report: &mut Report) -> bool {
    let written = report.text.get(span.clone()).unwrap_or_default();
    let Some((at, odd, instead)) = mended(written) else { return true };
    let first = written.split('\n').next().unwrap_or_default();
    let begins_line = {
        let start = report.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        report.text[start..span.start].chars().all(|c| c == ' ' || c == '-')
    };
    if begins_line && let Some((at, length)) = sign(first) {
        let odd = first[at..].chars().next().unwrap_or(odd);
        let text = meant(odd).map_or_else(String::new, |(_, text)| text.to_owned());
        let blank = if text == ":" && !first[at + length..].starts_with(' ') { " " } else { "" };
        tell(odd, span.start + at, span.start + at..span.start + at + length, text + blank, report);
        return false;
    }
    let quotes = |c: char| meant(c).is_some_and(|(_, instead)| instead == "\"");
    let inner = written.strip_prefix(quotes).and_then(|rest| rest.strip_suffix(quotes));
    // People may see quotes around a text, but no id has any.
    if let Some(inner) = inner.filter(|inner| is_name(inner)) {
        tell(odd, span.start + at, span.clone(), inner.to_owned(), report);
        inner.clone_into(text);
    } else if !written.contains(' ') && is_name(&instead) && has_latin(written) {
        tell(odd, span.start + at, span.clone(), instead.clone(), report);
        *text = instead;
    }
    true
}

/// An id, or what points to a section.
fn is_name(text: &str) -> bool {
    let mut parts = text.split(['-', '.', '#', '/']);
    !text.is_empty() && parts.all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn has_latin(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The hyphen of a list, or what stands between a key and its value, where one of its characters is odd.
fn sign(line: &str) -> Option<(usize, usize)> {
    let first = line.chars().next()?;
    if meant(first).is_some_and(|(_, instead)| instead == "-") && line[first.len_utf8()..].starts_with(' ') {
        return Some((0, first.len_utf8()));
    }
    let length = line.bytes().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
    let length = length.count();
    let mut after = line[length..].chars();
    match (after.next().filter(|_| length > 0)?, after.next()) {
        ('：', _) => Some((length, '：'.len_utf8())),
        (':', Some(odd)) if meant(odd).is_some_and(|(_, instead)| instead == " ") => Some((length + 1, odd.len_utf8())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    fn mended_by_fixes(text: &str) -> (usize, String) {
        let mut report = Report::new("x", text);
        yaml::parse(&mut report, 0..text.len());
        let found = report.into_diagnostics();
        assert!(found.iter().all(|one| one.code == CODE), "{found:?}");
        (found.len(), crate::diagnostic::mended(text, &found).0)
    }

    #[test]
    fn what_only_looks_right_is_told_once_and_mended() {
        for (odd, right) in [
            ("a: b\nсlock: d\n", "a: b\nclock: d\n"),
            ("a: clo\u{200b}ck\n", "a: clock\n"),
            ("a: two-faсtor.md#b\n", "a: two-factor.md#b\n"),
            ("a:\n– b\n", "a:\n- b\n"),
            ("a: b\nc：d\n", "a: b\nc: d\n"),
            ("a: [“b”]\n", "a: [b]\n"),
            ("“a”: b\n", "\"a\": b\n"),
        ] {
            let (number, mended) = mended_by_fixes(odd);
            assert_eq!((number, mended.as_str()), (1, right), "{odd}");
        }
    }

    #[test]
    fn texts_for_people_keep_their_signs() {
        for text in [
            "a: “Open the app” – then wait\n",
            "a: 5\u{a0}minutes\n",
            "a: Часы\n",
            "a: “Settings”\n",
            "a: |\n  – b：c\n",
        ] {
            assert_eq!(mended_by_fixes(text), (0, text.to_owned()));
        }
    }
}
