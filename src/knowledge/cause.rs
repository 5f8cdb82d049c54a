//! `causes/*.md`: what may be behind a symptom, each in a file of its own; and the causes of a symptom in the first form.
//!
//! The one idea: whatever is said of a cause stands with it, what tells of it and what helps too, so that a cause is added
//! and taken out in one place. Both forms come to the same. It must not weigh.

use std::ops::Range;

use super::fields::{Fields, text, word};
use super::files::Page;
use super::frequency::{NEVER, fixes};
use super::model::{Cause, SectionRef};
use super::names::Names;
use super::report::Report;
use super::symptom::SymptomScope;
use super::wording::{self, placeholders};
use super::yaml::{Key, Node};

/// The article that the prose of all causes makes up.
pub const ARTICLE: &str = "causes.md";

/// The file of a cause that is not read yet.
#[derive(Debug)]
pub(super) struct CauseFile<'a> {
    /// Its front matter.
    pub(super) root: Node,
    pub(super) report: Report<'a>,
    /// Its prose.
    pub(super) page: Page<'a>,
    /// The symptom does not take it over: it is here for its prose.
    pub(super) is_passed_over: bool,
    /// It lies below the symptom, which somebody has replaced: what it names may be gone, and is passed over.
    pub(super) is_below: bool,
}

/// A cause, with what its file says of the symptom's answers and remedies.
pub(super) struct ReadCause {
    pub(super) cause: Cause,
    /// How often people with it give an answer.
    pub(super) tells: Vec<Tell>,
    /// How often a remedy helps against it.
    pub(super) helped_by: Vec<(String, f64)>,
}

/// How often people with a cause give an answer.
pub(super) struct Tell {
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) often: f64,
}

impl CauseFile<'_> {
    /// The id that it says it has.
    pub(super) fn id(&self) -> Option<&str> {
        self.root.get("cause").and_then(Node::as_str)
    }

    /// The symptom that it says it is behind.
    pub(super) fn symptom(&self) -> Option<&str> {
        self.root.get("symptom").and_then(Node::as_str)
    }

    /// Whether it says how often people with it give that answer.
    pub(super) fn speaks_of(&self, question: &str, answer: &str) -> bool {
        self.root.get("tells").and_then(|all| all.get(question)?.get(answer)).is_some()
    }

    /// Reads it; `None` if there is an error in it.
    pub(super) fn read(&mut self, scope: &SymptomScope) -> Option<ReadCause> {
        let Self { root, report, page, is_below, .. } = self;
        let has_prose = !page.sections.is_empty();
        let fields = Fields::of(root);
        let id = fields.id("cause")?;
        report.sound(&root.span, |report| {
            check_name(&id, root, report);
            let at = fields.get("cause").map_or(0..0, |node| node.span.clone());
            let told = section(&id, &at, fields, has_prose, scope.names, report);
            let cause = cause(&id, fields, told, scope, report);
            let tells = tells(&id, fields, scope, *is_below, report);
            let known = |key: &Key, report: &mut Report| {
                if scope.says(&["remedies", &key.text, "fixes", &id]) {
                    return said_twice(key, *is_below, report);
                }
                if *is_below {
                    scope.has_remedy(&key.text).then_some(())
                } else {
                    scope.remedy(&key.text, &key.span, report)
                }
            };
            let helped_by = fixes(fields.items("helped-by"), &scope.base.scales.given, report, known);
            Some(ReadCause { cause: cause?, tells, helped_by })
        })
    }
}

/// Reads a cause of the first form, which says nothing of answers and remedies.
pub(super) fn of_first_form(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<ReadCause> {
    let fields = Fields::of(node);
    let told = scope.section(fields, "text", report);
    let cause = cause(&key.text, fields, told, scope, report)?;
    Some(ReadCause { cause, tells: Vec::new(), helped_by: Vec::new() })
}

fn cause(
    id: &str,
    fields: Fields,
    told: Option<SectionRef>,
    scope: &SymptomScope,
    report: &mut Report,
) -> Option<Cause> {
    let title = scope.said(fields, "title", report);
    let says = fields.get("says").and_then(|node| {
        let says = text(node)?;
        check_placeholders(id, &says, &node.span, scope.names, report);
        // What it may fill in was looked at; the rest is as for any text.
        let own: Vec<&str> = placeholders(&says).map(|(_, name)| name).collect();
        wording::check_span(&node.span, &own, scope.names, &scope.base.vetted, report);
        Some(says)
    });
    let avoid = scope.said(fields, "avoid", report).map(|(avoid, _)| avoid);
    let weight = fields.get("common").and_then(|node| scope.base.scales.common.number(node));
    let only_when = scope.condition(fields.get("only-when"), report);
    Some(Cause {
        id: id.to_owned(),
        title: title?.0,
        says,
        avoid,
        text: told?,
        weight: weight?,
        stands_for: fields.id("stands-for"),
        only_when: only_when?,
    })
}

/// A cause's sentence may name what its explanation provides, and what the service calls things.
fn check_placeholders(cause: &str, says: &str, span: &Range<usize>, names: &Names, report: &mut Report) {
    let provides = names.vocabulary.provides(cause);
    for (_, placeholder) in placeholders(says) {
        let known = provides.contains(&placeholder) || names.words.contains(placeholder);
        if !known && !names.partial && !names.vocabulary.is_open {
            let allowed = provides.iter().copied().chain(names.words.iter().map(String::as_str));
            report.unknown("KB108", span, "placeholder", placeholder, allowed);
        }
    }
}

/// A file is found by the name of what is in it.
fn check_name(id: &str, root: &Node, report: &mut Report) {
    let name = report.path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or_default();
    if let Some(node) = root.get("cause").filter(|_| name != id) {
        let message = format!("the file is named `{name}.md`: expected `{id}.md`");
        report.warning("KB011", &node.span, message, "a cause is looked for under its id");
    }
}

/// Where the cause is explained: in its own prose, in a section that it names, or in the prose of the same cause of
/// another symptom.
fn section(
    id: &str,
    at: &Range<usize>,
    fields: Fields,
    has_prose: bool,
    names: &Names,
    report: &mut Report,
) -> Option<SectionRef> {
    let own = || SectionRef { article: ARTICLE.to_owned(), anchor: id.to_owned() };
    match fields.get("text") {
        Some(node) if has_prose => {
            let message = "prose and `text`: expected one of them to explain the cause";
            report.error_with_help(
                "KB003",
                &node.span,
                message,
                "take out `text`, or the prose behind the front matter",
            );
            None
        }
        Some(node) => names.section(&text(node)?, &node.span, report),
        None if has_prose || names.articles.get(ARTICLE).is_some_and(|article| article.section(id).is_some()) => {
            Some(own())
        }
        None => {
            let message = format!("nothing explains `{id}`: expected prose behind the front matter");
            report.error_with_help("KB004", at, message, "say what it is, how it looks and where it comes from");
            None
        }
    }
}

fn tells(cause: &str, fields: Fields, scope: &SymptomScope, is_below: bool, report: &mut Report) -> Vec<Tell> {
    let mut told = Vec::new();
    for (question, answers) in fields.items("tells") {
        let Some(known) = scope.questions.get(&question.text) else {
            if !is_below {
                scope.question(&question.text, &question.span, report);
            }
            continue;
        };
        for (answer, often) in answers.entries() {
            if !known.contains(&answer.text) {
                if !is_below {
                    let what = format!("answer to `{}`", question.text);
                    report.unknown("KB103", &answer.span, &what, &answer.text, known.iter().map(String::as_str));
                }
                continue;
            }
            if scope.says(&["questions", &question.text, "answers", &answer.text, "given", cause]) {
                said_twice(answer, is_below, report);
                continue;
            }
            tell_never(often, report);
            let (question, answer) = (question.text.clone(), answer.text.clone());
            told.extend(scope.base.scales.given.number(often).map(|often| Tell { question, answer, often }));
        }
    }
    told
}

/// The symptom counts, whose file says it too: where it lies above, it was meant to.
fn said_twice(key: &Key, is_below: bool, report: &mut Report) -> Option<()> {
    if !is_below {
        let message = format!("`{}` a second time: the file of the symptom says how often, too", key.text);
        report.error_with_help(
            "KB101",
            &key.span,
            message,
            "say it here alone, where whoever reads of the cause finds it",
        );
    }
    None
}

/// Nobody's answer rules a cause out.
pub(super) fn tell_never(often: &Node, report: &mut Report) {
    if word(often, &[NEVER]).is_some() {
        let help = "write `hardly-ever`, or gate the cause with `only-when`";
        report.error_with_help("KB401", &often.span, "people err: an answer cannot be given `never`", help);
    }
}
