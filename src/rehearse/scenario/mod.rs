//! `scenarios/*.yaml`: what is known of a login, and what the knowledge has to make of it.
//!
//! The one idea: a scenario names ids, never prose, and every id is checked against the knowledge while it is read, so
//! that a scenario cannot pass because of a slip of the pen. It must not run anything.

pub(super) mod call;
mod cause;
pub(super) mod coverage;
pub(super) mod expectation;
mod login;
pub(super) mod record;
pub(super) mod rehearsal;
pub(super) mod run;
pub(super) mod trial;
pub(super) mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use call::{Call, Lead};
pub(super) use cause::causes;
use coverage::untested;

use crate::case::Case;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::{
    ANOTHER_ID, Decide, Fields, Key, Knowledge, Node, Report, Script, SectionRef, Sources, Symptom, list, quoted,
    schema, text,
};
use crate::session::Next;
use crate::verdict::{Conclusion, UNKNOWN, UNSURE};

/// The checks that reading scenarios makes beside those of every YAML file.
pub const SCENARIO_CODES: &[&str] = &[
    "KB101", "KB301", "KB302", "KB303", "KB304", "KB306", "KB307", "KB309", "KB310", "KB311", "KB313", "KB314",
    "KB315", "KB316", "KB317", "KB318", "KB319", "KB404", "KB407", "KB701", "KB702", "KB703", "KB704",
];

/// A test of the knowledge.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its id, which no other scenario has.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The symptom it is about.
    pub symptom: String,
    /// What is known, the answers included.
    pub case: Case,
    /// Remedies that did not help.
    pub failed: Vec<String>,
    /// The call that a script leads; then nothing is weighed.
    pub call: Option<Call>,
    /// What has to come of it.
    pub expect: Expect,
}

/// What has to come of a scenario; what it does not name may be anything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// The first cause.
    pub cause: Option<String>,
    /// The causes beside it; empty: there must be none.
    pub with: Option<Vec<String>>,
    /// How sure it is.
    pub conclusion: Option<Conclusion>,
    /// The remedy that comes first for a person who is sure of nothing but the answers given.
    pub remedy: Option<String>,
    /// The section that tells how that remedy goes, in the app at hand.
    pub section: Option<String>,
    /// The very next step.
    pub next: Option<Next>,
    /// The row of a first-match table.
    pub outcome: Option<Row>,
    /// Causes that must not be confirmed.
    pub not_confirmed: Vec<String>,
    /// Questions that must not be asked from here on, whatever else is.
    pub never_asks: Vec<String>,
}

/// The parts of a row that are expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// What to do.
    pub remedy: Option<String>,
    /// Whom to turn to.
    pub escalate: Option<String>,
    /// The symptom to go on with.
    pub then: Option<String>,
}

/// Every scenario that is sound, in the order of the files, and what is wrong with the others.
pub fn read(sources: &Sources, knowledge: &Knowledge) -> (Vec<Scenario>, Vec<Diagnostic>) {
    let (mut scenarios, mut diagnostics) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::new();
    for (path, bytes) in sources.iter().filter(|(path, _)| is_scenarios(path)) {
        let Ok(content) = std::str::from_utf8(bytes) else {
            let message = "not UTF-8: expected the file to be saved as UTF-8";
            diagnostics.push(Diagnostic::error("KB010", Place::file(path), message));
            continue;
        };
        let mut report = Report::new(path, content);
        let root = schema::read(path, &mut report);
        for node in root.as_ref().map_or(&[][..], list) {
            let read = report.sound(&node.span, |report| scenario(node, knowledge, &mut names, report));
            scenarios.extend(read);
        }
        diagnostics.extend(report.into_diagnostics());
    }
    for (path, content) in cause::files(sources) {
        let mut report = Report::new(path, content);
        scenarios.extend(cause::read(knowledge, &mut report));
        diagnostics.extend(report.into_diagnostics());
    }
    (scenarios, diagnostics)
}

/// What is wrong with the scenarios among the sources, and what none of them tests.
pub fn check(sources: &Sources, knowledge: &Knowledge) -> Vec<Diagnostic> {
    let (scenarios, mut found) = read(sources, knowledge);
    // What a flawed one was to test is not known.
    if found.iter().all(|one| one.severity != Severity::Error) {
        found.extend(untested(&scenarios, knowledge, sources));
    }
    found.extend(super::lint::check(&scenarios, knowledge, sources));
    found
}

fn is_scenarios(path: &str) -> bool {
    path.strip_prefix("scenarios/").is_some_and(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == "yaml"))
}

fn scenario(node: &Node, knowledge: &Knowledge, names: &mut BTreeSet<String>, report: &mut Report) -> Option<Scenario> {
    let fields = Fields::of(node);
    let name_at = fields.get("scenario")?.span.clone();
    let name = fields.text("scenario")?;
    if !names.insert(name.clone()) {
        let message = format!("duplicate id `{name}`: another scenario has it");
        report.error_with_help("KB101", &name_at, message, ANOTHER_ID);
    }
    let script = match fields.get("script") {
        // What has an error in it has been told, and what rests on it cannot be judged.
        Some(node) if knowledge.flawed.script(&text(node)?) => return None,
        Some(node) => Some(script(node, knowledge, report)?),
        None => None,
    };
    let usual = script.map_or(USUAL_SYMPTOM, |script| &script.symptom).to_owned();
    let symptom_id = fields.text("symptom").unwrap_or(usual);
    if knowledge.flawed.symptom(&symptom_id) {
        return None;
    }
    let Some(symptom) = knowledge.symptoms.get(&symptom_id) else {
        let at = fields.get("symptom").map_or(&name_at, |node| &node.span);
        report.unknown("KB703", at, "symptom", &symptom_id, knowledge.symptoms.keys().map(String::as_str));
        return None;
    };
    let known = Known { knowledge, symptom };
    let mut case = fields.get("given").map(|node| login::read(node, knowledge, report)).unwrap_or_default();
    case.answers = known.answers(fields.items("answers").iter(), report);
    case.symptom = Some(symptom_id.clone());
    let failed = fields.list("failed").iter().filter_map(|node| known.remedy(node, report)).collect();
    let call = script.map(|script| caller(fields, script, &known, report));
    let expect = match script {
        // What is expected of a call has been read with it.
        Some(_) => Expect::default(),
        None => expect(Fields::of(fields.get("expect")?), &known, report),
    };
    let place = Place::span(report.path, report.text, name_at);
    Some(Scenario { name, place, symptom: symptom_id, case, failed, call, expect })
}

fn script<'k>(node: &Node, knowledge: &'k Knowledge, report: &mut Report) -> Option<&'k Script> {
    let id = known("script", node, knowledge.scripts.keys().map(String::as_str), report)?;
    knowledge.scripts.get(&id)
}

/// What a scenario says of a call that a script leads, and what it expects of it.
fn caller(fields: Fields, script: &Script, known: &Known, report: &mut Report) -> Call {
    if let Some(other) = fields.get("symptom").filter(|node| node.as_str() != Some(&script.symptom)) {
        report.error(
            "KB703",
            &other.span,
            "`symptom` has no meaning with a script: expected it without, since it is the script's",
        );
    }
    let verified = fields.truth("verified").unwrap_or(true);
    let later = fields.list("later").iter().filter_map(|node| known.remedy(node, report)).collect();
    let expect = fields.get("expect").map(Fields::of);
    let ids = || script.steps.iter().chain(&script.goodbye).map(|step| step.id.as_str());
    let steps = expect.and_then(|expect| expect.get("steps"));
    let steps = steps.map(|node| many(node, report, |node, report| self::known("step", node, ids(), report)));
    let next = expect.and_then(|expect| expect.get("next")).and_then(|node| lead(node, known, report));
    Call { script: script.id.clone(), verified, later, steps, next }
}

/// Where a script has to lead.
fn lead(node: &Node, known: &Known, report: &mut Report) -> Option<Lead> {
    let [(key, value)] = node.entries() else { return None };
    let kind = Lead::KINDS.into_iter().find(|kind| *kind == key.text)?;
    let id = match kind {
        "ask" => known.question(value, report),
        "remedy" => known.remedy(value, report),
        "escalate" => known.role(value, report),
        _ => known.symptom(value, report),
    };
    Some(Lead { kind, id: id? })
}

fn expect(fields: Fields, known: &Known, report: &mut Report) -> Expect {
    let table = known.symptom.decide == Decide::FirstMatch;
    let misplaced: &[&str] = if table { &["cause", "with", "conclusion", "not-confirmed"] } else { &["outcome"] };
    for key in misplaced.iter().filter_map(|name| fields.key(name)) {
        let what = if table { "decides by a table: expected `outcome`" } else { "weighs causes: expected `cause`" };
        report.error("KB703", &key.span, format!("`{}` has no meaning here: the symptom {what}", key.text));
    }
    let not_confirmed = fields.list("not-confirmed").iter().filter_map(|node| known.cause(node, report)).collect();
    let never_asks = fields.list("never-asks").iter().filter_map(|node| known.question(node, report)).collect();
    Expect {
        cause: fields.get("cause").and_then(|node| known.cause(node, report)),
        with: fields.get("with").map(|node| many(node, report, |node, report| known.cause(node, report))),
        conclusion: conclusion(fields, "conclusion"),
        // After remedies that failed, the same thing reads better as the next one.
        remedy: fields.get("remedy").or(fields.get("next-remedy")).and_then(|node| known.remedy(node, report)),
        section: fields.get("section").and_then(|node| known.section(node, report)),
        next: fields.get("next").and_then(|node| next(node, known, report)),
        outcome: fields.get("outcome").map(|node| row(Fields::of(node), known, report)),
        not_confirmed,
        never_asks,
    }
}

fn conclusion(fields: Fields, name: &str) -> Option<Conclusion> {
    let all = [Conclusion::Confirmed, Conclusion::Likely, Conclusion::Undetermined];
    fields.word(name, &all.map(Conclusion::name)).map(|at| all[at])
}

/// One value, or a list of them.
fn many<T>(node: &Node, report: &mut Report, read: impl Fn(&Node, &mut Report) -> Option<T>) -> Vec<T> {
    if node.as_str().is_some() {
        return read(node, report).into_iter().collect();
    }
    list(node).iter().filter_map(|node| read(node, report)).collect()
}

fn next(node: &Node, known: &Known, report: &mut Report) -> Option<Next> {
    if node.as_str() == Some("none") {
        return Some(Next::Nothing);
    }
    let [(key, value)] = node.entries() else { return None };
    match key.text.as_str() {
        "ask" => known.question(value, report).map(Next::Ask),
        "observe" => text(value).map(Next::Observe),
        "escalate" => known.role(value, report).map(|role| Next::Escalate { role, remedy: None }),
        "then" => known.symptom(value, report).map(Next::GoOn),
        "remedy" => known.remedy(value, report).map(Next::Remedy),
        _ => None,
    }
}

fn row(fields: Fields, known: &Known, report: &mut Report) -> Row {
    Row {
        remedy: fields.get("remedy").and_then(|node| known.remedy(node, report)),
        escalate: fields.get("escalate").and_then(|node| known.role(node, report)),
        then: fields.get("then").and_then(|node| known.symptom(node, report)),
    }
}

/// The ids that a scenario may name.
struct Known<'a> {
    knowledge: &'a Knowledge,
    symptom: &'a Symptom,
}

impl Known<'_> {
    fn cause(&self, node: &Node, report: &mut Report) -> Option<String> {
        let causes = self.symptom.causes.iter().map(|cause| cause.id.as_str());
        known("cause", node, causes.chain([UNKNOWN]), report)
    }

    fn remedy(&self, node: &Node, report: &mut Report) -> Option<String> {
        known("remedy", node, self.symptom.remedies.iter().map(|remedy| remedy.id.as_str()), report)
    }

    fn question(&self, node: &Node, report: &mut Report) -> Option<String> {
        known("question", node, self.symptom.questions.iter().map(|question| question.id.as_str()), report)
    }

    fn symptom(&self, node: &Node, report: &mut Report) -> Option<String> {
        if node.as_str().is_some_and(|id| self.knowledge.flawed.symptom(id)) {
            return None;
        }
        known("symptom", node, self.knowledge.symptoms.keys().map(String::as_str), report)
    }

    /// `article.md#section`.
    fn section(&self, node: &Node, report: &mut Report) -> Option<String> {
        let typed = text(node)?;
        let (path, anchor) = typed.split_once('#').unwrap_or((&typed, ""));
        let at = SectionRef { article: path.to_owned(), anchor: anchor.to_owned() };
        if self.knowledge.section(&at).is_none() {
            let anchors = self.knowledge.articles.get(path).into_iter().flat_map(|article| &article.sections);
            report.unknown("KB703", &node.span, "section", anchor, anchors.map(|one| one.anchor.as_str()));
            return None;
        }
        Some(typed)
    }

    fn role(&self, node: &Node, report: &mut Report) -> Option<String> {
        let roles = self.knowledge.services.values().flat_map(|service| service.escalate.keys());
        known("escalation", node, roles.map(String::as_str).collect::<BTreeSet<_>>(), report)
    }

    fn answers<'n>(
        &self,
        given: impl Iterator<Item = &'n (Key, Node)>,
        report: &mut Report,
    ) -> BTreeMap<String, String> {
        let read =
            |(key, node): &'n (Key, Node)| Some((key.text.clone(), self.answer(&key.text, &key.span, node, report)?));
        given.filter_map(read).collect()
    }

    fn answer(&self, question: &str, at: &Range<usize>, node: &Node, report: &mut Report) -> Option<String> {
        let Some(found) = self.symptom.question(question) else {
            let names = self.symptom.questions.iter().map(|question| question.id.as_str());
            report.unknown("KB703", at, "question", question, names);
            return None;
        };
        let answers = found.answers.iter().map(|answer| answer.id.as_str());
        known(&format!("answer to {}", quoted(question)), node, answers.chain([UNSURE]), report)
    }
}

/// The text of a node if it is one of the names.
fn known<'n>(what: &str, node: &Node, names: impl IntoIterator<Item = &'n str>, report: &mut Report) -> Option<String> {
    let typed = text(node)?;
    let names: Vec<&str> = names.into_iter().collect();
    let found = names.contains(&typed.as_str());
    if !found {
        report.unknown("KB703", &node.span, what, &typed, names);
    }
    found.then_some(typed)
}
