//! `scripts/*.yaml`: a conversation for agents over one symptom.
//!
//! The one idea: a script adds words and an order, and whatever it names is its symptom's. It stands or falls as a whole,
//! because a missing step would change what the next one means.

use std::collections::BTreeMap;
use std::ops::Range;

use super::condition::{Questions, UNSURE, all, condition};
use super::fields::{Fields, list, text, whole};
use super::model::{Act, Script, ScriptStep};
use super::names::{Names, Parts};
use super::report::{ANOTHER_ID, Report};
use super::safety;
use super::wording::{self, Vetted};
use super::yaml::{Key, Node, NodeKind};

/// What a step may do, by key; none of them twice.
pub(super) const ACTS: [&str; 6] = ["ask", "probe", "remedy", "verify-identity", "escalate", "decide"];

/// What a script's steps may mention.
struct ScriptScope<'a> {
    names: &'a Names<'a>,
    vetted: &'a Vetted,
    /// `None` where the symptom is not known, which is reported once.
    parts: Option<&'a Parts>,
    facts: Questions,
}

/// Whether a script names nothing that a symptom does not have. Neither is read yet.
pub(super) fn fits(script: &Node, symptom: &Node) -> bool {
    let parts = Parts::of(symptom);
    let Parts { questions, noted, measured, remedies } = &parts;
    let steps = || script.get("steps").map_or(&[][..], Node::entries).iter().map(|(_, step)| step);
    let named = |key: &'static str| steps().filter_map(move |step| step.get(key)?.as_str());
    let wordings = || script.get("wordings").into_iter().flat_map(Node::keys);
    let askable = |id: &str| questions.contains_key(id) && !noted.contains(id);
    let clauses = steps().filter_map(|step| step.get("only-when")).flat_map(Node::entries);
    let mut answered = clauses.filter(|(fact, _)| !fact.text.contains('.'));
    let known = |(fact, value): &(Key, Node)| {
        let values = match &value.kind {
            NodeKind::List(_) => list(value),
            _ => std::slice::from_ref(value),
        };
        let answers = questions.get(&fact.text);
        let has = |id: &str| id == UNSURE || answers.is_some_and(|answers| answers.contains(id));
        answers.is_some() && values.iter().all(|value| value.as_str().is_some_and(has))
    };
    named("ask").all(|id| askable(id) && !measured.contains(id))
        && named("probe").all(|id| measured.contains(id))
        && wordings().all(askable)
        && named("remedy").all(|id| remedies.contains_key(id))
        && answered.all(known)
}

/// Reads one script, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, vetted: &Vetted, report: &mut Report) -> Option<(Script, Range<usize>)> {
    let at = root.get("script").map_or(root.span.clone(), |node| node.span.clone());
    let script = report.sound(&root.span, |report| script(root, names, vetted, report))?;
    Some((script, at))
}

fn script(root: &Node, names: &Names, vetted: &Vetted, report: &mut Report) -> Option<Script> {
    let fields = Fields::of(root);
    let symptom = fields.get("symptom").and_then(|node| {
        let id = text(node)?;
        names.symptom(&id, &node.span, report)?;
        Some(id)
    });
    let parts = symptom.as_deref().and_then(|id| names.parts(id));
    let mut facts = parts.map(|parts| parts.questions.clone()).unwrap_or_default();
    facts.insert(Script::IDENTITY.to_owned(), ["verified", "not-verified"].map(str::to_owned).into());
    let mut scope = ScriptScope { names, vetted, parts, facts };
    let title = fields.get("title").and_then(|node| scope.text(node, report));
    let wordings = wordings(fields.items("wordings"), &scope, report);
    let nodes = fields.items("steps");
    let steps = steps(nodes, &scope, report);
    scope.facts.insert(Script::ENDING.to_owned(), ["helped", "later", "escalated"].map(str::to_owned).into());
    let farewells = fields.items("goodbye");
    let goodbye = self::steps(farewells, &scope, report);
    for (key, _) in farewells.iter().filter(|(key, _)| nodes.iter().any(|(other, _)| other.text == key.text)) {
        let message = format!("duplicate id `{}`: another step has it", key.text);
        report.error_with_help("KB101", &key.span, message, ANOTHER_ID);
    }
    let steps = steps?;
    check_order(nodes, &steps, &scope, report);
    Some(Script {
        id: fields.id("script")?,
        symptom: symptom?,
        title: title?,
        steps,
        goodbye: goodbye?,
        wordings: wordings?,
    })
}

fn wordings(entries: &[(Key, Node)], scope: &ScriptScope, report: &mut Report) -> Option<BTreeMap<String, String>> {
    let read = entries.iter().map(|(key, node)| {
        let known = scope.question(&key.text, &key.span, report);
        let words = scope.question_words(node, report);
        known.and(words).map(|words| (key.text.clone(), words))
    });
    all(read).map(|words| words.into_iter().collect())
}

fn steps(entries: &[(Key, Node)], scope: &ScriptScope, report: &mut Report) -> Option<Vec<ScriptStep>> {
    all(entries.iter().map(|(key, node)| report.sound(&whole(key, node), |report| step(key, node, scope, report))))
}

fn step(key: &Key, node: &Node, scope: &ScriptScope, report: &mut Report) -> Option<ScriptStep> {
    let fields = Fields::of(node);
    let words = |name: &str, report: &mut Report| fields.get(name).and_then(|node| scope.words(node, report));
    let (said, noted) = (words("say", report), words("note", report));
    if let (Some(said), Some(node), true) = (&said, fields.get("say"), fields.get("ask").is_some()) {
        wording::check_question(said, &node.span, report);
    }
    let act = act(fields, scope, report);
    let only_when = scope.parts.and_then(|_| condition(fields.get("only-when"), &scope.facts, scope.names, report));
    Some(ScriptStep { id: key.text.clone(), say: said, note: noted, act: act.ok()?, only_when: only_when? })
}

/// An act that is named and not understood, which is reported.
struct Unread;

/// `None` for a step that only says or notes something.
fn act(fields: Fields, scope: &ScriptScope, report: &mut Report) -> Result<Option<Act>, Unread> {
    let read = |act: Option<Act>| act.map(Some).ok_or(Unread);
    if let Some(node) = fields.get("ask") {
        return read(scope.asked(node, report).map(Act::Ask));
    }
    if let Some(node) = fields.get("probe") {
        return read(scope.probe(node, report).map(Act::Probe));
    }
    if let Some(node) = fields.get("remedy") {
        return read(scope.remedy(node, report).map(Act::Remedy));
    }
    if let Some(node) = fields.get("escalate") {
        let role = text(node).filter(|role| scope.names.role(role, &node.span, report).is_some());
        return read(role.map(Act::Escalate));
    }
    let verify = fields.flag("verify-identity").then_some(Act::VerifyIdentity);
    Ok(verify.or(fields.flag("decide").then_some(Act::Decide)))
}

impl ScriptScope<'_> {
    /// A text for people.
    fn text(&self, node: &Node, report: &mut Report) -> Option<String> {
        let sentence = text(node)?;
        wording::check_span(&node.span, &[], self.names, self.vetted, report);
        Some(sentence)
    }

    /// A text that an agent says or follows.
    fn words(&self, node: &Node, report: &mut Report) -> Option<String> {
        let sentence = self.text(node, report)?;
        safety::check_wording(&sentence, &node.span, report);
        safety::check_agent(&sentence, &node.span, report);
        Some(sentence)
    }

    /// A question in an agent's words.
    fn question_words(&self, node: &Node, report: &mut Report) -> Option<String> {
        let sentence = self.words(node, report)?;
        wording::check_question(&sentence, &node.span, report);
        Some(sentence)
    }

    /// Checks that the symptom has a question that somebody can be asked.
    fn question(&self, id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        let parts = self.parts?;
        if parts.noted.contains(id) {
            let message = format!("`{id}` is noted by the session, and nobody can be asked it");
            report.error("KB103", span, message);
            return None;
        }
        self.names.known(parts.askable(), ("KB103", "question"), id, span, report)
    }

    fn asked(&self, node: &Node, report: &mut Report) -> Option<String> {
        let id = text(node)?;
        if self.parts?.measured.contains(&id) {
            report.error("KB005", &node.span, format!("`{id}` is measured: expected `probe: {id}` in place of `ask`"));
            return None;
        }
        self.question(&id, &node.span, report)?;
        Some(id)
    }

    fn probe(&self, node: &Node, report: &mut Report) -> Option<String> {
        let id = text(node)?;
        let parts = self.parts?;
        if !parts.measured.contains(&id) && parts.askable().any(|other| *other == id) {
            let message = format!("`{id}` is asked, and not measured: expected `ask: {id}` in place of `probe`");
            let help = "a question that is measured has `measured-by: clock` or `measured-by: rhythm`";
            report.error_with_help("KB104", &node.span, message, help);
            return None;
        }
        self.names.known(parts.measured.iter(), ("KB104", "probe"), &id, &node.span, report)?;
        Some(id)
    }

    fn remedy(&self, node: &Node, report: &mut Report) -> Option<String> {
        let id = text(node)?;
        self.names.known(self.parts?.remedies.keys(), ("KB106", "remedy"), &id, &node.span, report)?;
        Some(id)
    }

    fn resets(&self, remedy: &str) -> bool {
        self.parts.is_some_and(|parts| parts.remedies.get(remedy) == Some(&true))
    }
}

/// What stands where must make sense: nothing behind the end, and no reset before it is sure who is calling.
fn check_order(nodes: &[(Key, Node)], steps: &[ScriptStep], scope: &ScriptScope, report: &mut Report) {
    let ends =
        |step: &ScriptStep| matches!(step.act, Some(Act::Escalate(_) | Act::Decide)) && step.only_when.is_empty();
    let last = steps.iter().position(ends).unwrap_or(steps.len());
    for (key, _) in nodes.iter().skip(last + 1).take(1) {
        let message = format!("`{}` is never reached: the step `{}` ends the script", key.text, steps[last].id);
        report.error("KB301", &key.span, message);
    }
    for (index, step) in steps.iter().enumerate() {
        let Some(Act::Remedy(remedy)) = &step.act else { continue };
        if scope.resets(remedy) && !is_verified(steps, index) {
            let span = nodes[index].1.get("remedy").map_or(&nodes[index].0.span, |node| &node.span);
            let message = format!("`{remedy}` resets a factor: expected a step with `verify-identity: true` before it");
            let help = "under no condition that this step does not have too, so that nobody gets past it";
            report.error_with_help("KB508", span, message, help);
        }
    }
}

/// Whether nobody comes to this step without having been asked who is calling: a step before it sees to that under no
/// condition that it does not have too, by facts that were known as early.
fn is_verified(steps: &[ScriptStep], index: usize) -> bool {
    let own = &steps[index].only_when.0;
    let sure = own.iter().any(|clause| clause.fact == Script::IDENTITY && clause.one_of == ["verified"]);
    sure || (0..index).filter(|&at| steps[at].act == Some(Act::VerifyIdentity)).any(|at| {
        steps[at].only_when.0.iter().all(|clause| {
            let implied = own
                .iter()
                .any(|one| one.fact == clause.fact && one.one_of.iter().all(|value| clause.one_of.contains(value)));
            let later = |step: &ScriptStep| step.act.as_ref().and_then(Act::question) == Some(clause.fact.as_str());
            implied && !steps[at..index].iter().any(later)
        })
    })
}
