//! A text that holds otpauth URIs or set-up keys among whatever else people write.
//!
//! The one idea: a URI is found wherever it stands; a key counts only where it stands alone, or behind a label that says
//! what it is. It must not take for a key what is none: words, codes of another kind, keys of another kind.

use zeroize::Zeroizing;

use super::codes::Codes;
use super::content::{Content, Refusal};
use super::intake::Intake;
use super::mention::{self, Mention, mentions};
use super::names::{self, Label};
use super::{BROKEN_FILE, Format, Found, LINE_WITHOUT_ENTRY, NOT_UTF8, NOTHING_THERE, Origin, andotp, migration};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::entry::key::{self, Look};
use crate::entry::{self, Deviation, EntryError, Fields, Material};

/// Takes what no other format takes.
pub(super) const FORMAT: Format =
    Format { id: "text", name: "text with URIs or set-up keys", origin: Origin::Service, recognise: |_| true, read };

const EXPECTED: &str = "expected text with an otpauth URI or set-up key, a picture of a QR code, or an export";
const NO_TEXT: &str = "expected text with an otpauth URI or set-up key, a picture of a QR code, or an export; \
what an old version of andOTP encrypted has no mark: say that its format is `andotp`";

/// Lines without an entry that are told of one by one; of more, the number is told.
const MOST_TOLD: usize = 3;
/// Lines that one URI or key may be wrapped into.
const MOST_WRAPPED: usize = 40;

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
struct Lines<'a> {
    pieces: Vec<Piece<'a>>,
    codes: Codes,
    /// How many lines hold nothing of an entry, and the first few.
    others: usize,
    first_others: Vec<(usize, EntryError)>,
    /// The line at which a private key or certificate begins.
    armoured: Option<usize>,
    is_blank: bool,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8], intake: &Intake<'_>) -> Self {
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
            return self.uris(number, line, found, rest);
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
            Look::Hexadecimal | Look::Base64 | Look::Other => {
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
        rest: impl Iterator<Item = &'a str> + Clone,
    ) -> usize {
        let mut used = 0;
        for one in found {
            let column = chars(line, one.start);
            if one.end < line.trim_end().len() {
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
        let column = chars(line, line.len() - line.trim_end().len().min(line.len())).max(1);
        let column = line.find(bare).map_or(column, |at| chars(line, at));
        if key::look_labelled(bare, sure) == Look::Key {
            let (whole, used) = with_rest_of_key(bare, rest);
            self.push(number, column, What::Secret(whole));
            return used;
        }
        // Who speaks of one-time codes means a secret, whatever is wrong with it.
        match entry_of(bare).err() {
            Some(error) if sure => self.push(number, column, What::Bad(error)),
            Some(error) => self.other(number, error),
            None if sure => self.push(number, column, What::Secret(Zeroizing::new(bare.to_owned()))),
            None => self.other(number, EntryError::NotAnEntry),
        }
        0
    }

    /// Keys in groups right below each other that together are of a usual length, by their place among the pieces: they
    /// may be one key.
    fn doubtful(&self) -> Vec<usize> {
        let group = |piece: &Piece<'_>| match &piece.what {
            What::Key(key) if key.contains(' ') => Some(key.bytes().filter(u8::is_ascii_alphanumeric).count()),
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
            if last > first && key::is_usual_length(together) {
                doubtful.extend(first..=last);
            }
            first = last + 1;
        }
        doubtful
    }

    /// Takes all of it in.
    fn take(self, intake: &mut Intake<'_>) {
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
                    if record.secret.is_some() {
                        std::mem::take(&mut record).take(intake);
                    }
                    record.secret = Some((secret, place));
                }
                What::Part(part, value) => {
                    if record.has(part) {
                        std::mem::take(&mut record).take(intake);
                    }
                    record.parts.push((part, value));
                }
                other => {
                    std::mem::take(&mut record).take(intake);
                    match other {
                        What::Uri(one) => take_uri(&one, place, intake),
                        What::Form(text) => _ = intake.line(entry::read(text), place),
                        What::Key(_) if recovery.is_some() => keys = true,
                        What::Key(text) => _ = intake.line(entry::read(&text), place),
                        What::Bad(_) if recovery.is_some() => keys = true,
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

/// The parts of an entry that stand below each other, each behind its name.
#[derive(Default)]
struct Record<'a> {
    secret: Option<(Zeroizing<String>, Place)>,
    parts: Vec<(&'static str, &'a str)>,
}

impl Record<'_> {
    fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(known, _)| *known == name)
    }

    fn take(self, intake: &mut Intake<'_>) {
        let Some((secret, place)) = &self.secret else { return };
        let get = |name: &str| self.parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        match names::fields(get) {
            Ok(fields) => {
                let fields = Fields { secret: Material::Base32(secret), ..fields };
                let read = fields.read().map(|mut read| {
                    if self.parts.is_empty() {
                        read.deviations.insert(0, Deviation::OtherForm(entry::Form::SetUpKey));
                    }
                    read
                });
                intake.line(read, place.clone());
            }
            Err(flaw) => intake.problem(Diagnostic::error(LINE_WITHOUT_ENTRY, place.clone(), flaw)),
        }
    }
}

/// What reading a labelled secret as a key comes to.
fn entry_of(secret: &str) -> Result<entry::ReadEntry, EntryError> {
    if !secret.is_ascii()
        || secret.split_ascii_whitespace().count() > 1 && key::look_labelled(secret, true) != Look::Key
    {
        return Err(EntryError::NotAnEntry);
    }
    if secret.contains([';', '"', '\'', '\\', ',', '(', '$', '{', '<']) {
        return Err(EntryError::SecretNotBase32 { position: 1 });
    }
    Fields { secret: Material::Base32(secret), ..Fields::default() }.read()
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
    (!label.is_empty() && label.chars().count() <= 60 && !value.starts_with("//")).then_some((label, value))
}

/// Without quotes around it and a comma behind; a quote that is not closed stays.
fn unquoted(text: &str) -> &str {
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

/// Whether a line can be nothing but the rest of a key of that case.
fn is_rest_of_key(key: &str, line: &str) -> bool {
    let upper = key.bytes().any(|byte| byte.is_ascii_uppercase());
    let of_key = |sign: char| {
        matches!(sign, '2'..='7' | '=') || if upper { sign.is_ascii_uppercase() } else { sign.is_ascii_lowercase() }
    };
    let blank = |sign: char| sign.is_whitespace() || sign == '-';
    let grouped = key.contains(blank);
    // Lower letters alone may be a word.
    let marked = upper || line.bytes().any(|byte| byte.is_ascii_digit());
    !line.is_empty()
        && marked
        && line.chars().all(|sign| of_key(sign) || grouped && blank(sign))
        && line.chars().any(|sign| sign != '=')
        // A key of its own may stand below another, unless both are of odd lengths and together they are not.
        && (key::look(line) != Look::Key || !is_usual(key) && is_usual(&Zeroizing::new(format!("{key}{line}"))))
}

/// A key with what was wrapped off it, and in how many lines that is.
fn with_rest_of_key<'a>(key: &str, rest: impl Iterator<Item = &'a str>) -> (Zeroizing<String>, usize) {
    let mut whole = Zeroizing::new(key.to_owned());
    let mut used = 0;
    for line in rest.take(MOST_WRAPPED) {
        let line = line.trim();
        if !is_rest_of_key(key, line) {
            break;
        }
        whole.push_str(if key.contains(char::is_whitespace) { " " } else { "" });
        whole.push_str(line);
        used += 1;
    }
    // What does not make one key together is none.
    if used > 0 && key::look_labelled(&whole, true) != Look::Key {
        return (Zeroizing::new(key.to_owned()), 0);
    }
    (whole, used)
}

/// The key below a label, in one line or several.
fn below<'a>(rest: impl Iterator<Item = &'a str>, sure: bool) -> (Option<Zeroizing<String>>, usize) {
    let mut whole = Zeroizing::new(String::new());
    let mut used = 0;
    for line in rest.take(MOST_WRAPPED) {
        let text = unquoted(line);
        if text.is_empty() && whole.is_empty() && used == 0 {
            used += 1;
            continue;
        }
        let of_key = |sign: char| sign.is_ascii_alphanumeric() || sign.is_whitespace() || matches!(sign, '-' | '=');
        if text.is_empty() || !text.chars().all(of_key) {
            break;
        }
        let joined = Zeroizing::new(if whole.is_empty() { text.to_owned() } else { format!("{} {text}", *whole) });
        let tight = Zeroizing::new(joined.replace(' ', ""));
        let fits = |text: &str| key::look_labelled(text, sure) == Look::Key;
        if fits(&joined) || (!text.contains(' ') && fits(&tight)) || (whole.is_empty() && fits(text)) {
            whole = if fits(&joined) { joined } else { tight };
            used += 1;
        } else {
            break;
        }
    }
    if whole.is_empty() { (None, 0) } else { (Some(whole), used) }
}

/// A URI that ends with its line, with what was wrapped off it, and in how many lines that is.
fn with_rest_of_uri<'a>(line: &str, one: Mention, rest: impl Iterator<Item = &'a str>) -> (Mention, usize) {
    let mut raw = Zeroizing::new(line[one.start..one.end].to_owned());
    let mut used = 0;
    // Letters with `=3D` in them break lines with a `=` of their own.
    let quoted = raw.contains("=3D") || raw.contains("=3d");
    let mut length = line.trim_end().len();
    for next in rest.take(MOST_WRAPPED) {
        let text = next.trim();
        let soft = quoted && raw.ends_with('=');
        if text.is_empty() || !(soft || is_rest_of_uri(&raw, text, length)) {
            break;
        }
        if soft {
            raw.pop();
        }
        if raw.ends_with('\\') {
            raw.pop();
        }
        raw.push_str(text);
        length = next.trim_end().len();
        used += 1;
    }
    if used == 0 && !quoted {
        return (one, 0);
    }
    if quoted {
        raw = Zeroizing::new(raw.replace("=3D", "=").replace("=3d", "=").replace("=26", "&").replace("=3F", "?"));
    }
    // What follows it in its last line may be no part of it: it is looked for anew.
    let whole = mentions(&raw, false).next();
    let whole = whole.map(|again| Mention {
        start: one.start,
        end: one.end,
        is_plain: false,
        is_in_address: one.is_in_address,
        ..again
    });
    (whole.unwrap_or(one), used)
}

/// Whether a line goes on with a URI that ended with the line before, which was so long.
fn is_rest_of_uri(uri: &str, line: &str, length: usize) -> bool {
    /// Programs that wrap letters leave lines of that length, or somewhat less.
    const WRAPPED: usize = 60;
    let of_uri = |sign: char| sign.is_ascii_alphanumeric() || "-._~%&=+/?:@!$*,;#\"'>)".contains(sign);
    if !line.chars().all(of_uri) || line.contains("://") || mention::has(line) {
        return false;
    }
    let query = uri.split_once('?').map(|(_, query)| query);
    let Some(query) = query else { return line.to_ascii_lowercase().contains("secret=") };
    let begins = line.starts_with('&') || line.starts_with('?');
    let goes_on = line.split(['&', '"', '>']).skip(1).any(|piece| piece.contains('='));
    let last = query.rsplit('&').next().unwrap_or_default();
    let (name, value) = last.split_once('=').unwrap_or((last, ""));
    if begins || goes_on {
        return true;
    }
    if !name.to_ascii_lowercase().contains("secret") {
        return value.is_empty();
    }
    let text = line.trim_end_matches(['"', '\'', '>', ')', ',', ';', '.']);
    let whole = Zeroizing::new(format!("{value}{text}"));
    let together = key::look_labelled(&whole, true) == Look::Key;
    // A key of its own may stand below a URI, unless the line before was full.
    together && (key::look(text) != Look::Key || !is_usual(value) && (length >= WRAPPED || is_usual(&whole)))
}

/// Whether a secret is as long as those that services give out.
fn is_usual(secret: &str) -> bool {
    key::is_usual_length(secret.bytes().filter(u8::is_ascii_alphanumeric).count())
}

#[cfg(test)]
mod tests {
    use super::super::{Imported, MOST_ENTRIES, MOST_PROBLEMS, TOO_MANY, read};
    use super::*;
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
        for text in [
            "secret: hunter2",
            "API key: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "key: internationalization",
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
