//! All readers, each by a letter.

mod cases;
mod entries;
mod knowledge;
mod pictures;
mod sessions;
mod shown;
mod talk;
mod triage;

/// The letter that an input begins with chooses the reader of the rest; `a` is the first.
const READERS: [fn(&[u8]); 22] = [
    entries::entry,
    entries::base32,
    entries::file,
    pictures::drawn,
    pictures::scratched,
    cases::case,
    knowledge::base_file,
    knowledge::article,
    knowledge::symptom,
    knowledge::service,
    knowledge::app,
    knowledge::phrases,
    knowledge::scenarios,
    knowledge::page,
    knowledge::any_file,
    sessions::transcript,
    sessions::support_code,
    sessions::forged_support_code,
    triage::log,
    shown::foreign,
    entries::export,
    talk::talk,
];

/// Reads the input and checks what must hold.
pub fn run(data: &[u8]) {
    let Some((letter, rest)) = data.split_first() else { return };
    if let Some(read) = READERS.get(usize::from(letter.wrapping_sub(b'a'))) {
        read(rest);
    }
}
