//! Scripts for agents: listed, printed, and set over a session.

use std::fmt::Write as _;

use anyhow::bail;

use crate::cli::Exit;
use crate::cli::knowledge::{KnowledgeOptions, Loaded};
use crate::cli::language::Language;
use crate::cli::screen::Screen;
use crate::report;
use crate::session::Session;

/// The knowledge, and the id of the script if one is named.
pub(super) fn load(
    source: &KnowledgeOptions,
    script: Option<&str>,
    language: &Language,
    screen: Screen,
) -> anyhow::Result<(Loaded, Option<String>)> {
    match script {
        Some(script) => source.load_with_script(script, language, screen).map(|(loaded, id)| (loaded, Some(id))),
        None => source.load_in(language, screen).map(|loaded| (loaded, None)),
    }
}

/// The session with a script over it.
pub(super) fn lead<'a>(session: Session<'a>, script: Option<&str>) -> anyhow::Result<Session<'a>> {
    let Some(script) = script.and_then(|id| session.knowledge().scripts.get(id)) else { return Ok(session) };
    if let Some(symptom) = session.symptom().filter(|symptom| symptom.id != script.symptom) {
        bail!("the support code is about `{}`, the script about `{}`", symptom.id, script.symptom);
    }
    Ok(session.led_by(script))
}

/// `session scripts`
pub(super) fn run(
    script: Option<&str>,
    source: &KnowledgeOptions,
    language: &Language,
    screen: Screen,
) -> anyhow::Result<Exit> {
    let (loaded, id) = load(source, script, language, screen)?;
    let words = crate::speech::words_of(&loaded.knowledge, loaded.service.as_deref(), None);
    if let Some(script) = id.and_then(|id| loaded.knowledge.scripts.get(&id)) {
        screen.print(&report::script_page(&loaded.knowledge, script, &words, screen.look))?;
        return Ok(Exit::Good);
    }
    let scripts = &loaded.knowledge.scripts;
    let widest = scripts.keys().map(|id| id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (id, script) in scripts {
        let title = crate::speech::fill(&script.title, &words);
        let options = textwrap::Options::new(screen.look.width).subsequent_indent("  ");
        let _ = writeln!(out, "{}", textwrap::fill(&format!("{id:<widest$}  {title}"), options));
    }
    screen.print(&out)?;
    Ok(Exit::Good)
}
