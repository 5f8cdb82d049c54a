use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};

use crate::report::Look;

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

/// Writes a line to standard error; a closed one is no reason to fail.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether a person can be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
