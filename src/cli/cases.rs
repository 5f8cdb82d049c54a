use std::io;
use std::process;

use super::Exit;
use super::diagnose::{AnswerFormat, subject, warn_of_secrets, written};
use super::knowledge::Loaded;
use super::progress::Progress;
use super::screen::{Screen, complain};
use super::stream::{self, Numbered};
use crate::case;
use crate::engine;
use crate::host::{self, Input};
use crate::report;

/// How often it is told how far it is, in cases.
const STEP: usize = 100;
/// Cases that one worker takes at once: each is work enough.
const TOGETHER: usize = 1;

struct Answer {
    text: String,
    unreadable: bool,
}

/// Diagnoses a stream of cases on all cores; answers come in the order of the input, as soon as they are there.
pub(super) fn run(input: &Input, format: AnswerFormat, loaded: &Loaded, screen: Screen) -> anyhow::Result<Exit> {
    let lines = host::open_lines(input)?;
    let mut exit = Exit::Good;
    let mut progress = Progress::new("cases", STEP).beside_results();
    stream::in_order(
        lines,
        TOGETHER,
        |line| answer(line, format, loaded, (input, screen)),
        |answer| {
            progress.step();
            if let Err(error) = screen.print(&answer.text) {
                // The reader may wait for input that never comes, and the stream would wait for the reader.
                if error.kind() != io::ErrorKind::BrokenPipe {
                    complain(&format!("error: standard output: {error}"));
                }
                let code = if error.kind() == io::ErrorKind::BrokenPipe { 0 } else { 2 };
                #[allow(clippy::disallowed_methods)]
                process::exit(code);
            }
            if answer.unreadable {
                exit = Exit::Failed;
            }
        },
    );
    progress.clear();
    Ok(exit)
}

fn answer(line: &Numbered, format: AnswerFormat, loaded: &Loaded, (input, screen): (&Input, Screen)) -> Answer {
    let unreadable = |id: Option<&str>, error: &str| {
        let shown = id.map_or_else(String::new, |id| format!(" ({})", crate::speech::foreign::plain(id)));
        let text = match format {
            AnswerFormat::Json => report::unreadable(line.number, id, error) + "\n",
            // A log has what was refused, and nothing else.
            AnswerFormat::Log => {
                complain(&format!("{}{shown}: {error}", line.name()));
                String::new()
            }
            AnswerFormat::Text | AnswerFormat::Markdown => {
                format!("{:<12} {}{shown}: {error}\n", "unreadable", line.name())
            }
        };
        Answer { text, unreadable: true }
    };
    let text = match &line.text {
        Ok(text) => text,
        Err(error) => return unreadable(None, error),
    };
    let mut case = match case::read(text.trim_start_matches('\u{feff}')) {
        Ok(case) => case,
        Err(error) => return unreadable(error.id.as_deref(), &error.to_string()),
    };
    warn_of_secrets(&case, input);
    loaded.complete(&mut case);
    match engine::diagnose(&case, &loaded.knowledge) {
        Ok(diagnosis) => {
            let text = match format {
                AnswerFormat::Text => report::line(&subject(&case, &diagnosis, loaded), screen.look) + "\n",
                AnswerFormat::Markdown => written(&case, &diagnosis, loaded, format, screen) + "\n",
                AnswerFormat::Json | AnswerFormat::Log => written(&case, &diagnosis, loaded, format, screen),
            };
            Answer { text, unreadable: false }
        }
        Err(error) => unreadable(case.id.as_deref(), &error.to_string()),
    }
}
