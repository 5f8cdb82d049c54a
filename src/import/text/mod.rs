//! A text that holds otpauth URIs or set-up keys among whatever else people write.
//!
//! The one idea: a URI is found wherever it stands; a key counts only where it stands alone, or behind a label that says
//! what it is. It must not take for a key what is none: words, codes of another kind, keys of another kind.

mod codes;
mod lines;
mod record;
mod wrapped;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::mention::{Mention, mentions};
use super::{BROKEN_FILE, Format, Found, LINE_WITHOUT_ENTRY, NOT_UTF8, NOTHING_THERE, Origin, andotp, migration};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{self, Deviation};
use lines::Lines;

/// Takes what no other format takes.
pub(super) const FORMAT: Format =
    Format { id: "text", name: "text with URIs or set-up keys", origin: Origin::Service, recognise: |_| true, read };

const EXPECTED: &str = "expected text with an otpauth URI or set-up key, a picture of a QR code, or an export";
const NO_TEXT: &str = "expected text with an otpauth URI or set-up key, a picture of a QR code, or an export; \
what an old version of andOTP encrypted has no mark: say that its format is `andotp`; the database of OTPClient \
(`NewDatabase.enc`) has none either: in OTPClient choose Export, and give the file that it writes";

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let bytes = content.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content.bytes);
    // Text in UTF-16 and other formats; a diagnostic a line would help nobody.
    if bytes.contains(&0) || content.text().is_none() && bytes.iter().any(|byte| is_of_no_text(*byte)) {
        if andotp::read_unmarked(content, intake) {
            return Ok(());
        }
        return Err(content.refuse(NOT_UTF8, "not text in UTF-8").help(NO_TEXT));
    }
    let structured = structured(bytes);
    if let Some(kind) = structured {
        if let Some(text) = content.text() {
            within_markup(text, bytes.trim_ascii_start().starts_with(b"<"), intake);
        }
        // What breaks off after the URIs may have had more of them; a page need not be well-formed.
        if intake.is_empty() || kind == JSON && content.json().is_none() {
            let message = format!("{kind} that breaks off, or that is no export which is known");
            return Err(content
                .refuse(BROKEN_FILE, message)
                .help("export it again; the file may be damaged or cut off"));
        }
        return Ok(());
    }
    let lines = Lines::of(bytes, intake);
    if lines.is_blank {
        return Err(content.refuse(NOTHING_THERE, "nothing to read").help(EXPECTED));
    }
    lines.take(intake);
    Ok(())
}

/// Controls, but blanks, the end of a file of DOS, and the escape of terminals.
fn is_of_no_text(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r' | 0x1a | 0x1b | 0x7f)
}

const JSON: &str = "JSON";

/// A file that is no list of lines, by its first character.
fn structured(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.trim_ascii_start();
    match text.first()? {
        b'{' | b'[' => Some(JSON),
        // `<otpauth://…>`, as letters have it.
        b'<' if !text[1..].trim_ascii_start().get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"otpauth")) => {
            Some("XML or HTML")
        }
        _ => None,
    }
}

/// Takes in the URIs of a page, or of JSON that is not sound.
fn within_markup(text: &str, markup: bool, intake: &mut Intake<'_>) {
    for (index, line) in text.lines().enumerate() {
        for one in mentions(line, markup) {
            if intake.is_full() {
                return;
            }
            let place = intake.place(index + 1, line[..one.start].chars().count() + 1);
            take_uri(&one, place, intake);
        }
    }
}

/// Takes in a URI.
pub(super) fn take_uri(one: &Mention, place: Place, intake: &mut Intake<'_>) {
    if migration::is_migration(&one.uri) {
        return migration::read(&one.uri, &place, intake);
    }
    let found = match entry::read(&one.uri) {
        // A place in what was unescaped is none in the text.
        Err(error) if !one.is_plain => {
            return intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, place, error.to_string()));
        }
        read => intake.line(read, place),
    };
    if let Some(found) = found
        && one.is_in_address
    {
        found.deviations.push(Deviation::InAddress);
    }
}

/// Reads a line with an entry; `text` is what it holds between blanks. The entry, for what the line says of it beside.
pub(super) fn read_line<'i>(
    line: &str,
    text: &str,
    mut place: Place,
    intake: &'i mut Intake<'_>,
) -> Option<&'i mut Found> {
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    if migration::is_migration(text) {
        place.column = indent + 1;
        migration::read(text, &place, intake);
        return None;
    }
    match entry::read(text) {
        Ok(read) => {
            place.column = indent + 1;
            intake.entry(Ok(read), place)
        }
        Err(error) => {
            place.column = error.position().map_or(0, |position| indent + position);
            intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, place, error.to_string()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Imported, MOST_ENTRIES, MOST_PROBLEMS, TOO_MANY, read};
    use super::*;
    use crate::diagnostic::Severity;
    use crate::entry::base32;

    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const URI: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn codes(imported: &Imported) -> Vec<(&'static str, usize, usize)> {
        imported.problems.iter().map(|p| (p.code, p.place.line, p.place.column)).collect()
    }

    fn secrets(text: &str) -> Vec<String> {
        read(text.as_bytes(), "x").entries.iter().map(|found| base32::encode(&found.entry.secret).to_string()).collect()
    }

    #[test]
    fn good_lines_survive_bad_ones() {
        let text = format!(
            "\u{feff}# keys\r\n\r\n  {URI}\r\nhello there, you\r\n  {URI}&digits=x\r\n\tgezd gnbv gy3t qojq\r\n"
        );
        let imported = read(text.as_bytes(), "keys.txt");
        let places: Vec<_> = imported.entries.iter().map(|found| found.place.to_string()).collect();
        assert_eq!(places, ["keys.txt:3:3", "keys.txt:6:2"]);
        assert_eq!(codes(&imported), [(LINE_WITHOUT_ENTRY, 5, URI.len() + 11), (LINE_WITHOUT_ENTRY, 4, 0)]);
        assert_eq!(imported.problems[1].severity, Severity::Hint);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let mut latin1 = format!("{URI}\ncaf").into_bytes();
        latin1.push(0xe9);
        let imported = read(&latin1, "x");
        assert_eq!((imported.entries.len(), codes(&imported)), (1, vec![(NOT_UTF8, 2, 0)]));
        assert_eq!(codes(&read(b"\xff\xfeo\0t\0p\0", "x")), [(NOT_UTF8, 0, 0)]);
        assert_eq!(codes(&read(b"\x01\xff\nx\n\xfe", "x")), [(NOT_UTF8, 0, 0)]);
        assert_eq!(codes(&read(b" \n# nothing\n", "x")), [(NOTHING_THERE, 0, 0)]);
        assert_eq!(codes(&read(b"", "x")), [(NOTHING_THERE, 0, 0)]);
    }

    #[test]
    fn what_is_no_list_of_lines_is_told_once() {
        for text in ["{\n \"version\": 1,\n \"header\": {\n", "\n  <html>\n<p>GEZDGNBVGY3TQOJQ\n", "[1,\n2,\n3"] {
            assert_eq!(codes(&read(text.as_bytes(), "x")), [(BROKEN_FILE, 0, 0)], "{text}");
        }
        let prose = "These words hold no entry.\n".repeat(50);
        assert_eq!(codes(&read(prose.as_bytes(), "x")), [(LINE_WITHOUT_ENTRY, 1, 0)]);
    }

    #[test]
    fn there_is_an_end() {
        let imported = read(format!("{KEY}\n").repeat(MOST_ENTRIES + 5).as_bytes(), "x");
        assert_eq!((imported.entries.len(), codes(&imported)), (MOST_ENTRIES, vec![(TOO_MANY, MOST_ENTRIES + 1, 0)]));
        let imported = read("otpauth://potp/x\n".repeat(MOST_PROBLEMS + 5).as_bytes(), "x");
        assert_eq!(imported.problems.len(), MOST_PROBLEMS + 1);
    }

    #[test]
    fn a_key_behind_a_label() {
        for text in [
            format!("Secret: {KEY}"),
            format!("- secret: \"{KEY}\","),
            format!("export TOTP_SECRET='{KEY}'"),
            format!("Or enter this key manually: {}", KEY.to_lowercase()),
            "Set-up key:\n\n  gezd gnbv gy3t qojq\n  gezd gnbv gy3t qojq\n\nThen go on.".to_owned(),
            format!("totp = {KEY}\n"),
        ] {
            assert_eq!(secrets(&text), [KEY], "{text}");
        }
        assert_eq!(secrets("TOTP: GEZDGNBV"), ["GEZDGNBV"]);
        // As is told of letters that stand alone.
        assert_eq!(secrets("secret: KRSXGZTPOJUXGZJB"), ["KRSXGZTPOJUXGZJB"]);
        assert_eq!(secrets("Secret key: krsx gztp ojux gzjb"), ["KRSXGZTPOJUXGZJB"]);
        for text in [
            "secret: hunter2",
            "API key: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "key: internationalization",
            "secret: theconfiguration",
            "secret: null",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn parts_below_each_other_are_one_entry() {
        let text =
            format!("issuer: Shop\naccount: ann\nsecret: {KEY}\ndigits: 8\n\nissuer: Mail\nsecret: {KEY}\nperiod: x\n");
        let imported = read(text.as_bytes(), "x");
        let found = &imported.entries[0];
        assert_eq!(
            (found.entry.issuer.as_str(), found.entry.account.as_str(), found.entry.digits.get()),
            ("Shop", "ann", 8)
        );
        assert_eq!(found.place.to_string(), "x:3:9");
        assert_eq!((imported.entries.len(), codes(&imported)), (1, vec![(LINE_WITHOUT_ENTRY, 7, 9)]));
    }

    #[test]
    fn what_is_wrapped_is_joined_or_refused() {
        let long = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
        for (text, whole) in [
            (format!("otpauth://totp/a?secret={}\n{}&issuer=b\nend", &long[..40], &long[40..]), long),
            (format!("otpauth://totp/a?secret={}\n  {}\n", &long[..30], &long[30..]), long),
            (format!("otpauth://totp/a?issuer=b&secret={}\r\n{}\r\n", &KEY[..20], &KEY[20..]), KEY),
            (format!("otpauth://totp/a?secret=3D{}=\n{}\n", &KEY[..20], &KEY[20..]), KEY),
            (format!("{}\n{}\n", &KEY[..24], &KEY[24..]), KEY),
            (format!("TOTP_SECRET={}\n{}\n", &KEY[..24], &KEY[24..]), KEY),
        ] {
            assert_eq!(secrets(&text), [whole], "{text}");
        }
        for text in [
            format!("TOTP_SECRET=\"{}\n{}\"", &KEY[..16], &KEY[16..]),
            "gezd gnbv gy3t qojq\ngezd gnbv gy3t qojq\n".to_owned(),
            format!("secret: {};{}", &KEY[..16], &KEY[16..]),
            format!("totp secret: {}\"{}", &KEY[..16], &KEY[16..]),
        ] {
            let imported = read(text.as_bytes(), "x");
            assert!(imported.entries.is_empty() && !imported.problems.is_empty(), "{text}");
        }
        assert_eq!(secrets(&format!("{URI}\n{KEY}\n{URI}\n")).len(), 3);
    }

    #[test]
    fn what_is_no_key_is_named() {
        let rows = [
            ("a1b2c-3d4e5\nf6g7h-8i9j0\nk1l2m-3n4o5\np6q7r-8s9t0", "recovery codes"),
            ("Your backup codes\n\nGEZD GNBV GY3T QOJQ\nGEZD GNBV GY3T QOJR", "recovery codes"),
            (
                "-----BEGIN PRIVATE KEY-----\nGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n-----END PRIVATE KEY-----",
                "a private key",
            ),
            ("b54161b48a230025e0752579f5e4bf213a5a250e", "hexadecimal"),
            ("GEZD GNBV GY3T Q0JQ", "character 17"),
            ("undefined", "neither"),
        ];
        for (text, said) in rows {
            let imported = read(text.as_bytes(), "x");
            assert!(imported.entries.is_empty(), "{text}");
            assert!(imported.problems.iter().any(|one| one.message.contains(said)), "{text}: {:?}", imported.problems);
        }
    }

    #[test]
    fn an_address_that_a_service_saw() {
        let text = "https://chart.example/chart?cht=qr&chl=otpauth%3A%2F%2Ftotp%2FShop%3Fsecret%3DGEZDGNBVGY3TQOJQ";
        let imported = read(text.as_bytes(), "x");
        assert_eq!(imported.entries[0].place.to_string(), "x:1:40");
        assert!(imported.entries[0].deviations.contains(&Deviation::InAddress) && imported.problems.is_empty());
    }
}
