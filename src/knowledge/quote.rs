//! Texts as YAML writes them.
//!
//! The one idea: what any reader of YAML could take for something else gets quotes; ids stay plain, as people write them.

use std::fmt::Write as _;

/// A text as a YAML value or key: plain where every reader takes it for that text, in double quotes otherwise.
pub fn quote(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./#".contains(&byte))
        && !WORDS.contains(&text);
    if plain { text.to_owned() } else { in_quotes(text) }
}

/// The text in double quotes. What a terminal would obey is escaped.
pub fn in_quotes(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // YAML 1.1 breaks lines at these, and does not allow the others.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Words that some reader of YAML takes for a truth value or for nothing.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_reads_the_same_text_back() {
        let strange = "a\u{1b}[2J \"b\" \\ {c}: #d\n\té\u{2028}\u{85}";
        for text in ["old-entry", "two-factor.md#clock", "yes", "12:30", "", " a", "- x", "{service}", "#a", strange] {
            let written = format!("key: {}\n", quote(text));
            let root: serde_yaml::Value = serde_yaml::from_str(&written).unwrap();
            assert_eq!(root["key"].as_str(), Some(text), "{written}");
            let mut report = super::super::Report::new("x", &written);
            let ours = super::super::parse(&mut report, 0..written.len()).unwrap();
            assert_eq!(ours.get("key").and_then(|node| node.as_str()).unwrap_or_default(), text, "{written}");
        }
        assert_eq!(quote("old-entry"), "old-entry");
        assert_eq!(quote("two-factor.md#clock"), "two-factor.md#clock");
    }
}
