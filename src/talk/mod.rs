//! The one conversation: what to show, what to ask for, and what to do with what comes back.
//!
//! The one idea: it is a value. [`Talk::view`] is a function of its state, [`Talk::take`] changes it, and time is an
//! argument, so that a terminal, a page and a simulated person all hold the same talk. Secrets and codes live here for as
//! long as it does, and nowhere else. It reads no file, no picture and no clock: it asks for them. Which step comes next
//! is for [`session::standing`](crate::session::standing) to say.

mod back;
mod choices;
mod clocks;
mod codes;
mod input;
mod material;
mod recap;
mod steps;
mod story;
mod take;
mod trail;
mod view;

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::case::{Case, ClockReading, TypedCode};
use crate::entry::Kind;
use crate::import::Imported;
use crate::knowledge::{Knowledge, MeasuredBy, Remedy, Service};
use crate::session::{Ending, Event, Mode, Session, Transcript, Why};
use crate::speech::{self, Speech, Words};

pub use crate::session::{APP_HERE, MATERIAL};
pub use input::{Complaint, Input, Job, NoFile, NoServiceClock, Now};
pub use recap::found;
pub use story::{Happened, story};
pub use view::{About, Answered, Beside, Block, Choose, Prompt, Told, View, Voice};

/// What a face can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a means of its own")]
pub struct Means {
    /// Somebody sits there who can look at a phone and press a key.
    pub live: bool,
    /// It can take files, keys and codes.
    pub material: bool,
    /// It asks for the app where the steps differ from app to app.
    pub apps: bool,
    /// Who can check its clock, if anybody.
    pub reference: Option<String>,
    /// What happens is kept with its time.
    pub times: bool,
}

/// A conversation.
pub struct Talk<'k> {
    session: Session<'k>,
    means: Means,
    /// The service whose rules and contacts count.
    service: Service,
    /// What the service calls things.
    words: Words,
    /// What has to be dealt with before the session's next step, the most urgent last.
    agenda: Vec<Stage>,
    said: Vec<Block>,
    /// Whether it was said what a script has to say at this step.
    cued: bool,
    /// The steps of the script that were said or done, by id.
    played: Vec<String>,
    ended: Option<Ending>,
    past: Vec<back::Mark>,
    hand: Hand,
    clock: FaceClock,
    begun: bool,
}

/// What is dealt with beside the steps of the session.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Consent,
    Reference,
    AppHere,
    App,
    Material,
    Key,
    File,
    Password { again: bool },
    Working(u64),
    RefusedCode,
    HowLongAgo,
    EntriesShown,
    CodeOfEntry(usize),
    FurtherCode { asked: bool },
    Meanwhile(String, Why),
    Wait(i64),
    CurrentCode,
    DeletePicture,
    Again(Changed),
}

/// What is asked again since it is to be changed.
#[derive(Debug, Clone, PartialEq)]
enum Changed {
    Question(String),
    Remedy(String),
}

/// What is at hand: secrets and codes. It is wiped with the conversation, and cannot be printed.
#[derive(Default)]
struct Hand {
    case: Case,
    /// The refused code, until it is known when that was.
    refused: Option<TypedCode>,
    /// What the files hold that were given so far.
    files: Vec<Imported>,
    /// Files that are read, or wait for their password.
    locked: Vec<Locked>,
    jobs: u64,
    /// When the key was pressed, in milliseconds since 1970.
    presses: Vec<i64>,
    /// Which of the entries shown is the service's own, by its name in the case.
    entry_found: Option<String>,
}

struct Locked {
    id: u64,
    name: String,
    bytes: Rc<Zeroizing<Vec<u8>>>,
    password: Option<Zeroizing<String>>,
    tries: usize,
}

/// What is known of the face's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct FaceClock {
    /// It was checked, or was not to be.
    asked: bool,
    reading: Option<ClockReading>,
}

impl<'k> Talk<'k> {
    /// A conversation that goes on where the session stands. It begins with [`Self::begin`]; until then the clocks that a
    /// face has read already can be handed in.
    pub fn new(mut session: Session<'k>, means: Means) -> Self {
        let knowledge = session.knowledge();
        let is_new = session.transcript().events.is_empty();
        if session.mode() == Mode::Person && is_new {
            // Only somebody with a phone in the other hand can press a key as its code changes.
            session.note(MeasuredBy::Rhythm, means.live);
        }
        let service = session.service().unwrap_or(Service::GENERIC);
        let service = knowledge.services.get(service).cloned().unwrap_or_default();
        let words = speech::words_of(knowledge, session.service(), None);
        let mut talk = Self {
            session,
            means,
            service,
            words,
            agenda: Vec::new(),
            said: Vec::new(),
            cued: false,
            played: Vec::new(),
            ended: None,
            past: Vec::new(),
            hand: Hand::default(),
            clock: FaceClock::default(),
            begun: false,
        };
        if talk.is_led() {
            talk.open_script();
        } else if is_new {
            talk.open();
        }
        talk.come_back();
        talk
    }

    /// Comes to the first prompt.
    pub fn begin(&mut self, now: Now) {
        if !self.begun {
            self.begun = true;
            self.happens_at(now);
            self.settle(now);
        }
    }

    /// Says when what comes next happens, where that is to be kept.
    fn happens_at(&mut self, now: Now) {
        if self.means.times {
            self.session.happens_at(now.millis.div_euclid(1_000));
        }
    }

    /// What is to be shown and asked for now. The same state gives the same view.
    pub fn view(&self) -> View<'_> {
        View { said: &self.said, prompt: self.prompt(), trail: self.trail(), standing: self.session.standing() }
    }

    /// What is said now: what came of the last input, then what leads to the prompt.
    pub fn said(&self) -> &[Block] {
        &self.said
    }

    /// What a transcript keeps.
    pub fn events(&self) -> &[Event] {
        &self.session.transcript().events
    }

    /// The transcript: no secret and no code is in it.
    pub fn transcript(&self) -> &Transcript {
        self.session.transcript()
    }

    /// The session.
    pub fn session(&self) -> &Session<'k> {
        &self.session
    }

    /// What the service calls things.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The steps of the script that were said or done, by id, in order.
    pub fn played(&self) -> &[String] {
        &self.played
    }

    /// How it ended; `None` while it goes on.
    pub fn ending(&self) -> Option<Ending> {
        self.ended
    }

    /// The file that is to be read now.
    pub fn job(&self) -> Option<Job> {
        let Some(Stage::Working(id)) = self.agenda.last() else { return None };
        let locked = self.hand.locked.iter().find(|locked| locked.id == *id)?;
        let (name, bytes, password) = (locked.name.clone(), Rc::clone(&locked.bytes), locked.password.clone());
        Some(Job { id: *id, name, bytes, password })
    }

    fn knowledge(&self) -> &'k Knowledge {
        self.session.knowledge()
    }

    fn phrase(&self, id: &str) -> String {
        speech::phrase(self.knowledge(), id, &self.words)
    }

    /// A phrase with values that are no words of the service.
    fn phrase_with(&self, id: &str, values: &[(&str, &str)]) -> String {
        let filled = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
        values.iter().fold(self.phrase(id), filled)
    }

    fn speech(&self) -> Speech<'k> {
        Speech::of(self.knowledge())
    }

    fn fill(&self, text: &str) -> String {
        speech::fill(text, &self.words)
    }

    fn is_agent(&self) -> bool {
        self.session.mode() == Mode::Agent
    }

    /// Whether a script leads.
    fn is_led(&self) -> bool {
        self.session.script().is_some()
    }

    fn answer(&self, question: &str) -> Option<&str> {
        self.session.state().answers.get(question).map(String::as_str)
    }

    /// Records what moves the session on.
    fn record(&mut self, event: Event) {
        self.cued = false;
        self.session.record(event);
    }

    fn asked(&mut self, question: &str, answer: &str) {
        self.record(Event::Asked { question: question.to_owned(), answer: answer.to_owned() });
    }

    /// Records what belongs to the step at hand.
    fn aside(&mut self, question: &str, answer: &str) {
        self.session.record(Event::Asked { question: question.to_owned(), answer: answer.to_owned() });
    }

    /// The section that tells of a remedy, for whoever sits there, in the app that was named.
    fn told_in(&self, remedy: &Remedy) -> Told {
        Told {
            section: remedy.section(self.is_agent()).clone(),
            app: self.answer(crate::knowledge::App::ASKED).map(str::to_owned),
        }
    }

    /// Whether there is a secret to compare codes with.
    pub fn has_secret(&self) -> bool {
        self.hand.case.expected.is_some() || !self.hand.case.entries.is_empty()
    }

    /// Seconds from one code to the next.
    fn period(&self) -> u32 {
        let case = &self.hand.case;
        let mut entries = case.expected.iter().chain(case.entries.iter().map(|known| &known.entry));
        let period = |entry: &crate::entry::Entry| match entry.kind {
            Kind::Totp { period } => Some(period),
            _ => None,
        };
        entries.find_map(period).unwrap_or(30)
    }
}
