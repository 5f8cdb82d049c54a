//! `kb preview`: a page on this computer that shows what a change does to the article, the session and the graph.
//!
//! The one idea: change a file, and the page changes by itself, with the answers that were given. It must not be reached
//! from anywhere else, nor change a file.

mod address;
mod article;
mod desk;
mod flaws;
mod gate;
mod graphs;
mod own;
mod page;
mod published;
mod server;
mod talk;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use clap::Args;

use self::desk::Desk;
use self::published::Published;
use self::server::{Front, serve};
use crate::cli::Exit;
use crate::cli::completion;
use crate::cli::knowledge;
use crate::cli::language::Language;
use crate::cli::port;
use crate::cli::screen::{Screen, complain};

pub(super) const LONG: &str = "\
Show the articles, the session and the graph on a page that follows every change.

Open the address that is printed in a browser. Beside the article, in the words of your service, you go through the \
session as people do, and from its top you come to the page as people get it. Save a file, and within a second the page shows it, with the answers you have given. Flaws stand at \
the top, each with its line. The page is on this computer only, and nothing is stored. Ctrl-C ends it.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb preview our-help --service harbour-bank
      your folder, in the words of your service
  otp-doctor kb preview
      the knowledge that is built in";

/// The page is there by default, so that its address stays the same from day to day.
const USUAL_PORT: u16 = 8417;

/// `kb preview`
#[derive(Debug, Args)]
pub(super) struct KbPreviewArguments {
    /// A folder of knowledge, laid over the built-in one; without it, what is built in
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The service whose words and contacts to use: its name in the knowledge, or a file of your own
    #[arg(long, value_name = "NAME|FILE", add = completion::services())]
    service: Option<String>,
    #[command(flatten)]
    language: Language,
    /// A folder with talks.wasm and reads.wasm for the page as people get it, in place of those that a release carries
    #[arg(long, value_name = "DIR")]
    engine: Option<PathBuf>,
    /// The port of this computer to be found at; without it, 8417 or else one that is free
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

pub(super) fn run(arguments: &KbPreviewArguments, screen: Screen) -> anyhow::Result<Exit> {
    let options = knowledge::KnowledgeOptions {
        knowledge: arguments.folder.clone(),
        service: arguments.service.clone(),
        ..knowledge::KnowledgeOptions::default()
    };
    let desk = Desk::new(options, arguments.language.clone())?;
    let server = port::open(arguments.port, USUAL_PORT)?;
    let follows = !desk.watched().is_empty();
    let published = Published::new(arguments.engine.as_deref(), arguments.folder.as_deref());
    let front = Arc::new(Front::new(desk, published, server.port()));
    let watching = Arc::clone(&front);
    thread::spawn(move || {
        if let Err(error) = watching.desk.watch() {
            complain(&format!("warning: {error}; load the page again after a change"));
        }
    });
    let checking = Arc::clone(&front);
    thread::spawn(move || checking.desk.check());
    let follows = if follows { "It follows every change; Ctrl-C ends it." } else { "Ctrl-C ends it." };
    screen.print(&format!("http://127.0.0.1:{}/\n{follows}\n", server.port()))?;
    serve(&front, &server);
    Ok(Exit::Good)
}
