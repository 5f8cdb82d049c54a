//! What a conversation shows and asks for, as values.

use std::fmt;

use crate::knowledge::{Contact, SectionRef};
use crate::session::{Ending, Standing};

/// What is to be shown now, and what is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct View<'t> {
    /// What is said, in order: what came of the last input, then what leads to the prompt.
    pub said: &'t [Block],
    /// What is asked for.
    pub prompt: Prompt,
    /// What was said and done so far.
    pub trail: Vec<Answered>,
    /// What all this amounts to; `None` while no trouble was named.
    pub standing: Option<&'t Standing<'t>>,
}

/// Something that is said, in the words of the service and in the language of the knowledge. Text is plain: a face wraps or
/// escapes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// What comes before everything else: what not to do, and what is never asked for.
    Opening {
        /// Its heading.
        title: String,
        /// Rules, each in a sentence.
        rules: Vec<String>,
        /// Sentences behind the rules.
        promises: Vec<String>,
    },
    /// The title of a script.
    Title(String),
    /// A line that stands out.
    Heading(String),
    /// A sentence or two.
    Paragraph(String),
    /// A sentence with which something new begins.
    Turn(String),
    /// What was found.
    Finding(String),
    /// A section of an article: a remedy with its steps.
    Section(Told),
    /// Whom to turn to.
    Contact(Contact),
    /// A text in a script, with whose voice it is.
    Voiced(Voice, String),
    /// A remedy beside the margin of a script.
    SectionBeside(Told),
    /// Whom the caller turns to, in the agent's voice.
    ContactBeside(Contact),
    /// The right time, to compare a clock with, as the face has it when it is shown; in a script with whose voice it is.
    ReferenceTime(Option<Voice>),
    /// Sentences to copy and hand on, a line each, with what to do with them.
    ToCopy {
        /// Says so.
        says: String,
        /// The sentences.
        lines: Vec<String>,
    },
    /// A support code, with what to do with it.
    SupportCode {
        /// Says so.
        says: String,
        /// In groups, to be read out.
        code: String,
    },
}

/// A section as somebody is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The general section.
    pub section: SectionRef,
    /// The app whose own section takes its place, if it has one.
    pub app: Option<String>,
}

/// Whom a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Said aloud, word for word.
    Say,
    /// A question that the agent puts in their own words.
    Ask,
    /// Done by the agent.
    Do,
    /// For the agent alone.
    Note,
}

impl Voice {
    /// All of them, in the order of a step.
    pub const ALL: [Self; 4] = [Self::Say, Self::Ask, Self::Do, Self::Note];

    /// The phrase that says whose words they are.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Say => "script-say",
            Self::Ask => "script-ask",
            Self::Do => "script-do",
            Self::Note => "script-note",
        }
    }
}

/// What is asked for. Everything but [`Prompt::Done`] takes [`Input::Back`](super::Input::Back).
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// One of a few answers.
    Choose(Choose),
    /// A code, which must not be seen as it is typed.
    Code(String),
    /// A set-up key, which must not be seen either.
    Key(String),
    /// How long ago a code was refused.
    HowLongAgo(String),
    /// A picture, an export or a backup.
    File(String),
    /// The password of the file that was given.
    Password(String),
    /// A file is being read: the face runs [`Talk::job`](super::Talk::job) and hands in what came of it.
    Working {
        /// The number of the job.
        id: u64,
    },
    /// A key pressed at the moment when the code changes; an answer to the question does as well.
    Press {
        /// What to do.
        says: String,
        /// The question that is measured, for who cannot press a key.
        question: Choose,
    },
    /// The face has its clock checked by the reference that it named, and hands in what came of it.
    Reference,
    /// Time has to pass; the text has `{seconds}` in it.
    Wait {
        /// What to show.
        says: String,
        /// Seconds since 1970.
        until: i64,
    },
    /// It is over.
    Done(Ending),
}

/// A choice among few.
#[derive(Debug, Clone, PartialEq)]
pub struct Choose {
    /// What it is about.
    pub about: About,
    /// The question.
    pub ask: String,
    /// Ids and labels.
    pub choices: Vec<(String, String)>,
    /// What can be said beside the choices, with its label.
    pub beside: Vec<(Beside, String)>,
    /// Why it is asked, for [`Beside::Why`].
    pub why: Option<String>,
    /// It is asked only while time passes.
    pub meanwhile: bool,
}

/// What a choice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The trouble.
    Symptom,
    /// A question of the symptom at hand.
    Question(String),
    /// What came of a remedy: `helped`, `failed` or `later`.
    Remedy(String),
    /// Whether it is sure who is calling.
    Identity,
    /// Which app shows the codes.
    App,
    /// Whether the face may have its clock checked.
    Consent,
    /// Whether the app runs where the clock was checked.
    AppHere,
    /// What there is to read, if anything.
    Material,
}

/// What can be said to any choice that offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// "I am not sure".
    Unsure,
    /// "Why do you ask?": the face shows [`Choose::why`].
    Why,
    /// "Add a note", for an agent: the face asks for it and hands in [`Input::Note`](super::Input::Note).
    Note,
    /// "Go back".
    Back,
    /// "Stop here".
    Quit,
}

/// Something that was said or done, for the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Its number, for [`Input::ChangeAnswer`](super::Input::ChangeAnswer); `None` for what cannot be changed.
    pub number: Option<usize>,
    /// What was asked or told.
    pub asked: String,
    /// What was said to it.
    pub said: String,
}

impl fmt::Display for About {
    /// As answers in a file name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symptom => "symptom",
            Self::Question(id) | Self::Remedy(id) => id,
            Self::Identity => "verify-identity",
            Self::App => crate::knowledge::App::ASKED,
            Self::Consent => "consent-clock",
            Self::AppHere => super::APP_HERE,
            Self::Material => super::MATERIAL,
        })
    }
}

impl Prompt {
    /// The choice that it is, or has.
    pub fn choose(&self) -> Option<&Choose> {
        match self {
            Self::Choose(choose) | Self::Press { question: choose, .. } => Some(choose),
            _ => None,
        }
    }
}
