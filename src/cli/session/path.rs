//! What somebody types, pastes or drags into a prompt for a file, as the path that it means.
//!
//! The one idea: the file of exactly that name counts first; then what terminals, shells and file managers make of a path is
//! undone. It must not open anything.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::host;

/// The path that is meant: the first reading of the text that names something, else the text as it stands.
pub(super) fn meant(typed: &str) -> PathBuf {
    let home = host::home();
    let mut readings = readings(typed, home.as_deref()).into_iter();
    readings.find(|path| host::is_there(path)).unwrap_or_else(|| PathBuf::from(typed.trim()))
}

/// All that a text may mean, the most literal first.
fn readings(typed: &str, home: Option<&Path>) -> Vec<PathBuf> {
    let trimmed = typed.trim();
    let mut texts = vec![typed.to_owned(), trimmed.to_owned()];
    texts.extend(unquoted(trimmed));
    // One quote alone, or those that a word processor writes.
    texts.push(trimmed.trim_matches(['\'', '"', '‘', '’', '“', '”', '„', '«', '»', '<', '>']).trim().to_owned());
    let mut paths: Vec<PathBuf> = texts.iter().map(PathBuf::from).collect();
    for text in &texts {
        paths.extend(address(text));
        let below = text.strip_prefix("~/").or_else(|| (text == "~").then_some(""));
        paths.extend(below.zip(home).map(|(below, home)| home.join(below)));
    }
    paths
}

/// The text as a shell takes a word, but with its blanks; `None` where a quote is not closed.
fn unquoted(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('\\', None) => out.push(characters.next()?),
            ('\\', Some('"')) => match characters.next()? {
                c @ ('"' | '\\' | '$' | '`') => out.push(c),
                c => out.extend(['\\', c]),
            },
            (c, _) => out.push(c),
        }
    }
    quote.is_none().then(|| out.trim().to_owned())
}

/// The path of a `file:` address on this computer.
fn address(text: &str) -> Option<PathBuf> {
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = &text[scheme.len()..];
    let path = match rest.strip_prefix("//") {
        Some(rest) => &rest[rest.find('/').filter(|at| ["", "localhost"].contains(&&rest[..*at]))?..],
        None => rest,
    };
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    #[cfg(unix)]
    let path = PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes));
    // There a drive stands behind the slash.
    #[cfg(not(unix))]
    let path = PathBuf::from(String::from_utf8(bytes).ok()?.trim_start_matches('/'));
    Some(path)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;

    fn means(typed: &str, path: &str) -> bool {
        readings(typed, Some(Path::new("/home/me"))).iter().any(|one| one == Path::new(path))
    }

    #[test]
    fn what_is_pasted_or_dragged_names_a_file() {
        for (typed, path) in [
            ("x.png", "x.png"),
            ("~/x.png", "/home/me/x.png"),
            ("~", "/home/me"),
            (r"my\ qr.png", "my qr.png"),
            (r"~/my\ qr\(1\).png", "/home/me/my qr(1).png"),
            ("\"my qr.png\"", "my qr.png"),
            ("'my qr.png' ", "my qr.png"),
            ("'~/my qr.png'", "/home/me/my qr.png"),
            (r"'it'\''s.png'", "it's.png"),
            (r#""a \"b\".png""#, "a \"b\".png"),
            ("my qr.png  ", "my qr.png"),
            ("file:///home/me/my%20qr.png", "/home/me/my qr.png"),
            ("FILE://localhost/a%C3%A4.png", "/aä.png"),
            ("'file:///a%20b.png'", "/a b.png"),
            ("file:/a.png", "/a.png"),
            ("“my qr.png”", "my qr.png"),
            ("\"x.png", "x.png"),
        ] {
            assert!(means(typed, path), "{typed}: {:?}", readings(typed, Some(Path::new("/home/me"))));
        }
        assert!(!means("file://elsewhere/a.png", "/a.png"), "another computer's");
    }

    #[test]
    fn a_file_of_exactly_that_name_comes_first() {
        let folder = std::env::temp_dir().join(format!("otp-doctor-paths-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in [r"my\ qr.png", "my qr.png", "'x.png'", "x.png", "a%20b.png"] {
            let path = folder.join(name);
            std::fs::write(&path, "").unwrap();
            assert_eq!(meant(path.to_str().unwrap()), path);
        }
        assert_eq!(meant(&format!("{} ", folder.join("x.png").display())), folder.join("x.png"));
        assert_eq!(meant(&format!("\"{}\"", folder.join("my qr.png").display())), folder.join("my qr.png"));
        assert_eq!(meant("no-such-file.png "), Path::new("no-such-file.png"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
