use clap::Args;

use crate::cli::screen::Screen;
use crate::cli::{Exit, knowledge};
use crate::engine::USUAL_SYMPTOM;
use crate::lab::Fault;
use crate::verdict::UNKNOWN;

/// `lab faults`
#[derive(Debug, Args)]
pub(super) struct LabFaultsArguments {
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
}

/// One a line, with what the knowledge calls its cause.
pub(super) fn run(arguments: &LabFaultsArguments, screen: Screen) -> anyhow::Result<Exit> {
    let loaded = arguments.knowledge.load(screen)?;
    let symptom = loaded.knowledge.symptoms.get(USUAL_SYMPTOM);
    let title = |id: &str| match symptom.and_then(|symptom| symptom.cause(id)) {
        Some(cause) => cause.title.clone(),
        None if id == UNKNOWN => "Codes of a secret that nobody listed".to_owned(),
        None => "(the knowledge does not have this cause)".to_owned(),
    };
    let faults: Vec<(String, String)> = Fault::all()
        .map(|fault| {
            let titles: Vec<String> = [Some(fault.cause), fault.with].into_iter().flatten().map(title).collect();
            (fault.id(), titles.join(", and: "))
        })
        .collect();
    let widest = faults.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    let lines: Vec<String> = faults.iter().map(|(id, title)| format!("{id:<widest$}  {title}\n")).collect();
    screen.print(&lines.concat())?;
    Ok(Exit::Good)
}
