//! Shows what a conversation says, and hands back what is done. It composes no sentence and chooses no step.

use std::io::ErrorKind;

use zeroize::Zeroizing;

use super::keeping::Keeping;
use super::path;
use super::ui::{Given, Halt, LetterB, Pick, Ui};
use crate::case::TypedCode;
use crate::cli::clock::{Clock, ServicePage};
use crate::cli::screen::Screen;
use crate::cli::shell;
use crate::host::{self, FileError, PageError, ReferenceError};
use crate::readers;
use crate::report;
use crate::session::Ending;
use crate::speech::{self, Speech, foreign};
use crate::talk::{Beside, Block, Choose, Complaint, Input, NoFile, NoServiceClock, Prompt, Talk};

/// Who is asked for the time, with consent, where --ntp names nobody else.
pub(super) const TIME_SERVER: &str = "pool.ntp.org";

/// A conversation with a face.
pub(super) struct Conduct<'a, 'u> {
    pub(super) talk: Talk<'a>,
    pub(super) ui: &'u mut dyn Ui,
    pub(super) screen: Screen,
    pub(super) clock: Clock,
    /// Whether the opening was shown.
    pub(super) opened: bool,
    /// Told what has happened, so that nothing is lost.
    pub(super) keeping: Keeping,
}

impl Conduct<'_, '_> {
    /// Goes on until it ends, or until whoever sits there stops.
    pub(super) fn go(&mut self) -> Result<Ending, Halt> {
        self.talk.begin(self.clock.now());
        loop {
            self.keep()?;
            self.show()?;
            let prompt = self.talk.prompt();
            if let Prompt::Done(ending) = prompt {
                return Ok(ending);
            }
            loop {
                let input = self.input(&prompt)?;
                match self.talk.take(input, self.clock.now()) {
                    Ok(()) => break,
                    Err(Complaint(text)) => self.say(&text)?,
                }
            }
        }
    }

    /// It ends here, as whoever sits there wants it.
    pub(super) fn quit(&mut self) -> Result<(), Halt> {
        // It can always be ended.
        let _ = self.talk.take(Input::Quit, self.clock.now());
        self.keep()
    }

    /// Writes down what has happened. Where that fails, it is told, and the session goes on.
    fn keep(&mut self) -> Result<(), Halt> {
        let told = self.keeping.step(self.talk.transcript(), self.talk.session().knowledge());
        told.map_or(Ok(()), |text| self.say(&text))
    }

    /// What is said now.
    pub(super) fn show(&mut self) -> Result<(), Halt> {
        let knowledge = self.talk.session().knowledge();
        let time = self.clock.shown(Speech::of(knowledge));
        // What comes before everything else still stands on the screen when somebody goes back.
        let opening = |block: &&Block| self.opened && matches!(block, Block::Opening { .. } | Block::Title(_));
        let said: Vec<Block> = self.talk.said().iter().filter(|block| !opening(block)).cloned().collect();
        self.opened = true;
        let text = report::screen(&said, knowledge, self.talk.words(), &time, self.screen.look);
        if text.is_empty() { Ok(()) } else { self.ui.say(text.strip_suffix('\n').unwrap_or(&text)) }
    }

    pub(super) fn say(&mut self, text: &str) -> Result<(), Halt> {
        self.ui.say(&textwrap::fill(text, self.screen.look.width))
    }

    /// A sentence with a `{command}` in it, which is not broken into lines: it is there to be copied.
    fn say_command(&mut self, sentence: &str, command: &str) -> Result<(), Halt> {
        let width = self.screen.look.width;
        let room = "\u{e000}".repeat(command.chars().count().clamp(1, width));
        let text = textwrap::fill(&sentence.replace("{command}", &room), width);
        self.ui.say(&text.replace(&room, command))
    }

    /// How to go on another time, where there is something to go on from.
    pub(super) fn say_how_to_resume(&mut self, sentence: &str) -> Result<(), Halt> {
        match self.keeping.complete() {
            Some(path) => self.say_command(sentence, &format!("otp-doctor --resume {}", shell::argument(path))),
            None => Ok(()),
        }
    }

    pub(super) fn phrase(&self, id: &str) -> String {
        speech::phrase(self.talk.session().knowledge(), id, self.talk.words())
    }

    /// What is done at a prompt.
    fn input(&mut self, prompt: &Prompt) -> Result<Input, Halt> {
        Ok(match prompt {
            Prompt::Choose(choose) => self.choice(choose)?,
            Prompt::Code(says) => {
                let code = self.ui.hidden(says, LetterB::GoesBack)?;
                done(code, |code| Input::Code(TypedCode::new((*code).clone())))
            }
            Prompt::Key(says) => done(self.ui.hidden(says, LetterB::GoesBack)?, Input::Key),
            Prompt::Password(says) => done(self.ui.hidden(says, LetterB::Counts)?, Input::Password),
            Prompt::HowLongAgo(says) => match self.ui.line(says, LetterB::GoesBack)? {
                Given::Back => Input::Back,
                Given::This(text) => Input::When(text),
                Given::Nothing => Input::When(String::new()),
            },
            Prompt::File(says) => done(self.ui.line(says, LetterB::Counts)?, |path| file(&path)),
            Prompt::Working { .. } => self.talk.job().map_or(Input::Nothing, |job| readers::run(&job)),
            Prompt::Press { says, .. } => done(self.ui.enter(says)?, |()| Input::Pressed),
            Prompt::Reference => self.check(TIME_SERVER)?,
            Prompt::Wait { says, until } => {
                let left = (until - self.clock.now().millis.div_euclid(1_000)).max(0).unsigned_abs();
                if left > 0 && self.ui.is_live() {
                    self.say(&self.phrase("wait-idle"))?;
                }
                done(self.ui.wait(left, says)?, |()| Input::Waited)
            }
            Prompt::Done(_) => Input::Quit,
        })
    }

    fn choice(&mut self, choose: &Choose) -> Result<Input, Halt> {
        loop {
            return Ok(match self.ui.choose(choose)? {
                Pick::Choice(id) => Input::Choice(id),
                Pick::Beside(Beside::Unsure) => Input::Unsure,
                Pick::Beside(Beside::Back) => Input::Back,
                Pick::Beside(Beside::Note) => match self.ui.line(&self.phrase("ask-note"), LetterB::Counts)? {
                    Given::This(text) => Input::Note(text),
                    Given::Nothing | Given::Back => continue,
                },
                Pick::Beside(Beside::Quit) => return Err(Halt::Stopped),
                Pick::Beside(Beside::Why) => {
                    self.say(choose.why.as_deref().unwrap_or_default())?;
                    continue;
                }
            });
        }
    }

    /// Has this computer's clock checked; from then on the right time counts.
    fn check(&mut self, server: &str) -> Result<Input, Halt> {
        let checked = Clock::checked_by(server);
        let host = foreign::given(server);
        if let Err(ReferenceError::FarOff { ahead_seconds, .. }) = &checked {
            let speech = Speech::of(self.talk.session().knowledge());
            let text = speech.say("clock-far-off", &[("host", &host), ("offset", &speech.offset(*ahead_seconds))]);
            self.say(&text)?;
        }
        let checked = checked.ok();
        self.clock = checked.unwrap_or(self.clock);
        Ok(Input::Reference { host, reading: checked.and_then(Clock::reading) })
    }

    /// Hands in what a clock says before anything is asked.
    pub(super) fn read_clocks(&mut self, server: Option<&str>, page: Option<&ServicePage>) -> Result<(), Halt> {
        if let Some(server) = server {
            let input = self.check(server)?;
            let _ = self.talk.take(input, self.clock.now());
        }
        if let Some(page) = page {
            let clock = self.clock.of_page(page).map_err(|error| match error {
                PageError::Silent { .. } => NoServiceClock::Silent,
                PageError::Untrusted { .. } => NoServiceClock::Untrusted,
                PageError::NoDate { .. } => NoServiceClock::NoDate,
                PageError::Kept { .. } => NoServiceClock::Kept,
            });
            let _ = self.talk.take(Input::ServiceClock { host: page.place(), clock }, self.clock.now());
        }
        Ok(())
    }
}

/// What was done at a prompt.
fn done<T>(given: Given<T>, input: impl FnOnce(T) -> Input) -> Input {
    match given {
        Given::This(this) => input(this),
        Given::Nothing => Input::Nothing,
        Given::Back => Input::Back,
    }
}

fn file(path: &str) -> Input {
    let path = path::meant(path);
    match host::read_file(&path) {
        Ok(bytes) => Input::File { name: host::shown(&path), bytes: Zeroizing::new(bytes.to_vec()) },
        Err(error) => Input::NoFile(no_file(&error)),
    }
}

/// Why a file could not be opened.
fn no_file(error: &FileError) -> NoFile {
    match error {
        FileError::Io { reason, .. } => match reason.kind() {
            ErrorKind::NotFound => NoFile::Missing,
            ErrorKind::PermissionDenied => NoFile::Forbidden,
            ErrorKind::IsADirectory => NoFile::Folder,
            _ => NoFile::Failed,
        },
        FileError::TooLarge { .. } => NoFile::TooLarge,
        _ => NoFile::Failed,
    }
}
