//! A block of code within Markdown, for a terminal.
//!
//! The one idea: a bar down its side sets it apart, and a sign in place of the bar marks the lines that are meant; what
//! is too long goes on below, indented. It must not know what the code says.

use anstyle::{AnsiColor, Style};

use super::text::{WARNING, painted};

const FAINT: Style = Style::new().dimmed();
const FILE: Style = AnsiColor::Cyan.on_default();
const BAR: &str = "│ ";
const SIGN: &str = "> ";

/// A block with the words behind its fence, as in `yaml title="kb.yaml" hl_lines="2 5-6"`.
pub(super) fn block(words: &str, code: &str, width: usize, styled: bool) -> String {
    let marked = marked(attribute(words, "hl_lines").unwrap_or_default());
    let mut out = String::new();
    if let Some(title) = attribute(words, "title") {
        out.extend([painted(title, FILE, styled).as_str(), "\n"]);
    }
    for (index, line) in code.lines().enumerate() {
        let is_marked = marked.contains(&(index + 1));
        let (first, rest) = if is_marked {
            (painted(SIGN, WARNING, styled), painted(BAR, WARNING, styled))
        } else {
            (painted(BAR, FAINT, styled), painted(BAR, FAINT, styled))
        };
        for (part, text) in broken(line, width.saturating_sub(BAR.chars().count())).iter().enumerate() {
            let lead = if part == 0 { &first } else { &rest };
            out.extend([lead.as_str(), text.as_str()]);
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
    }
    out
}

/// A line in as many as it takes; a tab, which nobody sees, as an arrow.
fn broken(line: &str, width: usize) -> Vec<String> {
    let text = line.replace('\t', "→   ");
    let indent = text.len() - text.trim_start_matches(' ').len();
    let hang = " ".repeat((indent + 4).min(width / 2));
    let options =
        textwrap::Options::new(width).subsequent_indent(&hang).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(&text, options);
    lines.into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// The value of `name="value"`.
fn attribute<'a>(words: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = words.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Line numbers, counted from 1: `2 5-6`.
fn marked(lines: &str) -> Vec<usize> {
    let ranges = lines.split_whitespace().filter_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.parse::<usize>().ok()?..=to.parse::<usize>().ok()?)
    });
    ranges.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_are_meant_are_marked_and_long_ones_go_on_below() {
        let drawn = block(
            "yaml title=\"kb.yaml\" hl_lines=\"2\"",
            "a: b\nlonger: { one: two, three: four }\n\n\tc\n",
            24,
            false,
        );
        assert_eq!(drawn, "kb.yaml\n│ a: b\n> longer: { one: two,\n│     three: four }\n│\n│ →   c\n");
        assert_eq!(marked("2 5-6 x"), [2, 5, 6]);
    }
}
