//! The two scenarios that a cause brings along: `like`, which comes to it, and `unlike`, which looks like it and is another.
//!
//! The one idea: they are scenarios as any other, in fewer words: what is not a key of theirs is a question.

use super::{Expect, Known, Scenario, conclusion, login, many};
use crate::diagnostic::Place;
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::schema::{self, FileKind, Files};
use crate::knowledge::{Fields, Knowledge, Node, Report, Sources, front_matter};

/// The keys of a cause under which they stand.
pub(super) const KEYS: [&str; 2] = ["like", "unlike"];

/// A cause in a file of its own.
pub(in crate::rehearse) struct CauseFile<'a> {
    pub(in crate::rehearse) symptom: String,
    pub(in crate::rehearse) id: String,
    pub(in crate::rehearse) path: &'a str,
    pub(in crate::rehearse) text: &'a str,
    /// Its front matter.
    pub(in crate::rehearse) root: Node,
}

/// Every cause that has a file of its own and says what it is.
pub(in crate::rehearse) fn causes(sources: &Sources) -> impl Iterator<Item = CauseFile<'_>> {
    files(sources).filter_map(|(path, text)| {
        let root = front_matter(&mut Report::new(path, text))?;
        let fields = Fields::of(&root);
        Some(CauseFile { symptom: fields.text("symptom")?, id: fields.text("cause")?, path, text, root })
    })
}

/// The files of all causes, with their texts.
pub(super) fn files(sources: &Sources) -> impl Iterator<Item = (&str, &str)> {
    let is_cause = |path: &str| FileKind::of(path).is_some_and(|kind| matches!(kind.files, Files::Front(_)));
    let files = sources.iter().filter(move |(path, _)| is_cause(path) && !sources.is_passed_over(path));
    files.filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
}

/// What the scenarios of a cause are called.
fn name(key: &str, symptom: &str, cause: &str) -> String {
    if symptom == USUAL_SYMPTOM { format!("{key}-{cause}") } else { format!("{key}-{symptom}-{cause}") }
}

/// Reads the scenarios of the cause that the report is about. What is wrong with their form the compiler tells.
pub(super) fn read(knowledge: &Knowledge, report: &mut Report) -> Vec<Scenario> {
    let mut form = Report::new(report.path, report.text);
    let Some(root) = front_matter(&mut form) else { return Vec::new() };
    if let Some(kind) = FileKind::of(report.path) {
        schema::conform(&root, kind, &mut form);
    }
    let fields = Fields::of(&root);
    let (Some(id), Some(symptom_id)) = (fields.text("cause"), fields.text("symptom")) else { return Vec::new() };
    let Some(symptom) = knowledge.symptoms.get(&symptom_id).filter(|_| !knowledge.flawed.symptom(&symptom_id)) else {
        return Vec::new();
    };
    let known = Known { knowledge, symptom };
    let scenario = |key: &&str| {
        let node = fields.get(key)?;
        let at = fields.key(key)?.span.clone();
        let read = |report: &mut Report| {
            let own = Fields::of(node);
            let mut case = own.get("given").map(|node| login::read(node, knowledge, report)).unwrap_or_default();
            let is_answer = |name: &str| !schema::is_key_of_scenario(name);
            case.answers = known.answers(node.entries().iter().filter(|(key, _)| is_answer(&key.text)), report);
            case.symptom = Some(symptom_id.clone());
            let other = own.get("is").map(|node| known.cause(node, report));
            let expect = Expect {
                cause: other.clone().unwrap_or_else(|| Some(id.clone())),
                not_confirmed: other.map(|_| id.clone()).into_iter().collect(),
                with: own.get("with").map(|node| many(node, report, |node, report| known.cause(node, report))),
                conclusion: conclusion(own, "concludes"),
                remedy: own.get("remedy").and_then(|node| known.remedy(node, report)),
                ..Expect::default()
            };
            let failed = own.list("failed").iter().filter_map(|node| known.remedy(node, report)).collect();
            let place = Place::span(report.path, report.text, at.clone());
            let name = name(key, &symptom_id, &id);
            Some(Scenario { name, place, symptom: symptom_id.clone(), case, failed, call: None, expect })
        };
        report.sound(&node.span, read).filter(|_| form.is_sound(&node.span))
    };
    KEYS.iter().filter_map(scenario).collect()
}
