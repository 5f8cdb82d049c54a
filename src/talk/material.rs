//! What a person may have at hand to compare codes with: a picture of the QR code, a key, a file.

use std::rc::Rc;

use chrono::{DateTime, Datelike};
use zeroize::Zeroizing;

use super::take::Taken;
use super::{Block, Complaint, Locked, MATERIAL, NoFile, Stage, Talk};
use crate::diagnostic::Severity;
use crate::engine::entries;
use crate::entry::EntryError;
use crate::finding::{Newest, Odd};
use crate::import::{self, Imported};
use crate::knowledge::{App, Service};
use crate::probe::{self, side_by_side};
use crate::speech::foreign;

/// Accounts with several entries that are told of, at most.
const MOST_TOLD: usize = 3;
/// Characters of the shortest key that services give out: 80 bits.
const SHORTEST_KEY: usize = 16;
/// How often a password is asked for.
const TRIES: usize = 3;

impl Talk<'_> {
    /// Whether it is still to be asked for something to read: once, with consent, and where it can tell anything.
    pub(super) fn is_material_open(&self) -> bool {
        let can = self.means.live && self.means.material && !self.is_agent();
        can && self.weighs_clocks() && self.answer(MATERIAL).is_none()
    }

    /// They have this to read.
    pub(super) fn has(&mut self, kind: &str) {
        if kind == "picture" {
            self.agenda.push(Stage::DeletePicture);
        }
        match kind {
            "nothing" => {}
            "key" => self.agenda.push(Stage::Key),
            _ => self.agenda.push(Stage::File),
        }
    }

    pub(super) fn key(&mut self, text: &str) -> Taken {
        if self.agenda.last() != Some(&Stage::Key) {
            return Err(self.complaint("not-understood"));
        }
        if let Some(reason) = no_whole_key(text) {
            return Err(Complaint(self.phrase_with("not-a-key", &[("reason", &self.phrase(reason))])));
        }
        match crate::entry::read(text) {
            Ok(read) => {
                self.agenda.pop();
                self.hold(Imported::typed(read));
                Ok(())
            }
            Err(error) => Err(Complaint(self.phrase_with("not-a-key", &[("reason", &self.phrase(no_key(error)))]))),
        }
    }

    pub(super) fn file(&mut self, name: String, bytes: Zeroizing<Vec<u8>>) -> Taken {
        if self.agenda.last() != Some(&Stage::File) {
            return Err(self.complaint("not-understood"));
        }
        self.read_later(name, Rc::new(bytes), None, 0);
        Ok(())
    }

    pub(super) fn password(&mut self, password: Zeroizing<String>) -> Taken {
        let locked = self.hand.locked.last();
        let (Some(Stage::Password { .. }), Some(locked)) = (self.agenda.last(), locked) else {
            return Err(self.complaint("not-understood"));
        };
        let (name, bytes, tries) = (locked.name.clone(), Rc::clone(&locked.bytes), locked.tries + 1);
        self.agenda.pop();
        self.read_later(name, bytes, Some(password), tries);
        Ok(())
    }

    fn read_later(
        &mut self,
        name: String,
        bytes: Rc<Zeroizing<Vec<u8>>>,
        password: Option<Zeroizing<String>>,
        tries: usize,
    ) {
        self.hand.jobs += 1;
        let id = self.hand.jobs;
        self.hand.locked.push(Locked { id, name, bytes, password, tries });
        self.agenda.push(Stage::Working(id));
    }

    /// What came of the file; of an export in several parts, the others are asked for.
    pub(super) fn read(&mut self, found: Imported) {
        self.agenda.pop();
        let has = |code: &str| found.problems.iter().any(|problem| problem.code == code);
        let tries = self.hand.locked.last().map_or(0, |locked| locked.tries);
        if tries < TRIES && (has(import::PASSWORD_NEEDED) || has(import::WRONG_PASSWORD)) {
            self.agenda.push(Stage::Password { again: tries > 0 });
            return;
        }
        for problem in found.problems.iter().filter(|problem| problem.severity == Severity::Error) {
            self.unread(no_entry(problem.code));
        }
        if found.entries.is_empty() {
            return;
        }
        self.hand.files.push(found);
        let all = import::joined(self.hand.files.clone());
        if !all.problems.iter().any(|problem| problem.code == import::MISSING_BATCH) {
            self.agenda.pop();
            self.all_files();
        }
    }

    /// Nothing more comes: what all the files hold counts.
    pub(super) fn all_files(&mut self) {
        let all = import::joined(self.hand.files.clone());
        self.hold(all);
    }

    /// Takes what there is, and goes on to the codes.
    fn hold(&mut self, imported: Imported) {
        if imported.entries.is_empty() {
            if self.agenda.last() == Some(&Stage::DeletePicture) {
                self.agenda.pop();
            }
            return;
        }
        let of_app = self.answer(MATERIAL) == Some("entries");
        if of_app || imported.exported || imported.entries.len() > 1 {
            self.several(&imported);
            let app = imported.app;
            self.hand.case.entries = entries::known(imported);
            // Whose export it is need not be asked.
            if let (Some(app), None) = (app, self.answer(App::ASKED)) {
                self.aside(App::ASKED, app);
            }
        } else if let Some(one) = imported.entries.into_iter().next() {
            let issuer = foreign::plain(&one.entry.issuer);
            self.hand.case.expected = Some(one.entry);
            if !issuer.is_empty() && self.service.id == Service::GENERIC {
                self.words.insert("service".to_owned(), issuer);
            }
        }
        self.agenda.push(Stage::RefusedCode);
    }

    /// Accounts of which the app holds several entries, since only the newest of them counts; the first few.
    fn several(&mut self, imported: &Imported) {
        let app = imported.app.and_then(|app| self.knowledge().apps.get(app));
        // Of which app an export is need not be known: it is one's.
        let facts = probe::App { is_of_an_app: imported.exported, ..app.map(entries::facts).unwrap_or_default() };
        let several =
            side_by_side(&entries::held(imported), &facts).into_iter().filter_map(|oddity| match oddity.odd {
                Odd::SameAccount { newest, .. } => Some((oddity.entries, newest)),
                _ => None,
            });
        for (places, newest) in several.take(MOST_TOLD) {
            let entry = &imported.entries[places[0]].entry;
            let names = [&entry.issuer, &entry.account].map(|name| foreign::plain(name));
            let account = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
            let number = places.len().to_string();
            let text = self.phrase_with("app-holds-several", &[("number", &number), ("account", &account)]);
            let which = match newest {
                Newest::Dated(place) => self.made_on(imported.entries[place].created),
                Newest::Placed(_) => Some(self.phrase("newest-is-last")),
                Newest::Unknown => None,
            };
            let text = [text].into_iter().chain(which).collect::<Vec<_>>().join(" ");
            self.said.push(Block::Paragraph(text));
        }
    }

    fn made_on(&self, created: Option<i64>) -> Option<String> {
        let made = DateTime::from_timestamp(created?, 0)?;
        let date = self.speech().date(made.day(), made.month(), made.year());
        Some(self.phrase_with("newest-is-of", &[("date", &date)]))
    }

    pub(super) fn unread(&mut self, reason: &str) {
        let text = self.phrase_with("file-unread", &[("reason", &self.phrase(reason))]);
        self.said.push(Block::Paragraph(text));
    }

    pub(super) fn no_file(&self, reason: NoFile) -> Complaint {
        let reason = self.phrase(match reason {
            NoFile::Missing => "file-missing",
            NoFile::Forbidden => "file-forbidden",
            NoFile::Folder => "file-is-folder",
            NoFile::TooLarge => "file-too-large",
            NoFile::Failed => "file-failed",
        });
        Complaint(self.phrase_with("file-unread", &[("reason", &reason)]))
    }
}

/// Why a text by itself can be no whole key, though it could be read as one: the id of a phrase.
fn no_whole_key(text: &str) -> Option<&'static str> {
    let bare = text.chars().filter(|one| !one.is_whitespace() && *one != '-');
    let (length, digits) = bare.fold((0, true), |(length, digits), one| (length + 1, digits && one.is_ascii_digit()));
    if length == 0 || length >= SHORTEST_KEY || text.contains(':') {
        return None;
    }
    Some(if digits { "key-is-code" } else { "key-too-short" })
}

/// Why a text is no key: the id of a phrase.
fn no_key(error: EntryError) -> &'static str {
    match error {
        EntryError::Empty | EntryError::NoSecret => "key-empty",
        EntryError::TooLong => "key-too-long",
        EntryError::WebLink => "key-web-link",
        EntryError::Migration => "key-migration",
        EntryError::NotAnEntry | EntryError::SecretNotBase32 { .. } => "key-characters",
        _ => "key-unknown",
    }
}

/// Why there is no entry in a file, by the code of the problem.
fn no_entry(code: &str) -> &'static str {
    match code {
        import::UNREADABLE_PICTURE => "file-picture",
        import::PICTURE_OF_ANOTHER_KIND => "file-picture-kind",
        import::NO_QR_CODE => "file-no-qr-code",
        import::QR_CODE_WITHOUT_ENTRY => "file-qr-code-without-entry",
        import::NOT_UTF8 => "file-not-text",
        import::TOO_LARGE | import::TOO_MANY => "file-too-large",
        import::BROKEN_FILE => "file-broken",
        import::PASSWORD_NEEDED | import::WRONG_PASSWORD => "file-password",
        import::TOO_COSTLY | import::CANNOT_DECRYPT => "file-encrypted",
        _ => "file-no-entry",
    }
}
