//! What a URI is escaped with, where it stands in JSON, HTML or another address.
//!
//! The one idea: the signs behind the scheme tell how all of it is escaped, and each layer is taken off until they are plain. It
//! must not know where a URI ends.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// How often a URI is unescaped, at most.
const MOST_LAYERS: usize = 4;

/// What the signs behind the scheme are escaped with.
pub(super) enum Escape {
    None,
    /// `:\/\/`, `\u003a`, as JSON has it.
    Backslash,
    /// `%3A%2F%2F`, perhaps twice.
    Percent,
    /// `&#58;`, `&colon;`.
    Entity,
}

impl Escape {
    /// By what stands behind the scheme; `None` where that is no URI.
    pub(super) fn of(behind: &str) -> Option<Self> {
        let lower = behind.get(..behind.len().min(16)).or_else(|| behind.get(..behind.char_indices().nth(8)?.0))?;
        let lower = lower.to_ascii_lowercase();
        let begins = |signs: &[&str]| signs.iter().any(|sign| lower.starts_with(sign));
        if lower.starts_with("://") {
            Some(Self::None)
        } else if begins(&["%3a", "%253a", "%25253a", ":%2f"]) {
            Some(Self::Percent)
        } else if begins(&[":\\/\\/", "\\u003a", "\\x3a", ":\\u002f", ":\\x2f"]) {
            Some(Self::Backslash)
        } else if begins(&["&#58;", "&#x3a;", "&colon;", ":&#47;", ":&#x2f;", ":&sol;"]) {
            Some(Self::Entity)
        } else {
            None
        }
    }
}

/// Takes off what the URI is escaped with, as often as that is needed for its scheme to be whole.
pub(super) fn unescaped(raw: &str, scheme: usize, markup: bool) -> Option<Zeroizing<String>> {
    let mut uri = Zeroizing::new(raw.to_owned());
    if markup && uri.contains('&') {
        uri = entities(&uri);
    }
    for _ in 0..MOST_LAYERS {
        let how = Escape::of(uri.get(scheme..)?)?;
        uri = match how {
            Escape::None if uri.contains("\\u00") || uri.contains("\\/") => backslashes(&uri),
            Escape::None => return Some(uri),
            Escape::Backslash => backslashes(&uri),
            Escape::Percent => percent(&uri),
            Escape::Entity => entities(&uri),
        };
    }
    None
}

fn percent(text: &str) -> Zeroizing<String> {
    // With room for all of it, growing leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

/// `\/`, `\u0026`, `\x26` and a backslash before any other sign.
fn backslashes(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = |digits: usize| {
            let code = u32::from_str_radix(behind.get(1..=digits)?, 16).ok()?;
            Some((char::from_u32(code)?, behind.get(digits + 1..)?))
        };
        let read = match behind.as_bytes().first() {
            Some(b'u') => code(4),
            Some(b'x') => code(2),
            _ => None,
        };
        let (sign, after) = read.map_or((None, behind), |(sign, after)| (Some(sign), after));
        plain.extend(sign);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The entities of HTML that stand for signs of an address.
fn entities(text: &str) -> Zeroizing<String> {
    const NAMED: [(&str, char); 10] = [
        ("amp", '&'),
        ("quot", '"'),
        ("apos", '\''),
        ("lt", '<'),
        ("gt", '>'),
        ("colon", ':'),
        ("sol", '/'),
        ("quest", '?'),
        ("equals", '='),
        ("commat", '@'),
    ];
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let read = behind.split_once(';').and_then(|(name, after)| {
            let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => number.parse().ok(),
            });
            let named = || NAMED.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
            Some((number.and_then(char::from_u32).or_else(named)?, after))
        });
        let (sign, after) = read.unwrap_or(('&', behind));
        plain.push(sign);
        rest = after;
    }
    plain.push_str(rest);
    plain
}
