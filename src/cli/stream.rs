use std::io::BufRead;
use std::sync::mpsc::{Receiver, RecvError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use zeroize::Zeroizing;

/// Bundles on their way at once, for each worker. Memory stays flat whatever the input's length.
const AHEAD: usize = 64;
/// The input cannot be read on.
const BROKEN: &str = "the input cannot be read from here on";
const NO_END: &str = "the list does not end: expected `]`";
const NOT_UTF8: &str = "not UTF-8";
const TOO_LONG: &str = "longer than 4 MiB";
/// The longest line, in bytes.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// What one text of the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A line.
    Line,
    /// An item of a list.
    Item,
}

/// A line that is not blank, or an item of a list.
pub(super) struct Numbered {
    pub(super) unit: Unit,
    /// Counted from 1.
    pub(super) number: usize,
    /// Its text without the end, or why there is none.
    pub(super) text: Result<Zeroizing<String>, &'static str>,
}

impl Numbered {
    /// `line 7`.
    pub(super) fn name(&self) -> String {
        let unit = match self.unit {
            Unit::Line => "line",
            Unit::Item => "item",
        };
        format!("{unit} {}", self.number)
    }
}

/// Lines and where what is made of them goes.
struct Job<T> {
    lines: Vec<Numbered>,
    result: SyncSender<Vec<T>>,
}

/// Makes something of every line on all cores, and hands it on in the order of the input, as soon as it is there. What has
/// been read already goes in bundles of as many lines as `together`; nothing waits for what has not. A JSON list is read item
/// by item, as if each stood in a line.
pub(super) fn in_order<T: Send>(
    lines: Box<dyn BufRead + Send>,
    together: usize,
    make: impl Fn(&Numbered) -> T + Sync,
    mut take: impl FnMut(T),
) {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (jobs, work) = sync_channel::<Job<T>>(AHEAD * workers);
    let (promises, results) = sync_channel::<Receiver<Vec<T>>>(AHEAD * workers);
    let work = Arc::new(Mutex::new(work));
    thread::scope(|scope| {
        for _ in 0..workers {
            let (work, make) = (Arc::clone(&work), &make);
            scope.spawn(move || {
                while let Ok(job) = { work.lock().map(|work| work.recv()) }.unwrap_or(Err(RecvError)) {
                    // The other side is gone only when the output is closed.
                    let _ = job.result.send(job.lines.iter().map(make).collect());
                }
            });
        }
        scope.spawn(move || {
            let mut texts = Texts::new(lines);
            let mut bundle = Vec::new();
            loop {
                let next = texts.next();
                let is_last = next.is_none();
                bundle.extend(next);
                let is_full = bundle.len() >= together || !texts.has_more();
                if (is_full || is_last) && !bundle.is_empty() {
                    let (result, promise) = sync_channel(1);
                    let job = Job { lines: std::mem::take(&mut bundle), result };
                    if promises.send(promise).is_err() || jobs.send(job).is_err() {
                        return;
                    }
                }
                if is_last {
                    return;
                }
            }
        });
        results.iter().filter_map(|promise| promise.recv().ok()).flatten().for_each(&mut take);
    });
}

/// The texts of an input, one after the other.
struct Texts {
    source: Box<dyn BufRead + Send>,
    /// `None`: nothing was read yet.
    unit: Option<Unit>,
    number: usize,
    ended: bool,
    /// Whether a whole line is there to be taken without waiting.
    more: bool,
}

impl Texts {
    fn new(source: Box<dyn BufRead + Send>) -> Self {
        Self { source, unit: None, number: 0, ended: false, more: false }
    }

    fn has_more(&self) -> bool {
        self.more
    }

    /// The next that is not blank.
    fn next(&mut self) -> Option<Numbered> {
        let unit = *self.unit.get_or_insert_with(|| begin(&mut self.source));
        while !self.ended {
            let text = match unit {
                Unit::Line => self.next_line(),
                Unit::Item => self.next_item(),
            };
            self.ended |= matches!(text, None | Some(Err(BROKEN | NO_END)));
            self.number += 1;
            match text? {
                Ok(text) if text.trim().is_empty() => {}
                text => return Some(Numbered { unit, number: self.number, text }),
            }
        }
        None
    }

    /// The next line without its end. A line that is too long is passed over as a whole.
    fn next_line(&mut self) -> Option<Result<Zeroizing<String>, &'static str>> {
        let mut line = Zeroizing::new(Vec::new());
        let (mut any, mut too_long) = (false, false);
        loop {
            let part = match self.source.fill_buf() {
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
            self.more = part[used..].contains(&b'\n');
            self.source.consume(used);
            if end.is_some() {
                break;
            }
        }
        Some(text_of(line, too_long))
    }

    /// The next item of a list, whatever lines it stands on. What comes behind the list is one more item, and so is a list that
    /// does not end.
    fn next_item(&mut self) -> Option<Result<Zeroizing<String>, &'static str>> {
        let mut item = Zeroizing::new(Vec::new());
        let (mut depth, mut quoted, mut escaped, mut too_long) = (0_usize, false, false, false);
        loop {
            let part = match self.source.fill_buf() {
                Ok([]) => return Some(Err(NO_END)),
                Ok(part) => part,
                Err(_) => return Some(Err(BROKEN)),
            };
            let end = part.iter().position(|byte| {
                if quoted {
                    quoted = escaped || *byte != b'"';
                    escaped = !escaped && *byte == b'\\';
                    return false;
                }
                match byte {
                    b'"' => quoted = true,
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' if depth > 0 => depth -= 1,
                    b',' | b']' if depth == 0 => return true,
                    _ => {}
                }
                false
            });
            let content = &part[..end.unwrap_or(part.len())];
            too_long |= item.len() + content.len() > LONGEST_LINE;
            if !too_long {
                item.extend_from_slice(content);
            }
            let last = end.is_some_and(|end| part[end] == b']');
            let used = end.map_or(part.len(), |end| end + 1);
            self.more = part[used..].contains(&b',');
            self.source.consume(used);
            if last {
                // Nothing but the end may come behind it.
                self.unit = Some(Unit::Line);
            }
            if end.is_some() {
                return Some(text_of(item, too_long));
            }
        }
    }
}

fn text_of(mut bytes: Zeroizing<Vec<u8>>, too_long: bool) -> Result<Zeroizing<String>, &'static str> {
    if too_long {
        return Err(TOO_LONG);
    }
    let text = String::from_utf8(std::mem::take(&mut *bytes));
    text.map(Zeroizing::new).map_err(|_| NOT_UTF8)
}

/// Takes what comes before the first text: a list begins with a bracket, which is taken too.
fn begin(source: &mut impl BufRead) -> Unit {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let Ok(part) = source.fill_buf() else { return Unit::Line };
    let mark = if part.starts_with(MARK) { MARK.len() } else { 0 };
    let blank = part[mark..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if part.get(mark + blank) == Some(&b'[') {
        source.consume(mark + blank + 1);
        return Unit::Item;
    }
    Unit::Line
}
