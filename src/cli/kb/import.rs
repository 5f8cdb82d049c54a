use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::folder;
use crate::cli::Exit;
use crate::cli::flaws::count;
use crate::cli::screen::Screen;
use crate::cli::shell;
use crate::draft::{self, Draft, Ground, HelpPage};
use crate::host::{self, FileError, Input};
use crate::probe;

pub(super) const LONG: &str = "\
Draft knowledge from a help article that you have.

The page may be Markdown as MkDocs reads it. Its prose becomes an article with an id at every heading; each heading that \
tells a trouble becomes a symptom, with a cause for each reason that the page gives and a remedy for each solution, its steps \
numbered. What only you can know is marked with TODO and listed. The draft is laid over the built-in knowledge, with ids of \
its own, and is sound but for what is marked.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor kb import help/troubleshooting.md --out our-help
      draft an article, symptoms and scenarios, and list what is left to do
  otp-doctor kb check our-help
      what the checks say to it

A solution is recognised by what it begins with: **Solution**, **Fix**, **What to do**, or a heading of that name. Without
any, the steps under a heading that tells a trouble are taken for it.";

/// `kb import`
#[derive(Debug, Args)]
pub(super) struct KbImportArguments {
    /// The help article
    #[arg(value_name = "ARTICLE.md")]
    article: PathBuf,
    /// Your folder of knowledge, which is made if there is none
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn run(arguments: &KbImportArguments, screen: Screen) -> anyhow::Result<Exit> {
    let KbImportArguments { article, out } = arguments;
    if host::is_folder(article) {
        bail!("{}: is a folder: expected one help article", host::shown(article));
    }
    let input = Input::File(article.clone());
    let bytes = host::read(&input)?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{}: not UTF-8", input.name()))?;
    let name = article.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (gathered, own) = folder::gathered(out)?;
    let knowledge = folder::sound(&gathered, screen)?;
    let vocabulary = probe::vocabulary();
    let ground = Ground { own: &own, all: &gathered.sources, knowledge: &knowledge, vocabulary: &vocabulary };
    let beside = article.parent().unwrap_or(Path::new(""));
    let refused = RefCell::new(BTreeSet::new());
    let is_there = |relative: &str| match host::file_within(beside, relative) {
        Ok(_) => true,
        // Of what is not there the draft has a point.
        Err(FileError::Io { .. }) => false,
        Err(why) => {
            refused.borrow_mut().insert(why.to_string());
            false
        }
    };
    let mut draft = draft::import(HelpPage { name: &name, text, is_there: &is_there }, ground)
        .with_context(|| format!("{}: no draft", host::shown(article)))?;
    draft.notes.extend(refused.take());
    folder::fit(out, &own, &mut draft);
    folder::write(out, &own, &draft, beside)?;
    screen.print(&told(out, &draft, screen.look.width))?;
    Ok(Exit::Good)
}

/// What was written, what is left to do by line, and how to go on.
fn told(out: &Path, draft: &Draft, width: usize) -> String {
    let mut text = folder::files_told(out, draft);
    for note in &draft.notes {
        let _ = writeln!(text, "note: {note}");
    }
    let points = draft.points();
    let _ = writeln!(text, "\n{} left for you:", count(points.len(), "point"));
    let mut path = "";
    for point in &points {
        if point.path != path {
            let _ = writeln!(text, "{}", host::shown(&out.join(&point.path)));
            path = &point.path;
        }
        let line = format!("{:>5}  ", point.line);
        let options = textwrap::Options::new(width).initial_indent(&line).subsequent_indent("       ");
        let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        let _ = writeln!(text, "{}", textwrap::fill(&point.what, &options));
    }
    let folder = shell::argument(out);
    let _ = write!(text, "\nThen:\n  otp-doctor kb check {folder}\n  otp-doctor kb test {folder}\n");
    text
}
