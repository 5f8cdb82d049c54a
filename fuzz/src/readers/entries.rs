//! URIs, set-up keys, base32, and files of them.

use otp_doctor::diagnostic::Place;
use otp_doctor::entry::{self, Entry, Kind};
use otp_doctor::import::{self, FORMATS, ImportOptions, Imported, PASSWORD_NEEDED};

use super::super::silence::assert_silent;

const NAME: &str = "fuzzed";
/// What opens the seeds: a password, a key in hexadecimal, one of Fernet, and that of RFC 6030 (`fuzz/seeds/exports.py`).
const PASSWORDS: [&str; 4] = [
    "correct horse battery",
    "12345678901234567890123456789012",
    "EjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0VniQEjQ=",
    "qwerty",
];

pub(super) fn entry(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match entry::read(&text) {
        Ok(read) => {
            let said: Vec<String> = read.deviations.iter().map(|one| format!("{one} {one:?}")).collect();
            assert_silent(&text, &said.join("\n"));
            assert_silent(&text, &format!("{:?}", read.entry.secret));
            assert_comes_back(&read.entry);
        }
        Err(error) => {
            assert_silent(&text, &format!("{error} {error:?}"));
            let characters = text.trim().chars().count();
            assert!(error.position().is_none_or(|position| (1..=characters + 1).contains(&position)));
        }
    }
}

pub(super) fn base32(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(decoded) = entry::base32::decode(&text) else { return };
    let plain = entry::base32::encode(&decoded.secret);
    let again = entry::base32::decode(&plain).expect("what is written is read");
    assert_eq!(again.secret, decoded.secret);
}

pub(super) fn file(data: &[u8]) {
    let imported = import::read(data, NAME);
    assert_sound(&imported);
    assert_tells_places(data, &imported);
}

/// The first byte names the format (`a` is the first; most others leave it to the content), the second the password.
pub(super) fn export(data: &[u8]) {
    let [format, password, bytes @ ..] = data else { return };
    let format = FORMATS.get(usize::from(format.wrapping_sub(b'a')));
    let password = PASSWORDS[usize::from(*password) % PASSWORDS.len()];
    let read = |password| import::read_with(bytes, NAME, ImportOptions { format, password });
    let (without, with) = (read(None), read(Some(password)));
    assert_sound(&without);
    assert_sound(&with);
    assert_tells_places(bytes, &without);
    let asks = |imported: &Imported| imported.problems.iter().any(|problem| problem.code == PASSWORD_NEEDED);
    assert!(!asks(&with), "a password is asked for that was given");
    assert!(asks(&without) || with == without, "a password changes what is not encrypted");
    for problem in &with.problems {
        assert!(!format!("{problem} {:?}", problem.help).contains(password), "a password is in a message");
    }
}

/// Places that are in the text, and messages without a part of it.
fn assert_tells_places(data: &[u8], imported: &Imported) {
    if let Ok(text) = std::str::from_utf8(data) {
        let lines = text.split('\n').count();
        let places =
            imported.entries.iter().map(|found| &found.place).chain(imported.problems.iter().map(|p| &p.place));
        // An archive may be text by chance; the lines are those of the files in it.
        for place in places.filter(|place| place.path == NAME) {
            assert!(place.line <= lines, "line {} of {lines}", place.line);
            let line = place.line.checked_sub(1).and_then(|index| text.split('\n').nth(index)).unwrap_or_default();
            assert!(place.column <= line.chars().count() + 1, "column {} of line {}", place.column, place.line);
        }
        for problem in &imported.problems {
            assert_silent(text, &problem.message);
            assert_silent(text, problem.help.as_deref().unwrap_or_default());
        }
    }
}

/// What holds for every file.
pub(super) fn assert_sound(imported: &Imported) {
    assert!(!imported.entries.is_empty() || !imported.problems.is_empty(), "nothing is lost in silence");
    for found in &imported.entries {
        assert_placed(&found.place);
    }
    for problem in &imported.problems {
        assert_placed(&problem.place);
        assert!(!problem.message.is_empty());
    }
}

/// In the file, or in a file in it, under a name that steers no terminal.
fn assert_placed(place: &Place) {
    let inner = place.path.strip_prefix(NAME).expect("places are in the file");
    assert!(inner.is_empty() || inner.starts_with('/') && !inner.contains(char::is_control), "{place}");
    assert_eq!(place.span, 0..0);
}

fn assert_comes_back(entry: &Entry) {
    if is_named_like_steam(entry) {
        return;
    }
    let again = entry::read(&entry::write(entry)).expect("what is written is read").entry;
    assert_eq!(without_blanks(&again), without_blanks(entry), "what is written is read as the same");
}

/// Beyond the format: a five-digit time-based entry that is named Steam is read as Steam Guard.
pub(super) fn is_named_like_steam(entry: &Entry) -> bool {
    let named = [&entry.issuer, &entry.account].iter().any(|name| name.trim().eq_ignore_ascii_case("steam"));
    named && entry.digits.get() == 5 && matches!(entry.kind, Kind::Totp { .. })
}

/// Beyond the format: blanks around names.
pub(super) fn without_blanks(entry: &Entry) -> Entry {
    Entry { issuer: entry.issuer.trim().to_owned(), account: entry.account.trim().to_owned(), ..entry.clone() }
}

/// A picture of a QR code holds what the text says.
pub(super) fn import(bytes: &[u8]) -> Imported {
    let imported = import::read(bytes, NAME);
    assert_sound(&imported);
    imported
}
