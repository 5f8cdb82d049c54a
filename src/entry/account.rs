//! Which account an entry is of.
//!
//! The one idea: issuer and account name it, blanks and case aside, since apps change both. It must not guess that two
//! different names are the same account.

use super::Entry;

/// The names of an account as they are compared; either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    issuer: String,
    account: String,
}

impl Account {
    /// The account that an entry is of.
    pub fn of(entry: &Entry) -> Self {
        let plain = |text: &str| text.trim().to_lowercase();
        Self { issuer: plain(&entry.issuer), account: plain(&entry.account) }
    }

    /// Whether both may be the same account: an issuer left out agrees with any.
    pub fn agrees(&self, other: &Self) -> bool {
        let issuers = self.issuer.is_empty() || other.issuer.is_empty() || self.issuer == other.issuer;
        issuers && self.account == other.account
    }

    /// Whether it has a name at all.
    pub fn is_named(&self) -> bool {
        !self.issuer.is_empty() || !self.account.is_empty()
    }

    /// Whether it has both names, so that another account hardly has the same.
    pub fn is_whole(&self) -> bool {
        !self.issuer.is_empty() && !self.account.is_empty()
    }
}
