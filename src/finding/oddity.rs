//! What stands out about entries before any code is typed.
//!
//! The one idea: an oddity is a fact about entries side by side, not a cause; it tells where a refused code may come
//! from. It must not name an entry or a secret, only places in the list.

/// Something that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// What it is.
    pub odd: Odd,
    /// The entries that it is about, by their places in the list from 0, ascending; never empty.
    pub entries: Vec<usize>,
}

/// The kinds of what stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Odd {
    /// Several secrets of one account, of which a service takes one at most.
    SameAccount {
        /// The one that was made last.
        newest: Newest,
        /// Whether the app keeps only one entry of that name.
        one_is_kept: bool,
    },
    /// The same entry more than once.
    SameEntry,
    /// One secret under names of different accounts.
    SameSecret,
    /// One secret with different parameters, so that the codes differ.
    SameSecretDiffers {
        /// Which: `type`, `algorithm`, `digits`, `period`.
        parameters: Vec<&'static str>,
    },
    /// One secret whose counters are apart.
    CountersApart {
        /// The largest less the smallest counter, at least 1.
        by: u64,
    },
    /// An app that is known to compute with another value of a parameter.
    AppIgnores {
        /// `algorithm`, `digits` or `period`.
        parameter: &'static str,
        /// The day (`2024-01-01`) up to which its versions do so; `None`: all that are known.
        until: Option<String>,
    },
}

/// Which of several entries was made last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newest {
    /// Nothing tells.
    Unknown,
    /// By the days that the file knows: its place in the list.
    Dated(usize),
    /// By the place where the app puts new entries.
    Placed(usize),
}

impl Odd {
    /// As it is called in JSON.
    pub fn id(&self) -> &'static str {
        match self {
            Self::SameAccount { .. } => "same-account",
            Self::SameEntry => "same-entry",
            Self::SameSecret => "same-secret",
            Self::SameSecretDiffers { .. } => "same-secret-differs",
            Self::CountersApart { .. } => "counters-apart",
            Self::AppIgnores { .. } => "app-ignores",
        }
    }
}
