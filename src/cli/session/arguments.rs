//! What the verbs of a session take.
//!
//! The one idea: an argument says what it means where it is declared. What is done with it stands in [`super`].

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ahead;
use super::kept::{KeptArguments, Sessions};
use crate::cli::clock::ServicePage;
use crate::cli::completion;
use crate::cli::knowledge::KnowledgeOptions;
use crate::cli::language::Language;
use crate::cli::screen::ReportFormat;
use crate::cli::settings::Wants;

/// How a session is held; for a person it needs nothing of this.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Guided session")]
#[group(id = "session-options")]
pub(in crate::cli) struct SessionArguments {
    /// Numbered lines instead of menus: for screen readers, and wherever nothing may be redrawn
    #[arg(long)]
    pub(super) plain: bool,
    /// Answer from a YAML file of question ids with answer ids, remedies with helped, failed or later
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
    /// Write down what is asked and answered, never a secret or code, in a new file; nothing is stored without it or --sessions
    #[arg(long, value_name = "FILE")]
    pub(super) transcript: Option<PathBuf>,
    /// Go on from a transcript, or from the last call of a ticket among those kept, and go on writing it
    #[arg(long, value_name = "FILE|TICKET")]
    pub(super) resume: Option<PathBuf>,
    #[command(flatten)]
    pub(super) sessions: Sessions,
    /// Check this computer's clock with a time server first, and go by the right time
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(super) ntp: Option<String>,
    /// Ask a page of the service (http, https) once for the time it tells, as a hint at the service's clock
    #[arg(long, value_name = "URL")]
    pub(super) service_url: Option<ServicePage>,
    #[command(flatten)]
    pub(super) source: KnowledgeOptions,
    #[command(flatten)]
    pub(super) language: Language,
}

impl SessionArguments {
    /// Whether any of them was given.
    pub(in crate::cli) fn are_given(&self) -> bool {
        let paths = [&self.answers, &self.transcript, &self.resume, &self.sessions.folder, &self.source.knowledge];
        let names = [&self.source.service, &self.ntp, &self.language.lang];
        self.plain
            || self.service_url.is_some()
            || paths.into_iter().any(Option::is_some)
            || names.into_iter().any(Option::is_some)
    }

    /// What may be settled elsewhere.
    pub(in crate::cli) fn wants(&mut self) -> Wants<'_> {
        let (language, sessions) = (Some(&mut self.language), Some(&mut self.sessions.folder));
        Wants { source: &mut self.source, language, sessions, agent: None }
    }
}

/// `session`
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SessionVerb {
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
    pub(in crate::cli) fn wants(&mut self) -> Wants<'_> {
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
