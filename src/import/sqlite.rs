//! Databases in which apps keep their entries: told of, with the way to an export.
//!
//! The one idea: the names of tables stand in the file as they are, and tell whose it is. It must not read a row.
//!
//! # Source
//! <https://www.sqlite.org/fileformat2.html>; the names of tables are those of the apps.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{CANNOT_DECRYPT, Format, Origin};

/// A database.
pub(super) const FORMAT: Format = Format {
    id: "sqlite",
    name: "database of an app (SQLite)",
    origin: Origin::App { whole: false, id: None },
    recognise,
    read,
};

/// What a database begins with; the zero behind it may have been lost on the way.
const MARK: &[u8] = b"SQLite format 3";

/// An app, what its database holds and no other, and its way to an export.
const APPS: [(&str, &[&[u8]], &str); 4] = [
    (
        "Google Authenticator",
        &[b"CREATE TABLE accounts", b"original_name"],
        "in the app, choose Transfer accounts, Export, and give a picture of each QR code",
    ),
    (
        "Microsoft Authenticator",
        &[b"oath_secret_key"],
        "the app exports nothing: set up two-factor authentication anew at each service, while its codes still work",
    ),
    ("Stratum", &[b"authenticatorcategory"], "in the app, choose Backup, and give the file that it writes"),
    ("Authenticator Pro", &[b"AuthenticatorCategory"], "in the app, choose Backup, and give the file that it writes"),
];
const ANY: &str = "look in the app for Export, Backup or Transfer, and give the file or a picture of the QR codes";

fn recognise(content: &Content<'_>) -> bool {
    content.bytes.starts_with(MARK)
}

fn read(content: &Content<'_>, _: &mut Intake<'_>) -> Result<(), Refusal> {
    let has = |text: &&[u8]| content.bytes.windows(text.len()).any(|window| window == *text);
    let app = APPS.iter().find(|(_, marks, _)| marks.iter().all(has));
    let (message, help) = match app {
        Some((name, _, help)) => (format!("the database of {name}, which is not read"), *help),
        None => ("the database of an app (SQLite), which is not read".to_owned(), ANY),
    };
    Err(content.refuse(CANNOT_DECRYPT, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::super::{CANNOT_DECRYPT, read};

    #[test]
    fn whose_it_is_and_how_to_export() {
        for (holds, name) in [
            (
                "CREATE TABLE accounts (_id INTEGER, email TEXT, secret TEXT, provider INTEGER, issuer TEXT, original_name TEXT)",
                "Google Authenticator",
            ),
            ("CREATE TABLE accounts (oath_secret_key TEXT)", "Microsoft Authenticator"),
            ("CREATE TABLE authenticatorcategory (x)", "Stratum"),
            ("", "an app"),
        ] {
            let imported = read(format!("SQLite format 3\0{holds}").as_bytes(), "x");
            let problem = &imported.problems[0];
            assert!(
                problem.code == CANNOT_DECRYPT && problem.message.contains(name) && problem.help.is_some(),
                "{holds}"
            );
        }
    }
}
