//! Whether a text that somebody gave is a key or a code, typed in the wrong place.
//!
//! The one idea: what looks like one is not repeated, even if it is a name after all. It must not read anything out of it.

/// What begins an address with a secret in it, or stands before one, in small letters.
const ADDRESSES: [&str; 6] = ["otpauth:", "otpauth-migration:", "otpauth%3a", "steam:", "motp:", "secret="];
/// The fewest symbols of base32 that are a key: ten bytes.
const FEWEST: usize = 16;
/// A key without digits is told from words by its groups, of so many symbols at most.
const LONGEST: usize = 6;

/// Whether a text is, or has in it, an address of an entry, a key in base32, or is nothing but the digits of a code.
pub fn looks_private(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['/', '\\']);
    let small = text.to_ascii_lowercase();
    // Of a path the last name is a text of its own, and what stands before its ending too.
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    ADDRESSES.iter().any(|address| small.contains(address))
        || [text, name].into_iter().any(is_code)
        || [text, name, stem].into_iter().any(is_key)
        || text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| is_key(word) && (digits(word) > 0 || is_in_capitals(word)))
}

/// Five to ten digits and nothing else, in groups perhaps.
fn is_code(text: &str) -> bool {
    let symbols: Vec<u8> = symbols(text).collect();
    (5..=10).contains(&symbols.len()) && symbols.iter().all(u8::is_ascii_digit)
}

/// Base32, in groups perhaps. The words of a name are groups, too, but of different lengths and with few digits.
fn is_key(text: &str) -> bool {
    let symbols: Vec<u8> = symbols(text).collect();
    if symbols.len() < FEWEST || !symbols.iter().all(|b| b.is_ascii_alphabetic() || (b'2'..=b'7').contains(b)) {
        return false;
    }
    let groups: Vec<&str> = text.split([' ', '-', '=']).filter(|group| !group.is_empty()).collect();
    let (last, others) = groups.split_last().map_or((0, &groups[..]), |(last, others)| (last.len(), others));
    let even = others.iter().all(|group| group.len() == others[0].len() && (last..=LONGEST).contains(&group.len()));
    even || digits(text) > 1 || is_in_capitals(text)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn is_in_capitals(text: &str) -> bool {
    !text.bytes().any(|b| b.is_ascii_lowercase())
}

fn symbols(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_codes_and_addresses_are_private() {
        for text in [
            "JBSWY3DPEHPK3PXP",
            "jbswy3dpehpk3pxp",
            "jbsw y3dp ehpk 3pxp",
            "JBSW-Y3DP-EHPK-3PXP",
            "mfrg-gzdf-mztw-qabc-de",
            "JBSWY3DPEHPK3PXP====",
            "dir/JBSWY3DPEHPK3PXP.txt",
            "123456/",
            "dir/123456",
            "JBSWY3DPEHPK3PXP:123",
            "see JBSWY3DPEHPK3PXP",
            "123456",
            " 123 456 ",
            "1234-5678",
            "otpauth://totp/x?secret=a",
            "./OTPAUTH://totp/x",
            "otpauth-migration://offline?data=x",
            "https://example.org/?secret=abc",
        ] {
            assert!(looks_private(text), "{text}");
        }
    }

    #[test]
    fn names_are_not() {
        for text in [
            "invalid-code",
            "authenticator-app-lost",
            "authenticator-app",
            "session-of-the-morning-2.jsonl",
            "microsoft-authentcator",
            "pool.ntp.org",
            "192.168.12.34:12345",
            "case.json",
            "2026-01-15.json",
            "/tmp/.tmpAb3dEf/session.jsonl",
            "/home/me/troubleshootingguides/case.json",
            "0f3a9c1d5b7e8f20416283a5c7e9f1b3d5a7c9e0",
            "HEAD~3",
            "main",
            "",
        ] {
            assert!(!looks_private(text), "{text}");
        }
    }
}
