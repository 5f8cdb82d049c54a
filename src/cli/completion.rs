//! What may follow on a command line: the scripts for shells, and the answers that the scripts ask for.
//!
//! The one idea: a script asks the program itself, so that verbs, options and the ids of the knowledge that is built in are
//! completed by what reads them. It must not read a file of the user, and it repeats nothing that was typed but what it completes.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter, complete,
};
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use clap_complete::{CompleteEnv, Shell};

use super::explain::offered;
use super::{Cli, NAME};
use crate::import::FORMATS;
use crate::knowledge::{App, Knowledge, checks};
use crate::lab::Fault;
use crate::triage::source::SOURCES;
use crate::verdict::UNSURE;

/// By this variable a script says which shell asks.
const ASKED_BY: &str = "OTP_DOCTOR_COMPLETE";
/// The word at the cursor, for [`Bash`].
const INDEX: &str = "OTP_DOCTOR_COMPLETE_INDEX";
/// That word as far as the cursor, for [`Bash`].
const TYPED: &str = "OTP_DOCTOR_COMPLETE_TYPED";

const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// Answers a script, where one asks; then the run is over.
#[allow(clippy::disallowed_methods)] // Names of files are looked for where the shell is.
pub(super) fn answer_a_script(arguments: impl Iterator<Item = OsString>) -> clap::error::Result<bool> {
    let asked = CompleteEnv::with_factory(Cli::command).var(ASKED_BY).shells(SHELLS);
    asked.try_complete(arguments, std::env::current_dir().ok().as_deref())
}

/// The script for a shell. It asks the program by the name by which it was called now.
#[allow(clippy::disallowed_methods)] // The first argument says how it was called.
pub(super) fn script(shell: Shell) -> io::Result<String> {
    let called = PathBuf::from(std::env::args_os().next().unwrap_or_else(|| NAME.into()));
    // A name without a folder is found by the shell.
    let called = if called.components().count() > 1 { std::path::absolute(called)? } else { called };
    let mut script = Vec::new();
    let Some(shell) = SHELLS.completer(&shell.to_string()) else {
        return Err(io::Error::other("there is no script for that shell"));
    };
    shell.write_registration(ASKED_BY, NAME, NAME, &called.to_string_lossy(), &mut script)?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// Causes, and the codes of checks.
pub(super) fn causes_and_checks() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let checks = checks().into_iter().map(|check| candidate(&check.code, &check.description));
        knowledge_causes().chain(checks).collect()
    })
}

/// Causes.
pub(super) fn causes() -> ArgValueCandidates {
    ArgValueCandidates::new(|| knowledge_causes().collect())
}

/// Verbs, one below the other.
pub(super) fn verbs() -> ArgValueCandidates {
    fn names(of: &Command, all: &mut Vec<CompletionCandidate>) {
        for verb in of.get_subcommands() {
            all.push(CompletionCandidate::new(verb.get_name()).help(verb.get_about().cloned()));
            names(verb, all);
        }
    }
    ArgValueCandidates::new(|| {
        let mut all = Vec::new();
        names(&Cli::command(), &mut all);
        once(all.into_iter())
    })
}

/// Remedies.
pub(super) fn remedies() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let symptoms = Knowledge::built_in().symptoms.into_values();
        let remedies = symptoms.flat_map(|symptom| symptom.remedies);
        once(remedies.map(|remedy| CompletionCandidate::new(remedy.id)))
    })
}

/// Symptoms, in the order in which they are offered.
pub(super) fn symptoms() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        offered(&Knowledge::built_in()).map(|symptom| candidate(&symptom.id, &symptom.title)).collect()
    })
}

/// Apps.
pub(super) fn apps() -> ArgValueCandidates {
    ArgValueCandidates::new(|| Knowledge::built_in().apps.iter().map(|(id, app)| candidate(id, &app.name)).collect())
}

/// Languages of the knowledge.
pub(super) fn languages() -> ArgValueCandidates {
    ArgValueCandidates::new(|| Knowledge::built_in().languages().map(CompletionCandidate::new).collect())
}

/// Faults of the laboratory.
pub(super) fn faults() -> ArgValueCandidates {
    ArgValueCandidates::new(|| Fault::all().map(|fault| CompletionCandidate::new(fault.id())).collect())
}

/// Formats of exports.
pub(super) fn formats() -> ArgValueCandidates {
    ArgValueCandidates::new(|| FORMATS.iter().map(|format| candidate(format.id, format.name)).collect())
}

/// Logs of services.
pub(super) fn logs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| SOURCES.iter().map(|source| candidate(source.id, source.name)).collect())
}

/// Scripts for agents, or a file.
pub(super) fn scripts() -> ArgValueCompleter {
    named_or_file(|| Knowledge::built_in().scripts.iter().map(|(id, script)| candidate(id, &script.title)).collect())
}

/// Services, or a file.
pub(super) fn services() -> ArgValueCompleter {
    named_or_file(|| Knowledge::built_in().services.iter().map(|(id, service)| candidate(id, &service.name)).collect())
}

/// `QUESTION=ANSWER`: first the question, then its answers.
pub(super) fn answers() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let knowledge = Knowledge::built_in();
        let questions = offered(&knowledge).flat_map(|symptom| &symptom.questions);
        let questions = questions.filter(|question| !question.noted);
        let all = match current.split_once('=') {
            None => {
                let app = CompletionCandidate::new(format!("{}=", App::ASKED));
                once(questions.map(|one| candidate(&format!("{}=", one.id), &one.ask)).chain([app]))
            }
            Some((App::ASKED, _)) => knowledge.apps.iter().map(|(id, app)| answer(App::ASKED, id, &app.name)).collect(),
            Some((id, _)) => once(questions.filter(|question| question.id == id).flat_map(|question| {
                let answers = question.answers.iter().map(|one| answer(id, &one.id, &one.label));
                answers.chain([CompletionCandidate::new(format!("{id}={UNSURE}"))])
            })),
        };
        beginning_with(&current, all)
    })
}

fn answer(question: &str, id: &str, title: &str) -> CompletionCandidate {
    candidate(&format!("{question}={id}"), title)
}

fn candidate(id: &str, title: &str) -> CompletionCandidate {
    CompletionCandidate::new(id.to_owned()).help(Some(title.to_owned().into()))
}

fn beginning_with(typed: &str, all: Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    all.into_iter().filter(|one| one.get_value().to_string_lossy().starts_with(typed)).collect()
}

fn named_or_file(names: impl Fn() -> Vec<CompletionCandidate> + Send + Sync + 'static) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let ids = beginning_with(&current.to_string_lossy(), names());
        ids.into_iter().chain(PathCompleter::any().complete(current)).collect()
    })
}

fn knowledge_causes() -> impl Iterator<Item = CompletionCandidate> {
    let knowledge = Knowledge::built_in();
    let causes = offered(&knowledge).flat_map(|symptom| &symptom.causes);
    once(causes.map(|cause| candidate(&cause.id, &cause.title))).into_iter()
}

/// Each id once, with the first of its titles.
fn once(all: impl Iterator<Item = CompletionCandidate>) -> Vec<CompletionCandidate> {
    let mut kept: Vec<CompletionCandidate> = Vec::new();
    for one in all {
        if !kept.iter().any(|earlier| earlier.get_value() == one.get_value()) {
            kept.push(one);
        }
    }
    kept
}

/// Bash. It takes `--color=auto` and `where=signing-in` for three words each, so they are joined here, and only what it takes
/// for a word is handed back.
struct Bash;

/// At these bash begins another word, beside blanks.
const BREAKS: [char; 2] = ['=', ':'];

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == self.name()
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let function = format!("_{}", name.replace('-', "_"));
        let completer = super::shell::argument(Path::new(completer));
        write!(
            buf,
            r#"{function}() {{
    local IFS=$'\n'
    COMPREPLY=( $({INDEX}="$COMP_CWORD" {TYPED}="$2" {var}=bash {completer} -- "${{COMP_WORDS[@]}}" 2>/dev/null) )
    if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -o nosort -o bashdefault -o default -F {function} {bin} 2>/dev/null ||
    complete -o bashdefault -o default -F {function} {bin}
"#
        )
    }

    #[allow(clippy::disallowed_methods)] // What the script says of the cursor comes in here.
    fn write_complete(
        &self,
        cmd: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> io::Result<()> {
        let index = std::env::var(INDEX).ok().and_then(|index| index.parse().ok()).unwrap_or_default();
        let typed = std::env::var_os(TYPED).unwrap_or_default();
        let Joined { words, index, kept } = joined(words, index, &typed);
        for candidate in complete(cmd, words, index, folder)? {
            let value = candidate.get_value().to_string_lossy();
            let Some(rest) = value.get(kept..) else { continue };
            writeln!(buf, "{}", escaped(rest))?;
        }
        Ok(())
    }
}

/// The words of a command line as a program gets them, as far as the cursor.
#[derive(Debug, PartialEq, Eq)]
struct Joined {
    words: Vec<OsString>,
    index: usize,
    /// So many bytes at the beginning of the last word bash keeps by itself.
    kept: usize,
}

/// Joins what bash has taken apart. `typed` is its word `index` as far as the cursor; it is empty right behind a break.
fn joined(words: Vec<OsString>, index: usize, typed: &OsStr) -> Joined {
    let breaks = |word: &OsStr| !word.is_empty() && word.to_string_lossy().chars().all(|c| BREAKS.contains(&c));
    let (mut out, mut kept) = (Vec::<OsString>::new(), 0);
    let mut goes_on = false;
    for (at, word) in words.into_iter().take(index + 1).enumerate() {
        let is_break = breaks(&word);
        let word = if at == index && !is_break { typed.to_owned() } else { word };
        kept = 0;
        match out.last_mut() {
            // The first is the program.
            Some(last) if at > 1 && (is_break || goes_on) => {
                kept = last.len() + if is_break { word.len() } else { 0 };
                last.push(word);
            }
            _ => out.push(word),
        }
        goes_on = is_break;
    }
    Joined { index: out.len().saturating_sub(1), words: out, kept }
}

/// A name of a file as bash reads it again.
fn escaped(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:@%+=~".contains(c) || c == MAIN_SEPARATOR;
    word.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bash_takes_apart_is_joined() {
        let line = |words: &[&str], typed: &str| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            let index = words.len() - 1;
            let Joined { words, index, kept } = joined(words, index, OsStr::new(typed));
            assert_eq!(index, words.len() - 1);
            (words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" "), kept)
        };
        assert_eq!(line(&["x", "explain", "dev"], "de"), ("x explain de".to_owned(), 0));
        assert_eq!(line(&["x", "--color", "=", "al"], "al"), ("x --color=al".to_owned(), 8));
        assert_eq!(line(&["x", "--color", "="], ""), ("x --color=".to_owned(), 8));
        assert_eq!(line(&["x", "--answer", "=", "where", "=", "si"], "si"), ("x --answer=where=si".to_owned(), 15));
        assert_eq!(line(&["x", "--zone", "+01", ":", "00", ""], ""), ("x --zone +01:00 ".to_owned(), 0));
    }

    #[test]
    fn names_of_files_are_escaped() {
        assert_eq!(escaped("a b$(c)'.json"), r"a\ b\$\(c\)\'.json");
        assert_eq!(escaped("überall/x=1"), "überall/x=1");
    }
}
