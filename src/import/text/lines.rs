//! A text line by line: what of it may be an entry, and then the entries.
//!
//! The one idea: first every line is looked at, since what stands around a key says what it is; then they are taken in, in the
//! order of the text. It must not know how a URI is found in a line, nor how it is wrapped.

use zeroize::Zeroizing;

use super::super::intake::Intake;
use super::super::mention::{Mention, mentions};
use super::super::names::{self, Label};
use super::super::{LINE_WITHOUT_ENTRY, NOT_UTF8};
use super::codes::Codes;
use super::record::Record;
use super::wrapped::{QUOTES, begun, below, with_rest_of_key, with_rest_of_uri};
use super::{EXPECTED, take_uri};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::key::{self, Look};
use crate::entry::{self, EntryError, Fields, Material};

/// Lines without an entry that are told of one by one; of more, the number is told.
const MOST_TOLD: usize = 3;

/// What is in a line that may matter.
enum What<'a> {
    Uri(Mention),
    /// A text in another form that begins with what it is: `steam://`, `motp://`, `key=…&step=…`.
    Form(&'a str),
    /// A key that stands alone.
    Key(Zeroizing<String>),
    /// A key behind a label.
    Secret(Zeroizing<String>),
    /// Another part of an entry, by its name.
    Part(&'static str, &'a str),
    /// It was meant to be an entry, and is none.
    Bad(EntryError),
    /// Nothing: what stands behind it is of another entry.
    Gap,
    /// Not text.
    NotUtf8,
}

struct Piece<'a> {
    line: usize,
    column: usize,
    what: What<'a>,
}

/// What a text holds, looked at line by line.
pub(super) struct Lines<'a> {
    pieces: Vec<Piece<'a>>,
    codes: Codes,
    /// How many lines hold nothing of an entry, and the first few.
    others: usize,
    first_others: Vec<(usize, EntryError)>,
    /// The line at which a private key or certificate begins.
    armoured: Option<usize>,
    /// Whether there is nothing in it.
    pub(super) is_blank: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn of(bytes: &'a [u8], intake: &Intake<'_>) -> Self {
        let mut all = Self {
            pieces: Vec::new(),
            codes: Codes::default(),
            others: 0,
            first_others: Vec::new(),
            armoured: None,
            is_blank: true,
        };
        let mut lines = bytes.split(|byte| *byte == b'\n').enumerate();
        while let Some((index, line)) = lines.next() {
            if intake.is_full() {
                break;
            }
            let number = index + 1;
            let Ok(line) = std::str::from_utf8(line) else {
                all.push(number, 0, What::NotUtf8);
                continue;
            };
            let text = line.trim();
            if text.is_empty() {
                all.gap(number);
                continue;
            }
            if text.starts_with('#') {
                all.codes.look(number, text);
                continue;
            }
            if text.starts_with("-----BEGIN ") {
                all.is_blank = false;
                all.armoured = all.armoured.or(Some(number));
                let ends = |line: &[u8]| line.trim_ascii().starts_with(b"-----END ");
                lines.by_ref().find(|(_, line)| ends(line));
                continue;
            }
            let rest = || lines.clone().map(|(_, line)| std::str::from_utf8(line).unwrap_or_default());
            let used = all.line(number, line, rest());
            for _ in 0..used {
                lines.next();
            }
        }
        all
    }

    fn push(&mut self, line: usize, column: usize, what: What<'a>) {
        self.is_blank = false;
        self.pieces.push(Piece { line, column, what });
    }

    fn gap(&mut self, line: usize) {
        if self.pieces.last().is_some_and(|piece| !matches!(piece.what, What::Gap)) {
            self.pieces.push(Piece { line, column: 0, what: What::Gap });
        }
    }

    fn other(&mut self, number: usize, error: EntryError) {
        self.is_blank = false;
        self.others += 1;
        if self.first_others.len() < MOST_TOLD {
            self.first_others.push((number, error));
        }
    }

    /// Looks at a line. How many of those behind it belong to it, too.
    fn line(&mut self, number: usize, line: &'a str, rest: impl Iterator<Item = &'a str> + Clone) -> usize {
        let text = line.trim();
        let mut found = mentions(line, false).peekable();
        if found.peek().is_some() {
            return self.uris(number, line, found, &rest);
        }
        let column = column(line, text);
        let lower = text.get(..8).unwrap_or_default().to_ascii_lowercase();
        if ["steam://", "motp://"].iter().any(|scheme| lower.starts_with(scheme)) || is_keeotp(text) {
            self.push(number, column, What::Form(text));
            return 0;
        }
        let item = item(text);
        if let Some((named, value)) = labelled(item)
            && let Some(label) = names::label(named)
        {
            return self.labelled(number, line, (label, value), rest);
        }
        self.codes.look(number, item);
        let bare = unquoted(item);
        if key::look(bare) != Look::Key
            && rest.clone().next().is_some_and(|next| key::look(next) == Look::Key)
            && let Some((whole, used)) = begun(bare, rest.clone())
        {
            self.push(number, column, What::Key(whole));
            return used;
        }
        match key::look(bare) {
            Look::Key => {
                let (whole, used) = with_rest_of_key(bare, rest);
                self.push(number, line.find(bare).map_or(column, |at| chars(line, at)), What::Key(whole));
                return used;
            }
            Look::Digit(position) => {
                let at = line.find(bare).map_or(0, |at| chars(line, at) - 1);
                self.push(number, at + position, What::Bad(EntryError::KeyWithDigit { position }));
            }
            Look::Hexadecimal | Look::Base64 | Look::Words | Look::Other => {
                self.other(number, entry::read(bare).err().unwrap_or(EntryError::NotAnEntry));
            }
        }
        0
    }

    fn uris(
        &mut self,
        number: usize,
        line: &'a str,
        found: impl Iterator<Item = Mention>,
        rest: &(impl Iterator<Item = &'a str> + Clone),
    ) -> usize {
        let mut used = 0;
        for one in found {
            let column = chars(line, one.start);
            if !line[one.end..].trim_end().trim_matches(QUOTES).is_empty() {
                self.push(number, column, What::Uri(one));
                continue;
            }
            let (whole, lines) = with_rest_of_uri(line, one, rest.clone());
            used = lines;
            self.push(number, column, What::Uri(whole));
        }
        used
    }

    fn labelled(
        &mut self,
        number: usize,
        line: &'a str,
        (label, value): (Label, &'a str),
        rest: impl Iterator<Item = &'a str> + Clone,
    ) -> usize {
        let sure = match label {
            Label::Part(part) => {
                self.is_blank = false;
                self.push(number, 0, What::Part(part, unquoted(value)));
                return 0;
            }
            Label::Secret { sure } => sure,
        };
        if value.is_empty() {
            // The key stands below, perhaps in several lines.
            let (whole, used) = below(rest, sure);
            match whole {
                Some(key) => self.push(number + used, 1, What::Secret(key)),
                None => self.other(number, EntryError::NotAnEntry),
            }
            return if matches!(self.pieces.last(), Some(Piece { what: What::Secret(_), .. })) { used } else { 0 };
        }
        let bare = unquoted(value);
        let column = line.find(bare).map_or(1, |at| chars(line, at));
        if key::look_labelled(bare, sure) == Look::Key {
            let (whole, used) = with_rest_of_key(bare, rest.clone());
            self.push(number, column, What::Secret(whole));
            return used;
        }
        if let Some((whole, used)) = begun(bare, rest) {
            self.push(number, column, What::Secret(whole));
            return used;
        }
        // Who speaks of one-time codes means a secret, whatever is wrong with it: hexadecimal digits, say.
        match entry_of(bare) {
            Ok(()) if sure && key::look_labelled(bare, sure) != Look::Other => {
                self.push(number, column, What::Secret(Zeroizing::new(bare.to_owned())));
            }
            Err(error) if sure && !bare.contains(' ') && bare.len() >= key::SHORTEST / 2 => {
                self.push(number, column, What::Bad(error));
            }
            Err(error) => self.other(number, error),
            Ok(()) => self.other(number, EntryError::NotAnEntry),
        }
        0
    }

    /// Keys in groups right below each other that together are of a usual length, by their place among the pieces: they
    /// may be one key.
    fn doubtful(&self) -> Vec<usize> {
        /// Lines of that length are full where a program wraps what it writes.
        const FULL: usize = 60;
        let group = |piece: &Piece<'_>| match &piece.what {
            What::Key(key) if key.contains(' ') || key.len() >= FULL => {
                Some(key.bytes().filter(u8::is_ascii_alphanumeric).count())
            }
            _ => None,
        };
        let mut doubtful = Vec::new();
        let mut first = 0;
        while first < self.pieces.len() {
            let length = group(&self.pieces[first]);
            let mut last = first;
            while length.is_some()
                && self.pieces.get(last + 1).is_some_and(|next| {
                    next.line == self.pieces[last].line + 1 && group(next).is_some_and(|own| Some(own) <= length)
                })
            {
                last += 1;
            }
            let together: usize = self.pieces[first..=last].iter().filter_map(group).sum();
            if last > first && (key::is_usual_length(together) || length >= Some(FULL)) {
                doubtful.extend(first..=last);
            }
            first = last + 1;
        }
        doubtful
    }

    /// Takes all of it in.
    pub(super) fn take(self, intake: &mut Intake<'_>) {
        let recovery = self.codes.told(|line| intake.place(line, 0));
        let before = intake.found_so_far();
        let doubtful = self.doubtful();
        let mut keys = false;
        let mut record = Record::default();
        for (index, piece) in self.pieces.into_iter().enumerate() {
            if intake.is_full() {
                return;
            }
            let place = intake.place(piece.line, piece.column);
            match piece.what {
                What::Key(_) if recovery.is_none() && doubtful.contains(&index) => {
                    let message = "groups below each other: is it one key in several lines, or a key in each?";
                    let problem = Diagnostic::error(LINE_WITHOUT_ENTRY, place, message);
                    intake.problem(problem.help("write a key in one line, and leave a blank line between two keys"));
                }
                What::Secret(secret) => {
                    record.secret(secret, place, intake);
                }
                What::Part(part, value) => {
                    record.part(part, value, intake);
                }
                other => {
                    std::mem::take(&mut record).take(intake);
                    match other {
                        What::Key(_) | What::Bad(_) if recovery.is_some() => keys = true,
                        What::Uri(one) => take_uri(&one, place, intake),
                        What::Form(text) => _ = intake.line(entry::read(text), place),
                        What::Key(text) => _ = intake.line(entry::read(&text), place),
                        What::Bad(error) => {
                            intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, place, error.to_string()));
                        }
                        What::NotUtf8 => {
                            let problem = Diagnostic::error(NOT_UTF8, place, "not text in UTF-8");
                            intake.problem(problem.help("save the file as UTF-8"));
                        }
                        What::Secret(_) | What::Part(..) | What::Gap => {}
                    }
                }
            }
        }
        record.take(intake);
        let entries = intake.found_so_far() > before;
        if let Some(line) = self.armoured.filter(|_| !entries) {
            let message = "a private key, a certificate or a message in armour, which holds no set-up key";
            return intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, intake.place(line, 0), message));
        }
        match recovery {
            Some(problem) if keys || !entries => return intake.problem(problem),
            _ => {}
        }
        tell_others(self.others, &self.first_others, entries, intake);
    }
}

/// Tells of the lines that hold nothing: as a hint where others did.
fn tell_others(count: usize, first: &[(usize, EntryError)], entries: bool, intake: &mut Intake<'_>) {
    let Some((line, _)) = first.first() else { return };
    if entries {
        let lines = if count == 1 {
            "a line holds no entry and was".to_owned()
        } else {
            format!("{count} lines hold no entry, the first here, and were")
        };
        let hint = Diagnostic::error(LINE_WITHOUT_ENTRY, intake.place(*line, 0), format!("{lines} left out"));
        return intake.problem(Diagnostic { severity: Severity::Hint, ..hint });
    }
    if count > MOST_TOLD {
        let message = format!("{count} lines, and in none of them an otpauth URI or a set-up key");
        return intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, intake.place(*line, 0), message).help(EXPECTED));
    }
    for (line, error) in first {
        let column = error.position().unwrap_or_default();
        intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, intake.place(*line, column), error.to_string()));
    }
}

/// What reading a secret comes to that a label vouches for, and that does not look like a key.
fn entry_of(secret: &str) -> Result<(), EntryError> {
    let of_key = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '=' | '-' | '+' | '/' | '_');
    if !secret.chars().all(of_key)
        || secret.split(|sign: char| !sign.is_ascii_alphanumeric()).map(str::len).sum::<usize>() < 8
    {
        return Err(EntryError::NotAnEntry);
    }
    Fields { secret: Material::Base32(secret), ..Fields::default() }.read().map(|_| ())
}

fn is_keeotp(text: &str) -> bool {
    let has = |name: &str| {
        text.split('&')
            .any(|piece| piece.trim_start().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
    };
    text.contains('&')
        && has("key=")
        && (has("step=") || has("size=") || has("otphashmode=") || has("type=") || has("counter="))
}

/// An item of a list without its mark: `- `, `* `, `1. `, `2) `.
fn item(text: &str) -> &str {
    let numbered = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    if numbered.len() < text.len()
        && let Some(rest) = numbered.strip_prefix(['.', ')']).filter(|rest| rest.starts_with(char::is_whitespace))
    {
        return rest.trim_start();
    }
    ["- ", "* ", "• ", "> ", "[ ] ", "export "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text)
        .trim_start()
}

/// Label and value of a line: `label: value`, `"label" = "value",`.
fn labelled(text: &str) -> Option<(&str, &str)> {
    let (label, value) = text.split_at_checked(text.find([':', '='])?)?;
    let label = label.trim().trim_matches(['"', '\'', '`', '*', '_', '-']);
    let value = value[1..].trim_start_matches(['=', '*', '_']).trim();
    (!label.is_empty() && label.chars().count() <= 60 && !value.starts_with(['/', ':'])).then_some((label, value))
}

/// Without quotes around it and a comma behind; a quote that is not closed stays.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim().trim_end_matches([',', ';']).trim_end();
    for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('<', '>'), ('“', '”'), ('„', '“')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return inner.trim();
        }
    }
    text.strip_suffix('.').unwrap_or(text)
}

/// The column of a byte, from 1.
fn chars(line: &str, at: usize) -> usize {
    line[..at].chars().count() + 1
}

fn column(line: &str, text: &str) -> usize {
    line.find(text).map_or(1, |at| chars(line, at))
}
