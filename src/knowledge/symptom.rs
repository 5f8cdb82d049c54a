//! `symptoms/*.yaml`: the causes, remedies, questions and outcomes of one symptom.
//!
//! The one idea: each item is read for itself and left out if it has an error, but never the rest with it; only a
//! first-match table stands or falls as a whole, because a missing row would change what the next one means.

use std::collections::BTreeSet;
use std::ops::Range;

use super::base::{Base, COMMON};
use super::condition::{Questions, all, condition};
use super::fields::{Fields, check_id, text, word, wrong_type};
use super::frequency::{OTHERS, fixes, given};
use super::model::{Answer, Cause, Condition, Decide, MeasuredBy, Outcome, Question, Remedy, SectionRef, Symptom};
use super::names::{Names, Parts};
use super::report::Report;
use super::wording::placeholders;
use super::yaml::{Key, Node, NodeKind};
use super::{flags, safety, wording};

/// How a symptom comes to its end.
pub(super) const DECIDE: &[&str] = &["weigh", "first-match"];

/// What a symptom's items may mention.
struct SymptomScope<'a> {
    names: &'a Names<'a>,
    base: &'a Base,
    causes: BTreeSet<String>,
    remedies: BTreeSet<String>,
    questions: Questions,
    /// Those that nobody is asked.
    noted: BTreeSet<String>,
    root: &'a Node,
}

impl<'a> SymptomScope<'a> {
    fn of(root: &'a Node, names: &'a Names<'a>, base: &'a Base) -> Self {
        let keys = |name: &str| root.get(name).into_iter().flat_map(Node::keys).map(str::to_owned).collect();
        let Parts { questions, noted, remedies, .. } = Parts::of(root);
        let remedies = remedies.into_keys().collect();
        Self { names, base, causes: keys("causes"), remedies, questions, noted, root }
    }

    fn condition(&self, node: Option<&Node>, report: &mut Report) -> Option<Condition> {
        condition(node, &self.questions, self.names, report)
    }

    /// A condition that is asked for where it is not known yet.
    fn asked(&self, node: Option<&Node>, report: &mut Report) -> Option<Condition> {
        let clauses = node.map_or(&[][..], Node::entries).iter();
        for (fact, _) in clauses.filter(|(fact, _)| self.noted.contains(&fact.text)) {
            let message = format!("`{}` is noted by the session, and nobody can be asked it", fact.text);
            report.error_with_help("KB103", &fact.span, message, "it can stand in `only-when` and `unless`");
        }
        self.condition(node, report)
    }

    fn cause(&self, key: &Key, report: &mut Report) -> Option<()> {
        known("KB102", "cause", &key.text, &key.span, &self.causes, report)
    }

    /// A text for people that may be absent, with its place.
    fn said<'n>(&self, fields: &mut Fields<'n>, name: &'static str, report: &mut Report) -> Option<(String, &'n Node)> {
        let node = fields.optional(name)?;
        let said = text(node, report)?;
        wording::check_span(&node.span, &[], self.names, &self.base.vetted, report);
        Some((said, node))
    }

    /// A text for people that must be there.
    fn says<'n>(&self, fields: &mut Fields<'n>, name: &'static str, report: &mut Report) -> Option<(String, &'n Node)> {
        fields.required(name, report)?;
        self.said(fields, name, report)
    }

    fn section(&self, fields: &mut Fields, name: &'static str, report: &mut Report) -> Option<SectionRef> {
        let node = fields.required(name, report)?;
        self.names.section(&text(node, report)?, &node.span, report)
    }
}

fn known(
    code: &'static str,
    what: &str,
    typed: &str,
    span: &Range<usize>,
    names: &BTreeSet<String>,
    report: &mut Report,
) -> Option<()> {
    if !names.contains(typed) {
        report.unknown(code, span, what, typed, names.iter().map(String::as_str));
    }
    names.contains(typed).then_some(())
}

/// Reads one symptom, with the place of its id.
pub(super) fn read(root: &Node, names: &Names, base: &Base, report: &mut Report) -> Option<(Symptom, Range<usize>)> {
    let scope = SymptomScope::of(root, names, base);
    let mut fields = Fields::of_file(root, report)?;
    let id = fields.id("symptom", report);
    let at = root.get("symptom").map_or(root.span.clone(), |node| node.span.clone());
    let heading = scope.section(&mut fields, "heading", report);
    let decide = decide(&mut fields, report);
    let mut causes = items(&mut fields, "causes", report, |key, node, report| cause(key, node, &scope, report));
    let mut remedies = items(&mut fields, "remedies", report, |key, node, report| remedy(key, node, &scope, report));
    let mut questions =
        items(&mut fields, "questions", report, |key, node, report| question(key, node, &scope, report));
    let outcomes = outcomes(&mut fields, decide, &at, &scope, report);
    let then = then(&mut fields, &scope, report);
    fields.finish(report);
    check_causes(root, report);
    if decide == Some(Decide::Weigh) {
        safety::check_recovery(root, report);
    }

    retain_sound(&mut causes, &mut remedies, &mut questions);
    let heading = heading?;
    let title = section_title(names, &heading)?;
    let symptom =
        Symptom { id: id?, title, heading, decide: decide?, causes, remedies, questions, outcomes: outcomes?, then };
    Some((symptom, at))
}

/// How common the causes are: not all alike, and the order of the file says the same as the words.
fn check_causes(root: &Node, report: &mut Report) {
    let causes = root.get("causes").map_or(&[][..], Node::entries).iter();
    let common: Vec<(&Node, usize)> = causes
        .filter_map(|(_, cause)| {
            let word = cause.get("common")?;
            Some((word, COMMON.iter().position(|one| Some(*one) == word.as_str())?))
        })
        .collect();
    if let [(first, place), rest @ ..] = &common[..]
        && rest.len() > 1
        && rest.iter().all(|(_, other)| other == place)
    {
        let message = format!("all {} causes are equally common: expected some to be more so", common.len());
        report.warning("KB402", &first.span, message, "what is common is asked for and tried first");
    }
    for pair in common.windows(2).filter(|pair| pair[0].1 > pair[1].1) {
        let message = format!(
            "order and words disagree: a cause that is {} after one that is {}",
            COMMON[pair[1].1], COMMON[pair[0].1]
        );
        report.warning("KB405", &pair[1].0.span, message, "list what is most common first");
    }
}

/// What was left out is not mentioned either.
fn retain_sound(causes: &mut [Cause], remedies: &mut [Remedy], questions: &mut [Question]) {
    let sound: BTreeSet<&str> = causes.iter().map(|cause| cause.id.as_str()).collect();
    for remedy in remedies {
        remedy.fixes.retain(|(cause, _)| sound.contains(cause.as_str()));
    }
    for answer in questions.iter_mut().flat_map(|question| &mut question.answers) {
        answer.given.retain(|(cause, _)| sound.contains(cause.as_str()));
    }
}

fn section_title(names: &Names, at: &SectionRef) -> Option<String> {
    Some(names.articles.get(&at.article)?.section(&at.anchor)?.title.clone())
}

/// The sound ones among the items of a mapping from ids.
fn items<T>(
    fields: &mut Fields,
    name: &'static str,
    report: &mut Report,
    read: impl Fn(&Key, &Node, &mut Report) -> Option<T>,
) -> Vec<T> {
    let entries = fields.items(name, report).iter();
    entries
        .filter_map(|(key, node)| {
            report.sound(|report| {
                check_id(&key.text, &key.span, report);
                read(key, node, report)
            })
        })
        .collect()
}

fn decide(fields: &mut Fields, report: &mut Report) -> Option<Decide> {
    match fields.optional("decide") {
        None => Some(Decide::Weigh),
        Some(node) => word(node, DECIDE, report).map(|at| [Decide::Weigh, Decide::FirstMatch][at]),
    }
}

fn cause(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Cause> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let title = scope.says(&mut fields, "title", report);
    let says = fields.optional("says");
    let text_of = scope.section(&mut fields, "text", report);
    let weight = fields.required("common", report).and_then(|node| scope.base.scales.common.number(node, report));
    let stands_for = fields.optional("stands-for").and_then(|node| {
        let family = text(node, report)?;
        check_id(&family, &node.span, report)?;
        Some(family)
    });
    let only_when = scope.condition(fields.optional("only-when"), report);
    fields.finish(report);
    let says = says.and_then(|node| {
        let says = text(node, report)?;
        check_placeholders(&key.text, &says, &node.span, scope.names, report);
        // What it may fill in was looked at; the rest is as for any text.
        let own: Vec<&str> = placeholders(&says).map(|(_, name)| name).collect();
        wording::check_span(&node.span, &own, scope.names, &scope.base.vetted, report);
        Some(says)
    });
    Some(Cause {
        id: key.text.clone(),
        title: title?.0,
        says,
        text: text_of?,
        weight: weight?,
        stands_for,
        only_when: only_when?,
    })
}

/// A cause's sentence may name what its explanation provides, and what the service calls things.
fn check_placeholders(cause: &str, says: &str, span: &Range<usize>, names: &Names, report: &mut Report) {
    let provides = names.vocabulary.provides(cause);
    for (_, placeholder) in placeholders(says) {
        let known = provides.contains(&placeholder) || names.words.contains(placeholder);
        if !known && !names.partial {
            let allowed = provides.iter().copied().chain(names.words.iter().map(String::as_str));
            report.unknown("KB108", span, "placeholder", placeholder, allowed);
        }
    }
}

fn remedy(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Remedy> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let told = scope.section(&mut fields, "text", report);
    let agent = fields.optional("agent").and_then(|node| scope.names.section(&text(node, report)?, &node.span, report));
    let effort = fields.required("effort", report).and_then(|node| scope.base.scales.effort.number(node, report));
    let destructive = fields.flag("destructive", report);
    let resets_factor = fields.flag("resets-factor", report);
    let needs = scope.asked(fields.optional("needs"), report);
    let only_when = scope.condition(fields.optional("only-when"), report);
    let unless = scope.condition(fields.optional("unless"), report);
    let fixes = fields
        .optional("fixes")
        .map(|node| fixes(node, &scope.base.scales.given, report, |key, report| scope.cause(key, report)));
    fields.finish(report);
    let remedy = Remedy {
        id: key.text.clone(),
        text: told?,
        agent,
        effort: effort?,
        destructive,
        resets_factor,
        needs: needs?,
        unless: unless?,
        only_when: only_when?,
        fixes: fixes.unwrap_or_default(),
    };
    safety::check_remedy(&remedy, node, &key.span, report);
    Some(remedy)
}

fn question(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Question> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let ask = scope.says(&mut fields, "ask", report);
    let agent = scope.said(&mut fields, "agent", report);
    if let Some((sentence, node)) = &agent {
        safety::check_agent(sentence, &node.span, report);
    }
    for (sentence, node) in ask.iter().chain(&agent) {
        safety::check_wording(sentence, &node.span, report);
        wording::check_question(sentence, &node.span, report);
    }
    let why = scope.said(&mut fields, "why", report);
    let cost = match fields.optional("cost") {
        Some(node) => scope.base.scales.cost.number(node, report),
        None => scope.base.scales.cost.least(),
    };
    let first = fields.flag("first", report);
    let noted = fields.flag("noted", report);
    let measured_by = fields
        .optional("measured-by")
        .and_then(|node| word(node, &MeasuredBy::NAMES, report).map(|at| MeasuredBy::ALL[at]));
    flags::check(key, node, scope.root, report);
    let only_when = scope.condition(fields.optional("only-when"), report);
    let listed = fields.required("answers", report);
    if listed.is_some_and(|node| matches!(&node.kind, NodeKind::Map(all) if all.is_empty())) {
        report.error("KB005", &key.span, "a question without an answer: expected at least one");
    }
    wording::check_answers(listed.map_or(&[], Node::entries), report);
    let answers = items(&mut fields, "answers", report, |key, node, report| answer(key, node, scope, report));
    fields.finish(report);
    let said = |one: Option<(String, &Node)>| one.map(|(said, _)| said);
    let (ask, agent, why) = (said(ask)?, said(agent), said(why));
    let (id, cost, only_when) = (key.text.clone(), cost?, only_when?);
    Some(Question { id, ask, agent, why, cost, first, noted, measured_by, only_when, answers })
}

fn answer(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Answer> {
    let mut fields = Fields::of(node, &key.span, report)?;
    let label = scope.says(&mut fields, "label", report);
    if is_never_given(node) {
        report.error("KB308", &key.span, "an answer that nobody gives: it is `never` for every cause");
    }
    let given =
        given(fields.optional("given"), &scope.base.scales.given, report, |key, report| scope.cause(key, report));
    let locked_out = fields.flag("locked-out", report);
    fields.finish(report);
    Some(Answer { id: key.text.clone(), label: label?.0, locked_out, given: given.by_cause, others: given.others })
}

/// Whether every word of an answer is `never`, that for the others too.
fn is_never_given(node: &Node) -> bool {
    let Some(given) = node.get("given") else { return false };
    given.get(OTHERS).is_some() && given.entries().iter().all(|(_, word)| word.as_str() == Some("never"))
}

/// The rows of a first-match table; `None` unless all of them are sound.
fn outcomes(
    fields: &mut Fields,
    decide: Option<Decide>,
    at: &Range<usize>,
    scope: &SymptomScope,
    report: &mut Report,
) -> Option<Vec<Outcome>> {
    let node = fields.optional("outcomes");
    let rows = fields.list("outcomes", report);
    report.sound(|report| {
        let table = decide? == Decide::FirstMatch;
        if let (false, Some(node)) = (table, node) {
            report.error("KB003", &node.span, "outcomes without a table: expected `decide: first-match`");
        }
        if table && !rows.iter().any(|row| row.get("otherwise").is_some()) {
            let message = "a table without a last resort: expected a row with `otherwise: true`";
            report.error("KB305", node.map_or(at, |node| &node.span), message);
        }
        all(rows.iter().map(|row| outcome(row, scope, report)))
    })
}

fn outcome(node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Outcome> {
    let at = node.entries().first().map_or(node.span.clone(), |(key, _)| key.span.clone());
    let mut fields = Fields::of(node, &at, report)?;
    let otherwise = fields.flag("otherwise", report);
    let when = if otherwise { fields.optional("when") } else { fields.required("when", report) };
    if let (true, Some(when)) = (otherwise, when) {
        wrong_type::<()>(when, "either `when` or `otherwise`", report);
    }
    let condition = scope.asked(when, report);
    let remedy = fields.optional("remedy").and_then(|node| {
        let id = text(node, report)?;
        known("KB106", "remedy", &id, &node.span, &scope.remedies, report)?;
        Some(id)
    });
    let escalate = fields.optional("escalate").and_then(|node| {
        let role = text(node, report)?;
        scope.names.role(&role, &node.span, report)?;
        Some(role)
    });
    let then = target(&mut fields, scope, report);
    fields.finish(report);
    if ["remedy", "escalate", "then"].iter().all(|name| node.get(name).is_none()) {
        report.error("KB004", &at, "a row that does nothing: expected `remedy`, `escalate` or `then`");
    }
    // What is named but not known is left out with its row.
    let named = [("remedy", &remedy), ("escalate", &escalate), ("then", &then)];
    let all_known = named.iter().all(|(name, value)| node.get(name).is_some() == value.is_some());
    let when = condition?;
    all_known.then_some(Outcome { when, remedy, escalate, then })
}

fn then(fields: &mut Fields, scope: &SymptomScope, report: &mut Report) -> Option<String> {
    let node = fields.optional("when-exhausted")?;
    let mut fields = Fields::of(node, &node.span, report)?;
    fields.required("then", report);
    let then = target(&mut fields, scope, report);
    fields.finish(report);
    then
}

/// The symptom to go on with.
fn target(fields: &mut Fields, scope: &SymptomScope, report: &mut Report) -> Option<String> {
    let node = fields.optional("then")?;
    let id = text(node, report)?;
    scope.names.symptom(&id, &node.span, report)?;
    Some(id)
}
