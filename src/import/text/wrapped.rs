//! URIs and keys that a program wrapped into several lines.
//!
//! The one idea: what is certain to belong to a line is joined to it, and what may as well be an entry of its own is not.
//! It must not take in anything.

use zeroize::Zeroizing;

use super::super::mention::{self, Mention, mentions};
use super::lines::unquoted;
use crate::entry::key::{self, Look};

/// What programs put around texts.
pub(super) const QUOTES: [char; 2] = ['"', '\''];
/// Lines that one URI or key may be wrapped into.
const MOST_WRAPPED: usize = 40;

/// Whether a line can be nothing but the rest of a key of that case.
fn is_rest_of_key(key: &str, line: &str) -> bool {
    let letters = if key.bytes().any(|byte| byte.is_ascii_alphabetic()) { key } else { line };
    let upper = letters.bytes().any(|byte| byte.is_ascii_uppercase());
    let of_key = |sign: char| {
        matches!(sign, '2'..='7' | '=') || if upper { sign.is_ascii_uppercase() } else { sign.is_ascii_lowercase() }
    };
    let blank = |sign: char| sign.is_whitespace() || sign == '-';
    let grouped = key.contains(blank);
    // Lower letters alone may be a word.
    let marked = upper || line.bytes().any(|byte| byte.is_ascii_digit());
    !line.is_empty()
        && marked
        && line.chars().all(|sign| of_key(sign) || grouped && blank(sign))
        && line.chars().any(|sign| sign != '=')
        // A key of its own may stand below another, unless both are of odd lengths and together they are not.
        && (key::look(line) != Look::Key || !is_usual(key) && is_usual(&Zeroizing::new(format!("{key}{line}"))))
}

/// A key with what was wrapped off it, and in how many lines that is.
pub(super) fn with_rest_of_key<'a>(key: &str, rest: impl Iterator<Item = &'a str>) -> (Zeroizing<String>, usize) {
    // Letters break lines with a sign of their own.
    let mut whole = Zeroizing::new(key.trim_end_matches('=').to_owned());
    let mut used = 0;
    for line in rest.take(MOST_WRAPPED) {
        let line = line.trim();
        if !is_rest_of_key(key, line) {
            break;
        }
        whole.push_str(if key.contains(char::is_whitespace) { " " } else { "" });
        whole.push_str(line);
        used += 1;
    }
    // What does not make one key together is none.
    if used > 0 && key::look_labelled(&whole, true) != Look::Key {
        return (Zeroizing::new(key.to_owned()), 0);
    }
    (whole, used)
}

/// A key that begins with what is too short for one, if what is wrapped off it makes it one of a usual length.
pub(super) fn begun<'a>(start: &str, rest: impl Iterator<Item = &'a str>) -> Option<(Zeroizing<String>, usize)> {
    let spelled =
        !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7' | b'='));
    let (whole, used) = spelled.then(|| with_rest_of_key(start, rest))?;
    (used > 0 && is_usual(&whole)).then_some((whole, used))
}

/// The key below a label, in one line or several.
pub(super) fn below<'a>(rest: impl Iterator<Item = &'a str>, sure: bool) -> (Option<Zeroizing<String>>, usize) {
    let mut whole = Zeroizing::new(String::new());
    let mut used = 0;
    for line in rest.take(MOST_WRAPPED) {
        let text = unquoted(line);
        if text.is_empty() && whole.is_empty() && used == 0 {
            used += 1;
            continue;
        }
        let of_key = |sign: char| sign.is_ascii_alphanumeric() || sign.is_whitespace() || matches!(sign, '-' | '=');
        if text.is_empty() || !text.chars().all(of_key) {
            break;
        }
        let joined = Zeroizing::new(if whole.is_empty() { text.to_owned() } else { format!("{} {text}", *whole) });
        let tight = Zeroizing::new(joined.replace(' ', ""));
        let fits = |text: &str| key::look_labelled(text, sure) == Look::Key;
        if fits(&joined) || (!text.contains(' ') && fits(&tight)) || (whole.is_empty() && fits(text)) {
            whole = if fits(&joined) { joined } else { tight };
            used += 1;
        } else {
            break;
        }
    }
    if whole.is_empty() { (None, 0) } else { (Some(whole), used) }
}

/// A URI that ends with its line, with what was wrapped off it, and in how many lines that is.
pub(super) fn with_rest_of_uri<'a>(line: &str, one: Mention, rest: impl Iterator<Item = &'a str>) -> (Mention, usize) {
    let mut raw = Zeroizing::new(line[one.start..one.end].to_owned());
    let mut used = 0;
    // Letters with `=3D` in them break lines with a `=` of their own.
    let quoted = raw.contains("=3D") || raw.contains("=3d");
    let mut length = line.trim_end().len();
    // Texts that a program puts together end in a quote that nothing opened, and go on with one.
    let mut open = !line[..one.start].ends_with(QUOTES) && line.trim_end().ends_with(QUOTES);
    for next in rest.take(MOST_WRAPPED) {
        let text = next.trim();
        let soft = quoted && raw.ends_with('=');
        let text = if open && text.starts_with(QUOTES) { text.trim_matches(QUOTES) } else { text };
        let certain = open && text.len() < next.trim().len();
        if text.is_empty() || !(soft || is_rest_of_uri(&raw, text, length, certain)) {
            break;
        }
        open &= next.trim_end().ends_with(QUOTES);
        if soft {
            raw.pop();
        }
        if raw.ends_with('\\') {
            raw.pop();
        }
        raw.push_str(text);
        length = next.trim_end().len();
        used += 1;
    }
    if used == 0 && !quoted {
        return (one, 0);
    }
    if quoted {
        raw = Zeroizing::new(raw.replace("=3D", "=").replace("=3d", "=").replace("=26", "&").replace("=3F", "?"));
    }
    // What follows it in its last line may be no part of it: it is looked for anew.
    let whole = mentions(&raw, false).next();
    let whole = whole.map(|again| Mention {
        start: one.start,
        end: one.end,
        is_plain: false,
        is_in_address: one.is_in_address,
        ..again
    });
    (whole.unwrap_or(one), used)
}

/// Whether a line goes on with a URI that ended with the line before, which was so long; `certain` if quotes say so.
fn is_rest_of_uri(uri: &str, line: &str, length: usize, certain: bool) -> bool {
    /// Programs that wrap letters leave lines of that length, or somewhat less.
    const WRAPPED: usize = 60;
    let of_uri = |sign: char| sign.is_ascii_alphanumeric() || "-._~%&=+/?:@!$*,;#\"'>)".contains(sign);
    if !line.chars().all(of_uri) || line.contains("://") || mention::has(line) {
        return false;
    }
    let query = uri.split_once('?').map(|(_, query)| query);
    let Some(query) = query else { return line.to_ascii_lowercase().contains("secret=") };
    let begins = line.starts_with('&') || line.starts_with('?');
    let goes_on = line.split(['&', '"', '>']).skip(1).any(|piece| piece.contains('='));
    let last = query.rsplit('&').next().unwrap_or_default();
    let (name, value) = last.split_once('=').unwrap_or((last, ""));
    if begins || goes_on {
        return true;
    }
    if !name.to_ascii_lowercase().contains("secret") {
        return value.is_empty();
    }
    let text = line.trim_end_matches(['"', '\'', '>', ')', ',', ';', '.']);
    let whole = Zeroizing::new(format!("{}{text}", value.trim_end_matches('=')));
    let together = key::look_labelled(&whole, true) == Look::Key;
    // A key of its own may stand below a URI, unless the line before was full.
    together && (certain || key::look(text) != Look::Key || !is_usual(value) && (length >= WRAPPED || is_usual(&whole)))
}

/// Whether a secret is as long as those that services give out.
fn is_usual(secret: &str) -> bool {
    key::is_usual_length(secret.bytes().filter(u8::is_ascii_alphanumeric).count())
}
