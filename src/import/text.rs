//! A text with one otpauth URI or set-up key a line.
//!
//! The one idea: every line stands for itself. It must not guess at entries within prose.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{BROKEN_FILE, Format, Found, LINE_WITHOUT_ENTRY, NOT_UTF8, NOTHING_THERE, UNREADABLE_PICTURE, migration};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry;

/// Takes what no other format takes.
pub(super) const FORMAT: Format =
    Format { id: "text", name: "text with a URI or set-up key a line", recognise: |_| true, read };

const EXPECTED: &str = "expected text with one otpauth URI or set-up key a line, a picture of a QR code, or an export";
const NO_TEXT: &str = "expected text with one otpauth URI or set-up key a line, a picture of a QR code, or an export; \
what an old version of andOTP encrypted has no mark: say that its format is `andotp`";

/// Reads the lines; blank ones and those that begin with `#` are skipped.
fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let bytes = content.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content.bytes);
    if let Some(format) = other_file(bytes) {
        let help = "save the picture as PNG or JPEG, or take a screenshot of it";
        return Err(content.refuse(UNREADABLE_PICTURE, format!("a {format} file, which is not read")).help(help));
    }
    // Text in UTF-16 and other formats; a diagnostic a line would help nobody.
    if bytes.contains(&0) || content.text().is_none() && bytes.iter().any(|byte| is_of_no_text(*byte)) {
        return Err(content.refuse(NOT_UTF8, "not text in UTF-8").help(NO_TEXT));
    }
    if let Some(kind) = structured(bytes) {
        let message = format!("{kind} that breaks off, or that is no export which is known");
        return Err(content.refuse(BROKEN_FILE, message).help("export it again; the file may be damaged or cut off"));
    }
    let mut anything = false;
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if intake.is_full() {
            return Ok(());
        }
        let place = intake.place(index + 1, 0);
        let Ok(line) = std::str::from_utf8(line) else {
            intake.problem(Diagnostic::error(NOT_UTF8, place, "not text in UTF-8").help("save the file as UTF-8"));
            anything = true;
            continue;
        };
        let text = line.trim();
        if !text.is_empty() && !text.starts_with('#') {
            anything = true;
            read_line(line, text, place, intake);
        }
    }
    if anything { Ok(()) } else { Err(content.refuse(NOTHING_THERE, "nothing to read").help(EXPECTED)) }
}

/// Controls, but blanks, the end of a file of DOS, and the escape of terminals.
fn is_of_no_text(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r' | 0x1a | 0x1b | 0x7f)
}

/// A file that is no list of lines, by its first character.
fn structured(bytes: &[u8]) -> Option<&'static str> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace())? {
        b'{' | b'[' => Some("JSON"),
        b'<' => Some("XML or HTML"),
        _ => None,
    }
}

/// Pictures that are not read.
fn other_file(bytes: &[u8]) -> Option<&'static str> {
    // The length before the mark: four letters alone could begin a set-up key.
    if bytes.starts_with(&[0, 0, 0]) && bytes.get(4..8) == Some(b"ftyp") {
        return Some("HEIC");
    }
    let starts: [(&[u8], &str); 2] = [(b"GIF8", "GIF"), (b"%PDF-", "PDF")];
    starts.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, format)| format)
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

    const URI: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn codes(imported: &Imported) -> Vec<(&'static str, usize, usize)> {
        imported.problems.iter().map(|p| (p.code, p.place.line, p.place.column)).collect()
    }

    #[test]
    fn good_lines_survive_bad_ones() {
        let text =
            format!("\u{feff}# keys\r\n\r\n  {URI}\r\nhello there, you\r\n  {URI}&digits=x\r\n\tgezd gnbv gy3t qojq\n");
        let imported = read(text.as_bytes(), "keys.txt");
        let places: Vec<_> = imported.entries.iter().map(|found| found.place.to_string()).collect();
        assert_eq!(places, ["keys.txt:3:3", "keys.txt:6:2"]);
        assert_eq!(codes(&imported), [(LINE_WITHOUT_ENTRY, 4, 0), (LINE_WITHOUT_ENTRY, 5, URI.len() + 11)]);
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
    }

    #[test]
    fn there_is_an_end() {
        let imported = read("GEZDGNBVGY3TQOJQ\n".repeat(MOST_ENTRIES + 5).as_bytes(), "x");
        assert_eq!((imported.entries.len(), codes(&imported)), (MOST_ENTRIES, vec![(TOO_MANY, MOST_ENTRIES + 1, 0)]));
        let imported = read("no\n".repeat(MOST_PROBLEMS + 5).as_bytes(), "x");
        assert_eq!(imported.problems.len(), MOST_PROBLEMS + 1);
    }
}
