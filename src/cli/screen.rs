use std::cmp::Reverse;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};

use crate::host;
use crate::report::Look;
use crate::speech::{foreign, looks_private};

/// How to print.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Screen")]
pub(super) struct ScreenOptions {
    /// When to use colours; `auto` obeys `NO_COLOR` and stays plain in a pipe
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", hide_possible_values = true)]
    color: Colour,
    /// Columns to write in; the terminal's by default, 80 in a pipe
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=400))]
    width: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    choice: ColorChoice,
    pub(super) look: Look,
}

/// Lines longer than this are hard to read.
const WIDEST: u16 = 100;

impl ScreenOptions {
    pub(super) fn open(self) -> Screen {
        let choice = match self.color {
            Colour::Auto => AutoStream::choice(&io::stdout()),
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        };
        let terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.min(WIDEST));
        let width = self.width.or(terminal).unwrap_or(80).max(20);
        Screen { choice, look: Look { width: usize::from(width), styled: choice != ColorChoice::Never } }
    }
}

impl Screen {
    /// Writes to standard output.
    pub(super) fn print(self, text: &str) -> io::Result<()> {
        let mut out = AutoStream::new(io::stdout().lock(), self.choice);
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Writes to standard output in place of what is on the terminal; in a pipe it follows what came before.
    pub(super) fn print_anew(self, text: &str) -> io::Result<()> {
        // Home, then everything from there on: what has scrolled away stays to be looked at.
        let clear = if io::stdout().is_terminal() { "\x1b[H\x1b[J" } else { "" };
        let mut out = io::stdout().lock();
        out.write_all(clear.as_bytes())?;
        drop(out);
        self.print(text)
    }
}

/// Writes bytes that are no text to standard output, as they are.
pub(super) fn hand_on(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// So many characters of such an argument are not repeated, either.
const LEAST: usize = 16;

/// Arguments that look like a key or a code: they were typed in the wrong place, and no complaint repeats them.
static PRIVATE: OnceLock<Vec<String>> = OnceLock::new();

/// Notes the arguments that no complaint may repeat, of one such as `--ntp=HOST:PORT` every part. What is there is a file.
pub(super) fn spare(arguments: impl Iterator<Item = String>) {
    let mut private = Vec::new();
    for argument in arguments.filter(|argument| !host::is_there(Path::new(argument))) {
        let value = argument.split_once('=').map_or("", |(_, value)| value);
        // Digits within a text are a port, say, or a day; a key is one wherever it stands.
        let keys = argument.split(['=', ':', '/']).filter(|part| part.len() >= 16);
        let shown = foreign::plain(&argument);
        let all = [&argument, value, &shown].into_iter().chain(keys).filter(|text| looks_private(text));
        private.extend(all.map(str::to_owned));
    }
    // What has another one in it goes first.
    private.sort_by_key(|text| Reverse(text.len()));
    let _ = PRIVATE.set(private);
}

/// A complaint without what looks like a key or a code among the arguments.
pub(super) fn spared(text: &str) -> String {
    let mut text = text.to_owned();
    for private in PRIVATE.get().into_iter().flatten() {
        // A long one may be cut where it is quoted.
        let begin = private.char_indices().nth(LEAST).map_or(private.as_str(), |(end, _)| &private[..end]);
        while let Some(at) = text.find(begin) {
            let same = text[at..].chars().zip(private.chars()).take_while(|(one, other)| one == other);
            let length: usize = same.map(|(one, _)| one.len_utf8()).sum();
            text.replace_range(at..at + length, "…");
        }
    }
    text
}

/// Writes a line to standard error, or several; a closed one is no reason to fail. Nothing in it steers the terminal.
pub(super) fn complain(line: &str) {
    complain_as_drawn(&foreign::lines(line));
}

/// The same with styles in it, whose foreign parts are inert already.
pub(super) fn complain_as_drawn(text: &str) {
    let _ = writeln!(io::stderr(), "{}", spared(text));
}

/// The same of a text that ends its last line itself, in colours where standard error shows them.
pub(super) fn complain_styled(text: &str) {
    let _ = write!(AutoStream::auto(io::stderr()), "{}", spared(text));
}

/// Whether a person can be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For a terminal
    Text,
    /// For a ticket
    Markdown,
    /// For a program, one line a case
    Json,
}
