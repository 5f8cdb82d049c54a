//! `kb`: what a writer of knowledge needs: check it, test it, start it, compare it, publish it.
//!
//! The one idea: the same knowledge and the same reading of it as everywhere else, with every flaw at its line. It must
//! not change a file that is there unless it is told to (`--fix`).

mod causes;
mod check;
mod compile;
mod diff;
mod fix;
mod folder;
mod graph;
mod import;
mod init;
mod migrate;
mod new;
mod preview;
mod record;
mod release;
mod render;
mod schema;
mod test;

use clap::{Args, Subcommand};

use super::Exit;
use super::screen::Screen;

const EXAMPLES: &str = "\
Examples:
  otp-doctor kb init --service \"Harbour Bank\" --out our-help
      write the one file that a company needs
  otp-doctor kb new symptom no-mail --out our-help
      begin something of your own
  otp-doctor kb check our-help
      is everything in it sound? exit code 0 yes, 1 no, 2 could not run
  otp-doctor kb test our-help
      does it still lead to where it should?
  otp-doctor kb preview our-help --service harbour-bank
      how it reads and where it leads, on a page that follows every change
  otp-doctor kb render --knowledge our-help --service harbour-bank --out help-pages
      the articles in the words of your service, to be published";

/// `kb`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct KbArguments {
    #[command(subcommand)]
    verb: KbVerb,
}

#[derive(Debug, Subcommand)]
enum KbVerb {
    /// Check knowledge, every flaw at its line; without a path, what is built in
    Check(check::KbCheckArguments),
    /// Run the scenarios: does the knowledge still lead to where it should?
    Test(test::KbTestArguments),
    /// Write the one file that a company needs: its service
    Init(init::KbInitArguments),
    /// JSON Schemas, by which an editor completes and checks the YAML; without a kind, list them
    Schema(schema::KbSchemaArguments),
    #[command(about = "Begin a symptom, a cause, a remedy, a question, an app, a service or a script", long_about = new::LONG, after_help = new::EXAMPLES)]
    New(new::KbNewArguments),
    #[command(about = "Draft knowledge from a help article that you have", long_about = import::LONG, after_help = import::EXAMPLES)]
    Import(import::KbImportArguments),
    #[command(about = "Turn a session or a case into a scenario", long_about = record::LONG, after_help = record::EXAMPLES)]
    Record(record::KbRecordArguments),
    #[command(about = "Write a table or a catalogue of the causes", after_help = causes::EXAMPLES)]
    Causes(causes::KbCausesArguments),
    #[command(about = "Give each cause of an older folder a file of its own", long_about = migrate::LONG, after_help = migrate::EXAMPLES)]
    Migrate(migrate::KbMigrateArguments),
    #[command(about = "Say what a change of the knowledge changes for people", long_about = diff::LONG, after_help = diff::EXAMPLES)]
    Diff(diff::KbDiffArguments),
    /// Note the names of a release, so that none of them is lost to its transcripts
    Release(release::KbReleaseArguments),
    /// Write the articles in the words of a service, to be published
    Render(render::KbRenderArguments),
    #[command(about = "Write the knowledge as one compiled file, to be used without its sources", long_about = compile::LONG, after_help = compile::EXAMPLES)]
    Compile(compile::KbCompileArguments),
    #[command(about = "Draw the ways that simulated people take through a symptom", long_about = graph::LONG, after_help = graph::EXAMPLES)]
    Graph(graph::KbGraphArguments),
    #[command(about = "Show articles, session and graph on a page that follows every change", long_about = preview::LONG, after_help = preview::EXAMPLES)]
    Preview(preview::KbPreviewArguments),
}

pub(super) fn run(arguments: &KbArguments, screen: Screen) -> anyhow::Result<Exit> {
    match &arguments.verb {
        KbVerb::Check(arguments) => check::run(arguments, screen),
        KbVerb::Test(arguments) => test::run(arguments, screen),
        KbVerb::Init(arguments) => init::run(arguments, screen),
        KbVerb::Schema(arguments) => schema::run(arguments, screen),
        KbVerb::New(arguments) => new::run(arguments, screen),
        KbVerb::Import(arguments) => import::run(arguments, screen),
        KbVerb::Record(arguments) => record::run(arguments, screen),
        KbVerb::Causes(arguments) => causes::run(arguments, screen),
        KbVerb::Migrate(arguments) => migrate::run(arguments, screen),
        KbVerb::Diff(arguments) => diff::run(arguments, screen),
        KbVerb::Release(arguments) => release::run(arguments, screen),
        KbVerb::Render(arguments) => render::run(arguments, screen),
        KbVerb::Compile(arguments) => compile::run(arguments, screen),
        KbVerb::Graph(arguments) => graph::run(arguments, screen),
        KbVerb::Preview(arguments) => preview::run(arguments, screen),
    }
}
