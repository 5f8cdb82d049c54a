//! Tables with named columns: CSV exports of 1Password, `KeePassXC`, Proton Pass, Bitwarden, Dashlane, Apple Passwords,
//! and any table with a column of secrets.
//!
//! The one idea: the names of the columns tell, so one reader serves them all. It must not take a row without a secret,
//! which is a password or a note, for a bad entry.
//!
//! # Source
//! <https://support.1password.com/export>, <https://github.com/keepassxreboot/keepassxc>,
//! <https://github.com/ProtonMail/WebClients>, <https://bitwarden.com/help/export-your-data>

use ::csv::{Reader, ReaderBuilder, StringRecord};
use chrono::DateTime;

use super::content::{Content, Refusal};
use super::field;
use super::intake::Intake;
use super::number::Number;
use super::position::Positions;
use super::{BAD_ENTRY, BROKEN_FILE, Format};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Type};

/// A table.
pub(super) const FORMAT: Format = Format { id: "csv", name: "CSV with named columns", recognise, read };

/// Columns of a URI or a secret, the surest first.
const SECRET: &[&str] =
    &["otpauth", "otpurl", "login_totp", "totp", "otp", "otpsecret", "one-time password", "otp_url", "uri", "secret"];
const ISSUER: &[&str] = &["issuer", "service", "title", "name"];
const ACCOUNT: &[&str] = &["account", "login_username", "username", "login", "user", "email", "label"];
const TYPE: &[&str] = &["otp_type", "kind", "type"];
const ALGORITHM: &[&str] = &["algorithm", "algo"];
const DIGITS: &[&str] = &["digits"];
const PERIOD: &[&str] = &["period", "timestep", "interval"];
const COUNTER: &[&str] = &["counter"];
const CREATED: &[&str] = &["created", "createtime", "created_at"];
const ARCHIVED: &[&str] = &["archived"];

fn recognise(content: &Content<'_>) -> bool {
    content.text().and_then(|text| text.lines().next()).is_some_and(|first| {
        let columns = Columns(names(&mut reader(first)));
        columns.has(SECRET) && (columns.has(ISSUER) || columns.has(ACCOUNT))
    })
}

/// Commas, or what a spreadsheet makes of them.
fn reader(text: &str) -> Reader<&[u8]> {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.matches(char::from(delimiter)).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
    ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes())
}

fn names(reader: &mut Reader<&[u8]>) -> Vec<String> {
    let headers = reader.headers().map(StringRecord::iter);
    headers.into_iter().flatten().map(|name| name.trim().to_lowercase()).collect()
}

struct Columns(Vec<String>);

impl Columns {
    fn has(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|wanted| self.0.iter().any(|name| name == wanted))
    }

    /// The first of those columns that is filled.
    fn of<'r>(&self, wanted: &[&str], row: &'r StringRecord) -> &'r str {
        let filled = |wanted: &&str| {
            let index = self.0.iter().position(|name| name == wanted)?;
            row.get(index).map(str::trim).filter(|text| !text.is_empty())
        };
        wanted.iter().find_map(filled).unwrap_or_default()
    }
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a table is"))?;
    let mut reader = reader(text);
    let columns = Columns(names(&mut reader));
    if !columns.has(SECRET) {
        return Err(content.broken("a table without a column of secrets or otpauth URIs"));
    }
    let positions = Positions::of(text);
    let mut row = StringRecord::new();
    loop {
        let line = usize::try_from(reader.position().line()).unwrap_or_default();
        match reader.read_record(&mut row) {
            Ok(true) if !intake.is_full() => {}
            Ok(_) => return Ok(()),
            Err(_) => {
                intake.problem(Diagnostic::error(BROKEN_FILE, intake.place(line, 0), "a row that cannot be read"));
                return Ok(());
            }
        }
        let line = row.position().map_or(line, |position| line_of(text, &positions, position.byte()));
        take(&columns, &row, line, intake);
    }
}

/// Where a row begins: behind what is left of the line before, which may end in two characters.
fn line_of(text: &str, positions: &Positions<'_>, byte: u64) -> usize {
    let byte = usize::try_from(byte).unwrap_or(text.len()).min(text.len());
    let blank = text.as_bytes()[byte..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    positions.at(byte + blank).0
}

fn take(columns: &Columns, row: &StringRecord, line: usize, intake: &mut Intake<'_>) {
    let secret = columns.of(SECRET, row);
    if secret.is_empty() {
        return;
    }
    let kind = match columns.of(TYPE, row).to_lowercase().as_str() {
        "hotp" => Type::Hotp,
        "steam" => Type::Steam,
        _ => Type::Totp,
    };
    let place = intake.place(line, 0);
    let named =
        Fields { kind, issuer: columns.of(ISSUER, row), account: columns.of(ACCOUNT, row), ..Fields::default() };
    let beside = match numbers(columns, row, named) {
        Ok(fields) => fields,
        Err(flaw) => return intake.problem(Diagnostic::error(BAD_ENTRY, place, flaw)),
    };
    if let Some(found) = field::take(secret, &beside, place, intake) {
        let created = columns.of(CREATED, row);
        let date = || DateTime::parse_from_rfc3339(created).ok().map(|time| time.timestamp());
        found.created = created.parse().ok().or_else(date);
        found.discarded = columns.of(ARCHIVED, row).eq_ignore_ascii_case("true");
    }
}

/// Algorithm and numbers, which a URI has in itself.
fn numbers<'r>(columns: &Columns, row: &'r StringRecord, named: Fields<'r>) -> Result<Fields<'r>, &'static str> {
    if field::tells_all(columns.of(SECRET, row)) {
        return Ok(named);
    }
    let of = |number: Number, wanted| number.read(columns.of(wanted, row));
    let kind = named.kind;
    Ok(Fields {
        algorithm: columns.of(ALGORITHM, row),
        digits: if kind == Type::Steam { None } else { of(Number::Digits, DIGITS)? },
        period: if kind == Type::Totp { of(Number::Period, PERIOD)? } else { None },
        counter: if kind == Type::Hotp { of(Number::Counter, COUNTER)? } else { None },
        ..named
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn lines_however_they_end() {
        for end in ["\n", "\r\n"] {
            let text =
                ["issuer,secret", "A,GEZDGNBVGY3TQOJQGEZDGNBV", "", "\"B\nC\",GEZDGNBVGY3TQOJQGEZDGNBV", "D,!", ""]
                    .join(end);
            let imported = read(text.as_bytes(), "x");
            let lines: Vec<usize> = imported.entries.iter().map(|found| found.place.line).collect();
            assert_eq!((lines, imported.problems[0].place.line), (vec![2, 4], 6), "{end:?}");
        }
    }
}
