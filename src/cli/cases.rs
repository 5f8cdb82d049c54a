use std::io::{self, BufRead};
use std::process;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use zeroize::Zeroizing;

use super::Exit;
use super::diagnose::{Format, subject, written};
use super::knowledge::Loaded;
use super::screen::{Screen, complain};
use crate::case;
use crate::engine;
use crate::host::{self, Input};
use crate::report;

/// Lines on their way at once, for each worker. Memory stays flat whatever the input's length.
const AHEAD: usize = 64;
/// The longest line, in bytes.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// A line to be diagnosed, and where its answer goes.
struct Job {
    number: usize,
    line: Result<Zeroizing<String>, &'static str>,
    answer: SyncSender<Answer>,
}

struct Answer {
    text: String,
    unreadable: bool,
}

/// Diagnoses a stream of cases on all cores; answers come in the order of the input, as soon as they are there.
pub(super) fn run(input: &Input, format: Format, loaded: &Loaded, screen: Screen) -> anyhow::Result<Exit> {
    let mut lines = host::open_lines(input)?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (jobs, work) = sync_channel::<Job>(AHEAD * workers);
    let (promises, answers) = sync_channel::<Receiver<Answer>>(AHEAD * workers);
    let work = Arc::new(Mutex::new(work));
    thread::scope(|scope| {
        for _ in 0..workers {
            let work = Arc::clone(&work);
            scope.spawn(move || {
                while let Ok(job) = { work.lock().map(|work| work.recv()) }.unwrap_or(Err(std::sync::mpsc::RecvError)) {
                    // The other side is gone only when the output is closed.
                    let _ = job.answer.send(answer(&job, format, loaded, screen));
                }
            });
        }
        scope.spawn(move || {
            let mut number = 0;
            while let Some(line) = next_line(&mut lines) {
                number += 1;
                if line.as_ref().is_ok_and(|line| line.trim().is_empty()) {
                    continue;
                }
                let (answer, promise) = sync_channel(1);
                if promises.send(promise).is_err() || jobs.send(Job { number, line, answer }).is_err() {
                    return;
                }
            }
        });
        let mut exit = Exit::Good;
        for answer in answers.iter().filter_map(|promise| promise.recv().ok()) {
            if let Err(error) = screen.print(&answer.text) {
                // The reader may wait for input that never comes, and the scope would wait for the reader.
                let code = if error.kind() == io::ErrorKind::BrokenPipe { 0 } else { 2 };
                #[allow(clippy::disallowed_methods)]
                process::exit(code);
            }
            if answer.unreadable {
                exit = Exit::Failed;
            }
        }
        Ok(exit)
    })
}

/// The next line without its end. A line that is too long is passed over as a whole.
fn next_line(lines: &mut impl BufRead) -> Option<Result<Zeroizing<String>, &'static str>> {
    let mut line = Zeroizing::new(Vec::new());
    let (mut any, mut too_long) = (false, false);
    loop {
        let part = match lines.fill_buf() {
            Ok([]) if !any => return None,
            Ok([]) => break,
            Ok(part) => part,
            Err(_) if any => return Some(Err("the input broke off here")),
            Err(_) => return None,
        };
        any = true;
        let end = part.iter().position(|byte| *byte == b'\n');
        let content = &part[..end.unwrap_or(part.len())];
        too_long |= line.len() + content.len() > LONGEST_LINE;
        if !too_long {
            line.extend_from_slice(content);
        }
        let used = end.map_or(part.len(), |end| end + 1);
        lines.consume(used);
        if end.is_some() {
            break;
        }
    }
    if too_long {
        return Some(Err("longer than 4 MiB"));
    }
    let text = String::from_utf8(std::mem::take(&mut *line));
    Some(text.map(Zeroizing::new).map_err(|_| "not UTF-8"))
}

fn answer(job: &Job, format: Format, loaded: &Loaded, screen: Screen) -> Answer {
    let unreadable = |id: Option<&str>, error: &str| {
        if format == Format::Json {
            return Answer { text: report::unreadable(job.number, id, error) + "\n", unreadable: true };
        }
        let id = id.map_or_else(String::new, |id| format!(" ({})", report::foreign::plain(id)));
        complain(&format!("error: line {}{id}: {error}", job.number));
        Answer { text: String::new(), unreadable: true }
    };
    let line = match &job.line {
        Ok(line) => line,
        Err(error) => return unreadable(None, error),
    };
    let mut case = match case::read(line.trim_start_matches('\u{feff}')) {
        Ok(case) => case,
        Err(error) => return unreadable(error.id.as_deref(), &error.to_string()),
    };
    loaded.complete(&mut case);
    match engine::diagnose(&case, &loaded.knowledge) {
        Ok(diagnosis) => {
            let text = match format {
                Format::Text => report::line(&subject(&case, &diagnosis, loaded), screen.look) + "\n",
                _ => written(&case, &diagnosis, loaded, format, screen),
            };
            Answer { text, unreadable: false }
        }
        Err(error) => unreadable(case.id.as_deref(), &error.to_string()),
    }
}
