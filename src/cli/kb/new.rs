use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, Subcommand};

use super::folder;
use super::init::PATTERN;
use crate::cli::Exit;
use crate::cli::completion;
use crate::cli::screen::Screen;
use crate::cli::shell;
use crate::draft::{self, Draft, File, Ground, SymptomPlan};
use crate::knowledge::capital;
use crate::probe;
use crate::speech;

pub(super) const LONG: &str = "\
Begin a symptom, a cause, a remedy, a question, an app, a service or a script.

What is written has no error in it and its scenarios pass; `kb check` may warn of what is yours to weigh. Every text that is yours to write begins with TODO; the ids are yours to \
choose now, since scenarios and old sessions name them. Text is put into a file of yours where it belongs, and nothing that \
stands in it is changed. A built-in file that has to change is copied into your folder first.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb new symptom no-mail --cause wrong-address --cause in-spam --out our-help
      what people say is wrong, with an article, and a file with two scenarios for each cause
  otp-doctor kb new symptom locked-out --table --out our-help
      the same where policy decides, and not what is likely
  otp-doctor kb new cause mailbox-full --in no-mail --out our-help
      a reason more: one file, with a guess at the answers that tell of it
  otp-doctor kb new remedy ask-for-another-link --in no-mail --fixes in-spam --out our-help
  otp-doctor kb new question mail-app --in no-mail --tells in-spam --out our-help
  otp-doctor kb new script no-mail-call --in no-mail --out our-help
      a call for agents, step by step, in words of yours
  otp-doctor kb new app ente-auth --name \"Ente Auth\" --out our-help
  grep -rn TODO our-help
      what is yours to write";

/// `kb new`
#[derive(Debug, Args)]
pub(super) struct KbNewArguments {
    #[command(subcommand)]
    kind: DraftKind,
}

#[derive(Debug, Subcommand)]
enum DraftKind {
    /// What people say is wrong: a symptom with its article, offered to people
    Symptom {
        /// Its id: small letters, digits and hyphens
        id: String,
        /// A cause by its id, the most common one first; may be given up to four times
        #[arg(long = "cause", value_name = "ID", conflicts_with = "table", add = completion::causes())]
        causes: Vec<String>,
        /// Let a table decide, row by row, and weigh nothing: for policy, such as who is let back in
        #[arg(long)]
        table: bool,
        #[command(flatten)]
        place: Destination,
    },
    /// Why it happens: a cause in one file, with a guess at what tells of it
    Cause {
        /// Its id, named by what is wrong: `mailbox-full`
        id: String,
        /// The symptom it belongs to
        #[arg(long = "in", value_name = "SYMPTOM", add = completion::symptoms())]
        symptom: String,
        /// The remedy of the symptom that helps; by default the one that helps against most of its causes
        #[arg(long, value_name = "ID", add = completion::remedies())]
        remedy: Option<String>,
        #[command(flatten)]
        place: Destination,
    },
    /// What helps: a remedy, with its steps
    Remedy {
        /// Its id, named by what to do: `empty-mailbox`
        id: String,
        /// The symptom it belongs to
        #[arg(long = "in", value_name = "SYMPTOM", add = completion::symptoms())]
        symptom: String,
        /// The cause that it helps against; a table has none, and gets a row
        #[arg(long, value_name = "CAUSE", add = completion::causes())]
        fixes: Option<String>,
        #[command(flatten)]
        place: Destination,
    },
    /// What to ask: a question with two answers
    Question {
        /// Its id
        id: String,
        /// The symptom it belongs to
        #[arg(long = "in", value_name = "SYMPTOM", add = completion::symptoms())]
        symptom: String,
        /// The cause that it tells; a table has none, and gets a row
        #[arg(long, value_name = "CAUSE", add = completion::causes())]
        tells: Option<String>,
        #[command(flatten)]
        place: Destination,
    },
    /// A call for agents over a symptom: what to say, ask and do, in order
    Script {
        /// Its id
        id: String,
        /// The symptom it is about
        #[arg(long = "in", value_name = "SYMPTOM", add = completion::symptoms())]
        symptom: String,
        #[command(flatten)]
        place: Destination,
    },
    /// An authenticator app, with the sections that go another way in it
    App {
        /// Its id
        id: String,
        /// What people call it; the id in capitals by default
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        place: Destination,
    },
    /// The party that checks codes: the words of its screens, and whom to turn to (as `kb init`)
    Service {
        /// Its id
        id: String,
        /// What people call it; the id in capitals by default
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        place: Destination,
    },
}

#[derive(Debug, Args)]
struct Destination {
    /// Your folder of knowledge, which is made if there is none
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

pub(super) fn run(arguments: &KbNewArguments, screen: Screen) -> anyhow::Result<Exit> {
    let out = arguments.kind.out();
    let (gathered, own) = folder::gathered(out)?;
    let compiled = folder::sound(&gathered, screen)?;
    let vocabulary = probe::vocabulary();
    let ground = Ground { own: &own, all: &gathered.sources, knowledge: &compiled, vocabulary: &vocabulary };
    let mut draft = arguments.kind.draft(ground)?;
    let name = |path: &str| Path::new(path).file_stem().and_then(std::ffi::OsStr::to_str).map(str::to_owned);
    if draft.files.iter().filter_map(|file| name(&file.path)).any(|name| speech::looks_private(&name)) {
        bail!("an id that looks like a key or a code: expected a name, such as old-entry");
    }
    let differs = draft::differences(&draft, ground);
    folder::fit(out, &own, &mut draft);
    folder::write(out, &own, &draft, Path::new(""))?;
    screen.print(&told(out, &draft, &differs))?;
    Ok(Exit::Good)
}

impl DraftKind {
    fn out(&self) -> &Path {
        match self {
            Self::Symptom { place, .. }
            | Self::Cause { place, .. }
            | Self::Remedy { place, .. }
            | Self::Question { place, .. }
            | Self::Script { place, .. }
            | Self::App { place, .. }
            | Self::Service { place, .. } => &place.out,
        }
    }

    fn draft(&self, ground: Ground<'_>) -> anyhow::Result<Draft> {
        Ok(match self {
            Self::Symptom { id, causes, table, .. } => {
                let plan = SymptomPlan { id: id.clone(), causes: causes.clone(), table: *table };
                draft::symptom(&plan, ground)?
            }
            Self::Cause { id, symptom, remedy, .. } => draft::cause(id, symptom, remedy.as_deref(), ground)?,
            Self::Remedy { id, symptom, fixes, .. } => draft::remedy(id, symptom, fixes.as_deref(), ground)?,
            Self::Question { id, symptom, tells, .. } => draft::question(id, symptom, tells.as_deref(), ground)?,
            Self::Script { id, symptom, .. } => draft::script(id, symptom, ground)?,
            Self::App { id, name, .. } => draft::app(id, &named(id, name.as_deref())?, ground)?,
            Self::Service { id, name, .. } => service(id, &named(id, name.as_deref())?, ground)?,
        })
    }
}

fn service(id: &str, name: &str, ground: Ground<'_>) -> anyhow::Result<Draft> {
    let Some(pattern) = ground.knowledge.services.get(PATTERN) else {
        bail!("no service `{PATTERN}` whose words could stand in until they are replaced");
    };
    if draft::id_of(id) != id || ground.knowledge.services.contains_key(id) {
        bail!("the id of a service: expected small letters, digits and hyphens, and one that no service has yet");
    }
    let file = File::new(format!("services/{id}.yaml"), &draft::service(id, name, pattern));
    Ok(Draft { files: vec![file], ..Draft::default() })
}

/// What people call it: `Ente Auth` for `ente-auth`.
fn named(id: &str, name: Option<&str>) -> anyhow::Result<String> {
    let name =
        name.map_or_else(|| id.split('-').map(capital).collect::<Vec<_>>().join(" "), |name| name.trim().to_owned());
    if name.is_empty() || name.len() > 60 || name.contains(['{', '}', '#']) || name.chars().any(char::is_control) {
        bail!("--name: expected what people call it, such as \"Ente Auth\"");
    }
    Ok(name)
}

/// What was written, what has to be known, and how to go on.
fn told(out: &Path, draft: &Draft, differs: &[String]) -> String {
    let mut text = folder::files_told(out, draft);
    for note in &draft.notes {
        text.extend(["note: ", note, "\n"]);
    }
    if !differs.is_empty() {
        text.push_str("\nThese scenarios come out in another way now. Look whether that is right:\n");
        text.extend(differs.iter().map(|one| format!("  {one}\n")));
    }
    let folder = shell::argument(out);
    text + &format!(
        "\nYours to write is what begins with {}, then:\n  otp-doctor kb check {folder}\n  otp-doctor kb test {folder}\n",
        draft::TODO
    )
}
