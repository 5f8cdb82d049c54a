//! What somebody types into a shell, written so that it arrives as it is.

use std::path::Path;

use crate::speech::{foreign, looks_private};

/// A path as an argument. Where it has blanks or quotes it stands in quotes, and what steers a terminal is written in the way
/// that bash, zsh and ksh read (`$'\x1b'`). One that looks like a key or a code is not repeated.
pub(super) fn argument(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let name = String::from_utf8_lossy(bytes);
    if looks_private(&name) {
        return "FILE".to_owned();
    }
    // It is no option.
    let lead = if name.starts_with('-') { "./" } else { "" };
    let is_common = |b: &u8| b.is_ascii_alphanumeric() || b"-_./,:@%+=".contains(b);
    if !bytes.is_empty() && bytes.iter().all(is_common) {
        return format!("{lead}{name}");
    }
    if std::str::from_utf8(bytes).is_ok() && foreign::inert(&name) == name {
        return format!("'{lead}{}'", name.replace('\'', r"'\''"));
    }
    let escaped = bytes.iter().map(|b| match b {
        b'\'' | b'\\' => format!("\\{}", char::from(*b)),
        b' '..=b'~' => char::from(*b).to_string(),
        _ => format!("\\x{b:02x}"),
    });
    // A digit behind an escape would belong to it, were two not the most that it has.
    format!("$'{lead}{}'", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_arrives_as_it_is() {
        for (path, written) in [
            ("/tmp/a-b_1.jsonl", "/tmp/a-b_1.jsonl"),
            ("my session.jsonl", "'my session.jsonl'"),
            ("it's", r"'it'\''s'"),
            ("a;b$(c)`d`&", "'a;b$(c)`d`&'"),
            ("-x", "./-x"),
            ("-x y", "'./-x y'"),
            ("~me", "'~me'"),
            ("überall", "'überall'"),
            ("a\u{1b}[2Jb'c\n", r"$'a\x1b[2Jb\'c\x0a'"),
            ("a\u{202e}b", r"$'a\xe2\x80\xaeb'"),
            ("JBSWY3DPEHPK3PXP", "FILE"),
        ] {
            assert_eq!(argument(Path::new(path)), written);
        }
    }
}
