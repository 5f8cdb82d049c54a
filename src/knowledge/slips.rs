//! The slips that people make in a line of YAML, each with how the line was meant.
//!
//! The one idea: a slip is a guess from one line, for somebody else to try. Those that say more come first. It must not
//! know whether a guess is right.

use std::ops::Range;

use super::line::Line;
use super::yaml::QUOTE_BRACES;
use super::{in_quotes, repair};

/// Blanks by which people indent.
const STEP: usize = 2;

/// What may be wrong with a line, and what would mend it.
#[derive(Debug, Clone)]
pub(super) struct Slip {
    pub(super) code: &'static str,
    /// What is to be changed by whoever reads of it.
    pub(super) span: Range<usize>,
    pub(super) message: String,
    /// What to know beside the line as it should be.
    pub(super) help: Option<&'static str>,
    pub(super) change: Range<usize>,
    pub(super) text: String,
    /// There is no other way to mend it.
    pub(super) certain: bool,
}

impl Slip {
    fn new(span: Range<usize>, message: impl Into<String>, change: Range<usize>, text: impl Into<String>) -> Self {
        let (message, text) = (message.into(), text.into());
        Self { code: "KB001", span, message, help: None, change, text, certain: false }
    }
}

/// The slips of a kind in a line of a text.
type Kind = fn(&str, &Line) -> Vec<Slip>;

/// Every kind, the one that says most first.
pub(super) const KINDS: &[Kind] = &[
    repair::odd_characters,
    |text, line| tab(text, line).into_iter().collect(),
    |_, line| quotes_in_quotes(line).into_iter().collect(),
    braces,
    |_, line| sign(line).into_iter().collect(),
    |_, line| lost_quote(line),
    |text, line| number_sign(text, line).into_iter().collect(),
    comma,
    |_, line| bracket(line),
    |text, line| blank(text, line).into_iter().collect(),
    |_, line| colon_in_text(line).into_iter().collect(),
    |text, line| colon(text, line).into_iter().collect(),
    |text, line| if line.depth % STEP == 0 { Vec::new() } else { out_of_line(text, line, false) },
    |text, line| if line.depth % STEP == 0 { Vec::new() } else { out_of_line(text, line, true) },
    hyphen,
    |text, line| out_of_line(text, line, false),
    |text, line| out_of_line(text, line, true),
];

fn quoted_value(line: &Line, message: impl Into<String>) -> Slip {
    Slip::new(line.value.clone(), message, line.value.clone(), in_quotes(line.value()))
}

/// A tab between a key and its value, or behind a hyphen.
fn tab(text: &str, line: &Line) -> Option<Slip> {
    let at = line.span.start + text[line.span.clone()].find('\t')?;
    let change = line.span.clone();
    let mended = text[change.clone()].replace('\t', " ");
    Some(Slip { code: "KB010", certain: true, ..Slip::new(at..at + 1, "a tab: expected a blank", change, mended) })
}

/// A quoted text with the same quotes in it, or with more behind its end.
fn quotes_in_quotes(line: &Line) -> Option<Slip> {
    let value = line.value();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let closing = closing(value, quote)?;
    let rest = &value[closing + 1..];
    if rest.trim().is_empty() {
        return None;
    }
    let inner = if rest.ends_with(quote) { &value[1..value.len() - 1] } else { &value[1..] };
    let said: String = match quote {
        '\'' => inner.replace("''", "'"),
        _ => inner.replace("\\\"", "\""),
    };
    let mended = if !rest.ends_with(quote) && quote == '"' {
        in_quotes(&format!("\"{said}"))
    } else if said.contains('"') && !said.contains('\'') {
        format!("'{said}'")
    } else {
        in_quotes(&said)
    };
    let at = line.value.start + closing;
    let message = if rest.ends_with(quote) {
        format!("a quote within quotes ends the text: expected it inside the other kind, or `\\{quote}`")
    } else {
        "text behind the closing quote: expected quotes around the whole".to_owned()
    };
    Some(Slip::new(at..line.value.end, message, line.value.clone(), mended))
}

/// Where the quote that `value` begins with is closed.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut signs = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = signs.next() {
        match c {
            '\\' if quote == '"' => drop(signs.next()),
            '\'' if quote == '\'' && signs.peek().is_some_and(|(_, next)| *next == '\'') => drop(signs.next()),
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// A text that begins with a placeholder, by itself or within braces.
fn braces(text: &str, line: &Line) -> Vec<Slip> {
    let message = "a text that begins with a brace: expected quotes";
    let made = |span: Range<usize>| {
        let said = text[span.clone()].trim_end_matches('"');
        Slip { help: Some(QUOTE_BRACES), ..Slip::new(span.clone(), message, span, in_quotes(said)) }
    };
    let mut found = Vec::new();
    if is_placeholder(line.value()) {
        found.push(made(line.value.clone()));
    }
    let value = line.value();
    for (at, _) in value.match_indices(": {").chain(value.match_indices("[{")).chain(value.match_indices(", {")) {
        let start = at + value[at..].find('{').unwrap_or_default();
        if is_placeholder(&value[start..]) {
            let own = value[start..].find('}').map_or(value.len(), |close| start + close + 1);
            let rest = &value[own..];
            for (end, _) in rest.match_indices([',', '}', ']']).take(4) {
                let end = own + rest[..end].trim_end().len();
                found.push(made(line.value.start + start..line.value.start + end));
            }
        }
    }
    found
}

/// `{service} has`, but not `{ a: b }`.
fn is_placeholder(value: &str) -> bool {
    let Some((name, _)) = value.strip_prefix('{').and_then(|rest| rest.split_once('}')) else { return false };
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// A text that begins with a sign that YAML has for itself.
fn sign(line: &Line) -> Option<Slip> {
    let value = line.value();
    let first = value.chars().next().filter(|c| "%@`*&!|>?,]}".contains(*c))?;
    Some(quoted_value(line, format!("a text that begins with `{first}`: expected quotes")))
}

/// A quote at one end only.
fn lost_quote(line: &Line) -> Vec<Slip> {
    let mut found = Vec::new();
    let value = line.value();
    for quote in ['"', '\''] {
        if value.ends_with(quote) && !value.starts_with(quote) && !value.starts_with(['{', '[']) {
            let at = line.value.start;
            let message = format!("a quote at the end only: expected `{quote}` at the beginning too");
            found.push(Slip::new(at..line.value.end, message, at..at, quote.to_string()));
        }
        for (open, _) in value.match_indices(quote).filter(|(at, _)| begins(&value[..*at])) {
            let after = open + 1;
            let own = &value[after..];
            let flow = own.match_indices([',', '}', ']', ':']).map(|(at, _)| at).take(8);
            let rest = own.trim_end().len();
            for end in flow.chain([rest]).filter(|end| !own[..*end].contains(quote)) {
                let at = line.value.start + after + own[..end].trim_end().len();
                let place = line.value.start + open;
                let message = format!("not closed: expected `{quote}` before the next entry");
                found.push(Slip::new(place..place + 1, message, at..at, quote.to_string()));
            }
        }
    }
    found
}

/// Whether a value may begin behind this.
fn begins(before: &str) -> bool {
    before.is_empty() || before.ends_with([' ', '[', '{'])
}

/// A text within brackets that goes on behind a `#`.
fn number_sign(text: &str, line: &Line) -> Option<Slip> {
    let whole = &text[line.span.clone()];
    let at = whole.find(" #")?;
    let start = [": ", "[", ", "].iter().filter_map(|sign| whole[..at].rfind(sign).map(|at| at + sign.len())).max()?;
    let end = whole.trim_end_matches([' ', '}', ']']).len();
    let said = line.span.start + start..line.span.start + end.max(at + 2);
    let message = "a `#` behind a blank begins a comment: expected quotes around the text";
    let sign = line.span.start + at + 1;
    Some(Slip { span: sign..sign + 1, ..Slip::new(said.clone(), message, said.clone(), in_quotes(&text[said])) })
}

/// A comma that is missing before a key or behind a value, within brackets.
fn comma(text: &str, line: &Line) -> Vec<Slip> {
    let mut found = Vec::new();
    let whole = &text[line.span.clone()];
    let message = "no comma between two entries";
    for (colon, _) in whole.match_indices(": ") {
        let word = whole[..colon].rfind(' ').map_or(0, |at| at + 1);
        let before = whole[..word].trim_end();
        let at = line.span.start + before.len();
        if word > line.depth && !before.is_empty() && !before.ends_with([',', '{', '[', ':', '-']) {
            found.push(Slip::new(at..at + 1, message, at..at, ","));
        }
    }
    for (close, _) in whole.match_indices(['"', '\'', ']', '}']) {
        let rest = whole[close + 1..].trim_start();
        let at = line.span.start + close + 1;
        if !rest.is_empty() && !rest.starts_with([',', '}', ']', ':']) && whole[close + 1..].starts_with(' ') {
            found.push(Slip::new(at..at + 1, message, at..at, ","));
        }
    }
    let end = line.span.start + whole.trim_end().len();
    if !whole.trim_end().ends_with([',', '{', '[', ':']) {
        found.push(Slip::new(end..end, "no comma before the next line", end..end, ","));
    }
    found
}

/// A bracket that was forgotten, or is one too many.
fn bracket(line: &Line) -> Vec<Slip> {
    let mut found = Vec::new();
    let value = line.value();
    let (start, end) = (line.value.start, line.value.end);
    for (open, close) in [('{', '}'), ('[', ']')] {
        let count = |c: char| value.matches(c).count();
        match count(open).cmp(&count(close)) {
            std::cmp::Ordering::Less => {
                let at = value.rfind(close).unwrap_or_default() + start;
                let too_many = Slip::new(at..at + 1, format!("one `{close}` too many"), at..at + 1, "");
                let message = format!("`{close}` closes nothing: expected `{open}` before it");
                let opened =
                    |at_open: usize, sign: String| Slip::new(at..at + 1, message.clone(), at_open..at_open, sign);
                if value.starts_with(open) {
                    found.push(too_many);
                    found.extend(inner_openings(value).map(|inner| opened(start + inner, open.to_string())));
                } else {
                    found.push(opened(start, format!("{open} ")));
                    found.extend(inner_openings(value).map(|inner| opened(start + inner, open.to_string())));
                    found.push(too_many);
                }
            }
            std::cmp::Ordering::Greater => {
                let at = start + value.rfind(open).unwrap_or_default();
                let first = start + value.find(open).unwrap_or_default();
                let message = format!("not closed: expected `{close}` before the next entry");
                found.push(Slip::new(first..first + 1, message.clone(), end..end, format!(" {close}")));
                let inner: Vec<usize> = value.match_indices([',', '}', ']']).map(|(inner, _)| start + inner).collect();
                let inner = inner.into_iter().filter(|inner| *inner > at);
                found.extend(
                    inner.map(|inner| Slip::new(at..at + 1, message.clone(), inner..inner, format!(" {close}"))),
                );
                found.push(Slip::new(at..at + 1, format!("one `{open}` too many"), at..at + 1, ""));
            }
            std::cmp::Ordering::Equal => {}
        }
    }
    found
}

/// Where a bracket may have been within others: behind `key: `.
fn inner_openings(value: &str) -> impl Iterator<Item = usize> {
    value.match_indices(": ").map(|(at, sign)| at + sign.len())
}

/// No blank behind the colon of a key, or behind a hyphen.
fn blank(text: &str, line: &Line) -> Option<Slip> {
    let body = &text[line.body..line.span.end];
    let length = word(body);
    if length > 0 && body[length..].starts_with(':') && body.len() > length + 1 && !body[length + 1..].starts_with(' ')
    {
        let at = line.body + length;
        let message = "no blank behind the colon: expected `key: value`";
        return Some(Slip { certain: true, ..Slip::new(at..at + 1, message, at + 1..at + 1, " ") });
    }
    let at = line.body;
    let no_blank = body.starts_with('-') && body[1..].starts_with(|c: char| c != '-' && c != ' ');
    no_blank.then(|| Slip::new(at..at + 1, "no blank behind the hyphen: expected `- value`", at + 1..at + 1, " "))
}

/// A colon and a blank in a text that has no quotes.
fn colon_in_text(line: &Line) -> Option<Slip> {
    let value = line.value();
    let at = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
    if value.starts_with(['"', '\'', '{', '[']) || line.key.is_none() {
        return None;
    }
    let slip = quoted_value(line, "a colon with a blank behind it begins a value: expected quotes around the text");
    let at = line.value.start + at;
    Some(Slip { span: at..at + 1, ..slip })
}

/// A key without its colon.
fn colon(text: &str, line: &Line) -> Option<Slip> {
    let body = &text[line.body..line.span.end];
    let length = word(body);
    let rest = &body[length..];
    if length == 0 || line.key.is_some() || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let at = line.body..line.body + length;
    let message = format!("no colon behind `{}`: expected `key: value`", &body[..length]);
    Some(Slip::new(at.clone(), message, at.end..at.end, ":"))
}

/// The length of the word that could be a key, with its quotes.
fn word(body: &str) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match body.chars().next() {
        Some(quote @ ('"' | '\'')) => body[1..].find(quote).map_or(0, |at| at + 2),
        Some(first) if first.is_ascii_alphanumeric() => body.find(|c| !is_word(c)).unwrap_or(body.len()),
        _ => 0,
    }
}

/// Too many or too few blanks before a line, alone or with the lines `below` it.
fn out_of_line(text: &str, line: &Line, below: bool) -> Vec<Slip> {
    let around: Vec<Line> = Line::all(text).filter(Line::says_something).collect();
    let Some(at) = around.iter().position(|other| other.span == line.span) else { return Vec::new() };
    let (from, to) = (at.saturating_sub(8), (at + 4).min(around.len()));
    let mut depths: Vec<usize> = around[from..to].iter().map(|other| other.depth).collect();
    depths.extend(around[from..to].iter().filter(|other| other.is_item()).map(|other| other.body - other.span.start));
    depths.push(around[at.saturating_sub(1)].depth + 2);
    depths.retain(|depth| *depth != line.depth);
    depths.sort_by_key(|depth| (depth.abs_diff(line.depth), *depth));
    depths.dedup();
    let block = around[at..].iter().take_while(|other| other.span == line.span || other.depth > line.depth);
    let end = block.last().map_or(line.span.end, |last| last.span.end);
    if below && end == line.span.end {
        return Vec::new();
    }
    let next = around.get(at + 1).map_or(0, |next| next.depth);
    // What is under a line is as far from it as things are, or as it was.
    let fits = |depth: &usize| below || next <= depth + STEP || next.saturating_sub(line.depth) == next - depth;
    let indent = line.span.start..line.span.start + line.depth;
    let place = indent.end..(indent.end + 1).min(line.span.end);
    let change = line.span.start..if below { end } else { indent.end };
    let moved = |depth: usize| {
        let lines: Vec<String> = text[change.clone()].split('\n').map(|one| moved(one, line.depth, depth)).collect();
        let message = format!("out of line: expected {depth} blanks before it, not {}", line.depth);
        Slip::new(place.clone(), message, change.clone(), lines.join("\n"))
    };
    depths.into_iter().filter(fits).take(6).map(moved).collect()
}

/// A line as far from the margin as one is that goes from one depth to another.
fn moved(line: &str, from: usize, to: usize) -> String {
    let rest = line.trim_start_matches(' ');
    let own = line.len() - rest.len();
    format!("{}{rest}", " ".repeat((own + to).saturating_sub(from)))
}

/// A hyphen where the other entries have none, or none where they have one.
fn hyphen(text: &str, line: &Line) -> Vec<Slip> {
    let start = line.span.start + line.depth;
    let place = start..(start + 1).min(line.span.end);
    if line.is_item() {
        let message = "a hyphen where none is expected: the entries around it have none";
        let own = text[start..line.body].len();
        return vec![Slip::new(place, message, start..start + own, "")];
    }
    let message = "no hyphen: the entries around it are those of a list";
    let deeper = line.span.start + line.depth.saturating_sub(2);
    vec![Slip::new(place.clone(), message, start..start, "- "), Slip::new(place, message, deeper..start, "- ")]
}
