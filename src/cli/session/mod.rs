//! The guided session: for a person alone, and for an agent with a caller.

mod ahead;
mod answer_file;
mod arguments;
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
use std::path::Path;

use anyhow::{Context, bail};

use self::ahead::Ahead;
pub(super) use self::arguments::{SessionArguments, SessionVerb};
use self::conduct::{Conduct, TIME_SERVER};
use self::keeping::Keeping;
use self::ui::{Halt, Ui};
use super::Exit;
use super::clock::Clock;
use super::flaws;
use super::knowledge::{KnowledgeOptions, Loaded};
use super::language::Language;
use super::screen::{ReportFormat, Screen, can_ask};
use super::terminal;
use crate::host::{self, Input, OwnFile};
use crate::session::{Ending, Event, Mode, Session, Transcript, from_support_code};
use crate::talk::{Means, Talk};
use crate::{probe, report, speech};

/// A person on their own.
pub(super) fn person(arguments: &SessionArguments, screen: Screen) -> anyhow::Result<Exit> {
    if let Some(path) = &arguments.resume {
        return resume(path, [None, None], &Ahead::default(), arguments, screen);
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
                return resume(path, [script.as_deref(), agent.as_deref()], &ahead, arguments, screen);
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
    let text = text.trim_start_matches('\u{feff}');
    let template = report::Template::read(&name, text);
    let template = template.map_err(|flaws| flaws::refuse(&flaws, &name, text, "template", screen))?;
    Ok(handoff.filled(&template, is_markdown))
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
    [script, agent]: [Option<&str>; 2],
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
    let mut session = resumed(&loaded, transcript, path).in_a_new_sitting();
    if own.is_some() {
        session.happens_at(Clock::default().now().millis.div_euclid(1_000));
    }
    let agent = agent.filter(|_| session.mode() == Mode::Agent);
    let session = session.taken_over_by(agent);
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
