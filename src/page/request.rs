//! What a browser asks for, as JSON.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::clock::Sample;

/// What a browser asks for: a word, or a word with what belongs to it. What is not text (a file, what was read, a case) comes beside it, as bytes.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Begin, anew if there was something.
    Open(Opening),
    /// Something was done.
    Take {
        /// The device's time, in milliseconds since 1970.
        now: f64,
        /// What.
        given: Given,
    },
    /// Read a file; the bytes are those of the file.
    Read {
        /// What it is called.
        name: String,
        /// Its password.
        password: Option<Zeroizing<String>>,
    },
    /// Look for a QR code; the bytes are the brightness of each point, row by row.
    Look {
        /// Points in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Light on dark.
        inverse: bool,
    },
    /// Diagnose a case; the bytes are the case, as JSON.
    Diagnose,
}

/// How a conversation begins.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Opening {
    /// The device's time, in milliseconds since 1970.
    pub now: f64,
    /// The trouble, where the address names one.
    pub trouble: Option<String>,
    /// For an agent with a caller.
    pub agent: bool,
    /// An id of the services.
    pub service: Option<String>,
    /// The page's host, and what it said of the time.
    pub host: String,
    /// What it said.
    pub samples: Vec<Sample>,
    /// Shown within another page, so that nothing secret is asked for.
    pub framed: bool,
}

/// What was done.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// One of the choices.
    Choice {
        /// Its id; empty where none was picked.
        #[serde(default)]
        id: String,
    },
    /// There is no such thing.
    Nothing,
    /// One step back.
    Back,
    /// An answer is to be changed.
    Change {
        /// Its number.
        number: usize,
    },
    /// A code.
    Code {
        /// As it was typed.
        text: Zeroizing<String>,
    },
    /// A set-up key.
    Key {
        /// As it was typed.
        text: Zeroizing<String>,
    },
    /// How long ago.
    When {
        /// In somebody's words.
        text: String,
    },
    /// A file; its bytes come beside this.
    File {
        /// What it is called.
        name: String,
    },
    /// A file could not be opened, or is too large.
    NoFile {
        /// The latter.
        #[serde(default)]
        large: bool,
    },
    /// A password.
    Password {
        /// As it was typed.
        text: Zeroizing<String>,
    },
    /// What was read; its bytes come beside this. None where the reader gave up.
    Read {
        /// The number of the job.
        id: u64,
    },
    /// The code changed now.
    Pressed,
    /// The time has passed.
    Waited,
    /// A note of an agent.
    Note {
        /// In the agent's words.
        text: String,
    },
}
