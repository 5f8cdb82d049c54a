//! A text with one otpauth URI or set-up key a line.
//!
//! The one idea: every line stands for itself. It must not guess at entries within prose.

use super::{
    Found, Imported, LINE_WITHOUT_ENTRY, MOST_ENTRIES, MOST_PROBLEMS, NOT_UTF8, NOTHING_THERE, TOO_MANY, problem,
};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry;

const EXPECTED: &str = "expected text with one otpauth URI or set-up key a line, or a PNG picture of a QR code";

/// Reads the lines; blank ones and those that begin with `#` are skipped.
pub(super) fn read(bytes: &[u8], name: &str) -> Imported {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Text in UTF-16 and other formats; a diagnostic a line would help nobody.
    if bytes.contains(&0) {
        return problem(NOT_UTF8, name, "not text in UTF-8", EXPECTED);
    }
    let mut imported = Imported::default();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let place = Place { path: name.to_owned(), line: index + 1, ..Place::default() };
        if imported.entries.len() >= MOST_ENTRIES || imported.problems.len() >= MOST_PROBLEMS {
            let message =
                format!("more than {MOST_ENTRIES} entries or {MOST_PROBLEMS} problems; the rest was not read");
            imported.problems.push(Diagnostic::error(TOO_MANY, place, message).help("split the file"));
            return imported;
        }
        let Ok(line) = std::str::from_utf8(line) else {
            let problem = Diagnostic::error(NOT_UTF8, place, "not text in UTF-8").help("save the file as UTF-8");
            imported.problems.push(problem);
            continue;
        };
        read_line(line, place, &mut imported);
    }
    if imported == Imported::default() {
        return problem(NOTHING_THERE, name, "nothing to read", EXPECTED);
    }
    imported
}

fn read_line(line: &str, mut place: Place, imported: &mut Imported) {
    let text = line.trim();
    if text.is_empty() || text.starts_with('#') {
        return;
    }
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    match entry::read(text) {
        Ok(read) => {
            place.column = indent + 1;
            imported.entries.push(Found { entry: read.entry, deviations: read.deviations, place });
        }
        Err(error) => {
            place.column = error.position().map_or(0, |position| indent + position);
            imported.problems.push(Diagnostic::error(LINE_WITHOUT_ENTRY, place, error.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(codes(&read(b" \n# nothing\n", "x")), [(NOTHING_THERE, 0, 0)]);
        assert_eq!(codes(&read(b"", "x")), [(NOTHING_THERE, 0, 0)]);
    }

    #[test]
    fn there_is_an_end() {
        let imported = read("GEZDGNBVGY3TQOJQ\n".repeat(MOST_ENTRIES + 5).as_bytes(), "x");
        assert_eq!((imported.entries.len(), codes(&imported)), (MOST_ENTRIES, vec![(TOO_MANY, MOST_ENTRIES + 1, 0)]));
        let imported = read("no\n".repeat(MOST_PROBLEMS + 5).as_bytes(), "x");
        assert_eq!(imported.problems.len(), MOST_PROBLEMS + 1);
    }
}
