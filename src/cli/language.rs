//! In which language people are spoken to: the one they name, else this computer's, else that of the source.

use anyhow::anyhow;
use clap::Args;

use super::completion;
use crate::diagnostic::nearest;
use crate::host;
use crate::knowledge::Knowledge;

/// Which of the languages of the knowledge to speak.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Knowledge")]
#[group(id = "language-options")]
pub(super) struct Language {
    /// The language to speak to people, such as de; by default this computer's, where the knowledge has it
    #[arg(long, value_name = "LANG", add = completion::languages())]
    pub(super) lang: Option<String>,
}

impl Language {
    /// The knowledge in that language.
    ///
    /// # Errors
    /// The knowledge has no text in the language that was named.
    pub(super) fn speak(&self, knowledge: Knowledge) -> anyhow::Result<Knowledge> {
        let known: Vec<String> = knowledge.languages().map(str::to_owned).collect();
        let among = |name: &str| {
            let primary = name.split('-').next().unwrap_or_default();
            let mut names = [name, primary].into_iter();
            names.find(|name| known.iter().any(|one| one == name)).map(str::to_owned)
        };
        let Some(named) = &self.lang else {
            let here = host::language().and_then(|name| among(&name));
            return Ok(match here {
                Some(language) => knowledge.in_language(&language),
                None => knowledge,
            });
        };
        if let Some(language) = among(&named.to_ascii_lowercase().replace('_', "-")) {
            return Ok(knowledge.in_language(&language));
        }
        Err(unknown(named, &known))
    }
}

/// The complaint about a language that the knowledge does not have.
pub(super) fn unknown(named: &str, known: &[impl AsRef<str>]) -> anyhow::Error {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    let near = nearest(named, known.iter().copied());
    let hint = near.map_or_else(|| format!("known are {}", known.join(", ")), |near| format!("did you mean {near}?"));
    anyhow!("--lang: the knowledge has no text in that language; {hint}")
}
