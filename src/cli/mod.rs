//! The command line: one verb a file.
//!
//! The one idea: a verb reads its inputs through `host`, calls the library and prints what `report` wrote. It must not
//! decide anything about a case, and no secret or code may pass through an argument.

mod cases;
mod clock;
mod complaints;
mod completion;
mod config;
mod diagnose;
mod entries;
mod explain;
mod flaws;
mod kb;
mod knowledge;
mod lab;
mod language;
mod man;
mod material;
mod page;
mod pictures;
mod port;
mod progress;
mod screen;
mod secret_prompt;
mod session;
mod settings;
mod shell;
mod single;
mod stream;
mod terminal;
mod triage;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::speech::{foreign, looks_private};

/// What it is called.
const NAME: &str = "otp-doctor";
const ABOUT: &str = "Finds out why a two-factor authentication code is refused";
const LONG_ABOUT: &str = "\
Finds out why a two-factor authentication code is refused.

A service says that your code is invalid. otp-doctor compares the code with everything that could have made it: the \
right secret at the wrong time, an older entry, another account, a slip of the hand. It names the cause, says how sure \
it is and why, and what to do. It changes nothing, and nothing is sent anywhere unless you ask for a clock to be \
checked (--ntp, --service-url).";
const EXAMPLES: &str = "\
Examples:
  otp-doctor
      be led to the remedy, question by question; you need nothing but your answers
  otp-doctor diagnose examples/phone-two-minutes-behind.json
      a case that is written down
  otp-doctor diagnose --entry qr-code.png
      the QR code is still on your screen: save a picture of it, then type the code
      that was refused when asked (it stays hidden)
  otp-doctor diagnose --cases refused.ndjson --json
      many refused logins, one a line
  otp-doctor entries aegis-backup.json
      what an export, a backup or a picture holds, and what is odd about it
  otp-doctor triage refused.ndjson
      what most of them have in common, in one sentence
  otp-doctor explain device-clock-off
      what a cause means and what helps

Secrets and codes come from files, standard input or a hidden prompt, never from arguments.";

const COMPLETIONS: &str = "\
Examples:
  source <(otp-doctor completions bash)
      in ~/.bashrc; in ~/.zshrc with zsh, behind compinit
  otp-doctor completions fish | source
      in ~/.config/fish/completions/otp-doctor.fish

The script asks otp-doctor what may follow: it needs it where it was called, and none of your files.";

#[derive(Parser)]
#[command(name = NAME, version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(max_term_width = 100, args_conflicts_with_subcommands = false)]
struct Cli {
    #[command(flatten)]
    screen: screen::ScreenOptions,
    #[command(flatten)]
    guided: session::SessionArguments,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    #[command(about = diagnose::ABOUT, long_about = diagnose::LONG)]
    Diagnose(Box<diagnose::DiagnoseArguments>),
    #[command(about = entries::ABOUT, long_about = entries::LONG)]
    Entries(entries::EntriesArguments),
    #[command(about = triage::ABOUT, long_about = triage::LONG)]
    Triage(triage::TriageArguments),
    /// Sessions for agents: start one, hand one over
    #[command(subcommand)]
    Session(session::SessionVerb),
    #[command(about = config::ABOUT, long_about = config::LONG)]
    Config(config::ConfigArguments),
    /// Explain a cause and what helps; without a name, list them all
    Explain(explain::ExplainArguments),
    /// Check, test, start or publish the knowledge that the answers come from
    Kb(kb::KbArguments),
    #[command(about = page::ABOUT, long_about = page::LONG, after_help = page::EXAMPLES)]
    Page(page::PageArguments),
    #[command(about = lab::ABOUT)]
    Lab(lab::LabArguments),
    #[command(about = "Print a script by which a shell completes verbs, options and ids", after_help = COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    #[command(about = man::ABOUT, long_about = man::LONG)]
    Man(man::ManArguments),
}

impl Verb {
    /// What may be settled elsewhere, of a verb that helps somebody. What is made of the knowledge is named whole.
    fn wants(&mut self) -> Option<settings::Wants<'_>> {
        match self {
            Self::Session(verb) => Some(verb.wants()),
            Self::Diagnose(arguments) => Some(arguments.wants()),
            Self::Triage(arguments) => Some(arguments.wants()),
            Self::Explain(arguments) => Some(arguments.wants()),
            _ => None,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Confirmed, likely, or all done.
    Good,
    /// Undetermined.
    Open,
    /// Something could not be run or read.
    Failed,
    /// Ctrl-C at a prompt.
    Interrupted,
}

/// Runs the program.
#[allow(clippy::disallowed_methods)] // Here the arguments come in.
pub fn main() -> ExitCode {
    quiet_panics();
    screen::spare(std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()));
    match completion::answer_a_script(std::env::args_os()) {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        // A shell that asks shows nothing of it.
        Err(_) => return ExitCode::from(2),
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let error = discreet(error);
            screen::complain_styled(&error.render().ansi().to_string());
            return ExitCode::from(2);
        }
        Err(error) => error.exit(),
    };
    match run(cli) {
        Ok(Exit::Good) => ExitCode::SUCCESS,
        Ok(Exit::Open) => ExitCode::from(1),
        Ok(Exit::Failed) => ExitCode::from(2),
        Ok(Exit::Interrupted) => ExitCode::from(130),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(mut cli: Cli) -> anyhow::Result<Exit> {
    let screen = cli.screen.open();
    let Some(mut verb) = cli.verb else {
        cli.guided.wants().fill(screen)?;
        return session::person(&cli.guided, screen);
    };
    if cli.guided.are_given() {
        anyhow::bail!("the options of the guided session go without a verb, or behind `session start`");
    }
    if let Some(wants) = verb.wants() {
        wants.fill(screen)?;
    }
    match verb {
        Verb::Config(arguments) => config::run(arguments, screen),
        Verb::Session(verb) => session::run(&verb, screen),
        Verb::Diagnose(arguments) => diagnose::run(&arguments, screen),
        Verb::Entries(arguments) => entries::run(&arguments, screen),
        Verb::Triage(arguments) => triage::run(&arguments, screen),
        Verb::Explain(arguments) => explain::run(&arguments, screen),
        Verb::Kb(arguments) => kb::run(&arguments, screen),
        Verb::Page(arguments) => page::run(&arguments, screen),
        Verb::Lab(arguments) => lab::run(&arguments, screen),
        Verb::Completions { shell } => {
            screen.print(&completion::script(shell)?)?;
            Ok(Exit::Good)
        }
        Verb::Man(arguments) => man::run(&arguments, screen),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    io.map(io::Error::kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}

/// A complaint about arguments that does not repeat them: a secret or a code may have been typed there by mistake.
fn discreet(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue};
    let kinds = [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::InvalidArg];
    for kind in kinds {
        // The names of options may stand: they are ours, or begin like them.
        let Some(ContextValue::String(text)) = error.get(kind) else { continue };
        let is_ours = kind == ContextKind::InvalidArg && text.starts_with('-');
        if !is_ours || looks_private(text.trim_start_matches('-')) || foreign::inert(text) != *text {
            error.insert(kind, ContextValue::String("…".to_owned()));
            // How it could be given after all, which repeats it.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

/// A panic names its place only: its message may quote what was being read.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        screen::complain(&format!("error: this should not have happened{place}; please report it"));
    }));
}
