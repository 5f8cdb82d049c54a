use anyhow::bail;
use clap::Args;

use super::knowledge::Loaded;
use super::language::Language;
use super::screen::Screen;
use super::settings::Wants;
use super::{Exit, completion, knowledge};
use crate::diagnostic::nearest;
use crate::knowledge::{Cause, Knowledge, Remedy, Symptom, checks};
use crate::report;
use crate::verdict::UNKNOWN;

/// `explain`
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a cause, as answers name it, or the code of a check, as complaints about a file name it
    #[arg(value_name = "CAUSE|CODE", add = completion::causes_and_checks())]
    name: Option<String>,
    /// List the checks of knowledge, configuration and templates with their codes
    #[arg(long, conflicts_with_all = ["name", "knowledge-options"])]
    checks: bool,
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
    #[command(flatten)]
    language: Language,
}

impl ExplainArguments {
    /// What may be settled elsewhere.
    pub(super) fn wants(&mut self) -> Wants<'_> {
        Wants { source: &mut self.knowledge, language: Some(&mut self.language), sessions: None, agent: None }
    }
}

pub(super) fn run(arguments: &ExplainArguments, screen: Screen) -> anyhow::Result<Exit> {
    if arguments.checks {
        screen.print(&report::checks(&checks(), screen.look))?;
        return Ok(Exit::Good);
    }
    if let Some(code) = arguments.name.as_deref().and_then(code_of_a_check) {
        return about_a_check(&code, screen);
    }
    let Loaded { knowledge, service, .. } = arguments.knowledge.load_in(&arguments.language, screen)?;
    let all = || offered(&knowledge).flat_map(|symptom| symptom.causes.iter().map(move |cause| (symptom, cause)));
    let Some(wanted) = &arguments.name else {
        let widest = all().map(|(_, cause)| cause.id.len()).max().unwrap_or(0);
        let line = |(_, cause): (&Symptom, &Cause)| format!("{:<widest$}  {}\n", cause.id, cause.title);
        let mut list: Vec<(&Symptom, &Cause)> = Vec::new();
        for (symptom, cause) in all() {
            if !list.iter().any(|(_, earlier)| earlier.id == cause.id) {
                list.push((symptom, cause));
            }
        }
        screen.print(&list.into_iter().map(line).collect::<String>())?;
        return Ok(Exit::Good);
    };
    if wanted == UNKNOWN {
        let words = crate::speech::words_of(&knowledge, service.as_deref(), None);
        let text = textwrap::fill(&crate::speech::phrase(&knowledge, "no-cause", &words), screen.look.width);
        screen.print(&format!("{text}\n"))?;
        return Ok(Exit::Good);
    }
    let Some((symptom, cause)) = all().find(|(_, cause)| cause.id == *wanted) else {
        let near = nearest(wanted, all().map(|(_, cause)| cause.id.as_str()));
        let hint =
            near.map_or_else(|| "`otp-doctor explain` lists them".to_owned(), |near| format!("did you mean {near}?"));
        bail!("no cause of that name is known; {hint}");
    };
    let mut remedies: Vec<&Remedy> =
        symptom.remedies.iter().filter(|remedy| remedy.works_for(&cause.id) > 0.0).collect();
    remedies.sort_by(|a, b| b.works_for(&cause.id).total_cmp(&a.works_for(&cause.id)));
    screen.print(&report::explain(&knowledge, cause, &remedies, service.as_deref(), screen.look))?;
    Ok(Exit::Good)
}

/// `kb304` as `KB304`; `None` for the id of a cause, which does not begin as a check does.
fn code_of_a_check(name: &str) -> Option<String> {
    let code = name.to_ascii_uppercase();
    let (family, number) = code.split_at_checked(2)?;
    let is_check =
        number.starts_with(|c: char| c.is_ascii_digit()) && checks().iter().any(|check| check.code.starts_with(family));
    is_check.then_some(code)
}

/// The page of a check comes with the program: it can be read while one's own knowledge is broken.
fn about_a_check(code: &str, screen: Screen) -> anyhow::Result<Exit> {
    let checks = checks();
    let Some(check) = checks.iter().find(|check| check.code == code) else {
        let near = nearest(code, checks.iter().map(|check| check.code.as_str()));
        let near = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        bail!("no check of that code is known; {near}`otp-doctor explain --checks` lists them");
    };
    screen.print(&report::check(check, screen.look))?;
    Ok(Exit::Good)
}

/// The symptoms in the order in which they are offered: the first that has a cause explains it.
pub(super) fn offered(knowledge: &Knowledge) -> impl Iterator<Item = &Symptom> {
    let rest = knowledge.symptoms.keys().filter(|id| !knowledge.offered.contains(id));
    knowledge.offered.iter().chain(rest).filter_map(|id| knowledge.symptoms.get(id))
}
