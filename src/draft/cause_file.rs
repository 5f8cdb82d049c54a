//! The file of a cause.
//!
//! The one idea: whatever is said of a cause is written into its own file, be it new or there already. It must not decide
//! what is said.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::DraftError;
use super::desk::{Desk, words};
use super::yaml::{PathStep, Value, put, put_before, read};
use crate::knowledge::{CAUSES, Fields, Report, SectionRef, front_matter, front_span, quote};

/// The keys of a cause that follow what it tells and what helps.
const BEHIND: [&str; 3] = ["helped-by", "like", "unlike"];

/// Answers by question.
pub(super) type Answers = BTreeMap<String, String>;

/// What the file of a cause says.
#[derive(Debug, Default)]
pub(super) struct CauseFile<'a> {
    pub(super) id: &'a str,
    pub(super) symptom: &'a str,
    pub(super) title: String,
    pub(super) says: String,
    /// The section that explains it, where it has no prose of its own.
    pub(super) text: Option<String>,
    pub(super) common: &'a str,
    /// What is yours to do: lines before what each is about, without their `#`.
    pub(super) of_common: &'a str,
    pub(super) of_tells: String,
    pub(super) of_scenarios: &'a str,
    /// The answers that people with it usually give.
    pub(super) tells: Answers,
    /// The remedy that usually helps.
    pub(super) helped_by: Option<&'a str>,
    /// The answers that come to it.
    pub(super) like: Option<Answers>,
    /// Answers that come to another cause.
    pub(super) unlike: Option<(Answers, String)>,
}

impl<'a> CauseFile<'a> {
    /// One whose texts are all to be written.
    pub(super) fn begun(id: &'a str, symptom: &'a str, common: &'a str) -> Self {
        let title = format!("TODO: The reason in a line, {}", words(id));
        let says = format!("TODO: The same as a sentence to the person, {}.", words(id));
        Self { id, symptom, title, says, common, ..Self::default() }
    }

    fn written(&self, with_prose: bool) -> String {
        let Self { id, symptom, common, .. } = self;
        let mut out = format!("---\ncause: {id}\nsymptom: {symptom}\n");
        let _ = writeln!(out, "title: {}\nsays: {}", quote(&self.title), quote(&self.says));
        if let Some(text) = &self.text {
            let _ = writeln!(out, "text: {}", quote(text));
        }
        comment(&mut out, self.of_common);
        let _ = writeln!(out, "common: {common}");
        comment(&mut out, &self.of_tells);
        if !self.tells.is_empty() {
            out.push_str("tells:\n");
            for (question, answer) in &self.tells {
                let _ = writeln!(out, "  {}: {{ {}: usually }}", quote(question), quote(answer));
            }
        }
        if let Some(remedy) = self.helped_by {
            let _ = writeln!(out, "helped-by: {{ {}: usually }}", quote(remedy));
        }
        comment(&mut out, self.of_scenarios);
        if let Some(answers) = &self.like {
            let _ = write!(out, "like:\n{}", lines(answers));
        }
        if let Some((answers, is)) = &self.unlike {
            let _ = write!(out, "unlike:\n{}  is: {}\n", lines(answers), quote(is));
        }
        out.push_str("---\n");
        if with_prose {
            out.push_str("\nTODO: Why it happens, and how it shows, for somebody who cannot get in.\n");
        }
        out
    }
}

fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "# {line}");
    }
}

fn lines(answers: &Answers) -> String {
    let mut out = String::new();
    for (question, answer) in answers {
        let _ = writeln!(out, "  {}: {}", quote(question), quote(answer));
    }
    out
}

impl Desk<'_> {
    /// Makes the file of a cause: under its plain name, or in the folder of its symptom where that is taken.
    pub(super) fn add_cause(&mut self, file: &CauseFile<'_>) -> Result<(), DraftError> {
        let names = [format!("causes/{}.md", file.id), format!("causes/{}/{}.md", file.symptom, file.id)];
        let plain = file.text.is_none() && !self.is_there(&names[0]);
        let [path, below] = names;
        // The same cause of two symptoms is explained once.
        let at = SectionRef { article: CAUSES.to_owned(), anchor: file.id.to_owned() };
        let is_told = file.text.is_some() || self.ground.knowledge.section(&at).is_some();
        self.create(if plain { path } else { below }, file.written(!is_told))
    }

    /// Says of a cause, under `tells` or `helped-by`, what is said of one thing; `false` where the folder has no file of its own for it.
    pub(super) fn say_of_cause(
        &mut self,
        symptom: &str,
        cause: &str,
        (key, name, value): (&str, &str, &Value),
    ) -> Result<bool, DraftError> {
        let own = self.ground.own.iter().filter(|(path, _)| path.starts_with("causes/"));
        let found =
            own.filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?))).find(|(path, text)| {
                let root = front_matter(&mut Report::new(path, text));
                let is = |key: &str, id: &str| {
                    root.as_ref().and_then(|root| Fields::of(root).text(key)).as_deref() == Some(id)
                };
                is("cause", cause) && is("symptom", symptom)
            });
        let Some((path, _)) = found else { return Ok(false) };
        self.change(path, &format!("`{name}`"), |text| {
            let at = front_span(text)?;
            let changed = said(text.get(at.clone())?, key, name, value)?;
            Some(format!("{}{changed}{}", &text[..at.start], &text[at.end..]))
        })?;
        Ok(true)
    }
}

/// The front matter with `name: value` under one of its keys.
fn said(text: &str, key: &str, name: &str, value: &Value) -> Option<String> {
    let root = read(text)?;
    if root.get(key).is_some() {
        return put(text, &[PathStep::Key(key)], name, value);
    }
    let whole = Value::Inline(vec![(name.to_owned(), value.clone())]);
    match BEHIND.iter().find(|next| **next != key && root.get(next).is_some()) {
        Some(next) => put_before(text, &[], next, key, &whole),
        None => put(text, &[], key, &whole),
    }
}
