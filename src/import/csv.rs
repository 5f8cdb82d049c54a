//! Tables with named columns: CSV exports of 1Password, `KeePassXC`, Proton Pass, Bitwarden, Dashlane, Apple Passwords,
//! `KeePass` with its own fields, and any table with a column of secrets or otpauth URIs.
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
use super::intake::Intake;
use super::names::{ACCOUNT, ADDRESS, ISSUER, SECRET, fields, first, named};
use super::position::Positions;
use super::{BAD_ENTRY, BROKEN_FILE, Format, Origin, field, mention, own_fields};
use crate::diagnostic::Diagnostic;

/// A table.
pub(super) const FORMAT: Format = Format {
    id: "csv",
    name: "CSV with named columns",
    origin: Origin::App { whole: false, id: None },
    recognise,
    read,
};

const CREATED: &[&str] = &["created", "createtime", "created_at"];
const ARCHIVED: &[&str] = &["archived"];
/// What `KeePassXC` writes into a URI where an entry has no title or no user name.
const NO_TITLE: &str = "KeePassXC";
const NO_USER_NAME: &str = "none";

fn recognise(content: &Content<'_>) -> bool {
    content.text().is_some_and(|text| {
        let columns = Columns(names(&mut reader(text.lines().next().unwrap_or_default())));
        let secrets = columns.has(SECRET) || columns.has(own_fields::SECRETS);
        let named = columns.has(ISSUER) || columns.has(ACCOUNT);
        // An address is that of a page mostly, and the text tells.
        named && (secrets || columns.has(ADDRESS) && mention::has(text))
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

    /// What a row has in the column of that name; empty if there is none.
    fn get<'r>(&self, name: &str, row: &'r StringRecord) -> &'r str {
        let index = self.0.iter().position(|known| known.eq_ignore_ascii_case(name));
        index.and_then(|index| row.get(index)).unwrap_or_default().trim()
    }
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a table is"))?;
    let mut reader = reader(text);
    let columns = Columns(names(&mut reader));
    if ![SECRET, ADDRESS, own_fields::SECRETS].iter().any(|names| columns.has(names)) {
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
    let get = |name: &str| columns.get(name, row);
    let has = |name: &str| columns.has(&[name]);
    let place = intake.place(line, 0);
    let addresses = ADDRESS.iter().map(|name| get(name)).find_map(|address| mention::mentions(address, false).next());
    let secret = match first(SECRET, get) {
        "" => addresses.as_ref().map_or("", |one| one.uri.as_str()),
        secret => secret,
    };
    let found = if secret.is_empty() {
        own_fields::take(&|name| Some(get(name)).filter(|text| !text.is_empty()), &named(get, has), place, intake)
    } else {
        // Algorithm and numbers a URI has in itself.
        let beside = if field::tells_all(secret) { Ok(named(get, has)) } else { fields(get, has) };
        match beside {
            Ok(beside) => field::take(secret, &beside, place, intake),
            Err(flaw) => return intake.problem(Diagnostic::error(BAD_ENTRY, place, flaw)),
        }
    };
    if let Some(found) = found {
        let created = first(CREATED, get);
        let date = || DateTime::parse_from_rfc3339(created).ok().map(|time| time.timestamp());
        found.created = created.parse().ok().or_else(date);
        found.discarded = first(ARCHIVED, get).eq_ignore_ascii_case("true");
        let is_of_keepassxc = has("group") && has("totp");
        if is_of_keepassxc && get("title").is_empty() && found.entry.issuer == NO_TITLE {
            found.entry.issuer.clear();
        }
        if is_of_keepassxc && get("username").is_empty() && found.entry.account == NO_USER_NAME {
            found.entry.account.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn columns_of_other_programs() {
        let key = "GEZDGNBVGY3TQOJQGEZDGNBV";
        for (text, names) in [
            (
                format!("Title,User Name,TimeOtp-Secret-Base32,Group\nShop,ann,{key},Root\nPage,ann,,Root"),
                ("Shop", "ann"),
            ),
            (format!("title,username,hmacotp-secret-base32,hmacotp-counter\nShop,ann,{key},7"), ("Shop", "ann")),
            (
                format!(
                    "name,issuer,url\nann,Shop,otpauth://totp/Shop:ann?secret={key}&issuer=Shop\nbob,Page,https://x"
                ),
                ("Shop", "ann"),
            ),
        ] {
            let imported = read(text.as_bytes(), "x");
            let entry = &imported.entries[0].entry;
            assert_eq!((entry.issuer.as_str(), entry.account.as_str()), names, "{text}");
            assert_eq!((imported.entries.len(), imported.problems.len()), (1, 0), "{text}");
        }
    }

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
