//! `man`: the manual pages, one a verb.
//!
//! The one idea: what a page says of arguments comes from what reads them; the table here has what no argument says: how a run
//! ends, by verb. It must not hold what `--help` says already.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::screen::Screen;
use super::settings::{self, Key};
use super::{Cli, Exit, completion};
use crate::diagnostic::nearest;
use crate::host;

pub(super) const ABOUT: &str = "Print a manual page, or write all of them";
pub(super) const LONG: &str = "\
Print the manual page of the program, or of a verb: `otp-doctor man kb check`. With --out all pages are written into a \
folder, for a package; `man -l FILE` shows one.";

/// `man`
#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// The verb, such as `kb check`; the program by default
    #[arg(value_name = "VERB", conflicts_with = "out", add = completion::verbs())]
    verb: Vec<String>,
    /// Write every page there, in place of older ones
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &ManArguments, screen: Screen) -> anyhow::Result<Exit> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    if let Some(folder) = &arguments.out {
        for (name, page) in pages(&program)? {
            host::write_again(folder, name, page)?;
        }
        return Ok(Exit::Good);
    }
    let mut command = &program;
    for verb in &arguments.verb {
        let verbs = command.get_subcommands().map(Command::get_name);
        let Some(next) = command.find_subcommand(verb) else {
            let near = nearest(verb, verbs).map_or_else(String::new, |near| format!("; did you mean {near}?"));
            bail!("there is no verb of that name{near}");
        };
        command = next;
    }
    screen.print(&page(command)?)?;
    Ok(Exit::Good)
}

/// The pages of a command and of all verbs below it, each with the name of its file.
fn pages(command: &Command) -> anyhow::Result<Vec<(String, String)>> {
    let mut all = vec![(format!("{}.1", name_of(command)), page(command)?)];
    for verb in command.get_subcommands() {
        all.extend(pages(verb)?);
    }
    Ok(all)
}

/// `otp-doctor-kb-check`
fn name_of(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command) -> anyhow::Result<String> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut page)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let (version, title) = (env!("CARGO_PKG_VERSION"), name_of(command).to_uppercase());
    let body = format!("{}{}", String::from_utf8_lossy(&page), ending(command));
    // Without a date, since the program knows none. Lines that are made as wide as the others tear long words apart.
    Ok(format!(".TH {title} 1 \"\" \"{} {version}\" \"User Commands\"\n.ad l\n{}", super::NAME, wrapped(&body)))
}

/// The source of a page in lines as short as those who check pages want them; what is shown as it stands stays so.
fn wrapped(source: &str) -> String {
    let mut out = String::new();
    let mut as_it_stands = false;
    let lines: Vec<&str> = source.lines().collect();
    for (at, &line) in lines.iter().enumerate() {
        let beside = [at.checked_sub(1).map(|at| lines[at]), lines.get(at + 1).copied()];
        if line == ".br" && (beside.contains(&Some(".sp")) || beside.contains(&Some(""))) {
            // An empty line breaks lines by itself, and those who check pages say so.
            continue;
        }
        as_it_stands = match line {
            ".nf" => true,
            ".fi" => false,
            _ => as_it_stands,
        };
        if as_it_stands || line.starts_with(['.', '\'']) {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let options =
            textwrap::Options::new(76).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
        for part in textwrap::wrap(line.trim_start(), options) {
            // At the beginning of a line these two would begin a request.
            out.push_str(if part.starts_with(['.', '\'']) { "\\&" } else { "" });
            out.push_str(part.trim_end());
            out.push('\n');
        }
    }
    out
}

/// What `--help` does not say, and its examples.
fn ending(command: &Command) -> String {
    let mut roff = Roff::new();
    if let Some(examples) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        roff.control("SH", ["EXAMPLES"]).control("nf", []);
        let examples = examples.to_string();
        let lines = examples.lines().filter(|line| *line != "Examples:");
        for line in lines.map(|line| line.strip_prefix("  ").unwrap_or(line)) {
            if line.is_empty() {
                roff.control("sp", []);
            } else {
                roff.text([roman(line)]);
            }
        }
        roff.control("fi", []);
    }
    roff.control("SH", ["EXIT STATUS"]);
    let ends = if command.has_subcommands() && name_of(command) != super::NAME { &[] } else { ends(name_of(command)) };
    for (status, meaning) in ends {
        item(&mut roff, bold(*status), &[roman(*meaning)]);
    }
    if ends.is_empty() {
        roff.text([roman("That of the verb; 2 without one.")]);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (variable, meaning) in ENVIRONMENT {
        item(&mut roff, bold(*variable), &[roman(*meaning)]);
    }
    for key in Key::ALL {
        item(&mut roff, bold(key.variable()), &[roman(format!("As {} in {}.", key.name(), settings::FILE))]);
    }
    roff.control("SH", ["FILES"]);
    roff.text([roman("No cache, and no state of its own. It reads and writes what its arguments name, and reads:")]);
    item(&mut roff, bold(settings::FILE), &[roman(SETTLED)]);
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        let names: Vec<&str> = argument.get_value_names().into_iter().flatten().map(AsRef::as_ref).collect();
        if !names.iter().any(|name| ["FILE", "DIR", "SESSION", ".md"].iter().any(|part| name.contains(part))) {
            continue;
        }
        let names = names.join(" ");
        let term = match argument.get_long() {
            Some(long) => vec![bold(format!("--{long}")), roman(" "), italic(names)],
            None => vec![italic(names)],
        };
        roff.control("TP", []).text(term);
        roff.text([roman(argument.get_help().map(ToString::to_string).unwrap_or_default())]);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text(related(command));
    roff.to_roff()
}

fn item(roff: &mut Roff, term: Inline, text: &[Inline]) {
    roff.control("TP", []).text([term]);
    roff.text(text.to_vec());
}

/// The page above, and those below.
fn related(command: &Command) -> Vec<Inline> {
    let name = name_of(command);
    let above = match command.get_bin_name().unwrap_or(name).rsplit_once(' ') {
        Some((above, _)) => above.replace(' ', "-"),
        None => String::new(),
    };
    let below = command.get_subcommands().map(|verb| name_of(verb).to_owned());
    let names: Vec<String> = std::iter::once(above).chain(below).filter(|name| !name.is_empty()).collect();
    let mut line = Vec::new();
    for (at, name) in names.iter().enumerate() {
        line.extend([bold(name.as_str()), roman(if at + 1 == names.len() { "(1)" } else { "(1), " })]);
    }
    line
}

type Ends = &'static [(&'static str, &'static str)];

const FAILED: (&str, &str) = ("2", "It could not run: a file, an argument.");
const SESSION: Ends = &[
    ("0", "It came to its end."),
    ("1", "It was ended before, or nothing more could be asked."),
    FAILED,
    ("130", "Ctrl-C at a prompt."),
];
/// A program that stays has no other end.
const STOPPED: &str = "130";

/// How a run of a verb ends, by the name of its page.
fn ends(name: &str) -> Ends {
    match name {
        "otp-doctor" | "otp-doctor-session-start" => SESSION,
        "otp-doctor-diagnose" => &[
            ("0", "Each case is confirmed or likely; with --cases, every line was answered."),
            ("1", "A case is undetermined (not with --cases)."),
            ("2", "It could not run; with --cases, also: a line could not be read, and the others are answered."),
            ("130", "Ctrl-C at a prompt."),
        ],
        "otp-doctor-entries" => &[
            ("0", "All was read."),
            ("1", "Something could not be read, and the rest is shown."),
            ("2", "Nothing could be read."),
            ("130", "Ctrl-C at a prompt."),
        ],
        "otp-doctor-triage" => &[
            ("0", "People have something in common, or somebody guesses."),
            ("1", "Nothing in common."),
            ("2", "A line could not be read, and the rest is told; or it could not run."),
        ],
        "otp-doctor-page" => &[("0", "Written."), FAILED, (STOPPED, "Ctrl-C, with --serve.")],
        "otp-doctor-kb-check" => &[
            ("0", "Sound."),
            ("1", "A flaw; with --strict, also a warning."),
            FAILED,
            (STOPPED, "Ctrl-C, with --watch."),
        ],
        "otp-doctor-kb-test" => &[("0", "Sound."), ("1", "A flaw, or a scenario that did not come true."), FAILED],
        "otp-doctor-kb-preview" => &[FAILED, (STOPPED, "Ctrl-C.")],
        "otp-doctor-kb-diff" => &[("0", "Nothing changes for people."), ("1", "Something does."), FAILED],
        _ => &[("0", "Done."), FAILED],
    }
}

/// Of the configuration.
const SETTLED: &str =
    "What counts where no option says so, for the verbs that help somebody; otp-doctor-config(1) tells more.";

const ENVIRONMENT: Ends = &[
    ("NO_COLOR", "Where it is set and not empty, nothing is in colours unless --color always says so."),
    ("CLICOLOR, CLICOLOR_FORCE, TERM", "Whether the terminal shows colours, where --color is auto."),
    (
        "LC_ALL, LC_MESSAGES, LANG",
        "The language to speak to people, where no --lang is given; the first that is set counts.",
    ),
    ("OTP_DOCTOR_COMPLETE", "Set by the scripts of `otp-doctor completions`, for their questions alone."),
];
