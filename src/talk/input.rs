//! What comes back from whoever sits there, and from the face itself.

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::case::{ClockReading, Interval, ServiceClock, TypedCode};
use crate::import::Imported;
use crate::session::Tried;

/// What time it is, as well as the face knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds since 1970, put right where the clock was checked.
    pub millis: i64,
}

/// Something that was done.
pub enum Input {
    /// One of the choices, by its id.
    Choice(String),
    /// "I am not sure".
    Unsure,
    /// There is no such thing: no code, no file, no password.
    Nothing,
    /// The last thing that was done is undone, whatever it was.
    Back,
    /// An answer of the trail is to be changed: it is asked again, and the later ones stay.
    ChangeAnswer(usize),
    /// The answer to a question of the trouble at hand, asked or not.
    Answer {
        /// The question.
        question: String,
        /// The answer; `unsure` too.
        answer: String,
    },
    /// What came of a remedy of the trouble at hand, offered or not.
    Tried {
        /// The remedy.
        remedy: String,
        /// What came of it.
        result: Tried,
    },
    /// Whether it is sure who is calling.
    Verified(bool),
    /// On to another trouble.
    Jump(String),
    /// A code.
    Code(TypedCode),
    /// A set-up key or a URI, as it was typed.
    Key(Zeroizing<String>),
    /// When the refused code was typed.
    Ago(Interval),
    /// The same, in somebody's words.
    When(String),
    /// A file.
    File {
        /// What it is called.
        name: String,
        /// What it holds.
        bytes: Zeroizing<Vec<u8>>,
    },
    /// The file could not be opened.
    NoFile(NoFile),
    /// A password.
    Password(Zeroizing<String>),
    /// What came of a job; one that nobody waits for any more is passed over.
    Read {
        /// The number of the job.
        id: u64,
        /// What was in it, or why nothing could be read.
        found: Imported,
    },
    /// The key was pressed now.
    Pressed,
    /// The time has passed.
    Waited,
    /// The face's clock against a reference; no reading where that gave no answer.
    Reference {
        /// Who was asked.
        host: String,
        /// How far the clock of the face is off.
        reading: Option<ClockReading>,
    },
    /// The clock of a page of the service.
    ServiceClock {
        /// Who was asked.
        host: String,
        /// How far that clock is off, or why that cannot be told.
        clock: Result<ServiceClock, NoServiceClock>,
    },
    /// Something to be kept with the session.
    Note(String),
    /// Every secret and code at hand is wiped.
    Forget,
    /// It ends here.
    Quit,
}

/// Why a file could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFile {
    /// There is none.
    Missing,
    /// It must not be read.
    Forbidden,
    /// It is a folder.
    Folder,
    /// It is too large.
    TooLarge,
    /// Anything else.
    Failed,
}

/// Why a page of the service told no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoServiceClock {
    /// It did not answer.
    Silent,
    /// It could not show who it is.
    Untrusted,
    /// It named no time.
    NoDate,
    /// It was kept from before.
    Kept,
}

/// Why an input was not taken: what is expected, in words for whoever gave it. The conversation stands as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint(pub String);

/// A file to be read, wherever the face likes ([`readers::run`](crate::readers::run)).
pub struct Job {
    /// Its number.
    pub id: u64,
    /// What the file is called.
    pub name: String,
    /// What it holds.
    pub bytes: Rc<Zeroizing<Vec<u8>>>,
    /// Its password, where one was given.
    pub password: Option<Zeroizing<String>>,
}
