//! Exports of Keeper: JSON with records, and a table without names of its columns.
//!
//! The one idea: a record has seven parts of its own and then pairs of a name and a value, of which one name stands for
//! one-time codes. It must not look at the other pairs.
//!
//! # Source
//! <https://docs.keeper.io/en/user-guides/export-and-reports/vault-export>, and exports of the app.

use ::csv::{ReaderBuilder, StringRecord};

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::{BROKEN_FILE, Format, Origin, field};
use crate::diagnostic::Diagnostic;
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "keeper", name: "Keeper", origin: Origin::App { whole: false, id: None }, recognise, read };

/// What the name of a field for one-time codes begins with, in a table and in JSON.
const NAMES: [&str; 3] = ["TFC:Keeper", "$oneTimeCode", "oneTimeCode"];
/// Columns of a record: folder, title, login, password, address, notes, shared folder.
const OWN_COLUMNS: usize = 7;

fn is_code(name: &str) -> bool {
    NAMES.iter().any(|known| name.trim().starts_with(known))
}

fn recognise(content: &Content<'_>) -> bool {
    match content.json() {
        Some(document) => {
            let is_record = |record: Node<'_>| record.get("custom_fields").is_some() || record.get("$type").is_some();
            document.root().get("records").map(Node::items).unwrap_or_default().any(is_record)
        }
        None => content.text().is_some_and(|text| {
            NAMES[..2].iter().any(|name| text.contains(name))
                && text.lines().next().is_some_and(|first| first.contains(','))
        }),
    }
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    match content.json() {
        Some(document) => records(document, content, intake),
        None => table(content, intake),
    }
}

fn records(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Keeper");
    let records = document.root().get("records").filter(|list| list.is_array()).ok_or_else(broken)?;
    for record in records.items() {
        let (title, login) = (record.text("title"), record.text("login"));
        let beside = Fields { issuer: &title, account: &login, ..Fields::default() };
        let mut codes = Vec::new();
        if let Some(fields) = record.get("custom_fields") {
            fields.each(|name, value| {
                // One value, or a list of them.
                if is_code(name) {
                    codes.extend(value.items());
                    codes.extend(value.is_string().then_some(value));
                }
            });
        }
        intake.each(document, codes, |code, place, intake| {
            let text = code.string().ok_or("a field for one-time codes that is no text")?;
            if !text.trim().is_empty() {
                field::take(&text, &beside, place, intake);
            }
            Ok(())
        });
    }
    Ok(())
}

fn table(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a table is"))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut row = StringRecord::new();
    while !intake.is_full() {
        let line = usize::try_from(reader.position().line()).unwrap_or_default();
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                intake.problem(Diagnostic::error(BROKEN_FILE, intake.place(line, 0), "a row that cannot be read"));
                break;
            }
        }
        let cell = |index: usize| row.get(index).unwrap_or_default().trim();
        let beside = Fields { issuer: cell(1), account: cell(2), ..Fields::default() };
        for index in (OWN_COLUMNS..row.len().saturating_sub(1)).step_by(2) {
            if is_code(cell(index)) && !cell(index + 1).is_empty() {
                field::take(cell(index + 1), &beside, intake.place(line, 0), intake);
            }
        }
    }
    Ok(())
}
