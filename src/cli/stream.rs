use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use zeroize::Zeroizing;

/// Lines on their way at once, for each worker. Memory stays flat whatever the input's length.
const AHEAD: usize = 64;
/// The input cannot be read on.
const BROKEN: &str = "the input cannot be read from here on";
/// The longest line, in bytes.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// A line that is not blank.
pub(super) struct Numbered {
    /// Counted from 1.
    pub(super) number: usize,
    /// Its text without the end, or why there is none.
    pub(super) text: Result<Zeroizing<String>, &'static str>,
}

/// A line and where what is made of it goes.
struct Job<T> {
    line: Numbered,
    result: SyncSender<T>,
}

/// Makes something of every line on all cores, and hands it on in the order of the input, as soon as it is there.
pub(super) fn in_order<T: Send>(
    mut lines: Box<dyn BufRead + Send>,
    make: impl Fn(&Numbered) -> T + Sync,
    mut take: impl FnMut(T),
) {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (jobs, work) = sync_channel::<Job<T>>(AHEAD * workers);
    let (promises, results) = sync_channel::<Receiver<T>>(AHEAD * workers);
    let work = Arc::new(Mutex::new(work));
    thread::scope(|scope| {
        for _ in 0..workers {
            let (work, make) = (Arc::clone(&work), &make);
            scope.spawn(move || {
                while let Ok(job) = { work.lock().map(|work| work.recv()) }.unwrap_or(Err(RecvError)) {
                    // The other side is gone only when the output is closed.
                    let _ = job.result.send(make(&job.line));
                }
            });
        }
        scope.spawn(move || {
            let mut number = 0;
            while let Some(text) = next_line(&mut lines) {
                number += 1;
                if text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                    continue;
                }
                let broken = text.as_ref().is_err_and(|error| *error == BROKEN);
                let (result, promise) = sync_channel(1);
                let job = Job { line: Numbered { number, text }, result };
                if promises.send(promise).is_err() || jobs.send(job).is_err() || broken {
                    return;
                }
            }
        });
        results.iter().filter_map(|promise| promise.recv().ok()).for_each(&mut take);
    });
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
            // Once reading fails nothing more comes: the next call says the same, and the caller stops.
            Err(_) => return Some(Err(BROKEN)),
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
