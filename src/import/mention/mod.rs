//! otpauth URIs in the midst of any other text.
//!
//! The one idea: what stands around a URI says where it ends and how it is escaped, and a secret is never cut short: at a
//! sign that may belong to it the URI goes on. It must not judge what a URI holds.

mod escape;

use zeroize::Zeroizing;

use crate::entry::key;

use escape::{Escape, unescaped};

/// How every scheme begins that is looked for.
const SCHEME: &str = "otpauth";
/// The parameters that may follow a blank that was not escaped.
const PARAMETERS: [&str; 7] = ["secret=", "issuer=", "algorithm=", "digits=", "period=", "counter=", "image="];

/// A URI in a text.
pub(super) struct Mention {
    /// The byte at which it begins.
    pub(super) start: usize,
    /// The byte behind it.
    pub(super) end: usize,
    /// Without what it is escaped with.
    pub(super) uri: Zeroizing<String>,
    /// Whether it stands in the text as it is, so that a place in it is a place in the text.
    pub(super) is_plain: bool,
    /// Whether it is a part of the address of a page or service.
    pub(super) is_in_address: bool,
}

/// The URIs of a text, in its order; `markup` if the text is HTML or XML, in which some signs are escaped.
pub(super) fn mentions(text: &str, markup: bool) -> impl Iterator<Item = Mention> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + next(text.get(from..)?)?;
            match mention(text, at, markup) {
                Some(mention) => {
                    from = mention.end;
                    return Some(mention);
                }
                None => from = at + SCHEME.len(),
            }
        }
    })
}

/// Whether there is any.
pub(super) fn has(text: &str) -> bool {
    mentions(text, false).next().is_some()
}

/// Where the scheme stands next.
fn next(text: &str) -> Option<usize> {
    let is_here = |window: &[u8]| window.eq_ignore_ascii_case(SCHEME.as_bytes());
    text.as_bytes().windows(SCHEME.len()).position(is_here)
}

fn mention(text: &str, at: usize, markup: bool) -> Option<Mention> {
    let start = begin(text, at)?;
    let raw = text.get(at..)?;
    let behind = ["-migration", ""].iter().find_map(|rest| strip_ignoring_case(raw.get(SCHEME.len()..)?, rest))?;
    let how = Escape::of(behind)?;
    let end = at
        + match how {
            Escape::Percent => percent_extent(raw, closer(text, start)),
            _ => extent(text, at, start),
        };
    let raw = text.get(start..end)?;
    let uri = unescaped(raw, end_of_scheme(raw), markup)?;
    let is_plain = uri.as_str() == raw;
    Some(Mention { start, end, uri, is_plain, is_in_address: is_in_address(text, start) })
}

/// Where it begins: `apple-otpauth` is a scheme, other words that end so are none.
fn begin(text: &str, at: usize) -> Option<usize> {
    const APPLE: &str = "apple-";
    let before = text.get(..at)?;
    if let Some(start) = at.checked_sub(APPLE.len())
        && before.get(start..).is_some_and(|word| word.eq_ignore_ascii_case(APPLE))
    {
        return Some(start);
    }
    // A line end of JSON or of a program, `\n`, stands before it as letters do.
    let is_escape = |letter: char| matches!(letter, 'n' | 'r' | 't') && before[..before.len() - 1].ends_with('\\');
    let last = before.chars().next_back();
    last.is_none_or(|last| !last.is_alphanumeric() || is_escape(last) || is_percent(before)).then_some(at)
}

/// Whether a text ends in a sign that is escaped: `%3D`.
fn is_percent(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

fn strip_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn end_of_scheme(uri: &str) -> usize {
    uri.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-').count()
}

/// What closes the quotes or brackets that were opened before it.
fn closer(text: &str, start: usize) -> Option<char> {
    Some(match text[..start].chars().next_back()? {
        '<' => '>',
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '“' | '„' => '”',
        '«' => '»',
        '‘' | '‚' => '’',
        quote @ ('"' | '\'' | '`') => quote,
        _ => return None,
    })
}

/// How long a wholly escaped URI is: it has hardly a sign but `%`.
fn percent_extent(raw: &str, closer: Option<char>) -> usize {
    let ends = |sign: char| {
        Some(sign) == closer
            || !(sign.is_alphanumeric()
                || matches!(sign, '%' | '-' | '.' | '_' | '~' | '+' | ':' | '/' | '?' | '@' | '=' | '*' | '!'))
    };
    let length = raw.find(ends).unwrap_or(raw.len());
    raw[..length].trim_end_matches(['.', '!', '?', ':']).len()
}

/// How long a URI is that begins at `at` (its scheme may begin before, at `start`).
fn extent(text: &str, at: usize, start: usize) -> usize {
    let raw = &text[at..];
    let closer = closer(text, start);
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let leads = text[line_start..start].trim_start_matches('\u{feff}').trim().is_empty();
    let mut in_parameters = false;
    let mut length = raw.len();
    for (index, sign) in raw.char_indices() {
        let behind = &raw[index + sign.len_utf8()..];
        let next = behind.chars().next();
        let goes_on = next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '&' | '=' | '%'));
        let ends = match sign {
            '\n' | '\r' => true,
            '\\' => behind.starts_with(['"', '\'', 'n', 'r', 't', '\\']),
            _ if sign.is_whitespace() => !blank_belongs(&raw[..index], line(behind), leads),
            _ if Some(sign) == closer => (in_parameters || !matches!(sign, ')' | ']' | '}')) && !goes_on,
            '<' | '>' => true,
            '"' | '`' => !goes_on,
            '\'' => next.is_none_or(|next| next.is_whitespace() || matches!(next, ',' | ';' | ')' | '>' | ']' | '}')),
            '&' => {
                ["quot;", "#34;", "#39;", "#x27;", "apos;", "lt;", "gt;"].iter().any(|name| behind.starts_with(name))
            }
            _ => false,
        };
        if ends {
            length = index;
            break;
        }
        in_parameters |= sign == '?';
    }
    let uri = raw[..length].trim_end();
    // A sentence goes on or ends behind it; a line that is nothing else may end in the full stop of a name.
    let uri = if leads { uri.trim_end_matches([',', ';', '"', '\'', '`']) } else { uri };
    let uri = if leads {
        uri
    } else {
        uri.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', '`', '*', ')', ']', '}', '|'])
    };
    uri.len()
}

fn line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

/// Whether a blank that was not escaped belongs to the URI: `rest` is what follows in the line, and `leads` if the URI
/// is the first in it.
fn blank_belongs(uri: &str, rest: &str, leads: bool) -> bool {
    let lower = rest.to_ascii_lowercase();
    let other = lower.find("://").unwrap_or(lower.len());
    let Some((_, query)) = uri.split_once('?') else {
        return lower[..other].find('?').is_some_and(|at| lower[at..].contains("secret="));
    };
    if PARAMETERS.iter().any(|name| lower[..other].contains(&format!("&{name}"))) {
        return true;
    }
    let (name, value) = query.rsplit(['&', ';']).next().and_then(|last| last.split_once('=')).unwrap_or_default();
    if name.eq_ignore_ascii_case("secret") || name.eq_ignore_ascii_case("amp;secret") {
        let whole = Zeroizing::new(format!("{value} {rest}"));
        return key::look_labelled(&whole, true) == key::Look::Key;
    }
    leads && !rest.trim().is_empty()
}

/// Whether it is a part of an address that a browser opens: what stands before it, up to a blank or quote, is one.
fn is_in_address(text: &str, start: usize) -> bool {
    let before = &text[..start];
    let ends = |sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | '<' | '>' | '`' | '(' | '[' | '{');
    let address = before.rfind(ends).map_or(before, |at| &before[at..]);
    // As far as addresses go: what stands before them is looked at once for each URI.
    let from = address.len().saturating_sub(2_000);
    let address = address.get(from..).unwrap_or_default().to_ascii_lowercase();
    ["http://", "https://", "http:\\/\\/", "https:\\/\\/", "http%3a", "https%3a"]
        .iter()
        .any(|scheme| address.contains(scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const URI: &str = "otpauth://totp/Shop:ann?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Shop";

    fn found(text: &str) -> Vec<String> {
        mentions(text, false).map(|one| one.uri.to_string()).collect()
    }

    #[test]
    fn whatever_stands_around_it() {
        let all = percent_encoding::utf8_percent_encode(URI, percent_encoding::NON_ALPHANUMERIC).to_string();
        let twice = percent_encoding::utf8_percent_encode(&all, percent_encoding::NON_ALPHANUMERIC).to_string();
        for text in [
            URI.to_owned(),
            format!("<{URI}>"),
            format!("  \"{URI}\","),
            format!("Your link: {URI}."),
            format!("see (here: {URI}), or below"),
            format!("[this]({URI})"),
            format!("otp = '{URI}' # mine"),
            format!("`{URI}` and **more**"),
            format!("OTP=\"{URI}\""),
            format!("{{\"url\":\"{}\"}}", URI.replace('/', "\\/").replace('&', "\\u0026")),
            format!("\"text\\n{URI}\\nmore\""),
            format!("&quot;{URI}&quot;"),
            format!("https://chart.example/?cht=qr&chl={all}&chs=200x200"),
            format!("https://chart.example/?chl={twice}"),
            all.clone(),
            twice.clone(),
            format!("{URI} is your link"),
            format!("- {URI} is your link"),
        ] {
            let mut uris = found(&text);
            // Only names may be lost or gained at a blank.
            for uri in &mut uris {
                *uri = uri.replace(" is your link", "");
            }
            assert_eq!(uris, [URI], "{text}");
        }
    }

    #[test]
    fn a_secret_is_never_cut_short() {
        for (text, uri) in [
            ("otpauth://totp/a?secret=JBSWY3DP\"EHPK3PXP&issuer=b", None),
            ("x='otpauth://totp/a?secret=JBSWY3DP'EHPK3PXP'", Some("otpauth://totp/a?secret=JBSWY3DP'EHPK3PXP")),
            ("otpauth://totp/a?secret=JBSW Y3DP EHPK 3PXP", None),
            (
                "see otpauth://totp/My Shop:a?secret=JBSWY3DPEHPK3PXP now",
                Some("otpauth://totp/My Shop:a?secret=JBSWY3DPEHPK3PXP"),
            ),
            ("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP is it", Some("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP")),
            ("otpauth://totp/a?issuer=My Shop&secret=JBSWY3DPEHPK3PXP", None),
        ] {
            assert_eq!(found(text), [uri.unwrap_or(text)]);
        }
    }

    #[test]
    fn words_that_are_none() {
        for text in ["", "otpauth", "an otpauth: URI", "notpauth://totp/x", "otpauth%3", "otpauth://"] {
            assert!(found(text).iter().all(|uri| uri == "otpauth://"), "{text}");
        }
    }

    #[test]
    fn who_saw_it() {
        let seen = |text: &str| mentions(text, false).next().is_some_and(|one| one.is_in_address);
        assert!(seen(&format!("https://x.org/?d={URI}")) && seen("//x [http://x.org/?d=otpauth%3A%2F%2Ftotp%2Fa]"));
        assert!(!seen(&format!("see https://x.org and {URI}")));
    }

    #[test]
    fn markup_is_taken_off() {
        let text = "<code>otpauth://totp/A&amp;B:c?secret=JBSWY3DPEHPK3PXP&amp;issuer=A%26B</code>";
        let uri = mentions(text, true).next().unwrap().uri;
        assert_eq!(uri.as_str(), "otpauth://totp/A&B:c?secret=JBSWY3DPEHPK3PXP&issuer=A%26B");
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in "(otpauth|://|%3A|\\\\|[a-z?&=; \"'<>\n]|\\PC){0,40}", markup: bool) {
            for one in mentions(&text, markup) {
                prop_assert!(one.start < one.end && one.end <= text.len());
            }
        }
    }
}
