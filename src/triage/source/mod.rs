//! Refused codes out of the logs that services write.
//!
//! The one idea: a line is read by itself, as far as it tells anything ([`Source::said`]), and what stands in the lines before and
//! after it is joined to it in their order ([`Joined`]). A refused password is no refused code. It must not quote a line, and
//! keeps nothing of one but names, times and what was refused.

mod fields;
mod pam;
mod servers;
mod table;
mod time;

use std::collections::BTreeMap;

use super::Refusal;

pub use time::Stamp;

/// A kind of log.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// What it is called: `pam`.
    pub id: &'static str,
    /// What writes it.
    pub name: &'static str,
    read: fn(&str, Stamp) -> Result<Said, &'static str>,
}

/// Every kind of log.
pub const SOURCES: [Source; 7] = [
    Source { id: "authelia", name: "Authelia, as text or JSON", read: servers::authelia },
    Source { id: "freeipa", name: "FreeIPA: krb5kdc.log", read: pam::freeipa },
    Source { id: "json", name: "JSON events of any service, with the usual names of fields", read: servers::json },
    Source { id: "keycloak", name: "Keycloak: events in the server's log or as JSON", read: servers::keycloak },
    Source { id: "openvpn-otp", name: "OpenVPN with openvpn-otp", read: pam::openvpn },
    Source { id: "pam", name: "syslog: pam_google_authenticator, pam_unix, sshd", read: pam::pam },
    Source { id: "privacyidea", name: "privacyIDEA: the audit log as CSV", read: table::privacyidea },
];

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A code was refused.
    Refused(Box<Refusal>),
    /// A password was.
    Password,
    /// Somebody signed in.
    Accepted,
    /// What the next refusal of the same process is one of.
    Next {
        /// Node and process.
        process: String,
        /// What is refused.
        what: What,
    },
    /// Where the last refusal of somebody came from.
    From {
        /// The node, if it is told.
        node: Option<String>,
        /// Who.
        person: String,
        /// From where.
        network: String,
    },
    /// Nothing of a login.
    Other,
}

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A password.
    Password,
    /// A code, with the cause if that is told.
    Code(Option<&'static str>),
}

impl Source {
    /// The kind of that name.
    pub fn named(id: &str) -> Option<Self> {
        SOURCES.into_iter().find(|source| source.id == id)
    }

    /// What a line says.
    ///
    /// # Errors
    /// It tells of a login, and its time cannot be read; in our own words.
    pub fn said(&self, line: &str, stamp: Stamp) -> Result<Said, &'static str> {
        (self.read)(line, stamp)
    }
}

/// How long the line that says from where a refusal came may be behind it, in lines.
const LATE: usize = 64;

/// What lines come to, one after the other.
#[derive(Debug, Default)]
pub struct Joined {
    next: BTreeMap<String, What>,
    /// Refusals that a later line may say more of.
    open: Vec<Refusal>,
    /// Refused passwords.
    pub passwords: usize,
    /// Logins that were accepted.
    pub accepted: usize,
    /// Lines that say nothing of a login.
    pub others: usize,
}

impl Joined {
    /// Takes what a line says, and gives the refusals of which all is known. `process` is that of the line, if it tells one.
    pub fn take(&mut self, said: Said) -> Option<Refusal> {
        match said {
            Said::Refused(refusal) => {
                let mut refusal = *refusal;
                // A process is named in front of the service until it is looked up.
                let process = refusal.service.take();
                match process.and_then(|process| self.next.remove(&process)) {
                    Some(What::Password) => self.passwords += 1,
                    Some(What::Code(cause)) => {
                        refusal.cause = cause.map(str::to_owned);
                        self.open.push(refusal);
                    }
                    None => self.open.push(refusal),
                }
            }
            Said::Password => self.passwords += 1,
            Said::Accepted => self.accepted += 1,
            Said::Other => self.others += 1,
            Said::Next { process, what } => {
                if self.next.len() > LATE {
                    self.next.pop_first();
                }
                self.next.insert(process, what);
            }
            Said::From { node, person, network } => {
                let theirs = |one: &&mut Refusal| {
                    one.network.is_none() && one.node == node && one.person.as_ref() == Some(&person)
                };
                if let Some(refusal) = self.open.iter_mut().rev().find(theirs) {
                    refusal.network = Some(network);
                }
            }
        }
        (self.open.len() > LATE).then(|| self.open.remove(0))
    }

    /// The refusals that are left at the end.
    pub fn rest(&mut self) -> Vec<Refusal> {
        std::mem::take(&mut self.open)
    }
}
