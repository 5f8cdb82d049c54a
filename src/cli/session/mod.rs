//! The guided session: for a person alone, and for an agent with a caller.

mod ahead;
mod answer_file;
mod conduct;
mod keeping;
mod kept;
mod keys;
mod menu;
mod path;
mod plain;
mod scripts;
mod term;
mod ui;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use self::ahead::Ahead;
use self::conduct::{Conduct, TIME_SERVER};
use self::keeping::Keeping;
use self::kept::{KeptArguments, Sessions};
use self::ui::{Halt, Ui};
use super::Exit;
use super::clock::{Clock, ServicePage};
use super::completion;
use super::diagnose::ReportFormat;
use super::flaws;
use super::knowledge::{KnowledgeOptions, Loaded};
use super::language::Language;
use super::screen::{Screen, can_ask};
use super::settings::Wants;
use super::terminal;
use crate::host::{self, Input, OwnFile};
use crate::session::{Ending, Event, Mode, Session, Transcript, from_support_code};
use crate::talk::{Means, Talk};
use crate::{probe, report, speech};

/// How a session is held; for a person it needs nothing of this.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Guided session")]
#[group(id = "session-options")]
pub(super) struct SessionArguments {
    /// Numbered lines instead of menus: for screen readers, and wherever nothing may be redrawn
    #[arg(long)]
    plain: bool,
    /// Answer from a YAML file of question ids with answer ids, remedies with helped, failed or later
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Write down what is asked and answered, never a secret or code, in a new file; nothing is stored without it or --sessions
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Go on from a transcript, or from the last call of a ticket among those kept, and go on writing it
    #[arg(long, value_name = "FILE|TICKET")]
    resume: Option<PathBuf>,
    #[command(flatten)]
    sessions: Sessions,
    /// Check this computer's clock with a time server first, and go by the right time
    #[arg(long, value_name = "HOST[:PORT]")]
    ntp: Option<String>,
    /// Ask a page of the service (http, https) once for the time it tells, as a hint at the service's clock
    #[arg(long, value_name = "URL")]
    service_url: Option<ServicePage>,
    #[command(flatten)]
    source: KnowledgeOptions,
    #[command(flatten)]
    language: Language,
}

impl SessionArguments {
    /// Whether any of them was given.
    pub(super) fn are_given(&self) -> bool {
        let paths = [&self.answers, &self.transcript, &self.resume, &self.sessions.folder, &self.source.knowledge];
        let names = [&self.source.service, &self.ntp, &self.language.lang];
        self.plain
            || self.service_url.is_some()
            || paths.into_iter().any(Option::is_some)
            || names.into_iter().any(Option::is_some)
    }

    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        let (language, sessions) = (Some(&mut self.language), Some(&mut self.sessions.folder));
        Wants { source: &mut self.source, language, sessions, agent: None }
    }
}

/// `session`
#[derive(Debug, Subcommand)]
pub(super) enum SessionVerb {
    /// Lead a caller through a session, in an agent's words
    Start {
        /// The support code that the caller reads out: nothing is asked twice
        #[arg(long, value_name = "CODE", conflicts_with = "resume")]
        from: Option<String>,
        /// The ticket
        #[arg(long = "ref", value_name = "TICKET")]
        reference: Option<String>,
        /// Who you are, for your colleagues; kept with the call
        #[arg(long, value_name = "NAME")]
        agent: Option<String>,
        /// The trouble, so that nobody is asked for it: an id such as invalid-code; a wrong one lists them
        #[arg(long, value_name = "ID", conflicts_with = "script", add = completion::symptoms())]
        symptom: Option<String>,
        /// What the caller has said already: the id of a question with that of its answer, as often as you like
        #[arg(long = "answer", value_name = "QUESTION=ANSWER", value_parser = ahead::answer, add = completion::answers())]
        told: Vec<(String, String)>,
        /// The script that leads: its name in the knowledge (see `session scripts`), or a file of your own
        #[arg(long, value_name = "NAME|FILE", add = completion::scripts())]
        script: Option<String>,
        #[command(flatten)]
        arguments: Box<SessionArguments>,
    },
    /// List the scripts for agents; with a name, print one as a page to read before a call
    Scripts {
        /// Its name in the knowledge, or a file of your own
        #[arg(value_name = "NAME|FILE", add = completion::scripts())]
        script: Option<String>,
        #[command(flatten)]
        source: KnowledgeOptions,
        #[command(flatten)]
        language: Language,
    },
    /// Print what whoever takes over needs to know: troubles, answers, tries and notes in the order of the call
    Handoff {
        /// The transcript of the session, or the ticket of a call that is kept
        #[arg(value_name = "FILE|TICKET")]
        transcript: PathBuf,
        #[command(flatten)]
        sessions: Sessions,
        /// How to print it: plain text, Markdown for a ticket, or JSON for a program
        #[arg(long, value_enum, default_value_t = ReportFormat::Text, value_name = "FORMAT")]
        format: ReportFormat,
        /// Fill in a template of your own, for a ticket's internal note: text with places such as {ticket}, {tried}, {found}; in
        /// one that ends in .md the values are Markdown
        #[arg(long, value_name = "FILE", conflicts_with = "format")]
        template: Option<PathBuf>,
        #[command(flatten)]
        source: KnowledgeOptions,
        #[command(flatten)]
        language: Language,
    },
    /// List the calls that are kept: ticket, agent, when, trouble, and how each stands
    List(KeptArguments),
    /// Tell the story of one call
    Show {
        /// Its ticket, or its file
        #[arg(value_name = "TICKET|FILE")]
        call: PathBuf,
        #[command(flatten)]
        sessions: Sessions,
        #[command(flatten)]
        source: KnowledgeOptions,
        #[command(flatten)]
        language: Language,
    },
    /// Count the calls that are kept: how many, how long, which causes, what helped, where people stop
    Stats {
        #[command(flatten)]
        kept: Box<KeptArguments>,
        /// Draw it there too; a file of that name is replaced
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
    },
}

impl SessionVerb {
    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        match self {
            Self::Start { agent, arguments, .. } => Wants { agent: Some(agent), ..arguments.wants() },
            Self::Scripts { source, language, .. } => {
                Wants { source, language: Some(language), sessions: None, agent: None }
            }
            Self::Handoff { sessions, source, language, .. } | Self::Show { sessions, source, language, .. } => {
                Wants { source, language: Some(language), sessions: Some(&mut sessions.folder), agent: None }
            }
            Self::List(kept) => kept.wants(),
            Self::Stats { kept, .. } => kept.wants(),
        }
    }
}

/// A person on their own.
pub(super) fn person(arguments: &SessionArguments, screen: Screen) -> anyhow::Result<Exit> {
    if let Some(path) = &arguments.resume {
        return resume(path, None, &Ahead::default(), arguments, screen);
    }
    let loaded = arguments.source.load_in(&arguments.language, screen)?;
    hold(
        Session::new(&loaded.knowledge, Mode::Person, loaded.service, None),
        None,
        &Ahead::default(),
        arguments,
        screen,
    )
}

/// An agent's verb.
pub(super) fn run(verb: &SessionVerb, screen: Screen) -> anyhow::Result<Exit> {
    match verb {
        SessionVerb::Start { from, reference, agent, symptom, told, script, arguments } => {
            let ahead = Ahead { symptom: symptom.clone(), told: told.clone() };
            if let Some(path) = &arguments.resume {
                return resume(path, script.as_deref(), &ahead, arguments, screen);
            }
            let (loaded, script) = scripts::load(&arguments.source, script.as_deref(), &arguments.language, screen)?;
            let (knowledge, service, reference) = (&loaded.knowledge, loaded.service, reference.clone());
            let session = match from {
                Some(code) => from_support_code(code, knowledge, &probe::vocabulary(), service, reference)?,
                None => Session::new(knowledge, Mode::Agent, service, reference),
            };
            let session = session.held_by(agent.clone());
            hold(scripts::lead(session, script.as_deref())?, None, &ahead, arguments, screen)
        }
        SessionVerb::Scripts { script, source, language } => scripts::run(script.as_deref(), source, language, screen),
        SessionVerb::List(kept) => kept.list(screen),
        SessionVerb::Stats { kept, svg } => kept.statistics(svg.as_deref(), screen),
        SessionVerb::Show { call, sessions, source, language } => {
            let path = &sessions.file(call)?;
            let (loaded, transcript) = read(path, source, language, screen)?;
            kept::show(path, &resumed(&loaded, transcript, path), &loaded, screen)
        }
        SessionVerb::Handoff { transcript, sessions, format, template, source, language } => {
            let path = &sessions.file(transcript)?;
            let (loaded, transcript) = read(path, source, language, screen)?;
            let words = speech::words_of(&loaded.knowledge, loaded.service.as_deref(), None);
            let session = resumed(&loaded, transcript, path);
            let handoff = report::Handoff::of(&session, &words);
            if let Some(path) = template {
                screen.print(&filled(&handoff, path, screen)?)?;
                return Ok(Exit::Good);
            }
            screen.print(&match format {
                ReportFormat::Text => handoff.text(),
                ReportFormat::Markdown => handoff.markdown(),
                ReportFormat::Json => handoff.json(),
            })?;
            Ok(Exit::Good)
        }
    }
}

/// A hand-off in somebody's own form.
fn filled(handoff: &report::Handoff<'_>, path: &Path, screen: Screen) -> anyhow::Result<String> {
    let input = Input::new(path);
    let (name, bytes) = (input.name(), host::read(&input)?);
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{name}: not UTF-8"))?;
    let is_markdown = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    match report::Template::read(&name, text.trim_start_matches('\u{feff}')) {
        Ok(template) => Ok(handoff.filled(&template, is_markdown)),
        Err(flaws) => {
            flaws::complain_of_file(&flaws, &name, text.trim_start_matches('\u{feff}'), screen);
            bail!("{name}: {} in the template: mend it first", flaws::count(flaws.len(), "error"))
        }
    }
}

/// A transcript that is only told of, with its knowledge.
fn read(
    path: &Path,
    source: &KnowledgeOptions,
    language: &Language,
    screen: Screen,
) -> anyhow::Result<(Loaded, Transcript)> {
    let input = Input::new(path);
    let written = Written { name: input.name(), bytes: &host::read(&input)? };
    recorded(&written, None, source, language, screen)
}

/// The session that a transcript is of, as far as the knowledge has what it names.
fn resumed<'a>(loaded: &'a Loaded, transcript: Transcript, path: &Path) -> Session<'a> {
    let session = Session::resume(&loaded.knowledge, transcript);
    if session.dropped() > 0 {
        let (name, count) = (Input::new(path).name(), session.dropped());
        let events = if count == 1 { "1 event names" } else { &format!("{count} events name") };
        super::screen::complain(&format!(
            "warning: {name}: {events} what this knowledge does not have, and is left out"
        ));
    }
    session
}

fn resume(
    path: &Path,
    script: Option<&str>,
    ahead: &Ahead,
    arguments: &SessionArguments,
    screen: Screen,
) -> anyhow::Result<Exit> {
    let path = &*arguments.sessions.file(path)?;
    let own = match &arguments.transcript {
        Some(other) if !host::is_same_place(other, path) => None,
        Some(same) => Some(OwnFile::go_on(same)?),
        None if Input::new(path) == Input::Stdin => {
            super::screen::complain("warning: nothing is written down: --transcript names a file for it");
            None
        }
        None => Some(OwnFile::go_on(path)?),
    };
    let input = Input::new(path);
    let bytes = match &own {
        Some(own) => own.content().to_vec(),
        None => host::read(&input)?.to_vec(),
    };
    let written = Written { name: input.name(), bytes: &bytes };
    let (loaded, transcript) = recorded(&written, script, &arguments.source, &arguments.language, screen)?;
    let session = resumed(&loaded, transcript, path).in_a_new_sitting();
    if let Some(id) = session.transcript().header.script.as_deref().filter(|_| session.script().is_none()) {
        bail!(
            "the script `{}` is not known here: name its file with `session start --script`",
            speech::foreign::plain(id)
        );
    }
    hold(session, own, ahead, arguments, screen)
}

/// A transcript as it was read.
struct Written<'a> {
    name: String,
    bytes: &'a [u8],
}

/// A transcript with the knowledge that it goes on with: in the words of its own service, if no other is named.
fn recorded(
    written: &Written<'_>,
    script: Option<&str>,
    source: &KnowledgeOptions,
    language: &Language,
    screen: Screen,
) -> anyhow::Result<(Loaded, Transcript)> {
    let Written { name, bytes } = written;
    let text = std::str::from_utf8(bytes).ok().with_context(|| format!("{name}: not UTF-8"))?;
    let transcript = Transcript::read(text, &probe::vocabulary()).with_context(|| name.clone())?;
    let mut source = source.clone();
    let own = transcript.header.service.clone();
    // What is said of all calls does not count for this one.
    source.service = if source.is_usual { own.or(source.service) } else { source.service.or(own) };
    let (loaded, script) = scripts::load(&source, script, language, screen)?;
    if script.is_some() && script != transcript.header.script {
        bail!("{name}: this session began with another script, or without one");
    }
    if transcript.header.knowledge != loaded.knowledge.digest {
        super::screen::complain(&format!("warning: {name}: made with another release of the knowledge"));
    }
    Ok((loaded, transcript))
}

fn hold(
    session: Session<'_>,
    own: Option<OwnFile>,
    ahead: &Ahead,
    arguments: &SessionArguments,
    screen: Screen,
) -> anyhow::Result<Exit> {
    let knowledge = session.knowledge();
    ahead.check(&session)?;
    let (agent, carried) = (session.mode() == Mode::Agent, arguments.resume.is_none() && session.kept() > 0);
    let words = speech::words_of(knowledge, None, None);
    let phrase = |id: &str| speech::phrase(knowledge, id, &words);
    terminal::guard();
    let mut ui: Box<dyn Ui> = match &arguments.answers {
        Some(path) => Box::new(answer_file::Scripted::new(screen, answers(path)?)),
        None if arguments.plain || !can_ask() => {
            Box::new(plain::Plain::new(screen, phrase("not-understood"), phrase("plain-back")))
        }
        None => Box::new(term::Term::new(screen, phrase("menu-help"), phrase("nothing-fits"))),
    };
    let live = ui.is_live();
    let goes_on = own.is_some();
    let is_kept = goes_on || arguments.transcript.is_some() || arguments.sessions.folder.is_some();
    let reference = live.then(|| TIME_SERVER.to_owned());
    let means = Means { live, material: live, apps: live, reference, times: is_kept };
    let mut talk = Talk::new(session, means);
    // What a script does first is no account of a caller.
    if carried && !talk.session().events().all(|event| matches!(event, Event::About(_))) {
        talk.recap();
    }
    let mut keeping = Keeping::on(own);
    let clock = Clock::default();
    if let (false, Some(path)) = (goes_on, &arguments.transcript) {
        keeping.begin(path, talk.transcript())?;
    } else if !goes_on {
        let began = clock.now().millis.div_euclid(1_000);
        let ticket = talk.transcript().header.reference.clone();
        if let Some(places) = arguments.sessions.places(began, ticket.as_deref()) {
            keeping.begin_at_one(places, talk.transcript())?;
        }
    }
    let mut conduct = Conduct { talk, ui: ui.as_mut(), screen, clock, opened: false, keeping };
    conduct.read_clocks(arguments.ntp.as_deref(), arguments.service_url.as_ref()).map_err(failed)?;
    if agent && !is_kept {
        conduct.say(&phrase("call-not-kept")).map_err(failed)?;
    }
    ahead.tell(&mut conduct)?;
    let exit = match conduct.go() {
        Ok(ending) => {
            if conduct.talk.session().state().put_off().is_some() {
                conduct.say_how_to_resume(&phrase("resume-hint")).map_err(failed)?;
            }
            if ending == Ending::Abandoned { Exit::Open } else { Exit::Good }
        }
        Err(Halt::Io(error)) => return Err(error.into()),
        Err(halt) => {
            let interrupted = matches!(halt, Halt::Interrupted);
            if !interrupted {
                conduct.quit().map_err(failed)?;
            }
            conduct.say_how_to_resume(&phrase("resume-hint")).map_err(failed)?;
            conduct.say(&phrase("goodbye")).map_err(failed)?;
            if interrupted { Exit::Interrupted } else { Exit::Open }
        }
    };
    // What should have been written down and is not, is no success.
    match conduct.keeping.failed() {
        Some(error) if exit != Exit::Interrupted => Err(error.into()),
        _ => Ok(exit),
    }
}

fn failed(halt: Halt) -> anyhow::Error {
    match halt {
        Halt::Io(error) => error.into(),
        other => other.into(),
    }
}

/// Answers by question, from a YAML mapping.
fn answers(path: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let input = Input::new(path);
    let bytes = host::read(&input)?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{}: not UTF-8", input.name()))?;
    serde_saphyr::from_str(text).map_err(|_| {
        anyhow::anyhow!("{}: expected ids of questions with ids of answers, such as where: signing-in", input.name())
    })
}
