//! The parts of an entry that stand below each other, each behind its name.
//!
//! The one idea: a secret makes a record an entry, and the names around it are its names, until one comes again. It must not
//! take anything for a secret that no label vouches for.

use zeroize::Zeroizing;

use super::super::LINE_WITHOUT_ENTRY;
use super::super::intake::Intake;
use super::super::names;
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{self, Deviation, Fields, Material};

/// An entry so far.
#[derive(Default)]
pub(super) struct Record<'a> {
    secret: Option<(Zeroizing<String>, Place)>,
    parts: Vec<(&'static str, &'a str)>,
}

impl<'a> Record<'a> {
    /// Takes a secret; another one before it was of another entry.
    pub(super) fn secret(&mut self, secret: Zeroizing<String>, place: Place, intake: &mut Intake<'_>) {
        if self.secret.is_some() {
            std::mem::take(self).take(intake);
        }
        self.secret = Some((secret, place));
    }

    /// Takes another part; the same part before it was of another entry.
    pub(super) fn part(&mut self, name: &'static str, value: &'a str, intake: &mut Intake<'_>) {
        if self.has(name) {
            std::mem::take(self).take(intake);
        }
        self.parts.push((name, value));
    }

    fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(known, _)| *known == name)
    }

    /// Takes the entry in, if there was a secret.
    pub(super) fn take(self, intake: &mut Intake<'_>) {
        let Some((secret, place)) = &self.secret else { return };
        let get = |name: &str| self.parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        match names::fields(get, |name| self.has(name)) {
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
